//! The resource providers that we serve: namespaces, types, api-versions, locations, and whether they are registered.
//!
//! The dispatcher refuses unknown types and versions by it, and `GET …/providers` prints it; the data stand in
//! `manifest.rs`. Follows <https://learn.microsoft.com/rest/api/resources/providers>.

mod manifest;
mod not_emulated;

pub use manifest::PROVIDERS;
pub use not_emulated::is_not_emulated;

use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::resources::location;
use crate::resources::subscription::{Registration, Subscription};
use crate::rules::arm;
use crate::world::{KINDS, World};

/// A resource provider.
#[derive(Debug)]
pub struct Provider {
    /// The namespace, such as `Microsoft.DataFactory`.
    pub namespace: &'static str,
    /// Whether its resources need a registration in the subscription.
    pub registration_required: bool,
    /// The application and the role definition that it acts with, where known.
    pub authorization: Option<[&'static str; 2]>,
    /// The types.
    pub types: &'static [ResourceType],
}

/// A resource type of a provider.
#[derive(Debug)]
pub struct ResourceType {
    /// The type without namespace, such as `factories/integrationRuntimes`.
    pub name: &'static str,
    /// Accepted api-versions, newest first.
    pub api_versions: &'static [&'static str],
    /// Whether it is made in a region; the others are global.
    pub is_regional: bool,
    /// What `GET …/providers` says it is capable of.
    pub capabilities: &'static str,
}

/// Returns the provider with this namespace, compared without case.
pub fn find(namespace: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.namespace.eq_ignore_ascii_case(namespace))
}

/// Returns the provider with this namespace.
///
/// # Errors
/// `InvalidResourceNamespace`; that it is not emulated, where Azure has it.
pub fn get(namespace: &str) -> Result<&'static Provider, Fault> {
    find(namespace).ok_or_else(|| match is_not_emulated(namespace, "") {
        true => Fault::not_emulated(format!("the resource provider {namespace}")),
        false => arm::invalid_namespace(namespace),
    })
}

/// Returns nothing when Azure has every namespace that a path goes through.
///
/// # Errors
/// `InvalidResourceNamespace`.
pub fn namespaces_exist(path: &ResourceId) -> Result<(), Fault> {
    match providers_of(path).find_map(|part| part.namespace().filter(|it| !exists(it)).map(str::to_owned)) {
        Some(namespace) => Err(arm::invalid_namespace(&namespace)),
        None => Ok(()),
    }
}

/// Returns the first namespace on the way to a scope that does not have the type which the path names there.
pub fn without_type(scope: &ResourceId) -> Option<String> {
    providers_of(scope).find_map(|part| {
        let (namespace, type_path) = part.namespace_and_type()?;
        (!has_type(namespace, &type_path)).then(|| namespace.to_owned())
    })
}

/// Returns whether there may be such a scope in Azure: a whole id of types that it has. The resource need not be there.
pub fn may_be_a_scope(id: &ResourceId) -> bool {
    id.is_whole() && namespaces_exist(id).is_ok() && without_type(id).is_none()
}

/// The path, and each that an extension on the way is of.
fn providers_of(path: &ResourceId) -> impl Iterator<Item = ResourceId> {
    std::iter::successors(Some(path.clone()), ResourceId::extended)
}

fn exists(namespace: &str) -> bool {
    find(namespace).is_some() || is_not_emulated(namespace, "")
}

/// Whether a namespace that exists may have this type; of those that are not served every type may be theirs.
fn has_type(namespace: &str, type_path: &str) -> bool {
    find(namespace).is_none_or(|provider| provider.nearest_type(type_path).is_some() || is_not_emulated(namespace, type_path))
}

impl Provider {
    /// Returns the type with this name, compared without case.
    pub fn resource_type(&self, name: &str) -> Option<&'static ResourceType> {
        self.types.iter().find(|it| it.name.eq_ignore_ascii_case(name))
    }

    /// Returns the type itself, or the nearest above it: actions and nested types that the manifest does not list are
    /// the root's.
    pub fn nearest_type(&self, type_path: &str) -> Option<&'static ResourceType> {
        let mut at = type_path;
        loop {
            match self.resource_type(at) {
                Some(found) => return Some(found),
                None => at = at.rsplit_once('/')?.0,
            }
        }
    }
}

impl ResourceType {
    /// Returns where it can be made, as normalised names; none for a global type.
    pub fn locations(&self) -> Vec<&'static str> {
        if self.is_regional { location::names() } else { Vec::new() }
    }

    /// Returns the version that is used when none is chosen: the newest that is no preview.
    pub fn default_api_version(&self) -> Option<&'static str> {
        self.api_versions.iter().find(|version| !version.contains('-') || version.len() == "2018-06-01".len()).copied()
    }
}

/// Registers the provider in the subscription; returns the state that the answer shows. Repeating it is harmless.
///
/// # Errors
/// `SubscriptionNotFound`.
pub fn register(world: &mut World, subscription: &str, provider: &Provider) -> Result<&'static str, Fault> {
    change(world, subscription, provider, true)
}

/// Unregisters the provider in the subscription; returns the state that the answer shows. Repeating it is harmless.
///
/// # Errors
/// `SubscriptionNotFound`; a refusal while the subscription has resources of the provider.
pub fn unregister(world: &mut World, subscription: &str, provider: &Provider) -> Result<&'static str, Fault> {
    if has_resources(world, subscription, provider) {
        return Err(arm::provider_in_use(provider.namespace));
    }
    change(world, subscription, provider, false)
}

fn change(world: &mut World, subscription: &str, provider: &Provider, registered: bool) -> Result<&'static str, Fault> {
    let before = world.subscription(subscription).ok_or_else(|| arm::subscription_not_found(subscription))?;
    let state = before.registration_state(provider, world.now);
    if !provider.registration_required || before.has_registered(provider.namespace) == registered {
        return Ok(state);
    }
    let settles_on = world.now.plus(world.settings.operation_duration);
    let after = Subscription::clone(before).with_registration(provider.namespace, Registration { registered, settles_on });
    world.subscriptions.insert(after.id, after);
    Ok(if registered { "Registering" } else { "Unregistering" })
}

fn has_resources(world: &World, subscription: &str, provider: &Provider) -> bool {
    let Some(scope) = world.subscription(subscription).map(|it| it.scope()) else { return false };
    let is_of_provider = |resource_type: &str| resource_type.split('/').next() == Some(provider.namespace);
    KINDS.iter().filter(|kind| is_of_provider(kind.resource_type)).any(|kind| !(kind.tracked)(world, &scope).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::{Duration, Timestamp};
    use uuid::Uuid;

    const SUBSCRIPTION: &str = "22222222-2222-2222-2222-222222222222";

    fn world(registered: &[String]) -> World {
        let mut world = World::default();
        let id = Uuid::try_parse(SUBSCRIPTION).unwrap();
        world.subscriptions.insert(id, Subscription::new(id, Uuid::nil(), "s", Some(registered)));
        world
    }

    fn state(world: &World, namespace: &str) -> &'static str {
        world.subscription(SUBSCRIPTION).unwrap().registration_state(find(namespace).unwrap(), world.now)
    }

    #[test]
    fn a_registration_shows_its_way_and_then_its_end() {
        let mut world = world(&[]);
        world.settings.operation_duration = Duration::parse("PT10S").unwrap();
        let factories = find("microsoft.datafactory").unwrap();
        assert_eq!(state(&world, "Microsoft.DataFactory"), "NotRegistered");
        assert_eq!(register(&mut world, SUBSCRIPTION, factories).unwrap(), "Registering");
        assert_eq!(register(&mut world, SUBSCRIPTION, factories).unwrap(), "Registering");
        assert_eq!(state(&world, "Microsoft.DataFactory"), "Registering");
        world.now = world.now.plus(Duration::parse("PT10S").unwrap());
        assert_eq!(state(&world, "Microsoft.DataFactory"), "Registered");
        assert_eq!(unregister(&mut world, SUBSCRIPTION, factories).unwrap(), "Unregistering");
        assert!(!world.subscription(SUBSCRIPTION).unwrap().has_registered("Microsoft.DataFactory"));
        world.now = Timestamp::from_seconds(1_000_000);
        assert_eq!(state(&world, "Microsoft.DataFactory"), "Unregistered");
    }

    #[test]
    fn a_provider_that_needs_no_registration_is_always_registered() {
        let mut world = world(&[]);
        let resources = find("Microsoft.Resources").unwrap();
        assert_eq!(unregister(&mut world, SUBSCRIPTION, resources).unwrap(), "Registered");
        assert_eq!(register(&mut world, SUBSCRIPTION, resources).unwrap(), "Registered");
    }

    #[test]
    fn the_default_version_is_no_preview() {
        let identities = find("Microsoft.ManagedIdentity").unwrap().resource_type("userAssignedIdentities").unwrap();
        assert_eq!(identities.default_api_version(), Some("2024-11-30"));
    }

    #[test]
    fn types_that_came_later_lack_the_first_versions() {
        let oldest = |namespace: &str, name: &str| find(namespace).unwrap().resource_type(name).unwrap().api_versions.last().copied();
        assert_eq!(oldest("Microsoft.Resources", "tags"), Some("2019-10-01"));
        assert_eq!(oldest("Microsoft.ManagedIdentity", "userAssignedIdentities/federatedIdentityCredentials"), Some("2022-01-31-preview"));
        assert_eq!(oldest("Microsoft.ManagedIdentity", "identities"), Some("2018-11-30"));
        assert_eq!(oldest("Microsoft.Management", "getEntities"), Some("2018-01-01-preview"));
        assert_eq!(oldest("Microsoft.Management", "tenantBackfillStatus"), Some("2018-03-01-beta"));
    }

    #[test]
    fn versions_stand_newest_first_but_for_the_front_doors_own_list() {
        let providers = PROVIDERS.iter().filter(|provider| provider.namespace != "Microsoft.Resources");
        for resource_type in providers.flat_map(|provider| provider.types) {
            let days: Vec<&str> = resource_type.api_versions.iter().filter_map(|version| version.get(..10)).collect();
            assert!(days.is_sorted_by(|one, two| one >= two), "{}", resource_type.name);
        }
    }
}

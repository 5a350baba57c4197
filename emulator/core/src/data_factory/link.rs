//! Links: what ties a linked runtime to the shared runtime whose nodes it uses.
//!
//! A link is an element of the shared runtime's `links`, there whether or not a linked document is. Whether a linked
//! runtime works is not stored but derived at each read: the shared runtime exists, has the element, and grants access
//! to the linking factory's identity. Who may grant is not here: a grant is a role assignment.
//! Follows `datafactory-wire` 4 and <https://learn.microsoft.com/azure/data-factory/create-shared-self-hosted-integration-runtime-powershell>.

use super::credential;
use super::document;
use super::factory::{self, Factory};
use super::integration_runtime::{self, IntegrationRuntime, RuntimeKind, SelfHosted};
use crate::authorization::require;
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::rules::{Rule, integration_runtimes as rules, sharing};
use crate::settings::Authorization;
use crate::timestamp::Timestamp;
use crate::world::{Document, World};
use std::sync::Arc;
use uuid::Uuid;

/// What the linking factory's identity must be allowed at the shared runtime. Which action Azure checks is not
/// published; this one is the closest by name, and Contributor has it and Reader has not (`datafactory-wire` 4.3).
pub const LINK_ACTION: &str = "Microsoft.DataFactory/factories/integrationruntimes/linkedIntegrationRuntime/action";

/// An element of a shared runtime's `links`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The linked runtime's name.
    pub name: Arc<str>,
    /// The subscription of the linking factory, as written.
    pub subscription_id: Arc<str>,
    /// The linking factory's name.
    pub data_factory_name: Arc<str>,
    /// Where the linking factory is.
    pub data_factory_location: Arc<str>,
    /// When the link was made.
    pub create_time: Timestamp,
}

/// What a linked runtime's document says of its link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedInfo {
    /// The id of the shared runtime, as it was sent.
    pub resource_id: Arc<str>,
    /// The credential whose user-assigned identity is used instead of the factory's own.
    pub credential: Option<Arc<str>>,
}

impl Link {
    fn is_of(&self, linked: &ResourceId) -> bool {
        let names = linked.names();
        self.is_of_factory(linked) && names.get(1).is_some_and(|name| name.eq_ignore_ascii_case(&self.name))
    }

    /// Returns whether both are of the same linked runtime.
    fn is_same_as(&self, other: &Self) -> bool {
        self.name.eq_ignore_ascii_case(&other.name) && self.data_factory_name.eq_ignore_ascii_case(&other.data_factory_name)
    }

    /// Returns whether this is a link of the factory that `id` is or lies in. Factory names are unique.
    fn is_of_factory(&self, id: &ResourceId) -> bool {
        id.names().first().is_some_and(|name| name.eq_ignore_ascii_case(&self.data_factory_name))
    }
}

impl LinkedInfo {
    /// Returns the id of the shared runtime, when it is one of a runtime.
    pub fn shared_id(&self) -> Option<ResourceId> {
        let id = ResourceId::parse(&self.resource_id)?;
        id.is_of_type(integration_runtime::RESOURCE_TYPE).then_some(id)
    }
}

/// Checks whether the runtime `id` of `factory` may be linked, in the order in which Azure refuses.
///
/// # Errors
/// `linking-factory-needs-identity`, `link-names-a-runtime`, `shared-runtime-exists`, `sharing-within-one-tenant`,
/// `link-needs-grant`, `one-level-of-sharing`, `hundred-links`, `shared-runtime-needs-node`.
pub fn check(world: &World, id: &ResourceId, factory: &Factory, info: &LinkedInfo) -> Result<(), Fault> {
    let principal = principal(world, factory, info).ok_or_else(|| sharing::identity_required(id.name(), factory.name()))?;
    let shared_id = info.shared_id().ok_or_else(|| {
        sharing::bad_linked_info(&format!("the resourceId '{}' is not the id of an integration runtime.", info.resource_id))
    })?;
    let denied = |rule: &'static Rule| sharing::access_denied(rule, shared_id.name());
    let shared = integration_runtime::find(world, &shared_id).ok_or_else(|| denied(&sharing::SHARED_RUNTIME_EXISTS))?;
    if world.tenant_of(&shared_id) != world.tenant_of(&factory.id) {
        return Err(denied(&sharing::SHARING_WITHIN_ONE_TENANT));
    }
    if !require::permits(world, principal, LINK_ACTION, &shared.id) {
        require::enforce(world, denied(&sharing::LINK_NEEDS_GRANT))?;
    }
    let self_hosted = match &shared.kind {
        RuntimeKind::SelfHosted(_) if shared.id == *id => {
            return Err(sharing::more_than_one_level(shared.name(), "it is the runtime itself."));
        }
        RuntimeKind::SelfHosted(self_hosted) => self_hosted,
        RuntimeKind::Linked(_) => return Err(sharing::more_than_one_level(shared.name(), "it is itself linked.")),
        RuntimeKind::Managed(_) => {
            let problem = format!("the integration runtime '{}' is managed; only a self-hosted one can be shared.", shared.name());
            return Err(sharing::bad_linked_info(&problem));
        }
    };
    sharing::links_at_most_a_hundred(self_hosted.links.iter().filter(|link| !link.is_of(id)).count(), shared.name())?;
    if world.settings.link_needs_registered_node && self_hosted.nodes.is_empty() {
        return Err(sharing::node_required(&shared.id));
    }
    Ok(())
}

/// Returns the principal that needs the grant: of the credential's user-assigned identity if one is named, else of the
/// factory's own identity.
fn principal(world: &World, factory: &Factory, info: &LinkedInfo) -> Option<Uuid> {
    match &info.credential {
        Some(name) => credential::principal(world, factory, name),
        None => factory.system_principal(),
    }
}

/// Returns the shared runtime that a linked one mirrors, or `None` when access is denied: the shared runtime or the
/// link is gone, or the grant, unless the world only audits.
pub fn mirrored<'a>(
    world: &'a World,
    linked: &IntegrationRuntime,
    info: &LinkedInfo,
) -> Option<(&'a Arc<IntegrationRuntime>, &'a SelfHosted)> {
    let shared = integration_runtime::find(world, &info.shared_id()?)?;
    let RuntimeKind::SelfHosted(self_hosted) = &shared.kind else { return None };
    let principal = principal(world, factory::get(world, &linked.id).ok()?, info)?;
    let is_granted =
        || world.settings.authorization == Authorization::Audit || require::is_allowed(world, principal, LINK_ACTION, &shared.id);
    (is_registered(world, linked, info) && is_granted()).then_some((shared, self_hosted))
}

/// Returns whether the shared runtime has the element of a linked one.
pub fn is_registered(world: &World, linked: &IntegrationRuntime, info: &LinkedInfo) -> bool {
    let shared = info.shared_id().and_then(|id| integration_runtime::find(world, &id));
    matches!(shared.map(|shared| &shared.kind), Some(RuntimeKind::SelfHosted(it)) if it.links.iter().any(|link| link.is_of(&linked.id)))
}

/// Returns whether the shared runtime has the element of a linked runtime, where a put of the document would not make it so:
/// the grant or the shared runtime is gone, the element was removed, or a node is asked for that is registered later. None
/// for all that a put makes.
pub fn is_registered_unlike_a_put(world: &World, id: &ResourceId) -> Option<bool> {
    let linked = integration_runtime::find(world, id)?;
    let RuntimeKind::Linked(info) = &linked.kind else { return None };
    let is_made_by_a_put = !world.settings.link_needs_registered_node && mirrored(world, linked, info).is_some();
    (!is_made_by_a_put).then(|| is_registered(world, linked, info))
}

/// Refuses to connect through a linked runtime whose access is denied; any other runtime will do.
///
/// # Errors
/// `revoked-link-is-access-denied`.
pub fn require_access(world: &World, runtime: &IntegrationRuntime) -> Result<(), Fault> {
    let RuntimeKind::Linked(info) = &runtime.kind else { return Ok(()) };
    let shared_id = info.shared_id();
    let name = shared_id.as_ref().map_or(&*info.resource_id, |id| id.name());
    let denied = || sharing::access_denied(&sharing::REVOKED_LINK_IS_ACCESS_DENIED, name);
    let identity = factory::get(world, &runtime.id).ok().and_then(|factory| principal(world, factory, info));
    let grant = shared_id.as_ref().zip(identity).map(|(shared, identity)| require::permits(world, identity, LINK_ACTION, shared));
    match mirrored(world, runtime, info) {
        Some(_) if grant == Some(true) => Ok(()),
        Some(_) => require::enforce(world, denied()),
        None => Err(denied()),
    }
}

/// Keeps the links in step with a linked runtime that was just put: the element at the shared runtime that it names
/// now, and none at the one that it named before.
pub fn follow(world: &mut World, before: Option<&IntegrationRuntime>, runtime: &IntegrationRuntime, factory: &Factory) {
    let RuntimeKind::Linked(info) = &runtime.kind else { return };
    let Some(shared_id) = info.shared_id() else { return };
    if let Some(before) = before.filter(|before| shared_of(before) != Some(shared_id.clone())) {
        take_away(world, before);
    }
    add(world, &shared_id, link_of(world, &runtime.id, factory));
}

/// Returns the element that a runtime of `factory` that is linked now has from now on.
pub fn link_of(world: &World, linked: &ResourceId, factory: &Factory) -> Link {
    Link {
        name: linked.name().into(),
        subscription_id: factory.id.subscription().unwrap_or_default().into(),
        data_factory_name: factory.name().into(),
        data_factory_location: factory.location.clone(),
        create_time: world.now,
    }
}

/// Adds a link unless the shared runtime has it, or is gone.
pub fn add(world: &mut World, shared: &ResourceId, link: Link) {
    let Some(shared) = integration_runtime::find(world, shared).cloned() else { return };
    let RuntimeKind::SelfHosted(self_hosted) = &shared.kind else { return };
    if !self_hosted.links.iter().any(|other| other.is_same_as(&link)) {
        let links = self_hosted.links.iter().cloned().chain([link.clone()]).collect();
        keep_links(world, &shared, self_hosted, links);
    }
}

/// Takes away the link of a linked runtime that goes, or goes elsewhere.
pub fn take_away(world: &mut World, linked: &IntegrationRuntime) {
    if let Some(shared) = shared_of(linked).and_then(|id| integration_runtime::find(world, &id).cloned()) {
        retain(world, &shared, |link| !link.is_of(&linked.id));
    }
}

/// Takes away the links of all factories and linked runtimes at a scope and below it, which are about to go.
pub fn take_away_below(world: &mut World, scope: &ResourceId) {
    let own = factory::get(world, scope).ok().filter(|factory| factory.id == *scope).cloned();
    let lost: Vec<ResourceId> = own.into_iter().chain(factory::list(world, scope)).map(|factory| factory.id.clone()).collect();
    let stays = |link: &Link| !lost.iter().any(|factory| link.is_of_factory(factory));
    let loses = |runtime: &&Arc<IntegrationRuntime>| matches!(&runtime.kind, RuntimeKind::SelfHosted(it) if !it.links.iter().all(stays));
    let shared: Vec<Arc<IntegrationRuntime>> = integration_runtime::below(world, &ResourceId::root()).filter(loses).cloned().collect();
    for runtime in &shared {
        retain(world, runtime, stays);
    }
    let linked = integration_runtime::find(world, scope).cloned();
    if let Some(linked) = linked {
        take_away(world, &linked);
    }
}

/// Removes all links of the factory that the body names; a name without a link is as good.
///
/// # Errors
/// `link-is-removed-at-the-shared-runtime` when it is no name; `linked-runtime-mirrors-shared` and
/// `operation-suits-the-runtime` for a runtime that cannot have links; `link-request-shape`.
pub fn remove_links(world: &mut World, id: &ResourceId, body: &Document) -> Result<(), Fault> {
    let shared = integration_runtime::get(world, id)?.clone();
    let factory_name = text(body, "factoryName")?;
    sharing::is_a_factory_name(factory_name)?;
    shared.self_hosted("IntegrationRuntimes_RemoveLinks")?;
    retain(world, &shared, |link| !link.data_factory_name.eq_ignore_ascii_case(factory_name));
    Ok(())
}

/// Registers a link from the sharing side. It makes no document in the linking factory, which need not be known.
///
/// # Errors
/// `shared-runtime-needs-node`, `hundred-links`, `link-request-shape`; `linked-runtime-mirrors-shared` and
/// `operation-suits-the-runtime` for a runtime that cannot have links.
pub fn create_linked_integration_runtime(world: &mut World, id: &ResourceId, body: &Document) -> Result<(), Fault> {
    let shared = integration_runtime::get(world, id)?.clone();
    let link = Link {
        name: text(body, "name")?.into(),
        subscription_id: text(body, "subscriptionId")?.into(),
        data_factory_name: text(body, "dataFactoryName")?.into(),
        data_factory_location: text(body, "dataFactoryLocation")?.into(),
        create_time: world.now,
    };
    let self_hosted = shared.self_hosted("IntegrationRuntimes_CreateLinkedIntegrationRuntime")?;
    if self_hosted.nodes.is_empty() {
        return Err(sharing::node_required(&shared.id));
    }
    sharing::links_at_most_a_hundred(self_hosted.links.iter().filter(|other| !other.is_same_as(&link)).count(), shared.name())?;
    add(world, &shared.id, link);
    Ok(())
}

fn text<'a>(body: &'a Document, member: &str) -> Result<&'a str, Fault> {
    let sent = document::member(body, member).and_then(|value| value.as_str()).filter(|text| !text.is_empty());
    sent.ok_or_else(|| rules::bad_link_request(member))
}

fn shared_of(runtime: &IntegrationRuntime) -> Option<ResourceId> {
    match &runtime.kind {
        RuntimeKind::Linked(info) => info.shared_id(),
        _ => None,
    }
}

fn retain(world: &mut World, shared: &IntegrationRuntime, stays: impl Fn(&Link) -> bool) {
    let RuntimeKind::SelfHosted(self_hosted) = &shared.kind else { return };
    if !self_hosted.links.iter().all(&stays) {
        let links = self_hosted.links.iter().filter(|link| stays(link)).cloned().collect();
        keep_links(world, shared, self_hosted, links);
    }
}

fn keep_links(world: &mut World, shared: &IntegrationRuntime, self_hosted: &SelfHosted, links: Arc<[Link]>) {
    integration_runtime::keep_kind(world, shared, RuntimeKind::SelfHosted(SelfHosted { links, ..self_hosted.clone() }));
}

#[cfg(test)]
mod tests {
    use super::super::integration_runtime::status::get_status;
    use super::super::testing::{self, assign, document, factory_with_identity, group, link, register, self_hosted};
    use super::*;
    use crate::authorization::role_assignment;
    use crate::resources::subscription::Subscription;
    use serde_json::json;

    struct Two {
        world: World,
        shared: ResourceId,
        linked: ResourceId,
        principal: Uuid,
    }

    /// A factory with a self-hosted runtime, and another that may want to link to it.
    fn two() -> Two {
        let mut world = testing::world();
        let sharing = group("rg-shared").at_scope(factory::RESOURCE_TYPE, "f-shared");
        let linking = group("rg-linked").at_scope(factory::RESOURCE_TYPE, "f-linked");
        factory_with_identity(&mut world, &sharing);
        let principal = factory_with_identity(&mut world, &linking);
        let (shared, linked) = (sharing.child("integrationRuntimes", "shared"), linking.child("integrationRuntimes", "linked"));
        self_hosted(&mut world, &shared);
        Two { world, shared, linked, principal }
    }

    fn state(world: &World, id: &ResourceId) -> (String, &'static str) {
        let status = get_status(world, id).unwrap();
        (status.runtime.name().to_owned(), status.state())
    }

    fn links(world: &World, shared: &ResourceId) -> Vec<String> {
        let runtime = integration_runtime::get(world, shared).unwrap();
        runtime.self_hosted("").unwrap().links.iter().map(|link| format!("{}/{}", link.data_factory_name, link.name)).collect()
    }

    #[test]
    fn a_link_needs_the_grant_and_then_mirrors() {
        let Two { mut world, shared, linked, principal } = two();
        assert_eq!(link(&mut world, &linked, &shared), Err("link-needs-grant"));
        assign(&mut world, principal, "Reader", &shared);
        assert_eq!(link(&mut world, &linked, &shared), Err("link-needs-grant"), "Reader is not enough");
        let name = assign(&mut world, principal, "Contributor", &shared);
        assert_eq!(link(&mut world, &linked, &shared), Ok(()));
        assert_eq!(links(&world, &shared), ["f-linked/linked"]);
        assert_eq!(state(&world, &linked), ("shared".into(), "NeedRegistration"));
        register(&mut world, &shared, "node1");
        assert_eq!(state(&world, &linked), ("shared".into(), "Online"));

        role_assignment::delete(&mut world, &shared, &name, Uuid::nil()).unwrap();
        assert_eq!(state(&world, &linked), ("linked".into(), "AccessDenied"));
        assert!(get_status(&world, &linked).unwrap().nodes().is_empty());
        let rule = require_access(&world, integration_runtime::get(&world, &linked).unwrap()).unwrap_err().rule().unwrap().name;
        assert_eq!(rule, "revoked-link-is-access-denied");
        assert_eq!(links(&world, &shared).len(), 1, "the element stays");
        assign(&mut world, principal, "Contributor", &group("rg-shared"));
        assert_eq!(state(&world, &linked), ("shared".into(), "Online"), "granted again, from above");
    }

    #[test]
    fn a_removed_link_comes_back_with_a_put() {
        let Two { mut world, shared, linked, principal } = two();
        assign(&mut world, principal, "Contributor", &shared);
        link(&mut world, &linked, &shared).unwrap();
        remove_links(&mut world, &shared, &document(json!({ "factoryName": "nobody" }))).unwrap();
        assert_eq!(links(&world, &shared).len(), 1);
        remove_links(&mut world, &shared, &document(json!({ "factoryName": "F-LINKED" }))).unwrap();
        assert!(links(&world, &shared).is_empty());
        assert_eq!(state(&world, &linked).1, "AccessDenied");
        link(&mut world, &linked, &shared).unwrap();
        assert_eq!(state(&world, &linked).1, "NeedRegistration");
        let code = |fault: Fault| fault.rule().unwrap().code;
        let by_id = document(json!({ "factoryName": shared.as_str() }));
        assert_eq!(code(remove_links(&mut world, &shared, &by_id).unwrap_err()), "InternalError");
        assert_eq!(code(remove_links(&mut world, &shared, &document(json!({}))).unwrap_err()), "BadRequest");
        let there = document(json!({ "factoryName": "f-linked" }));
        assert_eq!(remove_links(&mut world, &linked, &there).unwrap_err().rule().unwrap().name, "linked-runtime-mirrors-shared");
    }

    #[test]
    fn links_go_with_the_linked_runtime_its_factory_and_its_group() {
        let Two { mut world, shared, linked, principal } = two();
        assign(&mut world, principal, "Contributor", &group("rg-shared"));
        link(&mut world, &linked, &shared).unwrap();
        assert!(integration_runtime::delete(&mut world, &linked).unwrap());
        assert!(links(&world, &shared).is_empty());
        link(&mut world, &linked, &shared).unwrap();
        factory::delete(&mut world, &linked);
        assert!(links(&world, &shared).is_empty());
        let principal = factory_with_identity(&mut world, &linked.parent().unwrap());
        assert_eq!(link(&mut world, &linked, &shared), Err("link-needs-grant"), "the new identity is another");
        assign(&mut world, principal, "Contributor", &group("rg-shared"));
        link(&mut world, &linked, &shared).unwrap();
        world.remove_at_and_below(&group("rg-linked"));
        assert!(links(&world, &shared).is_empty());
    }

    #[test]
    fn a_shared_runtime_goes_as_asked_and_a_new_one_has_no_links() {
        let Two { mut world, shared, linked, principal } = two();
        assign(&mut world, principal, "Contributor", &group("rg-shared"));
        link(&mut world, &linked, &shared).unwrap();
        integration_runtime::delete(&mut world, &shared).unwrap();
        assert_eq!(state(&world, &linked), ("linked".into(), "AccessDenied"));
        assert_eq!(link(&mut world, &linked, &shared), Err("shared-runtime-exists"));
        self_hosted(&mut world, &shared);
        assert_eq!(state(&world, &linked), ("linked".into(), "AccessDenied"));
        link(&mut world, &linked, &shared).unwrap();
        assert_eq!(state(&world, &linked), ("shared".into(), "NeedRegistration"));
    }

    #[test]
    fn refusals_come_in_order() {
        let Two { mut world, shared, linked, principal } = two();
        let plain = group("rg-linked").at_scope(factory::RESOURCE_TYPE, "f-plain");
        factory::create_or_update(&mut world, &plain, &document(json!({ "location": "eastus" })), None).unwrap();
        let no_id = ResourceId::parse("/x").unwrap();
        assert_eq!(link(&mut world, &plain.child("integrationRuntimes", "linked"), &no_id), Err("linking-factory-needs-identity"));
        assert_eq!(link(&mut world, &linked, &no_id), Err("link-names-a-runtime"));
        assert_eq!(link(&mut world, &linked, &shared.parent().unwrap().child("integrationRuntimes", "none")), Err("shared-runtime-exists"));

        let other = Uuid::from_u128(0x8888);
        let mut subscription = Subscription::clone(world.subscriptions.values().next().unwrap());
        (subscription.id, subscription.tenant_id) = (other, Uuid::from_u128(0x9999));
        world.subscriptions.insert(other, subscription);
        let elsewhere =
            ResourceId::parse(&format!("/subscriptions/{other}/resourceGroups/g")).unwrap().at_scope(factory::RESOURCE_TYPE, "f-other");
        factory_with_identity(&mut world, &elsewhere);
        let foreign = elsewhere.child("integrationRuntimes", "shared");
        self_hosted(&mut world, &foreign);
        assert_eq!(link(&mut world, &linked, &foreign), Err("sharing-within-one-tenant"));

        assert_eq!(link(&mut world, &linked, &shared), Err("link-needs-grant"));
        assign(&mut world, principal, "Contributor", &group("rg-shared"));
        assign(&mut world, principal, "Contributor", &group("rg-linked"));
        link(&mut world, &linked, &shared).unwrap();
        assert_eq!(link(&mut world, &linked, &linked), Err("one-level-of-sharing"));
        let own = linked.parent().unwrap().child("integrationRuntimes", "own");
        self_hosted(&mut world, &own);
        assert_eq!(link(&mut world, &own, &own), Err("one-level-of-sharing"));
        assert_eq!(link(&mut world, &own, &shared), Err("link-stays-a-link"));
        world.settings.link_needs_registered_node = true;
        assert_eq!(link(&mut world, &linked, &shared), Err("shared-runtime-needs-node"));
    }

    #[test]
    fn the_hundredth_link_is_made_and_the_next_is_not() {
        let Two { mut world, shared, linked, principal } = two();
        assign(&mut world, principal, "Contributor", &shared);
        let nth = |number: usize| linked.parent().unwrap().child("integrationRuntimes", &format!("linked-{number}"));
        for number in 1..=sharing::LINKS_MAX {
            link(&mut world, &nth(number), &shared).unwrap();
        }
        assert_eq!(link(&mut world, &nth(101), &shared), Err("hundred-links"));
        assert_eq!(link(&mut world, &nth(100), &shared), Ok(()), "one that is there is put again");
        register(&mut world, &shared, "node1");
        let from_the_sharing_side = |world: &mut World, number: usize| {
            let name = format!("linked-{number}");
            let body = json!({ "name": name, "subscriptionId": "s", "dataFactoryName": "f-linked", "dataFactoryLocation": "East US" });
            create_linked_integration_runtime(world, &shared, &document(body)).map_err(|fault| fault.rule().unwrap().name)
        };
        assert_eq!(from_the_sharing_side(&mut world, 101), Err("hundred-links"));
        assert_eq!(from_the_sharing_side(&mut world, 100), Ok(()));
    }

    #[test]
    fn a_link_from_the_sharing_side_needs_a_node_and_makes_no_document() {
        let Two { mut world, shared, linked, principal } = two();
        let body =
            document(json!({ "name": "linked", "subscriptionId": "s", "dataFactoryName": "f-linked", "dataFactoryLocation": "West US" }));
        let fault = create_linked_integration_runtime(&mut world, &shared, &body).unwrap_err();
        assert_eq!(fault.rule().unwrap().code, "UnsupportedVersionForSharableIR");
        let Fault::RuleBroken(broken) = fault else { panic!() };
        assert_eq!((broken.message, broken.target), (None, Some(integration_runtime::printed(&shared).to_string())));
        register(&mut world, &shared, "node1");
        create_linked_integration_runtime(&mut world, &shared, &body).unwrap();
        create_linked_integration_runtime(&mut world, &shared, &body).unwrap();
        assert_eq!(links(&world, &shared), ["f-linked/linked"]);
        assert!(integration_runtime::find(&world, &linked).is_none());
        assign(&mut world, principal, "Contributor", &shared);
        link(&mut world, &linked, &shared).unwrap();
        assert_eq!(links(&world, &shared).len(), 1);
    }

    #[test]
    fn a_link_that_moves_leaves_nothing_behind() {
        let Two { mut world, shared, linked, principal } = two();
        let second = shared.parent().unwrap().child("integrationRuntimes", "second");
        self_hosted(&mut world, &second);
        assign(&mut world, principal, "Contributor", &group("rg-shared"));
        link(&mut world, &linked, &shared).unwrap();
        link(&mut world, &linked, &second).unwrap();
        assert!(links(&world, &shared).is_empty());
        assert_eq!(links(&world, &second), ["f-linked/linked"]);
    }
}

//! Management groups: the tree above subscriptions, and which scope stands below which group.
//!
//! Every tenant has a root group whose name is the tenant's id; it stands above every group and every subscription that
//! is in no other group. Reading the tree is here; changing it is in `change.rs`, its settings are in `settings.rs`.
//! Follows <https://learn.microsoft.com/azure/governance/management-groups/overview>.

mod change;
mod document;
mod entities;
pub mod settings;
mod tree;

use crate::directory::tenant::Tenant;
use crate::fault::Fault;
use crate::guid;
use crate::resource_id::{ResourceId, key_is_at_or_below};
use crate::resources::subscription::{self, Subscription};
use crate::rules::management_groups as rules;
use crate::world::World;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

pub use change::{ManagementGroupParameters, add_subscription, create_or_update, delete, finish_deletion, remove_subscription, update};
pub use document::{entries, seed};
pub use entities::{Entity, EntityQuery, Permissions, entities};
pub use tree::{ManagementGroup, ManagementGroups};

/// The resource type of management groups.
pub const TYPE: &str = "Microsoft.Management/managementGroups";

/// What the key of every management group's scope begins with.
pub const KEY_PREFIX: &str = "/providers/microsoft.management/managementgroups/";

/// What the root group is called until it is given another name.
const ROOT_DISPLAY_NAME: &str = "Tenant Root Group";

/// Returns the id of the group of this name.
pub fn id_of(name: &str) -> ResourceId {
    ResourceId::root().at_scope(TYPE, name)
}

/// Returns the name of the management group that is the scope, or in which it lies by its spelling, in lower case.
pub fn named_in(scope_key: &str) -> Option<&str> {
    scope_key.strip_prefix(KEY_PREFIX).and_then(|rest| rest.split('/').next())
}

/// Returns the tenant that has the management group of this name.
pub fn tenant_of<'a>(world: &'a World, name: &str) -> Option<&'a Arc<Tenant>> {
    world.directory.tenants().find(|tenant| is_root_group(tenant, name) || tenant.management_groups.get(name).is_some())
}

/// Returns whether the name is that of the tenant's root group.
pub fn is_root_group(tenant: &Tenant, name: &str) -> bool {
    guid::dashed(name) == Some(tenant.id)
}

/// Returns whether the group `name` is above the scope, or is it. A group that does not exist counts as below every
/// root group: so whoever administers a whole tenant makes groups and is told that one is missing.
pub fn is_at_or_above(world: &World, name: &str, scope: &ResourceId) -> bool {
    if let Some(subscription) = scope.subscription().and_then(|id| world.subscription(id)) {
        let tenant = world.directory.tenant(subscription.tenant_id);
        return tenant.is_some_and(|tenant| {
            is_root_group(tenant, name) || tenant.management_groups.above_subscription(subscription.id).any(|it| it.is_named(name))
        });
    }
    let Some(group) = named_in(scope.key()) else { return false };
    match tenant_of(world, group) {
        Some(tenant) => is_root_group(tenant, name) || tenant.management_groups.at_and_above(group).any(|it| it.is_named(name)),
        None => world.directory.tenants().any(|tenant| is_root_group(tenant, name)),
    }
}

/// Returns the keys of the groups above the scope, but for one that its spelling names, in order.
pub fn keys_above(world: &World, scope: &ResourceId) -> Vec<Arc<str>> {
    let subscription = scope.subscription().and_then(|id| world.subscription(id));
    let tenants: Vec<&Arc<Tenant>> = match (subscription, named_in(scope.key())) {
        (Some(subscription), _) => world.directory.tenant(subscription.tenant_id).into_iter().collect(),
        (None, Some(name)) => tenant_of(world, name).map_or_else(|| world.directory.tenants().collect(), |tenant| vec![tenant]),
        (None, None) => Vec::new(),
    };
    let names = tenants.into_iter().flat_map(|tenant| {
        let groups = &tenant.management_groups;
        let of_subscription = subscription.into_iter().flat_map(|it| groups.above_subscription(it.id));
        let of_group = named_in(scope.key()).into_iter().flat_map(|name| groups.at_and_above(name));
        of_subscription.chain(of_group).map(|it| it.name.to_string()).chain([tenant.id.to_string()])
    });
    let keys = names.map(|name| id_of(&name).key().clone());
    let above: BTreeSet<Arc<str>> = keys.filter(|key| !key_is_at_or_below(scope.key(), key)).collect();
    above.into_iter().collect()
}

/// What is shown of a group, the root group included.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Its tenant.
    pub tenant_id: Uuid,
    /// Its name.
    pub name: Arc<str>,
    /// The group itself, as stored; the root group is stored once it was changed.
    pub group: Option<Arc<ManagementGroup>>,
    /// What portals show.
    pub display_name: Arc<str>,
    /// Names and display names of the groups above, the nearest first, the root group last.
    pub above: Vec<(Arc<str>, Arc<str>)>,
}

impl Shown {
    fn of(tenant: &Tenant, name: &str) -> Option<Self> {
        let group = tenant.management_groups.get(name).cloned();
        if group.is_none() && !is_root_group(tenant, name) {
            return None;
        }
        let root = root_of(tenant);
        let is_root = is_root_group(tenant, name);
        let above = tenant.management_groups.at_and_above(name).skip(1).map(|it| (it.name.clone(), it.display_name.clone()));
        let above = if is_root { Vec::new() } else { above.chain([root.clone()]).collect() };
        let display_name = group.as_ref().map_or(root.1, |group| group.display_name.clone());
        let name = group.as_ref().map_or(root.0, |group| group.name.clone());
        Some(Self { tenant_id: tenant.id, name, group, display_name, above })
    }
}

/// Name and display name of a tenant's root group.
fn root_of(tenant: &Tenant) -> (Arc<str>, Arc<str>) {
    let name: Arc<str> = tenant.id.to_string().into();
    let changed = tenant.management_groups.get(&name).map(|group| group.display_name.clone());
    (name, changed.unwrap_or_else(|| ROOT_DISPLAY_NAME.into()))
}

/// Returns the group of this name.
///
/// # Errors
/// `management-group-exists`.
pub fn get(world: &World, name: &str) -> Result<Shown, Fault> {
    tenant_of(world, name).and_then(|tenant| Shown::of(tenant, name)).ok_or_else(|| rules::management_group_not_found(name))
}

/// Returns all groups of a tenant, the root group first.
pub fn list(world: &World, tenant_id: Uuid) -> Vec<Shown> {
    let Some(tenant) = world.directory.tenant(tenant_id) else { return Vec::new() };
    let root = tenant.id.to_string();
    let groups = tenant.management_groups.iter().filter(|it| !is_root_group(tenant, &it.name)).map(|it| it.name.to_string());
    std::iter::once(root).chain(groups).filter_map(|name| Shown::of(tenant, &name)).collect()
}

/// Returns the groups directly below a group, by name.
pub fn children(world: &World, parent: &Shown) -> Vec<Shown> {
    let Some(tenant) = world.directory.tenant(parent.tenant_id) else { return Vec::new() };
    let is_child = |it: &&Arc<ManagementGroup>| {
        !is_root_group(tenant, &it.name)
            && it.parent.as_deref().map_or_else(|| is_root_group(tenant, &parent.name), |up| up.eq_ignore_ascii_case(&parent.name))
    };
    tenant.management_groups.iter().filter(is_child).filter_map(|it| Shown::of(tenant, &it.name)).collect()
}

/// Returns the subscriptions directly below a group, in the order in which they were added to the world.
pub fn subscriptions<'a>(world: &'a World, parent: &'a Shown) -> impl Iterator<Item = &'a Arc<Subscription>> {
    subscription::of_tenant(world, parent.tenant_id).filter(move |it| {
        let tenant = world.directory.tenant(parent.tenant_id);
        let group = tenant.and_then(|tenant| tenant.management_groups.of_subscription(it.id));
        group.map_or_else(|| tenant.is_some_and(|tenant| is_root_group(tenant, &parent.name)), |group| group.is_named(&parent.name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world() -> World {
        let group = |name: &str, parent: Option<&str>| ManagementGroup::new(name, None, parent);
        let mut groups = ManagementGroups::default();
        groups.insert(group("top", None));
        groups.insert(group("Below", Some("top")));
        groups.insert(group("round", Some("round")));
        groups.place(Uuid::from_u128(2), Some("below"));
        let mut world = World::default();
        let tenant = Tenant { id: Uuid::from_u128(1), display_name: "t".into(), domain: "t".into(), management_groups: Arc::new(groups) };
        world.directory.add_tenant(tenant);
        for id in [2, 3].map(Uuid::from_u128) {
            world.subscription_order = world.subscription_order.iter().copied().chain([id]).collect();
            world.subscriptions.insert(id, Subscription::new(id, Uuid::from_u128(1), "s", None));
        }
        world
    }

    #[test]
    fn a_group_is_above_what_lies_in_the_groups_below_it() {
        let world = world();
        let scope = |text: &str| ResourceId::parse(text).unwrap();
        let inside = scope(&format!("/subscriptions/{}/resourceGroups/rg", Uuid::from_u128(2)));
        let outside = scope(&format!("/subscriptions/{}", Uuid::from_u128(3)));
        let root = Uuid::from_u128(1).to_string();
        for name in ["below", "TOP", &root] {
            assert!(is_at_or_above(&world, name, &inside), "{name}");
        }
        assert!(!is_at_or_above(&world, "top", &outside));
        assert!(is_at_or_above(&world, &root, &outside));
        assert!(is_at_or_above(&world, "top", &id_of("below")));
        assert!(!is_at_or_above(&world, "round", &id_of("below")));
        assert!(!is_at_or_above(&world, "below", &id_of("top")));
        assert!(!is_at_or_above(&world, "top", &ResourceId::root()));
        assert!(is_at_or_above(&world, &root, &id_of("missing")) && !is_at_or_above(&world, "top", &id_of("missing")));
    }

    #[test]
    fn the_keys_above_a_scope_are_those_of_the_groups_above_it() {
        let world = world();
        let root = Uuid::from_u128(1).to_string();
        let subscription = |id| format!("/subscriptions/{}/resourceGroups/rg", Uuid::from_u128(id));
        let groups = ["top", "Below", "round", "missing", &root].map(|name| id_of(name).to_string());
        let inside = id_of("below").at_scope("Microsoft.Authorization/roleAssignments", "x").to_string();
        let scopes = ["/".to_owned(), subscription(2), subscription(3), subscription(9), inside];
        for scope in scopes.into_iter().chain(groups).map(|text| ResourceId::parse(&text).unwrap()) {
            let keys = keys_above(&world, &scope);
            for name in ["top", "below", "round", "missing", &root] {
                let id = id_of(name);
                let is_above = is_at_or_above(&world, name, &scope) && !scope.is_at_or_below(&id);
                assert_eq!(keys.contains(id.key()), is_above, "{name}, {scope}");
            }
        }
    }

    #[test]
    fn a_group_that_is_its_own_parent_ends() {
        let world = world();
        let tenant = tenant_of(&world, "round").unwrap();
        assert_eq!(tenant.management_groups.at_and_above("round").count(), rules::DEPTH_MAX);
    }

    #[test]
    fn a_group_shows_what_is_above_and_below_it() {
        let world = world();
        let below = get(&world, "BELOW").unwrap();
        let names: Vec<&str> = below.above.iter().map(|(_, shown)| &**shown).collect();
        assert_eq!((&*below.name, names), ("Below", vec!["top", "Tenant Root Group"]));
        assert_eq!(subscriptions(&world, &below).map(|it| it.id.as_u128()).collect::<Vec<_>>(), [2]);
        let root = get(&world, &Uuid::from_u128(1).to_string()).unwrap();
        assert!(root.above.is_empty());
        assert_eq!(children(&world, &root).iter().map(|it| &*it.name).collect::<Vec<_>>(), ["top"]);
        assert_eq!(subscriptions(&world, &root).map(|it| it.id.as_u128()).collect::<Vec<_>>(), [3]);
        assert_eq!(list(&world, Uuid::from_u128(1)).len(), 4);
        assert!(get(&world, "missing").is_err());
    }
}

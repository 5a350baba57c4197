//! Management groups: the tree above subscriptions, and which scope stands below which group.
//!
//! Every tenant has a root group whose name is the tenant's id; it stands above every group and every subscription that
//! is in no other group. Reading the tree is here; changing it is in `change.rs`, its settings are in `settings.rs`.
//! Follows <https://learn.microsoft.com/azure/governance/management-groups/overview>.

mod change;
mod child_filter;
mod document;
mod entities;
mod moving;
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
pub use child_filter::ChildFilter;
pub use document::{entries, remember_deleted, seed};
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

/// Returns the tenant, if it has a management group of this name: names are those of one directory.
pub fn tenant_with<'a>(world: &'a World, tenant: Uuid, name: &str) -> Option<&'a Arc<Tenant>> {
    world.directory.tenant(tenant).filter(|tenant| is_root_group(tenant, name) || tenant.management_groups.get(name).is_some())
}

/// Returns whether the name is that of the tenant's root group.
pub fn is_root_group(tenant: &Tenant, name: &str) -> bool {
    guid::dashed(name) == Some(tenant.id)
}

/// Returns whether the group `name` of a tenant is above the scope, or is it. A group that does not exist counts as below
/// the root group: so whoever administers a whole tenant makes groups and is told that one is missing.
pub fn is_at_or_above(world: &World, tenant: Uuid, name: &str, scope: &ResourceId) -> bool {
    let Some(tenant) = world.directory.tenant(tenant) else { return false };
    let groups = &tenant.management_groups;
    if let Some(subscription) = scope.subscription().and_then(|id| world.subscription(id)) {
        let is_above = || is_root_group(tenant, name) || groups.above_subscription(subscription.id).any(|it| it.is_named(name));
        return subscription.tenant_id == tenant.id && is_above();
    }
    let is_above = |group: &str| is_root_group(tenant, name) || groups.at_and_above(group).any(|it| it.is_named(name));
    named_in(scope.key()).is_some_and(is_above)
}

/// Returns the keys of the groups of a tenant above the scope, but for one that its spelling names, in order.
pub fn keys_above(world: &World, tenant: Uuid, scope: &ResourceId) -> Vec<Arc<str>> {
    let subscription = scope.subscription().and_then(|id| world.subscription(id)).filter(|it| it.tenant_id == tenant);
    let group = named_in(scope.key());
    let tenant = world.directory.tenant(tenant).filter(|_| subscription.is_some() || group.is_some());
    let names = tenant.into_iter().flat_map(|tenant| {
        let groups = &tenant.management_groups;
        let of_subscription = subscription.into_iter().flat_map(|it| groups.above_subscription(it.id));
        let of_group = group.into_iter().flat_map(|name| groups.at_and_above(name));
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

/// Returns the group of this name in the directory of a tenant.
///
/// # Errors
/// `management-group-exists`.
pub fn get(world: &World, tenant: Uuid, name: &str) -> Result<Shown, Fault> {
    let tenant = world.directory.tenant(tenant);
    tenant.and_then(|tenant| Shown::of(tenant, name)).ok_or_else(|| rules::management_group_not_found(name))
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

    const TENANT: Uuid = Uuid::from_u128(1);
    const OTHER: Uuid = Uuid::from_u128(4);

    fn world() -> World {
        let group = |name: &str, parent: Option<&str>| ManagementGroup::new(name, None, parent);
        let mut groups = ManagementGroups::default();
        groups.insert(group("top", None));
        groups.insert(group("Below", Some("top")));
        groups.insert(group("round", Some("round")));
        groups.place(Uuid::from_u128(2), Some("below"));
        let mut world = World::default();
        let mut others = ManagementGroups::default();
        others.insert(group("below", None));
        others.place(Uuid::from_u128(5), Some("below"));
        for (id, groups) in [(TENANT, groups), (OTHER, others)] {
            world.directory.add_tenant(Tenant { id, display_name: "t".into(), domain: "t".into(), management_groups: Arc::new(groups) });
        }
        for (id, tenant) in [(2, TENANT), (3, TENANT), (5, OTHER)] {
            let id = Uuid::from_u128(id);
            world.subscription_order = world.subscription_order.iter().copied().chain([id]).collect();
            world.subscriptions.insert(id, Subscription::new(id, tenant, "s", None));
        }
        world
    }

    #[test]
    fn two_directories_may_have_groups_of_one_name() {
        let world = world();
        let of_other = ResourceId::parse(&format!("/subscriptions/{}", Uuid::from_u128(5))).unwrap();
        let is_above = |tenant, name: &str, scope: &ResourceId| is_at_or_above(&world, tenant, name, scope);
        assert!(is_above(OTHER, "below", &of_other) && is_above(OTHER, &OTHER.to_string(), &of_other));
        assert!(!is_above(TENANT, "below", &of_other) && !is_above(TENANT, &TENANT.to_string(), &of_other));
        assert!(is_above(TENANT, "top", &id_of("below")) && !is_above(OTHER, "top", &id_of("below")));
        assert_eq!((keys_above(&world, TENANT, &of_other), keys_above(&world, OTHER, &of_other).len()), (vec![], 2));
        let names = |tenant| list(&world, tenant).iter().map(|it| it.name.to_string()).collect::<Vec<_>>();
        assert_eq!(names(OTHER), [OTHER.to_string(), "below".to_owned()]);
        let below = get(&world, OTHER, "Below").unwrap();
        assert_eq!(subscriptions(&world, &below).map(|it| it.id.as_u128()).collect::<Vec<_>>(), [5]);
        assert!(get(&world, OTHER, "top").is_err() && get(&world, OTHER, &TENANT.to_string()).is_err());
    }

    #[test]
    fn a_group_is_above_what_lies_in_the_groups_below_it() {
        let world = world();
        let scope = |text: &str| ResourceId::parse(text).unwrap();
        let inside = scope(&format!("/subscriptions/{}/resourceGroups/rg", Uuid::from_u128(2)));
        let outside = scope(&format!("/subscriptions/{}", Uuid::from_u128(3)));
        let root = Uuid::from_u128(1).to_string();
        for name in ["below", "TOP", &root] {
            assert!(is_at_or_above(&world, TENANT, name, &inside), "{name}");
        }
        assert!(!is_at_or_above(&world, TENANT, "top", &outside));
        assert!(is_at_or_above(&world, TENANT, &root, &outside));
        assert!(is_at_or_above(&world, TENANT, "top", &id_of("below")));
        assert!(!is_at_or_above(&world, TENANT, "round", &id_of("below")));
        assert!(!is_at_or_above(&world, TENANT, "below", &id_of("top")));
        assert!(!is_at_or_above(&world, TENANT, "top", &ResourceId::root()));
        assert!(is_at_or_above(&world, TENANT, &root, &id_of("missing")) && !is_at_or_above(&world, TENANT, "top", &id_of("missing")));
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
            let keys = keys_above(&world, TENANT, &scope);
            for name in ["top", "below", "round", "missing", &root] {
                let id = id_of(name);
                let is_above = is_at_or_above(&world, TENANT, name, &scope) && !scope.is_at_or_below(&id);
                assert_eq!(keys.contains(id.key()), is_above, "{name}, {scope}");
            }
        }
    }

    #[test]
    fn a_group_that_is_its_own_parent_ends() {
        let world = world();
        let tenant = tenant_with(&world, TENANT, "round").unwrap();
        assert_eq!(tenant.management_groups.at_and_above("round").count(), rules::DEPTH_MAX);
    }

    #[test]
    fn a_group_shows_what_is_above_and_below_it() {
        let world = world();
        let below = get(&world, TENANT, "BELOW").unwrap();
        let names: Vec<&str> = below.above.iter().map(|(_, shown)| &**shown).collect();
        assert_eq!((&*below.name, names), ("Below", vec!["top", "Tenant Root Group"]));
        assert_eq!(subscriptions(&world, &below).map(|it| it.id.as_u128()).collect::<Vec<_>>(), [2]);
        let root = get(&world, TENANT, &TENANT.to_string()).unwrap();
        assert!(root.above.is_empty());
        assert_eq!(children(&world, &root).iter().map(|it| &*it.name).collect::<Vec<_>>(), ["top"]);
        assert_eq!(subscriptions(&world, &root).map(|it| it.id.as_u128()).collect::<Vec<_>>(), [3]);
        assert_eq!(list(&world, TENANT).len(), 4);
        assert!(get(&world, TENANT, "missing").is_err());
    }
}

//! Management groups as a world file has them: which of them stands above which subscription.
//!
//! Only inheritance is worked out here, because access must be right wherever a role is held; the groups' own
//! operations are not emulated. Every tenant has a root group whose name is the tenant's id.
//! Follows <https://learn.microsoft.com/azure/governance/management-groups/overview>.

use crate::directory::tenant::Tenant;
use crate::resource_id::ResourceId;
use crate::resources::subscription::Subscription;
use crate::world::World;
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// The resource type of management groups.
pub const TYPE: &str = "Microsoft.Management/managementGroups";

/// What the key of every management group's scope begins with.
pub const KEY_PREFIX: &str = "/providers/microsoft.management/managementgroups/";

/// How deep groups may nest below the root group, as documented.
const DEPTH_MAX: usize = 6;

/// Returns the name of the management group that is the scope, or in which it lies by its spelling, in lower case.
pub fn named_in(scope_key: &str) -> Option<&str> {
    scope_key.strip_prefix(KEY_PREFIX).and_then(|rest| rest.split('/').next())
}

/// Returns the tenant that has the management group of this name.
pub fn tenant_of<'a>(world: &'a World, name: &str) -> Option<&'a Arc<Tenant>> {
    world.directory.tenants().find(|tenant| is_root_group(tenant, name) || find(tenant, name).is_some())
}

/// Returns the names of the groups above a subscription, the nearest first, the root group last.
pub fn above_subscription<'a>(tenant: &'a Tenant, subscription: &Subscription) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
    let id = subscription.id;
    let holds = move |group: &&Value| {
        let mut held = group.get("subscriptions").and_then(Value::as_array).into_iter().flatten();
        held.any(|one| one.as_str().and_then(|text| uuid::Uuid::try_parse(text).ok()) == Some(id))
    };
    chain(tenant, tenant.management_groups.iter().find(holds))
}

/// Returns the names of the group `name` and of those above it, the root group last.
pub fn at_and_above<'a>(tenant: &'a Tenant, name: &str) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
    chain(tenant, find(tenant, name))
}

/// Returns whether the group `name` is above the scope, or is it.
pub fn is_at_or_above(world: &World, name: &str, scope: &ResourceId) -> bool {
    let is_named = |group: Cow<'_, str>| group.eq_ignore_ascii_case(name);
    if let Some(subscription) = scope.subscription().and_then(|id| world.subscription(id)) {
        let tenant = world.directory.tenant(subscription.tenant_id);
        return tenant.is_some_and(|tenant| above_subscription(tenant, subscription).any(is_named));
    }
    let Some(group) = named_in(scope.key()) else { return false };
    tenant_of(world, group).is_some_and(|tenant| at_and_above(tenant, group).any(is_named))
}

fn chain<'a>(tenant: &'a Tenant, first: Option<&'a Value>) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
    let parent = move |group: &&'a Value| group.get("parent").and_then(Value::as_str).and_then(|name| find(tenant, name));
    let groups = std::iter::successors(first, parent).take(DEPTH_MAX);
    let names = groups.filter_map(|group| group.get("name").and_then(Value::as_str)).map(Cow::Borrowed);
    names.chain(std::iter::once_with(|| Cow::Owned(tenant.id.to_string())))
}

fn find<'a>(tenant: &'a Tenant, name: &str) -> Option<&'a Value> {
    let is_it = |group: &&Value| group.get("name").and_then(Value::as_str).is_some_and(|it| it.eq_ignore_ascii_case(name));
    tenant.management_groups.iter().find(is_it)
}

fn is_root_group(tenant: &Tenant, name: &str) -> bool {
    uuid::Uuid::try_parse(name).is_ok_and(|id| id == tenant.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    fn world() -> World {
        let groups = vec![
            json!({"name": "top", "parent": null, "subscriptions": []}),
            json!({"name": "Below", "parent": "top", "subscriptions": [Uuid::from_u128(2).to_string()]}),
            json!({"name": "round", "parent": "round"}),
        ];
        let mut world = World::default();
        let tenant = Tenant { id: Uuid::from_u128(1), display_name: "t".into(), domain: "t".into(), management_groups: Arc::new(groups) };
        world.directory.add_tenant(tenant);
        for id in [2, 3].map(Uuid::from_u128) {
            let subscription = Subscription::new(id, Uuid::from_u128(1), "s", None);
            world.subscriptions.insert(id, subscription);
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
        let below = scope("/providers/Microsoft.Management/managementGroups/below");
        assert!(is_at_or_above(&world, "top", &below));
        assert!(!is_at_or_above(&world, "round", &below));
        assert!(!is_at_or_above(&world, "below", &scope("/providers/Microsoft.Management/managementGroups/top")));
        assert!(!is_at_or_above(&world, "top", &ResourceId::root()));
    }

    #[test]
    fn a_group_that_is_its_own_parent_ends() {
        let world = world();
        let tenant = tenant_of(&world, "round").unwrap();
        assert_eq!(at_and_above(tenant, "round").count(), DEPTH_MAX + 1);
    }
}

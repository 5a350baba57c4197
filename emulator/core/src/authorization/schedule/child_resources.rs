//! Where below a scope somebody is eligible for a role: management groups, subscriptions and resource groups.
//!
//! Follows <https://learn.microsoft.com/rest/api/authorization/eligible-child-resources/get>. A child counts where an
//! eligibility is at it or above it. Directly below a management group are its groups and subscriptions, below a
//! subscription its resource groups; all that is below is asked for by a parameter that no page has and clients send.

use super::eligibilities;
use crate::authorization::scope as scopes;
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::resources::{management_group, subscription};
use crate::rules::schedules as rules;
use crate::world::World;
use std::sync::Arc;
use uuid::Uuid;

/// The sorts of children, in Azure's words.
const SORTS: [&str; 3] = ["managementgroup", "subscription", "resourcegroup"];

/// A child of a scope.
#[derive(Clone, Debug, PartialEq)]
pub struct ChildResource {
    /// Its id.
    pub id: ResourceId,
    /// What people call it.
    pub display_name: Arc<str>,
    /// `managementgroup`, `subscription` or `resourcegroup`.
    pub sort: &'static str,
}

/// Returns the children of `scope` at which a principal is eligible for some role; with `all` those at every depth.
///
/// # Errors
/// `schedule-filter-is-supported`.
pub fn list(
    world: &World,
    scope: &ResourceId,
    filter: Option<&str>,
    all: bool,
    (principal, tenant): (Uuid, Uuid),
) -> Result<Vec<ChildResource>, Fault> {
    let sorts = sorts_of(filter.unwrap_or_default())?;
    let eligible: Vec<&ResourceId> = eligibilities(world, principal).map(|it| &it.scope).collect();
    let below = |it: &ChildResource| it.id != *scope && scopes::is_at_or_above(world, tenant, scope.key(), &it.id);
    let inside: Vec<ChildResource> = candidates(world, tenant).into_iter().filter(below).collect();
    let is_between =
        |one: &ChildResource, it: &ChildResource| one.id != it.id && scopes::is_at_or_above(world, tenant, one.id.key(), &it.id);
    let is_direct = |it: &ChildResource| match it.sort {
        "resourcegroup" => it.id.subscription_scope().as_ref() == Some(scope),
        _ => !inside.iter().filter(|one| one.sort == SORTS[0]).any(|one| is_between(one, it)),
    };
    let is_eligible = |it: &ChildResource| eligible.iter().any(|at| scopes::is_at_or_above(world, tenant, at.key(), &it.id));
    Ok(inside.iter().filter(|it| sorts.contains(&it.sort) && (all || is_direct(it)) && is_eligible(it)).cloned().collect())
}

fn candidates(world: &World, tenant: Uuid) -> Vec<ChildResource> {
    let groups = management_group::list(world, tenant).into_iter();
    let groups =
        groups.map(|it| ChildResource { id: management_group::id_of(&it.name), display_name: it.display_name.clone(), sort: SORTS[0] });
    let subscriptions = subscription::of_tenant(world, tenant);
    let subscriptions =
        subscriptions.map(|it| ChildResource { id: it.scope(), display_name: it.display_name.as_ref().into(), sort: SORTS[1] });
    let of_tenant = |id: &ResourceId| world.tenant_of(id) == Some(tenant);
    let resource_groups = world.resource_groups.values().filter(|it| of_tenant(&it.id));
    let resource_groups = resource_groups.map(|it| ChildResource { id: it.id.clone(), display_name: it.id.name().into(), sort: SORTS[2] });
    groups.chain(subscriptions).chain(resource_groups).collect()
}

/// Reads `resourceType eq 'one' or resourceType eq 'other'`.
fn sorts_of(filter: &str) -> Result<Vec<&'static str>, Fault> {
    if filter.trim().is_empty() {
        return Ok(SORTS.to_vec());
    }
    let lower = filter.to_ascii_lowercase();
    let sort = |term: &str| {
        let words: Vec<&str> = term.split_whitespace().collect();
        let value = match words.as_slice() {
            ["resourcetype", "eq", value] => value.strip_prefix('\'')?.strip_suffix('\'')?,
            _ => return None,
        };
        SORTS.into_iter().find(|sort| *sort == value)
    };
    lower.split(" or ").map(|term| sort(term).ok_or_else(|| rules::filter_not_supported(filter))).collect()
}

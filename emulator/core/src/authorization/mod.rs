//! Microsoft.Authorization: roles, who holds them, and the decision made from both.
//!
//! `evaluate` decides over plain values; what applies is gathered elsewhere, so that the decision
//! can be read against the documentation and tested without a world.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/overview>.

mod breadth;
pub mod built_in_roles;
pub mod condition;
pub mod custom_roles;
pub mod denial;
pub mod deny_assignment;
pub mod elevated_access;
pub mod evaluate;
mod filter;
pub mod published_actions;
pub mod management_lock;
pub mod readable;
pub mod require;
pub mod inquiry;
pub mod least_privilege;
pub mod ledger;
pub mod role_assignment;
pub mod role_definition;
pub mod role_management_policy;
pub mod schedule;
pub mod scope;

use crate::resource_id::ResourceId;
use crate::world::World;
use uuid::Uuid;

/// Takes away what the directory of a tenant has at a management group that is gone. Another directory's group may have the
/// same name, and nothing but what is here can be at one.
pub fn leave_management_group(world: &mut World, tenant: Uuid, group: &ResourceId) {
    schedule::remove_those(world, group, Some(tenant));
    role_management_policy::remove_those(world, group, Some(tenant));
    role_assignment::remove_those(world, group, Some(tenant));
    deny_assignment::remove_those(world, group, Some(tenant));
}

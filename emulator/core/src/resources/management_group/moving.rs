//! What stands against moving a group or a subscription into another group: rights, and what a move would break.
//!
//! The rights at both ends are those of any change, in `change.rs`.
//! Follows <https://learn.microsoft.com/azure/governance/management-groups/manage#move-management-groups-and-subscriptions>.

use crate::authorization::{custom_roles, require};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::rules::management_groups as rules;
use crate::world::World;
use uuid::Uuid;

/// What whoever moves something may do with it.
const GIVE_ACCESS: [&str; 2] = ["Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"];

/// Checks that a caller may give access to what is moved.
///
/// # Errors
/// `moving-a-subscription-needs-permission`.
pub(super) fn gives_access(world: &World, moved: &ResourceId, caller: Uuid) -> Result<(), Fault> {
    let may = GIVE_ACCESS.iter().all(|action| require::permits(world, caller, action, moved));
    rules::may_move(may, moved.subscription().is_some()).or_else(|refusal| require::enforce(world, refusal))
}

/// Checks that a caller may still give access to a subscription `after` it is moved: who has that right from the group it
/// leaves needs it from the group it enters.
///
/// # Errors
/// `moving-a-subscription-keeps-its-owner`.
pub(super) fn keeps_its_owner(after: &World, subscription: &ResourceId, caller: Uuid) -> Result<(), Fault> {
    let may = GIVE_ACCESS.iter().all(|action| require::is_allowed(after, caller, action, subscription));
    rules::keeps_its_owner(may).or_else(|refusal| require::enforce(after, refusal))
}

/// Checks that a move leaves every custom role of a tenant assignable where it is assigned.
///
/// # Errors
/// `move-keeps-custom-roles`.
pub(super) fn keeps_custom_roles(world: &World, after: &World, tenant: Uuid) -> Result<(), Fault> {
    rules::keeps_custom_roles(!custom_roles::is_left_behind(world, after, tenant))
}

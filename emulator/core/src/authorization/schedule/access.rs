//! Who may do what with schedules: whoever holds the action, and everybody with what is one's own.
//!
//! One's own are the lists that one's filter narrows to oneself, what one is in, the requests that one has made, and
//! activations. Who gives roles to others must be allowed to assign them too, and who cancels that to delete them, conditions
//! included.
//! Follows <https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-apis>.

use super::list::is_narrowed_to;
use super::{Family, ScheduleRequestParameters, get, get_instance, request};
use crate::authorization::require;
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::world::{ROLE_ASSIGNMENTS, World};
use uuid::Uuid;

/// What is done with schedules.
#[derive(Clone, Copy, Debug)]
pub enum Deed<'a> {
    /// Schedules or instances are listed at the scope that is the target.
    List {
        /// The filter, as sent.
        filter: Option<&'a str>,
    },
    /// Requests are listed at the scope that is the target.
    ListRequests {
        /// The filter, as sent.
        filter: Option<&'a str>,
    },
    /// The schedule, instance or request that is the target is read.
    Read,
    /// The request that is the target is made, or only judged. Nothing is asked by a body that cannot be read.
    Ask(Option<&'a ScheduleRequestParameters>),
    /// The request that is the target is taken back.
    Cancel,
}

/// Refuses a caller, named with its tenant, who may not do `action`, unless the deed is about what is its own.
///
/// # Errors
/// `Fault::Forbidden` with the reasons.
pub fn require(
    world: &World,
    caller: (Uuid, Uuid),
    family: Family,
    action: &str,
    target: &ResourceId,
    deed: Deed<'_>,
) -> Result<(), Fault> {
    if is_ones_own(world, caller, family, target, deed) {
        return Ok(());
    }
    require::require(world, caller.0, action, target)?;
    let scope = target.parent().unwrap_or_else(ResourceId::root);
    let (on_assignments, attributes) = match deed {
        Deed::Ask(Some(asked)) => asked.as_role_assignment(world),
        Deed::Cancel => match request::get(world, family, &scope, target.name(), caller.1) {
            Ok(made) => made.as_deletion(),
            Err(_) => return Ok(()),
        },
        _ => return Ok(()),
    };
    let assignment = scope.at_scope(ROLE_ASSIGNMENTS, target.name());
    require::require_with(world, caller.0, on_assignments, &assignment, &attributes).map_err(|fault| refused_as(fault, action))
}

/// Returns the refusal of an action on role assignments as that of the action that amounts to it.
pub(super) fn refused_as(fault: Fault, action: &str) -> Fault {
    match fault {
        Fault::Forbidden(mut forbidden) => {
            action.clone_into(&mut forbidden.action);
            Fault::Forbidden(forbidden)
        }
        other => other,
    }
}

/// Who a request is about reads it; who made it cancels it too.
fn is_ones_own(world: &World, (caller, tenant): (Uuid, Uuid), family: Family, target: &ResourceId, deed: Deed<'_>) -> bool {
    let (scope, name) = (target.parent().unwrap_or_else(ResourceId::root), target.name());
    let holds = |principal: Uuid| principal == caller || world.directory.groups_of(caller).contains(&principal);
    let made = || request::get(world, family, &scope, name, tenant).ok();
    match deed {
        Deed::List { filter } => is_narrowed_to(world, filter, caller, false),
        Deed::ListRequests { filter } => is_narrowed_to(world, filter, caller, true),
        Deed::Ask(asked) => asked.is_some_and(ScheduleRequestParameters::is_for_oneself),
        Deed::Cancel => made().is_some_and(|it| it.requestor == caller),
        Deed::Read if target.is_of_type(family.requests()) => made().is_some_and(|it| it.requestor == caller || holds(it.principal_id)),
        Deed::Read => {
            let get = if target.is_of_type(family.instances()) { get_instance } else { get };
            get(world, family, &scope, name, tenant).is_ok_and(|it| holds(it.principal_id))
        }
    }
}

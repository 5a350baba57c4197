//! The only door to a decision about access: gathers what applies in a world and asks `evaluate`.
//!
//! An assignment applies when it names the caller, or a group that holds the caller, at the scope or above it. Who
//! is not of the scope's tenant holds nothing there. A deny assignment wins over what is held. The allowed path
//! allocates nothing.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource>.

use super::condition::Attributes;
use super::denial::{self, ConsideredDenial, Denial, Verdict};
use super::deny_assignment::{self, DenyAssignment, Effect};
use super::elevated_access;
use super::evaluate::{self, Candidate, DoesNotApply, Explanation, Grant, Question};
use super::role_assignment::RoleAssignment;
use super::role_definition::{self, Permission};
use super::scope;
use crate::action::Plane;
use crate::fault::{Fault, Forbidden};
use crate::resource_id::ResourceId;
use crate::timestamp::Duration;
use crate::world::World;
use std::sync::Arc;
use uuid::Uuid;

/// How many assignments that do not apply an explanation names besides those that do. Our own bound.
const ELSEWHERE_MAX: usize = 20;

/// Returns whether the principal may do the control-plane `action` at `scope`.
pub fn is_allowed(world: &World, principal: Uuid, action: &str, scope: &ResourceId) -> bool {
    allows(world, principal, control(world, action), scope)
}

/// Returns whether the principal is allowed what the question asks at `scope`.
pub fn allows(world: &World, principal: Uuid, question: Question<'_>, scope: &ResourceId) -> bool {
    let grants = applying(world, principal, scope).filter_map(|it| grant_of(world, it));
    evaluate::is_allowed(question, grants) && !is_denied(world, principal, question, scope)
}

fn is_denied(world: &World, principal: Uuid, question: Question<'_>, scope: &ResourceId) -> bool {
    !world.deny_assignments.is_empty()
        && denying(world, principal, scope)
            .any(|it| matches!(denial::verdict(question, denial_of(it, scope), holders(world, principal)), Verdict::Denies { .. }))
}

/// Refuses a caller who may not do the control-plane `action` at `scope`.
///
/// # Errors
/// `Fault::Forbidden` with the reasons.
pub fn require(world: &World, caller: Uuid, action: &str, scope: &ResourceId) -> Result<(), Fault> {
    require_with(world, caller, action, scope, Attributes::NONE)
}

/// As `require`, with the attributes of the request for conditions to look at.
///
/// # Errors
/// `Fault::Forbidden` with the reasons.
pub fn require_with(world: &World, caller: Uuid, action: &str, scope: &ResourceId, attributes: &Attributes) -> Result<(), Fault> {
    let question = control(world, action).with(attributes);
    if allows(world, caller, question, scope) {
        return Ok(());
    }
    // A global administrator may do this one thing without a role.
    if action == elevated_access::ACTION && elevated_access::is_global_administrator(world, caller) {
        return Ok(());
    }
    Err(forbidden(world, caller, question, scope))
}

/// Returns the refusal of a caller at `scope`, with its reasons.
pub fn refused(world: &World, caller: Uuid, action: &str, scope: &ResourceId) -> Fault {
    forbidden(world, caller, control(world, action), scope)
}

fn forbidden(world: &World, caller: Uuid, question: Question<'_>, scope: &ResourceId) -> Fault {
    Fault::Forbidden(Box::new(Forbidden {
        object_id: caller,
        client: world.directory.principal(caller).map_or_else(|| caller.to_string(), |principal| principal.client()),
        action: question.action.to_owned(),
        scope: scope.clone(),
        because: explain(world, caller, question, scope),
    }))
}

/// Returns the permission objects of every role that the principal holds at `scope`, inherited ones included.
pub fn permissions<'a>(world: &'a World, principal: Uuid, scope: &'a ResourceId) -> impl Iterator<Item = &'a Permission> {
    applying(world, principal, scope).filter_map(|it| grant_of(world, it)).flat_map(|grant| grant.permissions)
}

/// Returns the decision with its reasons: every assignment that applies, and some of those that do not.
pub fn explain(world: &World, principal: Uuid, question: Question<'_>, scope: &ResourceId) -> Explanation {
    let tenant = scope::tenant_of(world, scope).or_else(|| tenant_of(world, principal));
    let all = held(world, principal);
    let (there, elsewhere): (Vec<_>, Vec<_>) = all.partition(|it| scope::is_at_or_above(world, it.scope.key(), scope));
    let there = there.into_iter().map(|it| {
        let counts = Some(it.tenant_id) == tenant && counts_for(world, principal, it);
        let grant = match grant_of(world, it) {
            _ if !counts => Err(DoesNotApply::PrincipalOfAnotherTenant),
            _ if !is_in_force(world, it) => Err(DoesNotApply::NotInForceYet),
            Some(grant) => Ok(grant),
            None => Err(DoesNotApply::RoleIsGone),
        };
        candidate(world, it, grant)
    });
    let elsewhere = elsewhere.into_iter().take(ELSEWHERE_MAX).map(|it| candidate(world, it, Err(DoesNotApply::ScopeIsElsewhere)));
    let denials = denying(world, principal, scope).map(|it| considered_denial(world, it, principal, question, scope));
    evaluate::explain(question, there.chain(elsewhere)).with_deny_assignments(denials.collect())
}

/// Returns whether the principal may do the control-plane `action` at some scope, wherever that is.
pub fn is_allowed_somewhere(world: &World, principal: Uuid, action: &str) -> bool {
    let counts = |it: &&Arc<RoleAssignment>| counts_for(world, principal, it) && is_in_force(world, it);
    let grants = held(world, principal).filter(counts).filter_map(|it| grant_of(world, it));
    evaluate::is_allowed(control(world, action), grants)
}

/// Returns whether the principal holds any role at the scope, above it or below it: what makes a subscription show in
/// lists.
pub fn holds_a_role_around(world: &World, principal: Uuid, scope: &ResourceId) -> bool {
    let is_below = |it: &Arc<RoleAssignment>| scope::is_at_or_above(world, scope.key(), &it.scope);
    let counts = |it: &Arc<RoleAssignment>| is_below(it) && counts_for(world, principal, it) && is_in_force(world, it);
    applying(world, principal, scope).next().is_some() || held(world, principal).any(counts)
}

fn control<'a>(world: &World, action: &'a str) -> Question<'a> {
    Question::new(action, Plane::Control, world.now)
}

fn applying<'a>(world: &'a World, principal: Uuid, scope: &'a ResourceId) -> impl Iterator<Item = &'a Arc<RoleAssignment>> {
    let tenant = tenant_of(world, principal).filter(|tenant| scope::tenant_of(world, scope).is_none_or(|it| it == *tenant));
    let holders = tenant.into_iter().flat_map(move |_| holders(world, principal));
    let there = holders.flat_map(move |holder| world.role_assignments.of_principal_at_or_above(world, holder, scope));
    there.filter(move |it| Some(it.tenant_id) == tenant && is_in_force(world, it))
}

/// Whether the assignment counts by now: Azure takes a while, and the setting says how long. One of a world file, which
/// nobody made, counts at once.
fn is_in_force(world: &World, assignment: &RoleAssignment) -> bool {
    let delay = world.settings.role_assignment_delay;
    delay == Duration::ZERO || assignment.created_by.is_none() || assignment.created_on.plus(delay) <= world.now
}

/// The deny assignments at the scope and above it that are of the principal's tenant.
fn denying<'a>(world: &'a World, principal: Uuid, scope: &'a ResourceId) -> impl Iterator<Item = &'a Arc<DenyAssignment>> {
    let tenant = tenant_of(world, principal);
    deny_assignment::at_or_above(world, scope).filter(move |it| Some(it.tenant_id) == tenant)
}

fn denial_of<'a>(it: &'a DenyAssignment, scope: &ResourceId) -> Denial<'a> {
    Denial {
        permissions: &it.permissions,
        condition: it.condition.as_ref(),
        principals: &it.principals,
        exclude_principals: &it.exclude_principals,
        do_not_apply_to_child_scopes: it.do_not_apply_to_child_scopes,
        is_at_scope: it.scope == *scope,
        is_enforced: it.effect != Some(Effect::Audit),
    }
}

fn considered_denial(world: &World, it: &DenyAssignment, principal: Uuid, question: Question<'_>, scope: &ResourceId) -> ConsideredDenial {
    let verdict = denial::verdict(question, denial_of(it, scope), holders(world, principal));
    ConsideredDenial {
        id: it.id().to_string(),
        name: it.name,
        deny_assignment_name: it.deny_assignment_name.to_string(),
        scope: it.scope.to_string(),
        verdict: verdict.map(|pattern| pattern.to_string()),
    }
}

fn held(world: &World, principal: Uuid) -> impl Iterator<Item = &Arc<RoleAssignment>> {
    holders(world, principal).flat_map(|holder| world.role_assignments.of_principal(holder))
}

fn holders(world: &World, principal: Uuid) -> impl Iterator<Item = Uuid> + Clone {
    std::iter::once(principal).chain(world.directory.groups_of(principal).iter().copied())
}

/// Whether the assignment is of the principal's own tenant; others are ignored.
fn counts_for(world: &World, principal: Uuid, assignment: &RoleAssignment) -> bool {
    tenant_of(world, principal) == Some(assignment.tenant_id)
}

fn tenant_of(world: &World, principal: Uuid) -> Option<Uuid> {
    world.directory.principal(principal).map(|it| it.tenant_id)
}

fn grant_of<'a>(world: &'a World, assignment: &'a RoleAssignment) -> Option<Grant<'a>> {
    let role = role_definition::find(world, assignment.role)?;
    Some(Grant { permissions: &role.permissions, condition: assignment.condition.as_ref() })
}

fn candidate<'a>(world: &World, assignment: &RoleAssignment, grant: Result<Grant<'a>, DoesNotApply>) -> Candidate<'a> {
    let role = role_definition::find(world, assignment.role).map(|role| role.role_name.to_string());
    Candidate {
        id: assignment.id().to_string(),
        role: role.unwrap_or_else(|| assignment.role.to_string()),
        scope: assignment.scope.to_string(),
        grant,
    }
}

//! The only door to a decision about access: gathers what applies in a world and asks `evaluate`.
//!
//! An assignment applies when it names the caller, or a group that holds the caller, at the scope or above it. Who
//! is not of the scope's tenant holds nothing there. A deny assignment wins over what is held. The decision itself
//! allocates nothing, but for the first about a principal in groups (`role_assignment/gathered.rs`); what requests ask is
//! noted in `ledger.rs`. A world that only audits lets refusals pass.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource>.

use super::condition::Attributes;
use super::denial::{self, ConsideredDenial, Denial, Verdict};
use super::deny_assignment::{self, DenyAssignment, Effect};
use super::elevated_access;
use super::evaluate::{self, Candidate, DoesNotApply, Explanation, Grant, Question, Reach};
use super::ledger::{self, Outcome};
use super::role_assignment::RoleAssignment;
use super::role_definition::{self, Permission};
use super::scope;
use crate::action::Plane;
use crate::fault::{Fault, Forbidden};
use crate::resource_id::ResourceId;
use crate::settings::Authorization;
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
    allowing(world, principal, question, scope).is_some() || may_elevate(world, principal, question)
}

/// Whether it is the one thing that a global administrator may do without a role.
fn may_elevate(world: &World, principal: Uuid, question: Question<'_>) -> bool {
    question.action.eq_ignore_ascii_case(elevated_access::ACTION) && elevated_access::is_global_administrator(world, principal)
}

/// Returns the first role assignment that allows what the question asks, unless it is denied again.
fn allowing<'a>(world: &'a World, principal: Uuid, question: Question<'_>, scope: &'a ResourceId) -> Option<&'a Arc<RoleAssignment>> {
    let allows = |it: &&Arc<RoleAssignment>| grant_of(world, it).is_some_and(|grant| evaluate::is_allowed(question, [grant]));
    match question.reach {
        Reach::AtScope => applying(world, principal, scope).find(allows).filter(|_| !is_denied(world, principal, question, scope)),
        Reach::Anywhere => counting(world, principal).find(allows),
    }
}

fn is_denied(world: &World, principal: Uuid, question: Question<'_>, scope: &ResourceId) -> bool {
    !world.deny_assignments.is_empty()
        && denying(world, principal, scope)
            .any(|it| matches!(denial::verdict(question, denial_of(it, scope), holders(world, principal)), Verdict::Denies { .. }))
}

/// Returns whether the principal may do the control-plane `action` at `scope`, for a kind that refuses a request
/// otherwise, by `enforce`. As all that a request needs, it is noted.
pub fn permits(world: &World, principal: Uuid, action: &str, scope: &ResourceId) -> bool {
    let question = control(world, action);
    let by = allowing(world, principal, question, scope);
    ledger::note(principal, question, scope, || match by {
        Some(by) => Outcome::Allowed { by: Some(by.clone()) },
        None => Outcome::Refused { because: explain(world, principal, question, scope).summary().into() },
    });
    by.is_some()
}

/// Refuses for want of access. A world that only audits lets it pass, and notes that.
///
/// # Errors
/// The refusal.
pub fn enforce(world: &World, refusal: Fault) -> Result<(), Fault> {
    match (world.settings.authorization, refusal.rule()) {
        (Authorization::Audit, Some(rule)) => {
            ledger::note_let_pass(rule);
            Ok(())
        }
        _ => Err(refusal),
    }
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
    decide(world, caller, control(world, action).with(attributes), scope)
}

/// As `require`, of a caller who may do the action at any scope at all.
///
/// # Errors
/// `Fault::Forbidden` with the reasons at `scope`.
pub fn require_somewhere(world: &World, caller: Uuid, action: &str, scope: &ResourceId) -> Result<(), Fault> {
    decide(world, caller, control(world, action).anywhere(), scope)
}

fn decide(world: &World, caller: Uuid, question: Question<'_>, scope: &ResourceId) -> Result<(), Fault> {
    let by = allowing(world, caller, question, scope);
    if by.is_some() || may_elevate(world, caller, question) {
        ledger::note(caller, question, scope, || Outcome::Allowed { by: by.cloned() });
        return Ok(());
    }
    let refusal = forbidden(world, caller, question, scope);
    ledger::note(caller, question, scope, || Outcome::Refused { because: refusal.because.summary().into() });
    enforce(world, Fault::Forbidden(Box::new(refusal)))
}

/// Returns the refusal of a caller at `scope`, with its reasons.
pub fn refused(world: &World, caller: Uuid, action: &str, scope: &ResourceId) -> Fault {
    Fault::Forbidden(Box::new(forbidden(world, caller, control(world, action), scope)))
}

fn forbidden(world: &World, caller: Uuid, question: Question<'_>, scope: &ResourceId) -> Forbidden {
    Forbidden {
        object_id: caller,
        client: world.directory.principal(caller).map_or_else(|| caller.to_string(), |principal| principal.client()),
        action: question.action.to_owned(),
        scope: scope.clone(),
        because: explain(world, caller, question, scope),
    }
}

/// Returns the permission objects of every role that the principal holds at `scope`, inherited ones included.
pub fn permissions<'a>(world: &'a World, principal: Uuid, scope: &'a ResourceId) -> impl Iterator<Item = &'a Permission> {
    applying(world, principal, scope).filter_map(|it| grant_of(world, it)).flat_map(|grant| grant.permissions)
}

/// Returns the decision with its reasons: every assignment that applies, and some of those that do not.
pub fn explain(world: &World, principal: Uuid, question: Question<'_>, scope: &ResourceId) -> Explanation {
    let is_anywhere = question.reach == Reach::Anywhere;
    let tenant = world.tenant_of(scope).filter(|_| !is_anywhere).or_else(|| world.directory.tenant_of(principal));
    let all = held(world, principal);
    let is_there = |it: &&Arc<RoleAssignment>| is_anywhere || scope::is_at_or_above(world, it.tenant_id, it.scope.key(), scope);
    let (there, elsewhere): (Vec<_>, Vec<_>) = all.partition(is_there);
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
    let denying = denying(world, principal, scope).filter(|_| !is_anywhere);
    let denials = denying.map(|it| considered_denial(world, it, principal, question, scope));
    let why = evaluate::explain(question, there.chain(elsewhere)).with_deny_assignments(denials.collect());
    Explanation { allowed: why.allowed || may_elevate(world, principal, question), ..why }
}

/// Every role assignment whose say counts for the principal, wherever it is.
fn counting(world: &World, principal: Uuid) -> impl Iterator<Item = &Arc<RoleAssignment>> {
    held(world, principal).filter(move |it| counts_for(world, principal, it) && is_in_force(world, it))
}

/// Returns every role assignment whose say counts for the principal, wherever it is, with what it grants.
pub fn grants(world: &World, principal: Uuid) -> impl Iterator<Item = (&Arc<RoleAssignment>, Grant<'_>)> {
    counting(world, principal).filter_map(|it| grant_of(world, it).map(|grant| (it, grant)))
}

/// Returns whether the principal holds any role at the scope, above it or below it: what makes a subscription show in
/// lists.
pub fn holds_a_role_around(world: &World, principal: Uuid, scope: &ResourceId) -> bool {
    let is_below = |it: &Arc<RoleAssignment>| scope::is_at_or_above(world, it.tenant_id, scope.key(), &it.scope);
    applying(world, principal, scope).next().is_some() || counting(world, principal).any(is_below)
}

fn control<'a>(world: &World, action: &'a str) -> Question<'a> {
    Question::new(action, Plane::Control, world.now)
}

fn applying<'a>(world: &'a World, principal: Uuid, scope: &'a ResourceId) -> impl Iterator<Item = &'a Arc<RoleAssignment>> {
    let tenant = world.directory.tenant_of(principal).filter(|tenant| world.tenant_of(scope).is_none_or(|it| it == *tenant));
    let groups = world.directory.groups_of(principal);
    let holds = move |tenant| world.role_assignments.of_holders_at_or_above(world, tenant, principal, groups, scope);
    let there = tenant.into_iter().flat_map(holds);
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
    let tenant = world.directory.tenant_of(principal);
    tenant.into_iter().flat_map(move |tenant| deny_assignment::at_or_above(world, tenant, scope))
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
        can_be_taken_away: !it.is_system_protected,
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

/// Returns every assignment that names the principal or one of its groups, wherever it is.
pub(super) fn held(world: &World, principal: Uuid) -> impl Iterator<Item = &Arc<RoleAssignment>> {
    holders(world, principal).flat_map(|holder| world.role_assignments.of_principal(holder))
}

fn holders(world: &World, principal: Uuid) -> impl Iterator<Item = Uuid> + Clone {
    std::iter::once(principal).chain(world.directory.groups_of(principal).iter().copied())
}

/// Whether the assignment is of the principal's own tenant; others are ignored.
fn counts_for(world: &World, principal: Uuid, assignment: &RoleAssignment) -> bool {
    world.directory.tenant_of(principal) == Some(assignment.tenant_id)
}

fn grant_of<'a>(world: &'a World, assignment: &'a RoleAssignment) -> Option<Grant<'a>> {
    let role = role_definition::find(world, assignment.tenant_id, assignment.role)?;
    Some(Grant { permissions: &role.permissions, condition: assignment.condition.as_ref() })
}

fn candidate<'a>(world: &World, assignment: &RoleAssignment, grant: Result<Grant<'a>, DoesNotApply>) -> Candidate<'a> {
    let role = role_definition::find(world, assignment.tenant_id, assignment.role).map(|role| role.role_name.to_string());
    Candidate {
        id: assignment.id().to_string(),
        role: role.unwrap_or_else(|| assignment.role.to_string()),
        scope: assignment.scope.to_string(),
        grant,
    }
}

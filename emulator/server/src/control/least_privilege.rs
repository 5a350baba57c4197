//! `GET least-privilege`: over a span of the journal, per principal, the least that it would have had to hold.
//!
//! What is needed and which role is narrowest is the core's; here is what the journal says was done. What was refused
//! does not count: a test that expects a refusal needs no role for it. What an auditing world let pass does.

use adf_emulator_core::authorization::least_privilege::{self, Need, Sufficient};
use adf_emulator_core::authorization::ledger::Decision;
use adf_emulator_core::authorization::role_assignment::RoleAssignment;
use adf_emulator_core::authorization::role_definition;
use adf_emulator_core::directory::{Principal, PrincipalKind};
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::world::World;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

use super::requests::{entry_id, no_such_entry};
use super::{Answer, ControlRequest, explain, ok};
use crate::journal::entry::{Entry, name};
use crate::journal::{Excerpt, NoSuchEntry};

/// What came of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Allowed,
    Audited,
    Refused,
}

impl Outcome {
    fn of(decision: &Decision, entry: &Entry) -> Self {
        match (decision.is_allowed(), entry.let_pass) {
            (true, _) => Self::Allowed,
            (false, Some(_)) => Self::Audited,
            (false, None) => Self::Refused,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Audited => "audited",
            Self::Refused => "refused",
        }
    }
}

/// What one principal did: by action, scope (both without case) and outcome, how often.
#[derive(Debug, Default)]
struct Done(BTreeMap<(String, Arc<str>, Outcome), (Need, u64)>);

impl Done {
    fn add(&mut self, decision: &Decision, outcome: Outcome) {
        let key = (decision.action.to_lowercase(), decision.scope.key().clone(), outcome);
        let need = || Need { action: decision.action.clone(), scope: decision.scope.clone() };
        self.0.entry(key).or_insert_with(|| (need(), 0)).1 += 1;
    }

    fn needs(&self, counts: impl Fn(Outcome) -> bool) -> Vec<Need> {
        self.0.iter().filter(|((_, _, outcome), _)| counts(*outcome)).map(|(_, (need, _))| need.clone()).collect()
    }

    fn operations(&self) -> Value {
        let operation = |((_, _, outcome), (Need { action, scope }, requests)): (&(String, Arc<str>, Outcome), &(Need, u64))| json!({ "action": &**action, "scope": scope.as_str(), "outcome": outcome.word(), "requests": requests });
        self.0.iter().map(operation).collect()
    }
}

/// Says what each principal needed.
pub fn get(request: &ControlRequest<'_>) -> Answer {
    let world = request.cell.read();
    request.parameters(&["principal", "since", "until"])?;
    let query = request.query();
    let (mut since, mut until, mut only) = (None, None, None);
    for (field, value) in query.iter() {
        match field {
            "since" => since = Some(entry_id(value).map_err(|refusal| refusal.at("since"))?),
            "until" => until = Some(entry_id(value).map_err(|refusal| refusal.at("until"))?),
            _ => only = Some(explain::principal_named(&world, value)?),
        }
    }
    let Excerpt { mut entries, dropped } = request.cell.journal().after(since).map_err(|gone| no_such_entry(gone).at("since"))?;
    if let Some(until) = until {
        let last = entries.iter().rposition(|entry| entry.id == until);
        entries.truncate(last.ok_or_else(|| no_such_entry(NoSuchEntry(until)).at("until"))? + 1);
    }
    let mut done: Vec<(Uuid, Done)> = only.iter().map(|it| (it.object_id, Done::default())).collect();
    for entry in &entries {
        for decision in &entry.decisions {
            let of = done.iter().position(|(principal, _)| *principal == decision.principal);
            let of = match (of, only) {
                (Some(place), _) => done.get_mut(place),
                (None, Some(_)) => None,
                (None, None) => {
                    done.push((decision.principal, Done::default()));
                    done.last_mut()
                }
            };
            of.into_iter().for_each(|(_, it)| it.add(decision, Outcome::of(decision, entry)));
        }
    }
    let value: Vec<Value> = done.iter().map(|(principal, done)| told(&world, *principal, done)).collect();
    Ok(ok(&json!({ "value": value, "dropped": dropped })))
}

fn told(world: &World, id: Uuid, done: &Done) -> Value {
    let needs = done.needs(|outcome| outcome != Outcome::Refused);
    let scope = least_privilege::smallest_scope(world, &needs);
    let narrowest = scope.as_ref().and_then(|scope| least_privilege::narrowest_role(world, &needs, scope));
    let principal = world.directory.principal(id);
    let called = principal.map_or_else(|| id.to_string(), |it| name(it));
    let role = scope.as_ref().zip(narrowest).map(|(scope, Sufficient { role, breadth })| {
        json!({ "name": role.role_name, "id": role.id, "scope": scope.as_str(), "knownActions": breadth })
    });
    let is_exact = narrowest.is_some_and(|it| it.breadth == least_privilege::actions(&needs).len());
    let custom = scope.filter(|_| !is_exact).and_then(|scope| custom_role(&called, &needs, &scope));
    let allowed = done.needs(|outcome| outcome == Outcome::Allowed);
    let unused: Vec<Value> = least_privilege::unused(world, id, &allowed).map(|it| assignment(world, id, it)).collect();
    json!({ "principal": called, "objectId": id, "type": principal.map(|it| it.principal_type()), "resource": principal.and_then(|it| resource(it)),
        "operations": done.operations(), "role": role, "customRole": custom, "unusedAssignments": unused })
}

/// Returns the id of the resource whose identity a principal is.
fn resource(principal: &Principal) -> Option<&str> {
    match &principal.kind {
        PrincipalKind::ManagedIdentity(identity) => Some(identity.resource.as_str()),
        _ => None,
    }
}

/// Returns the role as `az role definition create` and `New-AzRoleDefinition` read it from a file.
fn custom_role(principal: &str, needs: &[Need], scope: &ResourceId) -> Option<Value> {
    let scopes: Vec<String> = least_privilege::assignable_scopes(needs, scope).iter().map(ToString::to_string).collect();
    if scopes.is_empty() {
        return None;
    }
    Some(json!({
        "Name": format!("Least privilege of {principal}"),
        "IsCustom": true,
        "Description": format!("What {principal} was seen to need."),
        "Actions": least_privilege::actions(needs),
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": scopes,
    }))
}

fn assignment(world: &World, holder: Uuid, it: &RoleAssignment) -> Value {
    let role = role_definition::find(world, it.tenant_id, it.role).map_or_else(|| it.role.to_string(), |role| role.role_name.to_string());
    let group = world.directory.principal(it.principal_id).filter(|group| group.object_id != holder).map(|group| name(group));
    json!({ "id": it.id().as_str(), "role": role, "scope": it.scope.as_str(), "group": group })
}

//! `GET least-privilege`: over a span of the journal, per principal, the least that it would have had to hold.
//!
//! What is needed and which role is narrowest is the core's; here is what the journal says was done. What was refused
//! does not count: a test that expects a refusal needs no role for it. What an auditing world let pass does.

use adf_emulator_core::authorization::evaluate::Reach;
use adf_emulator_core::authorization::least_privilege::{self, Held, Need, Sufficient};
use adf_emulator_core::authorization::ledger::{self, Decision};
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

/// What `GET least-privilege` may be asked with.
pub const PARAMETERS: [&str; 3] = ["principal", "since", "until"];

/// What a principal would have had to hold, at least, for what it did.
#[derive(Clone, Debug)]
pub struct Needed {
    /// What the journal calls it.
    pub principal: String,
    /// Its object id.
    pub object_id: Uuid,
    /// What it did, by action and scope.
    pub operations: Vec<Done>,
    /// The one narrowest built-in role that would have been enough; none when none would, or nothing is needed.
    pub role: Option<NarrowestRole>,
    /// A role of just those actions, as `az role definition create` reads it; none when the built-in role allows no more.
    pub custom_role: Option<Value>,
    /// Its role assignments that allow nothing of what was done.
    pub unused: Vec<Unused>,
    /// The kind of principal, and the resource whose identity it is.
    kind: Option<(&'static str, Option<String>)>,
}

/// What a principal did at one scope.
#[derive(Clone, Debug)]
pub struct Done {
    /// The action.
    pub action: String,
    /// The scope.
    pub scope: String,
    /// Where a role for it must be held.
    pub held: Held,
    /// What came of it.
    pub outcome: Outcome,
    /// How many requests.
    pub requests: u64,
}

/// A built-in role that would have been enough.
#[derive(Clone, Debug)]
pub struct NarrowestRole {
    /// Its name.
    pub name: &'static str,
    /// Its id.
    pub id: Uuid,
    /// The smallest scope at which it would have been enough.
    pub scope: String,
    /// How many of the known actions it allows.
    pub known_actions: usize,
}

/// A role assignment that allows nothing of what was done.
#[derive(Clone, Debug)]
pub struct Unused {
    /// Its id.
    pub id: String,
    /// The name of its role.
    pub role: String,
    /// Its scope.
    pub scope: String,
    /// The group that holds it; none when the principal does itself.
    pub group: Option<String>,
}

/// What came of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It was allowed.
    Allowed,
    /// It would have been refused in a world that does not only audit.
    Audited,
    /// It was refused.
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

/// By which requests are counted together: action and scope (both without case), where a role counts, and outcome.
type Kind = (String, Arc<str>, Held, Outcome);

/// What one principal did, and how often.
#[derive(Debug, Default)]
struct Tally {
    done: BTreeMap<Kind, (Need, u64)>,
    /// The assignments that allowed what is allowed by a role held anywhere.
    used: Vec<Arc<RoleAssignment>>,
}

impl Tally {
    fn add(&mut self, decision: &Decision, outcome: Outcome) {
        let held = Held::of(decision);
        let key = (decision.action.to_lowercase(), decision.scope.key().clone(), held, outcome);
        let need = || Need { action: decision.action.clone(), scope: decision.scope.clone(), held };
        self.done.entry(key).or_insert_with(|| (need(), 0)).1 += 1;
        if let (ledger::Outcome::Allowed { by: Some(by) }, Reach::Anywhere) = (&decision.outcome, decision.reach)
            && !self.used.iter().any(|it| it.id() == by.id())
        {
            self.used.push(by.clone());
        }
    }

    fn needs(&self, counts: impl Fn(Outcome) -> bool) -> Vec<Need> {
        self.done.iter().filter(|((.., outcome), _)| counts(*outcome)).map(|(_, (need, _))| need.clone()).collect()
    }

    fn operations(&self) -> Vec<Done> {
        let done = self.done.iter().map(|((.., outcome), (Need { action, scope, held }, requests))| Done {
            action: action.to_string(),
            scope: scope.to_string(),
            held: *held,
            outcome: *outcome,
            requests: *requests,
        });
        done.collect()
    }
}

/// Says what each principal needed.
pub fn get(request: &ControlRequest<'_>) -> Answer {
    let world = request.cell.read();
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
    let value: Vec<Value> = needed(&world, &entries, only.map(|it| it.object_id)).iter().map(Needed::document).collect();
    Ok(ok(&json!({ "value": value, "dropped": dropped })))
}

/// Returns what each principal needed for what these entries say was done, or that one alone.
pub fn needed(world: &World, entries: &[Arc<Entry>], only: Option<Uuid>) -> Vec<Needed> {
    let mut done: Vec<(Uuid, Tally)> = only.iter().map(|it| (*it, Tally::default())).collect();
    for entry in entries {
        for decision in &entry.decisions {
            let of = done.iter().position(|(principal, _)| *principal == decision.principal);
            let of = match (of, only) {
                (Some(place), _) => done.get_mut(place),
                (None, Some(_)) => None,
                (None, None) => {
                    done.push((decision.principal, Tally::default()));
                    done.last_mut()
                }
            };
            of.into_iter().for_each(|(_, it)| it.add(decision, Outcome::of(decision, entry)));
        }
    }
    done.iter().map(|(principal, done)| needed_by(world, *principal, done)).collect()
}

fn needed_by(world: &World, id: Uuid, done: &Tally) -> Needed {
    let needs = done.needs(|outcome| outcome != Outcome::Refused);
    let tenant = world.directory.tenant_of(id).unwrap_or_default();
    let scope = least_privilege::smallest_scope(world, tenant, &needs, &done.used);
    let narrowest = scope.as_ref().and_then(|scope| least_privilege::narrowest_role(world, &needs, scope));
    let principal = world.directory.principal(id);
    let called = principal.map_or_else(|| id.to_string(), |it| name(it));
    let role = scope.as_ref().zip(narrowest).map(|(scope, Sufficient { role, breadth })| NarrowestRole {
        name: &role.role_name,
        id: role.id,
        scope: scope.to_string(),
        known_actions: breadth,
    });
    let is_exact = narrowest.is_some_and(|it| it.breadth == least_privilege::actions(&needs).len());
    let custom_role = scope.filter(|_| !is_exact).and_then(|scope| custom_role(&called, &needs, &scope));
    let allowed = done.needs(|outcome| outcome == Outcome::Allowed);
    let unused = least_privilege::unused(world, id, &allowed, &done.used).map(|it| assignment(world, id, it)).collect();
    let kind = principal.map(|it| (it.principal_type(), resource(it).map(str::to_owned)));
    Needed { principal: called, object_id: id, operations: done.operations(), role, custom_role, unused, kind }
}

impl Needed {
    fn document(&self) -> Value {
        let done = |it: &Done| json!({ "action": it.action, "scope": it.scope, "roleHeld": it.held.word(), "outcome": it.outcome.word(), "requests": it.requests });
        let role =
            self.role.as_ref().map(|it| json!({ "name": it.name, "id": it.id, "scope": it.scope, "knownActions": it.known_actions }));
        let unused = |it: &Unused| json!({ "id": it.id, "role": it.role, "scope": it.scope, "group": it.group });
        json!({
            "principal": self.principal,
            "objectId": self.object_id,
            "type": self.kind.as_ref().map(|(kind, _)| kind),
            "resource": self.kind.as_ref().and_then(|(_, resource)| resource.as_ref()),
            "operations": self.operations.iter().map(done).collect::<Value>(),
            "role": role,
            "customRole": self.custom_role,
            "unusedAssignments": self.unused.iter().map(unused).collect::<Value>(),
        })
    }
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

fn assignment(world: &World, holder: Uuid, it: &RoleAssignment) -> Unused {
    let role = role_definition::find(world, it.tenant_id, it.role).map_or_else(|| it.role.to_string(), |role| role.role_name.to_string());
    let group = world.directory.principal(it.principal_id).filter(|group| group.object_id != holder).map(|group| name(group));
    Unused { id: it.id().to_string(), role, scope: it.scope.to_string(), group }
}

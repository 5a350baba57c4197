//! `explain`, `who-can`, `what-can`: decisions about access with their reasons, for any principal, action and scope.
//!
//! The decision is the one that requests get. What is wrong with a question is said by the name of its field.

use adf_emulator_core::action::Plane;
use adf_emulator_core::authorization::condition::{Attributes, Source, Value as Operand};
use adf_emulator_core::authorization::denial::ConsideredDenial;
use adf_emulator_core::authorization::evaluate::{Considered, DoesNotApply, Explanation, Outcome, Question, Reach};
use adf_emulator_core::authorization::schedule::{Family, Schedule};
use adf_emulator_core::authorization::{inquiry, require, role_definition};
use adf_emulator_core::directory::Principal;
use adf_emulator_core::guid;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::resources::provider;
use adf_emulator_core::world::World;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

use super::{Answer, ControlRequest, Refusal, ok};
use crate::arm::routes::{self, Access, Operation, Run};
use crate::journal::entry::name;

/// How many roles are named that would allow what was refused.
const WOULD_ALLOW_MAX: usize = 5;

/// Says whether a principal may do something somewhere, and why.
pub fn explain(request: &ControlRequest<'_>) -> Answer {
    let fields = request.fields(&["principal", "action", "scope", "dataAction", "attributes"])?;
    let world = request.cell.read();
    let principal = principal(&world, &fields)?;
    let scope = scope(&fields)?;
    let attributes = attributes(&fields)?;
    let question = question(&world, &fields, &scope)?.with(&attributes);
    Ok(ok(&explained(&world, principal, question, &scope)))
}

/// Lists the principals that may do something somewhere.
pub fn who_can(request: &ControlRequest<'_>) -> Answer {
    let fields = request.fields(&["action", "scope", "dataAction", "attributes"])?;
    let world = request.cell.read();
    let scope = scope(&fields)?;
    let attributes = attributes(&fields)?;
    let question = question(&world, &fields, &scope)?.with(&attributes);
    let entry = |principal: &Arc<Principal>| {
        let why = require::explain(&world, principal.object_id, question, &scope);
        json!({ "principal": name(principal), "objectId": principal.object_id, "type": principal.principal_type(),
            "decidedBy": why.decided_by().map(|it| decisive(&world, principal.tenant_id, it)) })
    };
    let value: Vec<Value> = inquiry::who_can(&world, question, &scope).map(entry).collect();
    Ok(ok(&json!({ "value": value, "note": note(question, &scope) })))
}

/// Lists the operations that a principal may run on what is at a scope or below it.
pub fn what_can(request: &ControlRequest<'_>) -> Answer {
    let fields = request.fields(&["principal", "scope"])?;
    let world = request.cell.read();
    let (principal, scope) = (principal(&world, &fields)?, scope(&fields)?);
    let entry = |(operation, action): (&Operation, String)| json!({ "operation": operation.name, "method": operation.method.as_str(), "path": operation.path, "action": action });
    let value: Vec<Value> = operations_for(&world, principal, &scope).map(entry).collect();
    Ok(ok(&json!({ "value": value })))
}

/// Returns the operations that are emulated and that a principal may run on what is at a scope or below it, each with the
/// action that it asks for. Those that ask for none, because their answer shows each caller what it may see, are not
/// among them.
pub fn operations_for(world: &World, principal: &Principal, scope: &ResourceId) -> impl Iterator<Item = (&'static Operation, String)> {
    let may = move |operation: &Operation, action: &str| {
        let question = Question { reach: operation.access.reach(), ..Question::new(action, Plane::Control, world.now) };
        require::allows(world, principal.object_id, question, scope)
    };
    let with_actions = |operation: &'static Operation| actions_of(operation).into_iter().map(move |action| (operation, action));
    served().filter(|it| it.acts_at_or_below(scope)).flat_map(with_actions).filter(move |(operation, action)| may(operation, action))
}

/// Returns the actions of which an operation asks for one.
fn actions_of(operation: &Operation) -> Vec<String> {
    match operation.access {
        Access::NamespaceAction(action) => provider::PROVIDERS.iter().map(|it| format!("{}/{action}", it.namespace)).collect(),
        access => access.action().map(str::to_owned).into_iter().collect(),
    }
}

/// Says what is special about the question: that a role anywhere counts, or that no request asks for the action at the
/// scope, where it is known what asks for it elsewhere.
fn note(question: Question<'_>, scope: &ResourceId) -> Option<String> {
    if question.reach == Reach::Anywhere {
        return Some(format!("'{}' belongs to no scope: a role that allows it counts wherever it is held.", question.action));
    }
    let asks = |it: &&Operation| it.access.action().is_some_and(|action| action.eq_ignore_ascii_case(question.action));
    let asking: Vec<&Operation> = routes::all().filter(asks).collect();
    let [first, ..] = asking.as_slice() else { return None };
    if question.plane == Plane::Data || asking.iter().any(|it| it.acts_at_or_below(scope)) {
        return None;
    }
    let action = question.action;
    Some(format!("No request asks for '{action}' at '{scope}' or below it: {} asks for it at '{}'.", first.name, first.path))
}

/// Returns the operations that are emulated.
fn served() -> impl Iterator<Item = &'static Operation> {
    routes::all().filter(|operation| !matches!(operation.run, Run::NotEmulated))
}

fn explained(world: &World, principal: &Principal, question: Question<'_>, scope: &ResourceId) -> Value {
    let why = require::explain(world, principal.object_id, question, scope);
    let decided_by = match why.denied_by() {
        Some(denial) => Some(json!({ "id": denial.id, "denyAssignment": denial.deny_assignment_name,
            "scope": denial.scope, "why": denial.why() })),
        None => why.decided_by().map(|it| decisive(world, principal.tenant_id, it)),
    };
    let groups: Vec<Value> = inquiry::memberships(world, principal.object_id)
        .iter()
        .map(|it| json!({ "id": it.group.object_id, "name": name(it.group), "via": it.via.map(name) }))
        .collect();
    json!({
        "allowed": why.allowed,
        "groups": groups,
        "assignments": why.assignments.iter().map(|it| considered(world, principal.tenant_id, it)).collect::<Vec<_>>(),
        "denyAssignments": why.deny_assignments.iter().map(denial).collect::<Vec<_>>(),
        "decidedBy": decided_by,
        "nearestMiss": nearest_miss(&why).map(|it| decisive(world, principal.tenant_id, it)),
        "wouldAllow": would_allow(world, principal.tenant_id, &why, question, scope),
        "eligible": eligible(world, &why, principal, question, scope),
        "note": note(question, scope),
    })
}

fn considered(world: &World, tenant: Uuid, it: &Considered) -> Value {
    let result = match it.outcome {
        Outcome::Allows { .. } => Some(true),
        Outcome::ConditionNotMet { .. } => Some(false),
        _ => None,
    };
    let condition = it.condition().or(it.under.as_deref()).map(|text| json!({ "text": text, "result": result }));
    json!({ "id": it.id, "role": it.role, "scope": it.scope, "applies": it.applies(), "why": it.why(), "matched": it.matched(),
        "excludedBy": it.excluded_by(), "condition": condition, "schedule": schedule_of(world, tenant, it) })
}

/// Returns the schedule that will end a role assignment; null where nothing will.
fn schedule_of(world: &World, tenant: Uuid, it: &Considered) -> Value {
    let name = it.id.rsplit('/').next().and_then(|name| Uuid::try_parse(name).ok());
    let schedule = name.and_then(|name| world.role_assignments.get(tenant, name)).and_then(|it| it.schedule);
    let schedule = schedule.and_then(|name| world.schedules.get(&(tenant, name)));
    schedule.map_or(
        Value::Null,
        |it| json!({ "id": it.id().as_str(), "assignmentType": it.assignment_type(), "endDateTime": it.end.map(|end| end.to_string()) }),
    )
}

/// Returns what the principal could activate so that what was refused is allowed; none when a deny assignment refused.
fn eligible(world: &World, why: &Explanation, principal: &Principal, question: Question<'_>, scope: &ResourceId) -> Vec<Value> {
    if why.allowed || why.deny_assignments.iter().any(ConsideredDenial::denies) {
        return Vec::new();
    }
    let entry = |it: &Arc<Schedule>| {
        let role = role_definition::find(world, it.tenant_id, it.role).map(|role| role.role_name.to_string());
        let remedy = format!(
            "PUT {}/GUID with requestType SelfActivate, principalId {} and a justification",
            it.scope.at_scope(Family::Assignment.requests(), "").as_str().trim_end_matches('/'),
            principal.object_id
        );
        json!({ "id": it.id().as_str(), "role": role, "scope": it.scope.as_str(), "remedy": remedy })
    };
    inquiry::eligible(world, principal.object_id, question, scope).map(entry).collect()
}

fn denial(it: &ConsideredDenial) -> Value {
    json!({ "id": it.id, "name": it.deny_assignment_name, "scope": it.scope, "denies": it.denies(), "why": it.why() })
}

fn decisive(world: &World, tenant: Uuid, it: &Considered) -> Value {
    json!({ "id": it.id, "role": it.role, "scope": it.scope, "why": it.why(), "schedule": schedule_of(world, tenant, it) })
}

/// Returns the assignment that came nearest to allowing what was refused: one that a condition or an exclusion stopped,
/// or one that is assigned elsewhere.
fn nearest_miss(why: &Explanation) -> Option<&Considered> {
    let nearness = |it: &&Considered| match it.outcome {
        Outcome::Allows { .. } => 0,
        Outcome::ConditionNotMet { .. } => 1,
        Outcome::Excluded { .. } => 2,
        Outcome::NothingMatches => 3,
        Outcome::DoesNotApply(DoesNotApply::ScopeIsElsewhere) => 4,
        Outcome::DoesNotApply(_) => 5,
    };
    if why.allowed { None } else { why.assignments.iter().min_by_key(nearness) }
}

/// Returns the roles that would allow what was refused, the narrowest first; none when a deny assignment refused.
fn would_allow(world: &World, tenant: Uuid, why: &Explanation, question: Question<'_>, scope: &ResourceId) -> Vec<Value> {
    if why.allowed || why.deny_assignments.iter().any(ConsideredDenial::denies) {
        return Vec::new();
    }
    let actions: BTreeSet<&str> = served().filter_map(|it| it.access.action()).collect();
    let actions: Vec<&str> = actions.into_iter().collect();
    let roles = inquiry::roles_that_allow(world, tenant, question, scope, &actions);
    roles.into_iter().take(WOULD_ALLOW_MAX).map(|role| json!({ "role": role.role_name, "scope": scope.as_str() })).collect()
}

/// Returns the principal that a question names.
fn principal<'a>(world: &'a World, fields: &Map<String, Value>) -> Result<&'a Arc<Principal>, Refusal> {
    principal_named(world, text(fields, "principal")?)
}

/// Returns the principal of that name, object id, application id or user principal name, or the identity of the resource
/// with that id.
pub fn principal_named<'a>(world: &'a World, named: &str) -> Result<&'a Arc<Principal>, Refusal> {
    let unknown = || {
        format!(
            "There is no principal '{named}': give a name, an object id, an application id, a user \
             principal name or the id of a resource with an identity."
        )
    };
    world.directory.meant_by(named).ok_or_else(|| Refusal::bad_request("PrincipalNotFound", unknown()).at("principal"))
}

fn scope(fields: &Map<String, Value>) -> Result<ResourceId, Refusal> {
    let given = text(fields, "scope")?;
    let wrong = || invalid("scope", "it is '/', or an id such as '/subscriptions/GUID/…', without a query");
    // Any letter may stand in a path; what begins like this is the rest of a URL.
    if given.to_ascii_lowercase().contains("?api-version") {
        return Err(wrong());
    }
    let is_a_scope = |it: &ResourceId| given.starts_with('/') && it.subscription().is_none_or(|id| guid::dashed(id).is_some());
    ResourceId::parse(given).filter(is_a_scope).ok_or_else(wrong)
}

/// Returns the question; a data action is told by `dataAction`: true, or the action itself.
fn question<'a>(world: &World, fields: &'a Map<String, Value>, scope: &ResourceId) -> Result<Question<'a>, Refusal> {
    let (field, plane) = match fields.get("dataAction") {
        None | Some(Value::Null | Value::Bool(false)) => ("action", Plane::Control),
        Some(Value::Bool(true)) => ("action", Plane::Data),
        Some(Value::String(_)) if fields.contains_key("action") => {
            return Err(invalid("dataAction", "it is true where 'action' is given, or the data action where it is not"));
        }
        Some(Value::String(_)) => ("dataAction", Plane::Data),
        Some(_) => return Err(invalid("dataAction", "it is true or false, or the data action")),
    };
    let action = text(fields, field)?;
    if !is_an_action(action) {
        return Err(invalid(field, "it is the whole name of one action, such as 'Microsoft.DataFactory/factories/read'"));
    }
    Ok(asked(world, action, plane, scope))
}

/// Returns the question that a request asks which asks for that action at that scope.
pub fn asked<'a>(world: &World, action: &'a str, plane: Plane, scope: &ResourceId) -> Question<'a> {
    let reach = if plane == Plane::Control { routes::reach_of(action, scope) } else { Reach::AtScope };
    Question { reach, ..Question::new(action, plane, world.now) }
}

/// Whether a text has the form of an action's name: a provider, a type and a verb, without a wildcard. What a path means that
/// no operation serves may have any letters.
fn is_an_action(text: &str) -> bool {
    text.split('/').count() >= 3 && text.split('/').all(|part| !part.trim().is_empty() && !part.contains('*'))
}

/// Returns the attributes that conditions look at: `{"@Request[name]": value or [values]}`.
fn attributes(fields: &Map<String, Value>) -> Result<Attributes, Refusal> {
    let given = match fields.get("attributes") {
        None | Some(Value::Null) => return Ok(Attributes::default()),
        Some(Value::Object(given)) => given,
        Some(_) => return Err(invalid("attributes", "it is an object of attributes, such as {\"@Resource[name]\": \"value\"}")),
    };
    let mut attributes = Attributes::default();
    for (attribute, value) in given {
        let at = format!("attributes.{attribute}");
        let parts = attribute.strip_prefix('@').and_then(|it| it.strip_suffix(']')).and_then(|it| it.split_once('['));
        let named = parts.and_then(|(source, name)| Some((Source::parse(source)?, name)));
        let (source, name) =
            named.ok_or_else(|| invalid(&at, "its name is like @Request[name]; sources are Request, Resource, Principal, Environment"))?;
        let values = match value {
            Value::Array(values) => values.iter().map(operand).collect(),
            value => operand(value).map(|value| vec![value]),
        };
        let values: Option<Vec<Operand>> = values;
        attributes = attributes.with(
            source,
            name,
            values.ok_or_else(|| invalid(&at, "it is a text, a whole number, true or false, or a list of them"))?,
        );
    }
    Ok(attributes)
}

fn operand(value: &Value) -> Option<Operand> {
    match value {
        Value::Bool(value) => Some(Operand::Bool(*value)),
        Value::Number(number) => number.as_i64().map(Operand::Number),
        // Who compares it as a GUID reads it as one.
        Value::String(text) => Some(Operand::Text(text.clone())),
        _ => None,
    }
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, Refusal> {
    let given = fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    given.ok_or_else(|| invalid(name, "it must be there, as a text"))
}

fn invalid(field: &str, form: &str) -> Refusal {
    Refusal::bad_request("InvalidField", format!("The field '{field}' is not as it should be: {form}.")).at(field)
}

//! From a world to a world file: entries in the order in which they are applied, the server's own part under `state`.
//!
//! The way back is `apply.rs`: a world made from what is written here exports the same bytes.

use super::{ClockEntry, principals};
use crate::authorization::built_in_roles;
use crate::authorization::role_management_policy::POLICIES;
use crate::authorization::schedule::{self, Family};
use crate::data_factory::link;
use crate::directory::sign_in;
use crate::directory::{Principal, PrincipalKind};
use crate::resource_id::ResourceId;
use crate::resources::management_group;
use crate::resources::subscription::{self, Subscription};
use crate::timestamp::Timestamp;
use crate::world::{self, Document, Due, KINDS, Seed, World};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Returns the world as a document from which the same world is made again.
pub fn export(world: &World, clock: ClockEntry) -> Value {
    let mut document = by_hand(world, clock, State::Kept);
    let operations: Vec<Value> = world
        .operations
        .values()
        .map(|it| {
            let mut entry = json!({ "id": it.id, "startedBy": it.started_by, "target": it.target.as_str(), "effect": it.effect.name(),
                "startedOn": it.started_on.to_string(), "endsOn": it.ends_on.to_string(),
                "settled": !world.due.contains(&(it.ends_on, Due::Operation(it.id))) });
            // Elsewhere it is that of the subscription.
            if let (Some(entry), None) = (entry.as_object_mut(), it.target.subscription()) {
                entry.insert("tenantId".to_owned(), json!(it.tenant_id));
            }
            if let (Some(entry), true) = (entry.as_object_mut(), it.has_failed) {
                entry.insert("failed".to_owned(), true.into());
            }
            entry
        })
        .collect();
    let made = |(id, on): (&uuid::Uuid, &Arc<Timestamp>)| json!({ "principal": id, "on": on.to_string() });
    let deleted = world.directory.tenants().flat_map(|tenant| {
        let entry = |(name, version): (&str, u64)| json!({ "tenant": tenant.id, "name": name, "version": version });
        tenant.management_groups.deleted().map(entry).collect::<Vec<_>>()
    });
    let mut state = json!({ "idCounter": world.ids.counter(), "now": world.now.to_string() });
    for (name, list) in [
        ("operations", operations),
        ("madeLately", world.made_lately.iter().map(made).collect()),
        ("scheduleRequests", world.schedule_requests.values().map(|it| schedule::write_request(it)).collect()),
        ("deletedManagementGroups", deleted.collect()),
    ] {
        if let (Some(state), false) = (state.as_object_mut(), list.is_empty()) {
            state.insert(name.to_owned(), Value::Array(list));
        }
    }
    document.insert("state".to_owned(), state);
    Value::Object(document)
}

/// Returns the world in the form that a person would write: without `state`, but for linked runtimes that no put could make.
pub fn export_by_hand(world: &World, clock: ClockEntry) -> Value {
    Value::Object(by_hand(world, clock, State::LeftOut))
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Kept,
    LeftOut,
}

fn by_hand(world: &World, clock: ClockEntry, state: State) -> Document {
    let mut document = Map::new();
    document.insert("seed".to_owned(), world.ids.seed().into());
    match clock {
        ClockEntry::Offset(offset) if offset.ticks() == 0 => {}
        ClockEntry::Offset(offset) => drop(document.insert("clock".to_owned(), json!({ "offset": offset.to_string() }))),
        ClockEntry::FrozenAt(at) => drop(document.insert("clock".to_owned(), json!({ "frozenAt": at.to_string() }))),
    }
    let mut put = |name: &str, entries: Vec<Value>| {
        if !entries.is_empty() {
            document.insert(name.to_owned(), Value::Array(entries));
        }
    };
    put("tenants", tenants(world, state));
    put("issuers", world.issuers.iter().cloned().map(Value::Object).collect());
    put("resources", resources(world, state));
    put("roleAssignments", seeds(world, world::ROLE_ASSIGNMENTS).into_iter().map(|seed| role_assignment(world, seed, state)).collect());
    put("roleManagementPolicies", seeds(world, POLICIES).into_iter().map(|seed| policy(world, seed, state)).collect());
    for (name, family) in [("roleEligibilitySchedules", Family::Eligibility), ("roleAssignmentSchedules", Family::Assignment)] {
        put(name, seeds(world, family.schedules()).into_iter().map(|seed| role_assignment(world, seed, state)).collect());
    }
    put("nodes", seeds(world, world::NODES).into_iter().map(|seed| node(seed, state)).collect());
    let mut settings = world.settings.document();
    if sign_in::by_itself(world).is_none() {
        // Whom it names has been deleted since: nobody signs in by itself any more.
        settings.remove("signInAs");
    }
    if !settings.is_empty() {
        document.insert("settings".to_owned(), Value::Object(settings));
    }
    document
}

fn tenants(world: &World, state: State) -> Vec<Value> {
    world
        .directory
        .tenants()
        .map(|tenant| {
            let principals = principals::export(world, tenant.id, state);
            let subscriptions: Vec<Value> = subscription::of_tenant(world, tenant.id).map(|it| subscription(it, state)).collect();
            let groups: Vec<Value> =
                management_group::entries(tenant).into_iter().map(|(entry, made)| with_state(Value::Object(entry), made, state)).collect();
            json!({ "id": tenant.id, "displayName": &*tenant.display_name, "domain": &*tenant.domain, "principals": principals,
                "managementGroups": groups, "subscriptions": subscriptions })
        })
        .collect()
}

fn subscription(subscription: &Subscription, state: State) -> Value {
    let mut entry = json!({ "id": subscription.id, "displayName": &*subscription.display_name });
    if let (Some(entry), Some(registered)) = (entry.as_object_mut(), subscription.registered_providers()) {
        entry.insert("registeredProviders".to_owned(), registered.into());
    }
    with_state(entry, subscription.state(), state)
}

fn seeds(world: &World, resource_type: &str) -> Vec<Seed> {
    KINDS.iter().filter(|kind| kind.resource_type == resource_type).flat_map(|kind| (kind.export)(world)).collect()
}

fn resources(world: &World, state: State) -> Vec<Value> {
    let own = [world::ROLE_ASSIGNMENTS, world::NODES, POLICIES, Family::Eligibility.schedules(), Family::Assignment.schedules()];
    let has_own_entries = |resource_type: &str| own.contains(&resource_type);
    let kinds = KINDS.iter().filter(|kind| !has_own_entries(kind.resource_type));
    kinds
        .flat_map(|kind| (kind.export)(world))
        .map(|seed| {
            let made = if state == State::Kept { seed.state } else { needed(world, &seed) };
            with_state(json!({ "id": seed.id.as_str(), "body": seed.body }), made, State::Kept)
        })
        .collect()
}

/// Returns the part of a seed's `state` without which it could not be read back.
fn needed(world: &World, seed: &Seed) -> Document {
    let linked = link::is_registered_unlike_a_put(world, &seed.id).map(Value::Bool);
    let has_several = world.directory.tenants().nth(1).is_some();
    let tenant = seed.state.get("tenantId").filter(|_| has_several).cloned();
    let members = [("linked", linked), ("tenantId", tenant)];
    members.into_iter().filter_map(|(name, value)| value.map(|value| (name.to_owned(), value))).collect()
}

/// Returns the entry of a role assignment, or of a schedule of one.
fn role_assignment(world: &World, seed: Seed, state: State) -> Value {
    let made = if state == State::Kept { seed.state.clone() } else { needed(world, &seed) };
    let mut properties = match seed.body.get("properties") {
        Some(Value::Object(properties)) => properties.clone(),
        _ => Map::new(),
    };
    let taken =
        |properties: &mut Document, key: &str| properties.remove(key).and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default();
    let principal = taken(&mut properties, "principalId");
    let role = role_name(&taken(&mut properties, "roleDefinitionId"));
    let known = world.directory.named(&principal);
    let principal = known.and_then(|it| by_name_or_resource(world, it)).unwrap_or(principal);
    let scope = seed.id.parent().unwrap_or_else(ResourceId::root);
    let mut entry = json!({ "principal": principal, "role": role, "scope": scope.as_str(), "name": seed.id.name() });
    if let Some(entry) = entry.as_object_mut() {
        entry.extend(properties);
    }
    with_state(entry, made, State::Kept)
}

fn policy(world: &World, seed: Seed, state: State) -> Value {
    let made = if state == State::Kept { seed.state.clone() } else { needed(world, &seed) };
    let mut properties = match seed.body.get("properties") {
        Some(Value::Object(properties)) => properties.clone(),
        _ => Map::new(),
    };
    let role = properties.shift_remove("roleDefinitionId");
    let role = role_name(role.as_ref().and_then(Value::as_str).unwrap_or_default());
    let scope = seed.id.parent().unwrap_or_else(ResourceId::root);
    let mut entry = json!({ "role": role, "scope": scope.as_str() });
    if let Some(entry) = entry.as_object_mut() {
        entry.extend(properties);
    }
    with_state(entry, made, State::Kept)
}

/// Returns the name of a built-in role, or the GUID of another, from the id of its definition.
fn role_name(id: &str) -> String {
    let name = id.rsplit('/').next().unwrap_or_default();
    let built_in = uuid::Uuid::try_parse(name).ok().and_then(built_in_roles::by_id);
    built_in.map_or_else(|| name.to_owned(), |it| it.role_name.to_string())
}

/// What means a principal beside its object id: its name, or the resource whose identity it is.
fn by_name_or_resource(world: &World, principal: &Principal) -> Option<String> {
    if let Some(name) = &principal.name {
        return Some(name.to_string());
    }
    let PrincipalKind::ManagedIdentity(identity) = &principal.kind else { return None };
    let meant = world.directory.identity_of(&identity.resource)?;
    (meant.object_id == principal.object_id).then(|| identity.resource.to_string())
}

fn node(seed: Seed, state: State) -> Value {
    let runtime = seed.id.parent().unwrap_or_else(ResourceId::root);
    let mut entry = json!({ "runtime": runtime.as_str(), "nodeName": seed.id.name() });
    if let Some(entry) = entry.as_object_mut() {
        entry.extend(seed.body);
    }
    with_state(entry, seed.state, state)
}

pub(super) fn with_state(mut entry: Value, made: Document, state: State) -> Value {
    if let (Some(entry), State::Kept, false) = (entry.as_object_mut(), state, made.is_empty()) {
        entry.insert("state".to_owned(), Value::Object(made));
    }
    entry
}

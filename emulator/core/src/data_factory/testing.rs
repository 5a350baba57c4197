//! A small world for this folder's tests: one tenant, one subscription, two groups, a frozen clock.
//!
//! For tests only, and only what all of them need; a test adds what it is about.

use super::{integration_runtime, node};
use crate::authorization::role_assignment::{self, RoleAssignmentCreateParameters};
use crate::directory::tenant::Tenant;
use crate::resource_id::ResourceId;
use crate::resources::resource_group;
use crate::resources::subscription::Subscription;
use crate::timestamp::Timestamp;
use crate::world::{Document, World};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

pub(super) const TENANT: Uuid = Uuid::from_u128(0x1111_1111);
const SUBSCRIPTION: Uuid = Uuid::from_u128(0x2222_2222);

/// Returns a world with the groups `rg-shared` and `rg-linked`.
pub(super) fn world() -> World {
    let mut world = World { now: Timestamp::parse("2030-01-01T00:00:00Z").unwrap(), ..World::default() };
    world.directory.add_tenant(Tenant {
        id: TENANT,
        display_name: "Contoso".into(),
        domain: "contoso.example".into(),
        management_groups: Arc::default(),
    });
    world.subscriptions.insert(SUBSCRIPTION, Subscription::new(SUBSCRIPTION, TENANT, "Test", None));
    for name in ["rg-shared", "rg-linked"] {
        resource_group::create_or_update(&mut world, &group(name), &document(serde_json::json!({ "location": "eastus" }))).unwrap();
    }
    world
}

/// Returns the id of a group of the subscription.
pub(super) fn group(name: &str) -> ResourceId {
    ResourceId::parse(&format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/{name}")).unwrap()
}

/// Returns the id of a factory in `rg-shared`.
pub(super) fn factory_id(name: &str) -> ResourceId {
    group("rg-shared").at_scope("Microsoft.DataFactory/factories", name)
}

/// Returns a JSON object as a document.
pub(super) fn document(value: Value) -> Document {
    value.as_object().unwrap().clone()
}

/// Returns the code of a refusal, and its message.
pub(super) fn refusal(fault: crate::fault::Fault) -> (&'static str, String) {
    match fault {
        crate::fault::Fault::RuleBroken(broken) => (broken.rule.code, broken.message.unwrap_or_default()),
        other => panic!("not a rule: {other:?}"),
    }
}

/// Makes a factory with an identity of its own; returns that identity's principal.
pub(super) fn factory_with_identity(world: &mut World, id: &ResourceId) -> Uuid {
    let body = document(serde_json::json!({ "location": "eastus", "identity": { "type": "SystemAssigned" } }));
    let factory = super::factory::create_or_update(world, id, &body, None).unwrap();
    factory.identity.as_ref().unwrap().system_assigned.as_ref().unwrap().principal_id
}

/// Assigns a built-in role; returns the assignment's name.
pub(super) fn assign(world: &mut World, principal_id: Uuid, role: &str, scope: &ResourceId) -> String {
    let name = world.ids.next_guid().to_string();
    let role = crate::authorization::built_in_roles::by_name(role).unwrap().id;
    let asked = RoleAssignmentCreateParameters {
        role_definition_id: format!("/providers/Microsoft.Authorization/roleDefinitions/{role}"),
        principal_id: principal_id.to_string(),
        ..RoleAssignmentCreateParameters::default()
    };
    role_assignment::put(world, scope, &name, asked, None).unwrap();
    name
}

/// Puts a self-hosted runtime.
pub(super) fn self_hosted(world: &mut World, id: &ResourceId) {
    let body = document(serde_json::json!({ "properties": { "type": "SelfHosted" } }));
    integration_runtime::create_or_update(world, id, &body, None).unwrap();
}

/// Puts a runtime that is linked to `shared`; returns the name of the rule that was broken, if one was.
pub(super) fn link(world: &mut World, id: &ResourceId, shared: &ResourceId) -> Result<(), &'static str> {
    let linked_info = serde_json::json!({ "authorizationType": "RBAC", "resourceId": shared.as_str() });
    let body = document(serde_json::json!({ "properties": { "type": "SelfHosted", "typeProperties": { "linkedInfo": linked_info } } }));
    integration_runtime::create_or_update(world, id, &body, None).map(drop).map_err(|fault| fault.rule().unwrap().name)
}

/// Registers a node with the first key of a runtime; returns its id.
pub(super) fn register(world: &mut World, runtime: &ResourceId, node_name: &str) -> Uuid {
    let auth_key = integration_runtime::get(world, runtime).unwrap().self_hosted("").unwrap().keys.auth_key_1.clone();
    node::register(world, node::Registration { auth_key: &auth_key, node_name, machine_name: None, version: None }).unwrap().0
}

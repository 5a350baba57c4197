//! A small world for this folder's tests: one tenant, one subscription, two groups, a frozen clock.

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

//! Every built-in role × every action of our operations × own, parent and sibling scope: the evaluator and its slow twin agree.
//!
//! The golden table beside it shows some of this to people; here is all of it.

use super::slow_twin::{self, Assignment, Facts};
use adf_emulator::arm::routes::{self, Access};
use adf_emulator_core::authorization::{built_in_roles, require};
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::timestamp::Timestamp;
use adf_emulator_core::world::World;
use adf_emulator_core::world_file::{self, WorldText};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use uuid::Uuid;

const SUBSCRIPTION: &str = "/subscriptions/22222222-2222-2222-2222-222222222222";

/// The place that is asked about, and where the role is held: there, above it, and beside it under a name that begins
/// alike.
fn scopes() -> [(&'static str, String); 3] {
    let own = format!("{SUBSCRIPTION}/resourceGroups/rg1/providers/Microsoft.DataFactory/factories/f1");
    [("own", own), ("parent", format!("{SUBSCRIPTION}/resourceGroups/rg1")), ("sibling", format!("{SUBSCRIPTION}/resourceGroups/rg10"))]
}

/// The actions of all operations, each once.
pub(crate) fn actions() -> BTreeSet<&'static str> {
    let action = |operation: &'static routes::Operation| match operation.access {
        Access::Action(action)
        | Access::RoleAssignmentAction(action)
        | Access::ScheduleAction(action)
        | Access::ActionSomewhere(action) => Some(action),
        // Those of a namespace have another action for each namespace.
        Access::NamespaceAction(_) | Access::Filtered | Access::Starter => None,
    };
    routes::all().filter_map(action).collect()
}

fn principal(role: usize, place: usize) -> Uuid {
    Uuid::from_u128(0x5555_0000_0000_4000_8000_0000_0000_0000 + (role * 10 + place) as u128)
}

/// A world in which each role is held by three principals, one a place.
fn world() -> World {
    let roles = built_in_roles::all();
    let each = |role: usize| (0..3).map(move |place| principal(role, place));
    let principals: Vec<Value> =
        (0..roles.len()).flat_map(each).map(|id| json!({ "name": id.to_string(), "type": "ServicePrincipal", "objectId": id })).collect();
    let assignment =
        |role: usize, place: usize, scope: &str| json!({ "principal": principal(role, place), "role": roles[role].id, "scope": scope });
    let assignments: Vec<Value> = (0..roles.len())
        .flat_map(|role| {
            scopes().into_iter().enumerate().map(move |(place, (_, scope))| assignment(role, place, &scope)).collect::<Vec<_>>()
        })
        .collect();
    let group = |name: &str| json!({ "id": format!("{SUBSCRIPTION}/resourceGroups/{name}"), "body": { "location": "eastus" } });
    let file = json!({
        "tenants": [{ "principals": principals, "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }] }],
        "resources": [group("rg1"), group("rg10")],
        "roleAssignments": assignments,
    });
    world_file::read(&[WorldText { name: "every role", text: &file.to_string() }], Timestamp::default()).unwrap().world
}

#[test]
fn the_evaluator_and_its_slow_twin_agree() {
    let (world, actions) = (world(), actions());
    assert_eq!(built_in_roles::all().len(), 933);
    let all_roles = slow_twin::roles_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/roles"));
    let own = scopes()[0].1.clone();
    let asked = ResourceId::parse(&own).unwrap();
    let (mut allowed, mut refused) = (0, 0);
    for (number, role) in built_in_roles::all().iter().enumerate() {
        let name = role.role_name.to_lowercase();
        for (place, (where_held, scope)) in scopes().into_iter().enumerate() {
            let held = Assignment { principal: "p".to_owned(), role: name.clone(), scope, condition: None };
            let facts = Facts {
                roles: [(name.clone(), all_roles[&name].clone())].into(),
                members: Vec::new(),
                assignments: vec![held],
                denials: Vec::new(),
            };
            for action in &actions {
                let ours = require::is_allowed(&world, principal(number, place), action, &asked);
                let twins = facts.allow("p", action, &own, false);
                assert_eq!(ours, twins, "{} held at {where_held}: {action}", role.role_name);
                if ours { allowed += 1 } else { refused += 1 }
            }
        }
    }
    // A matrix of one answer only would agree as well.
    assert!(allowed > 1_000 && refused > 100_000, "{allowed} allowed, {refused} refused");
}

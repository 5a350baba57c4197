//! Random histories of the core alone: time passes in one go as it does bit by bit, a fork and its origin do not see each
//! other, and a document is given back as it was sent.

use adf_emulator_core::data_factory::integration_runtime::managed;
use adf_emulator_core::data_factory::linked_service;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::resources::management_group::{self, ManagementGroupParameters};
use adf_emulator_core::resources::resource_group;
use adf_emulator_core::settle::settle;
use adf_emulator_core::timestamp::{Duration, Timestamp};
use adf_emulator_core::world::{Document, World};
use adf_emulator_core::world_file::{self, ClockEntry, WorldText};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

const SUBSCRIPTION: &str = "/subscriptions/22222222-2222-2222-2222-222222222222";
const CALLER: Uuid = Uuid::from_u128(1);

/// One step of a history. Numbers choose among a few names, so that steps meet each other.
#[derive(Clone, Debug)]
enum Step {
    /// Seconds go by, and somebody looks at these moments on the way.
    Wait {
        seconds: i64,
        looks: Vec<i64>,
    },
    MakeGroup(u8),
    DeleteGroup(u8),
    MakeManagementGroup(u8),
    DeleteManagementGroup(u8),
    Start(u8),
    Stop(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let few = || 0..2_u8;
    let wait = (0..100_i64, prop::collection::vec(0..100_i64, 0..4));
    prop_oneof![
        4 => wait.prop_map(|(seconds, looks)| Step::Wait { seconds, looks }),
        1 => few().prop_map(Step::MakeGroup),
        1 => few().prop_map(Step::DeleteGroup),
        1 => few().prop_map(Step::MakeManagementGroup),
        1 => few().prop_map(Step::DeleteManagementGroup),
        2 => few().prop_map(Step::Start),
        2 => few().prop_map(Step::Stop),
    ]
}

fn history() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..24)
}

fn group(number: u8) -> ResourceId {
    ResourceId::parse(&format!("{SUBSCRIPTION}/resourceGroups/rg{number}")).unwrap()
}

fn factory(number: u8) -> ResourceId {
    group(number).at_scope("Microsoft.DataFactory/factories", &format!("factory{number}"))
}

fn runtime(number: u8) -> ResourceId {
    factory(number).child("integrationRuntimes", "managed")
}

/// Two resource groups, each with a factory that has a managed runtime; an operation takes a minute.
fn world() -> World {
    let in_group = |number: u8| {
        [
            json!({ "id": group(number).as_str(), "body": { "location": "eastus" } }),
            json!({ "id": factory(number).as_str(), "body": { "location": "eastus" } }),
            json!({ "id": runtime(number).as_str(), "body": { "properties": { "type": "Managed", "typeProperties": {} } } }),
        ]
    };
    let file = json!({
        "settings": { "operationDuration": "PT1M" },
        "tenants": [{
            "principals": [{ "name": "owner", "type": "ServicePrincipal", "objectId": CALLER }],
            "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }],
        }],
        "resources": ([in_group(0), in_group(1)].concat()),
    });
    world_file::read(&[WorldText { name: "moments", text: &file.to_string() }], Timestamp::from_seconds(1)).unwrap().world
}

/// Takes a step; `looks` says whether anybody looks on the way. What is refused is refused.
fn take(world: &mut World, step: &Step, looks: bool) {
    let document = |value: Value| value.as_object().cloned().unwrap();
    match step {
        Step::Wait { seconds, looks: moments } => {
            let begun = world.now;
            let mut moments: Vec<i64> = moments.iter().copied().filter(|moment| looks && moment < seconds).collect();
            moments.sort_unstable();
            for moment in moments.into_iter().chain([*seconds]) {
                settle(world, begun.plus(Duration::from_seconds(moment)));
            }
        }
        Step::MakeGroup(number) => {
            drop(resource_group::create_or_update(world, &group(*number), &document(json!({ "location": "eastus" }))));
        }
        Step::DeleteGroup(number) => drop(resource_group::delete(world, &group(*number), CALLER)),
        Step::MakeManagementGroup(number) => {
            let asked = ManagementGroupParameters::default();
            drop(management_group::create_or_update(world, &format!("mg{number}"), &asked, CALLER));
        }
        Step::DeleteManagementGroup(number) => drop(management_group::delete(world, &format!("mg{number}"), CALLER)),
        Step::Start(number) => drop(managed::start(world, &runtime(*number), CALLER)),
        Step::Stop(number) => drop(managed::stop(world, &runtime(*number), CALLER)),
    }
}

fn all(world: &World) -> String {
    world_file::export(world, ClockEntry::Offset(Duration::ZERO)).to_string()
}

fn after(mut world: World, steps: &[Step], looks: bool) -> World {
    for step in steps {
        take(&mut world, step, looks);
    }
    world
}

/// A value as deep as documents are. Its names are none that mean something to a factory.
fn a_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("a number of JSON", |number| number.is_finite().then(|| json!(number))),
        "[ -~é]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from), an_object(inner).prop_map(Value::from)]
    })
}

fn an_object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Document> {
    prop::collection::vec(("[A-Da-d é]{0,3}", value), 0..6).prop_map(Document::from_iter)
}

proptest! {
    #[test]
    fn settling_bit_by_bit_is_settling_at_once(steps in history()) {
        let (at_once, bit_by_bit) = (after(world(), &steps, false), after(world(), &steps, true));
        prop_assert_eq!(all(&at_once), all(&bit_by_bit));
    }

    #[test]
    fn a_fork_and_its_origin_do_not_see_each_other(before in history(), of_fork in history(), of_origin in history()) {
        let origin = after(world(), &before, false);
        let as_it_was = all(&origin);
        let fork = after(origin.clone(), &of_fork, false);
        prop_assert_eq!(all(&origin), as_it_was);
        let as_it_is = all(&fork);
        let origin = after(origin, &of_origin, false);
        prop_assert_eq!(all(&fork), as_it_is.clone());
        prop_assert_eq!(all(&after(after(world(), &before, false), &of_fork, false)), as_it_is);
        prop_assert_eq!(all(&origin), all(&after(after(world(), &before, false), &of_origin, false)));
    }

    #[test]
    fn a_document_is_given_back_as_it_was_sent(type_properties in an_object(a_value()), parameters in an_object(a_value())) {
        let mut world = world();
        let id = factory(0).child("linkedservices", "one");
        let properties = json!({ "type": "AzureBlobStorage", "typeProperties": type_properties, "parameters": parameters });
        let body = Document::from_iter([("properties".to_owned(), properties.clone())]);
        linked_service::create_or_update(&mut world, &id, &body, None).unwrap();
        let kept = &linked_service::get(&world, &id).unwrap().properties;
        prop_assert_eq!(Value::from(kept.clone()).to_string(), properties.to_string());
        let export = all(&world);
        let again = world_file::read(&[WorldText { name: "again", text: &export }], Timestamp::from_seconds(1)).unwrap().world;
        prop_assert_eq!(Value::from(linked_service::get(&again, &id).unwrap().properties.clone()).to_string(), properties.to_string());
    }
}

//! Heartbeats against a naive model: whatever is registered, heard of, set and taken away while time passes, a node is
//! just as the model says, and a world that is written down goes on in the same way.

use adf_emulator_core::data_factory::integration_runtime::{self, RuntimeKind};
use adf_emulator_core::data_factory::node::{self, NodeStatus, NodeUpdate, Registration, heartbeat};
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::settle::settle;
use adf_emulator_core::timestamp::{Duration, Timestamp};
use adf_emulator_core::world::World;
use adf_emulator_core::world_file::{self, ClockEntry, WorldText};
use adf_emulator_tests::{RG_SHARED, SUBSCRIPTION, factory, runtime, self_hosted};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

const NAMES: [&str; 3] = ["a", "b", "c"];
const STATES: [NodeStatus; 3] = [NodeStatus::Online, NodeStatus::Limited, NodeStatus::Offline];

#[derive(Clone, Debug)]
enum Step {
    Register(usize),
    Beat(usize),
    Set(usize, usize),
    Remove(usize),
    Pass(i64),
    OfflineAfter(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let node = || 0..NAMES.len();
    prop_oneof![
        3 => node().prop_map(Step::Register),
        5 => node().prop_map(Step::Beat),
        2 => (node(), 0..STATES.len()).prop_map(|(node, state)| Step::Set(node, state)),
        1 => node().prop_map(Step::Remove),
        5 => (0..120_i64).prop_map(Step::Pass),
        1 => (31..120_i64).prop_map(Step::OfflineAfter),
    ]
}

/// A node as it should be.
#[derive(Clone, Copy, Debug)]
struct Expected {
    status: NodeStatus,
    beats: bool,
    heard_at: i64,
}

/// What should be, kept in the simplest way: all nodes are looked at in every second.
#[derive(Debug)]
struct Model {
    now: i64,
    offline_after: i64,
    nodes: BTreeMap<usize, Expected>,
}

impl Model {
    fn take(&mut self, step: &Step) {
        let now = self.now;
        match *step {
            Step::Register(name) => drop(self.nodes.insert(name, Expected { status: NodeStatus::Online, beats: false, heard_at: now })),
            Step::Beat(name) => {
                if let Some(node) = self.nodes.get_mut(&name) {
                    let status = if node.status == NodeStatus::Offline { NodeStatus::Online } else { node.status };
                    *node = Expected { status, beats: true, heard_at: now };
                }
            }
            Step::Set(name, state) => {
                if let Some(node) = self.nodes.get_mut(&name) {
                    node.status = STATES[state];
                    node.heard_at = if node.status == NodeStatus::Offline { node.heard_at } else { now };
                }
            }
            Step::Remove(name) => drop(self.nodes.remove(&name)),
            Step::Pass(seconds) => (0..seconds).for_each(|_| {
                self.now += 1;
                self.look();
            }),
            Step::OfflineAfter(seconds) => self.offline_after = seconds,
        }
        self.look();
    }

    fn look(&mut self) {
        for node in self.nodes.values_mut() {
            if node.beats && node.heard_at + self.offline_after <= self.now {
                node.status = NodeStatus::Offline;
            }
        }
    }
}

/// The world itself, with its clock.
struct Real {
    world: World,
    runtime: ResourceId,
}

impl Real {
    fn new() -> Self {
        let factory = factory(RG_SHARED, "factory");
        let runtime = runtime(&factory, "runtime");
        let file = json!({
            "clock": { "frozenAt": "1970-01-01T00:00:00Z" },
            "tenants": [{ "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }] }],
            "resources": [{ "id": RG_SHARED, "body": { "location": "eastus" } }, { "id": factory, "body": { "location": "eastus" } },
                { "id": runtime, "body": self_hosted() }],
        });
        Self { world: read(&file.to_string()), runtime: ResourceId::parse(&runtime).unwrap() }
    }

    fn id(&self, name: usize) -> Option<Uuid> {
        node::all(&self.world).find(|it| &*it.node.node_name == NAMES[name]).map(|it| it.node.id)
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Register(name) => {
                let RuntimeKind::SelfHosted(it) = &integration_runtime::get(&self.world, &self.runtime).unwrap().kind else { panic!() };
                let auth_key = it.keys.auth_key_1.clone();
                let registration = Registration { auth_key: &auth_key, node_name: NAMES[name], machine_name: None, version: None };
                node::register(&mut self.world, registration).unwrap();
            }
            Step::Beat(name) => {
                let id = self.id(name).unwrap_or_default();
                heartbeat::beat(&mut self.world, id, NodeUpdate::default());
            }
            Step::Set(name, state) => {
                let id = self.id(name).unwrap_or_default();
                node::set(&mut self.world, id, NodeUpdate { status: Some(STATES[state]), ..NodeUpdate::default() });
            }
            Step::Remove(name) => {
                let id = self.id(name).unwrap_or_default();
                node::remove(&mut self.world, id);
            }
            Step::Pass(seconds) => {
                let then = self.world.now.plus(Duration::from_seconds(seconds));
                settle(&mut self.world, then);
            }
            Step::OfflineAfter(seconds) => self.world.settings.offline_after = Duration::from_seconds(seconds),
        }
        let now = self.world.now;
        settle(&mut self.world, now);
    }

    fn states(&self) -> BTreeMap<&'static str, NodeStatus> {
        let state = |name: usize| {
            let found = node::all(&self.world).find(|it| &*it.node.node_name == NAMES[name]);
            found.map(|it| (NAMES[name], it.node.status))
        };
        (0..NAMES.len()).filter_map(state).collect()
    }

    fn export(&self) -> String {
        world_file::export(&self.world, ClockEntry::FrozenAt(self.world.now)).to_string()
    }
}

fn read(text: &str) -> World {
    world_file::read(&[WorldText { name: "world", text }], Timestamp::default()).unwrap().world
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nodes_are_as_their_heartbeats_say(steps in prop::collection::vec(step(), 1..40)) {
        let (mut real, mut model) = (Real::new(), Model { now: 0, offline_after: 90, nodes: BTreeMap::new() });
        for step in &steps {
            real.take(step);
            model.take(step);
            let expected: BTreeMap<&str, NodeStatus> = model.nodes.iter().map(|(name, node)| (NAMES[*name], node.status)).collect();
            prop_assert_eq!(real.states(), expected, "after {:?} of {:?}", step, steps);
        }
        let mut again = Real { world: read(&real.export()), runtime: real.runtime.clone() };
        prop_assert_eq!(again.export(), real.export());
        prop_assert_eq!(again.world.due_next(), real.world.due_next());
        // In one step or in two: what comes is the same.
        real.take(&Step::Pass(100));
        again.take(&Step::Pass(37));
        again.take(&Step::Pass(63));
        prop_assert_eq!(again.export(), real.export());
    }
}

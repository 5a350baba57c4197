//! Links against a naive model: whatever happens in whatever order, a shared runtime lists just the links that were made
//! and not taken away, and a linked runtime works just when it has its link and its grant.

use adf_emulator_core::authorization::role_assignment::{self, RoleAssignmentCreateParameters};
use adf_emulator_core::data_factory::integration_runtime::{self, RuntimeKind, status};
use adf_emulator_core::data_factory::{factory, link};
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::world::{Document, World};
use adf_emulator_core::world_file;
use adf_emulator_tests::{CONTRIBUTOR, RG_LINKED, RG_SHARED, factory_with_identity, linked_to, runtime, self_hosted};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A linking factory and one of its runtimes.
type Linked = (u8, u8);

#[derive(Clone, Debug)]
enum Step {
    PutShared(u8),
    DeleteShared(u8),
    PutFactory(u8),
    DeleteFactory(u8),
    Grant(u8, u8),
    Revoke(u8, u8),
    Link(Linked, u8),
    Delete(Linked),
    RemoveLinks(u8, u8),
}

fn step() -> impl Strategy<Value = Step> {
    let two = || 0..2_u8;
    prop_oneof![
        3 => two().prop_map(Step::PutShared),
        1 => two().prop_map(Step::DeleteShared),
        3 => two().prop_map(Step::PutFactory),
        1 => two().prop_map(Step::DeleteFactory),
        5 => (two(), two()).prop_map(|(linking, shared)| Step::Grant(linking, shared)),
        1 => (two(), two()).prop_map(|(linking, shared)| Step::Revoke(linking, shared)),
        8 => ((two(), two()), two()).prop_map(|(linked, shared)| Step::Link(linked, shared)),
        1 => (two(), two()).prop_map(Step::Delete),
        1 => (two(), two()).prop_map(|(shared, linking)| Step::RemoveLinks(shared, linking)),
    ]
}

/// What should be, kept in the simplest way.
#[derive(Debug, Default)]
struct Model {
    shared: BTreeSet<u8>,
    factories: BTreeSet<u8>,
    grants: BTreeSet<(u8, u8)>,
    documents: BTreeMap<Linked, u8>,
    links: BTreeSet<(u8, Linked)>,
}

impl Model {
    /// Returns whether the step should succeed, and takes it.
    fn take(&mut self, step: &Step) -> bool {
        match *step {
            Step::PutShared(shared) => drop(self.shared.insert(shared)),
            Step::DeleteShared(shared) => {
                self.shared.remove(&shared);
                self.grants.retain(|(_, at)| *at != shared);
                self.links.retain(|(at, _)| *at != shared);
            }
            Step::PutFactory(linking) => drop(self.factories.insert(linking)),
            Step::DeleteFactory(linking) => {
                self.factories.remove(&linking);
                self.grants.retain(|(whose, _)| *whose != linking);
                self.documents.retain(|(of, _), _| *of != linking);
                self.links.retain(|(_, (of, _))| *of != linking);
            }
            Step::Grant(linking, shared) => {
                return self.factories.contains(&linking) && self.shared.contains(&shared) && self.grants.insert((linking, shared));
            }
            Step::Revoke(linking, shared) => drop(self.grants.remove(&(linking, shared))),
            Step::Link(linked, shared) => {
                let may = self.factories.contains(&linked.0) && self.shared.contains(&shared) && self.grants.contains(&(linked.0, shared));
                if may {
                    self.documents.insert(linked, shared);
                    self.links.retain(|(at, of)| *of != linked || *at == shared);
                    self.links.insert((shared, linked));
                }
                return may;
            }
            Step::Delete(linked) => {
                self.documents.remove(&linked);
                self.links.retain(|(_, of)| *of != linked);
            }
            Step::RemoveLinks(shared, linking) => {
                self.links.retain(|(at, (of, _))| *at != shared || *of != linking);
                return self.shared.contains(&shared);
            }
        }
        true
    }

    fn works(&self, linked: Linked, shared: u8) -> bool {
        self.links.contains(&(shared, linked)) && self.grants.contains(&(linked.0, shared)) && self.shared.contains(&shared)
    }
}

fn id(text: &str) -> ResourceId {
    ResourceId::parse(text).unwrap()
}

fn sharing() -> String {
    adf_emulator_tests::factory(RG_SHARED, "sharing")
}

fn linking(number: u8) -> String {
    adf_emulator_tests::factory(RG_LINKED, &format!("linking{number}"))
}

fn shared_id(number: u8) -> ResourceId {
    id(&runtime(&sharing(), &format!("shared{number}")))
}

fn linked_id((of, number): Linked) -> ResourceId {
    id(&runtime(&linking(of), &format!("linked{number}")))
}

fn document(body: Value) -> Document {
    body.as_object().unwrap().clone()
}

/// The name of the assignment by which the present identity of a factory is granted a runtime.
fn assignment(world: &World, of: u8, at: u8) -> Option<(String, String)> {
    let principal = factory::get(world, &id(&linking(of))).ok()?.system_principal()?;
    Some((world.ids.guid_of(format!("{principal} at {at}").as_bytes()).to_string(), principal.to_string()))
}

fn take(world: &mut World, step: &Step) -> bool {
    match *step {
        Step::PutShared(shared) => integration_runtime::create_or_update(world, &shared_id(shared), &document(self_hosted()), None).is_ok(),
        Step::DeleteShared(shared) => integration_runtime::delete(world, &shared_id(shared)).is_ok(),
        Step::PutFactory(of) => factory::create_or_update(world, &id(&linking(of)), &document(factory_with_identity()), None).is_ok(),
        Step::DeleteFactory(of) => {
            factory::delete(world, &id(&linking(of)));
            true
        }
        Step::Grant(of, at) => {
            let Some((name, principal_id)) = assignment(world, of, at) else { return false };
            let role_definition_id = format!("/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR}");
            let asked = RoleAssignmentCreateParameters { role_definition_id, principal_id, ..RoleAssignmentCreateParameters::default() };
            let is_new = role_assignment::get(world, &shared_id(at), &name, Uuid::nil()).is_err();
            is_new
                && integration_runtime::find(world, &shared_id(at)).is_some()
                && role_assignment::put(world, &shared_id(at), &name, asked, None).is_ok()
        }
        Step::Revoke(of, at) => {
            assignment(world, of, at).is_none_or(|(name, _)| role_assignment::delete(world, &shared_id(at), &name, Uuid::nil()).is_ok())
        }
        Step::Link(linked, at) => {
            let body = document(linked_to(shared_id(at).as_str()));
            integration_runtime::create_or_update(world, &linked_id(linked), &body, None).is_ok()
        }
        Step::Delete(linked) => integration_runtime::delete(world, &linked_id(linked)).is_ok() || !is_there(world, linked.0),
        Step::RemoveLinks(at, of) => {
            let body = document(json!({ "factoryName": format!("linking{of}") }));
            link::remove_links(world, &shared_id(at), &body).is_ok()
        }
    }
}

fn is_there(world: &World, of: u8) -> bool {
    factory::get(world, &id(&linking(of))).is_ok()
}

fn check(world: &World, model: &Model) -> Result<(), TestCaseError> {
    for shared in 0..2 {
        let runtime = integration_runtime::find(world, &shared_id(shared));
        prop_assert_eq!(runtime.is_some(), model.shared.contains(&shared));
        let Some(RuntimeKind::SelfHosted(self_hosted)) = runtime.map(|runtime| &runtime.kind) else { continue };
        let told: BTreeSet<String> = self_hosted.links.iter().map(|link| format!("{}/{}", link.data_factory_name, link.name)).collect();
        let name = |(of, number): Linked| format!("linking{of}/linked{number}");
        let expected = model.links.iter().filter(|(at, _)| *at == shared).map(|(_, linked)| name(*linked)).collect();
        prop_assert_eq!(told, expected);
    }
    for (linked, shared) in &model.documents {
        let status = status::get_status(world, &linked_id(*linked)).map_err(|fault| TestCaseError::fail(format!("{fault:?}")))?;
        let expected = if model.works(*linked, *shared) { "NeedRegistration" } else { "AccessDenied" };
        prop_assert_eq!(status.state(), expected, "{:?}", linked);
    }
    Ok(())
}

proptest! {
    #[test]
    fn links_are_as_the_simplest_model_has_them(steps in prop::collection::vec(step(), 1..60)) {
        let now = adf_emulator_core::timestamp::Timestamp::parse("2030-01-01T00:00:00Z").unwrap();
        let mut world = world_file::read(&[world_file::built_in()], now).unwrap().world;
        factory::create_or_update(&mut world, &id(&sharing()), &document(factory_with_identity()), None).unwrap();
        let mut model = Model::default();
        for step in &steps {
            let before = world.clone();
            let (done, expected) = (take(&mut world, step), model.take(step));
            prop_assert_eq!(done, expected, "{:?}", step);
            if !done {
                world = before;
            }
            check(&world, &model)?;
        }
    }
}

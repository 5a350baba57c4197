//! Integration runtimes in a world file: written down with what the server made of them, and read back.
//!
//! A linked runtime that comes without `linked` is put like a client's, so that a file that forgets the grant is told;
//! with it, it is taken as it was, also when the grant is gone. Nodes have entries of their own, see `node.rs`.

use super::document::{self, Wanted};
use super::managed::{Managed, ManagedState};
use super::{IntegrationRuntime, RuntimeKind, SelfHosted, below, keep, new_runtime};
use crate::data_factory::factory;
use crate::data_factory::link::{self, Link};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::rules::naming;
use crate::seed_state::{SeedState, refuse};
use crate::world::{Document, Seed, World};
use serde_json::{Value, json};
use std::sync::Arc;

/// Puts a runtime as a world file has it.
pub(super) fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    let factory = factory::to_write_in(world, id)?.clone();
    naming::integration_runtime_name_has_its_shape(id.name())?;
    let parsed = document::parse(body)?;
    let mut state = SeedState::new(state);
    let linked = match (&parsed.wanted, state.flag("linked")?) {
        (Wanted::Linked(info), None) => link::check(world, id, &factory, info).map(|()| true)?,
        (Wanted::Linked(_), Some(linked)) => linked,
        (_, None) => false,
        (_, Some(_)) => return Err(refuse("linked")),
    };
    let mut runtime = new_runtime(world, id, &factory, parsed);
    runtime.etag = state.text("etag")?.map_or(runtime.etag, Into::into);
    runtime.create_time = state.time("createTime")?.unwrap_or(runtime.create_time);
    match &mut runtime.kind {
        RuntimeKind::SelfHosted(self_hosted) => lay_over_self_hosted(self_hosted, &mut state)?,
        RuntimeKind::Managed(managed) => lay_over_managed(managed, &mut state)?,
        RuntimeKind::Linked(info) if linked => {
            if let Some(shared) = info.shared_id() {
                link::add(world, &shared, link::link_of(world, id, &factory));
            }
        }
        RuntimeKind::Linked(_) => {}
    }
    state.finish()?;
    keep(world, runtime);
    Ok(())
}

fn lay_over_self_hosted(self_hosted: &mut SelfHosted, state: &mut SeedState) -> Result<(), Fault> {
    self_hosted.task_queue_id = state.guid("taskQueueId")?.unwrap_or(self_hosted.task_queue_id);
    let keys = &mut self_hosted.keys;
    keys.auth_key_1 = state.text("authKey1")?.map_or_else(|| keys.auth_key_1.clone(), Into::into);
    keys.auth_key_2 = state.text("authKey2")?.map_or_else(|| keys.auth_key_2.clone(), Into::into);
    self_hosted.auto_update = match state.text("autoUpdate")?.as_deref() {
        None | Some("On") => true,
        Some("Off") => false,
        Some(_) => return Err(refuse("autoUpdate")),
    };
    self_hosted.update_delay_offset = state.text("updateDelayOffset")?.map(Into::into);
    let links = match state.any("links") {
        None => Vec::new(),
        Some(Value::Array(links)) => links,
        Some(_) => return Err(refuse("links")),
    };
    self_hosted.links = links.iter().map(link_of_state).collect::<Result<Arc<[Link]>, Fault>>()?;
    Ok(())
}

fn link_of_state(value: &Value) -> Result<Link, Fault> {
    let Value::Object(members) = value else { return Err(refuse("links")) };
    let mut members = SeedState::new(members);
    let mut text = |name: &str| members.text(name)?.map(Arc::from).ok_or_else(|| refuse(name));
    let (name, subscription_id) = (text("name")?, text("subscriptionId")?);
    let (data_factory_name, data_factory_location) = (text("dataFactoryName")?, text("dataFactoryLocation")?);
    let create_time = members.time("createTime")?.ok_or_else(|| refuse("createTime"))?;
    members.finish()?;
    Ok(Link { name, subscription_id, data_factory_name, data_factory_location, create_time })
}

fn lay_over_managed(managed: &mut Managed, state: &mut SeedState) -> Result<(), Fault> {
    if let Some(text) = state.text("state")? {
        managed.state = ManagedState::parse(&text).ok_or_else(|| refuse("state"))?;
    }
    managed.under_way = state.guid("operation")?;
    Ok(())
}

/// Returns all runtimes, by id.
pub(super) fn export(world: &World) -> Vec<Seed> {
    below(world, &ResourceId::root()).map(|runtime| seed_of(world, runtime)).collect()
}

fn seed_of(world: &World, runtime: &IntegrationRuntime) -> Seed {
    let mut state = Document::new();
    state.insert("etag".into(), (*runtime.etag).into());
    state.insert("createTime".into(), runtime.create_time.to_string().into());
    match &runtime.kind {
        RuntimeKind::SelfHosted(self_hosted) => self_hosted_state(self_hosted, &mut state),
        RuntimeKind::Linked(info) => drop(state.insert("linked".into(), link::is_registered(world, runtime, info).into())),
        RuntimeKind::Managed(managed) => {
            state.insert("state".into(), managed.state.as_str().into());
            if let Some(operation) = managed.under_way {
                state.insert("operation".into(), operation.to_string().into());
            }
        }
    }
    let body = Document::from_iter([("properties".to_owned(), Value::Object(runtime.properties.clone()))]);
    Seed { id: runtime.id.clone(), body, state }
}

fn self_hosted_state(self_hosted: &SelfHosted, state: &mut Document) {
    state.insert("taskQueueId".into(), self_hosted.task_queue_id.to_string().into());
    state.insert("authKey1".into(), (*self_hosted.keys.auth_key_1).into());
    state.insert("authKey2".into(), (*self_hosted.keys.auth_key_2).into());
    if !self_hosted.auto_update {
        state.insert("autoUpdate".into(), "Off".into());
    }
    if let Some(offset) = &self_hosted.update_delay_offset {
        state.insert("updateDelayOffset".into(), (**offset).into());
    }
    if !self_hosted.links.is_empty() {
        let link = |link: &Link| {
            json!({ "name": &*link.name, "subscriptionId": &*link.subscription_id, "dataFactoryName": &*link.data_factory_name,
                "dataFactoryLocation": &*link.data_factory_location, "createTime": link.create_time.to_string() })
        };
        state.insert("links".into(), self_hosted.links.iter().map(link).collect());
    }
}

#[cfg(test)]
mod tests {
    use super::super::managed;
    use super::*;
    use crate::data_factory::authentication_key::KeyName;
    use crate::data_factory::node;
    use crate::data_factory::testing::{self, assign, document, factory_id, factory_with_identity, link, register, self_hosted};
    use crate::timestamp::Duration;
    use crate::world::KINDS;
    use uuid::Uuid;

    fn exported(world: &World) -> Vec<Seed> {
        let is_linked = |seed: &Seed| Value::from(seed.body.clone()).pointer("/properties/typeProperties/linkedInfo").is_some();
        let (linked, others): (Vec<_>, Vec<_>) =
            (crate::data_factory::factory::KIND.export)(world).into_iter().chain(export(world)).partition(is_linked);
        others
            .into_iter()
            .chain((crate::authorization::role_assignment::KIND.export)(world))
            .chain(linked)
            .chain((node::KIND.export)(world))
            .collect()
    }

    #[test]
    fn an_export_seeds_a_world_that_exports_the_same() {
        let mut world = testing::world();
        let runtime = |factory: &str, name: &str| factory_id(factory).child("integrationRuntimes", name);
        factory_with_identity(&mut world, &factory_id("f-shared"));
        let principal = factory_with_identity(&mut world, &factory_id("f-linked"));
        let (shared, revoked) = (runtime("f-shared", "shared"), runtime("f-shared", "revoked"));
        self_hosted(&mut world, &shared);
        self_hosted(&mut world, &revoked);
        assign(&mut world, principal, "Contributor", &factory_id("f-shared"));
        for (number, target) in [&shared, &shared, &revoked].into_iter().enumerate() {
            world.now = world.now.plus(Duration::from_seconds(1));
            link(&mut world, &runtime("f-linked", &format!("linked-{number}")), target).unwrap();
        }
        super::super::link::remove_links(&mut world, &revoked, &document(json!({ "factoryName": "f-linked" }))).unwrap();
        super::super::regenerate_auth_key(&mut world, &shared, KeyName::AuthKey2).unwrap();
        super::super::update(&mut world, &shared, &document(json!({ "autoUpdate": "off", "updateDelayOffset": "\"PT3H\"" }))).unwrap();
        let node = register(&mut world, &shared, "node1");
        register(&mut world, &shared, "a-node");
        let update = node::NodeUpdate { status: Some(node::NodeStatus::Offline), cpu_utilization: Some(7), ..node::NodeUpdate::default() };
        node::set(&mut world, node, update);
        let managed = document(json!({ "properties": { "type": "Managed", "typeProperties": { "ssisProperties": {} } } }));
        super::super::create_or_update(&mut world, &runtime("f-shared", "managed"), &managed, None).unwrap();
        managed::start(&mut world, &runtime("f-shared", "managed"), Uuid::nil()).unwrap();

        let mut copy = testing::world();
        let first = exported(&world);
        for one in &first {
            let kind = KINDS.iter().find(|kind| one.id.is_of_type(kind.resource_type)).unwrap();
            (kind.seed)(&mut copy, &one.id, &one.body, &one.state).unwrap();
        }
        assert_eq!(exported(&copy), first);
        let values = |world: &World| below(world, &ResourceId::root()).cloned().collect::<Vec<_>>();
        assert_eq!(values(&copy), values(&world));
    }

    #[test]
    fn a_link_without_its_grant_is_told_and_a_typo_refused() {
        let mut world = testing::world();
        let runtime = |factory: &str| factory_id(factory).child("integrationRuntimes", "runtime");
        factory_with_identity(&mut world, &factory_id("f-shared"));
        factory_with_identity(&mut world, &factory_id("f-linked"));
        self_hosted(&mut world, &runtime("f-shared"));
        let info = json!({ "authorizationType": "RBAC", "resourceId": runtime("f-shared").as_str() });
        let body = document(json!({ "properties": { "type": "SelfHosted", "typeProperties": { "linkedInfo": info } } }));
        let seeded = |world: &mut World, state: Value| {
            seed(world, &runtime("f-linked"), &body, &document(state)).map_err(|it| it.rule().unwrap().name)
        };
        assert_eq!(seeded(&mut world, json!({})), Err("link-needs-grant"));
        assert_eq!(seeded(&mut world, json!({ "linkd": true })), Err("link-needs-grant"));
        assert_eq!(seeded(&mut world, json!({ "linked": "yes" })), Err("world-file-state"));
        assert_eq!(seeded(&mut world, json!({ "linked": true, "authKey1": "x" })), Err("world-file-state"));
        assert_eq!(seeded(&mut world, json!({ "linked": true })), Ok(()));
    }
}

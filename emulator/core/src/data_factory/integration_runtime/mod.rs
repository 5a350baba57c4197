//! Integration runtimes: self-hosted, linked and managed; put, patch, get, list, delete.
//!
//! A linked runtime is a self-hosted document with `linkedInfo`; what the link means is in `link.rs`. Nodes and links
//! are values of the runtime that has them, because they live and die with it: `node.rs` and `link.rs` change them.
//! Reading a body is in `document.rs`, what `getStatus` tells in `status.rs`, start and stop in `managed.rs`, networks in
//! `network.rs`.
//! Follows <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes> and `datafactory-wire` 3 and 5.

pub mod document;
pub mod managed;
pub mod network;
pub mod seed;
pub mod status;
pub mod versions;

use super::authentication_key::{AuthenticationKeys, Issuer, KeyName};
use super::etag;
use super::factory::{self, Factory};
use super::link::{self, Link, LinkedInfo};
use super::node::{Node, heartbeat};
use super::reference::{self, Reference, ReferenceKind};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::resources::{definition, operation};
use crate::rules::{integration_runtimes as rules, lifecycle, naming, sharing};
use crate::timestamp::{Duration, Timestamp};
use crate::world::{Document, Kind, World};
use document::{Parsed, Wanted};
use managed::Managed;
use std::sync::Arc;
use uuid::Uuid;

/// The type as Data Factory prints it, with its last segment in lower case.
pub const RESOURCE_TYPE: &str = "Microsoft.DataFactory/factories/integrationruntimes";

/// The collection as ids print it.
pub const COLLECTION: &str = "integrationruntimes";

/// What a world file and the deletion of a group need to know of integration runtimes.
pub static KIND: Kind =
    Kind { resource_type: RESOURCE_TYPE, seed: seed::seed, export: seed::export, remove_at_and_below, tracked: |_, _| Vec::new() };

/// An integration runtime.
#[derive(Clone, Debug, PartialEq)]
pub struct IntegrationRuntime {
    /// The id, with names as they were written at creation.
    pub id: ResourceId,
    /// The properties in the order in which Azure prints them, without a managed runtime's `state`.
    pub properties: Document,
    /// INVARIANT: what `properties` refers to by name.
    pub references: Vec<Reference>,
    /// The etag of the last write.
    pub etag: Arc<str>,
    /// When it was made.
    pub create_time: Timestamp,
    /// What it is.
    pub kind: RuntimeKind,
}

/// What an integration runtime is.
#[derive(Clone, Debug, PartialEq)]
pub enum RuntimeKind {
    /// It has keys and nodes of its own, and can be shared.
    SelfHosted(SelfHosted),
    /// It stands for the shared runtime that it is linked to.
    Linked(LinkedInfo),
    /// Azure runs it.
    Managed(Managed),
}

/// What a self-hosted runtime has beside its document.
#[derive(Clone, Debug, PartialEq)]
pub struct SelfHosted {
    /// The GUID inside its keys.
    pub task_queue_id: Uuid,
    /// The keys that register nodes.
    pub keys: AuthenticationKeys,
    /// Whether nodes update themselves; PATCH sets it.
    pub auto_update: bool,
    /// When in the day they do, as PATCH sent it but for quotation marks.
    pub update_delay_offset: Option<Arc<str>>,
    /// The runtimes that are linked to it, in the order in which they were.
    pub links: Arc<[Link]>,
    /// Its nodes in the order in which they registered. INVARIANT: at most four, names differ without case.
    pub nodes: Arc<[Node]>,
}

impl IntegrationRuntime {
    /// Returns the name.
    pub fn name(&self) -> &str {
        self.id.name()
    }

    /// Returns the name of its factory.
    pub fn factory_name(&self) -> &str {
        self.id.names().first().copied().unwrap_or_default()
    }

    /// Returns `SelfHosted` or `Managed`, as the document has it.
    pub const fn type_name(&self) -> &'static str {
        match self.kind {
            RuntimeKind::SelfHosted(_) | RuntimeKind::Linked(_) => "SelfHosted",
            RuntimeKind::Managed(_) => "Managed",
        }
    }

    /// Returns the properties as GET shows them: a managed runtime's with its `state` after `typeProperties`.
    pub fn printed_properties(&self) -> Document {
        match &self.kind {
            RuntimeKind::Managed(managed) => document::with_state(&self.properties, managed.state.as_str()),
            _ => self.properties.clone(),
        }
    }

    /// Returns what a self-hosted runtime has, or refuses `operation`, which is not for others.
    ///
    /// # Errors
    /// `linked-runtime-mirrors-shared` for a linked runtime, `operation-suits-the-runtime` for a managed one.
    pub fn self_hosted(&self, operation: &str) -> Result<&SelfHosted, Fault> {
        match &self.kind {
            RuntimeKind::SelfHosted(self_hosted) => Ok(self_hosted),
            RuntimeKind::Linked(info) => Err(sharing::belongs_to_shared(self.name(), &info.resource_id)),
            RuntimeKind::Managed(_) => Err(rules::does_not_suit(operation, self.name(), self.type_name())),
        }
    }
}

/// Returns the runtime with this id, if there is one.
pub fn find<'a>(world: &'a World, id: &ResourceId) -> Option<&'a Arc<IntegrationRuntime>> {
    world.integration_runtimes.get(&**id.key())
}

/// Returns the runtime with this id.
///
/// # Errors
/// `resource-exists` about its factory, `document-exists` about itself.
pub fn get<'a>(world: &'a World, id: &ResourceId) -> Result<&'a Arc<IntegrationRuntime>, Fault> {
    factory::get(world, id)?;
    find(world, id).ok_or_else(|| lifecycle::document_not_found(&printed(id)))
}

/// Returns the runtimes of a factory by name.
///
/// # Errors
/// `resource-exists` about the factory.
pub fn list_by_factory<'a>(world: &'a World, factory: &ResourceId) -> Result<impl Iterator<Item = &'a Arc<IntegrationRuntime>>, Fault> {
    let factory = factory::get(world, factory)?;
    Ok(below(world, &factory.id))
}

/// Creates a runtime or replaces its document.
///
/// # Errors
/// `parent-resource-exists`, `integration-runtime-name-shape`, what the body breaks of `rules::integration_runtimes`,
/// `etag-matches`, `reference-exists`; for a linked runtime the rules of sharing in their order;
/// `entities-per-factory`.
pub fn create_or_update(
    world: &mut World,
    id: &ResourceId,
    body: &Document,
    if_match: Option<&str>,
) -> Result<Arc<IntegrationRuntime>, Fault> {
    definition::resource_has_known_members(body)?;
    let factory = factory::to_write_in(world, id)?.clone();
    naming::integration_runtime_name_has_its_shape(id.name())?;
    let parsed = document::parse(body)?;
    let existing = find(world, id).cloned();
    etag::require_match(if_match, existing.as_ref().map(|runtime| &*runtime.etag))?;
    if existing.as_ref().is_some_and(|runtime| runtime.type_name() != parsed.wanted.type_name()) {
        return Err(rules::type_changed());
    }
    reference::must_exist(world, &printed(id), &reference::in_document(&parsed.properties))?;
    if let Wanted::Linked(info) = &parsed.wanted {
        link::check(world, id, &factory, info)?;
    }
    if existing.as_ref().is_some_and(|runtime| matches!(runtime.kind, RuntimeKind::Linked(_)) != parsed.wanted.is_linked()) {
        return Err(sharing::link_changed());
    }
    if existing.is_none() {
        factory::has_room(world, id)?;
    }
    let runtime = put(world, id, &factory, existing.as_deref(), parsed);
    link::follow(world, existing.as_deref(), &runtime, &factory);
    Ok(runtime)
}

/// Stores what a checked body says. A body that changes nothing keeps the etag, as it does for a factory.
fn put(
    world: &mut World,
    id: &ResourceId,
    factory: &Factory,
    existing: Option<&IntegrationRuntime>,
    parsed: Parsed,
) -> Arc<IntegrationRuntime> {
    let Some(existing) = existing else {
        operation::forget(world, id);
        let runtime = new_runtime(world, id, factory, parsed);
        return keep(world, runtime);
    };
    let etag = if existing.properties == parsed.properties { existing.etag.clone() } else { etag::next(world, &factory.region()) };
    let kind = match parsed.wanted {
        Wanted::Linked(info) => RuntimeKind::Linked(info),
        Wanted::SelfHosted | Wanted::Managed => existing.kind.clone(),
    };
    let references = reference::in_document(&parsed.properties);
    keep(world, IntegrationRuntime { properties: parsed.properties, references, etag, kind, ..existing.clone() })
}

fn new_runtime(world: &mut World, id: &ResourceId, factory: &Factory, parsed: Parsed) -> IntegrationRuntime {
    let kind = match parsed.wanted {
        Wanted::SelfHosted => RuntimeKind::SelfHosted(new_self_hosted(world, factory)),
        Wanted::Linked(info) => RuntimeKind::Linked(info),
        Wanted::Managed => RuntimeKind::Managed(Managed::default()),
    };
    let etag = etag::next(world, &factory.region());
    let references = reference::in_document(&parsed.properties);
    IntegrationRuntime { id: printed(id), properties: parsed.properties, references, etag, create_time: world.now, kind }
}

fn new_self_hosted(world: &mut World, factory: &Factory) -> SelfHosted {
    let (task_queue_id, service_host) = (world.ids.next_guid(), status::service_host(factory));
    let issuer = Issuer { task_queue_id, factory_name: factory.name(), service_host: &service_host };
    SelfHosted {
        task_queue_id,
        keys: issuer.issue_both(&mut world.ids),
        auto_update: true,
        update_delay_offset: None,
        links: Arc::default(),
        nodes: Arc::default(),
    }
}

/// Changes the update settings of a self-hosted runtime; document and etag stay as they are.
///
/// # Errors
/// `parent-resource-exists`, `document-exists`, `update-settings-shape`; `linked-runtime-mirrors-shared` and
/// `operation-suits-the-runtime` for others.
pub fn update(world: &mut World, id: &ResourceId, body: &Document) -> Result<Arc<IntegrationRuntime>, Fault> {
    factory::to_write_in(world, id)?;
    let runtime = get(world, id)?.clone();
    let mut self_hosted = runtime.self_hosted("IntegrationRuntimes_Update")?.clone();
    if let Some(sent) = super::document::member(body, "autoUpdate") {
        self_hosted.auto_update = match sent.as_str() {
            Some(on) if on.eq_ignore_ascii_case("On") => true,
            Some(off) if off.eq_ignore_ascii_case("Off") => false,
            _ => return Err(rules::bad_update_setting("autoUpdate", "'On' or 'Off'")),
        };
    }
    if let Some(sent) = super::document::member(body, "updateDelayOffset") {
        // The Azure CLI sends the duration with quotation marks inside the text.
        let duration = sent.as_str().map(|text| text.trim_matches('"')).filter(|text| Duration::parse(text).is_some());
        let duration = duration.ok_or_else(|| rules::bad_update_setting("updateDelayOffset", "an ISO 8601 duration"))?;
        self_hosted.update_delay_offset = Some(duration.into());
    }
    Ok(keep_kind(world, &runtime, RuntimeKind::SelfHosted(self_hosted)))
}

/// Deletes a runtime; returns whether it was there. A shared runtime goes as asked, and its links with it.
///
/// # Errors
/// `resource-exists` about the factory; `document-is-not-referenced` while a linked service connects through it.
pub fn delete(world: &mut World, id: &ResourceId) -> Result<bool, Fault> {
    factory::get(world, id)?;
    let Some(runtime) = find(world, id).cloned() else { return Ok(false) };
    reference::must_not_be_referenced(world, &printed(id))?;
    world.remove_at_and_below(&runtime.id);
    Ok(true)
}

/// Replaces one of the two keys; returns the new one. Registered nodes stay.
///
/// # Errors
/// `document-exists`; `linked-runtime-mirrors-shared` and `operation-suits-the-runtime` for others.
pub fn regenerate_auth_key(world: &mut World, id: &ResourceId, name: KeyName) -> Result<Arc<str>, Fault> {
    let runtime = get(world, id)?.clone();
    let mut self_hosted = runtime.self_hosted("IntegrationRuntimes_RegenerateAuthKey")?.clone();
    let factory = factory::get(world, id)?.clone();
    let service_host = status::service_host(&factory);
    let issuer = Issuer { task_queue_id: self_hosted.task_queue_id, factory_name: factory.name(), service_host: &service_host };
    let key = issuer.issue(&mut world.ids);
    self_hosted.keys.replace(name, key.clone());
    keep_kind(world, &runtime, RuntimeKind::SelfHosted(self_hosted));
    Ok(key)
}

/// Brings the nodes of a self-hosted runtime that are not offline to the newest version.
///
/// # Errors
/// `document-exists`; `linked-runtime-mirrors-shared` and `operation-suits-the-runtime` for others.
pub fn upgrade(world: &mut World, id: &ResourceId) -> Result<(), Fault> {
    let runtime = get(world, id)?.clone();
    let mut self_hosted = runtime.self_hosted("IntegrationRuntimes_Upgrade")?.clone();
    self_hosted.nodes = self_hosted.nodes.iter().map(|node| node.upgraded(world.now)).collect();
    keep_kind(world, &runtime, RuntimeKind::SelfHosted(self_hosted));
    Ok(())
}

/// Returns the runtimes below a scope by name.
pub fn below<'a>(world: &'a World, scope: &ResourceId) -> impl Iterator<Item = &'a Arc<IntegrationRuntime>> + use<'a> {
    world.integration_runtimes.below(scope.key()).map(|(_, runtime)| runtime)
}

/// Returns a runtime of `factory` that refers to `to`; never the one that `to` names.
pub fn referring_to<'a>(world: &'a World, factory: &ResourceId, to: &Reference) -> Option<&'a Arc<IntegrationRuntime>> {
    let is_itself = |it: &IntegrationRuntime| to.kind == ReferenceKind::IntegrationRuntime && to.name.eq_ignore_ascii_case(it.name());
    below(world, factory).find(|it| it.references.contains(to) && !is_itself(it))
}

/// Returns the id as Data Factory prints it: the front door's segments in its own case, the collection in lower case.
pub fn printed(id: &ResourceId) -> ResourceId {
    factory::canonical(id).child(COLLECTION, id.name())
}

/// Puts `kind` in the place of what `runtime` is; its document and etag stay.
pub(super) fn keep_kind(world: &mut World, runtime: &IntegrationRuntime, kind: RuntimeKind) -> Arc<IntegrationRuntime> {
    keep(world, IntegrationRuntime { kind, ..runtime.clone() })
}

fn keep(world: &mut World, runtime: IntegrationRuntime) -> Arc<IntegrationRuntime> {
    let runtime = Arc::new(runtime);
    let before = find(world, &runtime.id).cloned();
    heartbeat::follow(world, before.as_deref(), Some(&runtime));
    world.integration_runtimes.insert(runtime.id.key().clone(), runtime.clone());
    runtime
}

fn remove_at_and_below(world: &mut World, scope: &ResourceId) {
    link::take_away_below(world, scope);
    for gone in world.integration_runtimes.remove_at_and_below(scope.key()) {
        heartbeat::follow(world, Some(&gone), None);
    }
}

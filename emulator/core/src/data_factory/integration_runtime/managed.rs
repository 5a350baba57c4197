//! Managed runtimes: start and stop, as long-running operations.
//!
//! The states are those of Azure-SSIS: Initial, Starting, Started, Stopping, Stopped. The end of an operation counts
//! only while it is the last that was begun, so a stop overtakes a start that is under way.
//! Follows `datafactory-wire` 5.

use super::status::{self, Status};
use super::{IntegrationRuntime, RuntimeKind, keep_kind};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::resources::operation::{self, Effect, Operation};
use crate::rules::{integration_runtimes as rules, lifecycle};
use crate::world::World;
use uuid::Uuid;

/// What a managed runtime has beside its document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Managed {
    /// How far it is.
    pub state: ManagedState,
    /// The operation whose end decides the state.
    pub under_way: Option<Uuid>,
}

/// How far a managed runtime is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ManagedState {
    /// It was never started.
    #[default]
    Initial,
    /// A start is under way.
    Starting,
    /// It runs.
    Started,
    /// A stop is under way.
    Stopping,
    /// It was stopped.
    Stopped,
}

impl ManagedState {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initial => "Initial",
            Self::Starting => "Starting",
            Self::Started => "Started",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
        }
    }

    /// Reads the word for it.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Initial, Self::Starting, Self::Started, Self::Stopping, Self::Stopped].into_iter().find(|state| state.as_str() == text)
    }
}

/// Begins to start a managed runtime; returns the operation's id.
///
/// # Errors
/// `document-exists`; `operation-suits-the-runtime` for a self-hosted one.
pub fn start(world: &mut World, id: &ResourceId, caller: Uuid) -> Result<Uuid, Fault> {
    begin(world, id, caller, Effect::StartIntegrationRuntime, ManagedState::Starting)
}

/// Begins to stop a managed runtime; returns the operation's id.
///
/// # Errors
/// `document-exists`; `operation-suits-the-runtime` for a self-hosted one.
pub fn stop(world: &mut World, id: &ResourceId, caller: Uuid) -> Result<Uuid, Fault> {
    begin(world, id, caller, Effect::StopIntegrationRuntime, ManagedState::Stopping)
}

fn begin(world: &mut World, id: &ResourceId, caller: Uuid, effect: Effect, state: ManagedState) -> Result<Uuid, Fault> {
    let runtime = super::get(world, id)?.clone();
    if !matches!(runtime.kind, RuntimeKind::Managed(_)) {
        let name = if state == ManagedState::Starting { "IntegrationRuntimes_Start" } else { "IntegrationRuntimes_Stop" };
        return Err(rules::does_not_suit(name, runtime.name(), runtime.type_name()));
    }
    let operation = operation::start(world, caller, &runtime.id, effect);
    keep_kind(world, &runtime, RuntimeKind::Managed(Managed { state, under_way: Some(operation) }));
    Ok(operation)
}

/// Returns whether a runtime waits for the end of a start or stop: it was not overtaken, and the runtime is there.
pub fn waits_for(world: &World, operation: &Operation) -> bool {
    let waits = |managed: &Managed| managed.under_way == Some(operation.id);
    super::find(world, &operation.target).is_some_and(|it| matches!(&it.kind, RuntimeKind::Managed(managed) if waits(managed)))
}

/// Does what a start or stop does at its end, unless it was overtaken or the runtime is gone.
pub fn finish(world: &mut World, operation: &Operation) {
    let Some(runtime) = super::find(world, &operation.target).cloned() else { return };
    if waits_for(world, operation) {
        keep_kind(world, &runtime, RuntimeKind::Managed(Managed { state: final_state(operation.effect), under_way: None }));
    }
}

const fn final_state(effect: Effect) -> ManagedState {
    if matches!(effect, Effect::StopIntegrationRuntime) { ManagedState::Stopped } else { ManagedState::Started }
}

/// How far an operation is, as its URL tells.
#[derive(Clone, Debug)]
pub enum Outcome<'a> {
    /// It is not over.
    InProgress,
    /// It started the runtime, whose status at the end is this.
    Started(Status<'a>),
    /// It stopped the runtime.
    Stopped,
}

/// Returns the operation of this id, effect and runtime.
///
/// # Errors
/// `document-exists` about `url`, the path that was asked for, when there is no such operation or no such runtime.
pub fn operation<'a>(
    world: &'a World,
    runtime: &ResourceId,
    id: Option<Uuid>,
    effect: Effect,
    url: &ResourceId,
) -> Result<&'a Operation, Fault> {
    let found = id.and_then(|id| world.operations.get(&id)).filter(|it| it.target == *runtime && it.effect == effect);
    match found {
        Some(found) if super::find(world, runtime).is_some() => Ok(found),
        _ => Err(lifecycle::document_not_found(url)),
    }
}

/// Returns how far a start or stop is.
///
/// # Errors
/// `document-exists` when the runtime is gone.
pub fn outcome<'a>(world: &'a World, operation: &Operation) -> Result<Outcome<'a>, Fault> {
    if !operation.is_over(world.now) {
        return Ok(Outcome::InProgress);
    }
    match final_state(operation.effect) {
        ManagedState::Stopped => Ok(Outcome::Stopped),
        state => status::of_managed(world, &operation.target, state).map(Outcome::Started),
    }
}

/// Returns the state of a runtime that is managed.
pub fn state_of(runtime: &IntegrationRuntime) -> Option<ManagedState> {
    match &runtime.kind {
        RuntimeKind::Managed(managed) => Some(managed.state),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_factory::testing::{self, document, factory_id, factory_with_identity, self_hosted};
    use crate::settle::settle;
    use crate::timestamp::Duration;
    use serde_json::json;

    fn with_runtime() -> (World, ResourceId) {
        let mut world = testing::world();
        world.settings.operation_duration = Duration::from_seconds(60);
        factory_with_identity(&mut world, &factory_id("factory"));
        let id = factory_id("factory").child("integrationRuntimes", "managed");
        let body = document(json!({ "properties": { "type": "Managed", "typeProperties": {} } }));
        super::super::create_or_update(&mut world, &id, &body, None).unwrap();
        (world, id)
    }

    fn state(world: &World, id: &ResourceId) -> &'static str {
        status::get_status(world, id).unwrap().state()
    }

    fn pass(world: &mut World, seconds: i64) {
        let now = world.now.plus(Duration::from_seconds(seconds));
        settle(world, now);
    }

    #[test]
    fn it_starts_and_stops_when_the_operation_ends() {
        let (mut world, id) = with_runtime();
        assert_eq!(state(&world, &id), "Initial");
        let started = start(&mut world, &id, Uuid::nil()).unwrap();
        assert_eq!(state(&world, &id), "Starting");
        pass(&mut world, 59);
        let found = operation(&world, &id, Some(started), Effect::StartIntegrationRuntime, &id).unwrap();
        assert!(matches!(outcome(&world, found), Ok(Outcome::InProgress)));
        pass(&mut world, 1);
        assert_eq!(state(&world, &id), "Started");
        stop(&mut world, &id, Uuid::nil()).unwrap();
        assert_eq!(state(&world, &id), "Stopping");
        pass(&mut world, 60);
        assert_eq!(state(&world, &id), "Stopped");
        let found = operation(&world, &id, Some(started), Effect::StartIntegrationRuntime, &id).unwrap();
        let Ok(Outcome::Started(status)) = outcome(&world, found) else { panic!() };
        assert_eq!(status.state(), "Started", "the result of the start stays what it was");
        assert!(operation(&world, &id, Some(started), Effect::StopIntegrationRuntime, &id).is_err());
        assert!(operation(&world, &id, None, Effect::StartIntegrationRuntime, &id).is_err());
    }

    #[test]
    fn a_stop_overtakes_a_start_and_deletion_both() {
        let (mut world, id) = with_runtime();
        start(&mut world, &id, Uuid::nil()).unwrap();
        pass(&mut world, 30);
        stop(&mut world, &id, Uuid::nil()).unwrap();
        pass(&mut world, 30);
        assert_eq!(state(&world, &id), "Stopping");
        super::super::delete(&mut world, &id).unwrap();
        pass(&mut world, 60);
        assert!(super::super::find(&world, &id).is_none());
    }

    #[test]
    fn overtaken_starts_and_stops_are_forgotten_while_they_run() {
        let (mut world, id) = with_runtime();
        world.settings.operation_duration = Duration::from_seconds(1_000_000);
        let first = start(&mut world, &id, Uuid::nil()).unwrap();
        for _ in 0..operation::REMEMBERED_MAX {
            pass(&mut world, 1);
            stop(&mut world, &id, Uuid::nil()).unwrap();
            start(&mut world, &id, Uuid::nil()).unwrap();
        }
        assert_eq!(world.operations.len(), operation::REMEMBERED_MAX);
        assert!(world.due.len() <= operation::REMEMBERED_MAX && world.operations.get(&first).is_none());
        pass(&mut world, 1_000_000);
        assert_eq!(state(&world, &id), "Started", "the last one has its effect");
    }

    #[test]
    fn what_is_self_hosted_does_not_start_and_what_is_managed_has_no_keys() {
        let (mut world, id) = with_runtime();
        let own = factory_id("factory").child("integrationRuntimes", "own");
        self_hosted(&mut world, &own);
        let name = |fault: Fault| fault.rule().unwrap().name;
        assert_eq!(name(start(&mut world, &own, Uuid::nil()).unwrap_err()), "operation-suits-the-runtime");
        let managed = super::super::get(&world, &id).unwrap().clone();
        assert_eq!(name(managed.self_hosted("x").unwrap_err()), "operation-suits-the-runtime");
        let body = document(json!({ "properties": { "type": "SelfHosted" } }));
        assert_eq!(name(super::super::create_or_update(&mut world, &id, &body, None).unwrap_err()), "integration-runtime-keeps-its-type");
    }
}

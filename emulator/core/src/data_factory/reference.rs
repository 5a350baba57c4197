//! References by name inside a factory: what a document refers to, and who refers to a document.
//!
//! A reference is an object with `type` and `referenceName`, wherever it stands. Names resolve per kind, without case;
//! an expression in the place of a name is not looked into. Follows `datafactory-models` 16.

use super::{credential, factory, integration_runtime, linked_service};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::rules::references;
use crate::world::{Document, World};
use serde_json::Value;
use std::sync::Arc;

/// What kind of thing a reference names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceKind {
    /// `IntegrationRuntimeReference`.
    IntegrationRuntime,
    /// `LinkedServiceReference`.
    LinkedService,
    /// `CredentialReference`.
    Credential,
}

/// A name in a document that stands for another document of the same factory.
#[derive(Clone, Debug)]
pub struct Reference {
    /// What it names.
    pub kind: ReferenceKind,
    /// The name as it is written.
    pub name: Arc<str>,
}

/// Names compare without case.
impl PartialEq for Reference {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.name.eq_ignore_ascii_case(&other.name)
    }
}

impl ReferenceKind {
    const ALL: [Self; 3] = [Self::IntegrationRuntime, Self::LinkedService, Self::Credential];

    /// Returns the `type` of such a reference.
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::IntegrationRuntime => "IntegrationRuntimeReference",
            Self::LinkedService => "LinkedServiceReference",
            Self::Credential => "CredentialReference",
        }
    }

    /// Returns the collection that holds what it names, as ids print it.
    const fn collection(self) -> &'static str {
        match self {
            Self::IntegrationRuntime => integration_runtime::COLLECTION,
            Self::LinkedService => linked_service::COLLECTION,
            Self::Credential => credential::COLLECTION,
        }
    }
}

/// Returns what a document refers to, in the order in which it stands there.
pub fn in_document(document: &Document) -> Vec<Reference> {
    let mut found = Vec::new();
    collect(document, &mut found);
    found
}

/// Refuses a document `writing` that refers to something that its factory does not have.
///
/// # Errors
/// `reference-exists`.
pub fn must_exist(world: &World, writing: &ResourceId, references: &[Reference]) -> Result<(), Fault> {
    let factory = factory::canonical(writing);
    let missing = references.iter().find(|reference| !exists(world, &factory, reference));
    missing.map_or(Ok(()), |missing| Err(references::invalid_reference(&missing.name, writing)))
}

/// Refuses the deletion of the document `id` while another one of its factory refers to it.
///
/// # Errors
/// `document-is-not-referenced`, naming one that does.
pub fn must_not_be_referenced(world: &World, id: &ResourceId) -> Result<(), Fault> {
    let factory = factory::canonical(id);
    let kind = ReferenceKind::ALL.into_iter().find(|kind| factory.child(kind.collection(), id.name()) == *id);
    let Some(kind) = kind else { return Ok(()) };
    let to = Reference { kind, name: id.name().into() };
    let linked_service =
        linked_service::referring_to(world, &factory, &to).filter(|other| other.id != *id).map(|it| it.id.name().to_owned());
    let referrer = linked_service
        .or_else(|| credential::referring_to(world, &factory, &to).map(|it| it.id.name().to_owned()))
        .or_else(|| integration_runtime::referring_to(world, &factory, &to).map(|it| it.name().to_owned()));
    referrer.map_or(Ok(()), |name| Err(references::still_referenced(&name, id)))
}

/// Refuses a world in which a document refers to what is not there: what a world file is checked for at its end,
/// because documents may refer to each other in any order.
///
/// # Errors
/// `reference-exists`, about the first.
pub fn all_must_exist(world: &World) -> Result<(), Fault> {
    for linked_service in world.linked_services.values() {
        must_exist(world, &linked_service.id, &linked_service.references)?;
    }
    for credential in world.credentials.values() {
        must_exist(world, &credential.id, &credential.references)?;
    }
    for runtime in world.integration_runtimes.values() {
        must_exist(world, &runtime.id, &runtime.references)?;
    }
    Ok(())
}

fn exists(world: &World, factory: &ResourceId, reference: &Reference) -> bool {
    let id = factory.child(reference.kind.collection(), &reference.name);
    match reference.kind {
        ReferenceKind::IntegrationRuntime => integration_runtime::find(world, &id).is_some(),
        ReferenceKind::LinkedService => linked_service::find(world, &id).is_some(),
        ReferenceKind::Credential => credential::find(world, &id).is_some(),
    }
}

fn collect(document: &Document, found: &mut Vec<Reference>) {
    let named = document.get("type").and_then(Value::as_str);
    let kind = ReferenceKind::ALL.into_iter().find(|kind| named.is_some_and(|named| named.eq_ignore_ascii_case(kind.type_name())));
    if let Some(kind) = kind {
        match document.get("referenceName") {
            Some(Value::String(name)) => found.push(Reference { kind, name: name.as_str().into() }),
            None | Some(Value::Null) => found.push(Reference { kind, name: "".into() }),
            Some(_) => {}
        }
        return;
    }
    document.values().for_each(|value| collect_value(value, found));
}

fn collect_value(value: &Value, found: &mut Vec<Reference>) {
    match value {
        Value::Object(members) => collect(members, found),
        Value::Array(elements) => elements.iter().for_each(|element| collect_value(element, found)),
        _ => {}
    }
}

//! Credentials: put, get, list, delete, and whose principal one stands for.
//!
//! A credential of type `ManagedIdentity` gives a user-assigned identity of the factory a name, so that linked services
//! and linked runtimes can use it; one of type `ServicePrincipal` is only kept.
//! Follows <https://learn.microsoft.com/azure/data-factory/credentials> and `datafactory-models` 11.

use super::factory::Factory;
use super::reference::{self, Reference, ReferenceKind};
use super::{document, etag, factory, secret};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::resources::definition;
use crate::rules::{lifecycle, naming, references};
use crate::seed_state::SeedState;
use crate::world::{Document, Kind, Seed, World};
use std::sync::Arc;
use uuid::Uuid;

/// The type as Data Factory prints it.
pub const RESOURCE_TYPE: &str = "Microsoft.DataFactory/factories/credentials";
/// The collection as ids print it.
pub const COLLECTION: &str = "credentials";

const RESOURCE_ID: &str = "properties.typeProperties.resourceId";

/// What a world file and the deletion of a group need to know of credentials.
pub static KIND: Kind = Kind { resource_type: RESOURCE_TYPE, seed, export, remove_at_and_below, tracked: |_, _| Vec::new() };

/// A credential.
#[derive(Clone, Debug, PartialEq)]
pub struct Credential {
    /// The id, with names as they were written at creation.
    pub id: ResourceId,
    /// The properties as GET shows them. INVARIANT: no secret in clear.
    pub properties: Document,
    /// What it stands for.
    pub kind: CredentialKind,
    /// INVARIANT: what `properties` refers to.
    pub references: Vec<Reference>,
    /// The etag of the last write.
    pub etag: Arc<str>,
}

/// What a credential stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum CredentialKind {
    /// The factory's own identity, or a user-assigned one.
    ManagedIdentity(Option<ResourceId>),
    /// An application, whose key is in a vault.
    ServicePrincipal,
}

/// Creates a credential or replaces it.
///
/// # Errors
/// `parent-resource-exists`, `credential-name-shape`, `document-has-properties`, `document-shape`, `etag-matches`,
/// `credential-names-an-identity-of-the-factory`, `reference-exists`.
pub fn create_or_update(world: &mut World, id: &ResourceId, body: &Document, if_match: Option<&str>) -> Result<Arc<Credential>, Fault> {
    let (id, kind) = checked(world, id, body)?;
    etag::require_match(if_match, find(world, &id).map(|it| &*it.etag))?;
    let factory = factory::to_write_in(world, &id)?;
    if let CredentialKind::ManagedIdentity(Some(identity)) = &kind
        && factory.principal_of(identity).is_none()
    {
        return Err(references::identity_not_assigned(identity.as_str(), factory.name()));
    }
    let properties = document::properties(body)?;
    reference::must_exist(world, &id, &reference::in_document(properties))?;
    put(world, &id, kind, properties)
}

/// Returns the credential with this id, if there is one.
pub fn find<'a>(world: &'a World, id: &ResourceId) -> Option<&'a Arc<Credential>> {
    world.credentials.get(&**id.key())
}

/// Returns the credential with this id.
///
/// # Errors
/// `resource-exists` about its factory, `document-exists` about itself.
pub fn get<'a>(world: &'a World, id: &ResourceId) -> Result<&'a Arc<Credential>, Fault> {
    factory::get(world, id)?;
    find(world, id).ok_or_else(|| lifecycle::document_not_found(&printed(id)))
}

/// Returns the credentials of a factory by name.
///
/// # Errors
/// `resource-exists` about the factory.
pub fn list_by_factory<'a>(world: &'a World, factory: &ResourceId) -> Result<impl Iterator<Item = &'a Arc<Credential>>, Fault> {
    factory::get(world, factory).map(|factory| below(world, &factory.id))
}

/// Deletes a credential; returns whether it was there.
///
/// # Errors
/// `resource-exists` about its factory; `document-is-not-referenced`.
pub fn delete(world: &mut World, id: &ResourceId) -> Result<bool, Fault> {
    factory::get(world, id)?;
    let Some(credential) = find(world, id).cloned() else { return Ok(false) };
    reference::must_not_be_referenced(world, &credential.id)?;
    world.remove_at_and_below(&credential.id);
    Ok(true)
}

/// Returns the principal that the credential `name` of `factory` stands for: none when there is no such credential,
/// when it is an application's, or when the factory no longer has the identity.
pub fn principal(world: &World, factory: &Factory, name: &str) -> Option<Uuid> {
    match &find(world, &factory.id.child(COLLECTION, name))?.kind {
        CredentialKind::ManagedIdentity(Some(identity)) => factory.principal_of(identity),
        CredentialKind::ManagedIdentity(None) => factory.system_principal(),
        CredentialKind::ServicePrincipal => None,
    }
}

/// Returns a credential of `factory` that refers to `to`.
pub fn referring_to<'a>(world: &'a World, factory: &ResourceId, to: &Reference) -> Option<&'a Arc<Credential>> {
    let is_itself = |it: &Credential| to.kind == ReferenceKind::Credential && to.name.eq_ignore_ascii_case(it.id.name());
    below(world, factory).find(|it| it.references.contains(to) && !is_itself(it))
}

fn below<'a>(world: &'a World, scope: &ResourceId) -> impl Iterator<Item = &'a Arc<Credential>> + use<'a> {
    world.credentials.below(scope.key()).map(|(_, credential)| credential)
}

/// Checks what can be checked of a body alone; returns the id as it is printed, and what the body stands for.
fn checked(world: &World, id: &ResourceId, body: &Document) -> Result<(ResourceId, CredentialKind), Fault> {
    definition::resource_has_known_members(body)?;
    factory::to_write_in(world, id)?;
    naming::credential_name_has_its_shape(id.name())?;
    let properties = document::properties(body)?;
    let type_properties = document::object(properties, "properties.typeProperties")?;
    let kind = match document::required_text(properties, "properties.type")? {
        kind if kind.eq_ignore_ascii_case("ManagedIdentity") => CredentialKind::ManagedIdentity(user_assigned(type_properties)?),
        kind if kind.eq_ignore_ascii_case("ServicePrincipal") => CredentialKind::ServicePrincipal,
        _ => return Err(lifecycle::invalid_value("properties.type")),
    };
    document::text(properties, "properties.description")?;
    Ok((printed(id), kind))
}

fn user_assigned(type_properties: Option<&Document>) -> Result<Option<ResourceId>, Fault> {
    let text = type_properties.map_or(Ok(None), |it| document::text(it, RESOURCE_ID))?;
    let parse = |text| ResourceId::parse(text).ok_or_else(|| lifecycle::invalid_value(RESOURCE_ID));
    text.map(parse).transpose()
}

/// Stores checked properties. Those that change nothing keep the etag.
fn put(world: &mut World, id: &ResourceId, kind: CredentialKind, sent: &Document) -> Result<Arc<Credential>, Fault> {
    let factory = factory::to_write_in(world, id)?.clone();
    let existing = find(world, id).cloned();
    let mut properties = sent.clone();
    secret::conceal(world, factory.name(), &mut properties, existing.as_ref().map(|it| &it.properties));
    if let Some(existing) = existing.as_ref().filter(|it| it.properties == properties) {
        return Ok(existing.clone());
    }
    let references = reference::in_document(&properties);
    let etag = etag::next(world, &factory.region());
    let id = existing.map_or_else(|| id.clone(), |it| it.id.clone());
    let credential = Arc::new(Credential { id, properties, kind, references, etag });
    world.credentials.insert(credential.id.key().clone(), credential.clone());
    Ok(credential)
}

fn printed(id: &ResourceId) -> ResourceId {
    factory::canonical(id).child(COLLECTION, id.name())
}

/// As a PUT, but without a look at what is referred to: that may come later in the file, or be gone by now.
fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    let (id, kind) = checked(world, id, body)?;
    let mut credential = Credential::clone(&*put(world, &id, kind, document::properties(body)?)?);
    let mut state = SeedState::new(state);
    credential.etag = state.text("etag")?.map_or(credential.etag, Into::into);
    state.finish()?;
    world.credentials.insert(id.key().clone(), credential);
    Ok(())
}

fn export(world: &World) -> Vec<Seed> {
    let of = |it: &Arc<Credential>| {
        let body = Document::from_iter([("properties".to_owned(), it.properties.clone().into())]);
        Seed { id: it.id.clone(), body, state: Document::from_iter([("etag".to_owned(), (*it.etag).into())]) }
    };
    world.credentials.values().map(of).collect()
}

fn remove_at_and_below(world: &mut World, scope: &ResourceId) {
    world.credentials.remove_at_and_below(scope.key());
}

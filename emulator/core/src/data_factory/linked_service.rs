//! Linked services: put, get, list, delete.
//!
//! Kept as they are shown: with secrets masked, so that no secret is ever stored. Any `type` is taken, because the
//! kinds differ only in `typeProperties`, which stay as sent.
//! Follows <https://learn.microsoft.com/rest/api/datafactory/linked-services> and `datafactory-wire` 5.

use super::integration_runtime::{RuntimeKind, status};
use super::reference::{self, Reference, ReferenceKind};
use super::{document, etag, factory, integration_runtime, link, secret};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::resources::definition;
use crate::rules::{lifecycle, naming, references};
use crate::seed_state::SeedState;
use crate::world::{Document, Kind, Seed, World};
use serde_json::Value;
use std::sync::Arc;

/// The type as Data Factory prints it, with its last segment in lower case.
pub const RESOURCE_TYPE: &str = "Microsoft.DataFactory/factories/linkedservices";
/// The collection as ids print it.
pub const COLLECTION: &str = "linkedservices";

/// What a world file and the deletion of a group need to know of linked services.
pub static KIND: Kind = Kind { resource_type: RESOURCE_TYPE, seed, export, remove_at_and_below, tracked: |_, _| Vec::new() };

/// A linked service.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkedService {
    /// The id, with names as they were written at creation.
    pub id: ResourceId,
    /// The properties as GET shows them. INVARIANT: no secret in clear.
    pub properties: Document,
    /// INVARIANT: what `properties` refers to.
    pub references: Vec<Reference>,
    /// The etag of the last write.
    pub etag: Arc<str>,
}

/// Creates a linked service or replaces it.
///
/// # Errors
/// `parent-resource-exists`, `linked-service-name-shape`, `document-has-properties`, `document-shape`, `etag-matches`,
/// `entities-per-factory`; `connect-via-names-a-runtime`, `secret-needs-online-node` and `reference-exists` about what it refers to; the refusal of
/// a link through a linked runtime whose grant is gone.
pub fn create_or_update(world: &mut World, id: &ResourceId, body: &Document, if_match: Option<&str>) -> Result<Arc<LinkedService>, Fault> {
    let id = checked(world, id, body)?;
    let existing = find(world, &id).cloned();
    etag::require_match(if_match, existing.as_ref().map(|it| &*it.etag))?;
    if existing.is_none() {
        factory::has_room(world, &id)?;
    }
    let properties = document::properties(body)?;
    check_connect_via(world, &id, properties)?;
    check_secrets_are_encrypted(world, &id, properties)?;
    reference::must_exist(world, &id, &reference::in_document(properties))?;
    put(world, &id, properties)
}

/// Returns the linked service with this id, if there is one.
pub fn find<'a>(world: &'a World, id: &ResourceId) -> Option<&'a Arc<LinkedService>> {
    world.linked_services.get(&**id.key())
}

/// Returns the linked service with this id.
///
/// # Errors
/// `resource-exists` about its factory, `document-exists` about itself.
pub fn get<'a>(world: &'a World, id: &ResourceId) -> Result<&'a Arc<LinkedService>, Fault> {
    factory::get(world, id)?;
    find(world, id).ok_or_else(|| lifecycle::document_not_found(&printed(id)))
}

/// Returns the linked services of a factory by name.
///
/// # Errors
/// `resource-exists` about the factory.
pub fn list_by_factory<'a>(world: &'a World, factory: &ResourceId) -> Result<impl Iterator<Item = &'a Arc<LinkedService>>, Fault> {
    factory::get(world, factory).map(|factory| below(world, &factory.id))
}

/// Deletes a linked service; returns whether it was there.
///
/// # Errors
/// `resource-exists` about its factory; `document-is-not-referenced`.
pub fn delete(world: &mut World, id: &ResourceId) -> Result<bool, Fault> {
    factory::get(world, id)?;
    let Some(linked_service) = find(world, id).cloned() else { return Ok(false) };
    reference::must_not_be_referenced(world, &linked_service.id)?;
    world.remove_at_and_below(&linked_service.id);
    Ok(true)
}

/// Returns a linked service of `factory` that refers to `to`; never the one that `to` names.
pub fn referring_to<'a>(world: &'a World, factory: &ResourceId, to: &Reference) -> Option<&'a Arc<LinkedService>> {
    let is_itself = |it: &LinkedService| to.kind == ReferenceKind::LinkedService && to.name.eq_ignore_ascii_case(it.id.name());
    below(world, factory).find(|it| it.references.contains(to) && !is_itself(it))
}

/// Returns the linked services below a scope by name.
pub fn below<'a>(world: &'a World, scope: &ResourceId) -> impl Iterator<Item = &'a Arc<LinkedService>> + use<'a> {
    world.linked_services.below(scope.key()).map(|(_, linked_service)| linked_service)
}

/// Checks what can be checked of a body alone; returns the id as it is printed.
fn checked(world: &World, id: &ResourceId, body: &Document) -> Result<ResourceId, Fault> {
    definition::resource_has_known_members(body)?;
    factory::to_write_in(world, id)?;
    naming::linked_service_name_has_its_shape(id.name())?;
    let properties = document::properties(body)?;
    if document::required_text(properties, "properties.type")?.is_empty() {
        return Err(lifecycle::invalid_value("properties.type"));
    }
    document::text(properties, "properties.description")?;
    document::object(properties, "properties.typeProperties")?;
    document::object(properties, "properties.parameters")?;
    if document::member(properties, "annotations").is_some_and(|value| !value.is_array()) {
        return Err(lifecycle::invalid_value("properties.annotations"));
    }
    Ok(printed(id))
}

fn check_connect_via(world: &World, id: &ResourceId, properties: &Document) -> Result<(), Fault> {
    let Some(connect_via) = document::object(properties, "properties.connectVia")? else { return Ok(()) };
    let kind = document::required_text(connect_via, "properties.connectVia.type")?;
    if !kind.eq_ignore_ascii_case(ReferenceKind::IntegrationRuntime.type_name()) {
        return Err(lifecycle::invalid_value("properties.connectVia.type"));
    }
    let name = document::text(connect_via, "properties.connectVia.referenceName")?.unwrap_or_default();
    let runtime = integration_runtime::find(world, &factory::canonical(id).child(integration_runtime::COLLECTION, name));
    link::require_access(world, runtime.ok_or_else(|| references::no_such_runtime(name))?)
}

/// A node encrypts the secrets of what connects through its runtime: reported of Azure, and asked for by a setting.
fn check_secrets_are_encrypted(world: &World, id: &ResourceId, properties: &Document) -> Result<(), Fault> {
    if !world.settings.secret_needs_online_node {
        return Ok(());
    }
    let name = properties.get("connectVia").and_then(|it| it.get("referenceName")).and_then(Value::as_str).unwrap_or_default();
    let runtime = factory::canonical(id).child(integration_runtime::COLLECTION, name);
    let Ok(status) = status::get_status(world, &runtime) else { return Ok(()) };
    let is_managed = matches!(status.runtime.kind, RuntimeKind::Managed(_));
    let has_nobody = !is_managed && !["Online", "Limited"].contains(&status.state());
    match secret::masked_if_new(properties).filter(|_| has_nobody) {
        Some(masked) => Err(references::cannot_encrypt(&printed(id), masked)),
        None => Ok(()),
    }
}

/// Stores checked properties. Those that change nothing keep the etag.
fn put(world: &mut World, id: &ResourceId, sent: &Document) -> Result<Arc<LinkedService>, Fault> {
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
    let linked_service = Arc::new(LinkedService { id, properties, references, etag });
    world.linked_services.insert(linked_service.id.key().clone(), linked_service.clone());
    Ok(linked_service)
}

fn printed(id: &ResourceId) -> ResourceId {
    factory::canonical(id).child(COLLECTION, id.name())
}

/// As a PUT, but without a look at what is referred to: that may come later in the file, and is checked at its end.
fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    let id = checked(world, id, body)?;
    let mut linked_service = LinkedService::clone(&*put(world, &id, document::properties(body)?)?);
    let mut state = SeedState::new(state);
    linked_service.etag = state.text("etag")?.map_or(linked_service.etag, Into::into);
    state.finish()?;
    world.linked_services.insert(id.key().clone(), linked_service);
    Ok(())
}

fn export(world: &World) -> Vec<Seed> {
    let of = |it: &Arc<LinkedService>| {
        let body = Document::from_iter([("properties".to_owned(), it.properties.clone().into())]);
        Seed { id: it.id.clone(), body, state: Document::from_iter([("etag".to_owned(), (*it.etag).into())]) }
    };
    world.linked_services.values().map(of).collect()
}

fn remove_at_and_below(world: &mut World, scope: &ResourceId) {
    world.linked_services.remove_at_and_below(scope.key());
}

#[cfg(test)]
mod tests {
    use super::super::testing::{document as body_of, factory_id, group, refusal, world};
    use super::super::{credential, factory};
    use super::*;
    use serde_json::json;

    fn with_factory() -> World {
        let mut world = world();
        let uai = format!("{}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai", group("rg-linked"));
        let identity = json!({ "type": "UserAssigned", "userAssignedIdentities": { uai: {} } });
        factory::create_or_update(&mut world, &factory_id("f-1"), &body_of(json!({ "location": "eastus", "identity": identity })), None)
            .unwrap();
        world
    }

    fn id(name: &str) -> ResourceId {
        factory_id("f-1").child("linkedServices", name)
    }

    fn put(world: &mut World, name: &str, properties: Value) -> Result<Arc<LinkedService>, Fault> {
        create_or_update(world, &id(name), &body_of(json!({ "properties": properties })), None)
    }

    fn vault_secret(store: &str) -> Value {
        json!({ "type": "AzureKeyVaultSecret", "secretName": "s", "store": { "type": "LinkedServiceReference", "referenceName": store } })
    }

    #[test]
    fn a_document_is_kept_as_sent_under_an_id_in_lower_case() {
        let mut world = with_factory();
        let sent = json!({ "type": "SqlServer", "typeProperties": { "server": "s" }, "annotations": [] });
        let first = put(&mut world, "Foo", sent.clone()).unwrap();
        assert!(first.id.as_str().ends_with("/factories/f-1/linkedservices/Foo"));
        assert_eq!(Value::from(first.properties.clone()).to_string(), sent.to_string());
        assert_eq!(put(&mut world, "foo", sent).unwrap(), first, "nothing changed");
        assert_ne!(put(&mut world, "foo", json!({ "type": "SqlServer" })).unwrap().etag, first.etag);
        assert_eq!(list_by_factory(&world, &factory_id("F-1")).unwrap().count(), 1);
        assert!(delete(&mut world, &id("FOO")).unwrap());
        assert!(!delete(&mut world, &id("FOO")).unwrap());
        assert_eq!(refusal(get(&world, &id("FOO")).unwrap_err()).0, "NotFound");
    }

    #[test]
    fn a_missing_factory_is_named_by_resource_manager() {
        let mut world = world();
        assert_eq!(refusal(put(&mut world, "one", json!({ "type": "SqlServer" })).unwrap_err()).0, "ParentResourceNotFound");
        assert_eq!(refusal(get(&world, &id("one")).unwrap_err()).0, "ResourceNotFound");
        assert_eq!(refusal(delete(&mut world, &id("one")).unwrap_err()).0, "ResourceNotFound");
        assert!(list_by_factory(&world, &factory_id("f-1")).is_err());
    }

    #[test]
    fn what_a_document_refers_to_is_there_and_stays() {
        let mut world = with_factory();
        let sql = |store: &str| json!({ "type": "AzureSqlDatabase", "typeProperties": { "password": vault_secret(store) } });
        let fault = put(&mut world, "sql", sql("Vault")).unwrap_err();
        assert_eq!(refusal(fault).1, "The document creation or update failed because of invalid reference 'Vault'.");
        put(&mut world, "vault", json!({ "type": "AzureKeyVault", "typeProperties": { "baseUrl": "https://v.vault.azure.net" } })).unwrap();
        put(&mut world, "sql", sql("Vault")).unwrap();
        let fault = delete(&mut world, &id("VAULT")).unwrap_err();
        assert_eq!(refusal(fault).1, "The document cannot be deleted since it is referenced by sql.");
        assert!(delete(&mut world, &id("sql")).unwrap());
        assert!(delete(&mut world, &id("vault")).unwrap());
        let empty = put(&mut world, "sql", sql("")).unwrap_err();
        assert_eq!(refusal(empty).1, "The document creation or update failed because of invalid reference ''.");
    }

    #[test]
    fn a_credential_and_a_linked_service_hold_each_other() {
        let mut world = with_factory();
        let credential_id = factory_id("f-1").child("credentials", "cred");
        let uai = format!("{}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai", group("rg-linked"));
        let body = |id: &str| body_of(json!({ "properties": { "type": "ManagedIdentity", "typeProperties": { "resourceId": id } } }));
        let unknown = credential::create_or_update(&mut world, &credential_id, &body(&uai.replace("uai", "other")), None).unwrap_err();
        assert!(std::ptr::eq(unknown.rule().unwrap(), &references::CREDENTIAL_NAMES_AN_IDENTITY_OF_THE_FACTORY));
        credential::create_or_update(&mut world, &credential_id, &body(&uai), None).unwrap();
        let factory = factory::get(&world, &factory_id("f-1")).unwrap();
        let principal = credential::principal(&world, factory, "CRED").unwrap();
        assert_eq!(factory.identity.as_ref().unwrap().user_assigned[0].principal_id, principal);
        let uses = json!({ "type": "AzureBlobStorage", "typeProperties": { "credential": { "type": "CredentialReference", "referenceName": "cred" } } });
        put(&mut world, "blob", uses).unwrap();
        let fault = credential::delete(&mut world, &credential_id).unwrap_err();
        assert_eq!(refusal(fault).1, "The document cannot be deleted since it is referenced by blob.");
        put(&mut world, "vault", json!({ "type": "AzureKeyVault" })).unwrap();
        let application = json!({ "type": "ServicePrincipal", "typeProperties": { "servicePrincipalKey": vault_secret("vault") } });
        let body = body_of(json!({ "properties": application }));
        credential::create_or_update(&mut world, &factory_id("f-1").child("credentials", "app"), &body, None).unwrap();
        assert_eq!(
            refusal(delete(&mut world, &id("vault")).unwrap_err()).1,
            "The document cannot be deleted since it is referenced by app."
        );
        assert!(factory::delete(&mut world, &factory_id("f-1")), "a factory goes with all that is in it");
        assert!(world.linked_services.is_empty() && world.credentials.is_empty());
    }

    #[test]
    fn bad_bodies_are_refused() {
        let mut world = with_factory();
        for wrong in [
            json!({}),
            json!({ "properties": 1 }),
            json!({ "properties": {} }),
            json!({ "properties": { "type": 1 } }),
            json!({ "properties": { "type": "" } }),
            json!({ "properties": { "type": "SqlServer", "typeProperties": [] } }),
            json!({ "properties": { "type": "SqlServer", "annotations": {} } }),
            json!({ "properties": { "type": "SqlServer", "connectVia": "ir" } }),
            json!({ "properties": { "type": "SqlServer", "connectVia": { "referenceName": "ir" } } }),
            json!({ "properties": { "type": "SqlServer" }, "sort": 1 }),
        ] {
            assert!(create_or_update(&mut world, &id("one"), &body_of(wrong.clone()), None).is_err(), "{wrong}");
        }
        let connected = json!({ "type": "SqlServer", "connectVia": { "referenceName": "none", "type": "IntegrationRuntimeReference" } });
        let fault = put(&mut world, "one", connected).unwrap_err();
        assert_eq!(
            refusal(fault),
            ("InputIsMalformedDetailed", "Input is malformed. Reason: Could not get integration runtime details for none".into())
        );
        assert!(world.linked_services.is_empty());
    }

    #[test]
    fn an_export_seeds_the_same_and_holds_no_secret() {
        let mut origin = with_factory();
        let secret = json!({ "type": "SecureString", "value": "s3cret" });
        put(&mut origin, "zzz", json!({ "type": "AzureKeyVault" })).unwrap();
        put(&mut origin, "aaa", json!({ "type": "Sftp", "typeProperties": { "password": secret, "key": vault_secret("zzz") } })).unwrap();
        let exported = export(&origin);
        assert!(!format!("{exported:?}").contains("s3cret"));
        let mut copy = with_factory();
        for one in &exported {
            seed(&mut copy, &one.id, &one.body, &one.state).unwrap();
        }
        assert_eq!(export(&copy), exported);
        reference::all_must_exist(&copy).unwrap();
        copy.linked_services.remove(&**exported[1].id.key());
        assert_eq!(refusal(reference::all_must_exist(&copy).unwrap_err()).0, "BadRequest", "the vault is gone");
    }
}

//! Factories: put, patch, get, list, delete, and the repository.
//!
//! Names are unique over the whole world, so beside the table by id there is one by name. What lies in a factory
//! asks here whether its factory exists, in the words that reads and writes have for it.
//! Follows <https://learn.microsoft.com/rest/api/datafactory/factories> and `datafactory-wire` 2.

use super::identity::{self, Identity};
use super::{document, etag, factory_properties, integration_runtime, linked_service};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::resources::{definition, location, resource_group, tags};
use crate::rules::{arm, lifecycle, limits, naming};
use crate::seed_state::SeedState;
use crate::timestamp::Timestamp;
use crate::world::{Document, Kind, Seed, TrackedResource, World};
use std::sync::Arc;
use uuid::Uuid;

/// The type, as Azure prints it.
pub const RESOURCE_TYPE: &str = "Microsoft.DataFactory/factories";

/// The action of reading one.
pub const READ_ACTION: &str = "Microsoft.DataFactory/factories/read";

/// What a world file and the deletion of a group need to know of factories.
pub static KIND: Kind = Kind { resource_type: RESOURCE_TYPE, seed, export, remove_at_and_below, tracked };

/// A factory.
#[derive(Clone, Debug, PartialEq)]
pub struct Factory {
    /// The id, with the name as it was written at creation.
    pub id: ResourceId,
    /// The location as it was written last.
    pub location: Arc<str>,
    /// The tags.
    pub tags: Document,
    /// The managed identities.
    pub identity: Option<Identity>,
    /// What the client set of `properties`, in Azure's order.
    pub properties: Document,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub changed_on: Timestamp,
    /// The etag, without the inner quotes that `eTag` shows.
    pub etag: Arc<str>,
    /// How many factories the world had made before.
    pub order: u64,
}

/// What a PUT says of a factory.
struct Sent<'a> {
    location: &'a str,
    tags: Document,
    identity: identity::Requested,
    properties: Document,
}

/// Creates a factory, or replaces what the client sets of one.
///
/// # Errors
/// Rules of the front door on members, location and tags; `factory-name-shape`, `factory-name-is-unique`, `etag-matches`,
/// `identity-shape`, `factory-keeps-its-identity`, `factory-keeps-its-customer-key`, `document-shape`.
pub fn create_or_update(world: &mut World, id: &ResourceId, body: &Document, if_match: Option<&str>) -> Result<Arc<Factory>, Fault> {
    let id = canonical(id);
    let existing = world.factories.get(&**id.key()).cloned();
    definition::resource_has_known_members(body)?;
    let location = location_in(&id, body, existing.as_deref())?;
    let tags = tags::sent_in(body)?.unwrap_or_default();
    let sent = Sent { location, tags, identity: identity::requested(body)?, properties: factory_properties::of_body(body)? };
    etag::require_match(if_match, existing.as_ref().map(|factory| &*factory.etag))?;
    match existing {
        Some(existing) => replace(world, &existing, sent),
        None => create(world, id, sent),
    }
}

/// Changes tags and network access, as far as the body has them. Identity in a PATCH does nothing (recorded).
///
/// # Errors
/// `resource-exists`; rules of the front door on tags; `document-shape`.
pub fn update(world: &mut World, id: &ResourceId, body: &Document) -> Result<Arc<Factory>, Fault> {
    let existing = get(world, id)?.clone();
    let mut factory = Factory::clone(&existing);
    if let Some(tags) = tags::sent_in(body)? {
        factory.tags = tags;
    }
    if let Some(properties) = document::object(body, "properties")? {
        factory_properties::check_network_access(properties)?;
        if let Some(access) = document::member(properties, "publicNetworkAccess") {
            factory.properties = factory_properties::with(&factory.properties, "publicNetworkAccess", Some(access.clone()));
        }
    }
    Ok(save(world, factory, &existing))
}

/// Links a factory of the subscription `scope` to a repository, or with none takes the link away.
///
/// # Errors
/// `repository-names-a-factory`, `document-shape`, `resource-exists`.
pub fn configure_repository(world: &mut World, scope: &ResourceId, body: &Document) -> Result<Arc<Factory>, Fault> {
    let text = document::text(body, "factoryResourceId")?.unwrap_or_default();
    let id = ResourceId::parse(text).filter(|id| id.is_of_type(RESOURCE_TYPE) && id.subscription_scope() == scope.subscription_scope());
    let id = id.ok_or_else(|| lifecycle::not_a_factory(text))?;
    factory_properties::check_repository(body)?;
    let existing = get(world, &id)?.clone();
    let mut factory = Factory::clone(&existing);
    let repository = document::member(body, "repoConfiguration").cloned();
    factory.properties = factory_properties::with(&factory.properties, "repoConfiguration", repository);
    Ok(save(world, factory, &existing))
}

/// Returns the factory that `id` is, or lies in for a read, an action or a deletion.
///
/// # Errors
/// `resource-exists`, about the factory.
pub fn get<'a>(world: &'a World, id: &ResourceId) -> Result<&'a Arc<Factory>, Fault> {
    // A factory's own id is found as it is; only the id of a child, or of nothing, needs to be taken apart.
    if let Some(factory) = world.factories.get(&**id.key()) {
        return Ok(factory);
    }
    let id = canonical(id);
    world.factories.get(&**id.key()).ok_or_else(|| arm::resource_not_found(&id))
}

/// Returns the factory that `child` lies in, for a PUT or PATCH of the child.
///
/// # Errors
/// `parent-resource-exists`.
pub fn to_write_in<'a>(world: &'a World, child: &ResourceId) -> Result<&'a Arc<Factory>, Fault> {
    world.factories.get(&**canonical(child).key()).ok_or_else(|| arm::parent_not_found(child))
}

/// Returns the factories at `scope` and below it, in the order of their creation.
pub fn list(world: &World, scope: &ResourceId) -> Vec<Arc<Factory>> {
    let mut factories: Vec<Arc<Factory>> = world.factories.below(scope.key()).map(|(_, factory)| factory.clone()).collect();
    factories.sort_by_key(|factory| factory.order);
    factories
}

/// Deletes a factory with all that lies in it; returns whether it was there.
pub fn delete(world: &mut World, id: &ResourceId) -> bool {
    let id = canonical(id);
    let there = world.factories.contains(&**id.key());
    if there {
        world.remove_at_and_below(&id);
    }
    there
}

/// Refuses one entity more in the factory that `child` lies in when it is full.
///
/// # Errors
/// `entities-per-factory`.
pub fn has_room(world: &World, child: &ResourceId) -> Result<(), Fault> {
    let id = canonical(child);
    let held = linked_service::below(world, &id).count() + integration_runtime::below(world, &id).count();
    limits::entities_at_most_5000(held, id.name())
}

/// Returns the id of the factory that `id` is or lies in, spelled as Azure spells the segments before the name.
pub fn canonical(id: &ResourceId) -> ResourceId {
    let names = id.names();
    match (id.resource_group_scope(), names.first()) {
        (Some(group), Some(name)) => group.at_scope(RESOURCE_TYPE, name),
        _ => id.clone(),
    }
}

impl Factory {
    /// Returns the name as it was written at creation.
    pub fn name(&self) -> &str {
        self.id.name()
    }

    /// Returns the principal of the factory's own identity.
    pub fn system_principal(&self) -> Option<Uuid> {
        self.identity.as_ref()?.system_assigned.as_ref().map(|own| own.principal_id)
    }

    /// Returns the principal of the user-assigned identity `id`, if the factory has it.
    pub fn principal_of(&self, id: &ResourceId) -> Option<Uuid> {
        self.identity.as_ref()?.principal_of(id)
    }

    /// Returns the location without blanks and in lower case.
    pub fn region(&self) -> String {
        location::normalised(&self.location)
    }
}

fn create(world: &mut World, id: ResourceId, sent: Sent) -> Result<Arc<Factory>, Fault> {
    naming::factory_name_has_its_shape(id.name())?;
    let name = name_key(&id);
    if world.factory_names.get(&name).is_some() {
        return Err(naming::factory_name_in_use(id.name()));
    }
    let identity = identity::assign(world, &id, None, &sent.identity)?;
    let region = location::normalised(sent.location);
    let etag = etag::next(world, &region);
    let factory = Arc::new(Factory {
        id: id.clone(),
        location: sent.location.into(),
        tags: sent.tags,
        identity,
        properties: sent.properties,
        create_time: world.now,
        changed_on: world.now,
        etag,
        order: world.factories_made,
    });
    world.factories_made += 1;
    world.factory_names.insert(name, id.key().clone());
    world.factories.insert(id.key().clone(), factory.clone());
    Ok(factory)
}

fn replace(world: &mut World, existing: &Arc<Factory>, sent: Sent) -> Result<Arc<Factory>, Fault> {
    if factory_properties::has_customer_key(&existing.properties) && !factory_properties::has_customer_key(&sent.properties) {
        return Err(lifecycle::customer_key_removed());
    }
    let mut factory = Factory::clone(existing);
    factory.identity = identity::assign(world, &existing.id, existing.identity.as_ref(), &sent.identity)?;
    factory.location = sent.location.into();
    factory.tags = sent.tags;
    factory.properties = sent.properties;
    Ok(save(world, factory, existing))
}

/// Keeps `factory` with a new etag, or `existing` as it is when nothing changed.
fn save(world: &mut World, mut factory: Factory, existing: &Arc<Factory>) -> Arc<Factory> {
    if factory == **existing {
        return existing.clone();
    }
    factory.etag = etag::next(world, &factory.region());
    factory.changed_on = world.now;
    let factory = Arc::new(factory);
    world.factories.insert(factory.id.key().clone(), factory.clone());
    factory
}

/// Returns the location of a body, which is one that Data Factory has, and the one that the factory is in.
fn location_in<'a>(id: &ResourceId, body: &'a Document, existing: Option<&Factory>) -> Result<&'a str, Fault> {
    let sent = location::required_in(body)?;
    location::for_type(sent, RESOURCE_TYPE)?;
    existing.map_or(Ok(()), |existing| location::is_kept(id, &existing.location, sent))?;
    Ok(sent)
}

/// Returns the last segment of the id's key: the name without case.
fn name_key(id: &ResourceId) -> Arc<str> {
    id.key().rsplit('/').next().unwrap_or_default().into()
}

fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    resource_group::get(world, id)?;
    let mut factory = Factory::clone(&*create_or_update(world, id, body, None)?);
    let mut state = SeedState::new(state);
    factory.etag = state.text("etag")?.map_or(factory.etag, Into::into);
    factory.create_time = state.time("createTime")?.unwrap_or(factory.create_time);
    factory.changed_on = state.time("changedTime")?.unwrap_or(factory.create_time);
    if let Some(identity) = &mut factory.identity {
        identity::lay_over(world, &factory.id, identity, &mut state)?;
    }
    state.finish()?;
    world.factories.insert(factory.id.key().clone(), factory);
    Ok(())
}

fn export(world: &World) -> Vec<Seed> {
    list(world, &ResourceId::root()).iter().map(|factory| seed_of(factory)).collect()
}

fn seed_of(factory: &Factory) -> Seed {
    let (mut body, mut state) = (Document::new(), Document::new());
    body.insert("location".into(), (*factory.location).into());
    if let Some(identity) = &factory.identity {
        body.insert("identity".into(), identity.to_body().into());
    }
    if !factory.tags.is_empty() {
        body.insert("tags".into(), factory.tags.clone().into());
    }
    if !factory.properties.is_empty() {
        body.insert("properties".into(), factory.properties.clone().into());
    }
    state.insert("etag".into(), (*factory.etag).into());
    state.insert("createTime".into(), factory.create_time.to_string().into());
    state.insert("changedTime".into(), factory.changed_on.to_string().into());
    if let Some(identity) = &factory.identity {
        state.extend(identity.to_state());
    }
    Seed { id: factory.id.clone(), body, state }
}

fn remove_at_and_below(world: &mut World, scope: &ResourceId) {
    for factory in world.factories.remove_at_and_below(scope.key()) {
        world.factory_names.remove(&name_key(&factory.id));
        if let Some(identity) = &factory.identity {
            identity::release(world, &factory.id, identity);
        }
    }
}

fn tracked(world: &World, scope: &ResourceId) -> Vec<TrackedResource> {
    let of = |factory: &Arc<Factory>| TrackedResource {
        id: factory.id.clone(),
        resource_type: RESOURCE_TYPE,
        read_action: READ_ACTION,
        location: factory.region(),
        identity: factory.identity.as_ref().map(|identity| identity.to_document().into()),
        tags: Some(factory.tags.clone()),
        created_on: factory.create_time,
        changed_on: factory.changed_on,
    };
    let own = world.factories.get(&**scope.key()).map(of);
    own.into_iter().chain(list(world, scope).iter().map(of)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{TENANT, document, factory_id, group, refusal, world};
    use super::*;
    use crate::timestamp::Duration;
    use serde_json::{Value, json};

    fn put(world: &mut World, id: &ResourceId, body: Value) -> Result<Arc<Factory>, Fault> {
        create_or_update(world, id, &document(body), None)
    }

    #[test]
    fn a_write_that_changes_nothing_keeps_etag_and_time() {
        let mut world = world();
        let id = factory_id("Shared-1");
        let first = put(&mut world, &id, json!({ "location": "West Europe" })).unwrap();
        world.now = world.now.plus(Duration::from_seconds(60));
        let again = put(&mut world, &id, json!({ "location": "West Europe", "tags": null, "identity": null })).unwrap();
        assert_eq!(first, again);
        let patched =
            update(&mut world, &id, &document(json!({ "tags": { "a": "b" }, "identity": { "type": "SystemAssigned" } }))).unwrap();
        assert_ne!(patched.etag, first.etag);
        assert_eq!((patched.create_time, &patched.identity), (first.create_time, &None), "identity in a PATCH does nothing");
    }

    #[test]
    fn names_are_unique_over_the_world_and_free_again_after_deletion() {
        let mut world = world();
        put(&mut world, &factory_id("Shared"), json!({ "location": "eastus" })).unwrap();
        let other = group("rg-linked").at_scope(RESOURCE_TYPE, "sHARED");
        let fault = put(&mut world, &other, json!({ "location": "eastus" })).unwrap_err();
        assert_eq!(
            refusal(fault),
            (
                "DataFactoryNameInUse",
                "The specified resource name 'sHARED' is already in use. Resource names must be globally unique.".into()
            )
        );
        let same = put(&mut world, &factory_id("shared"), json!({ "location": "eastus" })).unwrap();
        assert_eq!(same.name(), "Shared", "the case of creation stays");
        assert!(delete(&mut world, &factory_id("SHARED")));
        assert!(!delete(&mut world, &factory_id("SHARED")));
        put(&mut world, &other, json!({ "location": "eastus" })).unwrap();
    }

    #[test]
    fn a_location_is_needed_and_stays() {
        let mut world = world();
        let id = factory_id("one");
        assert_eq!(refusal(put(&mut world, &id, json!({})).unwrap_err()).0, "LocationRequired");
        assert_eq!(refusal(put(&mut world, &id, json!({ "location": 1 })).unwrap_err()).0, "InvalidRequestContent");
        put(&mut world, &id, json!({ "location": "East US" })).unwrap();
        assert_eq!(&*put(&mut world, &id, json!({ "location": "eastus" })).unwrap().location, "eastus", "as written last");
        assert_eq!(refusal(put(&mut world, &id, json!({ "location": "westeurope" })).unwrap_err()).0, "InvalidResourceLocation");
    }

    #[test]
    fn an_identity_lives_and_dies_with_its_factory() {
        let mut world = world();
        let (id, with) = (factory_id("one"), json!({ "location": "eastus", "identity": { "type": "SystemAssigned" } }));
        let own = |factory: &Factory| factory.identity.as_ref().and_then(|it| it.system_assigned.clone()).unwrap();
        let first = own(&put(&mut world, &id, with.clone()).unwrap());
        assert_eq!(first.tenant_id, TENANT);
        assert_eq!(world.directory.identity_of(&id).map(|it| it.object_id), Some(first.principal_id));
        assert_eq!(own(&put(&mut world, &id, with.clone()).unwrap()), first);
        let left_out = put(&mut world, &id, json!({ "location": "eastus" })).unwrap_err();
        assert!(std::ptr::eq(left_out.rule().unwrap(), &lifecycle::FACTORY_KEEPS_ITS_IDENTITY));
        delete(&mut world, &id);
        assert!(world.directory.principal(first.principal_id).is_none());
        let second = own(&put(&mut world, &id, with).unwrap());
        assert_ne!(second.principal_id, first.principal_id);
        let none = put(&mut world, &id, json!({ "location": "eastus", "identity": { "type": "None" } })).unwrap();
        assert!(none.identity.is_none() && world.directory.identity_of(&id).is_none());
    }

    #[test]
    fn an_unknown_user_assigned_identity_is_invented_while_a_factory_names_it() {
        let mut world = world();
        let text = format!("{}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai", group("rg-none"));
        let mut members = Document::new();
        members.insert(text.clone(), json!({}));
        let body =
            json!({ "location": "eastus", "identity": { "type": "SystemAssigned, UserAssigned", "userAssignedIdentities": members } });
        let one = put(&mut world, &factory_id("one"), body.clone()).unwrap().identity.clone().unwrap();
        let two = put(&mut world, &factory_id("two"), body).unwrap().identity.clone().unwrap();
        assert_eq!(one.user_assigned, two.user_assigned);
        assert_eq!(one.type_name(), "SystemAssigned,UserAssigned");
        let uai = ResourceId::parse(&text).unwrap();
        delete(&mut world, &factory_id("one"));
        assert!(world.directory.identity_of(&uai).is_some());
        delete(&mut world, &factory_id("two"));
        assert!(world.directory.identity_of(&uai).is_none());
        for wrong in [
            json!({ "type": "Robot" }),
            json!({ "type": "UserAssigned" }),
            json!({ "type": "UserAssigned", "userAssignedIdentities": { "x": {} } }),
        ] {
            let fault = put(&mut world, &factory_id("bad"), json!({ "location": "eastus", "identity": wrong })).unwrap_err();
            assert!(std::ptr::eq(fault.rule().unwrap(), &lifecycle::IDENTITY_SHAPE));
        }
    }

    #[test]
    fn a_customers_key_stays() {
        let mut world = world();
        let id = factory_id("one");
        let key = json!({ "keyName": "k", "vaultBaseUrl": "https://v.vault.azure.net" });
        put(&mut world, &id, json!({ "location": "eastus", "properties": { "encryption": key } })).unwrap();
        assert_eq!(refusal(put(&mut world, &id, json!({ "location": "eastus" })).unwrap_err()).0, "RemovedCMKToExistingFactory");
        put(&mut world, &factory_id("two"), json!({ "location": "eastus", "properties": { "encryption": {} } })).unwrap();
        put(&mut world, &factory_id("two"), json!({ "location": "eastus" })).unwrap();
    }

    #[test]
    fn a_repository_is_linked_and_lost_by_a_put_without_it() {
        let mut world = world();
        let id = factory_id("one");
        put(&mut world, &id, json!({ "location": "eastus" })).unwrap();
        let repository = json!({
            "type": "FactoryVSTSConfiguration", "accountName": "a", "projectName": "p", "repositoryName": "r",
            "collaborationBranch": "main", "rootFolder": "/"
        });
        let body = document(json!({ "factoryResourceId": id.as_str(), "repoConfiguration": repository }));
        let linked = configure_repository(&mut world, &group("x").subscription_scope().unwrap(), &body).unwrap();
        assert_eq!(linked.properties.get("repoConfiguration"), Some(&repository));
        let elsewhere = ResourceId::parse("/subscriptions/other").unwrap();
        assert!(configure_repository(&mut world, &elsewhere, &body).is_err());
        assert!(put(&mut world, &id, json!({ "location": "eastus" })).unwrap().properties.is_empty());
    }

    #[test]
    fn an_export_seeds_a_world_that_exports_the_same() {
        let mut origin = world();
        let uai = format!("{}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai", group("rg-none"));
        let mut members = Document::new();
        members.insert(uai, json!({}));
        let identity = json!({ "type": "SystemAssigned,UserAssigned", "userAssignedIdentities": members });
        put(&mut origin, &factory_id("zzz"), json!({ "location": "eastus", "identity": identity, "tags": { "a": "b" } })).unwrap();
        origin.now = origin.now.plus(Duration::from_seconds(1));
        put(&mut origin, &factory_id("aaa"), json!({ "location": "West US", "properties": { "globalParameters": {} } })).unwrap();
        update(&mut origin, &factory_id("zzz"), &document(json!({ "tags": {} }))).unwrap();
        let exported = export(&origin);
        let mut copy = world();
        for one in &exported {
            seed(&mut copy, &one.id, &one.body, &one.state).unwrap();
        }
        assert_eq!(export(&copy), exported);
        assert_eq!(list(&copy, &ResourceId::root()), list(&origin, &ResourceId::root()));
        let ids = |world: &World| world.directory.principals().map(|it| it.object_id).collect::<Vec<_>>();
        assert_eq!(ids(&copy), ids(&origin));
    }

    #[test]
    fn a_state_in_part_is_laid_over_and_a_typo_refused() {
        let mut world = world();
        let body = document(json!({ "location": "eastus", "identity": { "type": "SystemAssigned" } }));
        let principal = "55555555-5555-5555-5555-0000000000aa";
        seed(&mut world, &factory_id("one"), &body, &document(json!({ "principalId": principal }))).unwrap();
        let found = world.directory.identity_of(&factory_id("one")).unwrap().object_id;
        assert_eq!(found.to_string(), principal);
        assert_eq!(world.directory.principals().count(), 1);
        assert!(seed(&mut world, &factory_id("two"), &body, &document(json!({ "principleId": principal }))).is_err());
        assert!(seed(&mut world, &factory_id("two"), &body, &document(json!({ "createTime": 1 }))).is_err());
    }
}

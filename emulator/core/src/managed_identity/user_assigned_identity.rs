//! User-assigned identities: put, patch, get, list, delete, and the service principal that comes and goes with each.
//!
//! The directory knows the principal from the same moment; role assignments to it stay when it goes.
//! Follows <https://learn.microsoft.com/rest/api/managedidentity/user-assigned-identities> and `arm-wire` 3.7.

use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::resources::{definition, location, resource_group, tags};
use crate::rules::{arm, managed_identity};
use crate::seed_state::{self, SeedState};
use crate::timestamp::Timestamp;
use crate::world::{Document, Kind, Seed, TrackedResource, World};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// The type, as Azure prints it.
pub const RESOURCE_TYPE: &str = "Microsoft.ManagedIdentity/userAssignedIdentities";

/// The action of reading one.
pub const READ_ACTION: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/read";

/// What a world file and the deletion of a group need to know of user-assigned identities.
pub static KIND: Kind = Kind { resource_type: RESOURCE_TYPE, seed, export, remove_at_and_below, tracked };

/// A user-assigned identity.
#[derive(Clone, Debug, PartialEq)]
pub struct UserAssignedIdentity {
    /// The id, in the front door's spelling, with the name as it was written at creation.
    pub id: ResourceId,
    /// The location as it was written last.
    pub location: Arc<str>,
    /// The tags; an empty set when none were sent.
    pub tags: Document,
    /// `properties.isolationScope`, when it was sent.
    pub isolation_scope: Option<Arc<str>>,
    /// The tenant of its subscription.
    pub tenant_id: Uuid,
    /// The object id of its service principal.
    pub principal_id: Uuid,
    /// Its application id.
    pub client_id: Uuid,
    /// When it was made.
    pub created_on: Timestamp,
    /// When it was last changed.
    pub changed_on: Timestamp,
}

/// Creates an identity, or replaces what the client sets of one: its ids stay. Returns it, and whether it is new.
///
/// # Errors
/// Rules of the front door on members, location and tags; `user-assigned-identity-name-shape`.
pub fn create_or_update(world: &mut World, id: &ResourceId, body: &Document) -> Result<(Arc<UserAssignedIdentity>, bool), Fault> {
    definition::resource_has_known_members(body)?;
    let location = location::required_in(body)?;
    let (tags, isolation_scope) = (tags::sent_in(body)?.unwrap_or_default(), isolation_scope(body)?);
    let existing = find(world, id).cloned();
    match &existing {
        Some(existing) => location::is_kept(&existing.id, &existing.location, location)?,
        None => {
            managed_identity::name_has_its_shape(id.name())?;
            location::for_type(location, RESOURCE_TYPE)?;
        }
    }
    let new = existing.is_none();
    let before = match existing {
        Some(existing) => UserAssignedIdentity::clone(&existing),
        None => create(world, id)?,
    };
    let changed_on = world.now;
    Ok((save(world, UserAssignedIdentity { location: location.into(), tags, isolation_scope, changed_on, ..before }), new))
}

/// Replaces the tags of an identity, if the body has any.
///
/// # Errors
/// `resource-exists`; rules of the front door on members, location and tags.
pub fn update(world: &mut World, id: &ResourceId, body: &Document) -> Result<Arc<UserAssignedIdentity>, Fault> {
    let mut identity = UserAssignedIdentity::clone(get(world, id)?);
    definition::resource_has_known_members(body)?;
    if let Some(sent) = location::sent_in(body)? {
        location::is_kept(&identity.id, &identity.location, sent)?;
    }
    identity.tags = tags::sent_in(body)?.unwrap_or(identity.tags);
    identity.isolation_scope = isolation_scope(body)?.or(identity.isolation_scope);
    identity.changed_on = world.now;
    Ok(save(world, identity))
}

/// Returns the identity with this id.
pub fn find<'a>(world: &'a World, id: &ResourceId) -> Option<&'a Arc<UserAssignedIdentity>> {
    world.user_assigned_identities.get(&**id.key())
}

/// Returns the identity with this id.
///
/// # Errors
/// `ResourceNotFound`.
pub fn get<'a>(world: &'a World, id: &ResourceId) -> Result<&'a Arc<UserAssignedIdentity>, Fault> {
    find(world, id).ok_or_else(|| arm::resource_not_found(id))
}

/// Returns the identities of a subscription or group, by id.
pub fn list<'a>(world: &'a World, scope: &ResourceId) -> impl Iterator<Item = &'a Arc<UserAssignedIdentity>> {
    world.user_assigned_identities.below(scope.key()).map(|(_, identity)| identity)
}

/// Takes an identity away, and its service principal with it; returns whether it was there.
pub fn delete(world: &mut World, id: &ResourceId) -> bool {
    let Some(id) = find(world, id).map(|identity| identity.id.clone()) else { return false };
    world.remove_at_and_below(&id);
    true
}

/// Returns a new identity with its service principal. One that a factory named before keeps the principal that it was
/// given then.
fn create(world: &mut World, id: &ResourceId) -> Result<UserAssignedIdentity, Fault> {
    let group = resource_group::get(world, id)?.id.clone();
    let id = group.at_scope(RESOURCE_TYPE, id.name());
    let tenant_id = world.tenant_of(&id).unwrap_or_default();
    let named_before = world.directory.identity_of(&id).map(|it| (it.object_id, it.app_id().unwrap_or_default()));
    let (principal_id, client_id) = named_before.unwrap_or_else(|| (world.ids.next_guid(), world.ids.next_guid()));
    world.directory.add_managed_identity(principal_id, client_id, tenant_id, &id, true);
    world.principal_is_made(principal_id);
    Ok(UserAssignedIdentity {
        id,
        location: Arc::from(""),
        tags: Document::new(),
        isolation_scope: None,
        tenant_id,
        principal_id,
        client_id,
        created_on: world.now,
        changed_on: world.now,
    })
}

fn isolation_scope(body: &Document) -> Result<Option<Arc<str>>, Fault> {
    let Some(properties) = definition::object(body, "properties")? else { return Ok(None) };
    Ok(definition::text(properties, "isolationScope")?.map(Into::into))
}

fn save(world: &mut World, identity: UserAssignedIdentity) -> Arc<UserAssignedIdentity> {
    let identity = Arc::new(identity);
    world.user_assigned_identities.insert(identity.id.key().clone(), identity.clone());
    identity
}

fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    let mut identity = UserAssignedIdentity::clone(&*create_or_update(world, id, body)?.0);
    let mut state = SeedState::new(state);
    let (principal_id, client_id) = (state.guid("principalId")?, state.guid("clientId")?);
    identity.created_on = state.time("createdTime")?.unwrap_or(identity.created_on);
    identity.changed_on = state.time("changedTime")?.unwrap_or(identity.changed_on);
    state.finish()?;
    world.directory.remove(identity.principal_id);
    identity.principal_id = principal_id.unwrap_or(identity.principal_id);
    identity.client_id = client_id.unwrap_or(identity.client_id);
    if world.directory.principal(identity.principal_id).is_some() {
        return Err(seed_state::refuse("principalId"));
    }
    world.directory.add_managed_identity(identity.principal_id, identity.client_id, identity.tenant_id, &identity.id, true);
    save(world, identity);
    Ok(())
}

fn export(world: &World) -> Vec<Seed> {
    world.user_assigned_identities.values().map(|identity| export_one(identity)).collect()
}

fn export_one(identity: &UserAssignedIdentity) -> Seed {
    let (mut body, mut state) = (Document::new(), Document::new());
    body.insert("location".into(), (*identity.location).into());
    body.insert("tags".into(), Value::Object(identity.tags.clone()));
    if let Some(scope) = &identity.isolation_scope {
        body.insert("properties".into(), serde_json::json!({ "isolationScope": &**scope }));
    }
    state.insert("principalId".into(), identity.principal_id.to_string().into());
    state.insert("clientId".into(), identity.client_id.to_string().into());
    state.insert("createdTime".into(), identity.created_on.to_string().into());
    state.insert("changedTime".into(), identity.changed_on.to_string().into());
    Seed { id: identity.id.clone(), body, state }
}

fn remove_at_and_below(world: &mut World, scope: &ResourceId) {
    for gone in world.user_assigned_identities.remove_at_and_below(scope.key()) {
        world.directory.remove(gone.principal_id);
    }
}

fn tracked(world: &World, scope: &ResourceId) -> Vec<TrackedResource> {
    let own = find(world, scope).into_iter();
    own.chain(list(world, scope)).map(|identity| tracked_one(identity)).collect()
}

fn tracked_one(identity: &UserAssignedIdentity) -> TrackedResource {
    TrackedResource {
        id: identity.id.clone(),
        resource_type: RESOURCE_TYPE,
        read_action: READ_ACTION,
        location: location::normalised(&identity.location),
        identity: None,
        tags: Some(identity.tags.clone()),
        created_on: identity.created_on,
        changed_on: identity.changed_on,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::subscription::Subscription;

    const GROUP: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg";

    fn world() -> World {
        let mut world = World::default();
        let id = Uuid::try_parse("22222222-2222-2222-2222-222222222222").unwrap();
        world.subscriptions.insert(id, Subscription::new(id, Uuid::from_u128(1), "s", None));
        resource_group::create_or_update(&mut world, &scope(GROUP), &body(r#"{"location":"eastus"}"#)).unwrap();
        world
    }

    fn scope(text: &str) -> ResourceId {
        ResourceId::parse(text).unwrap()
    }

    fn id() -> ResourceId {
        scope(GROUP).at_scope(RESOURCE_TYPE, "uai")
    }

    fn body(text: &str) -> Document {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_ids_stay_on_a_repeated_put_and_the_principal_goes_with_it() {
        let mut world = world();
        let (first, new) = create_or_update(&mut world, &id(), &body(r#"{"location":"eastus","tags":{"a":"b"}}"#)).unwrap();
        assert!(new && world.directory.principal(first.principal_id).is_some());
        let (second, new) = create_or_update(&mut world, &id(), &body(r#"{"location":"East US"}"#)).unwrap();
        assert!(!new && second.principal_id == first.principal_id && second.tags.is_empty());
        assert!(delete(&mut world, &id()) && !delete(&mut world, &id()));
        assert!(world.directory.principal(first.principal_id).is_none());
    }

    #[test]
    fn the_principal_goes_with_the_group() {
        let mut world = world();
        let made = create_or_update(&mut world, &id(), &body(r#"{"location":"eastus"}"#)).unwrap().0;
        world.remove_at_and_below(&scope(GROUP));
        assert!(world.directory.principal(made.principal_id).is_none() && world.user_assigned_identities.is_empty());
    }

    #[test]
    fn what_is_written_down_makes_the_same_identity() {
        let mut world = world();
        let text = r#"{"location":"East US","tags":{"a":"b"},"properties":{"isolationScope":"Regional"}}"#;
        create_or_update(&mut world, &id(), &body(text)).unwrap();
        let seeds = export(&world);
        let mut again = self::world();
        for it in &seeds {
            seed(&mut again, &it.id, &it.body, &it.state).unwrap();
        }
        assert_eq!(export(&again), seeds);
        assert_eq!(again.directory.principals().count(), 1);
    }

    #[test]
    fn a_state_may_give_a_part_and_nothing_unknown() {
        let mut world = world();
        let state = body(r#"{"principalId":"77777777-7777-7777-7777-000000000001"}"#);
        seed(&mut world, &id(), &body(r#"{"location":"eastus"}"#), &state).unwrap();
        assert_eq!(get(&world, &id()).unwrap().principal_id.to_string(), "77777777-7777-7777-7777-000000000001");
        assert!(seed(&mut world, &id(), &body(r#"{"location":"eastus"}"#), &body(r#"{"objectId":"x"}"#)).is_err());
    }
}

//! Federated credentials of user-assigned identities: put, get, list, delete.
//!
//! Each names a workload elsewhere by issuer, subject and audience; its tokens then sign in as the identity. Comparing
//! an assertion with them is Entra's. Follows
//! <https://learn.microsoft.com/rest/api/managedidentity/federated-identity-credentials> and `arm-wire` 3.7.

use crate::fault::Fault;
use crate::managed_identity::user_assigned_identity;
use crate::resource_id::ResourceId;
use crate::resources::definition;
use crate::rules::{arm, managed_identity};
use crate::seed_state::SeedState;
use crate::world::{Document, Kind, Seed, World};
use serde_json::{Value, json};
use std::sync::Arc;

/// The type, as Azure prints it.
pub const RESOURCE_TYPE: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials";
/// The collection as ids print it.
pub const COLLECTION: &str = "federatedIdentityCredentials";

/// What a world file and the deletion of a group need to know of federated credentials.
pub static KIND: Kind = Kind { resource_type: RESOURCE_TYPE, seed, export, remove_at_and_below, tracked: |_, _| Vec::new() };

/// A federated credential.
#[derive(Clone, Debug, PartialEq)]
pub struct FederatedIdentityCredential {
    /// The id, with the names as they were written at creation.
    pub id: ResourceId,
    /// Who signs the assertions.
    pub issuer: Arc<str>,
    /// Of whom they speak.
    pub subject: Arc<str>,
    /// Whom they are for.
    pub audiences: Vec<Arc<str>>,
}

/// Creates a federated credential or replaces it. Returns it, and whether it is new.
///
/// # Errors
/// `parent-resource-exists`, `federated-credential-name-shape`, `federated-credential-shape`,
/// `federated-credential-is-unique`, `federated-credentials-per-identity`; `InvalidRequestContent`.
pub fn create_or_update(world: &mut World, id: &ResourceId, body: &Document) -> Result<(Arc<FederatedIdentityCredential>, bool), Fault> {
    definition::resource_has_known_members(body)?;
    let parent = id.parent().and_then(|parent| user_assigned_identity::find(world, &parent)).ok_or_else(|| arm::parent_not_found(id))?;
    let parent = parent.id.clone();
    managed_identity::credential_name_has_its_shape(id.name())?;
    let (issuer, subject, audiences) = managed_identity::credential_has_its_members(body)?;
    let others: Vec<_> = below(world, &parent).filter(|other| other.id != *id).collect();
    let is_there_twice = others.iter().any(|other| *other.issuer == *issuer && *other.subject == *subject);
    managed_identity::credential_is_unique(is_there_twice, issuer, subject)?;
    let existing = find(world, id).cloned();
    if existing.is_none() {
        managed_identity::credentials_at_most_20(others.len(), parent.name())?;
    }
    let new = existing.is_none();
    let id = existing.map_or_else(|| parent.child(COLLECTION, id.name()), |existing| existing.id.clone());
    let audiences = audiences.into_iter().map(Into::into).collect();
    let credential = Arc::new(FederatedIdentityCredential { id, issuer: issuer.into(), subject: subject.into(), audiences });
    world.federated_identity_credentials.insert(credential.id.key().clone(), credential.clone());
    Ok((credential, new))
}

/// Returns the credential with this id.
pub fn find<'a>(world: &'a World, id: &ResourceId) -> Option<&'a Arc<FederatedIdentityCredential>> {
    world.federated_identity_credentials.get(&**id.key())
}

/// Returns the credential with this id.
///
/// # Errors
/// `resource-exists`.
pub fn get<'a>(world: &'a World, id: &ResourceId) -> Result<&'a Arc<FederatedIdentityCredential>, Fault> {
    find(world, id).ok_or_else(|| arm::resource_not_found(id))
}

/// Returns the credentials of an identity, by name.
///
/// # Errors
/// `resource-exists` about the identity.
pub fn list<'a>(world: &'a World, identity: &ResourceId) -> Result<impl Iterator<Item = &'a Arc<FederatedIdentityCredential>>, Fault> {
    user_assigned_identity::get(world, identity).map(|identity| below(world, &identity.id))
}

/// Returns all credentials below a scope.
pub fn below<'a>(world: &'a World, scope: &ResourceId) -> impl Iterator<Item = &'a Arc<FederatedIdentityCredential>> + use<'a> {
    world.federated_identity_credentials.below(scope.key()).map(|(_, credential)| credential)
}

/// Takes a credential away; returns whether it was there.
pub fn delete(world: &mut World, id: &ResourceId) -> bool {
    world.federated_identity_credentials.remove(&**id.key())
}

fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    create_or_update(world, id, body)?;
    SeedState::new(state).finish()
}

fn export(world: &World) -> Vec<Seed> {
    let one = |credential: &Arc<FederatedIdentityCredential>| {
        let audiences: Vec<&str> = credential.audiences.iter().map(|audience| &**audience).collect();
        let properties = json!({ "issuer": &*credential.issuer, "subject": &*credential.subject, "audiences": audiences });
        let body: Document = [("properties".to_owned(), properties)].into_iter().collect::<serde_json::Map<String, Value>>();
        Seed { id: credential.id.clone(), body, state: Document::new() }
    };
    world.federated_identity_credentials.values().map(one).collect()
}

fn remove_at_and_below(world: &mut World, scope: &ResourceId) {
    world.federated_identity_credentials.remove_at_and_below(scope.key());
}

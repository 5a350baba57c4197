//! Which identities a resource can act with: its own, and the user-assigned ones that it was given.
//!
//! Asked by the token endpoints of managed identities. A user-assigned identity counts as a resource that has itself.
//! Follows <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>.

use crate::data_factory::factory;
use crate::directory::{Principal, PrincipalKind};
use crate::managed_identity::user_assigned_identity;
use crate::resource_id::ResourceId;
use crate::world::World;
use std::sync::Arc;
use uuid::Uuid;

/// How a request names one of the identities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// By its application id.
    ClientId(Uuid),
    /// By the object id of its service principal.
    ObjectId(Uuid),
    /// By the id of the user-assigned identity, or of the resource for its own.
    ResourceId(ResourceId),
}

/// Why no identity was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoIdentity {
    /// The resource has none, or not that one.
    NotFound,
    /// There are several user-assigned ones and the request does not say which.
    Several,
}

/// Returns whether a resource is of a type that can have identities here.
pub fn can_have_identities(resource: &ResourceId) -> bool {
    resource.is_of_type(factory::RESOURCE_TYPE) || resource.is_of_type(user_assigned_identity::RESOURCE_TYPE)
}

/// Returns the identity with which `resource` acts: the one that is named, else its own, else its only one.
///
/// # Errors
/// When there is none, or not one.
pub fn identity_of<'w>(world: &'w World, resource: &ResourceId, named: Option<&Named>) -> Result<&'w Arc<Principal>, NoIdentity> {
    let (own, user_assigned) = identities_of(world, resource);
    let Some(named) = named else {
        return match (own, user_assigned.as_slice()) {
            (Some(own), _) => Ok(own),
            (None, [only]) => Ok(only),
            (None, []) => Err(NoIdentity::NotFound),
            (None, _) => Err(NoIdentity::Several),
        };
    };
    own.into_iter().chain(user_assigned).find(|principal| is_named(principal, named)).ok_or(NoIdentity::NotFound)
}

fn is_named(principal: &Principal, named: &Named) -> bool {
    match (named, &principal.kind) {
        (Named::ClientId(id), _) => principal.app_id() == Some(*id),
        (Named::ObjectId(id), _) => principal.object_id == *id,
        (Named::ResourceId(id), PrincipalKind::ManagedIdentity(identity)) => identity.resource == *id,
        (Named::ResourceId(_), _) => false,
    }
}

fn identities_of<'w>(world: &'w World, resource: &ResourceId) -> (Option<&'w Arc<Principal>>, Vec<&'w Arc<Principal>>) {
    if let Some(identity) = user_assigned_identity::find(world, resource) {
        return (None, world.directory.principal(identity.principal_id).into_iter().collect());
    }
    let Some(identity) = world.factories.get(&**resource.key()).and_then(|factory| factory.identity.as_ref()) else {
        return (None, Vec::new());
    };
    let own = identity.system_assigned.as_ref().and_then(|own| world.directory.principal(own.principal_id));
    (own, identity.user_assigned.iter().filter_map(|one| world.directory.principal(one.principal_id)).collect())
}

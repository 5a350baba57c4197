//! Service principals: of applications and of managed identities.
//!
//! What an application is, is in `application.rs`; a service principal may have credentials of its own besides. A
//! managed identity belongs to its resource and cannot be changed here.
//! Follows <https://learn.microsoft.com/graph/api/resources/serviceprincipal>.

use super::credentials::Credentials;
use super::profile::{Form, Known, Profile};
use super::refusal::Refusal;
use super::{Principal, PrincipalKind};
use crate::resource_id::ResourceId;
use crate::world::{Document, World};
use std::sync::Arc;
use uuid::Uuid;

/// The service principal of an application.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServicePrincipal {
    /// The application's id, what it signs in as.
    pub app_id: Uuid,
    /// What it signs in with besides what the application has.
    pub credentials: Credentials,
    /// Whether sign-in is blocked.
    pub disabled: bool,
}

/// The service principal of a managed identity.
#[derive(Clone, Debug, PartialEq)]
pub struct ManagedIdentity {
    /// The application id of the identity.
    pub client_id: Uuid,
    /// The resource that has it, or the user-assigned identity itself.
    pub resource: ResourceId,
    /// Whether it is a user-assigned identity.
    pub user_assigned: bool,
}

/// What a service principal can be told <https://learn.microsoft.com/graph/api/serviceprincipal-update>.
pub static KNOWN: Known = Known {
    of: "ServicePrincipal",
    kept: &[
        ("addIns", Form::Objects),
        ("alternativeNames", Form::Texts),
        ("appRoleAssignmentRequired", Form::Flag),
        ("appRoles", Form::Objects),
        ("description", Form::Text),
        ("homepage", Form::Text),
        ("info", Form::Object),
        ("loginUrl", Form::Text),
        ("logoutUrl", Form::Text),
        ("notes", Form::Text),
        ("notificationEmailAddresses", Form::Texts),
        ("oauth2PermissionScopes", Form::Objects),
        ("preferredSingleSignOnMode", Form::Text),
        ("preferredTokenSigningKeyThumbprint", Form::Text),
        ("replyUrls", Form::Texts),
        ("samlSingleSignOnSettings", Form::Object),
        ("tags", Form::Texts),
        ("tokenEncryptionKeyId", Form::Text),
    ],
    read_only: &[
        "id",
        "appId",
        "appDisplayName",
        "appDescription",
        "appOwnerOrganizationId",
        "applicationTemplateId",
        "createdDateTime",
        "deletedDateTime",
        "disabledByMicrosoftStatus",
        "displayName",
        "resourceSpecificApplicationPermissions",
        "servicePrincipalNames",
        "servicePrincipalType",
        "signInAudience",
        "verifiedPublisher",
    ],
};

/// Makes the service principal of an application of the tenant; a user who does it owns it. Returns its object id.
/// <https://learn.microsoft.com/graph/api/serviceprincipal-post-serviceprincipals>
///
/// # Errors
/// For a body without the id of an application of this tenant, for an application that has one already, and for what
/// is not known.
pub fn create(world: &mut World, tenant_id: Uuid, creator: Uuid, mut body: Document) -> Result<Uuid, Refusal> {
    let app_id = KNOWN.text(&mut body, "appId")?.ok_or(Refusal::Required { property: "appId", of: "ServicePrincipal" })?;
    let application = Uuid::try_parse(&app_id).ok().and_then(|id| world.directory.application_of(id)).cloned();
    let application = application.ok_or(Refusal::NoBackingApplication(app_id))?;
    if application.tenant_id != tenant_id {
        return Err(Refusal::ApplicationOfAnotherTenant);
    }
    if world.directory.by_app_id(application.app_id).is_some() {
        return Err(Refusal::HasServicePrincipal(application.app_id));
    }
    let kind = PrincipalKind::ServicePrincipal(ServicePrincipal { app_id: application.app_id, ..ServicePrincipal::default() });
    let profile = Profile { created_on: Some(world.now), ..Profile::default() };
    let display_name = application.display_name.clone();
    let mut made = Principal { object_id: world.ids.next_guid(), tenant_id, name: None, display_name, profile, kind };
    set(world, &mut made, body)?;
    let object_id = made.object_id;
    world.directory.put(made);
    world.principal_is_made(object_id);
    world.directory.own_if_user(object_id, creator);
    Ok(object_id)
}

/// Changes a service principal.
/// <https://learn.microsoft.com/graph/api/serviceprincipal-update>
///
/// # Errors
/// When there is none or it is a managed identity's, and for what is not known.
pub fn update(world: &mut World, object_id: Uuid, body: Document) -> Result<(), Refusal> {
    let mut changed = Principal::clone(find(world, object_id)?);
    set(world, &mut changed, body)?;
    world.directory.put(changed);
    Ok(())
}

fn set(world: &mut World, principal: &mut Principal, mut body: Document) -> Result<(), Refusal> {
    let PrincipalKind::ServicePrincipal(it) = &mut principal.kind else { return Err(Refusal::NotAllowed) };
    if let Some(enabled) = KNOWN.flag(&mut body, "accountEnabled")? {
        it.disabled = !enabled;
    }
    let now = world.now;
    it.credentials.replace(&mut world.ids, now, &mut body)?;
    KNOWN.set(&mut principal.profile, body)
}

/// Changes the credentials of a service principal.
///
/// # Errors
/// When there is none or it is a managed identity's, or what `change` returns.
pub fn change_credentials<T>(
    world: &mut World,
    object_id: Uuid,
    change: impl FnOnce(&mut World, &mut Credentials) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let mut changed = Principal::clone(find(world, object_id)?);
    let PrincipalKind::ServicePrincipal(it) = &mut changed.kind else { return Err(Refusal::NotAllowed) };
    let answer = change(world, &mut it.credentials)?;
    world.directory.put(changed);
    Ok(answer)
}

/// Deletes a service principal; its application and the role assignments to it stay.
/// <https://learn.microsoft.com/graph/api/serviceprincipal-delete>
///
/// # Errors
/// When there is none or it is a managed identity's.
pub fn delete(world: &mut World, object_id: Uuid) -> Result<(), Refusal> {
    find(world, object_id)?;
    world.directory.remove(object_id);
    Ok(())
}

fn find(world: &World, object_id: Uuid) -> Result<&Arc<Principal>, Refusal> {
    let found = world.directory.principal(object_id).ok_or_else(|| Refusal::NotFound(object_id.to_string()))?;
    match found.kind {
        PrincipalKind::ServicePrincipal(_) => Ok(found),
        PrincipalKind::ManagedIdentity(_) => Err(Refusal::NotAllowed),
        PrincipalKind::User(_) | PrincipalKind::Group(_) => Err(Refusal::NotFound(object_id.to_string())),
    }
}

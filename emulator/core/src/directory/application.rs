//! Applications: what is registered, apart from the service principal that signs in.
//!
//! A world file writes both as one entry. An application without a service principal cannot sign in and holds no role.
//! Follows <https://learn.microsoft.com/graph/api/resources/application>.

use super::credentials::Credentials;
use super::profile::{Form, Known, Profile};
use super::refusal::Refusal;
use super::{Directory, PrincipalKind};
use crate::world::{Document, World};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// An application registration.
#[derive(Clone, Debug, PartialEq)]
pub struct Application {
    /// The id in the tenant's directory.
    pub object_id: Uuid,
    /// The tenant in which it is registered.
    pub tenant_id: Uuid,
    /// The id that it signs in with.
    pub app_id: Uuid,
    /// What portals show.
    pub display_name: Arc<str>,
    /// What clients have set besides.
    pub profile: Profile,
    /// What it may do at Microsoft Graph; `write` or nothing.
    pub graph: Option<Arc<str>>,
    /// What it signs in with.
    pub credentials: Credentials,
    /// Federated credentials as a world file or a client wrote them.
    pub federated_credentials: Arc<Vec<Value>>,
    /// Where a world file says that answers of sign-ins may be sent, besides this machine.
    pub redirect_uris: Arc<Vec<Arc<str>>>,
}

/// What an application can be told <https://learn.microsoft.com/graph/api/application-update>.
pub static KNOWN: Known = Known {
    of: "Application",
    kept: &[
        ("addIns", Form::Objects),
        ("api", Form::Object),
        ("appRoles", Form::Objects),
        ("authenticationBehaviors", Form::Object),
        ("defaultRedirectUri", Form::Text),
        ("description", Form::Text),
        ("groupMembershipClaims", Form::Text),
        ("identifierUris", Form::Texts),
        ("info", Form::Object),
        ("isDeviceOnlyAuthSupported", Form::Flag),
        ("isFallbackPublicClient", Form::Flag),
        ("nativeAuthenticationApisEnabled", Form::Text),
        ("notes", Form::Text),
        ("oauth2RequirePostResponse", Form::Flag),
        ("optionalClaims", Form::Object),
        ("parentalControlSettings", Form::Object),
        ("publicClient", Form::Object),
        ("requestSignatureVerification", Form::Object),
        ("requiredResourceAccess", Form::Objects),
        ("samlMetadataUrl", Form::Text),
        ("serviceManagementReference", Form::Text),
        ("servicePrincipalLockConfiguration", Form::Object),
        ("signInAudience", Form::Text),
        ("spa", Form::Object),
        ("tags", Form::Texts),
        ("tokenEncryptionKeyId", Form::Text),
        ("uniqueName", Form::Text),
        ("web", Form::Object),
    ],
    read_only: &[
        "id",
        "appId",
        "deletedDateTime",
        "createdDateTime",
        "applicationTemplateId",
        "disabledByMicrosoftStatus",
        "publisherDomain",
        "certification",
        "verifiedPublisher",
    ],
};

impl Application {
    /// Returns the application that a world has without being told more than its ids.
    pub fn new(object_id: Uuid, tenant_id: Uuid, app_id: Uuid, display_name: &str) -> Self {
        Self {
            object_id,
            tenant_id,
            app_id,
            display_name: display_name.into(),
            profile: Profile::default(),
            graph: None,
            credentials: Credentials::default(),
            federated_credentials: Arc::default(),
            redirect_uris: Arc::default(),
        }
    }

    /// Returns where the answers of its sign-ins may be sent, besides this machine.
    pub fn redirect_uris(&self) -> Vec<&str> {
        let others = ["spa", "publicClient"].into_iter().filter_map(|platform| self.redirect_uris_of(platform)).flatten();
        self.web_redirect_uris().into_iter().chain(others).collect()
    }

    /// Returns those of them at which a web application waits, which has a secret to show. What a client sets takes the place
    /// of what a world file says.
    pub fn web_redirect_uris(&self) -> Vec<&str> {
        self.redirect_uris_of("web").unwrap_or_else(|| self.redirect_uris.iter().map(|uri| &**uri).collect())
    }

    fn redirect_uris_of(&self, platform: &str) -> Option<Vec<&str>> {
        let uris = self.profile.properties.get(platform)?.get("redirectUris")?.as_array()?;
        Some(uris.iter().filter_map(Value::as_str).filter(|uri| is_redirect_uri(uri)).collect())
    }

    /// Returns the URIs that name it.
    pub fn identifier_uris(&self) -> impl Iterator<Item = &str> {
        self.profile.properties.get("identifierUris").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }
}

/// Returns whether a text is an address that a browser is sent to: absolute, without a fragment, and never a script.
pub fn is_redirect_uri(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once("://") else { return false };
    let is_script = ["javascript", "data", "vbscript"].iter().any(|script| scheme.eq_ignore_ascii_case(script));
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let plain = uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\\\"<>".contains(&byte));
    plain && !is_script && !rest.is_empty() && !scheme.is_empty() && scheme.bytes().all(letters)
}

impl Directory {
    /// Returns the application with this object id.
    pub fn application(&self, object_id: Uuid) -> Option<&Arc<Application>> {
        self.applications.get(&object_id)
    }

    /// Returns the application with this application id.
    pub fn application_of(&self, app_id: Uuid) -> Option<&Arc<Application>> {
        self.application_ids.get(&app_id).and_then(|id| self.application(*id))
    }

    /// Returns all applications by object id.
    pub fn applications(&self) -> impl Iterator<Item = &Arc<Application>> {
        self.applications.values()
    }

    /// Puts an application, in place of one with the same object id.
    pub fn put_application(&mut self, application: Application) {
        self.application_ids.insert(application.app_id, application.object_id);
        self.applications.insert(application.object_id, application);
    }

    /// Changes an application.
    ///
    /// # Errors
    /// When there is none, or what `change` returns; nothing has changed then.
    pub fn change_application<T>(
        &mut self,
        object_id: Uuid,
        change: impl FnOnce(&mut Application) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut application = Application::clone(self.application(object_id).ok_or_else(|| Refusal::NotFound(object_id.to_string()))?);
        let answer = change(&mut application)?;
        self.put_application(application);
        Ok(answer)
    }
}

/// Registers an application in a tenant; a user who does it owns it. Returns its object id.
/// <https://learn.microsoft.com/graph/api/application-post-applications>
///
/// # Errors
/// For a body that lacks the display name or has what is not known, and for a URI that is taken.
pub fn create(world: &mut World, tenant_id: Uuid, creator: Uuid, mut body: Document) -> Result<Uuid, Refusal> {
    let display_name = KNOWN.display_name(&mut body)?.ok_or(Refusal::Required { property: "displayName", of: "Application" })?;
    let (object_id, app_id) = (world.ids.next_guid(), world.ids.next_guid());
    let mut application = Application::new(object_id, tenant_id, app_id, &display_name);
    application.profile.created_on = Some(world.now);
    set(world, &mut application, body)?;
    world.directory.put_application(application);
    world.directory.own_if_user(object_id, creator);
    Ok(object_id)
}

/// Changes an application; its service principal takes its name.
/// <https://learn.microsoft.com/graph/api/application-update>
///
/// # Errors
/// When there is none, and as for `create`.
pub fn update(world: &mut World, object_id: Uuid, mut body: Document) -> Result<(), Refusal> {
    let found = world.directory.application(object_id).ok_or_else(|| Refusal::NotFound(object_id.to_string()))?;
    let mut application = Application::clone(found);
    if let Some(name) = KNOWN.display_name(&mut body)? {
        application.display_name = name;
    }
    set(world, &mut application, body)?;
    if let Some(principal) = world.directory.by_app_id(application.app_id).cloned() {
        let display_name = application.display_name.clone();
        world.directory.put(super::Principal { display_name, ..super::Principal::clone(&principal) });
    }
    world.directory.put_application(application);
    Ok(())
}

fn set(world: &mut World, application: &mut Application, mut body: Document) -> Result<(), Refusal> {
    let now = world.now;
    application.credentials.replace(&mut world.ids, now, &mut body)?;
    KNOWN.set(&mut application.profile, body)?;
    let others = || world.directory.applications().filter(|it| it.object_id != application.object_id);
    let is_taken = |uri: &str| others().any(|other| other.identifier_uris().any(|it| it.eq_ignore_ascii_case(uri)));
    if application.identifier_uris().any(is_taken) { Err(Refusal::Taken("identifierUris")) } else { Ok(()) }
}

/// Deletes an application and its service principal; role assignments to it stay.
/// <https://learn.microsoft.com/graph/api/application-delete>
///
/// # Errors
/// When there is none.
pub fn delete(world: &mut World, object_id: Uuid) -> Result<(), Refusal> {
    let found = world.directory.application(object_id).cloned().ok_or_else(|| Refusal::NotFound(object_id.to_string()))?;
    let principal = world.directory.by_app_id(found.app_id).filter(|it| matches!(it.kind, PrincipalKind::ServicePrincipal(_)));
    if let Some(principal) = principal.map(|it| it.object_id) {
        world.directory.remove(principal);
    }
    world.directory.applications.remove(&object_id);
    world.directory.application_ids.remove(&found.app_id);
    world.directory.owners.remove(&object_id);
    Ok(())
}

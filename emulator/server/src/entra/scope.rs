//! What a token is asked for: from `scope` or `resource` to the one resource that becomes the audience.
//!
//! An application asks for everything it was given, `{resource}/.default`; a user's client may name permissions.
//! Follows <https://learn.microsoft.com/entra/identity-platform/scopes-oidc>; spellings: `client-connection` 3.4.

use adf_emulator_core::directory::sign_in::Asked;
use adf_emulator_core::world::World;
use uuid::Uuid;

use super::audience::{IsOurs, is_a_known_resource};
use super::discovery::{TenantNamed, Version};
use super::form::REMEMBERED_BYTES_MAX;
use super::sign_in_error::SignInError;
use super::token_endpoint::TokenRequest;

/// Scopes that ask for something else than access to a resource.
const OPEN_ID: [&str; 5] = ["openid", "profile", "email", "offline_access", "address"];

/// The resource of permissions that are written without one.
const GRAPH: &str = "https://graph.microsoft.com";

/// Returns what an application asks for: `resource` in v1; in v2 the scope without its `/.default`, of which one is cut.
///
/// # Errors
/// 900144 without one, 70011 for a scope that is not one resource and `/.default`.
pub fn of_application(request: &TokenRequest<'_>) -> Result<String, SignInError> {
    match request.version {
        Version::One => request.form.require("resource").map(str::to_owned),
        Version::Two if request.form.get("resource").is_some() => Err(SignInError::resource_not_supported()),
        Version::Two => {
            let scope = request.form.require("scope")?;
            let mut asked = scope.split_ascii_whitespace().filter(|scope| !OPEN_ID.contains(scope));
            let (first, second) = (asked.next(), asked.next());
            let resource = first.filter(|_| second.is_none()).and_then(|scope| scope.strip_suffix("/.default"));
            resource.filter(|it| !it.is_empty()).map(str::to_owned).ok_or_else(|| SignInError::invalid_scope(scope))
        }
    }
}

/// Returns what a user's client asks for; `before` is what was asked for when the user signed in.
///
/// # Errors
/// 900144 without anything, 70011 for permissions of two resources.
pub fn of_user(request: &TokenRequest<'_>, before: Option<&str>) -> Result<Asked, SignInError> {
    match (request.version, before) {
        (Version::One, before) => {
            let resource = request.form.get("resource").or(before).ok_or_else(|| SignInError::parameter_missing("resource"))?;
            Ok(Asked { resource: resource.into(), id_token: true, refresh_token: true })
        }
        (Version::Two, _) if request.form.get("resource").is_some() => Err(SignInError::resource_not_supported()),
        (Version::Two, Some(before)) => match request.form.get("scope") {
            Some(scope) => of_scope(scope, before),
            None => Ok(Asked { resource: before.into(), id_token: false, refresh_token: true }),
        },
        (Version::Two, None) => of_scope(request.form.require("scope")?, GRAPH),
    }
}

/// Returns what a scope asks for; one that names no resource means `otherwise`.
///
/// # Errors
/// 70011 for permissions of two resources, and for a resource that is too long.
pub fn of_scope(scope: &str, otherwise: &str) -> Result<Asked, SignInError> {
    let invalid = || SignInError::invalid_scope_of_user(scope);
    let mut found: Option<&str> = None;
    for asked in scope.split_ascii_whitespace().filter(|scope| !OPEN_ID.contains(scope)) {
        let resource = match asked.rsplit_once('/') {
            None => GRAPH,
            Some((resource, permission)) if !permission.is_empty() && !resource.is_empty() && !resource.ends_with(":/") => resource,
            Some(_) => return Err(invalid()),
        };
        if resource.len() > REMEMBERED_BYTES_MAX || found.replace(resource).is_some_and(|other| other != resource) {
            return Err(invalid());
        }
    }
    let has = |wanted: &str| scope.split_ascii_whitespace().any(|scope| scope == wanted);
    Ok(Asked { resource: found.unwrap_or(otherwise).into(), id_token: has("openid"), refresh_token: has("offline_access") })
}

/// Checks that somebody in the tenant is known by this resource: a service of Azure's, ours, or an application.
///
/// # Errors
/// 500011.
pub fn resource_is_known(request: &TokenRequest<'_>, tenant: Uuid, resource: &str) -> Result<(), SignInError> {
    if is_known(request.world, tenant, resource, request.origin, request.is_ours) {
        return Ok(());
    }
    Err(SignInError::unknown_resource(resource, request.tenant_name))
}

/// Checks that somebody is known by this resource in the tenant that the URL names, or in any where it names none.
///
/// # Errors
/// 500011.
pub fn resource_is_known_there(request: &TokenRequest<'_>, resource: &str) -> Result<(), SignInError> {
    let known = |tenant: Uuid| is_known(request.world, tenant, resource, request.origin, request.is_ours);
    let is_known = match request.tenant {
        TenantNamed::One(tenant) => known(tenant),
        TenantNamed::Any => request.world.directory.tenants().any(|tenant| known(tenant.id)),
    };
    if is_known { Ok(()) } else { Err(SignInError::unknown_resource(resource, request.tenant_name)) }
}

/// Returns whether somebody in the tenant is known by this resource, asked for at `origin`.
pub fn is_known(world: &World, tenant: Uuid, resource: &str, origin: &str, is_ours: &IsOurs<'_>) -> bool {
    let id = resource.strip_prefix("api://").unwrap_or(resource);
    let application = Uuid::try_parse(id).ok().and_then(|id| world.directory.by_app_id(id));
    application.is_some_and(|it| it.tenant_id == tenant) || is_a_known_resource(resource, origin, is_ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_permission_is_cut_and_all_are_of_one_resource() {
        let resource = |scope| of_scope(scope, "before").map(|asked| asked.resource);
        for (scope, expected) in [
            ("https://management.core.windows.net//.default", "https://management.core.windows.net/"),
            ("openid https://management.azure.com/user_impersonation profile", "https://management.azure.com"),
            ("https://localhost:4443/graph//.default offline_access", "https://localhost:4443/graph/"),
            ("User.Read Mail.Read", GRAPH),
            ("openid offline_access", "before"),
            ("33333333-3333-3333-3333-000000000001/.default", "33333333-3333-3333-3333-000000000001"),
        ] {
            assert_eq!(resource(scope).as_deref(), Ok(expected), "{scope}");
        }
        for scope in ["https://a/b https://c/d", "https://management.azure.com", "a/", "/b", "https://a/b User.Read"] {
            assert_eq!(resource(scope).unwrap_err().number, Some(70011), "{scope}");
        }
        let asked = of_scope("openid offline_access", "x").unwrap();
        assert!(asked.id_token && asked.refresh_token && !of_scope("profile", "x").unwrap().id_token);
    }
}

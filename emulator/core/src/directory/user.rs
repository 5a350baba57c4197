//! Users and guests.
//!
//! A guest is a user whose home is another tenant. What a guest may see in the directory is decided at Graph. Roles of
//! the directory are not emulated: a member may write, whoever it is.
//! Follows <https://learn.microsoft.com/graph/api/resources/user>.

use super::profile::{Form, Known, Profile};
use super::refusal::Refusal;
use super::{Principal, PrincipalKind};
use crate::world::{Document, World};
use serde_json::Value;
use std::ops::RangeInclusive;
use std::sync::Arc;
use uuid::Uuid;

/// Characters of a password <https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy>.
const PASSWORD_LENGTH: RangeInclusive<usize> = 8..=256;

/// Of lower case, upper case, digits and symbols, how many a password needs; from the same page.
const PASSWORD_SORTS: usize = 3;

/// A user of a tenant. A guest is a user here whose home is another tenant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct User {
    /// The sign-in name, unique without case.
    pub user_principal_name: Arc<str>,
    /// The password, where the world gives one.
    pub password: Option<Arc<str>>,
    /// Whether this is a guest.
    pub guest: bool,
    /// A guest's own tenant.
    pub home_tenant: Option<Uuid>,
    /// Whether the user may elevate access.
    pub global_administrator: bool,
    /// Whether sign-in is blocked.
    pub disabled: bool,
}

/// What a user can be told <https://learn.microsoft.com/graph/api/user-update>.
pub static KNOWN: Known = Known {
    of: "User",
    kept: &[
        ("ageGroup", Form::Text),
        ("businessPhones", Form::Texts),
        ("city", Form::Text),
        ("companyName", Form::Text),
        ("consentProvidedForMinor", Form::Text),
        ("country", Form::Text),
        ("department", Form::Text),
        ("employeeHireDate", Form::Text),
        ("employeeId", Form::Text),
        ("employeeOrgData", Form::Object),
        ("employeeType", Form::Text),
        ("faxNumber", Form::Text),
        ("givenName", Form::Text),
        ("jobTitle", Form::Text),
        ("mail", Form::Text),
        ("mailNickname", Form::Text),
        ("mobilePhone", Form::Text),
        ("officeLocation", Form::Text),
        ("onPremisesExtensionAttributes", Form::Object),
        ("onPremisesImmutableId", Form::Text),
        ("otherMails", Form::Texts),
        ("passwordPolicies", Form::Text),
        ("postalCode", Form::Text),
        ("preferredDataLocation", Form::Text),
        ("preferredLanguage", Form::Text),
        ("showInAddressList", Form::Flag),
        ("state", Form::Text),
        ("streetAddress", Form::Text),
        ("surname", Form::Text),
        ("usageLocation", Form::Text),
    ],
    read_only: &["id", "createdDateTime", "deletedDateTime", "creationType", "externalUserState", "proxyAddresses"],
};

impl User {
    /// Returns the sign-in name at home, in lower case: a guest `eve_fabrikam.com#EXT#@contoso.com` is `eve@fabrikam.com`.
    pub fn home_name(&self) -> String {
        let name = self.user_principal_name.to_lowercase();
        match name.split_once("#ext#").and_then(|(home, _)| home.rsplit_once('_')) {
            Some((user, domain)) if self.guest => format!("{user}@{domain}"),
            _ => name,
        }
    }
}

/// Makes a user of a tenant; returns its object id. <https://learn.microsoft.com/graph/api/user-post-users>
///
/// # Errors
/// For a body that lacks what a user needs or has what is not known, a name that is taken or of another domain, and a
/// password that is too simple.
pub fn create(world: &mut World, tenant_id: Uuid, mut body: Document) -> Result<Uuid, Refusal> {
    for property in ["accountEnabled", "displayName", "passwordProfile", "userPrincipalName", "mailNickname"] {
        if body.get(property).is_none_or(Value::is_null) {
            return Err(Refusal::Required { property, of: "User" });
        }
    }
    let object_id = world.ids.next_guid();
    let profile = Profile { created_on: Some(world.now), ..Profile::default() };
    let display_name = KNOWN.display_name(&mut body)?.unwrap_or_default();
    let kind = PrincipalKind::User(User::default());
    let mut made = Principal { object_id, tenant_id, name: None, display_name, profile, kind };
    set(world, &mut made, body)?;
    world.directory.put(made);
    world.principal_is_made(object_id);
    Ok(object_id)
}

/// Changes a user. <https://learn.microsoft.com/graph/api/user-update>
///
/// # Errors
/// When there is none, and as for `create`.
pub fn update(world: &mut World, object_id: Uuid, mut body: Document) -> Result<(), Refusal> {
    let mut changed = Principal::clone(find(world, object_id)?);
    if let Some(name) = KNOWN.display_name(&mut body)? {
        changed.display_name = name;
    }
    set(world, &mut changed, body)?;
    world.directory.put(changed);
    Ok(())
}

/// Deletes a user; role assignments to it stay. <https://learn.microsoft.com/graph/api/user-delete>
///
/// # Errors
/// When there is none.
pub fn delete(world: &mut World, object_id: Uuid) -> Result<(), Refusal> {
    find(world, object_id)?;
    // Nobody can be signed in by itself who is gone; a world file that says so would not be read.
    let signs_in_by_itself = world.settings.sign_in_as.as_deref().and_then(|name| world.directory.named(name));
    if signs_in_by_itself.is_some_and(|it| it.object_id == object_id) {
        world.settings.sign_in_as = None;
    }
    world.directory.remove(object_id);
    Ok(())
}

fn find(world: &World, object_id: Uuid) -> Result<&Arc<Principal>, Refusal> {
    let found = world.directory.principal(object_id).filter(|it| matches!(it.kind, PrincipalKind::User(_)));
    found.ok_or_else(|| Refusal::NotFound(object_id.to_string()))
}

fn set(world: &World, principal: &mut Principal, mut body: Document) -> Result<(), Refusal> {
    let (object_id, tenant_id) = (principal.object_id, principal.tenant_id);
    let PrincipalKind::User(user) = &mut principal.kind else { return Err(Refusal::NotFound(object_id.to_string())) };
    if let Some(enabled) = KNOWN.flag(&mut body, "accountEnabled")? {
        user.disabled = !enabled;
    }
    if let Some(name) = KNOWN.text(&mut body, "userPrincipalName")? {
        user.user_principal_name = name_in(world, tenant_id, object_id, &name)?.into();
    }
    match KNOWN.text(&mut body, "userType")?.as_deref() {
        None => {}
        Some("Member") => user.guest = false,
        Some("Guest") => user.guest = true,
        Some(_) => return Err(KNOWN.invalid("userType")),
    }
    match body.shift_remove("passwordProfile") {
        None | Some(Value::Null) => {}
        Some(Value::Object(profile)) => match profile.get("password") {
            Some(Value::String(password)) => user.password = Some(strong(password)?.into()),
            None | Some(Value::Null) => {}
            Some(_) => return Err(KNOWN.invalid("passwordProfile")),
        },
        Some(_) => return Err(KNOWN.invalid("passwordProfile")),
    }
    KNOWN.set(&mut principal.profile, body)
}

fn name_in<'a>(world: &World, tenant_id: Uuid, object_id: Uuid, name: &'a str) -> Result<&'a str, Refusal> {
    let invalid = || KNOWN.invalid("userPrincipalName");
    let (local, domain) = name.rsplit_once('@').filter(|(local, _)| !local.is_empty()).ok_or_else(invalid)?;
    if local.contains(['@', ' ', '/']) || name.chars().any(char::is_control) {
        return Err(invalid());
    }
    if world.directory.tenant(tenant_id).is_some_and(|tenant| !tenant.domain.eq_ignore_ascii_case(domain)) {
        return Err(Refusal::WrongDomain);
    }
    let other = world.directory.by_user_principal_name(name).filter(|it| it.object_id != object_id);
    if other.is_some() { Err(Refusal::Taken("userPrincipalName")) } else { Ok(name) }
}

fn strong(password: &str) -> Result<&str, Refusal> {
    let has = |is: fn(char) -> bool| usize::from(password.chars().any(is));
    let symbol = |it: char| !it.is_alphanumeric();
    let sorts = has(char::is_lowercase) + has(char::is_uppercase) + has(|it| it.is_ascii_digit()) + has(symbol);
    let is_strong = PASSWORD_LENGTH.contains(&password.chars().count()) && sorts >= PASSWORD_SORTS;
    if is_strong { Ok(password) } else { Err(Refusal::SimplePassword) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_three_sorts_of_characters() {
        for good in ["Passw0rd", "pass-w0rd", "PASS wor", "Test1234!!"] {
            assert_eq!(strong(good), Ok(good));
        }
        for simple in ["password", "Passwor", "passw0rd", "Pass-1", "12345678", &"aB1".repeat(86)] {
            assert_eq!(strong(simple), Err(Refusal::SimplePassword), "{simple}");
        }
    }
}

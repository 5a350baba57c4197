//! Directory objects as Microsoft Graph shows them.
//!
//! Members and their order are those of recorded answers to the Azure CLI; what clients have set is laid over them. Of
//! a user Graph shows some members unless asked for others with `$select`. `@odata.type` stands only where objects of
//! several types may be.

use adf_emulator_core::directory::application::Application;
use adf_emulator_core::directory::profile::Profile;
use adf_emulator_core::directory::service_principal::{ManagedIdentity, ServicePrincipal};
use adf_emulator_core::directory::user::User;
use adf_emulator_core::directory::{Principal, PrincipalKind};
use adf_emulator_core::world::{Document, World};
use serde_json::{Value, json};
use uuid::Uuid;

use super::credential;

/// What Graph shows of a user when it is not asked for more
/// <https://learn.microsoft.com/graph/api/user-get>.
const OF_USER: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
];

/// All that a user can be asked for <https://learn.microsoft.com/graph/api/resources/user>.
const ALL_OF_USER: [&str; 49] = [
    "id",
    "deletedDateTime",
    "accountEnabled",
    "ageGroup",
    "businessPhones",
    "city",
    "companyName",
    "consentProvidedForMinor",
    "country",
    "createdDateTime",
    "creationType",
    "department",
    "displayName",
    "employeeHireDate",
    "employeeId",
    "employeeOrgData",
    "employeeType",
    "externalUserState",
    "faxNumber",
    "givenName",
    "jobTitle",
    "mail",
    "mailNickname",
    "mobilePhone",
    "officeLocation",
    "onPremisesDistinguishedName",
    "onPremisesDomainName",
    "onPremisesExtensionAttributes",
    "onPremisesImmutableId",
    "onPremisesLastSyncDateTime",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "onPremisesUserPrincipalName",
    "otherMails",
    "passwordPolicies",
    "passwordProfile",
    "postalCode",
    "preferredDataLocation",
    "preferredLanguage",
    "proxyAddresses",
    "securityIdentifier",
    "showInAddressList",
    "state",
    "streetAddress",
    "surname",
    "usageLocation",
    "userPrincipalName",
    "userType",
];

/// Those of them that are lists.
const LISTS_OF_USER: [&str; 3] = ["businessPhones", "otherMails", "proxyAddresses"];

/// A type of directory object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectType {
    /// A user.
    User,
    /// A group.
    Group,
    /// A service principal, also that of a managed identity.
    ServicePrincipal,
    /// An application.
    Application,
}

impl ObjectType {
    /// All types.
    pub const ALL: [Self; 4] = [Self::User, Self::Group, Self::ServicePrincipal, Self::Application];

    /// Returns the type of a principal.
    pub const fn of(principal: &Principal) -> Self {
        match principal.kind {
            PrincipalKind::User(_) => Self::User,
            PrincipalKind::Group(_) => Self::Group,
            PrincipalKind::ServicePrincipal(_) | PrincipalKind::ManagedIdentity(_) => Self::ServicePrincipal,
        }
    }

    /// Returns the type whose collection has that name.
    pub fn of_collection(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.collection().eq_ignore_ascii_case(name))
    }

    /// Returns the name of its collection.
    pub const fn collection(self) -> &'static str {
        match self {
            Self::User => "users",
            Self::Group => "groups",
            Self::ServicePrincipal => "servicePrincipals",
            Self::Application => "applications",
        }
    }

    /// Returns its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::ServicePrincipal => "servicePrincipal",
            Self::Application => "application",
        }
    }

    /// Returns whether objects of the type have that property.
    pub fn has(self, property: &str) -> bool {
        let nobody = Principal {
            object_id: Uuid::nil(),
            tenant_id: Uuid::nil(),
            name: None,
            display_name: Default::default(),
            profile: Profile::default(),
            kind: PrincipalKind::User(User::default()),
        };
        let template = match self {
            Self::User => user_template(&nobody),
            Self::Group => group_template(&nobody),
            Self::ServicePrincipal => service_principal_template(&nobody, Uuid::nil()),
            Self::Application => application(&World::default(), &Application::new(Uuid::nil(), Uuid::nil(), Uuid::nil(), "")),
        };
        template.as_object().is_some_and(|it| it.keys().any(|known| known.eq_ignore_ascii_case(property)))
    }

    /// Returns its name in the `Location` of what was made.
    pub const fn location_name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::ServicePrincipal => "ServicePrincipal",
            Self::Application => "Application",
        }
    }
}

/// A directory object: a principal or an application.
#[derive(Clone, Copy, Debug)]
pub enum Object<'a> {
    /// A principal.
    Principal(&'a Principal),
    /// An application.
    Application(&'a Application),
}

impl Object<'_> {
    /// Returns the object id.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Principal(it) => it.object_id,
            Self::Application(it) => it.object_id,
        }
    }

    /// Returns the type.
    pub const fn object_type(self) -> ObjectType {
        match self {
            Self::Principal(it) => ObjectType::of(it),
            Self::Application(_) => ObjectType::Application,
        }
    }

    /// Returns all that Graph knows of it.
    pub fn document(self, world: &World) -> Document {
        let (template, profile) = match self {
            Self::Principal(it) => (principal(world, it), &it.profile),
            Self::Application(it) => (application(world, it), &it.profile),
        };
        let mut document = match template {
            Value::Object(document) => document,
            _ => Document::new(),
        };
        for (name, value) in &*profile.properties {
            lay_over(&mut document, name, value);
        }
        document
    }

    /// Returns what Graph shows of it unless it is asked for more; a user's id comes last.
    pub fn shown(self, world: &World) -> Document {
        let document = self.document(world);
        if self.object_type() != ObjectType::User {
            return document;
        }
        OF_USER.iter().filter_map(|name| document.get_key_value(*name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Returns what Graph shows of it among objects of several types: the type and the id first.
    pub fn shown_among_others(self, world: &World) -> Document {
        let mut shown = Document::new();
        shown.insert("@odata.type".to_owned(), format!("#microsoft.graph.{}", self.object_type().name()).into());
        shown.insert("id".to_owned(), json!(self.id()));
        shown.extend(self.shown(world));
        shown
    }
}

fn lay_over(document: &mut Document, name: &str, value: &Value) {
    match (document.get_mut(name), value) {
        (Some(Value::Object(before)), Value::Object(after)) => after.iter().for_each(|(name, value)| lay_over(before, name, value)),
        _ => drop(document.insert(name.to_owned(), value.clone())),
    }
}

fn principal(world: &World, it: &Principal) -> Value {
    match &it.kind {
        PrincipalKind::User(user) => {
            let mut document = user_template(it);
            if let Some(document) = document.as_object_mut() {
                document.insert("userPrincipalName".to_owned(), (*user.user_principal_name).into());
                document.insert("accountEnabled".to_owned(), (!user.disabled).into());
                document.insert("userType".to_owned(), if user.guest { "Guest" } else { "Member" }.into());
            }
            document
        }
        PrincipalKind::Group(_) => group_template(it),
        PrincipalKind::ServicePrincipal(own) => of_application(world, it, own),
        PrincipalKind::ManagedIdentity(own) => of_identity(it, own),
    }
}

/// Returns when an object was made, as Graph prints it; null when nobody knows.
fn created(profile: &Profile) -> Value {
    profile.created_on.map_or(Value::Null, |at| credential::time(at).into())
}

fn user_template(it: &Principal) -> Value {
    let empty = |name: &&str| ((*name).to_owned(), if LISTS_OF_USER.contains(name) { json!([]) } else { Value::Null });
    let mut document: Document = ALL_OF_USER.iter().map(empty).collect();
    document.insert("id".to_owned(), json!(it.object_id));
    document.insert("createdDateTime".to_owned(), created(&it.profile));
    document.insert("displayName".to_owned(), (*it.display_name).into());
    document.insert("securityIdentifier".to_owned(), security_identifier(it.object_id).into());
    Value::Object(document)
}

fn group_template(it: &Principal) -> Value {
    json!({
        "id": it.object_id, "deletedDateTime": null, "classification": null, "createdDateTime": created(&it.profile),
        "creationOptions": [], "description": null, "displayName": &*it.display_name, "expirationDateTime": null, "groupTypes": [],
        "isAssignableToRole": null, "mail": null, "mailEnabled": false, "mailNickname": null, "membershipRule": null,
        "membershipRuleProcessingState": null, "onPremisesDomainName": null, "onPremisesLastSyncDateTime": null,
        "onPremisesNetBiosName": null, "onPremisesSamAccountName": null, "onPremisesSecurityIdentifier": null,
        "onPremisesSyncEnabled": null, "preferredDataLocation": null, "preferredLanguage": null, "proxyAddresses": [],
        "renewedDateTime": created(&it.profile), "resourceBehaviorOptions": [], "resourceProvisioningOptions": [],
        "securityEnabled": true, "securityIdentifier": security_identifier(it.object_id), "theme": null, "visibility": null,
        "onPremisesProvisioningErrors": [], "serviceProvisioningErrors": [],
    })
}

fn of_application(world: &World, it: &Principal, own: &ServicePrincipal) -> Value {
    let application = world.directory.application_of(own.app_id);
    let of_application = |name: &str| application.and_then(|it| it.profile.properties.get(name)).cloned().unwrap_or(Value::Null);
    let names = [own.app_id.to_string()].into_iter();
    let names: Vec<String> = names.chain(application.iter().flat_map(|it| it.identifier_uris()).map(str::to_owned)).collect();
    let mut document = service_principal_template(it, own.app_id);
    let more = json!({
        "accountEnabled": !own.disabled, "appDisplayName": application.map(|it| &*it.display_name),
        "appDescription": of_application("description"), "appOwnerOrganizationId": application.map(|it| it.tenant_id),
        "servicePrincipalNames": names, "servicePrincipalType": "Application",
        "signInAudience": application.map(|it| audience(it)), "keyCredentials": credential::keys(&own.credentials),
        "passwordCredentials": credential::passwords(&own.credentials),
    });
    if let (Some(document), Value::Object(more)) = (document.as_object_mut(), more) {
        document.extend(more);
    }
    document
}

fn of_identity(it: &Principal, own: &ManagedIdentity) -> Value {
    let explicit = if own.user_assigned { "isExplicit=True" } else { "isExplicit=False" };
    let mut document = service_principal_template(it, own.client_id);
    let more = json!({
        "alternativeNames": [explicit, own.resource.as_str()], "servicePrincipalNames": [own.client_id],
        "servicePrincipalType": "ManagedIdentity",
    });
    if let (Some(document), Value::Object(more)) = (document.as_object_mut(), more) {
        document.extend(more);
    }
    document
}

fn service_principal_template(it: &Principal, app_id: Uuid) -> Value {
    json!({
        "id": it.object_id, "deletedDateTime": null, "accountEnabled": true, "alternativeNames": [], "appDisplayName": null,
        "appDescription": null, "appId": app_id, "applicationTemplateId": null, "appOwnerOrganizationId": null,
        "appRoleAssignmentRequired": false, "createdDateTime": created(&it.profile), "description": null,
        "disabledByMicrosoftStatus": null, "displayName": &*it.display_name, "homepage": null, "loginUrl": null, "logoutUrl": null,
        "notes": null, "notificationEmailAddresses": [], "preferredSingleSignOnMode": null,
        "preferredTokenSigningKeyThumbprint": null, "replyUrls": [], "servicePrincipalNames": [], "servicePrincipalType": null,
        "signInAudience": null, "tags": [], "tokenEncryptionKeyId": null, "samlSingleSignOnSettings": null,
        "verifiedPublisher": { "displayName": null, "verifiedPublisherId": null, "addedDateTime": null }, "addIns": [], "appRoles": [],
        "info": info(), "keyCredentials": [], "oauth2PermissionScopes": [], "passwordCredentials": [],
        "resourceSpecificApplicationPermissions": [],
    })
}

fn application(world: &World, it: &Application) -> Value {
    let domain = world.directory.tenant(it.tenant_id).map(|tenant| &*tenant.domain);
    // Tokens of the second version are what applications get that also serve personal accounts.
    let version = audience(it).contains("PersonalMicrosoftAccount").then_some(2);
    json!({
        "id": it.object_id, "deletedDateTime": null, "appId": it.app_id, "applicationTemplateId": null,
        "disabledByMicrosoftStatus": null, "createdDateTime": created(&it.profile), "displayName": &*it.display_name,
        "description": null, "groupMembershipClaims": null, "identifierUris": [], "isDeviceOnlyAuthSupported": null,
        "isFallbackPublicClient": null, "notes": null, "publisherDomain": domain, "serviceManagementReference": null,
        "signInAudience": audience(it), "tags": [], "tokenEncryptionKeyId": null, "defaultRedirectUri": null, "certification": null,
        "optionalClaims": null, "addIns": [],
        "api": { "acceptMappedClaims": null, "knownClientApplications": [], "requestedAccessTokenVersion": version,
            "oauth2PermissionScopes": [], "preAuthorizedApplications": [] },
        "appRoles": [], "info": info(), "keyCredentials": credential::keys(&it.credentials),
        "parentalControlSettings": { "countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow" },
        "passwordCredentials": credential::passwords(&it.credentials), "publicClient": { "redirectUris": [] },
        "requiredResourceAccess": [],
        "verifiedPublisher": { "displayName": null, "verifiedPublisherId": null, "addedDateTime": null },
        "web": { "homePageUrl": null, "logoutUrl": null, "redirectUris": it.web_redirect_uris(),
            "implicitGrantSettings": { "enableAccessTokenIssuance": false, "enableIdTokenIssuance": false } },
        "spa": { "redirectUris": [] },
    })
}

/// Who may sign in to an application; what the Azure CLI was answered when it did not say.
fn audience(it: &Application) -> &str {
    it.profile.properties.get("signInAudience").and_then(Value::as_str).unwrap_or("AzureADandPersonalMicrosoftAccount")
}

fn info() -> Value {
    json!({ "logoUrl": null, "marketingUrl": null, "privacyStatementUrl": null, "supportUrl": null, "termsOfServiceUrl": null })
}

/// Returns the security identifier that belongs to an object id: its bytes as four numbers.
fn security_identifier(id: Uuid) -> String {
    let bytes = id.to_bytes_le();
    let numbers = bytes.chunks(4).map(|part| part.iter().rev().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte)));
    numbers.fold("S-1-12-1".to_owned(), |text, number| format!("{text}-{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_security_identifier_is_as_recorded() {
        let id = Uuid::parse_str("a3f6c606-38ec-42d7-8c0e-d4ecaf0d9d61").unwrap();
        assert_eq!(security_identifier(id), "S-1-12-1-2750858758-1121401068-3973320332-1637682607");
    }
}

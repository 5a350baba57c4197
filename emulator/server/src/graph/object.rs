//! Directory objects as Microsoft Graph shows them.
//!
//! Only members that the world knows; the order is that of `client-connection` 7. `@odata.type` is what the Azure CLI
//! takes a principal's type from.

use adf_emulator_core::directory::{Principal, PrincipalKind};
use adf_emulator_core::world::Document;
use serde_json::{Value, json};

/// A type of directory object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectType {
    /// A user.
    User,
    /// A group.
    Group,
    /// A service principal, also that of a managed identity.
    ServicePrincipal,
}

impl ObjectType {
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
        [Self::User, Self::Group, Self::ServicePrincipal].into_iter().find(|it| it.collection().eq_ignore_ascii_case(name))
    }

    /// Returns the name of its collection.
    pub const fn collection(self) -> &'static str {
        match self {
            Self::User => "users",
            Self::Group => "groups",
            Self::ServicePrincipal => "servicePrincipals",
        }
    }

    /// Returns its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::ServicePrincipal => "servicePrincipal",
        }
    }

    /// Returns the properties that can be filtered by.
    pub const fn properties(self) -> &'static [&'static str] {
        match self {
            Self::User => &["id", "displayName", "userPrincipalName"],
            Self::Group => &["id", "displayName"],
            Self::ServicePrincipal => &["id", "appId", "displayName", "servicePrincipalType", "servicePrincipalNames", "alternativeNames"],
        }
    }
}

/// Returns a principal as Graph shows it.
pub fn object(principal: &Principal) -> Document {
    let odata_type = format!("#microsoft.graph.{}", ObjectType::of(principal).name());
    let (id, tenant_id, display_name) = (principal.object_id, principal.tenant_id, &*principal.display_name);
    let object = match &principal.kind {
        PrincipalKind::User(user) => json!({
            "@odata.type": odata_type, "id": id, "displayName": display_name, "userPrincipalName": &*user.user_principal_name,
        }),
        PrincipalKind::Group(_) => json!({
            "@odata.type": odata_type, "id": id, "displayName": display_name, "mailEnabled": false, "securityEnabled": true,
        }),
        PrincipalKind::ServicePrincipal(it) => json!({
            "@odata.type": odata_type, "id": id, "appId": it.app_id, "displayName": display_name, "servicePrincipalType": "Application",
            "servicePrincipalNames": [it.app_id], "accountEnabled": !it.disabled, "appOwnerOrganizationId": tenant_id,
        }),
        PrincipalKind::ManagedIdentity(it) => json!({
            "@odata.type": odata_type, "id": id, "appId": it.client_id, "displayName": display_name, "servicePrincipalType": "ManagedIdentity",
            "servicePrincipalNames": [it.client_id], "accountEnabled": true,
            "alternativeNames": [if it.user_assigned { "isExplicit=True" } else { "isExplicit=False" }, it.resource.as_str()],
        }),
    };
    match object {
        Value::Object(object) => object,
        _ => Document::new(),
    }
}

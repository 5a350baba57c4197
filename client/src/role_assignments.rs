//! Role assignments: who holds which role at which scope.
//!
//! Only what sharing needs: create, get, list at a scope, delete.
//! Follows <https://learn.microsoft.com/rest/api/authorization/role-assignments>.

use crate::{
    arm::{ArmClient, ArmRequest},
    error::{Error, Result},
    models::{RoleAssignment, RoleAssignmentProperties},
};
use std::fmt;

/// The role that lets a factory use a shared runtime.
/// <https://learn.microsoft.com/azure/role-based-access-control/built-in-roles#contributor>
pub const CONTRIBUTOR: &str = "b24988ac-6180-42a0-ab88-20f7382dd24c";

const API_VERSION: &str = "2022-04-01";

/// The operations of `Microsoft.Authorization/roleAssignments`.
#[derive(Debug, Clone, Copy)]
pub struct RoleAssignments<'a>(pub(crate) &'a ArmClient);

/// Which assignments to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleAssignmentFilter {
    /// Those at the scope and above it.
    AtScope,
    /// Those of one principal at, above and below the scope; not those of its groups.
    Principal(String),
    /// Those of one principal and of its groups.
    AssignedTo(String),
}

impl RoleAssignments<'_> {
    /// Gives `principal_id` the role at `scope`, under a new random name.
    ///
    /// `principal_type` is `ServicePrincipal` for a managed identity; without it the service looks the
    /// principal up and answers `PrincipalNotFound` when it was made a moment ago or elsewhere.
    ///
    /// # Errors
    /// The service's refusal, such as `AuthorizationFailed` and `RoleAssignmentExists`.
    pub async fn create(
        &self,
        scope: impl fmt::Display,
        role_definition_guid: &str,
        principal_id: &str,
        principal_type: Option<&str>,
    ) -> Result<RoleAssignment> {
        let name = uuid::Uuid::new_v4();
        let assignment = RoleAssignment {
            properties: RoleAssignmentProperties {
                role_definition_id: format!("{scope}/providers/Microsoft.Authorization/roleDefinitions/{role_definition_guid}"),
                principal_id: principal_id.to_owned(),
                principal_type: principal_type.map(str::to_owned),
                ..RoleAssignmentProperties::default()
            },
            ..RoleAssignment::default()
        };
        let request = ArmRequest::put(format!("{scope}/{COLLECTION}/{name}"));
        let request = request.query("api-version", API_VERSION);
        self.0.send(request.json(&assignment)?).await?.json()
    }

    /// Returns the assignment with this id.
    ///
    /// # Errors
    /// `RoleAssignmentNotFound` when there is none.
    pub async fn get(&self, id: &str) -> Result<RoleAssignment> {
        let request = ArmRequest::get(id).query("api-version", API_VERSION);
        self.0.send(request).await?.json()
    }

    /// Returns the assignments that the filter asks for.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn list_for_scope(&self, scope: impl fmt::Display, filter: &RoleAssignmentFilter) -> Result<Vec<RoleAssignment>> {
        let request =
            ArmRequest::get(format!("{scope}/{COLLECTION}")).query("$filter", filter.to_string()).query("api-version", API_VERSION);
        self.0.list(request).await
    }

    /// Deletes an assignment by its id. Returns false when there was none.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the assignment has no id; else the service's refusal.
    pub async fn delete(&self, assignment: &RoleAssignment) -> Result<bool> {
        let id = assignment.id.as_ref();
        let id = id.ok_or_else(|| Error::invalid("the role assignment has no id"))?;
        let request = ArmRequest::delete(id).query("api-version", API_VERSION);
        self.0.delete(request).await
    }
}

const COLLECTION: &str = "providers/Microsoft.Authorization/roleAssignments";

impl fmt::Display for RoleAssignmentFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtScope => f.write_str("atScope()"),
            Self::Principal(id) => write!(f, "principalId eq '{id}'"),
            Self::AssignedTo(id) => write!(f, "assignedTo('{id}')"),
        }
    }
}

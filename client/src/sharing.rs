//! The documented steps of sharing a self-hosted integration runtime with another factory.
//!
//! Sharing is a role assignment at the shared runtime, linking is a runtime that names it, revoking is
//! deleting the assignment, unlinking is telling the shared runtime to forget the other factory.
//! Follows <https://learn.microsoft.com/azure/data-factory/create-shared-self-hosted-integration-runtime-powershell>.

use crate::{
    arm::ArmClient,
    error::{Error, Result},
    factories::Factories,
    integration_runtimes::IntegrationRuntimes,
    models::{CredentialReference, IntegrationRuntimeResource, LinkedIntegrationRuntime, RoleAssignment},
    resource_id::{FactoryId, IntegrationRuntimeId, same_id},
    role_assignments::{CONTRIBUTOR, RoleAssignmentFilter, RoleAssignments},
};

/// The steps of sharing, each one or two requests.
#[derive(Debug, Clone, Copy)]
pub struct Sharing<'a>(pub(crate) &'a ArmClient);

/// What a factory needs to be linked with, beyond the id of the shared runtime.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkOptions {
    /// A description of the linked runtime.
    pub description: Option<String>,
    /// The credential of the linking factory whose user-assigned identity was granted.
    pub credential: Option<String>,
}

/// What revoking did.
#[derive(Debug, Clone, PartialEq)]
pub struct Revocation {
    /// The assignments that were deleted.
    pub removed: Vec<RoleAssignment>,
    /// What the same principal still holds at the runtime or above it, and may still let it in.
    pub remaining: Vec<RoleAssignment>,
}

impl Sharing<'_> {
    /// Returns the object id of a factory's managed identity, which is what gets permission.
    ///
    /// # Errors
    /// [`Error::NoIdentity`] when the factory has no system-assigned identity; else the service's refusal.
    pub async fn principal_of(&self, factory: &FactoryId) -> Result<String> {
        let document = Factories(self.0).get(factory).await?;
        match document.principal_id() {
            Some(principal) => Ok(principal.to_owned()),
            None => Err(Error::NoIdentity { factory: factory.name().to_owned() }),
        }
    }

    /// Shares the runtime with a factory: its managed identity becomes Contributor at the runtime.
    ///
    /// # Errors
    /// As [`Sharing::principal_of`] and [`Sharing::grant`].
    pub async fn share(&self, runtime: &IntegrationRuntimeId, with: &FactoryId) -> Result<RoleAssignment> {
        let principal = self.principal_of(with).await?;
        self.grant(runtime, &principal).await
    }

    /// Shares the runtime with an identity that is known by its object id.
    ///
    /// # Errors
    /// The service's refusal: `AuthorizationFailed` without `Microsoft.Authorization/roleAssignments/write`
    /// at the runtime, `RoleAssignmentExists` when it is shared already.
    pub async fn grant(&self, runtime: &IntegrationRuntimeId, principal_id: &str) -> Result<RoleAssignment> {
        // The type is sent because an identity made a moment ago may not be in the directory yet.
        RoleAssignments(self.0).create(runtime, CONTRIBUTOR, principal_id, Some("ServicePrincipal")).await
    }

    /// Creates the linked runtime `linked` over the shared one.
    ///
    /// # Errors
    /// The service's refusal: `UnauthorizedIntegrationRuntimeAccess` before it is shared,
    /// `ManagedIdentityRequiredToCreateLinkedIntegrationRuntime` without an identity.
    pub async fn link(
        &self,
        linked: &IntegrationRuntimeId,
        shared: &IntegrationRuntimeId,
        options: LinkOptions,
    ) -> Result<IntegrationRuntimeResource> {
        let mut body = IntegrationRuntimeResource::linked(shared.to_string()).with_description(options.description);
        let type_properties = body.properties.type_properties.as_mut();
        if let Some(link) = type_properties.and_then(|it| it.linked_info.as_mut()) {
            link.credential = options.credential.map(CredentialReference::to);
        }
        IntegrationRuntimes(self.0).create_or_update(linked, &body).await
    }

    /// Returns who is linked to a shared runtime, as its status tells.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn links(&self, shared: &IntegrationRuntimeId) -> Result<Vec<LinkedIntegrationRuntime>> {
        let status = IntegrationRuntimes(self.0).get_status(shared).await?;
        Ok(status.properties.type_properties.links.unwrap_or_default())
    }

    /// Revokes the sharing: deletes what [`Sharing::grant`] made for this principal at the runtime.
    ///
    /// # Errors
    /// The service's refusal: `AuthorizationFailed` without `Microsoft.Authorization/roleAssignments/delete`.
    pub async fn revoke(&self, runtime: &IntegrationRuntimeId, principal_id: &str) -> Result<Revocation> {
        let assignments = RoleAssignments(self.0);
        let filter = RoleAssignmentFilter::Principal(principal_id.to_owned());
        let held = assignments.list_for_scope(runtime, &filter).await?;
        let (grants, remaining): (Vec<_>, Vec<_>) = held.into_iter().partition(|it| is_grant(it, runtime));
        for grant in &grants {
            assignments.delete(grant).await?;
        }
        Ok(Revocation { removed: grants, remaining })
    }

    /// Removes a factory's links from the shared runtime. The factory is named by its bare name.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn unlink(&self, shared: &IntegrationRuntimeId, factory_name: &str) -> Result<()> {
        IntegrationRuntimes(self.0).remove_links(shared, factory_name).await
    }
}

/// True for Contributor at exactly this runtime, and not above it.
fn is_grant(assignment: &RoleAssignment, runtime: &IntegrationRuntimeId) -> bool {
    let properties = &assignment.properties;
    let scope = properties.scope.as_deref().unwrap_or_default();
    let role = properties.role_definition_id.rsplit('/').next();
    same_id(scope, &runtime.to_string()) && role.is_some_and(|role| role.eq_ignore_ascii_case(CONTRIBUTOR))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_azure::FakeAzure;
    use serde_json::{Value, json};

    const SHARED: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataFactory/factories/adf1/integrationRuntimes/ir1";
    const ASSIGNMENTS: &str = "providers/Microsoft.Authorization/roleAssignments";

    fn shared() -> IntegrationRuntimeId {
        SHARED.parse().unwrap()
    }

    fn held(name: &str, role: &str, scope: &str) -> Value {
        json!({"id": format!("{scope}/{ASSIGNMENTS}/{name}"), "name": name, "properties": {
            "roleDefinitionId": format!("/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/{role}"),
            "principalId": "p", "principalType": "ServicePrincipal", "scope": scope }})
    }

    #[tokio::test]
    async fn sharing_makes_the_factorys_identity_contributor_at_the_runtime() {
        let azure = FakeAzure::new();
        azure
            .answers(200, json!({"identity":{"type":"SystemAssigned","principalId":"p","tenantId":"t"}}))
            .answers(201, held("a", CONTRIBUTOR, SHARED));
        let linking = FactoryId::new("s", "g", "adf2").unwrap();
        azure.client().sharing().share(&shared(), &linking).await.unwrap();
        let put = azure.seen()[1].clone();
        assert!(put.line.starts_with(&format!("PUT {SHARED}/{ASSIGNMENTS}/")), "{}", put.line);
        assert!(put.line.ends_with("?api-version=2022-04-01"), "{}", put.line);
        assert_eq!(
            put.body,
            json!({"properties":{
                "roleDefinitionId": format!("{SHARED}/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR}"),
                "principalId":"p","principalType":"ServicePrincipal"}})
        );
    }

    #[tokio::test]
    async fn a_factory_without_identity_cannot_be_shared_with() {
        let azure = FakeAzure::new();
        azure.answers(200, json!({"name":"adf2","location":"eastus"}));
        let linking = FactoryId::new("s", "g", "adf2").unwrap();
        let error = azure.client().sharing().share(&shared(), &linking).await.unwrap_err();
        assert!(error.to_string().contains("'adf2' has no system-assigned"), "{error}");
        assert_eq!(azure.lines().len(), 1);
    }

    #[tokio::test]
    async fn revoking_deletes_the_grant_and_names_what_else_lets_in() {
        let lower = SHARED.replace("integrationRuntimes", "integrationruntimes");
        let reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
        let azure = FakeAzure::new();
        azure
            .answers(
                200,
                json!({"value":[held("1", CONTRIBUTOR, &lower), held("2", reader, &lower),
                held("3", CONTRIBUTOR, "/subscriptions/s/resourceGroups/g")]}),
            )
            .answers(200, held("1", CONTRIBUTOR, &lower));
        let done = azure.client().sharing().revoke(&shared(), "p").await.unwrap();
        assert_eq!((done.removed.len(), done.remaining.len()), (1, 2));
        assert_eq!(
            azure.lines(),
            [
                format!("GET {SHARED}/{ASSIGNMENTS}?%24filter=principalId+eq+%27p%27&api-version=2022-04-01"),
                format!("DELETE {lower}/{ASSIGNMENTS}/1?api-version=2022-04-01"),
            ]
        );
    }

    #[tokio::test]
    async fn a_link_with_a_credential_names_it() {
        let azure = FakeAzure::new();
        azure.answers(200, json!({"properties":{"type":"SelfHosted"}}));
        let linked: IntegrationRuntimeId = SHARED.replace("adf1", "adf2").parse().unwrap();
        let options = LinkOptions { description: None, credential: Some("uami".to_owned()) };
        azure.client().sharing().link(&linked, &shared(), options).await.unwrap();
        assert_eq!(
            azure.seen()[0].body["properties"]["typeProperties"]["linkedInfo"],
            json!({"authorizationType":"RBAC","resourceId":SHARED,
                "credential":{"referenceName":"uami","type":"CredentialReference"}})
        );
    }
}

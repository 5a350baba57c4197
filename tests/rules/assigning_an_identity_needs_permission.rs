//! `assigning-an-identity-needs-permission`

use adf_emulator_tests::{Azure, RG_LINKED, factory, role_assignment};
use reqwest::Method;
use serde_json::json;

const MANAGED_IDENTITY_OPERATOR: &str = "f1a07417-d97a-45cb-824c-7a7467783830";

#[tokio::test]
async fn a_factory_contributor_assigns_only_the_identities_that_it_may_assign() {
    let azure = Azure::start().await;
    let uai = format!("{RG_LINKED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default");
    let factory = factory(RG_LINKED, "linking");
    let identity = json!({ "type": "UserAssigned", "userAssignedIdentities": { uai.clone(): {} } });
    let body = json!({ "location": "eastus", "identity": identity });
    let caller = azure.caller("factory-contributor");
    let answer = caller.is_refused(Method::PUT, &factory, body.clone(), 403, "LinkedAuthorizationFailed").await;
    answer.by_rule("assigning-an-identity-needs-permission").says(&format!(
        "The client '33333333-3333-3333-3333-000000000005' with object id '44444444-4444-4444-4444-000000000005' has permission to \
         perform action 'Microsoft.DataFactory/factories/write' on scope '{factory}'; however, it does not have permission to perform \
         action(s) 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action' on the linked scope(s) '{uai}' (respectively) or \
         the linked scope(s) are invalid."
    ));
    let grant = adf_emulator_tests::grant(MANAGED_IDENTITY_OPERATOR, "44444444-4444-4444-4444-000000000005");
    azure.owner().put(&role_assignment(&uai, 1), grant).await.has_status(201);
    caller.put(&factory, body).await.has_status(200);
}

//! `condition-has-to-hold`

use adf_emulator_tests::{Azure, CONTRIBUTOR, READER, RG_SHARED, grant, role_assignment};
use reqwest::Method;

/// Role Based Access Control Administrator.
const ADMINISTRATOR: &str = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";

#[tokio::test]
async fn who_may_assign_one_role_assigns_that_one_and_no_other() {
    let azure = Azure::start().await;
    let (stranger, id) = (azure.caller("stranger"), "44444444-4444-4444-4444-000000000006");
    let mut held = grant(ADMINISTRATOR, id);
    held["properties"]["condition"] = format!(
        "!(ActionMatches{{'Microsoft.Authorization/roleAssignments/write'}}) OR \
         @Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{READER}}}"
    )
    .into();
    azure.owner().put(&role_assignment(RG_SHARED, 1), held).await.has_status(201);
    let assignment = role_assignment(RG_SHARED, 2);
    let answer = stranger.is_refused(Method::PUT, &assignment, grant(CONTRIBUTOR, id), 403, "AuthorizationFailed").await;
    answer.by_rule("condition-has-to-hold").says(&format!(
        "The client '33333333-3333-3333-3333-000000000006' with object id '{id}' does not have authorization or an ABAC condition not \
         fulfilled to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '{assignment}' or the scope is invalid. If \
         access was recently granted, please refresh your credentials."
    ));
    stranger.put(&assignment, grant(READER, id)).await.has_status(201);
}

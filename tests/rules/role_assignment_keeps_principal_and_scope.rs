//! `role-assignment-keeps-principal-and-scope`

use adf_emulator_tests::{Azure, READER, RG_LINKED, RG_SHARED, grant, role_assignment};
use reqwest::Method;

#[tokio::test]
async fn a_name_in_use_is_not_given_to_another_principal_or_scope() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let body = grant(READER, "44444444-4444-4444-4444-000000000006");
    owner.put(&role_assignment(RG_SHARED, 1), body.clone()).await.has_status(201);
    let another = grant(READER, "44444444-4444-4444-4444-000000000003");
    for (scope, body) in [(RG_SHARED, another), (RG_LINKED, body.clone())] {
        let answer = owner.is_refused(Method::PUT, &role_assignment(scope, 1), body, 400, "RoleAssignmentUpdateNotPermitted").await;
        answer.says("Tenant ID, application ID, principal ID, and scope are not allowed to be updated.");
        answer.by_rule("role-assignment-keeps-principal-and-scope");
    }
    let mut described = body;
    described["properties"]["description"] = "why".into();
    let made = owner.put(&role_assignment(&RG_SHARED.to_uppercase(), 1), described).await.has_status(201).json();
    assert_eq!(made["properties"]["description"], "why");
}

//! `role-assignment-is-unique`

use adf_emulator_tests::{Azure, CONTRIBUTOR, READER, RG_LINKED, RG_SHARED, grant, role_assignment};
use reqwest::Method;

#[tokio::test]
async fn the_same_grant_under_another_name_is_refused_with_the_id_of_the_first() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let body = grant(READER, "44444444-4444-4444-4444-000000000006");
    owner.put(&role_assignment(RG_SHARED, 1), body.clone()).await.has_status(201);
    let mut conditioned = body.clone();
    conditioned["properties"]["condition"] = "@Resource[a] StringEquals 'b'".into();
    for again in [body.clone(), conditioned] {
        let answer = owner.is_refused(Method::PUT, &role_assignment(RG_SHARED, 2), again, 409, "RoleAssignmentExists").await;
        answer.says("The role assignment already exists. The ID of the existing role assignment is aaaaaaaa000040008000000000000001.");
        answer.by_rule("role-assignment-is-unique");
    }
    owner.put(&role_assignment(RG_SHARED, 1), body.clone()).await.has_status(201);
    owner.put(&role_assignment(RG_LINKED, 3), body).await.has_status(201);
    owner.put(&role_assignment(RG_SHARED, 4), grant(CONTRIBUTOR, "44444444-4444-4444-4444-000000000006")).await.has_status(201);
}

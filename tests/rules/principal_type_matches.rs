//! `principal-type-matches`

use adf_emulator_tests::{Azure, READER, RG_SHARED, grant, role_assignment};
use reqwest::Method;

#[tokio::test]
async fn the_type_of_a_known_principal_must_be_its_own() {
    let azure = Azure::start().await;
    let (owner, name) = (azure.owner(), role_assignment(RG_SHARED, 1));
    let mut body = grant(READER, "44444444-4444-4444-4444-000000000006");
    body["properties"]["principalType"] = "Group".into();
    let answer = owner.is_refused(Method::PUT, &name, body.clone(), 400, "UnmatchedPrincipalType").await;
    answer.by_rule("principal-type-matches").says(
        "The PrincipalId '44444444444444444444000000000006' has type 'ServicePrincipal' , which is different from specified PrinciaplType 'Group'.",
    );
    body["properties"]["principalType"] = "ServicePrincipal".into();
    owner.put(&name, body).await.has_status(201);
}

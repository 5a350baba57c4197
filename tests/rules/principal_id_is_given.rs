//! `principal-id-is-given`

use adf_emulator_tests::{Azure, READER, RG_SHARED, grant, role_assignment};
use reqwest::Method;

#[tokio::test]
async fn an_empty_id_is_refused() {
    let azure = Azure::start().await;
    let (owner, name) = (azure.owner(), role_assignment(RG_SHARED, 1));
    let answer = owner.is_refused(Method::PUT, &name, grant(READER, ""), 400, "InvalidPrincipalId").await;
    answer.says("A valid principal ID must be provided for role assignment.").by_rule("principal-id-is-given");
    owner.put(&name, grant(READER, "44444444-4444-4444-4444-000000000006")).await.has_status(201);
}

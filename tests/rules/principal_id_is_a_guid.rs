//! `principal-id-is-a-guid`

use adf_emulator_tests::{Azure, READER, RG_SHARED, grant, role_assignment};
use reqwest::Method;

#[tokio::test]
async fn a_sign_in_name_is_refused() {
    let azure = Azure::start().await;
    let (owner, name) = (azure.owner(), role_assignment(RG_SHARED, 1));
    let by_name = grant(READER, "ada@contoso.onmicrosoft.com");
    let answer = owner.is_refused(Method::PUT, &name, by_name, 400, "InvalidPrincipalId").await;
    answer.says("The Principal ID 'ada@contoso.onmicrosoft.com' is not valid. Principal ID must be a GUID.");
    answer.by_rule("principal-id-is-a-guid");
    owner.put(&name, grant(READER, "44444444-4444-4444-4444-000000000006")).await.has_status(201);
}

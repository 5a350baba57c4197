//! `principal-type-is-known`

use adf_emulator_tests::{Azure, READER, RG_SHARED, grant, role_assignment};
use reqwest::Method;
use serde_json::Value;

fn typed(principal_type: &str) -> Value {
    let mut body = grant(READER, "44444444-4444-4444-4444-000000000006");
    body["properties"]["principalType"] = principal_type.into();
    body
}

#[tokio::test]
async fn a_word_that_azure_does_not_have_is_refused() {
    let azure = Azure::start().await;
    let (owner, name) = (azure.owner(), role_assignment(RG_SHARED, 1));
    let answer = owner.is_refused(Method::PUT, &name, typed("MSI"), 400, "BadRequestFormat").await;
    answer.says("The PrincipalType property 'MSI' is not valid. It must be 'User', 'Group' or 'ServicePrincipal'.");
    answer.by_rule("principal-type-is-known");
    owner.put(&name, typed("servicePrincipal")).await.has_status(201);
}

//! `role-assignment-condition-is-valid`

use adf_emulator_tests::{Azure, READER, RG_SHARED, grant, role_assignment};
use reqwest::Method;
use serde_json::Value;

const CONDITION: &str = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:Name] StringEquals 'a'";

fn conditioned(condition: &str, version: Option<&str>) -> Value {
    let mut body = grant(READER, "44444444-4444-4444-4444-000000000006");
    body["properties"]["condition"] = condition.into();
    body["properties"]["conditionVersion"] = version.into();
    body
}

#[tokio::test]
async fn a_condition_is_of_version_two_of_at_most_8_kb_and_an_expression() {
    let azure = Azure::start().await;
    let (owner, name) = (azure.owner(), role_assignment(RG_SHARED, 1));
    let sized = |bytes: usize| format!("{CONDITION} OR @Principal[b] StringEquals '{}'", "c".repeat(bytes - CONDITION.len() - 33));
    assert_eq!(sized(8_192).len(), 8_192);
    for (condition, version) in [
        (CONDITION, Some("1.0")),
        (&sized(8_193), Some("2.0")),
        ("(@Resource[a] StringEquals 'b'", Some("2.0")),
        ("@Resource[a] StringEquals 'b' AND @Resource[a] StringEquals 'c' OR @Resource[a] StringEquals 'd'", None),
    ] {
        let answer = owner.is_refused(Method::PUT, &name, conditioned(condition, version), 400, "BadRequestFormat").await;
        answer.says("The given role assignment condition is invalid.").by_rule("role-assignment-condition-is-valid");
    }
    owner.put(&name, conditioned(&sized(8_192), Some("2.0"))).await.has_status(201);
    let made = owner.put(&name, conditioned(CONDITION, None)).await.has_status(201).json();
    assert_eq!((&made["properties"]["condition"], &made["properties"]["conditionVersion"]), (&CONDITION.into(), &"2.0".into()));
    // A group has no such attribute, so the condition is never met there.
    azure.caller("stranger").get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
}

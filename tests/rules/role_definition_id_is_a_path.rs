//! `role-definition-id-is-a-path`

use adf_emulator_tests::{Azure, READER, RG_SHARED, SUBSCRIPTION, role_assignment};
use reqwest::Method;
use serde_json::{Value, json};

fn role(id: &str) -> Value {
    json!({ "properties": { "roleDefinitionId": id, "principalId": "44444444-4444-4444-4444-000000000006" } })
}

#[tokio::test]
async fn a_bare_guid_or_a_name_is_refused_and_every_scope_is_accepted() {
    let azure = Azure::start().await;
    let (owner, name) = (azure.owner(), role_assignment(RG_SHARED, 1));
    for id in [READER, "Reader", "/subscriptions/Reader", "/providers/Microsoft.Authorization/roleDefinitions/Reader"] {
        let answer = owner.is_refused(Method::PUT, &name, role(id), 400, "BadRequestFormat").await;
        answer.says("The request was incorrectly formatted.").by_rule("role-definition-id-is-a-path");
    }
    for scope in ["", SUBSCRIPTION, RG_SHARED] {
        let id = format!("{scope}/providers/microsoft.authorization/roledefinitions/{READER}");
        let made = owner.put(&name, role(&id)).await.has_status(201).json();
        let shown = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{READER}");
        assert_eq!(made["properties"]["roleDefinitionId"], shown.as_str());
    }
}

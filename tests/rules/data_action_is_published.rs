//! `data-action-is-published`

use adf_emulator_tests::{Azure, SUBSCRIPTION, custom_role, role_definition};
use reqwest::Method;
use serde_json::{Value, json};

fn with(list: &str, action: &str) -> Value {
    let mut body = custom_role("Linker", &[SUBSCRIPTION]);
    body["properties"]["permissions"] = json!([{ list: [action] }]);
    body
}

#[tokio::test]
async fn a_control_action_is_no_data_action() {
    let (azure, role) = (Azure::start().await, role_definition(SUBSCRIPTION, 1));
    for list in ["dataActions", "notDataActions"] {
        for action in ["Microsoft.DataFactory/factories/read", "Contoso.Flights/planes/read"] {
            let body = with(list, action);
            let answer = azure.owner().is_refused(Method::PUT, &role, body, 400, "InvalidDataActionOrNotDataAction").await;
            answer.by_rule("data-action-is-published");
        }
        for action in ["Microsoft.DataFactory/factories/credentials/useSecrets/action", "Microsoft.Storage/*/read"] {
            azure.owner().put(&role, with(list, action)).await.has_status(201);
        }
    }
}

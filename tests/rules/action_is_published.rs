//! `action-is-published`

use adf_emulator_tests::{Azure, RG_SHARED, STRANGER, SUBSCRIPTION, custom_role, deny, deny_assignment, role_definition};
use reqwest::Method;
use serde_json::{Value, json};

fn with(list: &str, action: &str) -> Value {
    let mut body = custom_role("Linker", &[SUBSCRIPTION]);
    body["properties"]["permissions"] = json!([{ list: [action] }]);
    body
}

#[tokio::test]
async fn an_action_covers_something_that_a_provider_publishes() {
    let (azure, role) = (Azure::start().await, role_definition(SUBSCRIPTION, 1));
    for list in ["actions", "notActions"] {
        for action in ["Microsoft.DataFactory/factories/fly/action", "Microsoft.DataFactory/planes/*", "read"] {
            let answer = azure.owner().is_refused(Method::PUT, &role, with(list, action), 400, "InvalidActionOrNotAction").await;
            answer
                .says(&format!("'{action}' does not match any of the actions supported by the providers."))
                .by_rule("action-is-published");
        }
        let unknown = with(list, "Contoso.Flights/planes/read");
        let answer = azure.owner().is_refused(Method::PUT, &role, unknown, 400, "InvalidActionOrNotAction").await;
        answer
            .says("The resource provider referenced in the action is not returned in the list of providers from Azure Resource Manager.")
            .by_rule("action-is-published");
        for action in ["*", "*/read", "microsoft.datafactory/factories/WRITE", "Microsoft.DataFactory/*/read", "Microsoft.Storage/a/b/read"]
        {
            azure.owner().put(&role, with(list, action)).await.has_status(201);
        }
    }
}

#[tokio::test]
async fn so_does_one_of_a_deny_assignment() {
    let (azure, id) = (Azure::start().await, deny_assignment(RG_SHARED, 1));
    let body = |action: &str| deny("no flights", &[action], STRANGER);
    for action in ["Microsoft.DataFactory/factories/foo", "Microsoft.DataFactory/planes/*", "delete"] {
        let answer = azure.owner().is_refused(Method::PUT, &id, body(action), 400, "InvalidActionOrNotAction").await;
        answer.says(&format!("'{action}' does not match any of the actions supported by the providers.")).by_rule("action-is-published");
    }
    let unknown = body("Contoso.Flights/planes/write");
    azure.owner().is_refused(Method::PUT, &id, unknown, 400, "InvalidActionOrNotAction").await.by_rule("action-is-published");
    let mut excluded = body("Microsoft.DataFactory/*/delete");
    excluded["properties"]["permissions"][0]["notActions"] = json!(["Microsoft.DataFactory/factories/foo"]);
    azure.owner().is_refused(Method::PUT, &id, excluded, 400, "InvalidActionOrNotAction").await.by_rule("action-is-published");
    for action in ["*/delete", "Microsoft.DataFactory/factories/DELETE", "Microsoft.Storage/*"] {
        azure.owner().put(&id, body(action)).await.has_status(201);
    }
}

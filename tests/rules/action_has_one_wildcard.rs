//! `action-has-one-wildcard`

use adf_emulator_tests::{Azure, RG_SHARED, STRANGER, SUBSCRIPTION, custom_role, deny, deny_assignment, role_definition};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_second_wildcard_is_refused_in_every_list() {
    let (azure, role) = (Azure::start().await, role_definition(SUBSCRIPTION, 1));
    let with = |list: &str, action: &str| {
        let mut body = custom_role("Linker", &[SUBSCRIPTION]);
        body["properties"]["permissions"] = json!([{ list: [action] }]);
        body
    };
    for (list, namespace) in [
        ("actions", "Microsoft.DataFactory"),
        ("notActions", "Microsoft.DataFactory"),
        ("dataActions", "Microsoft.Storage"),
        ("notDataActions", "Microsoft.Storage"),
    ] {
        let body = with(list, &format!("{namespace}/*/*"));
        let answer = azure.owner().is_refused(Method::PUT, &role, body, 400, "InvalidActionOrNotAction").await;
        answer
            .by_rule("action-has-one-wildcard")
            .says(&format!("'{namespace}/*/*' does not match any of the actions supported by the providers."));
        azure.owner().put(&role, with(list, &format!("{namespace}/*/read"))).await.has_status(201);
    }
}

#[tokio::test]
async fn a_deny_assignment_is_held_to_it_too() {
    let (azure, id) = (Azure::start().await, deny_assignment(RG_SHARED, 1));
    let body = |action: &str| deny("no writes", &[action], STRANGER);
    let answer = azure.owner().is_refused(Method::PUT, &id, body("*/*/write"), 400, "InvalidActionOrNotAction").await;
    answer.by_rule("action-has-one-wildcard").says("'*/*/write' does not match any of the actions supported by the providers.");
    azure.owner().put(&id, body("*/write")).await.has_status(201);
}

//! `secret-needs-online-node`

use adf_emulator_tests::{Azure, linked_to};
use reqwest::Method;
use serde_json::{Value, json};

fn through(runtime: &str, type_properties: &Value) -> Value {
    let connect_via = json!({ "referenceName": runtime, "type": "IntegrationRuntimeReference" });
    json!({ "properties": { "type": "SqlServer", "typeProperties": type_properties, "connectVia": connect_via } })
}

#[tokio::test]
async fn a_secret_waits_for_an_online_node_where_the_setting_says_so() {
    let azure = Azure::start().await;
    let (shared, linking, identity) = azure.two_factories().await;
    let factory = shared.rsplit_once("/integrationRuntimes").unwrap().0;
    let owner = azure.owner();
    let secret = json!({ "connectionString": { "type": "SecureString", "value": "Server=s;Password=hidden" } });
    let plain = json!({ "connectionString": "Server=s;Password=hidden" });
    owner.put(&format!("{factory}/linkedservices/before"), through("shared", &secret)).await.has_status(200);

    azure.control(Method::PATCH, "settings", &json!({ "secretNeedsOnlineNode": true })).await.has_status(200);
    let path = format!("{factory}/linkedservices/orders");
    for type_properties in [&secret, &plain] {
        let answer = owner.is_refused(Method::PUT, &path, through("shared", type_properties), 400, "BadRequest").await;
        answer.by_rule("secret-needs-online-node");
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with("Failed to encrypt sub-resource payload {\r\n  \"Id\": \"/subscriptions/"), "{message}");
        assert!(!message.contains("hidden"), "{message}");
    }
    // What has no secret, or none that is new, needs nobody; nor does what connects through no runtime.
    owner.put(&path, through("shared", &json!({ "connectionString": "Server=s" }))).await.has_status(200);
    let before = owner.get(&format!("{factory}/linkedservices/before")).await.json();
    owner.put(&format!("{factory}/linkedservices/before"), json!({ "properties": before["properties"] })).await.has_status(200);
    owner
        .put(&format!("{factory}/linkedservices/direct"), json!({ "properties": { "type": "SqlServer", "typeProperties": secret } }))
        .await
        .has_status(200);

    let [key, _] = azure.auth_keys(&shared).await;
    let node = azure.register_node(&key, "node1").await.has_status(201).json()["id"].as_str().unwrap().to_owned();
    owner.put(&path, through("shared", &secret)).await.has_status(200);
    // A linked runtime has the nodes of the shared one.
    owner
        .put(&adf_emulator_tests::role_assignment(&shared, 1), adf_emulator_tests::grant(adf_emulator_tests::CONTRIBUTOR, &identity))
        .await
        .has_status(201);
    owner.put(&format!("{linking}/integrationRuntimes/linked"), linked_to(&shared)).await.has_status(200);
    let linked = format!("{linking}/linkedservices/orders");
    owner.put(&linked, through("linked", &secret)).await.has_status(200);
    azure.control(Method::PATCH, &format!("nodes/{node}"), &json!({ "status": "Offline" })).await.has_status(200);
    let other = json!({ "connectionString": { "type": "SecureString", "value": "Server=s;Password=another" } });
    owner.is_refused(Method::PUT, &linked, through("linked", &other), 400, "BadRequest").await.by_rule("secret-needs-online-node");
}

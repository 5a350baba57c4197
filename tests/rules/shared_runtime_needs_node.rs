//! `shared-runtime-needs-node`

use adf_emulator_tests::{Azure, CONTRIBUTOR, grant, linked_to, role_assignment, runtime};
use reqwest::Method;
use serde_json::{Value, json};

const CODE: &str = "UnsupportedVersionForSharableIR";

#[tokio::test]
async fn a_link_from_the_sharing_side_needs_a_node() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let link = format!("{shared}/linkedIntegrationRuntime");
    let body = json!({ "name": "linked", "subscriptionId": "22222222-2222-2222-2222-222222222222", "dataFactoryName": "linking",
        "dataFactoryLocation": "eastus" });
    let answer = azure.owner().is_refused(Method::POST, &link, body.clone(), 400, CODE).await;
    answer.by_rule("shared-runtime-needs-node");
    let target = shared.replace("integrationRuntimes", "integrationruntimes");
    let error = json!({ "error": { "code": CODE, "message": null, "target": target, "details": null } });
    assert_eq!(answer.text(), error.to_string());

    azure.node(&shared, "node1").await;
    let status = azure.owner().post(&link, body).await.has_status(200).json();
    let link = &status["properties"]["typeProperties"]["links"][0];
    assert_eq!((&link["name"], &link["dataFactoryName"]), (&json!("linked"), &json!("linking")));
    assert_eq!(status["properties"]["state"], "Online");
}

#[tokio::test]
async fn a_setting_makes_the_linked_runtime_need_one_too() {
    let azure = Azure::start().await;
    let mut world: Value = serde_json::from_str(&azure.export()).unwrap();
    world["settings"]["linkNeedsRegisteredNode"] = true.into();
    let azure = Azure::with_world(&world).await;
    let (shared, linking, principal) = azure.two_factories().await;
    azure.owner().put(&role_assignment(&shared, 1), grant(CONTRIBUTOR, &principal)).await.has_status(201);
    let linked = runtime(&linking, "linked");
    azure.owner().is_refused(Method::PUT, &linked, linked_to(&shared), 400, CODE).await.by_rule("shared-runtime-needs-node");
    azure.node(&shared, "node1").await;
    azure.owner().put(&linked, linked_to(&shared)).await.has_status(200);
}

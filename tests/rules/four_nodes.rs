//! `four-nodes`

use adf_emulator_tests::Azure;
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn the_fourth_node_registers_and_the_fifth_does_not() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let [key, _] = azure.auth_keys(&shared).await;
    let mut ids = Vec::new();
    for name in ["node1", "node2", "node3", "node4"] {
        ids.push(azure.register_node(&key, name).await.has_status(201).json()["id"].as_str().unwrap().to_owned());
    }
    let before = azure.export();
    azure.register_node(&key, "node5").await.is_refused(409, "NodeLimitReached").by_rule("four-nodes");
    assert_eq!(azure.export(), before);
    azure.register_node(&key, "NODE4").await.has_status(200);
    azure.control(Method::DELETE, &format!("nodes/{}", ids[0]), &Value::Null).await.has_status(204);
    azure.register_node(&key, "node5").await.has_status(201);
    let nodes = azure.fetch("/_emulator/nodes").await.has_status(200).json();
    assert_eq!(nodes["value"].as_array().unwrap().len(), 4);
}

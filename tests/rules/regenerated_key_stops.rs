//! `regenerated-key-stops`

use adf_emulator_tests::Azure;
use serde_json::json;

#[tokio::test]
async fn either_key_registers_and_a_regenerated_one_does_not() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let [first, second] = azure.auth_keys(&shared).await;
    let node = azure.register_node(&first, "node1").await.has_status(201).json();
    assert_eq!((node["nodeName"].as_str(), node["status"].as_str()), (Some("node1"), Some("Online")));
    azure.register_node(&second, "node2").await.has_status(201);

    let regenerated = azure.owner().post(&format!("{shared}/regenerateAuthKey"), json!({ "keyName": "AuthKey1" })).await;
    let new = regenerated.has_status(200).json();
    assert_eq!(new.as_object().unwrap().keys().collect::<Vec<_>>(), ["authKey1"], "the new key alone");
    let before = azure.export();
    azure.register_node(&first, "node1").await.is_refused(400, "InvalidAuthKey").by_rule("regenerated-key-stops");
    assert_eq!(azure.export(), before);
    azure.register_node(new["authKey1"].as_str().unwrap(), "node1").await.has_status(200);
    azure.register_node(&second, "node3").await.has_status(201);
    assert_eq!(azure.state_of(&shared).await.0, "Online", "registered nodes stay");
    assert_eq!(azure.auth_keys(&shared).await, [new["authKey1"].as_str().unwrap().to_owned(), second]);
}

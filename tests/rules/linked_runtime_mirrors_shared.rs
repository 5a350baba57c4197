//! `linked-runtime-mirrors-shared`

use adf_emulator_tests::Azure;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn status_and_monitoring_are_the_shared_runtimes() {
    let azure = Azure::start().await;
    let (shared, linked) = azure.shared_and_linked().await;
    azure.node(&shared, "node1").await;
    for action in ["getStatus", "monitoringData"] {
        let of =
            async |runtime: &str| azure.owner().post(&format!("{runtime}/{action}"), Value::Null).await.has_status(200).text().to_owned();
        assert_eq!(of(&linked).await, of(&shared).await);
    }
}

#[tokio::test]
async fn keys_nodes_updates_and_credentials_are_handled_at_the_shared_runtime() {
    let azure = Azure::start().await;
    let (shared, linked) = azure.shared_and_linked().await;
    for (method, action, body) in [
        (Method::POST, "/listAuthKeys", Value::Null),
        (Method::POST, "/regenerateAuthKey", json!({ "keyName": "authKey1" })),
        (Method::POST, "/syncCredentials", Value::Null),
        (Method::POST, "/upgrade", Value::Null),
        (Method::POST, "/getConnectionInfo", Value::Null),
        (Method::POST, "/removeLinks", json!({ "factoryName": "linking" })),
        (
            Method::POST,
            "/linkedIntegrationRuntime",
            json!({ "name": "n", "subscriptionId": "s", "dataFactoryName": "f", "dataFactoryLocation": "l" }),
        ),
        (Method::GET, "/nodes/node1", Value::Null),
        (Method::DELETE, "/nodes/node1", Value::Null),
        (Method::POST, "/nodes/node1/ipAddress", Value::Null),
        (Method::PATCH, "", json!({ "autoUpdate": "Off" })),
    ] {
        let answer = azure.owner().is_refused(method, &format!("{linked}{action}"), body, 400, "BadRequest").await;
        answer.by_rule("linked-runtime-mirrors-shared");
        assert!(answer.text().contains(&shared), "the message names the shared runtime");
    }
}

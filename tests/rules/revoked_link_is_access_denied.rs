//! `revoked-link-is-access-denied`

use adf_emulator_tests::{Azure, CONTRIBUTOR, grant, role_assignment};
use reqwest::Method;
use serde_json::{Value, json};

fn through(runtime: &str) -> Value {
    json!({ "properties": { "type": "SqlServer", "typeProperties": { "connectionString": "Server=s" },
        "connectVia": { "referenceName": runtime, "type": "IntegrationRuntimeReference" } } })
}

#[tokio::test]
async fn a_revoked_link_stays_but_nothing_connects_through_it() {
    let azure = Azure::start().await;
    let (shared, linked) = azure.shared_and_linked().await;
    azure.node(&shared, "node1").await;
    assert_eq!(azure.state_of(&linked).await, ("Online".to_owned(), "shared".to_owned()));
    let linking = linked.split("/integrationRuntimes/").next().unwrap();
    let service = |name: &str| format!("{linking}/linkedservices/{name}");
    azure.owner().put(&service("before"), through("linked")).await.has_status(200);

    let revoked = azure.owner().delete(&role_assignment(&shared, 1)).await.has_status(200).json();
    assert_eq!(azure.state_of(&linked).await, ("AccessDenied".to_owned(), "linked".to_owned()));
    let status = azure.owner().post(&format!("{linked}/getStatus"), Value::Null).await.json();
    assert_eq!(status["properties"]["typeProperties"]["nodes"], json!([]));
    assert_eq!(status["properties"]["dataFactoryName"], "linking");
    azure.owner().get(&linked).await.has_status(200);
    let answer =
        azure.owner().is_refused(Method::PUT, &service("after"), through("linked"), 401, "UnauthorizedIntegrationRuntimeAccess").await;
    answer.by_rule("revoked-link-is-access-denied");

    let principal = revoked["properties"]["principalId"].as_str().unwrap();
    azure.owner().put(&role_assignment(&shared, 2), grant(CONTRIBUTOR, principal)).await.has_status(201);
    assert_eq!(azure.state_of(&linked).await, ("Online".to_owned(), "shared".to_owned()));
    azure.owner().put(&service("after"), through("linked")).await.has_status(200);
}

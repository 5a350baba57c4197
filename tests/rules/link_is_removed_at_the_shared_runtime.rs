//! `link-is-removed-at-the-shared-runtime`

use adf_emulator_tests::{Azure, linked_to};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_link_is_removed_by_the_factorys_name_and_not_by_its_id() {
    let azure = Azure::start().await;
    let (shared, linked) = azure.shared_and_linked().await;
    let linking = linked.split("/integrationRuntimes/").next().unwrap();
    let remove = format!("{shared}/removeLinks");
    let answer = azure.owner().is_refused(Method::POST, &remove, json!({ "factoryName": linking }), 500, "InternalError").await;
    answer.by_rule("link-is-removed-at-the-shared-runtime").says("Internal error has occurred.");
    assert_eq!(answer.header("x-ms-failure-cause"), Some("service"));

    // A name without a link is as good (recorded).
    let none = azure.owner().post(&remove, json!({ "factoryName": "nobody" })).await;
    assert_eq!(none.has_status(200).text(), "");
    assert_eq!(azure.state_of(&linked).await.0, "NeedRegistration");
    let gone = azure.owner().post(&remove, json!({ "factoryName": "LINKING" })).await;
    assert_eq!(gone.has_status(200).text(), "");
    assert_eq!(azure.state_of(&linked).await.0, "AccessDenied");
    let status = azure.owner().post(&format!("{shared}/getStatus"), Value::Null).await.json();
    assert_eq!(status["properties"]["typeProperties"]["links"], json!([]));
    azure.owner().put(&linked, linked_to(&shared)).await.has_status(200);
    assert_eq!(azure.state_of(&linked).await.0, "NeedRegistration");
}

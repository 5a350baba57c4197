//! `operation-suits-the-runtime`

use adf_emulator_tests::{Azure, RG_SHARED, factory, runtime};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn keys_are_of_self_hosted_runtimes_and_starts_of_managed_ones() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let managed = runtime(&factory(RG_SHARED, "sharing"), "managed");
    azure.owner().put(&managed, json!({ "properties": { "type": "Managed", "typeProperties": {} } })).await.has_status(200);
    let name = json!({ "factoryName": "linking" });
    for (action, body) in [("listAuthKeys", Value::Null), ("syncCredentials", Value::Null), ("upgrade", Value::Null), ("removeLinks", name)]
    {
        let answer = azure.owner().is_refused(Method::POST, &format!("{managed}/{action}"), body, 400, "BadRequest").await;
        answer.by_rule("operation-suits-the-runtime");
    }
    for action in ["start", "stop"] {
        let answer = azure.owner().is_refused(Method::POST, &format!("{shared}/{action}"), Value::Null, 400, "BadRequest").await;
        answer.by_rule("operation-suits-the-runtime");
        azure.owner().post(&format!("{managed}/{action}"), Value::Null).await.has_status(202);
    }
}

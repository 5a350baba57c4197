//! `connect-via-names-a-runtime`

use adf_emulator_tests::{Azure, runtime};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_linked_service_connects_through_a_runtime_that_is_there() {
    let azure = Azure::start().await;
    let (shared, ..) = azure.two_factories().await;
    let factory = shared.rsplit_once("/integrationRuntimes").unwrap().0;
    let through = |name: &str| json!({ "properties": { "type": "SqlServer", "connectVia": { "referenceName": name, "type": "IntegrationRuntimeReference" } } });
    let path = format!("{factory}/linkedservices/orders");
    for name in ["missing", "AutoResolveIntegrationRuntime"] {
        let answer = azure.owner().is_refused(Method::PUT, &path, through(name), 400, "InputIsMalformedDetailed").await;
        answer.by_rule("connect-via-names-a-runtime");
        answer.says(&format!("Input is malformed. Reason: Could not get integration runtime details for {name}"));
        assert_eq!(answer.json()["error"]["target"], Value::Null);
        assert_eq!(answer.json()["error"]["details"], Value::Null);
    }
    azure.owner().put(&path, through("SHARED")).await.has_status(200);
    let held = azure.owner().is_refused(Method::DELETE, &runtime(factory, "shared"), Value::Null, 400, "BadRequest").await;
    held.says("The document cannot be deleted since it is referenced by orders.");
}

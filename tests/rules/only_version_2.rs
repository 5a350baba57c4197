//! `only-version-2`

use adf_emulator_tests::{Azure, RG_SHARED, SUBSCRIPTION};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn version_1_is_not_emulated_and_says_so_by_its_type() {
    let azure = Azure::start().await;
    let factory = format!("{RG_SHARED}/providers/Microsoft.DataFactory/dataFactories/old");
    for (method, path, body) in [
        (Method::PUT, factory.clone(), json!({ "location": "eastus" })),
        (Method::GET, factory.clone(), Value::Null),
        (Method::DELETE, factory.clone(), Value::Null),
        (Method::GET, format!("{SUBSCRIPTION}/providers/Microsoft.DataFactory/datafactories?api-version=2015-10-01"), Value::Null),
        (Method::PUT, format!("{factory}/gateways/g"), json!({})),
        (Method::POST, format!("{factory}/datapipelines/p/pause"), Value::Null),
    ] {
        azure.caller("stranger").is_refused(method.clone(), &path, body.clone(), 403, "AuthorizationFailed").await;
        let answer = azure.owner().is_refused(method, &path, body, 501, "NotEmulated").await;
        answer.by_rule("only-version-2");
        assert_eq!(answer.header("x-emulator-not-emulated"), Some("Microsoft.DataFactory/dataFactories"));
        assert!(answer.text().contains("Microsoft.DataFactory/dataFactories"));
    }
}

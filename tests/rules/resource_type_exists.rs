//! `resource-type-exists`

use adf_emulator_tests::{Azure, RG_SHARED};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_provider_has_only_its_types() {
    let azure = Azure::start().await;
    let path = format!("{RG_SHARED}/providers/Microsoft.DataFactory/plants/p1");
    let answer = azure.owner().is_refused(Method::GET, &path, Value::Null, 404, "InvalidResourceType").await;
    answer
        .by_rule("resource-type-exists")
        .says("The resource type could not be found in the namespace 'Microsoft.DataFactory' for api version '2018-06-01'.");
    // At an extension's scope a version that the type does not have is said like this, with those that it has.
    let path = format!("{RG_SHARED}/providers/Microsoft.Authorization/roleAssignments?api-version=2001-01-01");
    let answer = azure.owner().is_refused(Method::GET, &path, Value::Null, 404, "InvalidResourceType").await;
    let message = answer.by_rule("resource-type-exists").json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("for api version '2001-01-01'. The supported api-versions are '"), "{message}");
    azure.owner().get(&path.replace("2001-01-01", "2022-04-01")).await.has_status(200);
}

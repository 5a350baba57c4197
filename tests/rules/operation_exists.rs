//! `operation-exists`

use adf_emulator_tests::{Azure, SUBSCRIPTION};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn only_a_url_that_was_handed_out_leads_to_a_result() {
    let azure = Azure::start().await;
    let invented = format!("{SUBSCRIPTION}/operationresults/eyJqb2JJZCI6IngifQ");
    azure.owner().is_refused(Method::GET, &invented, Value::Null, 404, "OperationNotFound").await.by_rule("operation-exists");
    azure.caller("stranger").is_refused(Method::GET, &invented, Value::Null, 403, "AuthorizationFailed").await;
    let deletion = azure.owner().delete(&format!("{SUBSCRIPTION}/resourceGroups/rg-linked")).await;
    let location = deletion.has_status(202).header("location").unwrap().to_owned();
    azure.owner().get(&location).await.has_status(200);
}

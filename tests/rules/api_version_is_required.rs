//! `api-version-is-required`

use adf_emulator_tests::{Azure, SUBSCRIPTION};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_request_names_its_api_version() {
    let azure = Azure::start().await;
    let path = format!("{SUBSCRIPTION}?api-version=");
    let answer = azure.owner().is_refused(Method::GET, &path, Value::Null, 400, "MissingApiVersionParameter").await;
    answer.by_rule("api-version-is-required").says("The api-version query parameter (?api-version=) is required for all requests.");
    azure.owner().get(&format!("{SUBSCRIPTION}?API-Version=2022-12-01")).await.has_status(200);
}

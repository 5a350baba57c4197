//! `api-version-suits-the-type`

use adf_emulator_tests::{Azure, RG_SHARED};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_type_is_read_in_one_of_its_versions() {
    let azure = Azure::start().await;
    let list = format!("{RG_SHARED}/providers/Microsoft.DataFactory/factories?api-version=");
    let answer = azure.owner().is_refused(Method::GET, &format!("{list}2019-01-01"), Value::Null, 400, "NoRegisteredProviderFound").await;
    let message = answer.by_rule("api-version-suits-the-type").json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with(
        "No registered resource provider found for location 'eastus' and API version '2019-01-01' for type 'factories'. The supported \
         api-versions are '2018-06-01'. The supported locations are 'eastasia, southeastasia, "
    ));
    azure.owner().get(&format!("{list}2018-06-01")).await.has_status(200);
}

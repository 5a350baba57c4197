//! `api-version-is-known`

use adf_emulator_tests::{Azure, SUBSCRIPTION};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn the_front_door_lists_its_own_versions() {
    let azure = Azure::start().await;
    let path = format!("{SUBSCRIPTION}/resourceGroups?api-version=2022-09-02");
    let answer = azure.owner().is_refused(Method::GET, &path, Value::Null, 400, "InvalidApiVersionParameter").await;
    let message = answer.by_rule("api-version-is-known").json()["error"]["message"].as_str().unwrap().to_owned();
    let start = "The api-version '2022-09-02' is invalid. The supported versions are '2025-04-01,2025-03-01,2024-11-01,2024-08-01,";
    assert!(message.starts_with(start) && message.ends_with(",2014-02-26,2014-04'."), "{message}");
    for version in ["2022-09-01", "2014-04", "2024-06-01-PREVIEW", "2025-04-01"] {
        azure.owner().get(&format!("{SUBSCRIPTION}/resourceGroups?api-version={version}")).await.has_status(200);
    }
}

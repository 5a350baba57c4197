//! `net-sdk-1-1-0`: not observable at a server, so what is tested is that the list says so.

use adf_emulator_tests::Azure;

#[tokio::test]
async fn the_rule_is_listed_as_one_that_no_request_can_show() {
    let azure = Azure::start().await;
    let rules = azure.fetch("/_emulator/rules").await.has_status(200).json();
    let rule = rules["value"].as_array().unwrap().iter().find(|rule| rule["name"] == "net-sdk-1-1-0").unwrap();
    assert!(rule["sentence"].as_str().unwrap().contains("Not observable at a server"));
    assert_eq!(rule["code"], "");
}

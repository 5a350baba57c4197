//! `content-at-most-4-mb`

use adf_emulator_core::rules::arm::CONTENT_BYTES_MAX;
use adf_emulator_tests::{Azure, SUBSCRIPTION};
use reqwest::Method;

#[tokio::test]
async fn four_mebibytes_pass_and_one_byte_more_does_not() {
    let azure = Azure::start().await;
    let (owner, id, json) = (azure.owner(), format!("{SUBSCRIPTION}/resourceGroups/rg-large"), [("content-type", "application/json")]);
    let mut body = br#"{"location":"eastus"}"#.to_vec();
    body.resize(CONTENT_BYTES_MAX + 1, b' ');
    let before = azure.export();
    let answer = owner.send_bytes(Method::PUT, &id, Some(body.clone()), &json).await;
    answer.is_refused(413, "RequestContentTooLarge").by_rule("content-at-most-4-mb");
    answer.says("The request content size exceeds the maximum size of 4 MB.");
    assert_eq!(azure.export(), before);
    body.truncate(CONTENT_BYTES_MAX);
    owner.send_bytes(Method::PUT, &id, Some(body), &json).await.has_status(201);
}

//! `content-is-json`

use adf_emulator_tests::{Azure, SUBSCRIPTION};
use reqwest::Method;

#[tokio::test]
async fn text_that_is_no_json_is_refused_by_its_media_type() {
    let azure = Azure::start().await;
    let (owner, id) = (azure.owner(), format!("{SUBSCRIPTION}/resourceGroups/rg-text"));
    let send = |body: &str, headers: &'static [(&str, &str)]| owner.send_bytes(Method::PUT, &id, Some(body.as_bytes().to_vec()), headers);
    let plain: &[(&str, &str)] = &[("content-type", "text/plain")];
    let before = azure.export();
    let answer = send("location=eastus", plain).await;
    answer.is_refused(415, "UnsupportedMediaType").by_rule("content-is-json");
    answer.says("The content media type 'text/plain' is not supported. Only 'application/json' is supported.");
    let answer = send("location=eastus", &[]).await;
    answer.says("The content media type '<null>' is not supported. Only 'application/json' is supported.");
    assert_eq!(azure.export(), before);
    send(r#"{"location":"eastus"}"#, plain).await.has_status(201);
}

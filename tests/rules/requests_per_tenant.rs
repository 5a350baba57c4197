//! `requests-per-tenant`

use adf_emulator_tests::Azure;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_last_request_of_a_bucket_is_taken_and_the_next_is_not() {
    let azure = Azure::with_setting("throttling", json!(true)).await;
    azure.control(Method::PATCH, "clock", &json!({ "frozen": true })).await.has_status(200);
    for left in (0..250).rev() {
        let answer = azure.owner().get("/tenants").await;
        assert_eq!(answer.has_status(200).header("x-ms-ratelimit-remaining-tenant-reads"), Some(&*left.to_string()));
    }
    let before = azure.export();
    let refused = azure.owner().get("/tenants").await;
    refused.is_refused(429, "TooManyRequests").by_rule("requests-per-tenant").says("The request is being throttled.");
    assert_eq!((refused.header("retry-after"), azure.export()), (Some("1"), before));
    azure.advance("PT1S").await;
    azure.owner().get("/tenants").await.has_status(200);
}

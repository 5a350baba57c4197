//! `requests-per-subscription`

use adf_emulator_tests::{Azure, RG_SHARED};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_last_request_of_a_bucket_is_taken_and_the_next_is_not() {
    let azure = Azure::with_setting("throttling", json!(true)).await;
    azure.control(Method::PATCH, "clock", &json!({ "frozen": true })).await.has_status(200);
    for left in (0..250).rev() {
        let answer = azure.owner().get(RG_SHARED).await;
        answer.has_status(200);
        assert_eq!(answer.header("x-ms-ratelimit-remaining-subscription-reads"), Some(&*left.to_string()));
    }
    let before = azure.export();
    let refused = azure.owner().get(RG_SHARED).await;
    refused.is_refused(429, "SubscriptionRequestsThrottled").by_rule("requests-per-subscription").says(
        "Number of 'read' requests for subscription '22222222-2222-2222-2222-222222222222' actor '44444444-4444-4444-4444-000000000001' \
         exceeded. Please try again after '1' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for \
         additional information.",
    );
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(azure.export(), before);
    // Others have buckets of their own, and so have writes; all callers together have a larger one.
    let other = azure.caller("reader").get(RG_SHARED).await;
    assert_eq!(other.has_status(200).header("x-ms-ratelimit-remaining-subscription-global-reads"), Some("3499"));
    azure.owner().put(RG_SHARED, json!({ "location": "eastus" })).await.has_status(200);
    azure.advance("PT1S").await;
    let again = azure.owner().get(RG_SHARED).await;
    assert_eq!(again.has_status(200).header("x-ms-ratelimit-remaining-subscription-reads"), Some("24"));
}

#[tokio::test]
async fn without_the_setting_nobody_is_throttled() {
    let azure = Azure::start().await;
    for _ in 0..300 {
        let answer = azure.owner().get(RG_SHARED).await;
        assert_eq!(answer.has_status(200).header("x-ms-ratelimit-remaining-subscription-reads"), Some("249"));
    }
}

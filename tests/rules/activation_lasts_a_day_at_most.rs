//! `activation-lasts-a-day-at-most`

use adf_emulator_tests::{Azure, READER, RG_SHARED, policy_of};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_policy_allows_no_longer_activation() {
    let azure = Azure::start().await;
    let policy = policy_of(&azure, RG_SHARED, READER).await;
    let longest = |duration: &str, ends: bool| {
        let rule = json!({ "id": "Expiration_EndUser_Assignment", "isExpirationRequired": ends, "maximumDuration": duration });
        json!({ "properties": { "rules": [rule] } })
    };
    for body in [longest("PT24H1S", true), longest("PT8H", false)] {
        let answer = azure.owner().is_refused(Method::PATCH, &policy, body, 400, "InvalidPolicyRule").await;
        answer.says("The policy rule 'Expiration_EndUser_Assignment' is invalid. An activation ends after at most 24 hours.");
        answer.by_rule("activation-lasts-a-day-at-most");
    }
    azure.owner().patch(&policy, longest("P1D", true)).await.has_status(200);
}

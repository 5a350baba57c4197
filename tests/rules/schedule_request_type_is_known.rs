//! `schedule-request-type-is-known`

use adf_emulator_tests::{Azure, READER, RG_SHARED, STRANGER, asks, assignment_request, eligibility_request};
use reqwest::Method;

#[tokio::test]
async fn other_words_are_refused_and_what_is_not_emulated_says_so() {
    let azure = Azure::start().await;
    let asked = |word: &str| asks(word, READER, STRANGER, "PT8H");
    for (path, word) in [(assignment_request(RG_SHARED, 1), "Assign"), (assignment_request(RG_SHARED, 1), "")] {
        let answer = azure.owner().is_refused(Method::PUT, &path, asked(word), 400, "InvalidRequestContent").await;
        answer.says(&format!("The requestType '{word}' is not valid for this request.")).by_rule("schedule-request-type-is-known");
    }
    let stranger = azure.caller("stranger");
    stranger.is_refused(Method::PUT, &eligibility_request(RG_SHARED, 1), asked("SelfActivate"), 400, "InvalidRequestContent").await;
    for word in ["AdminExtend", "AdminRenew", "SelfExtend", "selfRenew"] {
        azure.owner().is_refused(Method::PUT, &assignment_request(RG_SHARED, 1), asked(word), 501, "NotEmulated").await;
    }
    azure.owner().put(&assignment_request(RG_SHARED, 1), asked("adminassign")).await.has_status(201);
}

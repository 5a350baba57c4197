//! `token-is-sent`

use adf_emulator_tests::{Azure, RG_SHARED};

#[tokio::test]
async fn a_request_without_a_token_is_refused_before_its_group_is_looked_for() {
    let azure = Azure::start().await;
    for path in [RG_SHARED.to_owned(), format!("{RG_SHARED}-missing"), "/subscriptions".to_owned()] {
        let answer = azure.nobody().get(&path).await;
        answer.is_refused(401, "AuthenticationFailed").by_rule("token-is-sent");
        answer.says("Authentication failed. The 'Authorization' header is missing.");
    }
    azure.owner().get(RG_SHARED).await.has_status(200);
}

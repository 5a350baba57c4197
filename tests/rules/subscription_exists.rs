//! `subscription-exists`

use adf_emulator_tests::{Azure, SUBSCRIPTION};

#[tokio::test]
async fn a_missing_subscription_is_said_before_the_token_is_looked_at() {
    let azure = Azure::start().await;
    let path = "/subscriptions/00000000-0000-0000-0000-00000000dead";
    let answer = azure.nobody().get(path).await;
    answer.is_refused(404, "SubscriptionNotFound").by_rule("subscription-exists");
    answer.says("The subscription '00000000-0000-0000-0000-00000000dead' could not be found.");
    azure.owner().get(SUBSCRIPTION).await.has_status(200);
}

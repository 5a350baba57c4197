//! `token-has-not-expired`

use adf_emulator_tests::{Azure, RG_SHARED};

const ARM: &str = "https://management.azure.com/.default";

#[tokio::test]
async fn a_token_is_good_for_an_hour_of_the_worlds_clock() {
    let azure = Azure::start().await;
    let token = azure.sign_in(1, "owner-secret", ARM).await;
    azure.advance("PT55M").await;
    azure.caller(&token).get(RG_SHARED).await.has_status(200);
    azure.advance("PT1H").await;
    let answer = azure.caller(&token).get(RG_SHARED).await;
    answer.is_refused(401, "ExpiredAuthenticationToken").by_rule("token-has-not-expired");
    let new = azure.sign_in(1, "owner-secret", ARM).await;
    azure.caller(&new).get(RG_SHARED).await.has_status(200);
}

//! `auxiliary-token-header-shape`

use adf_emulator_tests::{Azure, RG_SHARED};
use reqwest::Method;

#[tokio::test]
async fn the_header_has_three_tokens_at_most() {
    let azure = Azure::start().await;
    let read = async |auxiliary: &str| {
        let headers = [("x-ms-authorization-auxiliary", auxiliary)];
        azure.owner().send_bytes(Method::GET, RG_SHARED, None, &headers).await
    };
    let tokens = |count: usize| vec!["Bearer fabrikam-owner"; count].join(", ");
    for wrong in [tokens(4), "Basic fabrikam-owner".to_owned(), "fabrikam-owner".to_owned()] {
        let answer = read(&wrong).await;
        answer.is_refused(401, "AuthenticationFailedInvalidHeader").by_rule("auxiliary-token-header-shape");
    }
    for right in [tokens(0), tokens(1), tokens(3)] {
        read(&right).await.has_status(200);
    }
}

//! `token-header-shape`

use adf_emulator_tests::{Azure, RG_SHARED};

#[tokio::test]
async fn the_header_is_bearer_and_a_token() {
    let azure = Azure::start().await;
    let path = format!("{RG_SHARED}?api-version=2022-09-01");
    for header in ["Basic b3duZXI6b3duZXItc2VjcmV0", "owner", "Bearer"] {
        let answer = azure.fetch_with(&path, ("Authorization", header)).await;
        answer.is_refused(401, "AuthenticationFailedInvalidHeader").by_rule("token-header-shape");
    }
    for header in ["Bearer owner", "bearer owner"] {
        azure.fetch_with(&path, ("Authorization", header)).await.has_status(200);
    }
}

//! `token-is-for-resource-manager`

use adf_emulator_tests::{Azure, RG_SHARED};

#[tokio::test]
async fn a_token_for_another_service_is_refused() {
    let azure = Azure::start().await;
    let graph = azure.sign_in(1, "owner-secret", "https://graph.microsoft.com/.default").await;
    let answer = azure.caller(&graph).get(RG_SHARED).await;
    answer.is_refused(401, "InvalidAuthenticationTokenAudience").by_rule("token-is-for-resource-manager");
    for scope in ["https://management.azure.com/.default", "https://management.core.windows.net//.default"] {
        let token = azure.sign_in(1, "owner-secret", scope).await;
        azure.caller(&token).get(RG_SHARED).await.has_status(200);
    }
}

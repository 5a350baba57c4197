//! `token-is-of-the-subscriptions-tenant`

use adf_emulator_tests::{Azure, RG_FABRIKAM, RG_SHARED};

#[tokio::test]
async fn a_token_of_another_tenant_is_refused_in_both_directions() {
    let azure = Azure::start().await;
    for (caller, own, other) in [("owner", RG_SHARED, RG_FABRIKAM), ("fabrikam-owner", RG_FABRIKAM, RG_SHARED)] {
        azure.caller(caller).get(own).await.has_status(200);
        let answer = azure.caller(caller).get(other).await;
        answer.is_refused(401, "InvalidAuthenticationTokenTenant").by_rule("token-is-of-the-subscriptions-tenant");
    }
    // A guest is of the tenant that invited it.
    azure.caller("eve").get(RG_SHARED).await.has_status(200);
}

//! `token-is-valid`

use adf_emulator_tests::{Azure, RG_SHARED};

const ARM: &str = "https://management.azure.com/.default";

#[tokio::test]
async fn a_token_is_of_the_emulators_own_entra_and_of_a_principal_that_is_there() {
    let azure = Azure::start().await;
    let token = azure.sign_in(1, "owner-secret", ARM).await;
    azure.caller(&token).get(RG_SHARED).await.has_status(200);
    let (rest, signature) = token.rsplit_once('.').unwrap();
    let forged = format!("{rest}.{}", signature.chars().rev().collect::<String>());
    for bad in [forged.as_str(), "of.another.issuer", "nobody", "engineers"] {
        let answer = azure.caller(bad).get(RG_SHARED).await;
        answer.is_refused(401, "InvalidAuthenticationToken").by_rule("token-is-valid");
        answer.says("The access token is invalid.");
    }
}

//! `federated-credentials-per-identity`

use crate::federated_credential_shape::{body, identity};
use adf_emulator_tests::Azure;
use reqwest::Method;

#[tokio::test]
async fn the_twentieth_is_made_and_the_next_is_not() {
    let azure = Azure::start().await;
    let id = |number: u32| format!("{}/federatedIdentityCredentials/credential-{number}", identity());
    for number in 1..=20 {
        azure.owner().put(&id(number), body("https://a", &number.to_string())).await.has_status(201);
    }
    let next = azure.owner().is_refused(Method::PUT, &id(21), body("https://a", "21"), 400, "BadRequest").await;
    next.by_rule("federated-credentials-per-identity");
    azure.owner().put(&id(7), body("https://a", "7")).await.has_status(200);
    azure.owner().delete(&id(7)).await.has_status(200);
    azure.owner().put(&id(21), body("https://a", "21")).await.has_status(201);
}

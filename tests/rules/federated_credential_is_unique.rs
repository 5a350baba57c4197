//! `federated-credential-is-unique`

use crate::federated_credential_shape::{body, identity};
use adf_emulator_tests::Azure;
use reqwest::Method;

#[tokio::test]
async fn issuer_and_subject_are_unique_together() {
    let azure = Azure::start().await;
    let id = |name: &str| format!("{}/federatedIdentityCredentials/{name}", identity());
    azure.owner().put(&id("one"), body("https://a", "s")).await.has_status(201);
    let refused = azure.owner().is_refused(Method::PUT, &id("two"), body("https://a", "s"), 409, "Conflict").await;
    refused.by_rule("federated-credential-is-unique");
    azure.owner().put(&id("two"), body("https://a", "S")).await.has_status(201);
    azure.owner().put(&id("three"), body("https://b", "s")).await.has_status(201);
    azure.owner().put(&id("one"), body("https://a", "s")).await.has_status(200);
}

//! `federated-credential-shape`

use adf_emulator_tests::{Azure, RG_LINKED};
use reqwest::Method;
use serde_json::{Value, json};

/// Returns the id of the built-in world's user-assigned identity.
pub(crate) fn identity() -> String {
    format!("{RG_LINKED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default")
}

/// Returns a federated credential for that issuer and subject.
pub(crate) fn body(issuer: &str, subject: &str) -> Value {
    json!({ "properties": { "issuer": issuer, "subject": subject, "audiences": ["api://AzureADTokenExchange"] } })
}

#[tokio::test]
async fn a_credential_has_issuer_subject_and_one_audience() {
    let azure = Azure::start().await;
    let id = format!("{}/federatedIdentityCredentials/one", identity());
    let good = body("https://token.example", "ci");
    for (name, value) in [
        ("issuer", Value::Null),
        ("issuer", json!("")),
        ("subject", json!(5)),
        ("audiences", Value::Null),
        ("audiences", json!([])),
        ("audiences", json!(["a", "b"])),
        ("audiences", json!([5])),
    ] {
        let mut bad = good.clone();
        bad["properties"][name] = value;
        azure.owner().is_refused(Method::PUT, &id, bad, 400, "BadRequest").await.by_rule("federated-credential-shape");
    }
    azure.owner().is_refused(Method::PUT, &id, json!({}), 400, "BadRequest").await.by_rule("federated-credential-shape");
    azure.owner().put(&id, good).await.has_status(201);
}

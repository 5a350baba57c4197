//! Cases of user-assigned identities and their federated credentials.
//!
//! Rules: `rules/managed_identity.rs` of the core.

use serde_json::{Value, json};

use super::super::case::{Case, Step};
use super::{Cases, RG_LINKED, RG_SHARED, delete, eastus, identity, put};

pub(super) const CASES: Cases = &[
    ("user-assigned-identity-name-shape", user_assigned_identity_name_shape),
    ("federated-credential-name-shape", federated_credential_name_shape),
    ("federated-credential-shape", federated_credential_shape),
    ("federated-credential-is-unique", federated_credential_is_unique),
    ("federated-credentials-per-identity", federated_credentials_per_identity),
];

fn credential(name: &str, body: Value) -> Step {
    put(format!("{}/federatedIdentityCredentials/{name}", identity(RG_LINKED, "uai-default")), body)
}

fn trusting(subject: &str) -> Value {
    json!({ "properties": { "issuer": "https://token.example", "subject": subject, "audiences": ["api://AzureADTokenExchange"] } })
}

fn user_assigned_identity_name_shape(name: &'static str) -> Case {
    Case::new(name, put(identity(RG_SHARED, "ab"), eastus()))
        .says("The resource name 'ab' is invalid. It must have 3 to 128 letters, digits, '-' and '_', and begin with a letter or a digit.")
        .passes_as("The name has three characters.", put(identity(RG_SHARED, "abc"), eastus()))
}

fn federated_credential_name_shape(name: &'static str) -> Case {
    Case::new(name, credential("ab", trusting("ci"))).says("The name 'ab' of the federated credential is invalid. It must have 3 to 120 letters, digits, '-' and '_', and begin with a letter or a digit.")
        .passes_as("The name has three characters.", credential("abc", trusting("ci")))
}

fn federated_credential_shape(name: &'static str) -> Case {
    let without_subject = json!({ "properties": { "issuer": "https://token.example", "audiences": ["api://AzureADTokenExchange"] } });
    Case::new(name, credential("one", without_subject))
        .says("The federated credential is invalid: 'subject' must be a text that is not empty.")
        .passes_as("The body has a subject.", credential("one", trusting("ci")))
}

fn federated_credential_is_unique(name: &'static str) -> Case {
    Case::new(name, credential("two", trusting("ci")))
        .after([credential("one", trusting("ci"))])
        .says("Issuer and subject combination already exists for this identity: issuer 'https://token.example', subject 'ci'.")
        .passes_as("The subject is another.", credential("two", trusting("cd")))
}

fn federated_credentials_per_identity(name: &'static str) -> Case {
    let numbered = |number: u32| credential(&format!("credential-{number}"), trusting(&format!("ci-{number}")));
    let first = format!("{}/federatedIdentityCredentials/credential-1", identity(RG_LINKED, "uai-default"));
    Case::new(name, numbered(21))
        .after((1..=20).map(numbered))
        .says("The identity 'uai-default' already has 20 federated credentials, which is the most that it may have.")
        .passes_after("One of the twenty is deleted.", [delete(first)])
}

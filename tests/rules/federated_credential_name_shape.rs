//! `federated-credential-name-shape`

use crate::federated_credential_shape::{body, identity};
use adf_emulator_tests::Azure;
use reqwest::Method;

#[tokio::test]
async fn a_name_has_3_to_120_characters_and_begins_with_a_letter_or_digit() {
    let azure = Azure::start().await;
    let id = |name: &str| format!("{}/federatedIdentityCredentials/{name}", identity());
    for name in ["ab".to_owned(), "a".repeat(121), "-abc".to_owned(), "a.bc".to_owned()] {
        let answer = azure.owner().is_refused(Method::PUT, &id(&name), body("i", "s"), 400, "BadRequest").await;
        answer.by_rule("federated-credential-name-shape");
    }
    for (number, name) in ["abc".to_owned(), "a".repeat(120), "1_b-c".to_owned()].iter().enumerate() {
        azure.owner().put(&id(name), body("i", &number.to_string())).await.has_status(201);
    }
}

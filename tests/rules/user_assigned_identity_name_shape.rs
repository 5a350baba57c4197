//! `user-assigned-identity-name-shape`

use adf_emulator_tests::{Azure, RG_SHARED};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_name_has_3_to_128_characters_and_begins_with_a_letter_or_digit() {
    let azure = Azure::start().await;
    let id = |name: &str| format!("{RG_SHARED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}");
    let body = json!({ "location": "eastus" });
    for name in ["ab".to_owned(), "a".repeat(129), "-abc".to_owned(), "a.bc".to_owned()] {
        let answer = azure.owner().is_refused(Method::PUT, &id(&name), body.clone(), 400, "BadRequest").await;
        answer.by_rule("user-assigned-identity-name-shape");
    }
    for name in ["abc".to_owned(), "a".repeat(128), "1_b-c".to_owned()] {
        azure.owner().put(&id(&name), body.clone()).await.has_status(201);
    }
}

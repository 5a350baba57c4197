//! `resource-group-name-shape`

use adf_emulator_tests::{Azure, SUBSCRIPTION};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn letters_digits_and_a_little_punctuation() {
    let azure = Azure::start().await;
    let group = |name: &str| format!("{SUBSCRIPTION}/resourceGroups/{name}");
    let body = json!({ "location": "eastus" });
    for name in ["a".repeat(91), "rg.".to_owned(), "rg*1".to_owned()] {
        let answer = azure.owner().is_refused(Method::PUT, &group(&name), body.clone(), 400, "InvalidResourceGroup").await;
        answer.by_rule("resource-group-name-shape");
    }
    let answer = azure.owner().put(&group("a*b!c*"), body.clone()).await;
    answer.says(
        "The provided resource group name 'a*b!c*' has these invalid characters: '*,!'. The name can only be a letter, digit, '-', '.', \
         '(', ')' or '_'.",
    );
    for name in ["a".repeat(90), "-_(1).Ünï".to_owned()] {
        azure.owner().put(&group(&name), body.clone()).await.has_status(201);
    }
}

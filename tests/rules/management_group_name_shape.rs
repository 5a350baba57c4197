//! `management-group-name-shape`

use adf_emulator_tests::{Azure, management_group, world_with_management_groups};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn names_have_their_characters_and_their_length() {
    let azure = Azure::with_world(&world_with_management_groups(&json!([]))).await;
    let root = azure.caller("root");
    for name in ["a".repeat(91), "-a".to_owned(), "a.".to_owned(), "a b".to_owned(), "a,b".to_owned()] {
        let answer = root.is_refused(Method::PUT, &management_group(&name), json!({}), 400, "BadRequest").await;
        answer.says(&format!("The management group name '{name}' is invalid.")).by_rule("management-group-name-shape");
    }
    for name in ["a".repeat(90), "0".to_owned(), "a-_.()".to_owned()] {
        root.put(&management_group(&name), json!({})).await.has_status(202);
    }
}

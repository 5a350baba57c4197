//! `factory-name-shape`

use adf_emulator_tests::{Azure, RG_SHARED, factory};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_factory_name_has_3_to_63_letters_digits_and_single_dashes_inside() {
    let azure = Azure::start().await;
    let body = json!({ "location": "eastus" });
    for name in ["abc", "a-1", &"z".repeat(63)] {
        azure.owner().put(&factory(RG_SHARED, name), body.clone()).await.has_status(200);
    }
    for name in ["ab", &"z".repeat(64), "-abc", "abc-", "a--b", "a_b", "a.b"] {
        let answer = azure.owner().is_refused(Method::PUT, &factory(RG_SHARED, name), body.clone(), 400, "BadRequest").await;
        answer.by_rule("factory-name-shape");
    }
}

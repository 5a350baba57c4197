//! `credential-name-shape`

use adf_emulator_tests::{Azure, RG_SHARED, factory, factory_with_identity};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_credentials_name_has_up_to_127_letters_digits_underscores_and_inner_dashes() {
    let azure = Azure::start().await;
    let factory = factory(RG_SHARED, "sharing");
    azure.owner().put(&factory, factory_with_identity()).await.has_status(200);
    let body = json!({ "properties": { "type": "ManagedIdentity" } });
    for name in ["a", "_", "a-b_c", &"z".repeat(127)] {
        azure.owner().put(&format!("{factory}/credentials/{name}"), body.clone()).await.has_status(200);
    }
    for name in ["-", "a-", "a.b", "a%20b", &"z".repeat(128)] {
        let path = format!("{factory}/credentials/{name}");
        let answer = azure.owner().is_refused(Method::PUT, &path, body.clone(), 400, "BadRequest").await;
        answer.by_rule("credential-name-shape");
    }
}

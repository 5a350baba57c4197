//! `document-has-properties`

use adf_emulator_tests::{Azure, RG_SHARED, factory, factory_with_identity};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_body_of_a_document_has_properties() {
    let azure = Azure::start().await;
    let factory = factory(RG_SHARED, "sharing");
    azure.owner().put(&factory, factory_with_identity()).await.has_status(200);
    for collection in ["integrationRuntimes", "linkedservices", "credentials"] {
        for body in [json!({}), json!({ "properties": null })] {
            let answer = azure.owner().is_refused(Method::PUT, &format!("{factory}/{collection}/one"), body, 400, "BadRequest").await;
            answer.by_rule("document-has-properties").says("Invalid value for property 'Properties'");
        }
    }
}

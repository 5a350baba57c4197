//! `document-exists`

use adf_emulator_tests::{Azure, RG_SHARED, factory, factory_with_identity};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn what_is_missing_in_a_factory_is_named_with_its_collection_in_lower_case() {
    let azure = Azure::start().await;
    let factory = factory(RG_SHARED, "Sharing");
    azure.owner().put(&factory, factory_with_identity()).await.has_status(200);
    for collection in ["integrationRuntimes", "linkedServices", "credentials"] {
        let path = format!("{factory}/{collection}/None");
        let answer = azure.owner().is_refused(Method::GET, &path, Value::Null, 404, "NotFound").await;
        answer.by_rule("document-exists").says("The document could not be retrieved because it does not exist.");
        let target = format!("{factory}/{}/None", collection.to_lowercase());
        assert_eq!(
            answer.text(),
            format!(
                r#"{{"error":{{"code":"NotFound","message":"The document could not be retrieved because it does not exist.","target":"{target}","details":null}}}}"#
            )
        );
        assert_eq!(answer.header("x-ms-failure-cause"), None);
        azure.owner().delete(&path).await.has_status(204);
    }
}

//! `document-is-not-referenced`

use adf_emulator_tests::{Azure, RG_SHARED, factory, factory_with_identity};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_document_is_deleted_after_those_that_refer_to_it() {
    let azure = Azure::start().await;
    let factory = factory(RG_SHARED, "sharing");
    azure.owner().put(&factory, factory_with_identity()).await.has_status(200);
    let credential = format!("{factory}/credentials/own");
    azure.owner().put(&credential, json!({ "properties": { "type": "ManagedIdentity" } })).await.has_status(200);
    let uses = json!({ "credential": { "type": "CredentialReference", "referenceName": "OWN" } });
    let blob = format!("{factory}/linkedservices/blob");
    azure.owner().put(&blob, json!({ "properties": { "type": "AzureBlobStorage", "typeProperties": uses } })).await.has_status(200);
    let answer = azure.owner().is_refused(Method::DELETE, &credential, Value::Null, 400, "BadRequest").await;
    answer.by_rule("document-is-not-referenced").says("The document cannot be deleted since it is referenced by blob.");
    assert_eq!(answer.json()["error"]["target"], credential);
    azure.owner().delete(&blob).await.has_status(200);
    azure.owner().delete(&credential).await.has_status(200);
}

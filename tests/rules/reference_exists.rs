//! `reference-exists`

use adf_emulator_tests::{Azure, RG_SHARED, factory, factory_with_identity};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_document_refers_to_documents_that_are_there() {
    let azure = Azure::start().await;
    let factory = factory(RG_SHARED, "sharing");
    azure.owner().put(&factory, factory_with_identity()).await.has_status(200);
    let store = json!({ "type": "LinkedServiceReference", "referenceName": "vault" });
    let secret = json!({ "type": "AzureKeyVaultSecret", "secretName": "password", "store": store });
    let sql = json!({ "properties": { "type": "AzureSqlDatabase", "typeProperties": { "password": secret } } });
    let path = format!("{factory}/linkedservices/sql");
    let answer = azure.owner().is_refused(Method::PUT, &path, sql.clone(), 400, "BadRequest").await;
    answer.by_rule("reference-exists").says("The document creation or update failed because of invalid reference 'vault'.");
    assert_eq!(answer.json()["error"]["target"], path);
    let vault = json!({ "properties": { "type": "AzureKeyVault", "typeProperties": { "baseUrl": "https://v.vault.azure.net" } } });
    azure.owner().put(&format!("{factory}/linkedservices/Vault"), vault).await.has_status(200);
    azure.owner().put(&path, sql).await.has_status(200);
    let uses = json!({ "credential": { "type": "CredentialReference", "referenceName": "app" } });
    let blob = json!({ "properties": { "type": "AzureBlobStorage", "typeProperties": uses } });
    let answer = azure.owner().is_refused(Method::PUT, &format!("{factory}/linkedservices/blob"), blob, 400, "BadRequest").await;
    answer.by_rule("reference-exists");
}

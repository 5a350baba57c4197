//! `factory-keeps-its-customer-key`

use adf_emulator_tests::{Azure, RG_SHARED, factory};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_factory_encrypted_with_a_customers_key_stays_so() {
    let azure = Azure::start().await;
    let factory = factory(RG_SHARED, "sharing");
    let plain = json!({ "location": "eastus" });
    azure.owner().put(&factory, json!({ "location": "eastus", "properties": { "encryption": {} } })).await.has_status(200);
    azure.owner().put(&factory, plain.clone()).await.has_status(200);
    let key = json!({ "keyName": "key", "vaultBaseUrl": "https://v.vault.azure.net" });
    azure.owner().put(&factory, json!({ "location": "eastus", "properties": { "encryption": key } })).await.has_status(200);
    let answer = azure.owner().is_refused(Method::PUT, &factory, plain, 400, "RemovedCMKToExistingFactory").await;
    answer.by_rule("factory-keeps-its-customer-key").says("Update factory failed. You cannot remove CMK settings to existing factory");
}

//! `provider-in-use-stays-registered`

use adf_emulator_tests::{Azure, RG_SHARED, SUBSCRIPTION, factory};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_provider_with_a_factory_cannot_be_unregistered() {
    let azure = Azure::start().await;
    let (owner, id) = (azure.owner(), factory(RG_SHARED, "f-in-use"));
    owner.put(&id, json!({ "location": "eastus" })).await.has_status(200);
    let unregister = format!("{SUBSCRIPTION}/providers/Microsoft.DataFactory/unregister");
    let answer = owner.is_refused(Method::POST, &unregister, json!({}), 409, "ResourceProviderInUse").await;
    answer.by_rule("provider-in-use-stays-registered");
    owner.delete(&id).await.has_status(200);
    assert_eq!(owner.post(&unregister, json!({})).await.has_status(200).json()["registrationState"], "Unregistering");
    let provider = unregister.trim_end_matches("/unregister");
    assert_eq!(owner.get(provider).await.json()["registrationState"], "Unregistered");
}

//! `provider-is-registered`

use adf_emulator_core::world_file::BUILT_IN;
use adf_emulator_tests::{Azure, RG_SHARED, SUBSCRIPTION, factory};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_factory_needs_its_provider_and_registering_is_the_remedy() {
    let mut world: Value = serde_json::from_str(BUILT_IN).unwrap();
    world["tenants"][0]["subscriptions"][0]["registeredProviders"] = json!(["Microsoft.ManagedIdentity"]);
    let azure = Azure::with_world(&world).await;
    let (owner, id, body) = (azure.owner(), factory(RG_SHARED, "f-unregistered"), json!({ "location": "eastus" }));
    let answer = owner.is_refused(Method::PUT, &id, body.clone(), 409, "MissingSubscriptionRegistration").await;
    let message = "The subscription is not registered to use namespace 'Microsoft.DataFactory'. See https://aka.ms/rps-not-found for how to \
                   register subscriptions.";
    answer.says(message).by_rule("provider-is-registered");
    let detail = json!({ "code": "MissingSubscriptionRegistration", "target": "Microsoft.DataFactory", "message": message });
    assert_eq!(answer.json()["error"]["details"], json!([detail]));

    let provider = format!("{SUBSCRIPTION}/providers/Microsoft.DataFactory");
    assert_eq!(owner.get(&provider).await.has_status(200).json()["registrationState"], "NotRegistered");
    let answer = owner.post(&format!("{provider}/register"), Value::Null).await;
    assert_eq!(answer.has_status(200).json()["registrationState"], "Registering");
    assert_eq!(owner.get(&provider).await.json()["registrationState"], "Registered");
    owner.put(&id, body).await.has_status(200);
}

//! `factory-keeps-its-identity`

use adf_emulator_tests::{Azure, RG_SHARED, factory, factory_with_identity};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn an_identity_is_not_left_out_once_a_factory_has_one() {
    let azure = Azure::start().await;
    let factory = factory(RG_SHARED, "sharing");
    let without = json!({ "location": "eastus" });
    azure.owner().put(&factory, without.clone()).await.has_status(200);
    azure.owner().put(&factory, without.clone()).await.has_status(200);
    azure.owner().put(&factory, factory_with_identity()).await.has_status(200);
    let answer = azure.owner().is_refused(Method::PUT, &factory, without.clone(), 400, "BadRequest").await;
    answer.by_rule("factory-keeps-its-identity");
    let none = json!({ "location": "eastus", "identity": { "type": "None" } });
    let taken = azure.owner().put(&factory, none).await.has_status(200).json();
    assert_eq!(taken.get("identity"), None::<&Value>);
    azure.owner().put(&factory, without).await.has_status(200);
}

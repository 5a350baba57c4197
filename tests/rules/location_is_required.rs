//! `location-is-required`

use adf_emulator_tests::{Azure, RG_SHARED, SUBSCRIPTION, factory};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_group_a_factory_and_an_identity_are_made_somewhere() {
    let azure = Azure::start().await;
    let group = format!("{SUBSCRIPTION}/resourceGroups/rg-new");
    let identity = format!("{RG_SHARED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-new");
    for id in [group, factory(RG_SHARED, "f-new"), identity] {
        for body in [json!({}), json!({ "location": "" })] {
            let answer = azure.owner().is_refused(Method::PUT, &id, body, 400, "LocationRequired").await;
            answer.by_rule("location-is-required").says("The location property is required for this definition.");
        }
        let made = azure.owner().put(&id, json!({ "location": "eastus" })).await;
        assert!([200, 201].contains(&made.status()), "{made:?}");
    }
}

//! `document-shape`

use adf_emulator_tests::{Azure, RG_SHARED, factory, factory_with_identity};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn members_are_what_the_models_say() {
    let azure = Azure::start().await;
    let factory = factory(RG_SHARED, "sharing");
    azure.owner().put(&factory, factory_with_identity()).await.has_status(200);
    let in_factory = |properties| json!({ "location": "eastus", "identity": { "type": "SystemAssigned" }, "properties": properties });
    let parameters = |parameter| in_factory(json!({ "globalParameters": { "p": parameter } }));
    azure.owner().put(&factory, parameters(json!({ "type": "int", "value": 1 }))).await.has_status(200);
    for (path, body, named) in [
        ("", in_factory(json!(1)), "properties"),
        ("", in_factory(json!({ "publicNetworkAccess": "Sometimes" })), "properties.publicNetworkAccess"),
        ("", parameters(json!({ "type": "Colour", "value": 1 })), "properties.globalParameters.p.type"),
        ("", parameters(json!({ "type": "int" })), "properties.globalParameters.p.value"),
        ("/linkedservices/one", json!({ "properties": [] }), "properties"),
        ("/linkedservices/one", json!({ "properties": {} }), "properties.type"),
        ("/linkedservices/one", json!({ "properties": { "type": "SqlServer", "typeProperties": "x" } }), "properties.typeProperties"),
        ("/credentials/one", json!({ "properties": { "type": "Password" } }), "properties.type"),
    ] {
        let answer = azure.owner().is_refused(Method::PUT, &format!("{factory}{path}"), body, 400, "BadRequest").await;
        answer.by_rule("document-shape").says(&format!("Invalid value for property '{named}'"));
    }
}

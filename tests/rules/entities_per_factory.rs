//! `entities-per-factory`

use adf_emulator_tests::{Azure, RG_SHARED, factory, factory_with_identity};
use reqwest::Method;
use serde_json::{Value, json};

/// The last one fits: 4,999 come from the world file, one more over HTTP.
#[tokio::test]
async fn a_factory_holds_5000_entities_and_not_one_more() {
    let factory = factory(RG_SHARED, "full");
    let body = json!({ "properties": { "type": "SqlServer" } });
    let mut world: Value = serde_json::from_str(&Azure::start().await.export()).unwrap();
    let resources = world["resources"].as_array_mut().unwrap();
    resources.push(json!({ "id": factory, "body": factory_with_identity() }));
    resources.extend((1..5_000).map(|number| json!({ "id": format!("{factory}/linkedservices/ls{number}"), "body": body })));
    let azure = Azure::with_world(&world).await;
    azure.owner().put(&format!("{factory}/linkedservices/last"), body.clone()).await.has_status(200);
    let path = format!("{factory}/linkedservices/toomany");
    azure.owner().is_refused(Method::PUT, &path, body.clone(), 400, "BadRequest").await.by_rule("entities-per-factory");
    azure.owner().put(&format!("{factory}/linkedservices/ls1"), body).await.has_status(200);
}

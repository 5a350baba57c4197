//! `integration-runtime-keeps-its-type`

use adf_emulator_tests::{Azure, RG_SHARED, factory, runtime, self_hosted};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_self_hosted_runtime_does_not_become_managed_nor_the_other_way_round() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let managed = runtime(&factory(RG_SHARED, "sharing"), "managed");
    let body = json!({ "properties": { "type": "Managed", "typeProperties": {} } });
    azure.owner().put(&managed, body.clone()).await.has_status(200);
    for (id, body) in [(&shared, body), (&managed, self_hosted())] {
        let answer = azure.owner().is_refused(Method::PUT, id, body, 400, "DataFactoryPropertyUpdateNotSupported").await;
        answer.by_rule("integration-runtime-keeps-its-type").says("Updating property type is not supported.");
    }
    azure.owner().put(&shared, self_hosted()).await.has_status(200);
}

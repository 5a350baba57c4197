//! `link-names-a-runtime`

use adf_emulator_tests::{Azure, CONTRIBUTOR, RG_SHARED, factory, grant, linked_to, role_assignment, runtime};
use reqwest::Method;
use serde_json::{Value, json};

fn linked(info: Value) -> Value {
    json!({ "properties": { "type": "SelfHosted", "typeProperties": { "linkedInfo": info } } })
}

#[tokio::test]
async fn linked_info_has_a_way_of_access_and_the_id_of_a_runtime() {
    let azure = Azure::start().await;
    let (shared, linking, _) = azure.two_factories().await;
    let id = runtime(&linking, "linked");
    let malformed = ["", "shared", "/", RG_SHARED, &factory(RG_SHARED, "sharing"), &format!("{shared}/nodes/n"), "subscriptions/s"];
    let bodies = malformed.iter().map(|text| linked_to(text)).chain([
        linked(json!({})),
        linked(json!({ "resourceId": shared })),
        linked(json!({ "authorizationType": "Magic", "resourceId": shared })),
        linked(json!({ "authorizationType": "RBAC" })),
    ]);
    for body in bodies {
        azure.owner().is_refused(Method::PUT, &id, body, 400, "BadRequest").await.by_rule("link-names-a-runtime");
    }
    let key = linked(json!({ "authorizationType": "Key", "key": { "type": "SecureString", "value": "IR@" } }));
    let answer = azure.owner().is_refused(Method::PUT, &id, key, 501, "NotEmulated").await;
    assert!(answer.header("x-emulator-not-emulated").unwrap().contains("'Key'"));
    azure.owner().is_refused(Method::PUT, &id, linked(json!("x")), 400, "BadRequest").await.by_rule("document-shape");
}

#[tokio::test]
async fn a_managed_runtime_cannot_be_shared() {
    let azure = Azure::start().await;
    let (_, linking, principal) = azure.two_factories().await;
    let managed = runtime(&factory(RG_SHARED, "sharing"), "managed");
    azure.owner().put(&managed, json!({ "properties": { "type": "Managed", "typeProperties": {} } })).await.has_status(200);
    azure.owner().put(&role_assignment(&managed, 1), grant(CONTRIBUTOR, &principal)).await.has_status(201);
    let answer = azure.owner().is_refused(Method::PUT, &runtime(&linking, "linked"), linked_to(&managed), 400, "BadRequest").await;
    answer.by_rule("link-names-a-runtime");
}

//! `system-protected-deny-assignment-stays`

use adf_emulator_tests::{Azure, SUBSCRIPTION, TENANT, deny, deny_assignment};
use reqwest::Method;
use serde_json::{Value, json};

const ADA: &str = "55555555-5555-5555-5555-000000000001";

#[tokio::test]
async fn one_of_azures_is_read_and_nothing_else() {
    let entry = |number: u32, is_system_protected: bool| {
        let mut body = deny(&format!("d{number}"), &["Microsoft.DataFactory/factories/delete"], ADA);
        body["properties"]["isSystemProtected"] = json!(is_system_protected);
        json!({ "id": deny_assignment(SUBSCRIPTION, number), "body": body })
    };
    let world = json!({
        "tenants": [{ "id": TENANT, "principals": [{ "name": "ada", "type": "User", "objectId": ADA }],
            "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }] }],
        "resources": [entry(1, true), entry(2, false)],
        "roleAssignments": [{ "principal": "ada", "role": "Owner", "scope": SUBSCRIPTION }],
    });
    let azure = Azure::with_world(&world).await;
    let (ada, system) = (azure.caller("ada"), deny_assignment(SUBSCRIPTION, 1));
    assert_eq!(ada.get(&system).await.has_status(200).json()["properties"]["isSystemProtected"], true);
    let name = system.rsplit('/').next().unwrap();
    let says = format!("The deny assignment '{name}' is system protected and cannot be updated or deleted.");
    let body = deny("d1", &["Microsoft.DataFactory/factories/write"], ADA);
    for (method, body) in [(Method::PUT, body), (Method::DELETE, Value::Null)] {
        let answer = ada.is_refused(method, &system, body, 400, "BadRequestFormat").await;
        answer.says(&says).by_rule("system-protected-deny-assignment-stays");
    }
    ada.delete(&deny_assignment(SUBSCRIPTION, 2)).await.has_status(200);
}

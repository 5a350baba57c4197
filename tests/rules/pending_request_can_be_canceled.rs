//! `pending-request-can-be-canceled`

use adf_emulator_tests::{Azure, READER, RG_SHARED, STRANGER, asks, assignment_request};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn what_has_begun_is_not_canceled() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let cancel = |number: u32| format!("{}/cancel", assignment_request(RG_SHARED, number));
    let mut body = asks("AdminAssign", READER, STRANGER, "PT8H");
    body["properties"]["scheduleInfo"]["startDateTime"] = "2100-01-01T00:00:00Z".into();
    owner.put(&assignment_request(RG_SHARED, 1), body.clone()).await.has_status(201);
    owner.post(&cancel(1), Value::Null).await.has_status(200);
    assert_eq!(owner.get(&assignment_request(RG_SHARED, 1)).await.json()["properties"]["status"], "Canceled");
    owner.put(&assignment_request(RG_SHARED, 2), asks("AdminAssign", READER, STRANGER, "PT8H")).await.has_status(201);
    for (number, status) in [(1, "Canceled"), (2, "Provisioned")] {
        let code = "RoleAssignmentRequestCannotBeCanceled";
        let answer = owner.is_refused(Method::POST, &cancel(number), Value::Null, 400, code).await;
        answer.says(&format!(
            "The role assignment request with Id: eeeeeeee-0000-4000-8000-{number:012} cannot be canceled because its status is '{status}'."
        ));
        answer.by_rule("pending-request-can-be-canceled");
    }
}

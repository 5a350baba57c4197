//! `schedule-info-shape`

use adf_emulator_tests::{Azure, READER, RG_LINKED, RG_SHARED, STRANGER, asks, assignment_request};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn an_end_that_cannot_be_understood_is_refused() {
    let azure = Azure::start().await;
    let ends = |expiration: serde_json::Value| {
        let mut body = asks("AdminAssign", READER, STRANGER, "PT8H");
        body["properties"]["scheduleInfo"] = json!({ "startDateTime": "2020-01-01T00:00:00Z", "expiration": expiration });
        body
    };
    for expiration in [
        json!({ "type": "AfterDuration" }),
        json!({ "type": "AfterDuration", "duration": "-PT8H" }),
        json!({ "type": "AfterDateTime", "endDateTime": "2020-01-02T00:00:00Z" }),
        json!({ "type": "Sometime", "duration": "PT8H" }),
    ] {
        let code = "InvalidRoleAssignmentRequestSchedule";
        let answer = azure.owner().is_refused(Method::PUT, &assignment_request(RG_SHARED, 1), ends(expiration), 400, code).await;
        answer.says("The role assignment request schedule is invalid.").by_rule("schedule-info-shape");
    }
    let lasting = ends(json!({ "type": "AfterDuration", "duration": "PT8H" }));
    azure.owner().put(&assignment_request(RG_SHARED, 1), lasting).await.has_status(201);
    azure.owner().put(&assignment_request(RG_LINKED, 2), ends(json!({ "duration": "PT8H" }))).await.has_status(201);
}

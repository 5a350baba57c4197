//! `schedule-times-are-iso-8601`

use adf_emulator_tests::{Azure, READER, RG_SHARED, STRANGER, asks, eligibility_request};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn what_cannot_be_read_is_named() {
    let mut world: Value = serde_json::from_str(include_str!("../../fixtures/worlds/built-in.json")).unwrap();
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    let azure = Azure::with_world(&world).await;
    let (owner, path) = (azure.owner(), eligibility_request(RG_SHARED, 1));
    let with = |start: &str, expiration: Value| {
        let mut body = asks("AdminAssign", READER, STRANGER, "PT8H");
        body["properties"]["scheduleInfo"] = json!({ "startDateTime": start, "expiration": expiration });
        body
    };
    let lasting = |duration: &str| with("2030-01-01T00:00:00Z", json!({ "type": "AfterDuration", "duration": duration }));
    let until = |end: &str| json!({ "type": "AfterDateTime", "endDateTime": end });
    for (body, named) in [
        (lasting("8 hours"), "The duration '8 hours' is not"),
        (lasting("P1W"), "The duration 'P1W' is not"),
        (lasting("PT1.5H"), "The duration 'PT1.5H' is not"),
        (with("now", until("2030-02-01T00:00:00Z")), "The startDateTime 'now' is not"),
        (with("2030-01-01T00:00:00Z", until("2030-02-01T00:00:00")), "The endDateTime '2030-02-01T00:00:00' is not"),
    ] {
        let answer = owner.is_refused(Method::PUT, &path, body, 400, "InvalidRoleAssignmentRequestSchedule").await;
        answer.by_rule("schedule-times-are-iso-8601");
        assert!(answer.text().contains(named), "{}", answer.text());
    }
    for (number, duration, end) in
        [(1, "P1Y", "2031-01-01T00:00:00Z"), (2, "P1M", "2030-01-31T00:00:00Z"), (3, "P2MT12H", "2030-03-02T12:00:00Z")]
    {
        owner.put(&eligibility_request(RG_SHARED, number * 2), lasting(duration)).await.has_status(201);
        let list = format!("{RG_SHARED}/providers/Microsoft.Authorization/roleEligibilitySchedules?$filter=principalId eq '{STRANGER}'");
        assert_eq!(owner.get(&list).await.json()["value"][0]["properties"]["endDateTime"], end, "{duration}");
        owner.put(&eligibility_request(RG_SHARED, number * 2 + 1), asks("AdminRemove", READER, STRANGER, "PT8H")).await.has_status(201);
    }
}

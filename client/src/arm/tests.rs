//! What goes over the wire for lists, long-running operations, links and failures.
//!
//! What is asked for and what is done with the answer; no server, a list of answers instead.

use super::*;
use crate::fake_azure::FakeAzure;
use serde_json::json;
use std::sync::Mutex;

#[test]
fn names_are_percent_encoded_and_queries_kept() {
    let request = ArmRequest::get("/subscriptions/s/resourceGroups/my group/x?y")
        .query("api-version", "2018-06-01")
        .query("$filter", "principalId eq 'p'");
    let url = request.url(&Url::parse("https://azure.test/").unwrap()).unwrap();
    assert_eq!(url.path(), "/subscriptions/s/resourceGroups/my%20group/x%3Fy");
    assert_eq!(url.query(), Some("api-version=2018-06-01&%24filter=principalId+eq+%27p%27"));
}

#[tokio::test]
async fn a_list_is_read_to_its_end() {
    let azure = FakeAzure::new();
    azure
        .answers(200, json!({"value":[1],"nextLink":"https://azure.test/l?api-version=v&%24skiptoken=a"}))
        .answers(200, json!({"value":[2, 3],"nextLink":null}));
    let request = ArmRequest::get("/l").query("api-version", "v");
    let list: Vec<i32> = azure.client().arm().list(request).await.unwrap();
    assert_eq!(list, [1, 2, 3]);
    assert_eq!(azure.lines(), ["GET /l?api-version=v", "GET /l?api-version=v&%24skiptoken=a"]);
    assert_eq!(azure.seen()[1].token.as_deref(), Some("Bearer ada"));
}

#[tokio::test]
async fn a_link_that_leads_away_or_round_is_not_followed() {
    for link in ["https://elsewhere.test/l", "http://azure.test/l", "/l", "https://azure.test/l"] {
        let azure = FakeAzure::new();
        azure.answers(200, json!({"value":[],"nextLink":link}));
        let list = azure.client().arm().list::<Value>(ArmRequest::get("/l")).await;
        assert!(matches!(list, Err(Error::UnexpectedAnswer { .. })), "{link}");
        assert_eq!(azure.lines().len(), 1);
    }
}

#[tokio::test]
async fn an_operation_with_a_status_document_is_awaited() {
    let links = [("azure-asyncoperation", "https://azure.test/op?v"), ("location", "https://azure.test/result?v"), ("retry-after", "0")];
    let azure = FakeAzure::new();
    azure
        .answers_with(202, &links, Value::Null)
        .answers_with(200, &[("retry-after", "0")], json!({"status":"InProgress","error":null}))
        .answers(200, json!({"status":"Succeeded"}))
        .answers(200, json!({"done":true}));
    let answer = azure.client().arm().send_to_end(ArmRequest::post("/start")).await.unwrap();
    assert_eq!(answer.json::<Value>().unwrap(), json!({"done":true}));
    assert_eq!(azure.lines(), ["POST /start", "GET /op?v", "GET /op?v", "GET /result?v"]);
}

#[tokio::test]
async fn an_operation_that_fails_says_why() {
    let links = [("azure-asyncoperation", "https://azure.test/op"), ("retry-after", "0")];
    let azure = FakeAzure::new();
    azure.answers_with(202, &links, Value::Null).answers(200, json!({"status":"Failed","error":{"code":"Broken","message":"It broke."}}));
    let error = azure.client().arm().send_to_end(ArmRequest::post("/start")).await.unwrap_err();
    assert_eq!(error.to_string(), "Broken (200): It broke.");
}

#[tokio::test]
async fn an_operation_with_a_location_is_awaited() {
    let poll = [("location", "https://azure.test/result"), ("retry-after", "0")];
    let azure = FakeAzure::new();
    azure.answers_with(202, &poll, Value::Null).answers_with(202, &poll, Value::Null).answers(200, Value::Null);
    let answer = azure.client().arm().send_to_end(ArmRequest::delete("/g")).await.unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(azure.lines(), ["DELETE /g", "GET /result", "GET /result"]);
}

#[tokio::test]
async fn an_observer_is_told_of_answers_refusals_and_silence() {
    let azure = FakeAzure::new();
    azure.answers(200, json!({})).answers_with(
        403,
        &[("x-emulator-rule", "granting-needs-owner")],
        json!({"error":{"code":"AuthorizationFailed","message":"no"}}),
    );
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = seen.clone();
    let observer: Observer = Arc::new(move |it| told.lock().unwrap().push(it.clone()));
    let client = azure.client().observed_by(observer);
    assert_eq!(client.arm().send(ArmRequest::get("/a")).await.unwrap().status, 200);
    let refused = client.arm().send(ArmRequest::put("/b")).await.unwrap_err();
    assert_eq!(refused.service().map(|error| error.status), Some(403));
    let gone = client.arm().send(ArmRequest::get("/c")).await.unwrap_err();
    assert!(matches!(gone, Error::Unreachable { .. }), "{gone}");
    let seen = seen.lock().unwrap();
    let short: Vec<_> = seen.iter().map(|it| (it.path.as_str(), it.status, it.rule.as_deref())).collect();
    assert_eq!(short, [("/a", Some(200), None), ("/b", Some(403), Some("granting-needs-owner")), ("/c", None, None)]);
}

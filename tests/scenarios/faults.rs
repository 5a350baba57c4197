//! Faults that a test puts in the way of its requests, each seen from the outside: answers, delays, broken connections.
//!
//! How a fault is chosen is tested beside it; here what a client then meets, and what the world then is.

use adf_emulator_tests::{Azure, RG_SHARED, factory, factory_with_identity};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn add(azure: &Azure, fault: Value) -> String {
    let added = azure.control(Method::POST, "faults", &fault).await;
    added.has_status(201).json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_fault_answers_in_place_of_the_world() {
    let azure = Azure::start().await;
    let f1 = factory(RG_SHARED, "fault-f1");
    let before = azure.export();
    let wanted = json!({ "method": "PUT", "operation": "factories_createorupdate", "caller": "owner" });
    let answer =
        json!({ "status": 429, "code": "TooManyRequests", "message": "Slow down.", "retryAfterSeconds": 7, "headers": { "x-own": "1" } });
    let id = add(&azure, json!({ "match": wanted, "after": 1, "answer": answer })).await;
    azure.owner().put(&f1, factory_with_identity()).await.has_status(200);
    azure.owner().delete(&f1).await.has_status(200);
    let struck = azure.owner().put(&f1, factory_with_identity()).await;
    struck.is_refused(429, "TooManyRequests").says("Slow down.");
    assert_eq!((struck.header("retry-after"), struck.header("x-own")), (Some("7"), Some("1")));
    azure.caller("reader").get(&f1).await.has_status(404);
    azure.owner().put(&f1, factory_with_identity()).await.has_status(200);
    azure.owner().delete(&f1).await.has_status(200);
    assert_ne!(azure.export(), before, "etags were drawn; the fault itself is no part of the world");
    let shown = azure.fetch(&format!("/_emulator/faults/{id}")).await.json();
    let body = json!({ "error": { "code": "TooManyRequests", "message": "Slow down." } });
    let answer = json!({ "status": 429, "headers": { "x-own": "1", "retry-after": "7" }, "body": body });
    let wanted = json!({ "method": "PUT", "operation": "factories_createorupdate", "caller": "owner" });
    let whole = json!({ "id": id, "match": wanted, "after": 1, "times": 1, "probability": 1.0, "answer": answer, "hits": 1 });
    assert_eq!(shown, whole);
    let entries = azure.fetch("/_emulator/requests?status=429").await.json();
    assert_eq!((&entries["value"][0]["fault"], &entries["value"][0]["code"]), (&json!(id), &json!("TooManyRequests")));
}

#[tokio::test]
async fn a_token_endpoint_can_fail_too() {
    let azure = Azure::start().await;
    add(&azure, json!({ "match": { "operation": "Token" }, "answer": { "status": 503 } })).await;
    let path = "/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token";
    azure.post_form(path, &[]).await.is_refused(503, "ServiceUnavailable");
    azure.sign_in(1, "owner-secret", "https://management.azure.com/.default").await;
}

/// What the journal calls a request, a fault finds it by: at Entra, and at Graph by the type too.
#[tokio::test]
async fn a_fault_finds_a_request_by_the_name_in_the_journal() {
    let azure = Azure::start().await;
    let requests = [
        ("/graph/v1.0/users", "user-list"),
        ("/graph/v1.0/groups", "group-list"),
        ("/graph/v1.0/me", "user-get"),
        ("/graph/beta/applications/$count", "application-count"),
        ("/graph/v1.0/devices", "Graph"),
        ("/common/v2.0/.well-known/openid-configuration", "Discovery_OpenId"),
        ("/metadata/endpoints?api-version=2022-09-01", "Metadata_Endpoints"),
        ("/nobody/oauth2/nothing", "Entra"),
    ];
    for (path, operation) in requests {
        azure.fetch_as("ada", path).await;
        let entries = azure.fetch("/_emulator/requests").await.json();
        assert_eq!(entries["value"].as_array().unwrap().last().unwrap()["operation"], operation, "{path}");
        add(&azure, json!({ "match": { "operation": operation }, "answer": { "status": 418 } })).await;
        for (other, name) in requests {
            let struck = azure.fetch_as("ada", other).await.status() == 418;
            assert_eq!(struck, name == operation, "{operation} at {other}");
        }
    }
}

#[tokio::test]
async fn a_delayed_request_is_answered_later() {
    let azure = Azure::start().await;
    add(&azure, json!({ "match": { "path": "*/resourceGroups/rg-shared" }, "answer": { "delay": "PT0.2S" } })).await;
    let from = Instant::now();
    azure.owner().get(RG_SHARED).await.has_status(200);
    assert!(from.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn connections_and_bodies_break() {
    let azure = Azure::start().await;
    let url = format!("{}{RG_SHARED}?api-version=2021-04-01", azure.url());
    let get = async || azure.client().get(&url).header("authorization", "Bearer owner").send().await;
    add(&azure, json!({ "answer": { "drop": "before" } })).await;
    add(&azure, json!({ "answer": { "drop": "midBody" } })).await;
    add(&azure, json!({ "answer": { "malformed": true } })).await;
    assert!(get().await.is_err());
    let broken = get().await.unwrap();
    assert_eq!(broken.status(), 200);
    assert!(broken.bytes().await.is_err());
    let malformed = get().await.unwrap().text().await.unwrap();
    assert!(malformed.starts_with('{') && serde_json::from_str::<Value>(&malformed).is_err(), "{malformed}");
    assert!(get().await.unwrap().json::<Value>().await.is_ok());
    let statuses: Vec<Value> = azure.fetch("/_emulator/requests").await.json()["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| json!([entry["status"], entry["fault"]]))
        .collect();
    assert_eq!(statuses, [json!([null, "1"]), json!([200, "2"]), json!([200, "3"]), json!([200, null])]);
}

#[tokio::test]
async fn an_answer_without_a_body_has_none_to_break() {
    let azure = Azure::start().await;
    let factory = format!("{RG_SHARED}/providers/Microsoft.DataFactory/factories/broken");
    let url = format!("{}{factory}?api-version=2018-06-01", azure.url());
    let delete = async || azure.client().delete(&url).header("authorization", "Bearer owner").send().await;
    add(&azure, json!({ "answer": { "malformed": true } })).await;
    add(&azure, json!({ "answer": { "drop": "midBody" } })).await;
    let whole = delete().await.unwrap();
    assert_eq!((whole.status().as_u16(), whole.headers().get("content-length")), (204, None));
    assert!(delete().await.is_err(), "the connection closes");
    add(&azure, json!({ "answer": { "status": 204 } })).await;
    assert_eq!(delete().await.unwrap().status(), 204);
}

#[tokio::test]
async fn faults_are_listed_and_taken_away() {
    let azure = Azure::start().await;
    let always = json!({ "times": null, "answer": { "status": 500 } });
    let (first, _) = (add(&azure, always.clone()).await, add(&azure, always).await);
    azure.owner().get(RG_SHARED).await.is_refused(500, "InternalServerError");
    azure.control(Method::DELETE, &format!("faults/{first}"), &json!({})).await.has_status(204);
    azure.owner().get(RG_SHARED).await.has_status(500);
    azure.control(Method::DELETE, &format!("faults/{first}"), &json!({})).await.is_refused(404, "NotFound");
    azure.control(Method::DELETE, "faults", &json!({})).await.has_status(204);
    azure.owner().get(RG_SHARED).await.has_status(200);
    add(&azure, json!({ "times": null, "answer": { "status": 500 } })).await;
    azure.control(Method::POST, "reset", &json!({})).await.has_status(204);
    azure.owner().get(RG_SHARED).await.has_status(200);
}

#[tokio::test]
async fn a_fault_that_cannot_be_meant_is_told_by_its_field() {
    let azure = Azure::start().await;
    for (fault, field) in [
        (json!({}), "answer"),
        (json!({ "answer": {} }), "answer.status"),
        (json!({ "answer": { "status": 199 } }), "answer.status"),
        (json!({ "answer": { "status": 500, "colour": 1 } }), "answer.colour"),
        (json!({ "answer": { "status": 500, "code": 1 } }), "answer.code"),
        (json!({ "answer": { "status": 500, "retryAfterSeconds": -1 } }), "answer.retryAfterSeconds"),
        (json!({ "answer": { "status": 500, "headers": { "a b": "c" } } }), "answer.headers.a b"),
        (json!({ "answer": { "status": 500, "headers": { "content-length": "1" } } }), "answer.headers.content-length"),
        (json!({ "answer": { "status": 204, "body": {} } }), "answer.body"),
        (json!({ "answer": { "status": 304, "code": "NotModified" } }), "answer.body"),
        (json!({ "answer": { "delay": "PT61S" } }), "answer.delay"),
        (json!({ "answer": { "delay": "-PT1S" } }), "answer.delay"),
        (json!({ "answer": { "drop": "after" } }), "answer.drop"),
        (json!({ "answer": { "malformed": false } }), "answer.malformed"),
        (json!({ "answer": { "malformed": true, "status": 500 } }), "answer"),
        (json!({ "answer": { "status": 500 }, "probability": 1.5 }), "probability"),
        (json!({ "answer": { "status": 500 }, "times": -1 }), "times"),
        (json!({ "answer": { "status": 500 }, "after": "1" }), "after"),
        (json!({ "answer": { "status": 500 }, "match": { "status": 500 } }), "match.status"),
        (json!({ "answer": { "status": 500 }, "colour": "red" }), "colour"),
    ] {
        let refused = azure.control(Method::POST, "faults", &fault).await;
        assert_eq!(refused.has_status(400).json()["error"]["target"], field, "{fault}");
    }
    assert_eq!(azure.fetch("/_emulator/faults").await.json(), json!({ "value": [] }));
}

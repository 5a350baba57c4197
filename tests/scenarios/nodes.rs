//! Nodes that send heartbeats, as `adf-emulator node` does: how they are follows from them, on the world's clock.
//!
//! The processes themselves are tested beside the binary.

use adf_emulator_tests::{Answer, Azure};
use reqwest::Method;
use serde_json::{Value, json};

async fn beat(azure: &Azure, id: &str, body: &Value) -> Answer {
    azure.control(Method::POST, &format!("nodes/{id}/heartbeat"), body).await
}

/// An emulator whose clock stands at the beginning of 2040.
async fn frozen() -> Azure {
    let azure = Azure::start().await;
    azure.control(Method::PATCH, "clock", &json!({ "set": "2040-01-01T00:00:00Z", "frozen": true })).await.has_status(200);
    azure
}

#[tokio::test]
async fn a_node_is_online_as_long_as_its_heartbeats_come() {
    let azure = frozen().await;
    let (shared, _, _) = azure.two_factories().await;
    let id = azure.node(&shared, "node1").await;
    let node = azure.fetch(&format!("/_emulator/nodes/{id}")).await.json();
    azure.advance("PT1H").await;
    assert_eq!(azure.state_of(&shared).await.0, "Online", "it stays as it is set before its first heartbeat");

    let mut expected = node.clone();
    expected.as_object_mut().unwrap().extend([
        ("cameBack".to_owned(), json!(false)),
        ("nodeHeartbeat".to_owned(), json!("PT30S")),
        ("offlineAfter".to_owned(), json!("PT90S")),
    ]);
    assert_eq!(beat(&azure, &id, &json!({})).await.has_status(200).json(), expected);
    azure.advance("PT89S").await;
    assert_eq!(azure.state_of(&shared).await.0, "Online");
    azure.advance("PT1S").await;
    assert_eq!(azure.state_of(&shared).await.0, "Offline");
    let seen = azure.owner().get(&format!("{shared}/nodes/node1")).await.json();
    assert_eq!((&seen["status"], &seen["capabilities"]["connectedToResourceManager"]), (&json!("Offline"), &json!("False")));
    let times = ["lastConnectTime", "lastStartTime", "lastStopTime"].map(|name| seen[name].as_str().unwrap());
    assert_eq!(times, ["2040-01-01T01:00:00Z", "2040-01-01T00:00:00Z", "2040-01-01T01:01:30Z"]);

    azure.advance("PT1H").await;
    let figures = json!({ "cpuUtilization": 15, "availableMemoryInMB": 1024, "concurrentJobsRunning": 2, "version": "5.4.7741.1" });
    assert_eq!(beat(&azure, &id, &figures).await.has_status(200).json()["cameBack"], true);
    let seen = azure.owner().get(&format!("{shared}/nodes/node1")).await.json();
    assert_eq!(
        (&seen["status"], &seen["lastStartTime"], &seen["version"]),
        (&json!("Online"), &json!("2040-01-01T02:01:30Z"), &json!("5.4.7741.1"))
    );
    let told = azure.owner().post(&format!("{shared}/monitoringData"), Value::Null).await.has_status(200).json();
    assert_eq!((&told["nodes"][0]["cpuUtilization"], &told["nodes"][0]["availableMemoryInMB"]), (&json!(15), &json!(1024)));
}

#[tokio::test]
async fn the_settings_say_how_long_a_node_may_be_silent_and_fit_each_other() {
    let azure = frozen().await;
    let (shared, _, _) = azure.two_factories().await;
    let id = azure.node(&shared, "node1").await;
    beat(&azure, &id, &json!({})).await.has_status(200);
    azure.advance("PT1M").await;
    let settings = azure.control(Method::PATCH, "settings", &json!({ "nodeHeartbeat": "PT5S", "offlineAfter": "PT10S" })).await;
    settings.has_status(200);
    assert_eq!(azure.state_of(&shared).await.0, "Offline", "in force at once");
    let before = azure.export();
    for (wrong, target, words) in [
        (json!({ "offlineAfter": "PT5S" }), "offlineAfter", "PT5S is not longer than nodeHeartbeat, which is PT5S"),
        (json!({ "nodeHeartbeat": "PT10S" }), "offlineAfter", "PT10S is not longer than nodeHeartbeat, which is PT10S"),
        (json!({ "nodeHeartbeat": "PT0S" }), "nodeHeartbeat", "at least PT0.1S"),
        (json!({ "offlineAfter": "-PT1S" }), "offlineAfter", "is not a duration"),
        (json!({ "offlineAfter": 90 }), "offlineAfter", "is not a duration"),
    ] {
        let refused = azure.control(Method::PATCH, "settings", &wrong).await;
        refused.is_refused(400, "InvalidField");
        assert_eq!(refused.json()["error"]["target"], target, "{refused:?}");
        assert!(refused.text().contains(words), "{refused:?}");
    }
    assert_eq!(azure.export(), before);
    azure.control(Method::PATCH, "settings", &json!({ "nodeHeartbeat": "PT1M", "offlineAfter": "PT2M" })).await.has_status(200);
}

#[tokio::test]
async fn a_heartbeat_that_cannot_be_meant_changes_nothing() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let id = azure.node(&shared, "node1").await;
    let before = azure.export();
    for (body, code) in [
        (json!({ "cpuUtilization": 101 }), "InvalidField"),
        (json!({ "concurrentJobsRunning": "2" }), "InvalidField"),
        (json!({ "status": "Online" }), "UnknownField"),
    ] {
        beat(&azure, &id, &body).await.is_refused(400, code);
    }
    beat(&azure, "none", &json!({})).await.is_refused(404, "NotFound");
    azure.control(Method::GET, &format!("nodes/{id}/heartbeat"), &json!({})).await.is_refused(405, "MethodNotAllowed");
    assert_eq!(azure.export(), before);
    azure.owner().delete(&shared).await.has_status(200);
    beat(&azure, &id, &json!({})).await.is_refused(404, "NotFound");
}

#[tokio::test]
async fn a_world_that_is_written_down_waits_for_the_same_heartbeats() {
    let azure = frozen().await;
    let (shared, _, _) = azure.two_factories().await;
    let (beating, silent) = (azure.node(&shared, "beating").await, azure.node(&shared, "silent").await);
    beat(&azure, &beating, &json!({})).await.has_status(200);
    azure.advance("PT80S").await;
    let world: Value = serde_json::from_str(&azure.export()).unwrap();
    let again = Azure::with_world(&world).await;
    assert_eq!(again.export(), world.to_string());
    for azure in [&azure, &again] {
        azure.advance("PT10S").await;
        assert_eq!(azure.state_of(&shared).await.0, "Limited");
        let states = [&beating, &silent].map(|id| format!("/_emulator/nodes/{id}"));
        assert_eq!(azure.fetch(&states[0]).await.json()["status"], "Offline");
        assert_eq!(azure.fetch(&states[1]).await.json()["status"], "Online");
    }
    assert_eq!(again.export(), azure.export());
}

#[tokio::test]
async fn settings_that_do_not_fit_are_refused_in_a_world_file_wherever_they_stand() {
    let with = async |settings: Value| {
        let world = json!({ "settings": settings }).to_string();
        adf_emulator::embed::Emulator::with_world(&world).await.map(|_| ()).map_err(|refused| refused.to_string())
    };
    assert_eq!(with(json!({ "nodeHeartbeat": "PT5M", "offlineAfter": "PT15M" })).await, Ok(()));
    let refused = with(json!({ "nodeHeartbeat": "PT5M" })).await.unwrap_err();
    assert!(refused.contains("settings.offlineAfter: PT90S is not longer than nodeHeartbeat, which is PT300S"), "{refused}");
}

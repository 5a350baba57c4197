//! The same seed and the same requests give the same answers: status, headers and body, byte for byte.
//!
//! With the clock frozen, one port and one folder of keys, requests one after another. What Entra's token endpoints
//! answer is left out: tokens are signed anew, on the host's time.

use adf_emulator::config::{Config, KeptIn, ListenAddress, WorldText};
use adf_emulator::embed::Emulator;
use adf_emulator_core::world_file::BUILT_IN;
use adf_emulator_tests::{
    CONTRIBUTOR, RG_LINKED, RG_SHARED, SUBSCRIPTION, factory, factory_with_identity, linked_to, role_assignment, runtime, self_hosted,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

/// Returns a port of 127.0.0.1 that was free a moment ago.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn start(port: u16, folder: &Path) -> Emulator {
    let mut world: Value = serde_json::from_str(BUILT_IN).unwrap();
    world["seed"] = json!(42);
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    let worlds = vec![WorldText { name: "frozen".to_owned(), text: world.to_string() }];
    let listen = vec![ListenAddress::At(SocketAddr::from(([127, 0, 0, 1], port)))];
    Emulator::with(Config { listen, worlds, kept_in: KeptIn::Folder(folder.to_owned()), ..Config::embedded() }).await.unwrap()
}

/// Sends a request as text and returns the answer as it came.
fn exchange(port: u16, method: &str, path: &str, token: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n");
    let request = format!("{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// One history with what succeeds, what is refused, and our own endpoints; returns every answer.
fn history(port: u16) -> Vec<String> {
    let (sharing, linking) = (factory(RG_SHARED, "sharing"), factory(RG_LINKED, "linking"));
    let (shared, linked) = (runtime(&sharing, "shared"), runtime(&linking, "linked"));
    let mut answers = Vec::new();
    let mut ask = |method: &str, path: &str, token: &str, body: Value| {
        let version = if path.contains("roleAssignments") { "2022-04-01" } else { "2018-06-01" };
        let version = if path.contains("/providers/") { version } else { "2022-09-01" };
        let path = if path.starts_with("/_emulator") { path.to_owned() } else { format!("{path}?api-version={version}") };
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = exchange(port, method, &path, token, &body);
        answers.push(answer.clone());
        serde_json::from_str::<Value>(answer.split("\r\n\r\n").nth(1).unwrap_or_default()).unwrap_or_default()
    };
    ask("PUT", &sharing, "owner", factory_with_identity());
    ask("PUT", &shared, "owner", self_hosted());
    let made = ask("PUT", &linking, "owner", factory_with_identity());
    ask("PUT", &linked, "owner", linked_to(&shared));
    let principal = made["identity"]["principalId"].as_str().unwrap().to_owned();
    let role = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR}");
    let grant = json!({ "properties": { "roleDefinitionId": role, "principalId": principal } });
    ask("PUT", &role_assignment(&shared, 1), "reader", grant.clone());
    ask("PUT", &role_assignment(&shared, 1), "owner", grant);
    ask("PUT", &linked, "owner", linked_to(&shared));
    let keys = ask("POST", &format!("{shared}/listAuthKeys"), "owner", Value::Null);
    ask("POST", "/_emulator/nodes", "-", json!({ "authKey": keys["authKey1"], "nodeName": "Node_1" }));
    ask("PATCH", "/_emulator/clock", "-", json!({ "advance": "PT1H" }));
    ask("POST", &format!("{linked}/getStatus"), "reader", Value::Null);
    ask("POST", &format!("{shared}/regenerateAuthKey"), "owner", json!({ "keyName": "authKey2" }));
    ask("DELETE", &format!("{SUBSCRIPTION}/resourceGroups/rg-shared"), "owner", Value::Null);
    ask("GET", SUBSCRIPTION, "nobody", Value::Null);
    ask("GET", "/graph/v1.0/users", "nobody", Value::Null);
    ask("PUT", &format!("{sharing}/pipelines/copy"), "owner", json!({ "properties": {} }));
    ask("GET", "/_emulator/settings", "-", Value::Null);
    ask("GET", "/_emulator/world", "-", Value::Null);
    for path in ["metadata/endpoints", "11111111-1111-1111-1111-111111111111/v2.0/.well-known/openid-configuration"] {
        ask("GET", &format!("/{path}"), "-", Value::Null);
    }
    ask("GET", "/11111111-1111-1111-1111-111111111111/oauth2/v2.0/authorize", "-", Value::Null);
    ask("GET", "/_emulator/ca.pem", "-", Value::Null);
    ask("GET", "/_emulator/requests", "-", Value::Null);
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runs_with_one_seed_answer_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut runs = Vec::new();
    for _ in 0..2 {
        let emulator = start(port, folder.path()).await;
        runs.push(tokio::task::spawn_blocking(move || history(port)).await.unwrap());
        emulator.stop().await;
    }
    let second = runs.pop().unwrap();
    let first = runs.pop().unwrap();
    for (one, other) in first.iter().zip(&second) {
        assert!(one.starts_with("HTTP/1.1 ") && one.to_lowercase().contains("\r\ndate: tue, 01 jan 2030 0"), "{one}");
        assert_eq!(one, other);
    }
    assert_eq!(first.len(), second.len());
    let challenges: Vec<&str> = first.iter().filter_map(|answer| answer.split_once("claims=\"")?.1.split('"').next()).collect();
    assert_eq!(challenges.len(), 2, "of Resource Manager and of Graph");
    for claims in challenges {
        let claims: Value = serde_json::from_slice(&STANDARD.decode(claims).unwrap()).unwrap();
        assert_eq!(claims["access_token"]["nbf"]["value"], "1893459600", "an hour after the clock was frozen");
    }
    let statuses: Vec<&str> = first.iter().filter_map(|answer| answer.get(9..12)).collect();
    assert!(statuses.contains(&"403") && statuses.iter().filter(|status| **status == "200").count() > 8, "{statuses:?}");
}

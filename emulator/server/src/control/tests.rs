//! The control endpoints, asked directly: their answers, their refusals, and who may come in.
//!
//! In a file of their own because they ask all of this folder, door and endpoints together.

mod bad_requests;
mod worlds;

use super::*;
use crate::app::{App, HttpRequest, Process, START_WORLD};
use crate::arm::request::BODY_BYTES_MAX;
use crate::certificates::{Authority, StateFolder};
use crate::config::{Config, KeptIn, LogForm};
use crate::listen::{Connection, Shutdown};
use crate::log::Log;
use crate::state_file::StateFile;
use crate::world_cell::Moment;
use adf_emulator_core::timestamp::Timestamp;
use adf_emulator_core::world_file::{self, WorldText};
use axum::http::HeaderMap;
use std::net::SocketAddr;
use std::sync::Arc;

const WORLD: &str = r#"{
    "seed": 7,
    "clock": { "frozenAt": "2030-01-01T00:00:00Z" },
    "tenants": [ { "id": "11111111-1111-1111-1111-111111111111", "displayName": "Contoso", "domain": "contoso.onmicrosoft.com",
        "principals": [
            { "name": "owner", "type": "ServicePrincipal", "objectId": "44444444-4444-4444-4444-000000000001",
              "appId": "33333333-3333-3333-3333-000000000001", "secret": "owner-secret" } ],
        "subscriptions": [ { "id": "22222222-2222-2222-2222-222222222222", "displayName": "Test" } ] } ],
    "resources": [
        { "id": "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg", "body": { "location": "eastus" } },
        { "id": "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg/providers/Microsoft.DataFactory/factories/control-test",
          "body": { "location": "eastus" } },
        { "id": "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg/providers/Microsoft.DataFactory/factories/control-test/integrationRuntimes/shared",
          "body": { "properties": { "type": "SelfHosted" } } } ]
}"#;

const LOCAL: &str = "127.0.0.1:4443";

struct Asked {
    runtime: tokio::runtime::Runtime,
    app: Arc<App>,
    shutdown: Shutdown,
}

/// A request in the making; what is not said is what a well-behaved local client says.
struct Ask<'a> {
    asked: &'a Asked,
    method: Method,
    path: &'a str,
    headers: Vec<(&'static str, String)>,
    body: String,
    peer: &'a str,
}

impl Asked {
    fn new(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::embedded();
        change(&mut config);
        let log = Log::new(LogForm::Off);
        let shutdown = Shutdown::default();
        let state_folder = Arc::new(StateFolder::open(&KeptIn::Process, &log));
        let seeded = world_file::read(&[WorldText { name: "test", text: WORLD }], crate::clock::host_now()).unwrap();
        let tls = Authority::load_or_create(&state_folder).unwrap().server_configuration(&[], &[]).unwrap();
        let addresses = vec![LOCAL.parse().unwrap()];
        let process = Process { config, log, shutdown: shutdown.clone(), state_folder, ca_pem: "PEM".to_owned(), addresses, tls };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { runtime, app: Arc::new(App::new(process, Moment { world: seeded.world, time: seeded.clock.into() })), shutdown }
    }

    fn ask<'a>(&'a self, method: Method, path: &'a str) -> Ask<'a> {
        let headers = vec![("host", LOCAL.to_owned()), ("content-type", "application/json".to_owned())];
        Ask { asked: self, method, path, headers, body: String::new(), peer: "127.0.0.1:50000" }
    }

    fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask(Method::GET, path).send();
        assert_eq!(status, 200, "{path}: {body}");
        body
    }
}

impl<'a> Ask<'a> {
    fn body(mut self, body: &Value) -> Self {
        self.body = body.to_string();
        self
    }

    fn peer(mut self, peer: &'a str) -> Self {
        self.peer = peer;
        self
    }

    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    fn send(self) -> (u16, Value) {
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers {
            headers.insert(name, value.parse().unwrap());
        }
        let address = |text: &str| text.parse::<SocketAddr>().unwrap();
        let http = HttpRequest {
            method: self.method,
            uri: self.path.parse().unwrap(),
            headers,
            body: if self.body.len() > BODY_BYTES_MAX { Body::TooLarge } else { Body::Whole(self.body.into()) },
            origin: format!("http://{LOCAL}"),
            connection: Connection { peer: address(self.peer), local: address(LOCAL), tls: false, azure_host: None },
        };
        let cell = self.asked.app.world(START_WORLD).unwrap();
        let response = self.asked.runtime.block_on(answer(&self.asked.app, &cell, &http));
        let body = response.body();
        let body = serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into());
        (response.status().as_u16(), body)
    }

    /// Asserts the refusal and that the world is what it was.
    fn refused_with(self, status: u16, code: &str, target: Option<&str>) {
        let asked = self.asked;
        let before = asked.get("/_emulator/world");
        let (refused, body) = self.send();
        assert_eq!(refused, status, "{body}");
        let error = &body["error"];
        assert_eq!((error["code"].as_str(), error["target"].as_str()), (Some(code), target), "{body}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()));
        assert_eq!(asked.get("/_emulator/world"), before);
    }
}

#[test]
fn health_and_certificate_answer_everyone() {
    let asked = Asked::new(|_| {});
    for method in [Method::GET, Method::HEAD] {
        let ask = asked.ask(method, "/_emulator/health").peer("10.0.0.9:1").header("host", "evil.example");
        let (status, body) = ask.header("origin", "https://evil.example").send();
        let time = body["hostTime"].clone();
        assert!(Timestamp::parse(time.as_str().unwrap()).is_some(), "{time}");
        let expected = json!({ "status": "ready", "version": env!("CARGO_PKG_VERSION"), "worlds": 1, "hostTime": time });
        assert_eq!((status, body), (200, expected));
    }
    assert_eq!(asked.ask(Method::GET, "//_emulator//ca.pem/").peer("10.0.0.9:1").send(), (200, json!("PEM")));
}

#[test]
fn other_machines_need_the_token() {
    let closed = Asked::new(|_| {});
    closed.ask(Method::GET, "/_emulator/world").peer("10.0.0.9:1").refused_with(403, "Forbidden", None);
    closed.ask(Method::GET, "/_emulator/world").peer("10.0.0.9:1").header("authorization", "Bearer ").refused_with(403, "Forbidden", None);

    let open = Asked::new(|config| config.control_token = Some("open-sesame".to_owned()));
    let ask = || open.ask(Method::GET, "/_emulator/world").peer("10.0.0.9:1").header("host", "emulator:4443");
    ask().refused_with(401, "Unauthorized", None);
    ask().header("authorization", "Bearer open-sesam").refused_with(401, "Unauthorized", None);
    ask().header("authorization", "open-sesame").refused_with(401, "Unauthorized", None);
    assert_eq!(ask().header("authorization", "Bearer open-sesame").send().0, 200);
    open.ask(Method::POST, "/_emulator/reset")
        .peer("10.0.0.9:1")
        .header("authorization", "Bearer open-sesame")
        .without("content-type")
        .refused_with(403, "Forbidden", None);
}

#[test]
fn this_machine_needs_a_name_of_ours() {
    let asked = Asked::new(|config| config.tls_names = vec!["azure.test".to_owned()]);
    for host in ["localhost:4443", "LOCALHOST", "127.0.0.1", "127.8.0.1:80", "[::1]:4443", "Azure.test:9"] {
        assert_eq!(asked.ask(Method::GET, "/_emulator/clock").header("host", host).send().0, 200, "{host}");
    }
    for peer in ["[::1]:5", "[::ffff:127.0.0.1]:5", "127.3.3.3:5"] {
        assert_eq!(asked.ask(Method::GET, "/_emulator/clock").peer(peer).send().0, 200, "{peer}");
    }
    for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:4443", "10.0.0.1", "user@", "a b"] {
        asked.ask(Method::GET, "/_emulator/clock").header("host", host).refused_with(403, "Forbidden", None);
    }
    asked.ask(Method::GET, "/_emulator/clock").without("host").refused_with(403, "Forbidden", None);
}

#[test]
fn web_pages_do_not_drive_it() {
    let asked = Asked::new(|_| {});
    let ask = |origin| asked.ask(Method::DELETE, "/_emulator/world").header("origin", origin);
    for origin in ["https://evil.example", "null", "http://localhost:3000", "http://127.0.0.1", "https://evil.example:4443", ""] {
        ask(origin).refused_with(403, "Forbidden", None);
    }
    // From a page of ours the door is open; there is only nothing behind this one.
    for origin in ["http://127.0.0.1:4443", "https://localhost:4443", "http://[::1]:4443"] {
        ask(origin).refused_with(405, "MethodNotAllowed", None);
    }
    for method in [Method::POST, Method::PUT, Method::PATCH] {
        for media_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
            asked.ask(method.clone(), "/_emulator/reset").header("content-type", media_type).refused_with(403, "Forbidden", None);
        }
        asked.ask(method, "/_emulator/reset").without("content-type").refused_with(403, "Forbidden", None);
    }
    assert_eq!(asked.ask(Method::POST, "/_emulator/reset").header("content-type", "Application/JSON; charset=utf-8").send().0, 204);
}

#[test]
fn the_world_is_written_down_and_replaced_whole() {
    let asked = Asked::new(|_| {});
    let start = asked.get("/_emulator/world");
    assert_eq!(start["tenants"][0]["principals"][0]["secret"], "owner-secret");
    assert!(asked.get("/_emulator/world?state=false").get("state").is_none());

    let other = json!({ "tenants": [ { "id": "99999999-9999-9999-9999-999999999999", "displayName": "Fabrikam", "domain": "fabrikam.onmicrosoft.com" } ] });
    assert_eq!(asked.ask(Method::PUT, "/_emulator/world").body(&other).send(), (204, json!("")));
    assert_eq!(asked.get("/_emulator/world?state=false")["tenants"][0]["displayName"], "Fabrikam");

    assert_eq!(asked.ask(Method::POST, "/_emulator/reset").send().0, 204);
    assert_eq!(asked.get("/_emulator/world"), start);
    assert_eq!(asked.ask(Method::PUT, "/_emulator/world").body(&start).send().0, 204);
    assert_eq!(asked.get("/_emulator/world"), start);
}

#[test]
fn who_signs_in_by_itself_is_a_user_of_the_world() {
    let asked = Asked::new(|_| {});
    let patch = |body: Value| asked.ask(Method::PATCH, "/_emulator/settings").body(&body);
    for nobody in ["adda", "owner"] {
        patch(json!({ "throttling": true, "signInAs": nobody })).refused_with(400, "InvalidField", Some("signInAs"));
    }
    let mut world = asked.get("/_emulator/world");
    let users = world["tenants"][0]["principals"].as_array_mut().unwrap();
    users.push(json!({ "name": "ada", "type": "User", "objectId": "55555555-5555-5555-5555-000000000001" }));
    assert_eq!(asked.ask(Method::PUT, "/_emulator/world").body(&world).send().0, 204);
    assert_eq!(patch(json!({ "signInAs": "ada" })).send().0, 200);
    let exported = asked.get("/_emulator/world");
    assert_eq!(exported["settings"]["signInAs"], "ada");
    assert_eq!(asked.ask(Method::PUT, "/_emulator/world").body(&exported).send().0, 204);
}

#[test]
fn a_world_that_cannot_be_saved_is_told_before_it_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    std::fs::create_dir(&kept).unwrap();
    let asked = Asked::new(|config| config.state = Some(StateFile::open(&kept.join("world.json")).unwrap().0));
    let stops = |asked: &Asked| {
        asked.runtime.block_on(async {
            tokio::select! { biased; () = asked.shutdown.requested() => true, () = std::future::ready(()) => false }
        })
    };
    std::fs::remove_dir_all(&kept).unwrap();
    asked.ask(Method::POST, "/_emulator/stop").refused_with(500, "WorldNotSaved", None);
    assert!(!stops(&asked));
    std::fs::create_dir(&kept).unwrap();
    assert_eq!(asked.ask(Method::POST, "/_emulator/stop").send().0, 204);
    assert!(stops(&asked) && kept.join("world.json").exists());
}

#[test]
fn a_bad_world_changes_nothing() {
    let asked = Asked::new(|_| {});
    let put = |body: &str| {
        let mut ask = asked.ask(Method::PUT, "/_emulator/world");
        ask.body = body.to_owned();
        ask
    };
    for body in ["", "{", "[]", "nothing"] {
        put(body).refused_with(400, "InvalidWorld", None);
    }
    for (body, target) in [(r#"{"tenant":[]}"#, "tenant"), (r#"{"seed":1,"seed":2}"#, "seed"), (r#"{"seed":"one"}"#, "seed")] {
        put(body).refused_with(400, "InvalidWorld", Some(target));
    }
    let duplicate =
        WORLD.replace("\"seed\": 7,", "\"roleAssignments\": [ { \"principal\": \"nobody\", \"role\": \"Owner\", \"scope\": \"/\" } ],");
    let (status, body) = put(&duplicate).send();
    assert_eq!(status, 400);
    assert!(body["error"]["target"].as_str().is_some_and(|target| target.starts_with("roleAssignments[0]")), "{body}");
    asked.ask(Method::GET, "/_emulator/world?state=maybe").refused_with(400, "InvalidParameter", Some("state"));
    let mut unknown = asked.ask(Method::POST, "/_emulator/reset");
    unknown.body = r#"{"hard":true}"#.to_owned();
    unknown.refused_with(400, "UnknownField", Some("hard"));
}

#[test]
fn the_clock_is_read_moved_set_and_stopped() {
    let asked = Asked::new(|_| {});
    let patch = |body: Value| asked.ask(Method::PATCH, "/_emulator/clock").body(&body);
    let frozen_at = |text: &str| (200, json!({ "now": text, "frozen": true }));
    assert_eq!(asked.get("/_emulator/clock"), frozen_at("2030-01-01T00:00:00Z").1);
    assert_eq!(patch(json!({ "advance": "PT10M" })).send(), frozen_at("2030-01-01T00:10:00Z"));
    assert_eq!(patch(json!({ "set": "2030-01-01T12:00:00Z" })).send(), frozen_at("2030-01-01T12:00:00Z"));
    assert_eq!(patch(json!({})).send(), frozen_at("2030-01-01T12:00:00Z"));

    patch(json!({ "set": "2030-01-01T11:59:59Z" })).refused_with(400, "ClockGoesForward", Some("set"));
    patch(json!({ "advance": "-PT1S" })).refused_with(400, "ClockGoesForward", Some("advance"));
    patch(json!({ "advance": "10 minutes" })).refused_with(400, "InvalidField", Some("advance"));
    patch(json!({ "set": 5 })).refused_with(400, "InvalidField", Some("set"));
    patch(json!({ "frozen": "yes" })).refused_with(400, "InvalidField", Some("frozen"));
    patch(json!({ "advance": "PT1S", "set": "2031-01-01T00:00:00Z" })).refused_with(400, "InvalidField", Some("set"));
    patch(json!({ "advance": "PT80000000000H" })).refused_with(400, "InvalidField", Some("advance"));
    patch(json!({ "set": "9999-06-01T00:00:00Z" })).refused_with(400, "InvalidField", Some("set"));
    patch(json!({ "thaw": true })).refused_with(400, "UnknownField", Some("thaw"));

    assert_eq!(patch(json!({ "frozen": false })).send().1["frozen"], false);
    assert_eq!(patch(json!({ "set": "2030-02-01T00:00:00Z", "frozen": true })).send(), frozen_at("2030-02-01T00:00:00Z"));
    assert_eq!(asked.ask(Method::POST, "/_emulator/reset").send().0, 204);
    assert_eq!(asked.get("/_emulator/clock"), frozen_at("2030-01-01T00:00:00Z").1);
}

#[test]
fn a_refused_change_of_a_running_clock_leaves_it_running() {
    let asked = Asked::new(|_| {});
    let patch = |body: Value| asked.ask(Method::PATCH, "/_emulator/clock").body(&body);
    patch(json!({ "frozen": false })).send();
    let before = asked.app.world(START_WORLD).unwrap().clock().time();
    for (field, value) in [("set", "2020-01-01T00:00:00Z"), ("advance", "-PT1S")] {
        patch(json!({ "frozen": true, field: value })).refused_with(400, "ClockGoesForward", Some(field));
    }
    assert_eq!(asked.app.world(START_WORLD).unwrap().clock().time(), before);
}

/// Returns the first key of the one runtime, as an export shows it.
fn auth_key(asked: &Asked) -> String {
    let world = asked.get("/_emulator/world");
    let runtime = world["resources"].as_array().unwrap().iter().find(|entry| entry["id"].as_str().unwrap().ends_with("/shared")).unwrap();
    let state = runtime["state"].to_string();
    let (_, key) = state.split_once("IR@").unwrap();
    format!("IR@{}", key.split('"').next().unwrap())
}

#[test]
fn nodes_register_are_changed_and_go() {
    let asked = Asked::new(|_| {});
    let key = auth_key(&asked);
    let post = |name: &str| asked.ask(Method::POST, "/_emulator/nodes").body(&json!({ "authKey": key, "nodeName": name }));
    let (status, node) = post("Node_1").send();
    assert_eq!(status, 201, "{node}");
    let id = node["id"].as_str().unwrap().to_owned();
    let keys: Vec<&str> = node.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["id", "runtime", "nodeName", "machineName", "version", "status"]);
    assert!(node["runtime"].as_str().unwrap().ends_with("/factories/control-test/integrationruntimes/shared"));
    assert_eq!((&node["nodeName"], &node["status"]), (&json!("Node_1"), &json!("Online")));

    let path = format!("/_emulator/nodes/{id}");
    let patch = |body: Value| asked.ask(Method::PATCH, &path).body(&body);
    let (status, offline) = patch(json!({ "status": "Offline", "cpuUtilization": 100, "availableMemoryInMB": 0 })).send();
    assert_eq!((status, &offline["status"]), (200, &json!("Offline")));
    let (status, again) = post("node_1").send();
    assert_eq!((status, &again), (200, &node));
    assert_eq!(asked.get(&path), node);

    for name in ["b", "c", "d"] {
        assert_eq!(post(name).send().0, 201);
    }
    post("e").refused_with(409, "NodeLimitReached", None);
    assert_eq!(asked.get("/_emulator/nodes")["value"].as_array().unwrap().len(), 4);

    for (body, target) in [
        (json!({ "status": "Asleep" }), "status"),
        (json!({ "cpuUtilization": 101 }), "cpuUtilization"),
        (json!({ "cpuUtilization": 1.5 }), "cpuUtilization"),
        (json!({ "availableMemoryInMB": -1 }), "availableMemoryInMB"),
        (json!({ "concurrentJobsRunning": "2" }), "concurrentJobsRunning"),
        (json!({ "version": "" }), "version"),
    ] {
        patch(body).refused_with(400, "InvalidField", Some(target));
    }
    patch(json!({ "nodeName": "x" })).refused_with(400, "UnknownField", Some("nodeName"));

    assert_eq!(asked.ask(Method::DELETE, &path).send().0, 204);
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        asked.ask(method, &path).refused_with(404, "NotFound", Some("id"));
    }
    asked.ask(Method::GET, "/_emulator/nodes/none").refused_with(404, "NotFound", Some("id"));
    asked.ask(Method::POST, "/_emulator/nodes/none/heartbeat").body(&json!({})).refused_with(404, "NotFound", Some("id"));
}

#[test]
fn a_node_without_a_good_key_does_not_register() {
    let asked = Asked::new(|_| {});
    let key = auth_key(&asked);
    let post = |body: Value| asked.ask(Method::POST, "/_emulator/nodes").body(&body);
    post(json!({ "authKey": "IR@nothing", "nodeName": "a" })).refused_with(400, "InvalidAuthKey", Some("authKey"));
    post(json!({ "nodeName": "a" })).refused_with(400, "InvalidField", Some("authKey"));
    post(json!({ "authKey": key })).refused_with(400, "InvalidField", Some("nodeName"));
    post(json!({ "authKey": key, "nodeName": 5 })).refused_with(400, "InvalidField", Some("nodeName"));
    post(json!({ "authKey": key, "nodeName": "a", "colour": "red" })).refused_with(400, "UnknownField", Some("colour"));
    post(json!({ "authKey": key, "nodeName": "-" })).refused_with(400, "BadRequest", Some("nodeName"));
}

#[test]
fn rules_and_operations_are_lists_of_whole_entries() {
    let asked = Asked::new(|_| {});
    for (path, keys) in [
        ("/_emulator/rules", &["name", "sentence", "page", "status", "code", "remedy", "limitEvidence", "answerEvidence"] as &[&str]),
        ("/_emulator/operations", &["operation", "method", "path", "action", "emulated", "note"]),
    ] {
        let list = asked.get(path);
        for entry in list["value"].as_array().unwrap() {
            let found: Vec<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(found, keys);
        }
    }
    assert!(!asked.get("/_emulator/rules")["value"].as_array().unwrap().is_empty());
}

#[test]
fn what_is_not_here_says_so() {
    let asked = Asked::new(|_| {});
    for path in ["", "nothing", "world/x", "clock/now"] {
        asked.ask(Method::GET, &format!("/_emulator/{path}")).refused_with(404, "NotFound", None);
    }
    for (method, path) in [(Method::DELETE, "world"), (Method::GET, "reset"), (Method::PUT, "health"), (Method::OPTIONS, "clock")] {
        asked.ask(method, &format!("/_emulator/{path}")).refused_with(405, "MethodNotAllowed", None);
    }
    assert!(!is_for("/subscriptions/_emulator") && !is_for("/_emulators") && is_for("/_emulator"));
}

#[test]
fn stop_asks_to_stop() {
    let asked = Asked::new(|_| {});
    assert_eq!(asked.ask(Method::POST, "/_emulator/stop").send().0, 204);
    asked.runtime.block_on(asked.shutdown.requested());
}

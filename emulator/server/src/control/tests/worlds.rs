//! Worlds, snapshots and settings, asked directly: their answers and their refusals.
//!
//! That worlds are apart, and that a closed one's port is closed, is asked over sockets in `tests/scenarios/worlds.rs`.

use super::*;
use serde_json::json;

#[test]
fn worlds_are_opened_listed_and_closed() {
    let asked = Asked::new(|_| {});
    let start = json!({ "id": "0", "http": "http://127.0.0.1:4443", "https": "https://localhost:4443" });
    assert_eq!(asked.get("/_emulator/worlds"), json!({ "value": [start] }));
    assert_eq!(asked.get("/_emulator/worlds/0"), start);

    let open = |body: Value| asked.ask(Method::POST, "/_emulator/worlds").body(&body).send();
    let (status, world) = open(json!({ "from": "start" }));
    assert_eq!((status, &world["id"]), (201, &json!("1")), "{world}");
    let port = world["http"].as_str().unwrap().strip_prefix("http://127.0.0.1:").unwrap();
    assert_eq!(world["https"], format!("https://localhost:{port}"));
    assert_eq!(asked.get("/_emulator/worlds/1"), world);
    assert_eq!(asked.get("/_emulator/worlds"), json!({ "value": [start, world] }));
    assert_eq!(asked.get("/_emulator/health")["worlds"], 2);
    assert!(asked.app.is_served_at("localhost", port.parse().unwrap()));

    assert_eq!(asked.ask(Method::DELETE, "/_emulator/worlds/1").send(), (204, json!("")));
    assert_eq!(asked.get("/_emulator/health")["worlds"], 1);
    assert!(!asked.app.is_served_at("localhost", port.parse().unwrap()));
    for method in [Method::GET, Method::DELETE] {
        for path in ["/_emulator/worlds/1", "/_emulator/worlds/01", "/_emulator/worlds/+1", "/_emulator/worlds/x"] {
            asked.ask(method.clone(), path).refused_with(404, "NotFound", Some("id"));
        }
    }
    asked.ask(Method::DELETE, "/_emulator/worlds/0").refused_with(400, "StartWorldStays", Some("id"));
    assert_eq!(open(json!({ "from": "current" })).1["id"], "2", "an id is given once");
}

#[test]
fn a_world_begins_with_what_was_said() {
    let asked = Asked::new(|_| {});
    let start = asked.get("/_emulator/world");
    let patch = |body: Value| assert_eq!(asked.ask(Method::PATCH, "/_emulator/settings").body(&body).send().0, 200);
    patch(json!({ "operationDuration": "PT1M" }));
    assert_eq!(asked.ask(Method::PUT, "/_emulator/snapshots/one-minute").send(), (204, json!("")));
    patch(json!({ "operationDuration": "PT2M" }));
    asked.ask(Method::PATCH, "/_emulator/clock").body(&json!({ "advance": "PT1H" })).send();
    let of = |body: Value| {
        let (status, world) = asked.ask(Method::POST, "/_emulator/worlds").body(&body).send();
        assert_eq!(status, 201, "{world}");
        let cell = asked.app.world(world["id"].as_str().unwrap().parse().unwrap()).unwrap();
        let export = crate::control::world::document(&cell, crate::control::world::Form::Whole);
        cell.reset();
        assert_eq!(crate::control::world::document(&cell, crate::control::world::Form::Whole), export, "that is its start");
        export
    };
    assert_eq!(of(json!({ "from": "start" })), start);
    assert_eq!(of(json!({ "from": "current" })), asked.get("/_emulator/world"));
    assert_eq!(of(json!({ "from": "snapshot:one-minute" }))["settings"]["operationDuration"], "PT1M");
    assert_eq!(of(json!({ "world": start })), start);
    assert_eq!(of(json!({ "world": {}, "from": null }))["seed"], 0);
}

#[test]
fn a_world_that_cannot_begin_is_not_opened() {
    let asked = Asked::new(|_| {});
    let post = |body: &str| {
        let mut ask = asked.ask(Method::POST, "/_emulator/worlds");
        ask.body = body.to_owned();
        ask
    };
    for (body, code, target) in [
        ("", "InvalidField", "from"),
        ("{}", "InvalidField", "from"),
        (r#"{"from":"now"}"#, "InvalidField", "from"),
        (r#"{"from":"start:x"}"#, "InvalidField", "from"),
        (r#"{"from":5}"#, "InvalidField", "from"),
        (r#"{"from":null}"#, "InvalidField", "from"),
        (r#"{"from":"start","world":{}}"#, "InvalidField", "from"),
        (r#"{"form":"start"}"#, "UnknownField", "form"),
        (r#"{"world":[]}"#, "InvalidWorld", "world"),
        (r#"{"world":{"seed":1,"seed":2}}"#, "InvalidWorld", "world.seed"),
        (
            r#"{"world":{"tenants":[{"principals":[{"name":"a","disabled":"yes"}]}]}}"#,
            "InvalidWorld",
            "world.tenants[0].principals[0].disabled",
        ),
        (r#"{"from":"start","from":"current"}"#, "InvalidField", "from"),
        (r#"{"world":{"settings":{"throttling":"yes"}}}"#, "InvalidWorld", "world.settings.throttling"),
    ] {
        post(body).refused_with(400, code, Some(target));
    }
    for body in ["[]", "{", "\"start\""] {
        post(body).refused_with(400, "InvalidRequestContent", None);
    }
    post(r#"{"from":"snapshot:none"}"#).refused_with(404, "NotFound", Some("from"));
    let (_, body) = post("{\"world\":{\"seed\":1,\n\"sed\":2}}").send();
    assert_eq!(body["error"]["target"], "world.sed");
    let message = body["error"]["message"].as_str().unwrap();
    assert!(message.contains("'sed' is not known; there may be seed, clock, tenants") && !message.contains("line"), "{message}");
    assert_eq!(asked.get("/_emulator/health")["worlds"], 1);
}

#[test]
fn snapshots_are_kept_restored_and_forgotten() {
    let asked = Asked::new(|_| {});
    assert_eq!(asked.get("/_emulator/snapshots"), json!({ "value": [] }));
    let before = asked.get("/_emulator/world");
    let ask = |method: Method, path: &'static str| asked.ask(method, path).send();
    assert_eq!(ask(Method::PUT, "/_emulator/snapshots/b"), (204, json!("")));
    assert_eq!(ask(Method::PUT, "/_emulator/snapshots/a"), (204, json!("")));
    asked.ask(Method::PATCH, "/_emulator/clock").body(&json!({ "advance": "PT1H" })).send();
    assert_eq!(ask(Method::PUT, "/_emulator/snapshots/a"), (204, json!("")));
    assert_eq!(asked.get("/_emulator/snapshots"), json!({ "value": [{ "name": "a" }, { "name": "b" }] }));

    assert_eq!(ask(Method::POST, "/_emulator/snapshots/b/restore"), (204, json!("")));
    assert_eq!(asked.get("/_emulator/world"), before, "the clock goes back with the world");
    assert_eq!(ask(Method::POST, "/_emulator/snapshots/a/restore"), (204, json!("")));
    assert_eq!(asked.get("/_emulator/clock")["now"], "2030-01-01T01:00:00Z");
    assert_eq!(ask(Method::POST, "/_emulator/reset"), (204, json!("")));
    assert_eq!(asked.get("/_emulator/world"), before);

    assert_eq!(ask(Method::DELETE, "/_emulator/snapshots/a"), (204, json!("")));
    for (method, path) in [(Method::DELETE, "/_emulator/snapshots/a"), (Method::POST, "/_emulator/snapshots/a/restore")] {
        asked.ask(method, path).refused_with(404, "NotFound", Some("name"));
    }
    for path in ["/_emulator/snapshots/a%20b", "/_emulator/snapshots/:"] {
        asked.ask(Method::PUT, path).refused_with(400, "InvalidName", Some("name"));
    }
    for (method, path) in [(Method::PUT, "/_emulator/snapshots/c"), (Method::POST, "/_emulator/snapshots/b/restore")] {
        asked.ask(method, path).body(&json!({ "deep": true })).refused_with(400, "UnknownField", Some("deep"));
    }
    assert_eq!(asked.get("/_emulator/snapshots"), json!({ "value": [{ "name": "b" }] }));
    assert_eq!(asked.get("/_emulator/world"), before);
}

#[test]
fn settings_are_read_and_changed_all_or_nothing() {
    let asked = Asked::new(|_| {});
    let before = asked.get("/_emulator/settings");
    assert_eq!((&before["operationDuration"], &before["managedIdentity"]), (&json!("PT0S"), &Value::Null));
    let patch = |body: Value| asked.ask(Method::PATCH, "/_emulator/settings").body(&body);
    for (body, code, target) in [
        (json!({ "operationDuration": "PT5S", "linkNeedsRegisteredNode": "yes" }), "InvalidField", "linkNeedsRegisteredNode"),
        (json!({ "operationDuration": "PT5S", "operationduration": "PT6S" }), "UnknownField", "operationduration"),
        (json!({ "operationDuration": "-PT5S" }), "InvalidField", "operationDuration"),
        (json!({ "operationDuration": null }), "InvalidField", "operationDuration"),
        (json!({ "managedIdentity": "me" }), "InvalidField", "managedIdentity"),
        (json!({ "throttling": "on" }), "InvalidField", "throttling"),
    ] {
        patch(body).refused_with(400, code, Some(target));
        assert_eq!(asked.get("/_emulator/settings"), before);
    }
    assert_eq!(patch(json!({})).send(), (200, before.clone()));
    let (status, after) = patch(json!({ "operationDuration": "PT5S", "linkNeedsRegisteredNode": true })).send();
    assert_eq!((status, &after["operationDuration"], &after["linkNeedsRegisteredNode"]), (200, &json!("PT5S"), &json!(true)));
    assert_eq!(asked.get("/_emulator/settings"), after);
    assert_eq!(asked.get("/_emulator/world")["settings"], json!({ "operationDuration": "PT5S", "linkNeedsRegisteredNode": true }));
}

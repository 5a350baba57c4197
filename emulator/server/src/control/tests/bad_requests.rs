//! Bad requests to every endpoint: each is told by its field, and changes nothing. And who is let in at all.
//!
//! Which endpoints there are is read from their page, so that none is left out.

use super::*;
use adf_emulator_core::settings::Settings;

/// The page that lists every endpoint.
const PAGE: &str = include_str!("../../../../../docs/control.md");

/// Returns the rows of the page, method and path; what stands for a name there is here one that nothing has.
fn rows() -> Vec<(Method, String)> {
    let row = |line: &str| {
        let (method, rest) = line.strip_prefix("| `")?.split_once(' ')?;
        let path = rest.split(['`', '[']).next()?;
        let path: Vec<&str> = path.split('/').map(|segment| if segment.starts_with('{') { "none" } else { segment }).collect();
        Some((method.parse().ok().filter(|it: &Method| it.as_str().bytes().all(|byte| byte.is_ascii_uppercase()))?, path.join("/")))
    };
    PAGE.lines().filter_map(row).collect()
}

/// All that a request could change, but for the journal.
fn state(asked: &Asked) -> Vec<Value> {
    ["world", "clock", "settings", "snapshots", "worlds", "faults", "nodes", "sign-ins"]
        .map(|path| asked.get(&format!("/_emulator/{path}")))
        .into()
}

/// An endpoint that reads a body: a good one, and for each field values that it cannot have.
struct Endpoint {
    method: Method,
    path: String,
    good: Value,
    wrong: Vec<(&'static str, Vec<Value>)>,
}

fn endpoint(method: Method, path: &str, good: Value) -> Endpoint {
    Endpoint { method, path: format!("/_emulator/{path}"), good, wrong: Vec::new() }
}

impl Endpoint {
    fn field(mut self, name: &'static str, wrong: &[Value]) -> Self {
        self.wrong.push((name, wrong.to_vec()));
        self
    }

    /// A text that must be there.
    fn text(self, name: &'static str) -> Self {
        self.field(name, &[json!(5), json!(""), json!([]), json!({}), Value::Null])
    }

    /// A whole number from 0, of 32 bits.
    fn figure(self, name: &'static str) -> Self {
        self.number(name).field(name, &[Value::Null, json!(2_147_483_648_u64)])
    }

    /// A whole number from 0.
    fn number(self, name: &'static str) -> Self {
        self.field(name, &[json!(-1), json!(1.5), json!("1"), json!([])])
    }
}

fn of_the_world() -> Vec<Endpoint> {
    let clock = endpoint(Method::PATCH, "clock", json!({}))
        .field("advance", &[json!(5), Value::Null, json!("soon"), json!("-PT1S"), json!("PT80000000000H")])
        .field("set", &[json!(5), Value::Null, json!("tomorrow"), json!("2020-01-01T00:00:00Z"), json!("9999-06-01T00:00:00Z")])
        .field("frozen", &[json!("yes"), json!(1), Value::Null]);
    let settings = endpoint(Method::PATCH, "settings", json!({}));
    let wrong = [json!([]), json!({}), json!(5), json!("")];
    let settings = Settings::names().into_iter().fold(settings, |endpoint, name| endpoint.field(name, &wrong));
    let faults = endpoint(Method::POST, "faults", json!({ "answer": { "status": 503 } }))
        .field("match", &[json!(5), json!([]), Value::Null, json!({ "colour": "red" }), json!({ "path": "" })])
        .number("after")
        .number("times")
        .field("probability", &[json!(2), json!(-0.5), json!("x"), Value::Null])
        .field("answer", &[Value::Null, json!(5), json!({}), json!({ "status": 99 }), json!({ "delay": "PT61S" }), json!({ "drop": "x" })]);
    let world = [json!(5), json!("x"), json!([]), json!({ "tenant": [] })];
    vec![
        clock,
        settings,
        faults,
        endpoint(Method::POST, "worlds", json!({ "from": "start" })).text("from").field("from", &[json!("end"), json!("snapshot:none")]),
        endpoint(Method::POST, "worlds", json!({ "world": {} })).field("world", &world),
        endpoint(Method::POST, "reset", json!({})),
        endpoint(Method::POST, "stop", json!({})),
        endpoint(Method::PUT, "snapshots/b", json!({})),
        endpoint(Method::POST, "snapshots/a/restore", json!({})),
    ]
}

/// There must be a node for them.
fn of_nodes(asked: &Asked) -> Vec<Endpoint> {
    let node = json!({ "authKey": auth_key(asked), "nodeName": "n" });
    let (_, registered) = asked.ask(Method::POST, "/_emulator/nodes").body(&node).send();
    let path = format!("nodes/{}", registered["id"].as_str().unwrap());
    let reports = |endpoint: Endpoint| {
        let endpoint = endpoint.text("version").field("version", &[json!("garbage"), json!("5")]);
        let endpoint = endpoint.figure("availableMemoryInMB").figure("concurrentJobsRunning");
        endpoint.figure("cpuUtilization").field("cpuUtilization", &[json!(101)])
    };
    vec![
        endpoint(Method::POST, "nodes", node)
            .text("authKey")
            .field("authKey", &[json!("IR@none")])
            .text("nodeName")
            .field("nodeName", &[json!("_n"), json!("n 1"), json!("n".repeat(151))])
            .text("version")
            .field("version", &[json!("garbage"), json!("5.x")])
            .text("machineName"),
        reports(endpoint(Method::PATCH, &path, json!({}))).text("status").field("status", &[json!("Asleep"), json!("online")]),
        reports(endpoint(Method::POST, &format!("{path}/heartbeat"), json!({}))),
    ]
}

fn of_questions() -> Vec<Endpoint> {
    let journal = |path: &str, good: Value| {
        let endpoint = endpoint(Method::POST, path, good).field("match", &[json!(5), Value::Null, json!([]), json!({ "status": "403" })]);
        endpoint.field("since", &[json!(5), json!("x"), json!("00000000-0000-0000-0000-000000000000")])
    };
    let question = json!({ "principal": "owner", "action": "Microsoft.DataFactory/factories/read", "scope": "/" });
    vec![
        journal("requests/verify", json!({ "match": {}, "exactly": 1 })).number("exactly"),
        journal("requests/verify", json!({ "match": {}, "atLeast": 1 })).number("atLeast"),
        journal("requests/verify", json!({ "match": {}, "never": true })).field("never", &[json!(false), json!(1)]),
        journal("requests/wait", json!({ "match": {} })).number("count").number("timeoutSeconds").field("timeoutSeconds", &[json!(61)]),
        endpoint(Method::POST, "explain", question)
            .text("principal")
            .field("principal", &[json!("nobody")])
            .text("action")
            .text("scope")
            .field("scope", &[json!("rg")])
            .field("dataAction", &[json!(5), json!([])])
            .field("attributes", &[json!(5), json!([]), json!({ "name": "x" }), json!({ "@Request[a]": {} })]),
        endpoint(Method::POST, "who-can", json!({ "action": "Microsoft.DataFactory/factories/read", "scope": "/" }))
            .text("action")
            .text("scope"),
        endpoint(Method::POST, "what-can", json!({ "principal": "owner", "scope": "/" })).text("principal").text("scope"),
        endpoint(Method::POST, "oidc/token", json!({ "subject": "s", "audience": "a" }))
            .text("subject")
            .text("audience")
            .field("expiresIn", &[json!(0), json!(86_401), json!("1"), Value::Null]),
        endpoint(Method::POST, "sign-ins/none", json!({ "principal": "owner" })).text("principal").field("principal", &[json!("nobody")]),
        endpoint(Method::POST, "sign-ins/none", json!({ "deny": true })).field("deny", &[json!(false), json!("x"), Value::Null]),
    ]
}

#[test]
fn every_bad_body_is_told_by_its_field_and_changes_nothing() {
    let asked = Asked::new(|_| {});
    asked.ask(Method::PUT, "/_emulator/snapshots/a").send();
    let endpoints: Vec<Endpoint> = [of_the_world(), of_nodes(&asked), of_questions()].into_iter().flatten().collect();
    for (method, row) in rows().into_iter().filter(|(method, row)| ![Method::GET, Method::DELETE].contains(method) && row != "world") {
        let is_meant = |it: &Endpoint| {
            let (path, row): (Vec<&str>, Vec<&str>) = (it.path.split('/').skip(2).collect(), row.split('/').collect());
            it.method == method && path.len() == row.len() && path.iter().zip(&row).all(|(at, wanted)| *wanted == "none" || at == wanted)
        };
        assert!(endpoints.iter().any(is_meant), "{method} {row} is not in the tables of this test");
    }
    let before = state(&asked);
    let mut wrong = Vec::new();
    for Endpoint { method, path, good, wrong: bad } in &endpoints {
        let ask = |body: &Value| asked.ask(method.clone(), path).body(body).send();
        for (field, values) in bad {
            for value in values {
                let mut body = good.clone();
                body[field] = value.clone();
                let (status, answer) = ask(&body);
                let target = answer["error"]["target"].as_str().unwrap_or_default();
                let names_it = target == *field || target.strip_prefix(field).is_some_and(|rest| rest.starts_with(['.', '[']));
                let says_why = answer["error"]["message"].as_str().is_some_and(|it| it.len() > 10);
                if !((status == 400 || status == 404) && names_it && says_why) {
                    wrong.push(format!("{method} {path} {body}: {status} {answer}"));
                }
            }
        }
        let mut unknown = good.clone();
        unknown["colour"] = "red".into();
        asked.ask(method.clone(), path).body(&unknown).refused_with(400, "UnknownField", Some("colour"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let bodies: Vec<_> = endpoints.into_iter().map(|it| (it.method, it.path, "InvalidRequestContent")).collect();
    for (method, path, code) in [bodies, vec![(Method::PUT, "/_emulator/world".to_owned(), "InvalidWorld")]].concat() {
        for text in ["{", "[]", "null", "5", "\"x\"", "{\"seed\":1", "\u{feff}"] {
            let mut ask = asked.ask(method.clone(), &path);
            ask.body = text.to_owned();
            ask.refused_with(400, code, None);
        }
        let mut ask = asked.ask(method, &path);
        ask.body = "x".repeat(BODY_BYTES_MAX + 1);
        ask.refused_with(413, "RequestContentTooLarge", None);
    }
    assert_eq!(state(&asked), before);
}

#[test]
fn a_key_or_parameter_that_stands_twice_is_told_by_its_name() {
    let asked = Asked::new(|_| {});
    for (method, path, body, target) in [
        (Method::PATCH, "clock", r#"{"frozen":true,"frozen":false}"#, "frozen"),
        (Method::POST, "faults", r#"{"match":{"method":"GET","method":"PUT"},"answer":{"status":503}}"#, "match.method"),
        (Method::POST, "faults", r#"{"answer":{"status":503},"answer":{"status":500}}"#, "answer"),
        (Method::PATCH, "settings", r#"{"throttling":true,"throttling":false}"#, "throttling"),
        (Method::GET, "requests?status=200&status=404", "", "status"),
        (Method::GET, "world?state=true&state=false", "", "state"),
    ] {
        let path = format!("/_emulator/{path}");
        let mut ask = asked.ask(method, &path);
        ask.body = body.to_owned();
        ask.refused_with(400, "InvalidField", Some(target));
    }
}

/// Which entries, snapshots or faults are meant stands in the path: fields would mean less than all of them.
#[test]
fn what_reads_no_body_takes_no_fields() {
    let asked = Asked::new(|_| {});
    for (method, path) in rows().into_iter().filter(|(method, _)| [Method::GET, Method::DELETE].contains(method)) {
        let path = format!("/_emulator/{path}");
        asked.ask(method.clone(), &path).body(&json!({ "caller": "reader" })).refused_with(400, "UnknownField", Some("caller"));
        let mut ask = asked.ask(method, &path);
        ask.body = "caller=reader".to_owned();
        ask.refused_with(400, "InvalidRequestContent", None);
    }
}

#[test]
fn a_time_that_no_clock_shows_is_told_so() {
    let asked = Asked::new(|_| {});
    let message = |body: Value| asked.ask(Method::PATCH, "/_emulator/clock").body(&body).send().1["error"]["message"].to_string();
    assert!(message(json!({ "set": "9999-12-31T23:59:59Z" })).contains("the end of the year 9998"));
    assert!(message(json!({ "set": "9999-13-31T23:59:59Z" })).contains("is not a time"));
}

#[test]
fn a_world_with_a_mistake_names_its_path() {
    let asked = Asked::new(|_| {});
    for (text, target, said) in [
        (
            "{\n\"tenants\":[{\"principals\":[{\"name\":\"a\",\"disabled\":\"yes\"}]}]}",
            "tenants[0].principals[0].disabled",
            "must be true or false",
        ),
        (r#"{"seed":-1}"#, "seed", "must be a whole number from 0, not -1"),
        (r#"{"tenants":{}}"#, "tenants", "must be a list, not an object"),
        (r#"{"tenants":[5]}"#, "tenants[0]", "must be an object, not 5"),
        (r#"{"resources":[{"id":"/x","body":[]}]}"#, "resources[0].body", "must be an object, not a list"),
        (r#"{"roleAssignments":[{"role":"Owner","scope":"/"}]}"#, "roleAssignments[0].principal", "is missing"),
        (r#"{"sed":1}"#, "sed", "is not known; there may be seed, clock"),
        (r#"{"seed":1,"seed":2}"#, "seed", "is there twice; keep one"),
    ] {
        let mut ask = asked.ask(Method::PUT, "/_emulator/world");
        ask.body = text.to_owned();
        let (status, answer) = ask.send();
        let message = answer["error"]["message"].as_str().unwrap();
        assert_eq!((status, &answer["error"]["target"]), (400, &json!(target)), "{answer}");
        assert!(message.contains(said) && message.contains("(line ") && !message.contains("struct"), "{message}");
    }
}

#[test]
fn an_unknown_parameter_is_told_by_its_name() {
    let asked = Asked::new(|_| {});
    let before = state(&asked);
    let rows = rows();
    assert!(rows.len() > 40, "{rows:?}");
    for (method, path) in rows {
        asked.ask(method, &format!("/_emulator/{path}?colour=red")).refused_with(400, "UnknownField", Some("colour"));
    }
    for (query, target) in [("since=x", "since"), ("until=5", "until"), ("principal=nobody", "principal"), ("limit=5", "limit")] {
        let (status, answer) = asked.ask(Method::GET, &format!("/_emulator/least-privilege?{query}")).send();
        assert_eq!((status, &answer["error"]["target"]), (400, &json!(target)), "{answer}");
    }
    assert_eq!(state(&asked), before);
}

/// Every row that changes something, and the rows that tell secrets: nobody from elsewhere gets in.
#[test]
fn the_door_is_closed_at_every_row() {
    let asked = Asked::new(|_| {});
    asked.ask(Method::PUT, "/_emulator/snapshots/none").send();
    let before = state(&asked);
    for (method, path) in rows().into_iter().filter(|(_, path)| !matches!(path.as_str(), "health" | "ca.pem")) {
        let path = format!("/_emulator/{path}");
        let ask = || asked.ask(method.clone(), &path);
        ask().peer("10.0.0.9:1").refused_with(403, "Forbidden", None);
        ask().header("host", "evil.example").refused_with(403, "Forbidden", None);
        ask().header("origin", "https://evil.example").refused_with(403, "Forbidden", None);
        if [Method::POST, Method::PUT, Method::PATCH].contains(&method) {
            ask().header("content-type", "text/plain").refused_with(403, "Forbidden", None);
            ask().without("content-type").refused_with(403, "Forbidden", None);
        }
    }
    assert_eq!(state(&asked), before);
}

//! Are clients answered as they need? The requests of clients that cannot run here are sent as they were logged.
//!
//! The files are in `fixtures/requests`, where the README tells their form. Besides what they expect, an answer must read
//! back what was written before, and reading again must give the same: a client that keeps a record, such as Terraform,
//! would otherwise want to change something each time.

use adf_emulator_tests::{Answer, Azure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Log {
    source: String,
    world: Option<Value>,
    values: BTreeMap<String, String>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    step: String,
    requests: Vec<Request>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    #[serde(alias = "setup")]
    request: String,
    #[serde(default = "once")]
    times: usize,
    form: Option<BTreeMap<String, String>>,
    body: Option<Value>,
    status: u16,
    #[serde(default)]
    answer: Map<String, Value>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    headers: Vec<String>,
    #[serde(default)]
    keep: BTreeMap<String, String>,
    #[serde(rename = "leftOut")]
    left_out: Option<String>,
}

const fn once() -> usize {
    1
}

/// What is known at one place of a log.
struct Walk<'a> {
    azure: &'a Azure,
    values: BTreeMap<String, String>,
    /// What was written at a path, and what reading it gave.
    written: BTreeMap<String, Value>,
    read: BTreeMap<String, Value>,
}

async fn walk(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/requests").join(file);
    let log: Log = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let azure = match &log.world {
        Some(world) => Azure::with_world(world).await,
        None => Azure::start().await,
    };
    let mut values = log.values;
    values.insert("origin".to_owned(), azure.url().to_owned());
    let mut walk = Walk { azure: &azure, values, written: BTreeMap::new(), read: BTreeMap::new() };
    for step in &log.steps {
        for request in step.requests.iter().filter(|it| it.left_out.is_none()) {
            for _ in 0..request.times {
                let found = walk.take(request).await;
                assert!(found.is_empty(), "{}, {}: {}\n    {}", log.source, step.step, request.request, found.join("\n    "));
            }
        }
    }
}

impl Walk<'_> {
    /// Sends a request; returns what a client would miss in the answer.
    async fn take(&mut self, request: &Request) -> Vec<String> {
        let answer = self.send(request).await;
        let mut found = Vec::new();
        if answer.status() != request.status {
            found.push(format!("status {}, not {}: {}", answer.status(), request.status, answer.text()));
            return found;
        }
        let body = if answer.text().is_empty() { Value::Null } else { answer.json() };
        for (path, expected) in &request.answer {
            let expected = self.filled(expected);
            if member(&body, path) != Some(&expected) {
                found.push(format!("{path}: {:?}, not {expected}", member(&body, path)));
            }
        }
        let missing = |path: &&String| member(&body, path).is_none_or(|it| it.is_null() || it == "");
        found.extend(request.needs.iter().filter(missing).map(|path| format!("{path} is missing")));
        found.extend(request.headers.iter().filter(|name| answer.header(name).is_none()).map(|name| format!("no header {name}")));
        found.extend(body["access_token"].as_str().into_iter().flat_map(missing_claims));
        found.extend(self.compare_with_earlier(request, &body));
        for (name, path) in &request.keep {
            self.values.insert(name.clone(), member(&body, path).and_then(Value::as_str).unwrap_or_default().to_owned());
        }
        found
    }

    async fn send(&self, request: &Request) -> Answer {
        let (method, path) = self.line(request);
        if let Some(form) = &request.form {
            let form: Vec<(&str, String)> = form.iter().map(|(name, value)| (name.as_str(), self.fill(value))).collect();
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            return self.azure.post_form(&path, &form).await;
        }
        let body = request.body.as_ref().map(|body| self.filled(body));
        match path.split('/').nth(1).unwrap_or_default() {
            "_emulator" => self.azure.control(method, path.trim_start_matches("/_emulator/"), &body.unwrap_or_default()).await,
            "metadata" => self.azure.fetch_with(&path, ("Metadata", "true")).await,
            _ => {
                let token = self.values.get("token").map_or("owner", String::as_str);
                self.azure.caller(token).send(method, &path, body).await
            }
        }
    }

    /// Compares what is read with what was written and read before.
    fn compare_with_earlier(&mut self, request: &Request, body: &Value) -> Vec<String> {
        let (method, path) = self.line(request);
        let mut found = Vec::new();
        match (method.as_str(), request.status) {
            ("PUT", 200 | 201) => {
                let sent = request.body.as_ref().map(|body| self.filled(body)).unwrap_or_default();
                self.read.remove(&path);
                self.written.insert(path, sent);
            }
            ("DELETE", 200 | 202 | 204) => {
                self.written.retain(|written, _| !is_at_or_below(written, &path));
                self.read.retain(|read, _| !is_at_or_below(read, &path));
            }
            // A token is another each time.
            ("GET", 200) if request.keep.is_empty() => {
                if let Some(sent) = self.written.get(&path) {
                    differences(sent, body, "$", &mut found);
                }
                match self.read.get(&path) {
                    Some(before) if before != body => found.push(format!("reads {body}, and before {before}")),
                    _ => drop(self.read.insert(path, body.clone())),
                }
            }
            _ => {}
        }
        found
    }

    fn line(&self, request: &Request) -> (Method, String) {
        let (method, path) = request.request.split_once(' ').unwrap();
        (method.parse().unwrap(), self.fill(path))
    }

    /// Puts values in the place of {names}, also in values themselves.
    fn fill(&self, text: &str) -> String {
        let put = |text: String| self.values.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
        let (mut before, mut text) = (String::new(), text.to_owned());
        while before != text {
            before = text.clone();
            text = put(text);
        }
        text
    }

    fn filled(&self, document: &Value) -> Value {
        serde_json::from_str(&self.fill(&document.to_string())).unwrap()
    }
}

/// Returns the claims that clients read and a token does not have.
fn missing_claims(token: &str) -> Vec<String> {
    let claims = token.split('.').nth(1).and_then(|it| URL_SAFE_NO_PAD.decode(it).ok()).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&claims).unwrap_or_default();
    let missing = |name: &&str| !claims[*name].is_string();
    ["oid", "appid", "tid"].into_iter().filter(missing).map(|name| format!("the token has no {name}")).collect()
}

/// Returns whether a request's path, without its query, is that of a deleted resource or below it.
fn is_at_or_below(path: &str, deleted: &str) -> bool {
    let [path, deleted] = [path, deleted].map(|it| it.split('?').next().unwrap_or_default());
    path.strip_prefix(deleted).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Adds what was sent and does not read back. Nothing, null and an empty text or object are the same to clients.
fn differences(sent: &Value, read: &Value, at: &str, found: &mut Vec<String>) {
    match (sent, read) {
        (Value::Object(sent), _) => {
            for (name, value) in sent {
                differences(value, read.get(name).unwrap_or(&Value::Null), &format!("{at}.{name}"), found);
            }
        }
        (Value::Null, Value::Null) => {}
        (Value::String(text), Value::Null) if text.is_empty() => {}
        (Value::String(text), Value::String(other)) if text.eq_ignore_ascii_case(other) => {}
        _ if sent == read => {}
        _ => found.push(format!("{at}: sent {sent}, reads {read}")),
    }
}

/// Returns what stands at a dotted path; a number is the place in a list.
fn member<'a>(body: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(body, |inside, part| match inside {
        Value::Array(elements) => elements.get(part.parse::<usize>().ok()?),
        _ => inside.get(part),
    })
}

#[tokio::test]
async fn terraform_applies_plans_nothing_and_destroys() {
    walk("terraform-azurerm.json").await;
}

#[tokio::test]
async fn terraform_registers_the_providers_that_it_needs() {
    walk("terraform-azurerm-registration.json").await;
}

#[test]
fn what_does_not_read_back_is_found() {
    let sent = serde_json::json!({ "a": { "b": 1, "c": "" }, "none": null });
    let mut found = Vec::new();
    differences(&sent, &serde_json::json!({ "a": { "b": 1 }, "more": 2 }), "$", &mut found);
    assert!(found.is_empty(), "{found:?}");
    differences(&sent, &serde_json::json!({ "a": { "b": 2 } }), "$", &mut found);
    assert_eq!(found.len(), 1);
}

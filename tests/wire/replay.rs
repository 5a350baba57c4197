//! Sends what clients sent, in their order, and compares what comes back with what Azure answered.
//!
//! What counts as a difference is in `differences.rs`.

use super::differences::Learned;
use adf_emulator_tests::{Answer, Azure};
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recording {
    source: String,
    counted: usize,
    world: Value,
    exchanges: Vec<Exchange>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchange {
    request: String,
    body: Option<Value>,
    status: u16,
    answer: Option<Value>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    superseded: Option<String>,
    #[serde(rename = "leftOut")]
    left_out: Option<String>,
}

/// How often a poll is repeated at most.
const POLLS_MAX: usize = 20;

fn recordings() -> Vec<Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/wire");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|it| it == "json")).collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|it| panic!("{path:?}: {it}"))
    };
    files.iter().map(read).collect()
}

#[tokio::test]
async fn every_recorded_exchange_is_reproduced() {
    let mut differences = Vec::new();
    let mut compared = 0;
    for recording in recordings() {
        let azure = Azure::with_world(&recording.world).await;
        let mut learned = Learned::default();
        let mut counted = 0;
        for exchange in &recording.exchanges {
            let found = replay(&azure, &mut learned, exchange).await;
            if exchange.superseded.is_none() && exchange.left_out.is_none() {
                counted += 1;
                differences.extend(found.into_iter().map(|it| format!("{}: {}\n    {it}", recording.source, exchange.request)));
            }
        }
        assert_eq!(counted, recording.counted, "{}", recording.source);
        compared += counted;
    }
    assert!(compared >= 130, "only {compared} exchanges are left");
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[tokio::test]
async fn a_stranger_is_refused_every_one_of_them() {
    for recording in recordings() {
        let azure = Azure::with_world(&recording.world).await;
        let mut learned = Learned::default();
        for exchange in &recording.exchanges {
            replay(&azure, &mut learned, exchange).await;
        }
        let before = azure.export();
        for exchange in &recording.exchanges {
            let (method, path) = request(exchange, &learned);
            if path.to_lowercase().contains("/operationresults/") || path.contains("{url:") {
                continue;
            }
            let body = exchange.body.as_ref().map(|body| learned.put_in_document(body));
            let answer = azure.caller("stranger").send(method.clone(), &path, body).await;
            let shows_only_what_may_be_seen = method == Method::GET && answer.status() == 200 && is_filtered(&path);
            let refused = answer.status() == 403 && (method == Method::HEAD || answer.code() == "AuthorizationFailed");
            assert!(refused || shows_only_what_may_be_seen, "open to a stranger: {method} {path}: {answer:?}");
        }
        assert_eq!(azure.export(), before, "{}: a stranger changed the world", recording.source);
    }
}

/// Lists that show what the caller may see, and refuse nobody.
fn is_filtered(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default().trim_end_matches('/').to_lowercase();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    matches!(parts.as_slice(), ["subscriptions"] | ["tenants"] | ["subscriptions", _, "resourcegroups" | "resources"])
}

fn request(exchange: &Exchange, learned: &Learned) -> (Method, String) {
    let (method, path) = exchange.request.split_once(' ').unwrap();
    (method.parse().unwrap(), learned.put_in(path).replace(' ', "%20"))
}

async fn replay(azure: &Azure, learned: &mut Learned, exchange: &Exchange) -> Vec<String> {
    let (method, path) = request(exchange, learned);
    if path.starts_with('{') {
        return vec!["no answer before named the URL".to_owned()];
    }
    let body = exchange.body.as_ref().map(|body| learned.put_in_document(body));
    let mut answer = azure.owner().send(method.clone(), &path, body.clone()).await;
    for _ in 0..POLLS_MAX {
        if !is_poll(&path) || !is_running(&answer) {
            break;
        }
        answer = azure.owner().send(method.clone(), &path, body.clone()).await;
    }
    for (name, placeholder) in &exchange.headers {
        if let Some(url) = answer.header(name) {
            learned.learn(placeholder, url.strip_prefix(azure.url()).unwrap_or(url));
        }
    }
    let ended_here = is_poll(&path) && exchange.status == 202 && matches!(answer.status(), 200 | 204);
    if ended_here {
        return Vec::new();
    }
    let mut found = Vec::new();
    if answer.status() != exchange.status {
        found.push(format!("status {}, recorded {}: {}", answer.status(), exchange.status, answer.text()));
    }
    let ours = if answer.text().is_empty() { Value::Null } else { answer.json() };
    let filtered = ["principalId eq", "roleName eq", "assignedTo("].iter().any(|filter| exchange.request.contains(filter));
    found.extend(learned.compare(exchange.answer.as_ref().unwrap_or(&Value::Null), &ours, filtered));
    found
}

fn is_poll(path: &str) -> bool {
    let lower = path.to_lowercase();
    lower.contains("/operationresults/") || lower.contains("/operationstatuses/")
}

fn is_running(answer: &Answer) -> bool {
    answer.status() == 202
}

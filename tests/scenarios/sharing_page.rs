//! The page on sharing: its requests are sent one by one, and it has every rule of sharing.
//!
//! The requests stand in `docs/sharing.http`, which people can send as well; the status that is expected ends each title.

use adf_emulator_core::rules::sharing;
use adf_emulator_tests::Azure;
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeMap;

const REQUESTS: &str = include_str!("../../docs/sharing.http");
const PAGE: &str = include_str!("../../docs/sharing.md");

/// What stands for `{{…}}`: variables, and `{name}.response.body.{path}` of answers so far.
#[derive(Default)]
struct Known {
    variables: BTreeMap<String, String>,
    answers: BTreeMap<String, Value>,
}

impl Known {
    fn put_in(&self, text: &str) -> String {
        let mut done = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, behind) = after.split_once("}}").unwrap();
            done.push_str(before);
            done.push_str(&self.value(name));
            rest = behind;
        }
        done + rest
    }

    fn value(&self, name: &str) -> String {
        match name.split_once(".response.body.$.") {
            Some((answer, path)) => {
                let value = self.answers[answer].pointer(&format!("/{}", path.replace('.', "/")));
                value.and_then(Value::as_str).unwrap_or_else(|| panic!("nothing at {name}")).to_owned()
            }
            None => self.put_in(&self.variables[name]),
        }
    }
}

/// Sends one request of the file; returns its name, where it has one, and what was answered.
async fn send(azure: &Azure, known: &Known, request: &str) -> (Option<String>, u16, String) {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let mut lines = head.lines().skip(1);
    let mut line = lines.next().unwrap();
    let name = line.strip_prefix("# @name ").map(str::to_owned);
    if name.is_some() {
        line = lines.next().unwrap();
    }
    let (method, url) = line.split_once(' ').unwrap();
    let mut request = azure.client().request(method.parse::<Method>().unwrap(), known.put_in(url)).body(known.put_in(body));
    for (header, value) in lines.filter_map(|line| line.split_once(": ")) {
        request = request.header(header, value);
    }
    let answer = request.send().await.unwrap();
    (name, answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn every_request_of_the_page_is_answered_as_its_title_says() {
    let azure = Azure::start().await;
    let (variables, requests) = REQUESTS.split_once("\n\n").unwrap();
    let mut known = Known::default();
    for (name, value) in variables.lines().filter_map(|line| line.strip_prefix('@')?.split_once(" = ")) {
        known.variables.insert(name.to_owned(), value.to_owned());
    }
    known.variables.insert("url".to_owned(), azure.url().to_owned());
    let mut last = String::new();
    for request in requests.split("### ").filter(|request| !request.is_empty()) {
        let title = request.lines().next().unwrap();
        let expected: u16 = title.rsplit(": ").next().unwrap().parse().unwrap();
        let (name, status, body) = send(&azure, &known, request).await;
        assert_eq!(status, expected, "{title}: {body}");
        if let Some(name) = name {
            known.answers.insert(name, serde_json::from_str(&body).unwrap());
        }
        last = body;
    }
    assert!(last.contains(r#""name":"linked""#) && last.contains(r#""state":"AccessDenied""#), "{last}");
}

#[test]
fn the_page_has_every_rule_of_sharing_with_its_code() {
    for rule in sharing::ALL {
        let row = PAGE.lines().find(|line| line.starts_with(&format!("| `{}` |", rule.name)));
        let row = row.unwrap_or_else(|| panic!("{} is not on the page", rule.name));
        let says_it = rule.code.is_empty() || row.contains(rule.code) || row.contains(&rule.status.to_string());
        assert!(says_it, "{row} does not say {} {}", rule.status, rule.code);
    }
}

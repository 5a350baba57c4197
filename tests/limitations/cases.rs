//! The cases against the rules: every rule has one, each is met over HTTP, and the change that it names mends it.
//!
//! What a refusal says is compared with its case word for word, so a recorded or documented answer stays as it is.

use adf_emulator::reproduce::cases;
use adf_emulator::reproduce::pasted::rules_of;
use adf_emulator::reproduce::run::{Reproduction, run};
use adf_emulator_core::rules;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn every_rule_that_a_request_can_meet_has_a_case_and_every_case_its_rule() {
    let rules: BTreeSet<&str> = rules::all().filter(|rule| rule.is_observable()).map(|rule| rule.name).collect();
    let with_case: Vec<&str> = cases::names().collect();
    assert_eq!(with_case.iter().copied().collect::<BTreeSet<_>>().len(), with_case.len(), "two cases of one rule");
    let cases: BTreeSet<&str> = with_case.into_iter().collect();
    let missing: Vec<_> = rules.difference(&cases).collect();
    assert!(missing.is_empty(), "CONTRIBUTING.md says how to add the cases of these rules: {missing:?}");
    let stray: Vec<_> = cases.difference(&rules).collect();
    assert!(stray.is_empty(), "there are no such rules: {stray:?}");
    assert!(cases.len() >= 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_limitation_refuses_as_its_rule_says_and_its_remedy_helps() {
    let running = cases::names().map(|name| (name, tokio::spawn(run(cases::of(name).unwrap()))));
    let mut wrong = Vec::new();
    let mut found = Found::default();
    for (name, running) in running.collect::<Vec<_>>() {
        match running.await.unwrap() {
            Ok(ran) => {
                wrong.extend(ran.problems.iter().map(|problem| format!("{name}: {problem}")));
                wrong.extend(found.look_for(&ran));
            }
            Err(failure) => wrong.push(format!("{name}: {failure}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Rules that share code and message cannot all be the first.
    assert_eq!(found.rules, cases::names().count(), "{found:?}");
    for first in [found.first_by_body, found.first_by_line, found.first_by_message] {
        assert!(first * 100 >= found.rules * 85, "{found:?}");
    }
    assert!(found.first_by_code * 2 > found.rules, "{found:?}");
}

/// How often a rule is found by what somebody pastes of its answer, and how often it is the first that is named.
#[derive(Debug, Default)]
struct Found {
    rules: usize,
    first_by_body: usize,
    first_by_line: usize,
    first_by_code: usize,
    first_by_message: usize,
}

impl Found {
    /// Pastes a refusal in each form that people have it in; returns the forms by which its rule is not found.
    fn look_for(&mut self, ran: &Reproduction) -> Vec<String> {
        let body: Value = serde_json::from_str(&ran.refused.answer_body).unwrap();
        let error = body.get("error").unwrap_or(&body);
        let text = |member: &str| error[member].as_str().unwrap_or_default().to_owned();
        let (code, message) = (text("code"), text("message"));
        self.rules += 1;
        let forms = [
            (body.to_string(), &mut self.first_by_body),
            (format!("({code}) {message}\nCode: {code}\nMessage: {message}"), &mut self.first_by_line),
            (code, &mut self.first_by_code),
            (message, &mut self.first_by_message),
        ];
        let mut missed = Vec::new();
        for (pasted, first) in forms.into_iter().filter(|(pasted, _)| !pasted.is_empty()) {
            let names: Vec<&str> = rules_of(&pasted).iter().map(|rule| rule.name).collect();
            match names.iter().position(|name| *name == ran.rule.name) {
                Some(0) => *first += 1,
                Some(_) => {}
                None => missed.push(format!("{}: '{pasted}' finds {names:?}", ran.rule.name)),
            }
        }
        missed
    }
}

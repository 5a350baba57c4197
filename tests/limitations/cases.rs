//! The cases against the rules: every rule has one, each is met over HTTP, and the change that it names mends it.
//!
//! What a refusal says is compared with its case word for word, so a recorded or documented answer stays as it is.

use adf_emulator::reproduce::cases;
use adf_emulator::reproduce::run::run;
use adf_emulator_core::rules;
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
    for (name, running) in running.collect::<Vec<_>>() {
        match running.await.unwrap() {
            Ok(ran) => wrong.extend(ran.problems.iter().map(|problem| format!("{name}: {problem}"))),
            Err(failure) => wrong.push(format!("{name}: {failure}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

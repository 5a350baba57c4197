//! `explain`, `who-can`, `what-can`: ask a running emulator about access and tell its reasons.
//!
//! What is decided and why stands in `control/explain.rs`; here is how it reads.

use std::fmt::Write as _;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::ask::Emulator;
use super::paragraphs::filled;
use super::{Failure, block_on, print};
use crate::config::{ExplainOptions, RunningEmulator, WhatCanOptions, WhoCanOptions};
use crate::shell::word;

/// Explains a decision.
pub(super) fn explain(options: &ExplainOptions) -> Result<ExitCode, Failure> {
    let ExplainOptions { emulator, principal, question, json } = options;
    let asked = json!({ "principal": principal, "action": question.action, "scope": question.scope, "dataAction": question.data_action });
    let answer = ask(emulator, "explain", &asked)?;
    tell(&answer, *json, || {
        let verdict = if answer.get("allowed") == Some(&Value::Bool(true)) { "may" } else { "may not" };
        explained(&answer, &format!("{principal} {verdict} {} at {}", question.action, question.scope))
    })
}

/// Lists who may do something.
pub(super) fn who_can(options: &WhoCanOptions) -> Result<ExitCode, Failure> {
    let WhoCanOptions { emulator, question, json } = options;
    let asked = json!({ "action": question.action, "scope": question.scope, "dataAction": question.data_action });
    let answer = ask(emulator, "who-can", &asked)?;
    tell(&answer, *json, || {
        let line = |it: &Value| {
            let by = it.get("decidedBy").cloned().unwrap_or_default();
            format!("{:<24} {:<17} {} at {}\n", text(it, "principal"), text(it, "type"), text(&by, "role"), text(&by, "scope"))
        };
        note(&answer) + &list(&answer, "value").map(line).collect::<String>()
    })
}

/// Lists what somebody may do.
pub(super) fn what_can(options: &WhatCanOptions) -> Result<ExitCode, Failure> {
    let WhatCanOptions { emulator, principal, scope, json } = options;
    let answer = ask(emulator, "what-can", &json!({ "principal": principal, "scope": scope }))?;
    tell(&answer, *json, || {
        let line = |it: &Value| format!("{:<56} {}\n", text(it, "operation"), text(it, "action"));
        let said: String = list(&answer, "value").map(line).collect();
        if said.is_empty() { nothing(principal, scope) } else { said }
    })
}

/// Says that somebody may do nothing, and what would change that.
fn nothing(principal: &str, scope: &str) -> String {
    let grant = format!("az role assignment create --assignee {} --role Reader --scope {}", word(principal), word(scope));
    let said = format!("{principal} may run none of the operations that are emulated at '{scope}' or below it, by any role held there.");
    format!("{}\n{}\n", filled(&said, 0), filled(&format!("Grant a role, such as: {grant}"), 0))
}

fn ask(emulator: &RunningEmulator, path: &str, asked: &Value) -> Result<Value, Failure> {
    let emulator = Emulator::at(emulator)?;
    let body = block_on(emulator.post_json(&format!("/_emulator/{path}"), asked))?;
    emulator.json(&body)
}

pub(super) fn tell(answer: &Value, as_json: bool, in_words: impl FnOnce() -> String) -> Result<ExitCode, Failure> {
    print(&if as_json { format!("{answer:#}\n") } else { in_words() })?;
    Ok(ExitCode::SUCCESS)
}

/// Returns what is said of the question itself.
fn note(answer: &Value) -> String {
    answer.get("note").and_then(Value::as_str).map(|note| format!("{}\n", filled(note, 0))).unwrap_or_default()
}

/// Returns a decision in words; what does not apply is left out unless nothing does.
fn explained(answer: &Value, title: &str) -> String {
    let mut said = format!("{title}\n{}", note(answer));
    // Writing to a String cannot fail.
    for group in list(answer, "groups") {
        let via = group.get("via").and_then(Value::as_str).map(|via| format!(", through {via}")).unwrap_or_default();
        let _ = writeln!(said, "  in the group {}{via}", text(group, "name"));
    }
    let applies = |it: &&Value| it.get("applies") == Some(&Value::Bool(true));
    let some_apply = list(answer, "assignments").any(|it| applies(&it));
    for assignment in list(answer, "assignments").filter(|it| !some_apply || applies(it)) {
        let line = format!("{} at {}: {}", text(assignment, "role"), text(assignment, "scope"), text(assignment, "why"));
        let _ = writeln!(said, "{}", filled(&line, 2));
        if let Some(condition) = assignment.get("condition").filter(|it| it.is_object()) {
            let _ = writeln!(said, "{}", filled(&format!("under the condition {}", text(condition, "text")), 4));
        }
    }
    if list(answer, "assignments").next().is_none() {
        said.push_str("  no role is assigned\n");
    }
    for denial in list(answer, "denyAssignments") {
        let _ = writeln!(
            said,
            "{}",
            filled(&format!("deny assignment {} at {}: {}", text(denial, "name"), text(denial, "scope"), text(denial, "why")), 2)
        );
    }
    if let Some(decisive) = answer.get("decidedBy").filter(|it| it.is_object()) {
        let _ = writeln!(said, "decided by {}", text(decisive, "id"));
        if let Some(schedule) = decisive.get("schedule").filter(|it| it.is_object()) {
            let line = format!("{} until {}, by {}", text(schedule, "assignmentType"), text(schedule, "endDateTime"), text(schedule, "id"));
            let _ = writeln!(said, "{}", filled(&line, 2));
        }
    }
    for eligible in list(answer, "eligible") {
        let line = format!("eligible for {} at {}: {}", text(eligible, "role"), text(eligible, "scope"), text(eligible, "remedy"));
        let _ = writeln!(said, "{}", filled(&line, 0));
    }
    let roles: Vec<&str> = list(answer, "wouldAllow").map(|it| text(it, "role")).collect();
    if !roles.is_empty() {
        let _ =
            writeln!(said, "{}", filled(&format!("one of these roles there would allow it, the narrowest first: {}", roles.join(", ")), 0));
    }
    said
}

pub(super) fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or("-")
}

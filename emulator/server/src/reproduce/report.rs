//! What came of a case, for a person and for a program.
//!
//! For a person the refusal stands whole, as it went over the wire; of the requests around it what differs from one to
//! the next. For a program everything stands whole.

use std::fmt::Write as _;

use adf_emulator_core::rules::Evidence;
use serde_json::{Value, json};

use super::case::Remedy;
use super::run::Reproduction;
use super::wire::Exchange;
use crate::commands::paragraphs::filled;
use crate::control;

/// Longer bodies and URLs are cut where they only show how something came to be; in characters.
const SHOWN_MAX: usize = 600;

/// How many requests that only prepare are shown.
const PREPARING_MAX: usize = 8;

/// Returns the reproduction as a text for a terminal.
pub fn text(ran: &Reproduction) -> String {
    let rule = ran.rule;
    let mut text = format!("{}\n{}\n", rule.name, filled(rule.sentence, 2));
    // Writing to a String cannot fail.
    let _ = writeln!(text, "\nThe world\n{}", filled(&world(&ran.world), 2));
    if !ran.before.is_empty() {
        let _ = writeln!(text, "\nBefore");
        let shown = if ran.before.len() > PREPARING_MAX { PREPARING_MAX / 2 } else { ran.before.len() };
        text.extend(ran.before.iter().take(shown).map(brief));
        if let Some(left_out) = ran.before.len().checked_sub(2 * shown).filter(|left_out| *left_out > 0) {
            let _ = writeln!(text, "  … and {left_out} like them");
        }
        text.extend(ran.before.iter().skip(shown.max(ran.before.len() - shown)).map(brief));
    }
    let _ = writeln!(text, "\nRefused\n{}", whole(&ran.refused).trim_end());
    let _ = writeln!(text, "\nWhy\n{}", filled(&why(ran), 2));
    let _ = writeln!(text, "  {}\n  the limit is {}; the answer is {}", rule.page, evidence(rule.limit), evidence(rule.answer));
    remedy(&mut text, ran);
    text.push('\n');
    for problem in &ran.problems {
        let _ = writeln!(text, "{}", filled(&format!("NOT AS DOCUMENTED: {problem}"), 0));
    }
    if ran.is_as_documented() {
        let mended = if ran.again.is_some() { "the remedy mends it" } else { "nothing mends it" };
        let _ = writeln!(text, "Seen: {} {}, and that {mended}.", ran.refused.status, rule.code);
    }
    text
}

fn remedy(text: &mut String, ran: &Reproduction) {
    match &ran.case.remedy {
        Remedy::Nothing { because } => {
            let _ = writeln!(text, "\nremedy: none\n{}\n  {}", filled(because, 2), ran.rule.page);
        }
        Remedy::Change { what, .. } => {
            let _ = writeln!(text, "\nRemedy\n{}", filled(ran.rule.remedy, 2));
            let _ = writeln!(text, "\nThe smallest change\n{}", filled(what, 2));
            text.extend(ran.change.iter().map(brief));
            if let Some(again) = &ran.again {
                let title = if ran.change.is_empty() { "So it passes" } else { "The same request again" };
                let _ = writeln!(text, "\n{title}\n{}", brief(again).trim_end());
            }
        }
    }
}

/// Returns the reproduction as JSON.
pub fn shape(ran: &Reproduction) -> Value {
    let all = |exchanges: &[Exchange]| exchanges.iter().map(Exchange::shape).collect::<Value>();
    let remedy = match &ran.case.remedy {
        Remedy::Nothing { .. } => Value::from("none"),
        Remedy::Change { what, .. } => {
            json!({ "text": ran.rule.remedy, "change": what, "steps": all(&ran.change), "again": ran.again.as_ref().map(Exchange::shape) })
        }
    };
    json!({
        "rule": control::rules::shape(ran.rule),
        "world": ran.world,
        "before": all(&ran.before),
        "refused": ran.refused.shape(),
        "why": why(ran),
        "remedy": remedy,
        "asDocumented": ran.is_as_documented(),
        "problems": ran.problems,
    })
}

fn why(ran: &Reproduction) -> String {
    format!("The rule {} refused it: {}", ran.rule.name, ran.rule.sentence)
}

fn evidence(evidence: Evidence) -> String {
    match evidence {
        Evidence::Documented { .. } => evidence.grade().to_owned(),
        _ => format!("{} ({})", evidence.grade(), evidence.ground()),
    }
}

/// Says who and what is in a world.
fn world(world: &Value) -> String {
    let list = |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let assignments = list(world, "roleAssignments");
    let roles = |name: &str| {
        let held = assignments.iter().filter(|it| text(it, "principal") == name);
        let held: Vec<String> = held.map(|it| format!("{} at {}", text(it, "role"), short(&text(it, "scope")))).collect();
        match held.len() {
            0 => "no role".to_owned(),
            1..=2 => held.join(", "),
            many => format!("{many} roles"),
        }
    };
    let mut parts = Vec::new();
    for tenant in list(world, "tenants") {
        let all = list(&tenant, "principals");
        let few = all.iter().take(4).map(|it| text(it, "name")).map(|name| format!("{name} ({})", roles(&name)));
        let mut principals: Vec<String> = few.collect();
        principals.extend(all.len().checked_sub(5).map(|more| format!("{} more", more + 1)));
        parts.push(format!("tenant {} with {}", text(&tenant, "displayName"), principals.join(", ")));
    }
    let resources = list(world, "resources");
    parts.extend(resources.iter().take(4).map(|it| short(&text(it, "id"))));
    parts.extend(resources.len().checked_sub(5).map(|more| format!("{} more resources", more + 1)));
    parts.join("; ")
}

/// Returns an id as people say it: type and name of its last part.
fn short(id: &str) -> String {
    let mut parts = id.rsplit('/').filter(|part| !part.is_empty());
    match (parts.next(), parts.next()) {
        (Some(name), Some(kind)) => format!("{kind}/{name}"),
        _ => id.to_owned(),
    }
}

/// Returns both sides of an exchange whole; each line says which side it is of.
fn whole(exchange: &Exchange) -> String {
    let headers = |list: &[(String, String)]| list.iter().map(|(name, value)| format!("{name}: {value}\n")).collect::<String>();
    let side = |mark: char, first: &str, list: &[(String, String)], body: &str| {
        let text = format!("{first}\n{}\n{}", headers(list), cut(body));
        text.trim_end().lines().map(|line| format!("  {mark} {line}").trim_end().to_owned() + "\n").collect::<String>()
    };
    side('>', &exchange.request_line, &exchange.request_headers, &exchange.request_body)
        + &side('<', &exchange.status_line, &exchange.answer_headers, &exchange.answer_body)
}

/// Returns an exchange in short: no headers, a long answer cut.
fn brief(exchange: &Exchange) -> String {
    let mut text = format!("  > {}\n", cut(exchange.request_line.trim_end_matches(" HTTP/1.1")));
    if !exchange.request_body.is_empty() {
        let _ = writeln!(text, "  > {}", cut(exchange.request_body.trim_end()));
    }
    let _ = writeln!(text, "  < {} {}", exchange.status_line.trim_start_matches("HTTP/1.1 "), cut(&exchange.answer_body));
    text
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN_MAX) {
        Some((at, _)) => format!("{}… ({} bytes)", text.get(..at).unwrap_or_default().trim_end(), text.len()),
        None => text.to_owned(),
    }
}

//! `limitations`: the documented rules, from the program itself; no emulator need run.
//!
//! What a rule is, is in the core's `rules/`; the same list over HTTP is `control/rules.rs`.

use std::fmt::Write as _;
use std::process::ExitCode;

use adf_emulator_core::rules::{self, Evidence, Rule};
use serde_json::Value;

use super::paragraphs::filled;
use super::{Failure, print};
use crate::config::{LimitationsOptions, WrongUse};
use crate::control;
use crate::near;

/// Prints all rules, or those that the options name.
pub(super) fn run(options: &LimitationsOptions) -> Result<ExitCode, Failure> {
    let chosen = match &options.name {
        Some(name) => named(name)?,
        None if options.json => rules::all().filter(|rule| rule.is_observable()).collect(),
        None => Vec::new(),
    };
    print(&match (options.json, chosen.as_slice()) {
        (true, _) => format!("{:#}\n", Value::Array(chosen.iter().map(|rule| control::rules::shape(rule)).collect())),
        (false, []) => overview(),
        (false, _) => chosen.iter().map(|rule| whole(rule)).collect::<Vec<_>>().join("\n"),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the rule of that name, or those that answer with that code. Wrong use when there are none; it suggests some.
pub(super) fn named(name: &str) -> Result<Vec<&'static Rule>, WrongUse> {
    let by_name = rules::all().find(|rule| rule.name.eq_ignore_ascii_case(name));
    let chosen: Vec<_> = match by_name {
        Some(rule) => vec![rule],
        None => rules::all().filter(|rule| !name.is_empty() && rule.code.eq_ignore_ascii_case(name)).collect(),
    };
    if chosen.is_empty() { Err(unknown(name)) } else { Ok(chosen) }
}

/// Returns the mistake of naming a rule that there is not, with names that are near.
fn unknown(name: &str) -> WrongUse {
    let meant = near::suggested(name, rules::all().map(|rule| rule.name));
    WrongUse::new(format!("there is no limitation '{name}'{meant}; 'adf-emulator limitations' lists all"))
}

/// Returns all rules, by what they are about: name and answer, sentence, page and how sure both are.
fn overview() -> String {
    let mut text = String::new();
    for (area, rules) in rules::AREAS {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{area}\n");
        for rule in *rules {
            let _ = writeln!(text, "  {}  ({})\n{}", rule.name, answer(rule), filled(rule.sentence, 6));
            let _ = writeln!(text, "      {} ({}, the answer {})", rule.page, rule.limit.grade(), rule.answer.grade());
        }
        text.push('\n');
    }
    let observable = rules::all().filter(|rule| rule.is_observable()).count();
    let _ = writeln!(text, "{observable} limitations. More about one: adf-emulator limitations NAME");
    text
}

/// Returns everything about one rule.
fn whole(rule: &Rule) -> String {
    let mut text = format!("{}\n{}\n\n", rule.name, filled(rule.sentence, 2));
    let reproduce = format!("adf-emulator reproduce {}", rule.name);
    let lines = [
        ("answer", answer(rule)),
        ("remedy", rule.remedy.to_owned()),
        ("page", rule.page.to_owned()),
        ("the limit is", evidence(rule.limit)),
        ("the answer is", evidence(rule.answer)),
        ("see it happen", if rule.is_observable() { reproduce } else { "no request can show it".to_owned() }),
    ];
    for (title, said) in lines {
        // The first line stands beside its title.
        let _ = writeln!(text, "  {title:<15}{}", filled(&said, 17).trim_start());
    }
    text
}

/// Returns status and code of a rule's refusal.
fn answer(rule: &Rule) -> String {
    if rule.is_observable() { format!("{} {}", rule.status, rule.code) } else { "not observable at a server".to_owned() }
}

fn evidence(evidence: Evidence) -> String {
    format!("{}: {}", evidence.grade(), evidence.ground())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_found_by_name_and_by_code_whatever_the_case() {
        assert_eq!(named("Four-Nodes").unwrap()[0].name, "four-nodes");
        let denied: Vec<&str> = named("unauthorizedintegrationruntimeaccess").unwrap().iter().map(|rule| rule.name).collect();
        assert!(denied.contains(&"link-needs-grant") && denied.len() > 2, "{denied:?}");
    }

    #[test]
    fn a_wrong_name_suggests_near_ones() {
        for (wrong, near) in [("for-nodes", "'four-nodes'"), ("grant", "'link-needs-grant'"), ("factory-name", "'factory-name-shape'")] {
            let line = named(wrong).unwrap_err().line;
            assert!(line.contains(near), "{line}");
        }
        let line = named("xyzzy").unwrap_err().line;
        assert_eq!(line, "there is no limitation 'xyzzy'; 'adf-emulator limitations' lists all");
        assert!(named("").is_err());
    }

    #[test]
    fn the_overview_has_every_rule_and_fits_a_terminal() {
        let text = overview();
        for rule in rules::all() {
            assert!(text.contains(&format!("  {}  (", rule.name)), "{}", rule.name);
            assert!(
                text.contains(&format!("      {} ({}, the answer {})", rule.page, rule.limit.grade(), rule.answer.grade())),
                "{}",
                rule.name
            );
        }
        // A page cannot be broken.
        assert!(text.lines().all(|line| line.chars().count() <= 110 || line.contains("https://")), "{text}");
    }

    #[test]
    fn the_whole_of_a_rule_names_page_evidence_and_remedy() {
        let text = whole(named("link-needs-grant").unwrap()[0]);
        for part in ["401 UnauthorizedIntegrationRuntimeAccess", "https://learn.microsoft.com/", "documented:", "reported:"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(whole(named("net-sdk-1-1-0").unwrap()[0]).contains("not observable at a server"));
    }
}

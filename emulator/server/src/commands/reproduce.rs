//! `reproduce`: meets a limitation in an emulator of its own, shows why, and shows what mends it.
//!
//! The cases and how they run are in `reproduce/`; here is which one, and in which form it is told. Exit code 0 when the
//! refusal was seen and the remedy passed, or none exists; else 1.

use std::process::ExitCode;

use adf_emulator_core::rules::Rule;

use super::{Failure, block_on, limitations, print};
use crate::config::{ReproduceOptions, WrongUse};
use crate::reproduce::run::{Reproduction, run as run_case};
use crate::reproduce::{cases, pasted, report, script};

/// Reproduces what the options name.
pub(super) fn run(options: &ReproduceOptions) -> Result<ExitCode, Failure> {
    match (&options.name, &options.error) {
        (Some(name), _) => one(options, chosen(name)?, None),
        (None, Some(text)) if text.trim().is_empty() => {
            Err(WrongUse::new("--error is empty: give the code, the message or all that a client printed").into())
        }
        (None, Some(text)) => {
            let found = pasted::rules_of(text);
            let (first, others) = found.split_first().ok_or_else(|| unknown(text))?;
            one(options, first, Some(others))
        }
        (None, None) => Err(WrongUse::new("name a limitation, or give the error with --error; see 'adf-emulator limitations'").into()),
    }
}

/// Returns the one rule that a name means. Wrong use when it means several or none.
fn chosen(name: &str) -> Result<&'static Rule, WrongUse> {
    let found = limitations::named(name)?;
    match found.as_slice() {
        [rule] => Ok(rule),
        several => {
            let names: Vec<&str> = several.iter().map(|rule| rule.name).collect();
            Err(WrongUse::new(format!("'{name}' is what several limitations answer: name one of {}", names.join(", "))))
        }
    }
}

/// Reproduces one; `others` are those that a pasted error may be of besides.
fn one(options: &ReproduceOptions, rule: &'static Rule, others: Option<&[&'static Rule]>) -> Result<ExitCode, Failure> {
    let none = || Failure::Failed(format!("no request can show '{}': {} See {}", rule.name, rule.sentence, rule.page));
    let case = cases::of(rule.name).ok_or_else(none)?;
    if options.curl || options.az {
        let client = if options.curl { script::Client::Curl } else { script::Client::AzureCli };
        print(&script::of(&case, rule, client))?;
        return Ok(ExitCode::SUCCESS);
    }
    let ran = block_on(run_case(case))?;
    let told = if options.json { json(&ran, others) } else { others_in_words(others.unwrap_or_default()) + &report::text(&ran) };
    print(&told)?;
    Ok(if ran.is_as_documented() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn json(ran: &Reproduction, others: Option<&[&'static Rule]>) -> String {
    let mut shape = report::shape(ran);
    if let (Some(object), Some(others)) = (shape.as_object_mut(), others) {
        object.insert("alsoPossible".to_owned(), others.iter().map(|rule| rule.name).collect());
    }
    format!("{shape:#}\n")
}

/// Says which other rules answer like this, the likeliest first.
fn others_in_words(others: &[&'static Rule]) -> String {
    if others.is_empty() {
        return String::new();
    }
    let lines: String = others.iter().map(|rule| format!("  {}: {}\n", rule.name, rule.sentence)).collect();
    format!("Other limitations answer alike; reproduce them by name:\n{lines}\nThe likeliest:\n\n")
}

fn unknown(text: &str) -> Failure {
    let start: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
    let advice = match start.as_str() {
        _ if pasted::is_of_sign_in(text) => {
            format!("'{start}' is about signing in, which is no limitation; 'adf-emulator doctor' looks for why a token is not taken")
        }
        _ => format!(
            "no limitation answers like '{start}'; paste the code or the message of the answer (az and PowerShell print it with --debug and \
             -Debug), or look through 'adf-emulator limitations'"
        ),
    };
    Failure::Failed(advice)
}

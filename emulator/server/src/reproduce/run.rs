//! Runs a case: an emulator of its own with the smallest world, the requests one after another, and what came of them.
//!
//! The requests go over a socket of this machine, as any client's do.

use adf_emulator_core::rules::{self, Rule};
use serde_json::Value;

use super::case::{Case, Remedy, Step};
use super::smallest_world;
use super::wire::{Exchange, Known, filled_in, member};
use crate::commands::Failure;
use crate::embed::Emulator;

/// What came of a case.
#[derive(Debug)]
pub struct Reproduction {
    /// The case.
    pub case: Case,
    /// The rule.
    pub rule: &'static Rule,
    /// The world that it began in, as a world file.
    pub world: Value,
    /// The steps before.
    pub before: Vec<Exchange>,
    /// The refusal.
    pub refused: Exchange,
    /// The change.
    pub change: Vec<Exchange>,
    /// The request that passes after it; none when nothing mends it.
    pub again: Option<Exchange>,
    /// What was not as it should be, in sentences; nothing when all was.
    pub problems: Vec<String>,
}

/// Runs a case and returns what came of it.
///
/// # Errors
/// The world cannot be made, no port can be had, or the emulator does not answer: mistakes of ours or of the machine.
pub async fn run(case: Case) -> Result<Reproduction, Failure> {
    let rule = rules::all().find(|rule| rule.name == case.name);
    let rule = rule.ok_or_else(|| Failure::Failed(format!("there is a case but no rule '{}'", case.name)))?;
    let world = smallest_world::of(&case);
    let emulator = Emulator::with_world(&world.to_string()).await?;
    let mut player =
        Player { address: emulator.http().trim_start_matches("http://").to_owned(), known: Known::new(), problems: Vec::new() };
    player.known.insert("url", emulator.http().to_owned());

    let before = player.accepted(&case.before).await?;
    let refused = player.send(&case.refused).await?;
    player.check_refusal(&case, rule, &refused);
    let (change, again) = match &case.remedy {
        Remedy::Change { steps, again, .. } => {
            let change = player.accepted(steps).await?;
            (change, player.accepted(std::slice::from_ref(again.as_ref())).await?.pop())
        }
        Remedy::Nothing { .. } => (Vec::new(), None),
    };
    emulator.stop().await;
    Ok(Reproduction { rule, world, before, refused, change, again, problems: player.problems, case })
}

/// Sends steps and remembers what they gave.
struct Player {
    address: String,
    known: Known,
    problems: Vec<String>,
}

impl Player {
    async fn send(&mut self, step: &Step) -> Result<Exchange, Failure> {
        let exchange = Exchange::of(&self.address, step, &self.known).await;
        let exchange = exchange.map_err(|problem| Failure::Failed(format!("{} {}: {problem}", step.method, step.path)))?;
        if let Some(kept) = step.kept
            && let Some(value) = member(&exchange.answer_body, kept.member)
        {
            self.known.insert(kept.name, value);
        }
        Ok(exchange)
    }

    async fn accepted(&mut self, steps: &[Step]) -> Result<Vec<Exchange>, Failure> {
        let mut exchanges = Vec::new();
        for step in steps {
            let exchange = self.send(step).await?;
            if !exchange.is_accepted() {
                self.problems.push(format!("'{}' was refused: {}", exchange.request_line, exchange.answer_body));
            }
            exchanges.push(exchange);
        }
        Ok(exchanges)
    }

    /// Compares the refusal with the rule: status, code, the rule's name, and the message that the case has.
    fn check_refusal(&mut self, case: &Case, rule: &Rule, refused: &Exchange) {
        let mut expect = |what: &str, wanted: &str, seen: &str| {
            if wanted != seen {
                self.problems.push(format!("the {what} is '{seen}' and not '{wanted}'"));
            }
        };
        expect("status", &rule.status.to_string(), &refused.status.to_string());
        expect("code", rule.code, refused.error("code").as_str().unwrap_or_default());
        expect("rule", rule.name, refused.answer_header("x-emulator-rule").unwrap_or_default());
        let seen = refused.error("message").as_str().unwrap_or_default().to_owned();
        let wanted = filled_in(case.message.as_deref().unwrap_or_default(), &self.known);
        if !is_like(&seen, &wanted) {
            self.problems.push(format!("the message is '{seen}' and not '{wanted}'"));
        }
    }
}

impl Reproduction {
    /// Returns whether the refusal was seen and the remedy passed, or nothing mends it.
    pub fn is_as_documented(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Returns whether a text is the pattern, in which `…` stands for any text.
fn is_like(text: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('…') else { return text == pattern };
    let Some(mut left) = text.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('…').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match left.split_once(part) {
            Some((_, behind)) => left = behind,
            None => return false,
        }
    }
    left.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ellipsis_stands_for_any_text() {
        for (text, pattern, is) in [
            ("a b c", "a b c", true),
            ("a b c", "a b", false),
            ("a b c", "a…", true),
            ("a b c", "…c", true),
            ("a b c", "a…b…c", true),
            ("a b c", "a…x…c", false),
            ("a b c", "b…", false),
        ] {
            assert_eq!(is_like(text, pattern), is, "{text} {pattern}");
        }
    }
}

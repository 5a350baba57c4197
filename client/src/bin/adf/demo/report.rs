//! How a step of the demo is told: in words for people, as one JSON record for programs.
//!
//! Only the telling: what a step does and how it is judged is in `stage.rs`.

use crate::{
    arguments::Format,
    failure::about_rule,
    output::{Paint, wrap},
};
use adf_emulator_client::{Exchange, Rule};
use serde_json::{Value, json};
use std::io::{self, Write};

/// A step that was done.
#[derive(Debug)]
pub(super) struct Step<'a> {
    /// Counted from 1.
    pub(super) number: usize,
    /// The chapter's title.
    pub(super) chapter: &'static str,
    /// What is done, and why.
    pub(super) says: &'a str,
    /// Who calls.
    pub(super) caller: &'static str,
    /// Request and answer; none when no request was made.
    pub(super) exchange: Option<Exchange>,
    /// The code of the refusal that must come; none when it must succeed.
    pub(super) expected: Option<&'static str>,
    /// The service's message, if it refused.
    pub(super) message: Option<String>,
    /// How it ended.
    pub(super) outcome: Outcome,
}

/// How a step ended.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Well, and what the answer shows.
    Succeeded(String),
    /// Refused, as it should be.
    Refused,
    /// Not as documented, and in what.
    Surprise(String),
}

/// Writes the steps.
pub(super) struct Report {
    out: Box<dyn Write>,
    format: Format,
    paint: Paint,
    rules: Vec<Rule>,
}

impl Report {
    /// A report to `out` that can explain these rules.
    pub(super) fn new(out: Box<dyn Write>, format: Format, paint: Paint, rules: Vec<Rule>) -> Self {
        Self { out, format, paint, rules }
    }

    /// Writes a heading.
    pub(super) fn chapter(&mut self, title: &str) -> io::Result<()> {
        self.words(&format!("\n{}", self.paint.bold(title)))
    }

    /// Writes a sentence for people; programs do not get it.
    pub(super) fn words(&mut self, text: &str) -> io::Result<()> {
        match self.format {
            Format::Table => writeln!(self.out, "{text}"),
            Format::Json => Ok(()),
        }
    }

    /// Writes a step.
    pub(super) fn step(&mut self, step: &Step<'_>) -> io::Result<()> {
        let text = match self.format {
            Format::Table => self.text(step),
            Format::Json => format!("{}\n", record(step)),
        };
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    fn text(&self, step: &Step<'_>) -> String {
        let paint = self.paint;
        let mut lines = vec![String::new()];
        for (index, part) in wrap(step.says, 92).iter().enumerate() {
            let number = if index == 0 { format!("{}.", step.number) } else { String::new() };
            lines.push(format!("{number:>4} {part}"));
        }
        if let Some(exchange) = &step.exchange {
            let request = format!("{} {}", exchange.method, short(&exchange.path));
            lines.push(format!("     {}", paint.dim(&format!("{}: {request}", step.caller))));
        }
        let status = step.exchange.as_ref().and_then(|exchange| exchange.status);
        let status = status.map(|status| format!("{status} ")).unwrap_or_default();
        let exchange = step.exchange.as_ref();
        let code = exchange.and_then(|it| it.code.as_deref()).unwrap_or_default();
        match &step.outcome {
            Outcome::Succeeded(finding) => {
                lines.push(format!("     {} {status}{finding}", paint.green("ok")));
            }
            Outcome::Refused => {
                lines.push(format!("     {} {status}{code}", paint.yellow("refused, as documented:")));
                lines.extend(self.explanation(step));
            }
            Outcome::Surprise(what) => {
                let label = if status.is_empty() { "NO ANSWER:" } else { "NOT AS DOCUMENTED:" };
                let line = format!("     {} {status}{code}", paint.red(label));
                lines.push(line.trim_end().to_owned());
                lines.extend(wrap(what, 90).iter().map(|line| format!("       {line}")));
                lines.extend(self.explanation(step));
            }
        }
        lines.push(String::new());
        lines.join("\n")
    }

    /// The service's message, then the rule behind it.
    fn explanation(&self, step: &Step<'_>) -> Vec<String> {
        let message = step.message.as_deref().unwrap_or_default();
        let mut lines: Vec<String> = wrap(message, 90).iter().map(|line| format!("       {}", self.paint.dim(line))).collect();
        let name = step.exchange.as_ref().and_then(|it| it.rule.as_deref());
        let rule = self.rules.iter().find(|rule| Some(rule.name.as_str()) == name);
        lines.extend(about_rule(name, rule).iter().map(|line| format!("     {line}")));
        lines
    }
}

/// One record; its keys are there in every one.
fn record(step: &Step<'_>) -> Value {
    let exchange = step.exchange.as_ref();
    let (ok, note) = match &step.outcome {
        Outcome::Succeeded(finding) => (true, finding.as_str()),
        Outcome::Refused => (true, ""),
        Outcome::Surprise(what) => (false, what.as_str()),
    };
    json!({
        "step": step.number,
        "chapter": step.chapter,
        "title": step.says,
        "caller": step.caller,
        "method": exchange.map(|it| it.method.as_str()),
        "path": exchange.map(|it| it.path.as_str()),
        "status": exchange.and_then(|it| it.status),
        "code": exchange.and_then(|it| it.code.as_deref()),
        "rule": exchange.and_then(|it| it.rule.as_deref()),
        "message": step.message,
        "expected": step.expected.unwrap_or("success"),
        "ok": ok,
        "note": note,
    })
}

/// A path without what all paths of Data Factory begin with.
fn short(path: &str) -> String {
    match path.split_once("/providers/Microsoft.DataFactory/") {
        Some((_, rest)) => format!("…/{rest}"),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused() -> Step<'static> {
        Step {
            number: 11,
            chapter: "Sharing it",
            says: "Link before anything was granted.",
            caller: "owner",
            exchange: Some(Exchange {
                method: "PUT".to_owned(),
                path: "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataFactory/factories/f/integrationRuntimes/i".to_owned(),
                status: Some(401),
                code: Some("UnauthorizedIntegrationRuntimeAccess".to_owned()),
                rule: Some("link-needs-grant".to_owned()),
            }),
            expected: Some("UnauthorizedIntegrationRuntimeAccess"),
            message: Some("Access denied.".to_owned()),
            outcome: Outcome::Refused,
        }
    }

    fn report() -> Report {
        let rule = json!({"name":"link-needs-grant","sentence":"Grant first.","remedy":"Grant it."});
        let rules = vec![serde_json::from_value(rule).unwrap()];
        Report::new(Box::new(io::sink()), Format::Table, Paint::plain(), rules)
    }

    #[test]
    fn a_refusal_is_told_with_message_rule_and_remedy() {
        assert_eq!(
            report().text(&refused()),
            "\n 11. Link before anything was granted.\n     owner: PUT …/factories/f/integrationRuntimes/i\n     \
             refused, as documented: 401 UnauthorizedIntegrationRuntimeAccess\n       Access denied.\n       \
             rule    link-needs-grant\n               Grant first.\n       remedy  Grant it.\n"
        );
    }

    #[test]
    fn a_record_has_all_its_keys() {
        let record = record(&refused());
        assert_eq!(record["method"], "PUT");
        assert_eq!(record["status"], 401);
        assert_eq!(record["code"], "UnauthorizedIntegrationRuntimeAccess");
        assert_eq!(record["rule"], "link-needs-grant");
        assert_eq!(record["ok"], true);
    }

    #[test]
    fn silence_is_a_surprise_without_status() {
        let mut step = refused();
        step.outcome = Outcome::Surprise("no answer".to_owned());
        step.exchange = None;
        assert_eq!(record(&step)["status"], Value::Null);
        assert_eq!(record(&step)["ok"], false);
        assert!(report().text(&step).contains("NO ANSWER:\n"));
    }
}

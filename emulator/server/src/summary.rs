//! What an emulator was asked for and did not do, or only because it audits: counted while it runs, told by `exec` at the
//! end.
//!
//! Kept by operation, code and caller rather than by request, so that it stays small however long a run is. What a
//! single request was refused for is in the log.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use axum::http::StatusCode;
use parking_lot::Mutex;

use adf_emulator_core::rules::Rule;

use crate::log::RequestLine;

/// Different entries of one sort that are kept; later ones are counted together. Our own bound.
const ENTRIES_MAX: usize = 50;

/// What was not emulated, what was refused and what was only let pass so far.
#[derive(Debug, Default)]
pub struct Summary(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    not_emulated: Sort,
    refused: Sort,
    let_pass: Sort,
    offline: Sort,
}

/// Entries with how often each was met.
#[derive(Debug, Default)]
struct Sort {
    entries: BTreeMap<String, u64>,
    others: u64,
}

impl Summary {
    /// Returns whether an answer of that status, or one that was only let pass, has a place in it.
    pub fn is_about(status: u16, let_pass: Option<&'static Rule>) -> bool {
        let is_failure = |status: StatusCode| status.is_client_error() || status.is_server_error();
        let_pass.is_some() || StatusCode::from_u16(status).is_ok_and(is_failure)
    }

    /// Counts one request. That something is not there is no refusal when it was only looked for or deleted, and what
    /// the emulator's own endpoints refuse, Azure has not.
    pub fn add(&self, line: &RequestLine<'_>) {
        let has_name = !matches!(line.operation, "-" | "Graph" | "Entra");
        let operation = if has_name { line.operation.to_owned() } else { format!("{} {}", line.method, line.target) };
        let Ok(status) = StatusCode::from_u16(line.status) else { return };
        let is_only_missing = status == StatusCode::NOT_FOUND && matches!(line.method, "GET" | "HEAD" | "DELETE");
        let caller = line.caller.map(|caller| format!(" by {caller}")).unwrap_or_default();
        let mut counts = self.0.lock();
        if let Some(rule) = line.let_pass {
            counts.let_pass.add(format!("{} {}: {operation}{caller}", rule.status, rule.code));
        }
        if status == StatusCode::NOT_IMPLEMENTED {
            counts.not_emulated.add(operation);
        } else if status.is_client_error() && !is_only_missing && !line.target.starts_with("/_emulator") {
            counts.refused.add(format!("{} {}: {operation}{caller}", line.status, line.code.unwrap_or("-")));
        }
    }

    /// Counts one attempt to reach another host that `--offline` refused.
    pub fn add_offline(&self, host: &str) {
        self.0.lock().offline.add(host.to_owned());
    }

    /// Returns whether anything was asked for that is not emulated.
    pub fn has_not_emulated(&self) -> bool {
        !self.0.lock().not_emulated.entries.is_empty()
    }
}

impl Sort {
    fn add(&mut self, entry: String) {
        // A path is the client's: it must not end a line or colour a terminal.
        let entry: String = entry.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect();
        if self.entries.len() >= ENTRIES_MAX && !self.entries.contains_key(&entry) {
            self.others = self.others.saturating_add(1);
            return;
        }
        let count = self.entries.entry(entry).or_default();
        *count = count.saturating_add(1);
    }

    fn tell(&self, f: &mut fmt::Formatter<'_>, what: &str) -> fmt::Result {
        let requests = self.entries.values().fold(self.others, |sum, count| sum.saturating_add(*count));
        match requests {
            0 => return Ok(()),
            1 => writeln!(f, "adf-emulator: 1 request was {what}:")?,
            _ => writeln!(f, "adf-emulator: {requests} requests were {what}:")?,
        }
        for (entry, count) in &self.entries {
            let times = if *count == 1 { String::new() } else { format!(" ({count} times)") };
            writeln!(f, "  {entry}{times}")?;
        }
        if self.others > 0 { writeln!(f, "  and others ({})", self.others) } else { Ok(()) }
    }
}

/// The lines to print; none when everything asked for was done.
impl Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.0.lock();
        counts.not_emulated.tell(f, "not emulated")?;
        counts.refused.tell(f, "refused")?;
        counts.let_pass.tell(f, "let pass only because 'authorization' is 'audit'")?;
        counts.offline.tell(f, "for other hosts and refused by --offline")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use adf_emulator_core::rules::access;
    use std::time::Duration;

    fn line<'a>(method: &'a str, operation: &'a str, target: &'a str, status: u16, code: &'a str) -> RequestLine<'a> {
        RequestLine {
            method,
            operation,
            target,
            caller: Some("ada"),
            status,
            code: Some(code),
            because: None,
            let_pass: None,
            duration: Duration::ZERO,
        }
    }

    #[test]
    fn what_was_not_done_is_told_and_counted() {
        let summary = Summary::default();
        assert_eq!((summary.to_string().as_str(), summary.has_not_emulated()), ("", false));
        for _ in 0..2 {
            summary.add(&line("PUT", "Pipelines_CreateOrUpdate", "/s", 501, "NotEmulated"));
        }
        summary.add(&line("GET", "Graph", "/graph/v1.0/x\n", 501, "NotEmulated"));
        summary.add(&line("PUT", "Factories_CreateOrUpdate", "/s", 403, "AuthorizationFailed"));
        let audited = RequestLine {
            let_pass: Some(&access::ACTION_NEEDS_A_ROLE),
            code: None,
            ..line("PUT", "Factories_CreateOrUpdate", "/s", 200, "")
        };
        summary.add(&audited);
        summary.add(&line("GET", "Factories_Get", "/s", 404, "ResourceNotFound"));
        summary.add(&line("PATCH", "-", "/_emulator/clock", 400, "ClockGoesForward"));
        assert!(summary.has_not_emulated());
        assert_eq!(
            summary.to_string(),
            "adf-emulator: 3 requests were not emulated:\n  GET /graph/v1.0/x?\n  Pipelines_CreateOrUpdate (2 times)\n\
             adf-emulator: 1 request was refused:\n  403 AuthorizationFailed: Factories_CreateOrUpdate by ada\n\
             adf-emulator: 1 request was let pass only because 'authorization' is 'audit':\n  \
             403 AuthorizationFailed: Factories_CreateOrUpdate by ada\n"
        );
    }

    #[test]
    fn a_long_run_keeps_it_small() {
        let summary = Summary::default();
        for number in 0..200 {
            summary.add(&line("GET", "-", &format!("/{number}"), 400, "BadRequest"));
        }
        let told = summary.to_string();
        assert_eq!(told.lines().count(), ENTRIES_MAX + 2);
        assert!(told.starts_with("adf-emulator: 200 requests were refused:") && told.ends_with("  and others (150)\n"), "{told}");
    }
}

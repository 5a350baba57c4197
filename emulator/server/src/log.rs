//! The request log: one line a request on standard error.
//!
//! Lines go to a buffer that a thread of its own writes out, so that a slow terminal delays no answer; when nobody
//! reads, lines are dropped and counted. Never tokens, never bodies.

use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use serde_json::json;

use adf_emulator_core::rules::Rule;

use crate::config::LogForm;
use crate::summary::Summary;

/// Bytes that wait to be written before lines are dropped.
const WAITING_BYTES_MAX: usize = 1024 * 1024;

/// How long stopping waits for the lines that still wait.
const FLUSH_TIME_MAX: Duration = Duration::from_millis(100);

/// What the log says about one request.
#[derive(Clone, Copy, Debug)]
pub struct RequestLine<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The operation's name, such as `Factories_Get`.
    pub operation: &'a str,
    /// The resource id or path, without its query, which may hold secrets.
    pub target: &'a str,
    /// The caller's name, where one is known.
    pub caller: Option<&'a str>,
    /// The status of the answer.
    pub status: u16,
    /// The error code of a refusal.
    pub code: Option<&'a str>,
    /// Why it was refused: the rule, or the decision's id and what was considered.
    pub because: Option<&'a str>,
    /// The rule by which a world that only audits would have refused it otherwise.
    pub let_pass: Option<&'static Rule>,
    /// How long answering took.
    pub duration: Duration,
}

/// Writes the log. Clones write to the same place.
#[derive(Clone, Debug)]
pub struct Log {
    form: LogForm,
    lines: Option<Arc<OpenLines>>,
    summary: Option<Arc<Summary>>,
}

/// The lines of a log that somebody still has; the thread that writes them out ends with it.
#[derive(Debug)]
struct OpenLines(Arc<Lines>);

impl std::ops::Deref for OpenLines {
    type Target = Lines;

    fn deref(&self) -> &Lines {
        &self.0
    }
}

impl Drop for OpenLines {
    fn drop(&mut self) {
        self.0.waiting.lock().closed = true;
        self.0.arrived.notify_one();
    }
}

#[derive(Debug, Default)]
struct Lines {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    written: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    bytes: Vec<u8>,
    dropped: u64,
    writing: bool,
    closed: bool,
}

impl Log {
    /// Returns a log of that form; with [`LogForm::Off`] request lines cost nothing.
    pub fn new(form: LogForm) -> Self {
        if form == LogForm::Off {
            return Self { form, lines: None, summary: None };
        }
        let lines = Arc::new(Lines::default());
        let written = Arc::clone(&lines);
        // Without a thread (the system refuses one) the lines wait, are dropped and harm nobody.
        let _ = std::thread::Builder::new().name("log".to_owned()).spawn(move || while written.write_out() {});
        Self { form, lines: Some(Arc::new(OpenLines(lines))), summary: None }
    }

    /// Returns the log with a summary of what is not done, which costs nothing as long as everything is.
    pub fn with_summary(self) -> Self {
        Self { summary: Some(Arc::default()), ..self }
    }

    /// Returns the summary, where one is kept.
    pub fn summary(&self) -> Option<&Summary> {
        self.summary.as_deref()
    }

    /// Returns whether anybody wants the line of a request answered with that status, or let pass, so that a caller need
    /// not gather it.
    pub fn wants(&self, status: u16, let_pass: Option<&'static Rule>) -> bool {
        self.lines.is_some() || (self.summary.is_some() && Summary::is_about(status, let_pass))
    }

    /// Writes one line about a request.
    pub fn request(&self, line: &RequestLine<'_>) {
        if let Some(summary) = self.summary.as_ref().filter(|_| Summary::is_about(line.status, line.let_pass)) {
            summary.add(line);
        }
        let Some(lines) = &self.lines else { return };
        let text = match self.form {
            LogForm::Json => as_json(line),
            LogForm::Text | LogForm::Off => as_text(line),
        };
        lines.add(&text);
    }

    /// Writes a warning at once, in every form and also when request lines are off.
    pub fn warn(&self, warning: &str) {
        let line = match self.form {
            LogForm::Json => format!("{}\n", json!({ "warning": warning })),
            LogForm::Text | LogForm::Off => format!("adf-emulator: warning: {warning}\n"),
        };
        // A closed standard error is no reason to fail.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }

    /// Waits a moment until the lines so far are written.
    pub fn flush(&self) {
        let Some(lines) = &self.lines else { return };
        let mut waiting = lines.waiting.lock();
        while waiting.writing || !waiting.bytes.is_empty() {
            if lines.written.wait_for(&mut waiting, FLUSH_TIME_MAX).timed_out() {
                return;
            }
        }
    }
}

impl Lines {
    fn add(&self, text: &str) {
        let mut waiting = self.waiting.lock();
        if waiting.bytes.len() > WAITING_BYTES_MAX {
            waiting.dropped = waiting.dropped.saturating_add(1);
            return;
        }
        waiting.bytes.extend_from_slice(text.as_bytes());
        drop(waiting);
        self.arrived.notify_one();
    }

    /// Waits for lines and writes those that wait; says whether there may be more.
    fn write_out(&self) -> bool {
        let mut waiting = self.waiting.lock();
        while waiting.bytes.is_empty() {
            if waiting.closed {
                return false;
            }
            self.arrived.wait(&mut waiting);
        }
        let mut bytes = std::mem::take(&mut waiting.bytes);
        let dropped = std::mem::take(&mut waiting.dropped);
        waiting.writing = true;
        drop(waiting);
        if dropped > 0 {
            bytes.extend_from_slice(format!("adf-emulator: {dropped} lines dropped\n").as_bytes());
        }
        let _ = std::io::stderr().write_all(&bytes);
        self.waiting.lock().writing = false;
        self.written.notify_all();
        true
    }
}

fn as_text(line: &RequestLine<'_>) -> String {
    let mut text = String::with_capacity(192);
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{} {} {} {} {} {} {} ms{}{}",
        OneWord(line.method),
        line.operation,
        OneWord(line.target),
        OneWord(line.caller.unwrap_or("-")),
        line.status,
        line.code.unwrap_or("-"),
        Milliseconds(line.duration),
        if line.because.is_some() { " because of " } else { "" },
        OneWord(line.because.unwrap_or_default()),
    );
    text
}

fn as_json(line: &RequestLine<'_>) -> String {
    let milliseconds = line.duration.as_secs_f64() * 1000.0;
    let object = json!({
        "method": line.method,
        "operation": line.operation,
        "target": line.target,
        "caller": line.caller,
        "status": line.status,
        "code": line.code,
        "because": line.because,
        "milliseconds": (milliseconds * 1000.0).round() / 1000.0,
    });
    format!("{object}\n")
}

/// A word that a client chose, without what would end the line or colour the terminal.
struct OneWord<'a>(&'a str);

impl fmt::Display for OneWord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.contains(char::is_control) {
            return f.write_str(self.0);
        }
        self.0.chars().try_for_each(|letter| f.write_char(if letter.is_control() { '?' } else { letter }))
    }
}

struct Milliseconds(Duration);

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let microseconds = self.0.as_micros();
        write!(f, "{}.{:03}", microseconds / 1000, microseconds % 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: RequestLine<'_> = RequestLine {
        method: "GET",
        operation: "Factories_Get",
        target: "/subscriptions/s\n/x",
        caller: Some("ada"),
        status: 403,
        code: Some("AuthorizationFailed"),
        because: Some("decision d: Reader does not name the action"),
        let_pass: None,
        duration: Duration::from_micros(1_042),
    };

    #[test]
    fn a_line_is_one_line_in_both_forms() {
        assert_eq!(
            as_text(&LINE),
            "GET Factories_Get /subscriptions/s?/x ada 403 AuthorizationFailed 1.042 ms \
             because of decision d: Reader does not name the action\n"
        );
        assert_eq!(
            as_json(&LINE),
            "{\"method\":\"GET\",\"operation\":\"Factories_Get\",\"target\":\"/subscriptions/s\\n/x\",\
             \"caller\":\"ada\",\"status\":403,\"code\":\"AuthorizationFailed\",\
             \"because\":\"decision d: Reader does not name the action\",\"milliseconds\":1.042}\n"
        );
    }

    #[test]
    fn a_reader_that_does_not_read_loses_lines_and_delays_nobody() {
        let lines = Lines::default();
        let long = "x".repeat(64 * 1024);
        for _ in 0..40 {
            lines.add(&long);
        }
        let waiting = lines.waiting.lock();
        assert!(waiting.bytes.len() <= WAITING_BYTES_MAX + long.len());
        assert!(waiting.dropped > 0);
    }
}

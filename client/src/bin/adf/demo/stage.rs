//! One step of the demo: call, compare with what is documented, report.
//!
//! How a step is told is in `report.rs`; which steps there are, and in which order, is the demo's own.

use super::report::{Outcome, Report, Step};
use adf_emulator_client::{Error, Exchange, Observer, Result};
use std::{
    future::Future,
    io,
    sync::{Arc, Mutex, PoisonError},
};

/// Why the walk stops early.
#[derive(Debug)]
pub(super) enum Stop {
    /// A step did not end as documented; the report has said so.
    Surprise,
    /// Ctrl-C.
    Interrupted,
    /// The report cannot be written.
    Unwritable(io::Error),
    /// A step could not even be asked for.
    Impossible(Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Unwritable(error)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Impossible(error)
    }
}

/// The exchange that happened last, whoever called.
#[derive(Debug, Clone, Default)]
pub(super) struct Last(Arc<Mutex<Option<Exchange>>>);

impl Last {
    /// An observer that keeps each exchange here.
    pub(super) fn observer(&self) -> Observer {
        let last = self.clone();
        Arc::new(move |exchange: &Exchange| {
            let mut slot = last.0.lock().unwrap_or_else(PoisonError::into_inner);
            *slot = Some(exchange.clone());
        })
    }

    fn take(&self) -> Option<Exchange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// How a step must be refused.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refusal {
    /// The HTTP status.
    pub(super) status: u16,
    /// The service's error code.
    pub(super) code: &'static str,
    /// The documented rule; none where no rule of sharing stands behind it.
    pub(super) rule: Option<&'static str>,
}

/// Does steps, counts and reports them.
pub(super) struct Stage {
    report: Report,
    last: Last,
    chapter: &'static str,
    steps: usize,
    refusals: usize,
}

impl Stage {
    /// A stage on which nothing has happened.
    pub(super) fn new(report: Report, last: Last) -> Self {
        Self { report, last, chapter: "", steps: 0, refusals: 0 }
    }

    /// Begins a chapter.
    pub(super) fn chapter(&mut self, title: &'static str) -> std::result::Result<(), Stop> {
        self.chapter = title;
        Ok(self.report.chapter(title)?)
    }

    /// A step that must succeed. `shows` reads from its answer what is worth saying, or what is wrong.
    pub(super) async fn succeeds<T>(
        &mut self,
        caller: &'static str,
        says: &str,
        call: impl Future<Output = Result<T>>,
        shows: impl FnOnce(&T) -> std::result::Result<String, String>,
    ) -> std::result::Result<T, Stop> {
        match call.await {
            Ok(answer) => {
                let outcome = match shows(&answer) {
                    Ok(finding) => Outcome::Succeeded(finding),
                    Err(mismatch) => Outcome::Surprise(mismatch),
                };
                self.tell(caller, says, None, outcome, None)?;
                Ok(answer)
            }
            Err(error) => {
                let surprise = match error.service() {
                    Some(_) => "this should have succeeded, but it was refused".to_owned(),
                    None => error.to_string(),
                };
                self.tell(caller, says, None, Outcome::Surprise(surprise), Some(&error))?;
                Err(Stop::Surprise)
            }
        }
    }

    /// A step that must be refused, with this status, code and rule.
    pub(super) async fn is_refused<T>(
        &mut self,
        caller: &'static str,
        says: &str,
        refusal: Refusal,
        call: impl Future<Output = Result<T>>,
    ) -> std::result::Result<(), Stop> {
        let error = call.await.err();
        let outcome = match (&error, error.as_ref().and_then(Error::service)) {
            (None, _) => Outcome::Surprise(format!(
                "this should have been refused with {} {}, but it succeeded. An emulator that runs with \
                 `--auth relaxed` takes every token for an owner's",
                refusal.status, refusal.code
            )),
            (Some(error), None) => Outcome::Surprise(error.to_string()),
            (Some(_), Some(answer)) => {
                let same = answer.status == refusal.status && answer.code == refusal.code;
                let same_rule = refusal.rule.is_none() || answer.rule.as_deref() == refusal.rule;
                match (same, same_rule) {
                    (true, true) => Outcome::Refused,
                    (false, _) => Outcome::Surprise(format!("this should have been refused with {} {}", refusal.status, refusal.code)),
                    (true, false) => Outcome::Surprise(format!("the rule '{}' should have been named", refusal.rule.unwrap_or_default())),
                }
            }
        };
        self.refusals += 1;
        self.tell(caller, says, Some(refusal.code), outcome, error.as_ref())
    }

    /// Numbers of steps and of refusals so far.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.steps, self.refusals)
    }

    /// The report, for what is no step.
    pub(super) fn report(&mut self) -> &mut Report {
        &mut self.report
    }

    fn tell(
        &mut self,
        caller: &'static str,
        says: &str,
        expected: Option<&'static str>,
        outcome: Outcome,
        error: Option<&Error>,
    ) -> std::result::Result<(), Stop> {
        self.steps += 1;
        let surprised = matches!(outcome, Outcome::Surprise(_));
        let step = Step {
            number: self.steps,
            chapter: self.chapter,
            says,
            caller,
            exchange: self.last.take(),
            expected,
            message: error.and_then(Error::service).map(|answer| answer.message.clone()),
            outcome,
        };
        self.report.step(&step)?;
        if surprised {
            return Err(Stop::Surprise);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{arguments::Format, output::Paint};
    use adf_emulator_client::ServiceError;
    use serde_json::Value;
    use std::io::Write;

    /// What was written, shared with the report that writes it.
    #[derive(Debug, Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    const REFUSAL: Refusal = Refusal { status: 401, code: "Unauthorized", rule: Some("link-needs-grant") };

    fn refused(status: u16, rule: Option<&str>) -> Result<()> {
        Err(Error::Service(Box::new(ServiceError {
            status,
            code: "Unauthorized".to_owned(),
            message: "no".to_owned(),
            target: None,
            rule: rule.map(str::to_owned),
            not_emulated: None,
            request_id: None,
            request: "PUT /x".to_owned(),
        })))
    }

    /// Plays one step that must be refused and returns its record.
    async fn play(answer: Result<()>) -> (std::result::Result<(), Stop>, Value) {
        let written = Written::default();
        let report = Report::new(Box::new(written.clone()), Format::Json, Paint::plain(), Vec::new());
        let mut stage = Stage::new(report, Last::default());
        let outcome = stage.is_refused("owner", "says", REFUSAL, async { answer }).await;
        let record = serde_json::from_slice(&written.0.lock().unwrap()).unwrap();
        (outcome, record)
    }

    #[tokio::test]
    async fn the_documented_refusal_goes_on() {
        let (outcome, record) = play(refused(401, Some("link-needs-grant"))).await;
        assert!(outcome.is_ok());
        assert_eq!((&record["ok"], &record["expected"]), (&Value::Bool(true), &Value::from("Unauthorized")));
    }

    #[tokio::test]
    async fn any_other_end_stops_the_walk() {
        let gone = Error::Unreachable { endpoint: "e".to_owned(), problem: "gone".to_owned() };
        for answer in [Ok(()), refused(403, Some("link-needs-grant")), refused(401, None), Err(gone)] {
            let (outcome, record) = play(answer).await;
            assert!(matches!(outcome, Err(Stop::Surprise)), "{outcome:?}");
            assert_eq!(record["ok"], false);
            assert_ne!(record["note"], "");
        }
    }
}

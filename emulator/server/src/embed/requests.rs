//! The requests of an embedded world: the journal of what was asked, faults that stand in the way, and throttling.
//!
//! A `match` has the fields that `docs/control.md` tells of, such as `{"operation": "Factories_Get", "status": 403}`, and `{}`
//! is every request. Only waiting is asynchronous; it never sleeps.

use std::ops::RangeBounds;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use super::{Refused, World};
use crate::control::{self, Refusal};
use crate::faults::Fault;
use crate::journal::entry::Entry;
use crate::journal::matching::{FIELDS, Facts, Match};

impl World {
    /// Returns the requests that the world was asked and that match, oldest first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use serde_json::json;
    /// use std::time::Duration;
    ///
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// # let client = reqwest::Client::builder().no_proxy().build()?;
    /// let url = format!("{}/subscriptions?api-version=2022-12-01", emulator.http());
    /// let asked = tokio::spawn(client.get(url).bearer_auth("reader").send());
    ///
    /// let listed = json!({ "operation": "Subscriptions_List", "caller": "reader" });
    /// let entries = emulator.wait_for_requests(&listed, 1, Duration::from_secs(10)).await?;
    /// assert_eq!(entries[0].status, Some(200));
    /// # asked.await??;
    /// assert_eq!(emulator.requests(&json!({}))?.len(), 1);
    ///
    /// emulator.verify_requests(&listed, 1..=1)?;
    /// emulator.verify_requests(&json!({ "status": 403 }), ..1)?;
    /// let wrong = emulator.verify_requests(&json!({ "operation": "Subscriptions_List", "caller": "ada" }), 1..);
    /// assert!(wrong.is_err_and(|wrong| wrong.0.contains("caller")));
    /// emulator.clear_requests();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The `match` has a field that is not known, or a value that is none.
    pub fn requests(&self, wanted: &Value) -> Result<Vec<Arc<Entry>>, Refused> {
        Ok(self.matching(&read(wanted)?))
    }

    /// Returns one request of the journal with headers and bodies, as `GET /_emulator/requests/{id}` gives it; `None` when it
    /// is not there, or not any more.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// # let client = reqwest::Client::builder().no_proxy().build()?;
    /// let url = format!("{}/subscriptions?api-version=2022-12-01", emulator.http());
    /// client.get(url).bearer_auth("reader").send().await?;
    /// let entries = emulator.requests(&serde_json::json!({}))?;
    /// let whole = emulator.request(entries[0].id).expect("it was just asked");
    /// assert!(whole["response"]["body"]["value"].is_array());
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, id: Uuid) -> Option<Value> {
        self.opened.cell.journal().entry(id).map(|entry| entry.whole(&self.opened.cell.read()).into())
    }

    /// Waits until that many requests match, and returns them; see `requests`.
    ///
    /// # Errors
    /// As for `requests`, or time is up.
    pub async fn wait_for_requests(&self, wanted: &Value, count: usize, time_max: Duration) -> Result<Vec<Arc<Entry>>, Refused> {
        let wanted = read(wanted)?;
        let journal = self.opened.cell.journal();
        let enough = async {
            loop {
                // Asked for first, so that nothing that comes between looking and waiting is missed.
                let mut added = std::pin::pin!(journal.added());
                added.as_mut().enable();
                let found = self.matching(&wanted);
                if found.len() >= count {
                    return found;
                }
                added.await;
            }
        };
        tokio::time::timeout(time_max, enough).await.map_err(|_| Refused(format!("time is up: {}", self.told(&wanted))))
    }

    /// Checks how many requests match: `1..=1` is exactly one, `2..` at least two, `..1` none. See `requests`.
    ///
    /// # Errors
    /// As for `requests`; or there are more or fewer: the text says how many, and what came nearest.
    pub fn verify_requests(&self, wanted: &Value, expected: impl RangeBounds<usize>) -> Result<(), Refused> {
        let wanted = read(wanted)?;
        if expected.contains(&self.matching(&wanted).len()) { Ok(()) } else { Err(Refused(self.told(&wanted))) }
    }

    /// Forgets all requests; see `requests`.
    pub fn clear_requests(&self) {
        self.opened.cell.journal().clear();
    }

    /// Puts a fault in the way of requests, as `POST /_emulator/faults` takes it; returns its number.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use serde_json::json;
    ///
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// let busy = json!({ "match": { "method": "GET" }, "times": 2, "answer": { "status": 503, "retryAfterSeconds": 0 } });
    /// let fault = emulator.add_fault(&busy)?;
    /// # let client = reqwest::Client::builder().no_proxy().build()?;
    /// let url = format!("{}/subscriptions?api-version=2022-12-01", emulator.http());
    /// let answer = client.get(url).bearer_auth("reader").send().await?;
    /// assert_eq!(answer.status(), 503);
    /// assert_eq!(emulator.faults()[0].hits, 1);
    /// assert!(emulator.remove_fault(fault));
    ///
    /// let typo = json!({ "answer": { "delai": "PT1S" } });
    /// assert!(emulator.add_fault(&typo).is_err_and(|wrong| wrong.0.contains("delai")));
    /// emulator.clear_faults();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// It cannot be meant, and the text names the field; or the world has as many as it may have.
    pub fn add_fault(&self, fault: &Value) -> Result<u64, Refused> {
        let Value::Object(fields) = fault else { return Err(Refused("a fault is a JSON object".to_owned())) };
        let plan = control::faults::plan(fields).map_err(|refusal| refused(&refusal))?;
        let added = self.opened.cell.faults().add(plan);
        added.map(|fault| fault.id).map_err(|too_many| Refused(too_many.to_string()))
    }

    /// Returns all faults in the order in which they are tried, with how often each struck; see `add_fault`.
    pub fn faults(&self) -> Vec<Fault> {
        self.opened.cell.faults().all()
    }

    /// Takes a fault away; returns whether it was there. See `add_fault`.
    pub fn remove_fault(&self, id: u64) -> bool {
        self.opened.cell.faults().remove(id)
    }

    /// Takes all faults away; see `add_fault`.
    pub fn clear_faults(&self) {
        self.opened.cell.faults().clear();
    }

    /// Lets Resource Manager count requests and refuse those that are too many, or not: the setting `throttling`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use adf_emulator_core::timestamp::Duration;
    ///
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// emulator.freeze();
    /// emulator.throttle(true);
    /// # let client = reqwest::Client::builder().no_proxy().build()?;
    /// let url = format!("{}/subscriptions?api-version=2022-12-01", emulator.http());
    /// let list = || client.get(&url).bearer_auth("reader").send();
    /// for _ in 0..250 {
    ///     assert_eq!(list().await?.status(), 200);
    /// }
    /// assert_eq!(list().await?.status(), 429);
    /// emulator.advance(Duration::from_seconds(1))?;
    /// assert_eq!(list().await?.status(), 200);
    /// # Ok(())
    /// # }
    /// ```
    pub fn throttle(&self, on: bool) {
        let set = |world: &mut adf_emulator_core::world::World| {
            world.settings.throttling = on;
            Ok::<_, Refused>(())
        };
        // Nothing refuses it.
        let _ = self.opened.cell.update(set);
    }

    fn matching(&self, wanted: &Match) -> Vec<Arc<Entry>> {
        let mut entries = self.entries();
        entries.retain(|entry| wanted.fits(&Facts::of(entry)));
        entries
    }

    pub(super) fn entries(&self) -> Vec<Arc<Entry>> {
        self.opened.cell.journal().after(None).map(|excerpt| excerpt.entries).unwrap_or_default()
    }

    /// Says how many requests match, and of the others which differs least, and in what.
    fn told(&self, wanted: &Match) -> String {
        let entries = self.entries();
        let differences = |entry: &Arc<Entry>| wanted.differences(&Facts::of(entry));
        let count = entries.iter().filter(|entry| differences(entry).is_empty()).count();
        let others = entries.iter().filter(|entry| !differences(entry).is_empty());
        let nearest = others.min_by_key(|entry| differences(entry).len()).map(|entry| {
            let differs: Vec<String> = differences(entry).iter().map(|it| it.document().to_string()).collect();
            format!("; the nearest other is {} {}, which differs in {}", entry.method, entry.path(), differs.join(", "))
        });
        format!("{count} requests match {}{}", wanted.document(), nearest.unwrap_or_default())
    }
}

fn read(wanted: &Value) -> Result<Match, Refused> {
    let Value::Object(fields) = wanted else { return Err(Refused("a match is a JSON object".to_owned())) };
    Match::read(fields, &FIELDS).map_err(|wrong| Refused(wrong.problem))
}

fn refused(refusal: &Refusal) -> Refused {
    Refused(refusal.message().to_owned())
}

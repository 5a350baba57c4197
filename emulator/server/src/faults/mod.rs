//! Faults that a test puts in the way of its requests: made-up answers, delays, broken connections and bodies.
//!
//! Not the core's `Fault`, which is why a request was refused. They belong to a world's port and not to its value, so a
//! fork has none and a world file neither. The first that matches and is due strikes. Chance comes from the world's seed.

pub mod strike;

use crate::journal::matching::{Facts, Match};
use adf_emulator_core::directory::Principal;
use adf_emulator_core::id_source::IdSource;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use parking_lot::Mutex;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Faults that a world may have at once. Our own bound.
pub const FAULTS_MAX: usize = 1_000;

/// Bytes that the answers of a world's faults may take together: 16 MiB. Our own bound.
pub const ANSWERS_BYTES_MAX: usize = 16 * 1024 * 1024;

/// What a fault does to a request that it strikes.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Answers in place of the world, which does not see the request.
    Answer(MadeUp),
    /// Lets the request go on after this time.
    Delay(Duration),
    /// Closes the connection; the world does not see the request.
    DropBefore,
    /// Closes the connection in the middle of the body of the world's answer.
    DropMidBody,
    /// Breaks the body of the world's answer so that it cannot be read.
    Malformed,
}

/// An answer that is not the world's.
#[derive(Clone, Debug, PartialEq)]
pub struct MadeUp {
    /// The status.
    pub status: StatusCode,
    /// The code of the error, for log and journal; none when the status is no error.
    pub code: Option<String>,
    /// Headers over the usual ones.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// A fault and when it strikes.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The requests that it is for.
    pub wanted: Match,
    /// How many of them it lets pass first.
    pub after: u64,
    /// How often it strikes; none for always.
    pub times: Option<u64>,
    /// How probable it is that it strikes, from 0 to 1.
    pub probability: f64,
    /// What it does.
    pub effect: Effect,
}

/// A fault of a world.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its number in this world.
    pub id: u64,
    /// What it does, and when.
    pub plan: Arc<Plan>,
    /// How many requests it was for.
    pub met: u64,
    /// How often it struck.
    pub hits: u64,
}

/// A fault that struck a request.
#[derive(Clone, Debug)]
pub struct Struck {
    /// The fault's number.
    pub id: u64,
    /// Who sent the request, where that is known.
    pub caller: Option<Arc<Principal>>,
    plan: Arc<Plan>,
}

/// The faults of one world.
#[derive(Debug, Default)]
pub struct Faults {
    list: Mutex<List>,
    /// Whether there are any: nearly all requests need to know no more.
    any: AtomicBool,
}

#[derive(Debug, Default)]
struct List {
    faults: Vec<Fault>,
    made: u64,
}

/// A world has as many faults as it may have, or as many bytes of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a world has at most {FAULTS_MAX} faults, and {ANSWERS_BYTES_MAX} bytes of their answers; delete some")
    }
}

impl Plan {
    /// Returns about how many bytes the texts of the fault take.
    fn bytes(&self) -> usize {
        let answer = match &self.effect {
            Effect::Answer(MadeUp { code, headers, body, .. }) => {
                let headers: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
                code.as_ref().map_or(0, String::len) + headers + body.len()
            }
            _ => 0,
        };
        answer + self.wanted.bytes()
    }
}

impl Struck {
    /// Returns what the fault does.
    pub fn effect(&self) -> &Effect {
        &self.plan.effect
    }
}

impl Faults {
    /// Returns whether there are any.
    pub fn any(&self) -> bool {
        self.any.load(Ordering::Relaxed)
    }

    /// Adds a fault behind the others.
    ///
    /// # Errors
    /// There are `FAULTS_MAX` already, or their answers would take more than `ANSWERS_BYTES_MAX`.
    pub fn add(&self, plan: Plan) -> Result<Fault, TooMany> {
        let mut list = self.list.lock();
        let bytes = list.faults.iter().map(|fault| fault.plan.bytes()).fold(plan.bytes(), usize::saturating_add);
        if list.faults.len() >= FAULTS_MAX || bytes > ANSWERS_BYTES_MAX {
            return Err(TooMany);
        }
        list.made += 1;
        let fault = Fault { id: list.made, plan: Arc::new(plan), met: 0, hits: 0 };
        list.faults.push(fault.clone());
        self.any.store(true, Ordering::Relaxed);
        Ok(fault)
    }

    /// Returns all faults in the order in which they were added.
    pub fn all(&self) -> Vec<Fault> {
        self.list.lock().faults.clone()
    }

    /// Takes a fault away; returns whether it was there.
    pub fn remove(&self, id: u64) -> bool {
        let mut list = self.list.lock();
        let before = list.faults.len();
        list.faults.retain(|fault| fault.id != id);
        self.any.store(!list.faults.is_empty(), Ordering::Relaxed);
        list.faults.len() < before
    }

    /// Takes all faults away.
    pub fn clear(&self) {
        self.list.lock().faults.clear();
        self.any.store(false, Ordering::Relaxed);
    }

    /// Returns the fault that strikes a request of a world with that seed.
    pub fn strike(&self, facts: &Facts<'_>, seed: u64) -> Option<Struck> {
        let mut list = self.list.lock();
        let fault = list.faults.iter_mut().find_map(|fault| fault.meets(facts, seed).then_some(fault))?;
        Some(Struck { id: fault.id, caller: None, plan: Arc::clone(&fault.plan) })
    }
}

impl Fault {
    /// Counts a request that it is for; returns whether it strikes it.
    fn meets(&mut self, facts: &Facts<'_>, seed: u64) -> bool {
        let is_spent = self.plan.times.is_some_and(|times| self.hits >= times);
        if is_spent || !self.plan.wanted.fits(facts) {
            return false;
        }
        self.met += 1;
        let strikes = self.met > self.plan.after && self.chance(seed) < self.plan.probability;
        self.hits += u64::from(strikes);
        strikes
    }

    /// Returns a number from 0 up to 1 that is the same for the same seed, fault and request.
    fn chance(&self, seed: u64) -> f64 {
        let guid = IdSource::new(seed).guid_of(format!("fault {} request {}", self.id, self.met).as_bytes());
        let [.., a, b, c, d] = guid.into_bytes();
        f64::from(u32::from_be_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FACTS: Facts<'_> = Facts {
        method: "GET",
        path: "/subscriptions",
        operation: "Subscriptions_List",
        caller: None,
        status: None,
        code: None,
        rule: None,
        would_refuse: None,
    };

    fn plan(method: &str) -> Plan {
        let wanted = Match::read(json!({ "method": method }).as_object().unwrap(), &["method"]).unwrap();
        Plan { wanted, after: 0, times: None, probability: 1.0, effect: Effect::Malformed }
    }

    fn strikes(faults: &Faults, seed: u64, times: usize) -> Vec<Option<u64>> {
        (0..times).map(|_| faults.strike(&FACTS, seed).map(|struck| struck.id)).collect()
    }

    #[test]
    fn the_first_that_is_due_strikes() {
        let faults = Faults::default();
        faults.add(plan("PUT")).unwrap();
        faults.add(Plan { after: 1, times: Some(2), ..plan("GET") }).unwrap();
        assert_eq!(strikes(&faults, 1, 4), [None, Some(2), Some(2), None]);
        faults.add(plan("GET")).unwrap();
        assert_eq!(strikes(&faults, 1, 1), [Some(3)]);
        assert_eq!(faults.all().iter().map(|fault| (fault.met, fault.hits)).collect::<Vec<_>>(), [(0, 0), (3, 2), (1, 1)]);
        assert!(faults.remove(3) && !faults.remove(3) && faults.any());
        faults.clear();
        assert!(!faults.any() && faults.all().is_empty());
    }

    #[test]
    fn chance_is_that_of_the_seed() {
        let run = |seed| {
            let faults = Faults::default();
            faults.add(Plan { probability: 0.25, ..plan("GET") }).unwrap();
            strikes(&faults, seed, 1_000)
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
        let hits = run(1).iter().flatten().count();
        assert!((200..300).contains(&hits), "{hits}");
    }

    #[test]
    fn there_is_room_for_so_many() {
        let faults = Faults::default();
        for _ in 0..FAULTS_MAX {
            faults.add(plan("GET")).unwrap();
        }
        assert_eq!(faults.add(plan("GET")).unwrap_err(), TooMany);
    }

    #[test]
    fn there_is_room_for_so_many_bytes() {
        let answer = |bytes: usize| {
            let body = Bytes::from(vec![b'x'; bytes]);
            Plan { effect: Effect::Answer(MadeUp { status: StatusCode::OK, code: None, headers: HeaderMap::new(), body }), ..plan("GET") }
        };
        let faults = Faults::default();
        for _ in 0..4 {
            faults.add(answer(ANSWERS_BYTES_MAX / 4 - 100)).unwrap();
        }
        assert_eq!(faults.add(answer(1_000)).unwrap_err(), TooMany);
        faults.add(plan("GET")).unwrap();
        faults.remove(1);
        faults.add(answer(1_000)).unwrap();
    }
}

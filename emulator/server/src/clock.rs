//! Clocks, and the only call of "now".
//!
//! The core never reads a clock: instants come from here as parameters. A world's clock is the host's plus an offset,
//! or stands still. Durations of requests, which only the log shows, are measured here too.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use adf_emulator_core::timestamp::{Duration, Timestamp};
use adf_emulator_core::world_file::ClockEntry;
use parking_lot::Mutex;

/// How a world's time goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// The host's time plus this.
    Running {
        /// How far it is ahead of the host, or behind.
        offset: Duration,
    },
    /// It stands still.
    Frozen {
        /// The instant at which it stands.
        at: Timestamp,
    },
}

impl Default for Time {
    fn default() -> Self {
        Self::Running { offset: Duration::ZERO }
    }
}

impl From<ClockEntry> for Time {
    fn from(entry: ClockEntry) -> Self {
        match entry {
            ClockEntry::Offset(offset) => Self::Running { offset },
            ClockEntry::FrozenAt(at) => Self::Frozen { at },
        }
    }
}

impl From<Time> for ClockEntry {
    fn from(time: Time) -> Self {
        match time {
            Time::Running { offset } => Self::Offset(offset),
            Time::Frozen { at } => Self::FrozenAt(at),
        }
    }
}

/// A world's clock was asked to go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockGoesForward {
    /// What the clock shows.
    pub now: Timestamp,
}

/// Changes of a clock that are remembered, the newest half when there are more.
const CHANGES_MAX: usize = 10_000;

/// The clock of one world. It remembers how time went, so that it can say what it showed when a token was issued.
#[derive(Debug)]
pub struct Clock(Mutex<History>);

/// How time goes now and went before.
#[derive(Debug)]
struct History {
    now: Change,
    /// INVARIANT: oldest first.
    before: Vec<Change>,
}

/// Time goes like that from this instant of the host's on.
#[derive(Clone, Copy, Debug)]
struct Change {
    since: Timestamp,
    time: Time,
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(Time::default())
    }
}

impl Clock {
    /// Returns a clock that goes like that.
    pub fn new(time: Time) -> Self {
        Self(Mutex::new(History { now: Change { since: host_now(), time }, before: Vec::new() }))
    }

    /// Returns how time goes now.
    pub fn time(&self) -> Time {
        self.0.lock().now.time
    }

    /// Makes time go like that from now on, also backwards: another world begins.
    pub fn replace(&self, time: Time) {
        let mut history = self.0.lock();
        *history = History { now: Change { since: host_now(), time }, before: Vec::new() };
    }

    /// Returns the world's now.
    pub fn now(&self) -> Timestamp {
        shown(self.time(), host_now())
    }

    /// Returns the world's now, and what this clock showed at an instant of the host's. Before the world began, its
    /// clock ran as the host's did, up to what it showed at the beginning.
    pub fn now_and_at(&self, host: Timestamp) -> (Timestamp, Timestamp) {
        let history = self.0.lock();
        (shown(history.now.time, host_now()), history.shown_at(host))
    }

    /// Moves the clock forward by `by`, which must not be negative.
    pub fn advance(&self, by: Duration) -> Result<(), ClockGoesForward> {
        let mut history = self.0.lock();
        let time = history.now.time;
        if by < Duration::ZERO {
            return Err(ClockGoesForward { now: shown(time, host_now()) });
        }
        history.change(match time {
            Time::Running { offset } => Time::Running { offset: Duration::from_ticks(offset.ticks().saturating_add(by.ticks())) },
            Time::Frozen { at } => Time::Frozen { at: at.plus(by) },
        });
        Ok(())
    }

    /// Sets the clock to `instant`, which must not be before its now. A running clock goes on from there.
    pub fn set(&self, instant: Timestamp) -> Result<(), ClockGoesForward> {
        let mut history = self.0.lock();
        let host = host_now();
        let now = shown(history.now.time, host);
        if instant < now {
            return Err(ClockGoesForward { now });
        }
        let time = match history.now.time {
            Time::Running { .. } => Time::Running { offset: instant.since(host) },
            Time::Frozen { .. } => Time::Frozen { at: instant },
        };
        history.change(time);
        Ok(())
    }

    /// Stops the clock where it is.
    pub fn freeze(&self) {
        let mut history = self.0.lock();
        let at = shown(history.now.time, host_now());
        history.change(Time::Frozen { at });
    }

    /// Lets the clock go on from where it stands.
    pub fn unfreeze(&self) {
        let mut history = self.0.lock();
        if let Time::Frozen { at } = history.now.time {
            history.change(Time::Running { offset: at.since(host_now()) });
        }
    }
}

impl History {
    fn change(&mut self, time: Time) {
        if self.before.len() == CHANGES_MAX {
            self.before.drain(..CHANGES_MAX / 2);
        }
        self.before.push(self.now);
        self.now = Change { since: host_now(), time };
    }

    fn shown_at(&self, host: Timestamp) -> Timestamp {
        if host >= self.now.since {
            return shown(self.now.time, host);
        }
        let begun = self.before.partition_point(|change| change.since <= host);
        match begun.checked_sub(1).and_then(|last| self.before.get(last)) {
            Some(change) => shown(change.time, host),
            None => {
                let first = self.before.first().unwrap_or(&self.now);
                let early = first.since.since(host);
                shown(first.time, first.since).plus(Duration::from_ticks(early.ticks().saturating_neg()))
            }
        }
    }
}

fn shown(time: Time, host: Timestamp) -> Timestamp {
    match time {
        Time::Running { offset } => host.plus(offset),
        Time::Frozen { at } => at,
    }
}

/// Returns what the host's clock shows: for what clients compare with their own clocks.
pub fn host_now() -> Timestamp {
    // A host before 1970 counts as 1970.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ticks(i64::try_from(since.as_nanos() / 100).unwrap_or(i64::MAX))
}

/// Measures how long something takes on the host.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns the time since the start.
    pub fn elapsed(self) -> std::time::Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_seconds(43_200);
    const HOUR: Duration = Duration::from_seconds(3_600);

    #[test]
    fn a_frozen_clock_moves_only_when_told_and_never_back() {
        let clock = Clock::new(Time::Frozen { at: NOON });
        assert_eq!(clock.now(), NOON);
        clock.advance(HOUR).unwrap();
        assert_eq!(clock.now(), NOON.plus(HOUR));
        assert_eq!(clock.set(NOON), Err(ClockGoesForward { now: NOON.plus(HOUR) }));
        assert!(clock.advance(Duration::from_seconds(-1)).is_err());
        clock.set(NOON.plus(HOUR)).unwrap();
        assert_eq!(clock.time(), Time::Frozen { at: NOON.plus(HOUR) });
    }

    #[test]
    fn a_running_clock_keeps_its_distance_to_the_host() {
        let clock = Clock::default();
        clock.advance(HOUR).unwrap();
        assert_eq!(clock.time(), Time::Running { offset: HOUR });
        assert!(clock.now() >= host_now().plus(Duration::from_seconds(3_599)));
        clock.freeze();
        let stands = clock.now();
        assert_eq!(clock.now(), stands);
        clock.unfreeze();
        assert!(clock.now() >= stands);
        assert!(matches!(clock.time(), Time::Running { .. }));
    }

    #[test]
    fn it_knows_what_it_showed() {
        let second = Duration::from_seconds(1);
        let began = Timestamp::from_seconds(1_000);
        let mut history = History { now: Change { since: began, time: Time::Frozen { at: NOON } }, before: Vec::new() };
        let minute = Duration::from_seconds(60);
        history.before.push(history.now);
        history.now = Change { since: began.plus(minute), time: Time::Running { offset: HOUR } };
        assert_eq!(history.shown_at(began.plus(second)), NOON);
        assert_eq!(history.shown_at(began.plus(minute)), began.plus(minute).plus(HOUR));
        assert_eq!(NOON.since(history.shown_at(Timestamp::from_seconds(990))), Duration::from_seconds(10));
        for _ in 0..2 * CHANGES_MAX {
            history.change(Time::default());
        }
        assert!(history.before.len() <= CHANGES_MAX);
    }

    #[test]
    fn advancing_is_seen_from_before_it_only() {
        let clock = Clock::default();
        let before = host_now();
        clock.advance(HOUR).unwrap();
        let (now, then) = clock.now_and_at(before);
        assert!(now.since(then) >= HOUR);
        let (now, then) = clock.now_and_at(host_now());
        assert!(now.since(then) < HOUR);
    }
}

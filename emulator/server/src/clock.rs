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

/// Why a clock does not do what it is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockRefusal {
    /// It would go back.
    GoesForward {
        /// What it shows.
        now: Timestamp,
    },
    /// It would go beyond the last year that Azure's times have.
    EndOfTime,
}

/// What a clock is asked to do, all at one instant of the host's.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClockChange {
    /// Where it is moved.
    pub to: Option<Moved>,
    /// Whether it stands still from then on; as before when it is not said.
    pub frozen: Option<bool>,
}

/// Where a clock is moved.
#[derive(Clone, Copy, Debug)]
pub enum Moved {
    /// Forward by this.
    By(Duration),
    /// To this instant.
    To(Timestamp),
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

    /// Moves, stops or starts the clock, all at once. A running clock that is moved goes on from there.
    ///
    /// # Errors
    /// It would go back, or too far; nothing has changed then.
    pub fn change(&self, change: ClockChange) -> Result<(), ClockRefusal> {
        let mut history = self.0.lock();
        let (host, time) = (host_now(), history.now.time);
        let now = shown(time, host);
        let then = match change.to {
            None => now,
            Some(Moved::By(by)) => now.plus(by),
            Some(Moved::To(instant)) => instant,
        };
        if then < now {
            return Err(ClockRefusal::GoesForward { now });
        }
        if then > Timestamp::LATEST && then > now {
            return Err(ClockRefusal::EndOfTime);
        }
        let changed = match (change.frozen.unwrap_or(matches!(time, Time::Frozen { .. })), time, change.to) {
            (true, ..) => Time::Frozen { at: then },
            (false, Time::Running { .. }, None) => time,
            // The offset to the tick, so that an export has the text that was asked for.
            (false, Time::Running { offset }, Some(Moved::By(by))) => {
                Time::Running { offset: Duration::from_ticks(offset.ticks().saturating_add(by.ticks())) }
            }
            (false, ..) => Time::Running { offset: then.since(host) },
        };
        if changed != time {
            history.change(Change { since: host, time: changed });
        }
        Ok(())
    }
}

impl History {
    fn change(&mut self, change: Change) {
        if self.before.len() == CHANGES_MAX {
            self.before.drain(..CHANGES_MAX / 2);
        }
        self.before.push(self.now);
        self.now = change;
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

    fn by(duration: Duration) -> ClockChange {
        ClockChange { to: Some(Moved::By(duration)), frozen: None }
    }

    fn to(instant: Timestamp) -> ClockChange {
        ClockChange { to: Some(Moved::To(instant)), frozen: None }
    }

    fn frozen(frozen: bool) -> ClockChange {
        ClockChange { to: None, frozen: Some(frozen) }
    }

    #[test]
    fn a_frozen_clock_moves_only_when_told_and_never_back() {
        let clock = Clock::new(Time::Frozen { at: NOON });
        assert_eq!(clock.now(), NOON);
        clock.change(by(HOUR)).unwrap();
        assert_eq!(clock.now(), NOON.plus(HOUR));
        assert_eq!(clock.change(to(NOON)), Err(ClockRefusal::GoesForward { now: NOON.plus(HOUR) }));
        assert!(clock.change(by(Duration::from_seconds(-1))).is_err());
        clock.change(to(NOON.plus(HOUR))).unwrap();
        assert_eq!(clock.time(), Time::Frozen { at: NOON.plus(HOUR) });
    }

    #[test]
    fn a_running_clock_keeps_its_distance_to_the_host() {
        let clock = Clock::default();
        clock.change(by(HOUR)).unwrap();
        assert_eq!(clock.time(), Time::Running { offset: HOUR });
        assert!(clock.now() >= host_now().plus(Duration::from_seconds(3_599)));
        clock.change(frozen(true)).unwrap();
        let stands = clock.now();
        assert_eq!(clock.now(), stands);
        clock.change(frozen(false)).unwrap();
        assert!(clock.now() >= stands);
        assert!(matches!(clock.time(), Time::Running { .. }));
    }

    #[test]
    fn a_refused_change_leaves_the_clock_as_it_was() {
        let clock = Clock::default();
        clock.change(by(HOUR)).unwrap();
        let before = clock.time();
        assert!(clock.change(ClockChange { to: Some(Moved::To(NOON)), frozen: Some(true) }).is_err());
        for far in [by(Duration::from_ticks(i64::MAX)), to(Timestamp::LATEST.plus(HOUR))] {
            assert_eq!(clock.change(far), Err(ClockRefusal::EndOfTime));
        }
        assert_eq!(clock.time(), before);
        clock.change(to(Timestamp::LATEST)).unwrap();
        assert!(clock.now() >= Timestamp::LATEST);
        clock.change(frozen(true)).unwrap();
        assert!(matches!(clock.time(), Time::Frozen { .. }));
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
            history.change(Change { since: began, time: Time::default() });
        }
        assert!(history.before.len() <= CHANGES_MAX);
    }

    #[test]
    fn advancing_is_seen_from_before_it_only() {
        let clock = Clock::default();
        // Surely before the change, also when the host's clock shows the same instant twice.
        let before = host_now().plus(Duration::from_ticks(-1));
        clock.change(by(HOUR)).unwrap();
        let (now, then) = clock.now_and_at(before);
        assert!(now.since(then) >= HOUR);
        let (now, then) = clock.now_and_at(host_now());
        assert!(now.since(then) < HOUR);
    }
}

//! Clocks, and the only call of "now".
//!
//! The core never reads a clock: instants come from here as parameters. A world's clock is the host's plus an offset,
//! or stands still. Durations of requests, which only the log shows, are measured here too.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use adf_emulator_core::timestamp::{Duration, Timestamp};
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

/// A world's clock was asked to go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockGoesForward {
    /// What the clock shows.
    pub now: Timestamp,
}

/// The clock of one world.
#[derive(Debug, Default)]
pub struct Clock(Mutex<Time>);

impl Clock {
    /// Returns a clock that goes like that.
    pub fn new(time: Time) -> Self {
        Self(Mutex::new(time))
    }

    /// Returns how time goes now.
    pub fn time(&self) -> Time {
        *self.0.lock()
    }

    /// Makes time go like that from now on, also backwards: another world begins.
    pub fn replace(&self, time: Time) {
        *self.0.lock() = time;
    }

    /// Returns the world's now.
    pub fn now(&self) -> Timestamp {
        shown(*self.0.lock(), host_now())
    }

    /// Moves the clock forward by `by`, which must not be negative.
    pub fn advance(&self, by: Duration) -> Result<(), ClockGoesForward> {
        let mut time = self.0.lock();
        if by < Duration::ZERO {
            return Err(ClockGoesForward { now: shown(*time, host_now()) });
        }
        *time = match *time {
            Time::Running { offset } => Time::Running { offset: Duration::from_ticks(offset.ticks().saturating_add(by.ticks())) },
            Time::Frozen { at } => Time::Frozen { at: at.plus(by) },
        };
        Ok(())
    }

    /// Sets the clock to `instant`, which must not be before its now. A running clock goes on from there.
    pub fn set(&self, instant: Timestamp) -> Result<(), ClockGoesForward> {
        let mut time = self.0.lock();
        let host = host_now();
        let now = shown(*time, host);
        if instant < now {
            return Err(ClockGoesForward { now });
        }
        *time = match *time {
            Time::Running { .. } => Time::Running { offset: instant.since(host) },
            Time::Frozen { .. } => Time::Frozen { at: instant },
        };
        Ok(())
    }

    /// Stops the clock where it is.
    pub fn freeze(&self) {
        let mut time = self.0.lock();
        *time = Time::Frozen { at: shown(*time, host_now()) };
    }

    /// Lets the clock go on from where it stands.
    pub fn unfreeze(&self) {
        let mut time = self.0.lock();
        if let Time::Frozen { at } = *time {
            *time = Time::Running { offset: at.since(host_now()) };
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
}

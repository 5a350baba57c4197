//! One world's current value, its clock, and the right to replace the value: read, update, fork, reset.
//!
//! Readers never wait; one writer at a time works on a copy and publishes it. The writer's lock does not poison: if a
//! change panics, the draft is dropped and the world is whole. What belongs to a world's port and not to its value has locks
//! of its own: clock, journal, faults, buckets.

use crate::clock::{Clock, Time};
use crate::entra::signing_key::{KeyError, SigningKey};
use crate::faults::Faults;
use crate::journal::Journal;
use adf_emulator_core::resources::throttling::Buckets;
use adf_emulator_core::settle::settle;
use adf_emulator_core::world::World;
use arc_swap::{ArcSwap, Guard};
use parking_lot::Mutex;
use std::sync::{Arc, OnceLock};

/// A world at one moment, and how its time goes from there: what a fork, a snapshot and a reset begin with. Making
/// and keeping one costs the same however large the world is.
#[derive(Clone, Debug, Default)]
pub struct Moment {
    /// The world.
    pub world: World,
    /// Its time.
    pub time: Time,
}

/// A world that is read: its value at one moment. Taking it counts nothing that other readers count too.
pub type Reading = Guard<Arc<World>>;

/// One world: its current value, what it started as, its clock.
#[derive(Debug)]
pub struct WorldCell {
    current: ArcSwap<World>,
    start: Moment,
    writer: Mutex<()>,
    clock: Clock,
    journal: Journal,
    faults: Faults,
    buckets: Mutex<Buckets>,
    issuer_key: OnceLock<Result<SigningKey, KeyError>>,
}

impl WorldCell {
    /// Returns the cell of a world that begins like that.
    pub fn new(start: Moment) -> Self {
        let (current, clock) = (ArcSwap::from_pointee(start.world.clone()), Clock::new(start.time));
        let (journal, faults, buckets) = (Journal::default(), Faults::default(), Mutex::default());
        Self { current, start, writer: Mutex::new(()), clock, journal, faults, buckets, issuer_key: OnceLock::new() }
    }

    /// Returns the key of the world as an issuer of federated assertions; the first to ask has it made. No world takes the
    /// assertions of another for its own, and a reset leaves the key as it is.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn issuer_key(&self) -> Result<&SigningKey, KeyError> {
        self.issuer_key.get_or_init(SigningKey::fresh).as_ref().map_err(|error| *error)
    }

    /// Returns what the world began with, and goes back to.
    pub fn start(&self) -> Moment {
        self.start.clone()
    }

    /// Returns the world as it was written last with its time: a state that it was really in; settles first when something
    /// is due.
    pub fn moment(&self) -> Moment {
        let _one_writer = self.writer.lock();
        let current = self.current.load();
        let world = if self.is_due(&current) { World::clone(&self.publish(self.settled(&current))) } else { World::clone(&current) };
        Moment { world, time: self.clock.time() }
    }

    /// Returns the world's clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Returns the journal of the world's requests.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Returns the faults in the way of the world's requests.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Returns the buckets of requests that Resource Manager takes, for a world that throttles.
    pub fn buckets(&self) -> &Mutex<Buckets> {
        &self.buckets
    }

    /// Returns the world as it is now; settles first when something is due. The time in it is that of the last write,
    /// but for a world whose conditions ask for it.
    pub fn read(&self) -> Reading {
        let world = self.written();
        let asks = world.asks_for_the_time || world.settings.asks_for_the_time();
        if asks { Reading::from_inner(Arc::new(self.settled(&world))) } else { world }
    }

    /// Returns the world as it was written last, which is how it is written down; settles first when something is due. The
    /// time in it does not move while nothing happens.
    pub fn written(&self) -> Reading {
        let world = self.current.load();
        if !self.is_due(&world) {
            return world;
        }
        let _one_writer = self.writer.lock();
        Reading::from_inner(self.publish(self.settled(&self.current.load())))
    }

    /// Returns a copy of the world in which all has happened that is due.
    fn settled(&self, world: &World) -> World {
        let mut draft = World::clone(world);
        settle(&mut draft, self.clock.now());
        draft
    }

    fn is_due(&self, world: &World) -> bool {
        world.due_next().is_some_and(|due| due <= self.clock.now())
    }

    /// Runs `change` on a copy of the world and publishes the copy if it succeeds.
    ///
    /// # Errors
    /// Whatever `change` returns; the world is then as it was. One writer at a time, so `change` runs once.
    pub fn update<T, E>(&self, change: impl FnOnce(&mut World) -> Result<T, E>) -> Result<T, E> {
        let _one_writer = self.writer.lock();
        let mut draft = self.settled(&self.current.load());
        let answer = change(&mut draft)?;
        self.publish(draft);
        Ok(answer)
    }

    /// Puts another world in place of this one, clock included. `reset` still goes back to the start.
    pub fn replace(&self, moment: Moment) {
        let _one_writer = self.writer.lock();
        self.put(moment);
    }

    /// Goes back to the start, clock included: with an empty journal and without faults. No writer comes in between.
    pub fn reset(&self) {
        let _one_writer = self.writer.lock();
        self.faults.clear();
        self.put(self.start());
        self.journal.clear();
    }

    /// Puts another world in place; the caller has the writer's lock.
    fn put(&self, Moment { world, time }: Moment) {
        self.clock.replace(time);
        *self.buckets.lock() = Buckets::default();
        self.publish(world);
    }

    fn publish(&self, world: World) -> Arc<World> {
        let world = Arc::new(world);
        self.current.store(world.clone());
        world
    }
}

//! One world's current value, its clock, and the right to replace the value: read, update, reset.
//!
//! Readers never wait; one writer at a time works on a copy and publishes it. The only mutex and the only atomic
//! pointer of a world. The mutex does not poison: if a change panics, the draft is dropped and the world is whole.

use crate::clock::{Clock, Time};
use crate::faults::Faults;
use crate::journal::Journal;
use adf_emulator_core::resources::throttling::Buckets;
use adf_emulator_core::settle::settle;
use adf_emulator_core::world::World;
use arc_swap::ArcSwap;
use parking_lot::Mutex;
use std::sync::Arc;

/// One world: its current value, what it started as, its clock.
#[derive(Debug)]
pub struct WorldCell {
    current: ArcSwap<World>,
    start: (World, Time),
    writer: Mutex<()>,
    clock: Clock,
    journal: Journal,
    faults: Faults,
    buckets: Mutex<Buckets>,
}

impl WorldCell {
    /// Returns the cell of a world that begins as `world`, its time going as `time` says.
    pub fn new(world: World, time: Time) -> Self {
        let current = ArcSwap::from_pointee(world.clone());
        Self {
            current,
            start: (world, time),
            writer: Mutex::new(()),
            clock: Clock::new(time),
            journal: Journal::default(),
            faults: Faults::default(),
            buckets: Mutex::default(),
        }
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
    pub fn read(&self) -> Arc<World> {
        let world = self.current.load_full();
        match world.due_next() {
            Some(due) if due <= self.clock.now() => {
                let _one_writer = self.writer.lock();
                let mut draft = World::clone(&self.current.load());
                settle(&mut draft, self.clock.now());
                self.publish(draft)
            }
            _ if world.asks_for_the_time => {
                let mut world = World::clone(&world);
                settle(&mut world, self.clock.now());
                Arc::new(world)
            }
            _ => world,
        }
    }

    /// Runs `change` on a copy of the world and publishes the copy if it succeeds.
    ///
    /// # Errors
    /// Whatever `change` returns; the world is then as it was. One writer at a time, so `change` runs once.
    pub fn update<T, E>(&self, change: impl FnOnce(&mut World) -> Result<T, E>) -> Result<T, E> {
        let _one_writer = self.writer.lock();
        let mut draft = World::clone(&self.current.load());
        settle(&mut draft, self.clock.now());
        let answer = change(&mut draft)?;
        self.publish(draft);
        Ok(answer)
    }

    /// Puts another world in place of this one, clock included. `reset` still goes back to the start.
    pub fn replace(&self, world: World, time: Time) {
        let _one_writer = self.writer.lock();
        self.clock.replace(time);
        *self.buckets.lock() = Buckets::default();
        self.publish(world);
    }

    /// Goes back to the start, clock included: with an empty journal and without faults.
    pub fn reset(&self) {
        let (world, time) = &self.start;
        self.replace(world.clone(), *time);
        self.journal.clear();
        self.faults.clear();
    }

    fn publish(&self, world: World) -> Arc<World> {
        let world = Arc::new(world);
        self.current.store(world.clone());
        world
    }
}

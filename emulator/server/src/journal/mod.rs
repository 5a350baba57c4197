//! The journal: what a world was asked and what it answered, newest last.
//!
//! One ring a world, bounded by entries and by bytes: the oldest are dropped and counted. Bearer tokens are masked before
//! they are kept, other secrets when an entry is read. It is no part of the world's value, so a read changes no world,
//! and neither a fork nor a world file has it. Never an answer of Azure's.

pub mod entry;
pub mod matching;
pub mod secrets;

use entry::Entry;
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use uuid::Uuid;

/// Entries that a world keeps.
const ENTRIES_MAX: usize = 10_000;

/// Bytes that the entries of a world may take: 32 MiB.
const BYTES_MAX: usize = 32 * 1024 * 1024;

/// The journal of one world.
#[derive(Debug, Default)]
pub struct Journal {
    ring: Mutex<Ring>,
    added: Notify,
}

#[derive(Debug, Default)]
struct Ring {
    /// The entries with their sizes, which stand here so that dropping one need not look into it.
    entries: VecDeque<(usize, Arc<Entry>)>,
    /// INVARIANT: the sum of the entries' sizes.
    bytes: usize,
    dropped: u64,
    /// Whether somebody may wait for the next one.
    is_awaited: bool,
}

/// Entries as they stand at one moment.
#[derive(Debug)]
pub struct Excerpt {
    /// The entries, oldest first.
    pub entries: Vec<Arc<Entry>>,
    /// How many older ones were dropped since the journal was last cleared.
    pub dropped: u64,
}

/// No entry has this id, or none any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchEntry(pub Uuid);

impl Journal {
    /// Adds an entry, and drops the oldest where there is no room.
    pub fn add(&self, entry: Entry) {
        let (bytes, entry) = (entry.bytes(), Arc::new(entry));
        let mut ring = self.ring.lock();
        ring.bytes = ring.bytes.saturating_add(bytes);
        ring.entries.push_back((bytes, entry));
        let mut oldest = None;
        while ring.entries.len() > ENTRIES_MAX || (ring.bytes > BYTES_MAX && ring.entries.len() > 1) {
            oldest = ring.entries.pop_front();
            ring.bytes = ring.bytes.saturating_sub(oldest.as_ref().map_or(0, |(bytes, _)| *bytes));
            ring.dropped = ring.dropped.saturating_add(1);
        }
        let is_awaited = std::mem::take(&mut ring.is_awaited);
        drop(ring);
        // What an entry holds is given back without the lock.
        drop(oldest);
        if is_awaited {
            self.added.notify_waiters();
        }
    }

    /// Returns the entry with that id.
    pub fn entry(&self, id: Uuid) -> Option<Arc<Entry>> {
        self.ring.lock().entries.iter().rev().map(|(_, entry)| entry).find(|entry| entry.id == id).cloned()
    }

    /// Returns the entries after `since`, or all.
    ///
    /// # Errors
    /// `since` is no entry of this journal, or is none any more.
    pub fn after(&self, since: Option<Uuid>) -> Result<Excerpt, NoSuchEntry> {
        let ring = self.ring.lock();
        let from = match since {
            None => 0,
            Some(id) => ring.entries.iter().rposition(|(_, entry)| entry.id == id).ok_or(NoSuchEntry(id))? + 1,
        };
        Ok(Excerpt { entries: ring.entries.iter().skip(from).map(|(_, entry)| Arc::clone(entry)).collect(), dropped: ring.dropped })
    }

    /// Forgets all entries, and that any were dropped.
    pub fn clear(&self) {
        let mut ring = self.ring.lock();
        let cleared = std::mem::take(&mut *ring);
        ring.is_awaited = cleared.is_awaited;
        drop(ring);
        drop(cleared);
    }

    /// Returns what waits for an entry that is added from now on.
    pub fn added(&self) -> Notified<'_> {
        let added = self.added.notified();
        self.ring.lock().is_awaited = true;
        added
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entry::test_entry;

    #[test]
    fn the_oldest_are_dropped_and_counted() {
        let journal = Journal::default();
        for number in 0..=ENTRIES_MAX {
            journal.add(test_entry(number as u128, ""));
        }
        let Excerpt { entries, dropped } = journal.after(None).unwrap();
        assert_eq!((entries.len(), entries[0].id, dropped), (ENTRIES_MAX, Uuid::from_u128(1), 1));
        assert_eq!(journal.after(Some(Uuid::from_u128(0))).unwrap_err(), NoSuchEntry(Uuid::from_u128(0)));
        let last = journal.after(Some(Uuid::from_u128(9_999))).unwrap().entries;
        assert_eq!(last.iter().map(|entry| entry.id).collect::<Vec<_>>(), [Uuid::from_u128(10_000)]);
        journal.clear();
        assert_eq!((journal.after(None).unwrap().entries.len(), journal.after(None).unwrap().dropped), (0, 0));
    }

    #[test]
    fn bytes_are_bounded_too() {
        let journal = Journal::default();
        let body = "x".repeat(64 * 1024);
        for number in 0..1_000 {
            journal.add(test_entry(number, &body));
        }
        let Excerpt { entries, dropped } = journal.after(None).unwrap();
        let bytes: usize = entries.iter().map(|entry| entry.bytes()).sum();
        assert!(bytes <= BYTES_MAX && bytes > BYTES_MAX / 2, "{bytes}");
        assert_eq!((entries.len() as u64 + dropped, journal.ring.lock().bytes), (1_000, bytes));
    }
}

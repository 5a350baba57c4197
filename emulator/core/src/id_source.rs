//! The ids, keys and counters that a world hands out, from a seed and a counter.
//!
//! Randomness is state: a replayed or forked world answers with the same bytes. Nothing here is secret; the
//! emulator protects nothing.

use uuid::Uuid;

/// The most draws that a source may have made when it is resumed: what every reader of JSON takes for the same number.
/// Nobody draws as many again.
pub const COUNTER_MAX: u64 = (1 << 53) - 1;

/// Hands out ids that are the same for the same seed and the same history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdSource {
    seed: u64,
    counter: u64,
}

impl IdSource {
    /// Returns a source that has handed out nothing yet.
    pub const fn new(seed: u64) -> Self {
        Self { seed, counter: 0 }
    }

    /// Returns the source as it was after `counter` draws, at most `COUNTER_MAX`.
    pub const fn resume(seed: u64, counter: u64) -> Self {
        let counter = if counter > COUNTER_MAX { COUNTER_MAX } else { counter };
        Self { seed, counter }
    }

    /// Returns the seed.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Returns how many draws were made.
    pub const fn counter(&self) -> u64 {
        self.counter
    }

    /// Draws the next number: 1, 2, 3 …
    pub fn next_number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// Draws a GUID of the random form.
    pub fn next_guid(&mut self) -> Uuid {
        let number = self.next_number();
        self.guid_of(&number.to_be_bytes())
    }

    /// Draws 32 bytes, the length of an authentication key.
    pub fn next_key_bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        let (first, second) = bytes.split_at_mut(16);
        first.copy_from_slice(self.next_guid().as_bytes());
        second.copy_from_slice(self.next_guid().as_bytes());
        bytes
    }

    /// Returns the GUID that belongs to `name` under this seed. Draws nothing: it is the same each time.
    pub fn guid_of(&self, name: &[u8]) -> Uuid {
        let namespace = Uuid::from_u64_pair(0x6164_662d_656d_756c, self.seed);
        let hashed = Uuid::new_v5(&namespace, name);
        uuid::Builder::from_random_bytes(hashed.into_bytes()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids_and_another_seed_others() {
        let (mut one, mut two, mut other) = (IdSource::new(1), IdSource::new(1), IdSource::new(2));
        let first = one.next_guid();
        assert_eq!(first, two.next_guid());
        assert_ne!(first, other.next_guid());
        assert_ne!(first, one.next_guid());
        assert_eq!(IdSource::resume(1, 1).next_guid(), two.next_guid());
    }
}

//! Named states of worlds, kept by the process: any of its worlds can take one, and be brought back to one.
//!
//! A state is shared with the world that it was taken of, so keeping it costs what the two differ in.

use std::collections::BTreeMap;

use parking_lot::Mutex;

use crate::world_cell::Moment;

/// How many states are kept at most: our own bound, far above what a suite names.
pub const SNAPSHOTS_MAX: usize = 1_000;

/// The longest name.
const NAME_LETTERS_MAX: usize = 100;

/// The kept states, by name.
#[derive(Debug, Default)]
pub struct Snapshots(Mutex<BTreeMap<String, Moment>>);

/// There are as many as are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

impl Snapshots {
    /// Returns whether a name is of letters, digits, dashes, dots and underscores, so that it stands in a path as it is.
    pub fn is_a_name(name: &str) -> bool {
        let is_plain = |letter: u8| letter.is_ascii_alphanumeric() || b"-._".contains(&letter);
        (1..=NAME_LETTERS_MAX).contains(&name.len()) && name.bytes().all(is_plain)
    }

    /// Keeps a state under a name, in place of what was there.
    ///
    /// # Errors
    /// There are too many already.
    pub fn put(&self, name: &str, moment: Moment) -> Result<(), TooMany> {
        let mut kept = self.0.lock();
        if kept.len() >= SNAPSHOTS_MAX && !kept.contains_key(name) {
            return Err(TooMany);
        }
        kept.insert(name.to_owned(), moment);
        Ok(())
    }

    /// Returns the state of that name.
    pub fn get(&self, name: &str) -> Option<Moment> {
        self.0.lock().get(name).cloned()
    }

    /// Forgets the state of that name; returns whether it was there.
    pub fn remove(&self, name: &str) -> bool {
        // What is gone with it is freed after the lock.
        let gone = self.0.lock().remove(name);
        gone.is_some()
    }

    /// Returns all names in order.
    pub fn names(&self) -> Vec<String> {
        self.0.lock().keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_their_number_is_bounded() {
        let long = "x".repeat(NAME_LETTERS_MAX);
        for good in ["a", "before-the-grant", "Step_1.b", &long] {
            assert!(Snapshots::is_a_name(good), "{good}");
        }
        for bad in ["", "a b", "a%20b", "ä", "a/b", &format!("{long}x")] {
            assert!(!Snapshots::is_a_name(bad), "{bad}");
        }
        let kept = Snapshots::default();
        for number in 0..SNAPSHOTS_MAX {
            kept.put(&number.to_string(), Moment::default()).unwrap();
        }
        assert_eq!(kept.put("more", Moment::default()), Err(TooMany));
        assert_eq!(kept.put("7", Moment::default()), Ok(()));
        assert!(kept.remove("7") && !kept.remove("7") && kept.get("7").is_none());
        assert_eq!((kept.put("more", Moment::default()), kept.names().len()), (Ok(()), SNAPSHOTS_MAX));
    }
}

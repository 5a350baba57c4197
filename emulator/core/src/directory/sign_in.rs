//! What signing in leaves behind: refresh tokens, and codes that wait for their client.
//!
//! They belong to their world, so a fork has them and a reset forgets them; a world file never holds them. Each table
//! is bounded and drops its oldest entry. Time is looked at when something is shown, so nothing here is ever due.
//! Follows <https://learn.microsoft.com/entra/identity-platform/refresh-tokens>.

use crate::table::{Lookup, Table};
use crate::timestamp::{Duration, Timestamp};
use std::sync::Arc;
use uuid::Uuid;

/// How many entries of a sort a world remembers; the oldest goes first.
pub const REMEMBERED_MAX: usize = 10_000;

/// How long a refresh token is good after its issue: 90 days, as documented.
pub const REFRESH_TOKEN_LIFETIME: Duration = Duration::from_seconds(90 * 86_400);

/// Everything that signing in leaves behind in a world.
#[derive(Clone, Debug, Default)]
pub struct SignIns {
    /// Refresh tokens by their text.
    pub refresh_tokens: Remembered<RefreshToken>,
}

/// Values by a text that was handed out for each, in the order in which they were handed out.
#[derive(Clone, Debug)]
pub struct Remembered<V> {
    next: u64,
    entries: Table<u64, (Arc<str>, V)>,
    /// INVARIANT: the number of each entry by its text.
    numbers: Lookup<Arc<str>, u64>,
}

impl<V> Default for Remembered<V> {
    fn default() -> Self {
        Self { next: 0, entries: Table::default(), numbers: Lookup::default() }
    }
}

impl<V> Remembered<V> {
    /// Returns the value for which this text was handed out.
    pub fn get(&self, text: &str) -> Option<&V> {
        self.numbers.get(text).and_then(|number| self.entries.get(number)).map(|entry| &entry.1)
    }

    /// Returns all entries, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.entries.values().map(|entry| (&*entry.0, &entry.1))
    }

    /// Remembers a value under a text, in place of what was there. Drops the oldest when there are too many.
    pub fn put(&mut self, text: &str, value: V) {
        let text: Arc<str> = text.into();
        let number = self.numbers.get(&*text).copied().unwrap_or(self.next);
        self.next = self.next.max(number.saturating_add(1));
        self.numbers.insert(text.clone(), number);
        self.entries.insert(number, (text, value));
        let oldest = self.entries.iter().next().map(|(number, entry)| (*number, entry.0.clone()));
        if self.entries.len() > REMEMBERED_MAX
            && let Some((number, text)) = oldest
        {
            self.entries.remove(&number);
            self.numbers.remove(&*text);
        }
    }
}

/// What a refresh token stands for: that a user signed in with a client.
#[derive(Clone, Debug, PartialEq)]
pub struct RefreshToken {
    /// The client it was given to.
    pub client_id: Uuid,
    /// The user who signed in.
    pub object_id: Uuid,
    /// The user's password at that time; another one since then revokes the token.
    pub password: Option<Arc<str>>,
    /// When it was issued, on the world's clock.
    pub issued: Timestamp,
    /// What the access token beside it was for.
    pub resource: Arc<str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first_and_a_fork_keeps_its_own() {
        let mut remembered = Remembered::default();
        remembered.put("first", 1);
        remembered.put("first", 2);
        let fork = remembered.clone();
        for number in 0..REMEMBERED_MAX {
            remembered.put(&number.to_string(), 3);
        }
        assert_eq!((remembered.get("first"), remembered.get("0"), remembered.iter().count()), (None, Some(&3), REMEMBERED_MAX));
        assert_eq!(fork.get("first"), Some(&2));
    }
}

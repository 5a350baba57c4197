//! The persistent maps of a world, and the only file that names the map library.
//!
//! A `Table` is ordered, so lists come out in order and a scope's descendants are one range. A `Lookup` is
//! hashed, for what is only ever found by id and must cost the same in a small and in a large world.
//! Cloning either is constant time: that is what makes fork, reset and snapshot free.

use rustc_hash::FxHasher;
use std::borrow::Borrow;
use std::hash::{BuildHasherDefault, Hash};
use std::ops::RangeBounds;
use std::sync::Arc;

/// A persistent map in key order. Values are shared: a reader keeps what it saw while a writer replaces it.
#[derive(Debug)]
pub struct Table<K: Ord, V> {
    map: rpds::RedBlackTreeMapSync<K, Arc<V>>,
}

/// By hand: the derive would demand `Clone` of every stored value.
impl<K: Ord, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        Self { map: self.map.clone() }
    }
}

impl<K: Ord + Clone, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { map: rpds::RedBlackTreeMapSync::new_sync() }
    }
}

impl<K: Ord + Clone, V> Table<K, V> {
    /// Returns the value under `key`.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&Arc<V>>
    where
        K: Borrow<Q>,
    {
        self.map.get(key)
    }

    /// Returns whether there is a value under `key`.
    pub fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.map.contains_key(key)
    }

    /// Puts `value` under `key`, in place of what was there.
    pub fn insert(&mut self, key: K, value: impl Into<Arc<V>>) {
        self.map.insert_mut(key, value.into());
    }

    /// Takes away what is under `key`; returns whether something was.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.map.remove_mut(key)
    }

    /// Returns the entry with the least key; allocates nothing, unlike the first step of `iter`.
    pub fn first(&self) -> Option<(&K, &Arc<V>)> {
        self.map.first()
    }

    /// Returns all entries in key order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &Arc<V>)> {
        self.map.iter()
    }

    /// Returns all values in key order.
    pub fn values(&self) -> impl Iterator<Item = &Arc<V>> {
        self.map.values()
    }

    /// Returns the entries whose keys lie in `range`, in key order.
    pub fn range<Q: Ord + ?Sized>(&self, range: impl RangeBounds<Q>) -> impl Iterator<Item = (&K, &Arc<V>)>
    where
        K: Borrow<Q>,
    {
        self.map.range(range)
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.map.size()
    }

    /// Returns whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }
}

impl<V> Table<Arc<str>, V> {
    /// Returns the entries whose keys lie below `key`: those that go on with a `/` after it.
    pub fn below<'a>(&'a self, key: &str) -> impl Iterator<Item = (&'a Arc<str>, &'a Arc<V>)> + use<'a, V> {
        let first: Arc<str> = format!("{}/", key.trim_end_matches('/')).into();
        let inside = first.clone();
        self.map.range::<Arc<str>, _>(first..).take_while(move |(at, _)| at.starts_with(&*inside))
    }

    /// Takes away every entry at `key` and below it; returns what was taken.
    pub fn remove_at_and_below(&mut self, key: &str) -> Vec<Arc<V>> {
        let mut gone: Vec<(Arc<str>, Arc<V>)> = self.below(key).map(|(at, value)| (at.clone(), value.clone())).collect();
        gone.extend(self.map.get_key_value(key).map(|(at, value)| (at.clone(), value.clone())));
        for (at, _) in &gone {
            self.map.remove_mut(at);
        }
        gone.into_iter().map(|(_, value)| value).collect()
    }
}

/// A persistent map without order: finding costs the same however large it is. The hash is the same in every process,
/// and quick, because every decision asks.
#[derive(Debug)]
pub struct Lookup<K: Eq + Hash, V> {
    map: rpds::HashTrieMapSync<K, V, BuildHasherDefault<FxHasher>>,
}

/// By hand, as for `Table`.
impl<K: Eq + Hash, V> Clone for Lookup<K, V> {
    fn clone(&self) -> Self {
        Self { map: self.map.clone() }
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Default for Lookup<K, V> {
    fn default() -> Self {
        Self { map: rpds::HashTrieMapSync::default() }
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Lookup<K, V> {
    /// Returns the value under `key`.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.map.get(key)
    }

    /// Puts `value` under `key`, in place of what was there.
    pub fn insert(&mut self, key: K, value: V) {
        self.map.insert_mut(key, value);
    }

    /// Takes away what is under `key`; returns whether something was.
    pub fn remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.map.remove_mut(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_stops_at_segment_boundaries() {
        let mut table: Table<Arc<str>, u8> = Table::default();
        for key in ["/a/rg1", "/a/rg1/x", "/a/rg10", "/a/rg1/x/y", "/a/rg2/x"] {
            table.insert(key.into(), 0);
        }
        let below: Vec<&str> = table.below("/a/rg1").map(|(key, _)| &**key).collect();
        assert_eq!(below, ["/a/rg1/x", "/a/rg1/x/y"]);
        assert_eq!(table.below("/").count(), 5);
        assert_eq!(table.remove_at_and_below("/a/rg1").len(), 3);
        assert_eq!(table.len(), 2);
    }

    #[test]
    fn a_fork_does_not_see_its_origin_change() {
        let mut origin: Table<u8, &str> = Table::default();
        origin.insert(1, "first");
        let fork = origin.clone();
        origin.insert(1, "second");
        assert_eq!(fork.get(&1).map(|v| **v), Some("first"));
    }
}

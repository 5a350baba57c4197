//! The management groups of one tenant: by name, each with its parent, and the group of each subscription.
//!
//! Finding what is above a subscription looks up one group a level, because decisions ask.

use crate::rules::management_groups::{DEPTH_MAX, PER_DIRECTORY_MAX};
use crate::table::Table;
use crate::timestamp::Timestamp;
use std::sync::Arc;
use uuid::Uuid;

/// A management group.
#[derive(Clone, Debug, PartialEq)]
pub struct ManagementGroup {
    /// The name, as it was first written; compared without case.
    pub name: Arc<str>,
    /// What portals show.
    pub display_name: Arc<str>,
    /// The name of the group above; none below the root group.
    pub parent: Option<Arc<str>>,
    /// How often it was changed, counted from one, and on from a deleted group of the name.
    pub version: u64,
    /// When it was changed last; none for one of a world file.
    pub updated_time: Option<Timestamp>,
    /// The object id of whoever changed it last; none for one of a world file.
    pub updated_by: Option<Uuid>,
}

impl ManagementGroup {
    /// Returns a group that nobody has changed yet.
    pub fn new(name: &str, display_name: Option<&str>, parent: Option<&str>) -> Self {
        Self {
            name: name.into(),
            display_name: display_name.unwrap_or(name).into(),
            parent: parent.map(Into::into),
            version: 1,
            updated_time: None,
            updated_by: None,
        }
    }

    /// Returns whether the group has this name.
    pub fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The groups of a tenant, and where its subscriptions are.
#[derive(Clone, Debug, Default)]
pub struct ManagementGroups {
    /// INVARIANT: keyed by the name in lower case.
    groups: Table<Arc<str>, ManagementGroup>,
    /// INVARIANT: the key of the group of each subscription that is in one.
    places: Table<Uuid, Arc<str>>,
    /// The last versions of groups that are gone: a group of the same name counts on (recorded).
    /// INVARIANT: keyed by the name in lower case; at most as many as there may be groups.
    deleted: Table<Arc<str>, u64>,
    /// The settings of the hierarchy, when any were ever set.
    pub settings: Option<super::settings::HierarchySettings>,
}

impl PartialEq for ManagementGroups {
    fn eq(&self, other: &Self) -> bool {
        self.groups.iter().eq(other.groups.iter())
            && self.places.iter().eq(other.places.iter())
            && self.deleted.iter().eq(other.deleted.iter())
            && self.settings == other.settings
    }
}

impl ManagementGroups {
    /// Returns the group of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<ManagementGroup>> {
        self.groups.get(name).or_else(|| self.groups.get(name.to_ascii_lowercase().as_str()))
    }

    /// Returns all groups by name; the root group is among them once it was changed.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<ManagementGroup>> {
        self.groups.values()
    }

    /// Returns how many groups there are.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Puts a group, in place of the one of its name.
    pub fn insert(&mut self, group: ManagementGroup) {
        self.groups.insert(group.name.to_ascii_lowercase().into(), group);
    }

    /// Takes a group away.
    pub fn remove(&mut self, name: &str) {
        if let Some(group) = self.get(name).cloned() {
            self.groups.remove(name.to_ascii_lowercase().as_str());
            self.remember(name, group.version);
        }
    }

    /// Remembers the last version of a group that is gone.
    pub fn remember(&mut self, name: &str, version: u64) {
        self.deleted.insert(name.to_ascii_lowercase().into(), version);
        if self.deleted.len() > PER_DIRECTORY_MAX {
            let first = self.deleted.iter().next().map(|(name, _)| Arc::clone(name));
            first.map(|name| self.deleted.remove(&*name));
        }
    }

    /// Returns the last versions of groups that are gone, by name in lower case.
    pub fn deleted(&self) -> impl Iterator<Item = (&str, u64)> {
        self.deleted.iter().map(|(name, version)| (&**name, **version))
    }

    /// Returns the version that a group of this name had last, if it is gone.
    pub fn last_version(&self, name: &str) -> u64 {
        self.deleted.get(name.to_ascii_lowercase().as_str()).map_or(0, |version| **version)
    }

    /// Puts a subscription into a group, or below the root group.
    pub fn place(&mut self, subscription: Uuid, group: Option<&str>) {
        match group {
            Some(name) => self.places.insert(subscription, Arc::new(Arc::from(name.to_ascii_lowercase()))),
            None => drop(self.places.remove(&subscription)),
        }
    }

    /// Returns the group in which a subscription is; none below the root group.
    pub fn of_subscription(&self, subscription: Uuid) -> Option<&Arc<ManagementGroup>> {
        self.places.get(&subscription).and_then(|key| self.get(key))
    }

    /// Returns the subscriptions of a group.
    pub fn subscriptions_of(&self, name: &str) -> impl Iterator<Item = Uuid> {
        let key: Arc<str> = name.to_ascii_lowercase().into();
        self.places.iter().filter(move |(_, group)| ***group == key).map(|(id, _)| *id)
    }

    /// Returns the groups above a subscription, the nearest first, without the root group.
    pub fn above_subscription(&self, subscription: Uuid) -> impl Iterator<Item = &Arc<ManagementGroup>> {
        self.chain(self.of_subscription(subscription))
    }

    /// Returns the group `name` and those above it, without the root group.
    pub fn at_and_above(&self, name: &str) -> impl Iterator<Item = &Arc<ManagementGroup>> {
        self.chain(self.get(name))
    }

    /// Returns how many levels of groups stand below a group, itself not counted.
    pub fn levels_below(&self, name: &str) -> usize {
        let depth = |group: &ManagementGroup| self.at_and_above(&group.name).position(|it| it.is_named(name));
        self.iter().filter_map(|group| depth(group)).max().unwrap_or_default()
    }

    fn chain<'a>(&'a self, first: Option<&'a Arc<ManagementGroup>>) -> impl Iterator<Item = &'a Arc<ManagementGroup>> {
        // The bound ends a circle, which no change makes.
        std::iter::successors(first, |group| group.parent.as_deref().and_then(|name| self.get(name))).take(DEPTH_MAX)
    }
}

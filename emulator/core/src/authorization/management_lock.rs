//! Management locks: what is kept from deletion, or from every change, whoever asks.
//!
//! A lock is at a subscription, a resource group or a resource and counts below it too. It stands against requests after
//! access was decided; locks themselves are always managed by whoever may.
//! Follows <https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources> and `arm-wire` 3.5.

use super::filter::{Term, terms};
use super::role_assignment;
use super::scope;
use crate::fault::Fault;
use crate::members;
use crate::resource_id::ResourceId;
use crate::resources::definition;
use crate::rules::management_locks as rules;
use crate::seed_state::SeedState;
use crate::timestamp::Timestamp;
use crate::world::{Document, Kind, LOCKS, Seed, World};
use serde_json::{Value, json};
use std::ops::Bound;
use std::sync::Arc;
use uuid::Uuid;

/// What a world file and the deletion of a group need to know.
pub static KIND: Kind = Kind { resource_type: LOCKS, seed, export, remove_at_and_below, tracked: |_, _| Vec::new() };

/// A lock.
#[derive(Clone, Debug, PartialEq)]
pub struct ManagementLock {
    /// The name, as it was written; compared without case.
    pub name: Arc<str>,
    /// Where, as the URL wrote it.
    pub scope: ResourceId,
    /// What it keeps from happening.
    pub level: LockLevel,
    /// What it is for.
    pub notes: Option<Arc<str>>,
    /// When it was made.
    pub created_on: Timestamp,
    /// When it was last put.
    pub updated_on: Timestamp,
    /// The object id of whoever made it; none for one of a world file.
    pub created_by: Option<Uuid>,
    /// The object id of whoever put it last; none for one of a world file.
    pub updated_by: Option<Uuid>,
}

impl ManagementLock {
    /// Returns the resource id.
    pub fn id(&self) -> ResourceId {
        self.scope.at_scope(LOCKS, &self.name)
    }
}

/// What a lock keeps from happening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockLevel {
    /// Deleting.
    CanNotDelete,
    /// Deleting and changing.
    ReadOnly,
}

impl LockLevel {
    /// Returns Azure's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CanNotDelete => "CanNotDelete",
            Self::ReadOnly => "ReadOnly",
        }
    }

    /// Reads Azure's word, whatever its case.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::CanNotDelete, Self::ReadOnly].into_iter().find(|it| it.as_str().eq_ignore_ascii_case(word))
    }
}

/// What a request does, as locks see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It takes something away, and all that is below.
    Delete,
    /// It changes something, or does something with it.
    Write,
}

/// Makes the lock `name` at `scope`, or puts it anew; returns whether it is new. `caller` is none for a world file.
///
/// # Errors
/// The rules of `rules/management_locks.rs`, and what says that the scope is missing.
pub fn put(
    world: &mut World,
    scope: &ResourceId,
    name: &str,
    body: &Document,
    caller: Option<Uuid>,
) -> Result<(Arc<ManagementLock>, bool), Fault> {
    rules::scope_can_be_locked(scope)?;
    rules::name_has_its_shape(name)?;
    role_assignment::scope_exists(world, world.tenant_of(scope).unwrap_or_default(), scope)?;
    definition::resource_has_known_members(body)?;
    let empty = Document::new();
    let properties = members::object(body, "properties")?.unwrap_or(&empty);
    let (level, notes) = (members::text(properties, "level")?, members::text(properties, "notes")?);
    let level = rules::level_is_known(level.as_deref())?;
    let notes = notes.as_deref().map(rules::notes_have_their_length).transpose()?;
    let existing = find(world, scope, name).cloned();
    if existing.is_none() {
        rules::one_more_lock_fits(at(world, scope.key()).count(), scope)?;
    }
    let is_new = existing.is_none();
    let made = |existing: &ManagementLock| (existing.name.clone(), existing.created_on, existing.created_by);
    let (name, created_on, created_by) = existing.as_deref().map_or_else(|| (name.into(), world.now, caller), made);
    let lock = ManagementLock {
        name,
        scope: scope.clone(),
        level,
        notes: notes.map(Arc::from),
        created_on,
        updated_on: world.now,
        created_by,
        updated_by: caller,
    };
    let lock = Arc::new(lock);
    world.management_locks.insert(key_of(scope, &lock.name).into(), Arc::clone(&lock));
    Ok((lock, is_new))
}

/// Returns the lock `name` at `scope`.
///
/// # Errors
/// `lock-exists`.
pub fn get<'a>(world: &'a World, scope: &ResourceId, name: &str) -> Result<&'a Arc<ManagementLock>, Fault> {
    find(world, scope, name).ok_or_else(|| rules::lock_not_found(name))
}

/// Takes the lock `name` at `scope` away; returns whether there was one.
pub fn delete(world: &mut World, scope: &ResourceId, name: &str) -> bool {
    world.management_locks.remove(key_of(scope, name).as_str())
}

/// Returns the locks at a scope and below it; with `atScope()` those at the scope and above it.
///
/// # Errors
/// `filter-is-understood` for another filter.
pub fn list(world: &World, scope: &ResourceId, filter: Option<&str>) -> Result<Vec<Arc<ManagementLock>>, Fault> {
    let text = filter.unwrap_or_default();
    let at_scope = match terms(text).as_deref() {
        Some([Term::Call(name)]) if name == "atscope" => true,
        _ if text.is_empty() => false,
        _ => return Err(rules::filter_not_supported(text)),
    };
    let is_shown = |it: &&Arc<ManagementLock>| match at_scope {
        true => scope.is_at_or_below(&it.scope),
        false => it.scope.is_at_or_below(scope),
    };
    Ok(world.management_locks.values().filter(is_shown).cloned().collect())
}

/// Checks that no lock stands against a change of `target`. A deletion is also stopped by what is locked below.
///
/// # Errors
/// `scope-is-not-locked`.
pub fn permits(world: &World, target: &ResourceId, change: Change) -> Result<(), Fault> {
    if world.management_locks.is_empty() || target.is_of_type(LOCKS) {
        return Ok(());
    }
    let counts = |it: &&Arc<ManagementLock>| change == Change::Delete || it.level == LockLevel::ReadOnly;
    let mut locked: Vec<&str> =
        scope::at_and_above(target).flat_map(|key| at(world, key)).filter(counts).map(|it| it.scope.as_str()).collect();
    if change == Change::Delete {
        locked.extend(world.management_locks.below(target.key()).map(|(_, it)| it.scope.as_str()));
    }
    locked.dedup();
    rules::scope_is_not_locked(&locked, target, change)
}

fn remove_at_and_below(world: &mut World, scope: &ResourceId) {
    let all = world.management_locks.values().filter(|it| it.scope.is_at_or_below(scope));
    let gone: Vec<String> = all.map(|it| key_of(&it.scope, &it.name)).collect();
    for key in gone {
        world.management_locks.remove(key.as_str());
    }
}

fn find<'a>(world: &'a World, scope: &ResourceId, name: &str) -> Option<&'a Arc<ManagementLock>> {
    world.management_locks.get(key_of(scope, name).as_str())
}

/// The scope's key, a zero byte and the name in lower case: those at a scope are one range.
fn key_of(scope: &ResourceId, name: &str) -> String {
    format!("{}\0{}", scope.key(), name.to_lowercase())
}

fn at<'a, 'k>(world: &'a World, scope_key: &'k str) -> impl Iterator<Item = &'a Arc<ManagementLock>> + use<'a, 'k> {
    let is_at = move |key: &str| key.strip_prefix(scope_key).is_some_and(|rest| rest.starts_with('\0'));
    let from = (Bound::Included(scope_key), Bound::Unbounded);
    world.management_locks.range::<str>(from).take_while(move |(key, _)| is_at(key)).map(|(_, it)| it)
}

fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    let scope = id.parent().unwrap_or_else(ResourceId::root);
    let (made, _) = put(world, &scope, id.name(), body, None)?;
    let mut state = SeedState::new(state);
    let seeded = ManagementLock {
        created_on: state.time("createdOn")?.unwrap_or(made.created_on),
        updated_on: state.time("updatedOn")?.unwrap_or(made.updated_on),
        created_by: state.guid("createdBy")?,
        updated_by: state.guid("updatedBy")?,
        ..ManagementLock::clone(&made)
    };
    world.management_locks.insert(key_of(&scope, &seeded.name).into(), Arc::new(seeded));
    state.finish()
}

fn export(world: &World) -> Vec<Seed> {
    world.management_locks.values().map(|it| Seed { id: it.id(), body: body(it), state: state(it) }).collect()
}

fn body(it: &ManagementLock) -> Document {
    without_nulls(json!({ "properties": { "level": it.level.as_str(), "notes": it.notes.as_deref() } }))
}

fn state(it: &ManagementLock) -> Document {
    without_nulls(json!({ "createdOn": it.created_on.to_string(), "updatedOn": it.updated_on.to_string(), "createdBy": it.created_by,
        "updatedBy": it.updated_by }))
}

fn without_nulls(value: Value) -> Document {
    let Value::Object(mut document) = value else { return Document::new() };
    crate::world::drop_nulls(&mut document);
    document
}

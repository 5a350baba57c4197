//! Cases of locks: what they stand against, and what a lock must be.
//!
//! Rules: `rules/management_locks.rs` of the core.

use adf_emulator_core::rules::management_locks::PER_SCOPE_MAX;
use serde_json::{Value, json};

use super::super::case::{Case, Step};
use super::{Cases, RG_SHARED, delete, eastus, factory, get, put};

pub(super) const CASES: Cases = &[
    ("scope-is-not-locked", scope_is_not_locked),
    ("lock-is-in-a-subscription", lock_is_in_a_subscription),
    ("lock-name-shape", lock_name_shape),
    ("lock-level-is-known", lock_level_is_known),
    ("lock-notes-length", lock_notes_length),
    ("locks-per-scope", locks_per_scope),
    ("lock-exists", lock_exists),
];

fn lock(scope: &str, name: &str) -> String {
    format!("{scope}/providers/Microsoft.Authorization/locks/{name}?api-version=2020-05-01")
}

fn level(level: &str) -> Value {
    json!({ "properties": { "level": level } })
}

fn locking(name: &str) -> Step {
    put(lock(RG_SHARED, name), level("CanNotDelete"))
}

fn scope_is_not_locked(name: &'static str) -> Case {
    let held = factory(RG_SHARED, "held");
    Case::new(name, delete(held.clone()))
        .after([put(held, eastus()), locking("keep")])
        .says("The scope '…' cannot perform delete operation because following scope(s) are locked: '…'. Please remove the lock and try again.")
        .passes_after("The lock is deleted.", [delete(lock(RG_SHARED, "keep"))])
}

fn lock_is_in_a_subscription(name: &'static str) -> Case {
    Case::new(name, put(lock("", "keep"), level("CanNotDelete")))
        .in_world(json!({ "roleAssignments": [{ "principal": "owner", "role": "Owner", "scope": "/" }] }))
        .says("The scope '/' cannot have locks.")
        .passes_as("The scope is a resource group.", locking("keep"))
}

fn lock_name_shape(name: &'static str) -> Case {
    Case::new(name, locking("a:b")).says("The lock name 'a:b' is invalid.").passes_as("The name has no colon.", locking("a-b"))
}

fn lock_level_is_known(name: &'static str) -> Case {
    Case::new(name, put(lock(RG_SHARED, "keep"), level("NotSpecified")))
        .says("The lock level 'NotSpecified' is invalid.")
        .passes_as("The level is one of the two.", locking("keep"))
}

fn lock_notes_length(name: &'static str) -> Case {
    let noted = |length: usize| {
        let body = json!({ "properties": { "level": "CanNotDelete", "notes": "n".repeat(length) } });
        put(lock(RG_SHARED, "keep"), body)
    };
    Case::new(name, noted(513))
        .says("The lock notes have more than 512 characters.")
        .passes_as("The notes have 512 characters.", noted(512))
}

fn locks_per_scope(name: &'static str) -> Case {
    Case::new(name, locking("more"))
        .after((1..=PER_SCOPE_MAX).map(|number| locking(&format!("keep{number}"))))
        .says("The scope '…' has the most locks that it can have, 20.")
        .passes_after("One of them is deleted.", [delete(lock(RG_SHARED, "keep1"))])
}

fn lock_exists(name: &'static str) -> Case {
    Case::new(name, get(lock(RG_SHARED, "keep")))
        .says("The lock 'keep' could not be found.")
        .passes_after("The lock is put.", [locking("keep")])
}

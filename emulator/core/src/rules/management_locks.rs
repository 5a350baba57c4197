//! Rules of locks: what a lock must be, and what it keeps from happening.
//!
//! Checks take plain values; which locks stand at a scope is looked up in `authorization/management_lock.rs`.

use super::Evidence::{Assumed, Documented, Reported};
use super::{Origin, PRINTED, Rule};
use crate::authorization::management_lock::{Change, LockLevel};
use crate::fault::Fault;
use crate::resource_id::ResourceId;

const LOCK_RESOURCES: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources";
const REST: &str = "https://learn.microsoft.com/rest/api/resources/management-locks/create-or-update-by-scope";
const LIMITS: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits";

/// The most characters of a lock's name.
pub const NAME_LENGTH_MAX: usize = 260;
/// The most characters of a lock's notes.
pub const NOTES_LENGTH_MAX: usize = 512;
/// The most locks at one scope.
pub const PER_SCOPE_MAX: usize = 20;

/// What is locked is not deleted, or not changed.
pub static SCOPE_IS_NOT_LOCKED: Rule = Rule {
    name: "scope-is-not-locked",
    sentence: "What a CanNotDelete lock is on, below or above is not deleted; what a ReadOnly lock is on or above is not changed either.",
    page: LOCK_RESOURCES,
    status: 409,
    code: "ScopeLocked",
    origin: Origin::Gateway,
    remedy: "Delete the lock; Owner and User Access Administrator may.",
    limit: Documented { page: LOCK_RESOURCES },
    answer: Reported { source: PRINTED },
};

/// Locks are at subscriptions, groups and resources.
pub static LOCK_IS_IN_A_SUBSCRIPTION: Rule = Rule {
    name: "lock-is-in-a-subscription",
    sentence: "A lock is at a subscription, a resource group or a resource.",
    page: LOCK_RESOURCES,
    status: 400,
    code: "InvalidRequestContent",
    origin: Origin::Gateway,
    remedy: "Put the lock at a subscription or below one.",
    limit: Documented { page: LOCK_RESOURCES },
    answer: Assumed { because: "neither code nor text was found" },
};

/// The name of a lock has its shape.
pub static LOCK_NAME_SHAPE: Rule = Rule {
    name: "lock-name-shape",
    sentence: "The name of a lock has up to 260 characters, none of them <, >, %, &, :, \\, ? or /.",
    page: REST,
    status: 400,
    code: "InvalidRequestContent",
    origin: Origin::Gateway,
    remedy: "Choose a shorter name without these characters.",
    limit: Documented { page: REST },
    answer: Assumed { because: "neither code nor text was found" },
};

/// The level of a lock is one of two words.
pub static LOCK_LEVEL_IS_KNOWN: Rule = Rule {
    name: "lock-level-is-known",
    sentence: "The level of a lock is CanNotDelete or ReadOnly.",
    page: REST,
    status: 400,
    code: "InvalidRequestContent",
    origin: Origin::Gateway,
    remedy: "Send properties.level as CanNotDelete or ReadOnly.",
    limit: Documented { page: REST },
    answer: Assumed { because: "neither code nor text was found" },
};

/// The notes of a lock have a length.
pub static LOCK_NOTES_LENGTH: Rule = Rule {
    name: "lock-notes-length",
    sentence: "The notes of a lock have up to 512 characters.",
    page: REST,
    status: 400,
    code: "InvalidRequestContent",
    origin: Origin::Gateway,
    remedy: "Shorten the notes.",
    limit: Documented { page: REST },
    answer: Assumed { because: "neither code nor text was found" },
};

/// A scope has at most 20 locks.
pub static LOCKS_PER_SCOPE: Rule = Rule {
    name: "locks-per-scope",
    sentence: "A scope has at most 20 locks of its own.",
    page: LIMITS,
    status: 400,
    code: "InvalidRequestContent",
    origin: Origin::Gateway,
    remedy: "Delete a lock that is not needed.",
    limit: Documented { page: LIMITS },
    answer: Assumed { because: "neither code nor text was found" },
};

/// A lock that is read exists.
pub static LOCK_EXISTS: Rule = Rule {
    name: "lock-exists",
    sentence: "A lock that is read exists at the scope in the path.",
    page: REST,
    status: 404,
    code: "LockNotFound",
    origin: Origin::Gateway,
    remedy: "List the locks at the scope and take the name of one of them.",
    limit: Documented { page: REST },
    answer: Assumed { because: "clients look at the status alone" },
};

/// The rules, in the order in which they are checked.
pub static ALL: &[&Rule] = &[
    &SCOPE_IS_NOT_LOCKED,
    &LOCK_IS_IN_A_SUBSCRIPTION,
    &LOCK_NAME_SHAPE,
    &LOCK_LEVEL_IS_KNOWN,
    &LOCK_NOTES_LENGTH,
    &LOCKS_PER_SCOPE,
    &LOCK_EXISTS,
];

/// Checks that none of the scopes that count for a change is locked.
pub fn scope_is_not_locked(locked: &[&str], target: &ResourceId, change: Change) -> Result<(), Fault> {
    if locked.is_empty() {
        return Ok(());
    }
    let operation = match change {
        Change::Delete => "delete",
        Change::Write => "write",
    };
    Err(SCOPE_IS_NOT_LOCKED.broken(format!(
        "The scope '{target}' cannot perform {operation} operation because following scope(s) are locked: '{}'. Please remove the lock \
         and try again.",
        locked.join(",")
    )))
}

/// Checks that a scope can have locks.
pub fn scope_can_be_locked(scope: &ResourceId) -> Result<(), Fault> {
    if scope.subscription().is_some() {
        return Ok(());
    }
    Err(LOCK_IS_IN_A_SUBSCRIPTION.broken(format!("The scope '{scope}' cannot have locks.")))
}

/// Checks the name of a lock.
pub fn name_has_its_shape(name: &str) -> Result<(), Fault> {
    let is_wrong = |letter: char| "<>%&:\\?/".contains(letter) || letter.is_control();
    if name.chars().count() <= NAME_LENGTH_MAX && !name.contains(is_wrong) {
        return Ok(());
    }
    Err(LOCK_NAME_SHAPE.broken(format!("The lock name '{name}' is invalid.")))
}

/// Reads the level of a lock.
pub fn level_is_known(word: Option<&str>) -> Result<LockLevel, Fault> {
    let word = word.unwrap_or_default();
    LockLevel::parse(word).ok_or_else(|| LOCK_LEVEL_IS_KNOWN.broken(format!("The lock level '{word}' is invalid.")))
}

/// Returns notes that are not too long.
pub fn notes_have_their_length(notes: &str) -> Result<&str, Fault> {
    if notes.chars().count() <= NOTES_LENGTH_MAX {
        return Ok(notes);
    }
    Err(LOCK_NOTES_LENGTH.broken(format!("The lock notes have more than {NOTES_LENGTH_MAX} characters.")))
}

/// Checks how many locks a scope has before one more.
pub fn one_more_lock_fits(count: usize, scope: &ResourceId) -> Result<(), Fault> {
    if count < PER_SCOPE_MAX {
        return Ok(());
    }
    Err(LOCKS_PER_SCOPE.broken(format!("The scope '{scope}' has the most locks that it can have, {PER_SCOPE_MAX}.")))
}

/// Returns the fault of a filter that no list of locks has.
pub fn filter_not_supported(filter: &str) -> Fault {
    super::arm::invalid_filter(filter)
}

/// Returns the fault of a lock that is not there.
pub fn lock_not_found(name: &str) -> Fault {
    LOCK_EXISTS.broken(format!("The lock '{name}' could not be found."))
}

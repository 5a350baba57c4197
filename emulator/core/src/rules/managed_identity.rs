//! Rules of Microsoft.ManagedIdentity.
//!
//! Only the name has a rule of its own so far; what every resource obeys stands in `arm`.

use super::Evidence::{Assumed, Documented};
use super::{Origin, Rule};
use crate::fault::Fault;

const NAMES: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftmanagedidentity";

/// The shortest name of a user-assigned identity in characters.
pub const NAME_LENGTH_MIN: usize = 3;
/// The longest name of a user-assigned identity in characters.
pub const NAME_LENGTH_MAX: usize = 128;

/// A user-assigned identity's name has 3 to 128 letters, digits, dashes and underscores, and begins with a letter or digit.
pub static USER_ASSIGNED_IDENTITY_NAME_SHAPE: Rule = Rule {
    name: "user-assigned-identity-name-shape",
    sentence: "A user-assigned identity's name has 3 to 128 letters, digits, - and _, and begins with a letter or a digit.",
    page: NAMES,
    status: 400,
    code: "BadRequest",
    origin: Origin::Provider,
    remedy: "Take a name of 3 to 128 letters, digits, dashes and underscores.",
    limit: Documented { page: NAMES },
    answer: Assumed { because: "no refused name of an identity was recorded" },
};

/// Rules of this file.
pub static ALL: &[&Rule] = &[&USER_ASSIGNED_IDENTITY_NAME_SHAPE];

/// Checks the name of a new user-assigned identity.
///
/// # Errors
/// `user-assigned-identity-name-shape`.
pub fn name_has_its_shape(name: &str) -> Result<(), Fault> {
    let is_known = |character: char| character.is_ascii_alphanumeric() || character == '-' || character == '_';
    let begins_well = name.starts_with(|first: char| first.is_ascii_alphanumeric());
    if begins_well && name.chars().all(is_known) && (NAME_LENGTH_MIN..=NAME_LENGTH_MAX).contains(&name.len()) {
        return Ok(());
    }
    Err(USER_ASSIGNED_IDENTITY_NAME_SHAPE.broken(format!(
        "The resource name '{name}' is invalid. It must have {NAME_LENGTH_MIN} to {NAME_LENGTH_MAX} letters, digits, '-' and '_', and \
         begin with a letter or a digit."
    )))
}

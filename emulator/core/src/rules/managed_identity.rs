//! Rules of Microsoft.ManagedIdentity.
//!
//! Names, and what a federated credential must be; what every resource obeys stands in `arm`.

use super::Evidence::{Assumed, Documented};
use super::{Origin, Rule};
use crate::fault::Fault;
use crate::resources::definition::member;
use crate::world::Document;
use serde_json::Value;

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

const FEDERATED: &str = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations#general-federated-identity-credential-considerations";

/// The most federated credentials of one user-assigned identity.
pub const FEDERATED_CREDENTIALS_MAX: usize = 20;
/// The shortest name of a federated credential in characters.
pub const FEDERATED_NAME_LENGTH_MIN: usize = 3;
/// The longest name of a federated credential in characters.
pub const FEDERATED_NAME_LENGTH_MAX: usize = 120;

const NOT_RECORDED: super::Evidence = Assumed { because: "no refused federated credential was recorded" };

/// A federated credential's name has 3 to 120 letters, digits, dashes and underscores, and begins with a letter or digit.
pub static FEDERATED_CREDENTIAL_NAME_SHAPE: Rule = Rule {
    name: "federated-credential-name-shape",
    sentence: "A federated credential's name has 3 to 120 letters, digits, - and _, and begins with a letter or a digit.",
    page: FEDERATED,
    status: 400,
    code: "BadRequest",
    origin: Origin::Provider,
    remedy: "Take a name of 3 to 120 letters, digits, dashes and underscores.",
    limit: Documented { page: FEDERATED },
    answer: NOT_RECORDED,
};

/// A federated credential has an issuer, a subject and one audience.
pub static FEDERATED_CREDENTIAL_SHAPE: Rule = Rule {
    name: "federated-credential-shape",
    sentence: "A federated credential has an issuer, a subject and exactly one audience.",
    page: FEDERATED,
    status: 400,
    code: "BadRequest",
    origin: Origin::Provider,
    remedy: "Send properties with issuer, subject and one text in audiences, such as api://AzureADTokenExchange.",
    limit: Documented { page: FEDERATED },
    answer: NOT_RECORDED,
};

/// Issuer and subject together are unique in an identity.
pub static FEDERATED_CREDENTIAL_IS_UNIQUE: Rule = Rule {
    name: "federated-credential-is-unique",
    sentence: "The combination of issuer and subject is unique among the federated credentials of an identity.",
    page: FEDERATED,
    status: 409,
    code: "Conflict",
    origin: Origin::Provider,
    remedy: "Use the credential that is there, or another issuer or subject.",
    limit: Documented { page: FEDERATED },
    answer: NOT_RECORDED,
};

/// An identity has at most 20 federated credentials.
pub static FEDERATED_CREDENTIALS_PER_IDENTITY: Rule = Rule {
    name: "federated-credentials-per-identity",
    sentence: "A user-assigned identity has up to 20 federated credentials.",
    page: FEDERATED,
    status: 400,
    code: "BadRequest",
    origin: Origin::Provider,
    remedy: "Delete credentials that are not needed, or use another identity.",
    limit: Documented { page: FEDERATED },
    answer: NOT_RECORDED,
};

/// Rules of this file.
pub static ALL: &[&Rule] = &[
    &USER_ASSIGNED_IDENTITY_NAME_SHAPE,
    &FEDERATED_CREDENTIAL_NAME_SHAPE,
    &FEDERATED_CREDENTIAL_SHAPE,
    &FEDERATED_CREDENTIAL_IS_UNIQUE,
    &FEDERATED_CREDENTIALS_PER_IDENTITY,
];

/// Checks the name of a new user-assigned identity.
///
/// # Errors
/// `user-assigned-identity-name-shape`.
pub fn name_has_its_shape(name: &str) -> Result<(), Fault> {
    if is_made_of_known_characters(name) && (NAME_LENGTH_MIN..=NAME_LENGTH_MAX).contains(&name.len()) {
        return Ok(());
    }
    Err(USER_ASSIGNED_IDENTITY_NAME_SHAPE.broken(format!(
        "The resource name '{name}' is invalid. It must have {NAME_LENGTH_MIN} to {NAME_LENGTH_MAX} letters, digits, '-' and '_', and \
         begin with a letter or a digit."
    )))
}

fn is_made_of_known_characters(name: &str) -> bool {
    let is_known = |character: char| character.is_ascii_alphanumeric() || character == '-' || character == '_';
    name.starts_with(|first: char| first.is_ascii_alphanumeric()) && name.chars().all(is_known)
}

/// Checks the name of a federated credential.
///
/// # Errors
/// `federated-credential-name-shape`.
pub fn credential_name_has_its_shape(name: &str) -> Result<(), Fault> {
    let has_length = (FEDERATED_NAME_LENGTH_MIN..=FEDERATED_NAME_LENGTH_MAX).contains(&name.len());
    if has_length && is_made_of_known_characters(name) {
        return Ok(());
    }
    Err(FEDERATED_CREDENTIAL_NAME_SHAPE.broken(format!(
        "The name '{name}' of the federated credential is invalid. It must have {FEDERATED_NAME_LENGTH_MIN} to \
         {FEDERATED_NAME_LENGTH_MAX} letters, digits, '-' and '_', and begin with a letter or a digit."
    )))
}

/// Returns issuer, subject and audiences of a body.
///
/// # Errors
/// `federated-credential-shape`.
pub fn credential_has_its_members(body: &Document) -> Result<(&str, &str, Vec<&str>), Fault> {
    let wrong = |what: &str| FEDERATED_CREDENTIAL_SHAPE.broken(format!("The federated credential is invalid: {what}."));
    let Some(Value::Object(properties)) = member(body, "properties") else { return Err(wrong("it has no 'properties'")) };
    let text = |name: &str| {
        let text = member(properties, name).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.ok_or_else(|| wrong(&format!("'{name}' must be a text that is not empty")))
    };
    let audiences = member(properties, "audiences").and_then(Value::as_array).filter(|all| all.len() == 1);
    let audiences: Option<Vec<&str>> = audiences.and_then(|all| all.iter().map(Value::as_str).collect());
    Ok((text("issuer")?, text("subject")?, audiences.ok_or_else(|| wrong("'audiences' must be an array of one text"))?))
}

/// Refuses a credential whose issuer and subject another one has.
///
/// # Errors
/// `federated-credential-is-unique`.
pub fn credential_is_unique(is_there_twice: bool, issuer: &str, subject: &str) -> Result<(), Fault> {
    if !is_there_twice {
        return Ok(());
    }
    let message = format!("Issuer and subject combination already exists for this identity: issuer '{issuer}', subject '{subject}'.");
    Err(FEDERATED_CREDENTIAL_IS_UNIQUE.broken(message))
}

/// Refuses one credential more for `identity`, which has `held`.
///
/// # Errors
/// `federated-credentials-per-identity`.
pub fn credentials_at_most_20(held: usize, identity: &str) -> Result<(), Fault> {
    if held < FEDERATED_CREDENTIALS_MAX {
        return Ok(());
    }
    let message = format!("The identity '{identity}' already has {held} federated credentials, which is the most that it may have.");
    Err(FEDERATED_CREDENTIALS_PER_IDENTITY.broken(message))
}

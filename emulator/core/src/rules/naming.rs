//! Names of factories and of what lies in them.
//!
//! Shapes are those of the API description; what Data Factory answers to a bad name is not known, so texts are ours.
//! Texts known and patterns: `datafactory-wire` 6.3 and 7.1, `datafactory-models` 2.

use super::Evidence::{Assumed, Documented, Reported};
use super::{Origin, Rule};
use crate::fault::Fault;

const NAMING_RULES: &str = "https://learn.microsoft.com/azure/data-factory/naming-rules";
const NOT_RECORDED: &str = "no refused name was recorded";
const TAKE_ANOTHER: &str = "Take another name.";

/// The fewest and the most characters in the name of a factory or an integration runtime.
pub const FACTORY_NAME_LENGTHS: std::ops::RangeInclusive<usize> = 3..=63;
/// The most characters in the name of a linked service, dataset, pipeline or trigger.
pub const ENTITY_NAME_LENGTH_MAX: usize = 260;
/// The most characters in the name of a credential.
pub const CREDENTIAL_NAME_LENGTH_MAX: usize = 127;
/// What the name of a linked service, dataset, pipeline or trigger may not contain.
const RESERVED: &str = "<>*#.%&:\\+?/";

/// A factory name has 3 to 63 letters, digits and dashes, every dash between two of the others.
pub static FACTORY_NAME_SHAPE: Rule = Rule {
    name: "factory-name-shape",
    sentence: "A factory name has 3 to 63 letters, digits and dashes, every dash between two of the others.",
    page: NAMING_RULES,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: TAKE_ANOTHER,
    limit: Documented { page: NAMING_RULES },
    answer: Assumed { because: NOT_RECORDED },
};

/// A factory name is unique over all of Azure, without case.
pub static FACTORY_NAME_IS_UNIQUE: Rule = Rule {
    name: "factory-name-is-unique",
    sentence: "A factory name is unique over all subscriptions and tenants of Azure; upper and lower case are the same.",
    page: NAMING_RULES,
    status: 409,
    code: "DataFactoryNameInUse",
    origin: Origin::DataFactory,
    remedy: TAKE_ANOTHER,
    limit: Documented { page: NAMING_RULES },
    answer: Reported { source: "Data Factory's tutorials quote the text" },
};

/// An integration runtime's name has 3 to 63 letters, digits and dashes, every dash between two of the others.
pub static INTEGRATION_RUNTIME_NAME_SHAPE: Rule = Rule {
    name: "integration-runtime-name-shape",
    sentence: "An integration runtime's name has 3 to 63 letters, digits and dashes, every dash between two of the others.",
    page: NAMING_RULES,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: TAKE_ANOTHER,
    limit: Documented { page: NAMING_RULES },
    answer: Assumed { because: NOT_RECORDED },
};

/// A linked service's name begins with a letter, a digit or an underscore and has up to 260 characters, none reserved.
pub static LINKED_SERVICE_NAME_SHAPE: Rule = Rule {
    name: "linked-service-name-shape",
    sentence: "A linked service's name begins with a letter, a digit or an underscore, has up to 260 characters, and none of <>*#.%&:\\+?/.",
    page: NAMING_RULES,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: TAKE_ANOTHER,
    limit: Documented { page: NAMING_RULES },
    answer: Assumed { because: NOT_RECORDED },
};

/// A credential's name has 1 to 127 letters, digits, underscores and dashes, and neither begins nor ends with a dash.
pub static CREDENTIAL_NAME_SHAPE: Rule = Rule {
    name: "credential-name-shape",
    sentence: "A credential's name has 1 to 127 letters, digits, underscores and dashes, with a dash neither first nor last.",
    page: "https://learn.microsoft.com/rest/api/datafactory/credentials/create-or-update",
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: TAKE_ANOTHER,
    limit: Documented { page: "https://learn.microsoft.com/rest/api/datafactory/credentials/create-or-update" },
    answer: Assumed { because: NOT_RECORDED },
};

/// Rules of this file.
pub static ALL: &[&Rule] =
    &[&FACTORY_NAME_SHAPE, &FACTORY_NAME_IS_UNIQUE, &INTEGRATION_RUNTIME_NAME_SHAPE, &LINKED_SERVICE_NAME_SHAPE, &CREDENTIAL_NAME_SHAPE];

/// Refuses a factory name of another shape.
pub fn factory_name_has_its_shape(name: &str) -> Result<(), Fault> {
    if has_dashes_inside(name) { Ok(()) } else { Err(FACTORY_NAME_SHAPE.broken(format!("The factory name '{name}' is not valid."))) }
}

/// Refuses an integration runtime's name of another shape.
pub fn integration_runtime_name_has_its_shape(name: &str) -> Result<(), Fault> {
    if has_dashes_inside(name) {
        return Ok(());
    }
    Err(INTEGRATION_RUNTIME_NAME_SHAPE.broken(format!("The integration runtime name '{name}' is not valid.")))
}

/// Refuses a linked service's name of another shape.
pub fn linked_service_name_has_its_shape(name: &str) -> Result<(), Fault> {
    let first = name.chars().next().is_some_and(|first| first.is_ascii_alphanumeric() || first == '_');
    if first && name.chars().count() <= ENTITY_NAME_LENGTH_MAX && !name.contains(|one| RESERVED.contains(one)) {
        return Ok(());
    }
    Err(LINKED_SERVICE_NAME_SHAPE.broken(format!("The linked service name '{name}' is not valid.")))
}

/// Refuses a credential's name of another shape.
pub fn credential_name_has_its_shape(name: &str) -> Result<(), Fault> {
    let word = |one: u8| one.is_ascii_alphanumeric() || one == b'_';
    let inside = name.bytes().all(|one| word(one) || one == b'-') && !name.starts_with('-') && !name.ends_with('-');
    if inside && (1..=CREDENTIAL_NAME_LENGTH_MAX).contains(&name.len()) {
        return Ok(());
    }
    Err(CREDENTIAL_NAME_SHAPE.broken(format!("The credential name '{name}' is not valid.")))
}

/// Returns the fault of factory `name` being taken.
pub fn factory_name_in_use(name: &str) -> Fault {
    FACTORY_NAME_IS_UNIQUE
        .broken(format!("The specified resource name '{name}' is already in use. Resource names must be globally unique."))
}

fn has_dashes_inside(name: &str) -> bool {
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_alphanumeric());
    FACTORY_NAME_LENGTHS.contains(&name.len()) && name.split('-').all(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dash_stands_between_two_others() {
        for good in ["abc", "a-b", "0-a-1", &"a".repeat(63)] {
            assert!(factory_name_has_its_shape(good).is_ok(), "{good}");
        }
        for bad in ["", "ab", "-ab", "ab-", "a--b", "a_b", "äbc", "a b", &"a".repeat(64)] {
            assert!(factory_name_has_its_shape(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_inside_a_factory_may_have_more() {
        for good in ["a", "_x", "Order Store", "a-b", &"a".repeat(260)] {
            assert!(linked_service_name_has_its_shape(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", " a", "a.b", "a/b", "a&b", &"a".repeat(261)] {
            assert!(linked_service_name_has_its_shape(bad).is_err(), "{bad}");
        }
        for good in ["a", "_", "a-b_c", &"a".repeat(127)] {
            assert!(credential_name_has_its_shape(good).is_ok(), "{good}");
        }
        for bad in ["", "-", "a-", "-a", "a b", "a.b", &"a".repeat(128)] {
            assert!(credential_name_has_its_shape(bad).is_err(), "{bad}");
        }
    }
}

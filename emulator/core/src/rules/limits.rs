//! How much a factory may hold. Numbers: Microsoft's page of limits, as read on 2024-03-19 (`datafactory-models` 17).
//!
//! Limits of sharing are in `sharing.rs`, those of role assignments in `role_assignments.rs`.

use super::Evidence::{Assumed, Documented};
use super::{Origin, Rule};
use crate::fault::Fault;

const LIMITS: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits";

/// The most pipelines, datasets, triggers, linked services, private endpoints and runtimes in one factory.
pub const ENTITIES_PER_FACTORY_MAX: usize = 5_000;

/// A factory holds 5,000 entities.
pub static ENTITIES_PER_FACTORY: Rule = Rule {
    name: "entities-per-factory",
    sentence: "A factory holds up to 5,000 pipelines, datasets, triggers, linked services, private endpoints and integration runtimes.",
    page: LIMITS,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Delete what is not needed, or use another factory.",
    limit: Documented { page: LIMITS },
    answer: Assumed { because: "the text of the refusal was not found" },
};

/// Rules of this file.
pub static ALL: &[&Rule] = &[&ENTITIES_PER_FACTORY];

/// Refuses one entity more in `factory`, which holds `held`.
pub fn entities_at_most_5000(held: usize, factory: &str) -> Result<(), Fault> {
    if held < ENTITIES_PER_FACTORY_MAX {
        return Ok(());
    }
    Err(ENTITIES_PER_FACTORY.broken(format!("The factory '{factory}' already holds {held} entities, which is the most that it may hold.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_fits() {
        assert!(entities_at_most_5000(ENTITIES_PER_FACTORY_MAX - 1, "f").is_ok());
        assert!(entities_at_most_5000(ENTITIES_PER_FACTORY_MAX, "f").is_err());
    }
}

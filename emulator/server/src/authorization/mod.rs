//! Microsoft.Authorization on the wire: shapes and operations, one file a kind.
//!
//! What is not emulated has rows all the same, so that it is authorized as Azure does and then refused by name.

pub mod classic_administrators;
pub mod deny_assignment;
pub mod elevated_access;
pub mod eligible_child_resources;
pub mod management_lock;
pub mod not_emulated;
pub mod operations;
pub mod permissions;
pub mod provider_operations;
pub mod role_assignment;
pub mod role_definition;
pub mod role_management_policy;
pub mod schedule;
pub mod usage_metrics;

#[cfg(test)]
mod tests {
    use super::*;
    use adf_emulator_core::resources::provider;

    #[test]
    fn every_row_is_of_a_type_that_the_provider_has() {
        let authorization = provider::find("Microsoft.Authorization").unwrap();
        let roles = [not_emulated::OPERATIONS, role_assignment::OPERATIONS, role_definition::OPERATIONS, deny_assignment::OPERATIONS];
        let schedules = [schedule::ASSIGNMENTS, schedule::ELIGIBILITIES, role_management_policy::OPERATIONS];
        for row in roles.into_iter().chain(schedules).flatten() {
            let (_, path) = row.path.rsplit_once("/Microsoft.Authorization/").unwrap();
            let name = path.split('/').next().unwrap();
            assert!(authorization.resource_type(name).is_some(), "{}", row.name);
        }
    }
}

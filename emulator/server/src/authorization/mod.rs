//! Microsoft.Authorization on the wire: shapes and operations, one file a kind.
//!
//! What is not emulated has rows all the same, so that it is authorized as Azure does and then refused by name.

pub mod not_emulated;
pub mod role_assignment;
pub mod role_definition;

/// Returns whether an api-version is of this date or later; a suffix such as `-preview` does not count.
fn is_at_least(api_version: &str, date: &str) -> bool {
    api_version.get(..date.len()).is_some_and(|start| start >= date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use adf_emulator_core::resources::provider;

    #[test]
    fn every_row_is_of_a_type_that_the_provider_has() {
        let authorization = provider::find("Microsoft.Authorization").unwrap();
        for row in [not_emulated::OPERATIONS, role_assignment::OPERATIONS, role_definition::OPERATIONS].into_iter().flatten() {
            let (_, path) = row.path.rsplit_once("/Microsoft.Authorization/").unwrap();
            let name = path.split('/').next().unwrap();
            assert!(authorization.resource_type(name).is_some(), "{}", row.name);
        }
    }

    #[test]
    fn versions_compare_by_their_date() {
        assert!(is_at_least("2020-03-01-preview", "2020-03-01") && is_at_least("2022-04-01", "2020-03-01"));
        assert!(!is_at_least("2018-01-01-preview", "2018-07-01") && !is_at_least("x", "2018-07-01"));
    }
}

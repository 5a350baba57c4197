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

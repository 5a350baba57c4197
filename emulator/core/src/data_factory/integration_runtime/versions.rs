//! Versions of the self-hosted runtime's software: the ones that a status names, and which of two is older.
//!
//! Data, and a comparison of dotted numbers. The figures are those of the newest recorded status (April 2021,
//! `datafactory-wire` 3.4).

use std::cmp::Ordering;

/// The newest version.
pub const LATEST_VERSION: &str = "5.5.7762.1";

/// What a status lists as newer, in the order recorded.
const RELEASED: &[&str] = &["5.5.7762.1", "5.4.7749.1", "5.4.7741.1", "5.2.7740.4", "5.4.7732.1"];

/// Returns whether a text is a version: two to four numbers between dots.
pub fn is_a_version(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit());
    (2..=4).contains(&text.split('.').count()) && text.split('.').all(is_number)
}

/// Returns whether `version` is older than `other`; a part that is missing or no number counts as 0.
pub fn is_older(version: &str, other: &str) -> bool {
    compare(version, other) == Ordering::Less
}

/// Returns the versions that are newer than `version`; all of them when there is none.
pub fn newer_than(version: Option<&str>) -> Vec<&'static str> {
    RELEASED.iter().copied().filter(|released| version.is_none_or(|version| is_older(version, released))).collect()
}

/// Compares dotted numbers part by part.
pub fn compare(one: &str, other: &str) -> Ordering {
    let parts = |text: &str| text.split('.').map(|part| part.parse::<u64>().unwrap_or(0)).collect::<Vec<_>>();
    let (mut one, mut other) = (parts(one), parts(other));
    let length = one.len().max(other.len());
    one.resize(length, 0);
    other.resize(length, 0);
    one.cmp(&other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_numbers_between_dots() {
        assert!(["5.5.7762.1", "5.0"].into_iter().all(is_a_version));
        assert!(["", "5", "garbage", "5.", "5.x", "1.2.3.4.5", "5.-1", "5.1234567890"].into_iter().all(|text| !is_a_version(text)));
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert!(is_older("5.5.7762.1", "5.10.1.1") && is_older("4.99.0.0", "5.0") && !is_older("5.5.0", "5.5"));
        assert_eq!(newer_than(Some("5.4.7741.1")), ["5.5.7762.1", "5.4.7749.1"]);
        assert_eq!(newer_than(None).len(), 5);
        assert!(newer_than(Some(LATEST_VERSION)).is_empty());
    }
}

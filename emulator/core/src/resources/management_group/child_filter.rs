//! The `$filter` of a management group's children: whether groups, subscriptions, or both are shown.
//!
//! The documentation names one filter, `children.childType ne Subscription`; Terraform sends it with `eq`.
//! Follows <https://learn.microsoft.com/rest/api/managementgroups/management-groups/get>.

use crate::fault::Fault;
use crate::rules::arm;

/// Which sorts of children are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChildFilter {
    /// Groups.
    pub groups: bool,
    /// Subscriptions.
    pub subscriptions: bool,
}

impl ChildFilter {
    /// Reads a filter; an empty one shows all.
    ///
    /// # Errors
    /// `filter-is-understood`.
    pub fn read(filter: &str) -> Result<Self, Fault> {
        let lower = filter.to_ascii_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        match words.as_slice() {
            [] => Ok(Self { groups: true, subscriptions: true }),
            ["children.childtype", "eq", "subscription" | "'subscription'"] => Ok(Self { groups: false, subscriptions: true }),
            ["children.childtype", "ne", "subscription" | "'subscription'"] => Ok(Self { groups: true, subscriptions: false }),
            _ => Err(arm::invalid_filter(filter)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_names_subscriptions_and_nothing_else() {
        let read = |filter: &str| ChildFilter::read(filter).ok().map(|it| (it.groups, it.subscriptions));
        assert_eq!(read(" "), Some((true, true)));
        assert_eq!(read("children.childType ne Subscription"), Some((true, false)));
        assert_eq!(read("Children.ChildType  EQ 'subscription'"), Some((false, true)));
        for filter in ["rubbish", "x ne subscription y", "childType ne Subscription", "children.childType ne Group", "eq subscription"] {
            assert_eq!(read(filter), None, "{filter}");
        }
    }
}

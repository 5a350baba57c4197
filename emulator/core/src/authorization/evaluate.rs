//! The decision, with its reasons.

/// What was considered when access was decided.
#[derive(Clone, Debug, Default)]
pub struct Explanation;

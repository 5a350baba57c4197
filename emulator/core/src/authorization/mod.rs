//! Microsoft.Authorization: role definitions, role assignments and the decision.

pub mod evaluate;

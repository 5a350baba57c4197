//! Groups, which may hold each other.

use std::sync::Arc;
use uuid::Uuid;

/// A group of principals.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Object ids of the direct members, in the order they were added.
    pub members: Arc<[Uuid]>,
}

//! Groups, which may hold each other.
//!
//! Who is in it directly. Who is in it through others is worked out in `mod.rs`, when members change.

use std::sync::Arc;
use uuid::Uuid;

/// A group of principals.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Object ids of the direct members, in the order they were added.
    pub members: Arc<[Uuid]>,
}

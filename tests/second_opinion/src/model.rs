//! A world as plain facts, and a question about it.
//!
//! Nothing here decides anything; numbers are places in the lists of the world.

use crate::condition::{Condition, Values};

/// Everything that a decision depends on.
#[derive(Clone, Debug)]
pub struct World {
    /// Scopes, parents before children; the first is the root.
    pub scopes: Vec<Scope>,
    /// How many users there are.
    pub users: usize,
    /// The direct members of each group. Groups may hold each other, also in a circle.
    pub groups: Vec<Vec<Holder>>,
    /// The roles.
    pub roles: Vec<Vec<Permission>>,
    /// Who holds which role where.
    pub assignments: Vec<Assignment>,
    /// What is denied to whom.
    pub denies: Vec<Deny>,
}

/// A scope and what it lies in.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The id.
    pub path: String,
    /// The place of the scope above it.
    pub parent: Option<usize>,
}

/// A user or a group, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A user.
    User(usize),
    /// A group.
    Group(usize),
}

/// One permission object of a role or a deny assignment.
#[derive(Clone, Debug, Default)]
pub struct Permission {
    /// Patterns of actions.
    pub actions: Vec<String>,
    /// Patterns of those that are taken out.
    pub not_actions: Vec<String>,
    /// Patterns of data actions.
    pub data_actions: Vec<String>,
    /// Patterns of those that are taken out.
    pub not_data_actions: Vec<String>,
    /// What must hold besides.
    pub condition: Option<Condition>,
}

/// A role given to somebody.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// Who holds it.
    pub holder: Holder,
    /// The place of the role.
    pub role: usize,
    /// The place of the scope.
    pub scope: usize,
    /// What must hold besides.
    pub condition: Option<Condition>,
}

/// A deny assignment.
#[derive(Clone, Debug)]
pub struct Deny {
    /// What it denies.
    pub permission: Permission,
    /// Whom it denies it to; nobody named means everyone.
    pub principals: Vec<Holder>,
    /// Whom it spares.
    pub excluded: Vec<Holder>,
    /// The place of the scope.
    pub scope: usize,
    /// Whether it counts at its own scope alone.
    pub own_scope_only: bool,
}

/// May this user do this there?
#[derive(Clone, Debug)]
pub struct Question {
    /// The place of the user.
    pub user: usize,
    /// The action, in whatever case.
    pub action: String,
    /// Whether it is a data action.
    pub is_data: bool,
    /// The place of the scope.
    pub scope: usize,
    /// The suboperation.
    pub sub_operation: Option<String>,
    /// The values of each attribute of `condition::ATTRIBUTES`; none where it is missing.
    pub attributes: Vec<Values>,
}

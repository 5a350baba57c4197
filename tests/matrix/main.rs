//! Who may do what: every built-in role, every operation, own, parent and sibling scope; and every door is shut to a
//! stranger and to bad tokens.

mod doors;
mod every_role;
mod explained;
mod golden;
mod slow_twin;

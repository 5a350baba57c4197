//! Microsoft.Authorization: roles, who holds them, and the decision made from both.
//!
//! `evaluate` decides over plain values; what applies is gathered elsewhere, so that the decision
//! can be read against the documentation and tested without a world.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/overview>.

mod breadth;
pub mod built_in_roles;
pub mod condition;
pub mod custom_roles;
pub mod denial;
pub mod deny_assignment;
pub mod elevated_access;
pub mod evaluate;
mod filter;
pub mod published_actions;
pub mod management_lock;
pub mod readable;
pub mod require;
pub mod inquiry;
pub mod least_privilege;
pub mod ledger;
pub mod role_assignment;
pub mod role_definition;
pub mod role_management_policy;
pub mod schedule;
pub mod scope;

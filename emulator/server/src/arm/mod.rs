//! Azure Resource Manager's front door: requests, the table of operations, the order of checks, answers.
//!
//! What an operation does is with its kind; nothing here knows one.

pub mod answer;
pub mod envelope;
pub mod paging;
pub mod quota;
pub mod reply;
pub mod request;
pub mod routes;

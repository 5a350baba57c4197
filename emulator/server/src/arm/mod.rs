//! Azure Resource Manager's front door: requests, the table of operations, the order of checks, answers.

pub mod answer;
pub mod envelope;
pub mod paging;
pub mod reply;
pub mod request;
pub mod routes;

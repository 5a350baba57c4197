//! The shell around the core: sockets, certificates, clocks, the command line, and Azure's wire.
//!
//! No rules and no decisions about access: those are the core's. Modules stand in reading order.

pub mod certificates;
pub mod clock;
pub mod config;
pub mod listen;
pub mod log;

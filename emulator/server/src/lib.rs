//! The shell around the core: sockets, certificates, clocks, the command line, and Azure's wire.
//!
//! No rules and no decisions about access: those are the core's. Modules stand in reading order.

pub mod config;
pub mod clock;
pub mod shell;
pub mod near;
pub mod log;
pub mod summary;
pub mod certificates;
pub mod state_file;
pub mod identity_endpoints;
pub mod azure_hosts;
pub mod open_files;
pub mod listen;
pub mod journal;
pub mod faults;
pub mod world_cell;
pub mod answered;
pub mod snapshots;
pub mod worlds;
pub mod app;
pub mod own_page;
pub mod connect;
pub mod authorization;
pub mod arm;
pub mod resources;
pub mod managed_identity;
pub mod data_factory;
pub mod entra;
pub mod graph;
pub mod control;
pub mod server;
pub mod reproduce;
pub mod commands;
pub mod embed;

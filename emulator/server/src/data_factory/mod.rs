//! Microsoft.DataFactory on the wire: the JSON of each kind, and its operations.
//!
//! One file a kind; what Azure has here and we do not is in `not_emulated.rs`.

pub mod credential;
pub mod document;
pub mod factory;
pub mod integration_runtime;
pub mod linked_service;
pub mod managed_virtual_network;
pub mod node;
pub mod not_emulated;

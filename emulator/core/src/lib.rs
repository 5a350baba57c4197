//! The pure half of adf-emulator: ids, roles, rules, worlds. No I/O, no clock, no randomness, no HTTP.
//!
//! Invariants: a `World` is one immutable value whose clone is constant time; a refused change leaves no trace,
//! because a change works on a clone; time and ids come in as parameters or from the world's own id source; what a
//! client sent is kept as the parsed JSON it arrived as. Modules stand in reading order.

pub mod table;
pub mod timestamp;
pub mod guid;
pub mod id_source;
pub mod resource_id;
pub mod lenient_json;
pub mod reader_words;
pub mod strict_json;
pub mod action;
pub mod fault;
pub mod rules;
pub mod directory;
pub mod authorization;
pub mod resources;
pub mod managed_identity;
pub mod data_factory;
pub mod settings;
pub mod world;
pub mod settle;
pub mod members;
pub mod seed_state;
pub mod world_file;

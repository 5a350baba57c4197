//! The binary: hands the command line to a command.
//!
//! Commands are in `commands/`; nothing else belongs here.

use std::process::ExitCode;

use adf_emulator::{commands, config};

fn main() -> ExitCode {
    commands::run(config::read(std::env::args_os()))
}

//! The binary: hands the command line to a command.

use std::process::ExitCode;

use adf_emulator::{commands, config};

fn main() -> ExitCode {
    commands::run(config::read(std::env::args_os()))
}

//! `completions`: the completions of a shell, on standard output.
//!
//! They follow from the command line in `config.rs`; no emulator need run.

use std::process::ExitCode;

use super::{Failure, print};
use crate::config;

/// Prints the completions of that shell.
pub(super) fn run(shell: clap_complete::Shell) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut config::description(), "adf-emulator", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}

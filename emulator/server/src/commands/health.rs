//! `health`: whether an emulator is ready. Exit code 0 when it is, else 1.
//!
//! It asks over HTTP as any client would; the answer is in `control/health.rs`.

use std::process::ExitCode;

use serde_json::Value;

use super::ask::Emulator;
use super::{Failure, block_on, print};
use crate::config::HealthOptions;

/// Asks the emulator and prints what it says.
pub(super) fn run(options: &HealthOptions) -> Result<ExitCode, Failure> {
    let emulator = Emulator::at(&options.emulator)?;
    let body = block_on(emulator.get("/_emulator/health"))?;
    let health: Value = serde_json::from_slice(&body).unwrap_or_default();
    let status = health.get("status").and_then(Value::as_str).unwrap_or("unknown");
    let version = health.get("version").and_then(Value::as_str).unwrap_or("unknown");
    let worlds = health.get("worlds").and_then(Value::as_u64).unwrap_or_default();
    print(&format!("{status}: version {version}, worlds {worlds}, at {}\n", emulator.http()))?;
    Ok(if status == "ready" { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

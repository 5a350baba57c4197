//! The options of the commands that start an emulator in the background, wait for it, stop it, find it and join it.
//!
//! Apart from `config.rs` because they serve nothing themselves; how they are read stands there.

use std::ffi::OsString;

use clap::Args;

use super::{RunningEmulator, ServeOptions};

/// The options of `start`: those of `serve`.
#[derive(Debug, Args)]
pub struct StartOptions {
    /// How to serve.
    #[command(flatten)]
    pub serve: ServeOptions,
    /// The same as they were written, for the process that serves.
    #[arg(skip)]
    pub arguments: Vec<OsString>,
}

/// The options of `stop`.
#[derive(Debug, Args)]
pub struct StopOptions {
    /// Which emulator.
    #[command(flatten)]
    pub emulator: RunningEmulator,
}

/// The options of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorOptions {
    /// Which emulator.
    #[command(flatten)]
    pub emulator: RunningEmulator,
}

/// The options of `wait`.
#[derive(Debug, Args)]
pub struct WaitOptions {
    /// Which emulator.
    #[command(flatten)]
    pub emulator: RunningEmulator,
    /// How long to wait
    #[arg(long, value_name = "SECONDS", env = "ADF_EMULATOR_TIMEOUT", default_value_t = 30, value_parser = clap::value_parser!(u64).range(..=3600))]
    pub timeout: u64,
}

/// The options of `node`.
#[derive(Debug, Args)]
pub struct NodeOptions {
    /// Which emulator.
    #[command(flatten)]
    pub emulator: RunningEmulator,
    /// An authentication key of the runtime, as listAuthKeys shows it
    #[arg(long, value_name = "KEY", env = "ADF_EMULATOR_AUTH_KEY", hide_env_values = true)]
    pub auth_key: String,
    /// The node's name; nodes of one runtime each have their own [default: this machine's name]
    #[arg(long, value_name = "NAME", env = "ADF_EMULATOR_NAME")]
    pub name: Option<String>,
}

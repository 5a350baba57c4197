//! The options of the commands that tell about limitations and reproduce them.
//!
//! Apart from `config.rs` because they start nothing that stays; how they are read stands there.

use clap::Args;

/// The options of `limitations`.
#[derive(Debug, Args)]
pub struct LimitationsOptions {
    /// A rule's name, or an error code of Azure
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Print JSON, as GET /_emulator/rules has it
    #[arg(long, env = "ADF_EMULATOR_JSON")]
    pub json: bool,
}

/// The options of `reproduce`.
#[derive(Debug, Args)]
pub struct ReproduceOptions {
    /// The limitation's name
    #[arg(value_name = "NAME", required_unless_present = "error", conflicts_with = "error")]
    pub name: Option<String>,
    /// An error as a client showed it: its code, its message, or all of it
    #[arg(long, value_name = "TEXT", env = "ADF_EMULATOR_ERROR", allow_hyphen_values = true)]
    pub error: Option<String>,
    /// Print JSON
    #[arg(long, env = "ADF_EMULATOR_JSON")]
    pub json: bool,
    /// Print a script of curl commands instead, to replay it against a running emulator
    #[arg(long, env = "ADF_EMULATOR_CURL", conflicts_with_all = ["json", "az"])]
    pub curl: bool,
    /// Print a script of Azure CLI commands instead
    #[arg(long, env = "ADF_EMULATOR_AZ", conflicts_with = "json")]
    pub az: bool,
}

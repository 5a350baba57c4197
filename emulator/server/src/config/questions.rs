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

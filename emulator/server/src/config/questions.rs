//! The options of the commands that tell about limitations, reproduce them and explain decisions.
//!
//! Apart from `config.rs` because they start nothing that stays; how they are read stands there.

use clap::Args;

use super::RunningEmulator;

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

/// What may be done, and where.
#[derive(Debug, Args)]
pub struct AccessQuestion {
    /// The action, such as Microsoft.DataFactory/factories/write
    #[arg(long, value_name = "ACTION", env = "ADF_EMULATOR_ACTION")]
    pub action: String,
    /// The scope: the id of a resource, a group, a subscription or a management group, or /
    #[arg(long, value_name = "SCOPE", env = "ADF_EMULATOR_SCOPE")]
    pub scope: String,
    /// The action is one on data
    #[arg(long, env = "ADF_EMULATOR_DATA_ACTION")]
    pub data_action: bool,
}

/// The options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainOptions {
    /// Which emulator.
    #[command(flatten)]
    pub emulator: RunningEmulator,
    /// Who: a name, an object id, an application id, a user principal name, or the id of a resource with an identity
    #[arg(long, value_name = "PRINCIPAL", env = "ADF_EMULATOR_PRINCIPAL")]
    pub principal: String,
    /// What, and where.
    #[command(flatten)]
    pub question: AccessQuestion,
    /// Print JSON, as POST /_emulator/explain answers it
    #[arg(long, env = "ADF_EMULATOR_JSON")]
    pub json: bool,
}

/// The options of `who-can`.
#[derive(Debug, Args)]
pub struct WhoCanOptions {
    /// Which emulator.
    #[command(flatten)]
    pub emulator: RunningEmulator,
    /// What, and where.
    #[command(flatten)]
    pub question: AccessQuestion,
    /// Print JSON, as POST /_emulator/who-can answers it
    #[arg(long, env = "ADF_EMULATOR_JSON")]
    pub json: bool,
}

/// The options of `what-can`.
#[derive(Debug, Args)]
pub struct WhatCanOptions {
    /// Which emulator.
    #[command(flatten)]
    pub emulator: RunningEmulator,
    /// Who, as for explain
    #[arg(long, value_name = "PRINCIPAL", env = "ADF_EMULATOR_PRINCIPAL")]
    pub principal: String,
    /// Where: the id of a resource, a group, a subscription or a management group, or /
    #[arg(long, value_name = "SCOPE", env = "ADF_EMULATOR_SCOPE")]
    pub scope: String,
    /// Print JSON, as POST /_emulator/what-can answers it
    #[arg(long, env = "ADF_EMULATOR_JSON")]
    pub json: bool,
}

/// The options of `least-privilege`.
#[derive(Debug, Args)]
pub struct LeastPrivilegeOptions {
    /// Which emulator.
    #[command(flatten)]
    pub emulator: RunningEmulator,
    /// Of whom alone, as for explain
    #[arg(long, value_name = "PRINCIPAL", env = "ADF_EMULATOR_PRINCIPAL")]
    pub principal: Option<String>,
    /// Only what came after the request with this id, its answer's x-ms-request-id
    #[arg(long, value_name = "ID", env = "ADF_EMULATOR_SINCE")]
    pub since: Option<String>,
    /// Only what came before the request with this id, and that request
    #[arg(long, value_name = "ID", env = "ADF_EMULATOR_UNTIL")]
    pub until: Option<String>,
    /// Print JSON, as GET /_emulator/least-privilege answers it
    #[arg(long, env = "ADF_EMULATOR_JSON")]
    pub json: bool,
}

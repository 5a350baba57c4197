//! The commands, one file each, and how they end.
//!
//! Exit codes: 2 for wrong use or a bad world file, with one line that names the mistake and the remedy; 1 for what
//! fails later.

mod ask;
mod azure_cli;
mod client_variables;
mod completions;
mod doctor;
mod env;
mod explain;
mod exec;
mod health;
mod java;
mod least_privilege;
mod limitations;
mod node;
pub(crate) mod paragraphs;
mod reproduce;
mod serve;
mod start;
mod stop;
mod transparent;
mod trust;
mod wait;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::config::{Command, Request, WrongUse};

/// How long what the runtime still does may delay the end of the process.
const RUNTIME_END_MAX: Duration = Duration::from_millis(50);

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// Wrong use or a bad world file: exit code 2.
    WrongUse(WrongUse),
    /// What failed later: exit code 1, and the line that says so.
    Failed(String),
}

impl From<WrongUse> for Failure {
    fn from(wrong: WrongUse) -> Self {
        Self::WrongUse(wrong)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::WrongUse(wrong) => f.write_str(&wrong.line),
            Self::Failed(line) => f.write_str(line),
        }
    }
}

impl std::error::Error for Failure {}

/// Does what the command line asked for and returns the process's exit code.
pub fn run(request: Result<Request, WrongUse>) -> ExitCode {
    let ended = match request {
        Ok(Request::Run(command)) => match *command {
            Command::Serve(options) => serve::run(&options),
            Command::Exec(options) => exec::run(&options),
            Command::Env(options) => env::run(&options),
            Command::Start(options) => start::run(&options),
            Command::Stop(options) => stop::run(&options),
            Command::Wait(options) => wait::run(&options),
            Command::Health(options) => health::run(&options),
            Command::Node(options) => node::run(&options),
            Command::Doctor(options) => doctor::run(&options),
            Command::Limitations(options) => limitations::run(&options),
            Command::Reproduce(options) => reproduce::run(&options),
            Command::Explain(options) => explain::explain(&options),
            Command::WhoCan(options) => explain::who_can(&options),
            Command::WhatCan(options) => explain::what_can(&options),
            Command::LeastPrivilege(options) => least_privilege::run(&options),
            Command::Completions { shell } => completions::run(shell),
        },
        Ok(Request::Tell(text)) => print(&text).map(|()| ExitCode::SUCCESS),
        Err(wrong) => Err(wrong.into()),
    };
    ended.unwrap_or_else(|failure| {
        let _ = writeln!(std::io::stderr(), "adf-emulator: {failure}");
        match failure {
            Failure::WrongUse(_) => ExitCode::from(2),
            Failure::Failed(_) => ExitCode::FAILURE,
        }
    })
}

/// Writes what a command says on standard output. A reader that is gone is no failure.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Failed(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Tells on standard error what is no reason to fail. A closed one is none either.
fn warn(warning: &str) {
    let _ = writeln!(std::io::stderr(), "adf-emulator: warning: {warning}");
}

/// Runs `work` on a runtime of few threads.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 4);
    let runtime: Runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .map_err(|error| Failure::Failed(format!("cannot start threads: {error}")))?;
    let ended = runtime.block_on(work);
    runtime.shutdown_timeout(RUNTIME_END_MAX);
    ended
}

//! The command `adf`: one subcommand for each documented step of sharing an integration runtime.
//!
//! Here a command line becomes a document that is printed, or a failure that is told and gives the
//! exit status. What a subcommand asks of the service is in the file of its name.

mod arguments;
mod demo;
mod factory;
mod failure;
mod node;
mod output;
mod runtime;
mod session;

use arguments::{Arguments, Command};
use clap::Parser;
use failure::Failure;
use session::Session;
use std::{io, process::ExitCode};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let format = arguments.common.output;
    let session = match Session::new(arguments.common) {
        Ok(session) => session,
        Err(failure) => {
            failure::tell(&failure, format, None).await;
            return ExitCode::from(failure.status());
        }
    };
    match run(&session, arguments.command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure::tell(&failure, format, Some(&session.connection)).await;
            ExitCode::from(failure.status())
        }
    }
}

async fn run(session: &Session, command: Command) -> Result<(), Failure> {
    let document = match command {
        Command::Factory(command) => command.run(session).await?,
        Command::Runtime(command) => command.run(session).await?,
        Command::Node(command) => command.run(session).await?,
        Command::Demo(demo) => return demo.run(session).await,
    };
    Ok(document.write(session.common.output, &mut io::stdout().lock())?)
}

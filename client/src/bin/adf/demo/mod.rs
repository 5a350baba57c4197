//! `adf demo`: the documented steps of sharing, one by one, with each refusal on the way.
//!
//! It plays in the emulator's built-in world, in resources of its own that it takes away again. Each
//! step says beforehand how it must end; the first that ends otherwise stops the walk. `stage.rs` does
//! and checks a step, `story.rs` and `ending.rs` tell the story, `cast.rs` knows who calls.

mod cast;
mod ending;
mod report;
mod stage;
mod story;

use crate::{
    failure::Failure,
    output::{Paint, wrap},
    session::Session,
};
use adf_emulator_client::{EmulatorClient, Error};
use cast::{CONTOSO_SUBSCRIPTION, Cast, Places};
use clap::Args;
use report::Report;
use stage::{Last, Stage, Stop};
use std::io;
use story::Story;

const HELP: &str = "\
Examples:
  adf-emulator exec -- adf demo      against an emulator of its own
  adf demo                           against the emulator that the environment names
  adf demo -o json                   one record a step: method, path, status, code, rule

Exit status: 0 when every step ended as documented, else 1. An emulator that runs with
`--auth relaxed`, in which every token is an owner's, ends it at the first refusal.";

const INTRODUCTION: &str = "\
An integration runtime is what carries data between networks. One factory can share its own with another. \
This walks through the documented steps as different people; where Azure would refuse, you see its answer, \
the documented rule behind it, and what would have made it pass.";

/// `adf demo`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct Demo {
    /// Leave the factories behind to look at
    #[arg(long)]
    keep: bool,
}

impl Demo {
    /// Walks through all steps.
    pub(crate) async fn run(&self, session: &Session) -> Result<(), Failure> {
        let emulator = EmulatorClient::new(&session.connection.clone().without_retries());
        admit(session, &emulator).await?;
        let rules = emulator.rules().await?;

        let last = Last::default();
        let cast = Cast::new(session, &last)?;
        let places = Places::new()?;
        let format = session.common.output;
        let paint = Paint::for_stream(&io::stdout());
        let mut report = Report::new(Box::new(io::stdout()), format, paint, rules);
        report.words(&paint.bold("Sharing a self-hosted integration runtime"))?;
        report.words(&wrap(INTRODUCTION, 98).join("\n"))?;
        let stage = Stage::new(report, last);
        let mut story = Story::new(stage, cast, places);
        let outcome = tokio::select! {
            outcome = story.tell(self.keep) => outcome,
            _ = tokio::signal::ctrl_c() => Err(Stop::Interrupted),
        };
        if outcome.is_err() {
            story.clear_away().await;
        }
        match outcome {
            Ok(()) => Ok(story.sum_up()?),
            Err(Stop::Surprise) => Err(Failure::Told(1)),
            Err(Stop::Interrupted) => Err(Failure::Told(130)),
            Err(Stop::Unwritable(error)) => Err(Failure::from(error)),
            Err(Stop::Impossible(error)) => Err(Failure::from(error)),
        }
    }
}

/// Refuses to play anywhere but in the emulator's built-in world.
async fn admit(session: &Session, emulator: &EmulatorClient) -> Result<(), Failure> {
    let only = "the demo creates and deletes factories, so it runs against the emulator only";
    let remedy = "run it under `adf-emulator exec -- adf demo`";
    if session.connection.is_azure() {
        let message = format!("{only}, and no emulator is named (EMULATOR_URL); {remedy}");
        return Err(Failure::usage(message));
    }
    match emulator.health().await {
        Ok(_) => {}
        Err(error @ Error::Unreachable { .. }) => return Err(Failure::Call(error)),
        Err(_) => {
            let url = session.connection.resource_manager();
            return Err(Failure::usage(format!("{only}, and {url} is none (no /_emulator/health there); {remedy}")));
        }
    }
    if session.subscription()? == CONTOSO_SUBSCRIPTION {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "the demo plays in the built-in world, whose subscription is {CONTOSO_SUBSCRIPTION}; \
         start the emulator without --world"
    )))
}

//! `wait`: returns when an emulator is ready, for scripts that start one elsewhere. Exit code 1 when time is up.
//!
//! It asks `health` again and again; `start` needs no waiting.

use std::process::ExitCode;
use std::time::Duration;

use super::ask::Emulator;
use super::{Failure, block_on};
use crate::clock::Stopwatch;
use crate::config::WaitOptions;

/// How often it is asked.
const ASK_TIME: Duration = Duration::from_millis(50);

/// Waits for the emulator.
pub(super) fn run(options: &WaitOptions) -> Result<ExitCode, Failure> {
    let emulator = Emulator::at(&options.emulator)?;
    let time_max = Duration::from_secs(options.timeout);
    block_on(async {
        let watch = Stopwatch::start();
        let mut problem = None;
        loop {
            // One that accepts and stays silent must not make the time longer.
            let left = time_max.saturating_sub(watch.elapsed()).max(ASK_TIME);
            match tokio::time::timeout(left, emulator.get("/_emulator/health")).await {
                Ok(Ok(_)) => return Ok(ExitCode::SUCCESS),
                Ok(Err(why)) => problem = Some(why.to_string()),
                Err(_) => problem = problem.or_else(|| Some(format!("{} is reached and does not answer", emulator.http()))),
            }
            if watch.elapsed() >= time_max {
                return Err(Failure::Failed(format!("not ready after {} seconds: {}", options.timeout, problem.unwrap_or_default())));
            }
            tokio::time::sleep(ASK_TIME).await;
        }
    })
}

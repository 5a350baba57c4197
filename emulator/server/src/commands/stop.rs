//! `stop`: ends a running emulator by `POST /_emulator/stop`, and returns when its port is closed.
//!
//! The port closes last: whoever starts another on the same port, or with the same file of the world, finds it free.

use std::process::ExitCode;
use std::time::Duration;

use super::ask::Emulator;
use super::{Failure, block_on, print};
use crate::clock::Stopwatch;
use crate::config::StopOptions;

/// How long an emulator may take to end; it promises less than a second, but a large world takes longer to write.
const STOP_TIME_MAX: Duration = Duration::from_secs(30);

/// How often it is looked whether the port is closed.
const LOOK_TIME: Duration = Duration::from_millis(20);

/// Stops the emulator.
pub(super) fn run(options: &StopOptions) -> Result<ExitCode, Failure> {
    let emulator = Emulator::at(&options.emulator)?;
    block_on(async {
        emulator.post("/_emulator/stop").await?;
        let watch = Stopwatch::start();
        while emulator.listens().await {
            if watch.elapsed() > STOP_TIME_MAX {
                return Err(Failure::Failed(format!("{} was asked to stop and still listens: end its process", emulator.http())));
            }
            tokio::time::sleep(LOOK_TIME).await;
        }
        Ok(())
    })?;
    print(&format!("stopped: {}\n", emulator.http()))?;
    Ok(ExitCode::SUCCESS)
}

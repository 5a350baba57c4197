//! `start`: an emulator in the background. Prints its ready line and returns; `stop` ends it.
//!
//! The emulator is this program's `serve` with the same options, in a process group of its own, so that the keys of a
//! terminal do not end it. What it warns of until it is ready is passed on; its log only where one is asked for.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::{Failure, print};
use crate::config::{LogForm, StartOptions};

/// How long an emulator may take until it is ready.
const READY_TIME_MAX: Duration = Duration::from_secs(30);

/// How long its last words may take once it has closed standard output.
const LAST_WORDS_TIME_MAX: Duration = Duration::from_secs(1);

/// Starts the emulator.
pub(super) fn run(options: &StartOptions) -> Result<ExitCode, Failure> {
    let log = options.serve.log.unwrap_or(LogForm::Off);
    let mut child = serve(options, log)?;
    let words = child.stderr.take().map(listen);
    let line = ready_line(&mut child);
    let passed_on = |time: Duration| {
        let said = words.as_ref().map(|words| said(words, time)).unwrap_or_default();
        // A closed standard error is no reason to fail.
        let _ = std::io::stderr().write_all(&said);
    };
    if let Some(line) = line {
        // What it warned of was written before the line.
        passed_on(Duration::from_millis(20));
        print(&line)?;
        return Ok(ExitCode::SUCCESS);
    }
    let ended = child.try_wait().ok().flatten();
    let ended = match ended {
        Some(status) => Some(status),
        None => {
            passed_on(LAST_WORDS_TIME_MAX);
            child.kill().and_then(|()| child.wait()).ok()
        }
    };
    passed_on(LAST_WORDS_TIME_MAX);
    match ended.and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok()).filter(|code| *code != 0) {
        Some(code) => Ok(ExitCode::from(code)),
        None => Err(Failure::Failed("the emulator did not become ready: see what 'adf-emulator serve' says".to_owned())),
    }
}

/// Runs `serve`. Its standard error is ours only for a log that was asked for: who reads ours to its end would wait for
/// the emulator's.
fn serve(options: &StartOptions, log: LogForm) -> Result<Child, Failure> {
    let failed = |error: std::io::Error| Failure::Failed(format!("cannot run this program again: {error}"));
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    command.arg("serve").args(&options.arguments).stdin(Stdio::null()).stdout(Stdio::piped());
    command.env_remove("ADF_EMULATOR_UNTIL_STDIN_CLOSES");
    if log == LogForm::Off {
        command.env("ADF_EMULATOR_LOG", "off").stderr(Stdio::piped());
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map_err(failed)
}

/// Returns the ready line; `None` when the emulator ended without one, or not in time.
fn ready_line(child: &mut Child) -> Option<String> {
    let out = child.stdout.take()?;
    let (said, line) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = BufReader::new(out).read_line(&mut line);
        let _ = said.send(read.ok().map(|_| line));
    });
    line.recv_timeout(READY_TIME_MAX).ok().flatten().filter(|line| line.ends_with('\n'))
}

/// Listens to what comes until its end.
fn listen(mut from: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (said, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            if said.send(bytes.iter().take(count).copied().collect()).is_err() {
                return;
            }
        }
    });
    heard
}

/// Returns what has been said by now, or until nothing is said for that long.
fn said(words: &mpsc::Receiver<Vec<u8>>, time: Duration) -> Vec<u8> {
    let mut all = Vec::new();
    while let Ok(mut more) = words.recv_timeout(time) {
        all.append(&mut more);
    }
    all
}

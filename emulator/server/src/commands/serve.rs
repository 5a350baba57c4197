//! `serve`: answers until SIGTERM, SIGINT, `POST /_emulator/stop`, or the end of standard input where that is asked for.
//!
//! Standard output gets the ready line and nothing else, ever.

use std::path::Path;
use std::process::ExitCode;

use super::{Failure, block_on, print};
use crate::certificates::{self, Readers};
use crate::config::{Config, DEFAULT_PORT, LogForm, ServeAloneOptions, WrongUse};
use crate::open_files;
use crate::server::Server;

/// Serves until told to stop.
pub(super) fn run(ServeAloneOptions { serve: options, until_stdin_closes }: &ServeAloneOptions) -> Result<ExitCode, Failure> {
    let config = Config::from_options(options, DEFAULT_PORT, LogForm::Text)?;
    open_files::raise_limit();
    block_on(async {
        // Before the ready line, so that whoever has read it may stop us.
        let stop = stop_signal()?;
        let server = Server::start(config).await?;
        // Who waits for a port to close goes on with the file of the world, or with another emulator on it.
        server.shutdown().hold_ports();
        let line = format!("{}\n", server.ready_line());
        if let Some(file) = &options.ready_file {
            write_file("--ready-file", file, &line, Readers::Everyone)?;
        }
        print(&line)?;
        let shutdown = server.shutdown();
        let stdin_closed = stdin_closed(*until_stdin_closes);
        tokio::select! {
            () = stop => {}
            () = stdin_closed => {}
            () = shutdown.requested() => {}
        }
        let saved = server.stop_and_save().await;
        if let Some(file) = &options.ready_file {
            // Somebody may have taken it already.
            let _ = std::fs::remove_file(file);
        }
        saved?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Returns what ends when standard input does, where that is asked for. A thread of its own reads it, which nobody waits for.
async fn stdin_closed(is_asked: bool) {
    if !is_asked {
        return std::future::pending().await;
    }
    let (closed, seen) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        // What cannot be read any more is closed too.
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = closed.send(());
    });
    let _ = seen.await;
}

/// Writes the file that an option names, whole, so that who waits for it reads all of it.
pub(super) fn write_file(option: &str, file: &Path, text: &str, readers: Readers) -> Result<(), Failure> {
    let wrong = |problem: String| WrongUse::new(format!("{option} '{}': {problem}", file.display()));
    let name = file.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| wrong("that is not the name of a file; give one".to_owned()))?;
    let folder = match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    certificates::replace(folder, name, text.as_bytes(), readers)
        .map_err(|error| Failure::Failed(format!("{}; name a file that can be written", wrong(error.to_string()).line)))
}

/// Returns what ends when the process is asked to stop.
#[cfg(unix)]
pub(super) fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).map_err(|error| Failure::Failed(format!("cannot listen to signals: {error}")));
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Returns what ends when the process is asked to stop.
#[cfg(not(unix))]
pub(super) fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

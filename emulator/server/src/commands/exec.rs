//! `exec`: starts the emulator on a free port, runs a command whose clients are pointed at it, and stops with it.
//!
//! The command's exit status is handed on, 128 + n when signal n killed it; signals that arrive here are handed to it.
//! Writes only to a temporary folder, the state folder and the files that options name. Nothing goes to standard output
//! but what the command says; what it asked for and did not get is told on standard error at the end.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};

use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::azure_cli::Cloud;
use super::client_variables::{self, Addresses};
use super::serve::write_file;
use super::{Failure, azure_cli, block_on, java, transparent, trust, warn};
use crate::certificates::{self, Readers};
use crate::config::{self, Config, ExecOptions, LogForm, WrongUse};
use crate::open_files;
use crate::server::Server;
use crate::summary::Summary;

/// The exit codes of shells for a command that is not there, and for one that cannot be run.
const NOT_FOUND: u8 = 127;
const NOT_EXECUTABLE: u8 = 126;

/// Runs the command beside a server of its own.
pub(super) fn run(options: &ExecOptions) -> Result<ExitCode, Failure> {
    if options.transparent {
        transparent::is_for_this_machine(&options.serve.listen)?;
    }
    let settings = options.transparent.then(|| transparent::settings(options.offline, &config::environment())).transpose()?;
    let config = Config { summary: true, transparent: settings, ..Config::from_options(&options.serve, 0, LogForm::Off)? };
    block_on(async {
        let mut signals = signals::Signals::listen()?;
        let server = Server::start(config).await?;
        let folder = tempfile::Builder::new().prefix("adf-emulator-exec-").tempdir();
        let folder = folder.map_err(|error| Failure::Failed(format!("cannot make a temporary folder: {error}; set TMPDIR to one")))?;
        let mut command = command(&server, options, &folder)?;
        if let Some(file) = &options.serve.ready_file {
            write_file("--ready-file", file, &format!("{}\n", server.ready_line()), Readers::Everyone)?;
        }
        let ended = match command.spawn() {
            Ok(mut child) => {
                // Now, so that the command has the limit that it would have without us.
                open_files::raise_limit();
                wait(&mut child, &mut signals).await
            }
            Err(error) => Ok(not_run(options.command.first(), &error)),
        };
        let ended = ended.map(|code| conclude(&server, options, code));
        if let Some(file) = &options.serve.ready_file {
            let _ = std::fs::remove_file(file);
        }
        server.stop_and_save().await?;
        ended.map(ExitCode::from)
    })
}

/// Tells what the command asked for and did not get, keeps the world of a failure, and returns the exit code.
fn conclude(server: &Server, options: &ExecOptions, code: u8) -> u8 {
    let say = |text: &str| {
        // A closed standard error is no reason to fail.
        let _ = std::io::stderr().write_all(text.as_bytes());
    };
    let summary = server.app().log().summary();
    say(&summary.map(Summary::to_string).unwrap_or_default());
    let fails = code == 0 && options.fail_on_not_emulated && summary.is_some_and(Summary::has_not_emulated);
    let code = if fails { 1 } else { code };
    if let Some(file) = options.keep_world.as_ref().filter(|_| code != 0) {
        match write_file("--keep-world", file, &server.export(), Readers::Owner) {
            Ok(()) => say(&format!("adf-emulator: the world is in '{}': try again with --world\n", file.display())),
            Err(failure) => say(&format!("adf-emulator: {failure}\n")),
        }
    }
    code
}

/// Returns the command with the variables of its clients.
fn command(server: &Server, options: &ExecOptions, folder: &TempDir) -> Result<Command, Failure> {
    let Some((program, arguments)) = options.command.split_first() else {
        return Err(WrongUse::new("exec needs a command; give one after '--'").into());
    };
    let unwritable = |error| Failure::Failed(format!("cannot write the clients' certificates: {error}"));
    let ca_file = match server.ca_file() {
        Some(file) => file.to_owned(),
        None => {
            certificates::replace(folder.path(), "ca.pem", server.ca_pem().as_bytes(), Readers::Everyone).map_err(unwritable)?;
            folder.path().join("ca.pem")
        }
    };
    let addresses = Addresses { http: server.http().to_owned(), https: server.https().to_owned(), ca_file: ca_file.display().to_string() };
    let settings = server.app().config().transparent.as_ref();
    let present = config::environment();
    let present = if settings.is_some() { transparent::environment(present) } else { present };
    let world = server.world_document();
    let mut variables = client_variables::variables(&addresses, &world, options.principal.as_deref(), &present)?;
    let mut java_options = Vec::new();
    let (mut trusted_pem, mut trusted_file, mut cloud) = (server.ca_pem().to_owned(), ca_file, Cloud::Emulator(server.https()));
    if let (Some(settings), Some(azure)) = (settings, server.azure_ca_pem()) {
        variables.retain(|name, _| !transparent::REMOVED.contains(&name.as_str()));
        variables.extend(transparent::variables(server.http(), settings, &present));
        let direct = variables.get("NO_PROXY").map_or("", String::as_str);
        java_options = transparent::java_options(server.http(), settings, direct);
        // Their clients ask the emulator itself, too.
        trusted_pem.push_str(azure);
        certificates::replace(folder.path(), "both-ca.pem", trusted_pem.as_bytes(), Readers::Everyone).map_err(unwritable)?;
        (trusted_file, cloud) = (folder.path().join("both-ca.pem"), Cloud::Azure);
    }
    let trusted = trust::variables(&trusted_pem, &trusted_file, &present, folder.path(), "", |warning| warn(&warning));
    variables.extend(trusted.map_err(unwritable)?);
    variables.extend(java::variable(&trusted_pem, &present, folder.path(), "", &java_options));
    let az = azure_cli::write(&folder.path().join("azure"), cloud, &world, &variables, &present);
    variables.extend(az.map_err(|error| Failure::Failed(format!("cannot write the folder of the Azure CLI: {error}; set TMPDIR to one")))?);
    let mut command = Command::new(program);
    if settings.is_some() {
        for name in transparent::REMOVED {
            command.env_remove(name);
        }
    }
    command.args(arguments).envs(variables);
    Ok(command)
}

fn not_run(program: Option<&OsString>, error: &std::io::Error) -> u8 {
    let program = program.map(PathBuf::from).unwrap_or_default();
    let _ = writeln!(std::io::stderr(), "adf-emulator: cannot run '{}': {error}", program.display());
    let missing = error.kind() == std::io::ErrorKind::NotFound;
    if missing { NOT_FOUND } else { NOT_EXECUTABLE }
}

/// Waits for the command and hands on the signals that arrive meanwhile.
async fn wait(child: &mut Child, signals: &mut signals::Signals) -> Result<u8, Failure> {
    loop {
        let process_id = child.id();
        tokio::select! {
            ended = child.wait() => {
                let status = ended.map_err(|error| Failure::Failed(format!("cannot wait for the command: {error}")))?;
                return Ok(handed_on(status));
            }
            signal = signals.next() => signals::hand_on(signal, process_id),
        }
    }
}

/// Returns the exit code that tells how the command ended.
fn handed_on(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    let killed_by = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let killed_by: Option<i32> = None;
    let code = killed_by.map_or_else(|| status.code().unwrap_or(1), |signal| 128_i32.saturating_add(signal));
    // Exit codes are one byte; on Windows what does not fit is a failure all the same.
    u8::try_from(code).unwrap_or(1)
}

#[cfg(unix)]
mod signals {
    //! Signals to hand on.

    use rustix::process::{Pid, Signal, getpgrp, kill_process};
    use rustix::termios::tcgetpgrp;
    use tokio::signal::unix::{self, SignalKind};

    use super::Failure;

    /// The signals that arrive for this process.
    pub(super) struct Signals([unix::Signal; 6]);

    impl Signals {
        /// Listens from now on.
        pub(super) fn listen() -> Result<Self, Failure> {
            let listen = |kind| unix::signal(kind).map_err(|error| Failure::Failed(format!("cannot listen to signals: {error}")));
            Ok(Self([
                listen(SignalKind::terminate())?,
                listen(SignalKind::interrupt())?,
                listen(SignalKind::hangup())?,
                listen(SignalKind::quit())?,
                listen(SignalKind::user_defined1())?,
                listen(SignalKind::user_defined2())?,
            ]))
        }

        /// Returns the next signal.
        pub(super) async fn next(&mut self) -> Signal {
            let [terminate, interrupt, hangup, quit, user1, user2] = &mut self.0;
            tokio::select! {
                _ = terminate.recv() => Signal::TERM,
                _ = interrupt.recv() => Signal::INT,
                _ = hangup.recv() => Signal::HUP,
                _ = quit.recv() => Signal::QUIT,
                _ = user1.recv() => Signal::USR1,
                _ = user2.recv() => Signal::USR2,
            }
        }
    }

    /// Sends the signal to that process, unless the terminal has sent it there already.
    pub(super) fn hand_on(signal: Signal, process_id: Option<u32>) {
        let from_the_keyboard = matches!(signal, Signal::INT | Signal::QUIT);
        if from_the_keyboard && is_in_the_foreground() {
            return;
        }
        let process_id = process_id.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(process_id) = process_id {
            // It may have ended meanwhile.
            let _ = kill_process(process_id, signal);
        }
    }

    /// Whether a terminal's keys signal this process's group, which the command is in.
    fn is_in_the_foreground() -> bool {
        let terminal = std::fs::File::open("/dev/tty");
        terminal.is_ok_and(|terminal| tcgetpgrp(&terminal).is_ok_and(|group| group == getpgrp()))
    }
}

#[cfg(not(unix))]
mod signals {
    //! Where there are no signals, a console's keys reach the command by themselves.

    use super::Failure;

    /// Nothing to listen to but the console's keys, which must not end this process before the command.
    pub(super) struct Signals;

    impl Signals {
        /// Listens from now on.
        pub(super) fn listen() -> Result<Self, Failure> {
            Ok(Self)
        }

        /// Returns at the next key.
        pub(super) async fn next(&mut self) {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// The command has got it already.
    pub(super) fn hand_on((): (), _process_id: Option<u32>) {}
}

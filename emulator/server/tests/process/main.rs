//! The binary from outside: how it starts, what it says, how it ends.
//!
//! Each test has a state folder and ports of its own. What needs signals runs on Unix alone.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests fail by panicking")]

mod background;
mod certificates;
mod commands;
mod doctor;
mod exec;
#[cfg(unix)]
mod nodes;
mod requests;
mod start;
mod state;
#[cfg(unix)]
mod stop;
#[cfg(unix)]
mod transparent;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;

/// Variables of other programs that commands of the emulator read and add to.
const READ_BY_COMMANDS: [&str; 7] = ["JAVA_TOOL_OPTIONS", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"];

/// Returns a command of the emulator whose state folder is `state`, with nothing else of ours in its environment.
fn emulator(state: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_adf-emulator"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if ["ADF_", "AZURE_", "ARM_", "EMULATOR_"].iter().any(|prefix| name.starts_with(prefix))
            || READ_BY_COMMANDS.contains(&name.as_str())
        {
            command.env_remove(name);
        }
    }
    command.env("XDG_STATE_HOME", state).env("LOCALAPPDATA", state);
    command
}

/// A running `serve`.
struct Serve {
    child: Child,
    out: BufReader<ChildStdout>,
    ready: Value,
}

impl Serve {
    /// Starts `serve` on a free port and waits for its ready line.
    fn start(state: &Path, options: &[&str]) -> Self {
        let mut command = emulator(state);
        command.arg("serve").args(options);
        if !options.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| {
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("{error}: '{line}' {said}")
        });
        Self { child, out, ready }
    }

    fn text(&self, key: &str) -> String {
        self.ready[key].as_str().unwrap_or_else(|| panic!("{key} in {}", self.ready)).to_owned()
    }

    fn address(&self) -> String {
        self.text("http").strip_prefix("http://").unwrap().to_owned()
    }

    fn ca_file(&self) -> PathBuf {
        self.text("caFile").into()
    }

    /// Ends it without ceremony and returns what it said on standard output after the ready line, and on standard error.
    fn kill(mut self) -> (String, String) {
        self.child.kill().unwrap();
        self.said()
    }

    fn said(&mut self) -> (String, String) {
        let (mut out, mut error) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        self.child.wait().unwrap();
        (out, error)
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a request over plain HTTP as the owner; returns the whole answer.
fn ask(address: &str, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer owner\r\nConnection: close\r\n");
    write!(stream, "{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn body_of(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

/// Sends one GET over plain HTTP and returns the whole answer.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts that the command refused with that exit code and one line that contains `text`.
fn refused(output: &Output, code: i32, text: &str) {
    assert_eq!(output.status.code(), Some(code), "{}", said(output));
    assert!(output.stdout.is_empty(), "{output:?}");
    let line = said(output);
    assert!(line.starts_with("adf-emulator: ") && line.contains(text), "{line}");
    assert_eq!(line.lines().count(), 1, "{line}");
}

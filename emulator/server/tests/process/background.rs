//! `start`, `wait` and `stop`: an emulator in the background, and what they say when it cannot be.
//!
//! An emulator that a test leaves behind would outlive it, so each is stopped also when the test fails.

use crate::{emulator, refused, said};
use serde_json::Value;
use std::net::TcpListener;
use std::path::Path;
use std::process::Output;

/// A started emulator, stopped at the end.
struct Started<'a> {
    state: &'a Path,
    ready: Value,
}

impl Started<'_> {
    fn url(&self) -> &str {
        self.ready["http"].as_str().unwrap()
    }
}

impl Drop for Started<'_> {
    fn drop(&mut self) {
        let _ = emulator(self.state).args(["stop", "--url", self.url()]).output();
    }
}

fn run(state: &Path, arguments: &[&str]) -> Output {
    emulator(state).args(arguments).output().unwrap()
}

fn start<'a>(state: &'a Path, options: &[&str]) -> Started<'a> {
    let output = run(state, &[&["start", "--listen", "127.0.0.1:0"], options].concat());
    assert!(output.status.success(), "{}", said(&output));
    let ready = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    Started { state, ready }
}

#[test]
fn it_serves_after_start_has_returned_until_it_is_stopped() {
    let state = tempfile::tempdir().unwrap();
    let world = state.path().join("world.json");
    std::fs::write(&world, "{}").unwrap();
    let started = start(state.path(), &["--world", world.to_str().unwrap()]);
    assert_eq!(started.ready["tenantId"], Value::Null);
    for command in [&["wait"] as &[&str], &["health"]] {
        assert!(run(state.path(), &[command, &["--url", started.url()]].concat()).status.success());
    }
    let output = run(state.path(), &["stop", "--url", started.url()]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("stopped: {}\n", started.url()));
    // The port is free at once.
    TcpListener::bind(started.url().strip_prefix("http://").unwrap()).unwrap();
    refused(&run(state.path(), &["stop", "--url", started.url()]), 1, "no emulator answers at");
    refused(&run(state.path(), &["wait", "--timeout", "0", "--url", started.url()]), 1, "not ready after 0 seconds: no emulator answers");
    // One that accepts and stays silent is not waited for longer.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let text = format!("not ready after 0 seconds: {url} is reached and does not answer");
    refused(&run(state.path(), &["wait", "--timeout", "0", "--url", &url]), 1, &text);
}

#[test]
fn what_keeps_it_from_starting_is_said_as_serve_says_it() {
    let state = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(&run(state.path(), &["start", "--listen", &address]), 1, "is in use");
    refused(&run(state.path(), &["start", "--world", "/missing.json"]), 2, "--world '/missing.json'");
    refused(&run(state.path(), &["start", "--lisen", "x"]), 2, "see 'adf-emulator start --help'");
}

#[test]
fn its_warnings_are_passed_on_and_its_log_where_one_is_asked_for() {
    let state = tempfile::tempdir().unwrap();
    let file = state.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    let below = file.join("folder");
    let output = run(state.path(), &["start", "--listen", "127.0.0.1:0", "--tls-dir", below.to_str().unwrap()]);
    let ready: Value = serde_json::from_slice(&output.stdout).unwrap();
    let warned = Started { state: state.path(), ready };
    assert!(said(&output).contains("warning: ") && said(&output).contains("--tls-dir"), "{}", said(&output));
    drop(warned);

    let log = state.path().join("log");
    let mut command = emulator(state.path());
    command.args(["start", "--listen", "127.0.0.1:0", "--log", "text"]).stderr(std::fs::File::create(&log).unwrap());
    let ready: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    drop(Started { state: state.path(), ready });
    let logged = std::fs::read_to_string(log).unwrap();
    assert!(logged.contains("/_emulator/stop"), "{logged}");
}

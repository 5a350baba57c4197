//! How the emulator ends: what is in flight is answered, exit code 0 within a second.
//!
//! A test suite that stops an emulator must neither wait for it nor lose an answer.

use crate::{Serve, get};
use adf_emulator::clock::Stopwatch;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

const A_SECOND: Duration = Duration::from_secs(1);

fn send(serve: &Serve, signal: Signal) {
    kill_process(Pid::from_child(&serve.child), signal).unwrap();
}

/// Waits for the end and asserts that it is a good one, soon enough.
fn ends_well(serve: &mut Serve, since: Stopwatch) {
    let status = serve.child.wait().unwrap();
    assert!(since.elapsed() < A_SECOND, "{:?}", since.elapsed());
    assert_eq!(status.code(), Some(0));
    assert_eq!(serve.said().0, "");
}

#[test]
fn signals_stop_it() {
    for signal in [Signal::TERM, Signal::INT] {
        let state = tempfile::tempdir().unwrap();
        let ready_file = state.path().join("ready");
        let mut serve = Serve::start(state.path(), &["--ready-file", ready_file.to_str().unwrap()]);
        let _silent = TcpStream::connect(serve.address()).unwrap();
        get(&serve.address(), "/_emulator/health");
        send(&serve, signal);
        ends_well(&mut serve, Stopwatch::start());
        assert!(!ready_file.exists());
    }
}

#[test]
fn it_ends_with_its_standard_input_where_that_is_asked_for() {
    let state = tempfile::tempdir().unwrap();
    let mut serve = Serve::start(state.path(), &["--until-stdin-closes"]);
    let mut stdin = serve.child.stdin.take().unwrap();
    stdin.write_all(b"what is said does not matter").unwrap();
    get(&serve.address(), "/_emulator/health");
    drop(stdin);
    ends_well(&mut serve, Stopwatch::start());

    let mut other = Serve::start(state.path(), &[]);
    drop(other.child.stdin.take());
    get(&other.address(), "/_emulator/health");
    send(&other, Signal::TERM);
    ends_well(&mut other, Stopwatch::start());
}

#[test]
fn a_request_in_flight_is_answered() {
    let state = tempfile::tempdir().unwrap();
    let mut serve = Serve::start(state.path(), &[]);
    let mut stream = TcpStream::connect(serve.address()).unwrap();
    let path = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-shared/providers/\
                Microsoft.DataFactory/factories/in-flight?api-version=2018-06-01";
    let body = r#"{"location":"eastus"}"#;
    let (first, second) = body.split_at(5);
    write!(
        stream,
        "PUT {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer owner\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{first}",
        body.len()
    )
    .unwrap();
    let mut silent = TcpStream::connect(serve.address()).unwrap();
    send(&serve, Signal::TERM);
    let since = Stopwatch::start();
    // Its end shows that stopping has begun.
    assert_eq!(silent.read(&mut [0]).unwrap(), 0);
    stream.write_all(second.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    ends_well(&mut serve, since);
}

#[test]
fn a_request_that_never_ends_does_not_keep_it() {
    let state = tempfile::tempdir().unwrap();
    let mut serve = Serve::start(state.path(), &[]);
    let mut stream = TcpStream::connect(serve.address()).unwrap();
    write!(stream, "PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{{").unwrap();
    get(&serve.address(), "/_emulator/health");
    send(&serve, Signal::TERM);
    ends_well(&mut serve, Stopwatch::start());
}

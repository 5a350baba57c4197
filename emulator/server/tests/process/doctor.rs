//! `doctor`: what it finds from outside, the remedy with it, and its exit code.
//!
//! What it finds in the variables of a shell is tested beside `commands/doctor/environment.rs`, one finding after another.

use crate::{Serve, body_of, emulator, get, said};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

fn doctor(state: &Path, url: &str) -> Command {
    let mut command = emulator(state);
    command.args(["doctor", "--url", url]).env("HOME", state);
    for name in ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"] {
        command.env_remove(name);
    }
    command
}

/// Runs it and returns the exit code and what it says.
fn told(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().unwrap();
    assert_eq!(said(&output), "");
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

/// Answers each connection with these words and returns its address.
fn answering(words: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(words.as_bytes());
        }
    });
    address
}

#[test]
fn nothing_is_wrong_with_the_variables_of_env() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &[]);
    let url = serve.text("http");
    let mut env = emulator(state.path());
    env.args(["env", "--shell", "json", "--url", &url]).env_remove("NODE_EXTRA_CA_CERTS");
    let env = env.env_remove("REQUESTS_CA_BUNDLE").env_remove("SSL_CERT_FILE").env_remove("CURL_CA_BUNDLE").output().unwrap();
    let set: BTreeMap<String, String> = serde_json::from_slice(&env.stdout).unwrap();
    let (code, text) = told(doctor(state.path(), &url).envs(&set));
    assert_eq!(
        text,
        format!("{url}: an emulator, version {}\nnothing keeps the clients of this shell from it\n", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(code, Some(0));

    // Without them each client is named, with its variable.
    let (code, text) = told(&mut doctor(state.path(), &url));
    for line in [
        "not trusted: the Azure CLI and the Azure SDKs for Python: REQUESTS_CA_BUNDLE is not set\n  remedy: eval \"$(adf-emulator env)\"",
        "not trusted: Java: JAVA_TOOL_OPTIONS names no trust store",
        "talks to the real cloud: the credentials of the Azure SDKs: AZURE_AUTHORITY_HOST is not set",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert_eq!(code, Some(1));
    let (_, text) = told(doctor(state.path(), &url).envs(&set).env("HTTPS_PROXY", "http://proxy.example").env_remove("NO_PROXY"));
    assert!(text.contains("proxy in the way: HTTPS_PROXY sends requests for localhost to a proxy, and NO_PROXY is not set"), "{text}");
    // Nothing that it asks is taken for a request of the run.
    let journal: serde_json::Value = serde_json::from_str(body_of(&get(&serve.address(), "/_emulator/requests"))).unwrap();
    assert_eq!(journal["value"], serde_json::json!([]));
}

#[test]
fn a_transparent_run_needs_no_addresses() {
    let state = tempfile::tempdir().unwrap();
    let mut command = emulator(state.path());
    command.args(["exec", "--transparent", "--", env!("CARGO_BIN_EXE_adf-emulator"), "doctor"]).env("HOME", state.path());
    let (code, text) = told(&mut command);
    assert!(code == Some(0) && text.ends_with("nothing keeps the clients of this shell from it\n"), "{text}");
}

#[test]
fn who_does_not_listen_or_is_no_emulator_is_told() {
    let state = tempfile::tempdir().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{closed}");
    let serve = Serve::start(state.path(), &[]);
    let (code, text) = told(doctor(state.path(), &url).env("EMULATOR_HTTP_URL", serve.text("http")));
    // A developer's own emulator on the usual port is as good an answer.
    assert!(text.starts_with(&format!("wrong port: nobody listens at {url}, but an emulator answers at http://127.0.0.1:")), "{text}");
    assert!(text.contains("remedy: name it: --url http://127.0.0.1:") && code == Some(1), "{text}");
    drop(serve);
    let (code, text) = told(&mut doctor(state.path(), &url));
    let usual = text.starts_with("wrong port: ") && text.contains(":4443");
    assert!(usual || text.starts_with(&format!("not running: nobody listens at {url}\n  remedy: start one with")), "{text}");
    assert_eq!(code, Some(1));
    let (code, text) = told(&mut doctor(state.path(), &answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")));
    assert!(text.starts_with("wrong port: what answers at http://127.0.0.1:") && text.contains("is no emulator\n"), "{text}");
    assert_eq!(code, Some(1));
}

#[test]
fn a_name_without_an_address_is_told() {
    let state = tempfile::tempdir().unwrap();
    // No name has a part of more than 63 letters, so nobody need be asked.
    let (code, text) = told(&mut doctor(state.path(), &format!("http://{}:4443", "a".repeat(64))));
    assert!(text.starts_with("name resolution: 'aaaa") && text.contains("' means no address: "), "{text}");
    assert_eq!(code, Some(1));
    let serve = Serve::start(state.path(), &[]);
    let url = format!("https://{}:4443/", "a".repeat(64));
    let (_, text) = told(doctor(state.path(), &serve.text("http")).env("AZURE_AUTHORITY_HOST", url));
    assert!(text.contains("name resolution: AZURE_AUTHORITY_HOST names 'aaaa") && text.contains("', which means no address: "), "{text}");
}

/// All of 127.0.0.0/8 is this machine on Linux alone.
#[cfg(target_os = "linux")]
#[test]
fn a_certificate_for_another_name_is_told() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &["--listen", "0.0.0.0:0", "--log", "off"]);
    let (code, text) = told(&mut doctor(state.path(), &serve.text("http").replace("127.0.0.1", "127.0.0.2")));
    let line = "name resolution: the emulator's certificate is not good for '127.0.0.2'\n  remedy: start it with --tls-name 127.0.0.2";
    assert!(text.contains(line), "{text}");
    assert_eq!(code, Some(1));
}

#[test]
fn a_world_may_have_a_time_of_its_own() {
    let state = tempfile::tempdir().unwrap();
    let world = state.path().join("world.json");
    std::fs::write(&world, r#"{ "clock": { "frozenAt": "2030-01-01T00:00:00Z" } }"#).unwrap();
    let serve = Serve::start(state.path(), &["--world", world.to_str().unwrap()]);
    let (_, text) = told(&mut doctor(state.path(), &serve.text("http")));
    assert!(text.contains(": an emulator, version ") && !text.contains("clock skew"), "{text}");
}

#[test]
fn a_clock_that_differs_is_told() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &[]);
    let ca = std::fs::read_to_string(serve.ca_file()).unwrap();
    let body = r#"{"status":"ready","version":"1","worlds":1,"hostTime":"2000-01-01T00:00:00Z"}"#;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 1024];
            let count = stream.read(&mut request).unwrap_or(0);
            let asked = String::from_utf8_lossy(&request[..count]).into_owned();
            let body = if asked.contains("ca.pem") { ca.as_str() } else { body };
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    let (code, text) = told(&mut doctor(state.path(), &url));
    assert!(text.contains("clock skew: the emulator's clock and this machine's differ by "), "{text}");
    assert!(text.contains("\n  remedy: set both by a time server"), "{text}");
    assert_eq!(code, Some(1));
}

//! What the emulator says when it starts, and when it cannot.
//!
//! Scripts read the ready line, and people the one line that says what is wrong.

use crate::{Serve, emulator, get, refused, said};
use std::net::TcpListener;

#[test]
fn the_ready_line_is_the_one_thing_on_standard_output() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &[]);
    let port = serve.address().rsplit(':').next().unwrap().to_owned();
    assert_eq!(serve.text("http"), format!("http://127.0.0.1:{port}"));
    assert_eq!(serve.text("https"), format!("https://localhost:{port}"));
    assert_eq!(serve.ca_file(), state.path().join("adf-emulator/ca.pem"));
    assert_eq!(serve.text("tenantId"), "11111111-1111-1111-1111-111111111111");
    assert_eq!(serve.text("subscriptionId"), "22222222-2222-2222-2222-222222222222");
    assert_eq!(serve.ready["pid"], serve.child.id());
    assert_eq!(serve.ready.as_object().unwrap().len(), 6);
    assert!(get(&serve.address(), "/_emulator/health").starts_with("HTTP/1.1 200"));
    let (out, _) = serve.kill();
    assert_eq!(out, "");
}

#[test]
fn one_port_speaks_https_and_http() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &["--tls-name", "azure.test"]);
    let ca = reqwest::Certificate::from_pem(&std::fs::read(serve.ca_file()).unwrap()).unwrap();
    let address = serve.address();
    let port = address.rsplit(':').next().unwrap();
    let client = reqwest::Client::builder().tls_certs_only([ca]).no_proxy().resolve("azure.test", address.parse().unwrap());
    let client = client.build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for base in [serve.text("http"), serve.text("https"), format!("https://{address}"), format!("https://azure.test:{port}")] {
        let answer = runtime.block_on(client.get(format!("{base}/_emulator/health")).send()).unwrap();
        assert_eq!(answer.status(), 200, "{base}");
    }
}

#[test]
fn localhost_is_both_loopback_addresses() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &["--listen", "localhost:0"]);
    let port: u16 = serve.address().rsplit(':').next().unwrap().parse().unwrap();
    let has_v6 = TcpListener::bind("[::1]:0").is_ok();
    assert_eq!(TcpListener::bind(("::1", port)).is_err(), has_v6 || TcpListener::bind("[::1]:0").is_err());
    assert!(get(&format!("localhost:{port}"), "/_emulator/health").starts_with("HTTP/1.1 200"));
}

#[test]
fn variables_stand_for_options() {
    let state = tempfile::tempdir().unwrap();
    let ready_file = state.path().join("ready.json");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = emulator(state.path());
    command.env("ADF_EMULATOR_LISTEN", &address).env("ADF_EMULATOR_READY_FILE", &ready_file);
    refused(&command.output().unwrap(), 1, &format!("port {}", taken.local_addr().unwrap().port()));
    assert!(!ready_file.exists());
}

#[test]
fn an_empty_variable_is_not_set_and_a_flags_takes_the_usual_words() {
    let state = tempfile::tempdir().unwrap();
    let reproduce = |word: &str| {
        let mut command = emulator(state.path());
        let command = command.args(["reproduce", "four-nodes"]).env("ADF_EMULATOR_ERROR", "").env("ADF_EMULATOR_JSON", word);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{word}: {}", said(&output));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok()
    };
    assert_eq!(["1", "yes", "true", "", "0", "off"].map(reproduce), [true, true, true, false, false, false]);
    let mut serve = emulator(state.path());
    for name in ["WORLD", "AUTH", "LOG", "STATE", "TLS_DIR"] {
        serve.env(format!("ADF_EMULATOR_{name}"), "");
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let output = serve.args(["--listen", &taken.local_addr().unwrap().to_string()]).output().unwrap();
    refused(&output, 1, "is in use");
}

#[test]
fn the_ready_file_holds_the_ready_line() {
    let state = tempfile::tempdir().unwrap();
    let ready_file = state.path().join("ready.json");
    let serve = Serve::start(state.path(), &["--ready-file", ready_file.to_str().unwrap()]);
    let written: serde_json::Value = serde_json::from_slice(&std::fs::read(&ready_file).unwrap()).unwrap();
    assert_eq!(written, serve.ready);
}

#[test]
fn a_port_in_use_is_named_with_the_remedy() {
    let state = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    for listen in [address.to_string(), format!("localhost:{}", address.port())] {
        let output = emulator(state.path()).args(["serve", "--listen", &listen]).output().unwrap();
        refused(&output, 1, &format!("port {} of 127.0.0.1 is in use", address.port()));
        assert!(said(&output).contains("--listen 127.0.0.1:0"));
    }
}

#[test]
fn an_address_of_another_machine_cannot_be_listened_on() {
    let state = tempfile::tempdir().unwrap();
    let output = emulator(state.path()).args(["--listen", "192.0.2.1:0"]).output().unwrap();
    refused(&output, 1, "cannot listen on 192.0.2.1:0");
}

#[test]
fn listening_for_other_machines_warns() {
    let state = tempfile::tempdir().unwrap();
    let (_, error) = Serve::start(state.path(), &["--listen", "0.0.0.0:0", "--log", "off"]).kill();
    assert!(error.contains("warning: 0.0.0.0:") && error.contains("can be reached from other machines"), "{error}");
    let (_, error) = Serve::start(state.path(), &["--log", "off"]).kill();
    assert_eq!(error, "");
}

#[test]
fn wrong_use_is_one_line_and_exit_code_2() {
    let state = tempfile::tempdir().unwrap();
    let not_utf8 = state.path().join("latin1.json");
    std::fs::write(&not_utf8, b"{\"x\":\"\xe4\"}").unwrap();
    for (arguments, text) in [
        (&["--lisen", "x"] as &[&str], "unexpected argument '--lisen'"),
        (&["serve", "--listen", "here"], "give IP:PORT"),
        (&["serve", "--auth", "none"], "possible values: standard, strict, relaxed"),
        (&["serve", "--control-token", ""], "--control-token is empty"),
        (&["serve", "--listen", "127.0.0.1:0", "--tls-name", "käse"], "--tls-name 'käse' is no host name and no address"),
        (&["exec", "--tls-name", "a b", "--", "true"], "--tls-name 'a b' is no host name and no address"),
        (&["serve", "--tls-name", ""], "--tls-name '' is no host name"),
        (&["serve", "--world", "/missing.json"], "--world '/missing.json'"),
        (&["serve", "--world", not_utf8.to_str().unwrap()], "is not UTF-8"),
        (&["serv"], "unrecognized subcommand 'serv'"),
        (&["health", "--url", "emulator"], "is not a URL"),
    ] {
        refused(&emulator(state.path()).args(arguments).output().unwrap(), 2, text);
    }
}

//! The command as a program sees it: exit status, and which stream says what.
//!
//! Scripts read nothing else, so both are a promise.

use std::{
    io,
    process::{Command, Output},
};

/// Runs `adf` with these arguments and only these variables.
fn adf(arguments: &[&str], variables: &[(&str, &str)]) -> io::Result<Output> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_adf"));
    command.args(arguments).env_clear().envs(variables.iter().copied());
    command.output()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Port 9 of this machine, where nobody listens.
const NOBODY: [(&str, &str); 5] = [
    ("EMULATOR_URL", "https://127.0.0.1:9"),
    ("AZURE_TENANT_ID", "11111111-1111-1111-1111-111111111111"),
    ("AZURE_CLIENT_ID", "33333333-3333-3333-3333-000000000001"),
    ("AZURE_CLIENT_SECRET", "owner-secret"),
    ("AZURE_SUBSCRIPTION_ID", "22222222-2222-2222-2222-222222222222"),
];

#[test]
fn wrong_use_is_2_and_says_what_would_be_right() {
    for (arguments, variables, says) in [
        (&["factory", "list"][..], &[][..], "AZURE_SUBSCRIPTION_ID"),
        (&["factory", "list"], &[("EMULATOR_URL", "http://127.0.0.1:9")], "https"),
        (&["factory", "list"], &[("EMULATOR_CA", "/nowhere/ca.pem")], "/nowhere/ca.pem"),
        (&["factory", "show", "-g", "g", "-n", "a/b"], &NOBODY[..], "'a/b'"),
        (&["node", "register", "--key", "k"], &[], "emulator only"),
        (&["demo"], &[], "against the emulator only"),
        (&["nonsense"], &[], "nonsense"),
    ] {
        let output = adf(arguments, variables).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(says), "{arguments:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_server_that_is_not_there_is_1_in_words_and_in_json() {
    for arguments in [&["factory", "list"][..], &["demo"], &["node", "register", "--key", "k"]] {
        let output = adf(arguments, &NOBODY).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let stderr = text(&output.stderr);
        assert!(stderr.contains("no answer from https://127.0.0.1:9"), "{stderr}");
        assert!(stderr.contains("adf-emulator serve"), "{stderr}");
        assert!(!stderr.contains('\x1b'), "colours in a pipe: {stderr}");
    }
    let output = adf(&["factory", "list", "-o", "json"], &NOBODY).unwrap();
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["error"]["code"], "Unreachable");
}

#[test]
fn help_is_0_on_standard_output() {
    let output = adf(&["runtime", "share", "--help"], &[]).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("--with"));
}

//! `exec`: the command's variables, its exit status, its signals.
//!
//! Which variables there are, and for which client, is tested beside `client_variables.rs`.

use crate::{emulator, refused, said};
use std::process::Command;

fn exec(state: &std::path::Path, options: &[&str], command: &[&str]) -> Command {
    let mut exec = emulator(state);
    exec.arg("exec").args(options).arg("--").args(command);
    exec
}

#[cfg(unix)]
#[test]
fn the_exit_status_is_the_commands() {
    let state = tempfile::tempdir().unwrap();
    for (script, code) in [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill -TERM $$", 143)] {
        let output = exec(state.path(), &[], &["sh", "-c", script]).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{script}: {}", said(&output));
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    }
}

#[test]
fn a_command_that_cannot_be_run_is_named() {
    let state = tempfile::tempdir().unwrap();
    let output = exec(state.path(), &[], &["no-such-command-at-all"]).output().unwrap();
    refused(&output, 127, "cannot run 'no-such-command-at-all'");
    let output = exec(state.path(), &["--as", "nobody"], &["true"]).output().unwrap();
    refused(&output, 2, "--as 'nobody'");
}

#[cfg(unix)]
#[test]
fn clients_are_pointed_at_the_emulator() {
    let state = tempfile::tempdir().unwrap();
    let extra = state.path().join("extra.pem");
    std::fs::write(&extra, "-----BEGIN CERTIFICATE-----\nextra\n-----END CERTIFICATE-----\n").unwrap();
    // The bundles are gone with the command, so the command itself shows what they hold.
    let script = r#"env; for file in "$REQUESTS_CA_BUNDLE" "$SSL_CERT_FILE" "$CURL_CA_BUNDLE" "$NODE_EXTRA_CA_CERTS"; do
        case "$(cat "$file")" in *"$(cat "$EMULATOR_CA")"*) echo "ours" ;; esac
        grep -c '^extra$' "$file"
    done"#;
    let mut command = exec(state.path(), &["--as", "contributor"], &["sh", "-c", script]);
    command
        .env("REQUESTS_CA_BUNDLE", &extra)
        .env("AZURE_SUBSCRIPTION_ID", "mine")
        .env("NO_PROXY", "internal")
        .env("JAVA_TOOL_OPTIONS", "-Dmine=1");
    command.env_remove("CURL_CA_BUNDLE").env_remove("SSL_CERT_FILE").env_remove("NODE_EXTRA_CA_CERTS");
    let output = command.output().unwrap();
    let out = String::from_utf8(output.stdout.clone()).unwrap();
    let value = |name: &str| {
        let line = out.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
        line.unwrap_or_else(|| panic!("{name}: {out} {}", said(&output))).to_owned()
    };
    for (name, expected) in [
        ("AZURE_TENANT_ID", "11111111-1111-1111-1111-111111111111"),
        ("ARM_TENANT_ID", "11111111-1111-1111-1111-111111111111"),
        ("AZURE_CLIENT_ID", "33333333-3333-3333-3333-000000000002"),
        ("ARM_CLIENT_ID", "33333333-3333-3333-3333-000000000002"),
        ("AZURE_CLIENT_SECRET", "contributor-secret"),
        ("ARM_CLIENT_SECRET", "contributor-secret"),
        ("AZURE_SUBSCRIPTION_ID", "mine"),
        ("ARM_SUBSCRIPTION_ID", "22222222-2222-2222-2222-222222222222"),
        ("AZURE_CORE_INSTANCE_DISCOVERY", "false"),
        ("EMULATOR_USER", "ada@contoso.onmicrosoft.com"),
        ("EMULATOR_PASSWORD", "ada-password"),
        ("NO_PROXY", "internal,localhost,127.0.0.1,::1"),
    ] {
        assert_eq!(value(name), expected, "{name}");
    }
    let https = value("EMULATOR_URL");
    let host = https.strip_prefix("https://").unwrap();
    assert!(host.starts_with("localhost:"));
    assert_eq!(value("AZURE_AUTHORITY_HOST"), https);
    assert_eq!(value("ARM_METADATA_HOSTNAME"), host);
    assert_eq!(value("EMULATOR_HTTP_URL"), https.replace("https://localhost", "http://127.0.0.1"));
    assert_eq!(value("ADF_EMULATOR_URL"), value("EMULATOR_HTTP_URL"));
    assert_eq!(value("EMULATOR_CA"), state.path().join("adf-emulator/ca.pem").to_str().unwrap());
    let shown: Vec<&str> = out.lines().rev().take(8).collect();
    assert_eq!(shown, ["0", "ours", "0", "ours", "0", "ours", "1", "ours"], "{out}");
    assert!(!std::path::Path::new(&value("REQUESTS_CA_BUNDLE")).exists());
    let java = value("JAVA_TOOL_OPTIONS");
    assert!(
        java.starts_with("-Dmine=1 -Djavax.net.ssl.trustStore=/") && java.ends_with(" -Djavax.net.ssl.trustStoreType=PKCS12"),
        "{java}"
    );
}

#[cfg(unix)]
#[test]
fn a_trust_store_that_cannot_be_read_is_told() {
    let state = tempfile::tempdir().unwrap();
    let mut command = exec(state.path(), &[], &["sh", "-c", "echo \"$JAVA_TOOL_OPTIONS\""]);
    let before = "-Djavax.net.ssl.trustStore=/missing.jks";
    let output = command.env("JAVA_TOOL_OPTIONS", before).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), before);
    assert!(said(&output).starts_with("adf-emulator: warning: Java will not trust the emulator: the trust store '/missing.jks'"));
}

/// Nothing of a run stays in the home folder, also when the state folder would be there and cannot be made: the authority
/// then lasts as long as the run.
#[cfg(unix)]
#[test]
fn the_home_folder_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let given = tempfile::tempdir().unwrap();
    let tls_dir = ["--tls-dir", given.path().to_str().unwrap()];
    for (options, warns) in [(&tls_dir as &[&str], false), (&[], true)] {
        let home = tempfile::tempdir().unwrap();
        // A file where the folder would be stops even those whom permissions do not stop.
        std::fs::write(home.path().join(".local"), "mine").unwrap();
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
        for transparent in [&[] as &[&str], &["--transparent"]] {
            let options = [options, transparent].concat();
            let mut command = exec(given.path(), &options, &["sh", "-c", "cat \"$EMULATOR_CA\" \"$REQUESTS_CA_BUNDLE\" >/dev/null"]);
            let output = command.env_remove("XDG_STATE_HOME").env("HOME", home.path()).output().unwrap();
            assert!(output.status.success(), "{}", said(&output));
            assert_eq!(said(&output).contains("warning: "), warns, "{}", said(&output));
            let left: Vec<_> = std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            assert_eq!(left, [".local"]);
        }
        assert_eq!(std::fs::read_to_string(home.path().join(".local")).unwrap(), "mine");
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn signals_are_handed_on() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::io::Read as _;
    let state = tempfile::tempdir().unwrap();
    // The command says when its trap is set, and ends by itself if the signal never comes.
    let script = "trap 'exit 5' TERM; echo set; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 1; done";
    let mut child = exec(state.path(), &[], &["sh", "-c", script]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut set = [0; 4];
    child.stdout.take().unwrap().read_exact(&mut set).unwrap();
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(5));
}

/// Asks Resource Manager as the shell's own variables say, with nothing but the shell and what is everywhere.
#[cfg(unix)]
fn asks(method: &str, path: &str) -> String {
    format!(
        r#"exec 3<>/dev/tcp/127.0.0.1/"${{EMULATOR_HTTP_URL##*:}}"
        printf '%s\r\n' '{method} {path} HTTP/1.1' "Host: localhost" 'Authorization: Bearer reader' 'Content-Length: 0' 'Connection: close' '' >&3
        cat <&3 >/dev/null;"#
    )
}

#[cfg(unix)]
#[test]
fn what_was_not_done_is_told_at_the_end() {
    let state = tempfile::tempdir().unwrap();
    let group = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-shared";
    let refused = asks("PUT", &format!("{group}?api-version=2024-11-01"));
    let missing = asks("GET", &format!("{group}/providers/Microsoft.Resources/links?api-version=2016-09-01"));
    let run = |options: &[&str], end: &str| {
        exec(state.path(), options, &["bash", "-c", &format!("{refused} {missing} {missing} {end}")]).output().unwrap()
    };
    let output = run(&[], "exit 0");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(output.stdout.is_empty(), "{output:?}");
    assert_eq!(
        said(&output),
        "adf-emulator: 2 requests were not emulated:\n  ResourceLinks_ListAtSourceScope (2 times)\nadf-emulator: 1 request was refused:\n  \
         403 AuthorizationFailed: ResourceGroups_CreateOrUpdate by 33333333-3333-3333-3333-000000000003\n"
    );
    let kept = state.path().join("kept.json");
    let keeping = ["--fail-on-not-emulated", "--keep-world", kept.to_str().unwrap()];
    for (end, code) in [("exit 0", 1), ("exit 7", 7)] {
        let output = run(&keeping, end);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        assert!(said(&output).ends_with("': try again with --world\n"), "{}", said(&output));
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&kept.metadata().unwrap().permissions()) & 0o777, 0o600);
        let again = exec(state.path(), &["--world", kept.to_str().unwrap()], &["true"]).output().unwrap();
        assert!(again.status.success(), "{}", said(&again));
        std::fs::remove_file(&kept).unwrap();
        // What was there before, for everyone to read, is no reason to go on like that.
        std::fs::write(&kept, "{}").unwrap();
    }
    std::fs::remove_file(&kept).unwrap();
    assert_eq!(exec(state.path(), &keeping, &["true"]).output().unwrap().status.code(), Some(0));
    assert!(!kept.exists(), "a command that succeeds keeps nothing");
}

#[cfg(unix)]
#[test]
fn what_only_an_audit_let_pass_is_told() {
    let state = tempfile::tempdir().unwrap();
    let world = state.path().join("world.json");
    let built_in = exec(state.path(), &["--keep-world", world.to_str().unwrap()], &["false"]).output().unwrap();
    assert_eq!(built_in.status.code(), Some(1));
    let mut audited: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&world).unwrap()).unwrap();
    audited["settings"]["authorization"] = "audit".into();
    std::fs::write(&world, audited.to_string()).unwrap();
    let group = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-shared";
    let deleted = asks("DELETE", &format!("{group}?api-version=2024-11-01"));
    let output = exec(state.path(), &["--world", world.to_str().unwrap()], &["bash", "-c", &deleted]).output().unwrap();
    assert_eq!(
        said(&output),
        "adf-emulator: 1 request was let pass only because 'authorization' is 'audit':\n  \
         403 AuthorizationFailed: ResourceGroups_Delete by 33333333-3333-3333-3333-000000000003\n"
    );
    assert_eq!(output.status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_resource_of_another_service_is_named_and_fails_a_run_that_minds() {
    let state = tempfile::tempdir().unwrap();
    let group = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-shared";
    for (method, provider, told) in [
        ("PUT", "Microsoft.Storage/storageAccounts/x", "PUT"),
        ("GET", "Microsoft.Compute/virtualMachines/x", "GET"),
        ("GET", "Microsoft.Compute/virtualMachines", "GET"),
    ] {
        let asked = asks(method, &format!("{group}/providers/{provider}?api-version=2024-01-01")).replace("Bearer reader", "Bearer owner");
        for (options, code) in [(&["--fail-on-not-emulated"] as &[&str], 1), (&[], 0)] {
            let output = exec(state.path(), options, &["bash", "-c", &asked]).output().unwrap();
            assert_eq!(output.status.code(), Some(code), "{}", said(&output));
            let line = format!("adf-emulator: 1 request was not emulated:\n  {told} {group}/providers/{provider}\n");
            assert_eq!(said(&output), line);
        }
    }
}

#[cfg(unix)]
#[test]
fn the_azure_cli_has_a_folder_of_its_own() {
    let state = tempfile::tempdir().unwrap();
    let extensions = state.path().join("mine/cliextensions");
    std::fs::create_dir_all(&extensions).unwrap();
    let script = r#"cat "$AZURE_CONFIG_DIR"/config "$AZURE_CONFIG_DIR"/clouds.config "$AZURE_CONFIG_DIR"/*.json; echo; env"#;
    let mut command = exec(state.path(), &["--as", "reader"], &["sh", "-c", script]);
    let output = command.env("AZURE_CONFIG_DIR", state.path().join("mine")).output().unwrap();
    let out = String::from_utf8(output.stdout.clone()).unwrap();
    for text in [
        "[cloud]\nname = Emulator\n",
        "instance_discovery = false\ncollect_telemetry = false\n",
        "endpoint_resource_manager = https://localhost:",
        "subscription = 22222222-2222-2222-2222-222222222222\n",
        r#""client_secret":"reader-secret""#,
        r#""user":{"name":"33333333-3333-3333-3333-000000000003","type":"servicePrincipal"}"#,
        &format!("AZURE_EXTENSION_DIR={}\n", extensions.display()),
    ] {
        assert!(out.contains(text), "{text} in {out} {}", said(&output));
    }
    let folder = out.lines().find_map(|line| line.strip_prefix("AZURE_CONFIG_DIR=")).unwrap();
    assert!(!std::path::Path::new(folder).exists(), "{folder}");
    assert_eq!(std::fs::read_dir(state.path().join("mine")).unwrap().count(), 1, "what was there is not touched");
}

//! `exec --transparent`: what the command finds in its environment, and what is left of the run.
//!
//! What the proxy does is tested beside `connect.rs`; real clients run in `tests/clients`.

use crate::{emulator, refused, said};
use std::collections::BTreeMap;
use std::process::Command;

fn transparent(state: &std::path::Path, options: &[&str], script: &str) -> Command {
    let mut command = emulator(state);
    command.args(["exec", "--transparent"]).args(options).args(["--", "bash", "-c", script]);
    command
}

#[test]
fn nothing_names_the_emulator_to_a_client() {
    let state = tempfile::tempdir().unwrap();
    let script = r#"env; for file in "$REQUESTS_CA_BUNDLE" "$SSL_CERT_FILE" "$CURL_CA_BUNDLE" "$NODE_EXTRA_CA_CERTS"; do
        case "$(cat "$file")" in *"$(cat "$EMULATOR_CA")"*) echo "both=$(grep -c BEGIN "${NODE_EXTRA_CA_CERTS}")" ;; esac
    done; echo "az=$(cat "$AZURE_CONFIG_DIR"/config "$AZURE_CONFIG_DIR"/*.json "$AZURE_CONFIG_DIR"/clouds.config | tr '\n' ' ')""#;
    let mut command = transparent(state.path(), &["--as", "reader"], script);
    command.env("AZURE_AUTHORITY_HOST", "https://login.example").env("ARM_METADATA_HOSTNAME", "x");
    command.env("AZURE_CORE_INSTANCE_DISCOVERY", "false").env("NO_PROXY", "*").env("no_proxy", "internal,.azure.com");
    command.env_remove("NODE_EXTRA_CA_CERTS");
    let output = command.output().unwrap();
    let out = String::from_utf8(output.stdout.clone()).unwrap();
    let set: BTreeMap<&str, &str> = out.lines().filter_map(|line| line.split_once('=')).collect();
    for gone in ["AZURE_AUTHORITY_HOST", "ARM_METADATA_HOSTNAME", "AZURE_CORE_INSTANCE_DISCOVERY", "HTTP_PROXY", "ALL_PROXY"] {
        assert!(!set.contains_key(gone), "{gone}: {out} {}", said(&output));
    }
    let http = set["EMULATOR_HTTP_URL"];
    assert_eq!((set["HTTPS_PROXY"], set["https_proxy"]), (http, http));
    assert_eq!((set["NO_PROXY"], set["no_proxy"]), ("localhost,127.0.0.1,::1", "internal,localhost,127.0.0.1,::1"));
    assert_eq!((set["AZURE_CLIENT_SECRET"], set["both"]), ("reader-secret", "2"));
    assert_eq!(out.lines().filter(|line| *line == "both=2").count(), 4, "{out}");
    let port = http.rsplit(':').next().unwrap();
    assert!(set["JAVA_TOOL_OPTIONS"].contains(&format!("-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort={port} ")), "{out}");
    let az = set["az"];
    assert!(az.contains("AzureCloud") && !az.contains("localhost") && !az.contains("instance_discovery"), "{az}");
    assert!(!std::path::Path::new(set["NODE_EXTRA_CA_CERTS"]).exists());
    // What the state folder keeps knows nothing of Azure's names.
    let kept = std::fs::read_to_string(state.path().join("adf-emulator/ca.pem")).unwrap();
    assert_eq!(kept.matches("BEGIN CERTIFICATE").count(), 1);
}

#[test]
fn offline_refuses_by_name_and_tells() {
    let state = tempfile::tempdir().unwrap();
    let script = r#"exec 3<>/dev/tcp/127.0.0.1/"${HTTPS_PROXY##*:}"
        printf 'CONNECT pypi.example:443 HTTP/1.1\r\nHost: pypi.example:443\r\n\r\n' >&3; head -n 1 <&3; echo "$HTTP_PROXY $all_proxy""#;
    let output = transparent(state.path(), &["--offline"], script).env("HTTPS_PROXY", "socks5://proxy.example").output().unwrap();
    let out = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(
        out.starts_with("HTTP/1.1 403 pypi.example is not emulated, and --offline lets nothing else through\r\nhttp://127.0.0.1:"),
        "{out}"
    );
    assert_eq!(said(&output), "adf-emulator: 1 request was for other hosts and refused by --offline:\n  pypi.example\n");
}

#[test]
fn what_cannot_be_is_refused() {
    let state = tempfile::tempdir().unwrap();
    let output = transparent(state.path(), &[], "true").env("HTTPS_PROXY", "socks5://proxy.example").output().unwrap();
    refused(&output, 2, "'socks5://proxy.example'");
    for open in ["0.0.0.0:0", "[::]:4443", "192.0.2.7:0"] {
        let says = format!("--listen '{open}' can be reached from others: give 127.0.0.1:");
        refused(&transparent(state.path(), &["--listen", open], "true").output().unwrap(), 2, &says);
        refused(
            &transparent(state.path(), &[], "true").env("ADF_EMULATOR_LISTEN", format!("127.0.0.1:0,{open}")).output().unwrap(),
            2,
            &says,
        );
    }
    for own in ["127.0.0.2:0", "localhost:0"] {
        assert!(transparent(state.path(), &["--listen", own], "true").output().unwrap().status.success(), "{own}");
    }
    let output = transparent(state.path(), &["--tls-name", "management.azure.com"], "true").output().unwrap();
    refused(&output, 2, "--tls-name 'management.azure.com' is Azure's own");
    let output = emulator(state.path()).args(["serve", "--listen", "127.0.0.1:0", "--tls-name", "x.azure.com"]).output().unwrap();
    refused(&output, 2, "--tls-name 'x.azure.com' is Azure's own");
    let output = emulator(state.path()).args(["exec", "--offline", "--", "true"]).output().unwrap();
    refused(&output, 2, "--transparent");
}

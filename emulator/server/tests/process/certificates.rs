//! The local authority: made once, whole, and the owner's alone.
//!
//! Two processes that start at once must agree, which no test inside one process can show.

use crate::{Serve, emulator};
use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

fn ca_of(serve: &Serve) -> String {
    std::fs::read_to_string(serve.ca_file()).unwrap()
}

#[test]
fn first_starts_at_once_agree() {
    let state = tempfile::tempdir().unwrap();
    let served: Vec<Serve> = thread::scope(|scope| {
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| Serve::start(state.path(), &[]))).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    let first = ca_of(&served[0]);
    assert!(first.starts_with("-----BEGIN CERTIFICATE-----") && !first.contains("PRIVATE"));
    for serve in &served {
        let handed_out = crate::get(&serve.address(), "/_emulator/ca.pem");
        assert!(handed_out.ends_with(&first), "{handed_out}");
    }
}

#[cfg(unix)]
#[test]
fn the_key_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let state = tempfile::tempdir().unwrap();
    let folder = state.path().join("given");
    let serve = Serve::start(state.path(), &["--tls-dir", folder.to_str().unwrap()]);
    assert_eq!(serve.ca_file(), folder.join("ca.pem"));
    let mode = |name: &str| folder.join(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("authority.pem"), 0o600);
    assert_eq!(mode("ca.pem") & 0o444, 0o444);
    assert!(!state.path().join("adf-emulator").exists());
}

#[test]
fn killed_at_any_moment_harms_nothing() {
    let authority = |state: &TempDir| state.path().join("adf-emulator/authority.pem");
    let folders: Vec<_> = (0..20_u32)
        .map(|moment| {
            let state = tempfile::tempdir().unwrap();
            let mut command = emulator(state.path());
            command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = command.spawn().unwrap();
            // Every second one has its authority when it is killed; the others are somewhere before it.
            while moment % 2 == 1 && !authority(&state).exists() {
                assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
                thread::yield_now();
            }
            // The moments are spread over the time that a first start takes from there.
            thread::sleep(Duration::from_millis(10) * moment / 20);
            child.kill().unwrap();
            child.wait().unwrap();
            state
        })
        .collect();
    let (mut with, mut without) = (0, 0);
    for state in folders {
        let left = std::fs::read(authority(&state));
        let serve = Serve::start(state.path(), &[]);
        let after = std::fs::read(authority(&state)).unwrap();
        match left {
            Ok(left) => {
                assert_eq!(left, after);
                with += 1;
            }
            Err(_) => without += 1,
        }
        let ca = reqwest::Certificate::from_pem(ca_of(&serve).as_bytes()).unwrap();
        let client = reqwest::Client::builder().tls_certs_only([ca]).no_proxy().build().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(client.get(format!("https://{}/_emulator/health", serve.address())).send()).unwrap();
    }
    assert!(with >= 10 && without >= 1, "{with} were killed with their authority, {without} before it");
}

#[test]
fn a_folder_that_cannot_be_written_warns_and_serves() {
    let state = tempfile::tempdir().unwrap();
    let file = state.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    let below = file.join("folder");
    let serve = Serve::start(state.path(), &["--tls-dir", below.to_str().unwrap()]);
    assert!(ca_of(&serve).contains("BEGIN CERTIFICATE"));
    let temporary = serve.ca_file();
    let (_, error) = serve.kill();
    assert!(error.contains("warning: ") && error.contains("--tls-dir"), "{error}");
    let _ = std::fs::remove_dir_all(temporary.parent().unwrap_or(Path::new("")));
}

#[test]
fn a_certificate_that_a_kill_left_out_is_written_again() {
    let state = tempfile::tempdir().unwrap();
    let first = Serve::start(state.path(), &[]);
    let (ca, ca_file) = (ca_of(&first), first.ca_file());
    drop(first);
    std::fs::remove_file(&ca_file).unwrap();
    assert_eq!(ca_of(&Serve::start(state.path(), &[])), ca);
    let mut written = String::new();
    std::fs::File::open(&ca_file).unwrap().read_to_string(&mut written).unwrap();
    assert_eq!(written, ca);
}

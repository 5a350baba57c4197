//! `--state FILE`: the world that a run leaves is the one that the next begins with.
//!
//! Kept on a clean stop alone, and never half: what cannot be read or written is told by name.

use crate::{Serve, ask, body_of, emulator, get, refused};
use std::path::Path;

const FACTORY: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-shared/providers/\
                       Microsoft.DataFactory/factories/kept?api-version=2018-06-01";

/// Stops it as a client of the control endpoint does; returns the exit code and what it said on standard error.
fn stop(mut serve: Serve) -> (Option<i32>, String) {
    assert!(ask(&serve.address(), "POST", "/_emulator/stop", "").starts_with("HTTP/1.1 204"));
    let status = serve.child.wait().unwrap();
    let (_, said) = serve.said();
    (status.code(), said)
}

fn start(folder: &Path, file: &Path) -> Serve {
    Serve::start(folder, &["--log", "off", "--state", file.to_str().unwrap()])
}

#[test]
fn a_world_goes_on_where_the_last_run_ended() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("world.json");
    let first = start(folder.path(), &file);
    assert!(!file.exists());
    assert!(
        ask(&first.address(), "PUT", FACTORY, r#"{"location":"eastus","identity":{"type":"SystemAssigned"}}"#).starts_with("HTTP/1.1 200")
    );
    let made = body_of(&ask(&first.address(), "GET", FACTORY, "")).to_owned();
    let world = body_of(&get(&first.address(), "/_emulator/world")).to_owned();
    assert_eq!(stop(first), (Some(0), String::new()));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{world}\n"));

    // What --world says is for the first run; reset goes back to what was loaded.
    let file_name = file.to_str().unwrap();
    let second = Serve::start(folder.path(), &["--log", "off", "--state", file_name, "--world", "/none"]);
    assert_eq!(body_of(&ask(&second.address(), "GET", FACTORY, "")), made);
    ask(&second.address(), "DELETE", FACTORY, "");
    ask(&second.address(), "POST", "/_emulator/reset", "");
    assert_eq!(body_of(&ask(&second.address(), "GET", FACTORY, "")), made);
    // A run that is killed has not saved.
    ask(&second.address(), "DELETE", FACTORY, "");
    second.kill();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{world}\n"));
}

#[test]
fn a_state_file_with_a_mistake_is_named_with_its_line_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("world.json");
    for (text, said) in [
        ("{\n\"sed\": 1\n}", ", line 2, column 5: 'sed' is not known"),
        ("{\n", "line 2"),
        ("", "line 1"),
        ("[]", "a world file is a JSON object"),
    ] {
        std::fs::write(&file, text).unwrap();
        let output = emulator(folder.path()).args(["serve", "--listen", "127.0.0.1:0", "--state"]).arg(&file).output().unwrap();
        refused(&output, 2, said);
        refused(&output, 2, &file.display().to_string());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    }
    let below = file.join("below");
    let output = emulator(folder.path()).args(["serve", "--listen", "127.0.0.1:0", "--state"]).arg(&below).output().unwrap();
    refused(&output, 2, &format!("--state '{}'", below.display()));
}

#[test]
fn a_world_that_cannot_be_saved_is_told_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    std::fs::create_dir(&kept).unwrap();
    let mut serve = start(folder.path(), &kept.join("world.json"));
    std::fs::remove_dir_all(&kept).unwrap();
    // Who can answer hears of it while there is still something to do; a signal ends it all the same.
    let output = emulator(folder.path()).args(["stop", "--url", &serve.text("http")]).output().unwrap();
    refused(&output, 1, "the world is not saved");
    get(&serve.address(), "/_emulator/health");
    rustix::process::kill_process(rustix::process::Pid::from_child(&serve.child), rustix::process::Signal::TERM).unwrap();
    let code = serve.child.wait().unwrap().code();
    let (_, said) = serve.said();
    assert_eq!(code, Some(1));
    assert!(said.starts_with("adf-emulator: --state '") && said.contains("the world is not saved"), "{said}");
}

#[test]
fn who_has_stopped_it_finds_the_world_whichever_port_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("world.json");
    for round in 0..3 {
        let serve = start(folder.path(), &file);
        let made = ask(&serve.address(), "POST", "/_emulator/worlds", r#"{"from":"current"}"#);
        let fork: serde_json::Value = serde_json::from_str(body_of(&made)).unwrap();
        let factory = FACTORY.replace("kept", &format!("kept-{round}"));
        assert!(ask(&serve.address(), "PUT", &factory, r#"{"location":"eastus"}"#).starts_with("HTTP/1.1 200"));
        let output = emulator(folder.path()).args(["stop", "--url", fork["http"].as_str().unwrap()]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(std::net::TcpStream::connect(serve.address()).is_err());
        assert!(std::fs::read_to_string(&file).unwrap().contains(&format!("kept-{round}")));
    }
}

#[test]
fn two_at_once_do_not_share_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("world.json");
    let first = start(folder.path(), &file);
    let output = emulator(folder.path()).args(["serve", "--listen", "127.0.0.1:0", "--state"]).arg(&file).output().unwrap();
    refused(&output, 2, "another emulator keeps its world there");
    assert_eq!(stop(first), (Some(0), String::new()));
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().filter(|it| it.as_ref().unwrap().path().extension() == Some("lock".as_ref())).count(),
        0
    );
}

#[cfg(unix)]
#[test]
fn exec_saves_the_world_of_its_command() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("world.json");
    let output = emulator(folder.path()).args(["exec", "--state"]).arg(&file).args(["--", "true"]).output().unwrap();
    assert!(output.status.success());
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("{\"seed\":"));
}

//! The scripts of curl commands: each is run by a shell against an emulator, and must see the refusal and the remedy.
//!
//! Those of the Azure CLI are run by its suite in `tests/clients/azure-cli`.

use adf_emulator::reproduce::cases;
use adf_emulator::reproduce::script::{self, Client};
use adf_emulator_core::rules::{self, Rule};
use adf_emulator_tests::Azure;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Runs a script with the emulator's address; returns whether it succeeded, and what it said.
fn replay(script: &str, url: &str) -> (bool, String) {
    let mut shell = Command::new("sh");
    shell.arg("-s").env("ADF_EMULATOR_URL", url).env("NO_PROXY", "127.0.0.1").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = shell.stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    (ended.status.success(), format!("{}{}", String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr)))
}

/// Replays the scripts of some cases against an emulator whose own world stays as it is.
async fn replay_all(names: &[&str]) {
    let azure = Azure::start().await;
    azure.two_factories().await;
    let own = azure.export();
    for name in names {
        let script = script::of(&cases::of(name).unwrap(), rule(name), Client::Curl);
        let url = azure.url().to_owned();
        let (passed, said) = tokio::task::spawn_blocking(move || replay(&script, &url)).await.unwrap();
        assert!(passed, "{name}: {said}");
        assert!(said.contains(&format!("x-emulator-rule: {name}")), "{name}: {said}");
    }
    assert_eq!(azure.export(), own, "a script touches the world of the emulator");
    assert_eq!(worlds(&azure).await, 1, "a script leaves its world behind");
}

/// Returns how many worlds there are.
async fn worlds(azure: &Azure) -> usize {
    azure.fetch("/_emulator/worlds").await.has_status(200).json()["value"].as_array().unwrap().len()
}

fn rule(name: &str) -> &'static Rule {
    rules::all().find(|rule| rule.name == name).unwrap()
}

/// Returns whether the scripts can be run here; in continuous integration they must be.
fn curl_is_there() -> bool {
    let is_there = Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_ok();
    assert!(is_there || std::env::var_os("CI").is_none(), "there is no curl to run the scripts with");
    is_there
}

#[tokio::test(flavor = "multi_thread")]
async fn every_script_of_curl_commands_sees_refusal_and_remedy() {
    if !curl_is_there() {
        return;
    }
    let names: Vec<&'static str> = cases::names().collect();
    let (first, second) = names.split_at(names.len() / 2);
    tokio::join!(replay_all(first), replay_all(second));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_notices_an_answer_that_is_another() {
    if curl_is_there() {
        let azure = Azure::start().await;
        let of_another_rule = script::of(&cases::of("four-nodes").unwrap(), rule("tag-count"), Client::Curl);
        let (passed, said) = replay(&of_another_rule, azure.url());
        assert!(!passed && said.contains("NOT AS DOCUMENTED"), "{said}");
        assert_eq!(worlds(&azure).await, 1, "a script that fails closes its world too");
    }
}

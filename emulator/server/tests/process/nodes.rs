//! `node`: self-hosted nodes as processes, several at once, and what becomes of a node however its process ends.
//!
//! Nobody waits for the time between two heartbeats: a node that the world's clock has left behind says when it is back.

use crate::{Serve, ask, body_of, emulator, refused};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStderr, ExitStatus, Stdio};
use tempfile::TempDir;

const FACTORY: &str =
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-shared/providers/Microsoft.DataFactory/factories/of-nodes";

/// An emulator with a self-hosted runtime and its first key.
struct Runtime {
    folder: TempDir,
    serve: Serve,
    key: String,
}

impl Runtime {
    fn start(options: &[&str], settings: Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let serve = Serve::start(folder.path(), &[&["--log", "off"], options].concat());
        let mut runtime = Self { folder, serve, key: String::new() };
        runtime.arm("PUT", "", r#"{"location":"eastus"}"#);
        runtime.arm("PUT", "/integrationRuntimes/shared", r#"{"properties":{"type":"SelfHosted"}}"#);
        let keys = runtime.arm("POST", "/integrationRuntimes/shared/listAuthKeys", "");
        keys["authKey1"].as_str().unwrap().clone_into(&mut runtime.key);
        runtime.control("PATCH", "settings", &settings);
        runtime
    }

    /// Asks Resource Manager about the factory and what is below it.
    fn arm(&self, method: &str, path: &str, body: &str) -> Value {
        let answer = ask(&self.serve.address(), method, &format!("{FACTORY}{path}?api-version=2018-06-01"), body);
        assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
        serde_json::from_str(body_of(&answer)).unwrap_or_default()
    }

    fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = ask(&self.serve.address(), method, &format!("/_emulator/{path}"), &body.to_string());
        assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
        serde_json::from_str(body_of(&answer)).unwrap_or_default()
    }

    /// Moves the world's clock so far that every heartbeat is overdue.
    fn leave_all_behind(&self) {
        self.control("PATCH", "clock", &json!({ "advance": "PT2M" }));
    }

    /// Returns the state of the runtime, and those of its nodes in the order in which they registered.
    fn states(&self) -> (String, Vec<String>) {
        let status = self.arm("POST", "/integrationRuntimes/shared/getStatus", "");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let nodes = status["properties"]["typeProperties"]["nodes"].as_array().unwrap();
        (text(&status["properties"]["state"]), nodes.iter().map(|node| text(&node["status"])).collect())
    }

    fn command(&self, key: &str, name: &str) -> std::process::Command {
        command(self.folder.path(), &self.serve.text("http"), key, name)
    }

    /// Starts nodes, all at once, and waits until each has said that it is ready.
    fn nodes(&self, names: &[&str]) -> Vec<Node> {
        let piped = |name: &&str| self.command(&self.key, name).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let started: Vec<Child> = names.iter().map(piped).collect();
        started.into_iter().map(Node::ready).collect()
    }
}

fn command(state: &Path, url: &str, key: &str, name: &str) -> std::process::Command {
    let mut command = emulator(state);
    command.args(["node", "--url", url, "--auth-key", key, "--name", name]);
    command
}

/// A node that has registered.
struct Node {
    child: Child,
    said: BufReader<ChildStderr>,
    ready: Value,
}

impl Node {
    fn ready(mut child: Child) -> Self {
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| {
            let mut why = String::new();
            said.read_to_string(&mut why).unwrap();
            panic!("{error}: '{line}' {why}")
        });
        Self { child, said, ready }
    }

    /// Waits until it says the next line.
    fn says(&mut self, text: &str) {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        assert!(line.starts_with("adf-emulator: ") && line.contains(text), "{line}");
    }

    fn end(&mut self, signal: Signal) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn four_nodes_at_once_end_in_every_way_and_a_fifth_is_refused() {
    let runtime = Runtime::start(&[], json!({ "nodeHeartbeat": "PT0.1S" }));
    assert_eq!(runtime.states(), ("NeedRegistration".to_owned(), vec![]));
    let mut nodes = runtime.nodes(&["a", "b", "c", "d"]);
    assert_eq!(nodes[1].ready["nodeName"], "b");
    assert_eq!((&nodes[1].ready["status"], &nodes[1].ready["pid"]), (&json!("Online"), &json!(nodes[1].child.id())));
    assert_eq!(runtime.states(), ("Online".to_owned(), vec!["Online".to_owned(); 4]));
    refused(&runtime.command(&runtime.key, "e").output().unwrap(), 1, "already has 4 nodes, the maximum. Remove a node first");

    assert_eq!(nodes[0].end(Signal::TERM).code(), Some(0));
    assert_eq!(nodes[1].end(Signal::INT).code(), Some(0));
    let state_of = |name: &str| {
        let node = runtime.arm("GET", &format!("/integrationRuntimes/shared/nodes/{name}"), "");
        node["status"].as_str().unwrap().to_owned()
    };
    assert_eq!((state_of("a"), state_of("b"), runtime.states().0), ("Offline".into(), "Offline".into(), "Limited".into()));
    assert_eq!(nodes[2].end(Signal::KILL).code(), None);
    assert_eq!(state_of("c"), "Online", "nobody can know yet");
    runtime.leave_all_behind();
    assert_eq!(state_of("c"), "Offline");
    nodes[3].says("d was Offline, because no heartbeat came in time or somebody set it so, and is Online again");
    assert_eq!((state_of("c"), state_of("d")), ("Offline".into(), "Online".into()));
    drop(nodes);
    runtime.leave_all_behind();
    assert_eq!(runtime.states(), ("Offline".to_owned(), vec!["Offline".to_owned(); 4]));
    let back = runtime.nodes(&["A"]);
    assert_eq!(back[0].ready["nodeName"], "a", "a node of that name registers again");
    assert_eq!(runtime.states().0, "Limited");
}

#[test]
fn a_node_outlives_its_key_and_not_itself() {
    let runtime = Runtime::start(&[], json!({ "nodeHeartbeat": "PT0.1S" }));
    let mut node = runtime.nodes(&["a"]).remove(0);
    runtime.arm("POST", "/integrationRuntimes/shared/regenerateAuthKey", r#"{"keyName":"authKey1"}"#);
    let late = runtime.command(&runtime.key, "b").output().unwrap();
    refused(
        &late,
        1,
        "The authentication key is not valid: no integration runtime has it now. It may have been regenerated. Register with",
    );
    runtime.leave_all_behind();
    node.says("a was Offline");
    assert_eq!(runtime.states().0, "Online");
    runtime.arm("DELETE", "/integrationRuntimes/shared/nodes/a", "");
    node.says("does not know the node a any more");
    assert_eq!(node.child.wait().unwrap().code(), Some(1));
    assert_eq!(runtime.states().0, "NeedRegistration");
}

#[test]
fn an_emulator_that_comes_back_finds_its_node_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("world.json");
    let keep = ["--state", file.to_str().unwrap()];
    let mut runtime = Runtime::start(&keep, json!({ "nodeHeartbeat": "PT0.1S" }));
    let address = runtime.serve.address();
    let mut node = runtime.nodes(&["a"]).remove(0);
    runtime.control("POST", "stop", &json!({}));
    runtime.serve.child.wait().unwrap();
    node.says("no emulator answers at http://");
    runtime.serve = Serve::start(runtime.folder.path(), &[&keep, ["--listen", &address].as_slice()].concat());
    node.says("the emulator answers again, and a is Online");
    assert_eq!(runtime.states(), ("Online".to_owned(), vec!["Online".to_owned()]));
    assert_eq!(node.end(Signal::TERM).code(), Some(0));
}

#[test]
fn an_emulator_that_stays_away_ends_its_node() {
    let runtime = Runtime::start(&[], json!({ "nodeHeartbeat": "PT0.1S", "offlineAfter": "PT0.2S" }));
    let mut node = runtime.nodes(&["a"]).remove(0);
    let Runtime { serve, .. } = runtime;
    serve.kill();
    node.says("a tries again for 0.2 seconds");
    node.says("a has given up and is Offline");
    assert_eq!(node.child.wait().unwrap().code(), Some(1));
}

#[test]
fn a_node_needs_an_emulator_and_a_key() {
    let state = tempfile::tempdir().unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    refused(&command(state.path(), &format!("http://{closed}"), "IR@x", "a").output().unwrap(), 1, "no emulator answers at");
    refused(&emulator(state.path()).args(["node", "--name", "a"]).output().unwrap(), 2, "--auth-key <KEY>");
    let serve = Serve::start(state.path(), &[]);
    let wrong = |name: &str| command(state.path(), &serve.text("http"), "IR@x", name).output().unwrap();
    refused(&wrong("a"), 1, "The authentication key is not valid");
}

#[test]
fn a_node_can_be_stopped_while_nobody_answers() {
    let state = tempfile::tempdir().unwrap();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let mut child = command(state.path(), &url, "IR@x", "a").stdout(Stdio::null()).spawn().unwrap();
    let _asked = silent.accept().unwrap();
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "and not 1, which it is when it has waited long enough");
}

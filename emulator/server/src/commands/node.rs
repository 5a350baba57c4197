//! `node`: a self-hosted node that is a process of its own, until it is stopped.
//!
//! It registers with an authentication key, prints one JSON line, and sends heartbeats; stopping it takes the node Offline.
//! One that is killed is found Offline when its heartbeat is overdue. An emulator that does not answer is asked again until
//! it must have called the node Offline; one that does not know the node any more ends the process at once.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use adf_emulator_core::{rules, timestamp};
use hyper::body::Bytes;
use hyper::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::ask::{Emulator, message};
use super::serve::stop_signal;
use super::{Failure, block_on, print};
use crate::clock::Stopwatch;
use crate::config::{self, NodeOptions, WrongUse};

/// How long saying goodbye may take.
const GOODBYE_TIME_MAX: Duration = Duration::from_secs(1);

/// A registered node.
struct Node {
    emulator: Emulator,
    path: String,
    name: String,
    /// The time between two heartbeats, as the emulator last said.
    heartbeat: Duration,
    /// How long it is Online without one, as the emulator last said.
    offline_after: Duration,
}

/// What a heartbeat met.
enum Met {
    /// It was taken; whether the node was Offline before.
    Taken { came_back: bool },
    /// The emulator does not know the node.
    Unknown,
    /// Nobody answered, or not as an emulator does.
    Nobody(Failure),
}

/// Acts as a node until stopped.
pub(super) fn run(options: &NodeOptions) -> Result<ExitCode, Failure> {
    let emulator = Emulator::at(&options.emulator)?;
    let name = options.name.clone().or_else(config::machine_name);
    let name = name.ok_or_else(|| WrongUse::new("this machine has no name: give the node one with --name"))?;
    block_on(async {
        // Before the ready line, so that whoever has read it may stop us.
        let stop = stop_signal()?;
        let mut registered = None;
        tokio::select! {
            failure = act(emulator, &options.auth_key, &name, &mut registered) => return Err(failure),
            () = stop => {}
        }
        if let Some(node) = registered {
            node.leave().await;
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Registers, says so, and sends heartbeats; returns why that had to end.
async fn act(emulator: Emulator, auth_key: &str, name: &str, registered: &mut Option<Node>) -> Failure {
    let (node, mut ready) = match register(emulator, auth_key, name).await {
        Ok((node, ready)) => (registered.insert(node), ready),
        Err(failure) => return failure,
    };
    match node.beat().await {
        Met::Taken { .. } => {}
        Met::Unknown => return node.unknown(),
        Met::Nobody(why) => return why,
    }
    if let Some(ready) = ready.as_object_mut() {
        ready.insert("pid".to_owned(), std::process::id().into());
    }
    match print(&format!("{ready}\n")) {
        Ok(()) => node.live().await,
        Err(failure) => failure,
    }
}

/// Registers the node; returns it and what the emulator says of it.
async fn register(emulator: Emulator, auth_key: &str, name: &str) -> Result<(Node, Value), Failure> {
    const PATH: &str = "/_emulator/nodes";
    let asked = json!({ "authKey": auth_key, "nodeName": name }).to_string();
    let answer = emulator.send(Method::POST, PATH, asked.into()).await?;
    match answer.status() {
        status if status.is_success() => {}
        StatusCode::BAD_REQUEST | StatusCode::CONFLICT => return Err(Failure::Failed(refusal(&answer))),
        status => return Err(emulator.unusable(PATH, status)),
    }
    let registered: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let Some(id) = registered.get("id").and_then(Value::as_str) else { return Err(emulator.unusable(PATH, answer.status())) };
    let path = format!("{PATH}/{id}");
    Ok((Node { emulator, path, name: name.to_owned(), heartbeat: Duration::ZERO, offline_after: Duration::ZERO }, registered))
}

/// Returns what a refusal says, and what the rule that it is of advises.
fn refusal(answer: &Response<Bytes>) -> String {
    let name = answer.headers().get("x-emulator-rule").and_then(|name| name.to_str().ok());
    let rule = name.and_then(|name| rules::all().find(|rule| rule.name == name));
    let said = message(answer.body());
    rule.map_or_else(|| said.clone(), |rule| format!("{said} {}", rule.remedy))
}

impl Node {
    /// Sends heartbeats; returns when there is no point in it any more.
    async fn live(&mut self) -> Failure {
        let mut unheard: Option<Stopwatch> = None;
        loop {
            tokio::time::sleep(self.heartbeat).await;
            match self.beat().await {
                Met::Taken { came_back } => {
                    if unheard.take().is_some() {
                        say(&format!("the emulator answers again, and {} is Online", self.name));
                    } else if came_back {
                        say(&format!(
                            "{} was Offline, because no heartbeat came in time or somebody set it so, and is Online again",
                            self.name
                        ));
                    }
                }
                Met::Unknown => return self.unknown(),
                Met::Nobody(why) => match unheard {
                    None => {
                        say(&format!("{why}; {} tries again for {} seconds", self.name, self.offline_after.as_secs_f32()));
                        unheard = Some(Stopwatch::start());
                    }
                    Some(since) if since.elapsed() >= self.offline_after => {
                        return Failure::Failed(format!("{why}; {} has given up and is Offline", self.name));
                    }
                    Some(_) => {}
                },
            }
        }
    }

    async fn beat(&mut self) -> Met {
        let path = format!("{}/heartbeat", self.path);
        let answer = match self.emulator.send(Method::POST, &path, Bytes::new()).await {
            Ok(answer) => answer,
            Err(why) => return Met::Nobody(why),
        };
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Met::Unknown,
            status => return Met::Nobody(self.emulator.unusable(&path, status)),
        }
        let said: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        match (time(&said, "nodeHeartbeat"), time(&said, "offlineAfter")) {
            (Some(heartbeat), Some(offline_after)) => (self.heartbeat, self.offline_after) = (heartbeat, offline_after),
            _ => return Met::Nobody(self.emulator.unusable(&path, answer.status())),
        }
        Met::Taken { came_back: said.get("cameBack") == Some(&Value::Bool(true)) }
    }

    fn unknown(&self) -> Failure {
        Failure::Failed(format!(
            "{} does not know the node {} any more: it or its runtime was deleted, or the world was put back; start the node anew",
            self.emulator.http(),
            self.name
        ))
    }

    /// Takes the node Offline. An emulator that is gone needs no goodbye.
    async fn leave(&self) {
        let offline = json!({ "status": "Offline" }).to_string();
        let _ = tokio::time::timeout(GOODBYE_TIME_MAX, self.emulator.send(Method::PATCH, &self.path, offline.into())).await;
    }
}

/// Returns a duration of an answer.
fn time(said: &Value, name: &str) -> Option<Duration> {
    let ticks = timestamp::Duration::parse(said.get(name)?.as_str()?)?.ticks();
    Some(Duration::from_nanos(u64::try_from(ticks).ok()?.saturating_mul(100)))
}

fn say(line: &str) {
    // A closed standard error is no reason to end.
    let _ = writeln!(std::io::stderr(), "adf-emulator: {line}");
}

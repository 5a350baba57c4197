//! Many workers at once, each in a fork of its own: what each did is in its world, and nothing else is.
//!
//! Each asks over HTTP and keeps a model, the simplest thing that could be right; every answer is compared with it, and
//! at the end the whole export. In continuous integration each takes 2,000 steps, else a twentieth of that;
//! `ADF_EMULATOR_WORKERS_SECONDS` makes them go on for so long, as `./check.sh long` does.

use adf_emulator::embed::{Emulator, World};
use adf_emulator_tests::{READER, RG_SHARED, SUBSCRIPTION, factory, grant, role_assignment, runtime};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const WORKERS: u64 = 64;
const STEPS_IN_CI: u64 = 2_000;
/// The object id of the built-in world's ada.
const ADA: &str = "55555555-5555-5555-5555-000000000001";

/// What a world must hold: each factory's tag and runtimes, and the assignments by name.
#[derive(Default)]
struct Model {
    factories: BTreeMap<u64, (u64, BTreeSet<u64>)>,
    assignments: BTreeSet<u32>,
}

/// A worker: its world, its connection, its model and where its chance comes from.
struct Worker {
    number: u64,
    world: World,
    stream: TcpStream,
    model: Model,
    chance: u64,
    took: Vec<Duration>,
}

impl Worker {
    /// Returns the next number below `most`: a linear congruential generator, the same each time.
    fn below(&mut self, most: u64) -> u64 {
        self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33) % most
    }

    fn factory(&self, number: u64) -> String {
        factory(RG_SHARED, &format!("of-{}-{number}", self.number))
    }

    /// Sends a request on the worker's one connection; returns status and body.
    fn ask(&mut self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let version = if path.contains("roleAssignments") { "2022-04-01" } else { "2018-06-01" };
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let head = format!("{method} {path}?api-version={version} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer owner\r\n");
        let request = format!("{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let from = Instant::now();
        self.stream.write_all(request.as_bytes()).unwrap();
        let (mut answer, mut buffer) = (Vec::new(), [0; 8192]);
        let whole = loop {
            let read = self.stream.read(&mut buffer).unwrap();
            assert!(read > 0, "the server hung up");
            answer.extend_from_slice(&buffer[..read]);
            if let Some(whole) = whole(&answer) {
                break whole;
            }
        };
        self.took.push(from.elapsed());
        let status = std::str::from_utf8(&answer[9..12]).unwrap().parse().unwrap();
        (status, serde_json::from_slice(&answer[whole..]).unwrap_or_default())
    }

    /// Takes one step in the world and in the model, and compares the two.
    fn step(&mut self) {
        let (number, other) = (self.below(4), self.below(4));
        let path = self.factory(number);
        match self.below(8) {
            0 | 1 => {
                let tag = self.below(1_000);
                let body = json!({ "location": "eastus", "tags": { "worker": self.number.to_string(), "tag": tag.to_string() } });
                assert_eq!(self.ask("PUT", &path, Some(body)).0, 200);
                self.model.factories.entry(number).or_default().0 = tag;
            }
            2 => {
                let was_there = self.model.factories.remove(&number).is_some();
                assert_eq!(self.ask("DELETE", &path, None).0, if was_there { 200 } else { 204 });
            }
            3 | 4 => {
                let body = json!({ "properties": { "type": "SelfHosted" } });
                let (status, _) = self.ask("PUT", &runtime(&path, &format!("ir{other}")), Some(body));
                let held = self.model.factories.get_mut(&number);
                assert_eq!(status, if held.is_some() { 200 } else { 404 });
                held.map(|(_, runtimes)| runtimes.insert(other));
            }
            5 => {
                let (status, body) = self.ask("GET", &format!("{path}/integrationRuntimes"), None);
                match self.model.factories.get(&number) {
                    Some((_, runtimes)) => assert_eq!(body["value"].as_array().unwrap().len(), runtimes.len()),
                    None => assert_eq!(status, 404),
                }
            }
            6 => {
                let name = u32::try_from(number).unwrap();
                let scope = format!("{SUBSCRIPTION}/resourceGroups/rg-linked/providers/Microsoft.Storage/storageAccounts/{name}");
                let (status, _) = self.ask("PUT", &role_assignment(&scope, name), Some(grant(READER, ADA)));
                assert_eq!(status, 201, "also when it was there");
                self.model.assignments.insert(name);
            }
            _ => {
                let (status, body) = self.ask("GET", &path, None);
                match self.model.factories.get(&number) {
                    Some((tag, _)) => assert_eq!(body["tags"], json!({ "worker": self.number.to_string(), "tag": tag.to_string() })),
                    None => assert_eq!(status, 404),
                }
            }
        }
    }

    /// Compares the whole export with the model.
    fn is_as_its_model(&self) {
        let export: Value = serde_json::from_str(&self.world.export()).unwrap();
        let mut found = BTreeMap::new();
        for entry in export["resources"].as_array().unwrap() {
            let id = entry["id"].as_str().unwrap();
            let Some((_, rest)) = id.split_once("/Microsoft.DataFactory/factories/") else { continue };
            found.insert(rest.to_owned(), entry["body"]["tags"]["tag"].as_str().map(str::to_owned));
        }
        let mut expected = BTreeMap::new();
        for (number, (tag, runtimes)) in &self.model.factories {
            expected.insert(format!("of-{}-{number}", self.number), Some(tag.to_string()));
            expected.extend(runtimes.iter().map(|runtime| (format!("of-{}-{number}/integrationruntimes/ir{runtime}", self.number), None)));
        }
        assert_eq!(found, expected, "worker {}", self.number);
        let assignments = export["roleAssignments"].as_array().unwrap().iter();
        let made = assignments.filter(|it| it["scope"].as_str().unwrap().contains("/storageAccounts/")).count();
        assert_eq!(made, self.model.assignments.len(), "worker {}", self.number);
    }
}

/// Returns where the body begins, when the answer is there whole.
fn whole(answer: &[u8]) -> Option<usize> {
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let text = String::from_utf8_lossy(&answer[..head]).to_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok()).unwrap_or(0);
    (answer.len() >= head + 4 + length).then_some(head + 4)
}

fn work(mut worker: Worker, steps: u64, until: Option<Instant>) -> (u64, Vec<Duration>) {
    let mut done = 0;
    while done < steps || until.is_some_and(|until| Instant::now() < until) {
        worker.step();
        done += 1;
    }
    worker.is_as_its_model();
    (done, worker.took)
}

#[test]
fn sixty_four_workers_do_not_meet() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let steps = if std::env::var_os("CI").is_some() { STEPS_IN_CI } else { STEPS_IN_CI / 20 };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    let _on_it = runtime.enter();
    let emulator = runtime.block_on(Emulator::start()).unwrap();
    let begun = Instant::now();
    let until = number("ADF_EMULATOR_WORKERS_SECONDS").map(|seconds| begun + Duration::from_secs(seconds));
    let before = emulator.export();
    let worker = |number: u64| {
        let world = emulator.fork().unwrap();
        let stream = TcpStream::connect(world.http().trim_start_matches("http://")).unwrap();
        stream.set_nodelay(true).unwrap();
        Worker { number, world, stream, model: Model::default(), chance: number, took: Vec::new() }
    };
    let workers: Vec<_> = (0..WORKERS).map(worker).collect();
    let ended: Vec<_> = std::thread::scope(|scope| {
        let each: Vec<_> = workers.into_iter().map(|worker| scope.spawn(move || work(worker, steps, until))).collect();
        each.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    assert_eq!(emulator.export(), before, "the world that they were forked from is as it was");
    let operations: u64 = ended.iter().map(|(done, _)| done).sum();
    assert!(operations >= WORKERS * steps);
    let mut took: Vec<Duration> = ended.into_iter().flat_map(|(_, took)| took).collect();
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    let (median, most, longest) = (at(50), at(99), at(100));
    let all = begun.elapsed();
    eprintln!("{operations} operations of {WORKERS} workers in {all:?}: median {median:?}, 99th percentile {most:?}, longest {longest:?}");
}

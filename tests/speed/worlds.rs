//! What a world of a test's own costs: `POST worlds` on a warm connection, the fork in it, and memory with 10,000 of them.
//!
//! Of the release binary, as `start` is; the fork is measured in this process, because a request costs a hundred times as
//! much.

use super::start::{self, resident_kilobytes};
use super::{Figures, ratio, say};
use adf_emulator::clock::{Time, host_now};
use adf_emulator::world_cell::{Moment, WorldCell};
use adf_emulator_core::world_file::{self, WorldText};
use adf_emulator_tests::{RG_SHARED, TENANT};
use serde_json::{Value, json};
use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Child;

const RESOURCES: usize = 100_000;
const OPENED: usize = 1_000;
const FORKS: usize = 20_000;
const WORLDS: usize = 10_000;

/// Measures a small and a large world, turn about, then memory.
pub fn measure() {
    let large = large_world();
    forks(&large);
    let Some(binary) = start::binary() else {
        say("worlds: no release binary; run `cargo build --release -p adf-emulator` first");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.json");
    std::fs::write(&file, large).unwrap();
    let (mut small, mut large) = (Running::start(&binary, folder.path(), &[]), Running::start(&binary, folder.path(), &[&file]));
    let (mut of_small, mut of_large) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        of_small.extend(small.open_worlds(OPENED / 2));
        of_large.extend(large.open_worlds(OPENED / 2));
    }
    let (of_small, of_large) = (Figures::from(of_small), Figures::from(of_large));
    of_small.print("POST worlds, from the built-in world", "");
    let ratio = ratio(of_large.median(), of_small.median());
    of_large.print("POST worlds, from one of 100,000 resources", &format!("{ratio} of the small world's (at most 1 ms)"));
    drop((small, large));

    let mut many = Running::start(&binary, folder.path(), &[]);
    // What the first requests need is there before memory is looked at.
    many.open_worlds(100);
    let before = resident_kilobytes(many.child.id());
    many.open_worlds(WORLDS);
    let growth = (resident_kilobytes(many.child.id()) - before) / WORLDS as f64;
    say(&format!("{:<60} {growth:>9.1} kB               (at most 20 kB)", "memory of a world, with 10,000 on ports of their own"));
}

fn forks(large: &str) {
    let cell = |text: &str| {
        let world = world_file::read(&[WorldText { name: "speed", text }], host_now()).unwrap().world;
        WorldCell::new(Moment { world, time: Time::default() })
    };
    let (small, large) = (cell(world_file::BUILT_IN), cell(large));
    let fork = |cell: &WorldCell| Figures::of(FORKS, || drop(black_box(WorldCell::new(black_box(cell).moment()))));
    let (of_small, of_large) = (fork(&small), fork(&large));
    of_small.print("fork, built-in world", "");
    let ratio = ratio(of_large.median(), of_small.median());
    of_large.print("fork, 100,000 resources", &format!("{ratio} of the small world's (at most 10 µs)"));
}

/// A world file with this many factories, and their owner.
fn large_world() -> String {
    let body = json!({ "location": "eastus" });
    let factory = |number: usize| format!("{RG_SHARED}/providers/Microsoft.DataFactory/factories/speed-{number}");
    let group = json!({ "id": RG_SHARED, "body": body });
    let resources: Vec<Value> =
        std::iter::once(group).chain((0..RESOURCES).map(|number| json!({ "id": factory(number), "body": body }))).collect();
    let subscription = json!({ "id": RG_SHARED.split('/').nth(2) });
    let tenants =
        json!([{ "id": TENANT, "principals": [{ "name": "owner", "type": "ServicePrincipal" }], "subscriptions": [subscription] }]);
    let roles = json!([{ "principal": "owner", "role": "Owner", "scope": "/" }]);
    json!({ "tenants": tenants, "resources": resources, "roleAssignments": roles }).to_string()
}

/// The release binary with a warm connection to it.
struct Running {
    child: Child,
    address: String,
    stream: TcpStream,
}

impl Running {
    fn start(binary: &std::path::Path, folder: &std::path::Path, worlds: &[&std::path::Path]) -> Self {
        let mut command = start::command(binary, &folder.join("keys"));
        for world in worlds {
            command.arg("--world").arg(world);
        }
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let address = ready["http"].as_str().unwrap().trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&address).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut running = Self { child, address, stream };
        running.open_worlds(20);
        running
    }

    /// Opens worlds one after another on the one connection; returns how long each took.
    fn open_worlds(&mut self, count: usize) -> Vec<u64> {
        let body = r#"{"from":"current"}"#;
        let request = format!(
            "POST /_emulator/worlds HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let mut buffer = [0; 4096];
        let mut all = Vec::with_capacity(count);
        for _ in 0..count {
            let from = std::time::Instant::now();
            self.stream.write_all(request.as_bytes()).unwrap();
            // The answer is small and comes whole.
            let read = self.stream.read(&mut buffer).unwrap();
            all.push(u64::try_from(from.elapsed().as_nanos()).unwrap());
            assert!(buffer.starts_with(b"HTTP/1.1 201"), "{}", String::from_utf8_lossy(&buffer[..read]));
            assert_eq!(buffer[read - 1], b'}');
        }
        all
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

//! Start to first answer, with the local CA present and on the very first run, and memory when idle: of the release
//! binary, which `./check.sh bench` builds first.

use super::{Figures, say};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const STARTS: usize = 40;

/// Measures; says so when there is no release binary.
pub fn measure() {
    let Some(binary) = binary() else {
        say("start and memory: no release binary; run `cargo build --release -p adf-emulator` first");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    Figures::of(1, || stop(start(&binary, &kept))).print("start to first answer, this machine's first", "");
    let mut number = 0;
    let first = Figures::from(timed(STARTS, || {
        number += 1;
        start(&binary, &folder.path().join(number.to_string()))
    }));
    first.print("start to first answer, very first run (new CA)", "");
    Figures::from(timed(STARTS, || start(&binary, &kept))).print("start to first answer, CA present", "(at most 10 ms)");
    let mut idle = start(&binary, &kept);
    std::thread::sleep(Duration::from_millis(300));
    say(&format!("{:<60} {:>9.1} MB               (at most 15 MB)", "idle memory (VmRSS)", resident_kilobytes(idle.id()) / 1024.0));
    idle.kill().unwrap();
    idle.wait().unwrap();
}

fn timed(times: usize, mut start: impl FnMut() -> Child) -> Vec<u64> {
    let mut all = Vec::new();
    for _ in 0..times {
        let from = Instant::now();
        let child = start();
        all.push(u64::try_from(from.elapsed().as_nanos()).unwrap());
        stop(child);
    }
    all
}

pub(super) fn binary() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let target = own.ancestors().find(|folder| folder.join("release").is_dir())?;
    Some(target.join("release/adf-emulator")).filter(|path| path.is_file())
}

/// Returns the command that serves on a free port.
pub(super) fn command(binary: &Path, tls_dir: &Path) -> Command {
    let mut command = Command::new(binary);
    command.args(["serve", "--listen", "127.0.0.1:0", "--log", "off", "--tls-dir"]).arg(tls_dir);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Starts the binary and waits for its first answer.
fn start(binary: &Path, tls_dir: &Path) -> Child {
    let mut child = command(binary, tls_dir).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
    let address = ready["http"].as_str().unwrap().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    let request = format!(
        "GET /subscriptions?api-version=2022-12-01 HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer owner\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    child
}

fn stop(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

pub(super) fn resident_kilobytes(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(f64::NAN)
}

//! `doctor`: why a client does not get through to a running emulator, and the remedy.
//!
//! Looks at the network first (`reach`) and then at the variables of the shell that it runs in (`environment`), which are
//! those of the clients started there. It changes nothing. Exit code 0 when it finds nothing wrong, else 1.
//! What trips people up: `client-connection` 4, 5 and 10.

mod environment;
mod reach;

use std::process::ExitCode;

use super::ask::Emulator;
use super::{Failure, block_on, print};
use crate::config::{self, DoctorOptions};

/// Something that keeps a client from the emulator.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finding {
    kind: Kind,
    /// What is so.
    says: String,
    /// What to do.
    remedy: String,
}

/// The sorts of what keeps clients away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    NotRunning,
    WrongPort,
    Proxy,
    NotTrusted,
    ClockSkew,
    NameResolution,
    RealCloud,
}

impl Kind {
    const fn text(self) -> &'static str {
        match self {
            Self::NotRunning => "not running",
            Self::WrongPort => "wrong port",
            Self::Proxy => "proxy in the way",
            Self::NotTrusted => "not trusted",
            Self::ClockSkew => "clock skew",
            Self::NameResolution => "name resolution",
            Self::RealCloud => "talks to the real cloud",
        }
    }
}

impl Finding {
    fn new(kind: Kind, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { kind, says: says.into(), remedy: remedy.into() }
    }
}

/// Looks for what keeps clients away and prints it.
pub(super) fn run(options: &DoctorOptions) -> Result<ExitCode, Failure> {
    let emulator = Emulator::at(&options.emulator)?;
    let present = config::environment();
    let mut findings = Vec::new();
    let reached = block_on(async { Ok(reach::look(&emulator, &present, &mut findings).await) })?;
    if let Some(reached) = reached {
        print(&format!("{}: an emulator, version {}\n", emulator.http(), reached.version))?;
        environment::look(&environment::Look { present: &present, emulator: &emulator, reached: &reached }, &mut findings);
    }
    for Finding { kind, says, remedy } in &findings {
        print(&format!("{}: {says}\n  remedy: {remedy}\n", kind.text()))?;
    }
    if findings.is_empty() {
        print("nothing keeps the clients of this shell from it\n")?;
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

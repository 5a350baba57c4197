//! What things cost: `./check.sh bench`, or `cargo bench -p adf-emulator-tests --bench speed`.
//!
//! A word behind `--` takes one part: decisions, dispatch, requests, start, worlds.
//! Every figure is printed with its median and 99th percentile beside the figure it is compared with, both from the
//! same run, so that a ratio means something on any machine. Nothing here passes or fails.

mod decisions;
mod dispatch;
mod requests;
mod start;
mod worlds;

fn main() {
    say("what                                                            median         p99   ratio");
    let only = std::env::args().nth(1).filter(|name| !name.starts_with('-'));
    for (name, measure) in [
        ("decisions", decisions::measure as fn()),
        ("dispatch", dispatch::measure),
        ("requests", requests::measure),
        ("start", start::measure),
        ("worlds", worlds::measure),
    ] {
        if only.as_deref().is_none_or(|only| only == name) {
            measure();
        }
    }
}

/// Durations of one thing, in nanoseconds.
pub struct Figures(Vec<u64>);

impl Figures {
    /// Runs `once` `times` times, each measured.
    pub fn of(times: usize, mut once: impl FnMut()) -> Self {
        let mut all = Vec::with_capacity(times);
        for _ in 0..times {
            let from = std::time::Instant::now();
            once();
            all.push(u64::try_from(from.elapsed().as_nanos()).unwrap_or(u64::MAX));
        }
        Self::from(all)
    }

    /// Sorts figures measured elsewhere.
    pub fn from(mut all: Vec<u64>) -> Self {
        all.sort_unstable();
        Self(all)
    }

    /// Returns the figure below which `percent` of all lie.
    pub fn percentile(&self, percent: usize) -> u64 {
        let at = self.0.len().saturating_sub(1) * percent / 100;
        self.0.get(at).copied().unwrap_or_default()
    }

    /// Returns the median.
    pub fn median(&self) -> u64 {
        self.percentile(50)
    }

    /// Prints a line; `ratio` is empty where there is nothing to compare with.
    pub fn print(&self, what: &str, ratio: &str) {
        say(&format!("{what:<60} {:>12} {:>11}   {ratio}", time(self.median()), time(self.percentile(99))));
    }
}

/// Returns nanoseconds as a person reads them.
pub fn time(nanoseconds: u64) -> String {
    match nanoseconds {
        0..10_000 => format!("{nanoseconds} ns"),
        10_000..10_000_000 => format!("{:.1} µs", nanoseconds as f64 / 1e3),
        _ => format!("{:.1} ms", nanoseconds as f64 / 1e6),
    }
}

/// Returns `one / other` as text.
pub fn ratio(one: u64, other: u64) -> String {
    format!("{:.2}", one as f64 / other.max(1) as f64)
}

#[expect(clippy::print_stdout, reason = "the figures are the program's product")]
fn say(line: &str) {
    println!("{line}");
}

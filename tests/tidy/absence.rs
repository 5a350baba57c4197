//! Invariants of absence: what must not be in a part of the house, each with the one place where it may be.
//!
//! Only the code that is built into the product is read: comments, texts and tests may say anything.

use crate::source::{has_word, product_code};
use crate::tree::File;

/// The folder of the core.
const CORE: &str = "emulator/core/src";
/// The folder of the server.
const SERVER: &str = "emulator/server/src";
/// Where the number of a status may stand, and nowhere else. The state in a world file breaks a rule of its own, which is
/// not Azure's and so not among the rules. Commands and their summary read the answers of an emulator and give none; a tunnel is refused by a proxy, not by Azure.
const STATUS_PLACES: &[&str] = &[
    "emulator/core/src/rules",
    "emulator/core/src/seed_state.rs",
    "emulator/server/src/arm/reply.rs",
    "emulator/server/src/arm/envelope.rs",
    "emulator/server/src/entra",
    "emulator/server/src/graph",
    "emulator/server/src/commands",
    "emulator/server/src/summary.rs",
    "emulator/server/src/control",
    "emulator/server/src/identity_endpoints.rs",
    "emulator/server/src/connect.rs",
];

/// Returns where code of a part has something that it must not have.
fn present(files: &[File], part: &str, except: &[&str], what: &str, has: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let excepted = |file: &File| except.iter().any(|place| file.path == *place || file.is_in(place));
    let concerns = |file: &&File| file.is_in(part) && file.name() != "tests.rs" && !excepted(file);
    // What no line of the text has, its code does not have either; telling them apart is slow.
    for file in files.iter().filter(concerns).filter(|file| file.text.lines().any(&has)) {
        let code = product_code(&file.text);
        let lines = code.lines().enumerate().filter(|(_, line)| has(line));
        found.extend(lines.map(|(number, _)| format!("{}:{}: {what}", file.path, number + 1)));
    }
    found
}

fn asynchronous_core(files: &[File]) -> Vec<String> {
    present(files, CORE, &[], "the core is never async", |line| has_word(line, "async") || line.contains(".await"))
}

fn input_or_output_in_the_core(files: &[File]) -> Vec<String> {
    let doors = ["std::fs", "std::net", "std::env", "std::process", "std::thread", "std::time::Instant", "std::time::SystemTime"];
    present(files, CORE, &[], "the core does no input or output", |line| doors.iter().any(|door| line.contains(door)))
}

fn derived_documents(files: &[File]) -> Vec<String> {
    let format = "emulator/core/src/world_file/format.rs";
    present(files, CORE, &[format], "stored types keep the document as it was sent", |line| {
        line.contains("derive(") && (has_word(line, "Serialize") || has_word(line, "Deserialize"))
    })
}

fn reading_the_time(files: &[File]) -> Vec<String> {
    let clock = "emulator/server/src/clock.rs";
    present(files, "emulator", &[clock], "only clock.rs reads the time", |line| line.contains("::now()"))
}

fn status_numbers(files: &[File]) -> Vec<String> {
    present(files, "emulator", STATUS_PLACES, "a status number belongs to a rule, the reply or the envelope", |line| {
        line.contains("StatusCode::") || line.split(|it: char| !(it.is_alphanumeric() || it == '_')).any(is_status)
    })
}

/// Returns whether HTTP knows this word as the number of a refusal or a failure.
fn is_status(word: &str) -> bool {
    word.parse::<u16>().is_ok_and(|number| matches!(number, 400..=431 | 451 | 500..=511))
}

fn maps_of_worlds(files: &[File]) -> Vec<String> {
    let app = "emulator/server/src/app.rs";
    present(files, "emulator", &[app], "dashmap is named in app.rs only", |line| has_word(line, "dashmap") || has_word(line, "DashMap"))
}

fn persistent_maps(files: &[File]) -> Vec<String> {
    let table = "emulator/core/src/table.rs";
    present(files, "emulator", &[table], "the map library is named in table.rs only", |line| has_word(line, "rpds"))
}

fn reading_the_environment(files: &[File]) -> Vec<String> {
    let places = ["emulator/server/src/config.rs", "emulator/server/src/commands"];
    present(files, SERVER, &places, "the environment is read in config.rs", |line| line.contains("env::var"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{rust, sample};
    use crate::{none, one};

    /// Shows a check to find `bad` in `path`, to pass it in a test, and to pass the repository.
    fn holds(check: impl Fn(&[File]) -> Vec<String>, path: &str, bad: &str) {
        one(&check(&[sample(path, &format!("fn a() {{}}\n{bad}\n"))]), &format!("{path}:2"));
        none(&check(&[sample(path, &format!("// {bad}\n#[cfg(test)]\nmod tests {{\n    {bad}\n}}\n"))]));
        none(&check(&rust()));
    }

    #[test]
    fn the_core_is_never_async() {
        holds(asynchronous_core, "emulator/core/src/a.rs", "async fn b() {}");
    }

    #[test]
    fn the_core_does_no_input_or_output() {
        holds(input_or_output_in_the_core, "emulator/core/src/a.rs", "use std::fs;");
    }

    #[test]
    fn the_core_keeps_documents_as_they_were_sent() {
        holds(derived_documents, "emulator/core/src/a.rs", "#[derive(Clone, Deserialize)]");
    }

    #[test]
    fn only_the_clock_reads_the_time() {
        holds(reading_the_time, "emulator/server/src/a.rs", "let b = Instant::now();");
    }

    #[test]
    fn status_numbers_stay_where_they_belong() {
        holds(status_numbers, "emulator/server/src/arm/answer.rs", "let b = 404;");
        holds(status_numbers, "emulator/server/src/arm/paging.rs", "let b = StatusCode::OK;");
        none(&status_numbers(&[sample("emulator/server/src/listen.rs", "let port = 443 + 4_404;")]));
    }

    #[test]
    fn only_the_registry_of_worlds_is_a_concurrent_map() {
        holds(maps_of_worlds, "emulator/server/src/a.rs", "use dashmap::DashMap;");
    }

    #[test]
    fn only_the_table_knows_the_map_library() {
        holds(persistent_maps, "emulator/core/src/world.rs", "use rpds::RedBlackTreeMapSync;");
    }

    #[test]
    fn only_the_command_line_reads_the_environment() {
        holds(reading_the_environment, "emulator/server/src/arm/a.rs", "let b = std::env::var(\"B\");");
    }
}

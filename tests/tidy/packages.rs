//! The packages: whose licence lets us ship them, where they come from, which of ours may know which,
//! and that each of them is worth having.
//!
//! Asks cargo itself, offline and for the machine at hand; `Cargo.lock` tells the sources for all other machines.

use crate::source::{code, has_word};
use crate::tree::{self, File};
use serde_json::Value;
use std::process::Command;

/// Licences that ask for nothing but to be named.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];
/// The only source of packages that are not ours, as `Cargo.lock` writes it.
const SOURCE: &str = concat!("source = \"registry+https://", "github.com/rust-lang/crates.io-index\"");
/// What the core must not know: input and output, tasks, chance, clocks, shared state, logs.
const NOT_FOR_THE_CORE: &[&str] =
    &["axum", "hyper", "reqwest", "rustls", "tokio", "rand", "getrandom", "dashmap", "parking_lot", "arc-swap", "tracing", "log"];

/// Returns whether a licence expression can be met with licences of the list. `OR` needs one side, `AND` both.
fn may_be_shipped(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let alternatives = split_outside_parentheses(&expression, " OR ");
    if alternatives.len() > 1 {
        return alternatives.iter().any(|part| may_be_shipped(part));
    }
    let together = split_outside_parentheses(&expression, " AND ");
    if together.len() > 1 {
        return together.iter().all(|part| may_be_shipped(part));
    }
    let whole = expression.trim();
    match whole.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inside) => may_be_shipped(inside),
        None => LICENCES.contains(&whole),
    }
}

fn split_outside_parentheses<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let (mut depth, mut from) = (0, 0);
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && at >= from && text[at..].starts_with(separator) => {
                parts.push(&text[from..at]);
                from = at + separator.len();
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

fn not_to_be_shipped(packages: &[Value]) -> Vec<String> {
    let wrong = |package: &&Value| !may_be_shipped(package["license"].as_str().unwrap_or("none"));
    packages
        .iter()
        .filter(wrong)
        .map(|package| format!("{} {}: licence {}", package["name"], package["version"], package["license"]))
        .collect()
}

fn from_elsewhere(lock: &str) -> Vec<String> {
    let wrong = |line: &&str| line.starts_with("source = ") && *line != SOURCE;
    lock.lines().filter(wrong).map(|line| format!("Cargo.lock: {line}")).collect()
}

/// Returns the names of a package's dependencies that are built into it.
fn dependencies(package: &Value) -> Vec<&str> {
    let list = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter(|it| it["kind"].is_null()).filter_map(|it| it["name"].as_str()).collect()
}

fn arrows_that_point_up(packages: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for package in packages.iter().filter(|package| package["source"].is_null()) {
        let name = package["name"].as_str().unwrap_or_default();
        let forbidden = |other: &&str| match name {
            "adf-emulator-core" => NOT_FOR_THE_CORE.contains(other) || other.starts_with("adf-emulator"),
            "adf-emulator" => other.starts_with("adf-emulator") && *other != "adf-emulator-core",
            "adf-emulator-client" => other.starts_with("adf-emulator"),
            _ => false,
        };
        found.extend(dependencies(package).into_iter().filter(forbidden).map(|other| format!("{name} must not know {other}")));
    }
    found
}

/// Returns the packages of others that ours name and the map does not explain.
fn unexplained(packages: &[Value], map: &str) -> Vec<String> {
    let words: Vec<&str> = map.split(|it: char| !(it.is_alphanumeric() || "_-".contains(it))).collect();
    let ours = packages.iter().filter(|package| package["source"].is_null());
    let mut names: Vec<&str> =
        ours.flat_map(|package| package["dependencies"].as_array()).flatten().filter_map(|it| it["name"].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let missing = |name: &&str| !name.starts_with("adf-emulator") && !words.contains(name);
    names.into_iter().filter(missing).map(|name| format!("{name}: ARCHITECTURE.md does not say what it saves us")).collect()
}

/// Returns the packages that a manifest of ours names and no file of that package does.
fn unused(packages: &[Value], files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for package in packages.iter().filter(|package| package["source"].is_null()) {
        let manifest = package["manifest_path"].as_str().unwrap_or_default().replace('\\', "/");
        let is_own = |file: &&File| file.path.ends_with("/Cargo.toml") && manifest.ends_with(&format!("/{}", file.path));
        let Some(own) = files.iter().find(is_own) else { continue };
        let own = own.path.trim_end_matches("/Cargo.toml");
        let rust: Vec<String> =
            files.iter().filter(|file| file.is_in(own) && file.path.ends_with(".rs")).map(|file| code(&file.text)).collect();
        let names = package["dependencies"].as_array().into_iter().flatten().filter_map(|it| it["name"].as_str());
        let is_unused = |name: &&str| !rust.iter().any(|text| has_word(text, &name.replace('-', "_")));
        found.extend(names.filter(is_unused).map(|name| format!("{own}/Cargo.toml: nothing uses {name}")));
    }
    found
}

/// Returns the packages that are built on this machine, ours and those of others, as cargo describes them.
fn packages() -> Vec<Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let ask = |arguments: &[&str]| {
        let output = Command::new(&cargo).args(arguments).current_dir(tree::root()).output().expect("cargo runs");
        assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("cargo writes UTF-8")
    };
    let version = ask(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo names its host");
    let answer = ask(&["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", host]);
    let mut metadata: Value = serde_json::from_str(&answer).expect("cargo writes JSON");
    match metadata["packages"].take() {
        Value::Array(packages) => packages,
        other => panic!("cargo lists no packages: {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{all, sample};
    use crate::{none, one};
    use serde_json::json;

    #[test]
    fn every_package_may_be_shipped() {
        let bad = json!({ "name": "a", "version": "1.0.0", "license": "GPL-3.0" });
        one(&not_to_be_shipped(&[json!({ "name": "b", "license": "MIT" }), bad]), "GPL-3.0");
        one(&not_to_be_shipped(&[json!({ "name": "c", "license": null })]), "c");
        let packages = packages();
        assert!(packages.len() > 4, "cargo lists our packages only");
        none(&not_to_be_shipped(&packages));
    }

    #[test]
    fn licences_are_read_as_they_are_written() {
        for good in ["MIT", "MIT/Apache-2.0", "GPL-2.0 OR MIT", "ISC AND (Apache-2.0 OR ISC)", "(MIT OR GPL-3.0) AND Unicode-3.0"] {
            assert!(may_be_shipped(good), "{good}");
        }
        for bad in ["", "none", "MPL-2.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND AGPL-3.0", "Apache-2.0 WITH something"] {
            assert!(!may_be_shipped(bad), "{bad}");
        }
    }

    #[test]
    fn every_package_comes_from_the_registry_or_is_ours() {
        one(&from_elsewhere(&format!("{SOURCE}\nsource = \"git+https://example.com/a\"\n")), "example.com");
        let lock = std::fs::read_to_string(tree::root().join("Cargo.lock")).expect("Cargo.lock can be read");
        assert!(lock.contains(SOURCE), "Cargo.lock names the registry in another way");
        none(&from_elsewhere(&lock));
    }

    #[test]
    fn packages_know_only_what_is_below_them() {
        let dependency = |name: &str, kind: Value| json!({ "name": name, "kind": kind });
        let core = json!({ "name": "adf-emulator-core", "source": null,
            "dependencies": [dependency("tokio", Value::Null), dependency("axum", json!("dev"))] });
        one(&arrows_that_point_up(&[core]), "tokio");
        none(&arrows_that_point_up(&packages()));
    }

    #[test]
    fn every_dependency_is_explained() {
        let ours = json!({ "source": null, "dependencies": [{ "name": "a-b" }, { "name": "c" }] });
        one(&unexplained(&[ours], "| a-b | for b |"), "c");
        let map = std::fs::read_to_string(tree::root().join("ARCHITECTURE.md")).expect("the map can be read");
        none(&unexplained(&packages(), &map));
    }

    #[test]
    fn every_dependency_is_used() {
        let package = json!({ "source": null, "manifest_path": "/src/a/Cargo.toml", "dependencies": [{ "name": "b-c" }, { "name": "d" }] });
        one(&unused(&[package], &[sample("a/Cargo.toml", ""), sample("a/b.rs", "use b_c::C; // d\n")]), "nothing uses d");
        none(&unused(&packages(), all()));
    }
}

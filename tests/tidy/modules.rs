//! Every Rust file is compiled: a file that no other names would be read by people and by nobody else.
//!
//! The roots are what cargo finds by itself, and for the tests what `tests/Cargo.toml` lists.

use crate::source::{code, has_word};
use crate::tree::File;

/// Returns the Rust files that are neither a root nor named by the module above them.
fn orphans(files: &[File], manifest: &str) -> Vec<String> {
    let is_named = |file: &File| {
        let (name, parents) = above(&file.path);
        let names_it = |parent: &File| code(&parent.text).lines().any(|line| has_word(line, "mod") && has_word(line, &name));
        files.iter().filter(|parent| parents.contains(&parent.path)).any(names_it)
    };
    let is_orphan = |file: &&File| !is_root(&file.path, manifest) && !is_named(file);
    files.iter().filter(is_orphan).map(|file| format!("{}: nothing compiles this file", file.path)).collect()
}

/// A package of its own inside `tests`.
const PACKAGE_INSIDE: &str = "second_opinion/";

/// Returns whether cargo compiles a file without any other naming it.
fn is_root(path: &str, manifest: &str) -> bool {
    if let Some(inside) = path.strip_prefix("tests/").filter(|inside| !inside.starts_with(PACKAGE_INSIDE)) {
        return manifest.lines().any(|line| line == format!("path = \"{inside}\""));
    }
    let parts: Vec<&str> = path.split('/').collect();
    matches!(
        parts.as_slice(),
        [.., "src", "lib.rs" | "main.rs"]
            | [.., "build.rs"]
            | ["fuzz", "fuzz_targets", _]
            | [.., "bin" | "tests" | "examples" | "benches", _]
            | [.., "bin" | "tests" | "examples" | "benches", _, "main.rs"]
    )
}

/// Returns the name of the module in a file, and the files that may name it.
fn above(path: &str) -> (String, Vec<String>) {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.trim_end_matches(".rs");
    let (folder, name) = if stem == "mod" { folder.rsplit_once('/').unwrap_or(("", folder)) } else { (folder, stem) };
    let parents = ["mod.rs", "lib.rs", "main.rs"].map(|parent| format!("{folder}/{parent}"));
    (name.to_owned(), parents.into_iter().chain([format!("{folder}.rs")]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{self, rust, sample};
    use crate::{none, one};

    #[test]
    fn every_file_is_compiled() {
        let text = "pub mod b;\n#[cfg(test)]\nmod tests;\n// mod c;\n";
        let paths = ["a/src/b/mod.rs", "a/src/b/d.rs", "a/src/tests.rs", "a/tests/e.rs", "a/tests/f/main.rs", "a/build.rs"];
        let mut files: Vec<File> = paths.map(|path| sample(path, "mod d;")).into();
        files.push(sample("a/src/lib.rs", text));
        none(&orphans(&files, ""));
        files.push(sample("a/src/c.rs", ""));
        one(&orphans(&files, ""), "a/src/c.rs");

        let suite = [sample("tests/g/main.rs", "")];
        none(&orphans(&suite, "path = \"g/main.rs\""));
        one(&orphans(&suite, "path = \"h/main.rs\""), "tests/g/main.rs");

        let manifest = std::fs::read_to_string(tree::root().join("tests/Cargo.toml")).expect("the manifest can be read");
        none(&orphans(&rust(), &manifest));
    }
}

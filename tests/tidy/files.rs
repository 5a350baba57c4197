//! What every file keeps to: its length, its name, its marks, and that it knows no machine.
//!
//! See `headers.rs` for how a file begins.

use crate::source::{comments, has_word};
use crate::tree::File;

/// The longest Rust file, in lines: one that is longer has outgrown one idea.
const LINES_MAX: usize = 600;
/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "misc", "helpers"];
/// The only marks of unfinished work; each is followed by a colon and a sentence.
const MARKS: &[&str] = &["TODO-correctness", "TODO-parity", "TODO-cleanup"];
/// Words that mark unfinished work in any other way.
const LOOSE_MARKS: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];
/// Folders of one machine, put together here so that this file does not name them.
const MACHINE_FOLDERS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];

fn too_long(files: &[File]) -> Vec<String> {
    let long = |file: &&File| file.text.lines().count() > LINES_MAX;
    files.iter().filter(long).map(|file| format!("{}: {} lines, {LINES_MAX} at most", file.path, file.text.lines().count())).collect()
}

fn emptily_named(files: &[File]) -> Vec<String> {
    let stem = |part: &str| part.split('.').next().unwrap_or_default().to_owned();
    let wrong = |file: &&File| file.path.split('/').any(|part| EMPTY_NAMES.contains(&stem(part).as_str()));
    files.iter().filter(wrong).map(|file| format!("{}: the name says nothing", file.path)).collect()
}

fn loosely_marked(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let text = if file.path.ends_with(".rs") { comments(&file.text) } else { file.text.clone() };
        for (number, line) in text.lines().enumerate() {
            let known = |mark: &&str| line.contains(&format!("{mark}: "));
            let rest = MARKS.iter().filter(|it| known(it)).fold(line.to_owned(), |rest, mark| rest.replace(mark, ""));
            if LOOSE_MARKS.iter().any(|mark| has_word(&rest, mark)) {
                found.push(format!("{}:{}: use one of {MARKS:?}, with a colon and a sentence", file.path, number + 1));
            }
        }
    }
    found
}

fn tied_to_a_machine(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (number, line) in file.text.lines().enumerate() {
            if MACHINE_FOLDERS.iter().any(|folder| names_folder(line, folder)) {
                found.push(format!("{}:{}: a path of one machine", file.path, number + 1));
            }
        }
    }
    found
}

/// Returns whether a line names a folder at the root, and not the middle of a longer path or address.
fn names_folder(line: &str, folder: &str) -> bool {
    let inside = |character: char| character.is_alphanumeric() || "._-~*/}".contains(character);
    line.match_indices(folder).any(|(at, _)| !line[..at].chars().next_back().is_some_and(inside))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{all, rust, sample};
    use crate::{none, one};

    /// Scripts and sources, where an unfinished mark would be ours.
    fn sources() -> Vec<File> {
        let ours = [".rs", ".sh", ".py", ".mjs", ".toml"];
        let is_source = |file: &&File| ours.iter().any(|end| file.path.ends_with(end)) && file.path != "tests/tidy/files.rs";
        all().iter().filter(is_source).cloned().collect()
    }

    #[test]
    fn no_rust_file_is_too_long() {
        one(&too_long(&[sample("a.rs", &"\n".repeat(600)), sample("b.rs", &"\n".repeat(601))]), "b.rs");
        none(&too_long(&rust()));
    }

    #[test]
    fn every_rust_file_has_a_name_that_says_something() {
        one(&emptily_named(&[sample("a/common_names.rs", ""), sample("a/utils/mod.rs", "")]), "utils");
        none(&emptily_named(&rust()));
    }

    #[test]
    fn unfinished_work_is_marked_in_one_of_three_ways() {
        let right = sample("a.rs", "// TODO-parity: Azure orders these by name.\nlet a = \"TODO\";\n");
        one(&loosely_marked(&[right, sample("b.rs", "let a = 1; // TODO: finish\n")]), "b.rs:1");
        one(&loosely_marked(&[sample("c.sh", "echo\n# TODO-parity\n")]), "c.sh:2");
        none(&loosely_marked(&sources()));
    }

    #[test]
    fn no_file_names_a_folder_of_one_machine() {
        let path = format!("see {}main", MACHINE_FOLDERS[0]);
        let address = format!("https://example.com{}main", MACHINE_FOLDERS[0]);
        one(&tied_to_a_machine(&[sample("a.md", &address), sample("b.md", &path)]), "b.md:1");
        none(&tied_to_a_machine(all()));
    }
}

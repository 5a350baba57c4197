//! Every Rust file says in its first lines what it is for, why it is separate, and what must not be in it.
//!
//! The header is the `//!` text up to its first heading or example, which the front page of a library may have besides.

use crate::tree::File;
use std::ops::RangeInclusive;

/// The shortest and the longest header of a Rust file, in lines.
const HEADER_LINES: RangeInclusive<usize> = 2..=8;
/// The same for the test of a rule, whose name says it all.
const HEADER_LINES_OF_A_RULES_TEST: RangeInclusive<usize> = 1..=8;

/// Returns the length of a file's header in lines.
fn header(file: &File) -> usize {
    let begins_more = |line: &&str| line.starts_with("//! #") || line.starts_with("//! ```");
    let lines = file.text.lines().take_while(|line| line.starts_with("//!") && !begins_more(line));
    lines.filter(|line| *line != "//!").count()
}

fn without_header(files: &[File]) -> Vec<String> {
    let lines = |file: &File| if file.is_in("tests/rules") { HEADER_LINES_OF_A_RULES_TEST } else { HEADER_LINES };
    let wrong = |file: &&File| !lines(file).contains(&header(file));
    let tell = |file: &File| format!("{}: a header of {} lines, {:?} expected", file.path, header(file), lines(file));
    files.iter().filter(wrong).map(tell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{rust, sample};
    use crate::{none, one};

    #[test]
    fn every_rust_file_opens_with_a_header() {
        let right = sample("a.rs", "//! What it is for.\n//! What it is not.\n\nfn a() {}\n");
        one(&without_header(&[right, sample("b.rs", "//! Short.\n")]), "b.rs");
        one(&without_header(&[sample("c.rs", &"//! Long.\n".repeat(9))]), "c.rs");
        none(&without_header(&rust()));
    }
}

//! Functions fit on a screen.
//!
//! Counts from the line of the name to the closing brace, attributes and comments above left out.

use crate::source::{code, end_of_item};
use crate::tree::File;

/// The longest function, in lines.
const LINES_MAX: usize = 70;

fn too_long(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let code = code(&file.text);
        let lines: Vec<&str> = code.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let length = end_of_item(&lines, at) - at;
            if is_function(line) && length > LINES_MAX {
                found.push(format!("{}:{}: a function of {length} lines, {LINES_MAX} at most", file.path, at + 1));
            }
        }
    }
    found
}

/// Returns whether a function begins on this line: only modifiers stand before its `fn`.
fn is_function(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let modifier =
        |word: &&str| word.starts_with("pub") || ["async", "const", "unsafe", "extern", "crate)", "self)", "super)"].contains(word);
    words.find(|word| !modifier(word)) == Some("fn")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{rust, sample};
    use crate::{none, one};

    #[test]
    fn no_function_is_too_long() {
        let function =
            |lines: usize| format!("impl A {{\n    pub async fn a(\n        b: B,\n    ) {{\n{}    }}\n}}\n", "\n".repeat(lines - 4));
        one(&too_long(&[sample("a.rs", &function(70)), sample("b.rs", &function(71))]), "b.rs:2");
        none(&too_long(&rust()));
    }

    #[test]
    fn a_mention_of_a_function_is_not_a_function() {
        assert!(is_function("    pub(crate) const fn a() {"));
        assert!(!is_function("    run: fn(&World) -> Answer,"));
        assert!(!is_function("let a: Box<dyn Fn()> = b; fn"));
    }
}

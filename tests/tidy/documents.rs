//! The documentation says what is so: the files that it names exist, and the programs that it shows are the very
//! files that tests run. Links are in `links.rs`.
//!
//! A page shows a file by a paragraph that begins "This is `path`" and a code block after it. Pages of clients show
//! programs in no other way.

use crate::tree::{self, File};

/// Languages in which a page of a client shows a program; blocks of other languages are commands and answers.
const PROGRAMS: &[&str] = &["rust", "python", "js", "javascript", "go", "java", "csharp", "hcl"];
/// Endings of names that are surely those of a file.
const ENDINGS: &[&str] = &[".rs", ".md", ".json", ".toml", ".py", ".mjs", ".sh", ".yml", ".go", ".java", ".tf"];

/// One code block of a page.
struct Block<'a> {
    /// The line of its first mark, from 1.
    line: usize,
    language: &'a str,
    /// The last line of text before it.
    before: &'a str,
    text: String,
}

fn blocks(page: &File) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut before = "";
    let mut lines = page.text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let inside = lines.by_ref().take_while(|(_, line)| !line.starts_with("```"));
            let text = inside.map(|(_, line)| format!("{line}\n")).collect();
            found.push(Block { line: number + 1, language: language.trim(), before, text });
            before = "";
        } else if !line.trim().is_empty() {
            before = line;
        }
    }
    found
}

/// Returns the file that a block shows, when the text before it says so.
fn shown<'a>(block: &Block<'a>) -> Option<&'a str> {
    block.before.trim().strip_prefix("This is `")?.split('`').next()
}

fn shown_otherwise(pages: &[File], files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for page in pages {
        for block in blocks(page) {
            let at = format!("{}:{}", page.path, block.line);
            match shown(&block).map(|path| (path, files.iter().find(|file| file.path == path))) {
                Some((path, None)) => found.push(format!("{at}: there is no {path}")),
                Some((path, Some(file))) if file.text != block.text => found.push(format!("{at}: {path} is not like that")),
                None if page.is_in("docs/clients") && PROGRAMS.contains(&block.language) => {
                    found.push(format!("{at}: a program that is no file; begin the line before it with \"This is `path`\""));
                }
                _ => {}
            }
        }
    }
    found
}

/// Returns the text of a page without its code blocks.
pub fn prose(page: &File) -> String {
    let mut is_code = false;
    let keep = |line: &&str| {
        let is_mark = line.starts_with("```");
        is_code ^= is_mark;
        !is_mark && !is_code
    };
    page.text.lines().filter(keep).collect::<Vec<_>>().join("\n")
}

fn files_that_are_not_there(pages: &[File], exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for page in pages {
        let prose = prose(page);
        for name in prose.split('`').skip(1).step_by(2).filter(|name| names_our_file(name)) {
            let path = name.split("::").next().unwrap_or(name);
            if !exists(path) {
                found.push(format!("{}: names {name}, which is not there", page.path));
            }
        }
    }
    found
}

/// Returns whether a text in code marks is the path of a file of the repository: it has a folder and an ending.
fn names_our_file(name: &str) -> bool {
    let path = name.split("::").next().unwrap_or(name);
    let plain = |character: char| character.is_alphanumeric() || "/._-".contains(character);
    let begins = ["emulator/", "client/", "tests/", "fixtures/", "docs/", ".ci/", "benches/"].iter().any(|folder| path.starts_with(folder));
    path.chars().all(plain) && begins && (ENDINGS.iter().any(|ending| path.ends_with(ending)) || path.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{all, pages, sample};
    use crate::{none, one};

    #[test]
    fn pages_show_files_as_they_are() {
        let file = sample("a/b.py", "print()\n");
        let page = |text: &str| sample("docs/clients/b.md", text);
        none(&shown_otherwise(&[page("This is `a/b.py`:\n\n```python\nprint()\n```\n")], std::slice::from_ref(&file)));
        none(&shown_otherwise(&[page("Run it:\n\n```sh\nb\n```\n")], &[]));
        one(&shown_otherwise(&[page("This is `a/b.py`:\n\n```python\nexit()\n```\n")], std::slice::from_ref(&file)), "not like that");
        one(&shown_otherwise(&[page("This is `a/c.py`:\n\n```python\nprint()\n```\n")], &[file]), "a/c.py");
        one(&shown_otherwise(&[page("Do so:\n\n```python\nprint()\n```\n")], &[]), "docs/clients/b.md:3");
        none(&shown_otherwise(&pages(), all()));
    }

    #[test]
    fn named_files_are_there() {
        let page = sample("a.md", "`tests/a.rs::works`, `tests/b.rs`, `Cargo.toml`, `tests/*.rs`, `rules/a.rs`\n```\n`tests/c.rs`\n```\n");
        one(&files_that_are_not_there(&[page], |path| path == "tests/a.rs"), "tests/b.rs");
        none(&files_that_are_not_there(&pages(), tree::exists));
    }
}

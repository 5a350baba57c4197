//! Rust text with its parts told apart: code, comments, the tests at the end of a file.
//!
//! Not a parser: it knows comments, strings and characters, and leans on the formatter for the rest (an item ends at the
//! first line of its own indentation that closes it). Line numbers stay true, since what is left out becomes blanks.

/// Which part of a text is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Code,
    Comment,
}

/// Returns the text with comments and the contents of strings blanked.
pub fn code(text: &str) -> String {
    keep(text, Part::Code)
}

/// Returns the text with all but its comments blanked.
pub fn comments(text: &str) -> String {
    keep(text, Part::Comment)
}

/// Returns the code that is built into the product: without comments, contents of strings, and test items.
pub fn product_code(text: &str) -> String {
    without_tests(&code(text))
}

fn keep(text: &str, part: Part) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        let (length, what) = piece(&characters[at..]);
        for character in &characters[at..at + length] {
            let stays = *character == '\n' || what == Some(part);
            kept.push(if stays { *character } else { ' ' });
        }
        at += length;
    }
    kept
}

/// Returns the length of the piece that begins here, and what it is; a string's content is neither code nor comment.
fn piece(rest: &[char]) -> (usize, Option<Part>) {
    let next = rest.get(1).copied();
    match rest[0] {
        '/' if next == Some('/') => (rest.iter().position(|it| *it == '\n').unwrap_or(rest.len()), Some(Part::Comment)),
        '/' if next == Some('*') => (end_of(rest, 2, &['*', '/']), Some(Part::Comment)),
        '"' => (end_of_string(rest), None),
        'r' if next == Some('"') || next == Some('#') => raw_string(rest).map_or((1, Some(Part::Code)), |length| (length, None)),
        '\'' if next == Some('\\') => (end_of(rest, 3, &['\'']), None),
        '\'' if rest.get(2) == Some(&'\'') => (3, None),
        first if first.is_alphanumeric() || first == '_' => (word(rest), Some(Part::Code)),
        _ => (1, Some(Part::Code)),
    }
}

/// Returns the length of a word: whole, so that the `r` that ends one never begins a raw string.
fn word(rest: &[char]) -> usize {
    let end = rest.iter().position(|it| !(it.is_alphanumeric() || *it == '_')).unwrap_or(rest.len());
    let begins_raw_bytes = rest[..end] == ['b', 'r'] && matches!(rest.get(end), Some('"' | '#'));
    if begins_raw_bytes { 1 } else { end }
}

fn end_of(rest: &[char], from: usize, mark: &[char]) -> usize {
    let found = rest.get(from..).and_then(|tail| tail.windows(mark.len()).position(|window| window == mark));
    found.map_or(rest.len(), |at| from + at + mark.len())
}

fn end_of_string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

fn raw_string(rest: &[char]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|it| **it == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return None;
    }
    let mark: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    Some(end_of(rest, 2 + hashes, &mark))
}

/// Returns the code with every item under `#[cfg(test)]` blanked.
fn without_tests(code: &str) -> String {
    let lines: Vec<&str> = code.lines().collect();
    let mut kept: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if lines[at].trim_start().starts_with("#[cfg(test)]") {
            let end = end_of_item(&lines, at);
            kept.extend(std::iter::repeat_n("", end - at));
            at = end;
        } else {
            kept.push(lines[at]);
            at += 1;
        }
    }
    kept.join("\n")
}

/// Returns the line after the item whose attributes begin at `from`.
pub fn end_of_item(lines: &[&str], from: usize) -> usize {
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let own = indentation(lines[from]);
    let closes = |line: &&str| {
        let text = line.trim();
        indentation(line) == own && (text.starts_with('}') || text.ends_with(';') || is_whole(text))
    };
    lines[from..].iter().position(closes).map_or(lines.len(), |length| from + length + 1)
}

/// Returns whether an item begins and ends on this line.
fn is_whole(line: &str) -> bool {
    line.contains('{') && line.ends_with('}')
}

/// Returns whether `word` stands in the text as a word of its own.
pub fn has_word(text: &str, word: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[test]
fn comments_and_strings_are_not_code() {
    let text = "let a = \"async \\\" fn\"; // now()\nlet b = 'x'; let c: &'static str = r#\"dash\"map\"#; /* rpds\n */ let d = '\\'';\n";
    let code = code(text);
    assert_eq!(code.lines().count(), text.lines().count());
    for word in ["async", "now", "dash", "map", "rpds"] {
        assert!(!has_word(&code, word), "{word} is still in {code}");
    }
    for word in ["a", "b", "c", "d", "static", "str"] {
        assert!(has_word(&code, word), "{word} is no longer in {code}");
    }
    let comments = comments(text);
    assert!(comments.contains("// now()") && comments.contains("rpds") && !comments.contains("dash"));
}

#[test]
fn tests_are_not_product_code() {
    let text = "fn a() {}\n#[cfg(test)]\nuse b::B;\n#[cfg(test)]\nfn c() {\n    d();\n}\nfn e() {}\n#[cfg(test)]\nmod tests {\n    fn f() {}\n}\nfn g() {}\n";
    let code = product_code(text);
    for word in ["B", "c", "d", "f"] {
        assert!(!has_word(&code, word), "{word} is still in {code}");
    }
    for word in ["a", "e", "g"] {
        assert!(has_word(&code, word), "{word} is no longer in {code}");
    }
}

//! `PARITY.md`: every claim of support names a witness that exists, and what is only assumed is said to be.
//!
//! The claims are written by hand. The table of rules at the end of the page is printed from the rules themselves, so
//! that it cannot say more than they do; `UPDATE_PARITY=1 cargo test -p adf-emulator-tests --test tidy` writes it anew.

use crate::tree;
use adf_emulator_core::rules::{self, Evidence};
use std::fmt::Write as _;

/// The page.
const PAGE: &str = "PARITY.md";
/// The first cell of the table of claims.
const CLAIM: &str = "claim";
/// What stands before the printed table, and after it.
const MARKS: (&str, &str) = ("<!-- rules: printed by tests/tidy/parity.rs -->\n", "<!-- end of rules -->");
/// How much a witness is worth, best first; the page explains them.
const GRADES: &[&str] = &["packaged client", "our client", "recording", "own test", "none"];
/// Where the witnesses of a grade are; other grades need none in particular.
const PLACES: &[(&str, &[&str])] = &[
    ("packaged client", &["tests/clients/"]),
    ("our client", &["client/", "check.sh"]),
    ("recording", &["fixtures/wire/", "tests/wire/"]),
];

/// One row of a table of claims.
#[derive(Debug, PartialEq, Eq)]
struct Claim {
    line: usize,
    cells: Vec<String>,
}

/// Returns the rows of all tables whose first column is headed `claim`.
fn claims(page: &str) -> Vec<Claim> {
    let mut found = Vec::new();
    let mut is_inside = false;
    for (number, line) in page.lines().enumerate() {
        let cells = cells(line);
        match cells.first().map(String::as_str) {
            None => is_inside = false,
            Some(CLAIM) => is_inside = true,
            Some(first) if is_inside && !first.starts_with("--") => found.push(Claim { line: number + 1, cells }),
            Some(_) => {}
        }
    }
    found
}

fn cells(line: &str) -> Vec<String> {
    let inside = line.trim().strip_prefix('|').and_then(|rest| rest.strip_suffix('|'));
    inside.map(|inside| inside.split('|').map(|cell| cell.trim().to_owned()).collect()).unwrap_or_default()
}

/// Returns the claims whose witness is not there, or whose grade is none that the page explains.
fn unwitnessed(page: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut found = Vec::new();
    for Claim { line, cells } in claims(page) {
        let at = format!("{PAGE}:{line}");
        let [_, witness, grade, ..] = cells.as_slice() else {
            found.push(format!("{at}: a claim has a witness and a grade"));
            continue;
        };
        if !GRADES.contains(&grade.as_str()) {
            found.push(format!("{at}: the grade is one of {GRADES:?}"));
        }
        let witnesses: Vec<&str> = witness.split('`').skip(1).step_by(2).collect();
        if witnesses.is_empty() && grade != "none" {
            found.push(format!("{at}: names no witness"));
        }
        let places = PLACES.iter().find(|(of, _)| of == grade).map_or(&[][..], |(_, places)| places);
        if !places.is_empty() && !witnesses.iter().any(|it| places.iter().any(|place| it.starts_with(place))) {
            found.push(format!("{at}: a witness of the grade {grade} is in one of {places:?}"));
        }
        found.extend(witnesses.into_iter().filter(|it| !is_there(it, &read)).map(|it| format!("{at}: there is no witness {it}")));
    }
    found
}

/// Returns whether a witness is there: a file, or `file::name` with that name in the file.
fn is_there(witness: &str, read: impl Fn(&str) -> Option<String>) -> bool {
    let (path, name) = witness.split_once("::").map_or((witness, None), |(path, name)| (path, Some(name)));
    if path.ends_with('/') {
        return tree::exists(path);
    }
    read(path).is_some_and(|text| name.is_none_or(|name| text.contains(name)))
}

/// Prints the table of rules.
fn table_of_rules() -> String {
    let mut table = String::from("\n| rule | answer | the limit is | the answer is |\n|---|---|---|---|\n");
    for rule in rules::all() {
        let (limit, answer) = (evidence(rule.limit), evidence(rule.answer));
        let status = if rule.code.is_empty() { "no refusal".to_owned() } else { format!("{} `{}`", rule.status, rule.code) };
        let _ = writeln!(table, "| `{}` | {status} | {limit} | {answer} |", rule.name);
    }
    table.push('\n');
    table
}

/// Returns how sure a fact is: who says so, or the reason where nobody does.
fn evidence(evidence: Evidence) -> String {
    match evidence {
        Evidence::Documented { page } => format!("[documented]({page})"),
        Evidence::Recorded { source } => format!("recorded: {source}"),
        Evidence::Reported { source } => format!("reported: {source}"),
        Evidence::Assumed { because } => format!("*Assumed*: {because}"),
    }
}

/// Returns the page with another table of rules in it.
fn with_table(page: &str, table: &str) -> Option<String> {
    let (before, rest) = page.split_once(MARKS.0)?;
    let (_, after) = rest.split_once(MARKS.1)?;
    Some(format!("{before}{}{table}{}{after}", MARKS.0, MARKS.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::all;
    use crate::{none, one};

    #[test]
    fn every_claim_has_a_witness() {
        let page = |witness: &str, grade: &str| format!("| claim | witness | grade |\n|---|---|---|\n| a | {witness} | {grade} |\n");
        let read = |path: &str| (path == "tests/a.rs").then(|| "fn b() {}".to_owned());
        none(&unwitnessed(&page("`tests/a.rs::b`", "own test"), read));
        one(&unwitnessed(&page("`tests/a.rs::c`", "own test"), read), "tests/a.rs::c");
        one(&unwitnessed(&page("`tests/d.rs`", "own test"), read), "tests/d.rs");
        one(&unwitnessed(&page("", "own test"), read), "no witness");
        one(&unwitnessed(&page("`tests/a.rs`", "sure"), read), "grade");
        one(&unwitnessed(&page("`tests/a.rs`", "recording"), read), "fixtures/wire/");

        let text = |path: &str| all().iter().find(|file| file.path == path).map(|file| file.text.clone());
        let page = text(PAGE).expect("the page is there");
        assert!(!claims(&page).is_empty(), "{PAGE} claims nothing");
        none(&unwitnessed(&page, text));
    }

    #[test]
    fn the_page_says_what_is_assumed() {
        let path = tree::root().join(PAGE);
        let page = std::fs::read_to_string(&path).expect("the page can be read");
        let expected = with_table(&page, &table_of_rules()).expect("the page has the marks of the table");
        if std::env::var_os("UPDATE_PARITY").is_some() {
            std::fs::write(&path, &expected).expect("the page can be written");
        } else {
            assert!(page == expected, "the table of rules is not up to date; write it anew with UPDATE_PARITY=1");
        }
    }
}

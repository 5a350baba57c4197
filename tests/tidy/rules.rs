//! Every documented limitation is one named item with one canonical test, and every such test is of a rule.
//!
//! What the rules say of themselves is in `PARITY.md`: see `parity.rs`.

use crate::source::{has_word, product_code};
use crate::tree::File;
use adf_emulator_core::rules::{self, Evidence, PUBLIC_RECORDINGS, Rule};
use std::collections::BTreeSet;

/// The folder of the canonical tests; a rule's test is named like the rule.
const TESTS: &str = "tests/rules";

/// Where the pages are that document limitations.
const PAGES: &str = "https://learn.microsoft.com/";

/// Returns the names of all rules, in the order of the list.
fn names() -> Vec<&'static str> {
    rules::all().map(|rule| rule.name).collect()
}

fn badly_named(names: &[&str]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for name in names {
        let word = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
        if !name.split('-').all(word) {
            found.push(format!("{name}: write it in kebab-case"));
        }
        if !seen.insert(*name) {
            found.push(format!("{name}: two rules have this name"));
        }
    }
    found
}

fn rules_and_tests_apart(names: &[&str], files: &[File]) -> Vec<String> {
    let expected: BTreeSet<String> = names.iter().map(|name| format!("{TESTS}/{}.rs", name.replace('-', "_"))).collect();
    let is_test = |file: &&File| file.is_in(TESTS) && file.path.ends_with(".rs") && file.name() != "main.rs";
    let present: BTreeSet<String> = files.iter().filter(is_test).map(|file| file.path.clone()).collect();
    let missing = expected.difference(&present).map(|path| format!("{path}: a rule has no such test"));
    let stray = present.difference(&expected).map(|path| format!("{path}: no rule has this name"));
    missing.chain(stray).collect()
}

/// Returns the rules' tests that `main.rs` does not name, so that the compiler would leave them out.
fn left_out(files: &[File]) -> Vec<String> {
    let main = files.iter().find(|file| file.path == format!("{TESTS}/main.rs"));
    let text = main.map(|file| file.text.as_str()).unwrap_or_default();
    let is_out = |file: &&File| {
        file.is_in(TESTS) && file.name() != "main.rs" && !has_word(text, file.name().trim_end_matches(".rs")) && file.path.ends_with(".rs")
    };
    files.iter().filter(is_out).map(|file| format!("{}: not named in {TESTS}/main.rs", file.path)).collect()
}

/// Returns what is missing in what a rule says of itself: `GET /_emulator/rules` shows it to whoever was refused.
fn badly_explained(rule: &Rule, files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    let mut expect = |is_so: bool, what: &str| {
        if !is_so {
            found.push(format!("{}: {what}", rule.name));
        }
    };
    expect(rule.sentence.ends_with('.') && rule.sentence.len() > 20, "the sentence is a sentence");
    expect(rule.remedy.ends_with('.') && rule.remedy.contains(' '), "the remedy is a sentence that says what to do");
    expect(rule.page.starts_with(PAGES), "the page is one of Microsoft's documentation");
    for evidence in [rule.limit, rule.answer] {
        match evidence {
            Evidence::Documented { page } => expect(page.starts_with(PAGES), "what is documented names a page"),
            Evidence::Recorded { source } => {
                expect(
                    source == PUBLIC_RECORDINGS || shows(source, rule.code, files),
                    "the recording is a fixture in which the code stands",
                );
            }
            Evidence::Reported { source } => expect(!source.is_empty(), "what is reported names who says so"),
            Evidence::Assumed { because } => expect(because.len() > 10, "what is assumed has a reason"),
        }
    }
    found
}

/// Returns whether a recorded exchange with this source answers with this code.
fn shows(source: &str, code: &str, files: &[File]) -> bool {
    let is_of_it = |file: &&File| file.is_in("fixtures/wire") && file.text.contains(&format!("\"source\": \"{source}\""));
    files.iter().filter(is_of_it).any(|file| file.text.contains(&format!("\"{code}\"")))
}

/// Returns the refusals that the product never makes: their items are named where they are defined and in their list, and
/// nowhere else. A rule without a code is no refusal but something to know.
fn never_broken(items: &[Item], files: &[File]) -> Vec<String> {
    let codes: Vec<String> = files.iter().filter(|file| file.is_in("emulator")).map(|file| product_code(&file.text)).collect();
    let words = || codes.iter().flat_map(|code| code.split(|it: char| !(it.is_alphanumeric() || it == '_')));
    let is_unused = |item: &&Item| item.is_refusal && words().filter(|word| *word == item.name).count() < 3;
    items.iter().filter(is_unused).map(|item| format!("{}: nothing breaks this rule", item.name)).collect()
}

/// The item of a rule, `pub static NAME: Rule`.
struct Item {
    name: String,
    is_refusal: bool,
}

/// Returns the items of all rules.
fn items(files: &[File]) -> Vec<Item> {
    let text = |file: &File| file.is_in("emulator/core/src/rules").then(|| file.text.clone());
    let texts: Vec<String> = files.iter().filter_map(text).collect();
    let parts = texts.iter().flat_map(|text| text.split("pub static ").skip(1));
    let item = |part: &str| {
        let (name, rest) = part.split_once(": Rule = Rule {")?;
        let is_item = name.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_');
        let is_refusal = !rest.split("\n};").next()?.contains("code: \"\"");
        is_item.then(|| Item { name: name.to_owned(), is_refusal })
    };
    parts.filter_map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{all, rust, sample};
    use crate::{none, one};

    #[test]
    fn every_rule_has_a_name_of_its_own_in_kebab_case() {
        one(&badly_named(&["a-b", "a_c"]), "a_c");
        one(&badly_named(&["a-b", "a-b"]), "two rules");
        none(&badly_named(&names()));
    }

    #[test]
    fn every_rule_is_in_the_list() {
        let text = "pub static A_1: Rule = Rule {\n    code: \"\",\n};\npub static ALL: &[&Rule] = &[&A_1];\npub static B: Rule = Rule {\n    code: \"C\",\n};\n";
        let found = items(&[sample("emulator/core/src/rules/a.rs", text)]);
        let found: Vec<(&str, bool)> = found.iter().map(|item| (item.name.as_str(), item.is_refusal)).collect();
        assert_eq!(found, [("A_1", false), ("B", true)]);
        let items: Vec<String> = items(&rust()).into_iter().map(|item| item.name).collect();
        assert_eq!(items.len(), names().len(), "an item is missing from a list ALL: {items:?}");
    }

    #[test]
    fn every_rule_has_its_test_and_every_test_its_rule() {
        let files = [sample("tests/rules/main.rs", ""), sample("tests/rules/a_b.rs", "")];
        none(&rules_and_tests_apart(&["a-b"], &files));
        one(&rules_and_tests_apart(&["a-b", "c"], &files), "tests/rules/c.rs");
        one(&rules_and_tests_apart(&[], &files), "no rule");
        none(&rules_and_tests_apart(&names(), &rust()));
    }

    #[test]
    fn every_test_of_a_rule_is_compiled() {
        let main = sample("tests/rules/main.rs", "mod a;\n");
        one(&left_out(&[main, sample("tests/rules/a.rs", ""), sample("tests/rules/b.rs", "")]), "b.rs");
        none(&left_out(&rust()));
    }

    #[test]
    fn every_rule_can_be_broken() {
        let item = |name: &str, is_refusal| Item { name: name.to_owned(), is_refusal };
        let code = "static A: Rule; static B: Rule; static C: Rule; static ALL = [&A, &B, &C]; Err(A.broken(\"no\"))";
        let files = [sample("emulator/core/src/a.rs", code)];
        one(&never_broken(&[item("A", true), item("B", false), item("C", true)], &files), "C");
        let files = rust();
        none(&never_broken(&items(&files), &files));
    }

    #[test]
    fn every_rule_says_what_it_is_what_to_do_and_how_that_is_known() {
        let recording = sample("fixtures/wire/a.json", "{ \"source\": \"a/b\", \"code\": \"C\" }");
        let good = |code, source| Rule {
            code,
            sentence: "A sentence of some length.",
            remedy: "Do this.",
            page: "https://learn.microsoft.com/a",
            answer: Evidence::Recorded { source },
            ..*rules::all().next().expect("there are rules")
        };
        none(&badly_explained(&good("C", "a/b"), std::slice::from_ref(&recording)));
        one(&badly_explained(&good("D", "a/b"), std::slice::from_ref(&recording)), "fixture");
        one(&badly_explained(&good("C", "a/c"), std::slice::from_ref(&recording)), "fixture");
        one(&badly_explained(&Rule { remedy: "No", ..good("C", "a/b") }, &[recording]), "remedy");
        let found: Vec<String> = rules::all().flat_map(|rule| badly_explained(rule, all())).collect();
        none(&found);
    }
}

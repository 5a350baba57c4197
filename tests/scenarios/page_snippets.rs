//! What the pages tell a reader to type works: each `curl` command is sent, and each world file starts an emulator.
//!
//! Commands of other tools are run by the suites in `tests/clients` and by `check.sh`; the walkthrough of sharing is in
//! `sharing_page.rs`. The emulator is another one than on the page, so the address is replaced.

use adf_emulator_tests::Azure;
use reqwest::Method;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// The address that the pages use.
const ADDRESS: &str = "http://127.0.0.1:4443";

/// Returns the README and the pages in `docs`, those of clients too, with their names.
fn pages() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let below = |folder: &str| fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let all = [root.join("README.md")].into_iter().chain(below("docs")).chain(below("docs/clients"));
    let pages = all.filter(|path| path.extension().is_some_and(|end| end == "md"));
    pages.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// Returns the code blocks of a language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let opening = format!("```{language}\n");
    page.split(opening.as_str()).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

/// Returns the words of a command as a shell sees them.
fn words(command: &str) -> Vec<String> {
    let (mut found, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for character in command.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, ' ') => found.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    found.extend(word);
    found
}

async fn status_of(azure: &Azure, command: &str) -> u16 {
    let (mut method, mut headers, mut fields, mut url) = (None, Vec::new(), Vec::new(), String::new());
    let mut words = words(command).into_iter().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "-X" => method = Some(words.next().unwrap().parse::<Method>().unwrap()),
            "-H" => headers.push(words.next().unwrap()),
            "-d" => fields.push(words.next().unwrap()),
            _ => url = word.replace(ADDRESS, azure.url()),
        }
    }
    let usual = if fields.is_empty() { Method::GET } else { Method::POST };
    let mut request = azure.client().request(method.unwrap_or(usual), url);
    if !fields.is_empty() && headers.is_empty() {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    for header in &headers {
        let (name, value) = header.split_once(": ").unwrap();
        request = request.header(name, value);
    }
    request.body(fields.join("&")).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn every_curl_command_of_the_pages_works() {
    let azure = Azure::start().await;
    let mut sent = 0;
    for (path, page) in pages() {
        for block in blocks(&page, "sh") {
            let whole = block.replace("\\\n", " ");
            for command in whole.lines().filter(|line| line.starts_with("curl ")) {
                let status = status_of(&azure, command).await;
                assert!((200..300).contains(&status), "{}: {status} from {command}", path.display());
                sent += 1;
            }
        }
    }
    assert!(sent > 5, "only {sent} commands were found");
}

#[tokio::test]
async fn every_world_file_of_the_pages_starts_an_emulator() {
    let mut started = 0;
    for (path, page) in pages() {
        for block in blocks(&page, "json").into_iter().filter(|block| !block.contains("\"pid\"")) {
            let world: Value = serde_json::from_str(block).unwrap_or_else(|problem| panic!("{}: {problem} in {block}", path.display()));
            Azure::with_world(&world).await;
            started += 1;
        }
    }
    assert!(started > 1, "only {started} world files were found");
}

//! The corpus of the fuzz targets is replayed: what once was found, and one of each sort of bytes.
//!
//! New bytes are made up by `./check.sh fuzz`; what it finds is mended and kept here.

use crate::fuzzed;
use std::fs;
use std::path::Path;

fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() > 3, "{files:?}");
    for file in files {
        eprintln!("{}", file.display());
        run(&fs::read(file).unwrap());
    }
}

#[test]
fn no_bearer_token_of_the_corpus_is_taken_for_another() {
    replay("jwt", fuzzed::jwt);
}

#[test]
fn no_assertion_of_the_corpus_is_taken_for_another() {
    replay("assertion", fuzzed::assertion);
}

#[test]
fn the_json_of_the_corpus_is_read_as_it_is() {
    replay("lenient_json", fuzzed::lenient_json);
}

#[test]
fn the_worlds_of_the_corpus_export_themselves() {
    replay("world_file", fuzzed::world_file);
}

#[test]
fn the_conditions_of_the_corpus_read_back_as_printed() {
    replay("condition", fuzzed::condition);
}

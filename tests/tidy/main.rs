//! Does the house keep its own rules? Reads the source and the documentation; runs with the rest of the tests.
//!
//! Each check is a function from files to a list of offenders, so that it can be shown to fail on a bad sample; the
//! tests at the end of each file run it on the sample and on the repository. What a lint of the compiler can see is a
//! lint and is not here.

mod absence;
mod documents;
mod files;
mod functions;
mod headers;
mod links;
mod modules;
mod packages;
mod parity;
mod rules;
mod source;
mod tree;

/// Fails with all offenders, one a line, so that one run shows everything that is to be mended.
fn none(offenders: &[String]) {
    assert!(offenders.is_empty(), "{} found:\n{}", offenders.len(), offenders.join("\n"));
}

/// Fails unless a check finds exactly one offender and names `word` in it.
fn one(offenders: &[String], word: &str) {
    assert!(offenders.len() == 1 && offenders[0].contains(word), "expected one finding about {word}, found {offenders:?}");
}

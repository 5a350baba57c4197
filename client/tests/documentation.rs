//! The page about this client shows the very example that is compiled.

use std::{fs, path::Path};

#[test]
fn the_page_shows_the_example_as_it_is() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = fs::read_to_string(package.join("examples/share.rs")).unwrap();
    let page = fs::read_to_string(package.join("../docs/clients/rust.md")).unwrap();
    assert!(page.contains(&format!("```rust\n{example}```")), "docs/clients/rust.md does not show client/examples/share.rs");
}

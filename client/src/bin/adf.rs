//! The command adf.
fn main() {}

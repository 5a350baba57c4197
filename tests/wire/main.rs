//! Are the bytes Azure's? Every recorded exchange in `fixtures/wire` is sent, compared, and sent again by a stranger.
//!
//! Where the recordings come from is told in the README beside them.

mod differences;
mod examples;
mod replay;
mod requests;
mod versions;

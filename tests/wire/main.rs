//! Are the bytes Azure's? Every recorded exchange in `fixtures/wire` is sent, compared, and sent again by a stranger.

mod differences;
mod replay;

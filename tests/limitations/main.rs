//! Every limitation can be reproduced: each has a case, and each case is run, its refusal and its remedy.
//!
//! How a case is written is in CONTRIBUTING.md.

mod cases;
mod scripts;

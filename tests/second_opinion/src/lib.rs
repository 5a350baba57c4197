//! A second opinion about access: random worlds, judged by the emulator and by others that share no code with it.
//!
//! `generate` makes worlds and questions, `subject` asks the emulator, `cedar` asks the Cedar policy engine, `plain` is a
//! slow and obvious model for what Cedar cannot say, and its switches are the mistakes that the comparison has to find.
//! Only `subject` knows the emulator. The tests are in `tests/`.

pub mod cedar;
pub mod chance;
pub mod condition;
pub mod generate;
pub mod model;
pub mod plain;
pub mod subject;

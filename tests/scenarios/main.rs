//! What people do with the emulator, told from one end to the other.

mod reading_the_directory;
mod signing_in;

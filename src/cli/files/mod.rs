//! The file system: finding files by folder, reading them, and writing reports.

mod find;
mod read;
mod write;

pub use find::{InputFiles, Planned, find, list, nearby};
pub use read::{bytes, reason};
pub use write::{begin, write, write_into};

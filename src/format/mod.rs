//! The file formats, from bytes to a tree that has been checked against the types.
//!
//! Promises: every mistake is reported with its place. Does not: give any meaning to a file, nor read one from the disk.

pub mod check;
pub mod tree;

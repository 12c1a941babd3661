//! The file formats, from bytes to types that a run can be made from.
//!
//! Promises: every mistake is reported with its place. Does not: run anything, nor read a file from the disk.

pub mod check;
pub mod layout;
pub mod leaf;
pub mod load;
pub mod parameters;
pub mod policy;
pub mod property;
pub mod rehearsal;
pub mod rows;
pub mod scenario;
pub mod schema;
mod shape;
pub mod tree;
pub mod words;
pub mod yaml;

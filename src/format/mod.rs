//! The file formats, from bytes to types that a run can be made from.
//!
//! Promises: every mistake is reported with its place. Does not: run anything, nor read a file from the disk.

pub mod act_row;
pub mod check;
pub mod formatter;
pub mod load;
pub mod parameters;
pub mod policy;
pub mod property;
pub mod reference;
pub mod rehearsal;
pub mod row_writer;
pub mod rows;
pub mod scenario;
pub mod schema;
mod schema_view;
pub mod spelling;
pub mod text_formats;
pub mod tree;
pub mod yaml;

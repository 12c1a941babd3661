//! The file formats: scenarios, policies, properties and rehearsals, from bytes to types that a run can be made from.
//!
//! Reads from the vocabularies of `policy` and `act`; `replay`, `explore` and `rehearsal` build on what it reads.
//! Invariant: every mistake is reported with its place, and the types are the only source of the schema. Start at
//! `load`: `yaml` makes a `tree` of bytes, `check` holds it against the `schema`, and serde reads it. Deliberately runs
//! nothing and reads no disk.

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
mod schema_node;
mod schema_view;
pub mod spelling;
pub mod text_formats;
pub mod tree;
pub mod yaml;

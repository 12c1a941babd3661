//! Compact rows: an `Option` without padding, a sorted set and short inline lists, for tables of a million accounts.
//!
//! Promises that each behaves like the standard type that it replaces. Deliberately offers nothing more: the types
//! exist to save memory, and for copies that allocate nothing.

mod compact_option;
mod flat_set;
mod lists;

pub use compact_option::{CompactOption, HasNiche};
pub use flat_set::FlatSet;
pub use lists::{copy_into, heap_bytes};

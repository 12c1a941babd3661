//! Compact rows: an `Option` without padding, a sorted set and short inline lists, for tables of a million accounts.
//!
//! Promises the meaning of the standard types that they stand for. Deliberately nothing else: they exist for memory
//! and for copies that allocate nothing.

mod compact_option;
mod flat_set;
mod lists;

pub use compact_option::{CompactOption, HasNiche};
pub use flat_set::FlatSet;
pub use lists::{copy_into, heap_bytes};

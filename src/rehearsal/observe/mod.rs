//! Observers of a replicate: one person's journal, the snapshot on the eve, and monitors of properties.
//!
//! Reads the simulation. Invariant: a replicate is the same with and without an observer. Start at `journal`.

pub mod gate_counts;
pub mod journal;
pub mod monitors;
pub mod snapshot;

//! Observers of a replicate: one person's journal, the snapshot on the eve, and monitors of properties.

pub mod journal;
pub mod monitors;
pub mod snapshot;

//! One person of a replicate as a scenario of its own.
//!
//! Reads a journal, writes YAML. Invariant: a scenario that is handed out has been replayed, and is green. Start at
//! `replay_check`.

pub mod choose;
pub mod replay_check;
mod writer;

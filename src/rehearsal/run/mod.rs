//! The discrete-event simulation of one replicate, and of all of them on threads and machines.
//!
//! Reads a plan, writes replicates. Invariant: a replicate depends on its plan and number alone. Start at `replicate`:
//! it builds the `simulation`, loops, and dispatches to behaviours.

mod circles;
pub mod day_agenda;
pub mod intent;
mod person_state;
pub mod replicate;
pub mod runner;
pub mod shard;
pub mod simulation;

//! The discrete-event simulation of one replicate, and of all of them on threads and machines.

pub mod day_agenda;
pub mod replicate;
pub mod runner;
pub mod shard;

//! Measures of replicates: the counters of one, and statistics and gates over many.

pub mod capacity;
pub mod counters;
pub mod gate;
pub mod summary;
pub mod trajectories;

//! Measures of replicates: the counters of one, and statistics and gates over many.
//!
//! Reads what behaviours tell, writes numbers. Invariant: integers, until a statement is made over several replicates.
//! Start at
//! `series`, the table of all that is counted.

pub mod capacity;
pub mod counters;
pub mod gate;
pub mod replicate;
pub mod series;
pub mod summary;
pub mod trajectories;

//! One person of a replicate as a scenario of its own.

pub mod writer;

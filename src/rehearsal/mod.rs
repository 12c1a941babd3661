//! A policy rolled out over a population, many times over.
//!
//! Promises that results do not depend on how the replicates were divided. Deliberately touches no file.

pub mod shard;

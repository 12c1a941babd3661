//! Those who help: `queue` is who waits for whom, `behaviour` what helpers and those who wait do.

pub mod behaviour;
pub mod queue;

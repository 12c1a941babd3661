//! Studies: experiments that run a rehearsal several times, with other policies, other values or a remedy.
//!
//! Reads plans, writes comparisons. Invariant: common random numbers, so that differences are those of the change
//! alone. Start at
//! `comparison`.

pub mod comparison;
pub mod counterfactuals;
pub mod queue_benchmark;
pub mod remedies;
pub mod sensitivity;
pub mod validation;
pub mod yardsticks;

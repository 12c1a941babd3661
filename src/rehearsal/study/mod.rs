//! Studies: experiments that run a rehearsal several times, with other policies, other values or a remedy.

pub mod comparison;
pub mod counterfactuals;
pub mod queue_benchmark;
pub mod sensitivity;
pub mod validation;
pub mod yardsticks;

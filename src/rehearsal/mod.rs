//! A rollout rehearsed: one policy over a population, many times over.
//!
//! `plan` makes a file ready, `population` draws who there is (or `directory` reads it), `driver` runs one replicate on
//! the engine with `habits`, `shared` accounts and `support`, `tally` counts on the `grid`, `gate` judges, `summary`
//! adds up. Promises the same bytes for any number of threads, and integers until the last step. Deliberately writes
//! nothing: reports do.

pub mod alone;
pub mod aside;
pub mod beside;
pub mod compare;
pub mod curve;
mod daily;
mod day;
pub mod directory;
mod driver;
pub mod flips;
pub mod gate;
pub mod grid;
mod habits;
pub mod life;
pub mod many;
pub mod names;
pub mod plan;
pub mod population;
pub mod pulled;
pub mod remedy;
pub mod shard;
mod shared;
pub mod summary;
mod support;
pub mod tally;
#[cfg(test)]
mod tests;
pub mod turns;
pub mod validation;
mod watched;

pub use aside::Aside;
pub use plan::{Plan, plan, wants};
pub use tally::Replicate;

use crate::kernel::Time;
use crate::world::authenticator::{Real, Symbolic};
use rayon::prelude::*;
use std::ops::Range;

/// Runs one replicate: the same one for the same plan and number, on whatever thread.
pub fn replicate(plan: &Plan, number: u32, grid: &[Time]) -> Replicate {
    driver::replicate(plan, number, grid, |_| Symbolic)
}

/// The same with real codes (RFC 6238): slower, and the same in every number, up to a chance collision of two codes.
pub fn replicate_real(plan: &Plan, number: u32, grid: &[Time]) -> Replicate {
    driver::replicate(plan, number, grid, Real::new)
}

/// Runs one replicate with a closer look at it.
pub fn looked_at(plan: &Plan, number: u32, grid: &[Time], aside: Aside) -> (Replicate, Aside) {
    driver::looked_at(plan, number, grid, aside)
}

/// Runs one replicate and writes down one person's life in it.
pub fn written(plan: &Plan, number: u32, life: life::Life) -> life::Life {
    driver::written(plan, number, &[], life)
}

/// Runs these replicates side by side; they come in their order.
pub fn replicates(plan: &Plan, numbers: Range<u32>, grid: &[Time]) -> Vec<Replicate> {
    numbers.into_par_iter().map(|number| replicate(plan, number, grid)).collect()
}

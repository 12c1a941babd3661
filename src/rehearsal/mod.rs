//! A rollout rehearsed: one policy over a population, many times over.
//!
//! `plan` makes a file ready, `population` draws who there is (or `directory` reads it), `driver` runs one replicate on
//! the engine with `habits`, `shared` accounts and `support`, `tally` counts on the `grid`, `gate` judges, `summary`
//! adds up. Promises the same bytes for any number of threads, and integers until the last step. Deliberately writes
//! nothing: reports do.

pub mod behaviour;
pub mod extract;
pub mod measure;
pub mod observe;
pub mod run;
pub mod setup;
pub mod study;
#[cfg(test)]
mod tests;

pub use measure::counters::Replicate;
pub use observe::snapshot::EveSnapshot;
pub use setup::observation_times;
pub use setup::plan::{RehearsalPlan, plan, wants};

use crate::kernel::Time;
use crate::world::authenticator::{Real, Symbolic};
use observe::journal::Journal;
use rayon::prelude::*;
use std::ops::Range;

/// Runs one replicate: the same one for the same plan and number, on whatever thread.
pub fn replicate(plan: &RehearsalPlan, number: u32, grid: &[Time]) -> Replicate {
    run::replicate::replicate(plan, number, grid, |_| Symbolic)
}

/// The same with real codes (RFC 6238): slower, and the same in every number, up to a chance collision of two codes.
pub fn replicate_real(plan: &RehearsalPlan, number: u32, grid: &[Time]) -> Replicate {
    run::replicate::replicate(plan, number, grid, Real::new)
}

/// Runs one replicate with a closer look at it.
pub fn replicate_with_snapshot(
    plan: &RehearsalPlan,
    number: u32,
    grid: &[Time],
    aside: EveSnapshot,
) -> (Replicate, EveSnapshot) {
    run::replicate::replicate_with_snapshot(plan, number, grid, aside)
}

/// Runs one replicate and writes down one person's life in it.
pub fn replicate_with_journal(plan: &RehearsalPlan, number: u32, life: Journal) -> Journal {
    run::replicate::replicate_with_journal(plan, number, &[], life)
}

/// Runs these replicates side by side; they come in their order.
pub fn replicates(plan: &RehearsalPlan, numbers: Range<u32>, grid: &[Time]) -> Vec<Replicate> {
    numbers.into_par_iter().map(|number| replicate(plan, number, grid)).collect()
}

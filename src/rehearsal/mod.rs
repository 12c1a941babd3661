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

pub use measure::replicate::Replicate;
pub use observe::snapshot::EveSnapshot;
pub use run::replicate::{replicate, replicate_real};
pub use run::runner::replicates;
pub use setup::observation_times;
pub use setup::plan::{RehearsalPlan, is_plain, plan, wants};

//! mims-sim rehearses an identity rollout before the day.
//!
//! In reading order: [`clause`] is the guide's catalogue, [`kernel`] the virtual clock and the draws, [`policy`] the
//! rules as data, [`world`] the parties.

pub mod act;
pub mod clause;
pub mod engine;
pub mod kernel;
pub mod policy;
pub mod trace;
pub mod world;

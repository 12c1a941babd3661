//! mims-sim rehearses an identity rollout before the day.
//!
//! In reading order: [`clause`] is the guide's catalogue, [`kernel`] the virtual clock and the draws, [`policy`] the
//! rules as data, [`world`] the parties.

pub mod clause;
pub mod kernel;
pub mod policy;
pub mod world;

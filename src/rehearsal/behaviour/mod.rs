//! What people, members of generic accounts and helpers do: behaviours that react to how acts ended.
//!
//! Reads and changes the simulation by its verbs, and nothing else. Invariant: no behaviour calls one that would call
//! it back; they speak to each other through intents. Start at `day_plan` and `habits`.

pub mod day_plan;
pub mod generic_accounts;
pub mod habits;
pub mod helpdesk;
pub mod remedy;
pub mod workday;

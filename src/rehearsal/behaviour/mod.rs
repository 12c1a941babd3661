//! What people, members of generic accounts and helpers do: behaviours that react to how acts ended.

pub mod day_plan;
pub mod generic_accounts;
pub mod habits;
pub mod helpdesk;
pub mod remedy;

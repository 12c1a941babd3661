//! What people can do: the vocabulary of acts, an act under way, and the procedures that take it from page to page.
//!
//! Promises that whoever speaks of an act uses these types. Deliberately performs nothing: the engine does.

mod activity;
mod procedure;
mod vocabulary;

pub use activity::{Activity, Pick};
pub use procedure::{NextStep, PageView, next};
pub use vocabulary::{Act, ActKind, ActOutcome, Interaction, Step, Typing, Via};

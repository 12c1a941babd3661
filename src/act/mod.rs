//! What people can do: the vocabulary of acts, an act under way, and the procedures that take it from page to page.
//!
//! Promises that whoever speaks of an act uses these types. Deliberately performs nothing: the engine does.

mod activity;
mod procedure;
mod step;
mod vocabulary;

pub use crate::policy::request::Via;
pub use activity::Activity;
pub use procedure::{NextStep, PageView, next};
pub use step::{CODE_TYPED_IN, Step};
pub use vocabulary::{Act, ActKind, ActOutcome, Interaction, Leaving, Pick, Typing};

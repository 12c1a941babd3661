//! What everything runs on: virtual time, the event queue, keyed draws, real codes and password texts.

pub mod calendar;
pub mod draw;
pub mod flat;
pub mod password;
pub mod queue;
pub mod sample;
pub mod slim;
pub mod time;
pub mod totp;

pub use draw::{Draws, Purpose};
pub use flat::{FlatSet, copy_into};
pub use queue::Queue;
pub use slim::{Slim, Spare};
pub use time::{Date, Span, Time};

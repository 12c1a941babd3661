//! The simulation kernel: virtual time, the event queue, keyed random draws, one-time codes (RFC 6238) and password
//! texts.
//!
//! It imports nothing from the rest of the crate, and knows no identity, guide or person. Invariant: no wall clock and
//! no hidden state, so that the same inputs give the same bytes. Start at `time` and `queue`.

pub mod calendar;
pub mod compact;
pub mod distributions;
pub mod keyed_rng;
pub mod password;
pub mod queue;
pub mod time;
pub mod totp;
pub mod units;

pub use compact::{CompactOption, FlatSet, HasNiche, copy_into};
pub use keyed_rng::{Draws, Purpose};
pub use queue::Queue;
pub use time::{Date, Span, Time};

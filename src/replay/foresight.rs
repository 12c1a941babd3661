//! What a replay asks about the future: whether some continuation reaches something.
//!
//! Promises to be the one place where a search is plugged into a replay. Deliberately searches nothing itself.

use crate::engine::Engine;
use crate::policy::Policy;
use crate::property::{Binding, Facts, Foresight, Possible};
use crate::trace::Observer;
use crate::world::authenticator::Codes;

/// Whoever looks ahead in a replay.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ahead;

impl Ahead {
    /// Whether it can; a plan with `possible` is refused where it cannot.
    pub(super) const CAN: bool = false;
}

impl Foresight for Ahead {
    fn reaches<O: Observer, C: Codes>(
        &mut self,
        _engine: &Engine<'_, O, C>,
        _policy: &Policy,
        _possible: &Possible,
        _binding: Binding,
        _facts: &Facts,
    ) -> bool {
        false
    }
}

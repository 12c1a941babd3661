//! Acts taken step by step, each step when it is told: how a search, or a row that says so, puts clicks in an order of
//! its own.
//!
//! Promises the same steps as an act at a person's pace. Deliberately chooses nothing.

use super::{BEFORE, Engine};
use crate::act::{Activity, Step};
use crate::kernel::compact::heap_bytes;
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::ids::PersonId;

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// The acts under way whose next step waits to be told, with who acts, in no order that matters.
    pub fn held(&self) -> impl Iterator<Item = (PersonId, Step)> {
        self.doings.iter().flatten().filter_map(|doing| doing.held.map(|step| (doing.person, step)))
    }

    /// Takes the next step of what this person has under way; `false` if nothing waits to be told.
    pub fn go_on(&mut self, person: PersonId) -> bool {
        let of = |doing: &Option<Activity>| doing.as_ref().is_some_and(|d| d.person == person && d.held.is_some());
        let Some(at) = self.doings.iter().position(of) else { return false };
        let step = self.doings.get_mut(at).and_then(Option::as_mut).and_then(|doing| doing.held.take());
        if let Some(step) = step {
            self.with(at, BEFORE, |engine, at, doing| engine.take(at, doing, step));
        }
        true
    }

    /// About how many bytes its lists take, beside what is in the rows themselves.
    pub fn bytes(&self) -> usize {
        let world = &self.world;
        let sets = world.members.heap_bytes() + world.links.heap_bytes() + world.letters.heap_bytes();
        heap_bytes(&world.accounts)
            + heap_bytes(&world.people)
            + heap_bytes(&world.mailboxes)
            + world.post.heap_bytes()
            + world.computers.heap_bytes()
            + size_of_val(world.tokens.as_slice())
            + size_of_val(self.doings.as_slice())
            + sets
    }

    /// The acts under way, in no order that matters.
    pub fn under_way(&self) -> impl Iterator<Item = &Activity> {
        self.doings.iter().flatten()
    }
}

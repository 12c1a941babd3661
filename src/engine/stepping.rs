//! Single-stepping of acts: each step is taken on command, so that a search, or a row that asks for it, can interleave
//! the clicks of several people.
//!
//! Promises the same steps as an act at a person's pace. Deliberately chooses no order.

use super::Engine;
use super::activities::BEFORE;
use crate::act::{Activity, Step};
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::ids::PersonId;

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// The next steps that wait for a command, each with the person whose act it is; in no order that matters.
    pub fn held(&self) -> impl Iterator<Item = (PersonId, Step)> {
        self.activities.iter().flatten().filter_map(|activity| activity.held.map(|step| (activity.person, step)))
    }

    /// Takes the next step of this person's act; returns `false` where none waits for a command.
    pub fn go_on(&mut self, person: PersonId) -> bool {
        let of =
            |activity: &Option<Activity>| activity.as_ref().is_some_and(|d| d.person == person && d.held.is_some());
        let Some(at) = self.activities.iter().position(of) else { return false };
        let step = self.activities.get_mut(at).and_then(Option::as_mut).and_then(|activity| activity.held.take());
        if let Some(step) = step {
            self.with(at, BEFORE, |engine, at, activity| engine.take(at, activity, step));
        }
        true
    }

    /// The acts under way, in no order that matters.
    pub fn under_way(&self) -> impl Iterator<Item = &Activity> {
        self.activities.iter().flatten()
    }
}

//! What a person has in mind while a replicate runs: what they are busy with, and how their trouble goes.
//!
//! Promises to stay small: there is one for each person of a large population. Deliberately holds nothing that the
//! world holds.

use crate::policy::request::Reason;

/// What a person has in mind.
#[derive(Clone, Debug, Default)]
pub struct PersonState {
    /// An act is under way.
    pub busy: bool,
    /// The person is no longer there, or not yet.
    pub away: bool,
    /// The hand slips in the sign-in under way: something is mistyped.
    pub slip: bool,
    /// A request for help is open.
    pub asked: bool,
    /// The day that `steps` is about ([`Date::small`](crate::kernel::Date::small)).
    day: u16,
    /// Steps of trouble taken on that day.
    steps: u16,
    /// Refusals for one reason in a row.
    tries: u16,
    /// Why the last act was refused.
    reason: Option<Reason>,
    /// The phone is not at hand today.
    pub left_behind: bool,
}

impl PersonState {
    /// How the person begins: there, or away.
    pub fn new(away: bool) -> PersonState {
        PersonState { away, ..PersonState::default() }
    }

    /// One more step of trouble on this day: how many there have been on it.
    pub fn trouble(&mut self, day: u16, reason: Reason) -> u32 {
        if self.day != day {
            (self.day, self.steps) = (day, 0);
        }
        self.steps += 1;
        self.tries = if self.reason == Some(reason) { self.tries + 1 } else { 1 };
        self.reason = Some(reason);
        u32::from(self.steps)
    }

    /// The trouble is over.
    pub const fn calm(&mut self) {
        (self.tries, self.reason) = (0, None);
    }

    /// How often in a row an act was refused for the same reason.
    pub fn tries(&self) -> u32 {
        u32::from(self.tries)
    }

    /// Why the last act was refused; none once the trouble is over.
    pub const fn reason(&self) -> Option<Reason> {
        self.reason
    }
}

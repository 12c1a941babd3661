//! What happened: messages, decisions with their reasons, and how each act ended, as they are streamed to observers.
//!
//! Promises that the engine says everything here and nothing elsewhere. Deliberately renders nothing.

use crate::act::{Act, ActOutcome, Via};
use crate::clause::Clauses;
use crate::kernel::Time;
use crate::policy::Scope;
use crate::policy::decide::Request;
use crate::policy::request::{Decision, Factor};
use crate::world::ids::{AccountId, PersonId};
use crate::world::message::Message;

/// The end of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Which row of the timeline, by its place.
    pub row: usize,
    /// Who acted.
    pub person: PersonId,
    /// On which account.
    pub account: AccountId,
    /// What was done.
    pub act: Act,
    /// The way in that was taken.
    pub via: Option<Via>,
    /// How it ended.
    pub result: ActOutcome,
    /// What that rests on.
    pub clauses: Clauses,
    /// When a code was typed.
    pub typed_at: Option<Time>,
    /// Whose account opened, where one did.
    pub opened: Option<AccountId>,
    /// What answered the second factor.
    pub factor: Factor,
    /// A page on the way prompted to set up a second factor.
    pub prompted: bool,
    /// The person is a member of the account, or owns it.
    pub member: bool,
}

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A row of the timeline began.
    Began {
        /// Which.
        row: usize,
    },
    /// A message arrived.
    Message(Message),
    /// The policy decided.
    Decided {
        /// Under which rules.
        scope: Scope,
        /// What was asked.
        request: Request,
        /// What it said.
        decision: Decision,
    },
    /// A message was lost to a fault.
    Lost(Message),
    /// An act ended.
    Ended(Ended),
}

/// Who listens to a run.
pub trait Observer {
    /// Something happened; `row` is the timeline's row that caused it.
    fn see(&mut self, time: Time, row: usize, event: &Event);
}

/// Nobody listens; costs nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Observer for Nobody {
    #[inline]
    fn see(&mut self, _: Time, _: usize, _: &Event) {}
}

/// Keeps everything.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    /// All events with their time and row, in order.
    pub events: Vec<(Time, usize, Event)>,
}

impl Observer for Recorder {
    fn see(&mut self, time: Time, row: usize, event: &Event) {
        self.events.push((time, row, *event));
    }
}

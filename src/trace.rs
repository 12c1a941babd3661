//! The event trace of a run: messages, decisions with their reasons, and the outcome of each act, streamed to an
//! observer.
//!
//! Promises that the engine reports everything here and nothing elsewhere. Deliberately renders nothing.

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
    /// The index of the row in the timeline.
    pub row: usize,
    /// Who acted.
    pub person: PersonId,
    /// The account on which they acted.
    pub account: AccountId,
    /// What was done.
    pub act: Act,
    /// The way in that was taken.
    pub via: Option<Via>,
    /// How it ended.
    pub result: ActOutcome,
    /// The clauses that the outcome rests on.
    pub clauses: Clauses,
    /// When a code was typed.
    pub typed_at: Option<Time>,
    /// The account that opened, if one did.
    pub opened: Option<AccountId>,
    /// The second factor that was used.
    pub factor: Factor,
    /// Whether a page of the act prompted the person to set up a second factor.
    pub prompted: bool,
    /// Whether the person is a member of the account, or owns it.
    pub member: bool,
}

/// An event of the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A row of the timeline began.
    Began {
        /// The index of the row in the timeline.
        row: usize,
    },
    /// A message arrived.
    Message(Message),
    /// The policy decided.
    Decided {
        /// The rules under which it was decided.
        scope: Scope,
        /// What was asked.
        request: Request,
        /// The answer, with its reasons.
        decision: Decision,
    },
    /// A message was lost to a fault.
    Lost(Message),
    /// An act ended.
    Ended(Ended),
}

/// An observer of a run.
pub trait Observer {
    /// Called for each event; `row` is the row of the timeline that caused it.
    fn see(&mut self, time: Time, row: usize, event: &Event);
}

/// The observer that ignores everything, at no cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Observer for Nobody {
    #[inline]
    fn see(&mut self, _: Time, _: usize, _: &Event) {}
}

/// The observer that records every event.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    /// All events with their times and rows, in order.
    pub events: Vec<(Time, usize, Event)>,
}

impl Observer for Recorder {
    fn see(&mut self, time: Time, row: usize, event: &Event) {
        self.events.push((time, row, *event));
    }
}

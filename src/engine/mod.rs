//! The engine: acts and messages on the virtual clock, the one semantics behind replay, search and rehearsal.
//!
//! Reads from `act`, `policy` and `world`; what happens goes to an [`Observer`]. Invariant:
//! what one click causes runs to completion at once, in the order of sending, and only mail, requested tokens and
//! delayed changes wait in the queue. Start at `event_loop`, which takes the next due event, and `activities`, which
//! takes acts from step to step. Deliberately holds no rule and no procedure.

mod activities;
mod bit_writer;
mod context;
mod detail;
mod devices;
mod dispatch;
mod event_loop;
mod helpdesk;
mod interactions;
mod mail;
mod memory;
mod next_change;
mod page_view;
mod state_key;
mod stepping;
mod steps;
#[cfg(test)]
mod tests;
mod visible_pages;

pub use context::{Fault, Pace};
pub use detail::Detail;

use crate::act::Activity;
use crate::clause::Clauses;
use crate::kernel::{Draws, FlatSet, Queue, Time, copy_into};
use crate::policy::decide::workspace::SecondStep;
use crate::policy::request::AccountKind;
use crate::policy::{Policy, Scope};
use crate::trace::{Ended, Nobody, Observer};
use crate::world::authenticator::{Codes, Symbolic};
use crate::world::ids::{AccountId, PersonId};
use crate::world::port::Linked;
use crate::world::state::World;
use context::{Due, SimContext};
use smallvec::SmallVec;
use std::collections::VecDeque;

/// The initial conditions of a run.
#[derive(Clone, Copy, Debug)]
pub struct RunStart {
    /// The keyed draws of the run.
    pub draws: Draws,
    /// The first instant.
    pub now: Time,
    /// Secrets and passwords that exist before the run are numbered up to this.
    pub used: u32,
}

/// A run: a world under a policy, its clock, and the acts under way.
#[derive(Debug)]
pub struct Engine<'p, O, C = Symbolic> {
    /// The rows.
    pub world: World,
    context: SimContext<'p, O, C>,
    activities: Vec<Option<Activity>>,
    free: SmallVec<[usize; 2]>,
    /// The acts that wait for mail, by account.
    awaiting: FlatSet<(AccountId, usize)>,
    ended: SmallVec<[(Time, Ended); 1]>,
}

impl<O: Clone, C: Clone> Clone for Engine<'_, O, C> {
    fn clone(&self) -> Self {
        Engine {
            world: self.world.clone(),
            context: self.context.clone(),
            activities: self.activities.clone(),
            free: self.free.clone(),
            awaiting: self.awaiting.clone(),
            ended: self.ended.clone(),
        }
    }

    /// A search makes copies by the million, into the same place.
    fn clone_from(&mut self, from: &Self) {
        self.world.clone_from(&from.world);
        self.context.clone_from(&from.context);
        self.activities.clone_from(&from.activities);
        copy_into(&mut self.free, &from.free);
        self.awaiting.clone_from(&from.awaiting);
        copy_into(&mut self.ended, &from.ended);
    }
}

impl<'p, O: Observer, C: Codes> Engine<'p, O, C> {
    /// Makes a run that has not begun, at its first instant.
    pub fn new(world: World, policy: &'p Policy, codes: C, start: RunStart, observer: O) -> Engine<'p, O, C> {
        let context = SimContext {
            policy,
            draws: start.draws,
            codes,
            observer,
            now: start.now,
            pace: Pace::Nominal,
            row: 0,
            inbox: VecDeque::new(),
            queue: Queue::default(),
            faults: Vec::new(),
            secrets: start.used,
            passwords: start.used,
            saml: 0,
            linked: Linked::default(),
            anew: None,
            second_step: SecondStep::default(),
            asked: Clauses::NONE,
            refusal: None,
            prompted: false,
            last: Clauses::NONE,
        };
        let awaiting = FlatSet::default();
        Engine { world, context, activities: Vec::new(), free: SmallVec::new(), awaiting, ended: SmallVec::new() }
    }

    /// A copy to look ahead from: the same world with symbols for codes and without an observer, with no act under way,
    /// but with the mail and the tokens that were sent.
    pub fn ahead(&self) -> Engine<'p, Nobody, Symbolic> {
        let mut copy = self.copied(Symbolic, Nobody);
        let mut sent: Vec<(Time, u64, Due)> =
            self.context.queue.waiting().map(|(time, at, due)| (time, at, *due)).collect();
        sent.sort_unstable_by_key(|(time, at, _)| (*time, *at));
        for (time, _, due) in sent {
            if matches!(due, Due::Deliver(_) | Due::TokenMade { .. }) {
                copy.context.queue.push(time, due);
            }
        }
        copy
    }

    /// A copy to try a question on: the same world with another observer and nothing under way.
    pub fn fork<P: Observer>(&self, observer: P) -> Engine<'p, P, C> {
        let mut copy = self.copied(self.context.codes.clone(), observer);
        copy.context.pace = self.context.pace;
        copy
    }

    /// The same world at the same time under the same faults, with nothing under way.
    fn copied<P: Observer, D: Codes>(&self, codes: D, observer: P) -> Engine<'p, P, D> {
        let context = &self.context;
        let start = RunStart { draws: context.draws, now: context.now, used: context.secrets };
        let mut copy = Engine::new(self.world.clone(), context.policy, codes, start, observer);
        copy.context.passwords = context.passwords;
        copy.context.saml = context.saml;
        copy.context.faults.clone_from(&context.faults);
        copy
    }

    /// The observer, at the end of a run.
    pub fn into_observer(self) -> O {
        self.context.observer
    }

    /// The observer, during a run.
    pub const fn observer(&mut self) -> &mut O {
        &mut self.context.observer
    }

    /// The codes, with what they counted.
    pub fn codes(&self) -> &C {
        &self.context.codes
    }

    /// The acts that ended since this was last asked, in order.
    pub fn take_ended(&mut self) -> SmallVec<[(Time, Ended); 1]> {
        std::mem::take(&mut self.ended)
    }

    /// Sets the pace from now on.
    pub const fn set_pace(&mut self, pace: Pace) {
        self.context.pace = pace;
    }

    /// The row of the act that keeps a person busy.
    pub fn busy(&self, person: PersonId) -> Option<usize> {
        self.activities.iter().flatten().find(|d| d.participants().any(|p| p == person)).map(|d| d.row)
    }

    /// Puts a fault in force until some time.
    pub fn fault(&mut self, fault: Fault, until: Time) {
        self.context.faults.push((fault, until));
    }

    /// Whether the cutover of an account has come.
    pub fn cut_over(&self, account: AccountId) -> bool {
        self.context.cut_over(self.scope(account))
    }

    /// The scope of the rules that an account comes under.
    fn scope(&self, account: AccountId) -> Scope {
        self.world.accounts.get(account.at()).map_or(0, |a| a.scope())
    }

    /// The kind of an account.
    fn kind(&self, account: AccountId) -> AccountKind {
        self.world.accounts.get(account.at()).map_or(AccountKind::SchoolStaff, |a| a.kind)
    }
}

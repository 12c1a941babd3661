//! Rows of a plan as things that may be tried, at other times and in other orders, without planning again.
//!
//! Promises the same run as a file with these rows. Deliberately chooses nothing.

use super::staged_decisions::StagedDecisions;
use super::{Planned, ScenarioPlan, What, When};
use crate::act::Activity;
use crate::clause::Clauses;
use crate::engine::Fault;
use crate::kernel::{Span, Time};
use crate::policy::{Policy, decisive};
use crate::property::{Facts, Judgement, Monitor, Pattern, Property};
use crate::trace::{Event, Nobody, Observer};
use crate::world::authenticator::Symbolic;
use crate::world::ids::PersonId;
use crate::world::state::{Device, World};
use std::sync::Arc;

/// What a row does, as a search sees it.
#[derive(Clone, Copy, Debug)]
pub enum RowEffect<'r> {
    /// An act.
    Act(&'r Activity),
    /// A fault, and how long it is in force where it began with the plan.
    Fault(Fault, Time),
    /// A device's clock is set.
    Clock(PersonId, Device, Span),
    /// A person is away.
    Away(PersonId, Time),
    /// An account comes into being, or a step is taken: only a timeline can say when.
    Other,
}

impl ScenarioPlan {
    /// What the rows do.
    pub fn parts(&self) -> impl Iterator<Item = RowEffect<'_>> {
        self.rows.iter().map(|row| match &row.what {
            What::Act { doing, .. } => RowEffect::Act(doing),
            What::Fault(fault, until) => RowEffect::Fault(*fault, *until),
            What::WrongClock(person, device, clock) => RowEffect::Clock(*person, *device, *clock),
            What::Absent(person, until) => RowEffect::Away(*person, *until),
            What::Created(_) | What::GoOn(_) | What::Forgotten(_) | What::PhoneElsewhere(..) => RowEffect::Other,
        })
    }

    /// What each property comes to where these rows, by their places in the plan, begin at these times, with symbolic
    /// codes; `None` where some row cannot begin. What is in force until some time is so as long after its row as in
    /// the plan.
    pub fn try_rows(&self, rows: &[(Time, usize)]) -> Option<Vec<Judgement>> {
        self.check_rows(&self.moved(rows)).ok()
    }

    fn moved(&self, rows: &[(Time, usize)]) -> Vec<Planned> {
        rows.iter().filter_map(|(time, at)| self.rows.get(*at).map(|row| row.at(*time))).collect()
    }

    /// Clauses beyond the known ones that decide something where these rows begin at these times: the same request with
    /// the clause's rule at its neutral value ends otherwise.
    pub fn decisive_in(&self, rows: &[(Time, usize)], known: Clauses) -> Clauses {
        let moved = self.moved(rows);
        let observer = Deciding { policy: &self.policy, known };
        let run = self.drive(&moved, Symbolic, observer, false);
        run.map_or(Clauses::NONE, |run| run.into_observer().known)
    }

    /// When each act ends, with symbolic codes; `None` where some row cannot begin.
    pub fn ends(&self) -> Option<Vec<Time>> {
        let run = self.drive(&self.rows, Symbolic, Nobody, false).ok()?;
        Some(run.ends())
    }

    /// Whom the act that ends last is about: who does it, where they have a right to the account, otherwise the one
    /// whose account it is, or its custodian. With symbolic codes; `None` where some row cannot begin, or nobody acts.
    pub fn concerned(&self) -> Option<PersonId> {
        let run = self.drive(&self.rows, Symbolic, Nobody, false).ok()?;
        let ended = run.last_end()?;
        let owner = self.world.accounts.get(ended.account.at()).map(|row| row.owner);
        owner.filter(|_| !ended.member).or(Some(ended.person))
    }

    /// The world at the start.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// The rules.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Lets every look ahead visit this many states, whatever its property says.
    pub fn look_ahead(&mut self, states: u32) {
        for expected in &mut self.properties {
            if let Pattern::Possible(possible) = &mut Arc::make_mut(&mut expected.property).pattern {
                possible.states = states;
            }
        }
    }

    /// What the policy decides on the way.
    pub const fn decisions(&self) -> &StagedDecisions {
        &self.decisions
    }

    /// The properties, in their order.
    pub fn properties(&self) -> impl Iterator<Item = &Arc<Property>> {
        self.properties.iter().map(|expected| &expected.property)
    }

    /// A monitor for each property.
    pub fn monitors(&self) -> Vec<Monitor> {
        let facts = Arc::new(Facts::of(&self.world, &self.policy));
        self.properties().map(|property| Monitor::new(Arc::clone(property), Arc::clone(&facts))).collect()
    }

    /// Passwords and secrets that exist before a run begins are numbered below this.
    pub const USED: u32 = super::USED;
}

/// Collects clauses that decide.
struct Deciding<'p> {
    policy: &'p Policy,
    known: Clauses,
}

impl Observer for Deciding<'_> {
    fn see(&mut self, _: Time, _: usize, event: &Event) {
        if let Event::Decided { scope, request, decision } = event
            && !decision.clauses.is_subset(self.known)
        {
            self.known = self.known.union(decisive(self.policy.rules(*scope), request, decision));
        }
    }
}

impl Planned {
    /// The same row at another time.
    fn at(&self, time: Time) -> Planned {
        let mut row = self.clone();
        if let When::At(before) = self.when {
            let moved = |until: Time| time.plus(Span(until.0 - before.0));
            match &mut row.what {
                What::Fault(_, until) | What::Absent(_, until) | What::PhoneElsewhere(_, until) => {
                    *until = moved(*until)
                }
                _ => {}
            }
        }
        row.when = When::At(time);
        row
    }
}

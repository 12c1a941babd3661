//! Properties of a run: specification patterns (Dwyer, Avrunin and Corbett, ICSE 1999; `possible` is CTL's AG EF) over
//! the ends of acts and over states.
//!
//! Promises monitors whose cost for an event does not grow with the trace, and four verdicts. Deliberately parses
//! nothing: names are ids here.

mod binding;
mod monitor;
mod world_view;

pub use binding::{Binding, Facts};
pub use monitor::Monitor;
pub use world_view::{EngineView, Reachability, WorldView, able, answers, is, is_member};

use crate::act::{ActKind, ActOutcome, Via};
use crate::clause::Clauses;
use crate::kernel::calendar::end_of_next_working_day;
use crate::kernel::{Date, Span, Time};
use crate::policy::request::{Factor, Role};
use crate::trace::Ended;
use crate::world::ids::{AccountId, PersonId};

/// Who acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// This person.
    Person(PersonId),
    /// A member of the account, or its owner.
    Member,
    /// Anyone else.
    NonMember,
    /// Whoever has this role.
    Role(Role),
}

impl Who {
    /// Whether this person is meant; `member` says whether they are one of the account.
    pub fn is(self, person: PersonId, member: bool, facts: &Facts) -> bool {
        match self {
            Who::Person(id) => person == id,
            Who::Member => member,
            Who::NonMember => !member,
            Who::Role(role) => facts.role(person) == Some(role),
        }
    }
}

/// What the end of an act is like; `None` and no clause leave a trait open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EndProposition {
    /// The kind of act.
    pub kind: Option<ActKind>,
    /// Who acted.
    pub who: Option<Who>,
    /// On which account.
    pub account: Option<AccountId>,
    /// By which way in.
    pub via: Option<Via>,
    /// How it ended.
    pub result: Option<ActOutcome>,
    /// What it rested on, among others.
    pub resting_on: Clauses,
    /// What answered the second factor.
    pub factor: Option<Factor>,
    /// Whose account opened.
    pub opened: Option<AccountId>,
    /// Whether a page on the way prompted to set up a second factor.
    pub prompted: Option<bool>,
}

impl EndProposition {
    /// Whether the event is of the kind that is spoken of, however it ended.
    pub fn concerns(&self, e: &Ended, facts: &Facts) -> bool {
        self.kind.is_none_or(|kind| kind == e.act.kind())
            && self.who.is_none_or(|who| who.is(e.person, e.member, facts))
            && self.account.is_none_or(|a| a == e.account)
            && self.via.is_none_or(|v| e.via == Some(v))
    }

    /// Whether the event is like this in every trait.
    pub fn matches(&self, e: &Ended, facts: &Facts) -> bool {
        self.concerns(e, facts)
            && self.result.is_none_or(|r| r == e.result)
            && self.resting_on.intersection(e.clauses) == self.resting_on
            && self.factor.is_none_or(|f| f == e.factor)
            && self.opened.is_none_or(|a| e.opened == Some(a))
            && self.prompted.is_none_or(|p| p == e.prompted)
    }
}

/// Exactly who can sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Able {
    /// All who are members then, or the owner of a personal account.
    pub members: bool,
    /// These people, sorted.
    pub people: Vec<PersonId>,
}

/// What is so of an account, or is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// A soft or hard token is enrolled.
    Enrolled,
    /// The account is locked.
    Locked,
    /// A device of the owner or of some member answers an enrolled token.
    DeviceHeld,
    /// A device of the owner, or of each member, answers an enrolled token.
    DeviceHeldByAll,
}

impl Flag {
    /// As a part of a sentence.
    pub const fn phrase(self) -> &'static str {
        match self {
            Flag::Enrolled => "enrolled",
            Flag::Locked => "locked",
            Flag::DeviceHeld => "answered by a member's device",
            Flag::DeviceHeldByAll => "answered by every member's device",
        }
    }
}

/// What the state of an account is like; `None` and no flag leave a trait open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateProposition {
    /// Of which account; `None` means the one that the property is bound to.
    pub account: Option<AccountId>,
    /// Exactly these people can sign in: from a fresh browser, with what they have and know, nobody helping.
    pub can_sign_in: Option<Able>,
    /// What else is so, or is not.
    pub flags: Vec<(Flag, bool)>,
}

impl StateProposition {
    /// The account that is meant under a binding: the one named, the bound one, or the bound person's own.
    pub fn account(&self, binding: Binding, facts: &Facts) -> Option<AccountId> {
        self.account.or_else(|| binding.account(facts))
    }
}

/// What is spoken of: the end of an act, or a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposition {
    /// The end of an act.
    End(EndProposition),
    /// A state, judged when a property's time opens and closes, after every end of an act, and at deadlines.
    State(StateProposition),
}

/// How soon a response has to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// So long after the trigger, inclusive.
    Within(Span),
    /// Before the midnight that closes the trigger's day.
    EndOfDay,
    /// Before the midnight that closes the next working day.
    EndOfNextWorkingDay,
    /// Before this instant.
    At(Time),
    /// Before the run ends.
    End,
}

impl Deadline {
    /// The last instant at which the response is in time.
    fn after(self, trigger: Time) -> Time {
        let before = |time: Time| Time(time.0 - 1);
        match self {
            Deadline::Within(span) => trigger.plus(span),
            Deadline::EndOfDay => before(Time::at(Date(trigger.date().0 + 1), 0)),
            // Planning refuses days outside the calendar; a week is the way out where nobody planned.
            Deadline::EndOfNextWorkingDay => {
                before(end_of_next_working_day(trigger).unwrap_or(Time(trigger.0 + 604_800_000)))
            }
            Deadline::At(time) => before(time),
            Deadline::End => Time(i64::MAX),
        }
    }
}

/// Who may act in a continuation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acting {
    /// Everyone.
    Everyone,
    /// The bound person.
    Bound,
    /// Whoever is one of these.
    These(Vec<Who>),
}

/// Something that some continuation has to reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Possible {
    /// What is to be reached.
    pub leaf: Proposition,
    /// Who may act; nobody else does anything.
    pub acting: Acting,
    /// How long the continuation may take.
    pub within: Span,
    /// Which kinds of acts may be tried; empty leaves it to the search.
    pub acts: Vec<ActKind>,
}

/// The patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Nothing is like this, or not until something is like that (weak until: that need not come).
    Never {
        /// What must not be.
        leaf: Proposition,
        /// What releases it; its own event does already.
        until: Option<Proposition>,
    },
    /// Every event of this kind is like this; a state is always like this.
    Always(Proposition),
    /// Something is like this at some time.
    Eventually(Proposition),
    /// After each trigger comes a response in time. A state triggers when it begins.
    Response {
        /// The trigger.
        trigger: Proposition,
        /// The response.
        response: Proposition,
        /// How soon.
        deadline: Deadline,
    },
    /// At every point some continuation reaches this: judged when the time opens, after each end of an act, and at
    /// each cutover.
    Possible(Possible),
}

/// One instant that opens or closes the time in which a property speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The cutover of the account that the event or state is about; the last cutover where it is about none.
    Cutover,
    /// This instant.
    At(Time),
}

/// What a property is bound to: one monitor for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ForEach {
    /// Each person.
    pub person: bool,
    /// Each account.
    pub account: bool,
    /// Each place.
    pub place: bool,
}

impl ForEach {
    /// Whether it is bound to two things at once.
    pub const fn is_pair(self) -> bool {
        self.person as u8 + self.account as u8 + self.place as u8 > 1
    }
}

/// A property, compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// What has to be so.
    pub pattern: Pattern,
    /// From here on, inclusive.
    pub after: Option<Moment>,
    /// Up to here, exclusive.
    pub before: Option<Moment>,
    /// What it is bound to.
    pub each: ForEach,
}

impl Property {
    /// Whether it asks for something that has to come, so that doing nothing is no answer to it.
    pub const fn is_owed(&self) -> bool {
        matches!(self.pattern, Pattern::Eventually(_) | Pattern::Response { .. })
    }

    /// Whether it looks at what an outcome rests on.
    pub fn asks_for_clauses(&self) -> bool {
        let rests = |leaf: &Proposition| matches!(leaf, Proposition::End(end) if !end.resting_on.is_empty());
        match &self.pattern {
            Pattern::Never { leaf, until } => rests(leaf) || until.as_ref().is_some_and(rests),
            Pattern::Always(leaf) | Pattern::Eventually(leaf) => rests(leaf),
            Pattern::Response { trigger, response, .. } => rests(trigger) || rests(response),
            Pattern::Possible(possible) => rests(&possible.leaf),
        }
    }
}

/// What a property came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PropertyVerdict {
    /// Nothing it speaks of happened.
    Vacuous,
    /// It holds.
    Holds,
    /// A deadline lies past the end.
    Pending,
    /// It does not hold.
    Violated,
}

impl PropertyVerdict {
    /// As a part of a sentence.
    pub const fn phrase(self) -> &'static str {
        match self {
            PropertyVerdict::Vacuous => "is vacuous",
            PropertyVerdict::Holds => "holds",
            PropertyVerdict::Pending => "is pending",
            PropertyVerdict::Violated => "is violated",
        }
    }

    /// The word that files and reports use.
    pub const fn word(self) -> &'static str {
        match self {
            PropertyVerdict::Vacuous => "vacuous",
            PropertyVerdict::Holds => "holds",
            PropertyVerdict::Pending => "pending",
            PropertyVerdict::Violated => "violated",
        }
    }
}

/// A verdict, and the event that it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: PropertyVerdict,
    /// When it was broken: the end of the shortest violating prefix.
    pub at: Option<Time>,
    /// The row that broke it, or whose trigger stayed unanswered.
    pub row: Option<usize>,
    /// What that row rested on; where it holds, what the last event rested on that met it.
    pub clauses: Clauses,
}

#[cfg(test)]
mod tests;

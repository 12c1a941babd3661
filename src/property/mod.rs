//! Temporal properties of a run: specification patterns (Dwyer, Avrunin and Corbett, ICSE 1999; `possible` is CTL's AG
//! EF) over the ends of acts and over states.
//!
//! Promises monitors whose cost per event does not grow with the trace, and four verdicts. Deliberately parses nothing:
//! names are ids here.

mod binding;
mod monitor;
mod world_view;

pub use binding::{Binding, Facts};
pub use monitor::Monitor;
pub use world_view::{EngineView, Outlook, Reachability, WorldView, able, answers, is, is_member, knowing};

use crate::act::{Act, ActKind, ActOutcome, Interaction, Via};
use crate::clause::Clauses;
use crate::kernel::calendar::end_of_next_working_day;
use crate::kernel::{Date, Span, Time};
use crate::policy::request::{Factor, Role, Topic};
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
    /// Everyone with this role.
    Role(Role),
}

impl Who {
    /// Whether this person is meant; `member` says whether they are a member of the account.
    pub fn is(self, person: PersonId, member: bool, facts: &Facts) -> bool {
        match self {
            Who::Person(id) => person == id,
            Who::Member => member,
            Who::NonMember => !member,
            Who::Role(role) => facts.role(person) == Some(role),
        }
    }
}

/// Whose account opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// This account.
    Account(AccountId),
    /// An account other than the one on which the person acted.
    Other,
    /// None.
    Nobody,
}

impl Opened {
    /// Whether the act ended so.
    pub fn is(self, e: &Ended) -> bool {
        match self {
            Opened::Account(account) => e.opened == Some(account),
            Opened::Other => e.opened.is_some_and(|account| account != e.account),
            Opened::Nobody => e.opened.is_none(),
        }
    }
}

/// For what help an act asks.
const fn topic_of(act: Act) -> Option<Topic> {
    if let Act::Interaction(Interaction::Ask { topic, .. }) = act { Some(topic) } else { None }
}

/// A proposition about the end of an act; `None`, or an empty set of clauses, leaves a trait open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EndProposition {
    /// The kind of act.
    pub kind: Option<ActKind>,
    /// Who acted.
    pub who: Option<Who>,
    /// The account on which they acted.
    pub account: Option<AccountId>,
    /// The way in that was used.
    pub via: Option<Via>,
    /// How it ended.
    pub result: Option<ActOutcome>,
    /// Clauses that it rested on, possibly among others.
    pub resting_on: Clauses,
    /// The second factor that was used.
    pub factor: Option<Factor>,
    /// Whose account opened.
    pub opened: Option<Opened>,
    /// For what help was asked.
    pub topic: Option<Topic>,
    /// Whether a page of the act prompted the person to set up a second factor.
    pub prompted: Option<bool>,
}

impl EndProposition {
    /// Whether the event is of the kind that the proposition is about, however it ended.
    pub fn concerns(&self, e: &Ended, facts: &Facts) -> bool {
        self.kind.is_none_or(|kind| kind == e.act.kind())
            && self.who.is_none_or(|who| who.is(e.person, e.member, facts))
            && self.account.is_none_or(|a| a == e.account)
            && self.topic.is_none_or(|topic| topic_of(e.act) == Some(topic))
            && self.via.is_none_or(|v| e.via == Some(v))
    }

    /// Whether the event matches the proposition in every trait.
    pub fn matches(&self, e: &Ended, facts: &Facts) -> bool {
        self.concerns(e, facts)
            && self.result.is_none_or(|r| r == e.result)
            && self.resting_on.intersection(e.clauses) == self.resting_on
            && self.factor.is_none_or(|f| f == e.factor)
            && self.opened.is_none_or(|opened| opened.is(e))
            && self.prompted.is_none_or(|p| p == e.prompted)
    }
}

/// An exact set of people, such as those who can sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Able {
    /// All members at that time, or the owner of a personal account.
    pub members: bool,
    /// These people, sorted.
    pub people: Vec<PersonId>,
}

/// A flag of an account, which is true or false.
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
    /// The flag as a part of a sentence.
    pub const fn phrase(self) -> &'static str {
        match self {
            Flag::Enrolled => "enrolled",
            Flag::Locked => "locked",
            Flag::DeviceHeld => "answered by a member's device",
            Flag::DeviceHeldByAll => "answered by every member's device",
        }
    }
}

/// A proposition about the state of an account; `None`, or an empty list of flags, leaves a trait open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateProposition {
    /// The account; `None` means the one that the property is bound to.
    pub account: Option<AccountId>,
    /// Exactly these people can sign in: from a fresh browser, with what they have and know, and without help.
    pub can_sign_in: Option<Able>,
    /// Exactly these people know the password that is in force.
    pub knows_password: Option<Able>,
    /// Flags and whether each has to be true or false.
    pub flags: Vec<(Flag, bool)>,
}

impl StateProposition {
    /// The account that is meant under a binding: the one named, the bound one, or the bound person's own.
    pub fn account(&self, binding: Binding, facts: &Facts) -> Option<AccountId> {
        self.account.or_else(|| binding.account(facts))
    }
}

/// An atomic proposition of a property: about the end of an act, or about a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposition {
    /// The end of an act.
    End(EndProposition),
    /// A state, judged when the property's scope opens and closes, after every end of an act, and at deadlines.
    State(StateProposition),
}

/// The deadline of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// This span after the trigger, inclusive.
    Within(Span),
    /// Before the midnight that ends the trigger's day.
    EndOfDay,
    /// Before the midnight that ends the next working day.
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
            // Planning refuses days outside the calendar; without a plan, a week is the fallback.
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
    /// These people or roles.
    These(Vec<Who>),
}

/// A reachability condition: something that some continuation has to reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Possible {
    /// What is to be reached.
    pub leaf: Proposition,
    /// Who may act in the continuation; no one else acts.
    pub acting: Acting,
    /// How long the continuation may take.
    pub within: Span,
    /// The kinds of acts that may be tried; if empty, the search chooses.
    pub acts: Vec<ActKind>,
    /// The most states that one look ahead visits; with more, it is cut short.
    pub states: u32,
}

/// The specification patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Absence: this never holds, or not until something else holds (weak until: that need not happen).
    Never {
        /// The proposition that must not hold.
        leaf: Proposition,
        /// The proposition that releases it, from the event in which it holds onwards, inclusive.
        until: Option<Proposition>,
    },
    /// Universality: every event of this kind matches, or the state always holds.
    Always(Proposition),
    /// Existence: this holds at some time.
    Eventually(Proposition),
    /// Response: each trigger is followed by a response in time. A state triggers when it begins to hold.
    Response {
        /// The trigger.
        trigger: Proposition,
        /// The response.
        response: Proposition,
        /// The deadline of the response.
        deadline: Deadline,
    },
    /// Possibility (CTL's AG EF): at every point some continuation reaches this. It is judged when the scope opens,
    /// after each end of an act, and at each cutover.
    Possible(Possible),
}

/// An instant at which the scope of a property opens or closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The cutover of the account that the event or state is about; the last cutover of all if there is no such
    /// account.
    Cutover,
    /// This instant.
    At(Time),
}

/// The variables that a property binds; there is one monitor for each binding.
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
    /// Whether the property is bound to pairs.
    pub const fn is_pair(self) -> bool {
        self.person as u8 + self.account as u8 + self.place as u8 > 1
    }
}

/// A compiled property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// The specification pattern.
    pub pattern: Pattern,
    /// The start of the scope, inclusive.
    pub after: Option<Moment>,
    /// The end of the scope, exclusive.
    pub before: Option<Moment>,
    /// What it is bound to.
    pub each: ForEach,
}

impl Property {
    /// Whether it is an eventuality: it asks for something to happen, so that doing nothing cannot satisfy it.
    pub const fn is_owed(&self) -> bool {
        matches!(self.pattern, Pattern::Eventually(_) | Pattern::Response { .. })
    }

    /// Whether it depends on the clauses that an outcome rests on.
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

/// The verdict on a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PropertyVerdict {
    /// Nothing that the property is about happened.
    Vacuous,
    /// The property holds.
    Holds,
    /// A deadline lies past the end of the run.
    Pending,
    /// A look ahead was cut short by its bound, so that nothing is known.
    Undecided,
    /// The property does not hold.
    Violated,
}

impl PropertyVerdict {
    /// As a part of a sentence.
    pub const fn phrase(self) -> &'static str {
        match self {
            PropertyVerdict::Vacuous => "is vacuous",
            PropertyVerdict::Holds => "holds",
            PropertyVerdict::Pending => "is pending",
            PropertyVerdict::Undecided => "is undecided",
            PropertyVerdict::Violated => "is violated",
        }
    }

    /// The word that files and reports use.
    pub const fn word(self) -> &'static str {
        match self {
            PropertyVerdict::Vacuous => "vacuous",
            PropertyVerdict::Holds => "holds",
            PropertyVerdict::Pending => "pending",
            PropertyVerdict::Undecided => "undecided",
            PropertyVerdict::Violated => "violated",
        }
    }
}

/// A verdict, and the event that it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: PropertyVerdict,
    /// When it was violated: the end of the shortest violating prefix; when it became undecided.
    pub at: Option<Time>,
    /// The row that violated it, whose trigger had no response, or after which it is undecided.
    pub row: Option<usize>,
    /// The clauses that this row rested on; if the property holds, those of the last event that upheld it.
    pub clauses: Clauses,
}

#[cfg(test)]
mod tests;

//! Properties of a run: specification patterns (Dwyer, Avrunin and Corbett, ICSE 1999) over the ends of acts.
//!
//! Promises monitors whose cost for an event does not grow with the trace, and four verdicts. Deliberately parses
//! nothing: names are ids here.

use crate::act::Via;
use crate::clause::Clauses;
use crate::kernel::calendar::end_of_next_working_day;
use crate::kernel::{Date, Span, Time};
use crate::policy::request::Factor;
use crate::trace::{Ended, Result};
use crate::world::ids::{AccountId, PersonId};
use std::collections::BTreeMap;

/// Who acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// This person.
    Person(PersonId),
    /// A member of the account, or its owner.
    Member,
    /// Anyone else.
    NonMember,
}

/// What the end of an act is like; `None` and no clause leave a trait open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leaf {
    /// The act's word.
    pub word: Option<&'static str>,
    /// Who acted.
    pub who: Option<Who>,
    /// On which account.
    pub account: Option<AccountId>,
    /// By which way in.
    pub via: Option<Via>,
    /// How it ended.
    pub result: Option<Result>,
    /// What it rested on, among others.
    pub resting_on: Clauses,
    /// What answered the second factor.
    pub factor: Option<Factor>,
    /// Whose account opened.
    pub opened: Option<AccountId>,
}

impl Leaf {
    /// Whether the event is of the kind that is spoken of, however it ended.
    pub fn concerns(&self, word: &str, e: &Ended) -> bool {
        let who = match self.who {
            None => true,
            Some(Who::Person(id)) => e.person == id,
            Some(Who::Member) => e.member,
            Some(Who::NonMember) => !e.member,
        };
        who && self.word.is_none_or(|w| w == word)
            && self.account.is_none_or(|a| a == e.account)
            && self.via.is_none_or(|v| e.via == Some(v))
    }

    /// Whether the event is like this in every trait.
    pub fn matches(&self, word: &str, e: &Ended) -> bool {
        self.concerns(word, e)
            && self.result.is_none_or(|r| r == e.result)
            && self.resting_on.common(e.clauses) == self.resting_on
            && self.factor.is_none_or(|f| f == e.factor)
            && self.opened.is_none_or(|a| e.opened == Some(a))
    }
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

/// The patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// No event is like this.
    Never(Leaf),
    /// Every event of this kind is like this.
    Always(Leaf),
    /// Some event is like this.
    Eventually(Leaf),
    /// After each trigger comes a response in time.
    Response {
        /// The trigger.
        trigger: Leaf,
        /// The response.
        response: Leaf,
        /// How soon.
        deadline: Deadline,
    },
}

/// One instant that opens or closes the time in which a property speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The cutover of the account that the event is about.
    Cutover,
    /// This instant.
    At(Time),
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
    /// One monitor a person.
    pub each_person: bool,
    /// One monitor an account.
    pub each_account: bool,
}

/// What a property came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing it speaks of happened.
    Vacuous,
    /// It holds.
    Holds,
    /// A deadline lies past the end.
    Pending,
    /// It does not hold.
    Violated,
}

impl Verdict {
    /// As a part of a sentence.
    pub const fn phrase(self) -> &'static str {
        match self {
            Verdict::Vacuous => "is vacuous",
            Verdict::Holds => "holds",
            Verdict::Pending => "is pending",
            Verdict::Violated => "is violated",
        }
    }

    /// The word that files and reports use.
    pub const fn word(self) -> &'static str {
        match self {
            Verdict::Vacuous => "vacuous",
            Verdict::Holds => "holds",
            Verdict::Pending => "pending",
            Verdict::Violated => "violated",
        }
    }
}

/// A verdict, and the event that broke the property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// When it was broken: the end of the shortest violating prefix.
    pub at: Option<Time>,
    /// The row that broke it, or whose trigger stayed unanswered.
    pub row: Option<usize>,
    /// What that row rested on.
    pub clauses: Clauses,
}

/// The memory of one binding.
#[derive(Clone, Copy, Debug)]
struct Memory {
    concerned: bool,
    met: bool,
    /// The oldest trigger that waits: its deadline, its row and what it rested on.
    open: Option<(Time, usize, Clauses)>,
}

/// A property at work.
#[derive(Clone, Debug)]
pub struct Monitor {
    property: Property,
    /// Each account's cutover, by id.
    cutovers: Vec<Time>,
    memories: BTreeMap<(u32, u32), Memory>,
    broken: Option<Judgement>,
}

impl Monitor {
    /// A monitor of a property, for accounts with these cutovers.
    pub fn new(property: Property, cutovers: Vec<Time>) -> Monitor {
        Monitor { property, cutovers, memories: BTreeMap::new(), broken: None }
    }

    fn at(&self, moment: Moment, account: AccountId) -> Time {
        match moment {
            Moment::Cutover => self.cutovers.get(account.at()).copied().unwrap_or(Time(i64::MAX)),
            Moment::At(time) => time,
        }
    }

    /// Sees an act end.
    pub fn see(&mut self, time: Time, word: &str, e: &Ended) {
        if self.broken.is_some()
            || self.property.after.is_some_and(|m| time < self.at(m, e.account))
            || self.property.before.is_some_and(|m| time >= self.at(m, e.account))
        {
            return;
        }
        let person = if self.property.each_person { e.person.0 } else { 0 };
        let account = if self.property.each_account { e.account.0 } else { 0 };
        let fresh = Memory { concerned: false, met: false, open: None };
        let memory = self.memories.entry((person, account)).or_insert(fresh);
        let breaks = Judgement { verdict: Verdict::Violated, at: Some(time), row: Some(e.row), clauses: e.clauses };
        match self.property.pattern {
            Pattern::Never(leaf) => {
                memory.concerned |= leaf.concerns(word, e);
                if leaf.matches(word, e) {
                    self.broken = Some(breaks);
                }
            }
            Pattern::Always(leaf) => {
                memory.concerned |= leaf.concerns(word, e);
                if leaf.concerns(word, e) && !leaf.matches(word, e) {
                    self.broken = Some(breaks);
                }
            }
            Pattern::Eventually(leaf) => memory.met |= leaf.matches(word, e),
            Pattern::Response { trigger, response, deadline } => {
                memory.concerned |= trigger.concerns(word, e);
                if let Some((due, row, clauses)) = memory.open {
                    if time > due {
                        self.broken =
                            Some(Judgement { verdict: Verdict::Violated, at: Some(due), row: Some(row), clauses });
                        return;
                    }
                    if response.matches(word, e) {
                        memory.open = None;
                    }
                }
                if trigger.matches(word, e) {
                    memory.met = true;
                    memory.open.get_or_insert((deadline.after(time), e.row, e.clauses));
                }
            }
        }
    }

    /// The verdict when the run has ended at this time.
    pub fn finish(&self, end: Time) -> Judgement {
        if let Some(broken) = self.broken {
            return broken;
        }
        let of = |verdict| Judgement { verdict, at: None, row: None, clauses: Clauses::NONE };
        let memories = self.memories.values();
        match self.property.pattern {
            Pattern::Never(_) | Pattern::Always(_) => {
                of(if memories.clone().any(|m| m.concerned) { Verdict::Holds } else { Verdict::Vacuous })
            }
            Pattern::Eventually(_) => {
                let met = !self.memories.is_empty() && memories.clone().all(|m| m.met);
                let open = matches!(self.property.before, Some(Moment::At(time)) if end < time);
                of(match (met, open) {
                    (true, _) => Verdict::Holds,
                    (false, true) => Verdict::Pending,
                    (false, false) => Verdict::Violated,
                })
            }
            Pattern::Response { deadline, .. } => {
                let late = memories.clone().filter_map(|m| m.open).min_by_key(|(due, ..)| *due);
                match late {
                    Some((due, row, clauses)) if due < end || deadline == Deadline::End => {
                        let at = Some(due.min(end));
                        Judgement { verdict: Verdict::Violated, at, row: Some(row), clauses }
                    }
                    Some((_, row, clauses)) => {
                        Judgement { verdict: Verdict::Pending, at: None, row: Some(row), clauses }
                    }
                    None if memories.clone().any(|m| m.concerned) => of(Verdict::Holds),
                    None => of(Verdict::Vacuous),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;

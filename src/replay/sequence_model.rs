//! A run as a picture needs it: the rows, who took part, what was sent and decided in each, and the state around it.
//!
//! Promises the words of the story, in the order of the trace, and no password, answer, OTP or secret. Deliberately
//! draws nothing.

use super::state_text::StateText;
use super::story::{TraceEntry, body_words, outcome_words, request_words};
use super::{JudgedProperty, ScenarioPlan, Verdict, What};
use crate::act::ActOutcome;
use crate::clause::Clauses;
use crate::diagnostic::{Lines, clean};
use crate::format::yaml::comments;
use crate::kernel::Time;
use crate::policy::request::Outcome;
use crate::policy::rules::Rule;
use crate::trace::Event;
use crate::world::message::Party;
use std::collections::BTreeSet;

/// One thing within a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A message arrived, or was lost to a fault on its way.
    Message {
        /// When.
        at: Time,
        /// From whom.
        from: Party,
        /// To whom.
        to: Party,
        /// What it says.
        says: String,
        /// It never arrived.
        lost: bool,
    },
    /// The policy decided.
    Decision {
        /// Who asked: the party that the message before had reached.
        by: Party,
        /// What was asked.
        asked: String,
        /// What it said.
        outcome: Outcome,
        /// The same in words.
        said: String,
        /// What that rests on.
        clauses: Clauses,
    },
}

impl Frame {
    /// The same at another time.
    #[must_use]
    pub fn moved(self, to: Time) -> Frame {
        match self {
            Frame::Message { from, to: reaches, says, lost, .. } => {
                Frame::Message { at: to, from, to: reaches, says, lost }
            }
            decision @ Frame::Decision { .. } => decision,
        }
    }
}

/// A row of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequenceRow {
    /// The line of the file.
    pub line: usize,
    /// What the author wrote before and beside it.
    pub comments: Vec<String>,
    /// Who took part, by name; nobody in a fault of a party or an event.
    pub people: Vec<String>,
    /// The act, fault or event.
    pub word: &'static str,
    /// It is no act of a person.
    pub bystander: bool,
    /// Who did what, without how it ended.
    pub says: String,
    /// When it began.
    pub began: Option<Time>,
    /// When and how it ended.
    pub ended: Option<(Time, ActOutcome)>,
    /// Whose account opened, where it is another than the one that was meant.
    pub opens: Option<String>,
    /// What the outcome rests on.
    pub clauses: Clauses,
    /// The pages that its people saw.
    pub pages: Vec<String>,
    /// Messages and decisions.
    pub steps: Vec<Frame>,
    /// The state before it.
    pub before: StateText,
    /// The state after it.
    pub after: StateText,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequenceModel {
    /// Everyone in it, by name.
    pub people: Vec<String>,
    /// The rows in their order.
    pub rows: Vec<SequenceRow>,
    /// When accounts cut over, each instant once.
    pub cutovers: Vec<Time>,
    /// What was looked at when all had ended, as sentences.
    pub ending: Vec<String>,
    /// The properties, and what they came to.
    pub properties: Vec<JudgedProperty>,
    /// When the last thing happened.
    pub end: Option<Time>,
}

impl ScenarioPlan {
    /// The run as a picture needs it; `text` is the file that it came from.
    pub fn scene(&self, verdict: &Verdict, text: &str) -> SequenceModel {
        let events = self.by_row(verdict);
        let lines = Lines::new(text);
        let mut said = comments(text).into_iter().peekable();
        let mut rows = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let line = lines.place(row.place.start).0;
            let mut told = Vec::new();
            while let Some(comment) = said.next_if(|comment| comment.line <= line) {
                if !comment.text.contains("yaml-language-server") {
                    told.push(clean(comment.text.trim_start_matches('#').trim()));
                }
            }
            let seen = events.get(index).map(Vec::as_slice).unwrap_or_default();
            let ended = verdict.ended.get(index).copied().flatten();
            let (people, says) = match &row.what {
                What::Act { doing, .. } => {
                    let names = doing.participants().map(|p| self.names.person(p).to_owned());
                    (names.collect(), self.deed(row, doing))
                }
                What::Absent(person, _)
                | What::WrongClock(person, ..)
                | What::GoOn(person)
                | What::Forgotten(person)
                | What::PhoneElsewhere(person, _) => {
                    (vec![self.names.person(*person).to_owned()], self.fault_line(row, &row.what))
                }
                What::Created(account) => (Vec::new(), format!("the account {} is made", self.names.account(*account))),
                What::Fault(..) => (Vec::new(), self.fault_line(row, &row.what)),
            };
            let (before, after) = verdict.states.get(index).cloned().unwrap_or_default();
            rows.push(SequenceRow {
                line,
                comments: told,
                people,
                word: row.word,
                bystander: !matches!(row.what, What::Act { .. }),
                says,
                began: verdict.began.get(index).copied().flatten(),
                ended: ended.map(|(time, ended)| (time, ended.result)),
                opens: ended
                    .and_then(|(_, ended)| ended.opened.filter(|opened| *opened != ended.account))
                    .map(|opened| self.names.account(opened).to_owned()),
                clauses: ended.map(|(_, ended)| ended.clauses).unwrap_or_default(),
                pages: self.pages(seen),
                steps: self.clicks(seen),
                before,
                after,
            });
        }
        let rules = |account: &crate::world::state::Account| self.policy.rules(account.scope());
        let cutovers: BTreeSet<Time> = self.world.accounts.iter().map(|a| Time(rules(a).get(Rule::Cutover))).collect();
        let times = rows.iter().flat_map(|row| [row.began, row.ended.map(|(time, _)| time)]);
        let end = times.flatten().chain(verdict.trace.events.iter().map(|(time, ..)| *time)).max();
        SequenceModel {
            people: self.names.everyone().into_iter().map(|p| self.names.person(p).to_owned()).collect(),
            rows,
            cutovers: cutovers.into_iter().collect(),
            ending: verdict.then.clone(),
            properties: verdict.properties.clone(),
            end,
        }
    }

    fn clicks(&self, events: &[&TraceEntry]) -> Vec<Frame> {
        let mut by = Party::Browser;
        let mut out = Vec::new();
        for (at, _, event) in events {
            match event {
                Event::Message(m) | Event::Lost(m) => {
                    let lost = matches!(event, Event::Lost(_));
                    let says = body_words(&m.body, &self.names, &self.world.mailboxes);
                    out.push(Frame::Message { at: *at, from: m.from, to: m.to, says, lost });
                    by = if lost { m.from } else { m.to };
                }
                Event::Decided { request, decision, .. } => out.push(Frame::Decision {
                    by,
                    asked: request_words(request),
                    outcome: decision.outcome,
                    said: outcome_words(decision.outcome),
                    clauses: decision.clauses,
                }),
                Event::Began { .. } | Event::Ended(_) => {}
            }
        }
        out
    }
}

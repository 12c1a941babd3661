//! The plan of a rehearsal: everything that its replicates depend on, checked and in the units of the model.
//!
//! Promises that replicates of equal plans are equal. Deliberately reads no file.

use crate::engine::Fault;
use crate::format::parameters::{Knob, Parameter, Parameters};
use crate::format::rehearsal::Measure;
use crate::format::text_formats::ReminderDay;
use crate::kernel::{Date, Time};
use crate::policy::request::AccountKind;
use crate::policy::rules::Rule;
use crate::rehearsal::setup::gate_spec::Gate;
use crate::rehearsal::setup::population::PopulationSpec;
use crate::rehearsal::setup::roster::{PlaceList, drawn_name};
use crate::replay::library::Candidate;
use std::collections::BTreeSet;

/// A rehearsal that can be run.
#[derive(Clone, Debug)]
pub struct RehearsalPlan {
    /// Its title.
    pub title: String,
    /// The name of its file.
    pub file: String,
    /// By when somebody has to decide.
    pub decide_by: Option<Date>,
    /// The policy.
    pub candidate: Candidate,
    /// Every parameter.
    pub parameters: Parameters,
    /// The parameters that the file sets.
    pub set: BTreeSet<Parameter>,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// The hours in which the day's sign-in begins: each with its first millisecond and its share.
    pub hours: Vec<(i64, u32)>,
    /// They are the file's, and no assumption.
    pub hours_set: bool,
    /// The days of reminders.
    pub reminders: BTreeSet<ReminderDay>,
    /// What goes wrong, from when until when.
    pub faults: Vec<(Time, Time, Fault)>,
    /// How many times over.
    pub runs: u32,
    /// The seed of all draws.
    pub seed: u32,
    /// Which measures the report shows over time.
    pub measures: Vec<Measure>,
    /// What has to be so for a go.
    pub gates: Vec<Gate>,
    /// An undecided gate is no go.
    pub undecided_is_no_go: bool,
    /// The people that a directory knows, by place.
    pub directory: Option<Vec<PlaceList>>,
    /// What a reader of that directory should know: a sentence each.
    pub notes: Vec<String>,
    /// Ranges of what is assumed.
    pub doubt: Vec<(Knob, Vec<i64>)>,
    /// Policies to compare with.
    pub candidates: Vec<String>,
    /// Values to make a table of.
    pub sweep: Vec<(Knob, Vec<i64>)>,
    /// Requests take exponential times, with the median as their mean: the desk that queueing theory solves.
    pub memoryless: bool,
}

impl RehearsalPlan {
    /// How many days the span has.
    pub fn days(&self) -> u32 {
        u32::try_from(self.to.0 - self.from.0 + 1).unwrap_or(1)
    }

    /// How many schools and divisions there are.
    pub fn places(&self) -> usize {
        let count = |parameter| self.parameters.count(parameter) as usize;
        let drawn = || count(Parameter::Schools) + count(Parameter::Divisions);
        self.directory.as_ref().map_or_else(drawn, Vec::len)
    }

    /// What a place is called: by its directory, or by its number.
    pub fn place(&self, at: usize) -> String {
        if let Some(places) = &self.directory {
            return places.get(at).map(|place| place.name.clone()).unwrap_or_default();
        }
        drawn_name(at, self.parameters.count(Parameter::Schools) as usize)
    }

    /// Whether a place is a school; else it is a division of headquarters.
    pub fn is_school(&self, at: usize) -> bool {
        let drawn = || at < self.parameters.count(Parameter::Schools) as usize;
        self.directory.as_ref().map_or_else(drawn, |places| places.get(at).is_some_and(|place| place.school))
    }

    /// What its population depends on.
    pub fn population(&self) -> PopulationSpec<'_> {
        PopulationSpec {
            candidate: &self.candidate,
            parameters: &self.parameters,
            first_day: self.from,
            days: self.days(),
            directory: self.directory.as_deref(),
        }
    }

    /// The first instant.
    pub fn start(&self) -> Time {
        Time::at(self.from, 0)
    }

    /// The instant at which it ends: the midnight that closes the last day.
    pub fn end(&self) -> Time {
        Time::at(Date(self.to.0 + 1), 0)
    }
}

/// The cutovers of schools, of HQ and of the places that the policy names within the span, in order, with those that a
/// decision on the way can bring; a policy that never cuts over has none.
pub fn cutovers(plan: &RehearsalPlan) -> BTreeSet<Time> {
    let all = waves(plan).into_iter().map(|(cutover, _)| cutover);
    all.filter(|cutover| (plan.start()..plan.end()).contains(cutover)).collect()
}

/// The cutovers that the policy can come to, within the span or not, of places of the kinds that there are: each with
/// whether it is that of schools.
pub fn waves(plan: &RehearsalPlan) -> BTreeSet<(Time, bool)> {
    let named = plan.candidate.places();
    let places = (0..plan.places()).filter(|_| !named.is_empty()).map(|at| (plan.place(at), plan.is_school(at)));
    let places = places.filter(|(name, _)| named.contains(name.as_str()));
    let kinds = [true, false].into_iter().filter(|school| (0..plan.places()).any(|at| plan.is_school(at) == *school));
    let all = kinds.map(|school| (String::new(), school)).chain(places);
    let of = |(name, school): (String, bool)| {
        let own = if school { AccountKind::SchoolStaff } else { AccountKind::HqStaff };
        let shared = if school { AccountKind::SchoolGeneric } else { AccountKind::HqGeneric };
        let rules = [own, shared].map(|kind| plan.candidate.all_rules(&name, school, kind));
        rules.into_iter().flatten().map(move |rules| (Time(rules.get(Rule::Cutover)), school))
    };
    all.flat_map(of).collect()
}

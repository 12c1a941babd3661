//! Searching for a schedule that breaks a property: whole schedules at random, the first that breaks it made as small
//! as it can be, and written back as a scenario that anyone can read and `test` replays.
//!
//! Promises the same answer for the same file and seed, for any number of threads. Deliberately proves nothing: a search at
//! random that finds nothing says how much it tried, no more.

mod schedule;
mod shrink;
mod write;

pub use schedule::{Item, Space};

use crate::diagnostic::Diagnostic;
use crate::format::load::{Case, Loaded};
use crate::format::scenario::Scenario;
use crate::property::{Judgement, Verdict};
use crate::replay::book::Book;
use crate::replay::{Plan, plan_of};
use rayon::prelude::*;

/// Schedules tried at a time, before what they gave is looked at.
const CHUNK: u64 = 512;

/// What a search for one property came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The property's name.
    pub property: String,
    /// The schedule, as small as it could be made; `None` where nothing broke the property.
    pub schedule: Option<Vec<Item>>,
    /// The counterexample as a scenario file.
    pub text: Option<String>,
    /// How many rows the schedule had before it was made small.
    pub rows_before: usize,
    /// Some schedule spoke of the property at all.
    pub triggered: bool,
    /// The file expects it to be violated.
    pub expected: bool,
}

/// A search and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// For each property of the file.
    pub found: Vec<Found>,
    /// How many schedules were run.
    pub tried: u64,
    /// How many of them could not begin some row, and say nothing.
    pub discarded: u64,
}

/// What is searched: a start, a space of schedules, and the properties.
pub struct Explorer<'a> {
    loaded: &'a Loaded,
    case: &'a Case,
    book: &'a Book,
    space: Space,
}

impl<'a> Explorer<'a> {
    /// An explorer of a case that has an `explore:` block.
    ///
    /// # Errors
    /// Everything that is wrong with the start, the block or the properties.
    pub fn new(loaded: &'a Loaded, case: &'a Case, book: &'a Book) -> Result<Explorer<'a>, Vec<Diagnostic>> {
        let name = &loaded.source.name;
        let fault = |code, title: &str, help: &str| {
            Err(vec![Diagnostic::error(code, title).at(name, case.tree.span).label("this file").help(help)])
        };
        let Some(block) = &case.scenario.explore else {
            return fault("S401", "there is nothing to explore", "add `explore:` with `acts:`, `from:` and `to:`");
        };
        if case.scenario.properties.is_empty() {
            return fault(
                "S402",
                "there is no property to break",
                "add `properties:`, or `use:` one of a properties file",
            );
        }
        plan_of(name, &case.tree, &case.scenario, book, None)?;
        let space = Space::new(&case.scenario, block).map_err(|(key, title, help)| {
            let path = [crate::format::tree::Step::Key("explore"), crate::format::tree::Step::Key(key)];
            let at = case.tree.at(&path).map_or(case.tree.span, |t| t.span);
            vec![Diagnostic::error("S403", title).at(name, at).label("here").help(help)]
        })?;
        Ok(Explorer { loaded, case, book, space })
    }

    /// The scenario with this timeline.
    fn scenario(&self, schedule: &[Item]) -> Scenario {
        Scenario { when: self.space.rows(schedule), then: Vec::new(), ..self.case.scenario.clone() }
    }

    fn plan(&self, scenario: &Scenario) -> Option<Plan> {
        plan_of(&self.loaded.source.name, &self.case.tree, scenario, self.book, None).ok()
    }

    /// What each property comes to under this schedule; `None` where some row cannot begin.
    pub fn check(&self, schedule: &[Item]) -> Option<Vec<Judgement>> {
        self.plan(&self.scenario(schedule))?.check().ok()
    }

    fn breaks(&self, schedule: &[Item], property: usize) -> bool {
        self.violates(&self.scenario(schedule), property)
    }

    fn violates(&self, scenario: &Scenario, property: usize) -> bool {
        let judged = self.plan(scenario).and_then(|plan| plan.check().ok());
        judged.and_then(|j| j.get(property).copied()).is_some_and(|j| j.verdict == Verdict::Violated)
    }

    /// Searches `runs` schedules drawn with this seed. `goes_on` is asked after every few hundred of them.
    pub fn search(&self, runs: u64, seed: u64, goes_on: impl Fn(u64) -> bool) -> Search {
        let count = self.case.scenario.properties.len();
        let mut first: Vec<Option<Vec<Item>>> = vec![None; count];
        let mut triggered = vec![false; count];
        let (mut tried, mut discarded) = (0, 0);
        while tried < runs && first.iter().any(Option::is_none) && goes_on(tried) {
            let chunk: Vec<u64> = (tried..runs.min(tried + CHUNK)).collect();
            let judged: Vec<Option<Vec<Judgement>>> =
                chunk.par_iter().map(|run| self.check(&self.space.draw(seed, *run))).collect();
            for (run, judged) in chunk.iter().zip(&judged) {
                let Some(judged) = judged else {
                    discarded += 1;
                    continue;
                };
                for ((slot, triggered), judgement) in first.iter_mut().zip(&mut triggered).zip(judged) {
                    *triggered |= judgement.verdict != Verdict::Vacuous;
                    if slot.is_none() && judgement.verdict == Verdict::Violated {
                        *slot = Some(self.space.draw(seed, *run));
                    }
                }
            }
            tried += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        }
        let properties = self.case.scenario.properties.iter().enumerate();
        let found = properties.zip(first).zip(triggered).map(|(((at, is), schedule), triggered)| {
            let rows_before = schedule.as_ref().map_or(0, Vec::len);
            let small = schedule.map(|schedule| self.shrink(&schedule, at));
            let text = small.as_ref().and_then(|small| self.write(small, at));
            let property = is.name.clone().or_else(|| is.r#use.clone()).unwrap_or_default();
            let expected = is.expect == Some(crate::format::property::Expected::Violated);
            Found { property, schedule: small, text, rows_before, triggered, expected }
        });
        Search { found: found.collect(), tried, discarded }
    }
}

#[cfg(test)]
mod tests;

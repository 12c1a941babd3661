//! Searching for a schedule that breaks a property: all states within bounds, breadth first, or whole schedules at
//! random; what breaks a property is made as small as it can be, and written back as a scenario that anyone can read
//! and `test` replays.
//!
//! Promises the same answer for the same file and seed, for any number of threads. Deliberately says no more than it
//! knows: a search at random proves nothing, and one that reached a bound says which.

mod candidate_rows;
mod counterexample;
mod exhaustive;
mod monitors;
mod no_return;
pub mod policy_comparison;
mod random;
mod reducible_case;
mod shrink;

pub use candidate_rows::{CandidateRows, ScheduledRow};
pub use exhaustive::ExhaustiveSearch;
pub use monitors::MonitorSet;
pub use no_return::PointOfNoReturn;
pub use reducible_case::ReducibleCase;

use crate::clause::Clauses;
use crate::diagnostic::Diagnostic;
use crate::format::load::{LoadedFile, ScenarioCase};
use crate::format::property::ExpectedVerdict;
use crate::format::scenario::{PaceIs, Scenario};
use crate::property::{Judgement, PropertyVerdict};
use crate::replay::library::Library;
use crate::replay::{ScenarioPlan, plan_of};
use rayon::prelude::*;

/// Schedules tried at a time, before what they gave is looked at.
const CHUNK: u64 = 512;

/// Of so many schedules the clauses of one are looked at.
const SAMPLED: u64 = 16;

/// Rows with their times, and how long clicks take in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The rows, in order.
    pub rows: Vec<ScheduledRow>,
    /// Where clicks take no time.
    pub pace: Option<PaceIs>,
}

/// What a search for one property came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertySearch {
    /// The property's name.
    pub property: String,
    /// The schedule, as small as it could be made; `None` where nothing broke the property.
    pub schedule: Option<Schedule>,
    /// The counterexample as a scenario file.
    pub text: Option<String>,
    /// How many rows the schedule had before it was made small.
    pub rows_before: usize,
    /// From where on nothing the person could do alone would have avoided it.
    pub no_return: Option<PointOfNoReturn>,
    /// Some schedule spoke of the property at all.
    pub triggered: bool,
    /// Some look ahead for it was cut short, so that what was not violated is undecided.
    pub cut_short: bool,
    /// The file expects it to be violated.
    pub expected: bool,
}

/// A search at random and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RandomSearch {
    /// For each property of the file.
    pub found: Vec<PropertySearch>,
    /// How many schedules were run.
    pub tried: u64,
    /// How many of them could not begin some row, and say nothing.
    pub discarded: u64,
    /// Clauses that some schedule that was looked at closely showed to matter.
    pub decisive: Clauses,
    /// It was told to stop.
    pub interrupted: bool,
}

/// What schedules drawn at random came to, before any of it is made small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunt {
    /// For each property the first schedule that broke it, by its number from 0.
    pub first: Vec<Option<u64>>,
    /// For each property whether some schedule spoke of it.
    pub triggered: Vec<bool>,
    /// For each property whether some look ahead for it was cut short.
    pub cut_short: Vec<bool>,
    /// How many schedules were run.
    pub tried: u64,
    /// How many of them could not begin some row, and say nothing.
    pub discarded: u64,
    /// Clauses that some schedule that was looked at closely showed to matter.
    pub decisive: Clauses,
    /// It was told to stop.
    pub interrupted: bool,
    draws: Vec<Option<random::Draw>>,
}

/// What is searched: a start, a space of schedules, and the properties.
pub struct Explorer<'a> {
    stage: ReducibleCase<'a>,
    space: CandidateRows,
    /// Every option as a row that can be run.
    options: ScenarioPlan,
}

impl<'a> Explorer<'a> {
    /// An explorer of a case that has an `explore:` block.
    ///
    /// # Errors
    /// Everything that is wrong with the start, the block or the properties.
    pub fn new(
        loaded: &'a LoadedFile,
        case: &'a ScenarioCase,
        book: &'a Library,
    ) -> Result<Explorer<'a>, Vec<Diagnostic>> {
        Explorer::under(loaded, case, book, None)
    }

    /// The same, under this policy in place of the file's.
    ///
    /// # Errors
    /// As [`Explorer::new`].
    pub fn under(
        loaded: &'a LoadedFile,
        case: &'a ScenarioCase,
        book: &'a Library,
        policy: Option<&'a str>,
    ) -> Result<Explorer<'a>, Vec<Diagnostic>> {
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
        plan_of(name, &case.tree, &case.scenario, book, policy)?;
        let mut space = CandidateRows::new(&case.scenario, block).map_err(|(key, title, help)| {
            let path = [crate::format::tree::PathSegment::Key("explore"), crate::format::tree::PathSegment::Key(key)];
            let at = case.tree.at(&path).map_or(case.tree.span, |t| t.span);
            vec![Diagnostic::error("S403", title).at(name, at).label("here").help(help)]
        })?;
        let plan = |rows: &[ScheduledRow]| {
            let scenario = Scenario { when: CandidateRows::timeline(rows), then: Vec::new(), ..case.scenario.clone() };
            plan_of(name, &case.tree, &scenario, book, policy)
        };
        let plans = |item: &ScheduledRow| plan(std::slice::from_ref(item)).is_ok_and(|p| p.parts().count() == 1);
        // What one person cannot do at all, such as reading a mailbox that is not there, is not tried.
        let can: Vec<bool> = space.once().par_iter().map(plans).collect();
        space.keep(&can);
        let options = plan(&space.once())?;
        Ok(Explorer { stage: ReducibleCase::new(loaded, case, book, policy, space.from), space, options })
    }

    /// The start and its properties.
    pub const fn stage(&self) -> &ReducibleCase<'a> {
        &self.stage
    }

    /// The rows of a draw.
    fn schedule(&self, draw: &random::Draw) -> Schedule {
        let item = |(at, option): &(crate::kernel::Time, usize)| {
            self.space.options.get(*option).map(|row| ScheduledRow { at: *at, row: row.clone() })
        };
        Schedule { rows: draw.iter().filter_map(item).collect(), pace: None }
    }

    /// Times and places of options, drawn with this seed.
    pub fn draw(&self, seed: u64, run: u64) -> random::Draw {
        random::draw(&self.space, seed, run, 0)
    }

    /// One schedule drawn with this seed, as the search would try it.
    pub fn drawn(&self, seed: u64, run: u64) -> Schedule {
        self.schedule(&self.draw(seed, run))
    }

    /// What each property comes to under the schedule of this run, as a search tries it; `None` where a row cannot
    /// begin.
    pub fn tried(&self, seed: u64, run: u64) -> Option<Vec<Judgement>> {
        self.options.try_rows(&self.draw(seed, run))
    }

    /// Searches `runs` schedules drawn with this seed. `goes_on` is asked after every few hundred of them.
    pub fn search(&self, runs: u64, seed: u64, goes_on: impl Fn(u64) -> bool) -> RandomSearch {
        let hunt = self.hunt(runs, seed, goes_on);
        let Hunt { triggered, cut_short, tried, discarded, decisive, interrupted, draws, .. } = hunt;
        let schedules = draws.into_iter().map(|draw| draw.map(|draw| self.schedule(&draw)));
        let found = schedules.zip(triggered).zip(cut_short).enumerate();
        let found = found.map(|(at, ((schedule, triggered), cut))| self.found(at, schedule, triggered, cut)).collect();
        RandomSearch { found, tried, discarded, decisive, interrupted }
    }

    /// The same search, with nothing made small or written.
    pub fn hunt(&self, runs: u64, seed: u64, goes_on: impl Fn(u64) -> bool) -> Hunt {
        let count = self.stage.case.scenario.properties.len();
        let mut hunt = Hunt {
            first: vec![None; count],
            triggered: vec![false; count],
            cut_short: vec![false; count],
            tried: 0,
            discarded: 0,
            decisive: Clauses::NONE,
            interrupted: false,
            draws: vec![None; count],
        };
        let mut favoured = 0;
        while hunt.tried < runs && hunt.first.iter().any(Option::is_none) {
            if !goes_on(hunt.tried) {
                hunt.interrupted = true;
                break;
            }
            let decisive = hunt.decisive;
            let one = |run: u64| {
                let draw = random::draw(&self.space, seed, run, favoured);
                let mattered =
                    if run.is_multiple_of(SAMPLED) { self.options.decisive_in(&draw, decisive) } else { Clauses::NONE };
                (self.options.try_rows(&draw), draw, mattered)
            };
            let chunk: Vec<u64> = (hunt.tried..runs.min(hunt.tried + CHUNK)).collect();
            let judged: Vec<_> = chunk.par_iter().map(|run| (*run, one(*run))).collect();
            for (run, (judged, draw, mattered)) in judged {
                if !mattered.is_subset(hunt.decisive) {
                    hunt.decisive = hunt.decisive.union(mattered);
                    favoured |= self.kinds_in(&draw);
                }
                let Some(judged) = judged else {
                    hunt.discarded += 1;
                    continue;
                };
                let said = hunt.triggered.iter_mut().zip(&mut hunt.cut_short);
                let slots = hunt.first.iter_mut().zip(&mut hunt.draws).zip(said);
                for (((first, kept), (triggered, cut)), judgement) in slots.zip(judged) {
                    *triggered |= judgement.verdict != PropertyVerdict::Vacuous;
                    *cut |= judgement.verdict == PropertyVerdict::Undecided;
                    if first.is_none() && judgement.verdict == PropertyVerdict::Violated {
                        (*first, *kept) = (Some(run), Some(draw.clone()));
                    }
                }
            }
            hunt.tried += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        }
        hunt
    }

    /// The kinds of a draw's rows, a bit each.
    fn kinds_in(&self, draw: &random::Draw) -> u64 {
        let kinds = (0_u32..64).zip(&self.space.kinds);
        let in_it = |options: &std::ops::Range<usize>| draw.iter().any(|(_, option)| options.contains(option));
        kinds.filter(|(_, kind)| in_it(&kind.options)).fold(0, |all, (bit, _)| all | 1 << bit)
    }

    /// A property and the schedule that breaks it, made small and written.
    fn found(&self, at: usize, schedule: Option<Schedule>, triggered: bool, cut_short: bool) -> PropertySearch {
        let is = self.stage.case.scenario.properties.get(at);
        let rows_before = schedule.as_ref().map_or(0, |schedule| schedule.rows.len());
        let small = schedule.map(|schedule| self.stage.only(at).smallest(&schedule, 0));
        let no_return = small.as_ref().and_then(|(_, small)| self.no_return(small, at));
        let text = small.as_ref().and_then(|(stage, small)| stage.write(small, 0, no_return.as_ref()));
        let schedule = small.map(|(_, small)| small);
        let property = is.and_then(|is| is.name.clone().or_else(|| is.r#use.clone())).unwrap_or_default();
        let expected = is.is_some_and(|is| is.expect == Some(ExpectedVerdict::Violated));
        PropertySearch { property, schedule, text, rows_before, no_return, triggered, cut_short, expected }
    }
}

#[cfg(test)]
mod tests;

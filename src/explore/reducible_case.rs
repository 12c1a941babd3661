//! A start with its properties, on which schedules are run: the start of the file, or one with less in it.
//!
//! Promises that whatever is left out leaves the same property violated. Deliberately searches nothing.

use super::{CandidateRows, Schedule, ScheduledRow};
use crate::act::ActKind;
use crate::format::load::{LoadedFile, ScenarioCase};
use crate::format::rows::Row;
use crate::format::scenario::{Given, Scenario};
use crate::format::tree::{Node, Tree};
use crate::kernel::{Span, Time};
use crate::property::{Judgement, PropertyVerdict};
use crate::replay::library::{BUILT_IN, Library};
use crate::replay::{ScenarioPlan, plan_of};

/// What a start holds by name.
const PARTS: [&str; 4] = ["people", "generic-accounts", "computers", "places"];

/// A start, its properties, and the policy that it is run under.
#[derive(Clone)]
pub struct ReducibleCase<'a> {
    file: &'a str,
    book: &'a Library,
    /// The policy that takes the place of the file's.
    pub(super) policy: Option<&'a str>,
    /// The start and the properties, as far as they were kept.
    pub(super) case: ScenarioCase,
    /// The first instant of a schedule.
    pub(super) from: Time,
}

impl<'a> ReducibleCase<'a> {
    /// The start of a case as it is, under its own policy unless another is named.
    pub fn new(
        loaded: &'a LoadedFile,
        case: &ScenarioCase,
        book: &'a Library,
        policy: Option<&'a str>,
        from: Time,
    ) -> ReducibleCase<'a> {
        ReducibleCase { file: &loaded.source.name, book, policy, case: case.clone(), from }
    }

    /// The same start with one of its properties alone, so that whoever only the others name can be left out.
    pub(super) fn only(&self, property: usize) -> ReducibleCase<'a> {
        let mut one = self.clone();
        let properties = &mut one.case.scenario.properties;
        *properties = properties.get(property).cloned().into_iter().collect();
        if let Node::Map(entries) = &mut one.case.tree.node
            && let Some(entry) = entries.iter_mut().find(|e| e.key == "properties")
            && let Node::List(items) = &mut entry.value.node
        {
            *items = items.get(property).cloned().into_iter().collect();
        }
        one
    }

    /// The scenario with this timeline.
    pub(super) fn scenario(&self, schedule: &Schedule) -> Scenario {
        let mut scenario =
            Scenario { when: CandidateRows::timeline(&schedule.rows), then: Vec::new(), ..self.case.scenario.clone() };
        scenario.given.pace = schedule.pace.or(scenario.given.pace);
        scenario
    }

    pub(super) fn plan(&self, scenario: &Scenario) -> Option<ScenarioPlan> {
        plan_of(self.file, &self.case.tree, scenario, self.book, self.policy).ok()
    }

    /// What each property comes to under this schedule; `None` where some row cannot begin.
    pub fn check(&self, schedule: &Schedule) -> Option<Vec<Judgement>> {
        self.plan(&self.scenario(schedule))?.check().ok()
    }

    pub(super) fn breaks(&self, schedule: &Schedule, property: usize) -> bool {
        self.violates(&self.scenario(schedule), property)
    }

    /// Whether a run of this breaks the property. A timeline without a row has no time, and breaks nothing.
    fn violates(&self, scenario: &Scenario, property: usize) -> bool {
        if scenario.when.iter().all(|row| row.day.is_some()) {
            return false;
        }
        let judged = self.plan(scenario).and_then(|plan| plan.check().ok());
        judged.and_then(|j| j.get(property).copied()).is_some_and(|j| j.verdict == PropertyVerdict::Violated)
    }

    /// The smallest schedule and the plainest start that this can find which still break the property together.
    pub fn smallest(&self, schedule: &Schedule, property: usize) -> (ReducibleCase<'a>, Schedule) {
        let (mut stage, mut best) = (self.clone(), schedule.clone());
        loop {
            let rows = stage.shrink(&best, property);
            let plainer = stage.plainer(&rows, property);
            let done = rows == best && plainer.case.tree == stage.case.tree;
            (stage, best) = (plainer, rows);
            if done {
                return (stage, best);
            }
        }
    }

    /// Whether no row of the timeline can go. A trait without which some row could is what the violation comes of: with
    /// it goes the cause, and what is left is another violation of the same words.
    fn every_row_counts(&self, scenario: &Scenario, property: usize) -> bool {
        (0..scenario.when.len()).filter_map(|at| without_row(scenario, at)).all(|less| !self.violates(&less, property))
    }

    /// The start without people, accounts, computers, places and traits of theirs that the violation does not need.
    fn plainer(&self, schedule: &Schedule, property: usize) -> ReducibleCase<'a> {
        let mut best = self.clone();
        let mut tried = 0;
        // What was left out moves what comes after it: the same place is tried again.
        while let Some(less) = best.without(tried) {
            let fine = |less: &ReducibleCase<'a>| {
                let scenario = less.scenario(schedule);
                less.violates(&scenario, property) && less.every_row_counts(&scenario, property)
            };
            match less.filter(fine) {
                Some(less) => best = less,
                None => tried += 1,
            }
        }
        best
    }

    /// What of the start could be left out at this place; `None` past the last, `Some(None)` where the rest is no
    /// start.
    fn without(&self, place: usize) -> Option<Option<ReducibleCase<'a>>> {
        let given = self.case.tree.get("given")?;
        let path = paths(given).into_iter().nth(place)?;
        let mut less = dropped(given, &path);
        if let [part, name] = path.as_slice()
            && PARTS.contains(part)
        {
            less = unnamed(&less, name);
        }
        Some(self.starting(less))
    }

    fn starting(&self, given: Tree) -> Option<ReducibleCase<'a>> {
        let mut less = self.clone();
        less.case.scenario.given = serde_yaml::from_value::<Given>(given.to_value()).ok()?;
        let Node::Map(entries) = &mut less.case.tree.node else { return None };
        entries.iter_mut().find(|e| e.key == "given")?.value = given;
        Some(less)
    }

    /// What can be left out of the file's own timeline and start, one thing at a time, with the property violated all
    /// the same; nothing, where it is as small as it can be.
    pub fn loose(&self, property: usize) -> Vec<String> {
        let scenario = &self.case.scenario;
        let mut loose = Vec::new();
        for (at, row) in scenario.when.iter().enumerate() {
            if without_row(scenario, at).is_some_and(|less| self.violates(&less, property)) {
                let what = row.r#do.map(ActKind::word).or(row.fault.map(|fault| fault.word())).unwrap_or("event");
                loose.push(format!("row {}: {what}", at + 1));
            }
        }
        let given = self.case.tree.get("given");
        for (place, path) in given.map(paths).unwrap_or_default().iter().enumerate() {
            let less = self.without(place).flatten();
            let goes = |less: ReducibleCase<'_>| {
                let scenario = &less.case.scenario;
                less.violates(scenario, property) && less.every_row_counts(scenario, property)
            };
            if less.is_some_and(goes) {
                loose.push(path.join("."));
            }
        }
        loose
    }

    /// The same rows at a person's pace, each no earlier than a moment after the row above ended; `None` where some row
    /// cannot begin so.
    pub(super) fn at_a_persons_pace(&self, schedule: &Schedule) -> Option<Schedule> {
        let mut paced = Schedule { rows: Vec::new(), pace: None };
        let mut free = self.from;
        for item in &schedule.rows {
            paced.rows.push(ScheduledRow { at: item.at.max(free), row: item.row.clone() });
            let ends = self.plan(&self.scenario(&paced))?.ends()?;
            let ended = ends.into_iter().max().unwrap_or(free);
            free = Time((ended.plus(Span(1)).0 + 999).div_euclid(1000) * 1000);
        }
        Some(paced)
    }
}

/// The scenario without a row of its timeline and the steps that are taken of it later; `None` for a day, and for a
/// step.
fn without_row(scenario: &Scenario, at: usize) -> Option<Scenario> {
    scenario.when.get(at).filter(|row| row.day.is_none() && row.r#do != Some(ActKind::GoOn))?;
    let steps = steps_after(&scenario.when, at);
    let rest = scenario.when.iter().enumerate().filter(|(place, _)| *place != at && !steps.contains(place));
    let mut when: Vec<Row> = rest.map(|(_, row)| row.clone()).collect();
    // A day with no row after it would let time pass in place of the row.
    while when.last().is_some_and(|row| row.day.is_some()) {
        when.pop();
    }
    Some(Scenario { when, ..scenario.clone() })
}

/// The places of the steps that are taken later of what is begun by steps at a place.
fn steps_after(rows: &[Row], at: usize) -> Vec<usize> {
    let Some(row) = rows.get(at).filter(|row| row.by_steps == Some(true)) else { return Vec::new() };
    let later = rows.iter().enumerate().skip(at + 1).filter(|(_, other)| other.who == row.who && other.day.is_none());
    later.take_while(|(_, other)| other.r#do == Some(ActKind::GoOn)).map(|(place, _)| place).collect()
}

/// The paths of all that may be left out of a start: each thing that has a name, and then each trait of it.
fn paths(given: &Tree) -> Vec<Vec<&str>> {
    let of = |part| given.get(part).map(Tree::entries).unwrap_or_default().iter().map(move |e| (part, e));
    let named: Vec<_> = PARTS.into_iter().flat_map(of).collect();
    let mut out: Vec<Vec<&str>> = named.iter().map(|(part, e)| vec![*part, e.key.as_str()]).collect();
    for (part, thing) in named {
        for is in thing.value.entries() {
            out.push(vec![part, &thing.key, &is.key]);
            out.extend(is.value.entries().iter().map(|deeper| vec![part, &thing.key, &is.key, &deeper.key]));
        }
    }
    // The policy that is built in is said all the same: a counterexample names what it is of.
    let said = given.get("policy").and_then(Tree::text).is_some_and(|policy| policy != BUILT_IN);
    out.extend(said.then(|| vec!["policy"]));
    out.extend(given.get("pace").map(|_| vec!["pace"]));
    out
}

/// The tree without what lies at the end of this path; a part of which nothing is left goes with it.
fn dropped(tree: &Tree, path: &[&str]) -> Tree {
    let mut copy = tree.clone();
    let (Node::Map(entries), Some((first, rest))) = (&mut copy.node, path.split_first()) else { return copy };
    if rest.is_empty() {
        entries.retain(|e| e.key != *first);
    } else {
        entries.iter_mut().filter(|e| e.key == *first).for_each(|e| e.value = dropped(&e.value, rest));
        entries.retain(|e| e.key != *first || !PARTS.contains(first) || !e.value.entries().is_empty());
    }
    copy
}

/// The tree without this name in its lists.
fn unnamed(tree: &Tree, name: &str) -> Tree {
    let mut copy = tree.clone();
    match &mut copy.node {
        Node::List(items) => items.retain(|item| item.text() != Some(name)),
        Node::Map(entries) => entries.iter_mut().for_each(|e| e.value = unnamed(&e.value, name)),
        Node::Scalar(_) => {}
    }
    copy
}

//! The same scenarios under other policies: which rows end otherwise, and the clause that makes the difference.
//!
//! Promises to show a row only where its outcome differs. Deliberately runs nothing.

use super::shows;
use crate::clause::Clauses;
use crate::counted::counted;
use crate::diagnostic::{Lines, clean};
use crate::replay::{ScenarioPlan, Verdict};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// A row that ends otherwise under a candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Flip")]
pub struct FlippedRow {
    /// The line of the file.
    pub line: usize,
    /// The act.
    pub word: &'static str,
    /// How it ended under the scenario's own policy.
    pub was: String,
    /// How it ends under the candidate.
    pub is: String,
    /// The clauses that make the difference.
    pub by: Vec<&'static str>,
}

/// A finding before and under a candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Finding")]
pub struct FindingChange {
    /// Its number, such as `F9`.
    pub id: String,
    /// Whether it was there.
    pub was: bool,
    /// Whether it is there; `None` where the scenario cannot be run under the candidate.
    pub is: Option<bool>,
}

/// A scenario under a candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Cell {
    /// The scenario's title.
    pub title: String,
    /// Its file.
    pub file: String,
    /// The candidate's name.
    pub policy: String,
    /// Whether it is green under its own policy.
    pub was: bool,
    /// Whether it is green under the candidate; `None` where some row cannot begin there.
    pub is: Option<bool>,
    /// The finding that it shows, and whether it was there and is there under the candidate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<FindingChange>,
    /// The rows that end otherwise.
    pub flips: Vec<FlippedRow>,
    /// What is not as expected under the candidate.
    pub wrong: Vec<String>,
}

/// Compares two runs of a scenario; `other` is `None` where it cannot be run under the candidate.
pub fn compare(
    text: &str,
    base: (&ScenarioPlan, &Verdict),
    policy: &str,
    other: Option<(&ScenarioPlan, &Verdict)>,
) -> Cell {
    let (plan, verdict) = base;
    let changed = other.map_or(Clauses::NONE, |(other, _)| plan.changed(other));
    let mut flips = Vec::new();
    let lines = Lines::new(text);
    if let Some((_, judged)) = other {
        for (((word, place), was), is) in plan.places().zip(&verdict.ended).zip(&judged.ended) {
            let (was, is) = (was.map(|(_, e)| e), is.map(|(_, e)| e));
            if was.map(|e| e.result) == is.map(|e| e.result) {
                continue;
            }
            let name = |e: Option<crate::trace::Ended>| e.map_or("never ended", |e| e.result.word()).to_owned();
            // The rules that differ and that either side rests on; where none is cited, what the refusal rests on.
            let sides = [is, was].into_iter().flatten();
            let both = sides.clone().fold(Clauses::NONE, |all, e| all.union(e.clauses)).intersection(changed);
            let refusals = sides.filter(|e| e.result.refused()).fold(Clauses::NONE, |all, e| all.union(e.clauses));
            let by = if both.is_empty() { refusals } else { both };
            flips.push(FlippedRow {
                line: lines.place(place.start).0,
                word,
                was: name(was),
                is: name(is),
                by: by.iter().map(|c| c.id()).collect(),
            });
        }
    }
    Cell {
        title: clean(&plan.full_title()),
        file: plan.file.clone(),
        policy: policy.to_owned(),
        was: verdict.green(),
        is: other.map(|(_, v)| v.green()),
        finding: plan.finding.clone().map(|id| FindingChange {
            id,
            was: shows(verdict),
            is: other.map(|(_, verdict)| shows(verdict)),
        }),
        flips,
        wrong: other.map(|(_, v)| v.failures.iter().map(|f| clean(&f.said)).collect()).unwrap_or_default(),
    }
}

impl Cell {
    /// Whether anything is otherwise under the candidate.
    pub fn differs(&self) -> bool {
        self.is != Some(self.was) || !self.flips.is_empty()
    }
}

/// The matrix for a terminal: one block a scenario that differs, then one line a candidate.
pub fn human(cells: &[Cell], policies: &[String]) -> String {
    let mut out = String::new();
    for cell in cells.iter().filter(|c| c.differs()) {
        let word = |green: Option<bool>| match green {
            Some(true) => "passed",
            Some(false) => "failed",
            None => "cannot be run",
        };
        let (title, policy) = (&cell.title, &cell.policy);
        let _ = writeln!(out, "{title}\n  under {policy}: {} → {}", word(Some(cell.was)), word(cell.is));
        for flip in &cell.flips {
            let by = if flip.by.is_empty() { String::new() } else { format!("  [{}]", flip.by.join(" ")) };
            let _ = writeln!(out, "    {}:{}: {}: {} → {}{by}", cell.file, flip.line, flip.word, flip.was, flip.is);
        }
        if cell.flips.is_empty() {
            // The same outcomes, resting on other clauses or leading to another end.
            for said in &cell.wrong {
                let _ = writeln!(out, "    {said}");
            }
        }
    }
    for policy in policies {
        let own = cells.iter().filter(|c| c.policy == *policy);
        let (rows, flipped) = own
            .clone()
            .fold((0, 0), |(rows, flipped), c| (rows + c.flips.len(), flipped + usize::from(c.is != Some(c.was))));
        let _ = writeln!(
            out,
            "{policy}: {flipped} of {} flipped, {} ended differently",
            counted(own.count(), "verdict"),
            counted(rows, "row")
        );
    }
    out
}

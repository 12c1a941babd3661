//! A counterexample as a scenario file.
//!
//! Promises a file that `test` replays green: every row says how it ended, and the property is expected to be violated.
//! Deliberately leaves nothing out: that is shrinking's.

use super::Schedule;
use super::no_return::{ADDED, PointOfNoReturn};
use super::reducible_case::ReducibleCase;
use crate::format::row_writer::line;
use crate::format::rows::Row;
use crate::format::scenario::PaceIs;
use crate::format::text_formats::UNFINISHED;
use crate::format::tree::{PathSegment, Tree, in_quotes};
use std::fmt::Write;

impl ReducibleCase<'_> {
    /// The file's text; `None` if the schedule cannot be run, which shrinking never leaves.
    pub(super) fn write(
        &self,
        schedule: &Schedule,
        property: usize,
        no_return: Option<&PointOfNoReturn>,
    ) -> Option<String> {
        let scenario = self.scenario(schedule);
        let verdict = self.plan(&scenario)?.run().ok()?;
        let judged = verdict.properties.get(property)?;
        let cites = judged.judgement.clauses;
        let mut out = String::from("# yaml-language-server: $schema=../scenario.schema.json\n");
        let is = self.case.scenario.properties.get(property)?;
        if let (Some(finding), Some(note)) = (&is.finding, &is.note) {
            let _ = writeln!(out, "# {finding}, {note}");
        }
        out += &no_return.map(|found| said(found, schedule)).unwrap_or_default();
        let _ = writeln!(out, "scenario: {}", in_quotes(&format!("Counterexample: {}", judged.name)));
        let ids: Vec<&str> = cites.iter().map(|c| c.id()).collect();
        if !ids.is_empty() {
            let _ = writeln!(out, "cites: [{}]", ids.join(", "));
        }
        out += "tags: [counterexample]\n\ngiven:\n";
        let policy = self.policy.or(scenario.given.policy.as_deref()).unwrap_or(crate::replay::library::BUILT_IN);
        let _ = writeln!(out, "  policy: {policy}");
        if scenario.given.pace == Some(PaceIs::Instant) {
            out += "  pace: instant\n";
        }
        let tree = self.case.tree.get("given")?;
        let own_rules = if self.policy.is_some() { &[][..] } else { &["rules"][..] };
        for part in own_rules.iter().copied().chain(["places", "people", "generic-accounts", "computers"]) {
            let entries = tree.get(part).map(Tree::entries).unwrap_or_default();
            if !entries.is_empty() {
                let _ = writeln!(out, "  {part}:");
            }
            for entry in entries {
                let _ = writeln!(out, "    {}: {}", entry.key, entry.value.flow());
            }
        }
        out += "\nwhen:\n";
        let mut ended = verdict.ended.iter();
        for row in &scenario.when {
            if let Some(day) = &row.day {
                let _ = writeln!(out, "  - day: {day}");
                continue;
            }
            let result = ended.next().copied().flatten().map(|(_, e)| e.result.word());
            let unfinished = (row.by_steps == Some(true)).then_some(UNFINISHED);
            let _ = writeln!(out, "  - {}", line(&ending(row, result.or(unfinished))));
        }
        out += "\nproperties:\n";
        let is = self.case.tree.at(&[PathSegment::Key("properties"), PathSegment::Index(property)])?;
        let said = is.entries().iter().filter(|e| !["expect", "allow-vacuous", "note"].contains(&e.key.as_str()));
        for (at, entry) in said.enumerate() {
            let dash = if at == 0 { "- " } else { "  " };
            let _ = writeln!(out, "  {dash}{}: {}", entry.key, entry.value.flow());
        }
        out += "    expect: violated\n";
        Some(out)
    }
}

/// The point of no return, as a comment.
fn said(found: &PointOfNoReturn, schedule: &Schedule) -> String {
    let person = &found.person;
    let Some(row) = found.row.and_then(|at| schedule.rows.get(at)) else {
        return format!(
            "# From the start on, nothing that {person} adds alone (up to {ADDED} acts at a time) avoids this.\n"
        );
    };
    let acts: Vec<&str> = found.instead.iter().filter_map(|item| item.row.r#do.map(|act| act.word())).collect();
    let (day, time) = (row.at.date(), row.at.clock());
    format!(
        "# Until {day} {time}, {person} alone could still have avoided this ({}); after it, not.\n",
        acts.join(", ")
    )
}

/// The row with how it ended: said where the act needs it said, and where it ended in another way than done.
fn ending(row: &Row, result: Option<&str>) -> Row {
    let says = row.r#do.is_some_and(|act| act.needs().contains(&"expect"));
    Row { expect: result.filter(|r| says || *r != "done").map(str::to_owned), ..row.clone() }
}

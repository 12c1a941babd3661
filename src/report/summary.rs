//! A summary of changes in at most ten lines of Markdown, for the description of a merge request.
//!
//! Promises the most important facts first: how many verdicts change, and which findings go away or are new.
//! Deliberately leaves out what did not change.

use super::baseline::{Change, now};
use super::matrix::Cell;
use super::{CaseReport, failing_first};
use crate::counted::counted;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The most lines.
pub const LINES: usize = 10;

/// For each finding, whether it was shown before and is shown now, by any of its scenarios.
#[derive(Default)]
struct Findings(BTreeMap<(usize, String), (bool, bool)>);

impl Findings {
    fn add(&mut self, id: &str, was: bool, is: bool) {
        // In the order of their numbers.
        let number = id.strip_prefix('F').and_then(|n| n.parse().ok()).unwrap_or(usize::MAX);
        let entry = self.0.entry((number, id.to_owned())).or_default();
        *entry = (entry.0 || was, entry.1 || is);
    }

    /// `removes F8, F10; adds F21`, or nothing.
    fn words(&self) -> String {
        let of = |was: bool, is: bool| -> Vec<&str> {
            self.0.iter().filter(|(_, found)| **found == (was, is)).map(|((_, id), _)| id.as_str()).collect()
        };
        let part = |verb: &str, ids: &[&str]| (!ids.is_empty()).then(|| format!("{verb} {}", ids.join(", ")));
        let parts = [part("removes", &of(true, false)), part("adds", &of(false, true))];
        parts.into_iter().flatten().map(|part| format!("; {part}")).collect()
    }
}

fn changed(count: usize) -> String {
    match count {
        0 => "changes no verdict".to_owned(),
        count => format!("changes {}", counted(count, "verdict")),
    }
}

/// The summary: against earlier results where there are any, then of each candidate, then of what fails.
pub fn summary(cases: &[CaseReport], changes: Option<&[Change]>, policies: &[String], cells: &[Cell]) -> String {
    let (first, items) = match changes {
        Some(changes) => since(cases, changes),
        None => failures(cases),
    };
    let mut heads = vec![first];
    heads.extend(policies.iter().map(|policy| under(policy, cells)));
    // Heads come first; what else there is room for follows, and how much there is beside.
    let room = LINES.saturating_sub(heads.len() + 1);
    let shown = if items.len() <= room { items.len() } else { room.saturating_sub(1) };
    let mut out = String::new();
    let more = heads.len().saturating_sub(LINES);
    let listed: Vec<&str> = heads.iter().take(if more > 0 { LINES - 1 } else { LINES }).map(String::as_str).collect();
    // A backslash at the end of a line breaks it in Markdown.
    let _ = writeln!(out, "{}", listed.join("\\\n"));
    if more > 0 {
        let _ = writeln!(out, "… and {}", counted(more + 1, "more policy"));
    }
    if shown > 0 {
        out.push('\n');
    }
    for item in items.iter().take(shown) {
        let _ = writeln!(out, "{item}");
    }
    if shown > 0 && shown < items.len() {
        let _ = writeln!(out, "- … and {} more", items.len() - shown);
    }
    out
}

/// What changed since earlier results: the head, and an item for each change, verdicts first.
fn since(cases: &[CaseReport], changes: &[Change]) -> (String, Vec<String>) {
    let mut findings = Findings::default();
    // A finding that is as it was counts as well: it may be shown by another scenario still.
    for case in cases {
        let changed = changes.iter().any(|change| change.title == case.title);
        if let (Some(id), Some(shown), false) = (&case.finding, case.shown, changed) {
            findings.add(id, shown, shown);
        }
    }
    for change in changes {
        if let Some((id, was, is)) = &change.finding {
            findings.add(id, *was, *is);
        }
    }
    let flipped = changes.iter().filter(|change| change.flips()).count();
    let rest = match changes.len() - flipped {
        0 => String::new(),
        rest => format!("; {rest} more with rows or properties that end otherwise"),
    };
    let head = format!("**mims-sim: {}{}**{rest} ({})", changed(flipped), findings.words(), now(cases));
    let (flips, others): (Vec<&Change>, Vec<&Change>) = changes.iter().partition(|change| change.flips());
    let item = |change: &&Change| {
        let place = change.line.map_or_else(String::new, |line| format!(":{line}"));
        format!("- {}: {} (`{}{place}`)", change.verdicts(), escaped(&change.title), change.file)
    };
    (head, [flips, others].concat().iter().map(item).collect())
}

/// What fails: the head, and an item for each scenario.
fn failures(cases: &[CaseReport]) -> (String, Vec<String>) {
    let failed = failing_first(cases).into_iter().filter_map(|case| Some((case, case.wrong.first()?)));
    let items = failed
        .map(|(case, wrong)| format!("- {}: {} (`{}:{}`)", case.verdict, escaped(&case.title), case.file, wrong.line));
    (format!("**mims-sim: {}**", now(cases)), items.collect())
}

/// What a candidate policy changes.
fn under(policy: &str, cells: &[Cell]) -> String {
    let own = || cells.iter().filter(|cell| cell.policy == *policy);
    let mut findings = Findings::default();
    let found = own().filter_map(|cell| cell.finding.as_ref());
    found.for_each(|finding| findings.add(&finding.id, finding.was, finding.is.unwrap_or(finding.was)));
    let flipped = own().filter(|cell| cell.is != Some(cell.was)).count();
    format!("**{policy}: {} of {}{}**", changed(flipped), own().count(), findings.words())
}

/// Escapes a title for Markdown.
fn escaped(title: &str) -> String {
    title.replace('\\', "\\\\").replace('*', "\\*").replace('_', "\\_").replace('`', "\\`").replace('<', "&lt;")
}

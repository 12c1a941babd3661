//! Regression comparison with a baseline, which is the results of an earlier run: changed verdicts, properties and row
//! outcomes, new scenarios, and scenarios that are gone.
//!
//! Promises to match scenarios by their titles, even if the file was moved. Deliberately judges nothing.

use super::json::SCHEMA;
use super::{CaseReport, tally};
use crate::counted::counted;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The baseline: those fields of earlier results that are compared.
#[derive(Clone, Debug, Deserialize)]
pub struct Earlier {
    scenarios: Vec<Was>,
}

#[derive(Clone, Debug, Deserialize)]
struct Was {
    title: String,
    file: String,
    verdict: String,
    finding: Option<String>,
    shown: Option<bool>,
    #[serde(default)]
    rows: Vec<WasRow>,
    #[serde(default)]
    properties: Vec<WasProperty>,
}

#[derive(Clone, Debug, Deserialize)]
struct WasRow {
    word: String,
    result: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct WasProperty {
    name: String,
    verdict: String,
}

/// One scenario that differs from the baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its title.
    pub title: String,
    /// Its file; that of the earlier results where it is gone.
    pub file: String,
    /// Its line; none where it is gone.
    pub line: Option<usize>,
    /// The verdict that it had; `None` where it is new.
    pub was: Option<String>,
    /// The verdict that it has; `None` where it is gone.
    pub is: Option<String>,
    /// The finding that it shows, whether it was there, and whether it is.
    pub finding: Option<(String, bool, bool)>,
    /// Other differences, one line each.
    pub more: Vec<String>,
}

impl Change {
    /// Whether the verdict itself changed.
    pub fn flips(&self) -> bool {
        self.was != self.is
    }

    /// `passed → failed`, `new, passed`, `gone, was passed`, or the one verdict.
    pub fn verdicts(&self) -> String {
        match (&self.was, &self.is) {
            (Some(was), Some(is)) if was == is => is.clone(),
            (Some(was), Some(is)) => format!("{was} → {is}"),
            (None, Some(is)) => format!("new, {is}"),
            (Some(was), None) => format!("gone, was {was}"),
            (None, None) => String::new(),
        }
    }
}

/// Reads a baseline that `mims-sim test --format json` or `--report` wrote.
///
/// # Errors
/// The reason why the text cannot be compared.
pub fn read(text: &str) -> Result<Earlier, String> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|why| format!("it is no JSON: {why}"))?;
    match value.get("schema").and_then(serde_json::Value::as_u64) {
        Some(schema) if schema == u64::from(SCHEMA) => {}
        Some(other) => return Err(format!("its schema is {other}, and this version reads {SCHEMA}")),
        None => return Err("it is no report of `mims-sim test`: it has no `schema`".to_owned()),
    }
    serde_json::from_value(value).map_err(|why| format!("it is no report of `mims-sim test`: {why}"))
}

/// All differences, in the order of the files, with scenarios that are gone at the end. Those are reported only if
/// `whole` says that every scenario was run.
pub fn compare(earlier: &Earlier, cases: &[CaseReport], whole: bool) -> Vec<Change> {
    let mut before: BTreeMap<&str, &Was> = earlier.scenarios.iter().map(|was| (was.title.as_str(), was)).collect();
    let mut out = Vec::new();
    for case in cases {
        let was = before.remove(case.title.as_str());
        let more = was.map(|was| otherwise(was, case)).unwrap_or_default();
        let id = case.finding.clone().or_else(|| was.and_then(|was| was.finding.clone()));
        let change = Change {
            title: case.title.clone(),
            file: case.file.clone(),
            line: Some(case.wrong.first().map_or(case.line, |wrong| wrong.line)),
            was: was.map(|was| was.verdict.clone()),
            is: Some(case.verdict.to_owned()),
            finding: id.map(|id| {
                let shown = was.and_then(|was| was.shown).unwrap_or_default();
                (id, shown, case.shown.unwrap_or_default())
            }),
            more,
        };
        let finds = change.finding.as_ref().is_some_and(|(_, was, is)| was != is);
        if change.flips() || finds || !change.more.is_empty() {
            out.push(change);
        }
    }
    let gone = earlier.scenarios.iter().filter(|was| whole && before.contains_key(was.title.as_str()));
    out.extend(gone.map(|was| Change {
        title: was.title.clone(),
        file: was.file.clone(),
        line: None,
        was: Some(was.verdict.clone()),
        is: None,
        finding: was.finding.clone().map(|id| (id, was.shown.unwrap_or_default(), false)),
        more: Vec::new(),
    }));
    out
}

/// Properties with another verdict and, if both runs have the same rows, rows with another outcome.
fn otherwise(was: &Was, case: &CaseReport) -> Vec<String> {
    let mut out = Vec::new();
    let same = was.rows.len() == case.rows.len() && was.rows.iter().zip(&case.rows).all(|(a, b)| a.word == b.word);
    if same {
        for (before, row) in was.rows.iter().zip(&case.rows) {
            let (a, b) = (before.result.as_deref(), row.result);
            if a != b {
                let name = |result: Option<&str>| result.unwrap_or("never ended").to_owned();
                out.push(format!("{}:{}: {}: {} → {}", case.file, row.line, row.word, name(a), name(b)));
            }
        }
    }
    for property in &case.properties {
        let before = was.properties.iter().find(|before| before.name == property.name);
        if let Some(before) = before.filter(|before| before.verdict != property.verdict) {
            out.push(format!("{}: {} → {}", property.name, before.verdict, property.verdict));
        }
    }
    out
}

/// The changes as lines for a person.
pub fn human(changes: &[Change]) -> String {
    let mut out = String::new();
    for change in changes {
        let _ = writeln!(out, "{}\n  {}", change.title, change.verdicts());
        for more in &change.more {
            let _ = writeln!(out, "    {more}");
        }
    }
    let flipped = changes.iter().filter(|change| change.flips()).count();
    let rest = changes.len() - flipped;
    let _ =
        writeln!(out, "against the earlier results: {} changed, {rest} other differences", counted(flipped, "verdict"));
    out
}

/// How many cases there are now, in words.
pub(super) fn now(cases: &[CaseReport]) -> String {
    match tally(cases) {
        (passed, failed, 0) => format!("{passed} passed, {failed} failed"),
        (passed, failed, pending) => format!("{passed} passed, {failed} failed, {pending} pending"),
    }
}

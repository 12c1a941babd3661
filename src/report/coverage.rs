//! Clause coverage: what the runs did with each clause of the guide, as a table.

use crate::clause::{Clause, Nature};
use crate::replay::coverage::Coverage;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// One clause, and what the runs did with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Line")]
pub struct CoverageLine {
    /// Its id.
    pub clause: &'static str,
    /// `decisive`, `fired`, `never exercised` or `no behaviour`.
    pub what: &'static str,
    /// What it says.
    pub text: &'static str,
}

/// Every clause in catalogue order.
pub fn lines(coverage: &Coverage) -> Vec<CoverageLine> {
    let what = |clause: Clause| match clause.nature() {
        Nature::Statement(_) => "no behaviour",
        _ if coverage.decisive.contains(clause) => "decisive",
        _ if coverage.fired.contains(clause) => "fired",
        _ => "never exercised",
    };
    Clause::ALL.iter().map(|c| CoverageLine { clause: c.id(), what: what(*c), text: c.text() }).collect()
}

/// The table for a terminal, with the totals.
pub fn human(coverage: &Coverage) -> String {
    let mut out = String::new();
    for line in lines(coverage) {
        let _ = writeln!(out, "{:<7} {:<16} {}", line.clause, line.what, line.text);
    }
    let (fired, all) = coverage.count();
    let decisive = Clause::ALL.iter().filter(|c| coverage.decisive.contains(**c)).count();
    let _ = writeln!(out, "{fired} of {all} behavioural clauses fired ({} %), {decisive} decisive", coverage.percent());
    out
}

//! The verdicts as Markdown: a table of all, then what is wrong, then coverage.

use super::coverage::CoverageLine;
use super::matrix::Cell;
use super::{CaseReport, tally};
use std::fmt::Write;

/// The document.
pub fn markdown(cases: &[CaseReport], coverage: &[CoverageLine], policies: &[Cell]) -> String {
    let cell = |text: &str| text.replace('|', "\\|");
    let (passed, failed, pending) = tally(cases);
    let mut out = format!("# Scenarios\n\n{passed} passed, {failed} failed, {pending} pending\n");
    for case in cases.iter().filter(|c| !c.wrong.is_empty()) {
        let _ = writeln!(out, "\n## {}\n", case.title);
        for wrong in &case.wrong {
            let _ = writeln!(out, "- {}:{}: {}", case.file, wrong.line, wrong.said);
            let _ = writeln!(out, "\n      {}\n", wrong.snippet);
        }
        if let Some(first) = case.wrong.first() {
            let _ = writeln!(out, "Why: `{}`", first.why);
        }
    }
    out += "\n| verdict | scenario | clauses | expectations |\n| --- | --- | --- | --- |\n";
    for case in cases {
        let (verdict, judged) = (case.verdict, case.judged);
        let _ = writeln!(out, "| {verdict} | {} | {} | {judged} |", cell(&case.title), case.cites.join(" "));
    }
    if policies.iter().any(Cell::differs) {
        out += "\n## Under other policies\n\n";
        out += "| policy | scenario | row | was | is | by |\n| --- | --- | --- | --- | --- | --- |\n";
    }
    for c in policies {
        for flip in &c.flips {
            let (title, by) = (cell(&c.title), flip.by.join(" "));
            let _ = writeln!(out, "| {} | {title} | {} | {} | {} | {by} |", c.policy, flip.line, flip.was, flip.is);
        }
    }
    out += "\n## Clauses\n\n| clause | was | says |\n| --- | --- | --- |\n";
    for line in coverage {
        let _ = writeln!(out, "| {} | {} | {} |", line.clause, line.what, cell(line.text));
    }
    out
}

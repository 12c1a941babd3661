//! The section on findings of the guide: those all of whose clauses decided something in these runs.

use super::rehearsed::{Rehearsed, RelatedFinding};
use crate::clause::Clause;
use crate::report::html::frame::{NL, cite};
use maud::{Markup, html};

/// The section.
pub fn findings(all: &Rehearsed<'_>) -> Markup {
    let fired = all.summary.clauses();
    let is = |clause: Clause| fired.iter().any(|(other, _)| *other == clause);
    let touches = |finding: &&RelatedFinding| !finding.clauses.is_empty() && finding.clauses.iter().all(is);
    let told: Vec<&RelatedFinding> = all.findings.iter().filter(touches).collect();
    html! {
        @if told.is_empty() {
            p { "For no known finding were all of its clauses decisive in these runs." }
        } @else {
            p.meta { "Findings whose every clause decided something in these runs: "
                "what they say can happen to somebody here." }
            ul.findings { @for finding in told { (NL) li id=(finding.id) {
                a href={ "#" (finding.id) } { strong { (finding.id) } }
                " " (finding.title) " (" (cite(finding.clauses.iter())) "), "
                code { (finding.file) }
                @if !finding.answered_by.is_empty() { "; answered by " (finding.answered_by.join(", ")) }
            } } }
        }
    }
}

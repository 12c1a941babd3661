//! Elements that several sections of the page share.

use crate::rehearsal::measure::gate::{GateDecision, GoNoGo};
use maud::{Markup, html};

/// The note in sections whose extra simulations were not run.
pub const NOT_RUN: &str =
    "Not run: `--aside` sets for how many of the runs candidates, doubts and remedies are run too.";

/// A table that scrolls sideways in a narrow window.
pub fn wide(label: &str, table: &Markup) -> Markup {
    html! { div.wide tabindex="0" role="region" aria-label=(label) { (table) } }
}

/// The head of a table, with one name for each column.
pub fn heads(names: &[&str]) -> Markup {
    html! { thead { tr { @for name in names { th scope="col" { (name) } } } } }
}

/// The class by which a decision is coloured.
pub const fn decision_class(decision: GateDecision) -> &'static str {
    match decision {
        GateDecision::Met => "v passed",
        GateDecision::Missed => "v failed",
        GateDecision::Undecided | GateDecision::NotJudged(_) => "v pending",
    }
}

/// The class by which an answer is coloured.
pub const fn go_class(answer: GoNoGo) -> &'static str {
    match answer {
        GoNoGo::Go => decision_class(GateDecision::Met),
        GoNoGo::NoGo => decision_class(GateDecision::Missed),
        GoNoGo::Undecided => decision_class(GateDecision::Undecided),
    }
}

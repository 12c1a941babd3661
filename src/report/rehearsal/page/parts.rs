//! Elements that several sections of the page share.

use crate::rehearsal::measure::gate::GoNoGo;
use crate::statistics::IntervalDecision;
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
pub const fn decision_class(decision: IntervalDecision) -> &'static str {
    match decision {
        IntervalDecision::Met => "v passed",
        IntervalDecision::Missed => "v failed",
        IntervalDecision::Undecided => "v pending",
    }
}

/// The class by which an answer is coloured.
pub const fn go_class(answer: GoNoGo) -> &'static str {
    match answer {
        GoNoGo::Go => decision_class(IntervalDecision::Met),
        GoNoGo::NoGo => decision_class(IntervalDecision::Missed),
        GoNoGo::Undecided => decision_class(IntervalDecision::Undecided),
    }
}

//! The section on sensitivity: one-at-a-time sensitivity of the answer to each assumption that the file doubts.
//!
//! Promises that values which change the answer come first. Deliberately varies no two at once.

use super::parts::{NOT_RUN, go_class, heads, wide};
use super::rehearsed::Rehearsed;
use crate::counted::counted;
use crate::report::rehearsal::compare::{go_word, setting};
use maud::{Markup, html};

/// The section.
pub fn doubts(all: &Rehearsed<'_>) -> Markup {
    let Some(beside) = all.beside else { return html! { p { (NOT_RUN) } } };
    let is = &beside.comparison;
    if is.doubts.is_empty() {
        return html! {
            p { "The file doubts nothing: name ranges of what is assumed under " code { "doubt:" } "." }
        };
    }
    let turning: Vec<String> = is.doubts.iter().filter(|d| d.turns).map(|d| setting(&d.setting)).collect();
    let base = go_word(is.base.answer);
    html! {
        p { @if turning.is_empty() {
            "Of " (counted(is.doubts.len(), "value")) " tried, each alone, none turns the answer from "
            strong { (base) } "."
        } @else {
            "The answer turns from " strong { (base) } " if one of these is so: "
            strong { (turning.join("; ")) } "."
        } }
        p.meta { "Each value was tried alone, in " (counted(is.base.runs, "run"))
            " of the same people with the same luck; " (is.base.go)
            " of them meet every gate as the file stands. Those that turn the answer come first." }
        (wide("What is in doubt", &html! { table {
            (heads(&["if", "answer", "runs that meet every gate", "turns it"]))
            tbody { @for doubt in &is.doubts { tr {
                th scope="row" { (setting(&doubt.setting)) }
                td class=(go_class(doubt.outcome.answer)) { (go_word(doubt.outcome.answer)) }
                td { (doubt.outcome.go) " of " (doubt.outcome.runs)
                    " (" (format!("{:+.0}", doubt.shift * 100.0 + 0.0)) " %)" }
                td { @if doubt.turns { strong { "yes" } } @else { "no" } }
            } } }
        } }))
    }
}

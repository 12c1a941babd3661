//! The section on what to do before the cutover: each remedy with its effect, the most effective first.
//!
//! Promises that each remedy was simulated alone. Deliberately adds up no effects.

use super::parts::{NOT_RUN, decision_class, heads, wide};
use super::rehearsed::Rehearsed;
use crate::counted::counted;
use crate::rehearsal::measure::gate::GateDecision;
use crate::rehearsal::observe::snapshot::eve;
use crate::rehearsal::setup::observation_times::first_morning;
use crate::rehearsal::study::remedies::RemedyRow;
use crate::report::html::frame::NL;
use crate::report::rehearsal::words::{decision_word, instant};
use maud::{Markup, html};

/// The section.
pub fn to_do(all: &Rehearsed<'_>) -> Markup {
    let Some(beside) = all.beside else { return html! { p { (NOT_RUN) } } };
    let plan = all.summary.plan;
    let eve = eve(plan);
    let at = instant(first_morning(plan));
    let runs = beside.snapshots.len();
    let Some(first) = beside.remedies.first() else {
        return html! { p { "Nobody lacks anything on " (eve) " that could be done before." } };
    };
    let helped = |one: &RemedyRow| -one.morning.difference.mean().unwrap_or(0.0);
    let lead = if helped(first) > 0.0 {
        let (does, owner) = (first.remedy.does(), first.remedy.owner());
        let (fewer, all) = (helped(first), first.morning.base.mean().unwrap_or(0.0));
        format!(
            "What helps most: {does} ({owner}). Done by the morning of {eve}, {fewer:.1} accounts fewer are locked out \
             on {at}, of {all:.1}."
        )
    } else {
        format!("Nothing of this, done by the morning of {eve}, lets more people in on {at}.")
    };
    html! {
        p { (lead) }
        p.meta { "Each line was run again " (runs) " times for the same people with the same luck, "
            "with that alone done by the morning of " (eve) " for everyone who lacks it. "
            "Measures overlap: two of them together gain less than the sum of their gains." }
        (wide("What to do before the date", &html! { table.do {
            (heads(&["do", "fewer locked out", "who", "for whom", "accounts, a run", "gates"]))
            tbody { @for one in &beside.remedies { (NL) tr {
                th scope="row" { (one.remedy.does()) }
                td { strong { (tenth(helped(one))) } (interval(one)) }
                td { (one.remedy.owner()) }
                td { (one.remedy.why()) }
                td { (tenth(one.lack.mean().unwrap_or(0.0))) }
                td { (moved(all, one)) }
            } } }
        } }))
        @match all.work {
            [] => {}
            [(name, file)] => {
                p { "The work list of " (name) ": " a href=(file) { (file) } "; its header is told in " (readme()) "." }
            }
            some => {
                p { "A work list for each of " (counted(some.len(), "place")) " lies in the folder " code { "work" }
                    ", with its header told in " (readme()) "." }
            }
        }
    }
}

/// The link to the README of the work lists.
fn readme() -> Markup {
    html! { a href="work/README.md" { "work/README.md" } }
}

/// The confidence interval of the mean number of people helped.
fn interval(one: &RemedyRow) -> String {
    one.morning.interval(0.05).map_or_else(String::new, |i| format!(" ({} to {})", tenth(-i.high), tenth(-i.low)))
}

/// A number with one decimal; zero has no sign.
fn tenth(value: f64) -> String {
    let text = format!("{value:.1}");
    if text == "-0.0" { "0.0".to_owned() } else { text }
}

/// The effect of a remedy on the gates: in how many runs each is met before and after.
fn moved(all: &Rehearsed<'_>, one: &RemedyRow) -> Markup {
    let base = all.beside.map(|beside| &beside.comparison.base.gates);
    let gates = all.summary.plan.gates.iter().zip(base.into_iter().flatten()).zip(&one.outcome.gates);
    let changed: Vec<(String, GateDecision)> = gates
        .filter(|((_, before), after)| before.met_in != after.met_in)
        .map(|((gate, before), after)| {
            let (from, to) = (before.met_in, after.met_in);
            let word = if before.decision == after.decision {
                String::new()
            } else {
                format!(", now {}", decision_word(after.decision))
            };
            (format!("{}: met in {from} → {}{word}", gate.id, counted(to, "run")), after.decision)
        })
        .collect();
    html! {
        @if changed.is_empty() { "none moves" }
        @for (nth, (said, decision)) in changed.iter().enumerate() {
            @if nth > 0 { br; }
            span class=(decision_class(*decision)) { (said) }
        }
    }
}

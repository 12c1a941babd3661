//! The section below the go/no-go answer: dates, number of runs, staged decisions, and the table of gates.

use super::parts::{decision_class, heads, wide};
use crate::counted::counted;
use crate::rehearsal::measure::gate::GateVerdict;
use crate::rehearsal::measure::summary::Summary;
use crate::rehearsal::setup::gate_spec::Gate;
use crate::rehearsal::setup::plan::cutovers;
use crate::report::html::frame::NL;
use crate::report::rehearsal::words::{decided, decision_word, demand, instant, not_judged, seen, value};
use maud::{Markup, html};

/// The section.
pub fn answer(summary: &Summary<'_>) -> Markup {
    let plan = summary.plan;
    let moments: Vec<String> = cutovers(plan).into_iter().map(instant).collect();
    html! {
        p.lead {
            @if let Some(day) = plan.decide_by { "To be decided by " strong { (day) } ". " }
            @if moments.is_empty() { "This policy cuts nobody over within the span. " }
            @else { "Cutover: " (moments.join(" and ")) ". " }
            (counted(summary.runs.len(), "run")) " from " (plan.from) " to " (plan.to)
            ", under " code { (plan.candidate.name) } "."
        }
        @for (midway, taken) in summary.decided() {
            p { "Decided on the way: " (decided(midway)) ", in " (taken) " of " (summary.runs.len()) " runs." }
        }
        @if plan.gates.is_empty() { p { "The file has no gates." } }
        @else { (wide("The gates", &html! { table.gates {
            (heads(&["gate", "so", "asks", "came out", "met in"]))
            tbody { @for (at, (gate, verdict)) in plan.gates.iter().zip(&summary.verdicts).enumerate() {
                (NL) (gate_row(summary, at, gate, verdict))
            } }
        } })) }
    }
}

fn gate_row(summary: &Summary<'_>, at: usize, gate: &Gate, verdict: &GateVerdict) -> Markup {
    let seen = seen(summary, at, gate).map(|s| value(gate, s)).unwrap_or_default();
    let GateVerdict { met_in, of, chance, decision, .. } = verdict;
    let [low, high] = [chance.low, chance.high].map(|share| format!("{:.0}", share * 100.0));
    html! {
        tr {
            th scope="row" { (gate.id) @if gate.warns { " " small { "(warns)" } } }
            td class=(decision_class(*decision)) { (decision_word(*decision)) }
            td { (demand(gate)) }
            td { (seen) }
            td {
                @if *of > 0 {
                    (met_in) " of " (counted(*of, "run"))
                    " (95 % interval of all possible runs: " (low) " to " (high) " %)"
                }
                @if let Some(why) = not_judged(gate, verdict) { @if *of > 0 { "; " } (why) }
            }
        }
    }
}

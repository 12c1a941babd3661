//! The appendix on method: the command, the method, clause coverage, all assumptions, and the calibration.
//!
//! Promises the basis of every assumption. Deliberately repeats no result.

use super::parts::{heads, wide};
use super::rehearsed::Rehearsed;
use crate::counted::counted;
use crate::format::parameters::Parameter;
use crate::format::policy::show;
use crate::format::rehearsal::Measure;
use crate::policy::rules::Rules;
use crate::rehearsal::run::shard::Origin;
use crate::report::html::frame::cite;
use crate::report::rehearsal::calibration::OBSERVED;
use crate::report::rehearsal::words::instant;
use maud::{Markup, html};

/// What the table of the calibration is called.
const OBSERVED_FROM: &str = "Where observed numbers are from";

/// The whole appendix.
pub fn appendix(all: &Rehearsed<'_>) -> Markup {
    let plan = all.summary.plan;
    html! {
        h3 { "To make it again" }
        pre.wide tabindex="0" role="region" aria-label="The command" { (command(all)) }
        p.meta { "mims-sim " (env!("CARGO_PKG_VERSION")) "; SHA-256 over version and plan: "
            code { (Origin::of(plan).hash) }
            ". The same files, seed and version give the same bytes, on any number of threads." }
        h3 { "Method" }
        (method(all))
        h3 { "Coverage" }
        (coverage(all))
        h3 { "Assumptions" }
        p.meta { "Of " (Parameter::ALL.len()) " parameters, " (plan.set.len())
            " are set by the file; the others have the model's value, each with what it rests on." }
        details { summary { "All parameters" } (wide("All parameters", &parameters(all))) }
        details {
            summary { "Rules of the policy that differ from the guide's" }
            (wide("Rules that differ", &rules(all)))
        }
        h3 { "Calibration" }
        details { summary { (OBSERVED_FROM) } (wide(OBSERVED_FROM, &html! { table {
            (heads(&["row", "observed", "value", "source"]))
            tbody { @for row in OBSERVED { tr {
                th scope="row" id=(row.id) { (row.id) }
                td { (row.what) } td { (row.value) } td { code { (row.source) } }
            } } }
        } })) }
    }
}

fn command(all: &Rehearsed<'_>) -> String {
    let plan = all.summary.plan;
    let aside = all.beside.map_or(0, |beside| beside.snapshots.len());
    format!("mims-sim rehearse {} --runs {} --seed {} --aside {aside} --out DIR", plan.file, plan.runs, plan.seed)
}

fn method(all: &Rehearsed<'_>) -> Markup {
    let summary = all.summary;
    let plan = summary.plan;
    let measured: Vec<&str> = Measure::ALL.iter().map(|measure| measure.word()).collect();
    let messages: u64 = summary.runs.iter().map(|run| run.messages).sum();
    let who = match &plan.directory {
        Some(places) => format!(
            "{} of {} read from a directory; what it does not know is drawn",
            counted(places.iter().map(|p| p.people.len()).sum::<usize>(), "person"),
            counted(places.len(), "place")
        ),
        None => format!(
            "{} and everybody there: drawn, afresh in each run",
            counted(summary.runs.first().map_or(0, |run| run.places.len().saturating_sub(1)), "place")
        ),
    };
    html! {
        ul {
            li { "A simulation may differ from the live system: it holds what the guide says, and what is named below "
                "as assumed." }
            li { (who) ". Every draw belongs to a person, a purpose and a time, so that another policy meets the same "
                "people with the same luck." }
            li { "People act by habits, helpers answer queues, and all that they do runs through the same engine and "
                "policy as a scenario: " (counted(messages, "message")) " in "
                (counted(summary.runs.len(), "run")) "." }
            li { "Locked out is an account whose last sign-in was refused for more than a slip of the hand, until iCON "
                "opens again. Whoever has not tried is not counted." }
            li { "A gate is judged over the runs by an interval of 95 % for the chance that a run meets it; "
                "where that holds the limit within, it is undecided." }
            li { "Bands hold nine of ten runs. Differences between policies are paired, run by run, with Student's "
                "interval, divided among the yardsticks." }
            @if let Some((first, ..)) = plan.faults.first() {
                li { "Faults of the file: " (plan.faults.len()) ", the first on " (instant(*first)) "." }
            }
            li { "Measured: " (measured.join(", ")) "." }
        }
    }
}

fn coverage(all: &Rehearsed<'_>) -> Markup {
    let fired = all.summary.clauses();
    let whole = crate::clause::Clause::ALL.len();
    html! {
        p { "Some decision rested on " (fired.len()) " of " (whole) " clauses and assumptions: "
            (cite(fired.into_iter().map(|(clause, _)| clause))) "." }
    }
}

fn parameters(all: &Rehearsed<'_>) -> Markup {
    let plan = all.summary.plan;
    html! { table {
        (heads(&["parameter", "value", "basis", "meaning"]))
        tbody { @for parameter in Parameter::ALL {
            @let info = parameter.info();
            "\n"
            tr {
                th scope="row" { code { (info.path) } }
                td { (show(info.kind, plan.parameters.get(*parameter))) }
                td { @if plan.set.contains(parameter) { "this file" } @else { (info.basis) } }
                td { (info.doc) }
            }
        } }
    } }
}

fn rules(all: &Rehearsed<'_>) -> Markup {
    let (is, guide) = (all.summary.plan.candidate.base(), Rules::default());
    let differ: Vec<_> =
        crate::policy::rules::Rule::ALL.iter().filter(|rule| is.get(**rule) != guide.get(**rule)).collect();
    html! { table {
        (heads(&["rule", "here", "in the guide", "meaning"]))
        tbody {
            @if differ.is_empty() { tr { td colspan="4" { "none" } } }
            @for rule in differ {
                @let info = rule.info();
                tr {
                    th scope="row" { code { (info.path) } }
                    td { (show(info.kind, is.get(*rule))) }
                    td { (show(info.kind, guide.get(*rule))) }
                    td { (info.doc) }
                }
            }
        }
    } }
}

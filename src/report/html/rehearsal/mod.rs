//! A rehearsal as one page that opens offline: the answer first, then what to do, the morning, what is in doubt, what else
//! could be done, the load, the places, stories, findings, and how all of it was made.
//!
//! Promises the same bytes for the same runs, every sentence computed, and a word where something was not run.
//! Deliberately runs nothing.

mod appendix;
mod charts;
mod choices;
mod hours;
mod stories;

use super::frame::{FILTERS, NL, Page, SEARCH, cite, glossary};
use crate::clause::{Clause, Clauses};
use crate::counted::counted;
use crate::format::rehearsal::Measure;
use crate::rehearsal::measure::gate::{Gate, GateVerdict, GoNoGo};
use crate::rehearsal::measure::summary::{Summary, spread};
use crate::rehearsal::setup::observation_times::first_morning;
use crate::rehearsal::setup::plan::cutovers;
use crate::rehearsal::study::comparison::{RemedyRow, Study};
use crate::report::chart;
use crate::report::rehearsal::{decided, demand, instant, sentence, value, word};
use crate::statistics::Decision;
use maud::{Markup, html};

pub use stories::Story;

/// A finding that is about what happened here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its number, such as `F9`.
    pub id: String,
    /// The property that states it.
    pub title: String,
    /// The clauses that it rests on.
    pub clauses: Clauses,
    /// The file that shows or states it.
    pub file: String,
    /// The policies that say that they answer it.
    pub answered_by: Vec<String>,
}

/// Everything that the page is made of.
#[derive(Clone, Debug)]
pub struct Rehearsed<'a> {
    /// The runs.
    pub summary: &'a Summary<'a>,
    /// It was interrupted before all runs were done.
    pub partial: bool,
    /// What was run beside; none where that was not asked for.
    pub beside: Option<&'a Study<'a>>,
    /// One person's story for each main cause.
    pub stories: &'a [Story],
    /// Findings of the guide, as far as they are known here.
    pub findings: &'a [Finding],
    /// Where the work lists lie, by the number of the place; empty where there are none.
    pub work: &'a [(String, String)],
}

/// What is said where nothing was run beside.
const NOT_RUN: &str = "Not run: `--aside` sets for how many of the runs candidates, doubts and remedies are run too.";

/// The page.
pub fn page(all: &Rehearsed<'_>) -> String {
    let summary = all.summary;
    let plan = summary.plan;
    let told: Vec<&Finding> = all.findings.iter().filter(|finding| touches(summary, finding)).collect();
    let clauses =
        summary.clauses().into_iter().fold(Clauses::NONE, |all, (clause, _)| all.union(Clauses::of(&[clause])));
    let class = match summary.answer {
        GoNoGo::Go => "passed",
        GoNoGo::NoGo => "failed",
        GoNoGo::Undecided => "pending",
    };
    let body = html! {
        main {
            p.brand { "mims-sim · rehearsal · " (plan.title) }
            @if all.partial { p.wrong { "Partial: interrupted before all runs were done." } }
            h1 class=(class) { (sentence(summary)) }
            (answer(summary))
            (NL) (part("do", "What to do before the date", &to_do(all)))
            (NL) (part("morning", "The first morning, hour by hour", &charts::morning(summary)))
            (NL) (part("doubt", "What would change this verdict", &choices::doubt(all)))
            (NL) (part("candidates", "What else could be done", &choices::candidates(all)))
            (NL) (part("load", "The load of Local Administrators and desk", &charts::load(summary)))
            (NL) (part("places", "Places and generic accounts at risk", &charts::places(all)))
            (NL) (part("stories", "What happened to people", &stories::stories(all)))
            (NL) (part("findings", "Findings that touch it", &findings(&told)))
            (NL) (part("appendix", "How this was made", &appendix::appendix(all)))
            (NL) (glossary(clauses))
        }
    };
    let choices = all.beside.map_or_else(String::new, |beside| choices::style(&beside.comparison));
    let style = [chart::STYLE, FILTERS, include_str!("rehearsal.css"), choices.as_str()].concat();
    let mut scripts = vec![chart::SCRIPT];
    if body.0.contains("id=\"search\"") {
        scripts.extend(SEARCH);
    }
    Page { title: &format!("{} · mims-sim", plan.title), clauses, style, scripts }.around(&body)
}

fn part(id: &str, title: &str, body: &Markup) -> Markup {
    html! { section aria-labelledby=(id) { h2 id=(id) { (title) } (body) } }
}

/// A table that scrolls by itself where the window is narrow.
fn wide(label: &str, table: &Markup) -> Markup {
    html! { div.wide tabindex="0" role="region" aria-label=(label) { (table) } }
}

/// Everything below the one sentence: dates, runs and the gates.
fn answer(summary: &Summary<'_>) -> Markup {
    let plan = summary.plan;
    let moments: Vec<String> = cutovers(plan).into_iter().map(instant).collect();
    html! {
        p.lead {
            @if let Some(day) = plan.decide_by { "To be decided by " strong { (day) } ". " }
            @if moments.is_empty() { "This policy cuts nobody over within the span. " }
            @else { "Cutover: " (moments.join(" and ")) ". " }
            (counted(summary.runs.len(), "run")) " from " (plan.from) " to " (plan.to) ", under " code { (plan.candidate.name) } "."
        }
        @for (midway, taken) in summary.decided() { p { "Decided on the way: " (decided(midway)) ", in " (taken) " of " (summary.runs.len()) " runs." } }
        @if plan.gates.is_empty() { p { "The file has no gates." } }
        @else { (wide("The gates", &html! { table.gates {
            thead { tr { th scope="col" { "gate" } th scope="col" { "so" } th scope="col" { "asks" } th scope="col" { "came out" } th scope="col" { "met in" } } }
            tbody { @for (at, (gate, verdict)) in plan.gates.iter().zip(&summary.verdicts).enumerate() { (NL) (gate_row(summary, at, gate, verdict)) } }
        } })) }
    }
}

fn gate_row(summary: &Summary<'_>, at: usize, gate: &Gate, verdict: &GateVerdict) -> Markup {
    let values = summary.runs.iter().map(|run| gate.value(at, run, summary.grid));
    let seen = spread(values).map(|s| value(gate, s)).unwrap_or_default();
    let GateVerdict { met_in, of, chance, decision } = verdict;
    html! {
        tr {
            th scope="row" { (gate.id) @if gate.warns { " " small { "(warns)" } } }
            td class=(decision_class(*decision)) { (word(*decision)) }
            td { (demand(gate)) }
            td { (seen) }
            td { (met_in) " of " (counted(*of, "run")) ", so in " (format!("{:.0} to {:.0}", chance.low * 100.0, chance.high * 100.0)) " % of all that could be" }
        }
    }
}

const fn decision_class(decision: Decision) -> &'static str {
    match decision {
        Decision::Met => "v passed",
        Decision::Missed => "v failed",
        Decision::Undecided => "v pending",
    }
}

/// What each remedy would do, those first that help most people.
fn to_do(all: &Rehearsed<'_>) -> Markup {
    let Some(beside) = all.beside else { return html! { p { (NOT_RUN) } } };
    let plan = all.summary.plan;
    let eve = crate::rehearsal::observe::snapshot::eve(plan);
    let at = instant(first_morning(plan));
    let runs = beside.looks.len();
    let Some(first) = beside.remedies.first() else {
        return html! { p { "Nobody lacks anything on " (eve) " that could be done before." } };
    };
    let helped = |one: &RemedyRow| -one.morning.difference.mean().unwrap_or(0.0);
    let lead = if helped(first) > 0.0 {
        format!(
            "What helps most: {} ({}). Done by the morning of {eve}, {:.1} accounts fewer are locked out on {at}, of {:.1}.",
            first.remedy.does(),
            first.remedy.owner(),
            helped(first),
            first.morning.base.mean().unwrap_or(0.0)
        )
    } else {
        format!("Nothing of this, done by the morning of {eve}, lets more people in on {at}.")
    };
    html! {
        p { (lead) }
        p.meta { "Each line was run again " (runs) " times for the same people with the same luck, with that alone done by the morning of "
            (eve) " for everyone who lacks it. Lines overlap: what is gained by two is not their sum." }
        (wide("What to do before the date", &html! { table.do {
            thead { tr { th scope="col" { "do" } th scope="col" { "fewer locked out" } th scope="col" { "who" } th scope="col" { "for whom" }
                th scope="col" { "accounts, a run" } th scope="col" { "gates" } } }
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
            [(name, file)] => p { "The work list of " (name) ": " a href=(file) { (file) } "; its header is told in " a href="work/README.md" { "work/README.md" } "." }
            some => p { "A work list for each of " (counted(some.len(), "place")) " lies in the folder " code { "work" } ", with its header told in "
                a href="work/README.md" { "work/README.md" } "." }
        }
    }
}

/// Between which numbers the mean number of people helped lies.
fn interval(one: &RemedyRow) -> String {
    one.morning.interval(0.05).map_or_else(String::new, |i| format!(" ({} to {})", tenth(-i.high), tenth(-i.low)))
}

/// One digit after the point, and no sign before nought.
fn tenth(value: f64) -> String {
    let text = format!("{value:.1}");
    if text == "-0.0" { "0.0".to_owned() } else { text }
}

/// What a remedy does to the gates: in how many more runs each is met.
fn moved(all: &Rehearsed<'_>, one: &RemedyRow) -> Markup {
    let base = all.beside.map(|beside| &beside.comparison.base.gates);
    let gates = all.summary.plan.gates.iter().zip(base.into_iter().flatten()).zip(&one.outcome.gates);
    let changed: Vec<(String, Decision)> = gates
        .filter(|((_, before), after)| before.met_in != after.met_in)
        .map(|((gate, before), after)| {
            let (from, to) = (before.met_in, after.met_in);
            let word = if before.decision == after.decision {
                String::new()
            } else {
                format!(", now {}", word(after.decision))
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

/// Whether a rehearsal did something with every clause that a finding rests on.
fn touches(summary: &Summary<'_>, finding: &Finding) -> bool {
    let fired = summary.clauses();
    let is = |clause: Clause| fired.iter().any(|(other, _)| *other == clause);
    !finding.clauses.is_empty() && finding.clauses.iter().all(is)
}

fn findings(told: &[&Finding]) -> Markup {
    html! {
        @if told.is_empty() { p { "No finding that is known here rests on clauses that all decided something in these runs." } }
        @else {
            p.meta { "Findings whose every clause decided something in these runs: what they say can happen to somebody here." }
            ul.findings { @for finding in told { (NL) li id=(finding.id) {
                a href={ "#" (finding.id) } { strong { (finding.id) } } " " (finding.title) " (" (cite(finding.clauses.iter())) "), "
                code { (finding.file) }
                @if !finding.answered_by.is_empty() { "; answered by " (finding.answered_by.join(", ")) }
            } } }
        }
    }
}

/// The two numbers of a time: half and 95 % of those who waited.
fn waited(summary: &Summary<'_>, measure: Measure) -> String {
    crate::report::rehearsal::waited(summary, measure)
}

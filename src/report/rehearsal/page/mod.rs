//! The report of a rehearsal as one HTML page that opens offline, with one file for each section: go/no-go answer,
//! to-do list, first morning, sensitivity, candidates, load, places, stories, findings, method.
//!
//! Promises the same bytes for the same runs, and a note in each section whose simulation was not run. Deliberately
//! runs nothing.

mod answer;
mod appendix;
mod candidates;
mod doubts;
mod figures;
mod findings;
mod hours;
mod load;
mod morning;
mod parts;
mod places;
mod rehearsed;
mod stories;
mod to_do;

pub use rehearsed::{Rehearsed, RelatedFinding};
pub use stories::Story;

use super::words::sentence;
use crate::clause::Clauses;
use crate::rehearsal::measure::gate::GoNoGo;
use crate::report::chart;
use crate::report::html::frame::{FILTERS, HtmlPage, NL, SEARCH, glossary};
use maud::{Markup, html};

/// The page.
pub fn page(all: &Rehearsed<'_>) -> String {
    let summary = all.summary;
    let plan = summary.plan;
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
            (answer::answer(summary))
            (NL) (part("do", "What to do before the date", &to_do::to_do(all)))
            (NL) (part("morning", "The first morning, hour by hour", &morning::morning(summary)))
            (NL) (part("doubt", "What would change this verdict", &doubts::doubts(all)))
            (NL) (part("candidates", "What else could be done", &candidates::candidates(all)))
            (NL) (part("load", "The load of Local Administrators and desk", &load::load(summary)))
            (NL) (part("places", "Places and generic accounts at risk", &places::places(all)))
            (NL) (part("stories", "What happened to people", &stories::stories(all.stories)))
            (NL) (part("findings", "Findings that touch it", &findings::findings(all)))
            (NL) (part("appendix", "How this was made", &appendix::appendix(all)))
            (NL) (glossary(clauses))
        }
    };
    let choices = all.beside.map_or_else(String::new, |beside| candidates::style(&beside.comparison));
    let style = [chart::STYLE, FILTERS, include_str!("rehearsal.css"), choices.as_str()].concat();
    let mut scripts = vec![chart::SCRIPT];
    if body.0.contains("id=\"search\"") {
        scripts.extend(SEARCH);
    }
    HtmlPage { title: &format!("{} · mims-sim", plan.title), clauses, style, scripts }.around(&body)
}

fn part(id: &str, title: &str, body: &Markup) -> Markup {
    html! { section aria-labelledby=(id) { h2 id=(id) { (title) } (body) } }
}

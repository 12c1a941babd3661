//! The index page of all scenarios: one sentence, then failures, all scenarios by folder, and coverage of the clauses.
//!
//! Promises that failures come first, and an index that can be read without scripts. Deliberately judges nothing.

use super::frame::{FILTERS, HtmlPage, INDEX_STYLE, NL, SEARCH, cite, named};
use super::marks::{slug, verdict_mark};
use super::scenario;
use crate::clause::{Clause, Clauses};
use crate::counted::counted;
use crate::report::coverage::CoverageLine;
use crate::report::{CaseReport, tally};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The folder, below that of the index, in which each scenario file has its page.
pub const PAGES: &str = "scenarios";
/// How many scenarios are named beside a clause; the rest are counted.
const NAMED: usize = 4;

/// A file, the name of its page, and the cases in it.
pub struct Entry<'c> {
    /// The path of its page.
    pub page: String,
    /// The cases.
    pub cases: Vec<&'c CaseReport>,
}

impl Entry<'_> {
    /// The worst verdict of its cases.
    fn verdict(&self) -> &'static str {
        let any = |word: &str| self.cases.iter().any(|case| case.verdict == word);
        if any("failed") {
            "failed"
        } else if any("pending") {
            "pending"
        } else {
            "passed"
        }
    }

    fn title(&self) -> &str {
        let Some(first) = self.cases.first() else { return "" };
        if self.cases.len() > 1 { first.title.split(" [").next().unwrap_or_default() } else { &first.title }
    }

    fn folder(&self) -> &str {
        self.cases.first().and_then(|case| case.file.rsplit_once(['/', '\\'])).map_or(".", |(folder, _)| folder)
    }
}

/// The files in their order, each with a page name of its own.
pub fn entries(cases: &[CaseReport]) -> Vec<Entry<'_>> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut out: Vec<Entry<'_>> = Vec::new();
    for case in cases {
        match out.last_mut() {
            Some(last) if last.cases.first().is_some_and(|first| first.file == case.file) => last.cases.push(case),
            _ => {
                let name = scenario::name(&case.file);
                let count = taken.entry(name.to_lowercase()).and_modify(|count| *count += 1).or_insert(1);
                let name = if *count > 1 { format!("{name}-{count}") } else { name };
                out.push(Entry { page: format!("{PAGES}/{name}.html"), cases: vec![case] });
            }
        }
    }
    out
}

/// The index of these files.
pub fn index(cases: &[CaseReport], entries: &[Entry<'_>], coverage: &[CoverageLine]) -> String {
    let tags: BTreeSet<&str> = cases.iter().flat_map(|case| &case.tags).map(String::as_str).collect();
    let tags: Vec<&str> = tags.into_iter().collect();
    let judged: usize = cases.iter().map(|case| case.judged).sum();
    let (passed, failed, pending) = tally(cases);
    let wrong: Vec<&Entry<'_>> = entries.iter().filter(|e| e.verdict() != "passed").collect();
    let mut groups: Vec<(&str, Vec<&Entry<'_>>)> = Vec::new();
    for entry in entries {
        match groups.last_mut() {
            Some((folder, list)) if *folder == entry.folder() => list.push(entry),
            _ => groups.push((entry.folder(), vec![entry])),
        }
    }
    let body = html! {
        main {
            p.brand { "mims-sim · scenario report" }
            h1 class=(if failed > 0 { "failed" } else if pending > 0 { "pending" } else { "passed" }) {
                @if failed > 0 { (failed) " of " (counted(cases.len(), "run")) " did not end as expected" }
                @else if pending > 0 {
                    (pending) " of " (counted(cases.len(), "run")) " pending: what is awaited lies past the end"
                } @else { @if cases.len() > 1 { "All " } (counted(cases.len(), "run")) " ended as expected" }
            }
            p.lead { (counted(entries.len(), "scenario file")) ", " (counted(cases.len(), "run")) ", "
                (counted(judged, "expectation")) ": " (passed) " passed, " (failed) " failed, " (pending) " pending." }
            @if !wrong.is_empty() {
                section aria-labelledby="first" {
                    h2 #first { "Not as expected" }
                    @for entry in &wrong { @for case in &entry.cases { (NL) (failing(entry, case)) } }
                }
            }
            p.jump {
                @for (nth, (folder, list)) in groups.iter().enumerate() {
                    a href={ "#g" (nth) } { (folder) } " (" (list.len()) ") · "
                }
                a href="#coverage" { "clauses of the guide" }
            }
            (filters(&tags, (passed, failed, pending)))
            @for (nth, (folder, list)) in groups.iter().enumerate() {
                (NL)
                section id={ "g" (nth) } class={ "group " (tag_classes(list, &tags)) } {
                    h2 { (folder) " " small { (list.len()) } }
                    ul.list { @for entry in list { (NL) (item(entry, &tags)) } }
                }
            }
            (NL)
            (clauses(coverage, entries))
        }
    };
    let all = coverage.iter().filter_map(|line| Clause::from_id(line.clause));
    let clauses = all.fold(Clauses::NONE, |all, clause| all.union(Clauses::of(&[clause])));
    HtmlPage {
        title: "Scenarios · mims-sim",
        clauses,
        style: [FILTERS, INDEX_STYLE, &rules(tags.len())].concat(),
        scripts: SEARCH.to_vec(),
    }
    .around(&body)
}

/// A case that is not as expected, in a few lines.
fn failing(entry: &Entry<'_>, case: &CaseReport) -> Markup {
    html! {
        @if case.verdict != "passed" {
            article.wrong.pending[case.verdict == "pending"] {
                h3 { (verdict_mark(case.verdict)) " " a href=(entry.page) { (case.title) } }
                @for wrong in &case.wrong {
                    p { strong { (wrong.said) }
                        @if let Some(at) = &wrong.at { ", at " (at) }
                        @if !wrong.rests_on.is_empty() { ", resting on " (cite(named(&wrong.rests_on).iter())) } }
                    pre.wide tabindex="0" role="region" aria-label="The line of the file" {
                        (case.file) ":" (wrong.line) "  " mark { (wrong.snippet) } "\n" (wrong.why) }
                }
            }
        }
    }
}

/// Filters that work by style alone, and a search that a script reveals.
fn filters(tags: &[&str], (passed, failed, pending): (usize, usize, usize)) -> Markup {
    let verdicts = [("failed", failed), ("pending", pending), ("passed", passed)];
    let mixed = verdicts.iter().filter(|(_, count)| *count > 0).count() > 1;
    html! {
        div #filters {
            p hidden { label for="search" { "Search " } input #search type="search" autocomplete="off"; " "
                span #found role="status" {} }
            @if mixed {
                fieldset {
                    legend { "Verdict" }
                    (choice("verdict", "v-all", "all", true))
                    @for (word, count) in verdicts { @if count > 0 {
                        (choice("verdict", &format!("v-{word}"), &format!("{word} ({count})"), false))
                    } }
                }
            }
            @if !tags.is_empty() {
                details.tags {
                    summary { "Only one tag" }
                    fieldset {
                        legend { "Tag" }
                        (choice("tag", "t-all", "any", true))
                        @for (nth, tag) in tags.iter().enumerate() { (choice("tag", &format!("t{nth}"), tag, false)) }
                    }
                }
            }
        }
    }
}

fn choice(name: &str, id: &str, says: &str, chosen: bool) -> Markup {
    html! { label { input type="radio" name=(name) id=(id) checked[chosen]; span { (says) } } " " }
}

/// The style that makes the filters work.
fn rules(tags: usize) -> String {
    let mut out = String::new();
    for word in ["failed", "pending", "passed"] {
        let _ = write!(out, "body:has(#v-{word}:checked) li.s:not(.{word}){{display:none}}");
    }
    for tag in 0..tags {
        let _ = write!(out, "body:has(#t{tag}:checked) :is(li.s,section.group):not(.t{tag}){{display:none}}");
    }
    out
}

/// The classes of the tags that any of these has.
fn tag_classes(entries: &[&Entry<'_>], tags: &[&str]) -> String {
    let has = |tag: &str| entries.iter().flat_map(|e| &e.cases).any(|case| case.tags.iter().any(|own| own == tag));
    let own = tags.iter().enumerate().filter(|(_, tag)| has(tag));
    own.map(|(nth, _)| format!("t{nth}")).collect::<Vec<_>>().join(" ")
}

fn item(entry: &Entry<'_>, tags: &[&str]) -> Markup {
    let first = entry.cases.first();
    let words = |case: &&CaseReport| [case.file.clone(), case.cites.join(" ")].join(" ");
    let class = format!("s {} {}", entry.verdict(), tag_classes(&[entry], tags));
    html! {
        li class=(class.trim_end()) data-words=(first.map(words).unwrap_or_default()) {
            (verdict_mark(entry.verdict())) " " a href=(entry.page) { (entry.title()) }
            @if entry.cases.len() > 1 { " " small { (entry.cases.len()) " cases" } }
            @if let Some(case) = first {
                @for tag in &case.tags { " " span.tag { (tag) } }
            }
        }
    }
}

/// What the runs did with each clause, and which scenarios cite it.
fn clauses(coverage: &[CoverageLine], entries: &[Entry<'_>]) -> Markup {
    let count = |word: &str| coverage.iter().filter(|line| line.what == word).count();
    let cites = |entry: &&Entry<'_>, id: &str| entry.cases.iter().any(|case| case.cites.contains(&id));
    html! {
        section aria-labelledby="coverage" {
            h2 #coverage { "Clauses of the guide" }
            p { "Of " (coverage.len()) " clauses and assumptions, " (count("decisive")) " were "
                em { "decisive" } " (some decision would have been another without the clause), "
                (count("fired")) " " em { "fired" } " (a decision cites it), " (count("never exercised"))
                " were never exercised, and " (count("no behaviour")) " are no behaviour." }
            ul.tiles aria-label="Clauses" { @for line in coverage {
                (NL) li class=(slug(line.what)) { a href={ "#" (line.clause) } { (line.clause) } }
            } }
            div.wide tabindex="0" role="region" aria-label="Clauses as a table" { table.clauses {
                thead { tr { th { "clause" } th { "was" } th { "says" } th { "scenarios about it" } } }
                tbody { @for line in coverage {
                    (NL)
                    @let about: Vec<&Entry<'_>> = entries.iter().filter(|e| cites(e, line.clause)).collect();
                    tr id=(line.clause) {
                        td { (line.clause) } td { (line.what) } td { span { (line.text) } }
                        td { @for (nth, entry) in about.iter().take(NAMED).enumerate() {
                            @if nth > 0 { ", " } a href=(entry.page) { (entry.title()) }
                        }
                        @if about.len() > NAMED { " and " (about.len() - NAMED) " more" } }
                    }
                } }
            } }
        }
    }
}

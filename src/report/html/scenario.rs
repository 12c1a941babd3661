//! The page of one scenario file: for each case its failures, the time line, the rows with sequence diagrams and
//! decisions, the final state and the properties; then the file itself and the clauses.
//!
//! Promises that failures come first. Deliberately judges nothing.

use super::frame::{HtmlPage, NL, cite, glossary, named};
use super::marks::{slug, verdict_mark};
use super::sequence::sequence;
use super::timeline::{outcome, timeline};
use crate::act::ActOutcome;
use crate::clause::Clauses;
use crate::counted::counted;
use crate::kernel::Time;
use crate::property::PropertyVerdict;
use crate::replay::sequence_model::{Frame, SequenceRow};
use crate::report::{CaseReport, Wrong};
use crate::world::message::Party;
use maud::{Markup, html};

/// How many lines of the file are shown around one that is wrong.
const AROUND: usize = 2;
/// A row with fewer messages and decisions than this is repeated, not linked to an equal one.
const WORTH_SHARING: usize = 4;

/// The page of the file with these cases; `index` is the path of the index page.
pub fn scenario(cases: &[&CaseReport], index: &str) -> String {
    let Some(first) = cases.first() else { return String::new() };
    let clauses = cases.iter().fold(Clauses::NONE, |all, case| all.union(cited(case)));
    let title = first.title.split(" [").next().filter(|_| cases.len() > 1).unwrap_or(&first.title);
    let courses = Courses::of(cases);
    let body = html! {
        nav aria-label="Reports" { a href=(index) { "All scenarios" } }
        main {
            h1 { (title) }
            p.meta {
                code { (first.file) } " · policy " code { (first.policy) }
                @for tag in &first.tags { " " span.tag { (tag) } }
            }
            @if !first.cites.is_empty() { p.meta { "About " (cite(named(&first.cites).iter())) } }
            @if cases.len() > 1 {
                ul.cases {
                    @for (nth, case) in cases.iter().enumerate() {
                        li { (verdict_mark(case.verdict)) " " a href={ "#case" (nth + 1) } { (short(case, title)) } }
                    }
                }
            }
            @for (nth, case) in cases.iter().enumerate() {
                (NL)
                @if cases.len() > 1 {
                    details.case id={ "case" (nth + 1) } open[nth == 0 || case.verdict != "passed"] {
                        summary { h2 { (verdict_mark(case.verdict)) " " (short(case, title)) } }
                        (one(case, nth, &courses))
                    }
                } @else { (one(case, nth, &courses)) }
            }
            (NL)
            (file(first))
            (glossary(clauses))
        }
    };
    HtmlPage { title: &format!("{title} · mims-sim"), clauses, style: String::new(), scripts: Vec::new() }.around(&body)
}

/// The name of a case without the title of its scenario.
fn short<'c>(case: &'c CaseReport, title: &str) -> &'c str {
    case.title.strip_prefix(title).map_or(&*case.title, |rest| rest.trim_matches([' ', '[', ']']))
}

/// Everything that the pages of a case cite.
fn cited(case: &CaseReport) -> Clauses {
    let rows = case.scene.rows.iter().fold(Clauses::NONE, |all, row| {
        let steps = row.steps.iter().map(|step| match step {
            Frame::Decision { clauses, .. } => *clauses,
            Frame::Message { .. } => Clauses::NONE,
        });
        steps.fold(all.union(row.clauses), Clauses::union)
    });
    let properties = case.scene.properties.iter().fold(rows, |all, p| all.union(p.judgement.clauses));
    case.wrong.iter().fold(properties.union(named(&case.cites)), |all, wrong| all.union(named(&wrong.rests_on)))
}

/// The first row of each course of messages and decisions; later rows with an equal course link to it.
#[derive(Default)]
struct Courses<'c>(Vec<(&'c SequenceRow, String)>);

impl<'c> Courses<'c> {
    fn of(cases: &[&'c CaseReport]) -> Courses<'c> {
        let mut out = Courses::default();
        for (nth, case) in cases.iter().enumerate() {
            for (index, row) in case.scene.rows.iter().enumerate() {
                if row.steps.len() >= WORTH_SHARING && out.first(row).is_none() {
                    out.0.push((row, format!("{}{}", prefix(nth), index + 1)));
                }
            }
        }
        out
    }

    /// The id of the first row that took this course.
    fn first(&self, row: &SequenceRow) -> Option<&str> {
        self.0.iter().find(|(first, _)| same_course(first, row)).map(|(_, id)| &**id)
    }
}

/// Whether both rows have the same messages and decisions, each at the same time after the beginning of the row.
fn same_course(a: &SequenceRow, b: &SequenceRow) -> bool {
    let after = |row: &SequenceRow, at: Time| row.began.map(|began| at.0 - began.0);
    let alike = |(x, y): (&Frame, &Frame)| match (x, y) {
        (Frame::Message { at: p, .. }, Frame::Message { at: q, .. }) => {
            after(a, *p) == after(b, *q) && *x == y.clone().moved(*p)
        }
        _ => x == y,
    };
    a.steps.len() == b.steps.len() && a.steps.iter().zip(&b.steps).all(alike)
}

/// What the ids of a case's rows begin with.
fn prefix(case: usize) -> String {
    if case == 0 { "r".to_owned() } else { format!("c{}r", case + 1) }
}

fn one(case: &CaseReport, nth: usize, courses: &Courses<'_>) -> Markup {
    let prefix = prefix(nth);
    html! {
        p.verdict.(case.verdict) {
            (verdict_mark(case.verdict)) " "
            @match case.verdict {
                "passed" => { "Everything is as expected: " (counted(case.judged, "expectation")) "." },
                "pending" => { "Nothing is wrong, and something is not known yet." },
                _ => { (case.wrong.len()) " of " (counted(case.judged, "expectation")) " did not hold." },
            }
        }
        @for wrong in &case.wrong { (NL) (not_as_expected(case, wrong, &prefix)) }
        (NL)
        (timeline(&case.scene, &prefix, &case.title))
        @for (index, row) in case.scene.rows.iter().enumerate() {
            @if let Some(began) = row.began.filter(|at| new_day(case, index, *at)) {
                (NL) h2.day { (began.date()) }
            }
            (NL)
            (row_of(case, index, row, &prefix, courses))
        }
        @if !case.scene.ending.is_empty() {
            (NL)
            h2 { "In the end" }
            ul { @for sentence in &case.scene.ending { li { (sentence) } } }
        }
        (properties(case, &prefix))
    }
}

fn new_day(case: &CaseReport, index: usize, at: Time) -> bool {
    let above = case.scene.rows.get(..index).unwrap_or_default();
    above.iter().rev().find_map(|row| row.began).is_none_or(|last| last.date() != at.date())
}

/// Expected and actual, when, by which rule, where in the file, and how to see it again.
fn not_as_expected(case: &CaseReport, wrong: &Wrong, prefix: &str) -> Markup {
    let row = case.scene.rows.iter().position(|row| row.line == wrong.line);
    html! {
        section.wrong.pending[wrong.pending] {
            h3 { (wrong.said) }
            dl {
                @if let Some(at) = &wrong.at { dt { "when" } dd { (at) ", in virtual time" } }
                @if let Some(row) = row {
                    dt { "row" }
                    dd { a href={ "#" (prefix) (row + 1) } {
                        (row + 1) ", " (case.scene.rows.get(row).map_or("", |r| &r.says))
                    } }
                }
                dt { "rests on" }
                dd {
                    @if wrong.rests_on.is_empty() { "no clause" }
                    @for clause in named(&wrong.rests_on).iter().take(8) {
                        p { (cite([clause])) " " (clause.text()) }
                    }
                    @if wrong.rests_on.len() > 8 { p { "and " (cite(named(&wrong.rests_on).iter().skip(8))) } }
                }
                dt { "said in" } dd { a href={ "#L" (wrong.line) } { (case.file) ":" (wrong.line) ":" (wrong.column) } }
            }
            pre.wide tabindex="0" role="region" aria-label="The lines of the file" {
                @for (number, line) in around(&case.source, wrong.line) {
                    @if number == wrong.line { mark { (gutter(number)) (line) } } @else { (gutter(number)) (line) } "\n"
                }
            }
            p { "See it again: " code { "mims-sim test " (case.file) } ", and why: " code { (wrong.why) } }
        }
    }
}

fn gutter(number: usize) -> String {
    format!("{number:>4}  ")
}

fn around(source: &str, line: usize) -> impl Iterator<Item = (usize, &str)> {
    let near = line.saturating_sub(AROUND)..=line + AROUND;
    (1..).zip(source.lines()).filter(move |(number, _)| near.contains(number))
}

fn row_of(case: &CaseReport, index: usize, row: &SequenceRow, prefix: &str, courses: &Courses<'_>) -> Markup {
    let (class, word) = outcome(row);
    let sign = match class {
        "yes" => "✓",
        "no" => "⊘",
        _ => "◇",
    };
    let clock = row.began.map(|at| at.clock()).unwrap_or_default();
    let changes = row.before.changes(&row.after);
    let wrong: Vec<&Wrong> = case.wrong.iter().filter(|wrong| wrong.line == row.line).collect();
    html! {
        @if !row.comments.is_empty() {
            p.comment { @for (nth, said) in row.comments.iter().enumerate() { @if nth > 0 { br; } (said) } }
        }
        article.row.(class) id={ (prefix) (index + 1) } {
            h3 {
                span.nr { (index + 1) } " " time { (clock) } " " span.says { (row.says) } " "
                @if !word.is_empty() {
                    span.out { (sign) " " (word) @if let Some(other) = &row.opens { ", and " (other) " opens" } }
                }
            }
            @for wrong in &wrong { p.bad { "✗ " (wrong.said) } }
            @if !row.pages.is_empty() { p.sees { span.k { "sees" } " " (row.pages.join(" · ")) } }
            @for (name, was, is) in &changes { p.change { span.k { (name) } " " del { (was) } " → " ins { (is) } } }
            @if let Some((_, ActOutcome::Refused(reason))) = row.ended {
                p.because { span.k { "because" } " " (reason.doc().trim()) " "
                    @for clause in row.clauses.iter().take(3) { (cite([clause])) " " (clause.text()) " " }
                    (cite(row.clauses.iter().skip(3))) }
            }
            @let own = format!("{prefix}{}", index + 1);
            @match courses.first(row).filter(|first| *first != own) {
                Some(first) => {
                    p.sees { "Step by step as in " a href={ "#" (first) } { (row_name(first)) } "." }
                    @if !row.before.0.is_empty() { details { summary { "the state before" } (before(row)) } }
                }
                None => (inside(row, !wrong.is_empty())),
            }
        }
    }
}

/// The name of a row by its id.
fn row_name(id: &str) -> String {
    match id.trim_start_matches('c').split_once('r') {
        Some((case, row)) if !case.is_empty() => format!("row {row} of case {case}"),
        Some((_, row)) => format!("row {row}"),
        None => id.to_owned(),
    }
}

/// The state before a row, without values that are at their default.
fn before(row: &SequenceRow) -> Markup {
    let at_rest = |is: &str| ["none", "no", "0", "their own"].contains(&is);
    let told: Vec<_> = row.before.0.iter().filter(|(_, is)| !at_rest(is)).collect();
    html! {
        @if !told.is_empty() {
            p.state { span.k { "before" } " " @for (nth, (name, is)) in told.iter().enumerate() {
                @if nth > 0 { " · " } (name) " " b { (is) }
            } }
        }
    }
}

/// The sequence diagram of a row, and the same as a table with the clauses of each decision.
fn inside(row: &SequenceRow, open: bool) -> Markup {
    let picture = sequence(row);
    let messages = row.steps.iter().filter(|step| matches!(step, Frame::Message { .. })).count();
    let decisions = row.steps.len() - messages;
    let mut parts: Vec<String> = [(messages, "message"), (decisions, "decision")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| counted(count, what))
        .collect();
    if !row.before.0.is_empty() {
        parts.push("the state before".to_owned());
    }
    html! {
        @if !parts.is_empty() {
            details open[open] {
                summary { (parts.join(", ")) }
                (before(row))
                @if messages == 0 { @for step in &row.steps { p.sees { (decided(step)) } } }
                @if messages > 0 {
                    div.both {
                        @if let Some(picture) = picture {
                            div.wide tabindex="0" role="region" aria-label="Diagram" { (picture.markup()) }
                        }
                        (table(row))
                    }
                }
            }
        }
    }
}

/// What was decided, resting on what.
fn decided(step: &Frame) -> Markup {
    html! { @if let Frame::Decision { asked, said, clauses, .. } = step {
        (asked) ": " (said) @if !clauses.is_empty() { " " (cite(clauses.iter())) }
    } }
}

/// One line for each message, with the decisions that it caused; decisions before the first message have a line of
/// their own.
fn table(row: &SequenceRow) -> Markup {
    let mut lines: Vec<(Option<&Frame>, Vec<&Frame>)> = Vec::new();
    for step in &row.steps {
        match (step, lines.last_mut()) {
            (Frame::Message { .. }, _) => lines.push((Some(step), Vec::new())),
            (Frame::Decision { .. }, Some((_, decisions))) => decisions.push(step),
            (Frame::Decision { .. }, None) => lines.push((None, vec![step])),
        }
    }
    let times = lines.iter().map(|(message, _)| match message {
        Some(Frame::Message { at, .. }) => Some(*at),
        _ => None,
    });
    let times: Vec<Option<Time>> = times.collect();
    let fresh = |nth: usize, at: Time| nth.checked_sub(1).and_then(|n| times.get(n)).copied().flatten() != Some(at);
    // End tags that HTML lets go are left out: a page has hundreds of these lines.
    html! {
        div.wide tabindex="0" role="region" aria-label="Messages and decisions" { table.steps {
            thead { tr { th { "at" } th { "from → to" } th { "message" } th { "decided, by which clauses" } } }
            tbody { @for (nth, (message, decisions)) in lines.iter().enumerate() {
                (NL)
                tr;
                @if let Some(Frame::Message { at, from, to, says, lost }) = message {
                    td; @if fresh(nth, *at) { (at.clock()) }
                    td; (brief(*from)) " → " (brief(*to))
                    td; (says.strip_prefix("page: ").unwrap_or(says)) @if *lost { " (lost on its way)" }
                } @else { td; td; td; }
                td; @for (nth, step) in decisions.iter().enumerate() { @if nth > 0 { br; } (decided(step)) }
            } }
        } }
    }
}

/// A party by a name short enough for a table.
const fn brief(party: Party) -> &'static str {
    match party {
        Party::Browser => "browser",
        Party::Portal => "Portal",
        Party::SelfService => "Identity Portal",
        Party::EmailOtp => "OTP server",
        Party::Mail => "mailbox",
        Party::PasswordReset => "Password Reset",
        Party::Workspace => "Google",
    }
}

fn properties(case: &CaseReport, prefix: &str) -> Markup {
    html! {
        @if !case.scene.properties.is_empty() {
            (NL)
            h2 { "Properties" }
            @for (nth, property) in case.scene.properties.iter().enumerate() {
                @let judgement = property.judgement;
                @let class = match judgement.verdict {
                    PropertyVerdict::Holds => "yes",
                    PropertyVerdict::Violated => "no",
                    PropertyVerdict::Pending | PropertyVerdict::Undecided | PropertyVerdict::Vacuous => "ask",
                };
                (NL)
                article.row.(class) {
                    h3 { span.nr { (nth + 1) } " " span.says { (property.name) } " " span.out {
                        @match judgement.verdict {
                            PropertyVerdict::Holds => "✓ holds",
                            PropertyVerdict::Violated => "✗ violated",
                            PropertyVerdict::Pending => "… pending",
                            PropertyVerdict::Undecided => "? undecided",
                            PropertyVerdict::Vacuous => "○ vacuous",
                        }
                        @if !property.met { ", not as expected" }
                        @else if property.expected != PropertyVerdict::Holds { ", as expected" }
                    } }
                    @if let (PropertyVerdict::Violated, Some(row)) = (judgement.verdict, judgement.row) {
                        p { "Broken at " (judgement.at.map(|at| at.to_string()).unwrap_or_default()) " by "
                            a href={ "#" (prefix) (row + 1) } { "row " (row + 1) }
                            ": " (case.scene.rows.get(row).map_or("", |r| &r.says)) "." }
                        ol.prefix aria-label="The rows up to the one that broke it" {
                            @for at in 0..=row {
                                li.last[at == row] { a href={ "#" (prefix) (at + 1) } { (at + 1) } }
                            }
                        }
                    }
                    @if !judgement.clauses.is_empty() {
                        p { span.k { "rests on" } " " (cite(judgement.clauses.iter())) }
                    }
                }
            }
        }
    }
}

/// The file itself, line by line.
fn file(case: &CaseReport) -> Markup {
    html! {
        h2 { "The file" }
        pre.wide.file tabindex="0" role="region" aria-label="The scenario file" {
            @for (number, line) in (1..).zip(case.source.lines()) {
                span id={ "L" (number) } { (gutter(number)) } (line.trim_end()) "\n"
            }
        }
    }
}

/// The name of the page of a file: its folder and its own name.
pub fn name(file: &str) -> String {
    let mut parts = file.rsplit(['/', '\\']).filter(|part| !part.is_empty() && *part != "." && *part != "..");
    let own = parts.next().unwrap_or("scenario");
    let own = own.strip_suffix(".yaml").or_else(|| own.strip_suffix(".yml")).unwrap_or(own);
    match parts.next() {
        Some(folder) => format!("{}-{}", slug(folder), slug(own)),
        None => slug(own),
    }
}

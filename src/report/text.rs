//! The verdicts as lines of text: for a terminal, and as GitHub annotations.

use super::{CaseReport, tally};
use crate::counted::counted;
use crate::diagnostic::{Diagnostic, Sources, clean, line_col};
use std::fmt::Write;

/// The lines for a terminal. Failures come last, next to the prompt.
pub fn human(cases: &[CaseReport], colour: bool) -> String {
    let paint =
        |code: &str, text: &str| if colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() };
    let mut out = String::new();
    let (fine, wrong): (Vec<&CaseReport>, Vec<&CaseReport>) = cases.iter().partition(|c| c.verdict == "passed");
    for case in [fine, wrong].concat() {
        let verdict = match case.verdict {
            "passed" => paint("32", "ok     "),
            "pending" => paint("33", "pending"),
            _ => paint("31", "FAILED "),
        };
        let _ = writeln!(out, "{verdict} {}", case.title);
        for wrong in &case.wrong {
            let _ = writeln!(out, "        {}:{}:{}: {}", case.file, wrong.line, wrong.column, wrong.said);
            let _ = writeln!(out, "          | {}", wrong.snippet);
            if let Some(at) = &wrong.at {
                let _ = writeln!(out, "          at {at}, resting on {}", on(&wrong.rests_on));
            }
        }
        if let Some(first) = case.wrong.first() {
            let _ = writeln!(out, "        why: {}", first.why);
        }
    }
    let (passed, failed, pending) = tally(cases);
    let judged: usize = cases.iter().map(|c| c.judged).sum();
    let mut total = format!("{passed} passed, {failed} failed");
    if pending > 0 {
        let _ = write!(total, ", {pending} pending");
    }
    let _ =
        writeln!(out, "{}; {}", paint(if failed > 0 { "31" } else { "32" }, &total), counted(judged, "expectation"));
    out
}

fn on(clauses: &[&str]) -> String {
    if clauses.is_empty() { "no clause".to_owned() } else { clauses.join(" ") }
}

fn value(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    value(text).replace(':', "%3A").replace(',', "%2C")
}

/// A line of GitHub's workflow commands for each thing that is wrong with the input.
pub fn github_faults(faults: &[Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for fault in faults {
        let place = match (sources.get(&fault.file), fault.span) {
            (Some(source), Some(span)) => {
                let (line, column) = line_col(&source.text, span.start);
                let (end, until) = line_col(&source.text, span.end.max(span.start + 1));
                let end = if end == line { format!(",endColumn={until}") } else { String::new() };
                format!(",line={line},col={column}{end}")
            }
            _ => String::new(),
        };
        let file =
            if fault.file.is_empty() { String::new() } else { format!("file={}{place},", property(&fault.file)) };
        let said: Vec<String> = [&fault.title, &fault.label].into_iter().chain(&fault.help).map(|t| clean(t)).collect();
        let said: Vec<&str> = said.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        let _ = writeln!(out, "::error {file}title={}::{}", property(fault.code), value(&said.join("\n")));
    }
    out
}

/// A line of GitHub's workflow commands for each thing that is wrong, and the tally.
pub fn github(cases: &[CaseReport]) -> String {
    let mut out = String::new();
    for case in cases {
        for wrong in &case.wrong {
            let level = if wrong.pending { "warning" } else { "error" };
            let (file, title) = (property(&case.file), property(&case.title));
            let said = value(&format!("{} (resting on {})", wrong.said, on(&wrong.rests_on)));
            let _ =
                writeln!(out, "::{level} file={file},line={},col={},title={title}::{said}", wrong.line, wrong.column);
        }
    }
    let (passed, failed, pending) = tally(cases);
    let _ = writeln!(out, "{passed} passed, {failed} failed, {pending} pending");
    out
}

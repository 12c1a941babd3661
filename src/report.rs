//! One view of the verdicts, written for a terminal, as HTML, Markdown and JUnit XML.
//!
//! Promises the same bytes for the same verdicts: no time stamp, no machine. Deliberately judges nothing.

use maud::{DOCTYPE, html};
use std::fmt::Write;

/// One scenario and its verdict.
#[derive(Clone, Debug)]
pub struct Case {
    /// The title.
    pub title: String,
    /// The file, as it was named.
    pub file: String,
    /// How many expectations were judged.
    pub judged: usize,
    /// What did not hold: line and sentence.
    pub failures: Vec<(usize, String)>,
    /// What happened, a line each.
    pub story: String,
}

/// The lines for a terminal.
pub fn human(cases: &[Case]) -> String {
    let mut out = String::new();
    for case in cases {
        let verdict = if case.failures.is_empty() { "ok  " } else { "FAIL" };
        let _ = writeln!(out, "{verdict} {} ({} expectations)", case.title, case.judged);
        for (line, said) in &case.failures {
            let _ = writeln!(out, "     {}:{line}: {said}", case.file);
        }
    }
    let failed = cases.iter().filter(|c| !c.failures.is_empty()).count();
    let _ = writeln!(out, "{} passed, {failed} failed", cases.len() - failed);
    out
}

/// A page that opens offline.
pub fn html(cases: &[Case]) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { "Scenarios" }
                style { "body{font:16px/1.5 system-ui;max-width:70rem;margin:2rem auto;padding:0 1rem}pre{overflow-x:auto;font-size:13px}:root{color-scheme:light dark}" }
            }
            body {
                h1 { "Scenarios" }
                @for case in cases {
                    h2 { @if case.failures.is_empty() { "✓ " } @else { "✗ " } (case.title) }
                    p { (case.file) ", " (case.judged) " expectations" }
                    @if !case.failures.is_empty() {
                        ul { @for (line, said) in &case.failures { li { "line " (line) ": " (said) } } }
                    }
                    details open[!case.failures.is_empty()] { summary { "What happened" } pre { (case.story) } }
                }
            }
        }
    }
    .into_string()
}

/// The same as Markdown.
pub fn markdown(cases: &[Case]) -> String {
    let mut out = String::from("# Scenarios\n\n| verdict | scenario | expectations |\n| --- | --- | --- |\n");
    for case in cases {
        let verdict = if case.failures.is_empty() { "ok" } else { "FAIL" };
        let _ = writeln!(out, "| {verdict} | {} | {} |", case.title.replace('|', "\\|"), case.judged);
    }
    for case in cases.iter().filter(|c| !c.failures.is_empty()) {
        let _ = writeln!(out, "\n## {}\n", case.title);
        for (line, said) in &case.failures {
            let _ = writeln!(out, "- {}:{line}: {said}", case.file);
        }
    }
    out
}

/// The same as JUnit XML.
pub fn junit(cases: &[Case]) -> String {
    use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
    let mut suite = TestSuite::new("scenarios");
    for case in cases {
        let mut status = TestCaseStatus::success();
        if !case.failures.is_empty() {
            status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let lines: Vec<_> =
                case.failures.iter().map(|(line, said)| format!("{}:{line}: {said}", case.file)).collect();
            status.set_message(lines.join("\n"));
        }
        let mut test = TestCase::new(case.title.clone(), status);
        test.extra.insert("file".into(), case.file.clone().into());
        let line = case.failures.first().map_or(1, |(line, _)| *line);
        test.extra.insert("line".into(), line.to_string().into());
        suite.add_test_case(test);
    }
    let mut report = Report::new("mims-sim");
    report.add_test_suite(suite);
    report.to_string().unwrap_or_default()
}

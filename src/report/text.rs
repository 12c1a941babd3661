//! The verdicts as lines: for a person at a terminal, and for GitHub's annotations.

use super::{Case, tally};
use std::fmt::Write;

/// The lines for a terminal: what failed comes last, where the eye is.
pub fn human(cases: &[Case], colour: bool) -> String {
    let paint =
        |code: &str, text: &str| if colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() };
    let mut out = String::new();
    let (fine, wrong): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|c| c.verdict == "passed");
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
    let _ = writeln!(out, "{}; {judged} expectations", paint(if failed > 0 { "31" } else { "32" }, &total));
    out
}

fn on(clauses: &[&str]) -> String {
    if clauses.is_empty() { "no clause".to_owned() } else { clauses.join(" ") }
}

/// A line of GitHub's workflow commands for each thing that is wrong, and the tally.
pub fn github(cases: &[Case]) -> String {
    let value = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| value(text).replace(':', "%3A").replace(',', "%2C");
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

//! One view of the verdicts, written for a terminal, for GitHub, as HTML, Markdown, JUnit XML and JSON.
//!
//! Promises the same bytes for the same verdicts: no time stamp, no machine. Deliberately judges nothing.

pub mod compare;
pub mod coverage;
pub mod findings;
mod html;
mod junit;
mod markdown;
pub mod matrix;
pub mod rehearsal;
pub mod rehearsal_data;
mod text;
pub mod validation;

pub use html::html;
pub use junit::junit;
pub use markdown::markdown;
pub use text::{github, human};

use crate::diagnostic::{Lines, clean};
use crate::replay::{Plan, Verdict};
use serde::Serialize;

/// The version of the JSON report's schema; it goes up when a field changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// Something that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// The line of the file.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// What was expected, and what came instead.
    pub said: String,
    /// When, in virtual time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// What the outcome rests on.
    pub rests_on: Vec<&'static str>,
    /// It is not known yet.
    pub pending: bool,
    /// The line itself.
    pub snippet: String,
    /// The command that says why.
    pub why: String,
}

/// A row of the timeline, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The line of the file.
    pub line: usize,
    /// The act, fault or event.
    pub word: &'static str,
    /// When it ended, in virtual time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<&'static str>,
    /// What that rests on.
    pub rests_on: Vec<&'static str>,
}

/// A property, and what it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// What it came to.
    pub verdict: &'static str,
    /// What it was expected to.
    pub expected: &'static str,
}

/// A scenario, or one case of it, and its verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Case {
    /// The title, with the case.
    pub title: String,
    /// The file, as it was named.
    pub file: String,
    /// The line of the title.
    pub line: usize,
    /// The policy that it ran under.
    pub policy: String,
    /// The clauses that it cites.
    pub cites: Vec<&'static str>,
    /// `passed`, `failed` or `pending`.
    pub verdict: &'static str,
    /// How many expectations were judged.
    pub judged: usize,
    /// What is not as expected.
    pub wrong: Vec<Wrong>,
    /// The rows.
    pub rows: Vec<Row>,
    /// The properties.
    pub properties: Vec<Property>,
    /// What happened, as a story.
    pub story: String,
}

impl Case {
    /// The view of a verdict; `text` is the file that it came from.
    pub fn new(plan: &Plan, verdict: &Verdict, text: &str) -> Case {
        let lines = Lines::new(text);
        let place = |at: usize| lines.place(at);
        let ids = |clauses: crate::clause::Clauses| clauses.iter().map(|c| c.id()).collect::<Vec<_>>();
        let wrong = verdict.failures.iter().map(|f| {
            let (line, column) = place(f.place.start);
            Wrong {
                line,
                column,
                said: clean(&f.said),
                at: f.at.map(|at| at.to_string()),
                rests_on: ids(f.clauses),
                pending: f.pending,
                snippet: clean(lines.line(line).trim()),
                why: match f.row.and_then(|row| plan.places().nth(row)) {
                    Some((_, at)) => format!("mims-sim explain {}:{}", plan.file, place(at.start).0),
                    None => format!("mims-sim explain {}", plan.file),
                },
            }
        });
        let rows = plan.places().zip(&verdict.ended).map(|((word, at), ended)| Row {
            line: place(at.start).0,
            word,
            at: ended.map(|(time, _)| time.to_string()),
            result: ended.map(|(_, e)| e.result.word()),
            rests_on: ended.map(|(_, e)| ids(e.clauses)).unwrap_or_default(),
        });
        let properties = verdict.properties.iter().map(|p| Property {
            name: clean(&p.name),
            verdict: p.judgement.verdict.word(),
            expected: p.expected.word(),
        });
        Case {
            title: clean(&plan.full_title()),
            file: plan.file.clone(),
            line: place(plan.place.start).0,
            policy: plan.policy_name().to_owned(),
            cites: ids(plan.cites),
            verdict: match (verdict.green(), verdict.pending()) {
                (false, _) => "failed",
                (true, true) => "pending",
                (true, false) => "passed",
            },
            judged: verdict.judged,
            wrong: wrong.collect(),
            rows: rows.collect(),
            properties: properties.collect(),
            story: plan.story(verdict, text),
        }
    }
}

/// How many cases passed, failed and are pending.
pub fn tally(cases: &[Case]) -> (usize, usize, usize) {
    let of = |word: &str| cases.iter().filter(|c| c.verdict == word).count();
    (of("passed"), of("failed"), of("pending"))
}

/// The failing cases first, otherwise in the order given.
pub fn failing_first(cases: &[Case]) -> Vec<&Case> {
    let (wrong, fine): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|c| c.verdict != "passed");
    [wrong, fine].concat()
}

/// The whole as JSON; `format` says which version of this shape it is.
pub fn json(cases: &[Case], coverage: &[coverage::Line], policies: &[matrix::Cell]) -> String {
    #[derive(Serialize)]
    struct Results<'a> {
        format: u32,
        tool: &'static str,
        version: &'static str,
        passed: usize,
        failed: usize,
        pending: usize,
        scenarios: &'a [Case],
        coverage: &'a [coverage::Line],
        policies: &'a [matrix::Cell],
    }
    let (passed, failed, pending) = tally(cases);
    let version = env!("CARGO_PKG_VERSION");
    let results = Results {
        format: FORMAT,
        tool: "mims-sim",
        version,
        passed,
        failed,
        pending,
        scenarios: cases,
        coverage,
        policies,
    };
    serde_json::to_string_pretty(&results).unwrap_or_default() + "\n"
}

//! The view model of one verdict, from which every report is written.
//!
//! Promises that texts of the file are safe to show: control characters are replaced. Deliberately judges nothing.

use crate::diagnostic::{Lines, clean};
use crate::property::PropertyVerdict::Violated;
use crate::replay::sequence_model::SequenceModel;
use crate::replay::{ScenarioPlan, Verdict};
use schemars::JsonSchema;
use serde::Serialize;

/// Something that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Row")]
pub struct RowReport {
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Property")]
pub struct PropertyReport {
    /// Its name.
    pub name: String,
    /// What it came to.
    pub verdict: &'static str,
    /// What it was expected to.
    pub expected: &'static str,
}

/// A scenario, or one case of it, and its verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Case")]
pub struct CaseReport {
    /// The title, with the case.
    pub title: String,
    /// The file, as it was named.
    pub file: String,
    /// The line of the title.
    pub line: usize,
    /// The policy that it ran under.
    pub policy: String,
    /// The finding that it shows, such as `F9`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// Whether the finding was there: what should not be so was so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<bool>,
    /// The clauses that it cites.
    pub cites: Vec<&'static str>,
    /// `passed`, `failed` or `pending`.
    pub verdict: &'static str,
    /// How many expectations were judged.
    pub judged: usize,
    /// What is not as expected.
    pub wrong: Vec<Wrong>,
    /// The rows.
    pub rows: Vec<RowReport>,
    /// The properties.
    pub properties: Vec<PropertyReport>,
    /// What happened, as a story.
    pub story: String,
    /// The words that it can be picked by.
    #[serde(skip)]
    pub tags: Vec<String>,
    /// What happened, as pictures need it.
    #[serde(skip)]
    pub scene: SequenceModel,
    /// The file itself.
    #[serde(skip)]
    pub source: String,
}

impl CaseReport {
    /// The view of a verdict; `text` is the file that it came from.
    pub fn new(plan: &ScenarioPlan, verdict: &Verdict, text: &str) -> CaseReport {
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
        let rows = plan.places().zip(&verdict.ended).map(|((word, at), ended)| RowReport {
            line: place(at.start).0,
            word,
            at: ended.map(|(time, _)| time.to_string()),
            result: ended.map(|(_, e)| e.result.word()),
            rests_on: ended.map(|(_, e)| ids(e.clauses)).unwrap_or_default(),
        });
        let properties = verdict.properties.iter().map(|p| PropertyReport {
            name: clean(&p.name),
            verdict: p.judgement.verdict.word(),
            expected: p.expected.word(),
        });
        CaseReport {
            title: clean(&plan.full_title()),
            file: plan.file.clone(),
            line: place(plan.place.start).0,
            policy: plan.policy_name().to_owned(),
            finding: plan.finding.clone(),
            shown: plan.finding.as_ref().map(|_| shows(verdict)),
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
            tags: plan.tags.iter().map(|tag| clean(tag)).collect(),
            scene: plan.scene(verdict, text),
            source: text.to_owned(),
        }
    }
}

/// Whether a run shows the finding of its scenario: every property that is expected to be violated is, and where there
/// is none, everything is as expected.
pub fn shows(verdict: &Verdict) -> bool {
    let mut violated = verdict.properties.iter().filter(|p| p.expected == Violated).peekable();
    if violated.peek().is_none() { verdict.green() } else { violated.all(|p| p.judgement.verdict == Violated) }
}

/// How many cases passed, failed and are pending.
pub fn tally(cases: &[CaseReport]) -> (usize, usize, usize) {
    let of = |word: &str| cases.iter().filter(|c| c.verdict == word).count();
    (of("passed"), of("failed"), of("pending"))
}

/// The failing cases first; apart from that, the order stays.
pub fn failing_first(cases: &[CaseReport]) -> Vec<&CaseReport> {
    let (wrong, fine): (Vec<&CaseReport>, Vec<&CaseReport>) = cases.iter().partition(|c| c.verdict != "passed");
    [wrong, fine].concat()
}

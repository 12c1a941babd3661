//! The input of the page: a rehearsal with all that was simulated in addition for its report.

use super::stories::Story;
use crate::clause::Clauses;
use crate::rehearsal::measure::summary::Summary;
use crate::rehearsal::study::remedies::Study;

/// A finding of the guide that may apply to this rehearsal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelatedFinding {
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

/// The input of the page.
#[derive(Clone, Debug)]
pub struct Rehearsed<'a> {
    /// The runs.
    pub summary: &'a Summary<'a>,
    /// Whether it was interrupted before all runs were done.
    pub partial: bool,
    /// Candidates, sensitivity and remedies; `None` if they were not run.
    pub beside: Option<&'a Study<'a>>,
    /// One person's story for each main cause.
    pub stories: &'a [Story],
    /// Findings of the guide, as far as they are known here.
    pub findings: &'a [RelatedFinding],
    /// The path of each work list, by the name of the place.
    pub work: &'a [(String, String)],
}

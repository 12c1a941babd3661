//! Everything that a page of a rehearsal is made of.

use super::stories::Story;
use crate::clause::Clauses;
use crate::rehearsal::measure::summary::Summary;
use crate::rehearsal::study::comparison::Study;

/// A finding that is about what happened here.
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
    pub findings: &'a [RelatedFinding],
    /// Where the work lists lie, by the number of the place; empty where there are none.
    pub work: &'a [(String, String)],
}

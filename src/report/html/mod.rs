//! The verdicts as pages that open offline: an index, and a page for each scenario file.
//!
//! Promises pages that can be read without scripts, and a page's bytes that depend on its own file alone. Deliberately
//! judges nothing.

pub(super) mod frame;
mod index;
mod lean;
mod marks;
mod scenario;
mod sequence;
mod timeline;

pub use frame::STYLE;
pub use index::PAGES;

use super::CaseReport;
use super::coverage::CoverageLine;

/// The pages: the path of each below the folder of reports, and its text.
pub fn html(cases: &[CaseReport], coverage: &[CoverageLine]) -> Vec<(String, String)> {
    let entries = index::entries(cases);
    let mut out = vec![("scenarios.html".to_owned(), index::index(cases, &entries, coverage))];
    out.extend(entries.iter().map(|e| (e.page.clone(), scenario::scenario(&e.cases, "../scenarios.html"))));
    out
}

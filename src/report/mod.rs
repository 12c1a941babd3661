//! Reports of scenario verdicts, of searches and of rehearsals, for people and for programs.
//!
//! Promises the same bytes for the same verdicts: no time stamp, no machine. Deliberately judges nothing.

pub mod baseline;
mod case;
pub mod chart;
pub mod coverage;
pub mod findings;
mod html;
pub mod json;
mod junit;
mod markdown;
pub mod matrix;
pub mod rehearsal;
pub mod summary;
mod text;

pub use case::{CaseReport, PropertyReport, RowReport, Wrong, shows};
pub use case::{failing_first, tally};
pub use html::{PAGES, STYLE, html};
pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use text::{github, github_faults, human};

//! Reports of a rehearsal: text, an HTML page, JSON, tidy data and work lists; and reports of comparisons and of the
//! validation.
//!
//! Promises the same wording in every report. Deliberately runs nothing.

pub mod calibration;
pub mod compare;
pub mod json;
pub mod measures;
pub mod page;
pub mod text;
pub mod validation;
pub mod words;
pub mod work_lists;

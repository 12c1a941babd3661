//! Reports of a rehearsal: text, one page, JSON, tidy rows, work lists, and what it was compared with and held against.
//!
//! Promises that every report says the same thing in the same words. Deliberately runs nothing.

pub mod calibration;
pub mod compare;
pub mod json;
pub mod measures;
pub mod page;
pub mod text;
pub mod validation;
pub mod words;
pub mod work_lists;

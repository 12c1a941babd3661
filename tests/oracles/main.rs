//! Programs from outside as oracles: the same questions are put to the model and to a program that others wrote.
//!
//! Promises that every difference is either explained by a known one, by name, or a finding, and that the counts are
//! those of `reports/oracles.md`, row by row. A program that is not there is skipped with a word, and never under
//! `ORACLES=required`. Under `ORACLES=write` the counts are written into the report instead of held against it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod chance;
mod codes;
mod driver;
mod figures;
mod liboath;
#[cfg(unix)]
mod qr_codes;
mod saml;
mod table;

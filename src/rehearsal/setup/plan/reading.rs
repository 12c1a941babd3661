//! A rehearsal file while its plan is made: what it says and where, and what is wrong with it.
//!
//! Promises that every fault has its place in the file. Deliberately knows no rule of what a plan may be.

use crate::diagnostic::Diagnostic;
use crate::format::rehearsal::Rehearsal;
use crate::format::tree::{PathSegment, Tree};
use crate::kernel::Date;
use crate::kernel::calendar::{is_school_day, is_working_day};
use crate::kernel::time::parse_date;
use crate::replay::library::Library;
use serde_json::Value;

/// A rehearsal file, and the faults that were found in it so far.
pub(super) struct Reading<'a> {
    file: &'a str,
    tree: &'a Tree,
    pub(super) said: &'a Rehearsal,
    pub(super) library: &'a Library,
    faults: Vec<Diagnostic>,
}

impl<'a> Reading<'a> {
    pub(super) const fn new(file: &'a str, tree: &'a Tree, said: &'a Rehearsal, library: &'a Library) -> Reading<'a> {
        Reading { file, tree, said, library, faults: Vec::new() }
    }

    /// The name of the file.
    pub(super) const fn file(&self) -> &'a str {
        self.file
    }

    /// Adds a fault at a place.
    pub(super) fn fault(&mut self, code: &'static str, title: String, path: &[PathSegment<'_>], help: &str) {
        let place = self.tree.nearest(path);
        self.faults.push(Diagnostic::error(code, title).at(self.file, place).label("here").help(help));
    }

    /// Adds the fault that something is said of days that are never run.
    pub(super) fn outside(&mut self, title: &str, path: &[PathSegment<'_>]) {
        self.fault("S513", title.to_owned(), path, "move it, or widen `span:`");
    }

    /// Adds faults of another file.
    pub(super) fn extend(&mut self, faults: Vec<Diagnostic>) {
        self.faults.extend(faults);
    }

    /// All faults.
    pub(super) fn into_faults(self) -> Vec<Diagnostic> {
        self.faults
    }

    /// A day that the calendar knows.
    pub(super) fn day(&mut self, text: &str, path: &[PathSegment<'_>]) -> Date {
        let date = parse_date(text).unwrap_or_default();
        if let Err(why) = is_working_day(date).and(is_school_day(date)) {
            self.fault("S501", why.to_string(), path, "name a day of 2023 or 2024");
        }
        date
    }

    /// Whether the population comes from a directory.
    pub(super) fn has_directory(&self) -> bool {
        wants(self.said).is_some()
    }
}

/// Whether this is the name of a file in the same folder, and leads nowhere else.
pub fn is_plain(name: &str) -> bool {
    !(name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', ':', '\0']))
}

/// The name of the directory that a rehearsal wants, beside its file.
pub fn wants(said: &Rehearsal) -> Option<&str> {
    said.population.get("from").and_then(Value::as_str)
}

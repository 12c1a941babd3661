//! Diagnostics: what is wrong in an input file, where, and what to write instead, as compilers report errors.
//!
//! Reads from nothing but the texts that it is given; the files of the rooms `format`, `replay`, `explore` and
//! `rehearsal` write into it, and `cli` prints it. Invariant: every kind of mistake has one stable code ([`CODES`]),
//! and every place is exact to the byte. Start at [`Diagnostic`]; [`render()`] writes it. Deliberately reads no file
//! and knows no exit code.

mod codes;
mod lines;
mod lookalikes;
mod render;
mod sanitize;

pub use codes::CODES;
pub use lines::{Lines, line_col};
pub use lookalikes::{Lookalike, lookalikes};
pub use render::{Style, render, render_within};
pub use sanitize::{clean, quote};

use std::collections::BTreeMap;

/// A source file: its name and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The name as the user gave it.
    pub name: String,
    /// The text, without a byte order mark.
    pub text: String,
}

impl SourceFile {
    /// Makes a source file of bytes, for showing diagnostics: what is not UTF-8 becomes U+FFFD, and a byte order mark
    /// is dropped.
    #[must_use]
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
        Self { name: name.to_owned(), text: String::from_utf8_lossy(bytes).into_owned() }
    }
}

/// The UTF-8 byte order mark.
pub const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The files that diagnostics point into, by name.
pub type Sources = BTreeMap<String, SourceFile>;

/// A range of a text in byte offsets, with the end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceSpan {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl SourceSpan {
    /// The range from `start` up to, but not including, `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file is not run.
    Error,
    /// The file is run all the same.
    Warning,
}

/// One message about an input file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code, one of [`CODES`].
    pub code: &'static str,
    /// Its severity.
    pub severity: Severity,
    /// One line that says what is wrong.
    pub title: String,
    /// The name of the file, as in [`SourceFile::name`]; empty where there is none.
    pub file: String,
    /// The marked place in that file.
    pub span: Option<SourceSpan>,
    /// The text next to the marked place.
    pub label: String,
    /// Further places in the same file, each with its label.
    pub notes: Vec<(String, SourceSpan)>,
    /// Advice on what to write instead, one line each.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// Makes an error that has no place yet.
    #[must_use]
    pub fn error(code: &'static str, title: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            title: title.into(),
            file: String::new(),
            span: None,
            label: String::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Makes a warning that has no place yet.
    #[must_use]
    pub fn warning(code: &'static str, title: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, title) }
    }

    /// Sets the file and the place.
    #[must_use]
    pub fn at(mut self, file: &str, span: SourceSpan) -> Self {
        self.file = file.to_owned();
        self.span = Some(span);
        self
    }

    /// Sets the file, without a place in it.
    #[must_use]
    pub fn within(mut self, file: &str) -> Self {
        self.file = file.to_owned();
        self
    }

    /// Sets the text next to the marked place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds a line of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds a second place in the same file.
    #[must_use]
    pub fn also(mut self, span: SourceSpan, label: impl Into<String>) -> Self {
        self.notes.push((label.into(), span));
        self
    }
}

/// Sorts diagnostics by file, then place, then code; the sort is stable.
pub fn sort(diags: &mut [Diagnostic]) {
    diags.sort_by(|a, b| {
        let key = |d: &Diagnostic| d.span.map(|s| s.start);
        (&a.file, key(a), a.code).cmp(&(&b.file, key(b), b.code))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_by_file_place_and_code() {
        let at = |code, file: &str, start| Diagnostic::error(code, "").at(file, SourceSpan::new(start, start));
        let mut diags = vec![at("S006", "b", 0), at("S006", "a", 9), at("S005", "a", 9), at("S102", "a", 1)];
        sort(&mut diags);
        let order: Vec<_> = diags.iter().map(|d| (d.file.as_str(), d.code)).collect();
        assert_eq!(order, [("a", "S102"), ("a", "S005"), ("a", "S006"), ("b", "S006")]);
    }
}

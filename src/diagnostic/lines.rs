//! Positions in a text: byte offsets to lines and columns.
//!
//! Promises that every offset has a position: one past the end stands for the end, and one inside a character for the
//! first byte of that character.

/// A text with an index of its line starts, for looking up many positions.
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// The index of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Lines<'t> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    /// The line and the column of a byte offset, as [`line_col`] gives them.
    #[must_use]
    pub fn place(&self, offset: usize) -> (usize, usize) {
        let offset = floor(self.text, offset);
        let line = self.index(offset);
        let col = self.text.get(self.start(line)..offset).unwrap_or_default().chars().count();
        (line + 1, col + 1)
    }

    /// The text of a line, counted from 1, without its line break.
    #[must_use]
    pub fn line(&self, line: usize) -> &'t str {
        let line = line.saturating_sub(1);
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let line = self.text.get(self.start(line)..end).unwrap_or_default();
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// The index, from 0, of the line that holds a byte offset.
    pub(super) fn index(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The byte offset of the start of a line, by its index from 0.
    pub(super) fn start(&self, index: usize) -> usize {
        self.starts.get(index).copied().unwrap_or(0)
    }
}

/// The line and the column of a byte offset, both from 1; the column counts characters. An offset past the end stands
/// for the end.
#[must_use]
pub fn line_col(text: &str, offset: usize) -> (usize, usize) {
    let offset = floor(text, offset);
    let before = text.get(..offset).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let col = before.get(start..).unwrap_or_default().chars().count() + 1;
    (line, col)
}

/// The largest byte offset up to this one at which a character begins.
pub(super) fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

//! The comments of a file, which its tree does not hold.
//!
//! Promises every comment with its place. Deliberately judges nothing.

use super::limits::MAX_DEPTH;
use super::places::{Index, closed};
use crate::diagnostic::SourceSpan;
use saphyr_parser::{Event, Parser, ScalarStyle};

/// A comment and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The line, from 1.
    pub line: usize,
    /// The byte offset of its `#` in the text without a byte order mark.
    pub start: usize,
    /// From `#` to the end of the line, without white space at the end.
    pub text: String,
}

/// The comments of a file, in order.
///
/// A `#` inside a scalar begins no comment. In a file that cannot be read, what follows the error is judged by white
/// space alone.
#[must_use]
pub fn comments(text: &str) -> Vec<Comment> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let index = Index::new(text);
    let mut scalars: Vec<SourceSpan> = Vec::new();
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text).map_while(Result::ok) {
        match event {
            (Event::Scalar(value, style, ..), place) if !(value.is_empty() && style == ScalarStyle::Plain) => {
                let start = index.byte(text, place.start.index());
                let end = index.byte(text, place.end.index()).max(start);
                scalars.push(closed(text, style, SourceSpan::new(start, end)));
            }
            (Event::SequenceStart(..) | Event::MappingStart(..), _) => depth += 1,
            (Event::SequenceEnd | Event::MappingEnd, _) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            break;
        }
    }
    let mut scalars = scalars.into_iter().peekable();
    let mut out = Vec::new();
    let mut offset = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let mut before = ' ';
        for (at, c) in line.char_indices() {
            if c == '#' && (before == ' ' || before == '\t') {
                let byte = offset + at;
                while scalars.peek().is_some_and(|s| s.end <= byte) {
                    scalars.next();
                }
                if scalars.peek().is_none_or(|s| s.start > byte) {
                    let text = line.get(at..).unwrap_or_default().trim_end().to_owned();
                    out.push(Comment { line: number + 1, start: byte, text });
                    break;
                }
            }
            before = c;
        }
        offset += line.len();
    }
    out
}

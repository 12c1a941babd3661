//! Conversion of saphyr's places, which count characters, to byte offsets.
//!
//! Promises offsets that lie between characters. Deliberately knows no other parser.

use crate::diagnostic::SourceSpan;
use saphyr_parser::ScalarStyle;

/// An index from character offsets to byte offsets.
pub struct Index {
    /// The byte offset of every [`Index::STEP`]th character; none where the text is ASCII.
    steps: Vec<usize>,
    len: usize,
}

impl Index {
    const STEP: usize = 64;

    /// The index of a text.
    pub fn new(text: &str) -> Self {
        let steps = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(Self::STEP).map(|(at, _)| at).collect()
        };
        Self { steps, len: text.len() }
    }

    /// The byte offset of a character.
    pub fn byte(&self, text: &str, character: usize) -> usize {
        if self.steps.is_empty() {
            return character.min(self.len);
        }
        let Some(from) = self.steps.get(character / Self::STEP) else {
            return self.len;
        };
        text.get(*from..)
            .unwrap_or_default()
            .char_indices()
            .nth(character % Self::STEP)
            .map_or(self.len, |(at, _)| from + at)
    }
}

/// The place of a scalar up to its closing quotation mark; saphyr's own runs on over white space and a comment.
pub fn closed(text: &str, style: ScalarStyle, span: SourceSpan) -> SourceSpan {
    let double = match style {
        ScalarStyle::SingleQuoted => false,
        ScalarStyle::DoubleQuoted => true,
        _ => return span,
    };
    let body = text.get(span.start + 1..span.end).unwrap_or_default();
    let mut chars = body.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if double => {
                chars.next();
            }
            '"' if double => return SourceSpan::new(span.start, span.start + at + 2),
            '\'' if !double && chars.next_if(|(_, next)| *next == '\'').is_none() => {
                return SourceSpan::new(span.start, span.start + at + 2);
            }
            _ => {}
        }
    }
    span
}

//! Sanitizing of the user's text for a terminal.
//!
//! Promises that no control character of an input reaches the terminal as it is.

/// The most characters of a quoted piece of text.
const QUOTED: usize = 60;
/// The most characters of a message.
const MESSAGE: usize = 2_000;

/// Quotes a piece of the user's text in backticks, on one line and cut to a length that fits a title.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut chars = text.chars();
    let mut short: String = chars.by_ref().take(QUOTED).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    format!("`{}`", clean(&short))
}

/// The visible form of a character: a control character becomes its picture, one that changes the direction of writing
/// becomes U+FFFD.
pub(super) fn shown(c: char) -> char {
    match c {
        '\t' => ' ',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        other => other,
    }
}

/// The text with every control character shown as a picture of it, on one line.
#[must_use]
pub fn clean(text: &str) -> String {
    text.chars().take(MESSAGE).map(shown).collect()
}

//! The diagnostics of YAML errors.
//!
//! Promises a code, a place and a fix for everything that the parser refuses. Deliberately reads nothing.

use super::limits::MAX_DEPTH;
use crate::diagnostic::{Diagnostic, Lookalike, SourceSpan};

pub(super) fn not_utf8(file: &str, bytes: &[u8], at: usize) -> Diagnostic {
    let lines = bytes.iter().take(at).filter(|b| **b == b'\n').count() + 1;
    let wide = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    let help = if wide {
        "this looks like UTF-16: save it again as UTF-8 (in Notepad: Save as, Encoding: UTF-8)"
    } else {
        "save it again with the encoding UTF-8"
    };
    let byte = bytes.get(at).copied().unwrap_or(0);
    Diagnostic::error("S002", format!("this file is not UTF-8: see byte offset {at}, in line {lines}"))
        .at(file, SourceSpan::new(at, at + '\u{fffd}'.len_utf8()))
        .label(format!("the byte 0x{byte:02X} has no meaning here"))
        .help(help)
}

pub(super) fn empty(file: &str, text: &str) -> Diagnostic {
    let title = if text.trim().is_empty() { "this file is empty" } else { "this file holds only comments" };
    Diagnostic::error("S001", title)
        .at(file, SourceSpan::new(0, 0))
        .label("nothing to read")
        .help("the first key says what the file is, as in `scenario: What it shows`")
}

pub(super) fn deep(file: &str, at: usize) -> Diagnostic {
    Diagnostic::error("S010", format!("nested deeper than {MAX_DEPTH} levels"))
        .at(file, SourceSpan::new(at, at + 1))
        .label("one level too many")
        .help("no format here needs more than ten levels: look for a bracket that is never closed")
}

pub(super) fn alias(file: &str, span: SourceSpan) -> Diagnostic {
    Diagnostic::error("S008", "aliases (`*name`) are not used in these files")
        .at(file, span)
        .label("an alias")
        .help("write the value out; if a text was meant that begins with `*`, put it in quotes")
}

pub(super) fn tagged(file: &str, span: SourceSpan, tag: &str) -> Diagnostic {
    Diagnostic::error("S009", format!("YAML tags ({tag}) are not used in these files"))
        .at(file, span)
        .label("a tag")
        .help("leave it out; if a text was meant that begins with `!`, put it in quotes")
}

/// A character that looks like another, in a text that starts at this offset.
pub(super) fn lookalike(file: &str, start: usize, one: &Lookalike, place: &str) -> Diagnostic {
    let label =
        if one.is_blank() { "it looks like a space, or like nothing" } else { "it looks like another character" };
    let at = start + one.at;
    Diagnostic::error("S016", format!("{place} holds the character {}", one.called()))
        .at(file, SourceSpan::new(at, at + one.len))
        .label(label)
        .help(one.fix())
}

/// Syntax errors: a part of the parser's own text, and the title, the label and the help of the diagnostic.
const SYNTAX_ERRORS: &[(&str, &str, &str, &str)] = &[
    (
        "mapping values are not allowed",
        "a `:` where no key can stand",
        "this colon makes a second key",
        "if the colon belongs to the value, put the value in quotes; otherwise check the indentation against the line above",
    ),
    (
        "illegal placement of ':'",
        "a `:` where no key can stand",
        "this colon makes a second key",
        "put the value in quotes if the colon belongs to it",
    ),
    (
        "simple key expect",
        "a line without its `:`",
        "a key and a colon were expected here",
        "write `key: value`, or put a text that runs over several lines in quotes",
    ),
    (
        "did not find expected ',' or '}'",
        "a `{` that is not closed, or a missing comma",
        "a `,` or a `}` was expected here",
        "separate the entries with commas and close the bracket: `{a: 1, b: 2}`",
    ),
    (
        "expected ',' or ']'",
        "a `[` that is not closed, or a missing comma",
        "a `,` or a `]` was expected here",
        "separate the items with commas and close the bracket: `[a, b]`",
    ),
    (
        "unexpected end of stream",
        "a quotation mark that is never closed",
        "the text that begins here has no end",
        "close it with the same quotation mark",
    ),
    (
        "unexpected document indicator",
        "a quotation mark that is never closed",
        "the text that begins here has no end",
        "close it with the same quotation mark",
    ),
    (
        "invalid indentation in flow",
        "a bracket goes on at too little indentation",
        "this line belongs to an open bracket",
        "close the bracket above, or indent this line further than the line that opened it",
    ),
    (
        "invalid indentation",
        "the indentation does not fit",
        "this lines up with nothing above",
        "line it up with the keys or dashes it belongs to",
    ),
    (
        "wrongly indented",
        "the indentation does not fit",
        "this lines up with nothing above",
        "line it up with the first line of this text",
    ),
    (
        "did not find expected key",
        "the indentation does not fit",
        "a key was expected here",
        "line it up with the keys it belongs to",
    ),
    (
        "did not find expected '-'",
        "the indentation does not fit",
        "a `- ` was expected here",
        "line it up with the other items of the list",
    ),
    (
        "block sequence entries are not allowed",
        "a `-` where no list can begin",
        "a list cannot begin here",
        "begin the list on a line of its own, or put the text in quotes",
    ),
    (
        "\"-\" is only valid inside a block",
        "a `- ` inside brackets",
        "brackets take no dashes",
        "separate the items with commas: `[a, b]`",
    ),
    (
        "misplaced bracket",
        "a closing bracket without an opening one",
        "nothing is open here",
        "remove it, or put the text in quotes",
    ),
    (
        "unexpected character",
        "a character that cannot begin a value",
        "this needs quotes",
        "put the value in quotes: `%`, `@` and the backtick cannot begin one",
    ),
    (
        "unknown escape",
        "an unknown escape in a text in double quotes",
        "a backslash in this text",
        "write `\\\\` for a backslash, or use single quotes, in which it means itself",
    ),
    (
        "hexadecimal number",
        "an escape that is cut short",
        "a `\\x`, `\\u` or `\\U` in this text",
        "use single quotes if the backslash means itself",
    ),
    (
        "Unicode character escape",
        "an escape that names no character",
        "a `\\u` or `\\U` in this text",
        "use single quotes if the backslash means itself",
    ),
    ("unprintable", "a control character", "this character cannot be shown", "remove it"),
    (
        "byte order mark",
        "a byte order mark inside the file",
        "an invisible character",
        "remove it; it can stand only at the very start",
    ),
    (
        "trailing content after",
        "text after a closing quotation mark",
        "this follows the end of the text",
        "put the whole value inside one pair of quotation marks",
    ),
    (
        "comment intercepting",
        "a comment in the middle of a text",
        "the text cannot go on after a comment",
        "move the comment, or put the text in quotes",
    ),
    (
        "expected node content",
        "a value is missing",
        "a value was expected here",
        "write the value, or remove what stands before it",
    ),
    (
        "expected <document start>",
        "text after the end of the document",
        "this belongs to nothing above",
        "line it up with the keys at the top level",
    ),
];

/// The title, the label and the help for a syntax error, by the parser's own text.
pub(super) fn worded(info: &str) -> (String, &'static str, &'static str) {
    let known = SYNTAX_ERRORS.iter().find(|(part, ..)| info.contains(part));
    known.map_or_else(
        || {
            (
                format!("this cannot be read as YAML: {info}"),
                "the reading stopped here",
                "check the quotation marks, brackets and indentation just before this place",
            )
        },
        |(_, title, label, help)| ((*title).to_owned(), *label, *help),
    )
}

//! The renderer of diagnostics: excerpts of the file with carets, in rustc's look.
//!
//! Promises the same bytes for the same diagnostics, and output whose size depends on the number of diagnostics and not
//! on the length of the lines that they point at. A span over several lines is shown by its first line only.

use super::lines::{Lines, floor};
use super::lookalikes::{Lookalike, lookalikes};
use super::sanitize::{clean, shown};
use super::{Diagnostic, Severity, SourceFile, SourceSpan, Sources};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::collections::BTreeMap;

/// The style of a rendered diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Text alone.
    Plain,
    /// With ANSI colours.
    Colour,
}

/// Characters of a long line kept on each side of a marked place; more than the renderer shows, so that it marks the
/// cut.
const AROUND: usize = 200;
/// The most characters of a marked place that are kept.
const MARKED: usize = 100;
/// Lines kept before and after a marked one; the renderer folds away those further off.
const NEAR: usize = 2;

/// Renders diagnostics in the order given, with a blank line between them.
#[must_use]
pub fn render(diags: &[Diagnostic], files: &Sources, style: Style) -> String {
    render_within(diags, files, style, None)
}

/// Renders as [`render`] does, with the lines of files cut to a width in columns.
#[must_use]
pub fn render_within(diags: &[Diagnostic], files: &Sources, style: Style, width: Option<usize>) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Colour => Renderer::styled(),
    };
    let renderer = width.map_or(renderer.clone(), |width| renderer.term_width(width));
    let mut indices: BTreeMap<&str, Lines<'_>> = BTreeMap::new();
    let mut out = String::new();
    for diag in diags {
        if !out.is_empty() {
            out.push('\n');
        }
        let marked = match (files.get(&diag.file), diag.span) {
            (Some(file), Some(span)) => {
                let lines = indices.entry(file.name.as_str()).or_insert_with(|| Lines::new(&file.text));
                Some((file, &*lines, span))
            }
            _ => None,
        };
        let place = marked.map(|(file, lines, span)| {
            let (line, col) = lines.place(within(&file.text, span.start));
            (clean(&file.name), format!(":{line}:{col}"))
        });
        let text = renderer.render(&[group(diag, marked)]);
        out.push_str(&tighten(&text, place));
        out.push('\n');
    }
    out
}

/// A file, the index of its lines, and the place in it that is marked.
type Marked<'a, 'l> = (&'a SourceFile, &'l Lines<'a>, SourceSpan);

fn group<'a>(diag: &'a Diagnostic, marked: Option<Marked<'a, '_>>) -> Group<'a> {
    let level = match diag.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = level.primary_title(clean(&diag.title)).id(diag.code).elements(Vec::<Origin<'_>>::new());
    match marked {
        Some(marked) => group = group.element(excerpt(diag, marked)),
        None if diag.file.is_empty() => {}
        None => group = group.element(Origin::path(clean(&diag.file))),
    }
    let own = marked.map(|marked| named(diag, marked)).unwrap_or_default();
    for help in diag.help.iter().chain(&own) {
        group = group.element(Level::HELP.message(clean(help)));
    }
    group
}

/// The most characters of a place that are named because they look like others.
const NAMED: usize = 3;

/// The characters of a marked place that look like others, each in a line of help; none where a message names one.
fn named(diag: &Diagnostic, (file, lines, span): Marked<'_, '_>) -> Vec<String> {
    let text = &file.text;
    let (from, to) = (floor(text, within(text, span.start)), floor(text, within(text, span.end)));
    let marked = text.get(from..to.min(forth(text, from, MARKED))).unwrap_or_default();
    // Of a whole mapping it cannot be said which of its characters matters.
    if marked.contains(": ") {
        return Vec::new();
    }
    let told = |code: &str| diag.help.iter().chain([&diag.title]).any(|said| said.contains(code));
    let found = lookalikes(marked).filter(|one| !told(&one.called()));
    let line = |one: Lookalike| {
        let (line, col) = lines.place(from + one.at);
        format!("the character at {line}:{col} is {}; if it is not meant, {}", one.called(), one.fix())
    };
    found.take(NAMED).map(line).collect()
}

/// A mark under one line: the index of the line, and the range of bytes in it.
struct Mark<'a> {
    line: usize,
    from: usize,
    to: usize,
    label: &'a str,
    kind: AnnotationKind,
}

impl<'a> Mark<'a> {
    fn new(text: &str, lines: &Lines<'_>, span: SourceSpan, label: &'a str, kind: AnnotationKind) -> Mark<'a> {
        let line = lines.index(floor(text, within(text, span.start)));
        let start = lines.start(line);
        let content = lines.line(line + 1);
        let from = floor(content, span.start.saturating_sub(start));
        let to = floor(content, span.end.saturating_sub(start)).max(from);
        // White space before the line's end is not marked where a span goes on to further lines.
        let body = content.get(from..to).unwrap_or_default().trim_end_matches([' ', '\t', '\r']);
        let to = (from + body.len()).min(forth(content, from, MARKED));
        Mark { line, from, to, label, kind }
    }
}

/// The marked lines and their neighbours. Lines that the renderer folds away are left empty, long ones are cut.
fn excerpt<'a>(
    diag: &'a Diagnostic,
    (file, lines, span): Marked<'a, '_>,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = file.text.as_str();
    let mut marks = vec![Mark::new(text, lines, span, &diag.label, AnnotationKind::Primary)];
    let notes = diag.notes.iter();
    marks.extend(notes.map(|(label, span)| Mark::new(text, lines, *span, label, AnnotationKind::Context)));
    let first = marks.iter().map(|m| m.line).min().unwrap_or(0);
    let last = marks.iter().map(|m| m.line).max().unwrap_or(0);
    let mut source = String::new();
    let mut annotations = Vec::new();
    for line in first..=last {
        if marks.iter().any(|m| m.line.abs_diff(line) <= NEAR) {
            let here: Vec<&Mark<'_>> = marks.iter().filter(|m| m.line == line).collect();
            let find = push_line(&mut source, lines.line(line + 1), &here);
            annotations.extend(here.into_iter().map(|m| {
                let note = m.kind.span(find(m.from)..find(m.to));
                if m.label.is_empty() { note } else { note.label(clean(m.label)) }
            }));
        }
        if line < last {
            source.push('\n');
        }
    }
    Snippet::source(source).path(clean(&file.name)).line_start(first + 1).annotations(annotations)
}

/// Writes what surrounds the marks on a line; returns the map from the line's byte offsets to those of the excerpt.
fn push_line(source: &mut String, content: &str, marks: &[&Mark<'_>]) -> impl Fn(usize) -> usize + use<> {
    let from = marks.iter().map(|m| m.from).min().unwrap_or(0);
    let to = marks.iter().map(|m| m.to).max().unwrap_or(0);
    let low = back(content, from, AROUND);
    // Where two marks lie far apart on one line, the surroundings of the first one are enough.
    let high = forth(content, to, AROUND).min(forth(content, low, 4 * AROUND));
    let base = source.len();
    let mut at = Vec::new();
    for (offset, c) in content.get(low..high).unwrap_or_default().char_indices() {
        at.push((low + offset, source.len()));
        source.push(shown(c));
    }
    let end = source.len();
    at.push((high, end));
    move |byte: usize| at.iter().find(|(from, _)| *from >= byte).map_or(end, |(_, to)| *to).max(base)
}

/// The offset itself, or the end of the last line with text where the offset lies behind that.
fn within(text: &str, offset: usize) -> usize {
    offset.min(text.trim_end().len())
}

/// The byte offset that lies `count` characters before `from`.
fn back(text: &str, from: usize, count: usize) -> usize {
    let before = text.get(..from).unwrap_or_default();
    before.char_indices().rev().take(count).last().map_or(from, |(at, _)| at)
}

/// The byte offset that lies `count` characters after `from`.
fn forth(text: &str, from: usize, count: usize) -> usize {
    let after = text.get(from..).unwrap_or_default();
    after.char_indices().nth(count).map_or(text.len(), |(at, _)| from + at)
}

/// Drops the empty margin line before the first line of help, and puts the true column where a long line was cut.
fn tighten(text: &str, mut place: Option<(String, String)>) -> String {
    let mut out: Vec<String> = Vec::new();
    for line in text.lines() {
        let shown = bare(line);
        let shown = shown.trim();
        if shown.starts_with("= help") && out.last().is_some_and(|prev| bare(prev).trim() == "|") {
            out.pop();
        }
        let arrow = shown.strip_prefix("--> ");
        match (arrow, place.take_if(|_| arrow.is_some())) {
            (Some(old), Some((name, at))) => match line.split_once(old) {
                Some((before, after)) => out.push(format!("{before}{name}{at}{after}")),
                None => out.push(line.to_owned()),
            },
            _ => out.push(line.trim_end().to_owned()),
        }
    }
    out.join("\n")
}

/// A line without its ANSI escapes.
fn bare(line: &str) -> String {
    let mut out = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::line_col;

    fn one(text: &str, diag: &Diagnostic) -> String {
        let file = SourceFile { name: diag.file.clone(), text: text.to_owned() };
        let files = Sources::from([(file.name.clone(), file)]);
        render(std::slice::from_ref(diag), &files, Style::Plain)
    }

    #[test]
    fn the_page_s_sample_comes_out_letter_for_letter() {
        let row = "  - {at: 08:30, who: gwen, do: sign-in, acount: gwen, expect: granted}\n";
        let text = "\n".repeat(26) + row;
        let start = text.find("acount").unwrap();
        let diag = Diagnostic::error("S102", "unknown key `acount` in a `sign-in` row")
            .at("scenarios/guide/cutover.yaml", SourceSpan::new(start, start + 6))
            .label("did you mean `account`?")
            .help("`sign-in` takes at, who, with, do, account, via, computer, code-at, expect, as, resting-on");
        let expected = "\
error[S102]: unknown key `acount` in a `sign-in` row
  --> scenarios/guide/cutover.yaml:27:41
   |
27 |   - {at: 08:30, who: gwen, do: sign-in, acount: gwen, expect: granted}
   |                                         ^^^^^^ did you mean `account`?
   = help: `sign-in` takes at, who, with, do, account, via, computer, code-at, expect, as, resting-on
";
        assert_eq!(one(&text, &diag), expected);
        let file = SourceFile { name: diag.file.clone(), text };
        let files = Sources::from([(file.name.clone(), file)]);
        let coloured = render(&[diag], &files, Style::Colour);
        assert!(coloured.contains('\u{1b}'));
        let bared: Vec<String> = coloured.lines().map(bare).collect();
        assert_eq!(bared.join("\n") + "\n", expected);
    }

    #[test]
    fn two_places_and_characters_beyond_ascii() {
        let text = "naïve: 1\nb: 2\nc: 3\nd: 4\ne: 5\n  é naïve: 6\n";
        let second = text.rfind("naïve").unwrap();
        let diag = Diagnostic::warning("S006", "`naïve` stands twice")
            .at("f.yaml", SourceSpan::new(second, second + 6))
            .label("again here")
            .also(SourceSpan::new(0, 6), "first here");
        insta::assert_snapshot!(one(text, &diag), @r#"
        warning[S006]: `naïve` stands twice
         --> f.yaml:6:5
          |
        1 | naïve: 1
          | ----- first here
        ...
        6 |   é naïve: 6
          |     ^^^^^ again here
        "#);
        assert_eq!(line_col(text, second), (6, 5));
        assert_eq!(line_col(text, 9999), (7, 1));
    }

    #[test]
    fn a_long_line_gives_little_and_controls_do_not_get_through() {
        let text = format!("{}\u{1b}[31m{}\u{9b}", "x ".repeat(500_000), "y".repeat(1_000_000));
        for span in [SourceSpan::new(0, text.len()), SourceSpan::new(1_000_000, 2_000_000), SourceSpan::new(7, 9)] {
            let diag = Diagnostic::error("S005", text.clone())
                .at("a\u{1b}b", span)
                .label("\u{7}\u{202e}")
                .also(SourceSpan::new(1_999_000, 1_999_001), "there")
                .help("\u{1b}]0;");
            let out = one(&text, &diag);
            assert!(out.len() < 8_000, "{}", out.len());
            assert!(out.contains(&format!(":1:{}", span.start + 1)));
            assert!(!out.chars().any(|c| c != '\n' && c.is_control()), "{out:?}");
        }
    }

    #[test]
    fn no_place_and_odd_places() {
        let diag = Diagnostic::error("S005", "t").within("x.yaml").help("h");
        let two = [diag.clone(), Diagnostic::error("S001", "u")];
        insta::assert_snapshot!(render(&two, &Sources::new(), Style::Plain), @r#"
        error[S005]: t
        --> x.yaml
         = help: h

        error[S001]: u
        "#);
        for (start, end) in [(0, 0), (5, 2), (99, 100), (1, 2), (3, 99)] {
            for text in ["", "é", "é\r\nabc\r\n", "\n"] {
                assert!(one(text, &diag.clone().at("x.yaml", SourceSpan::new(start, end))).contains("x.yaml:"));
            }
        }
    }
}

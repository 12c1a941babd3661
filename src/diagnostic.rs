//! Diagnostics: what is wrong, where, and what to write instead.
//!
//! Promises: one stable code for each kind of mistake ([`CODES`]); a byte-exact place; the same bytes out for the same
//! diagnostics in; output whose size depends on the number of diagnostics and not on the length of the lines they
//! point at; no control character of the input reaches the terminal as it is.
//!
//! Deliberately does not: read files, print, decide an exit code, or look at the environment for colour. A span over
//! several lines is shown by its first line only.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// A file as it was read: its name as the user gave it and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The name as the user gave it.
    pub name: String,
    /// The text, without a byte order mark.
    pub text: String,
}

impl SourceFile {
    /// A file from its bytes, for showing diagnostics: what is not UTF-8 becomes U+FFFD, a byte order mark is dropped.
    #[must_use]
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
        Self { name: name.to_owned(), text: String::from_utf8_lossy(bytes).into_owned() }
    }
}

/// The UTF-8 byte order mark.
pub const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The files diagnostics point into, by name.
pub type Sources = BTreeMap<String, SourceFile>;

/// A place in a text: byte offsets, the end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceSpan {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl SourceSpan {
    /// The place from `start` up to and without `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is run.
    Error,
    /// Worth a look; the run goes on.
    Warning,
}

/// One finding about an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code, one of [`CODES`].
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One line that says what is wrong.
    pub title: String,
    /// The name of the file, as in [`SourceFile::name`]; empty if there is none.
    pub file: String,
    /// The place in that file.
    pub span: Option<SourceSpan>,
    /// What stands beside the marked place.
    pub label: String,
    /// Further places in the same file, each with its label.
    pub notes: Vec<(String, SourceSpan)>,
    /// What to do about it, one line each.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// An error without a place as yet.
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

    /// A warning without a place as yet.
    #[must_use]
    pub fn warning(code: &'static str, title: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, title) }
    }

    /// Puts it at a place.
    #[must_use]
    pub fn at(mut self, file: &str, span: SourceSpan) -> Self {
        self.file = file.to_owned();
        self.span = Some(span);
        self
    }

    /// Names the file without a place in it.
    #[must_use]
    pub fn within(mut self, file: &str) -> Self {
        self.file = file.to_owned();
        self
    }

    /// Says what stands beside the marked place.
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

/// Sorts by file, then place, then code; equals keep their order.
pub fn sort(diags: &mut [Diagnostic]) {
    diags.sort_by(|a, b| {
        let key = |d: &Diagnostic| d.span.map(|s| s.start);
        (&a.file, key(a), a.code).cmp(&(&b.file, key(b), b.code))
    });
}

/// A text with its line starts kept, for many places.
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// The lines of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Lines<'t> {
        Lines { text, starts: line_starts(text) }
    }

    /// As [`line_col`].
    #[must_use]
    pub fn place(&self, offset: usize) -> (usize, usize) {
        place(self.text, &self.starts, offset)
    }

    /// The text of a line, counted from 1.
    #[must_use]
    pub fn line(&self, line: usize) -> &'t str {
        line_text(self.text, &self.starts, line.saturating_sub(1))
    }
}

/// The line and the column of a byte offset, both from 1; the column counts characters. Past the end is the end.
#[must_use]
pub fn line_col(text: &str, offset: usize) -> (usize, usize) {
    let offset = floor(text, offset);
    let before = text.get(..offset).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let col = before.get(start..).unwrap_or_default().chars().count() + 1;
    (line, col)
}

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

/// How [`render`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Text alone.
    Plain,
    /// With ANSI colours.
    Colour,
}

const QUOTED: usize = 60;
const MESSAGE: usize = 2_000;
/// Characters of a long line kept on each side of a marked place; more than the renderer shows, so that it marks the cut.
const AROUND: usize = 200;
/// Characters of a marked place that are kept.
const MARKED: usize = 100;

/// Renders diagnostics in the order given, with a blank line between them.
#[must_use]
pub fn render(diags: &[Diagnostic], files: &Sources, style: Style) -> String {
    render_within(diags, files, style, None)
}

/// As [`render`], with the lines of files cut to a width in columns.
#[must_use]
pub fn render_within(diags: &[Diagnostic], files: &Sources, style: Style, width: Option<usize>) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Colour => Renderer::styled(),
    };
    let renderer = width.map_or(renderer.clone(), |width| renderer.term_width(width));
    let mut lines = BTreeMap::new();
    let mut out = String::new();
    for diag in diags {
        let source = files.get(&diag.file);
        let starts: &[usize] = match source {
            Some(file) => lines.entry(file.name.as_str()).or_insert_with(|| line_starts(&file.text)),
            None => &[],
        };
        if !out.is_empty() {
            out.push('\n');
        }
        let text = renderer.render(&[group(diag, source, starts)]);
        let place = match (source, diag.span) {
            (Some(file), Some(span)) => {
                let (line, col) = place(&file.text, starts, within(&file.text, span.start));
                Some((clean(&file.name), format!(":{line}:{col}")))
            }
            _ => None,
        };
        out.push_str(&tighten(&text, place));
        out.push('\n');
    }
    out
}

fn group<'a>(diag: &'a Diagnostic, source: Option<&'a SourceFile>, starts: &[usize]) -> Group<'a> {
    let level = match diag.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = level.primary_title(clean(&diag.title)).id(diag.code).elements(Vec::<Origin<'_>>::new());
    match (source, diag.span) {
        (Some(file), Some(span)) => {
            group = group.element(excerpt(file, starts, span, diag));
        }
        _ if diag.file.is_empty() => {}
        _ => group = group.element(Origin::path(clean(&diag.file))),
    }
    for help in &diag.help {
        group = group.element(Level::HELP.message(clean(help)));
    }
    group
}

/// One marked place: the line's index and the bytes within that line.
struct Mark<'a> {
    line: usize,
    from: usize,
    to: usize,
    label: &'a str,
    primary: bool,
}

/// The marked lines and their neighbours; lines that the renderer folds away are left empty, long ones are cut.
fn excerpt<'a>(
    file: &'a SourceFile,
    starts: &[usize],
    span: SourceSpan,
    diag: &'a Diagnostic,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = file.text.as_str();
    let mut marks = vec![mark(text, starts, span, &diag.label, true)];
    for (label, span) in &diag.notes {
        marks.push(mark(text, starts, *span, label, false));
    }
    let first = marks.iter().map(|m| m.line).min().unwrap_or(0);
    let last = marks.iter().map(|m| m.line).max().unwrap_or(0);
    let mut source = String::new();
    let mut annotations = Vec::new();
    for line in first..=last {
        let here: Vec<&Mark<'_>> = marks.iter().filter(|m| m.line == line).collect();
        let near = marks.iter().any(|m| m.line.abs_diff(line) <= 2);
        if near {
            let content = line_text(text, starts, line);
            let from = here.iter().map(|m| m.from).min().unwrap_or(0);
            let to = here.iter().map(|m| m.to).max().unwrap_or(0);
            let low = back(content, from, AROUND);
            let high = forth(content, to, AROUND);
            // Two marks far apart on one line: the first one's surroundings are enough.
            let high = high.min(forth(content, low, 4 * AROUND));
            let base = source.len();
            let mut at = Vec::new();
            for (offset, c) in content.get(low..high).unwrap_or_default().char_indices() {
                at.push((low + offset, source.len()));
                source.push(shown(c));
            }
            at.push((high, source.len()));
            let find =
                |byte: usize| at.iter().find(|(from, _)| *from >= byte).map_or(source.len(), |(_, to)| *to).max(base);
            for m in here {
                let kind = if m.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
                let note = kind.span(find(m.from)..find(m.to));
                annotations.push(if m.label.is_empty() { note } else { note.label(clean(m.label)) });
            }
        }
        if line < last {
            source.push('\n');
        }
    }
    Snippet::source(source).path(clean(&file.name)).line_start(first + 1).annotations(annotations)
}

fn mark<'a>(text: &str, starts: &[usize], span: SourceSpan, label: &'a str, primary: bool) -> Mark<'a> {
    let line = line_index(starts, floor(text, within(text, span.start)));
    let start = starts.get(line).copied().unwrap_or(0);
    let content = line_text(text, starts, line);
    let from = floor(content, span.start.saturating_sub(start));
    let to = floor(content, span.end.saturating_sub(start)).max(from);
    // Of a span over several lines the white space before the line's end is not marked.
    let body = content.get(from..to).unwrap_or_default().trim_end_matches([' ', '\t', '\r']);
    let to = (from + body.len()).min(forth(content, from, MARKED));
    Mark { line, from, to, label, primary }
}

/// The offset itself, or the end of the last line that has something in it where the offset lies behind that.
fn within(text: &str, offset: usize) -> usize {
    offset.min(text.trim_end().len())
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

fn line_index(starts: &[usize], offset: usize) -> usize {
    starts.partition_point(|s| *s <= offset).saturating_sub(1)
}

fn line_text<'a>(text: &'a str, starts: &[usize], line: usize) -> &'a str {
    let from = starts.get(line).copied().unwrap_or(0);
    let to = starts.get(line + 1).map_or(text.len(), |next| next - 1);
    let line = text.get(from..to).unwrap_or_default();
    line.strip_suffix('\r').unwrap_or(line)
}

fn place(text: &str, starts: &[usize], offset: usize) -> (usize, usize) {
    let offset = floor(text, offset);
    let line = line_index(starts, offset);
    let from = starts.get(line).copied().unwrap_or(0);
    let col = text.get(from..offset).unwrap_or_default().chars().count();
    (line + 1, col + 1)
}

fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The byte offset `count` characters before `from`.
fn back(text: &str, from: usize, count: usize) -> usize {
    let before = text.get(..from).unwrap_or_default();
    before.char_indices().rev().take(count).last().map_or(from, |(at, _)| at)
}

/// The byte offset `count` characters after `from`.
fn forth(text: &str, from: usize, count: usize) -> usize {
    let after = text.get(from..).unwrap_or_default();
    after.char_indices().nth(count).map_or(text.len(), |(at, _)| from + at)
}

/// What a character is shown as: control characters by their pictures, those that turn the direction of writing as U+FFFD.
fn shown(c: char) -> char {
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

/// Every stable code with its meaning.
///
/// S0xx is about the file and its YAML, S1xx about its shape (keys, types, values), S2xx about its meaning, S3xx about
/// running it, S4xx about searching from it, S5xx about rehearsing it. A code is never used again for something else.
pub const CODES: &[(&str, &str)] = &[
    ("S001", "the file is empty or holds only comments"),
    ("S002", "the file is not UTF-8"),
    ("S003", "the file is larger than 16 MiB"),
    ("S004", "a tab is used for indentation"),
    ("S005", "the YAML cannot be read"),
    ("S006", "a key stands twice in one mapping"),
    ("S007", "more than one YAML document in a file"),
    ("S008", "an anchor, an alias or a merge key"),
    ("S009", "a YAML tag"),
    ("S010", "nested too deeply"),
    ("S011", "too many values in one file"),
    ("S012", "the top level is not a mapping"),
    ("S013", "a key that is a list or a mapping"),
    ("S014", "a file that cannot be read"),
    ("S015", "a file that cannot be laid out"),
    ("S101", "a value of the wrong type"),
    ("S102", "an unknown key"),
    ("S103", "a required key is missing"),
    ("S104", "a value that is not one of those allowed"),
    ("S105", "`yes`, `no`, `on`, `off` or the like for a switch"),
    ("S106", "a number outside its bounds"),
    ("S107", "a list with too few or too many items"),
    ("S108", "a value that cannot be read as what it stands for"),
    ("S109", "nothing where a value is needed"),
    ("S110", "the key that says which kind of thing it is, is missing"),
    ("S111", "a key that cannot be read as what it stands for"),
    ("S112", "a file that does not say what it is"),
    ("S113", "a file that passed the checks and still cannot be read"),
    ("S114", "a `$name` that no case fills"),
    ("S115", "a file for a newer format"),
    ("S116", "an expectation by case that names no case, or leaves one out"),
    ("S201", "an unknown policy"),
    ("S203", "a scenario in which nothing happens"),
    ("S204", "an unknown person"),
    ("S205", "an unknown account"),
    ("S206", "roles that exclude each other"),
    ("S207", "a time or span that cannot be read"),
    ("S208", "one name for two things"),
    ("S209", "time going backwards"),
    ("S210", "a row without a day above it"),
    ("S212", "an unknown computer"),
    ("S215", "two files, policies or properties of one name"),
    ("S216", "a policy that extends in a circle, or extends none that is there"),
    ("S217", "an unknown place"),
    ("S218", "a policy that contradicts itself"),
    ("S219", "an unknown property"),
    ("S220", "a property that does not say what has to be so"),
    ("S221", "a day outside the calendar"),
    ("S222", "an unknown mailbox"),
    ("S223", "one person twice in a row or a list"),
    ("S224", "a property that is used and said"),
    ("S225", "something spoken of that is the end of an act and a state at once"),
    ("S226", "a state of no account"),
    ("S227", "a deadline before its trigger"),
    ("S228", "a key of a property without the one that it belongs to"),
    ("S229", "two decisions of one name in a policy"),
    ("S230", "more decisions in a policy than there may be"),
    ("S231", "a decision that the policy does not take"),
    ("S232", "what is typed is no code, and only a code is one of another time step"),
    ("S301", "a row that cannot begin"),
    ("S303", "a next step of what nobody has begun by steps"),
    ("S401", "a file without an `explore:` block"),
    ("S402", "an exploration without a property"),
    ("S403", "an `explore:` block that cannot be meant"),
    ("S501", "a day of a rehearsal outside the calendar"),
    ("S502", "a span that cannot be meant"),
    ("S503", "a population that is too large"),
    ("S504", "shares that do not add up"),
    ("S505", "a fault that is over before it begins"),
    ("S506", "a fault that is not said in full"),
    ("S507", "two gates of one name"),
    ("S508", "a gate that cannot be judged"),
    ("S509", "a directory of no day of the span"),
    ("S510", "a directory that is not there"),
    ("S511", "a directory that cannot be meant"),
    ("S512", "a range or a value that cannot be meant"),
    ("S513", "something outside the span"),
    ("S514", "a number that the directory says already"),
    ("S601", "a file that is no shard"),
    ("S602", "a shard of another rehearsal"),
    ("S603", "a shard that is there twice"),
    ("S604", "a shard that is missing or unfinished"),
];

#[cfg(test)]
mod tests {
    use super::*;

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
        insta::assert_snapshot!(render(&[diag.clone(), Diagnostic::error("S001", "u")], &Sources::new(), Style::Plain), @r#"
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

    #[test]
    fn sorted_by_file_place_and_code() {
        let at = |code, file: &str, start| Diagnostic::error(code, "").at(file, SourceSpan::new(start, start));
        let mut diags = vec![at("S006", "b", 0), at("S006", "a", 9), at("S005", "a", 9), at("S102", "a", 1)];
        sort(&mut diags);
        let order: Vec<_> = diags.iter().map(|d| (d.file.as_str(), d.code)).collect();
        assert_eq!(order, [("a", "S102"), ("a", "S005"), ("a", "S006"), ("b", "S006")]);
    }

    /// Every string literal in the source that looks like a code, outside this table, by code.
    fn used(dir: &std::path::Path, found: &mut std::collections::BTreeSet<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                used(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("diagnostic.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for (at, _) in text.match_indices("\"S") {
                    let rest = &text.as_bytes()[at + 2..];
                    if rest.len() > 3 && rest[..3].iter().all(u8::is_ascii_digit) && rest[3] == b'"' {
                        found.insert(text[at + 1..at + 5].to_owned());
                    }
                }
            }
        }
    }

    #[test]
    fn the_table_of_codes_is_whole() {
        let mut found = std::collections::BTreeSet::new();
        used(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        let table: std::collections::BTreeSet<String> = CODES.iter().map(|(code, _)| (*code).to_owned()).collect();
        assert_eq!(table.len(), CODES.len(), "a code stands twice");
        assert_eq!(found, table);
        assert!(CODES.is_sorted());
    }
}

//! The formatter of files: the canonical layout, as `mims-sim fmt` writes it.
//!
//! Promises that the tree, the comments and their order stay what they were, that a formatted file stays as it is
//! (formatting is idempotent), and that brackets stay brackets and lines stay lines. A level is indented by two spaces,
//! a space follows each colon and comma, there is at most one blank line in a row, and comments at the ends of
//! neighbouring lines are aligned. What is in brackets is written on one line, or on several where it is wider than
//! [`WIDTH`] or has comments inside.
//!
//! Deliberately sorts no keys, changes no quotation marks, breaks no texts, and does not check a file against its
//! format.

use super::tree::{MapEntry, Node, Scalar, Tree};
use super::yaml::{self, Comment, comments};
use crate::diagnostic::SourceSpan;
use std::iter::Peekable;
use std::vec::IntoIter;

/// The column beyond which brackets are broken into several lines.
pub const WIDTH: usize = 120;
/// The indentation of a level, in spaces.
const STEP: usize = 2;

/// The number of passes after which a text that still changes is left alone. One pass is nearly always enough; a
/// comment between two dashes may take a second one.
const PASSES: usize = 4;

/// Lays out a text whose tree is known, until another pass changes nothing. Returns `None`, which leaves the file
/// alone, where the result would have another meaning or other comments.
pub fn layout(text: &str, tree: &Tree) -> Option<String> {
    let words = |all: &[Comment]| all.iter().map(|c| c.text.clone()).collect::<Vec<_>>();
    let said = comments(text);
    let mut out = written(text, tree, said.clone());
    for _ in 0..PASSES {
        let (_, again) = yaml::parse("", out.as_bytes()).ok()?;
        let comments = comments(&out);
        if !same(tree, &again) || words(&said) != words(&comments) {
            return None;
        }
        let next = written(&out, &again, comments);
        if next == out {
            return Some(out);
        }
        out = next;
    }
    None
}

fn written(text: &str, tree: &Tree, comments: Vec<Comment>) -> String {
    let mut writer = Writer {
        text,
        starts: std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect(),
        comments: comments.into_iter().peekable(),
        lines: Vec::new(),
        now: String::new(),
        note: None,
        last: 0,
        done: 0,
        levels: Vec::new(),
    };
    match &tree.node {
        Node::Map(entries) if !writer.bracketed(tree) => writer.map(entries, 0, 0, false),
        _ => {
            writer.flush(tree.span.start, 0);
            writer.begin(tree.span.start, 0);
            writer.flow(tree);
        }
    }
    writer.flush(text.len() + 1, 0);
    writer.feed();
    aligned(writer.lines)
}

/// Whether two trees are equal but for places and quotation marks.
pub fn same(a: &Tree, b: &Tree) -> bool {
    match (&a.node, &b.node) {
        (Node::Scalar(a), Node::Scalar(b)) => a.text == b.text && a.kind() == b.kind(),
        (Node::List(a), Node::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Node::Map(a), Node::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.key == b.key && same(&a.value, &b.value))
        }
        _ => false,
    }
}

/// A finished line.
struct Line {
    text: String,
    /// The comment at its end.
    note: Option<String>,
}

/// The writer: it walks the tree and puts the comments in where they stood.
struct Writer<'t> {
    text: &'t str,
    /// The byte offset at which each line of the source begins.
    starts: Vec<usize>,
    /// The comments that are not written yet.
    comments: Peekable<IntoIter<Comment>>,
    lines: Vec<Line>,
    /// The line under way, and the comment at its end.
    now: String,
    note: Option<String>,
    /// The line of the source that was written last, from 1, and the offset at which the last value or key ended.
    last: usize,
    done: usize,
    /// The columns of each level down to what was written last: in the source, and in the result.
    levels: Vec<(usize, usize)>,
}

impl<'t> Writer<'t> {
    fn slice(&self, span: SourceSpan) -> &'t str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The line of an offset of the source, from 1.
    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }

    /// The text before an offset on its line of the source.
    fn before(&self, at: usize) -> &'t str {
        let start = self.starts.get(self.line(at).saturating_sub(1)).copied().unwrap_or_default();
        self.text.get(start..at).unwrap_or_default()
    }

    fn column(&self, at: usize) -> usize {
        self.before(at).chars().count()
    }

    /// Whether a list or a mapping is written in brackets.
    fn bracketed(&self, tree: &Tree) -> bool {
        let bracket = if matches!(tree.node, Node::Map(_)) { '{' } else { '[' };
        self.slice(tree.span).starts_with(bracket)
    }

    /// The place of the `|` or `>` of a block scalar, whose own place begins with its first line.
    fn mark(&self, tree: &Tree) -> Option<usize> {
        let Node::Scalar(scalar) = &tree.node else { return None };
        let rest = self.text.get(self.done..).filter(|_| !scalar.plain)?;
        // The place of an empty block scalar lies before its mark.
        let end = if self.slice(tree.span).is_empty() { rest.len() } else { tree.span.start - self.done };
        let mut at = 0;
        for line in rest.get(..end)?.split_inclusive('\n') {
            let code = line.find(" #").map_or(line, |end| line.get(..end).unwrap_or_default());
            if let Some(found) = code.find(['|', '>']) {
                return Some(self.done + at + found);
            }
            at += line.len();
        }
        None
    }

    /// Notes that the source is written up to this offset.
    fn wrote(&mut self, end: usize) {
        self.done = end;
        self.last = self.line(end);
    }

    fn has_comments(&mut self, span: SourceSpan) -> bool {
        self.comments.peek().is_some_and(|comment| comment.start < span.end)
    }

    // ---- lines

    /// Finishes the line under way.
    fn feed(&mut self) {
        let text = self.now.trim_end().to_owned();
        self.now.clear();
        let note = self.note.take();
        if !text.is_empty() || note.is_some() {
            self.lines.push(Line { text, note });
        }
    }

    /// Whether the next piece has to begin a line.
    fn fresh(&self) -> bool {
        self.now.trim().is_empty() || self.note.is_some()
    }

    /// Writes a blank line where the source has one between what was written last and this line.
    fn gap(&mut self, line: usize) {
        let blank = |n: &usize| {
            let start = self.starts.get(*n).copied().unwrap_or(self.text.len());
            let rest = self.text.get(start..).unwrap_or_default();
            rest.split('\n').next().unwrap_or_default().trim().is_empty()
        };
        // Line `n` is at `n - 1`.
        if !self.lines.is_empty() && (self.last..line.saturating_sub(1)).any(|n| blank(&n)) {
            self.lines.push(Line { text: String::new(), note: None });
        }
    }

    /// Begins a line for the piece at this offset of the source.
    fn begin(&mut self, at: usize, indent: usize) {
        self.feed();
        self.gap(self.line(at));
        self.now = " ".repeat(indent);
    }

    /// Begins a line within brackets.
    fn go_on(&mut self, indent: usize) {
        self.feed();
        self.now = " ".repeat(indent);
    }

    /// Writes the comments before this offset: at the end of the line, or on lines of their own. The latter are
    /// indented like the next piece, or like an earlier level where the source indents them so.
    fn flush(&mut self, before: usize, indent: usize) {
        while let Some(comment) = self.comments.next_if(|comment| comment.start < before) {
            if comment.line == self.last && !self.fresh() {
                self.note = Some(comment.text);
                continue;
            }
            self.feed();
            self.gap(comment.line);
            let column = self.column(comment.start);
            let level = self.levels.iter().rev().find(|(source, _)| *source <= column).map_or(0, |(_, here)| *here);
            self.lines.push(Line { text: format!("{}{}", " ".repeat(level.max(indent)), comment.text), note: None });
            self.last = comment.line;
        }
    }

    /// Notes the columns of a level: in the source, and in the result.
    fn enter(&mut self, depth: usize, source: usize, here: usize) {
        self.levels.truncate(depth);
        self.levels.push((source, here));
    }

    // ---- lines of keys and dashes

    fn map(&mut self, entries: &[MapEntry], indent: usize, depth: usize, mut inline: bool) {
        for entry in entries {
            let at = entry.key_span.start;
            self.flush(at, indent);
            self.enter(depth, self.column(at), indent);
            if !inline || self.fresh() {
                self.begin(at, indent);
            }
            inline = false;
            self.now += &self.key(entry);
            self.now.push(':');
            self.wrote(entry.key_span.end);
            self.value(&entry.value, indent, depth + 1, false);
        }
    }

    fn list(&mut self, items: &[Tree], indent: usize, depth: usize, mut inline: bool) {
        for item in items {
            let at = self.mark(item).unwrap_or(item.span.start);
            self.flush(at, indent);
            let dash = self.before(at).rfind('-').map(|dash| self.before(at).get(..dash).unwrap_or_default());
            let source = dash.map_or_else(|| self.column(at).saturating_sub(STEP), |text| text.chars().count());
            let empty = matches!(&item.node, Node::Scalar(s) if s.plain && s.text.is_empty());
            self.enter(depth, if empty { self.column(at) } else { source }, indent);
            if !inline || self.fresh() {
                self.begin(at, indent);
            }
            inline = false;
            self.now.push('-');
            self.wrote(at);
            if !empty {
                self.value(item, indent, depth + 1, true);
            }
        }
    }

    /// Writes the value after a colon or a dash.
    fn value(&mut self, tree: &Tree, indent: usize, depth: usize, dash: bool) {
        match &tree.node {
            Node::Map(entries) if !self.bracketed(tree) => {
                self.now.push(' ');
                self.map(entries, indent + STEP, depth, dash);
            }
            Node::List(items) if !self.bracketed(tree) => {
                self.now.push(' ');
                self.list(items, indent + STEP, depth, dash);
            }
            Node::Scalar(scalar) if scalar.plain && scalar.text.is_empty() => {}
            node => {
                let mark = self.mark(tree);
                let start = mark.unwrap_or(tree.span.start);
                self.flush(start, indent + STEP);
                if self.fresh() {
                    self.begin(start, indent + STEP);
                } else {
                    self.now.push(' ');
                }
                match (node, mark) {
                    (Node::Scalar(_), Some(mark)) => self.block(tree.span, mark, indent + STEP),
                    (Node::Scalar(_), None) => self.quoted(tree.span, indent + STEP),
                    _ => self.flow(tree),
                }
            }
        }
    }

    /// Writes a text with or without quotation marks, which may go on over several lines.
    fn quoted(&mut self, span: SourceSpan, indent: usize) {
        self.wrote(span.end);
        let mut lines = self.slice(span).lines();
        self.now += lines.next().unwrap_or_default().trim_end();
        for line in lines {
            let line = line.trim_start();
            // White space before the end of a line means nothing, unless it is escaped.
            let end = line.trim_end();
            let line = if end.ends_with('\\') { line } else { end };
            let text = std::mem::take(&mut self.now);
            self.lines.push(Line { text, note: None });
            if !line.is_empty() {
                self.now = format!("{}{line}", " ".repeat(indent));
            }
        }
    }

    /// Writes a block scalar: its `|` or `>`, and its lines, shifted together.
    fn block(&mut self, span: SourceSpan, mark: usize, indent: usize) {
        let rest = self.text.get(mark..).unwrap_or_default();
        let head = rest.get(..rest.find(char::is_whitespace).unwrap_or(rest.len())).unwrap_or_default();
        let digit = head.chars().find_map(|c| c.to_digit(10)).and_then(|n| usize::try_from(n).ok());
        let head: String = head.chars().map(|c| if c.is_ascii_digit() { '2' } else { c }).collect();
        self.now += &head;
        self.wrote(mark);
        self.flush(mark + rest.find('\n').unwrap_or(rest.len()), indent);
        self.feed();
        let body = mark + rest.find('\n').map_or(rest.len(), |end| end + 1);
        let mut lines: Vec<&str> = self.text.get(body..).unwrap_or_default().lines().collect();
        // White space at the end of the file that no line ends is none of a text's lines.
        if !self.text.ends_with('\n') && lines.last().is_some_and(|line| line.trim().is_empty()) {
            lines.pop();
        }
        let lead = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let blank = |line: &&str| lead(line) == line.len();
        let first = lines.iter().find(|line| !blank(line)).map_or(0, |line| lead(line));
        let own = self.levels.last().map_or(0, |(source, _)| *source);
        let cut = digit.map_or(first, |n| own + n);
        // Its place ends with its last letter; blank lines after that are its own if they are kept, or are longer. A
        // text without a letter has nothing but those.
        let letters =
            self.text.get(body..span.end).is_some_and(|text| span.start < span.end && !text.trim().is_empty());
        let own = if letters { self.line(span.end.max(mark)) - self.line(mark) } else { 0 };
        let after = lines.iter().skip(own).take_while(|line| blank(line));
        let more = after.enumerate().filter(|(_, line)| head.contains('+') || letters && line.len() > cut).last();
        let count = own + more.map_or(0, |(at, _)| at + 1);
        for line in lines.iter().take(count) {
            let inner = if letters { line.get(cut.min(lead(line))..).unwrap_or_default() } else { "" };
            let text = if inner.is_empty() { String::new() } else { format!("{}{inner}", " ".repeat(indent)) };
            self.lines.push(Line { text, note: None });
        }
        self.wrote(span.end.max(mark));
        self.last = self.line(mark) + count;
    }

    // ---- brackets

    /// Writes a value in brackets, on this line, or on several that begin under its bracket.
    fn flow(&mut self, tree: &Tree) {
        let brackets = match &tree.node {
            Node::Map(_) => ('{', '}'),
            Node::List(_) => ('[', ']'),
            Node::Scalar(scalar) => {
                self.now += &self.flat_scalar(scalar, tree.span);
                self.wrote(tree.span.end);
                return;
            }
        };
        let flat = self.flat(tree);
        if !self.has_comments(tree.span) && self.fits(&flat, 0) {
            self.now += &flat;
            self.wrote(tree.span.end);
            return;
        }
        self.now.push(brackets.0);
        self.wrote(tree.span.start);
        let column = self.now.chars().count();
        let count = tree.entries().len() + tree.items().len();
        let keyed = tree.entries().iter().map(|entry| (Some(entry), &entry.value));
        for (at, (entry, value)) in keyed.chain(tree.items().iter().map(|item| (None, item))).enumerate() {
            let start = entry.map_or(value.span.start, |entry| entry.key_span.start);
            let flat = entry.map_or_else(|| self.flat(value), |entry| self.flat_entry(entry));
            self.flush(start, column);
            if self.fresh() || (at > 0 && !self.fits(&flat, 2)) {
                self.go_on(column);
            } else if at > 0 {
                self.now.push(' ');
            }
            if let Some(entry) = entry {
                self.now += &self.key(entry);
                self.now.push(':');
                self.wrote(entry.key_span.end);
                self.flush(value.span.start, column + STEP);
                if self.fresh() {
                    self.go_on(column + STEP);
                } else {
                    self.now.push(' ');
                }
            }
            self.flow(value);
            if at + 1 < count {
                self.now.push(',');
            }
        }
        self.flush(tree.span.end.saturating_sub(1), column);
        if self.fresh() {
            self.go_on(column);
        }
        self.now.push(brackets.1);
        self.wrote(tree.span.end);
    }

    fn fits(&self, flat: &str, more: usize) -> bool {
        self.now.chars().count() + flat.chars().count() + more <= WIDTH
    }

    /// A value written on one line.
    fn flat(&self, tree: &Tree) -> String {
        match &tree.node {
            Node::Scalar(scalar) => self.flat_scalar(scalar, tree.span),
            Node::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.flat(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Node::Map(entries) => {
                let entries: Vec<String> = entries.iter().map(|entry| self.flat_entry(entry)).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    fn flat_entry(&self, entry: &MapEntry) -> String {
        format!("{}: {}", self.key(entry), self.flat(&entry.value))
    }

    /// A key as the source writes it, on one line.
    fn key(&self, entry: &MapEntry) -> String {
        let written = self.slice(entry.key_span);
        let quoted = written.starts_with(['"', '\'']) && !written.contains('\n');
        if quoted || written == entry.key { written.to_owned() } else { json(&entry.key) }
    }

    /// A scalar in brackets, on one line also where the source writes it on several.
    fn flat_scalar(&self, scalar: &Scalar, span: SourceSpan) -> String {
        let written = self.slice(span);
        if scalar.plain && scalar.text.is_empty() {
            String::new()
        } else if !written.contains('\n') {
            written.to_owned()
        } else if scalar.plain && !scalar.text.contains('\n') {
            scalar.text.clone()
        } else {
            json(&scalar.text)
        }
    }
}

/// A text in double quotes; JSON's form of it is valid YAML.
fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// The lines as a text, with the comments at the ends of neighbouring lines aligned.
fn aligned(lines: Vec<Line>) -> String {
    let mut out = String::new();
    for run in lines.chunk_by(|a, b| a.note.is_some() && b.note.is_some()) {
        let column = run.iter().map(|line| line.text.chars().count()).max().unwrap_or_default() + 2;
        for line in run {
            out += &line.text;
            if let Some(note) = &line.note {
                out += &" ".repeat(column - line.text.chars().count());
                out += note;
            }
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn laid(text: &str) -> String {
        let (file, tree) = yaml::parse("f", text.as_bytes()).unwrap_or_else(|f| panic!("{text}\n{f:#?}"));
        let said = comments(&file.text);
        layout(&file.text, &tree)
            .unwrap_or_else(|| panic!("it would not say the same:\n{text}\n-->\n{}", written(&file.text, &tree, said)))
    }

    #[test]
    fn spaces_lines_and_comments() {
        let text = "# head\r\n\r\n\r\nscenario:   x   # title\r\n#after\r\ngiven:\r\n    people:   # who\r\n        asha:  {phone:  {app: a} ,role :  b}\r\n        ben: {}   # b\r\n        # deep\r\n    # less\r\n\r\n  # between\r\nwhen:\r\n- day:  Mon\r\n\r\n- {at: 09:00,\r\n   who: [a,\r\n    b]}\r\n-   at: 1\r\n    who: c\r\n# last";
        insta::assert_snapshot!(laid(text), @r#"
        # head

        scenario: x  # title
        #after
        given:
          people:  # who
            asha: {phone: {app: a}, role: b}
            ben: {}  # b
            # deep
          # less

        # between
        when:
          - day: Mon

          - {at: 09:00, who: [a, b]}
          - at: 1
            who: c
          # last
        "#);
    }

    #[test]
    fn brackets_that_are_long_or_have_comments() {
        let long = "x".repeat(30);
        let text = format!(
            "cites: [{long}, {long}, {long}, {long}, {long}]\nrow:\n  - {{a: 1, # one\n\n    # own\n   b: [1, # two\n   2], c: {{d: {long}, e: {long}, f: {long}, g: {long}}}\n   # end\n   }}\n  - [ # first\n   a, b]\nk: # why\n  {{a: 1}}\nl:\n  # own\n  [{long}]\n"
        );
        insta::assert_snapshot!(laid(&text), @r#"
        cites: [xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx,
                xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx]
        row:
          - {a: 1,  # one

             # own
             b: [1,  # two
                 2],
             c: {d: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, e: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, f: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx,
                 g: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx}
             # end
             }
          - [  # first
             a, b]
        k:  # why
          {a: 1}
        l:
          # own
          [xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx]
        "#);
    }

    #[test]
    fn texts_of_several_lines() {
        let text = "a: |\n     one\n       two\n\n     three\nb: >-\n one\n\n two\nc: |+\n  kept\n\n\nd: plain that\n   goes on\n\n   here\ne: \"quoted \\\n    on\"\nf: ['one\n  two', \"x\n\n  y\", p\n q]\ng:\n  - |2\n      further\n     in\n  -\n    k: |1\n      d\n\nh: ''\n";
        insta::assert_snapshot!(laid(text), @r#"
        a: |
          one
            two

          three
        b: >-
          one

          two
        c: |+
          kept


        d: plain that
          goes on

          here
        e: "quoted \
          on"
        f: ["one two", "x\ny", p q]
        g:
          - |2
              further
             in
          - k: |2
               d

        h: ''
        "#);
    }

    #[test]
    fn texts_without_a_letter() {
        insta::assert_snapshot!(laid("a: |  # c\n\nb: >+\n\nc: |-\nd: e\n"), @r"
        a: |  # c

        b: >+

        c: |-
        d: e
        ");
    }

    #[test]
    fn odd_shapes() {
        let text = "a:\n- - 1\n  - 2\n-\n  - 3\n-\n-\n  # c\n  k: v\n  l:\n  - m\n- # dash\n  n: o\nb: {c, d: , e: [f: 1]}\n\"q\" : 'r'\n? s\n: t\n";
        insta::assert_snapshot!(laid(text), @r#"
        a:
          - - 1
            - 2
          - - 3
          -
          # c
          - k: v
            l:
              - m
              # dash
          - n: o
        b: {c: , d: , e: [{f: 1}]}
        "q": 'r'
        s: t
        "#);
        assert_eq!(laid("---\n{scenario: x, # c\n when: []}\n...\n"), "{scenario: x,  # c\n when: []}\n");
    }

    /// What the laws are tried on: something of everything.
    const RICH: &str = "# head\nscenario: A shared réception   # t\ncites: [P3.2, Q7,\n  G2]\n\ngiven:\n  people:   # c\n    asha: {}\n    ben:  {phone: {app: 'x', clock: +20s}}\n    # after ben\n\n  # before accounts\n  generic-accounts:\n    r: {members: [a, # m\n      b], custodian: \"a\n      b\"}\nwhen:\n- day: Mon 2023-09-18\n-   {at: 09:30, who: \"a\\n\", with: [ben]}   # row\n-\n  at: 1\n  with:\n  - x\n  -\n  - - y\n    - z\ntext: |\n  a\n    # no comment\n\n  b\n\nfolded: >+\n    a\n    b\n\nlast: one\n  two\n";

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_000, ..ProptestConfig::default() })]

        /// Whatever is laid out says the same, and is laid out already then; what cannot be is left alone, which is
        /// rare.
        #[test]
        fn meaning_and_comments_stay(
            cuts in prop::collection::vec((0..RICH.len(), 0..6_usize, "([-a:{}\\[\\],#|>'\"? \n]|\n *# c\n|  +| # d|\n\n)?"), 1..4),
        ) {
            let mut text = RICH.to_owned();
            for (at, len, put) in cuts {
                let floor = |mut at: usize| { while !text.is_char_boundary(at.min(text.len())) { at += 1; } at.min(text.len()) };
                let (from, to) = (floor(at), floor(at + len));
                text.replace_range(from..to, &put);
            }
            let Ok((_, tree)) = yaml::parse("f", text.as_bytes()) else { return Ok(()) };
            if let Some(out) = layout(&text, &tree) {
                let (_, again) = yaml::parse("f", out.as_bytes()).expect("what is laid out can be read");
                prop_assert!(same(&tree, &again), "\n{}", text);
                prop_assert_eq!(&laid(&out), &out, "\n{}", text);
            }
        }
    }
}

//! A YAML file into a tree with places, and its comments.
//!
//! Promises: byte-exact places; every error has a code, a place and a fix; a duplicate key is an error; the time and
//! memory a hostile file takes are bounded ([`MAX_BYTES`], [`MAX_NODES`], [`MAX_DEPTH`], [`MAX_ERRORS`]), and since
//! anchors and aliases are refused outright nothing can grow beyond the file.
//!
//! Deliberately does not: know any format (see [`super::check`]), keep comments in the tree (see [`comments`]), or support
//! anchors, aliases, merge keys, tags or several documents in a file.

mod faults;

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use crate::diagnostic::{BOM, Diagnostic, SourceFile, Span, quote};
use crate::format::tree::{Entry, Kind, MAX_NODES, Node, Scalar, Tree};
use faults::{alias, deep, empty, not_utf8, tagged, worded};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// How deep lists and mappings may nest.
pub const MAX_DEPTH: usize = 64;
/// After how many errors reading stops.
pub const MAX_ERRORS: usize = 50;

/// Reads a file into a tree.
///
/// # Errors
/// Everything that is wrong with the file as YAML; at most [`MAX_ERRORS`] diagnostics.
pub fn parse(file_name: &str, bytes: &[u8]) -> Result<(SourceFile, Tree), Vec<Diagnostic>> {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    if bytes.len() > MAX_BYTES {
        let size = bytes.len();
        return Err(vec![
            Diagnostic::error("S003", format!("this file has {size} bytes, more than {MAX_BYTES}"))
                .within(file_name)
                .help("split it into several files, or check that it is the file you meant"),
        ]);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Err(vec![not_utf8(file_name, bytes, error.valid_up_to())]),
    };
    let tree = Builder::new(file_name, text).run()?;
    let file = SourceFile { name: file_name.to_owned(), text: text.to_owned() };
    Ok((file, tree))
}

/// Byte offsets for saphyr's character offsets.
struct Index {
    /// The byte offset of every [`Index::STEP`]th character; none where the text is ASCII.
    steps: Vec<usize>,
    len: usize,
}

impl Index {
    const STEP: usize = 64;

    fn new(text: &str) -> Self {
        let steps = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(Self::STEP).map(|(at, _)| at).collect()
        };
        Self { steps, len: text.len() }
    }

    fn byte(&self, text: &str, character: usize) -> usize {
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

/// A list or mapping that is still open.
struct Open {
    start: usize,
    /// The end of the last thing inside.
    end: usize,
    /// Whether it is in brackets.
    flow: bool,
    content: Content,
    /// Whether it stands where a key should.
    key: bool,
}

enum Content {
    List(Vec<Tree>),
    Map { entries: Vec<Entry>, seen: BTreeMap<String, Span>, key: Option<(String, Span, bool)> },
}

struct Builder<'a> {
    file: &'a str,
    text: &'a str,
    index: Index,
    open: Vec<Open>,
    nodes: usize,
    root: Option<Tree>,
    errors: Vec<Diagnostic>,
}

impl<'a> Builder<'a> {
    fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, index: Index::new(text), open: Vec::new(), nodes: 0, root: None, errors: Vec::new() }
    }

    fn run(mut self) -> Result<Tree, Vec<Diagnostic>> {
        let mut parser = Parser::new_from_str(self.text);
        while let Some(next) = parser.next_event() {
            let going = match next {
                Ok((event, place)) => {
                    let start = self.index.byte(self.text, place.start.index());
                    let end = self.index.byte(self.text, place.end.index()).max(start);
                    self.event(event, Span::new(start, end))
                }
                Err(error) => {
                    self.syntax(&error);
                    false
                }
            };
            if !going || self.errors.len() >= MAX_ERRORS {
                return Err(self.errors);
            }
        }
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        match self.root {
            Some(tree) => match tree.node {
                Node::Map(_) => Ok(tree),
                Node::Scalar(s) if s.kind() == Kind::Null && s.text.is_empty() => {
                    Err(vec![empty(self.file, self.text)])
                }
                node => {
                    let is = if matches!(node, Node::List(_)) { "this is a list" } else { "this is a single value" };
                    Err(vec![
                        Diagnostic::error("S012", "the top level of a file must be `key: value` lines")
                            .at(self.file, tree.span)
                            .label(is)
                            .help("the first key says what the file is, as in `scenario: What it shows`"),
                    ])
                }
            },
            None => Err(vec![empty(self.file, self.text)]),
        }
    }

    /// Takes an event in; false stops the reading.
    fn event(&mut self, event: Event<'_>, span: Span) -> bool {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse(anchor, tag.as_deref(), span);
                let plain = style == ScalarStyle::Plain;
                let span = closed(self.text, style, span);
                self.scalar(text.into_owned(), plain, span)
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse(anchor, tag.as_deref(), span);
                self.begin(Content::List(Vec::new()), span, '[')
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse(anchor, tag.as_deref(), span);
                let content = Content::Map { entries: Vec::new(), seen: BTreeMap::new(), key: None };
                self.begin(content, span, '{')
            }
            Event::SequenceEnd | Event::MappingEnd => self.finish(span),
            Event::Alias(_) => {
                self.errors.push(alias(self.file, span));
                self.scalar("alias".to_owned(), false, span)
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                self.errors.push(
                    Diagnostic::error("S007", "a file holds one document only")
                        .at(self.file, span)
                        .label("a second document starts here")
                        .help("remove the `---`, or put what follows into a file of its own"),
                );
                false
            }
            _ => true,
        }
    }

    fn refuse(&mut self, anchor: usize, tag: Option<&saphyr_parser::Tag>, span: Span) {
        let place = Span::new(span.start, span.start + 1);
        if anchor > 0 {
            self.errors.push(
                Diagnostic::error("S008", "anchors (`&name`) are not used in these files")
                    .at(self.file, place)
                    .label("an anchor")
                    .help(
                        "write the value out where it is needed: with no anchors a file can never grow when it is read",
                    ),
            );
        }
        if tag.is_some() {
            let rest = self.text.get(span.start..).unwrap_or_default();
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let written = quote(rest.get(..end).unwrap_or_default());
            self.errors.push(tagged(self.file, place, &written));
        }
    }

    fn begin(&mut self, content: Content, span: Span, bracket: char) -> bool {
        let flow = self.text.get(span.start..).is_some_and(|rest| rest.starts_with(bracket)) && span.end > span.start;
        let key = self.wants_key();
        if key {
            let thing = if bracket == '[' { "a list" } else { "a mapping" };
            self.errors.push(
                Diagnostic::error("S013", format!("{thing} stands where a key should"))
                    .at(self.file, Span::new(span.start, span.start + 1))
                    .label("a key is a single word or a text")
                    .help("if a text was meant that begins with a bracket, put it in quotes"),
            );
        }
        if self.open.len() >= MAX_DEPTH {
            self.errors.push(deep(self.file, span.start));
            return false;
        }
        // Of a list that is no further in than its key, saphyr gives the first item's place.
        let dash = match self.open.last() {
            Some(Open { content: Content::Map { key: Some((_, at, _)), .. }, .. }) if bracket == '[' && !flow => {
                self.find(at.end, ':').and_then(|colon| self.find(colon + 1, '-'))
            }
            _ => None,
        };
        let start = dash.unwrap_or(span.start);
        self.open.push(Open { start, end: start, flow, content, key });
        self.count(span)
    }

    fn count(&mut self, span: Span) -> bool {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            self.errors.push(
                Diagnostic::error("S011", format!("more than {MAX_NODES} values in one file"))
                    .at(self.file, Span::new(span.start, span.start + 1))
                    .label("one too many")
                    .help("split the file"),
            );
        }
        self.nodes <= MAX_NODES
    }

    fn wants_key(&self) -> bool {
        self.open.last().is_some_and(|o| matches!(o.content, Content::Map { key: None, .. }))
    }

    fn finish(&mut self, span: Span) -> bool {
        let Some(open) = self.open.pop() else {
            return true;
        };
        // saphyr lets a closing bracket's place run on over white space and comments.
        let end = if open.flow { span.start + 1 } else { open.end };
        let (start, node) = match open.content {
            Content::List(items) => (open.start, Node::List(items)),
            Content::Map { entries, .. } => {
                let first = entries.first().filter(|_| !open.flow);
                let start = first.map_or(open.start, |e| e.key_span.start);
                (start, Node::Map(entries))
            }
        };
        let span = Span::new(start, end.max(start));
        if open.key {
            self.key(String::new(), span, false);
            true
        } else {
            self.value(Tree { span, node });
            true
        }
    }

    fn scalar(&mut self, text: String, plain: bool, span: Span) -> bool {
        let bare = plain && text.is_empty();
        let span = if bare { self.gap(span) } else { self.trimmed(span) };
        if self.wants_key() {
            self.key(text, span, plain);
            return true;
        }
        self.value(Tree { span, node: Node::Scalar(Scalar { text, plain }) });
        self.count(span)
    }

    /// A block scalar's place runs to the next line.
    fn trimmed(&self, span: Span) -> Span {
        let body = self.text.get(span.start..span.end).unwrap_or_default();
        let end = span.start + body.trim_end_matches([' ', '\t', '\r', '\n']).len();
        Span::new(span.start, end)
    }

    /// The place of an empty value: after the colon, or the dash. saphyr gives that of the token after it.
    fn gap(&self, span: Span) -> Span {
        let (from, mark) = match self.open.last() {
            Some(Open { content: Content::Map { key: Some((_, at, _)), .. }, .. }) => (at.end, ':'),
            Some(Open { content: Content::Map { .. }, .. }) | None => return Span::new(span.start, span.start),
            Some(open) => (open.end, '-'),
        };
        match (self.find(from, mark), mark) {
            (Some(at), ':') => Span::new(at + 1, at + 1),
            (Some(at), _) => Span::new(at, at + 1),
            (None, _) => Span::new(from, from),
        }
    }

    /// The next thing after `from` that is neither white space nor a comment, if it is `mark`.
    fn find(&self, from: usize, mark: char) -> Option<usize> {
        let mut at = from;
        for line in self.text.get(from..)?.split_inclusive('\n') {
            let body = line.trim_start_matches([' ', '\t', '\r', '\n']);
            if body.starts_with(mark) {
                return Some(at + line.len() - body.len());
            }
            if !body.is_empty() && !body.starts_with('#') {
                return None;
            }
            at += line.len();
        }
        None
    }

    fn key(&mut self, text: String, span: Span, plain: bool) {
        if plain && text == "<<" {
            self.errors.push(
                Diagnostic::error("S008", "merge keys (`<<`) are not used in these files")
                    .at(self.file, span)
                    .label("a merge key")
                    .help("write the keys out where they are needed"),
            );
        }
        if plain && text.is_empty() {
            self.errors.push(
                Diagnostic::error("S013", "a key is missing")
                    .at(self.file, span)
                    .label("nothing stands before the colon")
                    .help("write `key: value`"),
            );
        }
        if let Some(Open { end, content: Content::Map { key, .. }, .. }) = self.open.last_mut() {
            *end = span.end.max(*end);
            *key = Some((text, span, plain));
        }
    }

    fn value(&mut self, tree: Tree) {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(tree);
            return;
        };
        open.end = open.end.max(tree.span.end);
        match &mut open.content {
            Content::List(items) => items.push(tree),
            Content::Map { entries, seen, key } => {
                let Some((key, key_span, _)) = key.take() else {
                    return;
                };
                if let Some(first) = seen.get(&key) {
                    // An empty key was complained about already.
                    if !key.is_empty() {
                        self.errors.push(
                            Diagnostic::error("S006", format!("the key {} stands twice", quote(&key)))
                                .at(self.file, key_span)
                                .label("again here")
                                .also(*first, "first here")
                                .help("remove one of them, or rename it if another key was meant"),
                        );
                    }
                } else {
                    seen.insert(key.clone(), key_span);
                    entries.push(Entry { key, key_span, value: tree });
                }
            }
        }
    }

    fn syntax(&mut self, error: &ScanError) {
        let at = self.index.byte(self.text, error.marker().index());
        let info = error.info();
        if info.contains("unknown anchor") {
            self.errors.push(alias(self.file, Span::new(at, at + 1)));
            return;
        }
        if info.contains("recursion limit") {
            self.errors.push(deep(self.file, at));
            return;
        }
        if info.contains("handle wasn't declared") {
            self.errors.push(tagged(self.file, Span::new(at, at + 1), "`!`"));
            return;
        }
        if let Some(tab) = self.tab(at, info) {
            self.errors.push(
                Diagnostic::error("S004", "a tab is used for indentation")
                    .at(self.file, Span::new(tab, tab + 1))
                    .label("a tab")
                    .help("YAML is indented with spaces: replace each tab by two spaces"),
            );
            return;
        }
        let (title, label, help) = worded(info);
        let rest = self.text.get(at..).unwrap_or_default();
        let width = rest.chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
        let mut diag =
            Diagnostic::error("S005", title).at(self.file, Span::new(at, at + width)).label(label).help(help);
        if let Some(open) = self.open.iter().rev().find(|o| o.flow) {
            diag = diag.also(Span::new(open.start, open.start + 1), "this bracket is still open");
        }
        self.errors.push(diag);
    }

    /// The tab in the indentation of the line of an error or of the one before.
    fn tab(&self, at: usize, info: &str) -> Option<usize> {
        let before = self.text.get(..at).unwrap_or_default();
        let here = before.rfind('\n').map_or(0, |n| n + 1);
        let above = before.get(..here.saturating_sub(1)).and_then(|b| b.rfind('\n')).map_or(0, |n| n + 1);
        let below = self.text.get(here..).and_then(|t| t.find('\n')).map(|n| here + n + 1);
        let starts =
            if info.contains("tab") { [Some(here), below, Some(above)] } else { [Some(here), Some(above), None] };
        starts.into_iter().flatten().find_map(|start| {
            let line = self.text.get(start..).unwrap_or_default();
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            line.get(..indent).and_then(|i| i.find('\t')).map(|t| start + t)
        })
    }
}

/// The place of a scalar up to its closing quotation mark: saphyr lets it run on over white space and a comment.
fn closed(text: &str, style: ScalarStyle, span: Span) -> Span {
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
            '"' if double => return Span::new(span.start, span.start + at + 2),
            '\'' if !double && chars.next_if(|(_, next)| *next == '\'').is_none() => {
                return Span::new(span.start, span.start + at + 2);
            }
            _ => {}
        }
    }
    span
}

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
/// A `#` inside a scalar is none. In a file that cannot be read, what follows the error is judged by white space alone.
#[must_use]
pub fn comments(text: &str) -> Vec<Comment> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let index = Index::new(text);
    let mut scalars: Vec<Span> = Vec::new();
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text).map_while(Result::ok) {
        match event {
            (Event::Scalar(value, style, ..), place) if !(value.is_empty() && style == ScalarStyle::Plain) => {
                let start = index.byte(text, place.start.index());
                let end = index.byte(text, place.end.index()).max(start);
                scalars.push(closed(text, style, Span::new(start, end)));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Sources, Style, render};
    use crate::format::tree::Step;
    use proptest::prelude::*;

    fn tree(text: &str) -> Tree {
        match parse("f.yaml", text.as_bytes()) {
            Ok((_, tree)) => tree,
            Err(diags) => panic!("{text:?}: {diags:#?}"),
        }
    }

    fn bad(bytes: impl AsRef<[u8]>) -> String {
        let file = SourceFile::from_bytes("f.yaml", bytes.as_ref());
        let diags = parse("f.yaml", bytes.as_ref()).unwrap_err();
        render(&diags, &Sources::from([(file.name.clone(), file)]), Style::Plain)
    }

    fn slice(text: &str, span: Span) -> &str {
        &text[span.start..span.end]
    }

    /// Every place in a tree with its text, keys with a colon.
    fn places(text: &str, tree: &Tree, out: &mut Vec<String>) {
        match &tree.node {
            Node::Scalar(_) => out.push(slice(text, tree.span).to_owned()),
            Node::List(items) => {
                out.push(slice(text, tree.span).to_owned());
                items.iter().for_each(|i| places(text, i, out));
            }
            Node::Map(entries) => {
                out.push(slice(text, tree.span).to_owned());
                for e in entries {
                    out.push(format!("{}:", slice(text, e.key_span)));
                    places(text, &e.value, out);
                }
            }
        }
    }

    #[test]
    fn places_are_byte_exact() {
        let text = "é: {ü: [a , \"b ü\" ] , c: 'd'}   # x\r\nlist:\r\n  - \r\n  - k: v\r\n    l:\r\n  # c\r\n  -\r\nt: |\r\n  one\r\n  two\r\n\r\nlast: ~\r\n";
        for text in [text.to_owned(), text.replace("\r\n", "\n")] {
            let mut out = Vec::new();
            let tree = tree(&text);
            places(&text, &tree, &mut out);
            let eol = if text.contains('\r') { "\r\n" } else { "\n" };
            let long = |s: &str| s.replace('\n', eol);
            assert_eq!(slice(&text, tree.span), text.trim_end());
            assert_eq!(
                out[1..],
                [
                    "é:",
                    "{ü: [a , \"b ü\" ] , c: 'd'}",
                    "ü:",
                    "[a , \"b ü\" ]",
                    "a",
                    "\"b ü\"",
                    "c:",
                    "'d'",
                    "list:",
                    &long("- \n  - k: v\n    l:\n  # c\n  -"),
                    "-",
                    &long("k: v\n    l:"),
                    "k:",
                    "v",
                    "l:",
                    "",
                    "-",
                    "t:",
                    &long("one\n  two"),
                    "last:",
                    "~",
                ]
            );
            let empty = tree.at(&[Step::Key("list"), Step::Index(1), Step::Key("l")]).unwrap();
            assert!(text[..empty.span.start].ends_with("l:"));
            assert_eq!(tree.at(&[Step::Key("list"), Step::Index(3)]), None);
        }
        assert_eq!(parse("f", b"\xEF\xBB\xBFa: 1").unwrap().1, tree("a: 1"));
        assert_eq!(slice("x:\n- a\n- b\ny: 1", tree("x:\n- a\n- b\ny: 1").get("x").unwrap().span), "- a\n- b");
    }

    #[test]
    fn comments_are_found_and_hashes_in_values_are_not() {
        let text = "# one\na: b # two\nc: 'x # y' # three\nd: x#y\ne: |\n  # text\n  z\n  # four? no\n\n# five\nf: [a, # six\n  b] # seven\n# eight";
        let found: Vec<(usize, String)> = comments(text).into_iter().map(|c| (c.line, c.text)).collect();
        assert!(comments(text).iter().all(|c| text[c.start..].starts_with(&c.text)));
        assert_eq!(
            found,
            [
                (1, "# one"),
                (2, "# two"),
                (3, "# three"),
                (10, "# five"),
                (11, "# six"),
                (12, "# seven"),
                (13, "# eight")
            ]
            .map(|(l, c)| (l, c.to_owned()))
        );
        assert!(comments("").is_empty());
    }

    #[test]
    fn every_refusal_has_its_words() {
        insta::assert_snapshot!(bad(""), @r#"
        error[S001]: this file is empty
         --> f.yaml:1:1
          |
        1 |
          | ^ nothing to read
          = help: the first key says what the file is, as in `scenario: What it shows`
        "#);
        insta::assert_snapshot!(bad("# only\n# comments\n"), @r#"
        error[S001]: this file holds only comments
         --> f.yaml:1:1
          |
        1 | # only
          | ^ nothing to read
          = help: the first key says what the file is, as in `scenario: What it shows`
        "#);
        insta::assert_snapshot!(bad(b"a: 1\nb: caf\xe9\n"), @r#"
        error[S002]: this file is not UTF-8: see byte offset 11, in line 2
         --> f.yaml:2:7
          |
        2 | b: caf�
          |       ^ the byte 0xE9 has no meaning here
          = help: save it again with the encoding UTF-8
        "#);
        insta::assert_snapshot!(bad("a:\n\tb: 1\n"), @r#"
        error[S004]: a tab is used for indentation
         --> f.yaml:2:1
          |
        2 |  b: 1
          | ^ a tab
          = help: YAML is indented with spaces: replace each tab by two spaces
        "#);
        insta::assert_snapshot!(bad("a: b: c\n"), @r#"
        error[S005]: a `:` where no key can stand
         --> f.yaml:1:5
          |
        1 | a: b: c
          |     ^ this colon makes a second key
          = help: if the colon belongs to the value, put the value in quotes; otherwise check the indentation against the line above
        "#);
        insta::assert_snapshot!(bad("a: {b: 1, c: 2\nd: 3\n"), @r#"
        error[S005]: a `{` that is not closed, or a missing comma
         --> f.yaml:2:2
          |
        1 | a: {b: 1, c: 2
          |    - this bracket is still open
        2 | d: 3
          |  ^ a `,` or a `}` was expected here
          = help: separate the entries with commas and close the bracket: `{a: 1, b: 2}`
        "#);
        insta::assert_snapshot!(bad("a: 1\nb: 2\n\nc: 3\nd: 4\na: 5\nb: 6\n"), @r#"
        error[S006]: the key `a` stands twice
         --> f.yaml:6:1
          |
        1 | a: 1
          | - first here
        ...
        6 | a: 5
          | ^ again here
          = help: remove one of them, or rename it if another key was meant

        error[S006]: the key `b` stands twice
         --> f.yaml:7:1
          |
        2 | b: 2
          | - first here
        ...
        7 | b: 6
          | ^ again here
          = help: remove one of them, or rename it if another key was meant
        "#);
        insta::assert_snapshot!(bad("a: 1\n---\nb: 2\n"), @r#"
        error[S007]: a file holds one document only
         --> f.yaml:2:1
          |
        2 | ---
          | ^^^ a second document starts here
          = help: remove the `---`, or put what follows into a file of its own
        "#);
        insta::assert_snapshot!(bad("a: &x 1\nb: *x\nc: {<<: 1}\nd: !!str 2\n"), @r#"
        error[S008]: anchors (`&name`) are not used in these files
         --> f.yaml:1:4
          |
        1 | a: &x 1
          |    ^ an anchor
          = help: write the value out where it is needed: with no anchors a file can never grow when it is read

        error[S008]: aliases (`*name`) are not used in these files
         --> f.yaml:2:4
          |
        2 | b: *x
          |    ^^ an alias
          = help: write the value out; if a text was meant that begins with `*`, put it in quotes

        error[S008]: merge keys (`<<`) are not used in these files
         --> f.yaml:3:5
          |
        3 | c: {<<: 1}
          |     ^^ a merge key
          = help: write the keys out where they are needed

        error[S009]: YAML tags (`!!str`) are not used in these files
         --> f.yaml:4:4
          |
        4 | d: !!str 2
          |    ^ a tag
          = help: leave it out; if a text was meant that begins with `!`, put it in quotes
        "#);
        insta::assert_snapshot!(bad("a: *x\n"), @r#"
        error[S008]: aliases (`*name`) are not used in these files
         --> f.yaml:1:4
          |
        1 | a: *x
          |    ^ an alias
          = help: write the value out; if a text was meant that begins with `*`, put it in quotes
        "#);
        insta::assert_snapshot!(bad("- a\n"), @r#"
        error[S012]: the top level of a file must be `key: value` lines
         --> f.yaml:1:1
          |
        1 | - a
          | ^^^ this is a list
          = help: the first key says what the file is, as in `scenario: What it shows`
        "#);
        insta::assert_snapshot!(bad("? [a]\n: 1\n? {b: 1}\n: 2\n"), @r#"
        error[S013]: a list stands where a key should
         --> f.yaml:1:3
          |
        1 | ? [a]
          |   ^ a key is a single word or a text
          = help: if a text was meant that begins with a bracket, put it in quotes

        error[S013]: a mapping stands where a key should
         --> f.yaml:3:3
          |
        3 | ? {b: 1}
          |   ^ a key is a single word or a text
          = help: if a text was meant that begins with a bracket, put it in quotes
        "#);
        insta::assert_snapshot!(bad("a: 'x\n"), @r#"
        error[S005]: a quotation mark that is never closed
         --> f.yaml:1:4
          |
        1 | a: 'x
          |    ^ the text that begins here has no end
          = help: close it with the same quotation mark
        "#);
        insta::assert_snapshot!(bad("a: 1\n  b: 2\n"), @r#"
        error[S005]: a `:` where no key can stand
         --> f.yaml:2:4
          |
        2 |   b: 2
          |    ^ this colon makes a second key
          = help: if the colon belongs to the value, put the value in quotes; otherwise check the indentation against the line above
        "#);
        insta::assert_snapshot!(bad("a: @b\n"), @r#"
        error[S005]: a character that cannot begin a value
         --> f.yaml:1:4
          |
        1 | a: @b
          |    ^ this needs quotes
          = help: put the value in quotes: `%`, `@` and the backtick cannot begin one
        "#);
    }

    #[test]
    fn hostile_files_are_refused_and_cheap() {
        let out = bad("[".repeat(10_000_000));
        assert!(out.starts_with("error[S010]"), "{out}");
        assert!(bad("{a: ".repeat(2_500_000)).starts_with("error[S010]"));
        assert!(bad("- ".repeat(5_000_000)).starts_with("error[S010]"));
        assert!(bad("a".repeat(MAX_BYTES + 1)).starts_with("error[S003]"));
        assert!(bad(format!("a: [{}]", "1,".repeat(MAX_NODES))).starts_with("error[S011]"));
        assert!(bad("a".repeat(1_000_000)).len() < 2_000);
        assert!(bad("a: 1\n".repeat(100_000)).matches("error[").count() == MAX_ERRORS);
        assert!(comments(&"[".repeat(1_000_000)).is_empty());
    }

    const VALID: &str = "scenario: A shared réception\ncites: [P3.2, Q7]\ngiven:\n  people:   # c\n    asha: {}\n    ben:  {phone: {app: 'x', clock: +20s}}\nwhen:\n  - day: Mon 2023-09-18\n  - {at: 09:30, who: \"a\\n\", with: [ben]}\ntext: |\n  a\n  b\n";

    fn document() -> impl Strategy<Value = serde_yaml::Value> {
        use serde_yaml::Value;
        let leaf = prop_oneof![
            "[a-z][a-zé :#'\"-]{0,8}[a-z]".prop_map(Value::String),
            any::<i64>().prop_map(|i| Value::Number(i.into())),
            any::<bool>().prop_map(Value::Bool),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Sequence),
                prop::collection::btree_map("[a-zé]{1,6}", inner, 0..5)
                    .prop_map(|m| { Value::Mapping(m.into_iter().map(|(k, v)| (Value::String(k), v)).collect()) }),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Err(diags) = parse("f", &bytes) {
                prop_assert!(!diags.is_empty());
                bad(&bytes);
            }
            let _ = comments(&String::from_utf8_lossy(&bytes));
        }

        #[test]
        fn any_yaml_like_text_is_read_or_refused(text in "[-a:{}\\[\\],#&*!|>'\"%@`?\n\r\t é\u{feff}\\\\0]{0,40}") {
            if parse("f", text.as_bytes()).is_err() {
                bad(&text);
            }
            let _ = comments(&text);
        }

        #[test]
        fn a_damaged_file_is_read_or_refused(at in 0..VALID.len(), len in 0..6_usize, put in prop::collection::vec(any::<u8>(), 0..4)) {
            let mut bytes = VALID.as_bytes().to_vec();
            let end = (at + len).min(bytes.len());
            bytes.splice(at..end, put);
            if parse("f", &bytes).is_err() {
                bad(&bytes);
            }
        }

        #[test]
        fn clean_documents_agree_with_serde(value in document()) {
            let text = serde_yaml::to_string(&BTreeMap::from([("root", &value)])).unwrap();
            let expected: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
            prop_assert_eq!(tree(&text).to_value(), expected);
        }
    }
}

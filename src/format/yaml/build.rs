//! The builder of a tree from the events of the YAML parser.
//!
//! Promises exact places also where the parser's own are not, and bounds on depth and number. Deliberately reads no
//! comments.

use super::faults::{alias, deep, empty, lookalike, tagged, worded};
use super::limits::{MAX_DEPTH, MAX_ERRORS};
use super::places::{Index, closed};
use crate::diagnostic::{Diagnostic, Lookalike, SourceSpan, lookalikes, quote};
use crate::format::tree::{MAX_NODES, MapEntry, Node, Scalar, ScalarKind, Tree};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};
use std::collections::BTreeMap;

/// A list or mapping that is still open.
struct Open {
    start: usize,
    /// The end of the last value inside.
    end: usize,
    /// Whether it is in brackets.
    flow: bool,
    content: Content,
    /// Whether it stands in the place of a key.
    key: bool,
}

enum Content {
    List(Vec<Tree>),
    Map { entries: Vec<MapEntry>, seen: BTreeMap<String, SourceSpan>, key: Option<(String, SourceSpan, bool)> },
}

/// A tree that is being built.
pub struct Builder<'a> {
    file: &'a str,
    text: &'a str,
    index: Index,
    open: Vec<Open>,
    nodes: usize,
    root: Option<Tree>,
    errors: Vec<Diagnostic>,
}

impl<'a> Builder<'a> {
    /// A builder of the tree of a file.
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, index: Index::new(text), open: Vec::new(), nodes: 0, root: None, errors: Vec::new() }
    }

    /// Builds the tree.
    ///
    /// # Errors
    /// All that is wrong with the file.
    pub fn run(mut self) -> Result<Tree, Vec<Diagnostic>> {
        let mut parser = Parser::new_from_str(self.text);
        while let Some(next) = parser.next_event() {
            let going = match next {
                Ok((event, place)) => {
                    let start = self.index.byte(self.text, place.start.index());
                    let end = self.index.byte(self.text, place.end.index()).max(start);
                    self.event(event, SourceSpan::new(start, end))
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
                Node::Scalar(s) if s.kind() == ScalarKind::Null && s.text.is_empty() => {
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

    /// Takes in an event of the parser; returns `false` where reading has to stop.
    fn event(&mut self, event: Event<'_>, span: SourceSpan) -> bool {
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

    fn refuse(&mut self, anchor: usize, tag: Option<&saphyr_parser::Tag>, span: SourceSpan) {
        let place = SourceSpan::new(span.start, span.start + 1);
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

    fn begin(&mut self, content: Content, span: SourceSpan, bracket: char) -> bool {
        let flow = self.text.get(span.start..).is_some_and(|rest| rest.starts_with(bracket)) && span.end > span.start;
        let key = self.wants_key();
        if key {
            let thing = if bracket == '[' { "a list" } else { "a mapping" };
            self.errors.push(
                Diagnostic::error("S013", format!("{thing} stands where a key should"))
                    .at(self.file, SourceSpan::new(span.start, span.start + 1))
                    .label("a key is a single word or a text")
                    .help("if a text was meant that begins with a bracket, put it in quotes"),
            );
        }
        if self.open.len() >= MAX_DEPTH {
            self.errors.push(deep(self.file, span.start));
            return false;
        }
        // saphyr gives the place of the first item for a list that is no further indented than its key.
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

    fn count(&mut self, span: SourceSpan) -> bool {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            self.errors.push(
                Diagnostic::error("S011", format!("more than {MAX_NODES} values in one file"))
                    .at(self.file, SourceSpan::new(span.start, span.start + 1))
                    .label("one too many")
                    .help("split the file"),
            );
        }
        self.nodes <= MAX_NODES
    }

    fn wants_key(&self) -> bool {
        self.open.last().is_some_and(|o| matches!(o.content, Content::Map { key: None, .. }))
    }

    fn finish(&mut self, span: SourceSpan) -> bool {
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
        let span = SourceSpan::new(start, end.max(start));
        if open.key {
            self.key(String::new(), span, false);
            true
        } else {
            self.value(Tree { span, node });
            true
        }
    }

    fn scalar(&mut self, text: String, plain: bool, span: SourceSpan) -> bool {
        let bare = plain && text.is_empty();
        let span = if bare { self.gap(span) } else { self.trimmed(span) };
        if self.wants_key() {
            self.key(text, span, plain);
            return true;
        }
        self.value(Tree { span, node: Node::Scalar(Scalar { text, plain }) });
        self.count(span)
    }

    /// The place without white space at its end: that of a block scalar runs on to the next line.
    fn trimmed(&self, span: SourceSpan) -> SourceSpan {
        let body = self.text.get(span.start..span.end).unwrap_or_default();
        let end = span.start + body.trim_end_matches([' ', '\t', '\r', '\n']).len();
        SourceSpan::new(span.start, end)
    }

    /// The place of an empty value: after the colon, or the dash. saphyr gives that of the token after it.
    fn gap(&self, span: SourceSpan) -> SourceSpan {
        let (from, mark) = match self.open.last() {
            Some(Open { content: Content::Map { key: Some((_, at, _)), .. }, .. }) => (at.end, ':'),
            Some(Open { content: Content::Map { .. }, .. }) | None => return SourceSpan::new(span.start, span.start),
            Some(open) => (open.end, '-'),
        };
        match (self.find(from, mark), mark) {
            (Some(at), ':') => SourceSpan::new(at + 1, at + 1),
            (Some(at), _) => SourceSpan::new(at, at + 1),
            (None, _) => SourceSpan::new(from, from),
        }
    }

    /// The place of `mark`, where only white space and comments stand before it from `from` on.
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

    fn key(&mut self, text: String, span: SourceSpan, plain: bool) {
        let raw = self.text.get(span.start..span.end).unwrap_or_default();
        let odd = lookalikes(raw).find(|one| !one.is_quote());
        self.errors.extend(odd.map(|one| lookalike(self.file, span.start, &one, "a key")));
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
                    // An empty key was reported already.
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
                    entries.push(MapEntry { key, key_span, value: tree });
                }
            }
        }
    }

    fn syntax(&mut self, error: &ScanError) {
        let at = self.index.byte(self.text, error.marker().index());
        let info = error.info();
        if info.contains("unknown anchor") {
            self.errors.push(alias(self.file, SourceSpan::new(at, at + 1)));
            return;
        }
        if info.contains("recursion limit") {
            self.errors.push(deep(self.file, at));
            return;
        }
        if info.contains("handle wasn't declared") {
            self.errors.push(tagged(self.file, SourceSpan::new(at, at + 1), "`!`"));
            return;
        }
        if let Some(tab) = self.tab(at, info) {
            self.errors.push(
                Diagnostic::error("S004", "a tab is used for indentation")
                    .at(self.file, SourceSpan::new(tab, tab + 1))
                    .label("a tab")
                    .help("YAML is indented with spaces: replace each tab by two spaces"),
            );
            return;
        }
        if let Some((start, one)) = self.odd_indentation(at) {
            let fault = lookalike(self.file, start, &one, "the indentation");
            // A key that begins with it was reported already.
            if self.errors.iter().all(|told| told.span != fault.span) {
                self.errors.push(fault);
            }
            return;
        }
        let (title, label, help) = worded(info);
        let rest = self.text.get(at..).unwrap_or_default();
        let width = rest.chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
        let mut diag =
            Diagnostic::error("S005", title).at(self.file, SourceSpan::new(at, at + width)).label(label).help(help);
        if let Some(open) = self.open.iter().rev().find(|o| o.flow) {
            diag = diag.also(SourceSpan::new(open.start, open.start + 1), "this bracket is still open");
        }
        self.errors.push(match self.likely_cause(at) {
            Some((place, cause, help)) => diag.also(place, cause).help(help),
            None => diag,
        });
    }

    /// The line of a place and the one above it that holds anything, each with the offset of its start.
    fn near(&self, at: usize) -> impl Iterator<Item = (usize, &'a str)> {
        let text: &'a str = self.text;
        let here = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |n| n + 1);
        let above = text.get(..here).unwrap_or_default().trim_end_matches(['\n', '\r', ' ']);
        let above = above.rfind('\n').map_or(0, |n| n + 1);
        let line = move |start: usize| (start, text.get(start..).and_then(|t| t.lines().next()).unwrap_or_default());
        std::iter::once(line(here)).chain((above < here).then(|| line(above)))
    }

    /// A character in the indentation of the line of an error, or of the one above, that looks like a space.
    fn odd_indentation(&self, at: usize) -> Option<(usize, Lookalike)> {
        self.near(at).find_map(|(start, line)| {
            let body = line.find(|c: char| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}' | '\u{2060}'));
            let indent = line.get(..body.unwrap_or(line.len())).unwrap_or_default();
            lookalikes(indent).next().map(|one| (start, one))
        })
    }

    /// What most likely broke the layout at an error: a mark of YAML that is written with a character that looks like
    /// it, or a colon without its space. The place, its label, and the fix.
    fn likely_cause(&self, at: usize) -> Option<(SourceSpan, &'static str, String)> {
        self.near(at).find_map(|(start, line)| {
            let marks = lookalikes(line).find(|one| one.instead.is_some_and(|c| ":,{}[]#-\"'".contains(c)));
            let marks = marks.filter(|one| one.found >= '\u{ff00}' || line.trim_start().starts_with(one.found));
            if let Some(one) = marks {
                let place = SourceSpan::new(start + one.at, start + one.at + one.len);
                return Some((place, "this looks like a mark of YAML", format!("for {}, {}", one.called(), one.fix())));
            }
            let body = line.trim_start_matches([' ', '-']);
            let (key, value) = body.split_once(':')?;
            let word = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            let glued = word && !value.is_empty() && !value.starts_with([' ', '/']);
            let colon = start + line.len() - body.len() + key.len();
            let fix = || format!("put a space after the colon: `{key}: …`");
            glued.then(|| (SourceSpan::new(colon, colon + 1), "no space follows this colon", fix()))
        })
    }

    /// The tab in the indentation of the line of an error, or of a line next to it.
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

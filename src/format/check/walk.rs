//! The walk through a tree, side by side with its schema.
//!
//! Promises to stop where a file is nothing but mistakes. Deliberately judges lists alone; `mapping` and `scalar` judge
//! the other values.

use crate::counted::counted;
use crate::diagnostic::{Diagnostic, SourceSpan};
use crate::format::schema_node::Schema;
use crate::format::schema_view::{Alts, Noun, SchemaView};
use crate::format::spelling::listed;
use crate::format::text_formats::TextFormat;
use crate::format::tree::{Node, Tree};

/// The number of findings in one tree after which the walk stops.
pub const MAX_FINDINGS: usize = 1_000;

/// The state of a walk.
pub(super) struct Walk<'w> {
    pub(super) schema: &'w SchemaView,
    pub(super) formats: &'w [TextFormat],
    pub(super) file: &'w str,
    /// The findings so far.
    pub(super) out: Vec<Diagnostic>,
}

/// A value under judgement: its place, and its name in messages.
#[derive(Clone, Copy)]
pub(super) struct Subject<'c> {
    pub(super) file: &'c str,
    pub(super) span: SourceSpan,
    pub(super) name: &'c str,
}

impl Subject<'_> {
    /// An error at the place of the value.
    pub(super) fn error(self, code: &'static str, title: String) -> Diagnostic {
        Diagnostic::error(code, title).at(self.file, self.span)
    }
}

impl<'w> Walk<'w> {
    /// Judges a value and everything inside it; `name` is its name in messages.
    pub(super) fn node(&mut self, schema: &'w Schema, noun: Noun<'w>, tree: &Tree, name: &str) {
        if self.out.len() >= MAX_FINDINGS {
            return;
        }
        let alts = self.schema.alternatives(schema, noun);
        if alts.any {
            return;
        }
        match &tree.node {
            Node::Scalar(scalar) => self.scalar(&alts, scalar, tree.span, name),
            Node::List(items) => match alts.lists.first() {
                Some(list) => self.list(list, items, tree.span, name),
                None => self.wrong(&alts, tree, name),
            },
            Node::Map(_) => match self.schema.pick(&alts.maps, tree) {
                Some(picked) => self.mapping(&picked, tree, name),
                None => self.wrong(&alts, tree, name),
            },
        }
    }

    fn list(&mut self, schema: &'w Schema, items: &[Tree], span: SourceSpan, name: &str) {
        let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
        let amiss = match (schema.bound("minItems"), schema.bound("maxItems")) {
            (Some(least), _) if count < least => Some(("few", format!("at least {}", number(least)))),
            (_, Some(most)) if count > most => Some(("many", format!("at most {}", number(most)))),
            _ => None,
        };
        if let Some((which, bound)) = amiss {
            self.out.push(
                Diagnostic::error("S107", format!("{name} has too {which} items"))
                    .at(self.file, span)
                    .label(format!("{} here", number(count)))
                    .help(format!("{name} takes {bound}")),
            );
        }
        let inside = format!("an item of {name}");
        for (at, item) in items.iter().enumerate() {
            let own = schema.each.as_deref().or_else(|| schema.first.get(at));
            if let Some(schema) = own.or(schema.more.as_deref()) {
                self.node(schema, Noun::default(), item, &inside);
            }
        }
    }

    /// The text format that a schema names.
    pub(super) fn text_format(&self, schema: &Schema) -> Option<&'w TextFormat> {
        self.formats.iter().find(|known| Some(known.format) == schema.format.as_deref())
    }

    /// What a schema allows, as a part of a sentence.
    pub(super) fn describe(&self, alts: &Alts<'_>) -> String {
        let mut parts: Vec<String> = Vec::new();
        if alts.boolean {
            parts.push("`true` or `false`".to_owned());
        }
        if !alts.numbers.is_empty() {
            parts.push("a number".to_owned());
        } else if !alts.ints.is_empty() {
            parts.push("a whole number".to_owned());
        }
        for text in &alts.texts {
            let what = self.text_format(text).map_or("text", |format| format.what).to_owned();
            if !parts.contains(&what) {
                parts.push(what);
            }
        }
        match alts.words.as_slice() {
            [] => {}
            [one] => parts.push(format!("`{one}`")),
            [one, two] => parts.push(format!("`{one}` or `{two}`")),
            words => parts.push(format!("one of {}", listed(words))),
        }
        if !alts.lists.is_empty() {
            parts.push("a list".to_owned());
        }
        if !alts.maps.is_empty() {
            parts.push("a mapping".to_owned());
        }
        if parts.is_empty() { "nothing".to_owned() } else { parts.join(", or ") }
    }
}

fn number(count: u64) -> String {
    if count == 0 { "no items".to_owned() } else { counted(count, "item") }
}

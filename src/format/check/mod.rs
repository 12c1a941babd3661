//! Checks a tree against the JSON schema that `schemars` makes of the Rust types, so that the types are the only source.
//!
//! Promises: all mistakes at once (the first [`MAX_FINDINGS`] or so of a file that is nothing but mistakes), each with its place, the nearest right word and what would be allowed; a tree without
//! findings has the shape that serde reads. A mapping with `properties` is always closed. `x-noun` (or `title`) on a schema
//! names the thing in messages; `x-key-format` on a map names the [`TextFormat`] its keys must pass.
//!
//! Deliberately does not: validate any schema (no `not`, `if`, `pattern`, `uniqueItems`), convert values, or look at
//! what a value means beyond its own text.

use serde_json::Value;

use crate::counted::counted;
use crate::diagnostic::{self, Diagnostic, SourceSpan, quote};
use crate::format::schema_view::{Alts, MappingKeys, Noun, array};
use crate::format::tree::{MapEntry, Node, Tree};

mod scalar;
#[cfg(test)]
mod tests;
mod words;

pub(super) use words::listed;
pub use words::nearest;
use words::{article, plain};

/// How one kind of text, a `format` in the schema, is judged.
#[derive(Clone, Copy, Debug)]
pub struct TextFormat {
    /// The schema's `format`.
    pub format: &'static str,
    /// What it is, with examples: "a span of time such as `90s`, `3m`, `2 working days`".
    pub what: &'static str,
    /// Whether a text is one; if not, why.
    pub check: fn(&str) -> Result<(), String>,
}

/// A checker for one schema.
#[derive(Clone, Debug)]
pub struct Checker<'a> {
    pub(super) root: Value,
    pub(super) leaves: &'a [TextFormat],
}

/// After how many findings in one tree the walk stops.
pub const MAX_FINDINGS: usize = 1_000;

/// Where the walk is: the name of the place in titles and the file.
#[derive(Clone, Copy)]
struct Ctx<'c> {
    file: &'c str,
    name: &'c str,
}

impl<'a> Checker<'a> {
    /// A checker for a root schema with the given judges of texts.
    #[must_use]
    pub const fn new(schema: Value, leaves: &'a [TextFormat]) -> Self {
        Self { root: schema, leaves }
    }

    /// Checks a tree against the definition named `at`, or the root if that is empty; `what` names the whole thing,
    /// with its article ("a scenario"). The findings are sorted by place.
    #[must_use]
    pub fn check(&self, file: &str, tree: &Tree, at: &str, what: &str) -> Vec<Diagnostic> {
        let schema = if at.is_empty() { Some(&self.root) } else { self.definition(at) };
        let bare = what.strip_prefix("a ").or_else(|| what.strip_prefix("an ")).unwrap_or(what);
        let noun = Noun { explicit: Some(bare.to_owned()), ..Noun::default() };
        let mut out = Vec::new();
        if let Some(schema) = schema {
            self.node(schema, noun, tree, Ctx { file, name: what }, &mut out);
        }
        diagnostic::sort(&mut out);
        out
    }

    fn node(&self, schema: &Value, noun: Noun, tree: &Tree, ctx: Ctx<'_>, out: &mut Vec<Diagnostic>) {
        if out.len() >= MAX_FINDINGS {
            return;
        }
        let alts = self.alternatives(schema, noun);
        if alts.any {
            return;
        }
        match &tree.node {
            Node::Scalar(scalar) => self.scalar(&alts, scalar, tree.span, ctx, out),
            Node::List(items) => match alts.lists.first() {
                Some(list) => self.list(list, items, tree.span, ctx, out),
                None => out.push(self.wrong(&alts, tree, ctx)),
            },
            Node::Map(entries) => match self.pick(&alts.maps, tree) {
                Some((map, noun)) => {
                    let many = alts.maps.len() > 1;
                    self.map(map, noun, many, tree.span, entries, tree, ctx, out);
                }
                None => out.push(self.wrong(&alts, tree, ctx)),
            },
        }
    }

    // ---- lists

    fn list(&self, schema: &Value, items: &[Tree], span: SourceSpan, ctx: Ctx<'_>, out: &mut Vec<Diagnostic>) {
        let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
        let least = schema.get("minItems").and_then(Value::as_u64);
        let most = schema.get("maxItems").and_then(Value::as_u64);
        let amiss = match (least, most) {
            (Some(least), _) if count < least => Some(("few", format!("at least {}", number(least)))),
            (_, Some(most)) if count > most => Some(("many", format!("at most {}", number(most)))),
            _ => None,
        };
        if let Some((which, bound)) = amiss {
            out.push(
                Diagnostic::error("S107", format!("{} has too {which} items", ctx.name))
                    .at(ctx.file, span)
                    .label(format!("{} here", number(count)))
                    .help(format!("{} takes {bound}", ctx.name)),
            );
        }
        let name = format!("an item of {}", ctx.name);
        let inside = Ctx { name: &name, ..ctx };
        let each = schema.get("items").filter(|i| !i.is_array());
        let fixed = array(schema, "items");
        for (at, item) in items.iter().enumerate() {
            let rest = schema.get("additionalItems");
            if let Some(schema) = each.or_else(|| fixed.get(at)).or(rest) {
                self.node(schema, Noun::default(), item, inside, out);
            }
        }
    }

    // ---- mappings

    #[expect(clippy::too_many_arguments, reason = "the walk's state, spelled out")]
    fn map(
        &self,
        schema: &Value,
        noun: Noun,
        many: bool,
        span: SourceSpan,
        entries: &[MapEntry],
        tree: &Tree,
        ctx: Ctx<'_>,
        out: &mut Vec<Diagnostic>,
    ) {
        let mut view = MappingKeys::default();
        self.collect(schema, tree, &mut view, 0);
        if many {
            view.tag = view.tag.or_else(|| self.sole_tag(schema, tree));
        }
        let (subject, takes) = subject(&noun, many, view.tag, ctx);
        let mut allowed: Vec<&str> = view.props.iter().map(|(key, _)| *key).collect();
        for key in view.unjudged.iter().chain(view.untold.iter().map(|(key, _)| key)) {
            if !allowed.contains(key) {
                allowed.push(key);
            }
        }
        let free: Vec<&str> = allowed.iter().copied().filter(|known| tree.entry(known).is_none()).collect();
        let mut meant: Vec<&str> = Vec::new();
        for entry in entries {
            if out.len() >= MAX_FINDINGS {
                break;
            }
            let key = entry.key.as_str();
            let name = quote(key);
            let inside = Ctx { name: &name, ..ctx };
            if let Some((_, values)) = view.untold.iter().find(|(tag, _)| *tag == key) {
                self.unknown_tag(values, entry, inside, out);
            } else if let Some((_, schema)) = view.props.iter().find(|(known, _)| *known == key) {
                self.node(schema, Noun::default(), &entry.value, inside, out);
            } else if let Some(extra) = view.extra {
                self.key(&view, entry, ctx, out);
                self.node(extra, Noun::default(), &entry.value, inside, out);
            } else if !view.open && !view.unjudged.contains(&key) {
                let near = nearest(key, &free).or_else(|| nearest(key, &allowed));
                meant.extend(near);
                let label = near.map_or_else(|| "not known here".to_owned(), |k| format!("did you mean `{k}`?"));
                let list = if allowed.is_empty() { "no keys".to_owned() } else { plain(&allowed) };
                out.push(
                    Diagnostic::error("S102", format!("unknown key {name} in {subject}"))
                        .at(ctx.file, entry.key_span)
                        .label(label)
                        .help(format!("{takes} takes {list}")),
                );
            }
        }
        let missing: Vec<&str> = view
            .required
            .iter()
            .copied()
            .filter(|key| tree.entry(key).is_none() && !meant.contains(key))
            .filter(|key| !view.untold.iter().any(|(tag, _)| tag == key))
            .collect();
        for key in missing {
            let prop = view.props.iter().find(|(known, _)| *known == key);
            let help = prop.map_or_else(
                || format!("add `{key}: …`"),
                |(_, schema)| {
                    let alts = self.alternatives(schema, Noun::default());
                    let expected = if alts.any { "a value".to_owned() } else { self.describe(&alts) };
                    format!("add `{key}: …` with {expected}")
                },
            );
            out.push(
                Diagnostic::error("S103", format!("{subject} needs `{key}`"))
                    .at(ctx.file, span)
                    .label(format!("`{key}` is missing"))
                    .help(help),
            );
        }
        for (key, values) in &view.untold {
            if tree.entry(key).is_none() && !meant.contains(key) {
                out.push(
                    Diagnostic::error("S110", format!("{subject} needs `{key}`, which says what kind it is"))
                        .at(ctx.file, span)
                        .label(format!("`{key}` is missing"))
                        .help(format!("`{key}` is one of {}", listed(values))),
                );
            }
        }
    }

    fn unknown_tag(&self, values: &[&str], entry: &MapEntry, ctx: Ctx<'_>, out: &mut Vec<Diagnostic>) {
        let alts = Alts { words: values.to_vec(), ..Alts::default() };
        match &entry.value.node {
            Node::Scalar(scalar) => self.scalar(&alts, scalar, entry.value.span, ctx, out),
            _ => out.push(self.wrong(&alts, &entry.value, ctx)),
        }
    }

    /// Judges a key of a map.
    fn key(&self, view: &MappingKeys<'_>, entry: &MapEntry, ctx: Ctx<'_>, out: &mut Vec<Diagnostic>) {
        let key = entry.key.as_str();
        let leaf = self.leaves.iter().find(|l| Some(l.format) == view.key_format);
        let why = leaf.and_then(|leaf| (leaf.check)(key).err().map(|why| (leaf, why)));
        if let Some((leaf, why)) = why {
            out.push(
                Diagnostic::error("S111", format!("{} cannot be a key of {}", quote(key), ctx.name))
                    .at(ctx.file, entry.key_span)
                    .label(if why.is_empty() { format!("not {}", leaf.what) } else { why })
                    .help(format!("each key is {}", leaf.what)),
            );
        } else if !view.key_words.is_empty() && !view.key_words.contains(&key) {
            let label = nearest(key, &view.key_words)
                .map_or_else(|| "not known here".to_owned(), |k| format!("did you mean `{k}`?"));
            out.push(
                Diagnostic::error("S111", format!("{} cannot be a key of {}", quote(key), ctx.name))
                    .at(ctx.file, entry.key_span)
                    .label(label)
                    .help(format!("each key is one of {}", listed(&view.key_words))),
            );
        }
    }
}

// ---- what things are called

/// What a mapping is called inside a sentence and at the head of "takes".
fn subject(noun: &Noun, many: bool, tag: Option<&str>, ctx: Ctx<'_>) -> (String, String) {
    if let Some(tag) = tag {
        let whole = noun.explicit.as_ref().or(noun.outer.as_ref());
        let last = whole.and_then(|n| n.rsplit(' ').next()).unwrap_or("entry");
        return (format!("{} `{tag}` {last}", article(tag)), format!("`{tag}`"));
    }
    let inner = noun.inner.as_ref().filter(|_| many);
    let text = noun.explicit.as_ref().or(inner).map_or_else(|| ctx.name.to_owned(), |n| format!("{} {n}", article(n)));
    (text.clone(), text)
}

fn number(count: u64) -> String {
    if count == 0 { "no items".to_owned() } else { counted(count, "item") }
}

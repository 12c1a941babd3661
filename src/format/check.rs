//! Checks a tree against the JSON schema that `schemars` makes of the Rust types, so that the types are the only source.
//!
//! Promises: all mistakes at once (the first [`MAX_FINDINGS`] or so of a file that is nothing but mistakes), each with its place, the nearest right word and what would be allowed; a tree without
//! findings has the shape that serde reads. A mapping with `properties` is always closed. `x-noun` (or `title`) on a schema
//! names the thing in messages; `x-key-format` on a map names the [`Leaf`] its keys must pass.
//!
//! Deliberately does not: validate any schema (no `not`, `if`, `pattern`, `uniqueItems`), convert values, or look at
//! what a value means beyond its own text.

use serde_json::Value;

use crate::diagnostic::{self, Diagnostic, Span, quote};
use crate::format::shape::{Alts, Noun, View, array};
use crate::format::tree::{Entry, Kind, Node, Scalar, Tree};

/// How one kind of text, a `format` in the schema, is judged.
#[derive(Clone, Copy, Debug)]
pub struct Leaf {
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
    pub(super) leaves: &'a [Leaf],
}

/// After how many findings in one tree the walk stops.
pub const MAX_FINDINGS: usize = 1_000;
/// How many words a message lists.
const LISTED: usize = 60;
/// Longer words are not compared for likeness.
const LONGEST: usize = 64;

/// Where the walk is: the name of the place in titles and the file.
#[derive(Clone, Copy)]
struct Ctx<'c> {
    file: &'c str,
    name: &'c str,
}

impl<'a> Checker<'a> {
    /// A checker for a root schema with the given judges of texts.
    #[must_use]
    pub const fn new(schema: Value, leaves: &'a [Leaf]) -> Self {
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

    // ---- single values

    fn scalar(&self, alts: &Alts<'_>, scalar: &Scalar, span: Span, ctx: Ctx<'_>, out: &mut Vec<Diagnostic>) {
        let tree = Tree { span, node: Node::Scalar(scalar.clone()) };
        let text = scalar.text.as_str();
        let kind = scalar.kind();
        match kind {
            Kind::Null => {
                if !alts.null {
                    out.push(self.nothing(alts, span, ctx));
                }
                return;
            }
            Kind::Bool if alts.boolean => return,
            Kind::Int if !alts.ints.is_empty() || !alts.numbers.is_empty() => {
                let schema = alts.ints.first().or(alts.numbers.first());
                out.extend(schema.and_then(|s| bounds(s, text, span, ctx)));
                return;
            }
            Kind::Float if !alts.numbers.is_empty() => {
                out.extend(alts.numbers.first().and_then(|s| bounds(s, text, span, ctx)));
                return;
            }
            _ => {}
        }
        let is_text = kind == Kind::Str;
        if is_text && alts.words.contains(&text) {
            return;
        }
        if let Some(diag) = switch(alts, scalar, span, ctx) {
            out.push(diag);
            return;
        }
        // A number or a truth value is a text only where a format says how to read it.
        let mut failed = Vec::new();
        for schema in &alts.texts {
            match self.leaf(schema, "format") {
                Some(leaf) => match (leaf.check)(text) {
                    Ok(()) => return,
                    Err(why) => failed.push((leaf, why)),
                },
                None if is_text || schema.get("format").is_some() => {
                    out.extend(length(schema, text, span, ctx));
                    return;
                }
                None => {}
            }
        }
        if let Some((leaf, why)) = failed.first() {
            let expected = self.describe(alts);
            let label = if why.is_empty() { format!("not {}", leaf.what) } else { why.clone() };
            out.push(
                Diagnostic::error("S108", format!("{} cannot be {}", ctx.name, quote(text)))
                    .at(ctx.file, span)
                    .label(label)
                    .help(format!("write {expected}")),
            );
        } else if !alts.words.is_empty() {
            out.push(self.word(alts, text, span, ctx));
        } else {
            out.push(self.wrong(alts, &tree, ctx));
        }
    }

    fn nothing(&self, alts: &Alts<'_>, span: Span, ctx: Ctx<'_>) -> Diagnostic {
        let expected = self.describe(alts);
        let instead = if ctx.name.starts_with('`') { "leave the key out if it is optional" } else { "remove it" };
        Diagnostic::error("S109", format!("{} has no value", ctx.name))
            .at(ctx.file, span)
            .label("nothing is here")
            .help(format!("write {expected}, or {instead}"))
    }

    fn word(&self, alts: &Alts<'_>, text: &str, span: Span, ctx: Ctx<'_>) -> Diagnostic {
        let label = nearest(text, &alts.words)
            .map_or_else(|| "not one of the words allowed here".to_owned(), |w| format!("did you mean `{w}`?"));
        let mut help = format!("{} is one of {}", ctx.name, listed(&alts.words));
        if !alts.maps.is_empty() || !alts.lists.is_empty() || !alts.ints.is_empty() || !alts.numbers.is_empty() {
            help = format!("write {}", self.describe(alts));
        }
        Diagnostic::error("S104", format!("{} cannot be {}", ctx.name, quote(text)))
            .at(ctx.file, span)
            .label(label)
            .help(help)
    }

    fn wrong(&self, alts: &Alts<'_>, tree: &Tree, ctx: Ctx<'_>) -> Diagnostic {
        let expected = self.describe(alts);
        let scalar = match &tree.node {
            Node::Scalar(scalar) => Some(scalar),
            _ => None,
        };
        let found = match (&tree.node, scalar.map(Scalar::kind)) {
            (Node::List(_), _) => "this is a list",
            (Node::Map(_), _) => "this is a mapping",
            (_, Some(Kind::Bool)) => "this is a truth value",
            (_, Some(Kind::Int)) => "this is a number",
            (_, Some(Kind::Float)) => "this is a number with a fraction",
            (_, Some(Kind::Null)) => "nothing is here",
            _ => "this is text",
        };
        let numeric = !alts.ints.is_empty() || !alts.numbers.is_empty();
        let shown = scalar.map(|s| s.text.as_str()).filter(|t| t.chars().count() <= 40 && !t.contains('\n'));
        let unquoted = scalar.filter(|s| !s.plain).map(|s| Scalar { plain: true, ..s.clone() }.kind());
        let help = match (shown, scalar.map(Scalar::kind), unquoted) {
            (Some(text), Some(Kind::Bool | Kind::Int | Kind::Float), _) if !alts.texts.is_empty() => {
                format!("put it in quotes: `\"{text}\"`")
            }
            (Some(text), _, Some(Kind::Int | Kind::Float)) if numeric => {
                format!("write it without quotes: `{text}`")
            }
            (Some(text), _, Some(Kind::Bool)) if alts.boolean => {
                format!("write it without quotes: `{text}`")
            }
            (_, Some(Kind::Float), _) if numeric => "write a whole number, without a fraction".to_owned(),
            (_, Some(Kind::Str), _) if numeric => {
                "write digits alone, as in `15`: no leading zero, no unit, no separators".to_owned()
            }
            (Some(text), Some(_), _) if !alts.lists.is_empty() => {
                format!("put it in brackets: `[{text}]`")
            }
            (_, Some(_), _) if !alts.maps.is_empty() => {
                "write `{key: value}`, or `key: value` lines further in below it".to_owned()
            }
            _ if tree.items().len() == 1 && alts.maps.is_empty() => {
                "write the one value without the brackets".to_owned()
            }
            (_, None, _) if !alts.maps.is_empty() => {
                "write `key: value` lines, without dashes or square brackets".to_owned()
            }
            (_, None, _) if !alts.lists.is_empty() && alts.texts.is_empty() => {
                "begin each item with a dash, or put the items in square brackets: `[…, …]`".to_owned()
            }
            _ => format!("write {expected}"),
        };
        Diagnostic::error("S101", format!("{} must be {expected}", ctx.name))
            .at(ctx.file, tree.span)
            .label(found)
            .help(help)
    }

    // ---- lists

    fn list(&self, schema: &Value, items: &[Tree], span: Span, ctx: Ctx<'_>, out: &mut Vec<Diagnostic>) {
        let count = u64::try_from(items.len()).unwrap_or(u64::MAX);
        let least = schema.get("minItems").and_then(Value::as_u64);
        let most = schema.get("maxItems").and_then(Value::as_u64);
        let amiss = match (least, most) {
            (Some(least), _) if count < least => Some(("few", format!("at least {}", counted(least)))),
            (_, Some(most)) if count > most => Some(("many", format!("at most {}", counted(most)))),
            _ => None,
        };
        if let Some((which, bound)) = amiss {
            out.push(
                Diagnostic::error("S107", format!("{} has too {which} items", ctx.name))
                    .at(ctx.file, span)
                    .label(format!("{} here", counted(count)))
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
        span: Span,
        entries: &[Entry],
        tree: &Tree,
        ctx: Ctx<'_>,
        out: &mut Vec<Diagnostic>,
    ) {
        let mut view = View::default();
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

    fn unknown_tag(&self, values: &[&str], entry: &Entry, ctx: Ctx<'_>, out: &mut Vec<Diagnostic>) {
        let alts = Alts { words: values.to_vec(), ..Alts::default() };
        match &entry.value.node {
            Node::Scalar(scalar) => self.scalar(&alts, scalar, entry.value.span, ctx, out),
            _ => out.push(self.wrong(&alts, &entry.value, ctx)),
        }
    }

    /// Judges a key of a map.
    fn key(&self, view: &View<'_>, entry: &Entry, ctx: Ctx<'_>, out: &mut Vec<Diagnostic>) {
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

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) { "an" } else { "a" }
}

pub(super) fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().take(LISTED).map(|w| format!("`{w}`")).collect();
    let more = if words.len() > LISTED { ", …" } else { "" };
    format!("{}{more}", quoted.join(", "))
}

fn plain(words: &[&str]) -> String {
    let some: Vec<&str> = words.iter().take(LISTED).copied().collect();
    let more = if words.len() > LISTED { ", …" } else { "" };
    format!("{}{more}", some.join(", "))
}

fn counted(count: u64) -> String {
    match count {
        0 => "no items".to_owned(),
        1 => "1 item".to_owned(),
        more => format!("{more} items"),
    }
}

/// The candidate that was most likely meant: a third of the letters may differ, or all be there in another order.
#[must_use]
pub fn nearest<'w>(text: &str, candidates: &[&'w str]) -> Option<&'w str> {
    let folded = |t: &str| t.to_lowercase().replace(['_', ' '], "-");
    let sorted = |t: &str| {
        let mut letters: Vec<char> = t.chars().collect();
        letters.sort_unstable();
        letters
    };
    if text.len() > LONGEST || text.is_empty() {
        return None;
    }
    let text = folded(text);
    let letters = sorted(&text);
    candidates
        .iter()
        .filter(|c| c.len() <= LONGEST)
        .filter_map(|candidate| {
            let other = folded(candidate);
            let distance = strsim::damerau_levenshtein(&text, &other);
            let longer = text.chars().count().max(other.chars().count());
            let close = distance <= longer / 3 || sorted(&other) == letters;
            close.then_some((distance, *candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `yes`, `no`, `on`, `off`, `True` and the like where a switch is expected, and `true` where a word is.
fn switch(alts: &Alts<'_>, scalar: &Scalar, span: Span, ctx: Ctx<'_>) -> Option<Diagnostic> {
    let worded = alts.words.contains(&"enabled") && alts.words.contains(&"disabled");
    if !alts.boolean && !worded {
        return None;
    }
    let on = match scalar.text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "true" | "y" | "enable" | "enabled" => true,
        "no" | "off" | "false" | "n" | "disable" | "disabled" => false,
        _ => return None,
    };
    let (right, both) = match (worded, on) {
        (true, true) => ("enabled", "`enabled` or `disabled`"),
        (true, false) => ("disabled", "`enabled` or `disabled`"),
        (false, true) => ("true", "`true` or `false`"),
        (false, false) => ("false", "`true` or `false`"),
    };
    let quotes = if scalar.plain { "" } else { ", without quotes" };
    Some(
        Diagnostic::error("S105", format!("{} must be {both}", ctx.name))
            .at(ctx.file, span)
            .label(format!("did you mean `{right}`?"))
            .help(format!(
                "write `{right}`{quotes}: `yes`, `no`, `on` and `off` mean different things to different YAML tools"
            )),
    )
}

/// A number beyond its bounds.
fn bounds(schema: &Value, text: &str, span: Span, ctx: Ctx<'_>) -> Option<Diagnostic> {
    let value: f64 = text.parse().ok()?;
    let limit = |key: &str| schema.get(key).filter(|v| v.is_number());
    let of = |v: &Value| v.as_f64().unwrap_or(0.0);
    let (format_low, format_high) = match schema.get("format").and_then(Value::as_str) {
        Some("int32") => (Some(Value::from(i32::MIN)), Some(Value::from(i32::MAX))),
        Some("uint32") => (Some(Value::from(0)), Some(Value::from(u32::MAX))),
        Some("int64" | "int") => (None, Some(Value::from(i64::MAX))),
        _ => (None, None),
    };
    let low = limit("minimum").or(format_low.as_ref());
    let high = limit("maximum").or(format_high.as_ref());
    let past_int64 = text.parse::<i64>().is_err() && text.parse::<u64>().is_ok();
    let bound = low
        .filter(|v| value < of(v))
        .map(|v| format!("at least {v}"))
        .or_else(|| {
            high.filter(|v| value > of(v) || (past_int64 && v.as_i64().is_some())).map(|v| format!("at most {v}"))
        })
        .or_else(|| limit("exclusiveMinimum").filter(|v| value <= of(v)).map(|v| format!("more than {v}")))
        .or_else(|| limit("exclusiveMaximum").filter(|v| value >= of(v)).map(|v| format!("less than {v}")))?;
    let range = match (low, high) {
        (Some(low), Some(high)) => format!("write a number from {low} to {high}"),
        _ => format!("write a number that is {bound}"),
    };
    Some(
        Diagnostic::error("S106", format!("{} cannot be {}", ctx.name, quote(text)))
            .at(ctx.file, span)
            .label(format!("must be {bound}"))
            .help(range),
    )
}

/// A text that is too short or too long.
fn length(schema: &Value, text: &str, span: Span, ctx: Ctx<'_>) -> Option<Diagnostic> {
    let count = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    let limit = |key: &str| schema.get(key).and_then(Value::as_u64);
    let (label, help) = match (limit("minLength"), limit("maxLength")) {
        (Some(1), _) if count == 0 => ("this is empty".to_owned(), "write a text".to_owned()),
        (Some(least), _) if count < least => {
            (format!("{count} characters"), format!("write at least {least} characters"))
        }
        (_, Some(most)) if count > most => (format!("{count} characters"), format!("write at most {most} characters")),
        _ => return None,
    };
    Some(
        Diagnostic::error("S108", format!("{} cannot be {}", ctx.name, quote(text)))
            .at(ctx.file, span)
            .label(label)
            .help(help),
    )
}

#[cfg(test)]
#[allow(dead_code, reason = "the types are there for their schema")]
mod tests {
    use super::*;
    use crate::diagnostic::{Sources, Style, render};
    use crate::format::yaml;
    use proptest::prelude::*;
    use schemars::JsonSchema;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(JsonSchema, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Card {
        scenario: String,
        runs: Option<u8>,
        share: Option<f64>,
        shared: Option<bool>,
        feature: Option<Feature>,
        tags: Option<OneOrMany>,
        #[schemars(length(min = 1, max = 2))]
        pair: Option<Vec<String>>,
        #[serde(default)]
        people: BTreeMap<String, Person>,
        #[serde(default)]
        #[schemars(extend("x-key-format" = "path"))]
        rules: BTreeMap<String, serde_json::Value>,
        #[serde(default)]
        when: Vec<Row>,
        cases: Option<serde_json::Value>,
    }
    #[derive(JsonSchema, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Feature {
        Enabled,
        Disabled,
    }
    #[derive(JsonSchema, Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    #[derive(JsonSchema, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Person {
        /// The role.
        role: Option<Role>,
        #[serde(default)]
        phone: Phone,
    }
    #[derive(JsonSchema, Deserialize, Default)]
    #[serde(deny_unknown_fields)]
    struct Phone {
        clock: Option<Delay>,
    }
    #[derive(JsonSchema, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Role {
        /// Looks after accounts.
        LocalAdministrator,
        /// Answers the phone.
        Agent,
    }
    #[derive(JsonSchema, Deserialize)]
    #[serde(untagged)]
    enum Row {
        Day(DayRow),
        Act(ActRow),
        Fault(FaultRow),
    }
    #[derive(JsonSchema, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct DayRow {
        day: String,
    }
    #[derive(JsonSchema, Deserialize)]
    struct ActRow {
        at: Delay,
        who: String,
        #[serde(default)]
        with: Vec<String>,
        #[serde(flatten)]
        act: Act,
    }
    #[derive(JsonSchema, Deserialize)]
    #[serde(tag = "do", rename_all = "kebab-case")]
    enum Act {
        /// Signs in.
        SignIn {
            account: Option<String>,
            expect: String,
        },
        Enrol(Enrol),
        Leave,
    }
    #[derive(JsonSchema, Deserialize)]
    struct Enrol {
        account: Option<String>,
        slot: Option<u8>,
    }
    #[derive(JsonSchema, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct FaultRow {
        at: Delay,
        fault: String,
        by: Option<Delay>,
    }
    #[derive(JsonSchema, Deserialize)]
    #[schemars(extend("format" = "delay"))]
    struct Delay(String);

    const LEAVES: &[Leaf] = &[
        Leaf {
            format: "delay",
            what: "a time such as `09:30` or a delay such as `+20s`",
            check: |text| {
                if text.starts_with('+') || text.contains(':') {
                    Ok(())
                } else {
                    Err("no colon and no plus".to_owned())
                }
            },
        },
        Leaf {
            format: "path",
            what: "a dotted path",
            check: |text| {
                if text.contains('.') { Ok(()) } else { Err(String::new()) }
            },
        },
    ];

    fn checker() -> Checker<'static> {
        let schema = schemars::generate::SchemaSettings::draft07().into_generator().into_root_schema_for::<Card>();
        Checker::new(schema.to_value(), LEAVES)
    }

    fn found(text: &str) -> String {
        let (file, tree) = yaml::parse("f.yaml", text.as_bytes()).unwrap();
        let diags = checker().check("f.yaml", &tree, "", "a scenario");
        render(&diags, &Sources::from([(file.name.clone(), file)]), Style::Plain)
    }

    const RIGHT: &str = "scenario: x\nruns: 3\nshare: 1\nshared: true\nfeature: enabled\ntags: [a]\npair: [a]\npeople:\n  asha: {}\n  dee: {role: agent, phone: {clock: +20s}}\nrules: {a.b: 3, c.d: [x]}\nwhen:\n  - day: Mon\n  - {at: 09:30, who: a, do: sign-in, expect: granted}\n  - {at: +2s, who: a, with: [b], do: enrol, slot: 3}\n  - {at: 09:31, who: a, do: leave}\n  - {at: 09:31, fault: x, by: null}\ncases: {any: [thing]}\n";

    #[test]
    fn what_is_right_has_no_findings_and_is_read_by_serde() {
        assert_eq!(found(RIGHT), "");
        let (_, tree) = yaml::parse("f", RIGHT.as_bytes()).unwrap();
        let card: Card = serde_yaml::from_value(tree.to_value()).unwrap();
        assert_eq!(card.when.len(), 5);
        let by_name = checker().check("f", tree.get("people").unwrap().get("dee").unwrap(), "Person", "a person");
        assert_eq!(by_name, []);
    }

    #[test]
    fn unknown_keys() {
        insta::assert_snapshot!(found("scenario: x\nwhen:\n  - {at: 08:30, who: gwen, do: sign-in, acount: gwen, expect: granted}\n"), @r#"
        error[S102]: unknown key `acount` in a `sign-in` row
         --> f.yaml:3:41
          |
        3 |   - {at: 08:30, who: gwen, do: sign-in, acount: gwen, expect: granted}
          |                                         ^^^^^^ did you mean `account`?
          = help: `sign-in` takes at, who, with, do, account, expect
        "#);
        insta::assert_snapshot!(found("scenario: x\nwhne: []\nzzz: 1\n"), @r#"
        error[S102]: unknown key `whne` in a scenario
         --> f.yaml:2:1
          |
        2 | whne: []
          | ^^^^ did you mean `when`?
          = help: a scenario takes scenario, runs, share, shared, feature, tags, pair, people, rules, when, cases

        error[S102]: unknown key `zzz` in a scenario
         --> f.yaml:3:1
          |
        3 | zzz: 1
          | ^^^ not known here
          = help: a scenario takes scenario, runs, share, shared, feature, tags, pair, people, rules, when, cases
        "#);
        insta::assert_snapshot!(found("scenario: x\nwhen:\n  - {day: Mon, month: May}\n  - {at: 1:0, fualt: x}\n  - {dya: Mon}\n"), @r#"
        error[S102]: unknown key `month` in a day row
         --> f.yaml:3:16
          |
        3 |   - {day: Mon, month: May}
          |                ^^^^^ not known here
          = help: a day row takes day

        error[S102]: unknown key `fualt` in a fault row
         --> f.yaml:4:15
          |
        4 |   - {at: 1:0, fualt: x}
          |               ^^^^^ did you mean `fault`?
          = help: a fault row takes at, fault, by

        error[S102]: unknown key `dya` in a day row
         --> f.yaml:5:6
          |
        5 |   - {dya: Mon}
          |      ^^^ did you mean `day`?
          = help: a day row takes day
        "#);
        insta::assert_snapshot!(found("scenario: x\npeople: {asha: {phone: {clok: +2s}}}\n"), @r#"
        error[S102]: unknown key `clok` in `phone`
         --> f.yaml:2:25
          |
        2 | people: {asha: {phone: {clok: +2s}}}
          |                         ^^^^ did you mean `clock`?
          = help: `phone` takes clock
        "#);
        insta::assert_snapshot!(found("scenario: x\nwhen: [{at: 1:0, who: a, do: leave, slot: 1}]\n"), @r#"
        error[S102]: unknown key `slot` in a `leave` row
         --> f.yaml:2:37
          |
        2 | when: [{at: 1:0, who: a, do: leave, slot: 1}]
          |                                     ^^^^ not known here
          = help: `leave` takes at, who, with, do
        "#);
    }

    #[test]
    fn missing_keys_and_kinds() {
        insta::assert_snapshot!(found("runs: 1\n"), @r#"
        error[S103]: a scenario needs `scenario`
         --> f.yaml:1:1
          |
        1 | runs: 1
          | ^^^^^^^ `scenario` is missing
          = help: add `scenario: …` with text
        "#);
        insta::assert_snapshot!(found("scenario: x\nwhen:\n  - {at: 08:30, who: gwen, do: sign-in}\n"), @r#"
        error[S103]: a `sign-in` row needs `expect`
         --> f.yaml:3:5
          |
        3 |   - {at: 08:30, who: gwen, do: sign-in}
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `expect` is missing
          = help: add `expect: …` with text
        "#);
        insta::assert_snapshot!(found("scenario: x\nwhen:\n  - {at: 08:30, who: gwen, expect: granted}\n  - {at: 08:30, who: a, do: sing-in, expect: x}\n"), @r#"
        error[S110]: an act row needs `do`, which says what kind it is
         --> f.yaml:3:5
          |
        3 |   - {at: 08:30, who: gwen, expect: granted}
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `do` is missing
          = help: `do` is one of `sign-in`, `enrol`, `leave`

        error[S104]: `do` cannot be `sing-in`
         --> f.yaml:4:29
          |
        4 |   - {at: 08:30, who: a, do: sing-in, expect: x}
          |                             ^^^^^^^ did you mean `sign-in`?
          = help: `do` is one of `sign-in`, `enrol`, `leave`
        "#);
    }

    #[test]
    fn wrong_types() {
        insta::assert_snapshot!(found("scenario: 12\nruns: '3'\ntags: {a: 1}\npair: a\nshare: x\nwhen: {day: x}\npeople: [asha]\n"), @r#"
        error[S101]: `scenario` must be text
         --> f.yaml:1:11
          |
        1 | scenario: 12
          |           ^^ this is a number
          = help: put it in quotes: `"12"`

        error[S101]: `runs` must be a whole number
         --> f.yaml:2:7
          |
        2 | runs: '3'
          |       ^^^ this is text
          = help: write it without quotes: `3`

        error[S101]: `tags` must be text, or a list
         --> f.yaml:3:7
          |
        3 | tags: {a: 1}
          |       ^^^^^^ this is a mapping
          = help: write text, or a list

        error[S101]: `pair` must be a list
         --> f.yaml:4:7
          |
        4 | pair: a
          |       ^ this is text
          = help: put it in brackets: `[a]`

        error[S101]: `share` must be a number
         --> f.yaml:5:8
          |
        5 | share: x
          |        ^ this is text
          = help: write digits alone, as in `15`: no leading zero, no unit, no separators

        error[S101]: `when` must be a list
         --> f.yaml:6:7
          |
        6 | when: {day: x}
          |       ^^^^^^^^ this is a mapping
          = help: begin each item with a dash, or put the items in square brackets: `[…, …]`

        error[S101]: `people` must be a mapping
         --> f.yaml:7:9
          |
        7 | people: [asha]
          |         ^^^^^^ this is a list
          = help: write `key: value` lines, without dashes or square brackets
        "#);
        insta::assert_snapshot!(found("scenario:\nruns: 1.5\nwhen: [x, ~]\n"), @r#"
        error[S109]: `scenario` has no value
         --> f.yaml:1:10
          |
        1 | scenario:
          |          ^ nothing is here
          = help: write text, or leave the key out if it is optional

        error[S101]: `runs` must be a whole number
         --> f.yaml:2:7
          |
        2 | runs: 1.5
          |       ^^^ this is a number with a fraction
          = help: write a whole number, without a fraction

        error[S101]: an item of `when` must be a mapping
         --> f.yaml:3:8
          |
        3 | when: [x, ~]
          |        ^ this is text
          = help: write `{key: value}`, or `key: value` lines further in below it

        error[S109]: an item of `when` has no value
         --> f.yaml:3:11
          |
        3 | when: [x, ~]
          |           ^ nothing is here
          = help: write a mapping, or remove it
        "#);
    }

    #[test]
    fn values_that_are_not_allowed() {
        insta::assert_snapshot!(found("scenario: x\nruns: 300\nshared: no\nfeature: on\npair: []\npeople: {a: {role: agnet, phone: {clock: 9}}}\nrules: {nodot: 1}\n"), @r#"
        error[S106]: `runs` cannot be `300`
         --> f.yaml:2:7
          |
        2 | runs: 300
          |       ^^^ must be at most 255
          = help: write a number from 0 to 255

        error[S105]: `shared` must be `true` or `false`
         --> f.yaml:3:9
          |
        3 | shared: no
          |         ^^ did you mean `false`?
          = help: write `false`: `yes`, `no`, `on` and `off` mean different things to different YAML tools

        error[S105]: `feature` must be `enabled` or `disabled`
         --> f.yaml:4:10
          |
        4 | feature: on
          |          ^^ did you mean `enabled`?
          = help: write `enabled`: `yes`, `no`, `on` and `off` mean different things to different YAML tools

        error[S107]: `pair` has too few items
         --> f.yaml:5:7
          |
        5 | pair: []
          |       ^^ no items here
          = help: `pair` takes at least 1 item

        error[S104]: `role` cannot be `agnet`
         --> f.yaml:6:20
          |
        6 | people: {a: {role: agnet, phone: {clock: 9}}}
          |                    ^^^^^ did you mean `agent`?
          = help: `role` is one of `local-administrator`, `agent`

        error[S108]: `clock` cannot be `9`
         --> f.yaml:6:42
          |
        6 | people: {a: {role: agnet, phone: {clock: 9}}}
          |                                          ^ no colon and no plus
          = help: write a time such as `09:30` or a delay such as `+20s`

        error[S111]: `nodot` cannot be a key of `rules`
         --> f.yaml:7:9
          |
        7 | rules: {nodot: 1}
          |         ^^^^^ not a dotted path
          = help: each key is a dotted path
        "#);
        insta::assert_snapshot!(found("scenario: x\nshared: 'true'\nfeature: true\npair: [a, b, c]\nruns: -1\n"), @r#"
        error[S105]: `shared` must be `true` or `false`
         --> f.yaml:2:9
          |
        2 | shared: 'true'
          |         ^^^^^^ did you mean `true`?
          = help: write `true`, without quotes: `yes`, `no`, `on` and `off` mean different things to different YAML tools

        error[S105]: `feature` must be `enabled` or `disabled`
         --> f.yaml:3:10
          |
        3 | feature: true
          |          ^^^^ did you mean `enabled`?
          = help: write `enabled`: `yes`, `no`, `on` and `off` mean different things to different YAML tools

        error[S107]: `pair` has too many items
         --> f.yaml:4:7
          |
        4 | pair: [a, b, c]
          |       ^^^^^^^^^ 3 items here
          = help: `pair` takes at most 2 items

        error[S106]: `runs` cannot be `-1`
         --> f.yaml:5:7
          |
        5 | runs: -1
          |       ^^ must be at least 0
          = help: write a number from 0 to 255
        "#);
    }

    #[test]
    fn a_file_of_nothing_but_mistakes_is_cheap() {
        let keys: Vec<String> = (0..150_000).map(|n| format!("k{n}: 1")).collect();
        let rows = "{at: 1, zzz: 2, who: 3, do: 4}, ".repeat(30_000);
        for text in [
            format!("{{{}}}", keys.join(", ")),
            format!("scenario: x\nwhen: [{rows}]\n"),
            format!("scenario: x\npeople: {{{}}}\n", keys.join(", ")),
        ] {
            let out = found(&text);
            assert!(out.matches("error[").count() >= MAX_FINDINGS);
            assert!(out.len() < 2_000_000, "{}", out.len());
        }
    }

    #[test]
    fn likeness() {
        let words = ["account", "at", "do", "expect", "second-factor"];
        assert_eq!(nearest("acount", &words), Some("account"));
        assert_eq!(nearest("od", &words), Some("do"));
        assert_eq!(nearest("Second_Factor", &words), Some("second-factor"));
        assert_eq!(nearest("zebra", &words), None);
        assert_eq!(nearest(&"a".repeat(1_000_000), &words), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// A tree without findings is one that serde reads.
        #[test]
        fn no_findings_means_that_serde_reads_it(at in 0..RIGHT.len(), len in 0..8_usize, put in "[-a-e0-9:{}\\[\\], '~\n]{0,4}") {
            let mut bytes = RIGHT.as_bytes().to_vec();
            let end = (at + len).min(bytes.len());
            bytes.splice(at..end, put.into_bytes());
            if let Ok((_, tree)) = yaml::parse("f", &bytes)
                && checker().check("f", &tree, "", "a scenario").is_empty()
            {
                let read = serde_yaml::from_value::<Card>(tree.to_value());
                prop_assert!(read.is_ok(), "{:?}\n{}", read.err(), String::from_utf8_lossy(&bytes));
            }
        }
    }
}

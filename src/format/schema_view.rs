//! What a JSON schema allows at a place: kinds of value, keys, and the one of several mappings that is meant.
//!
//! Promises to know what `schemars` 1 emits with its draft-07 settings: `$ref` into `definitions`, wrapped references,
//! `Option`, maps, string enums, tagged and flattened enums, and unions of objects told apart by their required keys.
//! Deliberately finds no fault: [`super::check`] judges.

use super::check::{Checker, TextFormat, listed, nearest};
use super::tree::Tree;
use serde_json::Value;

/// How deep references and unions are followed before a schema is taken for a circle.
const CHAIN: usize = 32;

/// What a thing is called.
#[derive(Clone, Debug, Default)]
pub(super) struct Noun {
    /// By its title, `x-noun`, or the caller.
    pub(super) explicit: Option<String>,
    /// By the first definition on the way to it.
    pub(super) outer: Option<String>,
    /// By the last definition on the way to it.
    pub(super) inner: Option<String>,
}

/// What a schema allows, by kind of value.
#[derive(Default)]
pub(super) struct Alts<'s> {
    pub(super) any: bool,
    pub(super) null: bool,
    pub(super) boolean: bool,
    pub(super) ints: Vec<&'s Value>,
    pub(super) numbers: Vec<&'s Value>,
    pub(super) texts: Vec<&'s Value>,
    pub(super) words: Vec<&'s str>,
    pub(super) lists: Vec<&'s Value>,
    pub(super) maps: Vec<(&'s Value, Noun)>,
}

/// The keys of one mapping, all its parts taken together.
#[derive(Default)]
pub(super) struct MappingKeys<'s> {
    pub(super) props: Vec<(&'s str, &'s Value)>,
    pub(super) required: Vec<&'s str>,
    /// The schema of the values of a map.
    pub(super) extra: Option<&'s Value>,
    pub(super) key_format: Option<&'s str>,
    pub(super) key_words: Vec<&'s str>,
    /// The value that picked the variant.
    pub(super) tag: Option<&'s str>,
    /// Keys of variants among which none could be picked: not judged.
    pub(super) unjudged: Vec<&'s str>,
    /// Whether nothing can be said of unknown keys.
    pub(super) open: bool,
    /// Keys that pick a variant and are missing, with the values they may have.
    pub(super) untold: Vec<(&'s str, Vec<&'s str>)>,
}

impl<'a> Checker<'a> {
    pub(super) fn definition(&self, name: &str) -> Option<&Value> {
        let defs = |key: &str| self.root.get(key).and_then(|d| d.get(name));
        defs("definitions").or_else(|| defs("$defs"))
    }

    pub(super) fn resolve<'s>(&'s self, schema: &'s Value) -> Option<(&'s str, &'s Value)> {
        let reference = schema.get("$ref")?.as_str()?;
        if reference == "#" {
            return Some(("", &self.root));
        }
        let name = reference.rsplit('/').next().unwrap_or(reference);
        self.definition(name).map(|found| (name, found))
    }

    pub(super) fn alternatives<'s>(&'s self, schema: &'s Value, noun: Noun) -> Alts<'s> {
        let mut alts = Alts::default();
        self.add(schema, noun, &mut alts, 0);
        alts
    }

    pub(super) fn add<'s>(&'s self, schema: &'s Value, noun: Noun, alts: &mut Alts<'s>, depth: usize) {
        if depth > CHAIN {
            alts.any = true;
            return;
        }
        let Some(object) = schema.as_object() else {
            alts.any |= schema.as_bool() == Some(true);
            return;
        };
        let noun = named(schema, noun, depth);
        if let Some((name, target)) = self.resolve(schema) {
            return self.add(target, called(noun, name), alts, depth + 1);
        }
        let has = |key: &str| object.contains_key(key);
        let all = array(schema, "allOf");
        let objectish = has("properties")
            || has("additionalProperties")
            || has("patternProperties")
            || all.len() > 1
            || types(schema).any(|t| t == "object");
        if !objectish {
            if let [only] = all {
                return self.add(only, noun, alts, depth + 1);
            }
            let branches = union(schema);
            if !branches.is_empty() {
                for branch in branches {
                    self.add(branch, noun.clone(), alts, depth + 1);
                }
                return;
            }
        }
        let mut fixed = array(schema, "enum").to_vec();
        fixed.extend(schema.get("const").cloned());
        if has("enum") || has("const") {
            alts.null |= fixed.iter().any(Value::is_null);
            alts.boolean |= fixed.iter().any(Value::is_boolean);
            if fixed.iter().any(Value::is_number) {
                alts.numbers.push(schema);
            }
            alts.words.extend(array(schema, "enum").iter().filter_map(Value::as_str));
            alts.words.extend(schema.get("const").and_then(Value::as_str));
            return;
        }
        let mut said = false;
        for kind in types(schema) {
            said = true;
            match kind {
                "null" => alts.null = true,
                "boolean" => alts.boolean = true,
                "integer" => alts.ints.push(schema),
                "number" => alts.numbers.push(schema),
                "string" => alts.texts.push(schema),
                "array" => alts.lists.push(schema),
                "object" => alts.maps.push((schema, noun.clone())),
                _ => alts.any = true,
            }
        }
        if !said {
            if objectish {
                alts.maps.push((schema, noun));
            } else {
                alts.any = true;
            }
        }
    }

    pub(super) fn leaf(&self, schema: &Value, key: &str) -> Option<&'a TextFormat> {
        let format = schema.get(key)?.as_str()?;
        self.leaves.iter().find(|l| l.format == format)
    }

    /// What a schema allows, in words.
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
            let what = self.leaf(text, "format").map_or("text", |l| l.what).to_owned();
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

    /// Picks the one of several mappings that a tree is meant to be.
    pub(super) fn pick<'s>(&'s self, maps: &'s [(&'s Value, Noun)], tree: &Tree) -> Option<(&'s Value, Noun)> {
        let schemas: Vec<&Value> = maps.iter().map(|(schema, _)| *schema).collect();
        if schemas.len() > 1
            && let Some(key) = self.tag_key(&schemas)
        {
            let value = tree.get(key).and_then(Tree::text);
            let matching: Vec<&(&Value, Noun)> =
                maps.iter().filter(|(schema, _)| value.is_some() && self.fixed(schema, key, 0) == value).collect();
            // Without a known value the whole union goes on, to say what values there are.
            return self
                .best(matching.iter().map(|(s, _)| *s), tree)
                .map_or_else(|| maps.first().cloned(), |at| matching.get(at).map(|m| (m.0, m.1.clone())));
        }
        let at = self.best(schemas.iter().copied(), tree)?;
        maps.get(at).cloned()
    }

    /// The index of the schema that fits a tree's keys best: by required keys, then known keys, then likeness, then order.
    pub(super) fn best<'s>(&'s self, schemas: impl Iterator<Item = &'s Value>, tree: &Tree) -> Option<usize> {
        let schemas: Vec<&Value> = schemas.collect();
        if let [_] = schemas.as_slice() {
            return Some(0);
        }
        let fit = |schema: &&'s Value| {
            let mut view = MappingKeys::default();
            self.collect(schema, tree, &mut view, 0);
            let untold = view.untold.iter().map(|(key, _)| *key);
            let required: Vec<&str> = view.required.iter().copied().chain(untold).collect();
            let has = |key: &&&str| tree.entry(key).is_some();
            let known = view.props.iter().filter(|(key, _)| tree.entry(key).is_some()).count();
            ((required.iter().filter(has).count(), known), required)
        };
        let fits: Vec<((usize, usize), Vec<&str>)> = schemas.iter().map(fit).collect();
        let top = fits.iter().map(|(keys, _)| *keys).max()?;
        let equal: Vec<usize> = (0..).zip(&fits).filter(|(_, (keys, _))| *keys == top).map(|(at, _)| at).collect();
        if let [only] = equal.as_slice() {
            return Some(*only);
        }
        // Likeness takes long to tell, and only matters between equals.
        let like = |at: &&usize| {
            let required = fits.get(**at).map_or(&[][..], |(_, required)| required.as_slice());
            tree.entries().iter().filter(|e| nearest(&e.key, required).is_some()).count()
        };
        equal.iter().rev().max_by_key(like).copied()
    }

    /// The key at which every one of several mappings has one fixed text.
    pub(super) fn tag_key<'s>(&'s self, schemas: &[&'s Value]) -> Option<&'s str> {
        let (first, rest) = schemas.split_first()?;
        let mut keys = Vec::new();
        self.own_keys(first, &mut keys, 0);
        keys.into_iter()
            .find(|key| self.fixed(first, key, 0).is_some() && rest.iter().all(|s| self.fixed(s, key, 0).is_some()))
    }

    pub(super) fn own_keys<'s>(&'s self, schema: &'s Value, keys: &mut Vec<&'s str>, depth: usize) {
        if depth > CHAIN {
            return;
        }
        if let Some((_, target)) = self.resolve(schema) {
            self.own_keys(target, keys, depth + 1);
        }
        let props = schema.get("properties").and_then(Value::as_object);
        keys.extend(props.into_iter().flatten().map(|(key, _)| key.as_str()));
        for part in array(schema, "allOf") {
            self.own_keys(part, keys, depth + 1);
        }
    }

    /// The one text a mapping must have at a key.
    pub(super) fn fixed<'s>(&'s self, schema: &'s Value, key: &str, depth: usize) -> Option<&'s str> {
        if depth > CHAIN {
            return None;
        }
        let own = schema.get("properties").and_then(|p| p.get(key)).and_then(|prop| {
            let single = match array(prop, "enum") {
                [one] => one.as_str(),
                _ => None,
            };
            prop.get("const").and_then(Value::as_str).or(single)
        });
        own.or_else(|| self.resolve(schema).and_then(|(_, s)| self.fixed(s, key, depth + 1)))
            .or_else(|| array(schema, "allOf").iter().find_map(|s| self.fixed(s, key, depth + 1)))
    }

    /// Takes a mapping's parts together: its own keys, those of what it includes, and those of the variant picked.
    pub(super) fn collect<'s>(&'s self, schema: &'s Value, tree: &Tree, view: &mut MappingKeys<'s>, depth: usize) {
        if depth > CHAIN {
            view.open = true;
            return;
        }
        if let Some((_, target)) = self.resolve(schema) {
            self.collect(target, tree, view, depth + 1);
        }
        let props = schema.get("properties").and_then(Value::as_object);
        for (key, prop) in props.into_iter().flatten() {
            if !view.props.iter().any(|(known, _)| known == key) {
                view.props.push((key, prop));
            }
        }
        for key in array(schema, "required").iter().filter_map(Value::as_str) {
            if !view.required.contains(&key) {
                view.required.push(key);
            }
        }
        let pattern = schema.get("patternProperties").and_then(Value::as_object).and_then(|p| p.values().next());
        match schema.get("additionalProperties").filter(|a| a.as_bool() != Some(false)) {
            Some(extra) => view.extra = Some(extra),
            None => view.extra = view.extra.or(pattern),
        }
        let names = schema.get("propertyNames");
        view.key_format = view
            .key_format
            .or_else(|| schema.get("x-key-format").and_then(Value::as_str))
            .or_else(|| names.and_then(|n| n.get("x-key-format")).and_then(Value::as_str));
        if let Some(names) = names {
            view.key_words = self.alternatives(names, Noun::default()).words;
        }
        for part in array(schema, "allOf") {
            self.collect(part, tree, view, depth + 1);
        }
        self.collect_union(schema, tree, view, depth);
    }

    pub(super) fn collect_union<'s>(
        &'s self,
        schema: &'s Value,
        tree: &Tree,
        view: &mut MappingKeys<'s>,
        depth: usize,
    ) {
        let mut alts = Alts::default();
        for branch in union(schema) {
            self.add(branch, Noun::default(), &mut alts, depth + 1);
        }
        let schemas: Vec<&Value> = alts.maps.iter().map(|(s, _)| *s).collect();
        let picked = match self.tag_key(&schemas) {
            Some(key) => {
                let value = tree.get(key).and_then(Tree::text);
                let fits = |s: &&&Value| value.is_some() && self.fixed(s, key, 0) == value;
                let matching: Vec<&Value> = schemas.iter().filter(fits).copied().collect();
                let at = self.best(matching.iter().copied(), tree);
                let found = at.and_then(|at| matching.get(at).copied());
                if found.is_none() {
                    let values: Vec<&str> = schemas.iter().filter_map(|s| self.fixed(s, key, 0)).collect();
                    view.untold.push((key, values));
                    for schema in &schemas {
                        self.own_keys(schema, &mut view.unjudged, 0);
                    }
                } else if view.tag.is_none() {
                    view.tag = found.and_then(|s| self.fixed(s, key, 0));
                }
                found
            }
            None => {
                let at = self.best(schemas.iter().copied(), tree);
                at.and_then(|at| schemas.get(at).copied())
            }
        };
        if let Some(schema) = picked {
            let required = view.required.clone();
            self.collect(schema, tree, view, depth + 1);
            let used = view.props.iter().any(|(key, _)| tree.entry(key).is_some());
            if alts.null && !used {
                view.required = required;
            }
        }
    }

    /// The tag of a variant that was picked out of a union before its parts were taken together.
    pub(super) fn sole_tag<'s>(&'s self, schema: &'s Value, tree: &Tree) -> Option<&'s str> {
        let mut keys = Vec::new();
        self.own_keys(schema, &mut keys, 0);
        keys.into_iter().find_map(|key| {
            let fixed = self.fixed(schema, key, 0)?;
            (tree.get(key).and_then(Tree::text) == Some(fixed)).then_some(fixed)
        })
    }
}

/// Takes a schema's own name over. The root keeps what the caller called it.
pub(super) fn named(schema: &Value, mut noun: Noun, depth: usize) -> Noun {
    let own = schema.get("x-noun").or_else(|| schema.get("title")).and_then(Value::as_str);
    if let Some(own) = own
        && !(depth == 0 && noun.explicit.is_some())
    {
        noun.explicit = Some(own.to_owned());
    }
    noun
}

/// Takes a definition's name over, in words.
pub(super) fn called(mut noun: Noun, name: &str) -> Noun {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    noun.outer.get_or_insert_with(|| words.clone());
    noun.inner = Some(words);
    noun
}

pub(super) fn array<'s>(schema: &'s Value, key: &str) -> &'s [Value] {
    schema.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

pub(super) fn union(schema: &Value) -> &[Value] {
    let any = array(schema, "anyOf");
    if any.is_empty() { array(schema, "oneOf") } else { any }
}

pub(super) fn types(schema: &Value) -> impl Iterator<Item = &str> {
    let one = schema.get("type").and_then(Value::as_str);
    one.into_iter().chain(array(schema, "type").iter().filter_map(Value::as_str))
}

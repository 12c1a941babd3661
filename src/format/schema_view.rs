//! A view of a JSON schema: the kinds of value that it allows at a place, the keys of a mapping, and the variant of a
//! union that a tree is meant to be.
//!
//! Promises to know what `schemars` 1 emits with its draft-07 settings: `$ref` into `definitions`, wrapped references,
//! `Option`, maps, string enums, tagged and flattened enums, and unions of objects told apart by their required keys.
//! Deliberately judges no tree: [`super::check`] does.

use super::spelling::nearest;
use super::tree::Tree;
use serde_json::Value;

/// How deep references and unions are followed before a schema is taken for circular.
const CHAIN: usize = 32;

/// The noun for a thing in messages.
#[derive(Clone, Debug, Default)]
pub(super) struct Noun {
    /// The noun given by its title, by `x-noun`, or by the caller.
    pub(super) explicit: Option<String>,
    /// The name of the first definition on the way to it.
    pub(super) outer: Option<String>,
    /// The name of the last definition on the way to it.
    pub(super) inner: Option<String>,
}

/// The alternatives that a schema allows, by kind of value.
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

/// A mapping that a tree is meant to be.
#[derive(Clone)]
pub(super) struct Picked<'s> {
    pub(super) schema: &'s Value,
    pub(super) noun: Noun,
    /// Whether it is one variant of a union.
    pub(super) of_several: bool,
}

/// The keys of one mapping, collected from all its parts.
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
    /// Keys of variants among which none could be picked; they are not judged.
    pub(super) unjudged: Vec<&'s str>,
    /// Whether unknown keys cannot be told from known ones.
    pub(super) open: bool,
    /// Keys that pick a variant and are missing or wrong, with the values that they may have.
    pub(super) untold: Vec<(&'s str, Vec<&'s str>)>,
}

/// A root schema, to be looked at place by place.
#[derive(Clone, Debug)]
pub(super) struct SchemaView {
    root: Value,
}

impl SchemaView {
    /// The view of a root schema.
    pub(super) const fn new(root: Value) -> SchemaView {
        SchemaView { root }
    }

    /// The root schema itself.
    pub(super) const fn root(&self) -> &Value {
        &self.root
    }

    /// The definition of this name.
    pub(super) fn definition(&self, name: &str) -> Option<&Value> {
        let defs = |key: &str| self.root.get(key).and_then(|d| d.get(name));
        defs("definitions").or_else(|| defs("$defs"))
    }

    fn resolve<'s>(&'s self, schema: &'s Value) -> Option<(&'s str, &'s Value)> {
        let reference = schema.get("$ref")?.as_str()?;
        if reference == "#" {
            return Some(("", &self.root));
        }
        let name = reference.rsplit('/').next().unwrap_or(reference);
        self.definition(name).map(|found| (name, found))
    }

    /// What a schema allows at its place.
    pub(super) fn alternatives<'s>(&'s self, schema: &'s Value, noun: Noun) -> Alts<'s> {
        let mut alts = Alts::default();
        self.add(schema, noun, &mut alts, 0);
        alts
    }

    fn add<'s>(&'s self, schema: &'s Value, noun: Noun, alts: &mut Alts<'s>, depth: usize) {
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
        let is_mapping = has("properties")
            || has("additionalProperties")
            || has("patternProperties")
            || all.len() > 1
            || types(schema).any(|t| t == "object");
        if !is_mapping {
            if let [only] = all {
                return self.add(only, noun, alts, depth + 1);
            }
            let branches = union(schema);
            if !branches.is_empty() {
                branches.iter().for_each(|branch| self.add(branch, noun.clone(), alts, depth + 1));
                return;
            }
        }
        if has("enum") || has("const") {
            alts.add_constants(schema);
        } else if types(schema).next().is_some() {
            alts.add_types(schema, &noun);
        } else if is_mapping {
            alts.maps.push((schema, noun));
        } else {
            alts.any = true;
        }
    }

    /// Picks the one of several mappings that a tree is meant to be.
    pub(super) fn pick<'s>(&'s self, maps: &[(&'s Value, Noun)], tree: &Tree) -> Option<Picked<'s>> {
        let of_several = maps.len() > 1;
        let picked = |(schema, noun): &(&'s Value, Noun)| Picked { schema, noun: noun.clone(), of_several };
        let schemas: Vec<&Value> = maps.iter().map(|(schema, _)| *schema).collect();
        if of_several && let Some(key) = self.tag_key(&schemas) {
            let value = tree.get(key).and_then(Tree::text);
            let matching: Vec<&(&Value, Noun)> =
                maps.iter().filter(|(schema, _)| value.is_some() && self.fixed(schema, key, 0) == value).collect();
            // Without a known value the whole union goes on, to say what values there are.
            let best = self.best(matching.iter().map(|(schema, _)| *schema), tree);
            return best.map_or_else(|| maps.first(), |at| matching.get(at).copied()).map(picked);
        }
        let at = self.best(schemas.iter().copied(), tree)?;
        maps.get(at).map(picked)
    }

    /// The index of the schema that fits a tree's keys best: by required keys, then known keys, then likeness, then
    /// order.
    fn best<'s>(&'s self, schemas: impl Iterator<Item = &'s Value>, tree: &Tree) -> Option<usize> {
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
    fn tag_key<'s>(&'s self, schemas: &[&'s Value]) -> Option<&'s str> {
        let (first, rest) = schemas.split_first()?;
        let mut keys = Vec::new();
        self.own_keys(first, &mut keys, 0);
        keys.into_iter()
            .find(|key| self.fixed(first, key, 0).is_some() && rest.iter().all(|s| self.fixed(s, key, 0).is_some()))
    }

    fn own_keys<'s>(&'s self, schema: &'s Value, keys: &mut Vec<&'s str>, depth: usize) {
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
    fn fixed<'s>(&'s self, schema: &'s Value, key: &str, depth: usize) -> Option<&'s str> {
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

    /// The keys of a mapping, collected from all its parts: its own, those of what it includes, and those of the
    /// variant that the tree is meant to be.
    pub(super) fn keys<'s>(&'s self, picked: &Picked<'s>, tree: &Tree) -> MappingKeys<'s> {
        let mut keys = MappingKeys::default();
        self.collect(picked.schema, tree, &mut keys, 0);
        if picked.of_several {
            keys.tag = keys.tag.or_else(|| self.sole_tag(picked.schema, tree));
        }
        keys
    }

    fn collect<'s>(&'s self, schema: &'s Value, tree: &Tree, view: &mut MappingKeys<'s>, depth: usize) {
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

    fn collect_union<'s>(&'s self, schema: &'s Value, tree: &Tree, view: &mut MappingKeys<'s>, depth: usize) {
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

    /// The tag of a variant that was picked out of a union before its keys were collected.
    fn sole_tag<'s>(&'s self, schema: &'s Value, tree: &Tree) -> Option<&'s str> {
        let mut keys = Vec::new();
        self.own_keys(schema, &mut keys, 0);
        keys.into_iter().find_map(|key| {
            let fixed = self.fixed(schema, key, 0)?;
            (tree.get(key).and_then(Tree::text) == Some(fixed)).then_some(fixed)
        })
    }
}

impl<'s> Alts<'s> {
    /// Adds the constants of a schema that lists them.
    fn add_constants(&mut self, schema: &'s Value) {
        let constants = || array(schema, "enum").iter().chain(schema.get("const"));
        self.null |= constants().any(Value::is_null);
        self.boolean |= constants().any(Value::is_boolean);
        if constants().any(Value::is_number) {
            self.numbers.push(schema);
        }
        self.words.extend(constants().filter_map(Value::as_str));
    }

    /// Adds a schema under each of its types.
    fn add_types(&mut self, schema: &'s Value, noun: &Noun) {
        for kind in types(schema) {
            match kind {
                "null" => self.null = true,
                "boolean" => self.boolean = true,
                "integer" => self.ints.push(schema),
                "number" => self.numbers.push(schema),
                "string" => self.texts.push(schema),
                "array" => self.lists.push(schema),
                "object" => self.maps.push((schema, noun.clone())),
                _ => self.any = true,
            }
        }
    }
}

/// The noun with a schema's own name put in; the root keeps the name that the caller gave it.
fn named(schema: &Value, mut noun: Noun, depth: usize) -> Noun {
    let own = schema.get("x-noun").or_else(|| schema.get("title")).and_then(Value::as_str);
    if let Some(own) = own
        && !(depth == 0 && noun.explicit.is_some())
    {
        noun.explicit = Some(own.to_owned());
    }
    noun
}

/// The noun with a definition's name put in, as words.
fn called(mut noun: Noun, name: &str) -> Noun {
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

/// The items of an array at a key; none where there is no array.
pub(super) fn array<'s>(schema: &'s Value, key: &str) -> &'s [Value] {
    schema.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The branches of a union.
fn union(schema: &Value) -> &[Value] {
    let any = array(schema, "anyOf");
    if any.is_empty() { array(schema, "oneOf") } else { any }
}

/// The names of the types that a schema lists.
fn types(schema: &Value) -> impl Iterator<Item = &str> {
    let one = schema.get("type").and_then(Value::as_str);
    one.into_iter().chain(array(schema, "type").iter().filter_map(Value::as_str))
}

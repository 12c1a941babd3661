//! A view of a JSON schema: the kinds of value that it allows at a place, the keys of a mapping, and the variant of a
//! union that a tree is meant to be.
//!
//! Promises to know what `schemars` 1 emits with its draft-07 settings: `$ref` into `definitions`, wrapped references,
//! `Option`, maps, string enums, tagged and flattened enums, and unions of objects told apart by their required keys.
//! Deliberately judges no tree: [`super::check`] does.

use super::schema_node::Schema;
use super::spelling::nearest;
use super::tree::Tree;
use serde_json::Value;
use std::collections::BTreeMap;

/// How deep references and unions are followed before a schema is taken for circular.
const CHAIN: usize = 32;

/// The noun for a thing in messages.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Noun<'s> {
    /// The noun given by its title, by `x-noun`, or by the caller.
    pub(super) explicit: Option<&'s str>,
    /// The name of the first definition on the way to it.
    pub(super) outer: Option<&'s str>,
    /// The name of the last definition on the way to it.
    pub(super) inner: Option<&'s str>,
}

/// The alternatives that a schema allows, by kind of value.
#[derive(Default)]
pub(super) struct Alts<'s> {
    pub(super) any: bool,
    pub(super) null: bool,
    pub(super) boolean: bool,
    pub(super) ints: Vec<&'s Schema>,
    pub(super) numbers: Vec<&'s Schema>,
    pub(super) texts: Vec<&'s Schema>,
    pub(super) words: Vec<&'s str>,
    pub(super) lists: Vec<&'s Schema>,
    pub(super) maps: Vec<(&'s Schema, Noun<'s>)>,
}

/// A mapping that a tree is meant to be.
#[derive(Clone, Copy)]
pub(super) struct Picked<'s> {
    pub(super) schema: &'s Schema,
    pub(super) noun: Noun<'s>,
    /// Whether it is one variant of a union.
    pub(super) of_several: bool,
}

/// The keys of one mapping, collected from all its parts.
#[derive(Default)]
pub(super) struct MappingKeys<'s> {
    pub(super) props: Vec<(&'s str, &'s Schema)>,
    pub(super) required: Vec<&'s str>,
    /// The schema of the values of a map.
    pub(super) extra: Option<&'s Schema>,
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
    root: Schema,
    definitions: BTreeMap<String, Definition>,
}

/// A schema that others refer to.
#[derive(Clone, Debug)]
struct Definition {
    /// Its name as words.
    words: String,
    schema: Schema,
}

impl SchemaView {
    /// The view of a root schema.
    pub(super) fn new(root: &Value) -> SchemaView {
        let listed = ["$defs", "definitions"].into_iter().filter_map(|key| root.get(key)?.as_object()).flatten();
        let definition = |(name, schema): (&String, &Value)| {
            (name.clone(), Definition { words: words(name), schema: Schema::new(schema) })
        };
        SchemaView { root: Schema::new(root), definitions: listed.map(definition).collect() }
    }

    /// The root schema itself.
    pub(super) const fn root(&self) -> &Schema {
        &self.root
    }

    /// The definition of this name.
    pub(super) fn definition(&self, name: &str) -> Option<&Schema> {
        self.definitions.get(name).map(|definition| &definition.schema)
    }

    /// The schema that another refers to, and its name as words.
    fn resolve<'s>(&'s self, schema: &'s Schema) -> Option<(&'s str, &'s Schema)> {
        match schema.reference.as_deref()? {
            "" => Some(("", &self.root)),
            name => self.definitions.get(name).map(|found| (found.words.as_str(), &found.schema)),
        }
    }

    /// What a schema allows at its place.
    pub(super) fn alternatives<'s>(&'s self, schema: &'s Schema, noun: Noun<'s>) -> Alts<'s> {
        let mut alts = Alts::default();
        self.add(schema, noun, &mut alts, 0);
        alts
    }

    fn add<'s>(&'s self, schema: &'s Schema, noun: Noun<'s>, alts: &mut Alts<'s>, depth: usize) {
        if depth > CHAIN {
            alts.any = true;
            return;
        }
        if let Some(anything) = schema.whole {
            alts.any |= anything;
            return;
        }
        let noun = named(schema, noun, depth);
        if let Some((words, target)) = self.resolve(schema) {
            return self.add(target, called(noun, words), alts, depth + 1);
        }
        if !schema.is_mapping {
            if let [only] = schema.all_of.as_slice() {
                return self.add(only, noun, alts, depth + 1);
            }
            if !schema.union.is_empty() {
                schema.union.iter().for_each(|branch| self.add(branch, noun, alts, depth + 1));
                return;
            }
        }
        if let Some(constants) = &schema.constants {
            alts.add_constants(schema, constants);
        } else if !schema.types.is_empty() {
            alts.add_types(schema, noun);
        } else if schema.is_mapping {
            alts.maps.push((schema, noun));
        } else {
            alts.any = true;
        }
    }

    /// Picks the one of several mappings that a tree is meant to be.
    pub(super) fn pick<'s>(&'s self, maps: &[(&'s Schema, Noun<'s>)], tree: &Tree) -> Option<Picked<'s>> {
        let of_several = maps.len() > 1;
        let picked = |(schema, noun): &(&'s Schema, Noun<'s>)| Picked { schema, noun: *noun, of_several };
        let schemas: Vec<&Schema> = maps.iter().map(|(schema, _)| *schema).collect();
        if of_several && let Some(key) = self.tag_key(&schemas) {
            let value = tree.get(key).and_then(Tree::text);
            let matching: Vec<&(&Schema, Noun<'s>)> =
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
    fn best<'s>(&'s self, schemas: impl Iterator<Item = &'s Schema>, tree: &Tree) -> Option<usize> {
        let schemas: Vec<&Schema> = schemas.collect();
        if let [_] = schemas.as_slice() {
            return Some(0);
        }
        let fit = |schema: &&'s Schema| {
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
    fn tag_key<'s>(&'s self, schemas: &[&'s Schema]) -> Option<&'s str> {
        let (first, rest) = schemas.split_first()?;
        let mut keys = Vec::new();
        self.own_keys(first, &mut keys, 0);
        keys.into_iter()
            .find(|key| self.fixed(first, key, 0).is_some() && rest.iter().all(|s| self.fixed(s, key, 0).is_some()))
    }

    fn own_keys<'s>(&'s self, schema: &'s Schema, keys: &mut Vec<&'s str>, depth: usize) {
        if depth > CHAIN {
            return;
        }
        if let Some((_, target)) = self.resolve(schema) {
            self.own_keys(target, keys, depth + 1);
        }
        keys.extend(schema.properties.iter().map(|(key, _)| key.as_str()));
        for part in &schema.all_of {
            self.own_keys(part, keys, depth + 1);
        }
    }

    /// The one text a mapping must have at a key.
    fn fixed<'s>(&'s self, schema: &'s Schema, key: &str, depth: usize) -> Option<&'s str> {
        if depth > CHAIN {
            return None;
        }
        let own = schema.properties.iter().find(|(known, _)| known == key);
        own.and_then(|(_, prop)| prop.only.as_deref())
            .or_else(|| self.resolve(schema).and_then(|(_, s)| self.fixed(s, key, depth + 1)))
            .or_else(|| schema.all_of.iter().find_map(|s| self.fixed(s, key, depth + 1)))
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

    fn collect<'s>(&'s self, schema: &'s Schema, tree: &Tree, view: &mut MappingKeys<'s>, depth: usize) {
        if depth > CHAIN {
            view.open = true;
            return;
        }
        if let Some((_, target)) = self.resolve(schema) {
            self.collect(target, tree, view, depth + 1);
        }
        for (key, prop) in &schema.properties {
            if !view.props.iter().any(|(known, _)| known == key) {
                view.props.push((key, prop));
            }
        }
        for key in &schema.required {
            if !view.required.contains(&key.as_str()) {
                view.required.push(key);
            }
        }
        let pattern = || view.extra.or(schema.pattern.as_deref());
        view.extra = schema.additional.as_deref().or_else(pattern);
        view.key_format = view.key_format.or(schema.key_format.as_deref());
        if let Some(names) = &schema.names {
            view.key_words = self.alternatives(names, Noun::default()).words;
        }
        for part in &schema.all_of {
            self.collect(part, tree, view, depth + 1);
        }
        self.collect_union(schema, tree, view, depth);
    }

    fn collect_union<'s>(&'s self, schema: &'s Schema, tree: &Tree, view: &mut MappingKeys<'s>, depth: usize) {
        let mut alts = Alts::default();
        for branch in &schema.union {
            self.add(branch, Noun::default(), &mut alts, depth + 1);
        }
        let schemas: Vec<&Schema> = alts.maps.iter().map(|(s, _)| *s).collect();
        let picked = match self.tag_key(&schemas) {
            Some(key) => {
                let value = tree.get(key).and_then(Tree::text);
                let fits = |s: &&&Schema| value.is_some() && self.fixed(s, key, 0) == value;
                let matching: Vec<&Schema> = schemas.iter().filter(fits).copied().collect();
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
    fn sole_tag<'s>(&'s self, schema: &'s Schema, tree: &Tree) -> Option<&'s str> {
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
    fn add_constants(&mut self, schema: &'s Schema, constants: &'s [Value]) {
        self.null |= constants.iter().any(Value::is_null);
        self.boolean |= constants.iter().any(Value::is_boolean);
        if constants.iter().any(Value::is_number) {
            self.numbers.push(schema);
        }
        self.words.extend(constants.iter().filter_map(Value::as_str));
    }

    /// Adds a schema under each of its types.
    fn add_types(&mut self, schema: &'s Schema, noun: Noun<'s>) {
        for kind in &schema.types {
            match kind.as_str() {
                "null" => self.null = true,
                "boolean" => self.boolean = true,
                "integer" => self.ints.push(schema),
                "number" => self.numbers.push(schema),
                "string" => self.texts.push(schema),
                "array" => self.lists.push(schema),
                "object" => self.maps.push((schema, noun)),
                _ => self.any = true,
            }
        }
    }
}

/// The noun with a schema's own name put in; the root keeps the name that the caller gave it.
fn named<'s>(schema: &'s Schema, noun: Noun<'s>, depth: usize) -> Noun<'s> {
    let keeps = depth == 0 && noun.explicit.is_some();
    Noun { explicit: schema.noun.as_deref().filter(|_| !keeps).or(noun.explicit), ..noun }
}

/// The noun with a definition's name put in.
fn called<'s>(noun: Noun<'s>, words: &'s str) -> Noun<'s> {
    Noun { outer: noun.outer.or(Some(words)), inner: Some(words), ..noun }
}

/// The name of a definition as words.
fn words(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words
}

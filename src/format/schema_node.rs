//! A JSON schema with its keywords taken apart once, so that no walk through a file looks them up by name.
//!
//! Promises to keep every keyword that [`super::schema_view`] and [`super::check`] ask for. Deliberately follows no
//! reference.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A schema at one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Schema {
    /// The truth value that stands in place of a schema; `false` stands for anything else that is no mapping, too.
    pub(super) whole: Option<bool>,
    /// The name of the definition that it refers to, empty for the root.
    pub(super) reference: Option<String>,
    /// The noun for the thing in messages: its `x-noun`, or else its title.
    pub(super) noun: Option<String>,
    /// The names of its types.
    pub(super) types: Vec<String>,
    /// Whether it is about a mapping and nothing else.
    pub(super) is_mapping: bool,
    /// The keys of a mapping, in their order.
    pub(super) properties: Vec<(String, Schema)>,
    /// The keys that a mapping needs.
    pub(super) required: Vec<String>,
    /// The schema of values at other keys.
    pub(super) additional: Option<Box<Schema>>,
    /// The schema of values at keys of the first pattern.
    pub(super) pattern: Option<Box<Schema>>,
    /// The schema of keys.
    pub(super) names: Option<Box<Schema>>,
    /// The format of keys.
    pub(super) key_format: Option<String>,
    /// The schemas that hold together.
    pub(super) all_of: Vec<Schema>,
    /// The schemas of which one holds.
    pub(super) union: Vec<Schema>,
    /// The values that it lists, where it lists any.
    pub(super) constants: Option<Vec<Value>>,
    /// The one text that it allows.
    pub(super) only: Option<String>,
    /// The schema of every item of a list.
    pub(super) each: Option<Box<Schema>>,
    /// The schemas of the first items of a list, where they differ.
    pub(super) first: Vec<Schema>,
    /// The schema of items after the first.
    pub(super) more: Option<Box<Schema>>,
    /// The format of a text or a number.
    pub(super) format: Option<String>,
    /// The bounds of numbers and lengths, by keyword.
    pub(super) bounds: BTreeMap<String, Value>,
}

impl Schema {
    /// Takes a schema apart.
    pub(super) fn new(value: &Value) -> Schema {
        let Value::Object(object) = value else {
            return Schema { whole: Some(value == &Value::Bool(true)), ..Schema::default() };
        };
        let own = |key: &str| object.get(key).map(|value| Box::new(Schema::new(value)));
        let names = object.get("propertyNames");
        let key_format = text(object, "x-key-format");
        let schema = Schema {
            reference: text(object, "$ref").map(|path| path.rsplit(['/', '#']).next().unwrap_or_default().to_owned()),
            noun: object.get("x-noun").or_else(|| object.get("title")).and_then(Value::as_str).map(str::to_owned),
            types: match object.get("type") {
                Some(Value::String(one)) => vec![one.clone()],
                _ => texts(object, "type"),
            },
            properties: members(object, "properties").map(|(key, value)| (key.clone(), Schema::new(value))).collect(),
            required: texts(object, "required"),
            additional: own("additionalProperties").filter(|schema| schema.whole != Some(false)),
            pattern: members(object, "patternProperties").next().map(|(_, value)| Box::new(Schema::new(value))),
            names: names.map(|names| Box::new(Schema::new(names))),
            key_format: key_format.or_else(|| names?.get("x-key-format")?.as_str().map(str::to_owned)),
            all_of: schemas(object, "allOf"),
            union: [schemas(object, "anyOf"), schemas(object, "oneOf")]
                .into_iter()
                .find(|s| !s.is_empty())
                .unwrap_or_default(),
            constants: constants(object),
            only: only(object),
            each: own("items").filter(|_| !object.get("items").is_some_and(Value::is_array)),
            first: schemas(object, "items"),
            more: own("additionalItems"),
            format: text(object, "format"),
            bounds: object.iter().filter(|(_, value)| value.is_number()).map(|(k, v)| (k.clone(), v.clone())).collect(),
            ..Schema::default()
        };
        let of_mappings = ["properties", "additionalProperties", "patternProperties"];
        let is_mapping = of_mappings.iter().any(|key| object.contains_key(*key))
            || schema.all_of.len() > 1
            || schema.types.iter().any(|name| name == "object");
        Schema { is_mapping, ..schema }
    }

    /// A bound as a whole number.
    pub(super) fn bound(&self, keyword: &str) -> Option<u64> {
        self.bounds.get(keyword).and_then(Value::as_u64)
    }
}

type Object = Map<String, Value>;

fn text(object: &Object, key: &str) -> Option<String> {
    object.get(key)?.as_str().map(str::to_owned)
}

fn array<'o>(object: &'o Object, key: &str) -> &'o [Value] {
    object.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn texts(object: &Object, key: &str) -> Vec<String> {
    array(object, key).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn schemas(object: &Object, key: &str) -> Vec<Schema> {
    array(object, key).iter().map(Schema::new).collect()
}

fn members<'o>(object: &'o Object, key: &str) -> impl Iterator<Item = (&'o String, &'o Value)> {
    object.get(key).and_then(Value::as_object).into_iter().flatten()
}

fn constants(object: &Object) -> Option<Vec<Value>> {
    let lists = object.contains_key("enum") || object.contains_key("const");
    lists.then(|| array(object, "enum").iter().chain(object.get("const")).cloned().collect())
}

fn only(object: &Object) -> Option<String> {
    let single = match array(object, "enum") {
        [one] => one.as_str(),
        _ => None,
    };
    object.get("const").and_then(Value::as_str).or(single).map(str::to_owned)
}

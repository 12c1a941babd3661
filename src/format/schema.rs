//! The JSON schema of the files: made from the types, served to editors, and used by the checker.
//!
//! Promises that there is one schema for all three uses.

use super::check::Checker;
use super::policy::PolicyFile;
use super::property::PropertyFile;
use super::rehearsal::Rehearsal;
use super::scenario::Scenario;
use super::text_formats::TEXT_FORMATS;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

/// The kind of a file, which its first key says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// `scenario:`
    Scenario,
    /// `policy:`
    Policy,
    /// `properties:`
    Properties,
    /// `rehearsal:`
    Rehearsal,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [FileKind; 4] = [FileKind::Scenario, FileKind::Policy, FileKind::Properties, FileKind::Rehearsal];

    /// The first key of such a file.
    pub const fn key(self) -> &'static str {
        match self {
            FileKind::Scenario => "scenario",
            FileKind::Policy => "policy",
            FileKind::Properties => "properties",
            FileKind::Rehearsal => "rehearsal",
        }
    }

    /// The noun for it in messages, with its article.
    pub const fn what(self) -> &'static str {
        match self {
            FileKind::Scenario => "a scenario",
            FileKind::Policy => "a policy",
            FileKind::Properties => "a properties file",
            FileKind::Rehearsal => "a rehearsal",
        }
    }

    /// The schema of this kind of file alone.
    pub fn schema(self) -> Value {
        match self {
            FileKind::Scenario => of::<Scenario>(),
            FileKind::Policy => of::<PolicyFile>(),
            FileKind::Properties => of::<PropertyFile>(),
            FileKind::Rehearsal => of::<Rehearsal>(),
        }
    }

    /// The checker for this kind of file.
    pub fn checker(self) -> &'static Checker<'static> {
        static CHECKERS: [OnceLock<Checker<'static>>; 4] = [const { OnceLock::new() }; 4];
        let [scenario, policy, properties, rehearsal] = &CHECKERS;
        let checker = match self {
            FileKind::Scenario => scenario,
            FileKind::Policy => policy,
            FileKind::Properties => properties,
            FileKind::Rehearsal => rehearsal,
        };
        checker.get_or_init(|| Checker::new(&self.schema(), TEXT_FORMATS))
    }
}

fn of<T: JsonSchema>() -> Value {
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<T>().to_value();
    without_null(&mut schema);
    schema
}

/// Removes `null` everywhere: a key that may be left out is not a key that may be empty.
fn without_null(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_null),
        Value::Object(map) => {
            map.remove("default");
            if let Some(Value::Array(types)) = map.get_mut("type") {
                types.retain(|t| t != "null");
                if let [one] = types.as_slice() {
                    let one = one.clone();
                    map.insert("type".to_owned(), one);
                }
            }
            if let Some(Value::Array(branches)) = map.get_mut("anyOf") {
                branches.retain(|b| b.get("type") != Some(&json!("null")));
                if let [one] = branches.as_slice() {
                    let one = one.clone();
                    map.remove("anyOf");
                    map.insert("allOf".to_owned(), json!([one]));
                }
            }
            map.values_mut().for_each(without_null);
        }
        _ => {}
    }
}

/// Allows a `$name` in place of a value, as a scenario with cases has it; the checker sees it substituted.
fn fillable(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(fillable),
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get_mut("properties") {
                for value in properties.values_mut() {
                    let free = value.get("type") == Some(&json!("string")) && value.get("format").is_none();
                    if free || value.get("const").is_some() || value.get("type") == Some(&json!("object")) {
                        continue;
                    }
                    let described = value.get("description").cloned();
                    let either =
                        json!({"anyOf": [value.take(), {"type": "string", "pattern": "^\\$[a-z][a-z0-9-]*$"}]});
                    *value = either;
                    if let (Some(described), Some(map)) = (described, value.as_object_mut()) {
                        map.insert("description".to_owned(), described);
                    }
                }
            }
            for key in ["oneOf", "anyOf", "allOf"] {
                map.get_mut(key).into_iter().for_each(fillable);
            }
        }
        _ => {}
    }
}

/// Turns a union of described constants, as `schemars` writes it, into one `enum` with `enumDescriptions`: editors
/// complete its words and list them under the text of the key, which the texts of a union would hide.
fn worded(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(worded),
        Value::Object(map) => {
            map.values_mut().for_each(worded);
            let words: Option<Vec<(Value, Value)>> = map.get("oneOf").and_then(Value::as_array).and_then(|branches| {
                let word = |branch: &Value| Some((branch.get("const")?.clone(), branch.get("description")?.clone()));
                branches.iter().map(word).collect()
            });
            if let Some(words) = words {
                let (words, meanings): (Vec<Value>, Vec<Value>) = words.into_iter().unzip();
                map.remove("oneOf");
                map.insert("type".to_owned(), json!("string"));
                map.insert("enum".to_owned(), Value::Array(words));
                map.insert("enumDescriptions".to_owned(), Value::Array(meanings));
            }
        }
        _ => {}
    }
}

/// Removes the texts of a shared definition of words or of a choice, and of its branches, so that the text of the key
/// that uses it is shown; only a branch that is a mapping keeps its text.
fn nameless(definition: &mut Value) {
    let Some(map) = definition.as_object_mut().filter(|map| !map.contains_key("properties")) else { return };
    let choice = ["anyOf", "oneOf"].into_iter().find(|key| map.contains_key(*key));
    if choice.is_some() || map.contains_key("enum") {
        map.remove("description");
    }
    let branches = choice.and_then(|key| map.get_mut(key)).and_then(Value::as_array_mut);
    for branch in branches.into_iter().flatten().filter_map(Value::as_object_mut) {
        if !branch.contains_key("properties") {
            branch.remove("description");
        }
    }
}

/// The schema of all kinds of file, for editors (JSON Schema, draft-07).
pub fn all() -> Value {
    let mut definitions = Map::new();
    let mut branches = Vec::new();
    for kind in FileKind::ALL {
        let mut schema = kind.schema();
        let Some(map) = schema.as_object_mut() else { continue };
        if let Some(Value::Object(own)) = map.remove("definitions") {
            for (name, shape) in own {
                definitions.entry(name).or_insert(shape);
            }
        }
        map.remove("$schema");
        if kind == FileKind::Scenario {
            definitions.values_mut().for_each(fillable);
        }
        let name = map.get("title").and_then(Value::as_str).unwrap_or(kind.key()).to_owned();
        worded(&mut schema);
        definitions.insert(name.clone(), schema);
        branches.push(json!({"$ref": format!("#/definitions/{name}"), "required": [kind.key()]}));
    }
    for definition in definitions.values_mut() {
        worded(definition);
        nameless(definition);
    }
    let mut out = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "mims-sim files",
        "description": "Scenarios, policies, properties and rehearsals of mims-sim.",
        "oneOf": branches,
    });
    if let Some(map) = out.as_object_mut() {
        definitions.sort_keys();
        map.insert("definitions".to_owned(), Value::Object(definitions));
    }
    out
}

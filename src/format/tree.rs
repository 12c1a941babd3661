//! The syntax tree of a file: a tree of values in which every key and every value has its place.
//!
//! Promises that plain scalars follow the YAML 1.2 core schema with decimal integers only, so that `no`, `09:30`,
//! `2023-09-26` and `0x10` are text, and that a tree stays bounded when `$name`s are substituted ([`MAX_NODES`]).
//!
//! Deliberately reads no text (see [`super::yaml`]), knows no format (see [`super::check`]), keeps no comments, and
//! does not judge what a scalar means.

use std::collections::BTreeMap;

use crate::diagnostic::SourceSpan;

/// The most values that a file, or a tree after [`Tree::substitute`], may hold.
pub const MAX_NODES: usize = 200_000;

/// A value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Its place; an empty value has an empty place after its colon, or the place of its dash.
    pub span: SourceSpan,
    /// The value.
    pub node: Node,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A single value.
    Scalar(Scalar),
    /// A list.
    List(Vec<Tree>),
    /// A mapping, in the order of the file, every key once.
    Map(Vec<MapEntry>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapEntry {
    /// The key.
    pub key: String,
    /// The place of the key.
    pub key_span: SourceSpan,
    /// The value.
    pub value: Tree,
}

/// A single value as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text, without quotes and with escapes resolved.
    pub text: String,
    /// Whether it was written without quotes.
    pub plain: bool,
}

/// The type of a scalar under the core schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScalarKind {
    /// Empty, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A decimal integer that fits 64 bits.
    Int,
    /// A finite number with a fraction or an exponent, or an integer beyond 64 bits.
    Float,
    /// Anything else, and whatever is quoted.
    Str,
}

/// A segment of a path into a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathSegment<'a> {
    /// The value at a key of a mapping.
    Key(&'a str),
    /// The item of a list, counted from 0.
    Index(usize),
}

impl Scalar {
    /// Its type under the core schema. A number has no leading zero, `+`, `_` or bare point.
    #[must_use]
    pub fn kind(&self) -> ScalarKind {
        if !self.plain {
            return ScalarKind::Str;
        }
        match self.text.as_str() {
            "" | "~" | "null" => ScalarKind::Null,
            "true" | "false" => ScalarKind::Bool,
            text => number(text),
        }
    }
}

fn number(text: &str) -> ScalarKind {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let body = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((m, e)) => (m, Some(e.strip_prefix(['-', '+']).unwrap_or(e))),
        None => (body, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((w, f)) => (w, Some(f)),
        None => (mantissa, None),
    };
    let shape = digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(digits);
    if !shape {
        ScalarKind::Str
    } else if fraction.is_none() && exponent.is_none() && (text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok()) {
        ScalarKind::Int
    } else if text.parse::<f64>().is_ok_and(f64::is_finite) {
        ScalarKind::Float
    } else {
        ScalarKind::Str
    }
}

/// A text in double quotes, as YAML and JSON both write it.
#[must_use]
pub fn in_quotes(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

impl Tree {
    /// The value at a key; `None` where this is no mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|e| &e.value)
    }

    /// The entry at a key; `None` where this is no mapping.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&MapEntry> {
        self.entries().iter().find(|e| e.key == key)
    }

    /// The entries of a mapping; none where this is no mapping.
    #[must_use]
    pub fn entries(&self) -> &[MapEntry] {
        match &self.node {
            Node::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none where this is no list.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.node {
            Node::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.node {
            Node::Scalar(s) => Some(&s.text),
            _ => None,
        }
    }

    /// The value at a path.
    #[must_use]
    pub fn at(&self, path: &[PathSegment<'_>]) -> Option<&Self> {
        path.iter().try_fold(self, |tree, step| match step {
            PathSegment::Key(key) => tree.get(key),
            PathSegment::Index(index) => tree.items().get(*index),
        })
    }

    /// The place of the value at a path, or of the nearest value above it that exists.
    #[must_use]
    pub fn nearest(&self, path: &[PathSegment<'_>]) -> SourceSpan {
        (0..=path.len()).rev().find_map(|n| self.at(path.get(..n)?)).map_or(self.span, |tree| tree.span)
    }

    /// The value as serde_yaml has it.
    #[must_use]
    pub fn to_value(&self) -> serde_yaml::Value {
        use serde_yaml::Value;
        match &self.node {
            Node::Scalar(s) => match (s.kind(), s.text.parse::<i64>(), s.text.parse::<u64>()) {
                (ScalarKind::Null, ..) => Value::Null,
                (ScalarKind::Bool, ..) => Value::Bool(s.text == "true"),
                (ScalarKind::Int, Ok(int), _) => Value::Number(int.into()),
                (ScalarKind::Int, _, Ok(int)) => Value::Number(int.into()),
                (ScalarKind::Float, ..) => match s.text.parse::<f64>() {
                    Ok(float) => Value::Number(float.into()),
                    Err(_) => Value::String(s.text.clone()),
                },
                _ => Value::String(s.text.clone()),
            },
            Node::List(items) => Value::Sequence(items.iter().map(Self::to_value).collect()),
            Node::Map(entries) => {
                Value::Mapping(entries.iter().map(|e| (Value::String(e.key.clone()), e.value.to_value())).collect())
            }
        }
    }

    /// The value as serde_json has it.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.node {
            Node::Scalar(s) => match (s.kind(), s.text.parse::<i64>(), s.text.parse::<u64>()) {
                (ScalarKind::Null, ..) => Value::Null,
                (ScalarKind::Bool, ..) => Value::Bool(s.text == "true"),
                (ScalarKind::Int, Ok(int), _) => Value::from(int),
                (ScalarKind::Int, _, Ok(int)) => Value::from(int),
                (ScalarKind::Float, ..) => match s.text.parse::<f64>() {
                    Ok(float) => Value::from(float),
                    Err(_) => Value::String(s.text.clone()),
                },
                _ => Value::String(s.text.clone()),
            },
            Node::List(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Node::Map(entries) => Value::Object(entries.iter().map(|e| (e.key.clone(), e.value.to_json())).collect()),
        }
    }

    /// The value as YAML on one line (flow style).
    #[must_use]
    pub fn flow(&self) -> String {
        match &self.node {
            Node::Scalar(scalar) if scalar.plain => scalar.text.clone(),
            Node::Scalar(scalar) => in_quotes(&scalar.text),
            Node::List(items) => format!("[{}]", items.iter().map(Self::flow).collect::<Vec<_>>().join(", ")),
            Node::Map(entries) => {
                let pairs: Vec<String> = entries.iter().map(|e| format!("{}: {}", e.key, e.value.flow())).collect();
                format!("{{{}}}", pairs.join(", "))
            }
        }
    }

    /// Substitutes trees for `$name`s: for every unquoted scalar that is exactly `$` and a name (a letter, then
    /// letters, digits, `-` and `_`). A substituted tree takes over the place of its `$name`, and is not searched
    /// again. Keys stay.
    ///
    /// # Errors
    /// The names that `vars` does not have, with their places, and the name at which the result would hold more than
    /// [`MAX_NODES`] values.
    pub fn substitute(&self, vars: &BTreeMap<String, Self>) -> Result<Self, Vec<(String, SourceSpan)>> {
        let sizes = vars.iter().map(|(n, t)| (n.as_str(), t.size())).collect();
        let mut unknown = Vec::new();
        let mut room = MAX_NODES.saturating_sub(self.size());
        let tree = self.filled(vars, &sizes, &mut room, &mut unknown);
        if unknown.is_empty() { Ok(tree) } else { Err(unknown) }
    }

    fn filled(
        &self,
        vars: &BTreeMap<String, Self>,
        sizes: &BTreeMap<&str, usize>,
        room: &mut usize,
        unknown: &mut Vec<(String, SourceSpan)>,
    ) -> Self {
        let node = match &self.node {
            Node::Scalar(s) => match variable(s) {
                None => self.node.clone(),
                Some(name) => {
                    let size = sizes.get(name).copied().unwrap_or(0);
                    match vars.get(name) {
                        Some(tree) if size <= *room => {
                            *room -= size;
                            return tree.moved(self.span);
                        }
                        _ => {
                            unknown.push((name.to_owned(), self.span));
                            self.node.clone()
                        }
                    }
                }
            },
            Node::List(items) => Node::List(items.iter().map(|item| item.filled(vars, sizes, room, unknown)).collect()),
            Node::Map(entries) => Node::Map(
                entries
                    .iter()
                    .map(|e| MapEntry {
                        key: e.key.clone(),
                        key_span: e.key_span,
                        value: e.value.filled(vars, sizes, room, unknown),
                    })
                    .collect(),
            ),
        };
        Self { span: self.span, node }
    }

    /// The tree with every place in it set to this one.
    fn moved(&self, span: SourceSpan) -> Self {
        let node = match &self.node {
            Node::Scalar(s) => Node::Scalar(s.clone()),
            Node::List(items) => Node::List(items.iter().map(|i| i.moved(span)).collect()),
            Node::Map(entries) => Node::Map(
                entries
                    .iter()
                    .map(|e| MapEntry { key: e.key.clone(), key_span: span, value: e.value.moved(span) })
                    .collect(),
            ),
        };
        Self { span, node }
    }

    fn size(&self) -> usize {
        1 + match &self.node {
            Node::Scalar(_) => 0,
            Node::List(items) => items.iter().map(Self::size).sum(),
            Node::Map(entries) => entries.iter().map(|e| e.value.size()).sum(),
        }
    }
}

/// The name in a scalar that is exactly `$name`.
fn variable(scalar: &Scalar) -> Option<&str> {
    let name = scalar.text.strip_prefix('$')?;
    let fits = scalar.plain
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    fits.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::yaml::parse;

    fn tree(text: &str) -> Tree {
        parse("f.yaml", text.as_bytes()).unwrap_or_else(|diags| panic!("{text:?}: {diags:#?}")).1
    }

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        let kinds = |texts: &[&str], plain: bool| -> Vec<ScalarKind> {
            texts.iter().map(|t| Scalar { text: (*t).to_owned(), plain }.kind()).collect()
        };
        let strings = [
            "no",
            "yes",
            "on",
            "True",
            "Null",
            "09:30",
            "2023-09-26",
            "1_000",
            "0x10",
            "0o7",
            "007",
            "-01",
            "+1",
            ".5",
            "1.",
            "1e",
            "e1",
            "-",
            "--1",
            ".inf",
            ".nan",
            "1e999",
            "2%",
            "20s",
        ];
        assert_eq!(kinds(&strings, true), vec![ScalarKind::Str; strings.len()]);
        assert_eq!(kinds(&["", "~", "null"], true), [ScalarKind::Null; 3]);
        assert_eq!(kinds(&["0", "-1", "42", "18446744073709551615"], true), [ScalarKind::Int; 4]);
        assert_eq!(kinds(&["0.5", "-1e3", "1.5E-3", "18446744073709551616"], true), [ScalarKind::Float; 4]);
        assert_eq!(kinds(&["", "1", "true", "~"], false), [ScalarKind::Str; 4]);
        let json = tree("{a: no, b: 09:30, c: 1, d: -2.5, e: '1', f: , g: true, h: [18446744073709551615]}").to_json();
        assert_eq!(
            json.to_string(),
            r#"{"a":"no","b":"09:30","c":1,"d":-2.5,"e":"1","f":null,"g":true,"h":[18446744073709551615]}"#
        );
    }

    #[test]
    fn variables_are_filled_in() {
        let t = tree("a: $x\nb: [$y, '$x', $, $x y]\nc: {$x: $x-y}");
        let x = tree("v: {p: [1, 2]}").get("v").unwrap().clone();
        let y = tree("v: 7").get("v").unwrap().clone();
        let mut vars = BTreeMap::from([("x".to_owned(), x), ("y".to_owned(), y)]);
        assert_eq!(
            t.substitute(&vars).unwrap_err(),
            [("x-y".to_owned(), t.at(&[PathSegment::Key("c"), PathSegment::Key("$x")]).unwrap().span)]
        );
        vars.insert("x-y".to_owned(), tree("v: ").get("v").unwrap().clone());
        let done = t.substitute(&vars).unwrap();
        assert_eq!(done.to_json().to_string(), r#"{"a":{"p":[1,2]},"b":[7,"$x","$","$x y"],"c":{"$x":null}}"#);
        let span = SourceSpan::new(3, 5);
        assert_eq!(done.get("a").unwrap().span, span);
        assert_eq!(done.get("a").unwrap().entry("p").unwrap().key_span, span);
        assert_eq!(done.at(&[PathSegment::Key("a"), PathSegment::Key("p"), PathSegment::Index(1)]).unwrap().span, span);
        let many = tree(&format!("a: [{}]", "$b, ".repeat(1_000)));
        let big = tree(&format!("a: [{}]", "1, ".repeat(1_000)));
        assert!(!many.substitute(&BTreeMap::from([("b".to_owned(), big)])).unwrap_err().is_empty());
    }
}

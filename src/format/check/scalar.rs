//! A single value, held against what a schema allows at its place.
//!
//! Promises one finding at most, with what would be allowed. Deliberately looks at no other value.

use super::walk::{Subject, Walk};
use crate::diagnostic::{Diagnostic, SourceSpan, quote};
use crate::format::schema_node::Schema;
use crate::format::schema_view::Alts;
use crate::format::spelling::{listed, nearest};
use crate::format::text_formats::TextFormat;
use crate::format::tree::{Node, Scalar, ScalarKind, Tree};
use serde_json::Value;

impl<'w> Walk<'w> {
    /// Judges a single value.
    pub(super) fn scalar(&mut self, alts: &Alts<'_>, scalar: &Scalar, span: SourceSpan, name: &str) {
        let found = self.judged(alts, scalar, Subject { file: self.file, span, name });
        self.out.extend(found);
    }

    fn judged(&self, alts: &Alts<'_>, scalar: &Scalar, subject: Subject<'_>) -> Option<Diagnostic> {
        let text = scalar.text.as_str();
        let number = alts.numbers.first();
        match scalar.kind() {
            ScalarKind::Null => return (!alts.null).then(|| self.nothing(alts, subject)),
            ScalarKind::Bool if alts.boolean => return None,
            ScalarKind::Int if !alts.ints.is_empty() || number.is_some() => {
                return alts.ints.first().or(number).and_then(|schema| bounds(schema, text, subject));
            }
            ScalarKind::Float if number.is_some() => return number.and_then(|schema| bounds(schema, text, subject)),
            ScalarKind::Bool | ScalarKind::Int | ScalarKind::Float | ScalarKind::Str => {}
        }
        if scalar.kind() == ScalarKind::Str && alts.words.contains(&text) {
            return None;
        }
        if let Some(found) = switch(alts, scalar, subject) {
            return Some(found);
        }
        let failed = match self.as_text(alts, scalar, subject) {
            AsText::Settled(found) => return found,
            AsText::Failed(failed) => failed,
        };
        if let Some((format, why)) = failed {
            let expected = self.describe(alts);
            let label = if why.is_empty() { format!("not {}", format.what) } else { why };
            let error = subject.error("S108", format!("{} cannot be {}", subject.name, quote(text)));
            Some(error.label(label).help(format!("write {expected}")))
        } else if !alts.words.is_empty() {
            Some(self.word(alts, text, subject))
        } else {
            let node = Node::Scalar(scalar.clone());
            Some(self.mismatch(alts, &Tree { span: subject.span, node }, subject.name))
        }
    }

    /// Judges a value as text. A number or a truth value is a text only where a format says how to read it.
    fn as_text(&self, alts: &Alts<'_>, scalar: &Scalar, subject: Subject<'_>) -> AsText<'w> {
        let mut failed = None;
        for schema in &alts.texts {
            match self.text_format(schema) {
                Some(format) => match (format.check)(&scalar.text) {
                    Ok(()) => return AsText::Settled(None),
                    Err(why) => failed = failed.or(Some((format, why))),
                },
                None if scalar.kind() == ScalarKind::Str || schema.format.is_some() => {
                    return AsText::Settled(length(schema, &scalar.text, subject));
                }
                None => {}
            }
        }
        AsText::Failed(failed)
    }

    fn nothing(&self, alts: &Alts<'_>, subject: Subject<'_>) -> Diagnostic {
        let expected = self.describe(alts);
        let instead = if subject.name.starts_with('`') { "leave the key out if it is optional" } else { "remove it" };
        let error = subject.error("S109", format!("{} has no value", subject.name));
        error.label("nothing is here").help(format!("write {expected}, or {instead}"))
    }

    fn word(&self, alts: &Alts<'_>, text: &str, subject: Subject<'_>) -> Diagnostic {
        let label = nearest(text, &alts.words)
            .map_or_else(|| "not one of the words allowed here".to_owned(), |w| format!("did you mean `{w}`?"));
        let words_alone =
            alts.maps.is_empty() && alts.lists.is_empty() && alts.ints.is_empty() && alts.numbers.is_empty();
        let help = if words_alone {
            format!("{} is one of {}", subject.name, listed(&alts.words))
        } else {
            format!("write {}", self.describe(alts))
        };
        let error = subject.error("S104", format!("{} cannot be {}", subject.name, quote(text)));
        error.label(label).help(help)
    }

    /// Reports a value of the wrong type.
    pub(super) fn wrong(&mut self, alts: &Alts<'_>, tree: &Tree, name: &str) {
        let found = self.mismatch(alts, tree, name);
        self.out.push(found);
    }

    fn mismatch(&self, alts: &Alts<'_>, tree: &Tree, name: &str) -> Diagnostic {
        let expected = self.describe(alts);
        let scalar = match &tree.node {
            Node::Scalar(scalar) => Some(scalar),
            Node::List(_) | Node::Map(_) => None,
        };
        let found = match (&tree.node, scalar.map(Scalar::kind)) {
            (Node::List(_), _) => "this is a list",
            (Node::Map(_), _) => "this is a mapping",
            (_, Some(ScalarKind::Bool)) => "this is a truth value",
            (_, Some(ScalarKind::Int)) => "this is a number",
            (_, Some(ScalarKind::Float)) => "this is a number with a fraction",
            (_, Some(ScalarKind::Null)) => "nothing is here",
            (_, Some(ScalarKind::Str) | None) => "this is text",
        };
        let help = scalar.and_then(|scalar| instead(alts, scalar)).unwrap_or_else(|| around(alts, tree, &expected));
        Diagnostic::error("S101", format!("{name} must be {expected}")).at(self.file, tree.span).label(found).help(help)
    }
}

/// How a value does as text.
enum AsText<'w> {
    /// A text is allowed, and this one is fine or has this finding.
    Settled(Option<Diagnostic>),
    /// No text is allowed, or this one fits no format; the first that it does not fit, and why.
    Failed(Option<(&'w TextFormat, String)>),
}

/// How a single value of the wrong type could be written to be of the right one.
fn instead(alts: &Alts<'_>, scalar: &Scalar) -> Option<String> {
    let numeric = !alts.ints.is_empty() || !alts.numbers.is_empty();
    let kind = scalar.kind();
    let shown = Some(scalar.text.as_str()).filter(|t| t.chars().count() <= 40 && !t.contains('\n'));
    let unquoted = (!scalar.plain).then(|| Scalar { plain: true, ..scalar.clone() }.kind());
    Some(match (shown, kind, unquoted) {
        (Some(text), ScalarKind::Bool | ScalarKind::Int | ScalarKind::Float, _) if !alts.texts.is_empty() => {
            format!("put it in quotes: `\"{text}\"`")
        }
        (Some(text), _, Some(ScalarKind::Int | ScalarKind::Float)) if numeric => {
            format!("write it without quotes: `{text}`")
        }
        (Some(text), _, Some(ScalarKind::Bool)) if alts.boolean => format!("write it without quotes: `{text}`"),
        (_, ScalarKind::Float, _) if numeric => "write a whole number, without a fraction".to_owned(),
        (_, ScalarKind::Str, _) if numeric => {
            "write digits alone, as in `15`: no leading zero, no unit, no separators".to_owned()
        }
        (Some(text), ..) if !alts.lists.is_empty() => format!("put it in brackets: `[{text}]`"),
        _ if !alts.maps.is_empty() => "write `{key: value}`, or `key: value` lines further in below it".to_owned(),
        _ => return None,
    })
}

/// How a value of the wrong type could be replaced, for a list or a mapping and where nothing better is known.
fn around(alts: &Alts<'_>, tree: &Tree, expected: &str) -> String {
    let is_scalar = matches!(tree.node, Node::Scalar(_));
    if tree.items().len() == 1 && alts.maps.is_empty() {
        "write the one value without the brackets".to_owned()
    } else if !is_scalar && !alts.maps.is_empty() {
        "write `key: value` lines, without dashes or square brackets".to_owned()
    } else if !is_scalar && !alts.lists.is_empty() && alts.texts.is_empty() {
        "begin each item with a dash, or put the items in square brackets: `[…, …]`".to_owned()
    } else {
        format!("write {expected}")
    }
}

/// Reports `yes`, `no`, `on`, `off`, `True` and the like where a switch is expected, and `true` where `enabled` is.
fn switch(alts: &Alts<'_>, scalar: &Scalar, subject: Subject<'_>) -> Option<Diagnostic> {
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
        subject
            .error("S105", format!("{} must be {both}", subject.name))
            .label(format!("did you mean `{right}`?"))
            .help(format!(
                "write `{right}`{quotes}: `yes`, `no`, `on` and `off` mean different things to different YAML tools"
            )),
    )
}

/// Reports a number beyond its bounds.
fn bounds(schema: &Schema, text: &str, subject: Subject<'_>) -> Option<Diagnostic> {
    let value: f64 = text.parse().ok()?;
    let limit = |key: &str| schema.bounds.get(key);
    let of = |v: &Value| v.as_f64().unwrap_or(0.0);
    let (format_low, format_high) = match schema.format.as_deref() {
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
        subject
            .error("S106", format!("{} cannot be {}", subject.name, quote(text)))
            .label(format!("must be {bound}"))
            .help(range),
    )
}

/// Reports a text that is too short or too long.
fn length(schema: &Schema, text: &str, subject: Subject<'_>) -> Option<Diagnostic> {
    let count = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    let (label, help) = match (schema.bound("minLength"), schema.bound("maxLength")) {
        (Some(1), _) if count == 0 => ("this is empty".to_owned(), "write a text".to_owned()),
        (Some(least), _) if count < least => {
            (format!("{count} characters"), format!("write at least {least} characters"))
        }
        (_, Some(most)) if count > most => (format!("{count} characters"), format!("write at most {most} characters")),
        _ => return None,
    };
    Some(subject.error("S108", format!("{} cannot be {}", subject.name, quote(text))).label(label).help(help))
}

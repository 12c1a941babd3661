//! A single value against what a schema allows in its place.
//!
//! Promises one finding at most, with what would be allowed. Deliberately looks at no other value.

use super::words::{listed, nearest};
use super::{Checker, Ctx};
use crate::diagnostic::{Diagnostic, SourceSpan, quote};
use crate::format::schema_view::Alts;
use crate::format::tree::{Node, Scalar, ScalarKind, Tree};
use serde_json::Value;

impl Checker<'_> {
    pub(super) fn scalar(
        &self,
        alts: &Alts<'_>,
        scalar: &Scalar,
        span: SourceSpan,
        ctx: Ctx<'_>,
        out: &mut Vec<Diagnostic>,
    ) {
        let tree = Tree { span, node: Node::Scalar(scalar.clone()) };
        let text = scalar.text.as_str();
        let kind = scalar.kind();
        match kind {
            ScalarKind::Null => {
                if !alts.null {
                    out.push(self.nothing(alts, span, ctx));
                }
                return;
            }
            ScalarKind::Bool if alts.boolean => return,
            ScalarKind::Int if !alts.ints.is_empty() || !alts.numbers.is_empty() => {
                let schema = alts.ints.first().or(alts.numbers.first());
                out.extend(schema.and_then(|s| bounds(s, text, span, ctx)));
                return;
            }
            ScalarKind::Float if !alts.numbers.is_empty() => {
                out.extend(alts.numbers.first().and_then(|s| bounds(s, text, span, ctx)));
                return;
            }
            _ => {}
        }
        let is_text = kind == ScalarKind::Str;
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

    fn nothing(&self, alts: &Alts<'_>, span: SourceSpan, ctx: Ctx<'_>) -> Diagnostic {
        let expected = self.describe(alts);
        let instead = if ctx.name.starts_with('`') { "leave the key out if it is optional" } else { "remove it" };
        Diagnostic::error("S109", format!("{} has no value", ctx.name))
            .at(ctx.file, span)
            .label("nothing is here")
            .help(format!("write {expected}, or {instead}"))
    }

    fn word(&self, alts: &Alts<'_>, text: &str, span: SourceSpan, ctx: Ctx<'_>) -> Diagnostic {
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

    pub(super) fn wrong(&self, alts: &Alts<'_>, tree: &Tree, ctx: Ctx<'_>) -> Diagnostic {
        let expected = self.describe(alts);
        let scalar = match &tree.node {
            Node::Scalar(scalar) => Some(scalar),
            _ => None,
        };
        let found = match (&tree.node, scalar.map(Scalar::kind)) {
            (Node::List(_), _) => "this is a list",
            (Node::Map(_), _) => "this is a mapping",
            (_, Some(ScalarKind::Bool)) => "this is a truth value",
            (_, Some(ScalarKind::Int)) => "this is a number",
            (_, Some(ScalarKind::Float)) => "this is a number with a fraction",
            (_, Some(ScalarKind::Null)) => "nothing is here",
            _ => "this is text",
        };
        let numeric = !alts.ints.is_empty() || !alts.numbers.is_empty();
        let shown = scalar.map(|s| s.text.as_str()).filter(|t| t.chars().count() <= 40 && !t.contains('\n'));
        let unquoted = scalar.filter(|s| !s.plain).map(|s| Scalar { plain: true, ..s.clone() }.kind());
        let help = match (shown, scalar.map(Scalar::kind), unquoted) {
            (Some(text), Some(ScalarKind::Bool | ScalarKind::Int | ScalarKind::Float), _) if !alts.texts.is_empty() => {
                format!("put it in quotes: `\"{text}\"`")
            }
            (Some(text), _, Some(ScalarKind::Int | ScalarKind::Float)) if numeric => {
                format!("write it without quotes: `{text}`")
            }
            (Some(text), _, Some(ScalarKind::Bool)) if alts.boolean => {
                format!("write it without quotes: `{text}`")
            }
            (_, Some(ScalarKind::Float), _) if numeric => "write a whole number, without a fraction".to_owned(),
            (_, Some(ScalarKind::Str), _) if numeric => {
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
}

/// `yes`, `no`, `on`, `off`, `True` and the like where a switch is expected, and `true` where a word is.
fn switch(alts: &Alts<'_>, scalar: &Scalar, span: SourceSpan, ctx: Ctx<'_>) -> Option<Diagnostic> {
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
fn bounds(schema: &Value, text: &str, span: SourceSpan, ctx: Ctx<'_>) -> Option<Diagnostic> {
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
fn length(schema: &Value, text: &str, span: SourceSpan, ctx: Ctx<'_>) -> Option<Diagnostic> {
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

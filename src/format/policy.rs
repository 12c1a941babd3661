//! Policy files: rules by dotted path, the policy that they extend, exceptions for some accounts, and staged decisions.
//!
//! Promises that paths, kinds and defaults come from the table of rules. Deliberately decides nothing.

use super::text_formats::{parse_moment, parse_share, parse_working_days, show_share};
use crate::kernel::time::{parse_span, parse_time_of_day};
use crate::kernel::units::{DAY, HOUR, MINUTE, SECOND};
use crate::policy::request::AccountKind;
use crate::policy::rules::{Rule, ValueKind};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The rules under test, as data.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicyFile {
    /// What this policy is, in a line; others name it by its file.
    pub policy: String,
    /// The version of the format; 1.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1))]
    pub format: Option<u32>,
    /// The policy whose rules hold where this one says nothing.
    #[serde(default)]
    pub extends: Option<String>,
    /// Findings that this candidate answers.
    #[serde(default)]
    pub answers: Vec<String>,
    /// Where its words come from, if that needs saying.
    #[serde(default)]
    pub note: Option<String>,
    /// Rules by dotted path, one a line.
    #[serde(default)]
    #[schemars(with = "RulesShape")]
    pub rules: BTreeMap<String, Value>,
    /// Waves and exceptions: rules for some places or kinds of account, the last that fits wins.
    #[serde(default, rename = "for")]
    pub scopes: Vec<ScopeIs>,
    /// What is decided on the way, by what can be seen then.
    #[serde(default)]
    pub decisions: Vec<DecisionIs>,
}

/// Other rules for some accounts from an instant on, where what can be seen then asks for them: a wave that is halted, or
/// rolled back.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DecisionIs {
    /// Its name in reports, and in a scenario's `decided:`.
    pub id: String,
    /// When it is decided.
    #[schemars(extend("format" = "instant"))]
    pub at: String,
    /// It is taken where this is seen.
    pub r#if: SeenIs,
    /// For whom the rules are others then: `schools`, `hq`, or the name of a place; everywhere unless said.
    #[serde(default)]
    pub places: Option<String>,
    /// Kinds of account; all unless said.
    #[serde(default)]
    pub kinds: Vec<AccountKind>,
    /// Their rules from then on: a later `cutover` halts a wave, `cutover: never` rolls one back.
    #[schemars(with = "RulesShape")]
    pub rules: BTreeMap<String, Value>,
}

/// What has to be seen.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SeenIs {
    /// What is counted.
    pub measure: ObservedCondition,
    /// Whose accounts, students left out: `schools`, `hq`, or the name of a place; everyone's unless said.
    #[serde(default)]
    pub of: Option<String>,
    /// More than this share of them.
    #[schemars(extend("format" = "share"))]
    pub more_than: String,
}

/// What is counted for a decision: what those who run a rollout can see themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Seen")]
pub enum ObservedCondition {
    /// Accounts whose last sign-in was refused.
    Refused,
    /// Accounts without a second factor.
    NotSetUp,
}

impl ObservedCondition {
    /// As a part of a sentence.
    pub const fn phrase(self) -> &'static str {
        match self {
            ObservedCondition::Refused => "were refused last",
            ObservedCondition::NotSetUp => "have not set up",
        }
    }
}

/// Rules for some accounts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScopeIs {
    /// `schools`, `hq`, or the name of a place; everywhere unless said.
    #[serde(default)]
    pub places: Option<String>,
    /// Kinds of account; all unless said.
    #[serde(default)]
    pub kinds: Vec<AccountKind>,
    /// Their rules.
    #[schemars(with = "RulesShape")]
    pub rules: BTreeMap<String, Value>,
}

/// The schema of rules, made from their table.
pub struct RulesShape;

impl JsonSchema for RulesShape {
    fn schema_name() -> Cow<'static, str> {
        "Rules".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut properties = Map::new();
        for rule in Rule::ALL {
            let info = rule.info();
            let doc = format!("{} ({}; default `{}`)", info.doc, info.clauses, show(info.kind, info.default));
            let mut schema = shape(info.kind);
            if let Some(map) = schema.as_object_mut() {
                map.insert("description".to_owned(), doc.into());
            }
            properties.insert(info.path.to_owned(), schema);
        }
        let schema =
            json!({"type": "object", "title": "set of rules", "properties": properties, "additionalProperties": false});
        Schema::try_from(schema).unwrap_or_default()
    }
}

/// The schema of a value of this kind.
pub fn shape(kind: ValueKind) -> Value {
    match kind {
        ValueKind::Switch => json!({"type": "boolean"}),
        ValueKind::Feature => json!({"enum": ["enabled", "disabled"]}),
        ValueKind::Span => json!({"type": "string", "format": "span"}),
        ValueKind::Count(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
        ValueKind::Instant => json!({"type": "string", "format": "instant"}),
        ValueKind::TimeOfDay => json!({"type": "string", "format": "time-of-day"}),
        ValueKind::WorkingDays => json!({"type": "string", "format": "working-days"}),
        ValueKind::Share => json!({"type": "string", "format": "share"}),
        ValueKind::Choice(words) => json!({"enum": words}),
    }
}

/// Reads the value of a rule of this kind.
///
/// # Errors
/// What is wrong with it.
pub fn parse(kind: ValueKind, value: &Value) -> Result<i64, String> {
    let text = value.as_str().unwrap_or_default();
    match kind {
        ValueKind::Switch => value.as_bool().map(i64::from).ok_or_else(|| "write `true` or `false`".to_owned()),
        ValueKind::Feature => match text {
            "enabled" => Ok(1),
            "disabled" => Ok(0),
            _ => Err("write `enabled` or `disabled`".to_owned()),
        },
        ValueKind::Span => parse_span(text).map(|span| span.0),
        ValueKind::Count(least, most) => value
            .as_i64()
            .filter(|n| (least..=most).contains(n))
            .ok_or_else(|| format!("write a whole number from {least} to {most}")),
        ValueKind::Instant => parse_moment(text),
        ValueKind::TimeOfDay => parse_time_of_day(text),
        ValueKind::WorkingDays => parse_working_days(text).map(i64::from),
        ValueKind::Share => parse_share(text),
        ValueKind::Choice(words) => words
            .iter()
            .position(|word| *word == text)
            .and_then(|at| i64::try_from(at).ok())
            .ok_or_else(|| format!("write one of {}", words.join(", "))),
    }
}

/// Writes the value of a rule as [`parse`] reads it.
pub fn show(kind: ValueKind, value: i64) -> String {
    match kind {
        ValueKind::Switch => (value != 0).to_string(),
        ValueKind::Feature => if value == 0 { "disabled" } else { "enabled" }.to_owned(),
        ValueKind::Span => short_span(value),
        ValueKind::Count(..) => value.to_string(),
        ValueKind::Instant if value == crate::policy::rules::NEVER => "never".to_owned(),
        ValueKind::Instant => {
            let time = crate::kernel::Time(value);
            format!("{} {}", time.date().iso(), time.clock())
        }
        ValueKind::TimeOfDay => {
            let minutes = value / MINUTE;
            format!("{:02}:{:02}", minutes / 60, minutes % 60)
        }
        ValueKind::WorkingDays => format!("{value} working days"),
        ValueKind::Share => show_share(value),
        ValueKind::Choice(words) => {
            usize::try_from(value).ok().and_then(|at| words.get(at)).copied().unwrap_or("?").to_owned()
        }
    }
}

fn short_span(ms: i64) -> String {
    for (unit, letter) in [(DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (SECOND, "s")] {
        if ms != 0 && ms % unit == 0 {
            return format!("{}{letter}", ms / unit);
        }
    }
    if ms == 0 { "0s".to_owned() } else { format!("{ms}ms") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_and_neutral_value_reads_as_it_is_written() {
        for rule in Rule::ALL {
            let info = rule.info();
            for value in [info.default, info.neutral] {
                let shown = show(info.kind, value);
                let json = match info.kind {
                    ValueKind::Switch => Value::Bool(value != 0),
                    ValueKind::Count(..) => Value::from(value),
                    ValueKind::TimeOfDay if value >= DAY => continue,
                    ValueKind::Instant if value == 0 => continue,
                    _ => Value::from(shown.clone()),
                };
                assert_eq!(parse(info.kind, &json), Ok(value), "{} {shown}", info.path);
            }
        }
    }
}

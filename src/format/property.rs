//! The types of properties, in scenarios and in files of their own.

use super::text_formats::Citation;
use crate::act::{ActKind, Via};
use crate::policy::request::{Factor, Topic};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A file of named properties.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PropertyFile {
    /// What these properties are about.
    pub properties: String,
    /// The version of the format; 1.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1))]
    pub format: Option<u32>,
    /// The properties.
    pub list: Vec<PropertyIs>,
}

/// A property of a whole run (Dwyer, Avrunin and Corbett's patterns), or one from a file by `use`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PropertyIs {
    /// Its name.
    pub name: Option<String>,
    /// The name of one in a properties file.
    pub r#use: Option<String>,
    /// What it stands on.
    pub cites: Vec<Citation>,
    /// The finding that it states, such as `F8`.
    pub finding: Option<String>,
    /// What the finding stands on, in a line: the text alone, or a named assumption.
    pub note: Option<String>,
    /// One monitor for each of these; for a pair, of those who come together in some act.
    pub for_each: Option<EachIs>,
    /// From this moment on, inclusive.
    #[schemars(extend("format" = "moment"))]
    pub after: Option<String>,
    /// Up to this moment, exclusive.
    #[schemars(extend("format" = "moment"))]
    pub before: Option<String>,
    /// Nothing is like this; with `until`, not before that.
    pub never: Option<LeafIs>,
    /// What lifts `never`, by its own event already; it need not come.
    pub until: Option<LeafIs>,
    /// Every event of this act is like this; a state is like this all the time.
    pub always: Option<LeafIs>,
    /// Something is like this at some time; with `whenever`, after each trigger.
    pub eventually: Option<LeafIs>,
    /// The trigger; a state triggers when it begins.
    pub whenever: Option<LeafIs>,
    /// How soon after the trigger, inclusive; how far `possible` looks ahead, `2d` unless said.
    #[schemars(extend("format" = "span"))]
    pub within: Option<String>,
    /// By when after the trigger.
    #[schemars(extend("format" = "deadline"))]
    pub by: Option<String>,
    /// At every point some continuation reaches this: judged when the time opens, after every act, and at each cutover.
    pub possible: Option<LeafIs>,
    /// Who may act in such a continuation: names, `member`, `non-member` or roles; unless said the leaf's `who`, else the
    /// bound person, else everyone.
    pub acting: Option<Vec<String>>,
    /// The acts that such a continuation may take; all unless said.
    pub acts: Option<Vec<ActKind>>,
    /// How many states one look ahead for `possible` visits at most; where they are too few it is undecided.
    #[schemars(range(min = 1))]
    pub states: Option<u32>,
    /// `holds` unless said; for each case where there are cases, such as `{early: holds, late: violated}`.
    #[schemars(with = "ExpectIs")]
    pub expect: Option<ExpectedVerdict>,
    /// It may never be triggered.
    pub allow_vacuous: bool,
}

/// One expectation, or one for each case; the loader gives each case its own.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
enum ExpectIs {
    /// The same in every case.
    Same(ExpectedVerdict),
    /// By the name of the case.
    Cases(BTreeMap<String, ExpectedVerdict>),
}

/// What a property is expected to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Expected")]
pub enum ExpectedVerdict {
    /// It holds.
    Holds,
    /// It is violated; meeting that is green.
    Violated,
    /// Its deadline lies past the end.
    Pending,
    /// Nothing that it speaks of happens.
    Vacuous,
    /// A look ahead is cut short by its bound.
    Undecided,
}

/// What a property is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Each")]
pub enum EachIs {
    /// One of them.
    One(BoundIs),
    /// A pair.
    Pair(Vec<BoundIs>),
}

/// A person, an account or a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Bound")]
pub enum BoundIs {
    /// Each person.
    Person,
    /// Each account.
    Account,
    /// Each school or division.
    Place,
}

/// What is spoken of: the end of an act, by these of its traits, or the state of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LeafIs {
    /// The act.
    pub r#do: Option<ActKind>,
    /// A person, `member` or `non-member` of the account, or a role.
    pub who: Option<String>,
    /// The account; of a state, the bound one unless said.
    pub account: Option<String>,
    /// The way in.
    pub via: Option<Via>,
    /// How it ended.
    #[schemars(extend("format" = "outcome"))]
    pub result: Option<String>,
    /// A clause that it rested on.
    #[schemars(extend("format" = "clauses"))]
    pub resting_on: Option<String>,
    /// What answered the second factor.
    pub factor: Option<Factor>,
    /// Whose account opened; `other` is any but the one that was meant, `nobody` none.
    pub r#as: Option<String>,
    /// For what help is asked.
    pub topic: Option<Topic>,
    /// Whether a page on the way prompted to set up a second factor.
    pub prompted: Option<bool>,
    /// What is so.
    #[serde(flatten)]
    pub state: StateIs,
}

/// The state of an account, in a `then` row and in a property.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
pub struct StateIs {
    /// Exactly these people can sign in, `member` meaning all members: from a fresh browser, with what they have and know,
    /// nobody helping.
    pub can_sign_in: Option<Vec<String>>,
    /// Exactly these people know the password that is in force, `member` meaning all members.
    pub knows_password: Option<Vec<String>>,
    /// A soft or hard token is enrolled.
    pub enrolled: Option<bool>,
    /// The account is locked.
    pub locked: Option<bool>,
    /// A device of the owner or of some member answers an enrolled token.
    pub device_held: Option<bool>,
    /// A device of the owner, or of each member, answers an enrolled token.
    pub device_held_by_all: Option<bool>,
}

/// The keys of a property, or of what it speaks of, with their meaning.
pub fn keys<T: JsonSchema>() -> Vec<(String, String)> {
    let flat = schemars::schema_for!(T).to_value();
    let keys = flat.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let doc = |schema: &Value| schema.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
    keys.iter().map(|(key, schema)| (key.clone(), doc(schema))).collect()
}

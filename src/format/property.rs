//! The types of properties, in scenarios and in files of their own.

use super::leaf::Citation;
use super::rows::{Do, ViaIs};
use crate::policy::request::Factor;
use schemars::JsonSchema;
use serde::Deserialize;

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
    /// One monitor for each of these.
    pub for_each: Option<Each>,
    /// From this moment on, inclusive.
    #[schemars(extend("format" = "moment"))]
    pub after: Option<String>,
    /// Up to this moment, exclusive.
    #[schemars(extend("format" = "moment"))]
    pub before: Option<String>,
    /// No event is like this.
    pub never: Option<Pattern>,
    /// Every event of this act is like this.
    pub always: Option<Pattern>,
    /// Some event is like this; with `whenever`, after each trigger.
    pub eventually: Option<Pattern>,
    /// The trigger.
    pub whenever: Option<Pattern>,
    /// How soon after the trigger.
    #[schemars(extend("format" = "span"))]
    pub within: Option<String>,
    /// By when after the trigger.
    #[schemars(extend("format" = "deadline"))]
    pub by: Option<String>,
    /// `holds` unless said.
    pub expect: Option<Expected>,
    /// It may never be triggered.
    pub allow_vacuous: bool,
}

/// What a property is expected to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// It holds.
    Holds,
    /// It is violated; meeting that is green.
    Violated,
    /// Its deadline lies past the end.
    Pending,
}

/// What a property is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Each {
    /// One of them.
    One(Bound),
    /// A pair.
    Pair(Vec<Bound>),
}

/// A person or an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// Each person.
    Person,
    /// Each account.
    Account,
}

/// What an event is like: the end of an act, by these of its traits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Pattern {
    /// The act.
    pub r#do: Option<Do>,
    /// A person, or `member` or `non-member` of the account.
    pub who: Option<String>,
    /// The account.
    pub account: Option<String>,
    /// The way in.
    pub via: Option<ViaIs>,
    /// How it ended.
    #[schemars(extend("format" = "outcome"))]
    pub result: Option<String>,
    /// A clause that it rested on.
    #[schemars(extend("format" = "clauses"))]
    pub resting_on: Option<String>,
    /// What answered the second factor.
    pub factor: Option<Factor>,
    /// Whose account opened.
    pub r#as: Option<String>,
}

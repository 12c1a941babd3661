//! The types of a scenario file.
//!
//! Promises that parser and schema are made from these types. Deliberately knows no world: people and accounts are
//! names here.

use super::policy::RulesShape;
use super::property::{PropertyIs, StateIs};
use super::rows::{Address, FaultIs, Row, RowShape};
use super::text_formats::Citation;
use crate::act::ActKind;
use crate::policy::request::Role;
use crate::world::state::ALL_ANSWERS;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One scenario: a start, a timeline and what is expected.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// The title; no two files share one.
    pub scenario: String,
    /// The version of the format; 1.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1))]
    pub format: Option<u32>,
    /// The clauses that it shows, such as `Q7` or `S2.1..S2.5`.
    #[serde(default)]
    pub cites: Vec<Citation>,
    /// Words to pick it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The number of the finding that it shows, such as `F9`; policies say which they answer.
    #[serde(default)]
    #[schemars(extend("format" = "finding"))]
    pub finding: Option<String>,
    /// Runs the one timeline once for each case, with `$name` filled in.
    #[serde(default)]
    pub cases: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
    /// The world at the start.
    #[serde(default)]
    pub given: Given,
    /// The timeline, in Singapore time, never backwards.
    #[serde(default)]
    #[schemars(with = "Vec<RowShape>")]
    pub when: Vec<Row>,
    /// The state when the timeline ends.
    #[serde(default)]
    pub then: Vec<Then>,
    /// Properties of the whole run.
    #[serde(default)]
    pub properties: Vec<PropertyIs>,
    /// What `mims-sim explore` may try from this start; `test` leaves it alone.
    #[serde(default)]
    pub explore: Option<ExploreIs>,
}

impl Scenario {
    /// Whether there is a timeline to replay; a start to explore from may have none.
    pub const fn replays(&self) -> bool {
        self.explore.is_none() || !self.when.is_empty()
    }
}

/// Which schedules are searched for one that breaks a property.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExploreIs {
    /// Who acts; everyone unless said.
    #[serde(default)]
    pub people: Vec<String>,
    /// What they do.
    #[schemars(length(min = 1))]
    pub acts: Vec<ActKind>,
    /// On which accounts; all unless said.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// The first instant of a schedule.
    #[schemars(extend("format" = "instant"))]
    pub from: String,
    /// The last instant of a schedule.
    #[schemars(extend("format" = "instant"))]
    pub to: String,
    /// The most rows of a schedule; 12 unless said.
    #[serde(default)]
    #[schemars(range(min = 1, max = 200))]
    pub rows: Option<u32>,
    /// What may go wrong beside what people do.
    #[serde(default)]
    pub faults: Vec<FaultIs>,
    /// How many faults at most in one run; 1 unless said.
    #[serde(default)]
    #[schemars(range(min = 0, max = 20))]
    pub most_faults: Option<u8>,
}

/// The world at the start of a scenario.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Given {
    /// The policy, by the name of its file; `guide-v1.1` unless said.
    pub policy: Option<String>,
    /// Rules in which it differs from that policy, for everyone, by dotted path; another policy in its place has its own.
    #[schemars(with = "RulesShape")]
    pub rules: BTreeMap<String, serde_json::Value>,
    /// Which of the policy's decisions are taken, whatever is seen; by what is seen unless said.
    pub decided: Option<Vec<String>>,
    /// How long clicks and mail take; `nominal` unless said.
    pub pace: Option<PaceIs>,
    /// Schools and divisions by name; one school unless said.
    pub places: BTreeMap<String, PlaceIs>,
    /// People by name: each with an account, CES mail, a phone with Google Authenticator, a computer, answers set, in the first place, unless said.
    pub people: BTreeMap<String, PersonIs>,
    /// Generic accounts by name.
    pub generic_accounts: BTreeMap<String, GenericIs>,
    /// Shared computers by name.
    pub computers: BTreeMap<String, ComputerIs>,
}

/// How long clicks and mail take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PaceIs {
    /// As long as they nominally take.
    Nominal,
    /// No time at all: the order of the rows is what counts.
    Instant,
}

/// A school or division; its kind alone, or with its SPOCs.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum PlaceIs {
    /// The kind alone.
    Kind(PlaceKind),
    /// Kind and SPOCs.
    Place(PlaceHas),
}

/// What kind of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceKind {
    /// A school.
    School,
    /// An HQ division.
    Hq,
}

/// A place and its SPOCs.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlaceHas {
    /// What kind.
    pub kind: PlaceKind,
    /// Primary and secondary Messaging SPOC.
    #[serde(default)]
    pub spocs: Vec<String>,
}

/// A person, where they differ from the usual.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PersonIs {
    /// What they are to the rollout; `staff` unless said.
    pub role: Option<Role>,
    /// School or division.
    pub place: Option<String>,
    /// The phone, or `none`.
    pub phone: Option<PhoneIs>,
    /// Whether the security questions were set, and the answers are remembered.
    pub answers: Option<AnswersAre>,
    /// Where e-mailed OTPs go; `ces` unless said.
    pub otp_address: Option<OtpAddressIs>,
    /// Whether they know their own password.
    pub knows_password: Option<bool>,
    /// A soft token is enrolled, and its profile is in the phone.
    pub enrolled: Option<bool>,
    /// They hold a hard token that is not enrolled yet.
    pub hard_token: Option<bool>,
    /// The account is made during the run, by an `account-created` event.
    pub new: Option<bool>,
    /// The phone number given for Google 2SV is still there.
    pub phone_number_kept: Option<bool>,
}

/// Where e-mailed OTPs go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OtpAddressIs {
    /// A mailbox of the account's owner.
    Own(Address),
    /// An address that nobody here can read any more.
    Stale(StaleWord),
}

/// The word `stale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StaleWord {
    /// An address that nobody here can read any more.
    Stale,
}

/// A phone, or none.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum PhoneIs {
    /// No phone.
    Absent(NoPhone),
    /// A phone that differs from the usual.
    Phone(PhoneHas),
}

/// The word `none`.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoPhone {
    /// No phone.
    None,
}

/// What a phone has.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PhoneHas {
    /// The authenticator app; `google-authenticator` unless said.
    pub app: Option<AppIs>,
    /// The system; `android` unless said.
    pub os: Option<Os>,
    /// How far its clock is off, such as `+20s` or `-2m`.
    #[schemars(extend("format" = "offset"))]
    pub clock: Option<String>,
}

/// An authenticator app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AppIs {
    /// Google Authenticator.
    GoogleAuthenticator,
    /// Microsoft Authenticator.
    MicrosoftAuthenticator,
    /// NetIQ Authenticator.
    NetiqAuthenticator,
    /// No app on it yet.
    None,
}

/// A phone's system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Os {
    /// Android.
    Android,
    /// iOS.
    Ios,
}

/// The answers to the security questions: all of them, none, or so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum AnswersAre {
    /// All of them, or none.
    Word(AnswersWord),
    /// Set, and some are remembered.
    Some(AnswersRemembered),
}

/// All the answers to the security questions, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnswersWord {
    /// Set and remembered.
    Set,
    /// Set and forgotten.
    Forgotten,
    /// Never set.
    NotSet,
}

/// Some of the answers to the security questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AnswersRemembered {
    /// How many are remembered.
    #[schemars(range(min = 0, max = 10))]
    pub remembered: u8,
}

impl AnswersAre {
    /// Whether they were set.
    pub fn set(self) -> bool {
        self != AnswersAre::Word(AnswersWord::NotSet)
    }

    /// How many are remembered.
    pub const fn remembered(self) -> u8 {
        match self {
            AnswersAre::Word(AnswersWord::Set) => ALL_ANSWERS,
            AnswersAre::Word(AnswersWord::Forgotten | AnswersWord::NotSet) => 0,
            AnswersAre::Some(AnswersRemembered { remembered }) => remembered,
        }
    }
}

/// A generic account.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GenericIs {
    /// Who shares it; they know its password.
    #[serde(default)]
    pub members: Vec<String>,
    /// Whose mailbox gets its OTPs.
    pub custodian: String,
    /// Where e-mailed OTPs go; the custodian's CES unless said.
    #[serde(default)]
    pub otp_address: Option<OtpAddressIs>,
    /// Its MIMS account was moved to its place already; it lies in `ICON` unless said.
    #[serde(default)]
    pub transferred: Option<bool>,
    /// A soft token is enrolled, and its profile is in each member's phone.
    #[serde(default)]
    pub enrolled: Option<bool>,
    /// Members know its password; `true` unless said.
    #[serde(default)]
    pub members_know_password: Option<bool>,
    /// Whether its security questions were set, and the custodian remembers the answers; `not-set` unless said.
    #[serde(default)]
    pub answers: Option<AnswersAre>,
    /// The account is made during the run, by an `account-created` event.
    #[serde(default)]
    pub new: Option<bool>,
}

/// A shared computer.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComputerIs {}

/// A state that is expected when the timeline ends.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Then {
    /// Of which account.
    pub account: String,
    /// What is so.
    #[serde(flatten)]
    pub state: StateIs,
}

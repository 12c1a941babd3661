//! The rows of a timeline as files have them: days, acts, faults and events, and the schema of each.
//!
//! Promises that parser, schema and reference come from these types and the table of acts. Deliberately knows no world.

use crate::act::{ActKind, Leaving, Pick, Typing, Via};
use crate::kernel::password::Shape;
use crate::policy::request::Topic;
use crate::policy::words::words;
use crate::world::message::{Party, Tile};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

words! {
    /// A session to sign out of.
    SessionOf {
        /// Google's.
        Google "google",
        /// The portal's.
        Portal "portal",
    }
    /// A tile of the Applications page.
    TileIs {
        /// MIMS Identity Portal.
        IdentityPortal "identity-portal",
        /// iCON.
        Icon "icon",
    }
    /// Which token.
    TokenIs {
        /// The soft token.
        Soft "soft",
        /// The hard token.
        Hard "hard",
    }
    /// A mailbox of a person.
    Address {
        /// CES.
        Ces "ces",
        /// SG-Mail.
        SgMail "sg-mail",
        /// Another work or personal mailbox.
        Other "other",
        /// The account's own iCON mailbox.
        Icon "icon",
    }
    /// What goes wrong outside the guide.
    FaultIs {
        /// OTPs to a mailbox come later.
        SlowMail "slow-mail",
        /// OTPs to a mailbox do not come.
        LostMail "lost-mail",
        /// A party does not answer.
        Outage "outage",
        /// The clock of a person's phone, or of the hard token in hand, is off.
        WrongClock "wrong-clock",
        /// The clock of a server is off.
        WrongServerClock "wrong-server-clock",
        /// A person is away and does nothing.
        Absent "absent",
        /// A person no longer knows the password of the own account.
        ForgottenPassword "forgotten-password",
        /// A person's phone is elsewhere.
        PhoneElsewhere "phone-elsewhere",
    }
    /// A party whose clock is compared with another's.
    ServerIs {
        /// MIMS Portal, which dates what it says to Google.
        Portal "portal",
        /// MIMS Identity Portal, which checks codes.
        SelfService "self-service",
        /// Google Workspace, which checks the date of what MIMS Portal says.
        Workspace "workspace",
    }
    /// What happens to an account outside the guide's acts.
    EventIs {
        /// A new account is made, and its credentials are sent out.
        AccountCreated "account-created",
    }
    /// A party that can fail.
    PartyIs {
        /// MIMS Portal.
        Portal "portal",
        /// MIMS Identity Portal.
        SelfService "self-service",
        /// Email OTP server.
        EmailOtp "email-otp",
        /// MIMS Self Service Password Reset.
        PasswordReset "password-reset",
        /// Google Workspace.
        Workspace "workspace",
    }
}

impl TileIs {
    /// The word of a tile.
    pub const fn of(tile: Tile) -> TileIs {
        match tile {
            Tile::IdentityPortal => TileIs::IdentityPortal,
            Tile::Icon => TileIs::Icon,
        }
    }

    /// The tile itself.
    pub const fn tile(self) -> Tile {
        match self {
            TileIs::IdentityPortal => Tile::IdentityPortal,
            TileIs::Icon => Tile::Icon,
        }
    }
}

impl PartyIs {
    /// The party itself.
    pub const fn party(self) -> Party {
        match self {
            PartyIs::Portal => Party::Portal,
            PartyIs::SelfService => Party::SelfService,
            PartyIs::EmailOtp => Party::EmailOtp,
            PartyIs::PasswordReset => Party::PasswordReset,
            PartyIs::Workspace => Party::Workspace,
        }
    }
}

impl ServerIs {
    /// The party itself.
    pub const fn party(self) -> Party {
        match self {
            ServerIs::Portal => Party::Portal,
            ServerIs::SelfService => Party::SelfService,
            ServerIs::Workspace => Party::Workspace,
        }
    }
}

/// A person, or sessions to leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OfIs {
    /// Sessions.
    Sessions(Vec<SessionOf>),
    /// A person.
    Person(String),
}

/// An address for OTPs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum AddressIs {
    /// A mailbox of the account's owner.
    Own(Address),
    /// A mailbox by its name.
    Named(#[schemars(extend("format" = "mailbox"))] String),
}

impl AddressIs {
    /// The text that files use.
    pub fn word(&self) -> &str {
        match self {
            AddressIs::Own(address) => address.word(),
            AddressIs::Named(name) => name,
        }
    }
}

/// One row of the timeline. The schema of rows is made from these keys by the table of acts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Row {
    /// The date of the rows below, such as `Wed 2023-09-27`; the weekday is checked. As the last row it lets time pass until that day begins.
    #[schemars(extend("format" = "day"))]
    pub day: Option<String>,
    /// A time of day such as `08:30`, `+20s` after the row above ended or began to wait, or `next-code`.
    #[schemars(extend("format" = "row-time"))]
    pub at: Option<String>,
    /// Who acts.
    pub who: Option<String>,
    /// The first step is taken now, and each further one by a row `do: go-on`, when that row says; no step takes time.
    pub by_steps: Option<bool>,
    /// Who joins in at the same screen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<String>,
    /// What they do.
    pub r#do: Option<ActKind>,
    /// On which account; their own unless said, and in a step the one of the page that is open.
    pub account: Option<String>,
    /// Which way in; the portal after the cutover and Google before it, unless said.
    pub via: Option<Via>,
    /// In a fresh browser: no session, no known account. A sign-in has one unless a computer is named.
    pub fresh: Option<bool>,
    /// At which computer; their own unless said.
    pub computer: Option<String>,
    /// When the code is typed, such as `08:30:05`.
    #[schemars(extend("format" = "row-time"))]
    pub code_at: Option<String>,
    /// Who is asked; or which sessions are left: `[google]`, `[portal]` or both.
    pub of: Option<OfIs>,
    /// Which token.
    pub of_token: Option<TokenIs>,
    /// For what help is asked.
    pub topic: Option<Topic>,
    /// At whose screen, or from whose app.
    pub from: Option<String>,
    /// To whom.
    pub to: Option<String>,
    /// The new address for OTPs: a mailbox of the owner, or one of somebody else, as person and kind: `dee.ces`.
    pub address: Option<AddressIs>,
    /// Who is told the new password.
    pub tell: Option<String>,
    /// How a member leaves.
    pub how: Option<Leaving>,
    /// The shape of the new password; `good` unless said.
    pub new_password: Option<Shape>,
    /// Which tile.
    pub tile: Option<TileIs>,
    /// How it is typed; `right` unless said.
    pub typed: Option<Typing>,
    /// How the code of a sign-in is typed; `right` unless said.
    pub code_typed: Option<Typing>,
    /// The code of which profile is typed, where the app has several of one label; `newest` unless said.
    pub profile: Option<Pick>,
    /// The number of an OTP.
    pub number: Option<u32>,
    /// `granted`, `done`, `waiting`, the reason of a refusal, or `unfinished` for what is begun by steps and goes no
    /// further.
    #[schemars(extend("format" = "outcome"))]
    pub expect: Option<String>,
    /// A clause that the outcome rests on.
    #[schemars(extend("format" = "clauses"))]
    pub resting_on: Option<String>,
    /// Whose account opened; `other` is any but the one that was meant, `nobody` none.
    pub r#as: Option<String>,
    /// Whether a page on the way prompted to set up a second factor.
    pub prompted: Option<bool>,
    /// What goes wrong.
    pub fault: Option<FaultIs>,
    /// The mailbox, as person and kind: `nur.ces`.
    pub mailbox: Option<String>,
    /// By how much.
    #[schemars(extend("format" = "offset"))]
    pub by: Option<String>,
    /// Until when: a time of the same day, or an instant.
    pub until: Option<String>,
    /// Which party.
    pub party: Option<PartyIs>,
    /// Whose clock.
    pub server: Option<ServerIs>,
    /// What happens.
    pub event: Option<EventIs>,
}

/// The schema of a row: a day, a fault, an event, or an act with the keys that it takes.
pub struct RowShape;

impl JsonSchema for RowShape {
    fn schema_name() -> Cow<'static, str> {
        "Row".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let flat = Row::json_schema(generator).to_value();
        let keys = flat.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let mut branches = vec![branch(&keys, "day row", "The date of the rows below.", &["day"], &["day"], None)];
        let faults = FAULTS.iter().map(|(fault, doc, needs, takes)| {
            let needs = [&["at", "fault"], *needs].concat();
            branch(&keys, "fault", doc, &[&needs[..], takes].concat(), &needs, Some(("fault", fault)))
        });
        branches.push(tagged(&keys, "fault", &["at", "fault"], faults.collect()));
        let created = ["at", "event", "account"];
        branches.push(branch(
            &keys,
            "event",
            "An account is made, and its credentials are sent out.",
            &created,
            &created,
            Some(("event", "account-created")),
        ));
        let acts: Vec<Value> = ActKind::ALL
            .iter()
            .map(|act| {
                let needs = [&["at", "who", "do"], act.needs()].concat();
                branch(&keys, "row", act.doc(), &act.keys(), &needs, Some(("do", act.word())))
            })
            .collect();
        branches.push(tagged(&keys, "row", &["at", "who", "do"], acts));
        Schema::try_from(json!({"x-noun": "row", "anyOf": branches})).unwrap_or_default()
    }
}

/// Each fault: its word, meaning, the keys it needs and takes.
const FAULTS: &[(&str, &str, &[&str], &[&str])] = &[
    ("slow-mail", "OTPs to this mailbox come later by so much.", &["mailbox", "by", "until"], &[]),
    ("lost-mail", "OTPs to this mailbox do not come.", &["mailbox", "until"], &[]),
    ("outage", "This party does not answer.", &["party", "until"], &[]),
    (
        "wrong-clock",
        "The clock of this person's phone, or hard token, is off by so much.",
        &["who", "by"],
        &["of-token"],
    ),
    ("wrong-server-clock", "The clock of this party is off by so much.", &["server", "by", "until"], &[]),
    ("absent", "This person is away and does nothing.", &["who", "until"], &[]),
    ("forgotten-password", "This person no longer knows the password of the own account.", &["who"], &[]),
    ("phone-elsewhere", "This person's phone is elsewhere.", &["who", "until"], &[]),
];

/// Variants that share some keys and are told apart by the last of these. It stands among the shared ones with all its
/// words, so that an editor completes it before the rest of a row is there.
fn tagged(keys: &Map<String, Value>, noun: &str, shared: &[&str], variants: Vec<Value>) -> Value {
    let mut shape = branch(keys, noun, "", shared, shared, None);
    if let Some(map) = shape.as_object_mut() {
        map.remove("additionalProperties");
        map.remove("description");
        map.insert("oneOf".to_owned(), Value::Array(variants));
    }
    shape
}

fn branch(
    keys: &Map<String, Value>,
    noun: &str,
    doc: &str,
    takes: &[&str],
    needs: &[&str],
    tag: Option<(&str, &str)>,
) -> Value {
    let mut properties = Map::new();
    for key in takes {
        if let Some(schema) = keys.get(*key) {
            properties.insert((*key).to_owned(), schema.clone());
        }
    }
    if let Some((key, word)) = tag {
        properties.insert(key.to_owned(), json!({"const": word, "description": doc}));
    }
    json!({
        "type": "object", "x-noun": noun, "description": doc, "properties": properties, "required": needs,
        "additionalProperties": false,
    })
}

//! The types of a scenario file, and the reading of one.
//!
//! Promises that these types are what parser and schema are made from. Deliberately knows no world: people and accounts
//! are names here.

use super::tree::{self, Tree};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::kernel::password::Shape;
use crate::policy::request::{AccountKind, Role, Topic};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One scenario: a start, a timeline and what is expected.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// The title; no two files share one.
    pub scenario: String,
    /// The clauses that it shows, such as `Q7` or `S2.1..S2.5`.
    #[serde(default)]
    pub cites: Vec<String>,
    /// Words to pick it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The world at the start.
    #[serde(default)]
    pub given: Given,
    /// The timeline, in Singapore time, never backwards.
    #[serde(skip)]
    pub when: Vec<Row>,
    /// The state when the timeline ends.
    #[serde(default)]
    pub then: Vec<Then>,
}

/// The world at the start of a scenario.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Given {
    /// The policy, by name.
    #[serde(default)]
    pub policy: Option<String>,
    /// People by name: each with an account, CES mail, a phone with Google Authenticator, a computer and answers set.
    #[serde(default)]
    pub people: BTreeMap<String, PersonIs>,
    /// Generic accounts by name.
    #[serde(default)]
    pub generic_accounts: BTreeMap<String, GenericIs>,
    /// Shared computers by name.
    #[serde(default)]
    pub computers: BTreeMap<String, ComputerIs>,
}

/// A person, where they differ from the usual.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PersonIs {
    /// What they are to the rollout; `staff` unless said.
    pub role: Option<Role>,
    /// What kind of account; `school-staff` unless said.
    pub kind: Option<AccountKind>,
    /// The phone, or `none`.
    pub phone: Option<PhoneIs>,
    /// Whether the answers to the security questions were set, and are remembered.
    pub answers: Option<AnswersAre>,
    /// Where e-mailed OTPs go; `ces` unless said.
    pub otp_address: Option<Address>,
    /// Whether they know their own password.
    pub knows_password: Option<bool>,
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

/// The answers to the security questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnswersAre {
    /// Set and remembered.
    Set,
    /// Set and forgotten.
    Forgotten,
    /// Never set.
    NotSet,
}

/// A mailbox of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Address {
    /// CES.
    Ces,
    /// SG-Mail.
    SgMail,
    /// Another work or personal mailbox.
    Other,
    /// The account's own iCON mailbox.
    Icon,
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
    /// `school-generic` unless said.
    #[serde(default)]
    pub kind: Option<AccountKind>,
}

/// A shared computer.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComputerIs {}

/// What someone does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Do {
    /// Signs in to iCON, from a fresh browser unless a computer is named.
    SignIn,
    /// Opens iCON on what is live in the browser.
    OpenIcon,
    /// Signs out; `of` says of which session.
    SignOut,
    /// Sets up the soft token: all who take part scan, save, test (Section 1).
    Enrol,
    /// Deletes the token and sets it up again, all members together (G3b).
    ReEnrol,
    /// Enrols the hard token in hand (Q12, Step B).
    EnrolHardToken,
    /// Goes as far as the QR code.
    OpenEnrolment,
    /// Reloads the QR page.
    ReloadEnrolment,
    /// Scans the QR code, at one's own screen or `from` another's.
    ScanQr,
    /// Saves the token.
    SaveToken,
    /// Tests the token.
    TestToken,
    /// Deletes the soft token.
    DeleteToken,
    /// Removes the profile from the app.
    RemoveProfile,
    /// Joins a generic account.
    Join,
    /// Leaves a generic account.
    Leave,
    /// Resets the password by the security questions.
    ForgotPassword,
    /// Changes the password.
    ChangePassword,
    /// Sets the security questions.
    SetAnswers,
    /// Loses the phone.
    LosePhone,
    /// Gets a new phone.
    ReplacePhone,
    /// Tells someone the password.
    Tell,
    /// Leaves a request for help.
    Ask,
    /// Requests a hard token (Q12, Step A).
    RequestHardToken,
    /// Hands a hard token over.
    HandOverToken,
    /// Changes the address for OTPs.
    UpdateEmail,
    /// Sets a temporary password.
    ResetPassword,
    /// Asks for the move of a generic account.
    RequestTransfer,
    /// Approves it.
    ApproveTransfer,
    /// Reads stored credentials.
    ReadCredentials,
    /// Hands credentials on.
    HandOverCredentials,
    /// Issues an emergency password.
    IssueEmergencyPassword,
}

/// Which way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ViaIs {
    /// MIMS Portal.
    Portal,
    /// Google Workspace.
    Google,
}

/// How a member leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Deletes token and profile (G3a).
    AsTheGuide,
    /// Keeps everything.
    KeepsEverything,
}

/// A session to sign out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SessionOf {
    /// Google's.
    Google,
    /// The portal's.
    Portal,
}

/// One row of the timeline: a day, or something that someone does.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Row {
    /// The date of the rows below, such as `Wed 2023-09-27`.
    pub day: Option<String>,
    /// A time of day such as `08:30`, or `+20s` after the row above ended or began to wait.
    pub at: Option<String>,
    /// Who acts.
    pub who: Option<String>,
    /// Who joins in at the same screen.
    pub with: Vec<String>,
    /// What they do.
    pub r#do: Option<Do>,
    /// On which account; their own unless said.
    pub account: Option<String>,
    /// Which way in.
    pub via: Option<ViaIs>,
    /// At which computer.
    pub computer: Option<String>,
    /// Who is asked, or which sessions are left.
    pub of: Option<OfIs>,
    /// For what.
    pub topic: Option<Topic>,
    /// At whose screen.
    pub from: Option<String>,
    /// To whom.
    pub to: Option<String>,
    /// The new address for OTPs.
    pub address: Option<Address>,
    /// Who is told.
    pub tell: Option<String>,
    /// How a member leaves.
    pub how: Option<How>,
    /// What shape the new password has.
    pub new_password: Option<Shape>,
    /// `granted`, `done`, `waiting` or the reason of a refusal.
    pub expect: Option<String>,
    /// A clause that the outcome rests on.
    pub resting_on: Option<String>,
    /// Whose account opened.
    pub r#as: Option<String>,
}

/// A person, or a list of sessions.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OfIs {
    /// Sessions.
    Sessions(Vec<SessionOf>),
    /// A person.
    Person(String),
}

/// A state that is expected when the timeline ends.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Then {
    /// Of which account.
    pub account: String,
    /// Exactly these people can sign in: from a fresh browser, with what they have and know, nobody helping.
    pub can_sign_in: Vec<String>,
}

/// A scenario with its text and tree, so that every later finding has a place.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The file.
    pub source: SourceFile,
    /// Its tree.
    pub tree: Tree,
    /// What it says.
    pub scenario: Scenario,
}

/// Reads a scenario from a file's bytes.
///
/// # Errors
/// Everything that is wrong with the file's shape.
pub fn read(name: &str, bytes: &[u8]) -> Result<Loaded, Vec<Diagnostic>> {
    let (source, tree) = tree::parse(name, bytes)?;
    let mut faults = Vec::new();
    let mut top = serde_yaml::Mapping::new();
    let mut rows = Vec::new();
    for entry in tree.entries() {
        if entry.key == "when" {
            for item in entry.value.items() {
                match serde_yaml::from_value::<Row>(item.to_value()) {
                    Ok(row) => rows.push(row),
                    Err(why) => faults.push(shape(name, item.span, &why)),
                }
            }
            continue;
        }
        let mut alone = serde_yaml::Mapping::new();
        alone.insert("scenario".into(), "x".into());
        alone.insert(entry.key.clone().into(), entry.value.to_value());
        if let Err(why) = serde_yaml::from_value::<Scenario>(alone.into()) {
            let span = if tree.get(&entry.key).is_some() { entry.value.span } else { entry.key_span };
            faults.push(shape(name, span, &why));
        }
        top.insert(entry.key.clone().into(), entry.value.to_value());
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut scenario: Scenario =
        serde_yaml::from_value(top.into()).map_err(|why| vec![shape(name, tree.span, &why)])?;
    scenario.when = rows;
    Ok(Loaded { source, tree, scenario })
}

fn shape(name: &str, span: crate::diagnostic::Span, why: &serde_yaml::Error) -> Diagnostic {
    Diagnostic::error("S101", why.to_string()).at(name, span).label("here")
}

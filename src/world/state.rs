//! The rows: one for each account, person, mailbox, computer and hard token.
//!
//! Promises that a clone is a whole copy of the world, so that a question can be tried on it.
//! Deliberately holds no names: whoever made the world keeps them.

use super::ids::{AccountId, ComputerId, MailboxId, PasswordId, PersonId, PlaceId, SecretId, TokenId};
use super::message::Page;
use super::{email_otp, password_reset, portal, self_service, workspace};
use crate::kernel::{Span, Time};
use crate::policy::Scope;
use crate::policy::request::{AccountKind, Role};
use std::collections::{BTreeMap, BTreeSet};

/// One account, in the slices of the parties that keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// What kind.
    pub kind: AccountKind,
    /// Its school or division.
    pub place: PlaceId,
    /// The generic account still lies in `ICON`.
    pub in_icon: bool,
    /// Its LA asked for the move, and nobody approved yet.
    pub transfer_requested: bool,
    /// Whoever owns it, or is its custodian.
    pub owner: PersonId,
    /// Its own iCON mailbox.
    pub icon_mailbox: MailboxId,
    /// The copy of its credentials in the iCollaborate folder.
    pub stored: Option<PasswordId>,
    /// MIMS Portal's slice.
    pub portal: portal::Row,
    /// Self-service's slice.
    pub self_service: self_service::Row,
    /// The OTP server's slice.
    pub email_otp: email_otp::Row,
    /// Password reset's slice.
    pub reset: password_reset::Row,
    /// Google's slice.
    pub workspace: workspace::Row,
}

impl Account {
    /// Under which rules it is.
    pub fn scope(&self) -> Scope {
        self.portal.scope
    }
}

/// Which authenticator app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum App {
    /// Google Authenticator.
    Google,
    /// Microsoft Authenticator.
    Microsoft,
    /// NetIQ Authenticator.
    NetIq,
}

/// A profile in an app: a secret under a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Profile {
    /// The label: which account it is for.
    pub account: AccountId,
    /// The secret that was scanned.
    pub secret: SecretId,
}

/// A phone or tablet with an authenticator app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// The app.
    pub app: Option<App>,
    /// It is an iOS device.
    pub ios: bool,
    /// How far its clock is ahead of true time.
    pub clock: Span,
    /// The profiles in it, oldest first.
    pub profiles: Vec<Profile>,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// What they are to the rollout.
    pub role: Role,
    /// Where.
    pub place: PlaceId,
    /// Their own account, if any.
    pub account: Option<AccountId>,
    /// Their own computer.
    pub computer: ComputerId,
    /// Their phone, if any.
    pub phone: Option<Phone>,
    /// The hard token in hand.
    pub token: Option<TokenId>,
    /// They remember the answers to their security questions.
    pub remembers_answers: bool,
    /// Passwords they know, by account.
    pub knows: BTreeMap<AccountId, PasswordId>,
    /// Google passwords they know, before the cutover.
    pub knows_old: BTreeSet<AccountId>,
    /// Not there until then.
    pub absent_until: Option<Time>,
}

/// What kind of mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// CES.
    Ces,
    /// SG-Mail.
    SgMail,
    /// Another work or personal mailbox.
    Other,
    /// The iCON mailbox of an account, inside Google Workspace.
    Icon(AccountId),
}

/// An OTP that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtpMail {
    /// For which account.
    pub account: AccountId,
    /// Its number.
    pub number: u32,
    /// Its digits.
    pub value: u32,
}

/// One mailbox; it keeps the newest OTPs only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// What kind.
    pub kind: MailKind,
    /// Whose.
    pub owner: PersonId,
    /// OTPs that arrived.
    pub otps: Vec<OtpMail>,
    /// Credentials that arrived.
    pub credentials: BTreeMap<AccountId, PasswordId>,
}

/// One computer: the parties' cookies and two tabs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Computer {
    /// The portal's cookies.
    pub portal: portal::Cookies,
    /// Self-service's cookies.
    pub self_service: self_service::Cookies,
    /// Google's cookies.
    pub workspace: workspace::Cookies,
    /// What the two tabs show.
    pub tabs: [Page; 2],
}

/// One hard token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HardToken {
    /// Its secret.
    pub secret: SecretId,
    /// How far its clock is ahead.
    pub clock: Span,
}

/// Everything that changes in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World {
    /// Accounts by id.
    pub accounts: Vec<Account>,
    /// People by id.
    pub people: Vec<Person>,
    /// Mailboxes by id.
    pub mailboxes: Vec<Mailbox>,
    /// Computers by id.
    pub computers: Vec<Computer>,
    /// Hard tokens by id.
    pub tokens: Vec<HardToken>,
    /// Who shares which generic account.
    pub members: BTreeSet<(AccountId, PersonId)>,
}

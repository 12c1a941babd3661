//! Every protocol between two parties, in one enum.
//!
//! Promises that messages are `Copy` and carry ids and facts, so that any of them can be late, lost or doubled, and a
//! sequence diagram is a view of the trace. Deliberately holds no behaviour.

use super::codes::{App, Code};
use super::ids::{AccountId, ComputerId, MailboxId, PasswordId, PersonId, SecretId, TokenId};
use super::tokens::WhichToken;
use crate::kernel::Time;
use crate::kernel::password::Features;
use crate::policy::decide::sign_in::{Attempt, HeldFactor};
use crate::policy::request::{Factor, Reason, Via};

/// Who sends and receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A browser on a computer, with a person before it.
    Browser,
    /// MIMS Portal: the identity provider.
    Portal,
    /// MIMS Identity Portal: self-service and second factor.
    SelfService,
    /// Email OTP server.
    EmailOtp,
    /// The mailboxes.
    Mail,
    /// MIMS Self Service Password Reset.
    PasswordReset,
    /// Google Workspace: the service provider.
    Workspace,
}

impl Party {
    /// The name that the guide gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Party::Browser => "browser",
            Party::Portal => "MIMS Portal",
            Party::SelfService => "MIMS Identity Portal",
            Party::EmailOtp => "Email OTP server",
            Party::Mail => "mailbox",
            Party::PasswordReset => "Password Reset",
            Party::Workspace => "Google Workspace",
        }
    }
}

/// What a page of a browser shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Page {
    /// Nothing yet.
    #[default]
    Blank,
    /// MIMS sign-in: at the portal itself, or after a redirect from Google Workspace.
    PortalSignIn(Via),
    /// A new password is asked before anything else.
    MustChange,
    /// The portal's tiles.
    Applications,
    /// A code is asked for iCON.
    CodeAsked,
    /// The Google Workspace dashboard of an account.
    Dashboard(AccountId),
    /// Google asks for an address, or offers known accounts.
    GoogleSignIn,
    /// Google asks its own password and 2SV.
    OldPassword,
    /// The Identity Portal with `Setup 2FA`.
    Setup,
    /// The login ID again.
    LoginIdAgain,
    /// The chain Email OTP.
    OtpChain,
    /// OTP number so-and-so was sent to this mailbox.
    OtpAsked {
        /// The OTP's number.
        number: u32,
        /// Where it went.
        mailbox: MailboxId,
    },
    /// Enrolled authenticators and those that can be added.
    Authenticators {
        /// A soft token is among the enrolled.
        soft: bool,
        /// A hard token is.
        hard: bool,
    },
    /// The QR code of a fresh secret.
    Qr {
        /// The secret in the code.
        secret: SecretId,
        /// When the page was shown.
        shown: Time,
    },
    /// The token was saved.
    Saved,
    /// The test passed.
    TestPassed,
    /// The token was deleted.
    Deleted,
    /// `Forgot Password?` asks the login ID.
    ForgotLogin,
    /// The security questions.
    Questions,
    /// A new password is asked after right answers.
    ResetPassword,
    /// `Please wait` until the change has taken effect.
    PleaseWait(Time),
    /// The change is done.
    Changed,
    /// An error, and why; the page on which the step was taken stays open under it.
    Refused(Reason),
    /// Signed out of Google.
    SignedOutGoogle,
    /// Logged out of the portal.
    LoggedOut,
}

impl Page {
    /// Whether it is one from which the list of authenticators is reached: behind the gate.
    pub const fn is_behind_the_gate(self) -> bool {
        matches!(self, Page::Authenticators { .. } | Page::Qr { .. } | Page::Saved | Page::TestPassed | Page::Deleted)
    }

    /// Whether it is one of the self-service portal's behind the tile.
    pub const fn is_of_self_service(self) -> bool {
        matches!(
            self,
            Page::Setup
                | Page::LoginIdAgain
                | Page::OtpChain
                | Page::OtpAsked { .. }
                | Page::Authenticators { .. }
                | Page::Qr { .. }
                | Page::Saved
                | Page::TestPassed
                | Page::Deleted
        )
    }

    /// Whether it is one on the way through the portal's sign-in.
    pub const fn is_on_the_way_in(self) -> bool {
        matches!(
            self,
            Page::PortalSignIn(_)
                | Page::MustChange
                | Page::CodeAsked
                | Page::ForgotLogin
                | Page::Questions
                | Page::ResetPassword
                | Page::PleaseWait(_)
        )
    }
}

/// The number of a SAML request, unique in a run.
pub type SamlId = u32;

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Body {
    // Browser to portal.
    VisitPortal,
    SignIn { suffix_right: bool, password: PasswordId, same_case: bool },
    ChangeExpired { password: PasswordId, features: Features, alike: bool },
    OpenTile(Tile),
    EnterCode(Code),
    EnterEmergency(PasswordId),
    Logout,
    ChangePassword { password: PasswordId, features: Features, alike: bool },
    SetAnswers,
    ForgotPassword,
    // Portal and self-service, to each other.
    FactorsAsked,
    Factors(HeldFactor),
    Verify { code: Code, via: Via },
    VerifyLinked { code: Code, via: Via, opens: AccountId },
    VerifyEmergency(PasswordId),
    Verified { factor: Factor, refused: Option<Reason> },
    WrongFactor { reason: Reason, attempt: Attempt },
    Arrive { session: Option<Time> },
    LoggedOut,
    // Browser to self-service.
    OpenSetup,
    LoginId { right: bool },
    NextOtp,
    EnterOtp { number: u32, value: u32 },
    ShowQr,
    ReloadQr,
    EnterSecret(SecretId),
    Save { comment: Option<App>, code: Option<Code> },
    SaveSerial { token: TokenId, known: bool, code: Option<Code> },
    Test(Code),
    Delete { hard: bool, leaves: bool, which: WhichToken },
    // Self-service and the Email OTP server.
    SendOtp { icon_address: bool, mailbox: MailboxId },
    OtpSent { number: u32, mailbox: MailboxId },
    OtpRefused(Reason),
    CheckOtp { number: u32, value: u32 },
    OtpChecked(Option<Reason>),
    OtpMail { mailbox: MailboxId, number: u32, value: u32, sent: Time },
    // Password reset.
    Search { account_locked: bool },
    Answers { right: u32 },
    NewPassword { password: PasswordId, features: Features, alike: bool },
    QuestionsSet,
    PasswordSet { password: PasswordId, by: SetBy },
    Unlock,
    // Google Workspace.
    VisitGoogle,
    Address { icon_domain: bool, known_device: bool },
    OldSignIn { password: bool },
    SignOutGoogle,
    AuthnRequest(SamlId),
    Assertion { audience: Party, answers: Option<SamlId>, id: SamlId, issued: Time, factor: Factor },
    // Any party to a browser: a page, or a notice on it that a second factor should be set up.
    Show(Page),
    Prompt,
}

/// How an account comes by a new password without a sign-in that asks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetBy {
    /// An LA sets a temporary one (S4.8, G4b).
    Administrator,
    /// A member resets it after the security questions (S4.4).
    Reset,
    /// Whoever is signed in changes it (Q14).
    Change,
}

/// A tile of the Applications page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tile {
    /// `MIMS Identity Portal`.
    IdentityPortal,
    /// `iCON`.
    Icon,
}

/// One message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// From whom.
    pub from: Party,
    /// To whom.
    pub to: Party,
    /// Whose account it is about.
    pub account: AccountId,
    /// On which computer.
    pub computer: ComputerId,
    /// In which of its two tabs: 0, or 1 for reading mail beside a set-up.
    pub tab: u8,
    /// Before it sits.
    pub person: PersonId,
    /// What it says.
    pub body: Body,
}

impl Message {
    /// The answer to it, or what follows from it.
    #[must_use]
    pub fn then(&self, to: Party, body: Body) -> Message {
        Message { from: self.to, to, body, ..*self }
    }

    /// The page that the browser shows in answer.
    #[must_use]
    pub fn show(&self, page: Page) -> Message {
        self.then(Party::Browser, Body::Show(page))
    }
}

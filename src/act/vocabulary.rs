//! The vocabulary of acts: what people can do, the steps that this takes, and how it ends.
//!
//! Promises that every act has one kind, whose word files and reports use. Deliberately knows no page and performs nothing.

use crate::kernel::Span;
use crate::kernel::password::Shape;
use crate::policy::request::{Reason, Topic};
use crate::world::ids::{ComputerId, MailboxId, PersonId};
use crate::world::message::Tile;
use schemars::JsonSchema;
use serde::Deserialize;

/// Which way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// MIMS Portal (Section 2).
    Portal,
    /// Google Workspace (Section 3, and the old way).
    Google,
}

/// How something is typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Typing {
    /// As it should be.
    #[default]
    Right,
    /// Something else.
    Wrong,
    /// Right but for upper and lower case.
    WrongCase,
    /// The iCON address for the login ID, or another domain for the iCON address.
    WrongName,
    /// Of codes: the one of the time step before that which the device shows.
    Earlier,
    /// Of codes: the one of the time step after that which the device shows.
    Later,
}

/// An act, with what it needs beside person, account and computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Sections 2 and 3, and the old way before the cutover.
    SignIn {
        /// Which way; the portal after the cutover and Google before it where not said.
        via: Option<Via>,
        /// How the password is typed.
        typed: Typing,
    },
    /// iCON, on what is live in the browser.
    OpenIcon,
    /// Out of Google, the portal, or both.
    SignOut {
        /// Out of Google.
        google: bool,
        /// Out of the portal.
        portal: bool,
    },
    /// Section 1; `again` deletes the old token and profiles first (G3b).
    Enrol {
        /// Everything from the start.
        again: bool,
    },
    /// Q12, Step B.
    EnrolHard,
    /// As far as the QR code.
    OpenEnrolment,
    /// As far as the OTP that is asked, or another OTP.
    RequestOtp {
        /// How login ID and password are typed at the portal.
        typed: Typing,
    },
    /// The portal's test.
    TestToken,
    /// Deletes a token.
    DeleteToken {
        /// The hard one.
        hard: bool,
    },
    /// Leaves a generic account as the guide says: token and profile (G3a).
    Leave,
    /// Deletes the token because another member leaves.
    Remove {
        /// Who leaves.
        leaver: PersonId,
    },
    /// Section 4.
    ForgotPassword {
        /// Of the new password.
        shape: Shape,
    },
    /// Q14.
    ChangePassword {
        /// Of the new password.
        shape: Shape,
    },
    /// Q14.
    SetAnswers,
    /// A single step, on the page that is open.
    One(Step),
    /// Something between people, or by a helper.
    Interaction(Interaction),
}

/// What goes on between people, without a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Interaction {
    Join,
    Leave { leaver: PersonId, unlinked: bool },
    LosePhone,
    ReplacePhone,
    InstallApp,
    CopySecret { from: PersonId },
    ReadMail,
    Tell { to: PersonId },
    Ask { of: PersonId, topic: Topic },
    RequestHardToken { of: PersonId },
    HandOverToken { to: PersonId },
    UpdateEmail { to: MailboxId },
    ResetPassword { tell: Option<PersonId> },
    RequestTransfer,
    ApproveTransfer,
    ReadCredentials,
    HandOverCredentials { to: PersonId },
    IssueEmergency { to: PersonId },
}

/// One step of a person, with what it touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Step {
    Visit(Via),
    EnterPassword(Typing),
    ChangeExpired,
    OpenTile(Tile),
    TypeAddress(Typing),
    OldSignIn(Typing),
    EnterCode(Typing),
    OpenSetup,
    LoginId(Typing),
    NextOtp,
    EnterOtp { number: Option<u32> },
    ShowQr,
    ReloadQr,
    EnterSecret,
    Scan { person: PersonId, screen: ComputerId },
    Save,
    SaveSerial,
    Test(PersonId),
    Delete { hard: bool, leaves: bool },
    RemoveProfile(PersonId),
    SignOutGoogle,
    Logout,
    ForgotPassword,
    Answers,
    NewPassword(Shape),
    ChangePassword(Shape),
    SetAnswers,
    PressBack,
    Interaction(Interaction),
}

impl Step {
    /// How long it nominally takes.
    pub const fn takes(self) -> Span {
        Span(match self {
            Step::OpenTile(_) | Step::OpenSetup | Step::NextOtp | Step::ShowQr | Step::ReloadQr => 2_000,
            Step::Visit(_) | Step::SignOutGoogle | Step::Logout | Step::RemoveProfile(_) | Step::PressBack => 3_000,
            Step::Scan { .. } | Step::LoginId(_) | Step::Delete { .. } | Step::ForgotPassword => 5_000,
            Step::EnterCode(_) | Step::TypeAddress(_) | Step::Save | Step::Test(_) => 6_000,
            Step::EnterPassword(_) | Step::EnterOtp { .. } => 8_000,
            Step::OldSignIn(_) | Step::SaveSerial => 12_000,
            Step::Answers | Step::SetAnswers | Step::EnterSecret => 20_000,
            Step::NewPassword(_) | Step::ChangePassword(_) | Step::ChangeExpired => 20_000,
            Step::Interaction(_) => 0,
        })
    }

    /// Whether the browser shows another page after it.
    pub const fn turns_page(self) -> bool {
        !matches!(self, Step::Scan { .. } | Step::RemoveProfile(_) | Step::Interaction(_))
    }

    /// Whether it can end on the dashboard.
    pub(super) const fn signs_in(self) -> bool {
        matches!(
            self,
            Step::Visit(_)
                | Step::EnterPassword(_)
                | Step::OpenTile(_)
                | Step::TypeAddress(_)
                | Step::OldSignIn(_)
                | Step::EnterCode(_)
                | Step::PressBack
        )
    }
}

/// How an act ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActOutcome {
    /// iCON opened.
    Granted,
    /// It was done.
    Done,
    /// It waits for someone or something.
    Waiting,
    /// It was refused.
    Refused(Reason),
}

impl ActOutcome {
    /// Whether it was refused.
    pub const fn refused(self) -> bool {
        matches!(self, ActOutcome::Refused(_))
    }

    /// The word that files and reports use.
    pub fn word(self) -> &'static str {
        match self {
            ActOutcome::Granted => "granted",
            ActOutcome::Done => "done",
            ActOutcome::Waiting => "waiting",
            ActOutcome::Refused(reason) => reason.word(),
        }
    }
}

macro_rules! acts {
    ($($name:ident $word:literal [$($key:literal)*] [$($need:literal)*] $doc:literal;)*) => {
        /// What someone does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
        #[schemars(rename = "Do")]
        pub enum ActKind { $(#[doc = $doc] #[serde(rename = $word)] $name,)* }

        impl ActKind {
            /// Every act, in the order of the reference.
            pub const ALL: &'static [ActKind] = &[$(ActKind::$name,)*];
            /// The word that files use.
            pub const fn word(self) -> &'static str { match self { $(ActKind::$name => $word,)* } }
            /// One line of meaning.
            pub const fn doc(self) -> &'static str { match self { $(ActKind::$name => $doc,)* } }
            /// The keys it takes beside those of every act.
            pub const fn takes(self) -> &'static [&'static str] { match self { $(ActKind::$name => &[$($need,)* $($key,)*],)* } }
            /// Those of them that it needs.
            pub const fn needs(self) -> &'static [&'static str] { match self { $(ActKind::$name => &[$($need,)*],)* } }
        }
    };
}

acts! {
    SignIn "sign-in" ["account" "via" "computer" "code-at" "typed" "code-typed" "profile" "as" "prompted"] ["expect"] "Signs in to iCON, from a fresh browser unless a computer is named (Sections 2 and 3).";
    OpenIcon "open-icon" ["account" "computer" "as"] ["expect"] "Opens iCON on what is live in the browser.";
    SignOut "sign-out" ["account" "computer" "of"] [] "Signs out of Google, of the portal, or of both.";
    Enrol "enrol" ["with" "account" "computer" "fresh"] [] "Sets up the soft token: all who take part scan and test (Section 1).";
    ReEnrol "re-enrol" ["with" "account" "computer" "fresh"] [] "Deletes the token and profiles and sets up again, all together (G3b).";
    EnrolHardToken "enrol-hard-token" ["with" "account" "computer" "fresh"] [] "Enrols the hard token in hand by its serial and a code (Q12, Step B).";
    TestToken "test-token" ["account" "computer" "typed" "profile"] [] "Tests the token with a code (S1.11 to S1.13), on the page that is open or after passing the gate.";
    DeleteToken "delete-token" ["with" "account" "computer" "of-token"] [] "Deletes the soft token, or the hard one.";
    RemoveProfile "remove-profile" ["account"] [] "Removes the account's profile from the app.";
    Offboard "offboard" ["with" "account" "computer"] [] "Leaves as the guide says: deletes the token and the profile (G3a).";
    GoOn "go-on" [] [] "Takes the next step of what was begun with `by-steps: true`.";
    Join "join" ["account"] [] "Becomes a member of a generic account, and is told its password.";
    Leave "leave" ["with" "account" "computer" "how"] [] "Leaves a generic account.";
    ForgotPassword "forgot-password" ["with" "account" "computer" "fresh" "new-password"] ["expect"] "Resets the password by the security questions (Section 4).";
    ChangePassword "change-password" ["account" "computer" "new-password"] [] "Changes the password (Q14).";
    SetAnswers "set-answers" ["account" "computer"] [] "Sets the security questions (Q14).";
    ReadMail "read-mail" ["account" "computer"] [] "Reads the mailbox: OTPs, and credentials that came.";
    RequestHardToken "request-hard-token" ["account"] ["of"] "Requests a hard token (Q12, Step A).";
    LosePhone "lose-phone" [] [] "Loses the phone, with all its profiles.";
    ReplacePhone "replace-phone" [] [] "Gets a new phone, with no profile in it.";
    InstallApp "install-app" [] [] "Installs Google Authenticator on a phone that has no authenticator app.";
    CopySecret "copy-secret" ["account"] ["from"] "Takes the secret from another's app, a backup or a photograph.";
    Ask "ask" ["account"] ["of" "topic"] "Leaves a request for help with someone.";
    Tell "tell" ["account"] ["to"] "Tells someone the password.";
    UpdateEmail "update-email" ["address"] ["account"] "Changes the address that OTPs go to (S1.6, Q11).";
    ResetPassword "reset-password" ["tell"] ["account"] "Sets a temporary password (S4.8, G4b).";
    RequestTransfer "request-transfer" [] ["account"] "Asks for a generic account to be moved from ICON (G4b, G5b).";
    ApproveTransfer "approve-transfer" [] ["account"] "Approves that move.";
    ReadCredentials "read-credentials" ["computer"] ["account"] "Reads the stored or mailed credentials of a generic account (G4a, G5a).";
    HandOverCredentials "hand-over-credentials" [] ["account" "to"] "Hands the credentials of an account on (N1, G6).";
    HandOverToken "hand-over-token" [] ["to"] "Hands a hard token over.";
    IssueEmergencyPassword "issue-emergency-password" ["to"] ["account"] "Issues an emergency password in place of a code (A24).";
    EnterPassword "enter-password" ["account" "computer" "typed" "as"] [] "Step: types login ID and password on the page that asks for it.";
    OpenTile "open-tile" ["account" "computer" "as"] ["tile"] "Step: opens a tile of the Applications page.";
    ChooseAccount "choose-account" ["account" "computer" "typed" "as"] [] "Step: types the address at Google, or chooses the account there.";
    EnterCode "enter-code" ["account" "computer" "code-at" "typed" "profile" "as"] [] "Step: types a code on the page that asks for it.";
    PressBack "press-back" ["account" "computer" "as"] [] "Step: presses Back as far as the page that carried the last sign-in to Google, which is sent again.";
    OpenSetup "open-setup" ["account" "computer"] [] "Step: Setup 2FA on the Identity Portal (S1.3).";
    EnterLoginId "enter-login-id" ["account" "computer" "typed"] [] "Step: the login ID, asked for again (S1.4).";
    OpenEnrolment "open-enrolment" ["account" "computer"] [] "Step: goes as far as the QR code (S1.1 to S1.8).";
    RequestOtp "request-otp" ["account" "computer" "typed"] [] "Step: goes as far as the OTP that is asked (S1.1 to S1.5), or asks for another.";
    EnterOtp "enter-otp" ["account" "computer" "number"] [] "Step: types the OTP (S1.6); the one on the screen unless a number is said.";
    ShowQr "show-qr" ["account" "computer"] [] "Step: opens Soft Token (OTP) (S1.8).";
    ReloadEnrolment "reload-enrolment" ["account" "computer"] [] "Step: reloads the QR page, which shows a new secret.";
    ScanQr "scan-qr" ["account" "computer" "from"] [] "Step: scans the QR code on one's own screen, or on another's.";
    EnterSecret "enter-secret" ["account" "computer"] [] "Step: types a secret by hand, into the page and into the app (P13-14).";
    EnterSerial "enter-serial" ["account" "computer"] [] "Step: names a hardware token by its serial, with a code (P13-14).";
    SaveToken "save-token" ["account" "computer"] [] "Step: comment and Save (S1.9, S1.10).";
}

impl ActKind {
    /// Every key that a row of it may have.
    pub fn keys(self) -> Vec<&'static str> {
        let always = if self == ActKind::GoOn { &["at", "who", "do"] } else { ALWAYS };
        [always, self.takes()].concat()
    }

    /// Whether it is a single step on a page that is open.
    pub const fn is_step(self) -> bool {
        matches!(
            self,
            ActKind::EnterPassword
                | ActKind::OpenTile
                | ActKind::ChooseAccount
                | ActKind::EnterCode
                | ActKind::PressBack
                | ActKind::OpenSetup
                | ActKind::EnterLoginId
                | ActKind::EnterOtp
                | ActKind::ShowQr
                | ActKind::ReloadEnrolment
                | ActKind::ScanQr
                | ActKind::EnterSecret
                | ActKind::EnterSerial
                | ActKind::SaveToken
        )
    }
}

/// Keys that every act takes, but for going on, whose outcome is that of the row that was begun.
const ALWAYS: &[&str] = &["at", "who", "do", "expect", "resting-on", "by-steps"];

//! The vocabulary of acts: one table of what people can do, with the words and keys of files, and how an act ends.
//!
//! Promises that every act has one kind, and every kind but `go-on` one act: a line that is added to the table does not
//! compile until `procedure` has its steps and `format/act_row` its row. Deliberately knows no page.

use crate::kernel::password::Shape;
use crate::policy::request::{Reason, Topic, Via};
use crate::policy::words::words;
use crate::world::ids::{ComputerId, MailboxId, PersonId};
use crate::world::message::Tile;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// How a member leaves.
    #[schemars(rename = "How")]
    Leaving {
        /// Deletes the token and the profile (G3a).
        AsTheGuide "as-the-guide",
        /// Keeps token, profile and password.
        KeepsEverything "keeps-everything",
        /// The custodian deletes the token; the leaver keeps profile and password.
        RemovedByCustodian "removed-by-custodian",
    }
    /// How something is typed.
    #[schemars(rename = "TypedIs")]
    Typing {
        /// As it should be.
        Right "right",
        /// Something else.
        Wrong "wrong",
        /// Right but for upper and lower case.
        WrongCase "wrong-case",
        /// The iCON address where the login ID is asked, another domain where the iCON address is, or another serial.
        WrongName "wrong-name",
        /// Of codes: the one of the time step before that which the device shows.
        Earlier "earlier",
        /// Of codes: the one of the time step after that which the device shows.
        Later "later",
    }
    /// Which profile, where an app has several of one label.
    #[schemars(rename = "ProfileIs")]
    Pick {
        /// The one that came last.
        Newest "newest",
        /// The one that came first.
        Oldest "oldest",
    }
}

/// Makes the enums of acts. A line of the table is the meaning, the word, the class with the name and the fields, and
/// the keys of a row: those that it may have beside those of every act, and those that it needs. The classes:
/// `procedure` takes steps from page to page, `step` is a single step on the page that is open, `interaction` needs no
/// page, and `row` is no act of its own.
macro_rules! acts {
    ($(
        #[doc = $doc:literal]
        $word:literal
        $(procedure($procedure:ident $($p:tt)?))? $(step($step:ident $($s:tt)?))?
        $(interaction($interaction:ident $($i:tt)?))? $(row($row:ident))?
        takes [$($key:literal)*] needs [$($need:literal)*];
    )*) => {
        /// An act, with what it needs to know in addition to the person, the account and the computer.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Act {
            $($(#[doc = $doc] $procedure $($p)?,)? $(#[doc = $doc] $step $($s)?,)?)*
            /// Something between people, or by a helper.
            Interaction(Interaction),
        }

        /// What goes on between people, or with their devices and mail, without a page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Interaction { $($(#[doc = $doc] $interaction $($i)?,)?)* }

        /// What someone does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[schemars(rename = "Do")]
        pub enum ActKind {
            $(#[doc = $doc] #[serde(rename = $word)] $($procedure)? $($step)? $($interaction)? $($row)?,)*
        }

        impl Act {
            /// Its kind: the same without what it needs to know.
            pub const fn kind(self) -> ActKind {
                match self {
                    $($(Act::$procedure { .. } => ActKind::$procedure,)? $(Act::$step { .. } => ActKind::$step,)?)*
                    Act::Interaction(interaction) => interaction.kind(),
                }
            }
        }

        impl Interaction {
            /// Its kind: the same without what it needs to know.
            pub const fn kind(self) -> ActKind {
                match self { $($(Interaction::$interaction { .. } => ActKind::$interaction,)?)* }
            }
        }

        impl ActKind {
            /// Every kind, in the order of the reference.
            pub const ALL: &'static [ActKind] =
                &[$(ActKind::$($procedure)? $($step)? $($interaction)? $($row)?,)*];

            /// The word that files and reports use.
            pub const fn word(self) -> &'static str {
                match self { $(ActKind::$($procedure)? $($step)? $($interaction)? $($row)? => $word,)* }
            }

            /// One line of meaning.
            pub const fn doc(self) -> &'static str {
                match self { $(ActKind::$($procedure)? $($step)? $($interaction)? $($row)? => $doc.trim_ascii(),)* }
            }

            /// The keys that a row of it takes in addition to those of every act.
            pub const fn takes(self) -> &'static [&'static str] {
                match self {
                    $(ActKind::$($procedure)? $($step)? $($interaction)? $($row)? => &[$($need,)* $($key,)*],)*
                }
            }

            /// Those of them that it needs.
            pub const fn needs(self) -> &'static [&'static str] {
                match self { $(ActKind::$($procedure)? $($step)? $($interaction)? $($row)? => &[$($need,)*],)* }
            }

            /// Whether it is a single step on a page that is open.
            pub const fn is_step(self) -> bool {
                match self {
                    $($(ActKind::$procedure => false,)? $(ActKind::$step => true,)?
                    $(ActKind::$interaction => false,)? $(ActKind::$row => false,)?)*
                }
            }
        }
    };
}

acts! {
    /// Signs in to iCON, from a fresh browser unless a computer is named (Sections 2 and 3).
    "sign-in" procedure(SignIn {
        /// Which way in; the portal after the cutover and Google before it where not said.
        via: Option<Via>,
        /// How the password is typed.
        typed: Typing,
    })
    takes ["account" "via" "computer" "code-at" "typed" "code-typed" "profile" "as" "prompted"] needs ["expect"];

    /// Opens iCON on what is live in the browser.
    "open-icon" procedure(OpenIcon) takes ["account" "computer" "as"] needs ["expect"];

    /// Signs out of Google, of the portal, or of both.
    "sign-out" procedure(SignOut {
        /// Out of Google.
        google: bool,
        /// Out of the portal.
        portal: bool,
    })
    takes ["account" "computer" "of"] needs [];

    /// Sets up the soft token: all who take part scan and test (Section 1).
    "enrol" procedure(Enrol) takes ["with" "account" "computer" "fresh"] needs [];

    /// Deletes the token and profiles and sets up again, all together (G3b).
    "re-enrol" procedure(ReEnrol) takes ["with" "account" "computer" "fresh"] needs [];

    /// Enrols the hard token in hand by its serial and a code (Q12, Step B).
    "enrol-hard-token" procedure(EnrolHardToken) takes ["with" "account" "computer" "fresh"] needs [];

    /// Tests the token with a code (S1.11 to S1.13), on the page that is open or after passing the gate.
    "test-token" procedure(TestToken) takes ["account" "computer" "typed" "profile"] needs [];

    /// Deletes the soft token, or the hard one.
    "delete-token" procedure(DeleteToken {
        /// The hard one.
        hard: bool,
    })
    takes ["with" "account" "computer" "of-token"] needs [];

    /// Removes the account's profile from the app.
    "remove-profile" procedure(RemoveProfile) takes ["account"] needs [];

    /// Leaves as the guide says: deletes the token and the profile (G3a).
    "offboard" procedure(Offboard) takes ["with" "account" "computer"] needs [];

    /// Takes the next step of what was begun with `by-steps: true`.
    "go-on" row(GoOn) takes [] needs [];

    /// Becomes a member of a generic account, and is told its password.
    "join" interaction(Join) takes ["account"] needs [];

    /// Leaves a generic account.
    "leave" procedure(Leave {
        /// Who leaves: the person who acts, unless the custodian does.
        leaver: PersonId,
        /// How they leave.
        how: Leaving,
    })
    takes ["with" "account" "computer" "how"] needs [];

    /// Resets the password by the security questions (Section 4).
    "forgot-password" procedure(ForgotPassword {
        /// What the new password is made of.
        shape: Shape,
    })
    takes ["with" "account" "computer" "fresh" "new-password"] needs ["expect"];

    /// Changes the password (Q14).
    "change-password" procedure(ChangePassword {
        /// What the new password is made of.
        shape: Shape,
    })
    takes ["account" "computer" "new-password"] needs [];

    /// Sets the security questions (Q14).
    "set-answers" procedure(SetAnswers) takes ["account" "computer"] needs [];

    /// Reads the mailbox: OTPs, and credentials that came.
    "read-mail" interaction(ReadMail) takes ["account" "computer"] needs [];

    /// Requests a hard token (Q12, Step A).
    "request-hard-token" interaction(RequestHardToken {
        /// Who is asked.
        of: PersonId,
    })
    takes ["account"] needs ["of"];

    /// Loses the phone, with all its profiles.
    "lose-phone" interaction(LosePhone) takes [] needs [];

    /// Gets a new phone, with no profile in it.
    "replace-phone" interaction(ReplacePhone) takes [] needs [];

    /// Installs Google Authenticator on a phone that has no authenticator app.
    "install-app" interaction(InstallApp) takes [] needs [];

    /// Takes the secret from another's app, a backup or a photograph.
    "copy-secret" interaction(CopySecret {
        /// In whose app it is.
        from: PersonId,
    })
    takes ["account"] needs ["from"];

    /// Leaves a request for help with someone.
    "ask" interaction(Ask {
        /// Who is asked.
        of: PersonId,
        /// For what help is asked.
        topic: Topic,
    })
    takes ["account"] needs ["of" "topic"];

    /// Tells someone the password.
    "tell" interaction(Tell {
        /// Who is told.
        to: PersonId,
    })
    takes ["account"] needs ["to"];

    /// Changes the address that OTPs go to (S1.6, Q11).
    "update-email" interaction(UpdateEmail {
        /// The new address.
        to: MailboxId,
    })
    takes ["address"] needs ["account"];

    /// Sets a temporary password (S4.8, G4b).
    "reset-password" interaction(ResetPassword {
        /// Who is told it.
        tell: Option<PersonId>,
    })
    takes ["tell"] needs ["account"];

    /// Lifts the lock of an account after wrong factors (A42).
    "unlock-account" interaction(UnlockAccount) takes [] needs ["account"];

    /// Asks for a generic account to be moved from ICON (G4b, G5b).
    "request-transfer" interaction(RequestTransfer) takes [] needs ["account"];

    /// Approves that move.
    "approve-transfer" interaction(ApproveTransfer) takes [] needs ["account"];

    /// Reads the stored or mailed credentials of a generic account (G4a, G5a).
    "read-credentials" interaction(ReadCredentials) takes ["computer"] needs ["account"];

    /// Hands the credentials of an account on (N1, G6).
    "hand-over-credentials" interaction(HandOverCredentials {
        /// Who gets them.
        to: PersonId,
    })
    takes [] needs ["account" "to"];

    /// Hands a hard token over.
    "hand-over-token" interaction(HandOverToken {
        /// Who gets it.
        to: PersonId,
    })
    takes [] needs ["to"];

    /// Issues an emergency password in place of a code (A24).
    "issue-emergency-password" interaction(IssueEmergencyPassword {
        /// Who gets it.
        to: PersonId,
    })
    takes ["to"] needs ["account"];

    /// Step: types login ID and password on the page that asks for it.
    "enter-password" step(EnterPassword {
        /// How both are typed.
        typed: Typing,
    })
    takes ["account" "computer" "typed" "as"] needs [];

    /// Step: opens a tile of the Applications page.
    "open-tile" step(OpenTile {
        /// Which.
        tile: Tile,
    })
    takes ["account" "computer" "as"] needs ["tile"];

    /// Step: types the address at Google, or chooses the account there.
    "choose-account" step(ChooseAccount {
        /// How the address is typed.
        typed: Typing,
    })
    takes ["account" "computer" "typed" "as"] needs [];

    /// Step: types a code on the page that asks for it.
    "enter-code" step(EnterCode {
        /// How the code is typed.
        typed: Typing,
    })
    takes ["account" "computer" "code-at" "typed" "profile" "as"] needs [];

    /// Step: presses Back as far as the page that carried the last sign-in to Google, which is sent again.
    "press-back" step(PressBack) takes ["account" "computer" "as"] needs [];

    /// Step: Setup 2FA on the Identity Portal (S1.3).
    "open-setup" step(OpenSetup) takes ["account" "computer"] needs [];

    /// Step: the login ID, asked for again (S1.4).
    "enter-login-id" step(EnterLoginId {
        /// How it is typed.
        typed: Typing,
    })
    takes ["account" "computer" "typed"] needs [];

    /// Step: goes as far as the QR code (S1.1 to S1.8).
    "open-enrolment" procedure(OpenEnrolment) takes ["account" "computer"] needs [];

    /// Step: goes as far as the OTP that is asked (S1.1 to S1.5), or asks for another.
    "request-otp" procedure(RequestOtp {
        /// How login ID and password are typed at the portal.
        typed: Typing,
    })
    takes ["account" "computer" "typed"] needs [];

    /// Step: types the OTP (S1.6); the one on the screen unless a number is said.
    "enter-otp" step(EnterOtp {
        /// Which of those that were sent.
        number: Option<u32>,
        /// How it is typed.
        typed: Typing,
    })
    takes ["account" "computer" "number" "typed"] needs [];

    /// Step: opens Soft Token (OTP) (S1.8).
    "show-qr" step(ShowQr) takes ["account" "computer"] needs [];

    /// Step: reloads the QR page, which shows a new secret.
    "reload-enrolment" step(ReloadEnrolment) takes ["account" "computer"] needs [];

    /// Step: scans the QR code on one's own screen, or on another's.
    "scan-qr" step(ScanQr {
        /// Where the QR code is shown.
        screen: ComputerId,
    })
    takes ["account" "computer" "from"] needs [];

    /// Step: types a secret by hand, into the page and into the app (P13-14).
    "enter-secret" step(EnterSecret) takes ["account" "computer"] needs [];

    /// Step: names a hardware token by its serial, with a code (P13-14).
    "enter-serial" step(EnterSerial {
        /// How its code is typed; `wrong-name` is another serial.
        typed: Typing,
    })
    takes ["account" "computer" "typed"] needs [];

    /// Step: comment and Save (S1.9, S1.10).
    "save-token" step(SaveToken {
        /// How the code beside the comment is typed.
        typed: Typing,
    })
    takes ["account" "computer" "typed"] needs [];
}

impl ActKind {
    /// Every key that a row of it may have.
    pub fn keys(self) -> Vec<&'static str> {
        let always = if self == ActKind::GoOn { &["at", "who", "do"] } else { ALWAYS };
        [always, self.takes()].concat()
    }

    /// Whether it goes on where its person was: on the page that is open, and on that page's account.
    pub const fn stays_on_the_page(self) -> bool {
        self.is_step() || matches!(self, ActKind::TestToken | ActKind::RequestOtp)
    }
}

/// Keys that every act takes, but for going on, whose outcome is that of the row that was begun.
const ALWAYS: &[&str] = &["at", "who", "do", "expect", "resting-on", "by-steps"];

impl From<Interaction> for Act {
    fn from(interaction: Interaction) -> Act {
        Act::Interaction(interaction)
    }
}

impl Act {
    /// Whether it needs no page: it changes nothing in a browser.
    pub const fn is_off_page(self) -> bool {
        matches!(self, Act::Interaction(_) | Act::Leave { how: Leaving::KeepsEverything, .. })
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

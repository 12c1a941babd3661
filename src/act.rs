//! What people can do, as procedures of the guide's steps: a person looks at the page and takes the next step.
//!
//! Promises that a procedure never looks into a party: only at the page, and at what the person has and knows.
//! Deliberately performs nothing: the engine does.

use crate::clause::Clauses;
use crate::kernel::password::Shape;
use crate::kernel::{CompactOption, Span, Time, copy_into};
use crate::policy::request::{Reason, Topic};
use crate::trace::Result;
use crate::world::ids::{AccountId, ComputerId, MailboxId, PersonId};
use crate::world::message::{Page, Tile};
use crate::world::state::MailKind;
use smallvec::SmallVec;

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

/// Which of several profiles of one label a person looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pick {
    /// The one that came last.
    #[default]
    Newest,
    /// The one that came first.
    Oldest,
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
    Between(Between),
}

/// What goes on between people, without a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Between {
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
    Between(Between),
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
            Step::Between(_) => 0,
        })
    }

    /// Whether the browser shows another page after it.
    pub const fn turns_page(self) -> bool {
        !matches!(self, Step::Scan { .. } | Step::RemoveProfile(_) | Step::Between(_))
    }

    /// Whether it can end on the dashboard.
    const fn signs_in(self) -> bool {
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

/// An act under way.
#[derive(Debug, PartialEq, Eq)]
pub struct Doing {
    /// Which row of the timeline.
    pub row: usize,
    /// What.
    pub act: Act,
    /// Who.
    pub person: PersonId,
    /// Those who join in at the same screen.
    pub with: SmallVec<[PersonId; 4]>,
    /// On which account.
    pub account: AccountId,
    /// At which computer.
    pub computer: ComputerId,
    /// Begins with a fresh browser: no session, no known account.
    pub fresh: bool,
    /// Which profile the person looks at, where the app has several of the label.
    pub profile: Pick,
    /// A code is typed no earlier than this.
    pub code_at: CompactOption<Time>,
    /// Each step waits until it is told; otherwise the steps follow one another at a person's pace.
    pub by_steps: bool,
    /// The step that comes next and waits to be told.
    pub held: Option<Step>,
    /// How the code is typed.
    pub code: Typing,
    /// Steps taken so far.
    pub taken: u32,
    /// How many of the participants have had their turn at the present page.
    pub turn: u16,
    /// Some step has turned the page.
    pub turned: bool,
    /// Some page has prompted to set up a second factor.
    pub prompted: bool,
    /// Reading mail in the second tab.
    pub reading: bool,
    /// The act has deleted the old token.
    pub deleted: bool,
    /// When the person began to wait for a mail.
    pub waiting_since: CompactOption<Time>,
    /// Waiting for a mail now.
    pub waits: bool,
    /// The way in that was taken.
    pub via: Option<Via>,
    /// What it rests on so far.
    pub rests: Clauses,
    /// The last refusal on the way, which a page may bring to light later.
    pub refused: Option<(Reason, Clauses)>,
    /// What the last decision on the way rests on.
    pub last: Clauses,
    /// When a code was typed.
    pub typed_at: CompactOption<Time>,
}

impl Clone for Doing {
    fn clone(&self) -> Doing {
        Doing { with: SmallVec::from_slice(&self.with), ..*self }
    }

    /// A search makes copies by the million, into the same place.
    fn clone_from(&mut self, from: &Doing) {
        copy_into(&mut self.with, &from.with);
        *self = Doing { with: std::mem::take(&mut self.with), ..*from };
    }
}

impl Doing {
    /// An act that is about to begin.
    pub const fn new(row: usize, act: Act, person: PersonId, account: AccountId, computer: ComputerId) -> Doing {
        Doing {
            row,
            act,
            person,
            with: SmallVec::new_const(),
            account,
            computer,
            fresh: false,
            profile: Pick::Newest,
            code_at: CompactOption::NONE,
            by_steps: false,
            held: None,
            code: Typing::Right,
            taken: 0,
            turn: 0,
            turned: false,
            prompted: false,
            reading: false,
            deleted: false,
            waiting_since: CompactOption::NONE,
            waits: false,
            via: None,
            rests: Clauses::NONE,
            refused: None,
            last: Clauses::NONE,
            typed_at: CompactOption::NONE,
        }
    }

    /// The person and those who join in, in order.
    pub fn participant(&self, turn: u16) -> Option<PersonId> {
        match turn.checked_sub(1) {
            None => Some(self.person),
            Some(at) => self.with.get(usize::from(at)).copied(),
        }
    }

    /// The person and those who join in.
    pub fn participants(&self) -> impl Iterator<Item = PersonId> {
        std::iter::once(self.person).chain(self.with.iter().copied())
    }
}

/// What a procedure can see of the world: what its people see.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// The page in the tab in use.
    pub page: Page,
    /// Whether the cutover has come for this account.
    pub cut_over: bool,
    /// What kind of mailbox the OTP goes to.
    pub otp_kind: MailKind,
    /// The OTP on the screen can be read now.
    pub otp_here: bool,
    /// Somebody at this screen owns that mailbox.
    pub otp_owner_here: bool,
    /// A Workspace session is open in which the iCON mailbox can be read.
    pub icon_open: bool,
    /// The person has a hard token in hand.
    pub holds_token: bool,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Take this step.
    Step(Step),
    /// Look again at the mailbox a little later.
    AwaitMail,
    /// Start reading mail in the second tab.
    Read,
    /// The mailbox cannot be read.
    Unreadable,
    /// The act is over.
    End(Result),
}

use Next::{AwaitMail, End, Read, Unreadable};

const fn go(step: Step) -> Next {
    Next::Step(step)
}

const fn refuse(reason: Reason) -> Next {
    End(Result::Refused(reason))
}

/// The next step of an act, by what its people see.
pub fn next(doing: &Doing, view: &View) -> Next {
    if let Page::Refused(reason) = view.page
        && doing.turned
    {
        return if doing.reading { Unreadable } else { refuse(reason) };
    }
    if doing.reading {
        return match sign_in(doing, view, Via::Google, Typing::Right) {
            End(Result::Granted) => AwaitMail,
            other => other,
        };
    }
    match doing.act {
        Act::SignIn { via, typed } => {
            sign_in(doing, view, via.unwrap_or(if view.cut_over { Via::Portal } else { Via::Google }), typed)
        }
        Act::OpenIcon => match view.page {
            _ if doing.taken == 0 => go(Step::Visit(Via::Google)),
            Page::Dashboard(_) => End(Result::Granted),
            Page::GoogleSignIn => go(Step::TypeAddress(Typing::Right)),
            Page::CodeAsked => refuse(Reason::CodeAsked),
            _ => refuse(Reason::NoSession),
        },
        Act::SignOut { google, portal } => match doing.taken {
            0 if google => go(Step::SignOutGoogle),
            0 if portal => go(Step::Logout),
            1 if google && portal => go(Step::Logout),
            _ => End(Result::Done),
        },
        Act::ForgotPassword { shape } => match view.page {
            _ if doing.taken == 0 => go(Step::Visit(Via::Portal)),
            Page::Questions => go(Step::Answers),
            Page::ResetPassword => go(Step::NewPassword(shape)),
            Page::PleaseWait(_) => End(Result::Done),
            _ => go(Step::ForgotPassword),
        },
        Act::ChangePassword { shape } => at_portal(doing, view, Step::ChangePassword(shape)),
        Act::SetAnswers => at_portal(doing, view, Step::SetAnswers),
        Act::Between(between) => once(doing, Step::Between(between)),
        Act::One(step) => match view.page {
            _ if doing.taken == 0 => go(step),
            Page::Dashboard(_) if step.signs_in() => End(Result::Granted),
            Page::MustChange if step.signs_in() => refuse(Reason::PasswordExpired),
            Page::PortalSignIn { .. } if matches!(step, Step::OpenTile(_)) => refuse(Reason::NoSession),
            _ => End(Result::Done),
        },
        _ => self_service(doing, view),
    }
}

fn once(doing: &Doing, step: Step) -> Next {
    if doing.taken == 0 { go(step) } else { End(Result::Done) }
}

fn at_portal(doing: &Doing, view: &View, step: Step) -> Next {
    match view.page {
        _ if doing.taken == 0 => go(Step::Visit(Via::Portal)),
        Page::PortalSignIn { .. } => go(Step::EnterPassword(Typing::Right)),
        Page::MustChange => go(Step::ChangeExpired),
        Page::Changed => End(Result::Done),
        _ => go(step),
    }
}

/// Sections 2 and 3, and the old way before the cutover.
fn sign_in(doing: &Doing, view: &View, via: Via, typed: Typing) -> Next {
    match view.page {
        _ if doing.taken == 0 => go(Step::Visit(via)),
        Page::PortalSignIn { .. } => go(Step::EnterPassword(typed)),
        Page::MustChange => go(Step::ChangeExpired),
        Page::Applications => go(Step::OpenTile(Tile::Icon)),
        Page::GoogleSignIn => go(Step::TypeAddress(Typing::Right)),
        Page::OldPassword => go(Step::OldSignIn(typed)),
        Page::CodeAsked => go(Step::EnterCode(doing.code)),
        Page::Dashboard(_) => End(Result::Granted),
        _ => go(Step::Visit(via)),
    }
}

/// Section 1, and what else lies behind its gate.
fn self_service(doing: &Doing, view: &View) -> Next {
    match view.page {
        _ if doing.taken == 0 => match (doing.act, view.page) {
            (Act::TestToken, Page::Saved | Page::TestPassed | Page::Authenticators { .. }) => {
                go(Step::Test(doing.person))
            }
            (Act::RequestOtp { .. }, Page::OtpChain | Page::OtpAsked { .. }) => go(Step::NextOtp),
            _ => go(Step::Visit(Via::Portal)),
        },
        Page::PortalSignIn { .. } => match doing.act {
            Act::RequestOtp { typed } => go(Step::EnterPassword(typed)),
            _ => go(Step::EnterPassword(Typing::Right)),
        },
        Page::MustChange => go(Step::ChangeExpired),
        Page::Applications => go(Step::OpenTile(Tile::IdentityPortal)),
        Page::Setup => go(Step::OpenSetup),
        Page::LoginIdAgain => go(Step::LoginId(Typing::Right)),
        Page::OtpChain => go(Step::NextOtp),
        Page::OtpAsked { .. } if matches!(doing.act, Act::RequestOtp { .. }) => End(Result::Done),
        Page::OtpAsked { .. } => read_otp(view),
        Page::Authenticators { soft, hard } => match doing.act {
            Act::Enrol { again: true } if soft && !doing.deleted => go(Step::Delete { hard: false, leaves: false }),
            Act::EnrolHard => go(Step::SaveSerial),
            Act::TestToken => go(Step::Test(doing.person)),
            Act::DeleteToken { hard } => go(Step::Delete { hard, leaves: false }),
            Act::Leave | Act::Remove { .. } if !(soft || hard) || doing.turn > 0 => leave(doing),
            Act::Leave | Act::Remove { .. } => go(Step::Delete { hard: hard && view.holds_token, leaves: true }),
            _ => go(Step::ShowQr),
        },
        Page::Deleted => match (doing.act, doing.participant(doing.turn)) {
            (Act::Enrol { .. }, Some(person)) => go(Step::RemoveProfile(person)),
            (Act::Enrol { .. }, None) => go(Step::ShowQr),
            (Act::Leave | Act::Remove { .. }, _) => leave(doing),
            _ => End(Result::Done),
        },
        Page::Qr { .. } => match (doing.act, doing.participant(doing.turn)) {
            (Act::OpenEnrolment, _) => End(Result::Done),
            (_, Some(person)) => go(Step::Scan { person, screen: doing.computer }),
            (_, None) => go(Step::Save),
        },
        Page::Saved => go(Step::Test(doing.person)),
        Page::TestPassed => match doing.participant(doing.turn) {
            _ if doing.act == Act::TestToken => End(Result::Done),
            Some(person) => go(Step::Test(person)),
            None => go(Step::Logout),
        },
        Page::LoggedOut => End(Result::Done),
        _ => refuse(Reason::NotOffered),
    }
}

/// What G3a asks for after the token is deleted, or where there is none: the profile goes, and the membership ends.
fn leave(doing: &Doing) -> Next {
    let ends = |leaver| go(Step::Between(Between::Leave { leaver, unlinked: true }));
    match (doing.act, doing.turn) {
        (Act::Leave, 0) => go(Step::RemoveProfile(doing.person)),
        (Act::Leave, 1) => ends(doing.person),
        (Act::Remove { leaver }, 0) => ends(leaver),
        _ => End(Result::Done),
    }
}

fn read_otp(view: &View) -> Next {
    match view.otp_kind {
        MailKind::Icon(_) if !view.icon_open => Read,
        _ if !view.otp_owner_here => Unreadable,
        _ if view.otp_here => go(Step::EnterOtp { number: None }),
        _ => AwaitMail,
    }
}

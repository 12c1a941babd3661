//! What people can do, as procedures of the guide's steps: a person looks at the page and takes the next step.
//!
//! Promises that a procedure never looks into a party: only at the page, and at what the person has and knows.
//! Deliberately performs nothing: the engine does.

use crate::kernel::password::Shape;
use crate::kernel::{Span, Time};
use crate::policy::request::{Reason, Topic};
use crate::trace::Result;
use crate::world::ids::{AccountId, ComputerId, MailboxId, PersonId};
use crate::world::message::{Page, Tile};
use crate::world::state::MailKind;

/// Which way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// MIMS Portal (Section 2).
    Portal,
    /// Google Workspace (Section 3, and the old way).
    Google,
}

/// How a member leaves a generic account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// Deletes the token on the portal and the profile from the app (G3a).
    AsTheGuide,
    /// Does nothing of that.
    KeepsEverything,
    /// The custodian deletes the token; the leaver keeps profile and password.
    RemovedByCustodian,
}

/// An act, with what it needs beside person, account and computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Act {
    SignIn { via: Option<Via> },
    OpenIcon,
    SignOut { google: bool, portal: bool },
    Enrol { again: bool },
    EnrolHard,
    OpenEnrolment,
    ReloadEnrolment,
    ScanQr { from: PersonId },
    SaveToken,
    TestToken,
    DeleteToken { hard: bool },
    RemoveProfile,
    Join,
    Leave(Leaving),
    ForgotPassword { shape: Shape },
    ChangePassword { shape: Shape },
    SetAnswers,
    LosePhone,
    ReplacePhone,
    Tell { to: PersonId },
    Ask { of: PersonId, topic: Topic },
    RequestHardToken { of: PersonId },
    HandOverToken { to: PersonId },
    UpdateEmail { to: MailboxId },
    ResetPassword { tell: PersonId },
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
    EnterPassword,
    ChangeExpired,
    OpenTile(Tile),
    TypeAddress,
    OldSignIn,
    EnterCode,
    OpenSetup,
    LoginId,
    NextOtp,
    EnterOtp,
    ShowQr,
    ReloadQr,
    Scan(PersonId),
    Save,
    SaveSerial,
    Test(PersonId),
    Delete {
        hard: bool,
        leaves: bool,
    },
    RemoveProfile(PersonId),
    SignOutGoogle {
        portal_too: bool,
    },
    Logout,
    ForgotPassword,
    Answers,
    NewPassword(Shape),
    ChangePassword(Shape),
    SetAnswers,
    /// An act that is one step: between people, or by a helper.
    Alone,
}

impl Step {
    /// How long it nominally takes.
    pub fn takes(self) -> Span {
        Span(match self {
            Step::OpenTile(_) | Step::OpenSetup | Step::NextOtp | Step::ShowQr | Step::ReloadQr => 2_000,
            Step::Visit(_) | Step::SignOutGoogle { .. } | Step::Logout | Step::RemoveProfile(_) => 3_000,
            Step::Scan(_) | Step::LoginId | Step::Delete { .. } | Step::ForgotPassword => 5_000,
            Step::EnterCode | Step::TypeAddress | Step::Save | Step::Test(_) => 6_000,
            Step::EnterPassword | Step::EnterOtp => 8_000,
            Step::OldSignIn | Step::SaveSerial => 12_000,
            Step::Answers | Step::SetAnswers => 20_000,
            Step::NewPassword(_) | Step::ChangePassword(_) | Step::ChangeExpired => 20_000,
            Step::Alone => 0,
        })
    }
}

/// An act under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doing {
    /// Which row of the timeline.
    pub row: usize,
    /// What.
    pub act: Act,
    /// Who.
    pub person: PersonId,
    /// Those who join in at the same screen.
    pub with: Vec<PersonId>,
    /// On which account.
    pub account: AccountId,
    /// At which computer.
    pub computer: ComputerId,
    /// Steps taken so far.
    pub taken: u32,
    /// How many of the participants have had their turn at the present page.
    pub turn: usize,
    /// Reading mail in the second tab.
    pub reading: bool,
    /// The act has deleted the old token.
    pub deleted: bool,
    /// When the person began to wait for a mail.
    pub waiting_since: Option<Time>,
    /// A code is typed no earlier than this.
    pub code_at: Option<Time>,
    /// Begins with a fresh browser: no session, no known account.
    pub fresh: bool,
}

impl Doing {
    /// An act that is about to begin.
    pub fn new(row: usize, act: Act, person: PersonId, account: AccountId, computer: ComputerId) -> Doing {
        Doing {
            row,
            act,
            person,
            with: Vec::new(),
            account,
            computer,
            taken: 0,
            turn: 0,
            reading: false,
            deleted: false,
            waiting_since: None,
            code_at: None,
            fresh: false,
        }
    }

    /// The person and those who join in, in order.
    pub fn participant(&self, turn: usize) -> Option<PersonId> {
        match turn.checked_sub(1) {
            None => Some(self.person),
            Some(at) => self.with.get(at).copied(),
        }
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
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Take this step.
    Step(Step),
    /// Look again at the mailbox a little later.
    AwaitMail,
    /// Do nothing until then.
    Until(Time),
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

/// The next step of an act, by what its people see.
pub fn next(doing: &Doing, view: &View) -> Next {
    if let Page::Refused(reason) = view.page
        && doing.taken > 0
    {
        return if doing.reading { Unreadable } else { End(Result::Refused(reason)) };
    }
    if doing.reading {
        return match sign_in(doing, view, Via::Google) {
            End(Result::Granted) => AwaitMail,
            other => other,
        };
    }
    match doing.act {
        Act::SignIn { via } => {
            sign_in(doing, view, via.unwrap_or(if view.cut_over { Via::Portal } else { Via::Google }))
        }
        Act::OpenIcon => match view.page {
            _ if doing.taken == 0 => go(Step::Visit(Via::Google)),
            Page::Dashboard(_) => End(Result::Granted),
            Page::GoogleSignIn => go(Step::TypeAddress),
            Page::CodeAsked => End(Result::Refused(Reason::CodeAsked)),
            _ => End(Result::Refused(Reason::NoSession)),
        },
        Act::SignOut { google, portal } => match doing.taken {
            0 if google => go(Step::SignOutGoogle { portal_too: portal }),
            0 if portal => go(Step::Logout),
            1 if google && portal => go(Step::Logout),
            _ => End(Result::Done),
        },
        Act::Enrol { .. } | Act::OpenEnrolment | Act::EnrolHard | Act::DeleteToken { .. } | Act::Leave(_) => {
            self_service(doing, view)
        }
        Act::ReloadEnrolment => once(doing, Step::ReloadQr),
        Act::ScanQr { .. } => once(doing, Step::Scan(doing.person)),
        Act::SaveToken => once(doing, Step::Save),
        Act::TestToken => once(doing, Step::Test(doing.person)),
        Act::RemoveProfile => once(doing, Step::RemoveProfile(doing.person)),
        Act::ForgotPassword { shape } => match view.page {
            _ if doing.taken == 0 => go(Step::Visit(Via::Portal)),
            Page::Questions => go(Step::Answers),
            Page::ResetPassword => go(Step::NewPassword(shape)),
            Page::PleaseWait(until) if doing.taken < 5 => Next::Until(until),
            Page::PleaseWait(_) => End(Result::Done),
            _ => go(Step::ForgotPassword),
        },
        Act::ChangePassword { shape } => at_portal(doing, view, Step::ChangePassword(shape)),
        Act::SetAnswers => at_portal(doing, view, Step::SetAnswers),
        _ => once(doing, Step::Alone),
    }
}

fn once(doing: &Doing, step: Step) -> Next {
    if doing.taken == 0 { go(step) } else { End(Result::Done) }
}

fn at_portal(doing: &Doing, view: &View, step: Step) -> Next {
    match view.page {
        _ if doing.taken == 0 => go(Step::Visit(Via::Portal)),
        Page::PortalSignIn { .. } => go(Step::EnterPassword),
        Page::MustChange => go(Step::ChangeExpired),
        Page::Changed => End(Result::Done),
        _ => go(step),
    }
}

/// Sections 2 and 3, and the old way before the cutover.
fn sign_in(doing: &Doing, view: &View, via: Via) -> Next {
    match view.page {
        _ if doing.taken == 0 => go(Step::Visit(via)),
        Page::PortalSignIn { .. } => go(Step::EnterPassword),
        Page::MustChange => go(Step::ChangeExpired),
        Page::Applications => go(Step::OpenTile(Tile::Icon)),
        Page::GoogleSignIn => go(Step::TypeAddress),
        Page::OldPassword => go(Step::OldSignIn),
        Page::CodeAsked => go(Step::EnterCode),
        Page::Dashboard(_) => End(Result::Granted),
        _ => go(Step::Visit(via)),
    }
}

/// Section 1, and what else lies behind its gate.
fn self_service(doing: &Doing, view: &View) -> Next {
    match view.page {
        _ if doing.act == Act::Leave(Leaving::KeepsEverything) => once(doing, Step::Alone),
        _ if doing.taken == 0 => go(Step::Visit(Via::Portal)),
        Page::PortalSignIn { .. } => go(Step::EnterPassword),
        Page::MustChange => go(Step::ChangeExpired),
        Page::Applications => go(Step::OpenTile(Tile::IdentityPortal)),
        Page::Setup => go(Step::OpenSetup),
        Page::LoginIdAgain => go(Step::LoginId),
        Page::OtpChain => go(Step::NextOtp),
        Page::OtpAsked { .. } => read_otp(view),
        Page::Authenticators => match doing.act {
            Act::Enrol { again: true } if !doing.deleted => go(Step::Delete { hard: false, leaves: false }),
            Act::EnrolHard => go(Step::SaveSerial),
            Act::DeleteToken { hard } => go(Step::Delete { hard, leaves: false }),
            Act::Leave(_) => go(Step::Delete { hard: false, leaves: true }),
            _ => go(Step::ShowQr),
        },
        Page::Deleted => match (doing.act, doing.participant(doing.turn)) {
            (Act::Enrol { .. }, Some(person)) => go(Step::RemoveProfile(person)),
            (Act::Enrol { .. }, None) => go(Step::ShowQr),
            (Act::Leave(Leaving::AsTheGuide), Some(person)) => go(Step::RemoveProfile(person)),
            (Act::Leave(_), _) if doing.turn < 2 => go(Step::Alone),
            _ => End(Result::Done),
        },
        Page::Qr { .. } => match (doing.act, doing.participant(doing.turn)) {
            (Act::OpenEnrolment, _) => End(Result::Done),
            (_, Some(person)) => go(Step::Scan(person)),
            (_, None) => go(Step::Save),
        },
        Page::Saved => go(Step::Test(doing.person)),
        Page::TestPassed => match doing.participant(doing.turn) {
            Some(person) => go(Step::Test(person)),
            None => go(Step::Logout),
        },
        Page::LoggedOut => End(Result::Done),
        _ => End(Result::Refused(Reason::NotOffered)),
    }
}

fn read_otp(view: &View) -> Next {
    match view.otp_kind {
        MailKind::Icon(_) if !view.icon_open => Read,
        _ if !view.otp_owner_here => Unreadable,
        _ if view.otp_here => go(Step::EnterOtp),
        _ => AwaitMail,
    }
}

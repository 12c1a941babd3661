//! The procedures of the guide: the next step of an act, by the page that its people see.
//!
//! Promises that a procedure never looks into a party: only at the page, and at what the person has and knows.
//! Deliberately performs nothing: the engine does.

use super::activity::Activity;
use super::vocabulary::{Act, ActOutcome, Interaction, Step, Typing, Via};
use crate::policy::request::Reason;
use crate::world::message::{Page, Tile};
use crate::world::state::MailKind;

/// What a procedure can see of the world: what its people see.
#[derive(Clone, Copy, Debug)]
pub struct PageView {
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
pub enum NextStep {
    /// Take this step.
    Step(Step),
    /// Look again at the mailbox a little later.
    AwaitMail,
    /// Start reading mail in the second tab.
    Read,
    /// The mailbox cannot be read.
    Unreadable,
    /// The act is over.
    End(ActOutcome),
}

use NextStep::{AwaitMail, End, Read, Unreadable};

const fn go(step: Step) -> NextStep {
    NextStep::Step(step)
}

const fn refuse(reason: Reason) -> NextStep {
    End(ActOutcome::Refused(reason))
}

/// The next step of an act, by what its people see.
pub fn next(doing: &Activity, view: &PageView) -> NextStep {
    if let Page::Refused(reason) = view.page
        && doing.turned
    {
        return if doing.reading { Unreadable } else { refuse(reason) };
    }
    if doing.reading {
        return match sign_in(doing, view, Via::Google, Typing::Right) {
            End(ActOutcome::Granted) => AwaitMail,
            other => other,
        };
    }
    match doing.act {
        Act::SignIn { via, typed } => {
            sign_in(doing, view, via.unwrap_or(if view.cut_over { Via::Portal } else { Via::Google }), typed)
        }
        Act::OpenIcon => match view.page {
            _ if doing.taken == 0 => go(Step::Visit(Via::Google)),
            Page::Dashboard(_) => End(ActOutcome::Granted),
            Page::GoogleSignIn => go(Step::TypeAddress(Typing::Right)),
            Page::CodeAsked => refuse(Reason::CodeAsked),
            _ => refuse(Reason::NoSession),
        },
        Act::SignOut { google, portal } => match doing.taken {
            0 if google => go(Step::SignOutGoogle),
            0 if portal => go(Step::Logout),
            1 if google && portal => go(Step::Logout),
            _ => End(ActOutcome::Done),
        },
        Act::ForgotPassword { shape } => match view.page {
            _ if doing.taken == 0 => go(Step::Visit(Via::Portal)),
            Page::Questions => go(Step::Answers),
            Page::ResetPassword => go(Step::NewPassword(shape)),
            Page::PleaseWait(_) => End(ActOutcome::Done),
            _ => go(Step::ForgotPassword),
        },
        Act::ChangePassword { shape } => at_portal(doing, view, Step::ChangePassword(shape)),
        Act::SetAnswers => at_portal(doing, view, Step::SetAnswers),
        Act::Interaction(between) => once(doing, Step::Interaction(between)),
        Act::One(step) => match view.page {
            _ if doing.taken == 0 => go(step),
            Page::Dashboard(_) if step.signs_in() => End(ActOutcome::Granted),
            Page::MustChange if step.signs_in() => refuse(Reason::PasswordExpired),
            Page::PortalSignIn { .. } if matches!(step, Step::OpenTile(_)) => refuse(Reason::NoSession),
            _ => End(ActOutcome::Done),
        },
        _ => self_service(doing, view),
    }
}

fn once(doing: &Activity, step: Step) -> NextStep {
    if doing.taken == 0 { go(step) } else { End(ActOutcome::Done) }
}

fn at_portal(doing: &Activity, view: &PageView, step: Step) -> NextStep {
    match view.page {
        _ if doing.taken == 0 => go(Step::Visit(Via::Portal)),
        Page::PortalSignIn { .. } => go(Step::EnterPassword(Typing::Right)),
        Page::MustChange => go(Step::ChangeExpired),
        Page::Changed => End(ActOutcome::Done),
        _ => go(step),
    }
}

/// Sections 2 and 3, and the old way before the cutover.
fn sign_in(doing: &Activity, view: &PageView, via: Via, typed: Typing) -> NextStep {
    match view.page {
        _ if doing.taken == 0 => go(Step::Visit(via)),
        Page::PortalSignIn { .. } => go(Step::EnterPassword(typed)),
        Page::MustChange => go(Step::ChangeExpired),
        Page::Applications => go(Step::OpenTile(Tile::Icon)),
        Page::GoogleSignIn => go(Step::TypeAddress(Typing::Right)),
        Page::OldPassword => go(Step::OldSignIn(typed)),
        Page::CodeAsked => go(Step::EnterCode(doing.code)),
        Page::Dashboard(_) => End(ActOutcome::Granted),
        _ => go(Step::Visit(via)),
    }
}

/// Section 1, and what else lies behind its gate.
fn self_service(doing: &Activity, view: &PageView) -> NextStep {
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
        Page::OtpAsked { .. } if matches!(doing.act, Act::RequestOtp { .. }) => End(ActOutcome::Done),
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
            _ => End(ActOutcome::Done),
        },
        Page::Qr { .. } => match (doing.act, doing.participant(doing.turn)) {
            (Act::OpenEnrolment, _) => End(ActOutcome::Done),
            (_, Some(person)) => go(Step::Scan { person, screen: doing.computer }),
            (_, None) => go(Step::Save),
        },
        Page::Saved => go(Step::Test(doing.person)),
        Page::TestPassed => match doing.participant(doing.turn) {
            _ if doing.act == Act::TestToken => End(ActOutcome::Done),
            Some(person) => go(Step::Test(person)),
            None => go(Step::Logout),
        },
        Page::LoggedOut => End(ActOutcome::Done),
        _ => refuse(Reason::NotOffered),
    }
}

/// What G3a asks for after the token is deleted, or where there is none: the profile goes, and the membership ends.
fn leave(doing: &Activity) -> NextStep {
    let ends = |leaver| go(Step::Interaction(Interaction::Leave { leaver, unlinked: true }));
    match (doing.act, doing.turn) {
        (Act::Leave, 0) => go(Step::RemoveProfile(doing.person)),
        (Act::Leave, 1) => ends(doing.person),
        (Act::Remove { leaver }, 0) => ends(leaver),
        _ => End(ActOutcome::Done),
    }
}

fn read_otp(view: &PageView) -> NextStep {
    match view.otp_kind {
        MailKind::Icon(_) if !view.icon_open => Read,
        _ if !view.otp_owner_here => Unreadable,
        _ if view.otp_here => go(Step::EnterOtp { number: None }),
        _ => AwaitMail,
    }
}

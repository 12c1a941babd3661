//! The procedures of the guide: the next step of an act, by the page that its people see.
//!
//! Promises that a procedure never looks into a party: only at the page, and at what the person has and knows.
//! Deliberately performs nothing: the engine does.

use super::activity::Activity;
use super::step::Step;
use super::vocabulary::{Act, ActOutcome, Leaving, Typing};
use crate::kernel::password::Shape;
use crate::policy::request::Reason;
use crate::policy::request::Via;
use crate::world::ids::PersonId;
use crate::world::message::{Page, Tile};
use crate::world::state::MailKind;

/// What a procedure can see of the world: what its people see.
#[derive(Clone, Copy, Debug)]
pub struct PageView {
    /// The page in the tab in use.
    pub page: Page,
    /// Why the last step on it was refused.
    pub refused: Option<Reason>,
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

/// What is done behind the gate of the Identity Portal (Section 1).
#[derive(Clone, Copy)]
enum Errand {
    /// The soft token is set up; from the start, where an old one is deleted first (G3b).
    Enrol { again: bool },
    /// The hard token is enrolled (Q12, Step B).
    EnrolHardToken,
    /// The QR code is shown (S1.8).
    OpenEnrolment,
    /// An OTP is asked for (S1.5).
    RequestOtp(Typing),
    /// The token is tested (S1.11 to S1.13).
    Test,
    /// A token is deleted.
    Delete { hard: bool },
    /// The token is deleted because somebody leaves (G3a): the person, or another whom the custodian removes.
    Leave { other: Option<PersonId> },
}

/// The next step of an act, by what its people see.
pub fn next(doing: &Activity, view: &PageView) -> NextStep {
    if let Some(reason) = view.refused
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
    let behind_the_gate = |errand| self_service(doing, view, errand);
    let single = |step| single_step(doing, view, step);
    match doing.act {
        Act::SignIn { via, typed } => {
            sign_in(doing, view, via.unwrap_or(if view.cut_over { Via::Portal } else { Via::Google }), typed)
        }
        Act::OpenIcon => open_icon(doing, view),
        Act::SignOut { google, portal } => sign_out(doing, google, portal),
        Act::ForgotPassword { shape } => forgot_password(doing, view, shape),
        Act::ChangePassword { shape } => at_portal(doing, view, Step::ChangePassword(shape)),
        Act::SetAnswers => at_portal(doing, view, Step::SetAnswers),
        Act::RemoveProfile => once(doing, Step::RemoveProfile(doing.person)),
        Act::Interaction(interaction) => once(doing, Step::Interaction(interaction)),
        Act::Enrol => behind_the_gate(Errand::Enrol { again: false }),
        Act::ReEnrol => behind_the_gate(Errand::Enrol { again: true }),
        Act::EnrolHardToken => behind_the_gate(Errand::EnrolHardToken),
        Act::OpenEnrolment => behind_the_gate(Errand::OpenEnrolment),
        Act::RequestOtp { typed } => behind_the_gate(Errand::RequestOtp(typed)),
        Act::TestToken => behind_the_gate(Errand::Test),
        Act::DeleteToken { hard } => behind_the_gate(Errand::Delete { hard }),
        Act::Offboard => behind_the_gate(Errand::Leave { other: None }),
        Act::Leave { leaver, how } => match how {
            Leaving::AsTheGuide => behind_the_gate(Errand::Leave { other: None }),
            Leaving::RemovedByCustodian => behind_the_gate(Errand::Leave { other: Some(leaver) }),
            Leaving::KeepsEverything => once(doing, Step::EndMembership { leaver, unlinked: false }),
        },
        Act::EnterPassword { typed } => single(Step::EnterPassword(typed)),
        Act::OpenTile { tile } => single(Step::OpenTile(tile)),
        Act::ChooseAccount { typed } => single(Step::ChooseAccount(typed)),
        Act::EnterCode { typed } => single(Step::EnterCode(typed)),
        Act::PressBack => single(Step::PressBack),
        Act::OpenSetup => single(Step::OpenSetup),
        Act::EnterLoginId { typed } => single(Step::EnterLoginId(typed)),
        Act::EnterOtp { number, typed } => single(Step::EnterOtp { number, typed }),
        Act::ShowQr => single(Step::ShowQr),
        Act::ReloadEnrolment => single(Step::ReloadEnrolment),
        Act::ScanQr { screen } => single(Step::ScanQr { person: doing.person, screen }),
        Act::EnterSecret => single(Step::EnterSecret),
        Act::EnterSerial { typed } => single(Step::EnterSerial(typed)),
        Act::SaveToken { typed } => single(Step::SaveToken(typed)),
    }
}

fn once(doing: &Activity, step: Step) -> NextStep {
    if doing.taken == 0 { go(step) } else { End(ActOutcome::Done) }
}

/// A step on the page that is open; a sign-in may end with it.
fn single_step(doing: &Activity, view: &PageView, step: Step) -> NextStep {
    match view.page {
        _ if doing.taken == 0 => go(step),
        Page::Dashboard(_) if step.signs_in() => End(ActOutcome::Granted),
        Page::MustChange if step.signs_in() => refuse(Reason::PasswordExpired),
        Page::PortalSignIn { .. } if matches!(step, Step::OpenTile(_)) => refuse(Reason::NoSession),
        _ => End(ActOutcome::Done),
    }
}

/// Opens iCON on what is live in the browser.
fn open_icon(doing: &Activity, view: &PageView) -> NextStep {
    match view.page {
        _ if doing.taken == 0 => go(Step::Visit(Via::Google)),
        Page::Dashboard(_) => End(ActOutcome::Granted),
        Page::GoogleSignIn => go(Step::ChooseAccount(Typing::Right)),
        Page::CodeAsked => refuse(Reason::CodeAsked),
        _ => refuse(Reason::NoSession),
    }
}

/// Two sessions, two log-outs (S2.6, S2.7, S3.9, S3.10).
fn sign_out(doing: &Activity, google: bool, portal: bool) -> NextStep {
    match doing.taken {
        0 if google => go(Step::SignOutGoogle),
        0 if portal => go(Step::Logout),
        1 if google && portal => go(Step::Logout),
        _ => End(ActOutcome::Done),
    }
}

/// Section 4.
fn forgot_password(doing: &Activity, view: &PageView, shape: Shape) -> NextStep {
    match view.page {
        _ if doing.taken == 0 => go(Step::Visit(Via::Portal)),
        Page::Questions => go(Step::Answers),
        Page::ResetPassword => go(Step::NewPassword(shape)),
        Page::PleaseWait(_) => End(ActOutcome::Done),
        _ => go(Step::ForgotPassword),
    }
}

/// What is done at the portal after a sign-in there (Q14).
fn at_portal(doing: &Activity, view: &PageView, step: Step) -> NextStep {
    match view.page {
        _ if doing.taken == 0 => go(Step::Visit(Via::Portal)),
        Page::PortalSignIn { .. } => go(Step::EnterPassword(Typing::Right)),
        Page::MustChange => go(Step::ChangeExpired),
        Page::Changed | Page::PleaseWait(_) => End(ActOutcome::Done),
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
        Page::GoogleSignIn => go(Step::ChooseAccount(Typing::Right)),
        Page::OldPassword => go(Step::OldSignIn(typed)),
        Page::CodeAsked => go(Step::EnterCode(doing.code)),
        Page::Dashboard(_) => End(ActOutcome::Granted),
        _ => go(Step::Visit(via)),
    }
}

/// Section 1, and what else lies behind its gate.
fn self_service(doing: &Activity, view: &PageView, errand: Errand) -> NextStep {
    match view.page {
        page if doing.taken == 0 => match (errand, page) {
            (Errand::Test, Page::Saved | Page::TestPassed | Page::Authenticators { .. }) => {
                go(Step::Test(doing.person))
            }
            (Errand::RequestOtp(_), Page::OtpChain | Page::OtpAsked { .. }) => go(Step::NextOtp),
            _ => go(Step::Visit(Via::Portal)),
        },
        Page::PortalSignIn { .. } => {
            let typed = if let Errand::RequestOtp(typed) = errand { typed } else { Typing::Right };
            go(Step::EnterPassword(typed))
        }
        Page::MustChange => go(Step::ChangeExpired),
        Page::Applications => go(Step::OpenTile(Tile::IdentityPortal)),
        Page::Setup => go(Step::OpenSetup),
        Page::LoginIdAgain => go(Step::EnterLoginId(Typing::Right)),
        Page::OtpChain => go(Step::NextOtp),
        Page::OtpAsked { .. } if matches!(errand, Errand::RequestOtp(_)) => End(ActOutcome::Done),
        Page::OtpAsked { .. } => read_otp(view),
        Page::Authenticators { soft, hard } => at_authenticators(doing, view, errand, soft, hard),
        Page::Deleted => match (errand, doing.participant(doing.turn)) {
            (Errand::Enrol { .. }, Some(person)) => go(Step::RemoveProfile(person)),
            (Errand::Enrol { .. }, None) => go(Step::ShowQr),
            (Errand::Leave { other }, _) => leave(doing, other),
            (Errand::EnrolHardToken | Errand::OpenEnrolment | Errand::RequestOtp(_), _)
            | (Errand::Test | Errand::Delete { .. }, _) => End(ActOutcome::Done),
        },
        Page::Qr { .. } => match (errand, doing.participant(doing.turn)) {
            (Errand::OpenEnrolment, _) => End(ActOutcome::Done),
            (_, Some(person)) => go(Step::ScanQr { person, screen: doing.computer }),
            (_, None) => go(Step::SaveToken(Typing::Right)),
        },
        Page::Saved => go(Step::Test(doing.person)),
        Page::TestPassed => match doing.participant(doing.turn) {
            _ if matches!(errand, Errand::Test) => End(ActOutcome::Done),
            Some(person) => go(Step::Test(person)),
            None => go(Step::Logout),
        },
        Page::LoggedOut => End(ActOutcome::Done),
        _ => refuse(Reason::NotOffered),
    }
}

/// The page that lists what is enrolled, and what can be added (S1.7).
fn at_authenticators(doing: &Activity, view: &PageView, errand: Errand, soft: bool, hard: bool) -> NextStep {
    match errand {
        Errand::Enrol { again: true } if soft && !doing.deleted => go(Step::Delete { hard: false, leaves: false }),
        Errand::Enrol { .. } | Errand::OpenEnrolment | Errand::RequestOtp(_) => go(Step::ShowQr),
        Errand::EnrolHardToken => go(Step::EnterSerial(Typing::Right)),
        Errand::Test => go(Step::Test(doing.person)),
        Errand::Delete { hard } => go(Step::Delete { hard, leaves: false }),
        Errand::Leave { other } if !(soft || hard) || doing.turn > 0 => leave(doing, other),
        Errand::Leave { .. } => go(Step::Delete { hard: hard && view.holds_token, leaves: true }),
    }
}

/// What G3a asks for after the token is deleted, or where there is none: the profile goes, and the membership ends. The
/// custodian who removes somebody has no hold of their profile.
fn leave(doing: &Activity, other: Option<PersonId>) -> NextStep {
    let ends = |leaver| go(Step::EndMembership { leaver, unlinked: true });
    match (other, doing.turn) {
        (None, 0) => go(Step::RemoveProfile(doing.person)),
        (None, 1) => ends(doing.person),
        (Some(leaver), 0) => ends(leaver),
        _ => End(ActOutcome::Done),
    }
}

fn read_otp(view: &PageView) -> NextStep {
    match view.otp_kind {
        MailKind::Icon(_) if !view.icon_open => Read,
        _ if !view.otp_owner_here => Unreadable,
        _ if view.otp_here => go(Step::EnterOtp { number: None, typed: Typing::Right }),
        _ => AwaitMail,
    }
}

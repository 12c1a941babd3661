//! The doors of the parties: whether a step that somebody takes in a browser is answered at all.
//!
//! Promises one place that asks of every such step whether a page that asks for it is open in that tab, whether the
//! session that the page stands on is alive, and whether the account is locked. Whoever knows its address opens a front
//! page (the portal and its tiles, `Forgot Password?`, Google's sign-in, the log-outs), so that a step on one always
//! finds it open. Deliberately decides nothing: the policy does, and what else a step needs is its party's to ask.

use super::computer::Computer;
use super::message::{Body, Message, Page};
use super::port::Port;
use super::state::Account;
use crate::policy::decide::Request;
use crate::policy::decide::pages::{PageStep, StepOnPage};
use crate::policy::decide::password::ForgotPassword;
use crate::policy::request::Reason;

/// Why a step is not answered; `None` where it goes on to its party.
pub fn shut<P: Port>(account: &Account, computer: &mut Computer, msg: &Message, port: &mut P) -> Option<Reason> {
    let page = computer.tabs.get(usize::from(msg.tab))?.page;
    let (step, open) = door(&msg.body, page)?;
    let gone = match step {
        PageStep::Code => {
            let had = computer.portal.session.is_some();
            let session = computer.portal.live(&account.portal, msg, port).is_some();
            // A session that is over was refused as one just now, and the page that stands on it opens nothing more.
            if had && !session { Some(Reason::NoSession) } else { missing(account, step, open, session, port) }
        }
        PageStep::Tile => missing(account, step, open, computer.portal.session.is_some(), port),
        PageStep::LoginId | PageStep::OtpChain | PageStep::EmailOtp => {
            let session = computer.self_service.portal_session(&account.self_service, port);
            missing(account, step, open, session, port)
        }
        // What is behind the gate asks for the session and the gate itself, before anybody asks which page is open.
        PageStep::Authenticators | PageStep::SoftToken if !computer.self_service.inside(msg.account) => return None,
        PageStep::Setup | PageStep::Authenticators | PageStep::SoftToken if !open => {
            let session = computer.self_service.portal_session(&account.self_service, port);
            missing(account, step, open, session, port)
        }
        PageStep::Setup | PageStep::Authenticators | PageStep::SoftToken => None,
        PageStep::ExpiredPassword | PageStep::Change | PageStep::Questions | PageStep::NewPassword => {
            missing(account, step, open, true, port)
        }
        PageStep::OldSignIn | PageStep::Back => missing(account, step, open, true, port),
    };
    gone.or_else(|| locked(account, step, port))
}

/// What the policy says of a step whose page or session is missing.
fn missing<P: Port>(account: &Account, step: PageStep, open: bool, session: bool, port: &mut P) -> Option<Reason> {
    if open && session {
        return None;
    }
    port.decide(account.scope(), &StepOnPage { step, open, session }.into()).reason()
}

/// What the policy says of a step on an account that is locked: nobody authenticates to it, nor changes what does.
fn locked<P: Port>(account: &Account, step: PageStep, port: &mut P) -> Option<Reason> {
    let now = port.now();
    let account_locked = account.portal.locked(now);
    match step {
        PageStep::Code
        | PageStep::ExpiredPassword
        | PageStep::Change
        | PageStep::OtpChain
        | PageStep::EmailOtp
        | PageStep::Authenticators
        | PageStep::SoftToken => {
            if !account_locked {
                return None;
            }
            port.decide(account.scope(), &Request::AccountLocked).reason()
        }
        // A lock that fell since the reset was begun holds there as at its beginning.
        PageStep::Questions | PageStep::NewPassword => {
            let reset_locked = account.reset.locked_until.get().is_some_and(|until| now < until);
            if !account_locked && !reset_locked {
                return None;
            }
            let answers_set = account.reset.answers_set;
            port.decide(account.scope(), &ForgotPassword { answers_set, account_locked, reset_locked }.into()).reason()
        }
        PageStep::Tile | PageStep::Setup | PageStep::LoginId | PageStep::OldSignIn | PageStep::Back => None,
    }
}

/// The step that a message from a browser takes, and whether this page asks for it; `None` where every page does, and
/// where the message is no step.
fn door(body: &Body, page: Page) -> Option<(PageStep, bool)> {
    let door = match body {
        Body::OpenTile(_) => (PageStep::Tile, true),
        Body::EnterCode(_) | Body::EnterEmergency(_) => (PageStep::Code, page == Page::CodeAsked),
        Body::ChangeExpired { .. } => (PageStep::ExpiredPassword, page == Page::MustChange),
        Body::ChangePassword { .. } | Body::SetAnswers => {
            (PageStep::Change, matches!(page, Page::Applications | Page::Changed))
        }
        Body::OpenSetup => (PageStep::Setup, page == Page::Setup),
        Body::LoginId { .. } => (PageStep::LoginId, page == Page::LoginIdAgain),
        Body::NextOtp => (PageStep::OtpChain, matches!(page, Page::OtpChain | Page::OtpAsked { .. })),
        Body::EnterOtp { .. } => (PageStep::EmailOtp, matches!(page, Page::OtpAsked { .. })),
        Body::ShowQr | Body::SaveSerial { .. } | Body::Test(_) | Body::Delete { .. } => {
            (PageStep::Authenticators, page.is_behind_the_gate())
        }
        Body::ReloadQr | Body::EnterSecret(_) | Body::Save { .. } => {
            (PageStep::SoftToken, matches!(page, Page::Qr { .. }))
        }
        Body::Answers { .. } => (PageStep::Questions, page == Page::Questions),
        Body::NewPassword { .. } => (PageStep::NewPassword, page == Page::ResetPassword),
        Body::OldSignIn { .. } => (PageStep::OldSignIn, page == Page::OldPassword),
        Body::VisitPortal | Body::SignIn { .. } | Body::Logout | Body::ForgotPassword => return None,
        Body::VisitGoogle | Body::Address { .. } | Body::SignOutGoogle | Body::Assertion { .. } => return None,
        Body::FactorsAsked | Body::Factors(_) | Body::Verify { .. } | Body::VerifyLinked { .. } => return None,
        Body::VerifyEmergency(_) | Body::Verified { .. } | Body::WrongFactor { .. } => return None,
        Body::Arrive { .. } | Body::LoggedOut | Body::SendOtp { .. } | Body::OtpSent { .. } => return None,
        Body::OtpRefused(_) | Body::CheckOtp { .. } | Body::OtpChecked(_) | Body::OtpMail { .. } => return None,
        Body::Search { .. } | Body::QuestionsSet | Body::PasswordSet { .. } | Body::Unlock | Body::AuthnRequest(_) => {
            return None;
        }
        Body::Show(_) | Body::Prompt => return None,
    };
    Some(door)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Time;
    use crate::policy::request::Reason::{LockedOut, NoSession, NotOffered};
    use crate::world::codes::Code;
    use crate::world::computer::Tab;
    use crate::world::ids::{MailboxId, PasswordId, SecretId};
    use crate::world::tokens::WhichToken;

    #[test]
    fn a_page_asks_for_its_own_step_and_for_no_other() {
        let otp = Page::OtpAsked { number: 1, mailbox: MailboxId(0) };
        let qr = Page::Qr { secret: SecretId(1), shown: Time(0) };
        let list = Page::Authenticators { soft: false, hard: false };
        let pages = [Page::Blank, Page::Applications, Page::CodeAsked, Page::Setup, Page::LoginIdAgain]
            .into_iter()
            .chain([Page::OtpChain, otp, list, qr, Page::Saved, Page::LoggedOut]);
        let asked = |body: Body| {
            pages.clone().filter(|page| door(&body, *page).is_some_and(|(_, open)| open)).collect::<Vec<Page>>()
        };
        assert_eq!(asked(Body::EnterCode(Code::NOBODYS)), [Page::CodeAsked]);
        assert_eq!(asked(Body::EnterEmergency(PasswordId(1))), [Page::CodeAsked]);
        assert_eq!(asked(Body::OpenSetup), [Page::Setup]);
        assert_eq!(asked(Body::LoginId { right: true }), [Page::LoginIdAgain]);
        assert_eq!(asked(Body::NextOtp), [Page::OtpChain, otp]);
        assert_eq!(asked(Body::EnterOtp { number: 1, value: 1 }), [otp]);
        assert_eq!(asked(Body::Test(Code::NOBODYS)), [list, qr, Page::Saved]);
        assert_eq!(asked(Body::Delete { hard: false, leaves: false, which: WhichToken::All }), [list, qr, Page::Saved]);
        assert_eq!(asked(Body::Save { comment: None, code: None }), [qr]);
        assert_eq!(asked(Body::ReloadQr), [qr]);
        assert_eq!(asked(Body::Answers { right: 3 }), []);
        // A front page has an address of its own.
        assert_eq!((door(&Body::VisitPortal, Page::Blank), door(&Body::Logout, Page::Blank)), (None, None));
    }

    #[test]
    fn a_refusal_leaves_the_page_that_asked() {
        let mut tab = Tab { page: Page::CodeAsked, refused: None };
        for reason in [NoSession, NotOffered, LockedOut] {
            tab.show(Page::Refused(reason));
            assert_eq!(tab, Tab { page: Page::CodeAsked, refused: Some(reason) });
        }
        tab.show(Page::Applications);
        assert_eq!(tab, Tab { page: Page::Applications, refused: None });
    }
}

//! MIMS Portal, the identity provider: password sign-in, Applications, second factor at the launch of iCON, assertions,
//! Logout. Promises to ask the policy for every rule. Deliberately holds no token and no OTP.

use super::ids::{AccountId, PasswordId};
use super::message::{Body, Message, Page, Party, SamlId, Tile};
use super::port::Port;
use crate::kernel::{CompactOption, Span, Time};
use crate::policy::Scope;
use crate::policy::request::{AccountKind, After, Factor, Outcome, Reason, Request, Typed};

/// The portal's part of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// What kind of account.
    pub kind: AccountKind,
    /// Under which rules.
    pub scope: Scope,
    /// The account was made.
    pub exists: bool,
    /// The password in force.
    pub password: PasswordId,
    /// One that was set and is not in force yet.
    pub pending: CompactOption<PasswordId>,
    /// It was set by an LA and must be changed.
    pub temporary: bool,
    /// It is the first one ever.
    pub first: bool,
    /// It came from a self-service reset, and opened nothing yet.
    pub after_reset: bool,
    /// Wrong factors in a row; a right one forgives those of its own kind.
    pub failures: u16,
    /// How many of them were codes.
    pub wrong_codes: u16,
    /// Locked until then.
    pub locked_until: CompactOption<Time>,
    /// When the password was last reset.
    pub reset_at: CompactOption<Time>,
}

impl Row {
    /// Whether the account is locked at this time.
    pub fn locked(&self, now: Time) -> bool {
        self.locked_until.get().is_some_and(|until| now < until)
    }
}

/// A browser's session with the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    /// Whose.
    pub account: AccountId,
    /// Since when.
    pub opened: Time,
    /// A code was given in it.
    pub factor: bool,
    /// The password was reset just before.
    pub after_reset: bool,
    /// It began with a redirect from Google.
    pub from_google: bool,
    /// The tile that was opened last is the Identity Portal's.
    pub at_setup: bool,
}

/// The portal's part of a browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cookies {
    /// The session, alive or not.
    pub session: Option<Session>,
    /// The SAML request of Google that waits for an answer.
    pub request: CompactOption<SamlId>,
}

impl Cookies {
    /// The live session, by the policy's rules.
    /// The live session, by the policy's rules; one that has run out is forgotten.
    fn live<P: Port>(&mut self, row: &Row, msg: &Message, port: &mut P) -> Option<Session> {
        let session = self.session?;
        if session.account != msg.account {
            return None;
        }
        let age = Span(port.now().0 - session.opened.0);
        let reset_since = row.reset_at.get().is_some_and(|at| at > session.opened);
        let decision = port.decide(row.scope, &Request::PortalSession { age, reset_since });
        self.session = (decision.outcome == Outcome::Granted).then_some(session);
        self.session
    }
}

/// Answers a message. `msg.account` is the one whose login ID is typed, or that of the live session.
pub fn handle<P: Port>(row: &mut Row, cookies: &mut Cookies, msg: &Message, port: &mut P) {
    match msg.body {
        Body::VisitPortal => {
            // Whoever comes by the front door is not on the way back to Google any more.
            cookies.request = CompactOption::NONE;
            let page = match cookies.live(row, msg, port) {
                Some(_) => Page::Applications,
                None => Page::PortalSignIn { from_google: false },
            };
            port.send(msg.show(page));
        }
        Body::AuthnRequest(id) => {
            cookies.request = CompactOption::some(id);
            match cookies.live(row, msg, port) {
                Some(_) => port.send(msg.then(Party::SelfService, Body::FactorsAsked)),
                None => port.send(msg.show(Page::PortalSignIn { from_google: true })),
            }
        }
        Body::SignIn { suffix_right, password, same_case } => {
            sign_in(row, cookies, msg, port, suffix_right, typed(row, password, same_case));
        }
        Body::ChangeExpired { password, features, alike } => {
            match port.decide(row.scope, &Request::NewPassword { features, alike }).reason() {
                Some(reason) => port.send(msg.show(Page::Refused(reason))),
                None => {
                    row.password = password;
                    row.temporary = false;
                    row.first = false;
                    open(row, cookies, msg, port);
                }
            }
        }
        Body::OpenTile(tile) => match (tile, cookies.live(row, msg, port)) {
            (_, None) => port.send(msg.show(Page::PortalSignIn { from_google: false })),
            (Tile::IdentityPortal, Some(session)) => match port.decide(row.scope, &Request::TileSelfService).reason() {
                Some(reason) => port.send(msg.show(Page::Refused(reason))),
                None => {
                    cookies.session = Some(Session { at_setup: true, ..session });
                    port.send(msg.then(Party::SelfService, Body::Arrive { session: Some(session.opened) }));
                }
            },
            (Tile::Icon, Some(session)) => {
                cookies.session = Some(Session { at_setup: false, ..session });
                cookies.request = CompactOption::NONE;
                port.send(msg.then(Party::SelfService, Body::FactorsAsked));
            }
        },
        Body::Factors { enrolled, emergency } => launch(row, cookies, msg, port, enrolled, emergency),
        Body::EnterCode(code) => {
            let from_google = cookies.request.is_some();
            if row.locked(port.now()) {
                return refuse_locked(row, msg, port);
            }
            port.send(msg.then(Party::SelfService, Body::Verify { code, from_google }));
        }
        Body::EnterEmergency(password) => {
            if row.locked(port.now()) {
                return refuse_locked(row, msg, port);
            }
            port.send(msg.then(Party::SelfService, Body::VerifyEmergency(password)));
        }
        Body::Verified { factor, refused } => match refused {
            None => {
                (row.failures, row.wrong_codes) = (0, 0);
                if let Some(session) = &mut cookies.session {
                    session.factor = true;
                }
                assert(cookies, msg, port, factor);
            }
            Some(reason) => {
                count(row, port, reason, false);
                port.send(msg.show(Page::Refused(reason)));
            }
        },
        Body::WrongFactor { reason, portal_test } => count(row, port, reason, portal_test),
        Body::Logout => {
            let by_google = cookies.session.is_some_and(|s| s.from_google);
            let after = match (cookies.session.is_some_and(|s| s.at_setup), by_google) {
                (true, _) => After::Setup,
                (false, true) => After::Google,
                (false, false) => After::Portal,
            };
            if port.decide(row.scope, &Request::SignOutPortal { after }).outcome == Outcome::Granted {
                *cookies = Cookies::default();
                port.send(msg.then(Party::SelfService, Body::LoggedOut));
            }
            port.send(msg.show(Page::LoggedOut));
        }
        Body::ChangePassword { password, features, alike } => {
            let session = cookies.live(row, msg, port).is_some();
            let decision = port.decide(row.scope, &Request::Change { session });
            let decision = match decision.reason() {
                None => port.decide(row.scope, &Request::NewPassword { features, alike }),
                Some(_) => decision,
            };
            match decision.reason() {
                Some(reason) => port.send(msg.show(Page::Refused(reason))),
                None => {
                    row.password = password;
                    port.send(msg.show(Page::Changed));
                }
            }
        }
        Body::SetAnswers => {
            let session = cookies.live(row, msg, port).is_some();
            match port.decide(row.scope, &Request::Change { session }).reason() {
                Some(reason) => port.send(msg.show(Page::Refused(reason))),
                None => port.send(msg.then(Party::PasswordReset, Body::QuestionsSet)),
            }
        }
        Body::ForgotPassword => {
            let account_locked = row.locked(port.now());
            port.send(msg.then(Party::PasswordReset, Body::Search { account_locked }));
        }
        Body::PasswordSet { password, temporary } => {
            row.password = password;
            row.pending = CompactOption::NONE;
            row.temporary = temporary;
            row.first = false;
            row.after_reset = !temporary;
            row.reset_at = CompactOption::some(port.now());
        }
        _ => {}
    }
}

fn typed(row: &Row, password: PasswordId, same_case: bool) -> Typed {
    if password == row.password {
        if same_case { Typed::Same } else { Typed::OtherCase }
    } else if row.pending.get() == Some(password) {
        Typed::Pending
    } else {
        Typed::Wrong
    }
}

fn sign_in<P: Port>(
    row: &mut Row,
    cookies: &mut Cookies,
    msg: &Message,
    port: &mut P,
    suffix_right: bool,
    typed: Typed,
) {
    let now = port.now();
    let decision = port.decide(
        row.scope,
        &Request::PortalSignIn {
            exists: row.exists,
            suffix_right,
            typed,
            locked: row.locked(now),
            must_change: row.temporary || row.first,
            first: row.first,
            from_google: cookies.request.is_some(),
            after_reset: row.after_reset,
        },
    );
    match decision.outcome {
        Outcome::AskNewPassword => port.send(msg.show(Page::MustChange)),
        Outcome::Refused(reason) => {
            if reason == Reason::WrongPassword {
                count(row, port, reason, false);
            }
            port.send(msg.show(Page::Refused(reason)));
        }
        _ => open(row, cookies, msg, port),
    }
}

/// A session begins; a request of Google that waits is taken up at once.
fn open<P: Port>(row: &mut Row, cookies: &mut Cookies, msg: &Message, port: &mut P) {
    row.failures = row.wrong_codes;
    cookies.session = Some(Session {
        account: msg.account,
        opened: port.now(),
        factor: false,
        after_reset: row.after_reset,
        from_google: cookies.request.is_some(),
        at_setup: false,
    });
    row.after_reset = false;
    if cookies.request.is_some() {
        port.send(msg.then(Party::SelfService, Body::FactorsAsked));
    } else {
        port.send(msg.show(Page::Applications));
    }
}

fn launch<P: Port>(row: &mut Row, cookies: &mut Cookies, msg: &Message, port: &mut P, enrolled: bool, emergency: bool) {
    let session = cookies.session;
    let now = port.now();
    if port.decide(row.scope, &Request::Prompt { now, enrolled }).outcome == Outcome::Show {
        port.send(msg.then(Party::Browser, Body::Prompt));
    }
    let decision = port.decide(
        row.scope,
        &Request::LaunchIcon {
            now,
            kind: row.kind,
            enrolled,
            emergency,
            factor_in_session: session.is_some_and(|s| s.factor),
            from_google: cookies.request.is_some(),
            after_reset: session.is_some_and(|s| s.after_reset),
        },
    );
    match decision.outcome {
        Outcome::AskCode => port.send(msg.show(Page::CodeAsked)),
        Outcome::Refused(reason) => port.send(msg.show(Page::Refused(reason))),
        _ => assert(cookies, msg, port, Factor::None),
    }
}

fn assert<P: Port>(cookies: &mut Cookies, msg: &Message, port: &mut P, factor: Factor) {
    let answers = cookies.request.take();
    let id = port.fresh_saml();
    let issued = port.clock(Party::Portal);
    let body = Body::Assertion { audience: Party::Workspace, answers, id, issued, factor };
    port.send(msg.then(Party::Workspace, body));
}

fn count<P: Port>(row: &mut Row, port: &mut P, reason: Reason, portal_test: bool) {
    let failures = row.failures.saturating_add(1);
    match port.decide(row.scope, &Request::Failure { reason, failures: u32::from(failures), portal_test }).outcome {
        Outcome::Lock(span) => {
            (row.failures, row.wrong_codes) = (0, 0);
            row.locked_until = CompactOption::some(Time(port.now().0 + span.0));
        }
        Outcome::Granted => {}
        _ => {
            row.failures = failures;
            row.wrong_codes = row.wrong_codes.saturating_add(u16::from(reason != Reason::WrongPassword));
        }
    }
}

/// A locked account is told so at the code as it is at the password.
fn refuse_locked<P: Port>(row: &mut Row, msg: &Message, port: &mut P) {
    let request = Request::PortalSignIn {
        exists: true,
        suffix_right: true,
        typed: Typed::Same,
        locked: true,
        must_change: false,
        first: false,
        from_google: false,
        after_reset: false,
    };
    let reason = port.decide(row.scope, &request).reason().unwrap_or(Reason::LockedOut);
    port.send(msg.show(Page::Refused(reason)));
}

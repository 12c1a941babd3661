//! MIMS Portal, the identity provider: password sign-in, Applications, second factor at the launch of iCON, assertions,
//! Logout. Promises to ask the policy for every rule. Deliberately holds no token and no OTP.

use super::ids::{AccountId, PasswordId};
use super::message::{Body, Message, Page, Party, SamlId, SetBy, Tile};
use super::port::Port;
use crate::kernel::{CompactOption, Span, Time};
use crate::policy::Scope;
use crate::policy::decide::Request;
use crate::policy::decide::password::{NewPassword, SignedInChange};
use crate::policy::decide::sign_in::{
    After, Attempt, FactorFailure, HeldFactor, LaunchIcon, PasswordState, PortalSessionAge, PortalSignIn, Prompt,
    SignOutPortal, TypedPassword,
};
use crate::policy::request::{AccountKind, Factor, Outcome, Reason, Via};

/// The portal's part of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PortalAccount {
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
    /// Wrong factors in a row; a right password forgives wrong passwords, a right code all.
    pub failures: u16,
    /// How many of them were codes.
    pub wrong_codes: u16,
    /// When the last of them was typed.
    pub failed_at: CompactOption<Time>,
    /// Locked until then; for ever where only somebody can unlock it.
    pub locked_until: CompactOption<Time>,
    /// When the password was last reset.
    pub reset_at: CompactOption<Time>,
}

impl PortalAccount {
    /// Whether the account is locked at this time.
    pub fn locked(&self, now: Time) -> bool {
        self.locked_until.get().is_some_and(|until| now < until)
    }

    /// A password comes into force. A reset or a change that another one has overtaken on the way does nothing: of two
    /// changes under way the later one stands.
    fn take_effect(&mut self, now: Time, password: PasswordId, by: SetBy) {
        if by != SetBy::Administrator && self.pending.get() != Some(password) {
            return;
        }
        self.password = password;
        self.pending = CompactOption::NONE;
        self.temporary = by == SetBy::Administrator;
        self.first = false;
        self.after_reset = by == SetBy::Reset;
        if by != SetBy::Change {
            self.reset_at = CompactOption::some(now);
        }
    }

    /// A password that its owner has chosen comes into force at once.
    fn settle(&mut self, now: Time, password: PasswordId) {
        self.pending = CompactOption::some(password);
        self.take_effect(now, password, SetBy::Change);
    }

    /// Whether the password in force was chosen by its owner.
    fn password_state(&self) -> PasswordState {
        match (self.first, self.temporary) {
            (true, _) => PasswordState::First,
            (false, true) => PasswordState::Temporary,
            (false, false) => PasswordState::Settled,
        }
    }
}

/// A browser's session with the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PortalSession {
    /// Whose.
    pub account: AccountId,
    /// Since when.
    pub opened: Time,
    /// A code was given in it.
    pub factor: bool,
    /// The password was reset just before.
    pub after_reset: bool,
    /// Where it began: at the portal, or with a redirect from Google.
    pub via: Via,
    /// The tile that was opened last is the Identity Portal's.
    pub at_setup: bool,
}

/// The portal's part of a browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PortalCookies {
    /// The session, alive or not.
    pub session: Option<PortalSession>,
    /// The SAML request of Google that waits for an answer.
    pub request: CompactOption<SamlId>,
}

impl PortalCookies {
    /// Where a sign-in begins: at Google, while a SAML request waits for an answer.
    pub fn via(&self) -> Via {
        if self.request.is_some() { Via::Google } else { Via::Portal }
    }

    /// The live session, by the policy's rules; one that has run out is forgotten.
    pub(super) fn live<P: Port>(&mut self, row: &PortalAccount, msg: &Message, port: &mut P) -> Option<PortalSession> {
        let session = self.session?;
        if session.account != msg.account {
            return None;
        }
        let age = Span(port.now().0 - session.opened.0);
        let reset_since = row.reset_at.get().is_some_and(|at| at > session.opened);
        let decision = port.decide(row.scope, &PortalSessionAge { age, reset_since }.into());
        self.session = (decision.outcome == Outcome::Granted).then_some(session);
        self.session
    }
}

/// Answers a message. `msg.account` is the one whose login ID is typed, or that of the live session.
pub fn handle<P: Port>(row: &mut PortalAccount, cookies: &mut PortalCookies, msg: &Message, port: &mut P) {
    match msg.body {
        Body::VisitPortal => {
            // Whoever comes by the front door is not on the way back to Google any more.
            cookies.request = CompactOption::NONE;
            let page = match cookies.live(row, msg, port) {
                Some(_) => Page::Applications,
                None => Page::PortalSignIn(Via::Portal),
            };
            port.send(msg.show(page));
        }
        Body::AuthnRequest(id) => {
            cookies.request = CompactOption::some(id);
            match cookies.live(row, msg, port) {
                Some(_) => port.send(msg.then(Party::SelfService, Body::FactorsAsked)),
                None => port.send(msg.show(Page::PortalSignIn(Via::Google))),
            }
        }
        Body::SignIn { suffix_right, password, same_case } => {
            sign_in(row, cookies, msg, port, suffix_right, typed(row, password, same_case));
        }
        Body::ChangeExpired { password, features, alike } => {
            match port.decide(row.scope, &NewPassword { features, alike }.into()).reason() {
                Some(reason) => port.send(msg.show(Page::Refused(reason))),
                None => {
                    row.settle(port.now(), password);
                    open(row, cookies, msg, port);
                }
            }
        }
        Body::OpenTile(tile) => match (tile, cookies.live(row, msg, port)) {
            (_, None) => port.send(msg.show(Page::PortalSignIn(Via::Portal))),
            (Tile::IdentityPortal, Some(session)) => match port.decide(row.scope, &Request::TileSelfService).reason() {
                Some(reason) => port.send(msg.show(Page::Refused(reason))),
                None => {
                    cookies.session = Some(PortalSession { at_setup: true, ..session });
                    port.send(msg.then(Party::SelfService, Body::Arrive { session: Some(session.opened) }));
                }
            },
            (Tile::Icon, Some(session)) => {
                cookies.session = Some(PortalSession { at_setup: false, ..session });
                cookies.request = CompactOption::NONE;
                port.send(msg.then(Party::SelfService, Body::FactorsAsked));
            }
        },
        Body::Factors(held) => launch(row, cookies, msg, port, held),
        Body::EnterCode(code) => {
            port.send(msg.then(Party::SelfService, Body::Verify { code, via: cookies.via() }));
        }
        Body::EnterEmergency(password) => {
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
                count(row, port, reason, Attempt::SignIn);
                port.send(msg.show(Page::Refused(reason)));
            }
        },
        Body::WrongFactor { reason, attempt } => count(row, port, reason, attempt),
        Body::Logout => {
            let after = match cookies.session {
                Some(session) if session.at_setup => After::Setup,
                Some(session) if session.via == Via::Google => After::Google,
                _ => After::Portal,
            };
            if port.decide(row.scope, &SignOutPortal { after }.into()).outcome == Outcome::Granted {
                *cookies = PortalCookies::default();
                port.send(msg.then(Party::SelfService, Body::LoggedOut));
            }
            port.send(msg.show(Page::LoggedOut));
        }
        Body::ChangePassword { password, features, alike } => {
            let session = cookies.live(row, msg, port).is_some();
            let decision = port.decide(row.scope, &SignedInChange { session }.into());
            let decision = match decision.reason() {
                None => port.decide(row.scope, &NewPassword { features, alike }.into()),
                Some(_) => decision,
            };
            match decision.reason() {
                Some(reason) => port.send(msg.show(Page::Refused(reason))),
                None => {
                    let page = change(row, msg, port, password);
                    port.send(msg.show(page));
                }
            }
        }
        Body::SetAnswers => {
            let session = cookies.live(row, msg, port).is_some();
            match port.decide(row.scope, &SignedInChange { session }.into()).reason() {
                Some(reason) => port.send(msg.show(Page::Refused(reason))),
                None => port.send(msg.then(Party::PasswordReset, Body::QuestionsSet)),
            }
        }
        Body::ForgotPassword => {
            let account_locked = row.locked(port.now());
            port.send(msg.then(Party::PasswordReset, Body::Search { account_locked }));
        }
        Body::Unlock => {
            (row.failures, row.wrong_codes) = (0, 0);
            row.locked_until = CompactOption::NONE;
        }
        Body::PasswordSet { password, by } => row.take_effect(port.now(), password, by),
        _ => {}
    }
}

fn typed(row: &PortalAccount, password: PasswordId, same_case: bool) -> TypedPassword {
    if password == row.password {
        if same_case { TypedPassword::Same } else { TypedPassword::OtherCase }
    } else if row.pending.get() == Some(password) {
        TypedPassword::Pending
    } else {
        TypedPassword::Wrong
    }
}

fn sign_in<P: Port>(
    row: &mut PortalAccount,
    cookies: &mut PortalCookies,
    msg: &Message,
    port: &mut P,
    suffix_right: bool,
    typed: TypedPassword,
) {
    let now = port.now();
    let request = PortalSignIn {
        exists: row.exists,
        suffix_right,
        typed,
        locked: row.locked(now),
        password: row.password_state(),
        via: cookies.via(),
        after_reset: row.after_reset,
    };
    let decision = port.decide(row.scope, &request.into());
    match decision.outcome {
        Outcome::AskNewPassword => port.send(msg.show(Page::MustChange)),
        Outcome::Refused(reason) => {
            if is_password(reason) {
                count(row, port, reason, Attempt::SignIn);
            }
            port.send(msg.show(Page::Refused(reason)));
        }
        _ => open(row, cookies, msg, port),
    }
}

/// A session begins; a request of Google that waits is taken up at once.
fn open<P: Port>(row: &mut PortalAccount, cookies: &mut PortalCookies, msg: &Message, port: &mut P) {
    row.failures = row.wrong_codes;
    cookies.session = Some(PortalSession {
        account: msg.account,
        opened: port.now(),
        factor: false,
        after_reset: row.after_reset,
        via: cookies.via(),
        at_setup: false,
    });
    row.after_reset = false;
    if cookies.request.is_some() {
        port.send(msg.then(Party::SelfService, Body::FactorsAsked));
    } else {
        port.send(msg.show(Page::Applications));
    }
}

fn launch<P: Port>(
    row: &mut PortalAccount,
    cookies: &mut PortalCookies,
    msg: &Message,
    port: &mut P,
    held: HeldFactor,
) {
    let session = cookies.session;
    let now = port.now();
    let enrolled = held == HeldFactor::Token;
    if port.decide(row.scope, &Prompt { now, enrolled }.into()).outcome == Outcome::Show {
        port.send(msg.then(Party::Browser, Body::Prompt));
    }
    let request = LaunchIcon {
        now,
        kind: row.kind,
        held,
        factor_in_session: session.is_some_and(|s| s.factor),
        via: cookies.via(),
        after_reset: session.is_some_and(|s| s.after_reset),
    };
    let decision = port.decide(row.scope, &request.into());
    match decision.outcome {
        Outcome::AskCode => port.send(msg.show(Page::CodeAsked)),
        Outcome::Refused(reason) => port.send(msg.show(Page::Refused(reason))),
        _ => assert(cookies, msg, port, Factor::None),
    }
}

fn assert<P: Port>(cookies: &mut PortalCookies, msg: &Message, port: &mut P, factor: Factor) {
    let answers = cookies.request.take();
    let id = port.fresh_saml();
    let issued = port.clock(Party::Portal);
    let body = Body::Assertion { audience: Party::Workspace, answers, id, issued, factor };
    port.send(msg.then(Party::Workspace, body));
}

/// A password that was changed by who is signed in comes into force, at once or after a wait.
fn change<P: Port>(row: &mut PortalAccount, msg: &Message, port: &mut P, password: PasswordId) -> Page {
    match port.decide(row.scope, &Request::ChangePropagation).outcome {
        Outcome::Wait(span) if span.0 > 0 => {
            let until = port.now().plus(span);
            row.pending = CompactOption::some(password);
            port.send_at(until, msg.then(Party::Portal, Body::PasswordSet { password, by: SetBy::Change }));
            Page::PleaseWait(until)
        }
        _ => {
            row.settle(port.now(), password);
            Page::Changed
        }
    }
}

/// Whether it is a password that was refused: the portal cannot tell one that is not in force yet from a wrong one.
const fn is_password(reason: Reason) -> bool {
    matches!(reason, Reason::WrongPassword | Reason::PasswordPending)
}

fn count<P: Port>(row: &mut PortalAccount, port: &mut P, reason: Reason, attempt: Attempt) {
    let now = port.now();
    let since_last = row.failed_at.get().filter(|_| row.failures > 0).map(|at| Span(now.0 - at.0));
    let failures = row.failures.saturating_add(1);
    let failure = FactorFailure { reason, failures: u32::from(failures), since_last, attempt };
    let code = u16::from(!is_password(reason));
    match port.decide(row.scope, &failure.into()).outcome {
        Outcome::Lock(span) => {
            (row.failures, row.wrong_codes) = (0, 0);
            row.locked_until = CompactOption::some(now.plus(span));
        }
        Outcome::Granted => {}
        // Those before it are forgotten.
        Outcome::Replace => {
            (row.failures, row.wrong_codes) = (1, code);
            row.failed_at = CompactOption::some(now);
        }
        _ => {
            row.failures = failures;
            row.wrong_codes = row.wrong_codes.saturating_add(code);
            row.failed_at = CompactOption::some(now);
        }
    }
}

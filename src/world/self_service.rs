//! MIMS Identity Portal (NetIQ Advanced Authentication): enrolled authenticators, set-up, test, deletion, and the check
//! of a second factor. Promises to ask the policy for every rule. Deliberately knows no password and sends no mail.

use super::codes::App;
use super::codes::Code;
use super::ids::{AccountId, MailboxId, PasswordId, SecretId};
use super::message::{Body, Message, Page, Party};
use super::port::Port;
use super::tokens::{SoftTokens, Token};
use crate::kernel::{CompactOption, Span, Time};
use crate::policy::Scope;
use crate::policy::decide::Request;
use crate::policy::decide::enrolment::{
    Authenticators, DeleteToken, LoginIdAgain, OpenSetup, SaveHardToken, SaveToken, ShowQr, TestToken,
};
use crate::policy::decide::sign_in::{AgainstLast, Attempt, EmergencyCode, HeldFactor, PortalSessionAge, SecondFactor};
use crate::policy::request::{Factor, Outcome, Reason, Via};

/// Self-service's part of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SelfServiceAccount {
    /// Under which rules.
    pub scope: Scope,
    /// Shared by members.
    pub generic: bool,
    /// Where OTPs go.
    pub otp_mailbox: MailboxId,
    /// That mailbox is an iCON one.
    pub otp_is_icon: bool,
    /// The soft tokens.
    pub soft: SoftTokens,
    /// The hard token.
    pub hard: Option<Token>,
    /// An emergency password.
    pub emergency: CompactOption<PasswordId>,
    /// When that was issued.
    pub issued: CompactOption<Time>,
    /// How many sign-ins it has opened.
    pub emergency_uses: u16,
    /// When the password was last reset, as self-service is told.
    pub reset_at: CompactOption<Time>,
}

impl SelfServiceAccount {
    /// Whether some token is enrolled.
    pub fn enrolled(&self) -> bool {
        self.soft.count() > 0 || self.hard.is_some()
    }

    /// The tokens that are enrolled, the hard one last.
    pub fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.soft.iter().chain(&self.hard)
    }

    /// The list of what is enrolled and what can be added (S1.7).
    fn list(&self) -> Page {
        Page::Authenticators { soft: self.soft.count() > 0, hard: self.hard.is_some() }
    }
}

/// Self-service's part of a browser: who has passed the gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SelfServiceCookies {
    /// When the portal session began from which the browser came.
    pub portal_session: CompactOption<Time>,
    /// The account whose login ID was typed: what is done at these pages is done for it.
    pub account: CompactOption<AccountId>,
    /// Its gate was passed.
    pub passed: bool,
    /// The secret of the QR page that is open, and since when.
    pub page: Option<(SecretId, Time)>,
}

impl SelfServiceCookies {
    /// Whether the portal session from which the browser came is alive, by the policy's rules.
    pub(super) fn portal_session<P: Port>(&self, row: &SelfServiceAccount, port: &mut P) -> bool {
        let Some(opened) = self.portal_session.get() else { return false };
        let reset_since = row.reset_at.get().is_some_and(|at| at > opened);
        let request = PortalSessionAge { age: Span(port.now().0 - opened.0), reset_since };
        port.decide(row.scope, &request.into()).outcome == Outcome::Granted
    }

    /// Whether this browser has passed the gate of this account.
    pub fn inside(&self, account: AccountId) -> bool {
        self.passed && self.account.get() == Some(account)
    }
}

/// Answers a message.
pub fn handle<P: Port>(row: &mut SelfServiceAccount, cookies: &mut SelfServiceCookies, msg: &Message, port: &mut P) {
    let now = port.now();
    match msg.body {
        Body::LoggedOut => *cookies = SelfServiceCookies::default(),
        Body::Arrive { session } => {
            *cookies = SelfServiceCookies { portal_session: session.into(), ..SelfServiceCookies::default() };
            port.send(msg.show(Page::Setup));
        }
        Body::OpenSetup => {
            let portal_session = cookies.portal_session(row, port);
            let page = match port.decide(row.scope, &OpenSetup { now, portal_session }.into()).outcome {
                Outcome::Refused(reason) => Page::Refused(reason),
                Outcome::AskLoginId => Page::LoginIdAgain,
                _ => before_the_gate(row, cookies, msg, port),
            };
            port.send(msg.show(page));
        }
        Body::LoginId { right } => {
            let page = match port.decide(row.scope, &LoginIdAgain { right }.into()).reason() {
                Some(reason) => Page::Refused(reason),
                None => before_the_gate(row, cookies, msg, port),
            };
            port.send(msg.show(page));
        }
        Body::NextOtp => {
            let body = Body::SendOtp { icon_address: row.otp_is_icon, mailbox: row.otp_mailbox };
            port.send(msg.then(Party::EmailOtp, body));
        }
        Body::OtpSent { number, mailbox } => port.send(msg.show(Page::OtpAsked { number, mailbox })),
        Body::OtpRefused(reason) => port.send(msg.show(Page::Refused(reason))),
        Body::EnterOtp { number, value } => {
            port.send(msg.then(Party::EmailOtp, Body::CheckOtp { number, value }));
        }
        Body::OtpChecked(Some(reason)) => {
            port.send(msg.then(Party::Portal, Body::WrongFactor { reason, attempt: Attempt::SignIn }));
            port.send(msg.show(Page::Refused(reason)));
        }
        Body::OtpChecked(None) => {
            (cookies.account, cookies.passed) = (CompactOption::some(msg.account), true);
            let page = gated(row, cookies, msg, port).err().unwrap_or(row.list());
            port.send(msg.show(page));
        }
        Body::ShowQr | Body::ReloadQr => {
            let page = match gated(row, cookies, msg, port) {
                Err(page) => page,
                Ok(()) => {
                    let enrolled = row.soft.count();
                    let request = ShowQr { enrolled, hard: row.hard.is_some(), generic: row.generic };
                    match port.decide(row.scope, &request.into()).reason() {
                        Some(reason) => Page::Refused(reason),
                        None => {
                            let secret = port.fresh_secret();
                            cookies.page = Some((secret, now));
                            Page::Qr { secret, shown: now }
                        }
                    }
                }
            };
            port.send(msg.show(page));
        }
        Body::EnterSecret(secret) => {
            let page = match (gated(row, cookies, msg, port), port.decide(row.scope, &Request::EnterSecret).reason()) {
                (Err(page), _) => page,
                (_, Some(reason)) => Page::Refused(reason),
                _ => {
                    cookies.page = Some((secret, now));
                    Page::Qr { secret, shown: now }
                }
            };
            port.send(msg.show(page));
        }
        Body::Save { comment, code } => {
            let page = gated(row, cookies, msg, port).err().unwrap_or_else(|| save(row, cookies, port, comment, code));
            port.send(msg.show(page));
        }
        Body::SaveSerial { token, known, code } => {
            let page = gated(row, cookies, msg, port).err().unwrap_or_else(|| {
                let secret = token.secret();
                let fits = code.is_some_and(|c| port.fit(row.scope, secret, &c).is_some());
                let request = SaveHardToken {
                    known_serial: known,
                    code_right: fits,
                    soft_enrolled: row.soft.count() > 0,
                    hard_enrolled: row.hard.is_some(),
                };
                match port.decide(row.scope, &request.into()).reason() {
                    Some(reason) => Page::Refused(reason),
                    None => {
                        row.hard = Some(Token::new(secret, Some(token)));
                        Page::Saved
                    }
                }
            });
            port.send(msg.show(page));
        }
        Body::Test(code) => {
            let page = gated(row, cookies, msg, port).err().unwrap_or_else(|| test(row, msg, port, &code));
            port.send(msg.show(page));
        }
        Body::Delete { hard, leaves, which } => {
            let page = gated(row, cookies, msg, port).err().unwrap_or_else(|| {
                let exists = if hard { row.hard.is_some() } else { row.soft.count() > 0 };
                let request = DeleteToken { exists, member_leaves: leaves };
                match port.decide(row.scope, &request.into()).reason() {
                    Some(reason) => return Page::Refused(reason),
                    None if hard => row.hard = None,
                    None => row.soft.delete(which),
                }
                Page::Deleted
            });
            port.send(msg.show(page));
        }
        Body::FactorsAsked => {
            let held = match (row.enrolled() || port.linked().any, row.emergency.is_some()) {
                (true, _) => HeldFactor::Token,
                (false, true) => HeldFactor::EmergencyPassword,
                (false, false) => HeldFactor::Nothing,
            };
            port.send(msg.then(Party::Portal, Body::Factors(held)));
        }
        Body::Verify { code, via } => {
            if let Some(holder) = port.linked().holder {
                let body = Body::VerifyLinked { code, via, opens: msg.account };
                port.send(Message { account: holder, ..msg.then(Party::SelfService, body) });
                return;
            }
            let (factor, refused) = verify(row, port, &code, via, false);
            port.send(msg.then(Party::Portal, Body::Verified { factor, refused }));
        }
        Body::VerifyLinked { code, via, opens } => {
            let (factor, refused) = verify(row, port, &code, via, true);
            let answer = msg.then(Party::Portal, Body::Verified { factor, refused });
            port.send(Message { account: opens, ..answer });
        }
        Body::VerifyEmergency(password) => {
            let issued = row.issued.get().filter(|_| row.emergency.get() == Some(password));
            let age = issued.map(|at| Span(now.0 - at.0));
            let uses = u32::from(row.emergency_uses);
            let refused = port.decide(row.scope, &EmergencyCode { age, uses }.into()).reason();
            if refused.is_none() {
                row.emergency_uses = row.emergency_uses.saturating_add(1);
            }
            port.send(msg.then(Party::Portal, Body::Verified { factor: Factor::EmergencyPassword, refused }));
        }
        _ => {}
    }
}

/// What comes before the list of authenticators: the gate, where there is one (A9). Whatever this browser has passed
/// before counts no longer.
fn before_the_gate<P: Port>(
    row: &SelfServiceAccount,
    cookies: &mut SelfServiceCookies,
    msg: &Message,
    port: &mut P,
) -> Page {
    let (portal_session, account) = (cookies.portal_session, CompactOption::some(msg.account));
    *cookies = SelfServiceCookies { portal_session, account, ..SelfServiceCookies::default() };
    if port.decide(row.scope, &Request::Gate).outcome == Outcome::AskCode {
        return Page::OtpChain;
    }
    cookies.passed = true;
    gated(row, cookies, msg, port).err().unwrap_or(row.list())
}

/// Behind the gate, or the page that says why not.
fn gated<P: Port>(
    row: &SelfServiceAccount,
    cookies: &SelfServiceCookies,
    msg: &Message,
    port: &mut P,
) -> Result<(), Page> {
    let passed = cookies.inside(msg.account);
    let portal_session = cookies.portal_session(row, port);
    match port.decide(row.scope, &Authenticators { passed, portal_session }.into()).reason() {
        Some(reason) => Err(Page::Refused(reason)),
        None => Ok(()),
    }
}

fn save<P: Port>(
    row: &mut SelfServiceAccount,
    cookies: &mut SelfServiceCookies,
    port: &mut P,
    comment: Option<App>,
    code: Option<Code>,
) -> Page {
    let (secret, _) = cookies.page.unwrap_or_default();
    let code_right = code.is_some_and(|code| port.fit(row.scope, secret, &code).is_some());
    let now = port.now();
    let page_age = cookies.page.map(|(_, shown)| Span(now.0 - shown.0));
    let enrolled = row.soft.count();
    let request = SaveToken { page_age, code_right, enrolled, hard: row.hard.is_some(), generic: row.generic };
    match port.decide(row.scope, &request.into()).reason() {
        Some(reason) => Page::Refused(reason),
        None => {
            cookies.page = None;
            row.soft.add(Token { comment, ..Token::new(secret, None) });
            Page::Saved
        }
    }
}

fn test<P: Port>(row: &mut SelfServiceAccount, msg: &Message, port: &mut P, code: &Code) -> Page {
    let scope = row.scope;
    let fitting = row.soft.iter_mut().chain(&mut row.hard).find(|token| port.fit(scope, token.secret, code).is_some());
    let fits = fitting.is_some();
    if let Some(token) = fitting {
        token.tested = true;
    }
    match port.decide(scope, &TestToken { fits }.into()).reason() {
        None => Page::TestPassed,
        Some(reason) => {
            port.send(msg.then(Party::Portal, Body::WrongFactor { reason, attempt: Attempt::PortalTest }));
            Page::Refused(reason)
        }
    }
}

/// RFC 6238, section 5.2: the code must fit a step in the window, and be newer than the last one accepted.
fn verify<P: Port>(
    row: &mut SelfServiceAccount,
    port: &mut P,
    code: &Code,
    via: Via,
    linked: bool,
) -> (Factor, Option<Reason>) {
    let scope = row.scope;
    let mut found = None;
    for token in row.soft.iter_mut().chain(&mut row.hard) {
        if let Some(fit) = port.fit(scope, token.secret, code) {
            let factor = if token.serial.is_some() { Factor::HardToken } else { Factor::Code };
            found = Some((factor, token, fit));
            break;
        }
    }
    let last = found.as_ref().and_then(|(_, token, _)| token.last_step());
    let fit = found.as_ref().map(|(_, _, fit)| *fit);
    let against_last = match (fit, last) {
        (Some(fit), Some(last)) if fit.step == last => AgainstLast::Same,
        (Some(fit), Some(last)) if fit.step < last => AgainstLast::Older,
        _ => AgainstLast::Newer,
    };
    let request = SecondFactor { step_off: fit.map(|fit| fit.off), against_last, linked, via };
    let decision = port.decide(scope, &request.into());
    match (found, decision.outcome) {
        (Some((factor, token, fit)), Outcome::Granted) => {
            let step = last.map_or(fit.step, |last| last.max(fit.step));
            token.last_step = u32::try_from(step).ok().into();
            (factor, None)
        }
        (found, _) => {
            let factor = found.map_or(Factor::None, |(factor, _, _)| factor);
            (factor, Some(decision.reason().unwrap_or(Reason::WrongCode)))
        }
    }
}

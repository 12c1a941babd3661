//! Google Workspace, the service provider: address or chooser, redirect, SAML response, dashboard, Sign out, and the
//! sign-in with Google's own password and 2SV before the cutover. Deliberately knows no MIMS password.

use super::ids::AccountId;
use super::message::{Body, Message, Page, Party, SamlId};
use super::port::Port;
use crate::kernel::{CompactOption, Span, Time};
use crate::policy::Scope;
use crate::policy::decide::sign_in::Prompt;
use crate::policy::decide::workspace::{
    Assertion, OldSignIn, SecondStep, SignOutGoogle, TypedAddress, WorkspaceSessionAge,
};
use crate::policy::request::{Factor, Outcome, Via};

/// Google's part of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WorkspaceAccount {
    /// Under which rules.
    pub scope: Scope,
    /// The phone number given for 2SV is still there.
    pub phone: bool,
    /// When the MIMS password was last reset, as Google is told.
    pub reset_at: CompactOption<Time>,
    /// A second factor is set up at MIMS, as Google is told.
    pub enrolled: bool,
}

/// A browser's session with Google.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WorkspaceSession {
    /// Whose.
    pub account: AccountId,
    /// Since when.
    pub opened: Time,
    /// By Google's own password, before the cutover.
    pub old_way: bool,
    /// What answered the second factor.
    pub factor: Factor,
    /// Where the sign-in began.
    pub via: Via,
}

impl WorkspaceSession {
    /// Whether it is alive, by the policy's rules.
    pub fn live<P: Port>(&self, row: &WorkspaceAccount, port: &mut P) -> bool {
        let now = port.now();
        let request = WorkspaceSessionAge {
            age: Span(now.0 - self.opened.0),
            reset_since: row.reset_at.get().is_some_and(|at| at > self.opened),
            opened_old_way: self.old_way,
            now,
        };
        port.decide(row.scope, &request.into()).outcome == Outcome::Granted
    }
}

/// Google's part of a browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct WorkspaceCookies {
    /// The session, alive or not.
    pub session: Option<WorkspaceSession>,
    /// Accounts that have signed in on this device; the newest four.
    pub known: [CompactOption<AccountId>; 4],
    /// The SAML request under way, and the account whose address was typed.
    pub request: Option<(SamlId, AccountId)>,
    /// The newest response that was used.
    pub used: CompactOption<SamlId>,
}

impl WorkspaceCookies {
    /// Whether the device has seen this account.
    pub fn knows(&self, account: AccountId) -> bool {
        self.known.contains(&CompactOption::some(account))
    }

    fn remember(&mut self, account: AccountId) {
        if !self.knows(account) {
            self.known.rotate_right(1);
            self.known[0] = CompactOption::some(account);
        }
    }

    /// The live session, by the policy's rules.
    pub fn live<P: Port>(&self, row: &WorkspaceAccount, port: &mut P) -> Option<WorkspaceSession> {
        self.session.filter(|session| session.live(row, port))
    }
}

/// Answers a message. `msg.account` is the one in the address or in the assertion, or that of the live session.
pub fn handle<P: Port>(row: &mut WorkspaceAccount, cookies: &mut WorkspaceCookies, msg: &Message, port: &mut P) {
    let now = port.now();
    match msg.body {
        Body::VisitGoogle => {
            let page = match cookies.live(row, port) {
                Some(session) => Page::Dashboard(session.account),
                None => {
                    cookies.session = None;
                    Page::GoogleSignIn
                }
            };
            port.send(msg.show(page));
        }
        Body::Address { icon_domain, known_device } => {
            let decision = port.decide(row.scope, &TypedAddress { icon_domain, known_device, now }.into());
            match decision.outcome {
                Outcome::Redirect => {
                    let id = port.fresh_saml();
                    cookies.request = Some((id, msg.account));
                    port.send(msg.then(Party::Portal, Body::AuthnRequest(id)));
                }
                Outcome::Refused(reason) => port.send(msg.show(Page::Refused(reason))),
                _ => port.send(msg.show(Page::OldPassword)),
            }
        }
        Body::OldSignIn { password } => {
            let second_step = SecondStep { number_kept: row.phone, ..port.second_step() };
            let decision = port.decide(row.scope, &OldSignIn { now, password, second_step }.into());
            let page = match decision.reason() {
                Some(reason) => Page::Refused(reason),
                None => {
                    let prompt = Prompt { now, enrolled: row.enrolled };
                    if port.decide(row.scope, &prompt.into()).outcome == Outcome::Show {
                        port.send(msg.then(Party::Browser, Body::Prompt));
                    }
                    open(cookies, msg.account, now, Factor::Google2sv, Via::Google)
                }
            };
            port.send(msg.show(page));
        }
        Body::Assertion { audience, answers, id, issued, factor } => {
            let typed = cookies.request;
            let via = if answers.is_some() { Via::Google } else { Via::Portal };
            let age = port.clock(Party::Workspace).0 - issued.0;
            let request = Assertion {
                age: Span(age),
                skew: Span((-age).max(0)),
                audience_right: audience == Party::Workspace,
                answers_request: answers.is_none() || answers == typed.map(|(id, _)| id),
                used: cookies.used.get().is_some_and(|used| id <= used),
                same_as_typed: typed.is_none_or(|(_, account)| account == msg.account),
                via,
                second_step: SecondStep { number_kept: row.phone, ..port.second_step() },
            };
            let page = match port.decide(row.scope, &request.into()).reason() {
                Some(reason) => Page::Refused(reason),
                None => {
                    cookies.request = None;
                    cookies.used = CompactOption::some(id);
                    open(cookies, msg.account, now, factor, via)
                }
            };
            port.send(msg.show(page));
        }
        Body::SignOutGoogle => {
            let via = cookies.session.map_or(Via::Portal, |session| session.via);
            if port.decide(row.scope, &SignOutGoogle { via }.into()).outcome == Outcome::Granted {
                cookies.session = None;
            }
            port.send(msg.show(Page::SignedOutGoogle));
        }
        _ => {}
    }
}

fn open(cookies: &mut WorkspaceCookies, account: AccountId, now: Time, factor: Factor, via: Via) -> Page {
    cookies.remember(account);
    let old_way = factor == Factor::Google2sv;
    cookies.session = Some(WorkspaceSession { account, opened: now, old_way, factor, via });
    Page::Dashboard(account)
}

//! MIMS Self Service Password Reset (NetIQ SSPR): three questions, a new password, a wait.
//! Deliberately knows no answer: how many were right is a fact of the message.

use super::ids::PasswordId;
use super::message::{Body, Message, Page, Party, SetBy};
use super::port::Port;
use crate::kernel::{CompactOption, Time};
use crate::policy::Scope;
use crate::policy::decide::Request;
use crate::policy::decide::password::{Answers, ForgotPassword, NewPassword};
use crate::policy::decide::sign_in::Attempt;
use crate::policy::request::{Outcome, Reason};

/// The reset's part of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResetAccount {
    /// Under which rules.
    pub scope: Scope,
    /// The security questions were set.
    pub answers_set: bool,
    /// Wrong tries in a row.
    pub attempts: u32,
    /// Reset is locked until then.
    pub locked_until: CompactOption<Time>,
    /// The answers were right; a new password may be given.
    pub passed: bool,
}

/// Answers a message; `pending` is where the portal keeps a password that is not in force yet.
pub fn handle<P: Port>(row: &mut ResetAccount, pending: &mut CompactOption<PasswordId>, msg: &Message, port: &mut P) {
    let now = port.now();
    match msg.body {
        Body::Search { account_locked } => {
            let reset_locked = row.locked_until.get().is_some_and(|until| now < until);
            let request = ForgotPassword { answers_set: row.answers_set, account_locked, reset_locked };
            let page = port.decide(row.scope, &request.into()).reason().map_or(Page::Questions, Page::Refused);
            port.send(msg.show(page));
        }
        Body::Answers { right } => {
            let request = Answers { right, attempts: row.attempts + 1 };
            let page = match port.decide(row.scope, &request.into()).outcome {
                Outcome::Granted => {
                    row.attempts = 0;
                    row.passed = true;
                    Page::ResetPassword
                }
                Outcome::Lock(span) => {
                    row.attempts = 0;
                    row.locked_until = CompactOption::some(Time(now.0 + span.0));
                    Page::Refused(Reason::LockedOut)
                }
                Outcome::Refused(reason) => {
                    row.attempts += 1;
                    let attempt = Attempt::SignIn;
                    port.send(msg.then(Party::Portal, Body::WrongFactor { reason, attempt }));
                    Page::Refused(reason)
                }
                _ => Page::Refused(Reason::WrongAnswers),
            };
            port.send(msg.show(page));
        }
        Body::NewPassword { password, features, alike } if row.passed => {
            if let Some(reason) = port.decide(row.scope, &NewPassword { features, alike }.into()).reason() {
                port.send(msg.show(Page::Refused(reason)));
                return;
            }
            row.passed = false;
            *pending = CompactOption::some(password);
            let wait = match port.decide(row.scope, &Request::Propagation).outcome {
                Outcome::Wait(span) => span.0,
                _ => 0,
            };
            let until = Time(now.0 + wait);
            port.send_at(until, msg.then(Party::Portal, Body::PasswordSet { password, by: SetBy::Reset }));
            port.send(msg.show(Page::PleaseWait(until)));
        }
        Body::QuestionsSet => {
            row.answers_set = true;
            port.send(msg.show(Page::Changed));
        }
        _ => {}
    }
}

//! Passwords and security questions: self-service reset, change while signed in, and the rules for a new password.
//!
//! Promises to apply the rules `password-reset.*`, `password-rules.*` and `password-change`. Deliberately knows no
//! helper: resets by an LA are in `helpdesk`.

use super::asked::{Answer, Asked};
use crate::clause::Clause::{A44, Q14, S4_1, S4_2, S4_3, S4_4, S4_8};
use crate::clause::Clauses;
use crate::kernel::Span;
use crate::kernel::password::Features;
use crate::policy::request::Outcome::{Granted, Lock, Wait};
use crate::policy::request::Reason;
use crate::policy::rules::Rule;

/// `Forgot Password?` and a login ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForgotPassword {
    /// The security questions were set.
    pub answers_set: bool,
    /// The account is locked after wrong factors.
    pub account_locked: bool,
    /// Self-service reset is locked after wrong answers.
    pub reset_locked: bool,
}

pub(super) fn forgot(a: &mut Asked, is: &ForgotPassword) -> Answer {
    a.need(Rule::ResetOffered, &[S4_1, S4_2], Reason::NotOffered, |on| on != 0)?;
    a.need(Rule::ResetOffered, &[Q14], Reason::NoAnswersSet, |_| is.answers_set)?;
    a.need(Rule::ResetWhileLocked, &[], Reason::LockedOut, |on| on != 0 || !is.account_locked)?;
    a.need(Rule::ResetLock, &[], Reason::LockedOut, |_| !is.reset_locked)?;
    a.add(Clauses::of(&[S4_1, S4_2]));
    Ok(Granted)
}

/// The answers to the security questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answers {
    /// How many are correct.
    pub right: u32,
    /// How many tries in a row this makes.
    pub attempts: u32,
}

pub(super) fn answers(a: &mut Asked, is: &Answers) -> Answer {
    if i64::from(is.right) < a.cite(Rule::Questions, &[S4_3]) {
        let most = a.cite(Rule::ResetAttempts, &[]);
        if i64::from(is.attempts) >= most {
            return Ok(Lock(Span(a.cite(Rule::ResetLock, &[]))));
        }
        a.need(Rule::Questions, &[S4_8, S4_3], Reason::WrongAnswers, |_| false)?;
    }
    Ok(Granted)
}

/// A new password, typed twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewPassword {
    /// What the rules look at in it.
    pub features: Features,
    /// It was typed alike both times.
    pub alike: bool,
}

pub(super) fn new(a: &mut Asked, is: &NewPassword) -> Answer {
    let (reason, features) = (Reason::PasswordRules, is.features);
    a.need(Rule::PasswordTwice, &[], reason, |on| on == 0 || is.alike)?;
    a.need(Rule::PasswordLength, &[], reason, |least| i64::from(features.length) >= least)?;
    a.need(Rule::PasswordFirst, &[], reason, |on| on == 0 || !features.starts_with_symbol)?;
    let least = a.rules.get(Rule::PasswordNamePart);
    let named = i64::from(features.name_part) >= least;
    a.need(Rule::PasswordName, &[S4_4, A44], reason, |on| on == 0 || !named)?;
    a.need(Rule::PasswordKinds, &[], reason, |least| i64::from(features.kinds) >= least)?;
    Ok(Granted)
}

pub(super) fn propagation(a: &mut Asked) -> Answer {
    Ok(Wait(Span(a.cite(Rule::Propagation, &[]))))
}

pub(super) fn change_propagation(a: &mut Asked) -> Answer {
    Ok(Wait(Span(a.cite(Rule::ChangePropagation, &[]))))
}

/// A change of password or questions, by who is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedInChange {
    /// The portal session is alive.
    pub session: bool,
}

pub(super) fn change(a: &mut Asked, is: &SignedInChange) -> Answer {
    a.need(Rule::ChangeAnyTime, &[], Reason::NotOffered, |on| on != 0)?;
    a.need(Rule::ChangeAnyTime, &[], Reason::NoSession, |_| is.session)?;
    Ok(Granted)
}

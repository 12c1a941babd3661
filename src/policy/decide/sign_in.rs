//! Sign-in to the portal and the second factor: password, lockout, portal session, the tile `iCON`, codes, Logout.
//!
//! Promises to apply the rules `portal.*`, `lockout.*`, `second-factor.*`, `totp.*` and `sessions.portal`.
//! Deliberately knows no e-mailed OTP and nothing of Google's own sign-in.

use super::asked::{Answer, Asked};
use crate::clause::Clause::{
    A1, A25, A26, P3_1, P3_2, P4, P5, Q1, Q5, Q7, S1_1, S1_15, S2_1, S2_2, S2_3, S2_4, S2_7, S3_5, S3_6, S3_7, S3_10,
    S4_6, S4_7,
};
use crate::kernel::{Span, Time};
use crate::policy::request::Outcome::{AskCode, AskNewPassword, Granted, Lock, Replace, Show};
use crate::policy::request::{AccountKind, Reason, Via};
use crate::policy::rules::{NEVER, Rule};

/// The number of wrong factors at which an account is never locked.
const NEVER_LOCKS: i64 = Rule::LockoutAttempts.info().neutral;

/// How a typed password compares with the account's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypedPassword {
    /// It is the account's.
    Same,
    /// It is the account's but for upper and lower case.
    OtherCase,
    /// It was set by a reset that has not taken effect yet.
    Pending,
    /// It is another.
    Wrong,
}

/// Whether the password in force was chosen by its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordState {
    /// Its owner chose it.
    Settled,
    /// A helper set it (A22).
    Temporary,
    /// It is the first one of a new account (A34).
    First,
}

/// Login ID and password at the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortalSignIn {
    /// The account was made.
    pub exists: bool,
    /// The login ID carries the suffix of its kind of account.
    pub suffix_right: bool,
    /// How the password typed compares with the account's.
    pub typed: TypedPassword,
    /// The account is locked at this time.
    pub locked: bool,
    /// Whether the password in force was chosen by its owner.
    pub password: PasswordState,
    /// Where the sign-in began.
    pub via: Via,
    /// The password comes from a self-service reset, and opened nothing since.
    pub after_reset: bool,
}

pub(super) fn portal(a: &mut Asked, is: &PortalSignIn) -> Answer {
    let step = match is.via {
        Via::Google => &[S3_5],
        Via::Portal => &[S1_1],
    };
    a.need(Rule::LoginId, step, Reason::NoSuchAccount, |_| is.exists)?;
    a.need(Rule::LoginId, step, Reason::WrongLoginId, |on| on == 0 || is.suffix_right)?;
    if is.locked {
        locked(a)?;
    } else {
        a.cite(Rule::LockoutAttempts, &[]);
    }
    password(a, is)?;
    let must_change = match is.password {
        PasswordState::Settled => false,
        PasswordState::Temporary => a.on(Rule::TemporaryMustChange, &[]),
        PasswordState::First => a.on(Rule::FirstMustChange, &[]),
    };
    Ok(if must_change { AskNewPassword } else { Granted })
}

fn password(a: &mut Asked, is: &PortalSignIn) -> Answer {
    let step = match (is.via, is.after_reset) {
        (Via::Google, _) => &[S3_5][..],
        (Via::Portal, true) => &[S4_6],
        (Via::Portal, false) => &[S1_1, S2_1],
    };
    if !a.rules.on(Rule::Password) {
        return Ok(Granted);
    }
    match is.typed {
        TypedPassword::Same => {
            a.on(Rule::Password, step);
        }
        TypedPassword::OtherCase => a.need(Rule::PasswordCase, &[], Reason::WrongPassword, |on| on == 0)?,
        TypedPassword::Pending => a.need(Rule::Propagation, &[], Reason::PasswordPending, |wait| wait == 0)?,
        TypedPassword::Wrong => a.need(Rule::Password, step, Reason::WrongPassword, |on| on == 0)?,
    }
    Ok(Granted)
}

/// An account that is locked, at the password or at the code.
pub(super) fn locked(a: &mut Asked) -> Answer {
    a.need(Rule::LockoutAttempts, &[], Reason::LockedOut, |attempts| attempts >= NEVER_LOCKS)?;
    Ok(Granted)
}

/// The password that a page asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordKnown {
    /// The person knows one.
    pub known: bool,
    /// Where the sign-in began.
    pub via: Via,
}

pub(super) fn password_known(a: &mut Asked, is: &PasswordKnown) -> Answer {
    let step = match is.via {
        Via::Google => &[S3_5],
        Via::Portal => &[S1_1],
    };
    a.need(Rule::Password, step, Reason::PasswordUnknown, |on| on == 0 || is.known)?;
    Ok(Granted)
}

/// The code that a page asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceHeld {
    /// The person has a device that shows one, or an emergency password.
    pub held: bool,
}

pub(super) fn device_held(a: &mut Asked, is: &DeviceHeld) -> Answer {
    a.need(Rule::SecondFactor, &[P5], Reason::NoDevice, |on| on == 0 || is.held)?;
    Ok(Granted)
}

/// Where a factor is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attempt {
    /// In a sign-in, or at the gate before self-service.
    SignIn,
    /// In the self-service portal's test of a token.
    PortalTest,
}

/// A wrong factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactorFailure {
    /// Why it was refused.
    pub reason: Reason,
    /// How many wrong factors in a row it makes.
    pub failures: u32,
    /// How long ago the last one before it was, if it is not the first.
    pub since_last: Option<Span>,
    /// Where it was typed.
    pub attempt: Attempt,
}

pub(super) fn failure(a: &mut Asked, is: &FactorFailure) -> Answer {
    let rule = match (is.attempt, is.reason) {
        (Attempt::PortalTest, _) => Rule::LockoutTest,
        (Attempt::SignIn, Reason::WrongPassword | Reason::PasswordPending) => Rule::LockoutWrongPassword,
        (Attempt::SignIn, Reason::CodeUsed) => Rule::LockoutCodeUsed,
        (Attempt::SignIn, Reason::OtpExpired | Reason::OtpSuperseded) => Rule::LockoutOtp,
        (Attempt::SignIn, Reason::WrongAnswers) => Rule::LockoutAnswers,
        (Attempt::SignIn, _) => Rule::LockoutWrongCode,
    };
    if !a.on(rule, &[]) {
        return Ok(Granted);
    }
    let after = a.rules.get(Rule::LockoutForgotten);
    let forgotten = is.since_last.is_some_and(|since| since.0 >= after);
    if forgotten {
        a.cite(Rule::LockoutForgotten, &[]);
    }
    let failures = if forgotten { 1 } else { i64::from(is.failures) };
    if failures < a.cite(Rule::LockoutAttempts, &[]) {
        return Ok(if forgotten { Replace } else { Show });
    }
    if a.rules.on(Rule::LockoutEnds) {
        a.cite(Rule::LockoutEnds, &[]);
        return Ok(Lock(Span(NEVER)));
    }
    Ok(Lock(Span(a.cite(Rule::LockoutDuration, &[]))))
}

/// A session with the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortalSessionAge {
    /// How long ago it began.
    pub age: Span,
    /// The password was reset since.
    pub reset_since: bool,
}

pub(super) fn portal_session(a: &mut Asked, is: &PortalSessionAge) -> Answer {
    a.need(Rule::PortalSession, &[], Reason::NoSession, |span| is.age.0 < span)?;
    a.need(Rule::EndOnReset, &[], Reason::NoSession, |on| on == 0 || !is.reset_since)?;
    Ok(Granted)
}

/// The best second factor that an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeldFactor {
    /// None is set up.
    Nothing,
    /// An emergency password alone (A24).
    EmergencyPassword,
    /// A token, its own or a linked one.
    Token,
}

/// The tile `iCON`, or the way on from Google's redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaunchIcon {
    /// When.
    pub now: Time,
    /// What kind of account.
    pub kind: AccountKind,
    /// What it can answer a second factor with.
    pub held: HeldFactor,
    /// A code was given in this portal session.
    pub factor_in_session: bool,
    /// Where the sign-in began.
    pub via: Via,
    /// The portal session is the first one since a self-service reset.
    pub after_reset: bool,
}

pub(super) fn launch_icon(a: &mut Asked, is: &LaunchIcon) -> Answer {
    if is.via == Via::Portal {
        let tile = if is.after_reset { S4_7 } else { S2_2 };
        a.need(Rule::Cutover, &[A25, A26], Reason::NotOffered, |at| is.now.0 >= at)?;
        a.need(Rule::TileIcon, &[tile], Reason::NotOffered, |on| on != 0)?;
    }
    a.on(Rule::TwoWays, &[P4]);
    if is.kind == AccountKind::Student && !a.on(Rule::StudentFactor, &[]) {
        return Ok(Granted);
    }
    if is.factor_in_session && a.cite(Rule::FactorPer, &[]) == 1 {
        return Ok(Granted);
    }
    if is.held == HeldFactor::Nothing {
        a.need(Rule::SecondFactor, &[P3_2, Q7, Q5], Reason::NoSecondFactor, |on| on == 0)?;
        return Ok(Granted);
    }
    a.on(Rule::FactorPer, &[]);
    if is.held == HeldFactor::EmergencyPassword {
        a.on(Rule::Emergency, &[]);
    }
    let step = match is.via {
        Via::Google => S3_6,
        Via::Portal => S2_3,
    };
    Ok(if a.on(Rule::SecondFactor, &[step, P5, Q1]) { AskCode } else { Granted })
}

/// A sign-in by an account that may lack a second factor: whether a prompt to set one up is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// When.
    pub now: Time,
    /// A second factor is set up.
    pub enrolled: bool,
}

pub(super) fn prompt(a: &mut Asked, is: &Prompt) -> Answer {
    let prompted = is.now.0 >= a.cite(Rule::Prompt, &[]) && !is.enrolled;
    if !is.enrolled && is.now.0 < a.rules.get(Rule::SetupBy) {
        a.on(Rule::SetupBy, &[P3_1, Q5]);
    }
    Ok(if prompted { Show } else { Granted })
}

/// How the time step of a code compares with that of the last code accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgainstLast {
    /// It is later, or no code was accepted before.
    Newer,
    /// It is the same: the code was used.
    Same,
    /// It is earlier.
    Older,
}

/// A code for iCON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// How many time steps it is off the server's; `None` where it fits no step in the window.
    pub step_off: Option<i32>,
    /// How its step compares with the last one accepted.
    pub against_last: AgainstLast,
    /// It answers for a linked authenticator (A23).
    pub linked: bool,
    /// Where the sign-in began.
    pub via: Via,
}

pub(super) fn second_factor(a: &mut Asked, is: &SecondFactor) -> Answer {
    if is.linked {
        a.need(Rule::Linked, &[], Reason::WrongCode, |on| on != 0)?;
    }
    let step = match is.via {
        Via::Google => S3_7,
        Via::Portal => S2_4,
    };
    let clauses = if is.step_off.is_none() { &[A1, step][..] } else { &[A1] };
    a.need(Rule::TotpSkew, clauses, Reason::WrongCode, |steps| {
        is.step_off.is_some_and(|off| i64::from(off.unsigned_abs()) <= steps)
    })?;
    a.need(Rule::TotpSingleUse, &[], Reason::CodeUsed, |on| on == 0 || is.against_last != AgainstLast::Same)?;
    a.need(Rule::TotpMonotone, &[], Reason::CodeUsed, |accepted| {
        accepted == 1 || is.against_last != AgainstLast::Older
    })?;
    a.on(Rule::SecondFactor, &[step]);
    Ok(Granted)
}

/// An emergency password in place of a code (A24).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmergencyCode {
    /// How long ago it was issued; `None` where it is not the account's.
    pub age: Option<Span>,
    /// How many sign-ins it has opened.
    pub uses: u32,
}

pub(super) fn emergency_code(a: &mut Asked, is: &EmergencyCode) -> Answer {
    a.need(Rule::Emergency, &[], Reason::WrongCode, |on| on != 0)?;
    a.need(Rule::EmergencyFor, &[], Reason::WrongCode, |span| is.age.is_some_and(|age| age.0 < span))?;
    a.need(Rule::EmergencyUses, &[], Reason::WrongCode, |most| i64::from(is.uses) < most)?;
    Ok(Granted)
}

/// After what somebody logs out of the portal; the guide names the log-out after each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// After the set-up (S1.15).
    Setup,
    /// After iCON by way of the portal (S2.7).
    Portal,
    /// After iCON by way of Google (S3.10).
    Google,
}

/// Log out of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignOutPortal {
    /// After what.
    pub after: After,
}

pub(super) fn sign_out(a: &mut Asked, is: &SignOutPortal) -> Answer {
    let step = match is.after {
        After::Setup => S1_15,
        After::Portal => S2_7,
        After::Google => S3_10,
    };
    a.need(Rule::SignOutPortal, &[step], Reason::NotOffered, |on| on != 0)?;
    Ok(Granted)
}

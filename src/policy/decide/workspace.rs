//! Google Workspace: address or chooser, redirect, Google's own sign-in before the cutover, SAML responses, sessions.
//!
//! Promises to apply the rules `workspace.*`, `saml.*`, `google-2sv.*` and `sessions.workspace`. Deliberately knows no
//! MIMS password.

use super::asked::{Answer, Asked};
use crate::clause::Clause::{A16, A25, P3_2, P4, Q1, S2_5, S2_6, S3_8, S3_9};
use crate::kernel::{Span, Time};
use crate::policy::request::Outcome::{AskOldPassword, Granted, Redirect};
use crate::policy::request::{Decision, Reason, Via};
use crate::policy::rules::Rule;

/// A session with Google Workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkspaceSessionAge {
    /// How long ago it began.
    pub age: Span,
    /// The MIMS password was reset since.
    pub reset_since: bool,
    /// Google's own password opened it, before the cutover.
    pub opened_old_way: bool,
    /// When.
    pub now: Time,
}

pub(super) fn session(a: &mut Asked, is: &WorkspaceSessionAge) -> Answer {
    a.need(Rule::WorkspaceSession, &[], Reason::NoSession, |span| is.age.0 < span)?;
    a.need(Rule::EndOnReset, &[], Reason::NoSession, |on| on == 0 || !is.reset_since)?;
    let cut_over = is.now.0 >= a.rules.get(Rule::Cutover);
    a.need(Rule::EndAtCutover, &[], Reason::NoSession, |on| on == 0 || !(is.opened_old_way && cut_over))?;
    Ok(Granted)
}

/// An address typed at Google, or chosen there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypedAddress {
    /// It ends in `@moe.edu.sg`.
    pub icon_domain: bool,
    /// The account has signed in on this device before.
    pub known_device: bool,
    /// When.
    pub now: Time,
}

pub(super) fn address(a: &mut Asked, is: &TypedAddress) -> Answer {
    let cut_over = is.now.0 >= a.rules.get(Rule::Cutover);
    if cut_over {
        a.need(Rule::TwoWays, &[P4], Reason::NotOffered, |on| on != 0)?;
    }
    let chosen = is.known_device && a.on(Rule::Chooser, &[]);
    if !chosen {
        a.need(Rule::AddressTyped, &[], Reason::NoSuchAccount, |on| on == 0 || is.icon_domain)?;
    }
    a.cite(Rule::Cutover, &[A25]);
    Ok(if cut_over && a.on(Rule::Redirect, &[]) { Redirect } else { AskOldPassword })
}

/// Whose account it is that Google 2SV is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Whose {
    /// The person's own, or one that they are the custodian of.
    Own,
    /// A shared one that they are no custodian of.
    Shared,
    /// Another's.
    #[default]
    Others,
}

/// What can answer Google 2SV.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SecondStep {
    /// The phone number given for it is still there.
    pub number_kept: bool,
    /// The person has a phone in hand.
    pub phone: bool,
    /// Whose account it is.
    pub whose: Whose,
}

/// Google 2SV: the phone of the number given for it must be at hand.
fn second_step(a: &mut Asked, is: &SecondStep) -> Result<(), Decision> {
    let here = is.number_kept && is.phone && is.whose != Whose::Others;
    a.need(Rule::KeepPhone, &[], Reason::NoDevice, |on| on == 0 || here)?;
    if is.whose == Whose::Shared {
        let kept = a.rules.on(Rule::KeepPhone);
        a.need(Rule::SharedNumber, &[], Reason::NoDevice, |custodian| custodian == 0 || !kept)?;
    }
    Ok(())
}

/// Google's own password and 2-Step Verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OldSignIn {
    /// When.
    pub now: Time,
    /// The password is right.
    pub password: bool,
    /// What can answer Google 2SV.
    pub second_step: SecondStep,
}

pub(super) fn old_sign_in(a: &mut Asked, is: &OldSignIn) -> Answer {
    a.need(Rule::Cutover, &[P3_2, Q1], Reason::NotOffered, |at| is.now.0 < at)?;
    a.need(Rule::OldWay, &[], Reason::WrongPassword, |on| on == 0 || is.password)?;
    if a.rules.on(Rule::OldWay) {
        second_step(a, &is.second_step)?;
    }
    Ok(Granted)
}

/// A SAML response at Google.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// How long ago it was issued, by Google's clock; negative where the portal's clock is ahead.
    pub age: Span,
    /// How far the portal's clock shows to be ahead.
    pub skew: Span,
    /// Its audience is Google.
    pub audience_right: bool,
    /// It answers this browser's own request, or none.
    pub answers_request: bool,
    /// It was used before.
    pub used: bool,
    /// It is for the account whose address was typed.
    pub same_as_typed: bool,
    /// Where the sign-in began.
    pub via: Via,
    /// What can answer Google 2SV.
    pub second_step: SecondStep,
}

pub(super) fn assertion(a: &mut Asked, is: &Assertion) -> Answer {
    let step = match is.via {
        Via::Google => &[A16, S3_8],
        Via::Portal => &[A16, S2_5],
    };
    let fresh = is.answers_request && !is.used;
    a.need(Rule::AssertionOnce, step, Reason::NotAuthorised, |on| on == 0 || is.audience_right)?;
    a.need(Rule::AssertionOnce, step, Reason::AssertionExpired, |on| on == 0 || fresh)?;
    a.need(Rule::AssertionSkew, &[], Reason::AssertionExpired, |most| is.skew.0 <= most)?;
    let differ = a.rules.get(Rule::AssertionSkew);
    a.need(Rule::AssertionFor, &[], Reason::AssertionExpired, |span| is.age.0 - differ < span)?;
    if is.via == Via::Google {
        a.need(Rule::Identity, &[], Reason::WrongAccount, |typed| typed == 0 || is.same_as_typed)?;
    }
    if a.on(Rule::AfterSso, &[]) {
        second_step(a, &is.second_step)?;
    }
    Ok(Granted)
}

/// Sign out at Google.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignOutGoogle {
    /// Where the session began.
    pub via: Via,
}

pub(super) fn sign_out(a: &mut Asked, is: &SignOutGoogle) -> Answer {
    let step = match is.via {
        Via::Google => S3_9,
        Via::Portal => S2_6,
    };
    a.need(Rule::SignOutGoogle, &[step], Reason::NotOffered, |on| on != 0)?;
    Ok(Granted)
}

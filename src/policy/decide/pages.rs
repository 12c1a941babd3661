//! Steps on pages: what a party says to a step whose page is not open, or that stands on a session which is not there.
//!
//! Promises that such a refusal rests on the clause that has the page, or the session, come first. Deliberately knows
//! no page of a browser: see `world::doors`.

use super::asked::{Answer, Asked};
use crate::clause::Clause::{S1_5, S1_6, S1_7, S1_8, S2_1, S2_3, S4_3};
use crate::policy::request::Outcome::Granted;
use crate::policy::request::{Decision, Reason};
use crate::policy::rules::Rule;

/// A step that a page asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageStep {
    /// A tile of the Applications page (S1.2, S2.2).
    Tile,
    /// A code, or an emergency password in its place (S2.3, S3.6).
    Code,
    /// A new password in place of one that must be changed (A22, A34).
    ExpiredPassword,
    /// Another password, or other questions, by who is signed in (Q14).
    Change,
    /// `Setup 2FA` (S1.3).
    Setup,
    /// The login ID again (S1.4).
    LoginId,
    /// `Next` on the chain Email OTP (S1.5).
    OtpChain,
    /// The OTP that came by e-mail (S1.6).
    EmailOtp,
    /// What the list of authenticators offers (S1.7).
    Authenticators,
    /// What the page of a new soft token offers (S1.8 to S1.10).
    SoftToken,
    /// The security questions (S4.3).
    Questions,
    /// A new password after the security questions (S4.4).
    NewPassword,
    /// Google's own password and 2SV (A26).
    OldSignIn,
    /// `Back`, to a page that carried a sign-in to Google (A16).
    Back,
}

impl PageStep {
    /// Every step.
    #[cfg(test)]
    pub const ALL: [PageStep; 14] = [
        PageStep::Tile,
        PageStep::Code,
        PageStep::ExpiredPassword,
        PageStep::Change,
        PageStep::Setup,
        PageStep::LoginId,
        PageStep::OtpChain,
        PageStep::EmailOtp,
        PageStep::Authenticators,
        PageStep::SoftToken,
        PageStep::Questions,
        PageStep::NewPassword,
        PageStep::OldSignIn,
        PageStep::Back,
    ];
}

/// A step, and what it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepOnPage {
    /// The step.
    pub step: PageStep,
    /// A page that asks for it is open where it is taken.
    pub open: bool,
    /// The session that it stands on is alive.
    pub session: bool,
}

pub(super) fn step(a: &mut Asked, is: &StepOnPage) -> Answer {
    let (rule, narrow) = match is.step {
        PageStep::Tile | PageStep::Code => {
            a.need(Rule::Password, &[S2_1], Reason::NoSession, |_| is.session)?;
            (Rule::SecondFactor, &[S2_3][..])
        }
        PageStep::Setup => return at_an_address_of_its_own(a, is, Rule::SetupOffered),
        PageStep::LoginId => return at_an_address_of_its_own(a, is, Rule::LoginIdAgain),
        PageStep::OtpChain => (self_service(a, is, Rule::Gate)?, &[S1_5][..]),
        PageStep::EmailOtp => (self_service(a, is, Rule::Gate)?, &[S1_6][..]),
        PageStep::Authenticators => (self_service(a, is, Rule::SoftTokenOffered)?, &[S1_7][..]),
        PageStep::SoftToken => (self_service(a, is, Rule::SoftTokenOffered)?, &[S1_8][..]),
        PageStep::ExpiredPassword => (Rule::TemporaryMustChange, &[][..]),
        PageStep::Change => (Rule::ChangeAnyTime, &[][..]),
        PageStep::Questions => (Rule::Questions, &[S4_3][..]),
        PageStep::NewPassword => (Rule::PasswordTwice, &[][..]),
        PageStep::OldSignIn => (Rule::OldWay, &[][..]),
        PageStep::Back => {
            a.need(Rule::AssertionOnce, &[], Reason::NoSession, |_| is.session)?;
            return Ok(Granted);
        }
    };
    a.need(rule, narrow, Reason::NotOffered, |_| is.open)?;
    Ok(Granted)
}

/// The portal session of whoever is at the self-service portal; gives the rule that has the page come first.
fn self_service(a: &mut Asked, is: &StepOnPage, rule: Rule) -> Result<Rule, Decision> {
    a.need(Rule::NeedsPortalSession, &[], Reason::NoSession, |on| on == 0 || is.session)?;
    Ok(rule)
}

/// Where no portal session is needed, the first pages of self-service have an address that anybody can open.
fn at_an_address_of_its_own(a: &mut Asked, is: &StepOnPage, rule: Rule) -> Answer {
    self_service(a, is, rule)?;
    if a.rules.on(Rule::NeedsPortalSession) {
        a.need(rule, &[], Reason::NotOffered, |_| is.open)?;
    }
    Ok(Granted)
}

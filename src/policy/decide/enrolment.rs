//! Self-service on the Identity Portal: set-up, QR code, hard token, test, deletion, and what an app does with a
//! secret.
//!
//! Promises to apply the rules `enrolment.*`, `set-up.*` and `authenticator.*`, and what a hard token is enrolled by.
//! Deliberately knows no code that opens iCON and no e-mailed OTP.

use super::asked::{Answer, Asked};
use crate::clause::Clause::{A9, A12, A17, G1, G2, G3a, G3b, P3_1, P13, Q4, Q13, S1_3, S1_7};
use crate::kernel::{Span, Time};
use crate::policy::request::Outcome::{AskLoginId, Granted, Replace};
use crate::policy::request::{Decision, Reason};
use crate::policy::rules::Rule;

pub(super) fn tile(a: &mut Asked) -> Answer {
    a.need(Rule::TileSelfService, &[], Reason::NotOffered, |on| on != 0)?;
    Ok(Granted)
}

/// `Setup 2FA` on the Identity Portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenSetup {
    /// When.
    pub now: Time,
    /// The portal session from which the browser came is alive.
    pub portal_session: bool,
}

pub(super) fn open_setup(a: &mut Asked, is: &OpenSetup) -> Answer {
    // After its deadline the set-up is still offered and no longer a duty: only S1.3 is cited.
    let a_duty = is.now.0 < a.rules.get(Rule::SetupBy);
    let clauses = if a_duty { &[P3_1, S1_3][..] } else { &[S1_3] };
    a.need(Rule::SetupFrom, clauses, Reason::NotOffered, |from| is.now.0 >= from)?;
    a.need(Rule::SetupOffered, &[], Reason::NotOffered, |on| on != 0)?;
    a.need(Rule::NeedsPortalSession, &[], Reason::NoSession, |on| on == 0 || is.portal_session)?;
    if a.rules.on(Rule::LoginIdAgain) {
        return Ok(AskLoginId);
    }
    a.on(Rule::LoginIdAgain, &[]);
    Ok(Granted)
}

/// The login ID, asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginIdAgain {
    /// It is the account's.
    pub right: bool,
}

pub(super) fn login_id_again(a: &mut Asked, is: &LoginIdAgain) -> Answer {
    a.need(Rule::LoginIdAgain, &[], Reason::WrongLoginId, |on| on == 0 || is.right)?;
    Ok(Granted)
}

/// Whatever is behind the gate, the list of authenticators first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authenticators {
    /// This browser passed the gate for this account.
    pub passed: bool,
    /// The portal session from which the browser came is alive.
    pub portal_session: bool,
}

pub(super) fn authenticators(a: &mut Asked, is: &Authenticators) -> Answer {
    a.need(Rule::NeedsPortalSession, &[], Reason::NoSession, |on| on == 0 || is.portal_session)?;
    a.need(Rule::Gate, &[A9], Reason::NotAuthorised, |none| none == 1 || is.passed)?;
    a.on(Rule::SoftTokenOffered, &[S1_7]);
    Ok(Granted)
}

/// The page of a new soft token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShowQr {
    /// How many soft tokens the account has.
    pub enrolled: u32,
    /// It has a hard token.
    pub hard: bool,
    /// Members share the account.
    pub generic: bool,
}

pub(super) fn show_qr(a: &mut Asked, is: &ShowQr) -> Answer {
    a.need(Rule::SoftTokenOffered, &[], Reason::NotOffered, |on| on != 0)?;
    a.need(Rule::SoftTokens, &[], Reason::TokenExists, |most| i64::from(is.enrolled) < most)?;
    beside(a, is.hard)?;
    if is.generic {
        a.on(Rule::Linked, &[]);
    }
    Ok(Granted)
}

/// A token of the other kind beside one that is enrolled (A28); nothing is cited where there is none.
fn beside(a: &mut Asked, other: bool) -> Result<(), Decision> {
    if other {
        a.need(Rule::HardBesideSoft, &[], Reason::TokenExists, |on| on != 0)?;
    }
    Ok(())
}

/// A camera on the QR code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScanQr {
    /// How long ago the page was shown; `None` where the screen shows no QR code.
    pub page_age: Option<Span>,
    /// The person has a phone.
    pub has_phone: bool,
    /// The phone has an authenticator app.
    pub has_app: bool,
    /// Members share the account.
    pub generic: bool,
}

pub(super) fn scan_qr(a: &mut Asked, is: &ScanQr) -> Answer {
    a.need(Rule::AppNeeded, &[], Reason::NoDevice, |on| is.has_phone && (on == 0 || is.has_app))?;
    let clauses = if is.generic { &[A12, G2, P13][..] } else { &[A12] };
    a.need(Rule::PageTimeout, clauses, Reason::SecretExpired, |span| is.page_age.is_some_and(|age| age.0 < span))?;
    Ok(Granted)
}

/// Another profile of the same label in the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SameLabel {
    /// The app is Microsoft Authenticator.
    pub microsoft: bool,
    /// The device is an iOS device.
    pub ios: bool,
    /// Members share the account.
    pub generic: bool,
}

pub(super) fn same_label(a: &mut Asked, is: &SameLabel) -> Answer {
    let clauses = match (is.ios, is.generic) {
        (true, true) => &[A17, G1][..],
        (true, false) => &[A17, Q4],
        (false, _) => &[A17],
    };
    Ok(if is.microsoft && a.on(Rule::Overwrites, clauses) { Replace } else { Granted })
}

pub(super) fn copy_secret(a: &mut Asked) -> Answer {
    a.need(Rule::SecretCopied, &[], Reason::NotOffered, |on| on != 0)?;
    Ok(Granted)
}

pub(super) fn enter_secret(a: &mut Asked) -> Answer {
    a.need(Rule::ManualSecret, &[], Reason::NotOffered, |on| on != 0)?;
    Ok(Granted)
}

/// `Save` on the page of a new soft token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaveToken {
    /// How long ago the page was shown; `None` where none is open.
    pub page_age: Option<Span>,
    /// A code was typed, and it is one of the secret's.
    pub code_right: bool,
    /// How many soft tokens the account has.
    pub enrolled: u32,
    /// It has a hard token.
    pub hard: bool,
    /// Members share the account.
    pub generic: bool,
}

pub(super) fn save_token(a: &mut Asked, is: &SaveToken) -> Answer {
    let clauses = if is.generic { &[A12, G2, Q13][..] } else { &[A12, Q13] };
    a.need(Rule::PageTimeout, clauses, Reason::SecretExpired, |span| is.page_age.is_some_and(|age| age.0 < span))?;
    a.need(Rule::SoftTokens, &[], Reason::TokenExists, |most| i64::from(is.enrolled) < most)?;
    beside(a, is.hard)?;
    a.need(Rule::SaveNeedsCode, &[], Reason::WrongCode, |on| on == 0 || is.code_right)?;
    Ok(Granted)
}

/// A hard token, by its serial and a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaveHardToken {
    /// The serial is a token's.
    pub known_serial: bool,
    /// A code was typed, and it is the token's.
    pub code_right: bool,
    /// The account has a soft token.
    pub soft_enrolled: bool,
    /// The account has a hard token.
    pub hard_enrolled: bool,
}

pub(super) fn save_hard_token(a: &mut Asked, is: &SaveHardToken) -> Answer {
    a.need(Rule::ManualSecret, &[], Reason::NoToken, |_| is.known_serial)?;
    a.need(Rule::SoftTokens, &[], Reason::TokenExists, |_| !is.hard_enrolled)?;
    a.need(Rule::HardBesideSoft, &[], Reason::TokenExists, |on| on != 0 || !is.soft_enrolled)?;
    a.need(Rule::HardCode, &[], Reason::WrongCode, |on| on == 0 || is.code_right)?;
    Ok(Granted)
}

/// `Test` with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestToken {
    /// The code is an enrolled token's.
    pub fits: bool,
}

pub(super) fn test_token(a: &mut Asked, is: &TestToken) -> Answer {
    a.need(Rule::TestOffered, &[], Reason::NotOffered, |on| on != 0)?;
    a.need(Rule::TestOffered, &[], Reason::WrongCode, |_| is.fits)?;
    Ok(Granted)
}

/// `Delete` on an enrolled token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeleteToken {
    /// There is one.
    pub exists: bool,
    /// A member who leaves deletes it (G3a), and not the members for a set-up anew (G3b).
    pub member_leaves: bool,
}

pub(super) fn delete_token(a: &mut Asked, is: &DeleteToken) -> Answer {
    let clause = if is.member_leaves { G3a } else { G3b };
    a.need(Rule::DeleteOffered, &[clause], Reason::NotOffered, |on| on != 0)?;
    a.need(Rule::DeleteOffered, &[clause], Reason::NoToken, |_| is.exists)?;
    Ok(Granted)
}

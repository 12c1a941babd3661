//! What helpers do for others: OTP address, password reset, hard tokens, emergency passwords, and whom to ask for what.
//!
//! Promises to apply the rules `support.*`, `desk.*`, `hard-token.*` and `emergency-password.issue`. Deliberately
//! queues nobody: how long help takes is a matter of rehearsals.

use super::asked::{Answer, Asked};
use super::generic_accounts::{TransferState, transfer_clauses};
use super::helper::{Helper, administrator, desk_hours};
use crate::clause::Clause::{self, Q9, Q10, Q11, Q12, Q14, Q15, S1_6, S4_8};
use crate::policy::request::Outcome::{Granted, WaitWorkingDays};
use crate::policy::request::{AccountKind, Reason, Role, Topic};
use crate::policy::rules::Rule;

/// A new address for OTPs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpdateEmail {
    /// Who changes it.
    pub helper: Helper,
    /// It is an iCON address.
    pub icon_address: bool,
}

pub(super) fn update_email(a: &mut Asked, is: &UpdateEmail) -> Answer {
    let right = is.helper.role == Role::LocalAdministrator;
    a.need(Rule::LaOnly, &[], Reason::NotAuthorised, |on| on == 0 || right)?;
    if right {
        administrator(a, &is.helper, &[S1_6])?;
    }
    if is.icon_address {
        a.need(Rule::OtpIcon, &[], Reason::AddressRefused, |refused| refused == 0)?;
    }
    Ok(Granted)
}

/// A password reset by a helper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResetPassword {
    /// Who resets it.
    pub helper: Helper,
    /// What kind of account.
    pub kind: AccountKind,
    /// Of a generic account: how far its move has come.
    pub transfer: TransferState,
}

pub(super) fn reset_password(a: &mut Asked, is: &ResetPassword) -> Answer {
    let right = is.helper.role == Role::LocalAdministrator;
    a.need(Rule::LaResets, &[], Reason::NotAuthorised, |on| on == 0 || right)?;
    if right {
        administrator(a, &is.helper, &[S4_8])?;
    }
    if is.kind.is_generic() {
        let reason = match is.transfer {
            TransferState::AwaitsApproval => Reason::AwaitingApproval,
            TransferState::NotRequested | TransferState::Moved => Reason::NotTransferred,
        };
        let moved = is.transfer == TransferState::Moved;
        a.need(Rule::Transfer, transfer_clauses(is.kind), reason, |on| on == 0 || moved)?;
    }
    Ok(Granted)
}

/// A hard token, requested of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestHardToken {
    /// The role of who is asked for it.
    pub role: Role,
}

pub(super) fn request_hard_token(a: &mut Asked, is: &RequestHardToken) -> Answer {
    a.need(Rule::HardLead, &[Q12], Reason::NotAuthorised, |_| is.role == Role::Opa)?;
    let days = a.cite(Rule::HardLead, &[]);
    Ok(WaitWorkingDays(u32::try_from(days).unwrap_or(u32::MAX)))
}

/// A hard token that is to be handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandOverToken {
    /// The person has one.
    pub held: bool,
}

pub(super) fn hand_over_token(a: &mut Asked, is: &HandOverToken) -> Answer {
    a.need(Rule::HardLead, &[], Reason::NoToken, |_| is.held)?;
    Ok(Granted)
}

/// An emergency password, issued by the desk (A24).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssueEmergency {
    /// Who issues it.
    pub helper: Helper,
}

pub(super) fn issue_emergency(a: &mut Asked, is: &IssueEmergency) -> Answer {
    a.need(Rule::Emergency, &[], Reason::NotOffered, |on| on != 0)?;
    a.need(Rule::Emergency, &[], Reason::NotAuthorised, |_| is.helper.role == Role::DeskAgent)?;
    desk_hours(a, &is.helper)?;
    Ok(Granted)
}

/// The lock of an account, lifted by a helper (A42).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnlockAccount {
    /// Who lifts it.
    pub helper: Helper,
}

pub(super) fn unlock(a: &mut Asked, is: &UnlockAccount) -> Answer {
    a.need(Rule::UnlockBy, &[], Reason::NotOffered, |by| by != 0)?;
    let by_administrators = a.rules.get(Rule::UnlockBy) == 1;
    let helps = if by_administrators { Role::LocalAdministrator } else { Role::DeskAgent };
    a.need(Rule::UnlockBy, &[], Reason::NotAuthorised, |_| is.helper.role == helps)?;
    if by_administrators {
        administrator(a, &is.helper, &[])?
    } else {
        desk_hours(a, &is.helper)?
    }
    Ok(Granted)
}

/// A request for help, left with somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What for.
    pub topic: Topic,
    /// Who is asked.
    pub helper: Helper,
    /// The cutover of the account has come.
    pub cut_over: bool,
    /// A student asks.
    pub student: bool,
}

pub(super) fn ask(a: &mut Asked, is: &Ask) -> Answer {
    let role = is.helper.role;
    if is.student {
        a.need(Rule::StudentsAsk, &[Q9], Reason::NotAuthorised, |on| on == 0 || role == Role::Staff)?;
        return Ok(Granted);
    }
    let (rule, clauses, helps) = who_helps(is.topic, is.cut_over);
    // Where `desk.takes-the-rest` is off, the desk takes nothing. Every other rule here, where it is off, allows.
    let taken = |on: i64| rule != Rule::DeskTopics || on != 0;
    a.need(rule, clauses, Reason::NotAuthorised, |on| role == helps && taken(on))?;
    if role == Role::DeskAgent {
        desk_hours(a, &is.helper)?;
    }
    Ok(Granted)
}

/// A party that does not answer refuses everything; the guide sends people to the desk with the rest.
pub(super) fn party_down(a: &mut Asked) -> Answer {
    a.need(Rule::DeskTopics, &[Q15], Reason::PartyDown, |_| false)?;
    Ok(Granted)
}

/// The rule that says who helps with a topic, its clauses that say so, and that helper's role.
fn who_helps(topic: Topic, cut_over: bool) -> (Rule, &'static [Clause], Role) {
    match topic {
        Topic::OtpAddress if cut_over => (Rule::LaOnly, &[S1_6, Q11], Role::LocalAdministrator),
        Topic::OtpAddress => (Rule::LaOnly, &[S1_6], Role::LocalAdministrator),
        Topic::OtpMissing if cut_over => (Rule::DeskTopics, &[Q11], Role::DeskAgent),
        Topic::OtpMissing => (Rule::DeskTopics, &[Q10], Role::DeskAgent),
        Topic::PasswordReset => (Rule::LaResets, &[S4_8, Q14], Role::LocalAdministrator),
        Topic::Credentials => (Rule::StoreReaders, &[], Role::HodIct),
        Topic::HardToken => (Rule::HardLead, &[Q12], Role::Opa),
        Topic::HardTokenEnrolment => (Rule::HardCode, &[Q12], Role::ItdMims),
        Topic::EmergencyPassword => (Rule::Emergency, &[], Role::DeskAgent),
        Topic::Other => (Rule::DeskTopics, &[Q15], Role::DeskAgent),
    }
}

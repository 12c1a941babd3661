//! Generic accounts and credentials: the move out of `ICON`, the stored copy, and where credentials go.
//!
//! Promises to apply the rules `generic.*`, `new-account.*` and `credential-store.*`. Deliberately resets no password:
//! that is in `helpdesk`.

use super::asked::{Answer, Asked};
use super::helper::{Helper, administrator};
use crate::clause::Clause::{self, G4b, G5b};
use crate::policy::request::Outcome::{Granted, Replace};
use crate::policy::request::{AccountKind, Reason, Role};
use crate::policy::rules::Rule;

/// How far the move of a generic account from `ICON` to its school or division has come (G4b).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferState {
    /// Nobody asked for it.
    NotRequested,
    /// The LA asked for it, and the AO has not approved yet.
    AwaitsApproval,
    /// The account is out of `ICON`, or never was in it.
    Moved,
}

/// The clauses under which a generic account of this kind is moved.
pub(super) const fn transfer_clauses(kind: AccountKind) -> &'static [Clause] {
    match kind {
        AccountKind::HqGeneric => &[G5b],
        AccountKind::SchoolGeneric | AccountKind::SchoolStaff | AccountKind::HqStaff | AccountKind::Student => &[G4b],
    }
}

/// The move of a generic account out of `ICON`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestTransfer {
    /// Who asks for it.
    pub helper: Helper,
    /// What kind of account.
    pub kind: AccountKind,
}

pub(super) fn request_transfer(a: &mut Asked, is: &RequestTransfer) -> Answer {
    let (clauses, role) = (transfer_clauses(is.kind), is.helper.role);
    a.need(Rule::Transfer, clauses, Reason::NotAuthorised, |_| role == Role::LocalAdministrator)?;
    administrator(a, &is.helper, clauses)?;
    Ok(Granted)
}

/// The approval of that move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApproveTransfer {
    /// The role of who approves.
    pub role: Role,
    /// The LA asked for it.
    pub requested: bool,
    /// What kind of account.
    pub kind: AccountKind,
}

pub(super) fn approve_transfer(a: &mut Asked, is: &ApproveTransfer) -> Answer {
    let clauses = transfer_clauses(is.kind);
    a.need(Rule::Transfer, clauses, Reason::NotAuthorised, |_| is.role == Role::ApprovingOfficer)?;
    a.need(Rule::Transfer, clauses, Reason::NotTransferred, |_| is.requested)?;
    Ok(Granted)
}

pub(super) fn update_store(a: &mut Asked) -> Answer {
    Ok(if a.on(Rule::StoreUpdated, &[]) { Replace } else { Granted })
}

/// The stored credentials of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadCredentials {
    /// The role of who reads them.
    pub role: Role,
    /// What kind of account.
    pub kind: AccountKind,
}

pub(super) fn read_credentials(a: &mut Asked, is: &ReadCredentials) -> Answer {
    a.need(Rule::StoreReaders, &[], Reason::NotOffered, |_| is.kind == AccountKind::SchoolGeneric)?;
    a.need(Rule::StoreReaders, &[], Reason::NotAuthorised, |on| on == 0 || is.role == Role::HodIct)?;
    Ok(Granted)
}

/// Where the credentials of a new or an existing account go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deliver {
    /// What kind of account.
    pub kind: AccountKind,
    /// It is a new one.
    pub new: bool,
}

pub(super) fn deliver(a: &mut Asked, is: &Deliver) -> Answer {
    let rule = match (is.kind, is.new) {
        (AccountKind::HqGeneric, false) => Rule::HqMailed,
        (AccountKind::SchoolGeneric, false) => Rule::StoreReaders,
        (AccountKind::SchoolGeneric | AccountKind::HqGeneric, true) => Rule::NewGeneric,
        (AccountKind::HqStaff, _) => Rule::NewHq,
        (AccountKind::SchoolStaff | AccountKind::Student, _) => Rule::NewSchool,
    };
    a.need(rule, &[], Reason::NotOffered, |on| on != 0)?;
    Ok(Granted)
}

/// The credentials of a new account, handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// The role of who hands them on.
    pub role: Role,
    /// What kind of account.
    pub kind: AccountKind,
    /// They know the password.
    pub holds: bool,
}

pub(super) fn hand_over(a: &mut Asked, is: &HandOver) -> Answer {
    let (rule, right) = match is.kind {
        AccountKind::HqStaff => (Rule::NewHq, is.role == Role::Opa),
        AccountKind::SchoolGeneric | AccountKind::HqGeneric => (Rule::NewGeneric, true),
        AccountKind::SchoolStaff | AccountKind::Student => (Rule::NewSchool, is.role == Role::Spoc),
    };
    a.need(rule, &[], Reason::NotAuthorised, |on| on == 0 || right)?;
    a.need(rule, &[], Reason::PasswordUnknown, |_| is.holds)?;
    Ok(Granted)
}

//! E-mailed OTPs: sending one, reading the mailbox that it goes to, and typing it in.
//!
//! Promises to apply the rules `email-otp.*`, `otp-address.*` and `mail.*`. Deliberately knows no token.

use super::asked::{Answer, Asked};
use crate::clause::Clause::{Q10, Q11, S1_5, S1_6};
use crate::kernel::Span;
use crate::policy::request::Outcome::{AskCode, Granted, Wait};
use crate::policy::request::Reason;
use crate::policy::rules::Rule;

/// What stands before self-service: the chain Email OTP, or nothing.
pub(super) fn gate(a: &mut Asked) -> Answer {
    Ok(if a.cite(Rule::Gate, &[S1_5]) == 1 { Granted } else { AskCode })
}

/// `Next` on the chain Email OTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestOtp {
    /// How long ago the last OTP was sent, if one was.
    pub since_last: Option<Span>,
    /// It goes to an iCON address.
    pub icon_address: bool,
}

pub(super) fn request(a: &mut Asked, is: &RequestOtp) -> Answer {
    a.on(Rule::Gate, &[S1_5]);
    if is.icon_address {
        a.need(Rule::OtpIcon, &[], Reason::AddressRefused, |refused| refused == 0)?;
    }
    a.need(Rule::OtpResend, &[], Reason::TooSoon, |wait| is.since_last.is_none_or(|since| since.0 >= wait))?;
    Ok(Wait(Span(a.cite(Rule::OtpDelivery, &[]))))
}

/// An e-mailed OTP, typed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnterOtp {
    /// It is the OTP of the number on the screen.
    pub number_on_screen: bool,
    /// Its digits are right.
    pub right: bool,
    /// How long ago it was sent.
    pub age: Span,
}

pub(super) fn enter(a: &mut Asked, is: &EnterOtp) -> Answer {
    a.need(Rule::OtpNewest, &[], Reason::OtpSuperseded, |on| on == 0 || is.number_on_screen)?;
    a.need(Rule::Gate, &[S1_6], Reason::WrongCode, |none| none == 1 || is.right)?;
    a.need(Rule::OtpValidity, &[], Reason::OtpExpired, |span| is.age.0 < span)?;
    Ok(Granted)
}

/// A mailbox, and what its reader has to open it with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailAccess {
    /// An iCON mailbox, inside Google Workspace.
    Icon {
        /// A Workspace session of its account is alive at hand.
        workspace_session: bool,
    },
    /// A mailbox elsewhere.
    Elsewhere {
        /// It is the reader's own.
        own: bool,
    },
}

/// A mailbox that is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadMail {
    /// The mailbox, and how it can be opened.
    pub mailbox: MailAccess,
    /// The cutover of the account has come.
    pub cut_over: bool,
}

pub(super) fn read_mail(a: &mut Asked, is: &ReadMail) -> Answer {
    match is.mailbox {
        MailAccess::Icon { workspace_session } => {
            let clause = if is.cut_over { Q11 } else { Q10 };
            a.need(Rule::IconMailbox, &[clause], Reason::NoSession, |on| on == 0 || workspace_session)?;
        }
        MailAccess::Elsewhere { own } => a.need(Rule::Gate, &[S1_5, S1_6], Reason::NotAuthorised, |_| own)?,
    }
    Ok(Granted)
}

//! The port through which a party reaches everything else: the policy, the clock, the other parties.
//!
//! A party gets its own row and this port, and so cannot reach into a sibling.

use super::ids::{AccountId, SecretId};
use super::message::{Code, Message, SamlId};
use crate::kernel::Time;
use crate::policy::Scope;
use crate::policy::request::{Decision, Request};

/// What a party can do beside changing its own row.
#[cfg_attr(test, mockall::automock)]
pub trait Port {
    /// The virtual time.
    fn now(&self) -> Time;
    /// Asks the policy; the answer is in the trace with its clauses.
    fn decide(&mut self, scope: Scope, request: &Request) -> Decision;
    /// Sends a message that arrives within the same click.
    fn send(&mut self, message: Message);
    /// Sends a message that arrives at this time, if no fault changes that.
    fn send_at(&mut self, at: Time, message: Message);
    /// Compares a code with a secret's at this time: how many steps off, or `None` if it fits none in the window.
    fn verify(&mut self, scope: Scope, secret: SecretId, code: &Code) -> Option<i32>;
    /// A secret that nobody has seen.
    fn fresh_secret(&mut self) -> SecretId;
    /// A number for a SAML request or response.
    fn fresh_saml(&mut self) -> SamlId;
    /// The digits of an e-mailed OTP.
    fn otp_value(&mut self, account: AccountId, number: u32) -> u32;
}

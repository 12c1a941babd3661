//! The port through which a party reaches everything else: the policy, the clock, the other parties.
//!
//! A party gets its own row and this port, and so cannot reach into a sibling.

use super::codes::Code;
use super::codes::Fit;
use super::ids::{AccountId, SecretId};
use super::message::{Message, Party, SamlId};
use crate::kernel::{Span, Time};
use crate::policy::Scope;
use crate::policy::decide::Request;
use crate::policy::decide::workspace::SecondStep;
use crate::policy::request::Decision;

/// The linked authenticators of the account that a message is about (A23).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Linked {
    /// Some linked account has a token.
    pub any: bool,
    /// The account whose token the code in the message fits.
    pub holder: Option<AccountId>,
}

/// What a party can do beside changing its own row.
#[cfg_attr(test, mockall::automock)]
pub trait Port {
    /// The virtual time.
    fn now(&self) -> Time;
    /// The virtual time by the clock of a party, where another reads it.
    fn clock(&self, party: Party) -> Time;
    /// Asks the policy; the answer is in the trace with its clauses.
    fn decide(&mut self, scope: Scope, request: &Request) -> Decision;
    /// Sends a message that arrives within the same click.
    fn send(&mut self, message: Message);
    /// Sends an e-mailed OTP that is under way for so long under these rules, if no fault and no draw changes that.
    fn send_mail(&mut self, scope: Scope, nominal: Span, message: Message);
    /// Sends a message that arrives at this time.
    fn send_at(&mut self, at: Time, message: Message);
    /// The step that a code belongs to, or `None` if it fits none in the window.
    fn fit(&mut self, scope: Scope, secret: SecretId, code: &Code) -> Option<Fit>;
    /// Whose own tokens open this generic account beside its own, and which of them this message's code fits (A23).
    fn linked(&self) -> Linked;
    /// What the person whose message this is has to answer Google 2SV with.
    fn second_step(&self) -> SecondStep;
    /// A secret that nobody has seen.
    fn fresh_secret(&mut self) -> SecretId;
    /// A number for a SAML request or response.
    fn fresh_saml(&mut self) -> SamlId;
    /// The digits of an e-mailed OTP, as many as these rules say.
    fn otp_value(&mut self, scope: Scope, account: AccountId, number: u32) -> u32;
}

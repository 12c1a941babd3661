//! What a party reaches through its port: the policy, the clock, the queue, the faults, and what is drawn.
//!
//! Promises that every decision and every lost message is said to the observer. Deliberately holds no row.

use crate::clause::Clauses;
use crate::kernel::totp::Algorithm;
use crate::kernel::{Draws, Purpose, Queue, Span, Time};
use crate::policy::request::{Decision, Outcome, Request};
use crate::policy::rules::Rule;
use crate::policy::{Policy, Scope};
use crate::trace::{Event, Observer};
use crate::world::authenticator::{Codes, Fit, Form};
use crate::world::ids::{AccountId, MailboxId, PersonId, SecretId};
use crate::world::message::{Body, Code, Message, Party, SamlId};
use crate::world::port::{Linked, Port};
use std::collections::VecDeque;
use std::mem::take;

/// What waits in the queue.
#[derive(Clone, Copy, Debug)]
pub(super) enum Due {
    /// The step is taken.
    Step { doing: usize, step: crate::act::Step },
    /// Someone who has waited for mail since then looks again.
    Look { doing: usize, since: Time },
    /// A delayed message arrives.
    Deliver(Message),
    /// A requested hard token has come.
    TokenMade { holder: PersonId },
}

/// A fault in force until some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// OTPs to this mailbox come later by so much.
    SlowMail(MailboxId, Span),
    /// OTPs to this mailbox do not come.
    LostMail(MailboxId),
    /// A party does not answer.
    Outage(Party),
}

/// How long what people do takes, and mail is under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// As long as it nominally takes.
    #[default]
    Nominal,
    /// No time at all: the order alone counts, and time passes between acts.
    Instant,
}

/// Everything that a party reaches through its port.
#[derive(Debug)]
pub(super) struct Hub<'p, O, C> {
    pub policy: &'p Policy,
    pub draws: Draws,
    pub codes: C,
    pub observer: O,
    pub now: Time,
    pub pace: Pace,
    pub row: usize,
    pub inbox: VecDeque<Message>,
    pub queue: Queue<Due>,
    pub faults: Vec<(Fault, Time)>,
    pub secrets: u32,
    pub passwords: u32,
    pub saml: SamlId,
    pub linked: Linked,
    /// What the decisions of the present step rest on.
    pub asked: Clauses,
    /// The last refusal of the present step.
    pub refusal: Option<Decision>,
    /// What the last decision rests on.
    pub last: Clauses,
}

impl<O: Clone, C: Clone> Clone for Hub<'_, O, C> {
    fn clone(&self) -> Self {
        Hub {
            observer: self.observer.clone(),
            codes: self.codes.clone(),
            inbox: self.inbox.clone(),
            queue: self.queue.clone(),
            faults: self.faults.clone(),
            ..*self
        }
    }

    fn clone_from(&mut self, from: &Self) {
        self.inbox.clone_from(&from.inbox);
        self.queue.clone_from(&from.queue);
        self.faults.clone_from(&from.faults);
        let (inbox, queue, faults) = (take(&mut self.inbox), take(&mut self.queue), take(&mut self.faults));
        let (observer, codes) = (from.observer.clone(), from.codes.clone());
        *self = Hub { observer, codes, inbox, queue, faults, ..*from };
    }
}

impl<O: Observer, C: Codes> Hub<'_, O, C> {
    #[inline]
    pub fn say(&mut self, event: &Event) {
        self.observer.see(self.now, self.row, event);
    }

    pub fn fault(&self, test: impl Fn(&Fault) -> bool) -> Option<Fault> {
        self.faults.iter().find(|(fault, until)| self.now < *until && test(fault)).map(|(fault, _)| *fault)
    }

    /// How codes are made under these rules.
    #[inline]
    pub fn form(&self, scope: Scope) -> Form {
        let rules = self.policy.rules(scope);
        let small = |rule| u8::try_from(rules.get(rule)).unwrap_or(u8::MAX);
        let algorithm = match rules.get(Rule::TotpAlgorithm) {
            1 => Algorithm::Sha256,
            2 => Algorithm::Sha512,
            _ => Algorithm::Sha1,
        };
        let period = rules.get(Rule::TotpPeriod);
        Form { period, digits: small(Rule::TotpDigits), algorithm, skew: small(Rule::TotpSkew) }
    }

    /// Whether the cutover has come for accounts under these rules.
    pub fn cut_over(&self, scope: Scope) -> bool {
        self.now.0 >= self.policy.rules(scope).get(Rule::Cutover)
    }
}

impl<O: Observer, C: Codes> Port for Hub<'_, O, C> {
    #[inline]
    fn now(&self) -> Time {
        self.now
    }

    #[inline]
    fn decide(&mut self, scope: Scope, request: &Request) -> Decision {
        let decision = self.policy.decide(scope, request);
        self.say(&Event::Decided { scope, request: *request, decision });
        self.last = decision.clauses;
        match decision.outcome {
            Outcome::Refused(_) => self.refusal = Some(decision),
            _ => self.asked = self.asked.and(decision.clauses),
        }
        decision
    }

    #[inline]
    fn send(&mut self, message: Message) {
        self.inbox.push_back(message);
    }

    fn send_at(&mut self, at: Time, message: Message) {
        let mut at = at;
        if let Body::OtpMail { mailbox, .. } = message.body {
            if self.pace == Pace::Instant {
                at = self.now;
            }
            if self.fault(|f| *f == Fault::LostMail(mailbox)).is_some() {
                self.say(&Event::Lost(message));
                return;
            }
            if let Some(Fault::SlowMail(_, by)) = self.fault(|f| matches!(f, Fault::SlowMail(m, _) if *m == mailbox)) {
                at = at.plus(by);
            }
        }
        self.queue.push(at, Due::Deliver(message));
    }

    #[inline]
    fn fit(&mut self, scope: Scope, secret: SecretId, code: &Code) -> Option<Fit> {
        let form = self.form(scope);
        self.codes.fit(secret, form, code, self.now)
    }

    fn linked(&self) -> Linked {
        self.linked
    }

    fn fresh_secret(&mut self) -> SecretId {
        self.secrets += 1;
        SecretId(self.secrets)
    }

    fn fresh_saml(&mut self) -> SamlId {
        self.saml += 1;
        self.saml
    }

    fn otp_value(&mut self, scope: Scope, account: AccountId, number: u32) -> u32 {
        let digits = u32::try_from(self.policy.rules(scope).get(Rule::OtpDigits)).unwrap_or(6);
        let values = 10_u32.checked_pow(digits).unwrap_or(u32::MAX);
        self.draws.below(values, account.0, Purpose::OtpValue, number)
    }
}

//! The simulation context: all that a party reaches through its port, such as the policy, the clock, the queue, the
//! faults and the draws.
//!
//! Promises that the observer sees every decision and every lost message. Deliberately holds no row.

use crate::clause::Clauses;
use crate::kernel::{Draws, Purpose, Queue, Span, Time};
use crate::policy::decide::Request;
use crate::policy::decide::workspace::SecondStep;
use crate::policy::request::{Decision, Outcome};
use crate::policy::rules::Rule;
use crate::policy::{Policy, Scope};
use crate::trace::{Event, Observer};
use crate::world::authenticator::Codes;
use crate::world::codes::Code;
use crate::world::codes::{CodeForm, Fit};
use crate::world::ids::{AccountId, MailboxId, PasswordId, PersonId, SecretId};
use crate::world::message::{Body, Message, Party, SamlId};
use crate::world::port::{Linked, Port};
use std::collections::VecDeque;
use std::mem::take;

/// A due event in the queue.
#[derive(Clone, Copy, Debug)]
pub(super) enum Due {
    /// An act takes this step.
    Step { activity: usize, step: crate::act::Step },
    /// The people of an act, who have waited for mail since then, look again.
    Look { activity: usize, since: Time },
    /// A delayed message arrives.
    Deliver(Message),
    /// A requested hard token has come.
    TokenMade { holder: PersonId },
}

/// A fault in force until some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// OTPs to this mailbox are delayed by this span.
    SlowMail(MailboxId, Span),
    /// OTPs to this mailbox are lost.
    LostMail(MailboxId),
    /// All OTPs are delayed by this span.
    SlowMails(Span),
    /// All OTPs are lost.
    LostMails,
    /// A party does not answer.
    Outage(Party),
    /// The clock of a party is ahead by this span. Its own timers are not affected, only comparisons with another
    /// clock.
    Clock(Party, Span),
}

/// The pace of a run: how long people's steps take, and how long mail is under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// Steps and mail take their nominal times.
    #[default]
    Nominal,
    /// Steps take their nominal times; the delay and the loss of mail are drawn (A4).
    Sampled,
    /// Steps and mail take no time, so that only their order counts; time passes between acts.
    Instant,
}

/// What the present step has typed anew: its people know or hold it once a party has taken it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TypedAnew {
    /// A password.
    Password(PasswordId),
    /// The answers to the security questions.
    Answers,
    /// The secret of a soft token.
    Secret(SecretId),
}

/// All that a party reaches through its port.
#[derive(Debug)]
pub(super) struct SimContext<'p, O, C> {
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
    /// What the present step has typed anew.
    pub anew: Option<TypedAnew>,
    pub second_step: SecondStep,
    /// The clauses that the decisions of the present step rest on.
    pub asked: Clauses,
    /// The last refusal of the present step.
    pub refusal: Option<Decision>,
    /// Whether a page of the present step prompts to set up a second factor.
    pub prompted: bool,
    /// The clauses that the last decision rests on.
    pub last: Clauses,
}

impl<O: Clone, C: Clone> Clone for SimContext<'_, O, C> {
    fn clone(&self) -> Self {
        SimContext {
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
        *self = SimContext { observer, codes, inbox, queue, faults, ..*from };
    }
}

impl<O: Observer, C: Codes> SimContext<'_, O, C> {
    #[inline]
    pub fn say(&mut self, event: &Event) {
        self.observer.see(self.now, self.row, event);
    }

    pub fn fault(&self, test: impl Fn(&Fault) -> bool) -> Option<Fault> {
        self.faults.iter().find(|(fault, until)| self.now < *until && test(fault)).map(|(fault, _)| *fault)
    }

    /// The end of the outage of a party that does not answer now.
    pub fn down(&self, party: Party) -> Option<Time> {
        let outage = |(fault, until): &&(Fault, Time)| self.now < *until && *fault == Fault::Outage(party);
        self.faults.iter().find(outage).map(|(_, until)| *until)
    }

    /// The span by which the clock of a party is ahead.
    pub fn ahead(&self, party: Party) -> Span {
        match self.fault(|fault| matches!(fault, Fault::Clock(of, _) if *of == party)) {
            Some(Fault::Clock(_, by)) => by,
            _ => Span(0),
        }
    }

    /// The parameters of codes under these rules.
    #[inline]
    pub fn form(&self, scope: Scope) -> CodeForm {
        CodeForm::of(self.policy.rules(scope))
    }

    /// Whether the cutover has come for accounts under these rules.
    pub fn cut_over(&self, scope: Scope) -> bool {
        self.now.0 >= self.policy.rules(scope).get(Rule::Cutover)
    }
}

impl<O: Observer, C: Codes> SimContext<'_, O, C> {
    /// The time that this OTP is under way (A4); `None` where it is lost.
    fn under_way(&self, scope: Scope, nominal: Span, message: &Message) -> Option<Span> {
        let Body::OtpMail { mailbox, number, .. } = message.body else { return Some(nominal) };
        let nominal = if self.pace == Pace::Instant { Span(0) } else { nominal };
        let mut later = Span(0);
        if !self.faults.is_empty() {
            if self.fault(|f| matches!(f, Fault::LostMails) || *f == Fault::LostMail(mailbox)).is_some() {
                return None;
            }
            let slow = |f: &Fault| match f {
                Fault::SlowMail(slow, _) => *slow == mailbox,
                _ => matches!(f, Fault::SlowMails(_)),
            };
            if let Some(Fault::SlowMail(_, by) | Fault::SlowMails(by)) = self.fault(slow) {
                later = by;
            }
        }
        if self.pace != Pace::Sampled {
            return Some(Span(nominal.0 + later.0));
        }
        let (rules, account) = (self.policy.rules(scope), message.account.0);
        if self.draws.chance(rules.get(Rule::OtpLoss), account, Purpose::MailLoss, number) {
            return None;
        }
        let p95 = Span(rules.get(Rule::OtpDeliveryP95));
        let drawn = self.draws.lognormal(nominal, p95, account, Purpose::MailDelay, number);
        Some(Span(drawn.0 + later.0))
    }
}

impl<O: Observer, C: Codes> Port for SimContext<'_, O, C> {
    #[inline]
    fn now(&self) -> Time {
        self.now
    }

    fn clock(&self, party: Party) -> Time {
        self.now.plus(self.ahead(party))
    }

    #[inline]
    fn decide(&mut self, scope: Scope, request: &Request) -> Decision {
        let decision = self.policy.decide(scope, request);
        self.say(&Event::Decided { scope, request: *request, decision });
        self.last = decision.clauses;
        match decision.outcome {
            Outcome::Refused(_) => self.refusal = Some(decision),
            _ => self.asked = self.asked.union(decision.clauses),
        }
        decision
    }

    #[inline]
    fn send(&mut self, message: Message) {
        self.inbox.push_back(message);
    }

    fn send_mail(&mut self, scope: Scope, nominal: Span, message: Message) {
        match self.under_way(scope, nominal, &message) {
            Some(span) => self.queue.push(self.now.plus(span), Due::Deliver(message)),
            None => self.say(&Event::Lost(message)),
        }
    }

    fn send_at(&mut self, at: Time, message: Message) {
        self.queue.push(at, Due::Deliver(message));
    }

    #[inline]
    fn fit(&mut self, scope: Scope, secret: SecretId, code: &Code) -> Option<Fit> {
        let form = self.form(scope);
        self.codes.fit(secret, form, code, self.clock(Party::SelfService))
    }

    fn linked(&self) -> Linked {
        self.linked
    }

    fn second_step(&self) -> SecondStep {
        self.second_step
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

//! One person's life in a replicate, as it is written down: what they and their helpers did about the own account, how each
//! act ended, and what happened to the person beside it.
//!
//! Promises to change nothing: the replicate is the same whether somebody writes or not. Deliberately knows no file format.

use crate::act::{Act, ActOutcome, Activity, Interaction, Typing};
use crate::engine::Fault;
use crate::kernel::{Purpose, Span, Time};
use crate::policy::request::Role;
use crate::policy::rules::Rule;
use crate::rehearsal::run::replicate::Driver;
use crate::trace::Ended;
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, PersonId};
use crate::world::state::{MailKind, Phone};
use std::collections::BTreeMap;

/// Whose life: the person of this number, from 1, at this place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonRef {
    /// The place, by its number from 0.
    pub place: usize,
    /// The number on its roll, from 1.
    pub number: u32,
}

/// Where OTPs go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpMailbox {
    /// To a mailbox that the person can always read.
    Own,
    /// To the account's own iCON mailbox.
    Icon,
    /// To an address that is gone.
    Stale,
}

/// How a person begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartingState {
    /// Who.
    pub person: PersonId,
    /// The own account.
    pub account: AccountId,
    /// The name of the place.
    pub place: String,
    /// It is a school.
    pub school: bool,
    /// What they are to the rollout.
    pub role: Role,
    /// The phone.
    pub phone: Option<Phone>,
    /// Whether the password is known.
    pub knows_password: bool,
    /// Whether security questions were set.
    pub answers_set: bool,
    /// How many answers are remembered.
    pub answers: u8,
    /// Where OTPs go.
    pub mail: OtpMailbox,
    /// A soft token is enrolled.
    pub enrolled: bool,
    /// The account is made during the run.
    pub new: bool,
}

/// Someone who helps, as they were when they first did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HelperState {
    /// What they are to the rollout.
    pub role: Role,
    /// At the person's own place.
    pub here: bool,
    /// They had set up.
    pub enrolled: bool,
    /// They know their own password.
    pub knows_password: bool,
}

/// An OTP that did not come as it nominally does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpFate {
    /// It was lost.
    Lost,
    /// It came so much later than nominally, or earlier.
    Later(Span),
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalEvent {
    /// Somebody did something.
    Act {
        /// What.
        act: Act,
        /// How the code was typed.
        code: Typing,
        /// In a fresh browser.
        fresh: bool,
        /// How many OTPs had been sent before.
        sent: u32,
        /// How it ended, and when.
        ended: Option<(Time, ActOutcome)>,
        /// Where OTPs went.
        mail: OtpMailbox,
        /// What became of the OTP that was sent on the way.
        otp: Option<OtpFate>,
        /// Whoever acts had set up by then.
        enrolled: bool,
        /// Whoever acts knew their own password then.
        knows_password: bool,
    },
    /// The password is forgotten.
    Forgets,
    /// The phone is left elsewhere.
    Leaves,
    /// The phone is at hand again.
    HasAgain,
    /// An authenticator app is installed.
    InstallsApp,
    /// The phone's clock is set right.
    SetsClock,
    /// The account is made.
    Created,
    /// An agent answers a call, and explains.
    Explained,
}

/// Something that happened, and to or by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// When it began.
    pub at: Time,
    /// By whom, or to whom.
    pub who: PersonId,
    /// What.
    pub what: JournalEvent,
}

/// All that is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    whose: PersonRef,
    /// How it begins; none where there is nobody of this number.
    pub start: Option<StartingState>,
    /// What happened, in order.
    pub deeds: Vec<JournalEntry>,
    /// Who helped.
    pub helpers: BTreeMap<PersonId, HelperState>,
    /// How many people the place has.
    pub people: u32,
    /// Which of the policy's decisions on the way were taken.
    pub decided: Vec<bool>,
}

impl Journal {
    /// Nothing is written yet.
    pub const fn of(whose: PersonRef) -> Journal {
        Journal { whose, start: None, deeds: Vec::new(), helpers: BTreeMap::new(), people: 0, decided: Vec::new() }
    }
}

impl<C: Codes> Driver<'_, C> {
    /// Writes down how the person begins.
    pub(in crate::rehearsal) fn born(&mut self) {
        let Some(mut life) = self.life.take() else { return };
        if let Some(place) = self.places.get(life.whose.place) {
            life.people = place.people.end - place.people.start;
            let person = PersonId(place.people.start + life.whose.number.saturating_sub(1));
            if (1..=life.people).contains(&life.whose.number) {
                life.start = self.start_of(person, &place.name, place.school);
            }
        }
        self.life = Some(life);
    }

    fn start_of(&self, person: PersonId, place: &str, school: bool) -> Option<StartingState> {
        let row = self.engine.world.people.get(person.at())?;
        let account = row.account.get()?;
        let of = self.engine.world.accounts.get(account.at())?;
        Some(StartingState {
            person,
            account,
            place: place.to_owned(),
            school,
            role: row.role,
            phone: row.phone.clone(),
            knows_password: row.password(account).is_some(),
            answers_set: of.reset.answers_set,
            answers: row.of(account).map_or(0, |known| known.answers),
            mail: self.mail_of(account),
            enrolled: of.self_service.enrolled(),
            new: !of.portal.exists,
        })
    }

    fn mail_of(&self, account: AccountId) -> OtpMailbox {
        let world = &self.engine.world;
        let Some(row) = world.accounts.get(account.at()) else { return OtpMailbox::Own };
        let mailbox = world.mailboxes.get(row.self_service.otp_mailbox.at());
        match mailbox {
            Some(mailbox) if matches!(mailbox.kind, MailKind::Icon(_)) => OtpMailbox::Icon,
            Some(mailbox) if mailbox.owner == row.owner => OtpMailbox::Own,
            _ => OtpMailbox::Stale,
        }
    }

    fn enrolled_now(&self, person: PersonId) -> bool {
        let own = self.engine.world.people.get(person.at()).and_then(|row| row.account.get());
        own.and_then(|own| self.engine.world.accounts.get(own.at())).is_some_and(|a| a.self_service.enrolled())
    }

    /// Writes down that something happened to a person.
    pub(in crate::rehearsal) fn happens(&mut self, at: Time, who: PersonId, what: JournalEvent) {
        if let Some(life) = &mut self.life
            && life.start.as_ref().is_some_and(|start| start.person == who)
        {
            life.deeds.push(JournalEntry { at, who, what });
        }
    }

    /// Writes down that an act begins.
    pub(in crate::rehearsal) fn begins(&mut self, doing: &Activity) {
        let Some(start) = self.life.as_ref().and_then(|life| life.start.as_ref()) else { return };
        let (person, account) = (start.person, start.account);
        if doing.account != account {
            return;
        }
        let place = self.engine.world.people.get(person.at()).map(|row| row.place);
        let helper_is = |id: PersonId| {
            let row = self.engine.world.people.get(id.at())?;
            let (role, here) = (row.role, place == Some(row.place));
            Some(HelperState { role, here, enrolled: self.enrolled_now(id), knows_password: row.knows_own_password() })
        };
        let helper = helper_is(doing.person);
        let what = JournalEvent::Act {
            act: doing.act,
            code: doing.code,
            fresh: doing.fresh,
            sent: self.engine.world.accounts.get(account.at()).map_or(0, |a| a.email_otp.number),
            ended: None,
            mail: self.mail_of(account),
            otp: None,
            enrolled: self.enrolled_now(doing.person),
            knows_password: helper.as_ref().is_none_or(|helper| helper.knows_password),
        };
        let asked = match doing.act {
            Act::Interaction(Interaction::Ask { of, .. } | Interaction::RequestHardToken { of }) => Some(of),
            _ => None,
        };
        let at = self.engine.now();
        let asked = asked.and_then(|of| Some((of, helper_is(of)?)));
        let Some(life) = &mut self.life else { return };
        life.deeds.push(JournalEntry { at, who: doing.person, what });
        if let Some(helper) = helper.filter(|_| doing.person != person) {
            life.helpers.entry(doing.person).or_insert(helper);
        }
        if let Some((of, helper)) = asked.filter(|(of, _)| *of != person) {
            life.helpers.entry(of).or_insert(helper);
        }
    }

    /// Writes down how an act ended.
    pub(in crate::rehearsal) fn ends(&mut self, time: Time, ended: &Ended) {
        let Some(account) = self.life.as_ref().and_then(|life| life.start.as_ref()).map(|start| start.account) else {
            return;
        };
        if ended.account != account {
            return;
        }
        let number = self.engine.world.accounts.get(account.at()).map_or(0, |a| a.email_otp.number);
        let open = |deed: &&mut JournalEntry| {
            deed.who == ended.person && matches!(deed.what, JournalEvent::Act { ended: None, .. })
        };
        let Some(life) = &mut self.life else { return };
        let Some(deed) = life.deeds.iter_mut().rev().find(open) else { return };
        let at = deed.at;
        let JournalEvent::Act { ended: slot, sent, .. } = &mut deed.what else { return };
        *slot = Some((time, ended.result));
        let fresh = number > *sent;
        let sent = self.engine.world.accounts.get(account.at()).and_then(|a| a.email_otp.sent.get()).unwrap_or(at);
        let otp = fresh.then(|| self.otp(account, number, sent));
        if let Some(JournalEntry { what: JournalEvent::Act { otp: slot, .. }, .. }) = self
            .life
            .as_mut()
            .and_then(|life| life.deeds.iter_mut().rev().find(|deed| deed.who == ended.person && deed.at == at))
        {
            *slot = otp;
        }
    }

    /// What became of an OTP: the draws of the engine again, and the faults that everyone meets.
    fn otp(&self, account: AccountId, number: u32, sent: Time) -> OtpFate {
        let scope = self.engine.world.accounts.get(account.at()).map_or(0, |a| a.scope());
        let rules = self.policy.rules(scope);
        let in_force = || self.plan.faults.iter().filter(|(from, until, _)| (*from..*until).contains(&sent));
        let lost = in_force().any(|(.., fault)| *fault == Fault::LostMails);
        if lost || self.draws.chance(rules.get(Rule::OtpLoss), account.0, Purpose::MailLoss, number) {
            return OtpFate::Lost;
        }
        let slow = in_force().find_map(|(.., fault)| if let Fault::SlowMails(by) = fault { Some(by.0) } else { None });
        let (nominal, p95) = (Span(rules.get(Rule::OtpDelivery)), Span(rules.get(Rule::OtpDeliveryP95)));
        let drawn = self.draws.lognormal(nominal, p95, account.0, Purpose::MailDelay, number);
        OtpFate::Later(Span(drawn.0 + slow.unwrap_or(0) - nominal.0))
    }
}

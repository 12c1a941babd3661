//! The journal of one person in a replicate: what they and their helpers did about the own account, how each act ended,
//! and what befell the person.
//!
//! Promises to change nothing: the replicate is the same whether somebody writes or not. Deliberately knows no file
//! format.

use crate::act::{Act, ActOutcome, Activity, Interaction, Typing};
use crate::engine::Fault;
use crate::kernel::{Purpose, Span, Time};
use crate::policy::request::Role;
use crate::policy::rules::Rule;
use crate::rehearsal::run::simulation::{Incident, ReplicateObserver, Simulation};
use crate::trace::Ended;
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, PersonId};
use crate::world::state::{MailKind, Phone};
use std::collections::BTreeMap;

/// A person by place and number, as a rehearsal names its people.
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
    Act(JournalAct),
    /// Something befell the person.
    Incident(Incident),
}

/// An act on the person's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalAct {
    /// What was done.
    pub act: Act,
    /// How the code was typed.
    pub code: Typing,
    /// In a fresh browser.
    pub fresh: bool,
    /// How many OTPs had been sent before.
    pub sent: u32,
    /// How it ended, and when.
    pub ended: Option<(Time, ActOutcome)>,
    /// Where OTPs went.
    pub mail: OtpMailbox,
    /// What became of the OTP that was sent on the way.
    pub otp: Option<OtpFate>,
    /// Whoever acts had set up by then.
    pub enrolled: bool,
    /// Whoever acts knew their own password then.
    pub knows_password: bool,
}

/// An entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// When it began.
    pub at: Time,
    /// By whom, or to whom.
    pub who: PersonId,
    /// What.
    pub what: JournalEvent,
}

/// All that is written down of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    whose: PersonRef,
    /// How the person begins; none where there is nobody of this number.
    pub start: Option<StartingState>,
    /// What happened, in order.
    pub entries: Vec<JournalEntry>,
    /// Who helped.
    pub helpers: BTreeMap<PersonId, HelperState>,
    /// How many people the place has.
    pub people: u32,
    /// Which of the policy's staged decisions were taken.
    pub decided: Vec<bool>,
}

impl Journal {
    /// Nothing is written yet.
    pub const fn of(whose: PersonRef) -> Journal {
        Journal { whose, start: None, entries: Vec::new(), helpers: BTreeMap::new(), people: 0, decided: Vec::new() }
    }
}

impl<C: Codes> ReplicateObserver<C> for Journal {
    fn begins(&mut self, sim: &Simulation<'_, C>) {
        let Some(place) = sim.places().get(self.whose.place) else { return };
        self.people = place.people.end - place.people.start;
        let person = PersonId(place.people.start + self.whose.number.saturating_sub(1));
        if (1..=self.people).contains(&self.whose.number) {
            self.start = starting_state(sim, person, &place.name, place.school);
        }
    }

    fn happened(&mut self, at: Time, who: PersonId, incident: Incident) {
        if self.start.as_ref().is_some_and(|start| start.person == who) {
            self.entries.push(JournalEntry { at, who, what: JournalEvent::Incident(incident) });
        }
    }

    fn act_begins(&mut self, sim: &Simulation<'_, C>, activity: &Activity) {
        let Some(start) = self.start.as_ref().filter(|start| start.account == activity.account) else { return };
        let (person, account) = (start.person, start.account);
        let place = sim.person(person).map(|row| row.place);
        let helper_state = |id: PersonId| {
            let row = sim.person(id)?;
            let (role, here) = (row.role, place == Some(row.place));
            Some(HelperState { role, here, enrolled: has_set_up(sim, id), knows_password: row.knows_own_password() })
        };
        let helper = helper_state(activity.person);
        let what = JournalEvent::Act(JournalAct {
            act: activity.act,
            code: activity.code,
            fresh: activity.fresh,
            sent: sim.account(account).map_or(0, |row| row.email_otp.number),
            ended: None,
            mail: otp_mailbox(sim, account),
            otp: None,
            enrolled: has_set_up(sim, activity.person),
            knows_password: helper.as_ref().is_none_or(|helper| helper.knows_password),
        });
        self.entries.push(JournalEntry { at: sim.now(), who: activity.person, what });
        let asked = asked(activity.act).and_then(|of| Some((of, helper_state(of)?)));
        for (id, helper) in helper.map(|helper| (activity.person, helper)).into_iter().chain(asked) {
            if id != person {
                self.helpers.entry(id).or_insert(helper);
            }
        }
    }

    fn act_ended(&mut self, sim: &Simulation<'_, C>, time: Time, ended: &Ended, _: &[PersonId]) {
        let Some(account) = self.start.as_ref().map(|start| start.account).filter(|id| *id == ended.account) else {
            return;
        };
        let mut acts = self.entries.iter_mut().rev().filter(|entry| entry.who == ended.person);
        let Some((at, act)) = acts.find_map(|entry| match &mut entry.what {
            JournalEvent::Act(act) if act.ended.is_none() => Some((entry.at, act)),
            JournalEvent::Act(_) | JournalEvent::Incident(_) => None,
        }) else {
            return;
        };
        act.ended = Some((time, ended.result));
        let number = sim.account(account).map_or(0, |row| row.email_otp.number);
        if number > act.sent {
            let sent = sim.account(account).and_then(|row| row.email_otp.sent.get()).unwrap_or(at);
            act.otp = Some(otp_fate(sim, account, number, sent));
        }
    }

    fn ended(&mut self, _: &Simulation<'_, C>, decided: &[bool]) {
        self.decided = decided.to_vec();
    }
}

/// Who is asked for something in an act.
const fn asked(act: Act) -> Option<PersonId> {
    match act {
        Act::Interaction(Interaction::Ask { of, .. } | Interaction::RequestHardToken { of }) => Some(of),
        _ => None,
    }
}

fn starting_state<C: Codes>(
    sim: &Simulation<'_, C>,
    person: PersonId,
    place: &str,
    school: bool,
) -> Option<StartingState> {
    let row = sim.person(person)?;
    let account = row.account.get()?;
    let of = sim.account(account)?;
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
        mail: otp_mailbox(sim, account),
        enrolled: of.self_service.enrolled(),
        new: !of.portal.exists,
    })
}

fn otp_mailbox<C: Codes>(sim: &Simulation<'_, C>, account: AccountId) -> OtpMailbox {
    let Some(row) = sim.account(account) else { return OtpMailbox::Own };
    match sim.world().mailboxes.get(row.self_service.otp_mailbox.at()) {
        Some(mailbox) if matches!(mailbox.kind, MailKind::Icon(_)) => OtpMailbox::Icon,
        Some(mailbox) if mailbox.owner == row.owner => OtpMailbox::Own,
        Some(_) | None => OtpMailbox::Stale,
    }
}

/// Whether a person's own account has a second factor.
fn has_set_up<C: Codes>(sim: &Simulation<'_, C>, person: PersonId) -> bool {
    let own = sim.own_account(person).and_then(|own| sim.account(own));
    own.is_some_and(|row| row.self_service.enrolled())
}

/// What became of an OTP: the draws of the engine again, and the faults that everyone meets.
fn otp_fate<C: Codes>(sim: &Simulation<'_, C>, account: AccountId, number: u32, sent: Time) -> OtpFate {
    let rules = sim.policy().rules(sim.account(account).map_or(0, |row| row.scope()));
    let in_force = || sim.plan().faults.iter().filter(|(from, until, _)| (*from..*until).contains(&sent));
    let lost = in_force().any(|(.., fault)| *fault == Fault::LostMails);
    if lost || sim.draws().chance(rules.get(Rule::OtpLoss), account.0, Purpose::MailLoss, number) {
        return OtpFate::Lost;
    }
    let slow = in_force().find_map(|(.., fault)| if let Fault::SlowMails(by) = fault { Some(by.0) } else { None });
    let (nominal, p95) = (Span(rules.get(Rule::OtpDelivery)), Span(rules.get(Rule::OtpDeliveryP95)));
    let drawn = sim.draws().lognormal(nominal, p95, account.0, Purpose::MailDelay, number);
    OtpFate::Later(Span(drawn.0 + slow.unwrap_or(0) - nominal.0))
}

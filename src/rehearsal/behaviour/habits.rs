//! What people do about how an act of theirs ended: try again, another way, ask someone, or leave it for the day.
//!
//! Promises to look at the outcome alone, as a person does, and to draw by person and time. Deliberately decides nothing
//! that the guide rules on.

use crate::act::{Act, ActOutcome, Interaction, Typing};
use crate::format::parameters::Parameter as P;
use crate::kernel::distributions::under;
use crate::kernel::{CompactOption, Purpose, Span, Time};
use crate::policy::request::{Reason, Topic};
use crate::rehearsal::measure::counters::Series;
use crate::rehearsal::observe::journal::JournalEvent;
use crate::rehearsal::run::replicate::{Driver, Intent};
use crate::trace::Ended;
use crate::world::authenticator::{App, Codes};
use crate::world::ids::{AccountId, PersonId};

/// How many times a lock is looked at in a row before it is left alone: a lock of minutes passes by itself.
const LOCKED: i64 = 2;

impl<C: Codes> Driver<'_, C> {
    /// Takes up what follows from the end of an act.
    pub(in crate::rehearsal) fn react(&mut self, time: Time, ended: &Ended) {
        let (person, account) = (ended.person, ended.account);
        match (ended.act, ended.result) {
            // Who left tries for themselves, and counts for nobody.
            (Act::SignIn { .. }, _) if !ended.member => {}
            (Act::SignIn { .. }, ActOutcome::Granted) => {
                self.tally.opened(account, time);
                if self.is_staff(account) {
                    self.tally.count(Series::Granted(ended.factor), 1);
                }
                self.calm(person);
                if ended.prompted {
                    self.prompted(person, account);
                }
            }
            (Act::SignIn { .. }, ActOutcome::Refused(reason)) => {
                let slip = self.minds.get(person.at()).is_some_and(|mind| mind.slip);
                self.tally.refused(account, time, reason, slip);
                if self.goes_on(person, reason) {
                    if self.is_shared(account) {
                        self.shared_refused(person, account, reason, slip);
                    } else {
                        self.sign_in_refused(person, account, reason, slip);
                    }
                }
            }
            (Act::Enrol | Act::ReEnrol | Act::EnrolHardToken, ActOutcome::Done) => {
                self.calm(person);
                if self.tally.trouble(account).is_some() {
                    self.soon(Intent::SignIn(person, account));
                }
            }
            (Act::Enrol | Act::ReEnrol | Act::EnrolHardToken, ActOutcome::Refused(reason)) => {
                self.enrol_refused(person, account, reason);
            }
            (Act::ForgotPassword { .. }, ActOutcome::Done) => self.resume(person, account),
            (Act::ForgotPassword { .. }, ActOutcome::Refused(reason)) => self.forgot_refused(person, account, reason),
            (Act::Leave { .. }, _) => self.has_left(person, account),
            (Act::Interaction(between), result) => self.between(person, account, between, result),
            _ => {}
        }
    }

    /// Something between people has ended: a helper's act, a question, or a change of members.
    fn between(&mut self, person: PersonId, account: AccountId, between: Interaction, result: ActOutcome) {
        match between {
            Interaction::Ask { of, topic } => self.asked(person, account, of, topic, result),
            Interaction::ReadMail => {
                if result == ActOutcome::Done {
                    self.soon(Intent::HandsOver(person, account));
                }
            }
            Interaction::HandOverCredentials { to } => {
                if result == ActOutcome::Done {
                    if let Some(mind) = self.minds.get_mut(to.at()) {
                        mind.away = false;
                    }
                    // Students are asked for no second factor (Q9).
                    let staff = self.is_staff(account);
                    self.soon(if staff { Intent::Enrol(to, account) } else { Intent::SignIn(to, account) });
                }
            }
            Interaction::Tell { to } => self.told(to, account, result),
            Interaction::Join => self.has_joined(person, account),
            Interaction::LosePhone | Interaction::ReplacePhone => {}
            _ => self.helped(person, account, between, result),
        }
    }

    /// Everything is well again.
    fn calm(&mut self, person: PersonId) {
        if let Some(mind) = self.minds.get_mut(person.at()) {
            (mind.tries, mind.reason) = (0, None);
        }
    }

    /// Notes one more step of trouble; whether the person goes on today.
    fn goes_on(&mut self, person: PersonId, reason: Reason) -> bool {
        let today = self.engine.now().date().small();
        let most = self.plan.parameters.count(P::GivesUp);
        let Some(mind) = self.minds.get_mut(person.at()) else { return false };
        if mind.day != today {
            (mind.day, mind.steps) = (today, 0);
        }
        mind.steps += 1;
        mind.tries = if mind.reason == Some(reason) { mind.tries + 1 } else { 1 };
        mind.reason = Some(reason);
        u32::from(mind.steps) <= most
    }

    /// Puts an intention after a pause.
    pub(in crate::rehearsal) fn soon(&mut self, intent: Intent) {
        self.after(P::Pause, intent);
    }

    /// Puts an intention after a drawn time of this mean.
    pub(in crate::rehearsal) fn after(&mut self, mean: P, intent: Intent) {
        let entity = match intent {
            Intent::SignIn(person, _)
            | Intent::Enrol(person, _)
            | Intent::Forgot(person, _)
            | Intent::Ask(person, ..)
            | Intent::Ring(person, _)
            | Intent::HasApp(person)
            | Intent::HasDevice(person)
            | Intent::NewPhone(person)
            | Intent::ReadsMail(person, _)
            | Intent::HandsOver(person, _)
            | Intent::Tells(person, _) => person.0,
            _ => u32::MAX,
        };
        let mean = Span(self.plan.parameters.get(mean));
        let span = self.draws.exponential(mean, entity, Purpose::Pause, self.moment());
        self.agenda.push(self.engine.now().plus(span), intent);
    }

    /// Goes on with what the trouble was about: the sign-in where the account is shut out, else the set-up.
    pub(in crate::rehearsal) fn resume(&mut self, person: PersonId, account: AccountId) {
        let shut = self.tally.trouble(account).is_some();
        let enrolled = self.tally.is_enrolled(account);
        self.soon(if shut || enrolled { Intent::SignIn(person, account) } else { Intent::Enrol(person, account) });
    }

    fn tries(&self, person: PersonId) -> i64 {
        self.minds.get(person.at()).map_or(0, |mind| i64::from(mind.tries))
    }

    fn sign_in_refused(&mut self, person: PersonId, account: AccountId, reason: Reason, slip: bool) {
        let is = &self.plan.parameters;
        let tired = self.tries(person) >= is.get(P::Patience);
        let again = Intent::SignIn(person, account);
        match reason {
            Reason::WrongPassword | Reason::WrongCode if slip => self.after(P::Slip, again),
            Reason::LockedOut if self.tries(person) <= LOCKED => self.soon(again),
            Reason::CodeUsed | Reason::PasswordPending | Reason::AssertionExpired => self.after(P::Slip, again),
            Reason::PartyDown if !tired => self.soon(again),
            Reason::NoSecondFactor => {
                let words = self.draws.block(person.0, Purpose::React, self.moment());
                if under(words[0], is.get(P::SetsUpAtOnce)) {
                    self.soon(Intent::Enrol(person, account));
                } else if self.draws.chance(is.get(P::RingsDesk), person.0, Purpose::React, u32::MAX) {
                    // A share of people, and not of refusals: whoever does not ring today does not ring tomorrow.
                    self.soon(Intent::Ring(person, account));
                } else {
                    self.after(P::ComesBack, again);
                }
            }
            Reason::PasswordUnknown | Reason::WrongPassword | Reason::PasswordExpired => {
                self.soon(Intent::Forgot(person, account));
            }
            Reason::NoDevice => self.no_device(person, account),
            Reason::WrongCode if !tired => self.after(P::Slip, again),
            _ => self.soon(Intent::Ring(person, account)),
        }
    }

    fn forgot_refused(&mut self, person: PersonId, account: AccountId, reason: Reason) {
        if !self.goes_on(person, reason) {
            return;
        }
        self.soon(match reason {
            Reason::PartyDown => Intent::Forgot(person, account),
            _ => Intent::Ask(person, account, Topic::PasswordReset),
        });
    }

    fn enrol_refused(&mut self, person: PersonId, account: AccountId, reason: Reason) {
        if !self.goes_on(person, reason) {
            return;
        }
        let tired = self.tries(person) >= self.plan.parameters.get(P::Patience);
        let again = Intent::Enrol(person, account);
        match reason {
            Reason::PasswordUnknown | Reason::WrongPassword | Reason::PasswordExpired => {
                self.soon(Intent::Forgot(person, account));
            }
            Reason::NoDevice => self.no_device(person, account),
            Reason::NoSession | Reason::NotAuthorised | Reason::AddressRefused => {
                self.soon(Intent::Ask(person, account, Topic::OtpAddress));
            }
            _ if !tired => self.soon(again),
            Reason::OtpNotReceived => self.soon(Intent::Ask(person, account, Topic::OtpMissing)),
            _ => self.soon(Intent::Ring(person, account)),
        }
    }

    /// Without a device that answers: fetch it, install an app, wait for another phone, or ask for a hard token.
    fn no_device(&mut self, person: PersonId, account: AccountId) {
        let is = &self.plan.parameters;
        let left_behind = self.minds.get(person.at()).is_some_and(|mind| mind.left_behind);
        let row = self.engine.world.people.get(person.at());
        let phone = row.and_then(|row| row.phone.as_ref());
        let basic = self.traits.get(person.at()).is_some_and(|traits| traits.basic_phone);
        let waits_for_phone = self.support.phones.contains(&person);
        match phone {
            _ if left_behind => {
                let fetches = self.draws.chance(is.get(P::Fetches), person.0, Purpose::Fetch, self.moment());
                if fetches {
                    self.after(P::FetchTime, Intent::HasDevice(person));
                }
            }
            _ if row.is_some_and(|row| row.token.is_some()) => self.soon(Intent::Enrol(person, account)),
            _ if waits_for_phone || self.support.without_token.contains(&person) => {}
            Some(phone) if phone.app.is_none() && !basic => self.after(P::InstallsApp, Intent::HasApp(person)),
            Some(phone) if phone.app.is_some() => self.soon(Intent::Enrol(person, account)),
            _ => self.soon(Intent::Ask(person, account, Topic::HardToken)),
        }
    }

    /// A set-up: by the hard token in hand, or by the phone; from the start where an old token is enrolled.
    pub(in crate::rehearsal) fn enrol(&mut self, person: PersonId, account: AccountId) {
        if self.is_shared(account) {
            return self.enrol_together(person, account);
        }
        let again = self.tally.is_enrolled(account);
        let holds = self.engine.world.people.get(person.at()).is_some_and(|p| p.token.is_some());
        if again && self.tally.trouble(account).is_none() {
            return;
        }
        self.act(
            person,
            account,
            match (holds, again) {
                (true, _) => Act::EnrolHardToken,
                (false, true) => Act::ReEnrol,
                (false, false) => Act::Enrol,
            },
        );
    }

    /// Someone who was shown the prompt at sign-in, and may follow it.
    fn prompted(&mut self, person: PersonId, account: AccountId) {
        if self.tally.is_enrolled(account) {
            return;
        }
        let share = self.plan.parameters.get(P::FollowsPrompt);
        if self.draws.chance(share, person.0, Purpose::React, self.moment()) {
            self.soon(Intent::Enrol(person, account));
        }
    }

    // The small functions that change what people have and know.

    /// A password that is remembered no longer.
    pub(in crate::rehearsal) fn forget(&mut self, person: PersonId, account: AccountId) {
        if let Some(row) = self.engine.world.people.get_mut(person.at()) {
            row.change(account, |known| known.password = CompactOption::NONE);
        }
    }

    /// The phone is not brought along.
    pub(in crate::rehearsal) fn leave_behind(&mut self, person: PersonId) {
        self.happens(self.engine.now(), person, JournalEvent::Leaves);
        let phone = self.engine.world.people.get_mut(person.at()).and_then(|row| row.phone.take());
        if let (Some(mind), Some(phone)) = (self.minds.get_mut(person.at()), phone) {
            mind.left_behind = true;
            self.elsewhere.insert(person, phone);
        }
    }

    /// The phone is at hand again; whether it was not.
    pub(in crate::rehearsal) fn has_again(&mut self, at: Time, person: PersonId) -> bool {
        let Some(phone) = self.elsewhere.remove(&person) else { return false };
        if let Some(mind) = self.minds.get_mut(person.at()) {
            mind.left_behind = false;
        }
        self.happens(at, person, JournalEvent::HasAgain);
        if let Some(row) = self.engine.world.people.get_mut(person.at()) {
            row.phone.get_or_insert(phone);
        }
        true
    }

    /// The device was fetched.
    pub(in crate::rehearsal) fn has_device(&mut self, person: PersonId) {
        if !self.has_again(self.engine.now(), person) {
            return;
        }
        let own = self.engine.world.people.get(person.at()).and_then(|row| row.account.get());
        if let Some(account) = own.filter(|account| self.tally.trouble(*account).is_some()) {
            // What was fetched is at hand: the next sign-in draws no second absence.
            self.signs_in_with_device(person, account);
        }
    }

    fn signs_in_with_device(&mut self, person: PersonId, account: AccountId) {
        let act = Act::SignIn { via: None, typed: Typing::Right };
        if let Some(mind) = self.minds.get_mut(person.at()) {
            mind.slip = false;
        }
        self.act(person, account, act);
    }

    /// An app was installed.
    pub(in crate::rehearsal) fn has_app(&mut self, person: PersonId) {
        self.happens(self.engine.now(), person, JournalEvent::InstallsApp);
        let row = self.engine.world.people.get_mut(person.at());
        let Some(row) = row else { return };
        if let Some(phone) = row.phone.as_mut() {
            phone.app.get_or_insert(App::Google);
        }
        if let Some(account) = row.account.get() {
            self.enrol(person, account);
        }
    }

    /// The phone is gone; another comes in some days.
    pub(in crate::rehearsal) fn loses_phone(&mut self, person: PersonId) {
        let Some(account) = self.engine.world.people.get(person.at()).filter(|p| p.phone.is_some()) else { return };
        if let Some(account) = account.account.get() {
            self.support.phones.insert(person);
            self.act(person, account, Act::Interaction(Interaction::LosePhone));
            self.after(P::NewPhone, Intent::NewPhone(person));
        }
    }

    /// Another phone: whoever is shut out sets up again.
    pub(in crate::rehearsal) fn new_phone(&mut self, person: PersonId) {
        let Some(account) = self.engine.world.people.get(person.at()).and_then(|p| p.account.get()) else { return };
        self.support.phones.remove(&person);
        self.act(person, account, Act::Interaction(Interaction::ReplacePhone));
        if self.tally.trouble(account).is_some() || !self.tally.is_enrolled(account) {
            self.soon(Intent::Enrol(person, account));
        }
    }

    /// A new account is made, and somebody is told by mail.
    pub(in crate::rehearsal) fn created(&mut self, person: PersonId) {
        let row = self.engine.world.people.get(person.at());
        let Some((account, place)) = row.and_then(|p| Some((p.account.get()?, p.place))) else { return };
        self.happens(self.engine.now(), person, JournalEvent::Created);
        self.engine.create(account, person.at());
        self.tally.exists(account);
        let spoc = self.places.get(place.at()).and_then(|place| place.spoc);
        if let Some(helper) = spoc.or_else(|| self.support.some_opa(account)) {
            self.after(P::LaNotices, Intent::ReadsMail(helper, account));
        }
    }
}

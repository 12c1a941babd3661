//! What a day brings: who comes and goes, forgets and loses, sets up and signs in, drawn by person and day.
//!
//! Promises the same draws for the same person and day, whatever else happens. Deliberately begins nothing: the driver takes
//! up what is planned when its time comes.

use crate::format::parameters::{Parameter as P, Parameters};
use crate::kernel::calendar::{is_school_day, is_working_day};
use crate::kernel::distributions::{halved, part_of, scaled, under};
use crate::kernel::units::WHOLE;
use crate::kernel::{Date, Purpose, Span, Time};
use crate::policy::Policy;
use crate::policy::rules::Rule;
use crate::rehearsal::observe::journal::JournalEvent;
use crate::rehearsal::run::day_agenda::Day;
use crate::rehearsal::run::replicate::{Driver, HOUR, Intent};
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::world::authenticator::Codes;
use crate::world::ids::PersonId;

/// Nobody begins to set up before this hour, or so long after it.
const SET_UP_FROM: i64 = 8 * HOUR;
const SET_UP_FOR: u32 = 9 * 3_600_000;

/// The chance to set up on a working day with so long left until the deadline, in parts per million.
pub fn chance_to_set_up(is: &Parameters, left: Span, reminded: bool) -> i64 {
    let pressed = halved(is.get(P::EnrolDeadline), left, Span(is.get(P::EnrolHalving)));
    let factor = if reminded { is.get(P::ReminderFactor) } else { 1 };
    ((is.get(P::EnrolBase) + pressed) * factor).min(i64::from(WHOLE))
}

/// The chance to set up on each working day, for each scope of rules.
pub(in crate::rehearsal) fn hazards(plan: &RehearsalPlan, policy: &Policy) -> Vec<Vec<i64>> {
    let is = &plan.parameters;
    let days = || (0..plan.days()).filter_map(|d| i32::try_from(d).ok()).map(|d| Date(plan.from.0 + d));
    let working_day_before =
        |day: Date| (1..8).map(|back| Date(day.0 - back)).find(|d| is_working_day(*d).unwrap_or(false));
    let weeks = i32::try_from(is.get(P::WeeklyReminders)).unwrap_or(0);
    policy
        .scopes()
        .map(|scope| {
            let cutover = Time(policy.rules(scope).get(Rule::Cutover));
            let in_weeks = |day: Date, weeks: i32| {
                let then = Date(day.0 + 7 * weeks);
                (Time::at(then, 0)..Time::at(then, 24 * HOUR)).contains(&cutover)
            };
            let weekly = |day: Date| (1..=weeks).any(|weeks| in_weeks(day, weeks));
            let reminder = |day: Date| plan.reminders.contains(&day) || weekly(day);
            // Its effect lasts until the next working day.
            let reminded = |day: Date| reminder(day) || working_day_before(day).is_some_and(reminder);
            let hazard = |day: Date| {
                let left = Span(cutover.0.saturating_sub(Time::at(day, 24 * HOUR).0).max(0));
                chance_to_set_up(is, left, reminded(day))
            };
            days().map(hazard).collect()
        })
        .collect()
}

impl<C: Codes> Driver<'_, C> {
    /// The chance to set up on a day, under the rules of this scope.
    pub(in crate::rehearsal) fn hazard(&self, scope: usize, day: u32) -> i64 {
        self.hazards.get(scope).and_then(|days| days.get(day as usize)).copied().unwrap_or(0)
    }

    /// What a day brings, drawn by person and day.
    pub(in crate::rehearsal) fn day(&mut self, date: Date, planned: &mut Day) {
        let (school, working) = (is_school_day(date).unwrap_or(false), is_working_day(date).unwrap_or(false));
        let since = u32::try_from(date.0 - self.plan.from.0).unwrap_or(0);
        let is = &self.plan.parameters;
        let forgets = part_of(is.get(P::Forgets), 30);
        let loses = part_of(is.get(P::LosesPhone), 365);
        let sign_ins = is.count(P::SignIns);
        for place in self.places {
            let opens = if place.school { school } else { working };
            for id in place.people.clone() {
                let person = PersonId(id);
                self.comes_and_goes(person, date, planned);
                let account = self.engine.world.people.get(person.at()).and_then(|p| p.account.get());
                let (Some(account), Some(mind)) = (account, self.minds.get_mut(person.at())) else { continue };
                if mind.away {
                    continue;
                }
                let words = self.draws.block(id, Purpose::Enrols, since);
                if mind.left_behind {
                    self.has_again(Time::at(date, 0), person);
                }
                if under(words[1], forgets) {
                    self.happens(Time::at(date, 0), person, JournalEvent::Forgets);
                    self.forget(person, account);
                }
                if under(words[2], loses) {
                    let at = Time::at(date, i64::from(scaled(words[3], 24 * 3_600_000)));
                    planned.push(at, Intent::LosesPhone(person));
                }
                let scope = self.engine.world.accounts.get(account.at()).map_or(0, |a| usize::from(a.scope()));
                let hazard = if working && self.is_staff(account) { self.hazard(scope, since) } else { 0 };
                if !self.tally.is_enrolled(account) && under(words[0], hazard) {
                    let at = SET_UP_FROM + i64::from(scaled(words[3], SET_UP_FOR));
                    planned.push(Time::at(date, at), Intent::Enrol(person, account));
                }
                for nth in (0..sign_ins).filter(|_| opens) {
                    let words = self.draws.block(id, Purpose::SignInTime, since | nth << 16);
                    planned.push(self.arrives(date, words[0], words[1]), Intent::SignIn(person, account));
                }
            }
        }
        self.shared_day(date, since, (school, working), planned);
    }

    /// When the day's sign-in begins: the hour by one word, the minute by another.
    pub(in crate::rehearsal) fn arrives(&self, date: Date, hour: u32, within: u32) -> Time {
        let mut left = scaled(hour, WHOLE);
        for (from, share) in &self.plan.hours {
            if left < *share {
                return Time::at(date, from + i64::from(scaled(within, 3_600_000)));
            }
            left -= share;
        }
        Time::at(date, 8 * HOUR)
    }

    fn comes_and_goes(&mut self, person: PersonId, date: Date, planned: &mut Day) {
        let Some(traits) = self.traits.get(person.at()) else { return };
        if traits.comes.get() == Some(date.small()) {
            planned.push(Time::at(date, SET_UP_FROM), Intent::Created(person));
        }
        if traits.goes.get() == Some(date.small())
            && let Some(mind) = self.minds.get_mut(person.at())
        {
            mind.away = true;
            let at = Time::at(date, 17 * HOUR);
            let known = self.engine.world.people.get(person.at()).into_iter().flat_map(|row| &row.known);
            let shared = known.filter_map(|known| self.circle(known.account));
            let shared = shared.filter(|s| s.members.contains(&person));
            shared.for_each(|s| planned.push(at, Intent::Leaves(person, s.account)));
        }
    }
}

//! What a day brings: who comes and goes, forgets and loses, sets up and signs in, drawn by person and day.
//!
//! Promises the same draws for the same person and day, whatever else happens. Deliberately begins nothing: what is
//! planned is carried out when its time comes.

use super::generic_accounts;
use super::workday::{Workday, days_of};
use crate::format::parameters::{Parameter as P, Parameters};
use crate::format::text_formats::ReminderDay;
use crate::kernel::calendar::is_working_day;
use crate::kernel::distributions::{halved, part_of, scaled, under};
use crate::kernel::units::{DAY, HOUR, WHOLE};
use crate::kernel::{CompactOption, Date, Purpose, Span, Time};
use crate::policy::Policy;
use crate::policy::rules::Rule;
use crate::rehearsal::run::day_agenda::DayAgenda;
use crate::rehearsal::run::intent::Intent;
use crate::rehearsal::run::simulation::{Incident, Simulation};
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, PersonId};
use std::collections::{BTreeMap, BTreeSet};

/// Nobody begins to set up before this time of day, or later than so long after it. Assumed.
const SET_UP_FROM: i64 = 8 * HOUR;
const SET_UP_FOR: u32 = 9 * 3_600_000;
/// When people who go have left their generic accounts, on their last day. Assumed.
const LEAVES_AT: i64 = 17 * HOUR;
/// The milliseconds of a day, as the bound of a draw.
const WHOLE_DAY: u32 = 24 * 3_600_000;

/// The hazard of setting up: the chance on a working day with so long left until the deadline, in parts per million.
pub fn chance_to_set_up(is: &Parameters, left: Span, reminded: bool) -> i64 {
    let pressed = halved(is.share(P::EnrolDeadline), left, is.span(P::EnrolHalving));
    let factor = if reminded { i64::from(is.count(P::ReminderFactor)) } else { 1 };
    ((is.share(P::EnrolBase) + pressed) * factor).min(i64::from(WHOLE))
}

/// What days bring, as far as it is the same for all: the hazard of setting up, and on how many days of a year people
/// work.
#[derive(Clone, Debug)]
pub struct DayPlan {
    /// By scope of rules and day of the span.
    hazards: Vec<Vec<i64>>,
    /// School days and working days by year.
    years: BTreeMap<i32, (u32, u32)>,
}

impl DayPlan {
    /// For each scope of rules the hazard of setting up on each day of a plan.
    pub fn new(plan: &RehearsalPlan, policy: &Policy) -> DayPlan {
        let is = &plan.parameters;
        let days = || (0..plan.days()).filter_map(|d| i32::try_from(d).ok()).map(|d| Date(plan.from.0 + d));
        let working_day_before =
            |day: Date| (1..8).map(|back| Date(day.0 - back)).find(|d| is_working_day(*d).unwrap_or(false));
        let weeks = i32::try_from(is.count(P::WeeklyReminders)).unwrap_or(0);
        let of_scope = |scope| {
            let cutover = Time(policy.rules(scope).get(Rule::Cutover));
            let in_weeks = |day: Date, weeks: i32| {
                let then = Date(day.0 + 7 * weeks);
                (Time::at(then, 0)..Time::at(then, DAY)).contains(&cutover)
            };
            let weekly = |day: Date| (1..=weeks).any(|weeks| in_weeks(day, weeks));
            let before = |day: Date, days: u16| {
                let then = Date(day.0 + i32::from(days));
                (Time::at(then, 0)..Time::at(then, DAY)).contains(&cutover)
            };
            let said = |day: Date| {
                plan.reminders.iter().any(|is| match is {
                    ReminderDay::On(date) => *date == day,
                    ReminderDay::Before(days) => before(day, *days),
                })
            };
            let reminder = |day: Date| said(day) || weekly(day);
            // Its effect lasts until the next working day.
            let reminded = |day: Date| reminder(day) || working_day_before(day).is_some_and(reminder);
            let hazard = |day: Date| {
                let left = Span(cutover.0.saturating_sub(Time::at(day, DAY).0).max(0));
                chance_to_set_up(is, left, reminded(day))
            };
            days().map(hazard).collect()
        };
        let years: BTreeSet<i32> = days().map(Date::year).collect();
        let years = years.into_iter().map(|year| (year, days_of(year))).collect();
        DayPlan { hazards: policy.scopes().map(of_scope).collect(), years }
    }

    /// The hazard of setting up an account on a day.
    fn hazard<C: Codes>(&self, sim: &Simulation<'_, C>, account: AccountId, day: &Workday) -> i64 {
        let scope = sim.account(account).map_or(0, |row| usize::from(row.scope()));
        self.hazards.get(scope).and_then(|days| days.get(day.since as usize)).copied().unwrap_or(0)
    }

    /// Plans a day for everybody.
    pub fn plan_day<C: Codes>(&self, sim: &mut Simulation<'_, C>, date: Date, agenda: &mut DayAgenda) {
        let a_year = self.years.get(&date.year()).copied().unwrap_or_default();
        let day = Workday::of(date, sim.plan(), a_year);
        let is = sim.parameters();
        let (forgets, loses) = (part_of(is.share(P::Forgets), 30), part_of(is.share(P::LosesPhone), 365));
        let sign_ins = is.count(P::SignIns);
        for place in sim.places() {
            let sign_ins = if day.opens(place.school) { sign_ins } else { 0 };
            for person in place.people.clone().map(PersonId) {
                comes_and_goes(sim, person, date, agenda);
                let (Some(account), Some(state)) = (sim.own_account(person), sim.state(person)) else { continue };
                if state.away {
                    continue;
                }
                let left_behind = state.left_behind;
                let words = sim.draws().block(person.0, Purpose::Enrols, day.since);
                if left_behind {
                    sim.fetch_phone(Time::at(date, 0), person);
                }
                if under(words[1], forgets) {
                    sim.tell(Time::at(date, 0), person, Incident::ForgetsPassword);
                    forget(sim, person, account);
                }
                if under(words[2], loses) {
                    let at = Time::at(date, i64::from(scaled(words[3], WHOLE_DAY)));
                    agenda.push(at, Intent::LosesPhone(person));
                }
                let asked = day.is_working_day() && sim.is_staff(account);
                let hazard = if asked { self.hazard(sim, account, &day) } else { 0 };
                if !sim.counters().is_enrolled(account) && under(words[0], hazard) {
                    let at = SET_UP_FROM + i64::from(scaled(words[3], SET_UP_FOR));
                    agenda.push(Time::at(date, at), Intent::Enrol(person, account));
                }
                for nth in 0..sign_ins {
                    let words = sim.draws().block(person.0, Purpose::SignInTime, day.since | nth << 16);
                    agenda.push(day.arrival(sim.plan(), words[0], words[1]), Intent::SignIn(person, account));
                }
            }
        }
        generic_accounts::leavers_try(sim, &day, agenda);
        for at in 0..sim.circles().all().len() {
            let Some(account) = sim.circles().all().get(at).map(|circle| circle.account) else { continue };
            let hazard = self.hazard(sim, account, &day);
            generic_accounts::plan_day(sim, account, &day, hazard, agenda);
        }
    }
}

/// A newcomer's account is made on the first day; who goes is away from the last day on, and leaves the generic
/// accounts.
fn comes_and_goes<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId, date: Date, agenda: &mut DayAgenda) {
    let Some(traits) = sim.traits(person) else { return };
    if traits.comes.get() == Some(date.small()) {
        agenda.push(Time::at(date, SET_UP_FROM), Intent::Created(person));
    }
    if traits.goes.get() == Some(date.small())
        && let Some(state) = sim.state_mut(person)
    {
        state.away = true;
        if let Some(own) = sim.own_account(person) {
            sim.counters_mut().gone(own, Time::at(date, 0));
        }
        let known = sim.person(person).into_iter().flat_map(|row| &row.known).map(|known| known.account);
        let shared = known.filter(|account| sim.circles().members(*account).contains(&person));
        shared.for_each(|account| agenda.push(Time::at(date, LEAVES_AT), Intent::Leaves(person, account)));
    }
}

/// A password is remembered no longer.
fn forget<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId, account: AccountId) {
    if let Some(row) = sim.person_mut(person) {
        row.change(account, |known| known.password = CompactOption::NONE);
    }
}

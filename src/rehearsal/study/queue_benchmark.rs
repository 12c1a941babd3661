//! A helper alone: a rehearsal in which nobody is in trouble but for those who ask in turn, at random. What comes of it
//! is a queue that others have solved or simulated too.
//!
//! Promises the same helpers, hours and handling times as in any rehearsal. Deliberately judges nothing.

use crate::format::parameters::Parameter as P;
use crate::kernel::{Date, Span};
use crate::policy::request::Topic;
use crate::policy::rules::Rule;
use crate::rehearsal::measure::replicate::Replicate;
use crate::rehearsal::run::intent::Intent;
use crate::rehearsal::run::replicate::{Arrivals, RunOptions, replicate_with};
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::world::authenticator::Symbolic;
use rayon::prelude::*;

/// The first day: a Monday, with no holiday in the weeks after it.
const FROM: (i32, u32, u32) = (2023, 9, 4);

/// A rehearsal of so many days in one school in which nobody is in trouble, with people enough to ask so often a day.
pub fn quiet_plan(base: &RehearsalPlan, days: i32, a_day: u32) -> RehearsalPlan {
    let mut plan = base.clone();
    let (year, month, day) = FROM;
    plan.from = Date::of(year, month, day).unwrap_or_default();
    plan.to = Date(plan.from.0 + days - 1);
    plan.seed = 1;
    plan.directory = None;
    (plan.gates, plan.faults) = (Vec::new(), Vec::new());
    plan.reminders.clear();
    plan.parameters.set(P::Schools, 1);
    plan.parameters.set(P::SchoolStaff, i64::from(a_day) * i64::from(days) * 6 / 5);
    for nobody in [
        P::SchoolSpread,
        P::Divisions,
        P::Generic,
        P::Students,
        P::IconAddress,
        P::StaleAddress,
        P::NoPhone,
        P::NoApp,
        P::ClockWrong,
        P::PasswordLost,
        P::Newcomers,
        P::Leavers,
        P::EnrolBase,
        P::EnrolDeadline,
        P::MistypesPassword,
        P::MistypesCode,
        P::Forgets,
        P::LosesPhone,
        P::NotAtHand,
    ] {
        plan.parameters.set(nobody, 0);
    }
    for rule in [Rule::OtpLoss, Rule::OtpDeliveryP95] {
        plan.candidate.set(rule, 0);
    }
    plan
}

/// The mean wait in milliseconds for the one LA of a school in each of some replicates, where somebody asks for a new
/// password with this mean time between, around the clock, for so many days from a Monday.
pub fn administrator_waits(base: &RehearsalPlan, days: i32, between: Span, replicates: u32) -> Vec<i64> {
    let a_day = 86_400_000 / between.0.max(1);
    let mut plan = quiet_plan(base, days, u32::try_from(a_day).unwrap_or(u32::MAX).saturating_add(1));
    plan.parameters.set(P::Administrators, 1);
    plan.parameters.set(P::LaAbsent, 0);
    // Nobody goes elsewhere.
    plan.parameters.set(P::LaWait, i64::from(days) * 86_400_000);
    let turns = (between, (|person, account| Intent::Ask(person, account, Topic::PasswordReset)) as fn(_, _) -> _);
    let one = |number| {
        let waits = replicate_with_arrivals(&plan, number, turns).administrator_wait;
        // Waits are counted in whole seconds begun: half a second is lost on average.
        let mean = waits.sum() * 1000 / u128::from(waits.count().max(1));
        i64::try_from(mean).unwrap_or(i64::MAX).saturating_add(500)
    };
    (0..replicates).into_par_iter().map(one).collect()
}

/// One replicate in which people arrive besides.
pub(super) fn replicate_with_arrivals(plan: &RehearsalPlan, number: u32, arrivals: Arrivals) -> Replicate {
    let options = RunOptions { arrivals: Some(arrivals), ..RunOptions::default() };
    replicate_with(plan, number, &[], options, |_| Symbolic)
}

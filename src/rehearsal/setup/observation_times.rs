//! The instants at which a rehearsal is counted: every evening, every hour around the cutover, and where a gate asks.
//!
//! Promises the same instants for every replicate and every candidate of one rehearsal.

use super::gate_spec::{first_working_morning, instants};
use super::plan::rehearsal_plan::waves;
use super::plan::{RehearsalPlan, cutovers};
use crate::kernel::calendar::is_working_day;
use crate::kernel::units::HOUR;
use crate::kernel::{Date, Time};
use std::collections::BTreeSet;

/// When a day's work is over, for its count.
const EVENING: i64 = 18 * HOUR;
/// How many days around a cutover are counted hour by hour.
const DAYS: i32 = 3;

/// All instants, in order.
pub fn of(plan: &RehearsalPlan) -> Vec<Time> {
    let (start, end) = (plan.start(), plan.end());
    let mut out: BTreeSet<Time> = (plan.from.0..=plan.to.0).map(|day| Time::at(Date(day), EVENING)).collect();
    let days = cutovers(plan).into_iter().chain(cutover_mornings(plan)).map(Time::date);
    for day in days.flat_map(|day| day.0..day.0 + DAYS) {
        out.extend((6..=18).map(|hour| Time::at(Date(day), hour * HOUR)));
    }
    out.extend(instants(&plan.gates, &waves(plan)));
    out.into_iter().filter(|instant| *instant >= start && *instant <= end).collect()
}

/// The first mornings within the span on which people work after their cutover.
pub fn cutover_mornings(plan: &RehearsalPlan) -> Vec<Time> {
    let within = |(cutover, _): &(Time, bool)| (plan.start()..plan.end()).contains(cutover);
    let waves = waves(plan).into_iter().filter(within);
    let mornings = waves.filter_map(|(cutover, school)| first_working_morning(cutover, school));
    mornings.filter(|morning| *morning < plan.end()).collect::<BTreeSet<Time>>().into_iter().collect()
}

/// When places are counted: 09:00 of every working day from the first morning after a cutover on, or of all.
pub fn place_mornings(plan: &RehearsalPlan) -> Vec<Time> {
    let days = (first_morning(plan).date().0..=plan.to.0).map(Date);
    days.filter(|day| is_working_day(*day).unwrap_or(false)).map(|day| Time::at(day, 9 * HOUR)).collect()
}

/// The morning on which places are counted: the first within the span on which people work after a cutover, or that of
/// the first day.
pub fn first_morning(plan: &RehearsalPlan) -> Time {
    cutover_mornings(plan).first().copied().unwrap_or(Time::at(plan.from, 9 * HOUR))
}

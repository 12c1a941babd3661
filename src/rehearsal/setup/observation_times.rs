//! The instants at which a rehearsal is counted: every evening, every hour around the cutover, and where a gate asks.
//!
//! Promises the same instants for every replicate and every candidate of one rehearsal.

use super::gate_spec::Criterion;
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
    for cutover in cutovers(plan) {
        let day = cutover.date().0;
        for day in day..day + DAYS {
            out.extend((6..=18).map(|hour| Time::at(Date(day), hour * HOUR)));
        }
    }
    out.extend(plan.gates.iter().filter_map(|gate| match gate.what {
        Criterion::Count { at, .. } => Some(at),
        Criterion::Time { .. } | Criterion::Property { .. } => None,
    }));
    out.into_iter().filter(|instant| *instant >= start && *instant <= end).collect()
}

/// 09:00 of every cutover day within the span.
pub fn cutover_mornings(plan: &RehearsalPlan) -> Vec<Time> {
    let days: BTreeSet<Date> = cutovers(plan).into_iter().map(Time::date).collect();
    days.into_iter().map(|day| Time::at(day, 9 * HOUR)).collect()
}

/// When places are counted: 09:00 of every working day from the first cutover day on, or of all.
pub fn place_mornings(plan: &RehearsalPlan) -> Vec<Time> {
    let days = (first_morning(plan).date().0..=plan.to.0).map(Date);
    days.filter(|day| is_working_day(*day).unwrap_or(false)).map(|day| Time::at(day, 9 * HOUR)).collect()
}

/// The morning on which places are counted: 09:00 of the first cutover day within the span, or of the first day.
pub fn first_morning(plan: &RehearsalPlan) -> Time {
    cutover_mornings(plan).first().copied().unwrap_or(Time::at(plan.from, 9 * HOUR))
}

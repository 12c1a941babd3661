//! The gates of a rehearsal: the criteria that a run meets or misses, as the file states them.
//!
//! Promises that a criterion carries its own unit. Deliberately judges nothing.

use super::gate_property::GateProperty;
use crate::format::rehearsal::{Group, Measure};
use crate::kernel::calendar::{is_school_day, is_working_day};
use crate::kernel::units::HOUR;
use crate::kernel::{Date, Span, Time};
use crate::policy::rules::NEVER;
use crate::rehearsal::measure::series::TimeMeasure;
use std::collections::BTreeSet;

/// The limit of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountLimit {
    /// A number.
    Count(u32),
    /// A share of the accounts that exist, in parts per million.
    Share(i64),
}

/// When people are at work on the first morning after a cutover.
const MORNING: i64 = 9 * HOUR;
/// Within so many days of a cutover people work again: holidays of schools are shorter.
const SOON: i32 = 60;

/// When a gate looks: at one instant for all, or for each account by its own cutover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateMoment {
    /// At this instant.
    At(Time),
    /// So long after the account's own cutover, or before it.
    Cutover(Span),
    /// At nine on the first day from the own cutover on on which people work.
    FirstMorning,
}

impl GateMoment {
    /// When an account is looked at that is cut over at this instant, at a school or else in a division; never, where it
    /// is never cut over.
    pub fn own(self, cutover: Time, school: bool) -> Option<Time> {
        match self {
            GateMoment::At(instant) => Some(instant),
            GateMoment::Cutover(_) | GateMoment::FirstMorning if cutover.0 == NEVER => None,
            GateMoment::Cutover(after) => Some(Time(cutover.0.saturating_add(after.0))),
            GateMoment::FirstMorning => first_working_morning(cutover, school),
        }
    }

    /// Whether it goes by the account's own cutover.
    pub const fn is_relative(self) -> bool {
        match self {
            GateMoment::At(_) => false,
            GateMoment::Cutover(_) | GateMoment::FirstMorning => true,
        }
    }
}

/// Nine o'clock of the first day on which people work, at a school or else in a division, from this instant on.
pub fn first_working_morning(cutover: Time, school: bool) -> Option<Time> {
    let works = |day: Date| if school { is_school_day(day) } else { is_working_day(day) }.unwrap_or(false);
    let first = cutover.date().0;
    let mut days = (first..first.saturating_add(SOON)).map(Date).filter(|day| works(*day));
    days.find_map(|day| Some(Time::at(day, MORNING)).filter(|morning| *morning >= cutover))
}

/// What is asked of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// A number at an instant.
    Count {
        /// Of what.
        measure: Measure,
        /// Whose accounts.
        of: Group,
        /// When.
        at: GateMoment,
        /// Its limit.
        limit: CountLimit,
        /// The limit is a least one.
        least: bool,
    },
    /// A quantile of a time over the whole run.
    Time {
        /// Of what.
        measure: TimeMeasure,
        /// Which, in parts per million.
        quantile: i64,
        /// Its limit.
        limit: Span,
        /// The limit is a least one.
        least: bool,
    },
    /// Violations of a property.
    Property {
        /// Which.
        rule: GateProperty,
        /// How many at most.
        at_most: u32,
    },
}

/// One gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Its name.
    pub id: String,
    /// What is asked of a run.
    pub what: Criterion,
    /// In how many runs, in parts per million.
    pub in_runs: i64,
    /// It only warns.
    pub warns: bool,
}

impl Gate {
    /// The property whose violations are counted.
    pub const fn property(&self) -> Option<&GateProperty> {
        match &self.what {
            Criterion::Property { rule, .. } => Some(rule),
            Criterion::Count { .. } | Criterion::Time { .. } => None,
        }
    }
}

/// The instants at which some gate looks.
pub fn instants(gates: &[Gate], waves: &BTreeSet<(Time, bool)>) -> BTreeSet<Time> {
    let moments = gates.iter().filter_map(|gate| match gate.what {
        Criterion::Count { at, .. } => Some(at),
        Criterion::Time { .. } | Criterion::Property { .. } => None,
    });
    moments
        .flat_map(|at| match at {
            GateMoment::At(instant) => vec![instant],
            GateMoment::Cutover(_) | GateMoment::FirstMorning => {
                waves.iter().filter_map(|(cutover, school)| at.own(*cutover, *school)).collect()
            }
        })
        .collect()
}

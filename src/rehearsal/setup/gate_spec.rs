//! The gates of a rehearsal: the criteria that a run meets or misses, as the file states them.
//!
//! Promises that a criterion carries its own unit. Deliberately judges nothing.

use super::gate_property::GateProperty;
use crate::format::rehearsal::{Group, Measure};
use crate::kernel::{Span, Time};
use crate::rehearsal::measure::series::TimeMeasure;

/// The limit of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountLimit {
    /// A number.
    Count(u32),
    /// A share of the accounts that exist, in parts per million.
    Share(i64),
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
        at: Time,
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

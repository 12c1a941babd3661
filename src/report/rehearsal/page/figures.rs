//! Data for the charts of a rehearsal: series as integers at the instants that are shown.

use super::hours::{axis, cutover};
use crate::rehearsal::measure::series::Series;
use crate::rehearsal::measure::summary::{Spread, Summary};
use crate::rehearsal::setup::plan::cutovers;
use crate::report::chart::{Axis, Band};
use crate::statistics::nearest;

/// A number of tenths as text: `12.5`, or `12` for whole numbers.
pub fn tenths(number: i64) -> String {
    if number % 10 == 0 { (number / 10).to_string() } else { format!("{}.{}", number / 10, number.abs() % 10) }
}

/// The axis of these instants, with the cutovers marked.
pub fn hours(summary: &Summary<'_>, of: &[usize]) -> Axis {
    axis(summary.grid, of, cutovers(summary.plan).into_iter().map(cutover))
}

/// The median of the runs at each of these instants, with the band from the 5th to the 95th percentile.
pub fn points(summary: &Summary<'_>, series: Series, of: &[usize]) -> Vec<Band> {
    let point = |at: &usize| {
        let none = Spread { mean: 0.0, interval: None, low: 0, median: 0, high: 0 };
        let s = summary.at(series, *at).unwrap_or(none);
        Band { low: s.low, middle: s.median, high: s.high }
    };
    of.iter().map(point).collect()
}

/// The mean at each of these instants, in tenths.
pub fn means(summary: &Summary<'_>, series: Series, of: &[usize]) -> Vec<i64> {
    of.iter().map(|at| summary.at(series, *at).map_or(0, |s| nearest(s.mean * 10.0))).collect()
}

/// The element-wise sum.
pub fn sum(all: impl Iterator<Item = Vec<i64>>, length: usize) -> Vec<i64> {
    all.fold(vec![0; length], |sums, one| sums.iter().zip(one).map(|(a, b)| a + b).collect())
}

//! Statistics of counts and replicates: histograms, confidence intervals and sequences, paired comparison, and queueing
//! formulas.
//!
//! Promises pure functions and small types whose results are the same bits on every machine: sums of integers are
//! exact, floats are added in the order given, and every logarithm and power comes from the crate `libm` (square roots
//! are those of IEEE 754). Every method names the paper or standard behind it. Statistics in floats belong here.
//! Deliberately knows nothing of rollouts, policies or files.

pub mod anytime;
pub mod bins;
pub mod erlang;
pub mod mean;
pub mod paired;
pub mod share;
pub mod special;

pub use anytime::{Betting, OutOfRange, share_sequence};
pub use bins::Bins;
pub use mean::{Moments, difference, order_statistic, quantile_interval};
pub use paired::{Paired, PairedVerdict, Wanted};
pub use share::{IntervalDecision, clopper_pearson, decide, poisson_mean, wilson};

use serde::{Deserialize, Serialize};

/// A closed interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The nearest whole number, for output in whole units.
#[allow(clippy::cast_possible_truncation)]
pub fn nearest(value: f64) -> i64 {
    libm::round(value) as i64
}

impl Interval {
    /// Half the distance between the ends.
    pub fn half_width(self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// Whether the interval contains this value; its ends belong to it.
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// A whole number as a float: exact below 2^53, above it the nearest float.
#[allow(clippy::cast_precision_loss)]
pub fn float(n: u64) -> f64 {
    n as f64
}

/// Random numbers for the tests of `statistics`: uniform in [0, 1), one for each (seed, run, index).
#[cfg(test)]
pub(crate) fn uniform(seed: u64, run: u32, index: u32) -> f64 {
    let draws = crate::kernel::Draws { seed, replicate: run };
    let [high, low, ..] = draws.block(0, crate::kernel::Purpose::OtpValue, index);
    float((u64::from(high) << 32 | u64::from(low)) >> 11) / float(1 << 53)
}

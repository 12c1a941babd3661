//! A histogram of non-negative integers with fixed log-linear bins (the scheme of HdrHistogram, Tene 2012; the
//! guarantee on quantiles is that of relative-error sketches, Masson, Rim and Lee, VLDB 2019).
//!
//! Promises that every value that comes out lies within 1/128 of one that went in at the same rank (values below 256
//! come out as they went in), and that merging is addition of integers: any split of the data, merged in any order,
//! gives the same histogram. Count, sum, least and greatest are exact. Deliberately has no settings: two histograms can
//! always be merged.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Each power of two is divided into this many bins, given as its logarithm.
const FINE: u32 = 7;

/// A histogram: counts of values by bin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bins {
    /// The count of each bin; empty bins are absent.
    bins: BTreeMap<u16, u64>,
    /// The exact sum of all values.
    sum: u128,
    /// The least and the greatest value, if there are values.
    ends: Option<(u64, u64)>,
}

impl Bins {
    /// Counts a value.
    pub fn add(&mut self, value: u64) {
        self.add_many(value, 1);
    }

    /// Counts a value `times` times.
    pub fn add_many(&mut self, value: u64, times: u64) {
        if times == 0 {
            return;
        }
        *self.bins.entry(bin(value)).or_default() += times;
        self.sum += u128::from(value) * u128::from(times);
        self.widen((value, value));
    }

    /// Adds what another histogram counted.
    pub fn merge(&mut self, other: &Bins) {
        for (bin, count) in &other.bins {
            *self.bins.entry(*bin).or_default() += count;
        }
        self.sum += other.sum;
        if let Some(ends) = other.ends {
            self.widen(ends);
        }
    }

    fn widen(&mut self, (least, greatest): (u64, u64)) {
        self.ends = Some(self.ends.map_or((least, greatest), |(low, high)| (low.min(least), high.max(greatest))));
    }

    /// How many values were counted.
    pub fn count(&self) -> u64 {
        self.bins.values().sum()
    }

    /// The exact sum of the values.
    pub fn sum(&self) -> u128 {
        self.sum
    }

    /// The exact mean; `None` without values.
    #[allow(clippy::cast_precision_loss)]
    pub fn mean(&self) -> Option<f64> {
        let count = self.count();
        (count > 0).then(|| self.sum as f64 / super::float(count))
    }

    /// The least value.
    pub fn least(&self) -> Option<u64> {
        self.ends.map(|(least, _)| least)
    }

    /// The greatest value.
    pub fn greatest(&self) -> Option<u64> {
        self.ends.map(|(_, greatest)| greatest)
    }

    /// The quantile at `permille` thousandths, by nearest rank: of `n` values in ascending order the one numbered
    /// ⌈n · permille / 1000⌉, to a relative error of 1/128; `None` without values.
    pub fn quantile(&self, permille: u32) -> Option<u64> {
        self.quantile_of(self.count(), permille)
    }

    /// The same quantile of `of` values, of which those that are not counted here are greater than all that are
    /// (censored values); `None` if the quantile is one of those, or there are no values.
    pub fn quantile_of(&self, of: u64, permille: u32) -> Option<u64> {
        let rank = super::share::rank(of, permille).filter(|rank| *rank <= self.count())?;
        let (least, greatest) = self.ends?;
        let mut before = 0;
        for (bin, count) in &self.bins {
            before += count;
            if before >= rank {
                return Some(middle(*bin).clamp(least, greatest));
            }
        }
        Some(greatest)
    }

    /// The number of values up to this one; all values in its own bin are included.
    pub fn at_most(&self, value: u64) -> u64 {
        self.bins.range(..=bin(value)).map(|(_, count)| count).sum()
    }

    /// The bins that are not empty, in ascending order: least value, greatest value, count.
    pub fn rows(&self) -> impl Iterator<Item = (u64, u64, u64)> + '_ {
        self.bins.iter().map(|(bin, count)| {
            let (low, width) = extent(*bin);
            (low, low + (width - 1), *count)
        })
    }
}

/// The number of a value's bin: below 128 the value itself, above it the exponent and the seven bits after the first.
fn bin(value: u64) -> u16 {
    let exponent = value.checked_ilog2().unwrap_or(0).saturating_sub(FINE);
    u16::try_from((u64::from(exponent) << FINE) + (value >> exponent)).unwrap_or(u16::MAX)
}

/// The least value of a bin, and how many different values fall into it.
fn extent(bin: u16) -> (u64, u64) {
    let bin = u64::from(bin);
    let exponent = (bin >> FINE).saturating_sub(1).min(u64::from(63 - FINE));
    ((bin - (exponent << FINE)) << exponent, 1 << exponent)
}

/// The value in the middle of a bin.
fn middle(bin: u16) -> u64 {
    let (low, width) = extent(bin);
    low + (width - 1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: &[u64]) -> Bins {
        let mut bins = Bins::default();
        values.iter().for_each(|v| bins.add(*v));
        bins
    }

    fn merged(parts: &[&Bins]) -> Bins {
        let mut all = Bins::default();
        parts.iter().for_each(|part| all.merge(part));
        all
    }

    /// Values of all magnitudes, edges of bins among them.
    fn values() -> impl Strategy<Value = Vec<u64>> {
        let value = (0..64_u32, any::<u64>(), 0..3_u64).prop_map(|(shift, noise, kind)| match kind {
            0 => noise >> shift,
            1 => 1 << shift,
            _ => (1 << shift) - 1,
        });
        proptest::collection::vec(value, 0..60)
    }

    #[test]
    fn those_that_are_not_here_are_greater_than_all() {
        let served = of(&[1, 2, 3]);
        assert_eq!([3, 4, 6, 7].map(|all| served.quantile_of(all, 500)), [Some(2), Some(2), Some(3), None]);
        assert_eq!((served.quantile_of(3, 950), Bins::default().quantile_of(0, 500)), (Some(3), None));
    }

    #[test]
    fn bins_cover_all_integers_without_gap_or_overlap() {
        let last = bin(u64::MAX);
        let mut next = 0_u64;
        for b in 0..=last {
            let (low, width) = extent(b);
            assert_eq!((low, bin(low)), (next, b));
            let high = low + (width - 1);
            assert_eq!(bin(high), b);
            assert!(width == 1 || (width - 1) * 128 <= low, "bin {b} is too wide");
            next = high.wrapping_add(1);
        }
        assert_eq!(next, 0, "the last bin ends with the greatest integer");
    }

    #[test]
    fn small_values_and_ends_are_exact() {
        let bins = of(&[3, 200, 7, 1_000_003]);
        assert_eq!(bins.quantile(500), Some(7));
        assert_eq!(bins.quantile(750), Some(200));
        assert_eq!(bins.quantile(0), Some(3));
        assert_eq!(bins.quantile(1000), Some(1_000_003), "the greatest is remembered");
        assert_eq!((bins.sum(), bins.count(), bins.mean()), (1_000_213, 4, Some(250_053.25)));
        assert_eq!(bins.at_most(7), 2);
        assert_eq!(Bins::default().quantile(500), None);
        assert_eq!(Bins::default().mean(), None);
    }

    proptest! {
        #[test]
        fn merging_is_commutative_and_associative(a in values(), b in values(), c in values()) {
            let (x, y, z) = (of(&a), of(&b), of(&c));
            prop_assert_eq!(merged(&[&x, &y]), merged(&[&y, &x]));
            prop_assert_eq!(merged(&[&merged(&[&x, &y]), &z]), merged(&[&x, &merged(&[&y, &z])]));
            prop_assert_eq!(merged(&[&x, &y, &z]), of(&[a, b, c].concat()), "and the same as counting in one place");
        }

        #[test]
        fn a_quantile_lies_within_one_part_in_128(all in values(), permille in 0..=1000_u32) {
            let mut sorted = all.clone();
            sorted.sort_unstable();
            let exact = super::super::share::rank(sorted.len() as u64, permille).map(|r| sorted[r as usize - 1]);
            let found = of(&all).quantile(permille);
            prop_assert_eq!(exact.is_some(), found.is_some());
            if let (Some(exact), Some(found)) = (exact, found) {
                prop_assert!(u128::from(exact.abs_diff(found)) * 128 <= u128::from(exact), "{} for {}", found, exact);
            }
        }

        #[test]
        fn what_is_written_is_read_back(all in values()) {
            let bins = of(&all);
            let text = serde_json::to_string(&bins).unwrap();
            prop_assert_eq!(serde_json::from_str::<Bins>(&text).unwrap(), bins);
        }
    }
}

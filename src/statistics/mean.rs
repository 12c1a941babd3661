//! The mean of independent replicates with its confidence interval, and quantiles of replicates.
//!
//! Promises exact sums: moments of integers are integers, so that they can be merged in any order, and only the last
//! division rounds. Deliberately of fixed sample size: for intervals that may be read after every replicate see
//! `anytime`.

use super::special::{incomplete_beta, student_critical};
use super::{Interval, float, share::rank};
use serde::{Deserialize, Serialize};

/// Moments of integers: count, sum and sum of squares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moments {
    n: u64,
    sum: i128,
    squares: i128,
}

impl Moments {
    /// The moments of these values.
    pub fn of(values: impl IntoIterator<Item = i64>) -> Moments {
        let mut all = Moments::default();
        values.into_iter().for_each(|v| all.add(v));
        all
    }

    /// Adds a value. The sums saturate at about 10^38.
    pub fn add(&mut self, value: i64) {
        let value = i128::from(value);
        self.n += 1;
        self.sum = self.sum.saturating_add(value);
        self.squares = self.squares.saturating_add(value * value);
    }

    /// Adds the values that another one has counted.
    pub fn merge(&mut self, other: &Moments) {
        self.n += other.n;
        self.sum = self.sum.saturating_add(other.sum);
        self.squares = self.squares.saturating_add(other.squares);
    }

    /// The number of values.
    pub fn count(&self) -> u64 {
        self.n
    }

    /// The exact sum of the values.
    pub fn sum(&self) -> i128 {
        self.sum
    }

    /// The mean; `None` without values.
    #[allow(clippy::cast_precision_loss)]
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum as f64 / float(self.n))
    }

    /// The unbiased variance; `None` for fewer than two values. The numerator n·Σx² − (Σx)² is computed as an integer
    /// if it fits, so that no digits cancel.
    #[allow(clippy::cast_precision_loss)]
    pub fn variance(&self) -> Option<f64> {
        if self.n < 2 {
            return None;
        }
        let n = i128::from(self.n);
        let exact = n.checked_mul(self.squares).zip(self.sum.checked_mul(self.sum)).map(|(a, b)| (a - b) as f64);
        let (sum, n) = (self.sum as f64, float(self.n));
        let numerator = exact.unwrap_or_else(|| (n * self.squares as f64 - sum * sum).max(0.0));
        Some(numerator / (n * (n - 1.0)))
    }

    /// Student's interval for the mean (Student 1908): it misses with probability `alpha` if the values are about
    /// normal; `None` for fewer than two values.
    pub fn interval(&self, alpha: f64) -> Option<Interval> {
        let (mean, variance) = self.mean().zip(self.variance())?;
        let reach = student_critical(alpha, float(self.n - 1)) * (variance / float(self.n)).sqrt();
        Some(Interval { low: mean - reach, high: mean + reach })
    }
}

/// The interval for the difference of two independent means, `left` minus `right`, whose variances need not be equal
/// (Welch 1947, with Satterthwaite's degrees of freedom); `None` if either has fewer than two values.
pub fn difference(left: &Moments, right: &Moments, alpha: f64) -> Option<Interval> {
    let apart = left.mean()? - right.mean()?;
    let parts = [left, right].map(|side| side.variance().map(|v| (v / float(side.n), float(side.n - 1))));
    let [(a, free_a), (b, free_b)] = [parts[0]?, parts[1]?];
    let both = a + b;
    if both == 0.0 {
        return Some(Interval { low: apart, high: apart });
    }
    let freedom = both * both / (a * a / free_a + b * b / free_b);
    let reach = student_critical(alpha, freedom) * both.sqrt();
    Some(Interval { low: apart - reach, high: apart + reach })
}

/// The quantile at `permille` thousandths, by nearest rank (definition 1 of Hyndman and Fan 1996). `sorted` is in
/// ascending order; `None` without values.
pub fn order_statistic<T: Copy>(sorted: &[T], permille: u32) -> Option<T> {
    let rank = rank(u64::try_from(sorted.len()).ok()?, permille)?;
    sorted.get(usize::try_from(rank).ok()?.checked_sub(1)?).copied()
}

/// A distribution-free interval for a quantile: two order statistics that enclose it with a probability of at least
/// 1 − `alpha` (David and Nagaraja, Order Statistics, 2003, section 7.1); `None` if there are too few values.
pub fn quantile_interval<T: Copy>(sorted: &[T], permille: u32, alpha: f64) -> Option<(T, T)> {
    let n = u64::try_from(sorted.len()).ok()?;
    let p = f64::from(permille) / 1000.0;
    let at_most = |k: u64| 1.0 - incomplete_beta(p, float(k + 1), float(n - k));
    // The greatest lower rank with P(B < rank) ≤ alpha / 2, and the least upper one with P(B ≥ rank) ≤ alpha / 2, for B
    // of Binomial(n, p): both are monotone in the rank.
    let low = bisect(n, |r| at_most(r - 1) <= alpha / 2.0)?;
    let high = bisect(n, |r| at_most(r - 1) < 1.0 - alpha / 2.0).map_or(1, |r| r + 1);
    let value = |rank: u64| sorted.get(usize::try_from(rank).ok()?.checked_sub(1)?).copied();
    Some((value(low)?, value(high)?))
}

/// The greatest number in 1..=n for which `holds`, which is true up to some number and false after it.
fn bisect(n: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut yes, mut no) = (0, n + 1);
    while no - yes > 1 {
        let middle = yes + (no - yes) / 2;
        if holds(middle) { yes = middle } else { no = middle }
    }
    (yes > 0).then_some(yes)
}

#[cfg(test)]
mod tests {
    use super::super::uniform;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn students_interval() {
        let interval = Moments::of([2, 4, 4, 4, 5, 5, 7, 9]).interval(0.05).unwrap();
        // SciPy 1.17: stats.t.interval(0.95, 7, 5, stats.sem([2, 4, 4, 4, 5, 5, 7, 9]))
        assert_eq!(
            (format!("{:.6}", interval.low), format!("{:.6}", interval.high)),
            ("3.212512".into(), "6.787488".into())
        );
    }

    #[test]
    fn welchs_interval() {
        let (a, b) = (Moments::of([2, 4, 4, 4, 5, 5, 7, 9]), Moments::of([1, 2, 2, 3, 12]));
        let interval = difference(&a, &b, 0.1).unwrap();
        // SciPy 1.17: stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.9)
        assert_eq!(
            (format!("{:.6}", interval.low), format!("{:.6}", interval.high)),
            ("-3.329935".into(), "5.329935".into())
        );
        assert_eq!(difference(&Moments::of([7, 7]), &Moments::of([4, 4]), 0.1), Some(Interval { low: 3.0, high: 3.0 }));
        assert_eq!(difference(&a, &Moments::of([1]), 0.1), None);
    }

    #[test]
    fn too_few_values_say_nothing() {
        assert_eq!(Moments::default().mean(), None);
        assert_eq!(Moments::of([5]).variance(), None);
        assert_eq!(Moments::of([5]).interval(0.05), None);
        assert_eq!(Moments::of([5, 5]).interval(0.05), Some(Interval { low: 5.0, high: 5.0 }));
        assert_eq!(order_statistic::<i64>(&[], 500), None);
        assert_eq!(quantile_interval(&[1, 2, 3], 950, 0.05), None, "three values bound no 95th percentile");
    }

    /// Values far from zero that differ in the last digit: a float sum of squares would lose the difference.
    #[test]
    fn nothing_cancels() {
        let far = 1_600_000_000_000;
        assert_eq!(Moments::of([far, far + 1, far + 2]).variance(), Some(1.0));
    }

    #[test]
    fn order_statistics_are_values() {
        let sorted: Vec<i64> = (1..=20).collect();
        assert_eq!(order_statistic(&sorted, 50), Some(1));
        assert_eq!(order_statistic(&sorted, 500), Some(10));
        assert_eq!(order_statistic(&sorted, 950), Some(19));
        assert_eq!(order_statistic(&sorted, 951), Some(20));
    }

    /// The median of 20 values lies between the 6th and the 15th with 95.9 % (Conover's table of binomial sums).
    #[test]
    fn the_interval_of_the_median_is_the_tables() {
        let sorted: Vec<i64> = (1..=20).collect();
        assert_eq!(quantile_interval(&sorted, 500, 0.05), Some((6, 15)));
    }

    #[test]
    fn the_interval_of_a_quantile_covers() {
        let (runs, mut missed) = (1000, 0);
        for run in 0..runs {
            let mut values: Vec<f64> = (0..100).map(|i| uniform(11, run, i)).collect();
            values.sort_by(f64::total_cmp);
            let (low, high) = quantile_interval(&values, 900, 0.1).unwrap();
            missed += u64::from(!(low..=high).contains(&0.9));
        }
        assert!((30..=100).contains(&missed), "{missed} of 1000 misses where at most 100 are promised");
    }

    proptest! {
        #[test]
        fn moments_merge_in_any_order(a in proptest::collection::vec(any::<i64>(), 0..20), b in proptest::collection::vec(any::<i64>(), 0..20)) {
            let (mut left, mut right) = (Moments::of(a.clone()), Moments::of(b.clone()));
            left.merge(&Moments::of(b.clone()));
            right.merge(&Moments::of(a.clone()));
            prop_assert_eq!(left, right);
            prop_assert_eq!(left, Moments::of([a, b].concat()));
        }

        #[test]
        fn the_variance_is_the_mean_squared_distance(values in proptest::collection::vec(-1000_i64..1000, 2..30)) {
            let n = values.len() as f64;
            let mean = values.iter().sum::<i64>() as f64 / n;
            let direct = values.iter().map(|v| (*v as f64 - mean) * (*v as f64 - mean)).sum::<f64>() / (n - 1.0);
            let found = Moments::of(values).variance().unwrap();
            prop_assert!((found - direct).abs() <= 1e-9 * direct.max(1.0));
        }
    }
}

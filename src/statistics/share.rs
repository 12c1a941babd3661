//! Confidence intervals for a probability, from `k` successes in `n` trials.
//!
//! Promises intervals for any 0 ≤ k ≤ n, n = 0 included (nothing is known: [0, 1]); `k` above `n` is read as `n`.
//! Deliberately of fixed sample size: for intervals that may be read after every replicate see `anytime`.

use super::special::{beta_quantile, normal_quantile};
use super::{Interval, float};
use serde::Serialize;

/// The exact interval (Clopper and Pearson 1934): it misses the true value with a probability of at most
/// `alpha`, for every `n`.
pub fn clopper_pearson(k: u64, n: u64, alpha: f64) -> Interval {
    let k = k.min(n);
    let (hits, misses) = (float(k), float(n - k));
    Interval {
        low: if k == 0 { 0.0 } else { beta_quantile(alpha / 2.0, hits, misses + 1.0) },
        high: if k == n { 1.0 } else { beta_quantile(1.0 - alpha / 2.0, hits + 1.0, misses) },
    }
}

/// The exact interval for the mean of a Poisson count, of which `k` were seen in `n` periods (Garwood 1936): of none seen
/// it reaches from nought to some 3.7 / n.
pub fn poisson_mean(k: u64, n: u64, alpha: f64) -> Interval {
    /// So many trials that a share of them is as good as a Poisson count.
    const MANY: u64 = 1_000_000;
    let periods = float(n.max(1));
    if k == 0 {
        return Interval { low: 0.0, high: -libm::log(alpha / 2.0) / periods };
    }
    let share = clopper_pearson(k, MANY.max(1000 * k), alpha);
    let each = float(MANY.max(1000 * k)) / periods;
    Interval { low: share.low * each, high: share.high * each }
}

/// The score interval (Wilson 1927): it is shorter than the exact one, and misses with probability `alpha` on average
/// over true values.
pub fn wilson(k: u64, n: u64, alpha: f64) -> Interval {
    if n == 0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    let n_all = float(n);
    let share = float(k.min(n)) / n_all;
    let z = normal_quantile(1.0 - alpha / 2.0);
    let scale = 1.0 + z * z / n_all;
    let middle = (share + z * z / (2.0 * n_all)) / scale;
    let reach = z / scale * (share * (1.0 - share) / n_all + z * z / (4.0 * n_all * n_all)).sqrt();
    // At the ends the limits are exactly 0 and 1; rounding must not move them.
    Interval {
        low: if k == 0 { 0.0 } else { (middle - reach).max(0.0) },
        high: if k >= n { 1.0 } else { (middle + reach).min(1.0) },
    }
}

/// What an interval says about a required probability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum IntervalDecision {
    /// The whole interval meets it.
    Met,
    /// The whole interval misses it.
    Missed,
    /// The interval contains values that meet it and values that miss it: more runs are needed.
    Undecided,
}

/// Whether a probability that lies in this interval is at least `needed`.
pub fn decide(chance: Interval, needed: f64) -> IntervalDecision {
    if chance.low >= needed {
        IntervalDecision::Met
    } else if chance.high < needed {
        IntervalDecision::Missed
    } else {
        IntervalDecision::Undecided
    }
}

/// The rank of a quantile by nearest rank: ⌈n · permille / 1000⌉, at least 1 and at most `n`; `None` for `n` = 0.
pub(super) fn rank(n: u64, permille: u32) -> Option<u64> {
    let exact = (u128::from(n) * u128::from(permille)).div_ceil(1000);
    (n > 0).then(|| u64::try_from(exact).unwrap_or(n).clamp(1, n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rounded(interval: Interval) -> (String, String) {
        (format!("{:.6}", interval.low), format!("{:.6}", interval.high))
    }

    /// Values by SciPy 1.17: `stats.binomtest(k, n).proportion_ci(1 - alpha, method)`.
    #[test]
    fn values_of_scipy() {
        assert_eq!(rounded(clopper_pearson(0, 10, 0.05)), ("0.000000".into(), "0.308497".into()));
        assert_eq!(rounded(clopper_pearson(1, 10, 0.05)), ("0.002529".into(), "0.445016".into()));
        assert_eq!(rounded(clopper_pearson(5, 20, 0.05)), ("0.086571".into(), "0.491046".into()));
        assert_eq!(rounded(clopper_pearson(380, 400, 0.05)), ("0.923833".into(), "0.969195".into()));
        assert_eq!(rounded(clopper_pearson(399, 400, 0.1)), ("0.988196".into(), "0.999872".into()));
        assert_eq!(rounded(clopper_pearson(20, 20, 0.05)), ("0.831567".into(), "1.000000".into()));
        assert_eq!(rounded(clopper_pearson(17, 10000, 0.01)), ("0.000825".into(), "0.003077".into()));
        assert_eq!(rounded(wilson(0, 10, 0.05)), ("0.000000".into(), "0.277533".into()));
        assert_eq!(rounded(wilson(1, 10, 0.05)), ("0.017876".into(), "0.404150".into()));
        assert_eq!(rounded(wilson(5, 20, 0.05)), ("0.111862".into(), "0.468701".into()));
        assert_eq!(rounded(wilson(380, 400, 0.05)), ("0.924036".into(), "0.967403".into()));
        assert_eq!(rounded(wilson(399, 400, 0.1)), ("0.988873".into(), "0.999442".into()));
        assert_eq!(rounded(wilson(20, 20, 0.05)), ("0.838875".into(), "1.000000".into()));
        assert_eq!(rounded(wilson(17, 10000, 0.01)), ("0.000919".into(), "0.003141".into()));
    }

    /// Values by SciPy 1.17: half of `stats.chi2.ppf(a, 2 k)` and of `stats.chi2.ppf(1 - a, 2 k + 2)`.
    #[test]
    fn poisson_means_of_scipy() {
        let near = |is: Interval, low: f64, high: f64| (is.low - low).abs() < 0.001 && (is.high - high).abs() < 0.001;
        assert!(near(poisson_mean(0, 1, 0.05), 0.0, 3.6889));
        assert!(near(poisson_mean(0, 5, 0.05), 0.0, 0.7378));
        assert!(near(poisson_mean(3, 1, 0.05), 0.6187, 8.7673));
        assert!(near(poisson_mean(10, 10, 0.05), 0.4795, 1.8390));
    }

    #[test]
    fn all_none_and_nothing() {
        for interval in [clopper_pearson, wilson] {
            assert_eq!(interval(0, 0, 0.05), Interval { low: 0.0, high: 1.0 });
            assert_eq!(interval(0, 50, 0.05).low, 0.0);
            assert_eq!(interval(50, 50, 0.05).high, 1.0);
        }
        // The rule of three: with nothing seen in n runs the upper limit is about 3 / n (one-sided 95 %).
        assert!((clopper_pearson(0, 1000, 0.1).high * 1000.0 - 3.0).abs() < 0.01);
    }

    #[test]
    fn a_demand_is_met_missed_or_undecided() {
        let demand = |k, n| decide(clopper_pearson(k, n, 0.05), 0.95);
        assert_eq!(demand(400, 400), IntervalDecision::Met);
        assert_eq!(demand(380, 400), IntervalDecision::Undecided);
        assert_eq!(demand(340, 400), IntervalDecision::Missed);
        assert_eq!(demand(10, 10), IntervalDecision::Undecided, "ten runs cannot show 95 %");
        assert_eq!(demand(0, 0), IntervalDecision::Undecided);
        assert_eq!(decide(Interval { low: 0.0, high: 1.0 }, 0.0), IntervalDecision::Met, "nothing is demanded");
    }

    /// By definition: the true chance lies outside with at most alpha, summed over all outcomes of 20 runs.
    #[test]
    fn the_exact_interval_covers_what_it_promises() {
        for step in 1..40_u32 {
            let p = f64::from(step) / 40.0;
            let (mut missed, mut total, mut weight) = (0.0, 0.0, libm::pow(1.0 - p, 20.0));
            for k in 0..=20_u32 {
                total += weight;
                if !clopper_pearson(u64::from(k), 20, 0.1).contains(p) {
                    missed += weight;
                }
                weight *= f64::from(20 - k) / f64::from(k + 1) * p / (1.0 - p);
            }
            assert!((total - 1.0).abs() < 1e-9);
            assert!(missed <= 0.1, "{missed} at {p}");
        }
    }

    proptest! {
        #[test]
        fn more_runs_with_the_same_share_say_more(k in 0..40_u64, rest in 1..40_u64, times in 2..50_u64) {
            let few = clopper_pearson(k, k + rest, 0.05);
            let many = clopper_pearson(k * times, (k + rest) * times, 0.05);
            prop_assert!(many.half_width() < few.half_width());
            prop_assert!(many.contains(float(k) / float(k + rest)));
        }
    }
}

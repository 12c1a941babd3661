//! Confidence sequences for sequential tests: intervals that hold at all replicates at once, so that one may read them
//! after each replicate and stop as soon as the answer is precise enough. (A fixed-sample interval that is read
//! repeatedly misses far more often than it claims.)
//!
//! Promises that over the whole infinite sequence the interval misses the truth even once with chance at most `alpha`,
//! for independent values of one distribution (Ville's inequality). Deliberately assumes nothing of their distribution
//! but its bounds.

use super::special::{ln_beta, rising_root};
use super::{Interval, float};
use thiserror::Error;

/// The error for a value outside the bounds that were promised; with it the interval would no longer be valid.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error("{value} does not lie between {low} and {high}")]
pub struct OutOfRange {
    /// The value.
    pub value: f64,
    /// The lower bound that was promised.
    pub low: f64,
    /// The upper bound that was promised.
    pub high: f64,
}

/// A confidence sequence for the mean of bounded values: the hedged capital process of Waudby-Smith and Ramdas,
/// "Estimating means of bounded random variables by betting" (JRSS B 2024, theorem 3), with their predictable plug-in
/// bets (equation 26) truncated at 1/2.
///
/// For each candidate mean, two gamblers bet that the true mean lies above it and below it; a candidate at which one of
/// them multiplies the stake by 2 / `alpha` is ruled out. The bets follow the variance seen so far, so that the
/// interval is short when the variance is small.
#[derive(Clone, Debug)]
pub struct Betting {
    alpha: f64,
    low: f64,
    high: f64,
    /// Each value, scaled to [0, 1], with the bet made before it was seen.
    laid: Vec<(f64, f64)>,
    sum: f64,
    squares: f64,
}

/// The largest share of the capital that is ever at stake.
const STAKE: f64 = 0.5;

impl Betting {
    /// A sequence for values between `low` and `high`, which misses with a probability of at most `alpha`.
    pub fn new(low: f64, high: f64, alpha: f64) -> Betting {
        Betting { alpha, low, high, laid: Vec::new(), sum: 0.0, squares: 0.0 }
    }

    /// Adds the next value.
    ///
    /// # Errors
    /// [`OutOfRange`] if the value lies outside the bounds; the sequence is then unchanged.
    pub fn push(&mut self, value: f64) -> Result<(), OutOfRange> {
        if !(self.low <= value && value <= self.high) {
            return Err(OutOfRange { value, low: self.low, high: self.high });
        }
        let width = self.high - self.low;
        let scaled = if width > 0.0 { (value - self.low) / width } else { 0.5 };
        let t = self.laid.len() as u64 + 1;
        // A bet may depend only on the past: this is the variance of the values before this one.
        let variance = (0.25 + self.squares) / float(t);
        let bet = (2.0 * libm::log(2.0 / self.alpha) / (variance * float(t) * libm::log1p(float(t)))).sqrt();
        self.laid.push((scaled, bet));
        self.sum += scaled;
        let off = scaled - (0.5 + self.sum) / float(t + 1);
        self.squares += off * off;
        Ok(())
    }

    /// The number of values.
    pub fn count(&self) -> u64 {
        self.laid.len() as u64
    }

    /// The interval after the values so far. It costs about sixty passes over them: see [`look`].
    pub fn interval(&self) -> Interval {
        let enough = libm::log(2.0 / self.alpha);
        // With a rising candidate mean, the gambler who bets on more loses wealth and the one who bets on less gains
        // it.
        let low = if self.above(0.0) < enough { 0.0 } else { rising_root(0.0, 1.0, -enough, |m| -self.above(m)) };
        let high = if self.below(1.0) < enough { 1.0 } else { rising_root(0.0, 1.0, enough, |m| self.below(m)) };
        let width = self.high - self.low;
        Interval { low: self.low + low * width, high: self.low + high * width }
    }

    /// Whether the values so far rule this mean out; it costs one pass over them.
    pub fn rules_out(&self, mean: f64) -> bool {
        let m = (mean - self.low) / (self.high - self.low);
        let enough = libm::log(2.0 / self.alpha);
        !(0.0..=1.0).contains(&m) || self.above(m) >= enough || self.below(m) >= enough
    }

    /// The logarithm of the wealth of the gambler who bets that the mean is more than `m`.
    fn above(&self, m: f64) -> f64 {
        self.laid.iter().map(|(x, bet)| libm::log1p(bet.min(STAKE / m) * (x - m))).sum()
    }

    /// The logarithm of the wealth of the gambler who bets that the mean is less than `m`.
    fn below(&self, m: f64) -> f64 {
        self.laid.iter().map(|(x, bet)| libm::log1p(bet.min(STAKE / (1.0 - m)) * (m - x))).sum()
    }
}

/// A confidence sequence for a probability, from `k` successes in `n` trials: Robbins' mixture ("Statistical methods
/// related to the law of the iterated logarithm", 1970) of binomial likelihood ratios under the Beta(1/2, 1/2) prior.
/// It depends on the counts alone.
pub fn share_sequence(k: u64, n: u64, alpha: f64) -> Interval {
    if n == 0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    let (hits, misses) = (float(k.min(n)), float(n - k.min(n)));
    let enough = libm::log(1.0 / alpha);
    let mixed = ln_beta(hits + 0.5, misses + 0.5) - ln_beta(0.5, 0.5);
    let term = |count: f64, p: f64| if count > 0.0 { count * libm::log(p) } else { 0.0 };
    let against = |p: f64| mixed - term(hits, p) - term(misses, 1.0 - p);
    let share = hits / float(n);
    Interval {
        low: if hits > 0.0 { rising_root(0.0, share, -enough, |p| -against(p)) } else { 0.0 },
        high: if misses > 0.0 { rising_root(share, 1.0, enough, against) } else { 1.0 },
    }
}

/// Whether to read the sequence after `n` replicates: after each of the first 128, later at 64 to 128 numbers between
/// two powers of two. The sequences hold at every replicate; reading them less often only saves work, and this choice
/// depends on `n` alone.
pub fn look(n: u64) -> bool {
    n > 0 && n.is_multiple_of(1 << n.ilog2().saturating_sub(6))
}

#[cfg(test)]
mod tests {
    use super::super::{Moments, clopper_pearson, uniform};
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const RUNS: u32 = 400;
    const LOOKS: u32 = 300;
    const ALPHA: f64 = 0.1;

    /// In how many of all runs something misses at least once while the values come in one by one.
    fn runs_with_a_miss(runs: u32, seed: u64, mut misses: impl FnMut(&mut dyn FnMut() -> f64) -> bool) -> u64 {
        (0..runs)
            .map(|run| {
                let mut index = 0;
                let mut draw = || {
                    index += 1;
                    uniform(seed, run, index)
                };
                u64::from(misses(&mut draw))
            })
            .sum()
    }

    /// Many small values and a few large ones: far from normal, mean 0.1.
    fn skewed(u: f64) -> f64 {
        if u < 0.1 { 0.55 } else { (u - 0.1) / 9.0 }
    }

    const MEAN: f64 = 0.1 * 0.55 + 0.9 * 0.05;

    #[test]
    fn looking_after_every_value_keeps_the_promise() {
        let missed = runs_with_a_miss(RUNS, 1, |draw| {
            let mut betting = Betting::new(0.0, 1.0, ALPHA);
            (0..LOOKS).any(|_| {
                betting.push(skewed(draw())).unwrap();
                betting.rules_out(MEAN)
            })
        });
        assert!(clopper_pearson(missed, u64::from(RUNS), 0.01).high < ALPHA, "{missed} of {RUNS} runs miss");
    }

    #[test]
    fn looking_at_a_share_after_every_run_keeps_the_promise() {
        let runs = 2000;
        for (seed, chance) in [(2, 0.5), (3, 0.95)] {
            let mut known = BTreeMap::new();
            let missed = runs_with_a_miss(runs, seed, |draw| {
                let mut hits = 0;
                (1..=u64::from(LOOKS)).any(|n| {
                    hits += u64::from(draw() < chance);
                    let interval = known.entry((hits, n)).or_insert_with(|| share_sequence(hits, n, ALPHA));
                    !interval.contains(chance)
                })
            });
            assert!(clopper_pearson(missed, u64::from(runs), 0.01).high < ALPHA, "{missed} of {runs} runs miss");
        }
    }

    /// The reason for all this: Student's interval, right for one look, does not stand being looked at again and again.
    #[test]
    fn students_interval_breaks_it() {
        let missed = runs_with_a_miss(RUNS, 1, |draw| {
            let mut moments = Moments::default();
            (0..LOOKS).any(|_| {
                moments.add((draw() * 1e6) as i64);
                moments.interval(ALPHA).is_some_and(|interval| !interval.contains(5e5))
            })
        });
        assert!(clopper_pearson(missed, u64::from(RUNS), 0.01).low > 2.0 * ALPHA, "{missed} of {RUNS} runs miss");
    }

    #[test]
    fn it_narrows_with_values_and_with_calm_ones_sooner() {
        let after = |n: u32, spread: f64| {
            let mut betting = Betting::new(0.0, 100.0, 0.05);
            (0..n).for_each(|i| betting.push(2.0 + spread * (uniform(4, 0, i) - 0.5)).unwrap());
            let interval = betting.interval();
            assert!(interval.contains(2.0), "{interval:?}");
            interval.half_width()
        };
        assert!(after(400, 2.0) < after(100, 2.0) / 2.0);
        assert!(after(400, 0.5) < after(400, 4.0));
        // Hoeffding's interval for one look only, blind to the variance: 100 · √(ln 40 / 800).
        assert!(after(400, 2.0) < 100.0 * (libm::log(40.0) / 800.0).sqrt() / 4.0);
    }

    #[test]
    fn nothing_and_the_bounds() {
        assert_eq!(Betting::new(-1.0, 3.0, 0.05).interval(), Interval { low: -1.0, high: 3.0 });
        assert_eq!(share_sequence(0, 0, 0.05), Interval { low: 0.0, high: 1.0 });
        let mut betting = Betting::new(0.0, 1.0, 0.05);
        assert_eq!(betting.push(1.5), Err(OutOfRange { value: 1.5, low: 0.0, high: 1.0 }));
        assert!(betting.push(f64::NAN).is_err());
        assert_eq!(betting.count(), 0);
        (0..500).for_each(|_| betting.push(0.0).unwrap());
        let interval = betting.interval();
        assert!(interval.low == 0.0 && interval.high < 0.05, "{interval:?}");
        assert!(share_sequence(0, 500, 0.05).high < 0.02 && share_sequence(500, 500, 0.05).low > 0.98);
        assert!(share_sequence(0, 500, 0.05).high > clopper_pearson(0, 500, 0.05).high, "freedom to stop has a price");
    }

    #[test]
    fn looks_are_few_and_depend_on_the_number_alone() {
        assert!((1..=128).all(look) && !look(0) && !look(129));
        assert_eq!((1..=128_000).filter(|n| look(*n)).count(), 127 + 9 * 64 + 61 + 1);
        let looks: Vec<u64> = (64..100_000).filter(|n| look(*n)).collect();
        assert!(looks.windows(2).all(|pair| (pair[1] - pair[0]) * 64 <= pair[0]), "never more than 1/64 later");
    }

    proptest! {
        #[test]
        fn the_interval_is_what_is_not_ruled_out(n in 1..60_u32, seed in any::<u64>(), step in 0..=40_u32) {
            let mut betting = Betting::new(0.0, 1.0, 0.2);
            (0..n).for_each(|i| betting.push(skewed(uniform(seed, 0, i))).unwrap());
            let (interval, m) = (betting.interval(), f64::from(step) / 40.0);
            let inside = interval.low + 1e-9 < m && m < interval.high - 1e-9;
            let outside = m < interval.low - 1e-9 || interval.high + 1e-9 < m;
            prop_assert!(!inside || !betting.rules_out(m));
            prop_assert!(!outside || betting.rules_out(m));
        }
    }
}

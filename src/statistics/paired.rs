//! Paired comparison of two policies under common random numbers: how large the difference is, and whether it matters.
//!
//! Promises exact sums of integers, mergeable in any order. Each replicate gives one pair. Different pairs are
//! independent; the two values of a pair are correlated, which is what makes the comparison precise (Law, Simulation
//! Modeling and Analysis, 2015, section 11.2). Deliberately judges one measure at a time: a caller that judges several
//! divides `alpha` among them (Bonferroni).

use super::{Interval, Moments};
use serde::{Deserialize, Serialize};

/// The pairs of one measure: the base's value and the candidate's value in each replicate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paired {
    /// The base's values.
    pub base: Moments,
    /// The candidate's values.
    pub candidate: Moments,
    /// The candidate's value minus the base's, for each replicate.
    pub difference: Moments,
}

/// Which way a measure should go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wanted {
    /// Less is better.
    Less,
    /// More is better.
    More,
}

/// How a candidate compares with the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PairedVerdict {
    /// It differs, in the wanted direction.
    Better,
    /// It differs, in the other direction.
    Worse,
    /// The difference, if any, lies within the margin.
    Equivalent,
    /// The data support none of the three: more runs are needed.
    Inconclusive,
}

impl Paired {
    /// Adds the pair of one replicate.
    pub fn add(&mut self, base: i64, candidate: i64) {
        self.base.add(base);
        self.candidate.add(candidate);
        self.difference.add(candidate.saturating_sub(base));
    }

    /// Adds the pairs of another set of replicates.
    pub fn merge(&mut self, other: &Paired) {
        self.base.merge(&other.base);
        self.candidate.merge(&other.candidate);
        self.difference.merge(&other.difference);
    }

    /// Student's interval for the mean difference; `None` for fewer than two replicates.
    pub fn interval(&self, alpha: f64) -> Option<Interval> {
        self.difference.interval(alpha)
    }

    /// Equivalent if two one-sided tests at `alpha` place the mean difference within ± `margin` (Schuirmann 1987: the
    /// interval of 1 − 2 `alpha` lies inside); else better or worse if the interval of 1 − `alpha` excludes zero; else
    /// inconclusive. So a difference that is too small to matter is never called better, however certain it is.
    pub fn verdict(&self, wanted: Wanted, margin: f64, alpha: f64) -> PairedVerdict {
        let Some((within, whole)) = self.interval(2.0 * alpha).zip(self.interval(alpha)) else {
            return PairedVerdict::Inconclusive;
        };
        if -margin <= within.low && within.high <= margin {
            return PairedVerdict::Equivalent;
        }
        match (wanted, whole.high < 0.0, whole.low > 0.0) {
            (Wanted::Less, true, _) | (Wanted::More, _, true) => PairedVerdict::Better,
            (Wanted::Less, _, true) | (Wanted::More, true, _) => PairedVerdict::Worse,
            _ => PairedVerdict::Inconclusive,
        }
    }

    /// The variance reduction: the factor by which independent draws would need more replicates for an interval of the
    /// same width. It is Var(base) + Var(candidate), the variance of the difference of two independent runs, divided by
    /// the variance of the paired difference, all as measured. It is infinite if only the difference never varied, and
    /// `None` if nothing varied at all.
    pub fn variance_ratio(&self) -> Option<f64> {
        let apart = self.base.variance()? + self.candidate.variance()?;
        (apart > 0.0).then_some(apart / self.difference.variance()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{clopper_pearson, uniform};
    use super::*;
    use proptest::prelude::*;

    /// People locked out of 1000 in one run: a common shock of the run, and a share of people that the policy decides;
    /// each person's luck is one draw, so a person spared by both policies is the same.
    fn locked_out(seed: u64, run: u32, chance: f64) -> i64 {
        let shock = uniform(seed, run, 0) * 0.1;
        (1..=1000).map(|person| i64::from(uniform(seed, run, person) < chance + shock)).sum()
    }

    fn pairs(runs: u32, candidate: f64, same_luck: bool) -> Paired {
        let mut paired = Paired::default();
        for run in 0..runs {
            let other = if same_luck { 5 } else { 6 };
            paired.add(locked_out(5, run, 0.1), locked_out(other, run, candidate));
        }
        paired
    }

    #[test]
    fn verdicts() {
        let verdict = |paired: &Paired, margin| paired.verdict(Wanted::Less, margin, 0.05);
        let better = pairs(40, 0.08, true);
        assert_eq!(verdict(&better, 5.0), PairedVerdict::Better);
        assert_eq!(better.verdict(Wanted::More, 5.0, 0.05), PairedVerdict::Worse);
        assert_eq!(verdict(&pairs(40, 0.12, true), 5.0), PairedVerdict::Worse);
        assert_eq!(verdict(&better, 40.0), PairedVerdict::Equivalent, "surely less, and by less than matters");
        assert_eq!(verdict(&pairs(40, 0.1, true), 5.0), PairedVerdict::Equivalent, "the same run by run");
        assert_eq!(verdict(&pairs(3, 0.101, true), 0.0), PairedVerdict::Inconclusive);
        assert_eq!(verdict(&pairs(1, 0.08, true), 5.0), PairedVerdict::Inconclusive);
        assert_eq!(verdict(&Paired::default(), 5.0), PairedVerdict::Inconclusive);
    }

    #[test]
    fn the_same_luck_saves_runs_and_independent_luck_none() {
        let same = pairs(60, 0.09, true).variance_ratio().unwrap();
        let apart = pairs(60, 0.09, false).variance_ratio().unwrap();
        assert!(same > 20.0, "{same}");
        assert!((0.5..2.0).contains(&apart), "{apart}");
        assert_eq!(pairs(60, 0.1, true).variance_ratio(), Some(f64::INFINITY));
        let mut still = Paired::default();
        (0..5).for_each(|_| still.add(3, 4));
        assert_eq!(still.variance_ratio(), None);
        // What it claims: independent luck needs that many times the runs for the same variance of the difference.
        let variance = |same| pairs(60, 0.09, same).difference.variance().unwrap();
        let found = variance(false) / variance(true) / same;
        assert!((0.5..2.0).contains(&found), "{found}");
    }

    /// Policies that differ by the whole margin are called equivalent with chance alpha at most.
    #[test]
    fn equivalence_is_rarely_claimed_at_the_margin() {
        let claims = (0..400_u32).filter(|run| {
            let mut paired = Paired::default();
            for pair in 0..20 {
                // The difference is triangular about 100.
                let noise = uniform(8, *run, 2 * pair) + uniform(8, *run, 2 * pair + 1) - 1.0;
                paired.add(0, 100 + (noise * 50.0) as i64);
            }
            paired.verdict(Wanted::Less, 100.0, 0.05) == PairedVerdict::Equivalent
        });
        let claims = claims.count() as u64;
        let chance = clopper_pearson(claims, 400, 0.01);
        assert!(chance.contains(0.05), "{claims} of 400");
    }

    proptest! {
        #[test]
        fn the_mean_difference_is_the_difference_of_means(values in proptest::collection::vec((-1000..1000_i64, -1000..1000_i64), 2..30)) {
            let mut paired = Paired::default();
            values.iter().for_each(|(b, c)| paired.add(*b, *c));
            prop_assert_eq!(paired.difference.sum(), paired.candidate.sum() - paired.base.sum());
            let mut halves = Paired::default();
            let (left, right) = values.split_at(values.len() / 2);
            for half in [right, left] {
                let mut part = Paired::default();
                half.iter().for_each(|(b, c)| part.add(*b, *c));
                halves.merge(&part);
            }
            prop_assert_eq!(halves, paired);
        }
    }
}

//! All replicates in one: means and quantiles of every series, and what the gates come to.
//!
//! Promises to read the replicates in their order, whatever order they were run in. Deliberately runs nothing.

use super::gate::{ALPHA, GateVerdict, GoNoGo, go_no_go};
use super::replicate::{Replicate, Times};
use super::series::{Series, TimeMeasure};
use crate::clause::Clause;
use crate::format::rehearsal::Group;
use crate::kernel::Time;
use crate::kernel::units::WHOLE;
use crate::rehearsal::setup::gate_spec::Gate;
use crate::rehearsal::setup::observation_times;
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::rehearsal::study::yardsticks::ComparisonRule;
use crate::replay::staged_decisions::StagedDecision;
use crate::statistics::anytime::look;
use crate::statistics::{Betting, Interval, Moments, float, order_statistic, poisson_mean};

/// A number over the runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// Its interval of 95 %, for more than one run.
    pub interval: Option<Interval>,
    /// The 5 % quantile.
    pub low: i64,
    /// The median.
    pub median: i64,
    /// The 95 % quantile.
    pub high: i64,
}

/// Counts of each run at one instant after another, added up: one number a run.
pub fn added(counts: &[Vec<i64>]) -> Vec<i64> {
    let runs = counts.iter().map(Vec::len).max().unwrap_or(0);
    (0..runs).map(|run| counts.iter().filter_map(|counts| counts.get(run)).sum()).collect()
}

/// The spread of these numbers; nothing of none.
pub fn spread(values: impl IntoIterator<Item = i64>) -> Option<Spread> {
    let mut values: Vec<i64> = values.into_iter().collect();
    let moments = Moments::of(values.iter().copied());
    let (mean, interval) = (moments.mean()?, moments.interval(ALPHA));
    values.sort_unstable();
    let at = |permille| order_statistic(&values, permille);
    Some(Spread { mean, interval, low: at(50)?, median: at(500)?, high: at(950)? })
}

/// Fewer of something than this in all runs are rare: Student's interval promises too much of them.
const RARE: i64 = 30;

/// The spread of counts, of which none is negative. Where they are rare, the interval holds what the exact one for a
/// Poisson mean holds too: of five noughts it is not nought.
pub fn spread_of_counts(values: impl IntoIterator<Item = i64>) -> Option<Spread> {
    let values: Vec<i64> = values.into_iter().collect();
    let sum: i64 = values.iter().sum();
    let exact = poisson_mean(u64::try_from(sum).unwrap_or(0), values.len() as u64, ALPHA);
    let out = spread(values)?;
    let interval = out.interval.map(|is| match sum < RARE {
        true => Interval { low: is.low.min(exact.low).max(0.0), high: is.high.max(exact.high) },
        false => Interval { low: is.low.max(0.0), high: is.high },
    });
    Some(Spread { interval, ..out })
}

/// Whether the share of runs that meet each gate is known this well, in parts per million, and so is the mean share of
/// staff who are locked out on the first morning, however often one looks.
pub fn decided(plan: &RehearsalPlan, grid: &[Time], runs: &[Replicate], precision: i64) -> bool {
    let near =
        |interval: Interval| interval.half_width() * f64::from(WHOLE) <= float(u64::try_from(precision).unwrap_or(0));
    let gate = |(at, gate): (usize, &Gate)| near(gate.judge(at, runs, true).chance);
    let morning = || {
        let rule = ComparisonRule::of(plan, plan, grid);
        let mut mean = Betting::new(0.0, 1.0, ALPHA);
        let known = runs.iter().all(|run| {
            let (locked, all) = rule.first_morning(run, Group::Staff);
            let natural = |n: i64| float(u64::try_from(n).unwrap_or(0));
            mean.push(natural(locked) / natural(all.max(1))).is_ok()
        });
        known && near(mean.interval())
    };
    look(runs.len() as u64) && plan.gates.iter().enumerate().all(gate) && morning()
}

/// What a plan's policy decides on the way, each with the number of these runs in which it did.
pub fn taken<'p>(plan: &'p RehearsalPlan, runs: &[Replicate]) -> Vec<(&'p StagedDecision, usize)> {
    let count = |at: usize| runs.iter().filter(|run| run.decided.get(at) == Some(&true)).count();
    plan.candidate.decisions.iter().enumerate().map(|(at, midway)| (midway, count(at))).collect()
}

/// A rehearsal that has run.
#[derive(Clone, Debug)]
pub struct Summary<'a> {
    /// What was rehearsed.
    pub plan: &'a RehearsalPlan,
    /// The instants.
    pub grid: &'a [Time],
    /// The replicates, in order.
    pub runs: &'a [Replicate],
    /// What each gate came to.
    pub verdicts: Vec<GateVerdict>,
    /// What they come to together.
    pub answer: GoNoGo,
}

impl<'a> Summary<'a> {
    /// Adds up; `looked` where the number of runs was chosen by looking at them, so that the intervals have to hold at
    /// every look.
    pub fn new(plan: &'a RehearsalPlan, grid: &'a [Time], runs: &'a [Replicate], looked: bool) -> Summary<'a> {
        let verdict = |(at, gate): (usize, &Gate)| gate.judge(at, runs, looked);
        let verdicts: Vec<GateVerdict> = plan.gates.iter().enumerate().map(verdict).collect();
        let answer = go_no_go(plan, &verdicts);
        Summary { plan, grid, runs, verdicts, answer }
    }

    /// What the policy decides on the way, each with the number of runs in which it did.
    pub fn decided(&self) -> Vec<(&StagedDecision, usize)> {
        taken(self.plan, self.runs)
    }

    /// A series at an instant over the runs.
    pub fn at(&self, series: Series, instant: usize) -> Option<Spread> {
        let number = |run: &Replicate| run.points.get(instant)?.get(series.at()).copied().map(i64::from);
        spread_of_counts(self.runs.iter().filter_map(number))
    }

    /// A series at an instant as a share of another, in parts per million, over the runs.
    pub fn share(&self, part: Series, whole: Series, instant: usize) -> Option<Spread> {
        let number =
            |run: &Replicate, series: Series| run.points.get(instant)?.get(series.at()).copied().map(i64::from);
        let one = |run: &Replicate| (number(run, part)? * 1_000_000).checked_div(number(run, whole)?);
        spread(self.runs.iter().filter_map(one))
    }

    /// A number at each instant of the grid over the runs.
    pub fn over_time(&self, series: Series) -> Vec<Spread> {
        (0..self.grid.len()).filter_map(|instant| self.at(series, instant)).collect()
    }

    /// A time-like measure of all runs together.
    pub fn times(&self, measure: TimeMeasure) -> Times {
        let mut all = Times::default();
        self.runs.iter().for_each(|run| all.merge(&run.both(measure)));
        all
    }

    /// How many accounts each place has, and how many of them were locked out on the morning: index, accounts, spread.
    pub fn places(&self) -> Vec<(usize, u32, Spread)> {
        let count = self.runs.iter().map(|run| run.places.len()).max().unwrap_or(0);
        let of = |place: usize| {
            let here = || self.runs.iter().filter_map(move |run| run.places.get(place));
            let accounts = here().map(|(all, _)| *all).max()?;
            let locked = spread_of_counts(here().map(|(_, locked)| i64::from(*locked)))?;
            Some((place, accounts, locked))
        };
        (0..count).filter_map(of).collect()
    }

    /// How many accounts were locked out at some of the places, at each instant of `observation_times::place_mornings`:
    /// one number a run.
    pub fn mornings(&self, within: &[usize]) -> Vec<(Time, Vec<i64>)> {
        let wanted = |place: u32| within.binary_search(&(place as usize)).is_ok();
        let count = |run: &Replicate, at: usize| -> i64 {
            let shut = run.mornings.get(at).into_iter().flatten();
            shut.filter(|(place, _)| wanted(*place)).map(|(_, locked)| i64::from(*locked)).sum()
        };
        let all = observation_times::place_mornings(self.plan).into_iter().enumerate();
        all.map(|(at, time)| (time, self.runs.iter().map(|run| count(run, at)).collect())).collect()
    }

    /// The clauses that decided a refusal in some run: how many in each, at each instant since the one before, and at
    /// last what came after the last instant.
    pub fn decisive(&self) -> Vec<(Clause, Vec<Vec<i64>>)> {
        let count = |run: &Replicate, at: usize, clause: &Clause| {
            run.decisive.get(at).and_then(|clauses| clauses.get(clause.id())).copied().map_or(0, i64::from)
        };
        let counts = |clause: &Clause| {
            let at = |at: usize| self.runs.iter().map(|run| count(run, at, clause)).collect();
            (0..=self.grid.len()).map(at).collect::<Vec<Vec<i64>>>()
        };
        let all = Clause::ALL.iter().map(|clause| (*clause, counts(clause)));
        all.filter(|(_, counts)| counts.iter().flatten().any(|n| *n > 0)).collect()
    }

    /// The mean of a time in each run in which there were some, in milliseconds: of all of them, where those that were
    /// cut short count as long as they lasted; or of those that ended since the instant before.
    pub fn mean_times(&self, measure: TimeMeasure, instant: Option<usize>) -> Vec<i64> {
        let mean = |run: &Replicate| match instant {
            Some(instant) => run.mean_at(measure, instant),
            None => run.both(measure).mean(),
        };
        self.runs.iter().filter_map(mean).collect()
    }

    /// The clauses that fired, each with the number of runs in which it did.
    pub fn clauses(&self) -> Vec<(Clause, usize)> {
        let count = |clause: &Clause| self.runs.iter().filter(|run| run.fired.contains(*clause)).count();
        Clause::ALL.iter().map(|clause| (*clause, count(clause))).filter(|(_, count)| *count > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_five_noughts_the_interval_is_not_nought() {
        let of = |values: [i64; 5]| spread_of_counts(values).and_then(|is| is.interval).unwrap();
        let none = of([0; 5]);
        assert!(none.low == 0.0 && (none.high - 0.738).abs() < 0.001, "{none:?}");
        let one = of([0, 0, 1, 0, 0]);
        assert!(one.low == 0.0 && one.high > 1.1, "{one:?}");
        let many = of([100, 101, 99, 100, 102]);
        assert_eq!(Some(many), spread([100, 101, 99, 100, 102]).and_then(|is| is.interval), "Student's alone");
    }
}

//! What has to be so for a go, judged over the runs.
//!
//! Promises three answers: *met* and *missed* where an interval on the share of runs lies wholly on one side of what is
//! asked, and *undecided* where it does not. Deliberately reads results alone.

use super::replicate::Replicate;
use super::series::Series;
use crate::kernel::Time;
use crate::kernel::units::{SECOND, WHOLE};
use crate::rehearsal::setup::gate_spec::{CountLimit, Criterion, Gate};
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::statistics::{Interval, IntervalDecision, clopper_pearson, decide, share_sequence};

/// The chance that an interval misses.
pub const ALPHA: f64 = 0.05;

/// What the runs say of a gate.
#[derive(Clone, Debug, PartialEq)]
pub struct GateVerdict {
    /// In how many runs it was met.
    pub met_in: u64,
    /// Of how many.
    pub of: u64,
    /// What is known of the chance that a run meets it.
    pub chance: Interval,
    /// What that comes to.
    pub decision: IntervalDecision,
}

impl Gate {
    /// The number that is looked at in a run, in the unit of the limit: a count, parts per million, or seconds.
    pub fn value(&self, at: usize, run: &Replicate, grid: &[Time]) -> i64 {
        match &self.what {
            Criterion::Property { .. } => run.violations.get(at).copied().map_or(0, i64::from),
            Criterion::Time { measure, quantile, .. } => {
                let permille = u32::try_from(quantile / 1000).unwrap_or(1000);
                run.quantile(*measure, permille)
            }
            Criterion::Count { measure, of, at, limit, .. } => {
                let Some(at) = grid.iter().position(|instant| instant == at) else { return 0 };
                let count: i64 = Series::of(*measure, *of).map(|series| run.at(series, at)).sum();
                match limit {
                    CountLimit::Count(_) => count,
                    CountLimit::Share(_) => {
                        (count * i64::from(WHOLE)).checked_div(run.at(Series::Accounts(*of), at)).unwrap_or(0)
                    }
                }
            }
        }
    }

    /// Whether a run meets it.
    pub fn met(&self, at: usize, run: &Replicate, grid: &[Time]) -> bool {
        let value = self.value(at, run, grid);
        match &self.what {
            Criterion::Property { at_most, .. } => value <= i64::from(*at_most),
            // A limit is in milliseconds, and a value in whole seconds.
            Criterion::Time { limit, least, .. } => side(value, limit.0 / SECOND, *least),
            Criterion::Count { limit: CountLimit::Count(limit), least, .. } => side(value, i64::from(*limit), *least),
            Criterion::Count { limit: CountLimit::Share(limit), least, .. } => side(value, *limit, *least),
        }
    }

    /// What all runs say of it: by the exact interval, or, where their number was chosen by looking, by one that holds
    /// at every look.
    pub fn judge(&self, at: usize, runs: &[Replicate], grid: &[Time], looked: bool) -> GateVerdict {
        let met_in = runs.iter().filter(|run| self.met(at, run, grid)).count() as u64;
        let of = runs.len() as u64;
        let chance = if looked { share_sequence(met_in, of, ALPHA) } else { clopper_pearson(met_in, of, ALPHA) };
        #[allow(clippy::cast_precision_loss)]
        let needed = self.in_runs as f64 / f64::from(WHOLE);
        GateVerdict { met_in, of, chance, decision: decide(chance, needed) }
    }
}

fn side(value: i64, limit: i64, least: bool) -> bool {
    if least { value >= limit } else { value <= limit }
}

/// The answer to go or no go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoNoGo {
    /// Every gate that counts is met.
    Go,
    /// One is missed.
    NoGo,
    /// The runs do not decide one.
    Undecided,
}

/// Go or no go by the verdicts of all gates; an undecided gate may count as a missed one.
pub fn go_no_go(plan: &RehearsalPlan, verdicts: &[GateVerdict]) -> GoNoGo {
    let binding = || plan.gates.iter().zip(verdicts).filter(|(gate, _)| !gate.warns).map(|(_, v)| v.decision);
    if binding().any(|decision| decision == IntervalDecision::Missed) {
        return GoNoGo::NoGo;
    }
    match binding().any(|decision| decision == IntervalDecision::Undecided) {
        true if plan.undecided_is_no_go => GoNoGo::NoGo,
        true => GoNoGo::Undecided,
        false => GoNoGo::Go,
    }
}

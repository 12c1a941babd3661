//! What has to be so for a go, judged over the runs.
//!
//! Promises four answers: *met* and *missed* where an interval on the share of runs lies wholly on one side of what is
//! asked, *undecided* where it does not, and *not judged* where the runs say nothing of the gate, which is never a go.
//! Deliberately reads results alone.

use super::replicate::Replicate;
use crate::kernel::units::{SECOND, WHOLE};
use crate::rehearsal::setup::gate_spec::{CountLimit, Criterion, Gate};
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::statistics::{Interval, IntervalDecision, clopper_pearson, decide, share_sequence};

/// The chance that an interval misses.
pub const ALPHA: f64 = 0.05;
/// The most runs that a rehearsal can have.
pub const MOST_RUNS: u64 = 1_000_000;

/// Why a run says nothing of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotJudged {
    /// There was nobody whom it is about, and nothing that could have violated it.
    Nobody,
    /// The policy's cutover, or what it decided on the way, puts some of whom it is about out of its reach.
    OutOfReach,
}

/// What the runs come to for a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateDecision {
    /// The whole interval meets what is asked.
    Met,
    /// The whole interval misses it.
    Missed,
    /// More runs are needed.
    Undecided,
    /// The runs say nothing of it, and more of them would not either.
    NotJudged(NotJudged),
}

impl From<IntervalDecision> for GateDecision {
    fn from(decision: IntervalDecision) -> GateDecision {
        match decision {
            IntervalDecision::Met => GateDecision::Met,
            IntervalDecision::Missed => GateDecision::Missed,
            IntervalDecision::Undecided => GateDecision::Undecided,
        }
    }
}

/// What the runs say of a gate.
#[derive(Clone, Debug, PartialEq)]
pub struct GateVerdict {
    /// In how many runs it was met.
    pub met_in: u64,
    /// Of how many that say something of it.
    pub of: u64,
    /// In how many runs it was about nobody.
    pub nobody_in: u64,
    /// In how many runs it was out of reach.
    pub out_of_reach_in: u64,
    /// What is known of the chance that a run meets it.
    pub chance: Interval,
    /// What that comes to.
    pub decision: GateDecision,
}

impl Gate {
    /// The number that is looked at in a run, in the unit of the limit: a count, parts per million, or seconds.
    ///
    /// # Errors
    /// Why the run says nothing of the gate.
    pub fn value(&self, at: usize, run: &Replicate) -> Result<i64, NotJudged> {
        match &self.what {
            Criterion::Property { .. } => match run.occasions.get(at) {
                None | Some(0) => Err(NotJudged::Nobody),
                Some(_) => Ok(run.violations.get(at).copied().map_or(0, i64::from)),
            },
            Criterion::Time { measure, quantile, .. } => {
                let permille = u32::try_from(quantile / 1000).unwrap_or(1000);
                run.quantile(*measure, permille).ok_or(NotJudged::Nobody)
            }
            Criterion::Count { limit, .. } => {
                let seen = run.gates.get(at).copied().unwrap_or_default();
                match (seen.out, seen.whole, limit) {
                    (1.., ..) => Err(NotJudged::OutOfReach),
                    (0, 0, _) => Err(NotJudged::Nobody),
                    (0, _, CountLimit::Count(_)) => Ok(i64::from(seen.part)),
                    (0, whole, CountLimit::Share(_)) => Ok(i64::from(seen.part) * i64::from(WHOLE) / i64::from(whole)),
                }
            }
        }
    }

    /// Whether a run meets it.
    ///
    /// # Errors
    /// Why the run says nothing of the gate.
    pub fn met(&self, at: usize, run: &Replicate) -> Result<bool, NotJudged> {
        let value = self.value(at, run)?;
        Ok(match &self.what {
            Criterion::Property { at_most, .. } => value <= i64::from(*at_most),
            // A limit is in milliseconds, and a value in whole seconds.
            Criterion::Time { limit, least, .. } => side(value, limit.0 / SECOND, *least),
            Criterion::Count { limit: CountLimit::Count(limit), least, .. } => side(value, i64::from(*limit), *least),
            Criterion::Count { limit: CountLimit::Share(limit), least, .. } => side(value, *limit, *least),
        })
    }

    /// What all runs say of it: by the exact interval, or, where their number was chosen by looking, by one that holds
    /// at every look.
    pub fn judge(&self, at: usize, runs: &[Replicate], looked: bool) -> GateVerdict {
        let said: Vec<Result<bool, NotJudged>> = runs.iter().map(|run| self.met(at, run)).collect();
        let count = |so: Result<bool, NotJudged>| said.iter().filter(|is| **is == so).count() as u64;
        let (met_in, nobody_in) = (count(Ok(true)), count(Err(NotJudged::Nobody)));
        let out_of_reach_in = count(Err(NotJudged::OutOfReach));
        let of = met_in + count(Ok(false));
        let chance = if looked { share_sequence(met_in, of, ALPHA) } else { clopper_pearson(met_in, of, ALPHA) };
        let decision = match (of, out_of_reach_in, nobody_in) {
            (_, 1.., _) => GateDecision::NotJudged(NotJudged::OutOfReach),
            (0, 0, 1..) => GateDecision::NotJudged(NotJudged::Nobody),
            _ => decide(chance, self.needed()).into(),
        };
        GateVerdict { met_in, of, nobody_in, out_of_reach_in, chance, decision }
    }

    /// The share of runs in which it has to be met.
    #[allow(clippy::cast_precision_loss)]
    fn needed(&self) -> f64 {
        self.in_runs as f64 / f64::from(WHOLE)
    }

    /// The fewest runs in which it can be met, if it is met in all of them but these many in a million; none where no
    /// rehearsal has so many.
    pub fn fewest_runs(&self, missed: u64) -> Option<u64> {
        let met = |runs: &u64| {
            let met_in = runs - (runs * missed).div_ceil(u64::from(WHOLE));
            decide(clopper_pearson(met_in, *runs, ALPHA), self.needed()) == IntervalDecision::Met
        };
        let (mut low, mut high) = (0, 1);
        while !met(&high) {
            (low, high) = (high, high * 2);
            if high > 2 * MOST_RUNS {
                return None;
            }
        }
        // Between one that is too few and one that is enough.
        while high - low > 1 {
            let middle = low.midpoint(high);
            if met(&middle) { high = middle } else { low = middle }
        }
        Some(high).filter(|runs| *runs <= MOST_RUNS)
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
    /// The runs do not decide one, or say nothing of it.
    Undecided,
}

/// Go or no go by the verdicts of all gates; an undecided gate may count as a missed one, and so may one that is not
/// judged.
pub fn go_no_go(plan: &RehearsalPlan, verdicts: &[GateVerdict]) -> GoNoGo {
    let binding = || plan.gates.iter().zip(verdicts).filter(|(gate, _)| !gate.warns).map(|(_, v)| v.decision);
    if binding().any(|decision| decision == GateDecision::Missed) {
        return GoNoGo::NoGo;
    }
    match binding().any(|decision| matches!(decision, GateDecision::Undecided | GateDecision::NotJudged(_))) {
        true if plan.undecided_is_no_go => GoNoGo::NoGo,
        true => GoNoGo::Undecided,
        false => GoNoGo::Go,
    }
}

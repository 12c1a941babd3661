//! Paired comparison of candidates, assumed values and swept values with the base, under common random numbers: every
//! plan meets the same people with the same luck.
//!
//! Promises the same results for any number of threads. Deliberately weighs no yardstick against another.

use super::sensitivity::{RehearsalOutcome, Sensitivity, Setting, SweepAnswer, answers, rank, with};
use super::yardsticks::{ComparisonRule, Overall, Strictness, YardstickRow, common_grid, compare, overall};
use crate::kernel::Time;
use crate::rehearsal::measure::replicate::Replicate;
use crate::rehearsal::measure::summary::taken;
use crate::rehearsal::measure::trajectories::{Trajectories, trajectories};
use crate::rehearsal::run::runner::replicates;
use crate::rehearsal::setup::plan::{RehearsalPlan, cutovers};

/// One candidate, held against the base.
#[derive(Clone, Debug)]
pub struct CandidateRow {
    /// The candidate's name.
    pub name: String,
    /// When it cuts over within the span; never, where there is none.
    pub cutovers: Vec<Time>,
    /// What it decides on the way, each with the number of runs in which it did.
    pub decided: Vec<(String, usize)>,
    /// How its gates came out.
    pub outcome: RehearsalOutcome,
    /// Yardstick by yardstick.
    pub rows: Vec<YardstickRow>,
    /// All in all.
    pub overall: Overall,
    /// How it fares over time.
    pub trajectories: Trajectories,
}

/// The results of a comparison.
#[derive(Clone, Debug)]
pub struct Comparison<'p> {
    /// The base.
    pub plan: &'p RehearsalPlan,
    /// How the base's gates came out.
    pub base: RehearsalOutcome,
    /// The instants at which all of them were counted.
    pub grid: Vec<Time>,
    /// How the base fares over time.
    pub trajectories: Trajectories,
    /// The margin, as a share of the base's mean.
    pub margin: f64,
    /// The candidates.
    pub candidates: Vec<CandidateRow>,
    /// One-at-a-time sensitivity: assumed values, those first that would turn the verdict.
    pub doubts: Vec<Sensitivity>,
    /// The grid of the sweep: every combination of values.
    pub table: Vec<(Vec<Setting>, RehearsalOutcome)>,
    /// What the table answers.
    pub answers: Vec<SweepAnswer>,
}

/// Runs the base, the candidates, the doubts and the table, all at the same instants; `stage` is told what comes next.
pub fn comparison<'p>(
    plan: &'p RehearsalPlan,
    others: &[RehearsalPlan],
    table: Vec<Vec<Setting>>,
    margin: f64,
    stage: &dyn Fn(&str),
) -> Comparison<'p> {
    let grid = common_grid(std::iter::once(plan).chain(others));
    stage(&plan.candidate.name);
    let runs = replicates(plan, 0..plan.runs, &grid);
    compared_with(plan, (&grid, &runs), others, table, margin, stage)
}

/// The comparison with a base that has been run on the grid that it shares with the candidates.
pub(super) fn compared_with<'p>(
    plan: &'p RehearsalPlan,
    (grid, runs): (&[Time], &[Replicate]),
    others: &[RehearsalPlan],
    table: Vec<Vec<Setting>>,
    margin: f64,
    stage: &dyn Fn(&str),
) -> Comparison<'p> {
    let rule = ComparisonRule::of(plan, plan, grid);
    let strictness = Strictness { margin, alpha: 0.05 };
    let compared = |other: &RehearsalPlan| {
        stage(&other.candidate.name);
        let runs_of = replicates(other, 0..plan.runs, grid);
        let rows = compare((&rule, runs), (&ComparisonRule::of(other, plan, grid), &runs_of), strictness);
        let outcome = RehearsalOutcome::of(other, &runs_of);
        let cutovers = cutovers(other).into_iter().collect();
        let decided = taken(other, &runs_of).into_iter().map(|(midway, count)| (midway.id.clone(), count)).collect();
        let trajectories = trajectories(&runs_of, grid, rule.since());
        CandidateRow {
            name: other.candidate.name.clone(),
            cutovers,
            decided,
            outcome,
            overall: overall(&rows),
            rows,
            trajectories,
        }
    };
    let candidates = others.iter().map(compared).collect();
    let base = RehearsalOutcome::of(plan, runs);
    let of_base = trajectories(runs, grid, rule.since());
    let at = |settings: &[Setting]| {
        stage("other values");
        let other = with(plan, settings);
        let grid = common_grid([plan, &other]);
        RehearsalOutcome::of(&other, &replicates(&other, 0..plan.runs, &grid))
    };
    let doubted = plan.doubt.iter().flat_map(|(knob, values)| values.iter().map(move |value| (*knob, *value)));
    let doubts = rank(&base, doubted.map(|setting| (setting, at(&[setting]))).collect());
    let table: Vec<(Vec<Setting>, RehearsalOutcome)> =
        table.into_iter().map(|cell| (cell.clone(), at(&cell))).collect();
    let answers = answers(&table, plan.gates.len());
    Comparison { plan, base, grid: grid.to_vec(), trajectories: of_base, margin, candidates, doubts, table, answers }
}

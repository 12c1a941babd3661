//! What is run beside a rehearsal for its report: its candidates and what is assumed, and what each remedy before the date
//! would do, all for the same people with the same luck.
//!
//! Promises the same results for any number of threads, and effects that were run and not guessed. Deliberately judges no
//! remedy: it counts whom it helps.

use super::sensitivity::{RehearsalOutcome, Sensitivity, Setting, SweepAnswer, answers, rank, with};
use super::yardsticks::{ComparisonRule, Overall, Strictness, YardstickRow, common_grid, compare, overall};
use crate::format::parameters::Parameter;
use crate::kernel::{Draws, Time};
use crate::policy::request::Role;
use crate::rehearsal::behaviour::remedy::Remedy;
use crate::rehearsal::measure::counters::Replicate;
use crate::rehearsal::measure::summary::taken;
use crate::rehearsal::measure::trajectories::{Trajectories, trajectories};
use crate::rehearsal::observe::snapshot::{AccountSnapshot, EveSnapshot};
use crate::rehearsal::setup::names::name;
use crate::rehearsal::setup::observation_times;
use crate::rehearsal::setup::plan::{RehearsalPlan, cutovers};
use crate::rehearsal::{replicate_with_snapshot, replicates};
use crate::statistics::{Moments, Paired};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// About how many accounts are looked at beside, over all runs, where nobody says how many runs.
const ACCOUNTS: u64 = 80_000;
/// Fewer runs than this are no comparison.
const FEWEST: u32 = 2;

/// One candidate beside the base.
#[derive(Clone, Debug)]
pub struct CandidateRow {
    /// The candidate's name.
    pub name: String,
    /// When it cuts over within the span; never, where there is none.
    pub cutovers: Vec<Time>,
    /// What it decides on the way, each with the number of runs in which it did.
    pub decided: Vec<(String, usize)>,
    /// What its gates came to.
    pub outcome: RehearsalOutcome,
    /// Yardstick by yardstick.
    pub rows: Vec<YardstickRow>,
    /// All in all.
    pub overall: Overall,
    /// How it fares over time.
    pub trajectories: Trajectories,
}

/// All that a comparison came to.
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
    /// What is assumed, by what it would turn.
    pub doubts: Vec<Sensitivity>,
    /// The table of the sweep.
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
fn compared_with<'p>(
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
        let outcome = RehearsalOutcome::of(other, grid, &runs_of);
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
    let base = RehearsalOutcome::of(plan, grid, runs);
    let base_curves = trajectories(runs, grid, rule.since());
    let at = |settings: &[Setting]| {
        stage("other values");
        let other = with(plan, settings);
        let grid = common_grid([plan, &other]);
        RehearsalOutcome::of(&other, &grid, &replicates(&other, 0..plan.runs, &grid))
    };
    let doubted = plan.doubt.iter().flat_map(|(knob, values)| values.iter().map(move |value| (*knob, *value)));
    let doubts = rank(&base, doubted.map(|setting| (setting, at(&[setting]))).collect());
    let table: Vec<(Vec<Setting>, RehearsalOutcome)> =
        table.into_iter().map(|cell| (cell.clone(), at(&cell))).collect();
    let answers = answers(&table, plan.gates.len());
    Comparison {
        plan,
        base,
        grid: grid.to_vec(),
        trajectories: base_curves,
        margin,
        candidates,
        doubts,
        table,
        answers,
    }
}

/// How many runs are run beside where nobody says: as many as the rehearsal has, and fewer of a large population.
pub fn usual_runs(plan: &RehearsalPlan) -> u32 {
    let people = match &plan.directory {
        Some(places) => places.iter().map(|place| place.people.len() as u64).sum(),
        None => {
            let count = |a, b| u64::from(plan.parameters.count(a)) * u64::from(plan.parameters.count(b));
            count(Parameter::Schools, Parameter::SchoolStaff) + count(Parameter::Divisions, Parameter::DivisionStaff)
        }
    };
    let runs = u32::try_from(ACCOUNTS / people.max(1)).unwrap_or(u32::MAX);
    runs.clamp(FEWEST, plan.runs.max(FEWEST)).min(plan.runs)
}

/// Whom a line of a work list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whom {
    /// The person of this number at their place, and what they are to the rollout: the same one in every run.
    Person(u32, Role),
    /// Whoever has this role: who that is differs from run to run.
    Role(Role),
    /// The custodians of generic accounts.
    Custodians,
    /// The custodian of this number, for one or more generic accounts.
    Custodian(u32),
}

/// One line of a work list: counts over the runs that were looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkLine {
    /// Accounts that lack it.
    pub lack: u32,
    /// Those of them that are locked out on the first morning.
    pub out: u32,
    /// Those of them that are locked out on the first morning where it is done.
    pub still: u32,
}

/// What a remedy does to the whole.
#[derive(Clone, Debug)]
pub struct RemedyRow {
    /// Which.
    pub remedy: Remedy,
    /// Accounts that lack it, a run.
    pub lack: Moments,
    /// Accounts locked out on the first morning: without it, and with it.
    pub morning: Paired,
    /// What the gates come to with it.
    pub outcome: RehearsalOutcome,
}

/// All that was run beside.
#[derive(Clone, Debug)]
pub struct Study<'p> {
    /// The same rehearsal, of the first so many runs.
    pub comparison: Comparison<'p>,
    /// A closer look at each of these runs.
    pub looks: Vec<EveSnapshot>,
    /// The remedies that anybody lacks, those first that help most.
    pub remedies: Vec<RemedyRow>,
    /// Who should do what: by place, person and remedy.
    pub work: BTreeMap<(u32, Whom, Remedy), WorkLine>,
    /// Over how many runs its lines count.
    pub work_runs: u32,
    /// The names of those that it is about, by place and number, where names are asked for.
    pub names: BTreeMap<(u32, u32), String>,
}

/// Runs all of it for a plan whose number of runs is that of what is run beside.
///
/// With `named`, people of a drawn population have names, and the work lists are of the first run, whose people these are.
pub fn study<'p>(plan: &'p RehearsalPlan, others: &[RehearsalPlan], named: bool, stage: &dyn Fn(&str)) -> Study<'p> {
    let named = named && plan.directory.is_none();
    let work_runs = if named { plan.runs.min(1) } else { plan.runs };
    let (grid, common) = (observation_times::of(plan), common_grid(std::iter::once(plan).chain(others)));
    let look = |remedy: Option<Remedy>, grid: &[Time]| -> (Vec<Replicate>, Vec<EveSnapshot>) {
        let runs = (0..plan.runs).into_par_iter();
        runs.map(|number| replicate_with_snapshot(plan, number, grid, EveSnapshot::new(plan, remedy))).unzip()
    };
    // The base is run once, looked at and compared.
    stage(&plan.candidate.name);
    let (runs, mut base) = look(None, &common);
    base.iter_mut().for_each(|aside| aside.hours.retain(|(at, _)| grid.binary_search(at).is_ok()));
    let comparison = compared_with(plan, (&common, &runs), others, Vec::new(), 0.05, stage);
    drop(runs);
    let mut work = BTreeMap::new();
    let mut remedies = Vec::new();
    for remedy in Remedy::ALL {
        let lack = |aside: &EveSnapshot| aside.seen.iter().filter(|seen| seen.lacks.has(*remedy)).count();
        if base.iter().all(|aside| lack(aside) == 0) {
            continue;
        }
        stage(remedy.does());
        let (runs, remedied) = look(Some(*remedy), &grid);
        let mut morning = Paired::default();
        for (number, (before, after)) in (0..).zip(base.iter().zip(&remedied)) {
            morning.add(count(before.out().count()), count(after.out().count()));
            if number >= work_runs {
                continue;
            }
            for (one, other) in before.seen.iter().zip(&after.seen).filter(|(one, _)| one.lacks.has(*remedy)) {
                let line: &mut WorkLine =
                    work.entry((one.place, whom(plan.directory.is_some() || named, one), *remedy)).or_default();
                line.lack += 1;
                line.out += u32::from(one.out.is_some());
                line.still += u32::from(other.out.is_some());
            }
        }
        remedies.push(RemedyRow {
            remedy: *remedy,
            lack: Moments::of(base.iter().map(|aside| count(lack(aside)))),
            morning,
            outcome: RehearsalOutcome::of(plan, &grid, &runs),
        });
    }
    remedies.sort_by_key(|r| (r.morning.difference.sum(), r.remedy));
    let draws = Draws { seed: u64::from(plan.seed), replicate: 0 };
    let seen = base.first().into_iter().flat_map(|aside| &aside.seen).filter(|_| named);
    let names = seen.map(|seen| ((seen.place, seen.number), name(draws, seen.owner.0))).collect();
    Study { comparison, looks: base, remedies, work, work_runs, names }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A directory has the same people in every run; drawn people are others in each.
fn whom(known: bool, seen: &AccountSnapshot) -> Whom {
    match (known, seen.generic) {
        (true, true) => Whom::Custodian(seen.number),
        (false, true) => Whom::Custodians,
        (true, false) => Whom::Person(seen.number, seen.role),
        (false, false) => Whom::Role(seen.role),
    }
}

//! The effect of each remedy before the date, and the work lists of who should do what: each remedy is run, not
//! guessed.
//!
//! Promises common random numbers: without and with a remedy, the same people have the same luck. Deliberately judges
//! no remedy: it counts whom it helps.

use super::comparison::{Comparison, compared_with};
use super::sensitivity::RehearsalOutcome;
use super::yardsticks::common_grid;
use crate::format::parameters::Parameter;
use crate::kernel::{Draws, Time};
use crate::policy::request::Role;
use crate::rehearsal::behaviour::remedy::Remedy;
use crate::rehearsal::measure::replicate::Replicate;
use crate::rehearsal::observe::snapshot::{AccountSnapshot, EveSnapshot};
use crate::rehearsal::run::replicate::replicate_with_snapshot;
use crate::rehearsal::setup::names::name;
use crate::rehearsal::setup::observation_times;
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::statistics::{Moments, Paired};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// About how many accounts are looked at in a study, over all its runs, where nobody says how many runs.
const ACCOUNTS: u64 = 80_000;
/// Fewer runs than this are no comparison.
const FEWEST: u32 = 2;

/// Over how many runs a study goes where nobody says: as many as the rehearsal has, and fewer of a large population.
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

/// The effect of a remedy that is made for all who lack it.
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

/// The experiments that a report of a rehearsal shows.
#[derive(Clone, Debug)]
pub struct Study<'p> {
    /// The comparison with the candidates, over the first runs.
    pub comparison: Comparison<'p>,
    /// The snapshot of each of these runs.
    pub snapshots: Vec<EveSnapshot>,
    /// The remedies that anybody lacks, those first that help most.
    pub remedies: Vec<RemedyRow>,
    /// Who should do what: by place, person and remedy.
    pub work: BTreeMap<(u32, Whom, Remedy), WorkLine>,
    /// Over how many runs its lines count.
    pub work_runs: u32,
    /// The names of those that it is about, by place and number, where names are asked for.
    pub names: BTreeMap<(u32, u32), String>,
}

/// Runs all experiments for a plan whose number of runs is that of the study; `stage` is told what comes next.
///
/// With `named`, people of a drawn population have names, and the work lists are of the first run, whose people these
/// are.
pub fn study<'p>(plan: &'p RehearsalPlan, others: &[RehearsalPlan], named: bool, stage: &dyn Fn(&str)) -> Study<'p> {
    let named = named && plan.directory.is_none();
    let work_runs = if named { plan.runs.min(1) } else { plan.runs };
    let (grid, common) = (observation_times::of(plan), common_grid(std::iter::once(plan).chain(others)));
    // The base is run once, looked at and compared.
    stage(&plan.candidate.name);
    let (runs, mut base) = snapshots(plan, None, &common);
    base.iter_mut().for_each(|snapshot| snapshot.hours.retain(|(at, _)| grid.binary_search(at).is_ok()));
    let comparison = compared_with(plan, (&common, &runs), others, Vec::new(), 0.05, stage);
    drop(runs);
    // A directory has the same people in every run; drawn people are others in each.
    let known = plan.directory.is_some() || named;
    let mut work = BTreeMap::new();
    let mut remedies = Vec::new();
    for remedy in Remedy::ALL.iter().copied() {
        if base.iter().all(|snapshot| lack(snapshot, remedy) == 0) {
            continue;
        }
        stage(remedy.does());
        let (runs, remedied) = snapshots(plan, Some(remedy), &grid);
        let mut morning = Paired::default();
        for (before, after) in base.iter().zip(&remedied) {
            morning.add(count(before.locked_out().count()), count(after.locked_out().count()));
        }
        for (before, after) in base.iter().zip(&remedied).take(work_runs as usize) {
            let pairs = before.accounts.iter().zip(&after.accounts);
            for (one, other) in pairs.filter(|(one, _)| one.lacks.has(remedy)) {
                let line: &mut WorkLine = work.entry((one.place, Whom::of(one, known), remedy)).or_default();
                line.lack += 1;
                line.out += u32::from(one.out.is_some());
                line.still += u32::from(other.out.is_some());
            }
        }
        let lack = Moments::of(base.iter().map(|snapshot| count(lack(snapshot, remedy))));
        remedies.push(RemedyRow { remedy, lack, morning, outcome: RehearsalOutcome::of(plan, &runs) });
    }
    remedies.sort_by_key(|r| (r.morning.difference.sum(), r.remedy));
    let draws = Draws { seed: u64::from(plan.seed), replicate: 0 };
    let people = base.first().into_iter().flat_map(|snapshot| &snapshot.accounts).filter(|_| named);
    let names = people.map(|is| ((is.place, is.number), name(draws, is.owner.0))).collect();
    Study { comparison, snapshots: base, remedies, work, work_runs, names }
}

/// All replicates of a plan with their snapshots, with a remedy made on the eve, if any.
fn snapshots(plan: &RehearsalPlan, remedy: Option<Remedy>, grid: &[Time]) -> (Vec<Replicate>, Vec<EveSnapshot>) {
    let runs = (0..plan.runs).into_par_iter();
    runs.map(|number| replicate_with_snapshot(plan, number, grid, remedy)).unzip()
}

/// How many accounts lack what a remedy brings.
fn lack(snapshot: &EveSnapshot, remedy: Remedy) -> usize {
    snapshot.accounts.iter().filter(|account| account.lacks.has(remedy)).count()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Whom {
    /// Whom an account's line is about; `known` where people are the same in every run.
    const fn of(account: &AccountSnapshot, known: bool) -> Whom {
        match (known, account.generic) {
            (true, true) => Whom::Custodian(account.number),
            (false, true) => Whom::Custodians,
            (true, false) => Whom::Person(account.number, account.role),
            (false, false) => Whom::Role(account.role),
        }
    }
}

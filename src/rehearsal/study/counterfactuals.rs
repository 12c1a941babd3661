//! Individuals whose first morning is another under a candidate than under the base: the same people with the same
//! luck.
//!
//! Promises that each is told twice, once under each policy, as a scenario that `test` replays. Deliberately counts
//! nothing: the comparison does.

use crate::policy::request::Reason;
use crate::rehearsal::extract::replay_check::{ExtractedScenario, extract};
use crate::rehearsal::observe::journal::PersonRef;
use crate::rehearsal::observe::snapshot::{AccountSnapshot, EveSnapshot};
use crate::rehearsal::run::replicate::replicate_with_snapshot;
use crate::rehearsal::setup::observation_times;
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::replay::library::Library;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// In how many runs individuals are looked for.
const RUNS: u32 = 4;
/// How many of one kind are tried, until one can be pulled out under both policies.
const TRIES: usize = 4;

/// One individual, under both policies.
#[derive(Clone, Debug)]
pub struct Counterfactual {
    /// The candidate lets in whom the base locks out, or the other way round.
    pub helped: bool,
    /// Why they are locked out under the one that locks them out.
    pub cause: Reason,
    /// Who it is.
    pub whose: PersonRef,
    /// In which run.
    pub run: u32,
    /// How many there are of this kind in the runs that were looked at.
    pub of: usize,
    /// Their life under the base.
    pub base: ExtractedScenario,
    /// Their life under the candidate.
    pub candidate: ExtractedScenario,
}

/// For each direction and cause one individual: of those, the one who is out longest before the first morning's count.
/// Each policy has its own first morning.
pub fn counterfactuals(base: &RehearsalPlan, candidate: &RehearsalPlan, book: &Library) -> Vec<Counterfactual> {
    let looks = |plan: &RehearsalPlan| -> Vec<EveSnapshot> {
        let grid = observation_times::of(plan);
        let runs = (0..plan.runs.min(RUNS)).into_par_iter();
        runs.map(|run| replicate_with_snapshot(plan, run, &grid, None).1).collect()
    };
    let (before, after) = (looks(base), looks(candidate));
    let mut kinds: BTreeMap<(bool, Reason), Vec<(u32, AccountSnapshot)>> = BTreeMap::new();
    for (run, (one, other)) in (0..).zip(before.iter().zip(&after)) {
        for (one, other) in one.accounts.iter().zip(&other.accounts).filter(|(one, _)| !one.generic) {
            match (one.out, other.out) {
                (Some((cause, _)), None) if other.exists => kinds.entry((true, cause)).or_default().push((run, *one)),
                (None, Some((cause, _))) if one.exists => kinds.entry((false, cause)).or_default().push((run, *other)),
                _ => {}
            }
        }
    }
    let mut out = Vec::new();
    for ((helped, cause), mut people) in kinds {
        people.sort_by_key(|(run, seen)| (seen.out.map(|(_, since)| since), *run, seen.owner));
        let of = people.len();
        out.extend(people.into_iter().take(TRIES).find_map(|(run, seen)| {
            let whose = PersonRef { place: seen.place as usize, number: seen.number };
            let under_base = extract(base, book, run, whose, Some(&candidate.candidate.name)).ok()?;
            let under_candidate = extract(candidate, book, run, whose, Some(&base.candidate.name)).ok()?;
            Some(Counterfactual { helped, cause, whose, run, of, base: under_base, candidate: under_candidate })
        }));
    }
    out
}

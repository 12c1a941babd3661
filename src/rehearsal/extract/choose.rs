//! Which people of a rehearsal have their story told: for each main cause of lockout one, near the median.
//!
//! Promises the same choice for the same replicates. Deliberately writes nothing.

use super::replay_check::{ExtractedScenario, extract};
use crate::kernel::Time;
use crate::policy::request::Reason;
use crate::rehearsal::observe::journal::PersonRef;
use crate::rehearsal::observe::snapshot::{AccountSnapshot, EveSnapshot};
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::replay::library::Library;
use crate::world::ids::PersonId;
use std::collections::BTreeMap;

/// How many people are tried for a story.
const TRIES: usize = 3;

/// A person whose story is told.
#[derive(Clone, Debug)]
pub struct ExtractedStory {
    /// Why they were locked out on the first morning.
    pub cause: Reason,
    /// Who it is.
    pub whose: PersonRef,
    /// Their number in the world.
    pub person: PersonId,
    /// In which run.
    pub run: u32,
    /// Their life.
    pub pulled: ExtractedScenario,
}

/// For each main cause on the first morning one person, in the run that is nearest to the median: of those who are
/// locked out for this cause, the one in the middle by the time at which it began.
pub fn stories(plan: &RehearsalPlan, book: &Library, looks: &[EveSnapshot], most: usize) -> Vec<ExtractedStory> {
    let own = |snapshot: &EveSnapshot| snapshot.locked_out().filter(|seen| !seen.generic).count();
    let mut order: Vec<(usize, usize)> = looks.iter().map(own).zip(0..).collect();
    order.sort_unstable();
    let middle = order.len() / 2;
    let Some((_, run)) = order.get(middle).copied() else { return Vec::new() };
    let mut causes: BTreeMap<Reason, usize> = BTreeMap::new();
    for (cause, _) in
        looks.iter().flat_map(EveSnapshot::locked_out).filter(|seen| !seen.generic).filter_map(|seen| seen.out)
    {
        *causes.entry(cause).or_insert(0) += 1;
    }
    let mut causes: Vec<(usize, Reason)> = causes.into_iter().map(|(cause, count)| (count, cause)).collect();
    causes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut out = Vec::new();
    for (_, cause) in causes.into_iter().take(most) {
        // The run in the middle first, then the others in their order.
        let runs = std::iter::once(run).chain((0..looks.len()).filter(|other| *other != run));
        let told = runs.filter_map(|run| looks.get(run).map(|look| (run, look))).find_map(|(run, look)| {
            let mut of: Vec<(Time, &AccountSnapshot)> = look
                .locked_out()
                .filter(|seen| !seen.generic)
                .filter_map(|seen| seen.out.filter(|(why, _)| *why == cause).map(|(_, since)| (since, seen)))
                .collect();
            of.sort_by_key(|(since, seen)| (*since, seen.owner));
            let at = of.len() / 2;
            let nearest = of.get(at..).into_iter().flatten().chain(of.get(..at).into_iter().flatten());
            nearest.take(TRIES).find_map(|(_, seen)| {
                let whose = PersonRef { place: seen.place as usize, number: seen.number };
                let run = u32::try_from(run).ok()?;
                let pulled = extract(plan, book, run, whose, None).ok()?;
                Some(ExtractedStory { cause, whose, person: seen.owner, run, pulled })
            })
        });
        out.extend(told);
    }
    out
}

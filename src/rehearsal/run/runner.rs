//! All replicates, on as many threads as there are, in the order of their numbers.
//!
//! Promises that what comes out is the replicates 0 to n without a gap, the same for any number of threads: whatever
//! ran ahead of a stop is thrown away. Deliberately knows no clock: whoever watches has one.

use super::replicate::replicate;
use crate::kernel::Time;
use crate::rehearsal::measure::replicate::Replicate;
use crate::rehearsal::setup::observation_times;
use crate::rehearsal::setup::plan::RehearsalPlan;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Runs these replicates side by side; they come in their order.
pub fn replicates(plan: &RehearsalPlan, numbers: Range<u32>, grid: &[Time]) -> Vec<Replicate> {
    numbers.into_par_iter().map(|number| replicate(plan, number, grid)).collect()
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Runs {
    /// The instants at which each was counted.
    pub grid: Vec<Time>,
    /// The replicates, in order.
    pub done: Vec<Replicate>,
    /// It was stopped before the last of them.
    pub partial: bool,
}

#[derive(Default)]
struct Waiting {
    done: Vec<Replicate>,
    ahead: BTreeMap<u32, Replicate>,
    enough: bool,
}

/// Runs these replicates of a plan, after the first of them that are there already. `watch` is told how many are done
/// whenever one is, and says whether to go on; `enough` looks at the first of them, one after the other, and says
/// whether they will do.
pub fn run_all(
    plan: &RehearsalPlan,
    numbers: Range<u32>,
    before: Vec<Replicate>,
    watch: impl Fn(usize) -> bool + Sync,
    enough: impl Fn(&RehearsalPlan, &[Time], &[Replicate]) -> bool + Sync,
) -> Runs {
    let grid = observation_times::of(plan);
    let stop = AtomicBool::new(false);
    let interrupted = AtomicBool::new(false);
    let mut waiting = Waiting::default();
    for run in before {
        waiting.done.push(run);
        waiting.enough = enough(plan, &grid, &waiting.done);
        if waiting.enough {
            stop.store(true, Ordering::Relaxed);
            break;
        }
    }
    let next = |done: &[Replicate]| numbers.start.saturating_add(u32::try_from(done.len()).unwrap_or(u32::MAX));
    let rest = next(&waiting.done)..numbers.end;
    let waiting = Mutex::new(waiting);
    // One after the other, so that the first are done first.
    rest.par_bridge().for_each(|number| {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let run = replicate(plan, number, &grid);
        let mut all = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        all.ahead.insert(number, run);
        while !all.enough {
            let number = next(&all.done);
            let Some(run) = all.ahead.remove(&number) else { break };
            all.done.push(run);
            all.enough = enough(plan, &grid, &all.done);
        }
        if all.enough {
            stop.store(true, Ordering::Relaxed);
        } else if !watch(all.done.len()) {
            interrupted.store(true, Ordering::Relaxed);
            stop.store(true, Ordering::Relaxed);
        }
    });
    let all = waiting.into_inner().unwrap_or_else(PoisonError::into_inner);
    let short = next(&all.done) < numbers.end && !all.enough;
    Runs { grid, partial: short && interrupted.into_inner(), done: all.done }
}

//! When enough replicates have run, looking after each of them.
//!
//! Promises that looking early does no harm: every interval here is a confidence sequence, valid at any stopping time, and
//! replicates count in their order, whatever ran ahead. Deliberately looks at nothing but gates and the first morning.

use super::compare::Rule;
use super::plan::Plan;
use super::tally::Replicate;
use super::{gate::ALPHA, replicates};
use crate::format::rehearsal::Group;
use crate::kernel::Time;
use crate::statistics::{Betting, Decision, anytime::look, decide, share_sequence};
use std::ops::{ControlFlow, Range};

/// Runs replicates side by side, some at a time, and hands them over in their order until told to stop; what ran ahead then is
/// thrown away, so that the number at a time changes no result.
pub fn in_order(
    plan: &Plan,
    grid: &[Time],
    numbers: Range<u32>,
    at_a_time: u32,
    mut take: impl FnMut(Replicate) -> ControlFlow<()>,
) {
    let mut next = numbers.start;
    while next < numbers.end {
        let until = next.saturating_add(at_a_time.max(1)).min(numbers.end);
        for replicate in replicates(plan, next..until, grid) {
            if take(replicate).is_break() {
                return;
            }
        }
        next = until;
    }
}

/// Looks after each replicate whether enough is known.
#[derive(Clone, Debug)]
pub struct Stop<'p> {
    plan: &'p Plan,
    grid: &'p [Time],
    rule: Rule<'p>,
    /// Half of the longest interval that will do.
    precision: f64,
    met: Vec<u64>,
    morning: Betting,
    /// Some replicate counted more people locked out than there are; the sequence says nothing then.
    broken: bool,
}

impl<'p> Stop<'p> {
    /// Stops once every gate is decided, or the share of runs that meet it is known to within this, and so is the mean share of
    /// staff locked out on the first morning.
    pub fn new(plan: &'p Plan, grid: &'p [Time], precision: f64) -> Stop<'p> {
        Stop {
            plan,
            grid,
            rule: Rule::of(plan, plan, grid),
            precision,
            met: vec![0; plan.gates.len()],
            morning: Betting::new(0.0, 1.0, ALPHA),
            broken: false,
        }
    }

    /// Sees the next replicate, and says whether that was enough.
    pub fn see(&mut self, run: &Replicate) -> bool {
        for (at, (met, gate)) in self.met.iter_mut().zip(&self.plan.gates).enumerate() {
            *met += u64::from(gate.met(at, run, self.grid));
        }
        let (locked, all) = self.rule.first_morning(run, Group::Staff);
        #[allow(clippy::cast_precision_loss)]
        let share = locked as f64 / all.max(1) as f64;
        self.broken |= self.morning.push(share).is_err();
        let n = self.morning.count();
        look(n) && !self.broken && self.precise(n)
    }

    fn precise(&self, n: u64) -> bool {
        let known = |(met, gate): (&u64, &super::gate::Gate)| {
            let chance = share_sequence(*met, n, ALPHA);
            decide(chance, gate.needed()) != Decision::Undecided || chance.half_width() <= self.precision
        };
        self.met.iter().zip(&self.plan.gates).all(known) && self.morning.interval().half_width() <= self.precision
    }
}

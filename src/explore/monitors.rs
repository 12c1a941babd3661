//! Properties that look on while states are searched.
//!
//! Promises the verdicts of a replay, but for what is owed: that it has not come is no verdict while it still can come.

use crate::kernel::Time;
use crate::policy::Policy;
use crate::property::{EngineView, Facts, Monitor};
use crate::replay::reachability::BoundedReachability;
use crate::replay::staged_decisions::StagedDecisions;
use crate::search::{Away, Machine, SearchMonitor};
use crate::trace::{Ended, Nobody};
use crate::world::authenticator::Symbolic;
use std::sync::Arc;

/// Monitors at work.
#[derive(Clone, Debug)]
pub struct MonitorSet<'p> {
    policy: &'p Policy,
    /// A bit for each monitor whose property asks for something to come.
    owed: u64,
    monitors: Vec<Monitor>,
    /// What the policy decides on the way.
    decisions: StagedDecisions,
}

impl<'p> MonitorSet<'p> {
    /// These monitors; `owed` has a bit for each that asks for something to come.
    pub fn new(policy: &'p Policy, owed: u64, monitors: Vec<Monitor>, decisions: StagedDecisions) -> MonitorSet<'p> {
        MonitorSet { policy, owed, monitors, decisions }
    }

    /// Looks at the start, at which what was due before is decided.
    pub fn begin(&mut self, machine: &mut Machine<'_>) {
        self.turns(machine);
        self.passed(machine, &[]);
    }

    /// Lets each monitor judge what it sees, now and ahead.
    fn judge(&mut self, machine: &Machine<'_>, away: &[Away], each: impl Fn(&mut Monitor, &mut Sight<'_, '_>)) {
        let MonitorSet { policy, monitors, decisions, .. } = self;
        let mut ahead = BoundedReachability { away, elsewhere: &[], decisions: Some(decisions) };
        let mut sight = EngineView { engine: machine, policy, foresight: &mut ahead };
        monitors.iter_mut().for_each(|monitor| each(monitor, &mut sight));
    }

    /// Whether the deadline of what this property asks for is over.
    pub fn is_over(&self, property: usize) -> bool {
        self.monitors.get(property).is_some_and(|monitor| monitor.broken().is_some())
    }

    fn bits(&self, test: impl Fn(&Monitor) -> bool) -> u64 {
        (0..).zip(&self.monitors).filter(|(_, m)| test(m)).fold(0, |all, (bit, _): (u32, _)| all | 1 << bit.min(63))
    }
}

/// What the monitors of a search see.
type Sight<'a, 'p> = EngineView<'a, 'p, Nobody, Symbolic, BoundedReachability<'a>>;

impl SearchMonitor for MonitorSet<'_> {
    fn ended(&mut self, machine: &Machine<'_>, away: &[Away], ended: &Ended) {
        self.decisions.see(ended);
        self.judge(machine, away, |monitor, sight| monitor.see(machine.now(), ended, sight));
    }

    fn passed(&mut self, machine: &Machine<'_>, away: &[Away]) {
        self.judge(machine, away, |monitor, sight| monitor.look(machine.now(), sight));
    }

    fn turns(&mut self, machine: &mut Machine<'_>) {
        let now = machine.now();
        while self.decisions.next().is_some_and(|at| at <= now) {
            if self.decisions.decide(&mut machine.world) {
                let facts = Arc::new(Facts::of(&machine.world, self.policy));
                self.monitors.iter_mut().for_each(|monitor| monitor.moved(&facts));
            }
        }
    }

    fn next(&self, now: Time) -> Option<Time> {
        // To the second, as rows are; a deadline is over a moment after it.
        let whole = |time: Time| Time(time.0.saturating_add(999).div_euclid(1000) * 1000);
        let due = self.monitors.iter().flat_map(Monitor::deadlines).map(whole);
        due.chain(self.decisions.next()).filter(|at| *at > now).min()
    }

    fn digest(&self, now: Time, settled: u64, out: &mut Vec<u64>) {
        for (bit, monitor) in (0..).zip(&self.monitors) {
            if settled >> bit & 1 == 0 {
                monitor.memory(now, out);
                out.push(u64::MAX);
            }
        }
        self.decisions.digest(out);
    }

    fn spoke(&self) -> u64 {
        self.bits(Monitor::spoke)
    }

    fn broken(&self) -> u64 {
        self.bits(|monitor| monitor.broken().is_some()) & !self.owed
    }

    fn open(&self) -> u64 {
        self.bits(Monitor::waits) & self.owed
    }

    fn cut_short(&self) -> u64 {
        self.bits(|monitor| monitor.is_cut_short() && monitor.broken().is_none())
    }

    fn lost(&self) -> u64 {
        self.bits(|monitor| monitor.broken().is_some()) & self.owed
    }
}

//! Properties that look on while states are searched.
//!
//! Promises the verdicts of a replay, but for what is owed: that it has not come is no verdict while it still can come.

use crate::kernel::Time;
use crate::policy::Policy;
use crate::property::{EngineView, Monitor};
use crate::replay::reachability::BoundedReachability;
use crate::search::{Machine, SearchMonitor};
use crate::trace::Ended;

/// Monitors at work.
#[derive(Clone, Debug)]
pub struct MonitorSet<'p> {
    policy: &'p Policy,
    /// A bit for each monitor whose property asks for something to come.
    owed: u64,
    monitors: Vec<Monitor>,
}

impl<'p> MonitorSet<'p> {
    /// These monitors; `owed` has a bit for each that asks for something to come.
    pub fn new(policy: &'p Policy, owed: u64, monitors: Vec<Monitor>) -> MonitorSet<'p> {
        MonitorSet { policy, owed, monitors }
    }

    /// Looks at the start.
    pub fn begin(&mut self, machine: &Machine<'_>) {
        self.passed(machine);
    }

    /// Whether the deadline of what this property asks for is over.
    pub fn is_over(&self, property: usize) -> bool {
        self.monitors.get(property).is_some_and(|monitor| monitor.broken().is_some())
    }

    fn bits(&self, test: impl Fn(&Monitor) -> bool) -> u64 {
        (0..).zip(&self.monitors).filter(|(_, m)| test(m)).fold(0, |all, (bit, _): (u32, _)| all | 1 << bit.min(63))
    }
}

impl SearchMonitor for MonitorSet<'_> {
    fn ended(&mut self, machine: &Machine<'_>, ended: &Ended) {
        let mut sight = EngineView { engine: machine, policy: self.policy, foresight: &mut BoundedReachability };
        self.monitors.iter_mut().for_each(|monitor| monitor.see(machine.now(), ended, &mut sight));
    }

    fn passed(&mut self, machine: &Machine<'_>) {
        let mut sight = EngineView { engine: machine, policy: self.policy, foresight: &mut BoundedReachability };
        self.monitors.iter_mut().for_each(|monitor| monitor.look(machine.now(), &mut sight));
    }

    fn next(&self, now: Time) -> Option<Time> {
        // To the second, as rows are; a deadline is over a moment after it.
        let whole = |time: Time| Time(time.0.saturating_add(999).div_euclid(1000) * 1000);
        self.monitors.iter().flat_map(Monitor::deadlines).filter(|at| *at > now).map(whole).min()
    }

    fn digest(&self, now: Time, settled: u64, out: &mut Vec<u64>) {
        for (bit, monitor) in (0..).zip(&self.monitors) {
            if settled >> bit & 1 == 0 {
                monitor.memory(now, out);
                out.push(u64::MAX);
            }
        }
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

    fn lost(&self) -> u64 {
        self.bits(|monitor| monitor.broken().is_some()) & self.owed
    }
}

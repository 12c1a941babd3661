//! What the gates over counts see while a replicate runs: each account at the gate's instant, or by its own cutover.
//!
//! Promises that an account is looked at under the rules that it comes under at that time, decisions on the way
//! included, and that whoever a gate does not reach is counted as such. Deliberately judges nothing.

use crate::format::rehearsal::{Group, Measure};
use crate::kernel::Time;
use crate::policy::rules::Rule;
use crate::rehearsal::measure::replicate::GateCount;
use crate::rehearsal::measure::series::Series;
use crate::rehearsal::run::simulation::Simulation;
use crate::rehearsal::setup::gate_spec::{Criterion, GateMoment};
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::rehearsal::setup::plan::rehearsal_plan::waves;
use crate::world::authenticator::Codes;
use crate::world::ids::AccountId;
use std::collections::BTreeSet;

/// The counts of a replicate under way, one for each gate.
#[derive(Clone, Debug)]
pub struct GateCounts {
    counts: Vec<GateCount>,
    /// The cutovers that the policy can come to, each with whether it is that of schools.
    waves: BTreeSet<(Time, bool)>,
}

impl GateCounts {
    /// Nothing counted yet.
    pub fn of(plan: &RehearsalPlan) -> GateCounts {
        GateCounts { counts: vec![GateCount::default(); plan.gates.len()], waves: waves(plan) }
    }

    /// An observation time has come: every gate that looks then counts.
    pub fn count<C: Codes>(&mut self, sim: &Simulation<'_, C>, instant: Time) {
        for (gate, count) in sim.plan().gates.iter().zip(&mut self.counts) {
            match gate.what {
                Criterion::Count { measure, of, at, .. } if measure.has_groups() => {
                    by_account(sim, (measure, of, at), instant, count);
                }
                Criterion::Count { measure, of, at, least, .. } => {
                    let own = |(cutover, school): &(Time, bool)| at.own(*cutover, *school) == Some(instant);
                    if at == GateMoment::At(instant) || at.is_relative() && self.waves.iter().any(own) {
                        of_all(sim, (measure, of, least), count);
                    }
                }
                Criterion::Time { .. } | Criterion::Property { .. } => {}
            }
        }
    }

    /// The replicate is over: whoever a gate has not looked at is out of its reach.
    pub fn finish<C: Codes>(mut self, sim: &Simulation<'_, C>) -> Vec<GateCount> {
        let plan = sim.plan();
        let within = |at: Option<Time>| at.is_some_and(|at| (plan.start()..=plan.end()).contains(&at));
        for (gate, count) in plan.gates.iter().zip(&mut self.counts) {
            let (at, out) = match &gate.what {
                Criterion::Count { measure, of, at, .. } if measure.has_groups() => {
                    let missed = |(id, ..): &(AccountId, bool, bool)| !within(own(sim, *id, *at));
                    (*at, sim.counters().those_of(*of).filter(missed).count())
                }
                Criterion::Count { at, .. } => {
                    let seen = self.waves.iter().any(|(cutover, school)| within(at.own(*cutover, *school)));
                    (*at, usize::from(!seen))
                }
                Criterion::Time { .. } | Criterion::Property { .. } => continue,
            };
            if at.is_relative() {
                count.out += u32::try_from(out).unwrap_or(u32::MAX);
            }
        }
        self.counts
    }
}

/// When an account is cut over, under the rules that it comes under now.
fn cutover<C: Codes>(sim: &Simulation<'_, C>, id: AccountId) -> Time {
    let scope = sim.account(id).map_or(0, |row| row.scope());
    Time(sim.policy().rules(scope).get(Rule::Cutover))
}

/// When a gate looks at an account.
fn own<C: Codes>(sim: &Simulation<'_, C>, id: AccountId, at: GateMoment) -> Option<Time> {
    let school = sim.place_of(id).is_some_and(|place| place.school);
    at.own(cutover(sim, id), school)
}

/// Counts the accounts of a group at whom a gate looks at this instant.
fn by_account<C: Codes>(
    sim: &Simulation<'_, C>,
    (measure, of, at): (Measure, Group, GateMoment),
    instant: Time,
    count: &mut GateCount,
) {
    if matches!(at, GateMoment::At(other) if other != instant) {
        return;
    }
    for (id, enrolled, locked_out) in sim.counters().those_of(of) {
        if own(sim, id, at) != Some(instant) {
            continue;
        }
        // Nobody can be locked out by a cutover that has not come.
        if measure == Measure::LockedOut && cutover(sim, id) > instant {
            count.out += 1;
        } else {
            count.whole += 1;
            count.part += u32::from(if measure == Measure::Enrolled { enrolled } else { locked_out });
        }
    }
}

/// Counts what belongs to no group of accounts; where a gate looks at several instants, the worst of them stands.
fn of_all<C: Codes>(sim: &Simulation<'_, C>, (measure, of, least): (Measure, Group, bool), count: &mut GateCount) {
    let level = |series| sim.counters().level(series);
    let value: u32 = Series::of(measure, of).map(level).sum();
    count.part = match count.whole {
        0 => value,
        _ if least => count.part.min(value),
        _ => count.part.max(value),
    };
    let groups: &[Group] =
        if measure == Measure::LeaversWithAccess { &[Group::Generic] } else { &[Group::Staff, Group::Generic] };
    count.whole = groups.iter().map(|group| level(Series::Accounts(*group))).sum();
}

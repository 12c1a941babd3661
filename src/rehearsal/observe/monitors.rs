//! Monitors of the properties that gates ask for, inside a replicate: one for each binding, as a replay has one for
//! all.
//!
//! An act is shown to the binding that it is about. A state is judged for whom the act touched: its account, and those
//! of everyone at the screen; and at openings and deadlines, as in a replay. Promises to cost nothing where no gate
//! asks. Deliberately looks for nothing that is possible: `explore` does.

use crate::kernel::Time;
use crate::property::{Binding, EngineView, Facts, Monitor, Pattern, Property, PropertyVerdict, Proposition};
use crate::rehearsal::run::simulation::{ReplicateObserver, Simulation};
use crate::rehearsal::setup::gate_property::{CountedActs, CountedBy};
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::replay::reachability::BoundedReachability;
use crate::trace::Ended;
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, PersonId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The property of a gate, with what each binding has come to.
pub struct PropertyWatch {
    gate: usize,
    property: Arc<Property>,
    /// It speaks of states, so that it looks though nobody acts.
    states: bool,
    /// It binds some people or accounts from the beginning.
    from_the_start: bool,
    /// All whom it binds are known from the beginning.
    all: bool,
    monitors: BTreeMap<Binding, Monitor>,
    /// When which of them has to be looked at though nobody acts.
    looks: BTreeSet<(Time, Binding)>,
}

impl PropertyWatch {
    /// The bindings for which the end of an act may matter: the one that it is about, and those whose states it
    /// touched.
    fn about(&self, ended: &Ended, touched: &Touched, facts: &Facts) -> BTreeSet<Binding> {
        let mut out = BTreeSet::from([Binding::of(self.property.each, ended, facts)]);
        // A pair is known only when it acts.
        if !self.states || self.property.each.is_pair() {
            return out;
        }
        if self.property.each.account {
            out.extend(touched.accounts.iter().map(|id| Binding { account: Some(*id), ..Binding::default() }));
        } else if self.property.each.person {
            out.extend(touched.people.iter().map(|id| Binding { person: Some(*id), ..Binding::default() }));
        }
        out
    }

    /// Every binding, where states are spoken of, which can change though nobody acts.
    fn all_by_state(&self) -> BTreeSet<Binding> {
        self.monitors.keys().copied().filter(|_| self.states).collect()
    }
}

/// Whose states an act may have changed.
struct Touched {
    accounts: BTreeSet<AccountId>,
    people: BTreeSet<PersonId>,
}

impl Touched {
    /// The accounts of everyone at the screen and all whom these belong to.
    fn by<C: Codes>(sim: &Simulation<'_, C>, ended: &Ended, with: &[PersonId]) -> Touched {
        let mut people: BTreeSet<PersonId> = with.iter().copied().chain([ended.person]).collect();
        let mut accounts = BTreeSet::from([ended.account]);
        for row in people.iter().filter_map(|person| sim.person(*person)) {
            accounts.extend(row.account.get().into_iter().chain(row.known.iter().map(|known| known.account)));
        }
        people.extend(accounts.iter().filter_map(|id| sim.account(*id)).map(|row| row.owner));
        Touched { accounts, people }
    }
}

/// Whether a property speaks of states.
fn of_states(property: &Property) -> bool {
    let state = |leaf: &Proposition| matches!(leaf, Proposition::State(_));
    match &property.pattern {
        Pattern::Never { leaf, until } => state(leaf) || until.as_ref().is_some_and(state),
        Pattern::Always(leaf) | Pattern::Eventually(leaf) => state(leaf),
        Pattern::Response { trigger, response, .. } => state(trigger) || state(response),
        Pattern::Possible(_) => false,
    }
}

/// An observer that counts for each gate how often its property is violated.
#[derive(Default)]
pub struct GateMonitors {
    facts: Arc<Facts>,
    /// Properties whose violations are single acts, each with its gate.
    acts: Vec<(usize, CountedActs)>,
    /// Properties that are judged binding by binding.
    watches: Vec<PropertyWatch>,
    /// The times at which these have asked to look.
    asked: BTreeSet<Time>,
    alarms: Vec<Time>,
    /// Violations by gate; none at gates without a property.
    pub violations: Vec<u32>,
    /// Acts and bindings by gate that its property was about; none at gates without a property.
    pub occasions: Vec<u32>,
}

impl GateMonitors {
    /// The monitors of a plan's gates.
    pub fn of(plan: &RehearsalPlan) -> GateMonitors {
        let none = || vec![0; plan.gates.len()];
        let mut out = GateMonitors { violations: none(), occasions: none(), ..GateMonitors::default() };
        for (gate, is) in plan.gates.iter().enumerate() {
            match is.property().map(|property| &property.judged) {
                Some(CountedBy::Acts(counted)) => out.acts.push((gate, counted.clone())),
                Some(CountedBy::Bindings(property)) => out.watches.push(PropertyWatch::of(gate, property)),
                None => {}
            }
        }
        out
    }

    /// Whether no gate has a property.
    pub const fn is_empty(&self) -> bool {
        self.acts.is_empty() && self.watches.is_empty()
    }

    /// Whether some property looks at states, so that no act may run ahead of the clock.
    pub const fn look_at_states(&self) -> bool {
        !self.watches.is_empty()
    }

    /// Lets the monitors of these bindings see the end of the act, or else look.
    fn look<C: Codes>(
        &mut self,
        sim: &Simulation<'_, C>,
        whom: impl Fn(&PropertyWatch) -> BTreeSet<Binding>,
        now: Time,
        ended: Option<&Ended>,
    ) {
        let mut alarms = BTreeSet::new();
        for watch in &mut self.watches {
            let bindings = whom(watch);
            watch.look(sim, &self.facts, bindings, (now, ended), &mut alarms);
        }
        self.alarms.extend(alarms.into_iter().filter(|at| self.asked.insert(*at)));
    }
}

impl PropertyWatch {
    /// Nobody is bound yet.
    fn of(gate: usize, property: &Arc<Property>) -> PropertyWatch {
        let states = of_states(property);
        let from_the_start = states || matches!(property.pattern, Pattern::Eventually(_));
        let all = from_the_start && !property.each.is_pair();
        let property = Arc::clone(property);
        PropertyWatch { gate, property, states, from_the_start, all, monitors: BTreeMap::new(), looks: BTreeSet::new() }
    }

    /// Everyone whom the property binds from the beginning is watched; whoever is bound by acting, from then on.
    fn begin(&mut self, facts: &Arc<Facts>) {
        if self.from_the_start {
            // Central helpers have no account here: nothing is owed of them.
            let owes = |binding: &Binding| binding.person.is_none() || binding.account(facts).is_some();
            let domain = facts.domain(self.property.each).into_iter().filter(owes);
            let of = |binding| (binding, Monitor::bound(Arc::clone(&self.property), Arc::clone(facts), binding));
            self.monitors = domain.map(of).collect();
        }
    }

    /// Lets the monitors of some bindings see the end of an act, or else look; `alarms` gets the times at which they
    /// want to look again.
    fn look<C: Codes>(
        &mut self,
        sim: &Simulation<'_, C>,
        facts: &Arc<Facts>,
        bindings: BTreeSet<Binding>,
        (now, ended): (Time, Option<&Ended>),
        alarms: &mut BTreeSet<Time>,
    ) {
        for binding in bindings {
            if self.all && !self.monitors.contains_key(&binding) {
                continue;
            }
            let new = || Monitor::bound(Arc::clone(&self.property), Arc::clone(facts), binding);
            let monitor = self.monitors.entry(binding).or_insert_with(new);
            let foresight = &mut BoundedReachability::default();
            let mut view = EngineView { engine: sim.engine(), policy: sim.policy(), foresight };
            match ended {
                Some(ended) if Binding::of(self.property.each, ended, facts) == binding => {
                    monitor.see(now, ended, &mut view);
                }
                Some(_) | None if self.states => monitor.look(now, &mut view),
                Some(_) | None => {}
            }
            // Without states a deadline that is missed is found at the end as well.
            for at in monitor.deadlines().filter(|at| self.states && *at > now) {
                if self.looks.insert((at, binding)) {
                    alarms.insert(at);
                }
            }
        }
        self.looks = self.looks.split_off(&(Time(now.0 + 1), Binding::default()));
    }
}

impl<C: Codes> ReplicateObserver<C> for GateMonitors {
    fn begins(&mut self, sim: &Simulation<'_, C>) {
        self.facts = Arc::new(Facts::of(sim.world(), sim.policy()));
        self.watches.iter_mut().for_each(|watch| watch.begin(&self.facts));
        self.look(sim, PropertyWatch::all_by_state, sim.now(), None);
    }

    fn act_ended(&mut self, sim: &Simulation<'_, C>, time: Time, ended: &Ended, with: &[PersonId]) {
        for (gate, counted) in &self.acts {
            if !counted.concerns(time, ended, &self.facts) {
                continue;
            }
            let violated = u32::from(counted.violated(ended, &self.facts));
            let slots = self.violations.get_mut(*gate).zip(self.occasions.get_mut(*gate));
            slots.into_iter().for_each(|(count, occasions)| (*count, *occasions) = (*count + violated, *occasions + 1));
        }
        if self.watches.is_empty() {
            return;
        }
        let (touched, facts) = (Touched::by(sim, ended, with), Arc::clone(&self.facts));
        self.look(sim, |watch| watch.about(ended, &touched, &facts), time, Some(ended));
    }

    fn woken(&mut self, sim: &Simulation<'_, C>) {
        let now = sim.now();
        let due = |watch: &PropertyWatch| {
            watch.looks.iter().take_while(|(at, _)| *at <= now).map(|(_, binding)| *binding).collect()
        };
        self.look(sim, due, now, None);
    }

    fn rules_changed(&mut self, sim: &Simulation<'_, C>) {
        self.facts = Arc::new(Facts::of(sim.world(), sim.policy()));
        let monitors = self.watches.iter_mut().flat_map(|watch| watch.monitors.values_mut());
        monitors.for_each(|monitor| monitor.moved(&self.facts));
        self.look(sim, PropertyWatch::all_by_state, sim.now(), None);
    }

    fn ended(&mut self, sim: &Simulation<'_, C>, _: &[bool]) {
        let end = sim.plan().end();
        self.look(sim, PropertyWatch::all_by_state, sim.now(), None);
        for watch in &self.watches {
            let verdicts: Vec<PropertyVerdict> =
                watch.monitors.values().map(|monitor| monitor.finish(end).verdict).collect();
            let count = |so: &dyn Fn(PropertyVerdict) -> bool| {
                u32::try_from(verdicts.iter().filter(|verdict| so(**verdict)).count()).unwrap_or(u32::MAX)
            };
            let slots = self.violations.get_mut(watch.gate).zip(self.occasions.get_mut(watch.gate));
            if let Some((violations, occasions)) = slots {
                *violations = count(&|verdict| verdict == PropertyVerdict::Violated);
                *occasions = count(&|verdict| verdict != PropertyVerdict::Vacuous);
            }
        }
    }

    fn take_alarms(&mut self) -> Vec<Time> {
        std::mem::take(&mut self.alarms)
    }
}

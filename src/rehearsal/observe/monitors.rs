//! Properties at work inside a replicate, for the gates that ask: a monitor for each binding, as a replay has one for all, and
//! how many of them were broken.
//!
//! An act is shown to the binding that it is about. A state is judged for whom the act touched: its account, and those of
//! everyone at the screen; and at openings and deadlines, as in a replay. Promises to cost nothing where no gate asks.
//! Deliberately looks for nothing that is possible: `explore` does.

use crate::kernel::Time;
use crate::property::{Binding, EngineView, Facts, Monitor, Pattern, Property, Proposition};
use crate::rehearsal::measure::gate::CountedBy;
use crate::rehearsal::run::replicate::{Driver, Intent};
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
    /// All whom it binds are known from the beginning.
    all: bool,
    monitors: BTreeMap<Binding, Monitor>,
    /// When which of them has to be looked at though nobody acts.
    looks: BTreeSet<(Time, Binding)>,
}

impl PropertyWatch {
    /// The bindings for which the end of an act may matter: the one that it is about, and those whose states it touched.
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

impl<C: Codes> Driver<'_, C> {
    /// Everyone whom a property binds from the beginning is watched; whoever is bound by acting, from then on.
    pub(in crate::rehearsal) fn watches_begin(&mut self) {
        let facts = Arc::clone(&self.facts);
        for (gate, is) in self.plan.gates.iter().enumerate() {
            let Some(CountedBy::Bindings(property)) = is.property().map(|rule| &rule.judged) else { continue };
            let states = of_states(property);
            let from_the_start = states || matches!(property.pattern, Pattern::Eventually(_));
            let mut domain = if from_the_start { facts.domain(property.each) } else { Vec::new() };
            // Central helpers have no account here: nothing is owed of them.
            domain.retain(|binding| binding.person.is_none() || binding.account(&facts).is_some());
            let of = |binding| (binding, Monitor::bound(Arc::clone(property), Arc::clone(&facts), binding));
            let monitors = domain.into_iter().map(of).collect();
            let (property, all) = (Arc::clone(property), from_the_start && !property.each.is_pair());
            self.watches.push(PropertyWatch { gate, property, states, all, monitors, looks: BTreeSet::new() });
        }
        let start = self.engine.now();
        self.look_at(PropertyWatch::all_by_state, start, None);
    }

    /// An act has ended: whoever watches sees it.
    pub(in crate::rehearsal) fn watched(&mut self, time: Time, ended: &Ended, with: &[PersonId]) {
        if self.watches.is_empty() {
            return;
        }
        let world = &self.engine.world;
        let mut people: BTreeSet<PersonId> = with.iter().copied().chain([ended.person]).collect();
        let mut accounts = BTreeSet::from([ended.account]);
        for row in people.iter().filter_map(|person| world.people.get(person.at())) {
            accounts.extend(row.account.get().into_iter().chain(row.known.iter().map(|known| known.account)));
        }
        people.extend(accounts.iter().filter_map(|id| world.accounts.get(id.at())).map(|row| row.owner));
        let (touched, facts) = (Touched { accounts, people }, Arc::clone(&self.facts));
        self.look_at(|watch| watch.about(ended, &touched, &facts), time, Some(ended));
    }

    /// The time has come at which somebody wanted to look.
    pub(in crate::rehearsal) fn watches_look(&mut self) {
        let now = self.engine.now();
        let due = |watch: &PropertyWatch| {
            watch.looks.iter().take_while(|(at, _)| *at <= now).map(|(_, binding)| *binding).collect()
        };
        self.look_at(due, now, None);
    }

    /// Lets the monitors of these bindings see the end of the act, or else look.
    fn look_at(&mut self, whom: impl Fn(&PropertyWatch) -> BTreeSet<Binding>, now: Time, ended: Option<&Ended>) {
        let mut watches = std::mem::take(&mut self.watches);
        let mut asked = BTreeSet::new();
        for watch in &mut watches {
            for binding in whom(watch) {
                if watch.all && !watch.monitors.contains_key(&binding) {
                    continue;
                }
                let new = || Monitor::bound(Arc::clone(&watch.property), Arc::clone(&self.facts), binding);
                let monitor = watch.monitors.entry(binding).or_insert_with(new);
                let mut sight =
                    EngineView { engine: &self.engine, policy: self.policy, foresight: &mut BoundedReachability };
                match ended {
                    Some(ended) if Binding::of(watch.property.each, ended, &self.facts) == binding => {
                        monitor.see(now, ended, &mut sight);
                    }
                    _ if watch.states => monitor.look(now, &mut sight),
                    _ => {}
                }
                // Without states a deadline that is missed is found at the end as well.
                for at in monitor.deadlines().filter(|at| watch.states && *at > now) {
                    if watch.looks.insert((at, binding)) {
                        asked.insert(at);
                    }
                }
            }
            watch.looks = watch.looks.split_off(&(Time(now.0 + 1), Binding::default()));
        }
        self.watches = watches;
        for at in asked.into_iter().filter(|at| self.watch_times.insert(*at)) {
            self.agenda.push(at, Intent::Watches);
        }
    }

    /// Cutovers have moved.
    pub(in crate::rehearsal) fn watches_move(&mut self) {
        let facts = Arc::clone(&self.facts);
        self.watches.iter_mut().flat_map(|watch| watch.monitors.values_mut()).for_each(|monitor| monitor.moved(&facts));
        let now = self.engine.now();
        self.look_at(PropertyWatch::all_by_state, now, None);
    }

    /// How many bindings of each gate's property were broken when the run has ended.
    pub(in crate::rehearsal) fn watches_end(&mut self) {
        let (now, end) = (self.engine.now(), self.plan.end());
        self.look_at(PropertyWatch::all_by_state, now, None);
        for watch in std::mem::take(&mut self.watches) {
            let broken = |monitor: &&Monitor| monitor.finish(end).verdict == crate::property::PropertyVerdict::Violated;
            let count = watch.monitors.values().filter(broken).count();
            if let Some(slot) = self.tally.out.violations.get_mut(watch.gate) {
                *slot = u32::try_from(count).unwrap_or(u32::MAX);
            }
        }
    }
}

//! Our transition system as a model for stateright, an independent model checker.

#![allow(dead_code)]

use mims_sim::search::{SearchMonitor, SearchState, StateWriter, System, Transition};
use stateright::{Model, Property};
use std::hash::{Hash, Hasher};

/// A state with its fingerprint, by which stateright distinguishes states.
#[derive(Clone)]
pub struct Printed<'p, W>(pub SearchState<'p, W>, pub u128);

impl<W> Hash for Printed<'_, W> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.1.hash(state);
    }
}

impl<W> PartialEq for Printed<'_, W> {
    fn eq(&self, other: &Self) -> bool {
        self.1 == other.1
    }
}

impl<W> std::fmt::Debug for Printed<'_, W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.1)
    }
}

/// A transition system as a stateright model.
pub struct Peer<'p, W> {
    pub system: System<'p>,
    pub start: SearchState<'p, W>,
}

impl<'p, W: SearchMonitor> Peer<'p, W> {
    fn print(&self, state: SearchState<'p, W>) -> Printed<'p, W> {
        let print = self.system.fingerprint(&state, 0, &mut StateWriter::default());
        Printed(state, print)
    }
}

impl<'p, W: SearchMonitor> Model for Peer<'p, W> {
    type State = Printed<'p, W>;
    type Action = Transition;

    fn init_states(&self) -> Vec<Self::State> {
        vec![self.print(self.start.clone())]
    }

    fn actions(&self, state: &Self::State, actions: &mut Vec<Transition>) {
        self.system.moves(&state.0, actions);
    }

    fn next_state(&self, last: &Self::State, action: Transition) -> Option<Self::State> {
        let mut next = last.0.clone();
        self.system.apply(&mut next, action);
        Some(self.print(next))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::<Self>::always("nothing is broken", |_, state| state.0.watch.broken() == 0)]
    }
}

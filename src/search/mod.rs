//! A transition system for state-space search: the transitions of a world in which given people may do given acts, and
//! time passes between them.
//!
//! A transition is one click and all that it causes at once, one fault, or the passing of time to the next instant at
//! which something changes without an act ([`Engine::next_change`], a boundary of the calendar, a deadline of a
//! property). Clicks take no time ([`Pace::Instant`]); a message that nothing delays arrives at the same instant.
//!
//! Promises the engine's semantics, and canonical states: two states that differ only in what can no longer matter have
//! the same fingerprint. Deliberately knows no property: a [`SearchMonitor`] observes, and its memory is part of a
//! state.

pub mod bfs;
mod calendar;
mod visited;

pub use calendar::Calendar;

use crate::act::Activity;
use crate::engine::{Detail, Engine, Fault, Pace, RunStart};
use crate::kernel::{Draws, Span, Time};
use crate::policy::Policy;
use crate::trace::{Ended, Nobody};
use crate::world::authenticator::Symbolic;
use crate::world::ids::PersonId;
use crate::world::state::{Device, World};
use smallvec::SmallVec;
use xxhash_rust::xxh3::xxh3_128;

/// The engine of a search, with symbolic codes and no observer.
pub type Machine<'p> = Engine<'p, Nobody, Symbolic>;

/// A person who is away, and until when.
pub type Away = (PersonId, Time);

/// A monitor of the search, which judges properties; `()` judges none.
pub trait SearchMonitor: Clone + Send + Sync {
    /// An act has just ended; `ended.row` is the index of its act in [`System::acts`].
    fn ended(&mut self, machine: &Machine<'_>, away: &[Away], ended: &Ended);
    /// Time has passed, perhaps to an instant that [`SearchMonitor::next`] asked for.
    fn passed(&mut self, machine: &Machine<'_>, away: &[Away]);
    /// What changes at this instant beside the engine, such as what a policy decides, before anything is judged.
    fn turns(&mut self, _machine: &mut Machine<'_>) {}
    /// The next instant after this one at which the monitor has to judge the state, or changes it.
    fn next(&self, now: Time) -> Option<Time>;
    /// Writes the monitor's memory, relative to the present; the `settled` properties (one bit each) are left out.
    fn digest(&self, now: Time, settled: u64, out: &mut Vec<u64>);
    /// The properties whose subject has occurred so far (the others are vacuous), one bit each.
    fn spoke(&self) -> u64 {
        0
    }
    /// The violated properties, one bit each; a violated obligation is in [`SearchMonitor::lost`] instead.
    fn broken(&self) -> u64;
    /// The properties with an open obligation, one bit each; the bit is cleared when the obligation is met.
    fn open(&self) -> u64 {
        0
    }
    /// The properties whose obligation was not met in time, one bit each.
    fn lost(&self) -> u64 {
        0
    }
    /// The properties of which a look ahead was cut short, one bit each.
    fn cut_short(&self) -> u64 {
        0
    }
}

/// The monitor that judges nothing.
impl SearchMonitor for () {
    fn ended(&mut self, _: &Machine<'_>, _: &[Away], _: &Ended) {}
    fn passed(&mut self, _: &Machine<'_>, _: &[Away]) {}
    fn next(&self, _: Time) -> Option<Time> {
        None
    }
    fn digest(&self, _: Time, _: u64, _: &mut Vec<u64>) {}
    fn broken(&self) -> u64 {
        0
    }
}

/// Something that may go wrong once, in addition to what people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// A fault, and how long it is in force.
    Fault(Fault, Span),
    /// The clock of a person's phone, or hard token, is set wrong.
    Clock(PersonId, Device, Span),
    /// A person is away for this time.
    Away(PersonId, Span),
}

/// One transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transition {
    /// An act begins, given by its index in [`System::acts`].
    Begin(u16),
    /// A person takes the next step of the act that they have begun.
    GoOn(PersonId),
    /// Something goes wrong, given by its index in [`System::slips`].
    Slip(u16),
    /// Time passes to the next change.
    Wait,
}

/// The transition system: everything that may happen.
#[derive(Clone, Debug)]
pub struct System<'p> {
    /// The rules.
    pub policy: &'p Policy,
    /// The acts that people may begin, each with its index as its row.
    pub acts: Vec<Activity>,
    /// What may go wrong.
    pub slips: Vec<Slip>,
    /// The most slips in one run.
    pub most_slips: u8,
    /// The instants at which the calendar changes what is allowed, up to the last.
    pub calendar: Calendar,
    /// How much detail of a state has to be distinguished.
    pub detail: Detail,
    /// Whether acts are atomic: an act that begins runs to its end, with nothing between its steps.
    pub whole: bool,
}

/// A state of the search: the engine, who is away, how much went wrong so far, and the monitor.
#[derive(Debug)]
pub struct SearchState<'p, W> {
    /// The engine: the world, its clock, and the acts and messages in progress.
    pub machine: Machine<'p>,
    /// The monitor.
    pub watch: W,
    away: SmallVec<[Away; 2]>,
    slips: u8,
}

impl<W: Clone> Clone for SearchState<'_, W> {
    fn clone(&self) -> Self {
        SearchState {
            machine: self.machine.clone(),
            watch: self.watch.clone(),
            away: self.away.clone(),
            slips: self.slips,
        }
    }

    fn clone_from(&mut self, from: &Self) {
        self.machine.clone_from(&from.machine);
        self.watch.clone_from(&from.watch);
        self.away.clone_from(&from.away);
        self.slips = from.slips;
    }
}

impl<'p, W: SearchMonitor> SearchState<'p, W> {
    /// The state of a world at a time; secrets and passwords that exist already have numbers below `used`.
    pub fn new(world: World, policy: &'p Policy, now: Time, used: u32, watch: W) -> SearchState<'p, W> {
        let start = RunStart { draws: Draws { seed: 0, replicate: 0 }, now, used };
        SearchState::at(Engine::new(world, policy, Symbolic, start, Nobody), watch)
    }

    /// The state of an engine as it is.
    pub fn at(mut machine: Machine<'p>, watch: W) -> SearchState<'p, W> {
        machine.set_pace(Pace::Instant);
        SearchState { machine, watch, away: SmallVec::new(), slips: 0 }
    }

    /// The same state, with these people away.
    pub fn without(mut self, away: &[Away]) -> SearchState<'p, W> {
        self.away.extend(away.iter().filter(|(_, until)| *until > self.machine.now()).copied());
        self
    }

    /// Whoever is or was away.
    pub fn away(&self) -> &[Away] {
        &self.away
    }

    fn is_away(&self, person: PersonId) -> bool {
        let now = self.machine.now();
        self.away.iter().any(|(who, until)| *who == person && now < *until)
    }
}

impl<'p> System<'p> {
    /// The enabled transitions of a state, in this order: acts that begin, next steps, slips, the passing of time.
    pub fn moves<W: SearchMonitor>(&self, state: &SearchState<'p, W>, out: &mut Vec<Transition>) {
        out.clear();
        let mut busy: SmallVec<[PersonId; 16]> = SmallVec::new();
        // A person who is not in the sieve (a Bloom filter) is not busy; the list decides about the others.
        let (mut sieve, bit) = (0_u64, |person: PersonId| 1 << (person.0 % u64::BITS));
        for person in state.machine.under_way().flat_map(Activity::participants) {
            busy.push(person);
            sieve |= bit(person);
        }
        let free = |person| sieve & bit(person) == 0 || !busy.contains(&person);
        for (at, act) in (0..).zip(&self.acts) {
            if act.participants().all(|person| free(person) && !state.is_away(person)) {
                out.push(Transition::Begin(at));
            }
        }
        let from = out.len();
        out.extend(state.machine.held().map(|(person, _)| Transition::GoOn(person)));
        out.get_mut(from..).unwrap_or_default().sort_unstable();
        if state.slips < self.most_slips {
            let slips = u16::try_from(self.slips.len()).unwrap_or(u16::MAX);
            out.extend((0..slips).map(Transition::Slip));
        }
        // The last instant counts as a change itself, so that there is always a next change until then.
        if state.machine.now() < self.calendar.last() {
            out.push(Transition::Wait);
        }
    }

    /// The next instant at which something changes without an act; `None` when the search is at its end.
    fn next_change<W: SearchMonitor>(&self, state: &SearchState<'p, W>) -> Option<Time> {
        let now = state.machine.now();
        let away = state.away.iter().map(|(_, until)| *until).filter(|until| *until > now).min();
        let last = self.calendar.last();
        [state.machine.next_change(self.detail), self.calendar.next(now), state.watch.next(now), away]
            .into_iter()
            .flatten()
            .min()
            .filter(|next| *next <= last)
    }

    /// Makes a transition.
    pub fn apply<W: SearchMonitor>(&self, state: &mut SearchState<'p, W>, step: Transition) {
        match step {
            Transition::Begin(at) => {
                if let Some(act) = self.acts.get(usize::from(at)) {
                    state.machine.start(Activity { by_steps: !self.whole, ..act.clone() });
                    if !self.whole {
                        state.machine.go_on(act.person);
                    }
                }
            }
            Transition::GoOn(person) => {
                state.machine.go_on(person);
            }
            Transition::Slip(at) => {
                state.slips += 1;
                let now = state.machine.now();
                match self.slips.get(usize::from(at)) {
                    Some(Slip::Fault(fault, span)) => state.machine.fault(*fault, now.plus(*span)),
                    Some(Slip::Clock(person, device, clock)) => state.machine.world.set_clock(*person, *device, *clock),
                    Some(Slip::Away(person, span)) => state.away.push((*person, now.plus(*span))),
                    None => {}
                }
            }
            Transition::Wait => {
                if let Some(next) = self.next_change(state) {
                    state.machine.run_until(next);
                }
            }
        }
        // Everything due at this instant happens: mail arrives, and those who waited for it look at it.
        let now = state.machine.now();
        while state.machine.next_due().is_some_and(|due| due <= now) {
            state.machine.turn();
        }
        for (_, ended) in state.machine.take_ended() {
            state.watch.ended(&state.machine, &state.away, &ended);
        }
        if step == Transition::Wait {
            state.watch.turns(&mut state.machine);
            state.watch.passed(&state.machine, &state.away);
        }
    }

    /// The fingerprint of a state: 128 bits by XXH3 over its canonical form. Among `n` different states, two collide
    /// with a probability of about `n² / 2^129`, which is 1.5e-25 for ten million. `ink` is scratch space.
    pub fn fingerprint<W: SearchMonitor>(
        &self,
        state: &SearchState<'p, W>,
        settled: u64,
        ink: &mut StateWriter,
    ) -> u128 {
        ink.words.clear();
        let now = state.machine.now();
        let (segment, left) = self.calendar.phase(now);
        let left = if self.detail.coarse { 0 } else { left };
        ink.words.extend([segment, left, u64::from(state.slips)]);
        for (person, until) in &state.away {
            if *until > now {
                ink.words.extend([u64::from(person.0), (until.0 - now.0).cast_unsigned()]);
            }
        }
        ink.words.push(u64::MAX);
        state.machine.state_key(self.detail, self.calendar.last(), &mut ink.words);
        state.watch.digest(now, settled, &mut ink.words);
        ink.bytes.resize(ink.words.len() * size_of::<u64>(), 0);
        for (bytes, word) in ink.bytes.chunks_exact_mut(size_of::<u64>()).zip(&ink.words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        xxh3_128(&ink.bytes)
    }
}

/// Scratch space for fingerprints.
#[derive(Clone, Debug, Default)]
pub struct StateWriter {
    words: Vec<u64>,
    bytes: Vec<u8>,
}

//! All states within bounds, breadth first, level by level: the shortest way to whatever breaks.
//!
//! Promises the same states, numbers and ways for any number of threads: a level is expanded in parallel, and what comes
//! of it is taken in by one, in order. Promises too that a response counts as broken only where no fault-free
//! continuation brings it in time. Deliberately no verdict: where a bound was reached, the end says so.

use super::visited::{Trail, Visited};
use super::{SearchMonitor, SearchState, StateWriter, System, Transition};
use rayon::prelude::*;

/// Chunks between two looks at the bounds.
const BATCH: usize = 64;

/// States that one thread expands at a time.
const CHUNK: usize = 64;

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Transitions from the start.
    pub depth: u32,
    /// States in all.
    pub states: usize,
    /// Bytes in all, as far as they are counted: what is kept of every state, and the states that wait to be expanded.
    pub bytes: usize,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { depth: u32::MAX, states: usize::MAX, bytes: usize::MAX }
    }
}

/// Why it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// Every state that can be reached was seen.
    Exhausted,
    /// Everything that was asked for is broken.
    Settled,
    /// At the depth that was allowed.
    Depth,
    /// At the number of states that was allowed.
    States,
    /// At the memory that was allowed.
    Memory,
    /// It was told to stop.
    Interrupted,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Different states.
    pub states: usize,
    /// Transitions tried.
    pub transitions: u64,
    /// Transitions from the start that were tried everywhere.
    pub depth: u32,
    /// Bytes of a state that was seen, in its table.
    pub seen_bytes: usize,
    /// Bytes of the states that waited to be expanded, at the most.
    pub waiting_bytes: usize,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explored {
    /// How far it came.
    pub progress: Progress,
    /// Why it ended.
    pub end: StopReason,
    /// What was spoken of in some run, a bit each.
    pub spoke: u64,
    /// For each property, the shortest way to where it is broken.
    pub broken: Vec<Option<Vec<Transition>>>,
    /// For each property, the shortest way to where something is owed ([`SearchMonitor::open`]) and nothing meets it any more.
    pub doomed: Vec<Option<Vec<Transition>>>,
}

/// A transition that led to a state not seen before its level.
struct Reached<'p, W> {
    print: u128,
    from: u32,
    step: Transition,
    /// None where an earlier transition of the same chunk leads there too.
    state: Option<Box<SearchState<'p, W>>>,
    open: u64,
    lost: u64,
    broken: u64,
}

/// What came of some states.
struct Expansion<'p, W> {
    /// The last of them.
    last: u32,
    tried: u64,
    spoke: u64,
    /// States in which time does not pass any more: what is owed in them may come later.
    ends: Vec<u32>,
    reached: Vec<Reached<'p, W>>,
    /// States that nobody needs any more.
    lot: Vec<Box<SearchState<'p, W>>>,
}

/// A transition between numbered states in which an obligation is open.
#[derive(Clone, Copy)]
struct Edge {
    from: u32,
    to: u32,
    /// Obligations that it meets.
    met: u64,
}

/// Explores from a state. `properties` are as many as [`SearchMonitor::broken`] has bits, and `settled` those that nobody asks
/// for. `goes_on` is asked now and then.
pub fn explore<'p, W: SearchMonitor>(
    system: &System<'p>,
    start: SearchState<'p, W>,
    properties: usize,
    settled: u64,
    bounds: Bounds,
    mut goes_on: impl FnMut(&Progress) -> bool,
) -> Explored {
    let mut search = Search::new(system, &start, properties, settled);
    let mut level = vec![(0, Box::new(start))];
    let mut spare = Vec::new();
    let end = loop {
        if level.is_empty() {
            break StopReason::Exhausted;
        }
        if search.progress.depth >= bounds.depth {
            break StopReason::Depth;
        }
        match search.level(std::mem::take(&mut level), &mut spare, bounds, &mut goes_on) {
            Ok(next) => level = next,
            Err(end) => break end,
        }
        if properties > 0 && search.settled.count_ones() as usize == properties && search.edges.is_empty() {
            break StopReason::Settled;
        }
    };
    // To let go of so many states takes a while, too.
    rayon::join(|| level.into_par_iter().for_each(drop), || spare.into_par_iter().for_each(drop));
    search.finish(end)
}

/// A copy, written into a state that nobody needs any more, if there is one.
fn copy<'p, W: SearchMonitor>(
    state: &SearchState<'p, W>,
    spare: Option<Box<SearchState<'p, W>>>,
) -> Box<SearchState<'p, W>> {
    match spare {
        Some(mut copy) => {
            (*copy).clone_from(state);
            copy
        }
        None => Box::new(state.clone()),
    }
}

/// States of one depth, with their numbers, in the order of their numbers.
type Level<'p, W> = Vec<(u32, Box<SearchState<'p, W>>)>;

struct Search<'s, 'p> {
    system: &'s System<'p>,
    seen: Visited,
    edges: Vec<Edge>,
    /// For each state the obligations that are open in it, where any ever is.
    open: Vec<u64>,
    expanded: u32,
    ends: Vec<u32>,
    settled: u64,
    spoke: u64,
    broken: Vec<Option<Vec<Transition>>>,
    progress: Progress,
}

impl<'s, 'p> Search<'s, 'p> {
    fn new<W: SearchMonitor>(
        system: &'s System<'p>,
        start: &SearchState<'p, W>,
        properties: usize,
        settled: u64,
    ) -> Search<'s, 'p> {
        let mut seen = Visited::default();
        seen.insert(
            system.fingerprint(start, settled, &mut StateWriter::default()),
            Trail { from: 0, step: Transition::Wait },
        );
        let open = vec![start.watch.open()];
        let progress = Progress { states: 1, ..Progress::default() };
        Search {
            system,
            seen,
            edges: Vec::new(),
            open,
            expanded: 0,
            ends: Vec::new(),
            settled,
            spoke: 0,
            broken: vec![None; properties],
            progress,
        }
    }

    /// Expands a level; the next one, or why it ended here.
    fn level<W: SearchMonitor>(
        &mut self,
        level: Level<'p, W>,
        spare: &mut Vec<Box<SearchState<'p, W>>>,
        bounds: Bounds,
        goes_on: &mut impl FnMut(&Progress) -> bool,
    ) -> Result<Level<'p, W>, StopReason> {
        let mut next = Vec::new();
        let mut fresh = 0;
        let mut level = level.into_iter();
        while level.len() > 0 {
            let chunks = level.len().div_ceil(CHUNK).min(BATCH);
            // Each chunk gets some used states to write new ones into; most are written where its own were.
            let share = |_| {
                let chunk: Level<'p, W> = level.by_ref().take(CHUNK).collect();
                (chunk, spare.split_off(spare.len().saturating_sub(CHUNK)))
            };
            let batch: Vec<_> = (0..chunks).map(share).collect();
            let expansions: Vec<Expansion<'p, W>> =
                batch.into_par_iter().map(|(chunk, lot)| self.expand(chunk, lot)).collect();
            for Expansion { last, tried, spoke, ends, reached, lot } in expansions {
                self.expanded = last + 1;
                spare.extend(lot);
                self.progress.transitions += tried;
                self.spoke |= spoke;
                self.ends.extend(ends);
                for one in reached {
                    fresh |= self.take_in(one, &mut next, spare);
                }
            }
            self.count(level.len() + next.len() + spare.len(), spare.first().map(|state| &**state));
            if !goes_on(&self.progress) {
                return Err(StopReason::Interrupted);
            }
            if self.seen.len() > bounds.states {
                return Err(StopReason::States);
            }
            if self.progress.seen_bytes + self.progress.waiting_bytes > bounds.bytes {
                return Err(StopReason::Memory);
            }
        }
        self.progress.depth += 1;
        self.settled |= fresh;
        Ok(next)
    }

    fn count<W>(&mut self, waiting: usize, like: Option<&SearchState<'p, W>>) {
        self.progress.states = self.seen.len();
        self.progress.seen_bytes = self.seen.bytes() + self.edges.capacity() * size_of::<Edge>();
        let bytes = like.map_or(0, |state| size_of::<SearchState<'p, W>>() + state.machine.bytes());
        self.progress.waiting_bytes = self.progress.waiting_bytes.max(waiting * bytes);
    }

    /// All transitions out of these states, less those to states seen before this batch.
    /// The states are spent by it, and new ones written where they were, and into those of the lot.
    fn expand<W: SearchMonitor>(&self, chunk: Level<'p, W>, mut lot: Vec<Box<SearchState<'p, W>>>) -> Expansion<'p, W> {
        let last = chunk.last().map_or(0, |(number, _)| *number);
        let (mut tried, mut spoke, mut ends, mut out) = (0, 0, Vec::new(), Vec::new());
        let (mut ink, mut moves, mut here) = (StateWriter::default(), Vec::new(), Visited::default());
        let (mut after, mut prints, mut known) = (Vec::new(), Vec::new(), Vec::new());
        for (from, state) in chunk {
            let tracked = state.watch.open() != 0;
            self.system.moves(&state, &mut moves);
            if tracked && moves.last() != Some(&Transition::Wait) {
                ends.push(from);
            }
            tried += moves.len() as u64;
            // One kind of work after the other: its code stays in the nearest cache, which does not hold all of it, and the
            // waits for memory overlap.
            for _ in 1..moves.len() {
                after.push(copy(&state, lot.pop()));
            }
            after.push(state);
            for (reached, step) in after.iter_mut().zip(&moves) {
                self.system.apply(reached, *step);
                spoke |= reached.watch.spoke();
            }
            prints.clear();
            prints.extend(after.iter().map(|reached| self.system.fingerprint(reached, self.settled, &mut ink)));
            known.clear();
            known.extend(prints.iter().map(|print| self.seen.find(*print).is_some()));
            for (((reached, step), print), known) in after.drain(..).zip(&moves).zip(&prints).zip(&known) {
                let (step, print, watch) = (*step, *print, &reached.watch);
                let new = !known && here.insert(print, Trail { from, step }).1;
                let (open, lost, broken) = (watch.open(), watch.lost(), watch.broken());
                let mut one = Reached { print, from, step, state: None, open, lost, broken };
                if new {
                    one.state = Some(reached);
                } else {
                    lot.push(reached);
                }
                if new || tracked {
                    out.push(one);
                }
            }
        }
        Expansion { last, tried, spoke, ends, reached: out, lot }
    }

    /// Numbers a state, notes the transition, and says what is newly broken.
    fn take_in<W: SearchMonitor>(
        &mut self,
        one: Reached<'p, W>,
        next: &mut Level<'p, W>,
        spare: &mut Vec<Box<SearchState<'p, W>>>,
    ) -> u64 {
        let (to, new) = self.seen.insert(one.print, Trail { from: one.from, step: one.step });
        let before = self.open.get(one.from as usize).copied().unwrap_or_default();
        if before != 0 && !matches!(one.step, Transition::Slip(_)) {
            self.edges.push(Edge { from: one.from, to, met: before & !one.open & !one.lost });
        }
        match one.state {
            Some(state) if new => {
                self.open.push(one.open);
                next.push((to, state));
            }
            Some(state) => spare.push(state),
            None => {}
        }
        let broken = one.broken & !self.settled;
        for (bit, slot) in (0..64).zip(&mut self.broken) {
            if broken >> bit & 1 == 1 && slot.is_none() {
                let mut path = self.seen.path(one.from);
                path.push(one.step);
                *slot = Some(path);
            }
        }
        broken
    }

    fn finish(mut self, end: StopReason) -> Explored {
        let properties = u32::try_from(self.broken.len()).unwrap_or(0).min(64);
        let doomed = (0..properties).map(|bit| self.doomed(bit)).collect();
        self.progress.states = self.seen.len();
        Explored { progress: self.progress, end, spoke: self.spoke, broken: std::mem::take(&mut self.broken), doomed }
    }

    /// The first state in which an obligation is open and from which no fault-free way meets it. A state that was not
    /// expanded may still lead anywhere, and so may one at the last instant of the search.
    fn doomed(&self, bit: u32) -> Option<Vec<Transition>> {
        let is_open = |state: usize| self.open.get(state).is_some_and(|open| open >> bit & 1 == 1);
        let mut hopeful: Vec<bool> = (0..self.open.len()).map(|s| s >= self.expanded as usize && is_open(s)).collect();
        for end in &self.ends {
            if let (true, Some(slot)) = (is_open(*end as usize), hopeful.get_mut(*end as usize)) {
                *slot = true;
            }
        }
        let mut before: Vec<(u32, u32)> = self.edges.iter().map(|edge| (edge.to, edge.from)).collect();
        before.sort_unstable();
        let mut stack: Vec<u32> = (0..).zip(&hopeful).filter(|(_, h)| **h).map(|(s, _)| s).collect();
        for edge in self.edges.iter().filter(|edge| edge.met >> bit & 1 == 1) {
            if let Some(slot) = hopeful.get_mut(edge.from as usize)
                && !std::mem::replace(slot, true)
            {
                stack.push(edge.from);
            }
        }
        while let Some(state) = stack.pop() {
            let first = before.partition_point(|(to, _)| *to < state);
            for (_, from) in before.get(first..).unwrap_or_default().iter().take_while(|(to, _)| *to == state) {
                if let (true, Some(slot)) = (is_open(*from as usize), hopeful.get_mut(*from as usize))
                    && !std::mem::replace(slot, true)
                {
                    stack.push(*from);
                }
            }
        }
        let lost = (0..self.expanded).find(|s| is_open(*s as usize) && hopeful.get(*s as usize) == Some(&false));
        lost.map(|state| self.seen.path(state))
    }
}

//! Breadth-first search of all states within bounds, level by level, which finds the shortest path to each violation.
//!
//! Promises the same states, numbers and paths for any number of threads: a level is expanded in parallel, and a single
//! thread takes in the results, in order. Promises too that a response counts as violated only if no fault-free
//! continuation brings it in time. Deliberately gives no verdict: the result says which bound, if any, ended the
//! search.

use super::visited::{Trail, Visited};
use super::{SearchMonitor, SearchState, StateWriter, System, Transition};
use rayon::prelude::*;

/// The number of chunks between two checks of the bounds.
const BATCH: usize = 64;

/// The number of states that one thread expands at a time.
const CHUNK: usize = 64;

/// The bounds of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The most transitions from the start.
    pub depth: u32,
    /// The most visited states.
    pub states: usize,
    /// The most bytes, as far as they are counted: the entries of the visited states, and the states to be expanded.
    pub bytes: usize,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { depth: u32::MAX, states: usize::MAX, bytes: usize::MAX }
    }
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// Every reachable state was visited.
    Exhausted,
    /// Every property that was asked for is violated.
    Settled,
    /// The bound on the depth was reached.
    Depth,
    /// The bound on the number of states was reached.
    States,
    /// The bound on memory was reached.
    Memory,
    /// The caller told it to stop.
    Interrupted,
}

/// The progress of a search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The number of distinct states visited.
    pub states: usize,
    /// The number of transitions tried.
    pub transitions: u64,
    /// The depth to which every state has been expanded.
    pub depth: u32,
    /// The bytes of the table of visited states.
    pub seen_bytes: usize,
    /// The peak number of bytes of the states to be expanded.
    pub waiting_bytes: usize,
}

/// The result of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explored {
    /// How far the search came.
    pub progress: Progress,
    /// Why the search ended.
    pub end: StopReason,
    /// The properties whose subject occurred in some run (the others are vacuous), one bit each.
    pub spoke: u64,
    /// The properties of which some look ahead was cut short (they are undecided unless they are violated), one bit
    /// each.
    pub cut_short: u64,
    /// For each property, the shortest path to a violation.
    pub broken: Vec<Option<Vec<Transition>>>,
    /// For each property, the shortest path to a state with an open obligation ([`SearchMonitor::open`]) that nothing
    /// can meet any more.
    pub doomed: Vec<Option<Vec<Transition>>>,
}

/// A transition to a state that was not visited before its level.
struct Reached<'p, W> {
    print: u128,
    from: u32,
    step: Transition,
    /// `None` if an earlier transition of the same chunk leads to the same state.
    state: Option<Box<SearchState<'p, W>>>,
    open: u64,
    lost: u64,
    broken: u64,
}

/// The result of expanding a chunk of states.
struct Expansion<'p, W> {
    /// The number of the chunk's last state.
    last: u32,
    tried: u64,
    spoke: u64,
    cut_short: u64,
    /// States at the end of the search's time: an open obligation in them may still be met later.
    ends: Vec<u32>,
    reached: Vec<Reached<'p, W>>,
    /// States that are no longer needed, whose memory can be reused.
    lot: Vec<Box<SearchState<'p, W>>>,
}

/// A transition between numbered states in which an obligation is open.
#[derive(Clone, Copy)]
struct Edge {
    from: u32,
    to: u32,
    /// The obligations that the transition meets, one bit each.
    met: u64,
}

/// Searches from a start state. `properties` is the number of bits of [`SearchMonitor::broken`], and `settled` has the
/// bits of the properties that need no answer. `goes_on` is called from time to time; the search stops if it returns
/// `false`.
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
    // Freeing so many states takes a while, so threads do it in parallel.
    rayon::join(|| level.into_par_iter().for_each(drop), || spare.into_par_iter().for_each(drop));
    search.finish(end)
}

/// A copy of a state, written into the memory of a spare state if there is one.
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

/// The states of one depth with their numbers, in ascending order of the numbers.
type Level<'p, W> = Vec<(u32, Box<SearchState<'p, W>>)>;

struct Search<'s, 'p> {
    system: &'s System<'p>,
    seen: Visited,
    edges: Vec<Edge>,
    /// For each state, its open obligations, one bit each.
    open: Vec<u64>,
    expanded: u32,
    ends: Vec<u32>,
    settled: u64,
    spoke: u64,
    cut_short: u64,
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
            cut_short: start.watch.cut_short(),
            broken: vec![None; properties],
            progress,
        }
    }

    /// Expands a level, and returns the next level, or why the search ends here.
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
            // Each chunk gets some spare states to write new states into; most are written into its own expanded
            // states.
            let share = |_| {
                let chunk: Level<'p, W> = level.by_ref().take(CHUNK).collect();
                (chunk, spare.split_off(spare.len().saturating_sub(CHUNK)))
            };
            let batch: Vec<_> = (0..chunks).map(share).collect();
            let expansions: Vec<Expansion<'p, W>> =
                batch.into_par_iter().map(|(chunk, lot)| self.expand(chunk, lot)).collect();
            for Expansion { last, tried, spoke, cut_short, ends, reached, lot } in expansions {
                self.expanded = last + 1;
                spare.extend(lot);
                self.progress.transitions += tried;
                self.spoke |= spoke;
                self.cut_short |= cut_short;
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
        let bytes = like.map_or(0, |state| size_of::<SearchState<'p, W>>() + state.machine.heap_bytes());
        self.progress.waiting_bytes = self.progress.waiting_bytes.max(waiting * bytes);
    }

    /// All transitions from these states, except those to states visited before this batch.
    /// New states are written into the memory of the states expanded here, and of those in `lot`.
    fn expand<W: SearchMonitor>(&self, chunk: Level<'p, W>, mut lot: Vec<Box<SearchState<'p, W>>>) -> Expansion<'p, W> {
        let last = chunk.last().map_or(0, |(number, _)| *number);
        let (mut tried, mut spoke, mut cut_short, mut ends, mut out) = (0, 0, 0, Vec::new(), Vec::new());
        let (mut ink, mut moves, mut here) = (StateWriter::default(), Vec::new(), Visited::default());
        let (mut after, mut prints, mut known) = (Vec::new(), Vec::new(), Vec::new());
        for (from, state) in chunk {
            let tracked = state.watch.open() != 0;
            self.system.moves(&state, &mut moves);
            if tracked && moves.last() != Some(&Transition::Wait) {
                ends.push(from);
            }
            tried += moves.len() as u64;
            // One kind of work after the other, so that its code stays in the first-level instruction cache, which
            // cannot hold all of it, and so that memory accesses overlap.
            for _ in 1..moves.len() {
                after.push(copy(&state, lot.pop()));
            }
            after.push(state);
            for (reached, step) in after.iter_mut().zip(&moves) {
                self.system.apply(reached, *step);
                spoke |= reached.watch.spoke();
                cut_short |= reached.watch.cut_short();
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
        Expansion { last, tried, spoke, cut_short, ends, reached: out, lot }
    }

    /// Numbers a state, records the transition, and returns which properties are newly violated.
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
        let Search { progress, spoke, cut_short, broken, .. } = self;
        Explored { progress, end, spoke, cut_short, broken, doomed }
    }

    /// The path to the first state in which an obligation is open that no fault-free path meets. A state that was not
    /// expanded counts as able to meet it, and so does a state at the last instant of the search.
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

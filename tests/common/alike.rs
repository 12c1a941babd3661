//! A bisimulation check of the state fingerprint: states with one fingerprint have the same transitions.

#![allow(dead_code, clippy::unwrap_used)]

use mims_sim::search::{SearchMonitor, SearchState, StateWriter, System, Transition};
use std::collections::{BTreeMap, VecDeque};

/// The transitions out of a state, each with the fingerprint of its target.
type Ways = Vec<(Transition, u128)>;

/// Visits up to `most` states breadth-first, and expands each state again whenever it is reached again. Returns how
/// many were compared, and the first two paths to states with one fingerprint whose transitions differ.
pub fn compare<'p, W: SearchMonitor>(
    system: &System<'p>,
    start: SearchState<'p, W>,
    most: usize,
) -> (usize, Option<String>) {
    let mut ink = StateWriter::default();
    let print = system.fingerprint(&start, 0, &mut ink);
    let mut seen: BTreeMap<u128, (Ways, Vec<Transition>)> = BTreeMap::new();
    let mut queue = VecDeque::from([(print, start, Vec::new())]);
    let (mut compared, mut moves) = (0, Vec::new());
    while let Some((print, state, path)) = queue.pop_front() {
        system.moves(&state, &mut moves);
        let mut ways = Vec::new();
        let known = seen.contains_key(&print);
        for step in &moves {
            let mut next = state.clone();
            system.apply(&mut next, *step);
            let print = system.fingerprint(&next, 0, &mut ink);
            ways.push((*step, print));
            if !known && queue.len() < 4 * most {
                queue.push_back((print, next, path.iter().copied().chain([*step]).collect()));
            }
        }
        if let Some((first, way)) = seen.get(&print) {
            compared += 1;
            if *first != ways {
                let at = first.iter().zip(&ways).find(|(a, b)| a != b);
                return (compared, Some(format!("{way:?}\n{path:?}\n{at:?}")));
            }
            continue;
        }
        if seen.len() >= most {
            break;
        }
        seen.insert(print, (ways, path));
    }
    (compared, None)
}

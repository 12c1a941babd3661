//! Whole schedules at random, drawn by proptest from an explicit seed.
//!
//! Promises absolute times, so that taking one row away moves no other, and the same schedules for the same seed. Each
//! draw first settles which kinds of rows are on (swarm testing: Groce et al., ISSTA 2012), those that showed a clause
//! to matter more often than others, and whether its rows lie close together or far apart.

use super::candidate_rows::CandidateRows;
use crate::kernel::Time;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Rows that lie close together are this far apart at most, in seconds.
const CLOSE: u32 = 180;

/// A schedule as times and places of options.
pub type Draw = Vec<(Time, usize)>;

/// The schedule of this run; `favoured` kinds, a bit each, are on three times out of four.
pub fn draw(space: &CandidateRows, seed: u64, run: u64, favoured: u64) -> Draw {
    let mut bytes = [0; 32];
    for (slot, byte) in bytes.iter_mut().zip(seed.to_le_bytes().into_iter().chain(run.to_le_bytes())) {
        *slot = byte;
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let most = usize::try_from(space.rows).unwrap_or(1);
    let seconds = u32::try_from((space.to.0 - space.from.0) / 1000).unwrap_or(u32::MAX).max(1);
    let rows = proptest::collection::vec((0..seconds, proptest::num::u64::ANY), 1..=most);
    let swarm = (proptest::num::u64::ANY, proptest::num::u64::ANY);
    let strategy = (rows, swarm, proptest::bool::ANY, 0..seconds);
    let Ok(tree) = strategy.new_tree(&mut runner) else { return Vec::new() };
    let (mut rows, (first, second), close, begin) = tree.current();
    rows.sort_unstable();
    let swarm = first | (second & favoured);
    let on: Vec<_> = (0..).zip(&space.kinds).filter(|(bit, _)| swarm >> (bit % 64) & 1 == 1).map(|(_, k)| k).collect();
    let kinds = if on.is_empty() { space.kinds.iter().collect() } else { on };
    let (mut second, mut faults, mut out) = (begin, 0, Vec::new());
    for (at, fields) in rows {
        second = if close { second.saturating_add(at % CLOSE) } else { at };
        // To the minute, or to ten seconds where rows lie close: nearer than a person reads.
        let grain = if close { 10 } else { 60 };
        let at = Time(space.from.0 + i64::from(second / grain * grain) * 1000);
        let (kind, rest) = divided(fields, kinds.len());
        let Some(kind) = kinds.get(kind) else { continue };
        let option = kind.options.start + divided(rest, kind.options.len()).0;
        if at <= space.to && !(kind.wrong && faults >= space.most_faults) {
            faults += u8::from(kind.wrong);
            out.push((at, option));
        }
    }
    out
}

/// A number below `base`, and what is left for further ones.
fn divided(number: u64, base: usize) -> (usize, u64) {
    let base = u64::try_from(base).unwrap_or(1).max(1);
    (usize::try_from(number % base).unwrap_or(0), number / base)
}

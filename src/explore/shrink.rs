//! A schedule made as small as it can be, in the domain's terms: fewer rows, fewer people at a screen, fewer keys,
//! coarser times.
//!
//! Promises that the same property is violated at every step, and that no single row can be left out of the result.
//! Deliberately knows nothing of how the schedule was found.

use super::Explorer;
use super::schedule::{Item, coarser};
use crate::format::rows::Row;

const MINUTE: i64 = 60_000;

impl Explorer<'_> {
    /// The smallest schedule that this can find which still breaks the property.
    pub fn shrink(&self, schedule: &[Item], property: usize) -> Vec<Item> {
        let mut best = schedule.to_vec();
        loop {
            let before = best.clone();
            best = self.fewer_rows(best, property);
            best = self.plainer_rows(best, property);
            best = self.coarser_times(best, property);
            if best == before {
                return best;
            }
        }
    }

    /// Delta debugging (Zeller and Hildebrandt, TSE 2002): several rows at once, then fewer, then each.
    fn fewer_rows(&self, mut best: Vec<Item>, property: usize) -> Vec<Item> {
        let mut size = best.len().div_ceil(2);
        while size > 0 {
            let mut from = 0;
            let mut removed = false;
            while from < best.len() {
                let to = (from + size).min(best.len());
                let rest: Vec<Item> =
                    (0..).zip(&best).filter(|(at, _)| !(from..to).contains(at)).map(|(_, item)| item.clone()).collect();
                if self.breaks(&rest, property) {
                    best = rest;
                    removed = true;
                } else {
                    from = to;
                }
            }
            // At single rows: once more, until none can go.
            if size > 1 {
                size = size.div_ceil(2);
            } else if !removed {
                size = 0;
            }
        }
        best
    }

    /// Fewer keys, and fewer people at a screen.
    fn plainer_rows(&self, mut best: Vec<Item>, property: usize) -> Vec<Item> {
        for at in 0..best.len() {
            let Some(row) = best.get(at).map(|item| item.row.clone()) else { continue };
            let mut without = |change: &dyn Fn(&mut Row)| {
                let mut plainer = best.clone();
                if let Some(item) = plainer.get_mut(at) {
                    change(&mut item.row);
                }
                if plainer != best && self.breaks(&plainer, property) {
                    best = plainer;
                }
            };
            without(&|row| row.via = None);
            without(&|row| row.typed = None);
            without(&|row| row.how = None);
            if row.r#do.is_some_and(|act| !act.needs().contains(&"account")) {
                without(&|row| row.account = None);
            }
            for name in &row.with {
                without(&|row| row.with.retain(|other| other != name));
            }
        }
        best
    }

    /// To the hour, to ten minutes, to the minute, as coarse as it goes.
    fn coarser_times(&self, mut best: Vec<Item>, property: usize) -> Vec<Item> {
        for at in 0..best.len() {
            for grain in [60 * MINUTE, 10 * MINUTE, MINUTE] {
                let Some(item) = best.get(at) else { continue };
                let floor = at.checked_sub(1).and_then(|above| best.get(above)).map_or(self.space.from(), |a| a.at);
                let down = coarser(item.at, grain);
                let up = down.plus(crate::kernel::Span(grain));
                let ceiling = best.get(at + 1).map(|below| below.at);
                let candidates = [down, up].into_iter().filter(|t| *t >= floor && ceiling.is_none_or(|c| *t <= c));
                let coarse = candidates.filter(|t| *t != item.at || *t == down).find_map(|time| {
                    let mut moved = best.clone();
                    if let Some(item) = moved.get_mut(at) {
                        item.at = time;
                    }
                    self.breaks(&moved, property).then_some(moved)
                });
                if let Some(moved) = coarse {
                    best = moved;
                    break;
                }
            }
        }
        best
    }
}

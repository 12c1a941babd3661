//! A schedule made as small as it can be, in the domain's terms: fewer rows, fewer people at a screen, fewer keys, acts
//! in one go, a person's pace, coarser times.
//!
//! Promises that the same property is violated at every step, and that no single row can be left out of the result.
//! Deliberately knows nothing of how the schedule was found.

use super::reducible_case::ReducibleCase;
use super::{Schedule, ScheduledRow};
use crate::act::ActKind;
use crate::format::rows::Row;
use crate::kernel::units::{HOUR, MINUTE};
use crate::kernel::{Span, Time};
use std::ops::Range;

impl ReducibleCase<'_> {
    /// The smallest schedule that this can find which still breaks the property.
    pub(super) fn shrink(&self, schedule: &Schedule, property: usize) -> Schedule {
        let mut best = schedule.clone();
        loop {
            let before = best.clone();
            best = self.fewer_rows(best, property);
            best = self.in_one_go(best, property);
            best = self.slower(best, property);
            best = self.plainer_rows(best, property);
            best = self.coarser_times(best, property);
            if best == before {
                return best;
            }
        }
    }

    /// Delta debugging (Zeller and Hildebrandt, TSE 2002): several rows at once, then fewer, then each; a row that is
    /// begun by steps goes with its steps.
    fn fewer_rows(&self, mut best: Schedule, property: usize) -> Schedule {
        let mut size = best.rows.len().div_ceil(2);
        while size > 0 {
            let mut from = 0;
            let mut removed = false;
            while from < best.rows.len() {
                let to = (from + size).min(best.rows.len());
                let rest = without(&best, from..to);
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

    /// An act that was begun by steps, as one row.
    fn in_one_go(&self, mut best: Schedule, property: usize) -> Schedule {
        for at in 0..best.rows.len() {
            let Some(true) = best.rows.get(at).and_then(|item| item.row.by_steps) else { continue };
            let mut plain = best.clone();
            let steps = steps_of(&best, at);
            if let Some(item) = plain.rows.get_mut(at) {
                item.row.by_steps = None;
            }
            plain.rows = keep(&plain.rows, |place| !steps.contains(&place));
            if self.breaks(&plain, property) {
                best = plain;
            }
        }
        best
    }

    /// At the pace at which people click.
    fn slower(&self, best: Schedule, property: usize) -> Schedule {
        if best.pace.is_none() {
            return best;
        }
        self.at_a_persons_pace(&best).filter(|paced| self.breaks(paced, property)).unwrap_or(best)
    }

    /// Fewer keys, and fewer people at a screen.
    fn plainer_rows(&self, mut best: Schedule, property: usize) -> Schedule {
        for at in 0..best.rows.len() {
            let Some(row) = best.rows.get(at).map(|item| item.row.clone()) else { continue };
            let mut without = |change: &dyn Fn(&mut Row)| {
                let mut plainer = best.clone();
                if let Some(item) = plainer.rows.get_mut(at) {
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
    fn coarser_times(&self, mut best: Schedule, property: usize) -> Schedule {
        for at in 0..best.rows.len() {
            for grain in [HOUR, 10 * MINUTE, MINUTE] {
                let Some(item) = best.rows.get(at) else { continue };
                let floor = at.checked_sub(1).and_then(|above| best.rows.get(above)).map_or(self.from, |a| a.at);
                let down = coarser(item.at, grain);
                let up = down.plus(Span(grain));
                let ceiling = best.rows.get(at + 1).map(|below| below.at);
                let candidates = [down, up].into_iter().filter(|t| *t >= floor && ceiling.is_none_or(|c| *t <= c));
                let coarse = candidates.filter(|t| *t != item.at || *t == down).find_map(|time| {
                    let mut moved = best.clone();
                    if let Some(item) = moved.rows.get_mut(at) {
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

fn keep(rows: &[ScheduledRow], test: impl Fn(usize) -> bool) -> Vec<ScheduledRow> {
    rows.iter().enumerate().filter(|(at, _)| test(*at)).map(|(_, item)| item.clone()).collect()
}

/// The schedule without these rows, and without the steps of what is begun by steps in them.
fn without(schedule: &Schedule, rows: Range<usize>) -> Schedule {
    let steps: Vec<usize> = rows.clone().flat_map(|at| steps_of(schedule, at)).collect();
    let rows = keep(&schedule.rows, |at| !rows.contains(&at) && !steps.contains(&at));
    Schedule { rows, pace: schedule.pace }
}

/// The places of the steps of what is begun by steps at a place.
fn steps_of(schedule: &Schedule, at: usize) -> Vec<usize> {
    let Some(ScheduledRow { row, .. }) = schedule.rows.get(at).filter(|item| item.row.by_steps == Some(true)) else {
        return Vec::new();
    };
    let same = |item: &ScheduledRow| item.row.who == row.who;
    let later = schedule.rows.iter().enumerate().skip(at + 1).filter(|(_, item)| same(item));
    later.take_while(|(_, item)| item.row.r#do == Some(ActKind::GoOn)).map(|(place, _)| place).collect()
}

/// The instant rounded down to this many milliseconds of its day.
fn coarser(at: Time, grain: i64) -> Time {
    at.plus(Span(-at.time_of_day().rem_euclid(grain)))
}

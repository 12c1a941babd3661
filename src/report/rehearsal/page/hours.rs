//! The instants that a chart of a rehearsal shows, and their names on the horizontal axis.
//!
//! Promises the evening before and every hour of the days around a cutover. Deliberately knows no value.

use crate::kernel::Time;
use crate::kernel::units::HOUR;
use crate::report::chart::{Axis, Mark};
use crate::report::rehearsal::words::instant;
use std::collections::{BTreeMap, BTreeSet};

/// A day with at least this many instants is observed hourly.
const HOURLY: usize = 10;
/// How many names fit next to each other.
const ROOM: usize = 18;

/// The instants around the cutovers: all of the days that are observed hourly, and the evening before the first; every
/// evening if there are no such days.
pub fn around(grid: &[Time]) -> Vec<usize> {
    let day = |at: usize| grid.get(at).map(|instant| instant.date().0).unwrap_or_default();
    let all = 0..grid.len();
    let hourly = by_the_hour(grid);
    if hourly.is_empty() {
        return all.filter(|at| grid.get(*at).is_some_and(|i| i.time_of_day() == 18 * HOUR)).collect();
    }
    let before = |at: usize| all.clone().rfind(|other| day(*other) < day(at));
    let first = all.clone().find(|at| hourly.contains(&day(*at)));
    let evening = first.and_then(before);
    evening.into_iter().chain(all.clone().filter(|at| hourly.contains(&day(*at)))).collect()
}

/// The first of these instants and all later ones.
pub fn onwards(grid: &[Time]) -> Vec<usize> {
    around(grid).first().map_or_else(Vec::new, |first| (*first..grid.len()).collect())
}

/// The days that are observed hourly.
fn by_the_hour(grid: &[Time]) -> BTreeSet<i32> {
    let days: BTreeSet<i32> = grid.iter().map(|instant| instant.date().0).collect();
    let count = |day: i32| grid.iter().filter(|instant| instant.date().0 == day).count();
    days.into_iter().filter(|day| count(*day) >= HOURLY).collect()
}

/// A time of day, such as `09:00`.
pub fn clock(at: Time) -> String {
    let text = at.clock();
    text.get(..5).unwrap_or(&text).to_owned()
}

/// The axis of these instants, with marks. Days that are observed hourly are named first; other days and noons follow
/// as far as there is room.
pub fn axis(grid: &[Time], of: &[usize], marks: impl IntoIterator<Item = (Time, String)>) -> Axis {
    let times: Vec<Time> = of.iter().filter_map(|at| grid.get(*at)).copied().collect();
    let hourly = by_the_hour(&times);
    let fresh = |column: usize| match column.checked_sub(1) {
        None => times.len() < HOURLY,
        Some(before) => times.get(before).map(|time| time.date()) != times.get(column).map(|time| time.date()),
    };
    let by_hour = |time: &Time| hourly.contains(&time.date().0);
    let noon = |time: &Time| by_hour(time) && time.time_of_day() == 12 * HOUR;
    let short = |time: &Time| time.date().to_string().get(..6).unwrap_or_default().to_owned();
    let all = || times.iter().enumerate();
    let first = all().filter(|(column, time)| fresh(*column) && by_hour(time));
    let then = all().filter(|(column, time)| fresh(*column) && !by_hour(time));
    let days = first.chain(then).map(|(column, time)| (column, short(time)));
    let noons = all().filter(|(_, time)| noon(time)).map(|(column, _)| (column, "12:00".to_owned()));
    let apart = times.len().div_ceil(ROOM);
    let mut named: BTreeMap<usize, String> = BTreeMap::new();
    for (column, name) in days.chain(noons) {
        if named.range(column.saturating_sub(apart - 1)..column + apart).next().is_none() {
            named.insert(column, name);
        }
    }
    let mark = |(at, name): (Time, String)| {
        let column = times.iter().position(|time| *time >= at)?;
        Some(Mark { column, name })
    };
    Axis {
        columns: times.iter().map(|time| instant(*time)).collect(),
        named: named.into_iter().collect(),
        marks: marks.into_iter().filter_map(mark).collect(),
    }
}

/// The mark of a cutover.
pub fn cutover(at: Time) -> (Time, String) {
    (at, format!("cutover {}", instant(at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Date;

    #[test]
    fn the_days_of_a_cutover_are_named_before_others() {
        let day = |day: i32| Time::at(Date(day), 18 * HOUR);
        let by_hour = |day: i32| (6..=18).map(move |hour| Time::at(Date(day), hour * HOUR));
        let grid: Vec<Time> = (0..3).map(day).chain(by_hour(3)).chain((4..30).map(day)).chain(by_hour(30)).collect();
        let of = onwards(&grid);
        assert_eq!(of.first().map(|at| grid[*at]), Some(day(2)), "from the evening before");
        let axis = axis(&grid, &of, [(Time::at(Date(30), 0), "late".to_owned())]);
        let text = |time: Time| time.date().to_string()[..6].to_owned();
        assert_eq!(axis.named.first(), Some(&(1, text(day(3)))));
        let last = axis.named.iter().find(|(_, name)| *name == text(day(30))).unwrap().0;
        assert_eq!(axis.marks, [Mark { column: last, name: "late".to_owned() }]);
        let apart = axis.columns.len().div_ceil(ROOM);
        assert!(axis.named.windows(2).all(|pair| pair[1].0 - pair[0].0 >= apart), "{:?}", axis.named);
        assert!(axis.named.len() > 10, "other days where there is room: {:?}", axis.named);
        assert_eq!(around(&grid).len(), 27);
    }
}

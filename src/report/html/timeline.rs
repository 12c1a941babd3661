//! A time line of a run: a lane for each person, a dot for the end of each act, a bar for each act that took time, and
//! a bar for each property.
//!
//! Promises that short and long acts are both visible: the axis keeps the order of events and shortens long waits.
//! Deliberately has no table of its own, because the rows of the page are its data.

use crate::act::ActOutcome;
use crate::counted::counted;
use crate::kernel::Time;
use crate::kernel::units::DAY;
use crate::property::PropertyVerdict;
use crate::replay::sequence_model::{SequenceModel, SequenceRow};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The width of the names.
const NAMES: i64 = 120;
/// The height of the dates.
const HEAD: i64 = 58;
/// From one person to the next.
const LANE: i64 = 30;
/// From one property to the next.
const PROPERTY: i64 = 28;
/// What a page is wide.
const WIDE: i64 = 1080;
/// The lane of whatever is nobody's act.
const NOBODY: &str = "events";

/// Where each instant stands on the axis.
struct Scale(BTreeMap<Time, i64>);

impl Scale {
    /// A place for each instant: the further apart, the more room, by the logarithm of the wait.
    fn of(times: BTreeSet<Time>) -> Scale {
        let mut out = BTreeMap::new();
        let mut x = NAMES + 14;
        let mut last: Option<Time> = None;
        for time in times {
            if let Some(last) = last {
                let seconds = (time.0 - last.0).max(0) / 1000;
                x += 8 + 3 * i64::from((seconds + 1).ilog2());
            }
            last = Some(time);
            out.insert(time, x);
        }
        let natural = x - NAMES;
        let most = WIDE - NAMES - 20;
        if natural > most {
            // Squeezed evenly, but never so far that neighbours cover each other.
            let least = 9;
            let (mut before, mut x) = (NAMES + 14, NAMES + 14);
            for place in out.values_mut() {
                let step = (*place - before) * most / natural;
                x += if *place == before { 0 } else { step.max(least) };
                before = *place;
                *place = x;
            }
        }
        Scale(out)
    }

    fn at(&self, time: Time) -> i64 {
        self.0.range(..=time).next_back().or_else(|| self.0.iter().next()).map_or(NAMES, |(_, x)| *x)
    }

    fn right(&self) -> i64 {
        self.0.values().next_back().copied().unwrap_or(NAMES) + 20
    }
}

/// The time line; `prefix` begins the ids of the page's rows, and `title` is the scenario's.
pub fn timeline(scene: &SequenceModel, prefix: &str, title: &str) -> Markup {
    let mut times: BTreeSet<Time> = BTreeSet::new();
    times.extend(scene.rows.iter().flat_map(|r| [r.began, r.ended.map(|(time, _)| time)]).flatten());
    let (Some(first), Some(last)) = (times.first().copied(), times.last().copied().max(scene.end)) else {
        return html! {};
    };
    times.insert(last);
    times.extend(scene.properties.iter().filter_map(|p| p.judgement.at).filter(|at| *at <= last));
    // A cutover is drawn where the run passes it, or begins or ends within a day of it.
    let near = first.0 - DAY..=last.0 + DAY;
    let cutovers: Vec<Time> = scene.cutovers.iter().copied().filter(|c| near.contains(&{ c.0 })).collect();
    times.extend(&cutovers);
    let scale = Scale::of(times.clone());
    let lanes = lanes(scene);
    let bottom = HEAD + LANE * count(lanes.len());
    let height = bottom + PROPERTY * count(scene.properties.len()) + 14;
    let names = scene.properties.iter().map(|p| count(p.name.chars().count()) * 65 / 10);
    let width = scale.right().max(names.max().unwrap_or_default() + NAMES + 30);
    let description = format!(
        "{} by {}, from {first} to {last}. Long waits are shortened. The rows below are the same in words.",
        counted(scene.rows.len(), "row"),
        lanes.join(", ")
    );
    html! {
        div.wide tabindex="0" role="region" aria-label="Time line" {
            svg.time width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } role="group" {
                title { "Time line of " (title) }
                desc { (description) }
                @for (y, name) in (0..).zip(&lanes) {
                    text.n y=(HEAD + LANE * y + 19) { (short(name)) }
                    path.lane d={ "M" (NAMES) " " (HEAD + LANE * y + 15) "H" (width - 6) } {}
                }
                (days(&times, &scale, bottom))
                @for at in &cutovers {
                    path.cut d={ "M" (scale.at(*at)) " " (HEAD - 12) "V" (height - 4) } {}
                    text.cut x=(scale.at(*at) - 4) y="12" { "cutover" }
                }
                @for (index, row) in scene.rows.iter().enumerate() {
                    (dot(row, index, prefix, &scale, &lanes))
                }
                @for (y, property) in (0..).zip(&scene.properties) {
                    (prefix_of(scene, property, bottom + PROPERTY * y + 20, &scale, (first, last)))
                }
            }
        }
    }
}

/// Everyone who takes part, in the order of the file, and the lane of events where there are any.
fn lanes(scene: &SequenceModel) -> Vec<String> {
    let acts = |name: &String| scene.rows.iter().any(|row| row.people.contains(name));
    let mut out: Vec<String> = scene.people.iter().filter(|name| acts(name)).cloned().collect();
    if scene.rows.iter().any(|row| row.people.is_empty()) {
        out.push(NOBODY.to_owned());
    }
    out
}

fn count(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

/// A name that fits before its lane.
fn short(name: &str) -> String {
    if name.chars().count() <= 17 { name.to_owned() } else { name.chars().take(16).chain(['…']).collect() }
}

/// The dates, each where its first thing happens, and a mark where a night or more was left out.
fn days(times: &BTreeSet<Time>, scale: &Scale, bottom: i64) -> Markup {
    let mut shown: Vec<(i64, Time)> = Vec::new();
    for time in times {
        let x = scale.at(*time);
        let room = shown.last().is_none_or(|(last, _)| x - last >= 46);
        if shown.last().is_none_or(|(_, last)| last.date() != time.date()) && room {
            shown.push((x, *time));
        }
    }
    html! {
        @for (x, time) in &shown {
            @let date = time.date().to_string();
            path.day d={ "M" (x - 8) " 18V" (bottom) } {}
            text x=(x - 4) y="27" { (date.get(..3).unwrap_or_default()) }
            text x=(x - 4) y="41" { (date.get(4..10).unwrap_or_default()) }
        }
    }
}

/// What an act came to, as a class and a word.
pub fn outcome(row: &SequenceRow) -> (&'static str, &'static str) {
    match row.ended {
        Some((_, ActOutcome::Refused(reason))) => ("no", reason.word()),
        Some((_, ActOutcome::Waiting)) => ("ask", "waiting"),
        Some((_, result)) => ("yes", result.word()),
        None if row.bystander => ("ask", ""),
        None => ("no", "it never ended"),
    }
}

fn dot(row: &SequenceRow, index: usize, prefix: &str, scale: &Scale, lanes: &[String]) -> Markup {
    let Some(began) = row.began else { return html! {} };
    let ended = row.ended.map_or(began, |(time, _)| time);
    let (from, to) = (scale.at(began), scale.at(ended));
    let (class, word) = outcome(row);
    let place = |name: &str| lanes.iter().position(|lane| lane == name);
    let own =
        row.people.iter().filter_map(|name| place(name)).chain(row.people.is_empty().then(|| place(NOBODY)).flatten());
    let ys: Vec<i64> = own.map(|lane| HEAD + LANE * count(lane) + 15).collect();
    let mut bars = String::new();
    for y in &ys {
        if to > from {
            let _ = write!(bars, "M{from} {y}H{to}");
        }
    }
    if let (Some(top), Some(low)) = (ys.iter().min(), ys.iter().max())
        && low > top
    {
        let _ = write!(bars, "M{to} {top}V{low}");
    }
    html! {
        a href={ "#" (prefix) (index + 1) } class=(class) {
            title { (index + 1) ". " (row.says) " → " (word) ", " (ended.clock()) }
            @if !bars.is_empty() { path d=(bars) {} }
            @for (nth, y) in ys.iter().enumerate() { (mark(class, to, *y, nth == 0, index + 1)) }
        }
    }
}

/// The dot itself: round where it went well, square where it was refused, on its tip where it waits; the number of the
/// row is on the first.
fn mark(class: &str, x: i64, y: i64, first: bool, number: usize) -> Markup {
    let r = if first { 9 } else { 4 };
    let side = r + 2;
    html! {
        @match class {
            "yes" => circle cx=(x) cy=(y) r=(r) {},
            "no" => rect x=(x - r) y=(y - r) width=(2 * r) height=(2 * r) {},
            _ => path.tip d={
                "M" (x) " " (y - side) "l" (side) " " (side) "-" (side) " " (side) "-" (side) "-" (side) "z"
            } {},
        }
        @if first { text x=(x) y=(y + 4) { (number) } }
    }
}

/// How far a property was kept: up to the end, or to the moment that broke it.
fn prefix_of(
    scene: &SequenceModel,
    property: &crate::replay::JudgedProperty,
    y: i64,
    scale: &Scale,
    (first, last): (Time, Time),
) -> Markup {
    let judgement = property.judgement;
    let (from, end) = (scale.at(first), scale.at(last));
    let to = judgement.at.map_or(end, |at| scale.at(at.min(last)));
    let (class, sign) = match judgement.verdict {
        PropertyVerdict::Holds => ("yes", "✓"),
        PropertyVerdict::Violated => ("no", "✗"),
        PropertyVerdict::Pending => ("ask", "…"),
        PropertyVerdict::Undecided => ("ask", "?"),
        PropertyVerdict::Vacuous => ("ask", "○"),
    };
    let number = scene.properties.iter().position(|p| p == property).map_or(0, |at| at + 1);
    html! {
        g.prop.(class) {
            title { (property.name) ": " (judgement.verdict.word()) }
            text.n y=(y + 4) { "property " (number) }
            path d={ "M" (from) " " (y) "H" (to) } {}
            text.says x=(from) y=(y - 6) { (property.name) }
            text x=(to + 4) y=(y + 5) { (sign) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(seconds: &[i64]) -> Scale {
        Scale::of(seconds.iter().map(|s| Time(s * 1000)).collect())
    }

    #[test]
    fn the_axis_keeps_the_order_and_shortens_long_waits() {
        let week = 604_800;
        let scale = scale(&[0, 0, 1, 14, week, week + 1]);
        let places: Vec<i64> = scale.0.values().copied().collect();
        let steps: Vec<i64> = places.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(steps, [11, 17, 65, 11], "8 px and 3 more each time a wait doubles");
    }

    #[test]
    fn many_instants_are_squeezed_but_stay_apart() {
        let many: Vec<i64> = (0..60).map(|nth| nth * 3600).collect();
        let scale = scale(&many);
        let places: Vec<i64> = scale.0.values().copied().collect();
        assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 9));
        assert!(scale.right() <= WIDE + 20, "{}", scale.right());
    }

    #[test]
    fn a_moment_between_two_stands_at_the_earlier() {
        let scale = scale(&[0, 100]);
        assert_eq!(scale.at(Time(50_000)), scale.at(Time(0)));
        assert_eq!(scale.at(Time(-1)), scale.at(Time(0)), "before all, at the first");
    }
}

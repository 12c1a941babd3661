//! The pictures of a rehearsal: the first morning by cause, the load of helpers against what they can take, places by
//! hour, generic accounts.
//!
//! Promises that each picture has the table of its numbers and a sentence of what it shows. Deliberately judges nothing.

use super::{Rehearsed, waited};
use crate::format::parameters::Parameter as P;
use crate::format::rehearsal::{Group, Measure};
use crate::kernel::Time;
use crate::policy::request::{Reason, Role, Topic};
use crate::policy::rules::Rule;
use crate::rehearsal::grid::morning as first_morning;
use crate::rehearsal::plan::cutovers;
use crate::rehearsal::summary::{Spread, Summary};
use crate::rehearsal::tally::Series;
use crate::report::chart::{Axis, Bar, Chart, Heat, Line, Mark, Point, bars, heat, line};
use crate::report::rehearsal::{SMALL, instant, percent};
use crate::statistics::float;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// How many causes have a colour of their own.
const CAUSES: usize = 5;
/// How many places are shown by themselves.
const PLACES: usize = 24;
const HOUR: i64 = 3_600_000;
/// A day with so many instants is counted by the hour.
const HOURLY: usize = 10;
/// The 95 % quantile of the normal distribution.
const AT_95: f64 = 1.644_853_626_951_472_2;

/// Tenths as people write them: `12.5`, and `12` where nothing follows.
fn tenths(number: i64) -> String {
    if number % 10 == 0 { (number / 10).to_string() } else { format!("{}.{}", number / 10, number.abs() % 10) }
}

#[allow(clippy::cast_possible_truncation)]
fn rounded(value: f64) -> i64 {
    libm::round(value) as i64
}

/// The instants around the cutovers: the days that are counted by the hour, each with the evening before; every evening
/// where there are none.
fn instants(summary: &Summary<'_>) -> Vec<usize> {
    let day = |at: usize| summary.grid.get(at).map(|instant| instant.date().0).unwrap_or_default();
    let all = 0..summary.grid.len();
    let hourly: BTreeSet<i32> =
        all.clone().map(day).filter(|d| all.clone().filter(|at| day(*at) == *d).count() >= HOURLY).collect();
    if hourly.is_empty() {
        return all.filter(|at| summary.grid.get(*at).is_some_and(|i| i.time_of_day() == 18 * HOUR)).collect();
    }
    let before = |at: usize| all.clone().rfind(|other| day(*other) < day(at));
    let first = all.clone().find(|at| hourly.contains(&day(*at)));
    let evening = first.and_then(before);
    evening.into_iter().chain(all.clone().filter(|at| hourly.contains(&day(*at)))).collect()
}

fn clock(at: Time) -> String {
    let text = at.clock();
    text.get(..5).unwrap_or(&text).to_owned()
}

/// The axis of these instants: named at the first of each day and at noon, the cutovers marked.
fn axis(summary: &Summary<'_>, of: &[usize]) -> Axis {
    let times: Vec<Time> = of.iter().filter_map(|at| summary.grid.get(*at)).copied().collect();
    let mut named = Vec::new();
    let mut day = None;
    for (column, time) in times.iter().enumerate() {
        let text = time.date().to_string();
        let short = text.get(..6).unwrap_or_default();
        let fresh = day != Some(time.date());
        if fresh && column > 0 || times.len() < HOURLY {
            named.push((column, short.to_owned()));
        } else if time.time_of_day() == 12 * HOUR {
            named.push((column, "12:00".to_owned()));
        }
        day = Some(time.date());
    }
    let mark = |cutover: Time| {
        let column = times.iter().position(|time| *time >= cutover)?;
        Some(Mark { column, name: format!("cutover {}", instant(cutover)) })
    };
    Axis {
        columns: times.iter().map(|time| instant(*time)).collect(),
        named,
        marks: cutovers(summary.plan).into_iter().filter_map(mark).collect(),
    }
}

fn points(summary: &Summary<'_>, series: Series, of: &[usize]) -> Vec<Point> {
    let point = |at: &usize| {
        let none = Spread { mean: 0.0, low: 0, median: 0, high: 0 };
        let s = summary.at(series, *at).unwrap_or(none);
        Point { low: s.low, middle: s.median, high: s.high }
    };
    of.iter().map(point).collect()
}

/// The mean at each of these instants, in tenths.
fn means(summary: &Summary<'_>, series: Series, of: &[usize]) -> Vec<i64> {
    of.iter().map(|at| summary.at(series, *at).map_or(0, |s| rounded(s.mean * 10.0))).collect()
}

fn sum(all: impl Iterator<Item = Vec<i64>>, length: usize) -> Vec<i64> {
    all.fold(vec![0; length], |sums, one| sums.iter().zip(one).map(|(a, b)| a + b).collect())
}

/// Who is locked out, with the band, and why.
pub fn morning(summary: &Summary<'_>) -> Markup {
    let of = instants(summary);
    let axis = axis(summary, &of);
    let staff = points(summary, Series::LockedOut(Group::Staff), &of);
    let mut causes: Vec<(Reason, Vec<i64>)> = Reason::ALL
        .iter()
        .map(|r| (*r, means(summary, Series::Because(*r), &of)))
        .filter(|(_, m)| m.iter().any(|n| *n > 0))
        .collect();
    causes.sort_by_key(|(reason, m)| (std::cmp::Reverse(m.iter().max().copied().unwrap_or(0)), *reason));
    let mut kinds: Vec<Bar> =
        causes.iter().take(CAUSES).map(|(r, m)| Bar { name: r.word().to_owned(), parts: m.clone() }).collect();
    let rest = causes.iter().skip(CAUSES).map(|(_, m)| m.clone());
    if causes.len() > CAUSES {
        kinds.push(Bar { name: "other reasons".to_owned(), parts: sum(rest, of.len()) });
    }
    html! {
        p { (said(summary, &of)) }
        (line(&Chart {
            title: "Staff accounts locked out".to_owned(),
            description: "The median of the runs, with the band in which nine of ten runs lie; the cutover is marked.".to_owned(),
            rows: "at".to_owned(),
            unit: |n| n.to_string(),
        }, &axis, &[Line { name: "staff".to_owned(), points: staff }]))
        @if kinds.is_empty() { p { "Nobody is locked out." } } @else {
            (bars(&Chart {
                title: "Why: accounts locked out by their last refusal, mean of the runs".to_owned(),
                description: "Staff and generic accounts by the reason of their last refusal, at each hour.".to_owned(),
                rows: "at".to_owned(),
                unit: tenths,
            }, &axis, &kinds, None))
            dl.reasons { @for (reason, _) in causes.iter().take(CAUSES) { dt { (reason.word()) } dd { (reason.doc().trim()) } } }
        }
    }
}

/// The worst hour, and until when it lasts.
fn said(summary: &Summary<'_>, of: &[usize]) -> String {
    let at = |i: &usize| Some((*i, summary.at(Series::LockedOut(Group::Staff), *i)?));
    let all: Vec<(usize, Spread)> = of.iter().filter_map(at).collect();
    let Some((worst, most)) = all.iter().max_by(|a, b| a.1.median.cmp(&b.1.median).then(b.0.cmp(&a.0))) else {
        return String::new();
    };
    if most.high == 0 {
        return "No staff account is locked out in more than one of twenty runs.".to_owned();
    }
    let when = |i: usize| summary.grid.get(i).map(|at| instant(*at)).unwrap_or_default();
    let whole = summary.at(Series::Accounts(Group::Staff), *worst).map_or(0, |s| s.median);
    let half = all.iter().find(|(i, s)| i > worst && s.median * 2 <= most.median);
    let until = half.map_or_else(
        || "half of them are not in again by the end of these hours".to_owned(),
        |(i, _)| format!("by {} it is half of that", when(*i)),
    );
    format!(
        "At the worst, on {}, {} of {whole} staff accounts ({}) are locked out, {} to {} in nine of ten runs; {until}. Time until iCON opened again: {}.",
        when(*worst),
        most.median,
        percent(most.median, whole),
        most.low,
        most.high,
        waited(summary, Measure::RecoveryTime)
    )
}

/// The mean of a log-normal time, by its median and its 95 % quantile, in milliseconds.
fn mean_of(median: i64, p95: i64) -> f64 {
    let [median, p95] = [median, p95].map(|ms| float(u64::try_from(ms).unwrap_or(0)));
    if median <= 0.0 || p95 <= median {
        return median;
    }
    let sigma = libm::log(p95 / median) / AT_95;
    median * libm::exp(sigma * sigma / 2.0)
}

/// How many requests so many helpers can take in an hour, in tenths.
fn an_hour(helpers: f64, median: i64, p95: i64) -> i64 {
    let mean = mean_of(median, p95);
    if mean <= 0.0 { 0 } else { rounded(helpers * 10.0 * 3_600_000.0 / mean) }
}

/// Requests hour by hour against what helpers can take.
pub fn load(summary: &Summary<'_>) -> Markup {
    let of = instants(summary);
    let axis = axis(summary, &of);
    let (plan, is) = (summary.plan, &summary.plan.parameters);
    let rules = plan.candidate.base();
    let places = summary.runs.first().map_or(0, |run| run.places.len().saturating_sub(1));
    let administrators = match &plan.directory {
        Some(list) if list.iter().any(|p| p.people.iter().any(|k| k.role.is_some())) => {
            list.iter().flat_map(|p| &p.people).filter(|k| k.role == Some(Role::LocalAdministrator)).count() as u64
        }
        _ => places as u64 * u64::from(is.count(P::Administrators)),
    };
    #[allow(clippy::cast_precision_loss)]
    let there = 1.0 - is.get(P::LaAbsent) as f64 / 1_000_000.0;
    let desk = an_hour(
        float(u64::try_from(rules.get(Rule::DeskAgents)).unwrap_or(0)),
        rules.get(Rule::DeskHandling),
        rules.get(Rule::DeskHandlingP95),
    );
    let la = an_hour(float(administrators) * there, is.get(P::LaHandling), is.get(P::LaHandlingP95));
    let asked = |topics: &[Topic]| -> Vec<Bar> {
        let one = |t: &Topic| Bar { name: t.word().to_owned(), parts: means(summary, Series::Tickets(*t), &of) };
        topics.iter().map(one).filter(|bar| bar.parts.iter().any(|n| *n > 0)).collect()
    };
    let to_administrators = asked(&[Topic::OtpAddress, Topic::PasswordReset, Topic::Credentials]);
    let to_desk = asked(&[Topic::OtpMissing, Topic::Other, Topic::EmergencyPassword, Topic::HardTokenEnrolment]);
    let chart = |title: &str, description: &str| Chart {
        title: title.to_owned(),
        description: description.to_owned(),
        rows: "at".to_owned(),
        unit: tenths,
    };
    let hung_up: u64 = summary.runs.iter().map(|run| u64::from(run.hung_up)).sum();
    let runs = (summary.runs.len() as u64).max(1);
    let queues = [("wait for an LA", Series::AdministratorQueue), ("wait for an agent", Series::DeskQueue)];
    let lines: Vec<Line> =
        queues.map(|(name, series)| Line { name: name.to_owned(), points: points(summary, series, &of) }).into();
    html! {
        p { "Until an LA began: " (waited(summary, Measure::AdministratorWait)) ". Until an agent answered: " (waited(summary, Measure::DeskWait))
            ". Callers who hung up: " (tenths(rounded(float(hung_up * 10) / float(runs)))) " a run." }
        p.meta { "What helpers can take is the number of them who are there over the mean time that one request takes. An LA's own day and place are their own: a few LAs may be drowned where all together are not." }
        (bars(&chart("Requests to Local Administrators since the hour before, mean of the runs", "By topic, against what all LAs who are there can take in an hour."), &axis, &to_administrators, Some((&format!("{administrators} LAs can take {} an hour", tenths(la)), la))))
        (bars(&chart("Calls to the service desk since the hour before, mean of the runs", "By topic, against what all agents can take in an hour."), &axis, &to_desk, Some((&format!("the desk can take {} an hour", tenths(desk)), desk))))
        (line(&Chart { unit: |n| n.to_string(), ..chart("Who waits", "How many wait for an LA, and how many for an agent: the median, with the band in which nine of ten runs lie.") }, &axis, &lines))
    }
}

/// Places by hour, and the generic accounts.
pub fn places(all: &Rehearsed<'_>) -> Markup {
    let summary = all.summary;
    let of = instants(summary);
    let at = instant(first_morning(summary.plan));
    let generic = points(summary, Series::LockedOut(Group::Generic), &of);
    let whole = of.last().and_then(|i| summary.at(Series::Accounts(Group::Generic), *i)).map_or(0, |s| s.median);
    html! {
        @match all.beside {
            None => p { (super::NOT_RUN) },
            Some(beside) => (by_hour(summary, &beside.looks, &at)),
        }
        @if whole > 0 {
            (line(&Chart {
                title: format!("Generic accounts out of service, of {whole}"),
                description: "Generic accounts whose last sign-in was refused: the median of the runs, with the band in which nine of ten runs lie.".to_owned(),
                rows: "at".to_owned(),
                unit: |n| n.to_string(),
            }, &axis(summary, &of), &[Line { name: "generic".to_owned(), points: generic }]))
        } @else { p { "There are no generic accounts." } }
    }
}

fn by_hour(summary: &Summary<'_>, looks: &[crate::rehearsal::Aside], at: &str) -> Markup {
    let Some(first) = looks.first() else { return html! {} };
    let runs = i64::try_from(looks.len()).unwrap_or(1).max(1);
    let columns: Vec<String> = first.hours.iter().map(|(time, _)| clock(*time)).collect();
    let accounts = summary.places();
    let row = |place: usize| -> Vec<i64> {
        let hour = |nth: usize| {
            looks.iter().filter_map(|l| l.hours.get(nth)?.1.get(place).copied()).map(i64::from).sum::<i64>()
        };
        (0..columns.len()).map(hour).collect()
    };
    let share =
        |sums: &[i64], whole: i64| -> Vec<i64> { sums.iter().map(|n| n * 1_000_000 / (whole * runs).max(1)).collect() };
    let mut rows: Vec<(String, Vec<i64>)> = Vec::new();
    let mut small: Vec<(Vec<i64>, i64)> = Vec::new();
    for (place, size, _) in accounts.iter().filter(|(_, size, _)| *size > 0) {
        let sums = row(*place);
        if *size >= SMALL {
            rows.push((format!("{} ({size})", summary.plan.place(*place)), share(&sums, i64::from(*size))));
        } else {
            small.push((sums, i64::from(*size)));
        }
    }
    rows.sort_by_key(|(name, shares)| (std::cmp::Reverse(shares.iter().max().copied().unwrap_or(0)), name.clone()));
    let others: Vec<(String, Vec<i64>)> = rows.split_off(rows.len().min(PLACES));
    let middle = |mut shares: Vec<i64>| {
        shares.sort_unstable();
        shares.get(shares.len() / 2).copied().unwrap_or(0)
    };
    if !others.is_empty() {
        let column = |nth: usize| middle(others.iter().filter_map(|(_, s)| s.get(nth).copied()).collect());
        rows.push((format!("median of {} others", others.len()), (0..columns.len()).map(column).collect()));
    }
    if !small.is_empty() {
        let whole = small.iter().map(|(_, size)| size).sum();
        let sums = sum(small.iter().map(|(sums, _)| sums.clone()), columns.len());
        rows.push((format!("{} smaller places ({whole})", small.len()), share(&sums, whole)));
    }
    let chart = Chart {
        title: format!("Share of a place's accounts that are locked out, hour by hour, on the day of {at}"),
        description: "Places with the number of their accounts, those first that fare worst; darker is more."
            .to_owned(),
        rows: "place".to_owned(),
        unit: |ppm| percent(ppm, 1_000_000),
    };
    html! { (heat(&chart, &Heat { columns, rows })) p.meta { "Means of " (runs) " runs; places of fewer than " (SMALL) " accounts are one line together." } }
}

//! The pictures of a rehearsal: the first morning by cause, the load of helpers against what they can take, places by
//! hour, generic accounts.
//!
//! Promises that each picture has the table of its numbers and a sentence of what it shows. Deliberately judges nothing.

use super::hours::{around, axis, clock, cutover};
use super::{Rehearsed, waited};
use crate::counted::counted;
use crate::format::parameters::Parameter as P;
use crate::format::rehearsal::{Group, Measure};
use crate::kernel::Span;
use crate::kernel::distributions::lognormal_mean;
use crate::kernel::units::HOUR;
use crate::policy::request::{Reason, Role, Topic};
use crate::policy::rules::Rule;
use crate::rehearsal::measure::counters::Series;
use crate::rehearsal::measure::summary::{Spread, Summary};
use crate::rehearsal::setup::observation_times::first_morning;
use crate::rehearsal::setup::plan::cutovers;
use crate::report::chart::{Axis, Bar, Chart, Heat, HeatRow, Line, Point, bars, heat, line};
use crate::report::rehearsal::{SMALL, instant, percent};
use crate::statistics::float;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// How many causes have a colour of their own.
const CAUSES: usize = 5;
/// How many places are shown before anybody asks for more.
const PLACES: usize = 24;

/// Tenths as people write them: `12.5`, and `12` where nothing follows.
fn tenths(number: i64) -> String {
    if number % 10 == 0 { (number / 10).to_string() } else { format!("{}.{}", number / 10, number.abs() % 10) }
}

#[allow(clippy::cast_possible_truncation)]
fn rounded(value: f64) -> i64 {
    libm::round(value) as i64
}

/// The axis of these instants, the cutovers marked.
fn hours(summary: &Summary<'_>, of: &[usize]) -> Axis {
    axis(summary.grid, of, cutovers(summary.plan).into_iter().map(cutover))
}

fn points(summary: &Summary<'_>, series: Series, of: &[usize]) -> Vec<Point> {
    let point = |at: &usize| {
        let none = Spread { mean: 0.0, interval: None, low: 0, median: 0, high: 0 };
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
    let of = around(summary.grid);
    let axis = hours(summary, &of);
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

/// How many requests so many helpers can take in an hour, in tenths.
fn an_hour(helpers: f64, median: i64, p95: i64) -> i64 {
    let mean = lognormal_mean(Span(median), Span(p95));
    if mean <= 0.0 { 0 } else { rounded(helpers * 10.0 * float(HOUR.unsigned_abs()) / mean) }
}

/// Requests hour by hour against what helpers can take.
pub fn load(summary: &Summary<'_>) -> Markup {
    let of = around(summary.grid);
    let axis = hours(summary, &of);
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
    let of = around(summary.grid);
    let at = first_morning(summary.plan).date().to_string();
    let generic = points(summary, Series::LockedOut(Group::Generic), &of);
    let whole = of.last().and_then(|i| summary.at(Series::Accounts(Group::Generic), *i)).map_or(0, |s| s.median);
    html! {
        @match all.beside {
            None => p { (super::NOT_RUN) },
            Some(beside) => (by_hour(all, &beside.looks, &at)),
        }
        @if whole > 0 {
            (line(&Chart {
                title: format!("Generic accounts out of service, of {whole}"),
                description: "Generic accounts whose last sign-in was refused: the median of the runs, with the band in which nine of ten runs lie.".to_owned(),
                rows: "at".to_owned(),
                unit: |n| n.to_string(),
            }, &hours(summary, &of), &[Line { name: "generic".to_owned(), points: generic }]))
        } @else { p { "There are no generic accounts." } }
    }
}

/// Every place that is large enough, those first that fare worst; a reader chooses which of them to see.
fn by_hour(all: &Rehearsed<'_>, looks: &[crate::rehearsal::EveSnapshot], at: &str) -> Markup {
    let summary = all.summary;
    let Some(first) = looks.first() else { return html! {} };
    let runs = i64::try_from(looks.len()).unwrap_or(1).max(1);
    let columns: Vec<String> = first.hours.iter().map(|(time, _)| clock(*time)).collect();
    let lists: BTreeMap<&str, &str> = all.work.iter().map(|(place, file)| (place.as_str(), file.as_str())).collect();
    let row = |place: usize| -> Vec<i64> {
        let hour = |nth: usize| {
            looks.iter().filter_map(|l| l.hours.get(nth)?.1.get(place).copied()).map(i64::from).sum::<i64>()
        };
        (0..columns.len()).map(hour).collect()
    };
    let share =
        |sums: &[i64], whole: i64| -> Vec<i64> { sums.iter().map(|n| n * 1_000_000 / (whole * runs).max(1)).collect() };
    let mut rows: Vec<(bool, HeatRow)> = Vec::new();
    let mut small: Vec<(Vec<i64>, i64)> = Vec::new();
    for (place, size, _) in summary.places().into_iter().filter(|(_, size, _)| *size > 0) {
        let sums = row(place);
        if size < SMALL {
            small.push((sums, i64::from(size)));
            continue;
        }
        let name = summary.plan.place(place);
        let href = lists.get(name.as_str()).map(|file| (*file).to_owned());
        let numbers = share(&sums, i64::from(size));
        rows.push((
            summary.plan.is_school(place),
            HeatRow { name: format!("{name} ({size})"), href, numbers, ..HeatRow::default() },
        ));
    }
    let worst = |row: &HeatRow| row.numbers.iter().max().copied().unwrap_or(0);
    rows.sort_by(|(_, a), (_, b)| worst(b).cmp(&worst(a)).then_with(|| a.name.cmp(&b.name)));
    let schools = rows.iter().filter(|(school, _)| *school).count();
    let counts = [rows.len(), schools, rows.len() - schools];
    let mut rows: Vec<HeatRow> = (0..)
        .zip(rows)
        .map(|(nth, (school, row))| {
            let class =
                format!("s {}{}", if school { "school" } else { "hq" }, if nth < PLACES { "" } else { " more" });
            HeatRow { class, ..row }
        })
        .collect();
    if !small.is_empty() {
        let whole = small.iter().map(|(_, size)| size).sum();
        let sums = sum(small.iter().map(|(sums, _)| sums.clone()), columns.len());
        let name = format!("{} ({whole})", counted(small.len(), "smaller place"));
        rows.push(HeatRow { name, numbers: share(&sums, whole), ..HeatRow::default() });
    }
    let chart = Chart {
        title: format!("Share of a place's accounts that are locked out, hour by hour, on {at}"),
        description: format!(
            "Places with the number of their accounts, those first that fare worst; darker is more. Means of {}; places of fewer than {SMALL} accounts are one line together.{}",
            counted(runs, "run"),
            if lists.is_empty() { "" } else { " A name leads to the place's work list." }
        ),
        rows: "place".to_owned(),
        unit: |ppm| percent(ppm, 1_000_000),
    };
    html! { (filters(counts)) (heat(&chart, &Heat { columns, rows })) }
}

/// Which places to show: by kind by style alone, by name with a script; nothing where there is little to choose.
fn filters([all, schools, divisions]: [usize; 3]) -> Markup {
    let choice = |id: &str, class: Option<&str>, chosen: bool, says: String| {
        html! { label { input type="radio" name="places" id=(id) class=[class] checked[chosen]; span { (says) } } " " }
    };
    html! { @if all > 1 {
        div #filters {
            p hidden { label for="search" { "Find a place " } input #search type="search" autocomplete="off"; " " span #found role="status" {} }
            @if all > PLACES || (schools > 0 && divisions > 0) {
                fieldset {
                    legend { "Places shown" }
                    @if all > PLACES { (choice("p-worst", Some("first"), true, format!("the {PLACES} that fare worst"))) }
                    (choice("p-all", Some("all"), all <= PLACES, format!("all ({all})")))
                    @if schools > 0 && divisions > 0 {
                        (choice("p-school", None, false, format!("schools ({schools})")))
                        (choice("p-hq", None, false, format!("divisions of headquarters ({divisions})")))
                    }
                }
            }
        }
    } }
}

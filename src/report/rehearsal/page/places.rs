//! The section on places at risk: a heat map of places by hour, and the generic accounts that are out of service.
//!
//! Promises that small places share one row. Deliberately names nobody.

use super::figures::{hours, points, sum};
use super::hours::{around, clock};
use super::parts::NOT_RUN;
use super::rehearsed::Rehearsed;
use crate::counted::counted;
use crate::format::rehearsal::Group;
use crate::kernel::units::WHOLE;
use crate::rehearsal::EveSnapshot;
use crate::rehearsal::measure::series::Series;
use crate::rehearsal::setup::observation_times::first_morning;
use crate::report::chart::{Chart, Curve, Heat, HeatRow, heat, line};
use crate::report::rehearsal::words::{SMALL, percent};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// How many places are shown before anybody asks for more.
const PLACES: usize = 24;

/// The section.
pub fn places(all: &Rehearsed<'_>) -> Markup {
    let summary = all.summary;
    let of = around(summary.grid);
    let at = first_morning(summary.plan).date().to_string();
    let generic = points(summary, Series::LockedOut(Group::Generic), &of);
    let whole = of.last().and_then(|i| summary.at(Series::Accounts(Group::Generic), *i)).map_or(0, |s| s.median);
    html! {
        @match all.beside {
            None => p { (NOT_RUN) },
            Some(beside) => (by_hour(all, &beside.snapshots, &at)),
        }
        @if whole > 0 {
            (line(&Chart {
                title: format!("Generic accounts out of service, of {whole}"),
                description: "Generic accounts whose last sign-in was refused: the median of the runs, with the band \
                    in which nine of ten runs lie."
                    .to_owned(),
                rows: "at".to_owned(),
                unit: |n| n.to_string(),
            }, &hours(summary, &of), &[Curve { name: "generic".to_owned(), points: generic }]))
        } @else { p { "There are no generic accounts." } }
    }
}

/// The heat map of all places that are large enough, the worst first; readers choose which of them to see.
fn by_hour(all: &Rehearsed<'_>, looks: &[EveSnapshot], at: &str) -> Markup {
    let Some(first) = looks.first() else { return html! {} };
    let columns: Vec<String> = first.hours.iter().map(|(time, _)| clock(*time)).collect();
    let (mut rows, smaller) = rows(all, looks, columns.len());
    let worst = |row: &HeatRow| row.numbers.iter().max().copied().unwrap_or(0);
    rows.sort_by(|(_, a), (_, b)| worst(b).cmp(&worst(a)).then_with(|| a.name.cmp(&b.name)));
    let schools = rows.iter().filter(|(school, _)| *school).count();
    let counts = [rows.len(), schools, rows.len() - schools];
    let shown = (0..).zip(rows).map(|(nth, (school, row))| {
        let class = format!("s {}{}", if school { "school" } else { "hq" }, if nth < PLACES { "" } else { " more" });
        HeatRow { class, ..row }
    });
    let rows: Vec<HeatRow> = shown.chain(smaller).collect();
    let chart = Chart {
        title: format!("Share of a place's accounts that are locked out, hour by hour, on {at}"),
        description: format!(
            "Places with the number of their accounts, those first that fare worst; darker is more. Means of {}; \
             places of fewer than {SMALL} accounts are one line together.{}",
            counted(looks.len(), "run"),
            if all.work.is_empty() { "" } else { " A name leads to the place's work list." }
        ),
        rows: "place".to_owned(),
        unit: |ppm| percent(ppm, i64::from(WHOLE)),
    };
    html! { (filters(counts)) (heat(&chart, &Heat { columns, rows })) }
}

/// A row for each place that is large enough, with whether it is a school, and one for all smaller ones together.
fn rows(all: &Rehearsed<'_>, looks: &[EveSnapshot], hours: usize) -> (Vec<(bool, HeatRow)>, Option<HeatRow>) {
    let summary = all.summary;
    let runs = i64::try_from(looks.len()).unwrap_or(1).max(1);
    let lists: BTreeMap<&str, &str> = all.work.iter().map(|(place, file)| (place.as_str(), file.as_str())).collect();
    let locked = |place: usize| -> Vec<i64> {
        let hour = |nth: usize| {
            looks.iter().filter_map(|l| l.hours.get(nth)?.1.get(place).copied()).map(i64::from).sum::<i64>()
        };
        (0..hours).map(hour).collect()
    };
    let share = |sums: &[i64], whole: i64| -> Vec<i64> {
        sums.iter().map(|n| n * i64::from(WHOLE) / (whole * runs).max(1)).collect()
    };
    let mut rows: Vec<(bool, HeatRow)> = Vec::new();
    let mut small: Vec<(Vec<i64>, i64)> = Vec::new();
    for (place, size, _) in summary.places().into_iter().filter(|(_, size, _)| *size > 0) {
        let sums = locked(place);
        if size < SMALL {
            small.push((sums, i64::from(size)));
            continue;
        }
        let name = summary.plan.place(place);
        let href = lists.get(name.as_str()).map(|file| (*file).to_owned());
        let numbers = share(&sums, i64::from(size));
        let row = HeatRow { name: format!("{name} ({size})"), href, numbers, ..HeatRow::default() };
        rows.push((summary.plan.is_school(place), row));
    }
    let smaller = (!small.is_empty()).then(|| {
        let whole = small.iter().map(|(_, size)| size).sum();
        let sums = sum(small.iter().map(|(sums, _)| sums.clone()), hours);
        let name = format!("{} ({whole})", counted(small.len(), "smaller place"));
        HeatRow { name, numbers: share(&sums, whole), ..HeatRow::default() }
    });
    (rows, smaller)
}

/// The choice of places: by kind, which works by style alone, and by name with a script; empty if there is only one
/// place.
fn filters([all, schools, divisions]: [usize; 3]) -> Markup {
    let choice = |id: &str, class: Option<&str>, chosen: bool, says: String| {
        html! { label { input type="radio" name="places" id=(id) class=[class] checked[chosen]; span { (says) } } " " }
    };
    html! { @if all > 1 {
        div #filters {
            p hidden { label for="search" { "Find a place " } input #search type="search" autocomplete="off"; " "
                span #found role="status" {} }
            @if all > PLACES || (schools > 0 && divisions > 0) {
                fieldset {
                    legend { "Places shown" }
                    @if all > PLACES {
                        (choice("p-worst", Some("first"), true, format!("the {PLACES} that fare worst")))
                    }
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

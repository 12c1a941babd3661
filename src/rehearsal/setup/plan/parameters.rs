//! The parameters of a rehearsal file, the profile of its day, and its reminders.
//!
//! Promises that values which contradict each other, or a directory, are refused. Deliberately knows no default: the
//! table of parameters does.

use super::reading::Reading;
use crate::format::parameters::Parameter as P;
use crate::format::parameters::{Knob, Parameters};
use crate::format::policy::{parse, show};
use crate::format::text_formats::{ReminderDay, parse_reminder, parse_share, show_share};
use crate::format::tree::PathSegment;
use crate::kernel::Date;
use crate::kernel::calendar::is_working_day;
use crate::kernel::time::parse_time_of_day;
use crate::kernel::units::{HOUR, WHOLE};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// When the day's sign-in begins where a file says nothing: the hour, and its share in per cent. Assumed.
const HOURS: &[(i64, u32)] = &[(7, 30), (8, 35), (9, 10), (10, 6), (11, 5), (12, 3), (13, 4), (14, 4), (15, 3)];
/// The most people.
const MOST_PEOPLE: i64 = 20_000_000;

/// The parameters, and which of them the file sets.
pub(super) fn parameters(file: &mut Reading<'_>) -> (Parameters, BTreeSet<P>) {
    let said = file.said;
    let (mut out, mut set) = (Parameters::default(), BTreeSet::new());
    for (block, values) in [("population", &said.population), ("habits", &said.habits), ("support", &said.support)] {
        for (key, value) in values {
            let Some(parameter) = P::from_path(&format!("{block}.{key}")) else { continue };
            if let Ok(value) = parse(parameter.info().kind, value) {
                out.set(parameter, value);
                set.insert(parameter);
            }
        }
    }
    let people = |places, staff| i64::from(out.count(places)) * i64::from(out.count(staff));
    if people(P::Schools, P::SchoolStaff) + people(P::Divisions, P::DivisionStaff) > MOST_PEOPLE {
        let help = "20 million people are the most";
        file.fault("S503", "this population is too large".to_owned(), &[PathSegment::Key("population")], help);
    }
    agree(file, &out, &set);
    (out, set)
}

/// Finds parameters that contradict each other, or the directory.
fn agree(file: &mut Reading<'_>, is: &Parameters, set: &BTreeSet<P>) {
    let said = |all: &[P]| all.iter().rev().find(|parameter| set.contains(parameter)).copied();
    let addresses = is.share(P::IconAddress) + is.share(P::StaleAddress);
    let both = set.contains(&P::IconAddress) && set.contains(&P::StaleAddress);
    if let Some(parameter) = said(&[P::IconAddress, P::StaleAddress]).filter(|_| both && addresses > i64::from(WHOLE)) {
        let title = format!("iCON addresses and stale ones add up to {}", show_share(addresses));
        about(file, "S504", title, parameter, "an account has one address: together they are 100% at most");
    }
    for (median, p95) in [(P::LaHandling, P::LaHandlingP95), (P::AoTakes, P::AoTakesP95), (P::OpaTakes, P::OpaTakesP95)]
    {
        if let Some(parameter) = said(&[median, p95]).filter(|_| is.span(p95) < is.span(median)) {
            let title = "the longest 5 % take less than the median".to_owned();
            let help = format!("set `{}` to `{}` or more", key(p95), show(median.info().kind, is.get(median)));
            about(file, "S512", title, parameter, &help);
        }
    }
    let drawn = [P::Schools, P::SchoolStaff, P::SchoolSpread, P::Divisions, P::DivisionStaff];
    let drawn = if file.has_directory() { drawn.as_slice() } else { &[] };
    for parameter in drawn.iter().copied().filter(|parameter| set.contains(parameter)) {
        let title = format!("`{}` beside a directory", key(parameter));
        about(file, "S514", title, parameter, "leave it out: the directory says who there is");
    }
}

/// Adds a fault of one parameter's value.
fn about(file: &mut Reading<'_>, code: &'static str, title: String, parameter: P, help: &str) {
    let (block, key) = parameter.info().path.split_once('.').unwrap_or_default();
    file.fault(code, title, &[PathSegment::Key(block), PathSegment::Key(key)], help);
}

/// The last part of a parameter's path, as a file writes it.
fn key(parameter: P) -> &'static str {
    parameter.info().path.split_once('.').map_or_else(Default::default, |(_, key)| key)
}

/// The profile of the day: hours in which a sign-in begins, as times of day, each with its share.
pub(super) fn hours(file: &mut Reading<'_>) -> Vec<(i64, u32)> {
    let Some(table) = file.said.habits.get("sign-in-hours").and_then(Value::as_object) else {
        return HOURS.iter().map(|(hour, percent)| (hour * HOUR, percent * (WHOLE / 100))).collect();
    };
    let row = |(hour, share): (&String, &Value)| {
        let share = parse_share(share.as_str()?).ok()?;
        Some((parse_time_of_day(hour).ok()?, u32::try_from(share).ok()?))
    };
    let mut hours: Vec<(i64, u32)> = table.iter().filter_map(row).collect();
    hours.sort_unstable();
    let total: u32 = hours.iter().map(|(_, share)| share).sum();
    if total != WHOLE {
        let title = format!("these shares add up to {}", show_share(i64::from(total)));
        let path = [PathSegment::Key("habits"), PathSegment::Key("sign-in-hours")];
        file.fault("S504", title, &path, "shares of one whole add up to 100%");
    }
    hours
}

/// The days of reminders, on the calendar and by the cutover.
pub(super) fn reminders(file: &mut Reading<'_>, (from, to): (Date, Date)) -> BTreeSet<ReminderDay> {
    let days = file.said.habits.get("reminders").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut out = BTreeSet::new();
    for (at, text) in days.iter().filter_map(Value::as_str).enumerate() {
        let path = [PathSegment::Key("habits"), PathSegment::Key("reminders"), PathSegment::Index(at)];
        match parse_reminder(text) {
            Ok(ReminderDay::On(_)) => {
                let day = file.day(text, &path);
                // A reminder in the week before the first day is still in mind then.
                if is_working_day(day).is_ok() && !(Date(from.0 - 7)..=to).contains(&day) {
                    file.outside("this reminder lies outside the span", &path);
                }
                out.insert(ReminderDay::On(day));
            }
            Ok(before @ ReminderDay::Before(_)) => drop(out.insert(before)),
            Err(_) => {}
        }
    }
    out
}

/// Ranges of what is assumed, for a sensitivity analysis.
pub(super) fn doubt(file: &mut Reading<'_>) -> Vec<(Knob, Vec<i64>)> {
    for (path, values) in &file.said.doubt {
        if values.len() != 2 || values.first() == values.last() {
            let help = "a range is the least and the greatest value, as in `[0%, 5%]`";
            let title = format!("`{path}` is not doubted by a range");
            file.fault("S512", title, &[PathSegment::Key("doubt"), PathSegment::Key(path)], help);
        }
    }
    knobs(&file.said.doubt)
}

/// The knobs of a table and their values; the checker has let nothing else pass.
pub(super) fn knobs(said: &BTreeMap<String, Vec<Value>>) -> Vec<(Knob, Vec<i64>)> {
    let one = |(path, values): (&String, &Vec<Value>)| {
        let knob = Knob::from_path(path)?;
        Some((knob, values.iter().filter_map(|value| knob.parse(value).ok()).collect()))
    };
    said.iter().filter_map(one).collect()
}

//! The gates of a rehearsal file as criteria.
//!
//! Promises that a gate measures one thing, against one limit of its unit, at an instant that is run. Deliberately
//! judges none.

use super::reading::Reading;
use crate::format::rehearsal::{GateIs, Group, LimitIs, Measure, MissedIs};
use crate::format::text_formats::{RolloutTime, parse_rollout_time, parse_share, show_share};
use crate::format::tree::PathSegment;
use crate::kernel::time::parse_span;
use crate::kernel::{Date, Span, Time};
use crate::rehearsal::measure::series::TimeMeasure;
use crate::rehearsal::setup::gate_property::countable;
use crate::rehearsal::setup::gate_spec::{CountLimit, Criterion, Gate, GateMoment};
use crate::replay::library::suggest;

/// In how many runs a gate has to be met where it does not say.
const IN_RUNS: i64 = 950_000;
/// Which quantile of a time is looked at where a gate does not say, in parts per million.
const QUANTILE: i64 = 950_000;

/// A limit as it is written.
#[derive(Clone, Copy)]
enum WrittenLimit {
    Count(u32),
    Share(i64),
    Time(Span),
}

/// What is wrong with a gate: a title, and what helps.
type Wrong = (String, &'static str);

/// The gates of a file whose days `from` to `to` are run.
pub(super) fn gates(file: &mut Reading<'_>, (from, to): (Date, Date)) -> Vec<Gate> {
    let said = file.said;
    let mut out: Vec<Gate> = Vec::new();
    for (at, is) in said.gates.iter().enumerate() {
        let base = [PathSegment::Key("gates"), PathSegment::Index(at)];
        if said.gates.iter().take(at).any(|other| other.id == is.id) {
            file.fault("S507", format!("two gates are called `{}`", is.id), &base, "give one another name");
        }
        let in_runs = is.in_runs.as_deref().map_or(IN_RUNS, |text| parse_share(text).unwrap_or(IN_RUNS));
        if in_runs == 0 {
            let help = "say in how many runs it has to be met, as in `in-runs: 95%`";
            file.fault("S508", "this gate has to be met in no run".to_owned(), &base, help);
        }
        let what = match &is.property {
            Some(name) => property(file, is, name, base),
            None => {
                let past = said.population.contains_key("as-of");
                let found = measured(is, (from, to), past);
                found.map_err(|(title, help)| file.fault("S508", title, &base, help)).ok()
            }
        };
        let Some(what) = what else { continue };
        let gate = Gate { id: is.id.clone(), what, in_runs, warns: is.missed_is == Some(MissedIs::Warning) };
        if in_runs > 0 && gate.fewest_runs(0).is_none() {
            let path = [PathSegment::Key("gates"), PathSegment::Index(at), PathSegment::Key("in-runs")];
            let help = "no number of runs shows that something is so in all of them: ask for `in-runs: 99%` or less";
            file.fault("S508", format!("no runs can meet `in-runs: {}`", show_share(in_runs)), &path, help);
        }
        out.push(gate);
    }
    out
}

/// A gate over the violations of a property.
fn property(file: &mut Reading<'_>, is: &GateIs, name: &str, base: [PathSegment<'_>; 2]) -> Option<Criterion> {
    let (None, None, None, Some(most)) = (is.measure, &is.at_most, &is.at_least, is.violations_at_most) else {
        let help = "beside `property:` stand `violations-at-most:`, `in-runs:` and `missed-is:`";
        file.fault("S508", "this gate does not say what a run may have".to_owned(), &base, help);
        return None;
    };
    let [gates, at] = base;
    let path = [gates, at, PathSegment::Key("property")];
    let Some(known) = file.library.property(name) else {
        let help = suggest(name, &file.library.property_names());
        file.fault("S219", format!("no property `{name}`"), &path, &help);
        return None;
    };
    match countable(known, file.library) {
        Ok(rule) => Some(Criterion::Property { rule, at_most: most }),
        Err(why) => {
            let help = "use one of acts that people do by habit, and of states, that names nobody";
            let title = format!("the violations of this property cannot be counted: {why}");
            file.fault("S508", title, &path, help);
            None
        }
    }
}

/// A gate over a measure.
fn measured(is: &GateIs, run: (Date, Date), past: bool) -> Result<Criterion, Wrong> {
    let measure = is.measure.ok_or(("this gate measures nothing".to_owned(), "say `measure:` or `property:`"))?;
    let (limit, least) = match (&is.at_most, &is.at_least, is.violations_at_most) {
        (Some(most), None, None) => (most, false),
        (None, Some(least), None) => (least, true),
        _ => return Err(("this gate has no limit, or two".to_owned(), "say one of `at-most:` and `at-least:`")),
    };
    let limit = match limit {
        LimitIs::Count(count) => WrittenLimit::Count(*count),
        LimitIs::Text(text) => match parse_share(text) {
            Ok(share) => WrittenLimit::Share(share),
            Err(_) => WrittenLimit::Time(parse_span(text).unwrap_or_default()),
        },
    };
    if is.of.is_some() && !measure.has_groups() {
        return Err((format!("`{}` is not counted by group", measure.word()), "leave `of:` out"));
    }
    match TimeMeasure::of(measure) {
        Some(measure) => time(is, measure, limit, least),
        None => count(is, measure, (limit, least), run, past),
    }
}

/// A gate over the quantile of a time.
fn time(is: &GateIs, measure: TimeMeasure, limit: WrittenLimit, least: bool) -> Result<Criterion, Wrong> {
    let (WrittenLimit::Time(limit), None) = (limit, &is.at) else {
        let help = "its limit is a span such as `30m`, over the whole run, without `at:`";
        return Err((format!("`{}` is a time", measure.word()), help));
    };
    let quantile = is.quantile.as_deref().and_then(|text| parse_share(text).ok()).unwrap_or(QUANTILE);
    Ok(Criterion::Time { measure, quantile, limit, least })
}

/// A gate over a count at an instant.
fn count(
    is: &GateIs,
    measure: Measure,
    (limit, least): (WrittenLimit, bool),
    (from, to): (Date, Date),
    past: bool,
) -> Result<Criterion, Wrong> {
    let limit = match limit {
        WrittenLimit::Count(count) if is.quantile.is_none() => CountLimit::Count(count),
        WrittenLimit::Share(share) if is.quantile.is_none() => CountLimit::Share(share),
        WrittenLimit::Count(_) | WrittenLimit::Share(_) | WrittenLimit::Time(_) => {
            let help = "its limit is a number, or a share such as `2%`, without `quantile:`";
            return Err((format!("`{}` is a count", measure.word()), help));
        }
    };
    if matches!(limit, CountLimit::Share(_)) && !measure.has_groups() {
        return Err((format!("`{}` is a count of no whole", measure.word()), "write its limit as a number"));
    }
    let Some(at) = is.at.as_deref().and_then(|text| parse_rollout_time(text).ok()) else {
        let help = "say `at: 2023-09-27 09:00`, or `at: first working morning`";
        return Err((format!("`{}` is counted at an instant", measure.word()), help));
    };
    let at = match at {
        RolloutTime::At(instant) => GateMoment::At(instant),
        RolloutTime::Cutover(after) => GateMoment::Cutover(after),
        RolloutTime::FirstMorning => GateMoment::FirstMorning,
    };
    if matches!(at, GateMoment::At(at) if at < Time::at(from, 0) || at > Time::at(Date(to.0 + 1), 0)) {
        let (what, help) = if past {
            ("outside what is run", "what lies before `as-of:` is past: leave this gate out, or move `at:`")
        } else {
            ("outside the span", "move `at:`, or widen `span:`")
        };
        return Err((format!("this gate lies {what}"), help));
    }
    Ok(Criterion::Count { measure, of: is.of.unwrap_or(Group::Staff), at, limit, least })
}

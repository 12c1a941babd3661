//! A rehearsal for programs: one JSON document with summaries, and a CSV with one row for each run and gate. All
//! measures are in `measures`.
//!
//! Promises a version, the same bytes for the same runs, and no names of people; places with few accounts are
//! reported together. Deliberately judges nothing.

use super::words::{SMALL, decided, decision_word, demand, instant, not_judged, seen, sentence};
use crate::clause::Clause;
use crate::format::parameters::Parameter;
use crate::format::policy::show;
use crate::format::rehearsal::Measure;
use crate::format::text_formats::ReminderDay;
use crate::policy::rules::ValueKind;
use crate::rehearsal::measure::gate::{GateVerdict, GoNoGo, NotJudged};
use crate::rehearsal::measure::replicate::TimeQuantile;
use crate::rehearsal::measure::series::{Series, TimeMeasure};
use crate::rehearsal::measure::summary::{Spread, Summary, added, spread};
use crate::rehearsal::setup::gate_spec::{CountLimit, Criterion, Gate};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// The version of the shape that is written; it goes up when a field changes its meaning or goes away.
pub const SCHEMA: u32 = 3;

fn numbers(s: Spread) -> Value {
    let mut out = mean(&s, 1.0);
    for (key, value) in [("q05", s.low), ("q50", s.median), ("q95", s.high)] {
        out.insert(key.to_owned(), value.into());
    }
    out.into()
}

/// The mean with its interval, divided by `unit`.
fn mean(s: &Spread, unit: f64) -> Map<String, Value> {
    let all =
        [("mean", Some(s.mean)), ("mean-low", s.interval.map(|i| i.low)), ("mean-high", s.interval.map(|i| i.high))];
    all.into_iter().filter_map(|(key, value)| Some((key.to_owned(), three_digits(value? / unit).into()))).collect()
}

/// Three digits after the point: more would be noise.
fn three_digits(mean: f64) -> f64 {
    (mean * 1000.0).round() / 1000.0
}

/// The word of the answer.
pub const fn answer(answer: GoNoGo) -> &'static str {
    match answer {
        GoNoGo::Go => "go",
        GoNoGo::NoGo => "no-go",
        GoNoGo::Undecided => "undecided",
    }
}

/// The series that the file asks for, or all.
fn series(summary: &Summary<'_>) -> Vec<(Series, Measure, &'static str, &'static str)> {
    let wanted = &summary.plan.measures;
    let mut all = Series::all();
    all.retain(|(_, measure, ..)| wanted.is_empty() || wanted.contains(measure));
    all
}

/// The JSON document.
pub fn json(summary: &Summary<'_>, partial: bool) -> String {
    let plan = summary.plan;
    let clauses: Vec<Value> =
        summary.clauses().into_iter().map(|(clause, runs)| json!({"clause": clause.id(), "runs": runs})).collect();
    let document = json!({
        "schema": SCHEMA,
        "rehearsal": plan.title,
        "policy": plan.candidate.name,
        "seed": plan.seed,
        "runs": summary.runs.len(),
        "partial": partial,
        "answer": answer(summary.answer),
        "sentence": sentence(summary),
        "gates": gates(summary),
        "decisions": summary.decided().into_iter().map(|(decision, taken)| json!({
            "id": decision.id, "says": decided(decision), "taken-in": taken, "runs": summary.runs.len(),
        })).collect::<Vec<_>>(),
        "instants": summary.grid.iter().map(|at| instant(*at)).collect::<Vec<_>>(),
        "over-time": over_time(summary),
        "times": times(summary),
        "places": places(summary),
        "clauses-fired": clauses,
        "clauses-decisive": decisive(summary),
        "parameters": parameters(summary),
    });
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

/// Every gate with its decision and the numbers that it looked at.
fn gates(summary: &Summary<'_>) -> Vec<Value> {
    let gates = summary.plan.gates.iter().zip(&summary.verdicts).enumerate();
    let one = |(at, (gate, verdict)): (usize, (&Gate, &GateVerdict))| {
        json!({
            "id": gate.id, "asks": demand(gate), "decision": decision_word(verdict.decision), "warns": gate.warns,
            "met-in": verdict.met_in, "runs": verdict.of,
            "chance": {"low": three_digits(verdict.chance.low), "high": three_digits(verdict.chance.high)},
            "not-judged": not_judged(gate, verdict),
            "value": seen(summary, at, gate).map(numbers), "unit": unit(&gate.what),
        })
    };
    gates.map(one).collect()
}

/// Every series that is not zero throughout, at each instant.
fn over_time(summary: &Summary<'_>) -> Vec<Value> {
    let one = |(series, measure, of, reason): (Series, Measure, &str, &str)| {
        let values = summary.over_time(series);
        let seen = values.iter().any(|s| s.high > 0 || s.mean > 0.0);
        let values: Vec<Value> = values.into_iter().map(numbers).collect();
        let mut row = json!({"measure": measure.word(), "of": of, "values": values});
        if let (false, Some(map)) = (reason.is_empty(), row.as_object_mut()) {
            map.insert("by".to_owned(), reason.into());
        }
        seen.then_some(row)
    };
    series(summary).into_iter().filter_map(one).collect()
}

/// Every time that was measured, over all runs and at each instant, in seconds.
fn times(summary: &Summary<'_>) -> Vec<Value> {
    let one = |measure: &TimeMeasure| {
        let all = summary.times(*measure);
        // Null where so many were cut short that only the least is known, which stands beside it.
        let within = |permille| match all.quantile(permille) {
            Some(TimeQuantile::Within(seconds)) => Some(seconds),
            Some(TimeQuantile::LongerThan(_)) | None => None,
        };
        let least = |permille| all.quantile(permille).map(TimeQuantile::least);
        let of = |instant| spread(summary.mean_times(*measure, instant)).map(|s| mean(&s, 1000.0)).unwrap_or_default();
        let over_time: Vec<Map<String, Value>> = (0..summary.grid.len()).map(|instant| of(Some(instant))).collect();
        let mut out = of(None);
        for (key, value) in [
            ("measure", json!(measure.word())),
            ("unit", json!("s")),
            ("count", json!(all.count())),
            ("cut-short", json!(all.cut_short.count())),
            ("q05", json!(within(50))),
            ("q50", json!(within(500))),
            ("q95", json!(within(950))),
            ("q95-at-least", json!(least(950))),
            ("over-time", json!(over_time)),
        ] {
            out.insert(key.to_owned(), value);
        }
        out.into()
    };
    TimeMeasure::ALL.iter().map(one).collect()
}

/// How many refusals rested on each clause alone, over all and at each instant.
fn decisive(summary: &Summary<'_>) -> Vec<Value> {
    let refusals = |counts: Vec<i64>| spread(counts).map_or(Value::Null, numbers);
    let one = |(clause, counts): (Clause, Vec<Vec<i64>>)| {
        let all = refusals(added(&counts));
        let over_time: Vec<Value> = counts.iter().take(summary.grid.len()).cloned().map(refusals).collect();
        json!({"clause": clause.id(), "refusals": all, "over-time": over_time})
    };
    summary.decisive().into_iter().map(one).collect()
}

/// Every parameter with its value and what it rests on.
fn parameters(summary: &Summary<'_>) -> Vec<Value> {
    let plan = summary.plan;
    let basis = |known: bool| if known { "this file" } else { "assumed" };
    let hour = |(from, share): &(i64, u32)| {
        format!("{} {}", show(ValueKind::TimeOfDay, *from), show(ValueKind::Share, i64::from(*share)))
    };
    let hours: Vec<String> = plan.hours.iter().map(hour).collect();
    let reminders: Vec<String> = plan.reminders.iter().map(reminder).collect();
    let reminders = if reminders.is_empty() { "none".to_owned() } else { reminders.join(", ") };
    let lists = [
        json!({"path": "habits.reminders", "value": reminders, "basis": basis(!plan.reminders.is_empty())}),
        json!({"path": "habits.sign-in-hours", "value": hours.join(", "), "basis": basis(plan.hours_set)}),
    ];
    let one = |parameter: &Parameter| {
        let info = parameter.info();
        let basis = if plan.set.contains(parameter) { "this file" } else { info.basis };
        json!({"path": info.path, "value": show(info.kind, plan.parameters.get(*parameter)), "basis": basis})
    };
    Parameter::ALL.iter().map(one).chain(lists).collect()
}

fn reminder(day: &ReminderDay) -> String {
    match day {
        ReminderDay::On(date) => date.iso(),
        ReminderDay::Before(days) => format!("cutover - {days}d"),
    }
}

const fn unit(what: &Criterion) -> &'static str {
    match what {
        Criterion::Time { .. } => "s",
        Criterion::Count { limit: CountLimit::Share(_), .. } => "ppm",
        Criterion::Count { limit: CountLimit::Count(_), .. } | Criterion::Property { .. } => "count",
    }
}

/// The places by name, with the small ones together.
fn places(summary: &Summary<'_>) -> Vec<Value> {
    let mut out = Vec::new();
    let (mut count, mut accounts, mut locked) = (0_u32, 0_u32, 0.0);
    for (place, all, spread) in summary.places() {
        if all >= SMALL {
            out.push(json!({"place": summary.plan.place(place), "accounts": all, "locked-out": numbers(spread)}));
        } else if all > 0 {
            (count, accounts, locked) = (count + 1, accounts + all, locked + spread.mean);
        }
    }
    if count > 0 {
        out.push(json!({"smaller-places": count, "accounts": accounts, "locked-out": {"mean": three_digits(locked)}}));
    }
    out
}

/// One row for each run and gate: the value that the gate compares, and whether it is met.
pub fn runs_csv(summary: &Summary<'_>) -> String {
    let mut out = String::from("run,gate,value,unit,met\n");
    for run in summary.runs {
        for (at, gate) in summary.plan.gates.iter().enumerate() {
            let value = gate.value(at, run).map_or_else(|_| String::new(), |value| value.to_string());
            let met = match gate.met(at, run) {
                Ok(met) => met.to_string(),
                Err(NotJudged::Nobody) => "nobody".to_owned(),
                Err(NotJudged::OutOfReach) => "out-of-reach".to_owned(),
            };
            let id = gate.id.replace('"', "\"\"");
            let _ = writeln!(out, "{},\"{id}\",{value},{},{met}", run.number, unit(&gate.what));
        }
    }
    out
}

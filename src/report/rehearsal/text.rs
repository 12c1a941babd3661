//! A rehearsal as text for a terminal: the go/no-go answer first, then gates, the cutover day hour by hour, waiting
//! times, and places at risk.
//!
//! Promises the same bytes for the same runs, and no names of people; places are numbers unless a directory names them.

use super::words::{
    SMALL, decided, decision_word, demand, instant, not_judged, percent, seen, sentence, value, waited,
};
use crate::counted::counted;
use crate::diagnostic::clean;
use crate::format::rehearsal::Group;
use crate::kernel::units::{HOUR, WHOLE};
use crate::policy::request::Reason;
use crate::rehearsal::measure::gate::{GateDecision, GateVerdict};
use crate::rehearsal::measure::series::{Series, TimeMeasure};
use crate::rehearsal::measure::summary::{Spread, Summary};
use std::fmt::Write;

/// How many places are shown, the worst first.
const PLACES: usize = 10;

/// The whole report for a terminal.
pub fn human(summary: &Summary<'_>, partial: bool) -> String {
    let mut out = String::new();
    if partial {
        out += "Partial: interrupted before all runs were done.\n";
    }
    let plan = summary.plan;
    let _ = writeln!(out, "{}\n", sentence(summary));
    let runs = summary.runs.len();
    let _ = writeln!(
        out,
        "{}, under {}, {}, seed {}",
        clean(&plan.title),
        plan.candidate.name,
        counted(runs, "run"),
        plan.seed
    );
    if let Some(day) = plan.decide_by {
        let _ = writeln!(out, "to be decided by {day}");
    }
    for note in &plan.notes {
        let _ = writeln!(out, "{}", clean(note));
    }
    gates(summary, &mut out);
    for (decision, taken) in summary.decided() {
        let _ = writeln!(out, "\ndecided on the way: {}, in {taken} of {runs} runs", decided(decision));
    }
    morning(summary, &mut out);
    days(summary, &mut out);
    let _ = writeln!(out, "\nhow long it took, all runs together");
    let per_run = |count: u64| count / (runs as u64).max(1);
    let hung_up = summary.runs.iter().map(|run| u64::from(run.hung_up)).sum::<u64>();
    let _ = writeln!(out, "  until iCON opened again   {}", waited(summary, TimeMeasure::RecoveryTime));
    let _ = writeln!(out, "  until an LA began to help {}", waited(summary, TimeMeasure::AdministratorWait));
    let _ = writeln!(out, "  until an agent answered   {}", waited(summary, TimeMeasure::DeskWait));
    let _ = writeln!(out, "  callers who hung up       {} a run", per_run(hung_up));
    places(summary, &mut out);
    out
}

fn gates(summary: &Summary<'_>, out: &mut String) {
    if summary.plan.gates.is_empty() {
        return;
    }
    let _ = writeln!(out, "\ngates");
    for (at, (gate, verdict)) in summary.plan.gates.iter().zip(&summary.verdicts).enumerate() {
        let GateVerdict { met_in, of, chance, decision, .. } = verdict;
        let mark = if gate.warns && *decision != GateDecision::Met { " (a warning)" } else { "" };
        let _ = writeln!(out, "  {:<9} {}: {}{mark}", decision_word(*decision), clean(&gate.id), demand(gate));
        if *of > 0 {
            let seen = seen(summary, at, gate).map(|s| value(gate, s)).unwrap_or_default();
            let (low, high) = (chance.low * 100.0, chance.high * 100.0);
            let _ = writeln!(
                out,
                "            met in {met_in} of {} (95 % interval of all possible runs: {low:.1} % to {high:.1} %); \
                 {seen}",
                counted(*of, "run")
            );
        }
        if let Some(why) = not_judged(gate, verdict) {
            let _ = writeln!(out, "            {why}");
        }
    }
}

/// The hours of the cutover day: who is locked out, and why.
fn morning(summary: &Summary<'_>, out: &mut String) {
    let day = crate::rehearsal::setup::observation_times::first_morning(summary.plan).date();
    let hours: Vec<usize> = (0..summary.grid.len())
        .filter(|i| summary.grid.get(*i).is_some_and(|at| at.date() == day && at.time_of_day() % HOUR == 0))
        .collect();
    let last = hours.last().copied().unwrap_or(0);
    let mean = |series, i| summary.at(series, i).map_or(0.0, |s: Spread| s.mean);
    let most = |r: Reason| hours.iter().map(|i| mean(Series::Because(r), *i)).fold(0.0, f64::max);
    let mut causes: Vec<(Reason, f64)> =
        Reason::ALL.iter().map(|r| (*r, most(*r))).filter(|(_, n)| *n >= 0.5).collect();
    causes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    causes.truncate(6);
    let _ =
        writeln!(out, "\nlocked out on {day}, hour by hour: median (5 to 95 % of runs), and means by the last refusal");
    let _ = write!(out, "         {:>24} {:>8}", "staff", "share");
    for (reason, _) in &causes {
        let _ = write!(out, "  {}", reason.word());
    }
    let _ = writeln!(out, "  desk queue  LA queue");
    for i in hours {
        let (Some(at), Some(staff)) = (summary.grid.get(i), summary.at(Series::LockedOut(Group::Staff), i)) else {
            continue;
        };
        let whole = summary.at(Series::Accounts(Group::Staff), i).map_or(0, |s| s.median);
        let clock = at.clock();
        let clock = clock.get(..5).unwrap_or(&clock);
        let _ = write!(out, "  {clock}  {:>24} {:>8}", count(staff), percent(staff.median, whole));
        for (reason, _) in &causes {
            let _ = write!(out, "  {:>1$.0}", mean(Series::Because(*reason), i), reason.word().len());
        }
        let (desk, la) = (mean(Series::DeskQueue, i), mean(Series::AdministratorQueue, i));
        let _ = writeln!(out, "  {desk:>10.0}  {la:>8.0}");
    }
    let generic = summary.at(Series::LockedOut(Group::Generic), last);
    let all = summary.at(Series::Accounts(Group::Generic), last).map_or(0, |s| s.median);
    if let Some(generic) = generic.filter(|_| all > 0) {
        let _ = writeln!(out, "  generic accounts out of service in the evening: {} of {all}", count(generic));
    }
}

/// One line for each evening, in steps of several days in a long span.
fn days(summary: &Summary<'_>, out: &mut String) {
    let evenings: Vec<usize> = (0..summary.grid.len())
        .filter(|i| summary.grid.get(*i).is_some_and(|at| at.time_of_day() == 18 * HOUR))
        .collect();
    let step = evenings.len().div_ceil(20).max(1);
    let _ = writeln!(out, "\nevery evening: median (5 to 95 % of runs)");
    let _ = writeln!(out, "  {:<16} {:>26} {:>20} {:>16}", "", "set up", "locked out", "leavers inside");
    for i in evenings.into_iter().rev().step_by(step).collect::<Vec<_>>().into_iter().rev() {
        let at = |series| summary.at(series, i);
        let enrolled = summary.share(Series::Enrolled(Group::Staff), Series::Accounts(Group::Staff), i);
        let (Some(enrolled), Some(locked), Some(leavers)) =
            (enrolled, at(Series::LockedOut(Group::Staff)), at(Series::Leavers))
        else {
            continue;
        };
        let share = |n: i64| percent(n, i64::from(WHOLE));
        let (low, high) = (share(enrolled.low), share(enrolled.high));
        let enrolled = format!("{} ({low} to {high})", share(enrolled.median));
        let day = summary.grid.get(i).map(|at| at.date().to_string()).unwrap_or_default();
        let _ = writeln!(out, "  {day:<16} {enrolled:>26} {:>20} {:>16}", count(locked), count(leavers));
    }
}

/// The places with the largest share locked out on the first morning; small places are not shown.
fn places(summary: &Summary<'_>, out: &mut String) {
    let mut all = summary.places();
    all.retain(|(_, accounts, locked)| *accounts >= SMALL && locked.mean > 0.0);
    if all.is_empty() {
        return;
    }
    all.sort_by(|a, b| {
        let share = |row: &(usize, u32, Spread)| row.2.mean / f64::from(row.1.max(1));
        share(b).total_cmp(&share(a)).then(a.0.cmp(&b.0))
    });
    let at = instant(crate::rehearsal::setup::observation_times::first_morning(summary.plan));
    let _ = writeln!(out, "\nplaces where most are locked out at {at} (of those with {SMALL} accounts or more)");
    for (place, accounts, locked) in all.into_iter().take(PLACES) {
        let name = clean(&summary.plan.place(place));
        let _ = writeln!(out, "  {name:<20} {} of {accounts}", count(locked));
    }
}

fn count(spread: Spread) -> String {
    format!("{} ({} to {})", spread.median, spread.low, spread.high)
}

//! A rehearsal as a rollout owner reads it: the answer first, then the gates, the morning hour by hour, the queues, and
//! the places at risk.
//!
//! Promises the same bytes for the same runs, and no name: places are numbers unless a directory named them.

use crate::counted::counted;
use crate::diagnostic::clean;
use crate::format::rehearsal::{Group, Measure};
use crate::format::text_formats::show_share;
use crate::kernel::{Span, Time};
use crate::policy::request::Reason;
use crate::rehearsal::measure::counters::{NEVER, Series};
use crate::rehearsal::measure::gate::{Criterion, Gate, GateLimit, GateVerdict, GoNoGo};
use crate::rehearsal::measure::summary::{Spread, Summary, spread};
use crate::replay::staged_decisions::StagedDecision;
use crate::statistics::{Decision, nearest};
use std::fmt::Write;

/// How many places are shown, those that fare worst first.
const PLACES: usize = 10;
/// A place with fewer accounts is not shown by itself.
pub const SMALL: u32 = 20;

/// The word of a decision.
pub const fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Met => "met",
        Decision::Missed => "missed",
        Decision::Undecided => "undecided",
    }
}

/// A gate as a sentence says it.
pub fn demand(gate: &Gate) -> String {
    let (what, limit) = match &gate.what {
        Criterion::Property { rule, at_most } => {
            (format!("violations of \"{}\"", clean(&rule.name)), at_most_of(*at_most))
        }
        Criterion::Time { measure, quantile, limit, least } => {
            (format!("{} at {}", measure.word(), show_share(*quantile)), bound(GateLimit::Time(*limit), *least))
        }
        Criterion::Count { measure, of, at, limit, least } => {
            let of = if measure.has_groups() { format!(" of {}", of.word()) } else { String::new() };
            (format!("{}{of} at {}", measure.word(), instant(*at)), bound(*limit, *least))
        }
    };
    format!("{what} {limit}, in {} of the runs", show_share(gate.in_runs))
}

/// A decision on the way as a sentence says it.
pub fn decided(decision: &StagedDecision) -> String {
    let (id, share) = (clean(&decision.id), show_share(decision.more_than));
    let of = decision.of.as_deref().map_or_else(|| "all".to_owned(), clean);
    format!("{id} at {}, if more than {share} of {of} {}", instant(decision.at), decision.seen.phrase())
}

fn at_most_of(count: u32) -> String {
    bound(GateLimit::Count(count), false)
}

fn bound(limit: GateLimit, least: bool) -> String {
    let limit = match limit {
        GateLimit::Count(count) => count.to_string(),
        GateLimit::Share(share) => show_share(share),
        GateLimit::Time(span) => span.to_string(),
    };
    format!("{} {limit}", if least { "at least" } else { "at most" })
}

/// `Wed 27 Sep 2023 09:00`.
pub fn instant(at: Time) -> String {
    let clock = at.clock();
    format!("{} {}", at.date(), clock.get(..5).unwrap_or(&clock))
}

/// The answer as one sentence.
pub fn sentence(summary: &Summary<'_>) -> String {
    let those = |warn: bool, came: fn(Decision) -> bool| {
        let gates = summary.plan.gates.iter().zip(&summary.verdicts);
        let those = gates.filter(|(g, v)| g.warns == warn && came(v.decision)).map(|(g, _)| g.id.as_str());
        those.collect::<Vec<&str>>().join(", ")
    };
    let (missed, open) = (those(false, |d| d == Decision::Missed), those(false, |d| d == Decision::Undecided));
    let warnings = those(true, |d| d != Decision::Met);
    match summary.answer {
        _ if summary.plan.gates.is_empty() => "No gate asks for anything: there is nothing to decide.".to_owned(),
        GoNoGo::Go if warnings.is_empty() => "Go: every gate is met.".to_owned(),
        GoNoGo::Go => format!("Go: every gate that counts is met; {warnings}, which only warns, is not."),
        GoNoGo::NoGo if missed.is_empty() => {
            format!("No go: the runs do not decide {open}, and what is undecided is no go here.")
        }
        GoNoGo::NoGo => format!("No go: {missed} missed."),
        GoNoGo::Undecided => format!("Undecided: the runs do not decide {open}; more of them would."),
    }
}

/// A share of a whole, as per cent with one digit.
pub fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let tenths = (part * 1000 + whole / 2) / whole;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

fn count(spread: Spread) -> String {
    format!("{} ({} to {})", spread.median, spread.low, spread.high)
}

/// How many waited, how long on average with its interval over the runs, and how long half and 95 % of them did at most.
pub fn waited(summary: &Summary<'_>, measure: Measure) -> String {
    let bins = summary.times(measure);
    let Some(mean) = spread(summary.mean_times(measure, None)) else { return "none".to_owned() };
    let at = |permille| bins.quantile(permille).map_or_else(|| "-".to_owned(), span);
    let average = |ms: f64| fine(Span(nearest(ms)));
    let interval = mean.interval.map(|i| format!(" ({} to {})", average(i.low.max(0.0)), average(i.high)));
    let (mean, interval) = (average(mean.mean), interval.unwrap_or_default());
    format!("{} of them; {mean}{interval} on average, half within {}, 95 % within {}", bins.count(), at(500), at(950))
}

/// A time to its two largest units.
fn fine(Span(ms): Span) -> String {
    let unit = match ms {
        0..120_000 => 1000,
        120_000..172_800_000 => 60_000,
        _ => 3_600_000,
    };
    Span((ms + unit / 2) / unit * unit).to_string()
}

/// Seconds as a person says them.
fn span(seconds: u64) -> String {
    let rounded = match seconds {
        0..=119 => seconds,
        120..=7_199 => seconds / 60 * 60,
        7_200..=172_799 => seconds / 3_600 * 3_600,
        _ => seconds / 86_400 * 86_400,
    };
    Span(i64::try_from(rounded).unwrap_or(0) * 1000).to_string()
}

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
    gates(summary, &mut out);
    for (decision, taken) in summary.decided() {
        let _ = writeln!(out, "\ndecided on the way: {}, in {taken} of {runs} runs", decided(decision));
    }
    morning(summary, &mut out);
    days(summary, &mut out);
    let _ = writeln!(out, "\nhow long it took, all runs together");
    let per_run = |count: u64| count / (runs as u64).max(1);
    let hung_up = summary.runs.iter().map(|run| u64::from(run.hung_up)).sum::<u64>();
    let _ = writeln!(out, "  until iCON opened again   {}", waited(summary, Measure::RecoveryTime));
    let _ = writeln!(out, "  until an LA began         {}", waited(summary, Measure::AdministratorWait));
    let _ = writeln!(out, "  until an agent answered   {}", waited(summary, Measure::DeskWait));
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
        let GateVerdict { met_in, of, chance, decision } = verdict;
        let mark = if gate.warns && *decision != Decision::Met { " (a warning)" } else { "" };
        let _ = writeln!(out, "  {:<9} {}: {}{mark}", word(*decision), clean(&gate.id), demand(gate));
        let values = summary.runs.iter().map(|run| gate.value(at, run, summary.grid));
        let seen = crate::rehearsal::measure::summary::spread(values).map(|s| value(gate, s)).unwrap_or_default();
        let (low, high) = (chance.low * 100.0, chance.high * 100.0);
        let _ = writeln!(
            out,
            "            met in {met_in} of {}, so in {low:.1} % to {high:.1} % of all that could be; {seen}",
            counted(*of, "run")
        );
    }
}

/// The number that a gate looks at, over the runs, in its own unit.
pub fn value(gate: &Gate, spread: Spread) -> String {
    let one = |value: i64| match &gate.what {
        Criterion::Count { limit: GateLimit::Share(_), .. } => percent(value, 1_000_000),
        Criterion::Time { .. } if value >= NEVER => "never".to_owned(),
        Criterion::Time { .. } => span(u64::try_from(value).unwrap_or(0)),
        _ => value.to_string(),
    };
    format!("median {}, 5 to 95 %: {} to {}", one(spread.median), one(spread.low), one(spread.high))
}

/// The hours of the cutover day: who is locked out, and why.
fn morning(summary: &Summary<'_>, out: &mut String) {
    let day = crate::rehearsal::setup::observation_times::first_morning(summary.plan).date();
    let hours: Vec<usize> = (0..summary.grid.len())
        .filter(|i| summary.grid.get(*i).is_some_and(|at| at.date() == day && at.time_of_day() % 3_600_000 == 0))
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

/// Every evening in a line, in steps of a few days where there are many.
fn days(summary: &Summary<'_>, out: &mut String) {
    let evenings: Vec<usize> = (0..summary.grid.len())
        .filter(|i| summary.grid.get(*i).is_some_and(|at| at.time_of_day() == 18 * 3_600_000))
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
        let share = |n: i64| percent(n, 1_000_000);
        let (low, high) = (share(enrolled.low), share(enrolled.high));
        let enrolled = format!("{} ({low} to {high})", share(enrolled.median));
        let day = summary.grid.get(i).map(|at| at.date().to_string()).unwrap_or_default();
        let _ = writeln!(out, "  {day:<16} {enrolled:>26} {:>20} {:>16}", count(locked), count(leavers));
    }
}

/// The places that fare worst on the morning; small ones are not shown by themselves.
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

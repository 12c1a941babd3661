//! The model held against what was observed elsewhere, and its desk against queues that were solved on paper.
//!
//! Promises that nothing is judged by the row that it was set from, and that a miss is called a miss. Deliberately
//! tunes nothing: fits are computed afresh from the rows that they name.

use super::queue_benchmark::{quiet_plan, replicate_with_arrivals};
use crate::format::parameters::{Parameter as P, Parameters};
use crate::format::rehearsal::Group;
use crate::kernel::units::WHOLE;
use crate::kernel::{Date, Span, Time};
use crate::policy::request::{Reason, Topic};
use crate::policy::rules::Rule;
use crate::rehearsal::behaviour::day_plan::chance_to_set_up;
use crate::rehearsal::measure::replicate::Replicate;
use crate::rehearsal::measure::series::Series;
use crate::rehearsal::measure::summary::spread;
use crate::rehearsal::run::intent::Intent;
use crate::rehearsal::setup::plan::{RehearsalPlan, cutovers};
use crate::statistics::erlang::Desk;
use crate::statistics::special::rising_root;
use crate::statistics::{Interval, Moments};
use rayon::prelude::*;

/// One thing that was predicted, beside what was observed or computed.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidationRow {
    /// What it is.
    pub what: String,
    /// The rows of the calibration that the prediction was set from, or how it was computed.
    pub from: &'static str,
    /// The row that it is held against, or the theory.
    pub against: &'static str,
    /// The range of the prediction.
    pub predicted: Interval,
    /// What was observed.
    pub observed: f64,
    /// What was observed is a lower limit.
    pub at_least: bool,
}

impl ValidationRow {
    /// Whether the prediction agrees with what was observed.
    pub fn holds(&self) -> bool {
        if self.at_least { self.predicted.high >= self.observed } else { self.predicted.contains(self.observed) }
    }
}

/// The days of North Carolina State's rows (C01, C03, C05, C07), and the shares enrolled by then.
const STARTS: (i32, u32, u32) = (2017, 6, 12);
const POINTS: [((i32, u32, u32), f64); 2] = [((2017, 8, 14), 0.47), ((2017, 10, 17), 0.72)];
const STARTED_AT: f64 = 0.31;
const DEADLINE: (i32, u32, u32) = (2017, 10, 31);
const ENROLLED_AT_THE_DEADLINE: f64 = 0.86;
/// The calls of the three days after it, and how many staff there were (C08).
const CALLS: f64 = 130.0;
const STAFF: f64 = 25_000.0;
/// Calls on an ordinary day (C09): the middle of what is published.
const ORDINARY: f64 = 175.0;
/// The published shares are whole per cents.
const ROUNDED: f64 = 0.005;

fn date((year, month, day): (i32, u32, u32)) -> Date {
    Date::of(year, month, day).unwrap_or_default()
}

/// The share enrolled on the morning of `until`, of those who were there at the start, by the hazard that people have
/// in a rehearsal; days from Monday to Friday are working days.
fn enrolled(is: &Parameters, started_at: f64, from: Date, until: Date) -> f64 {
    let deadline = Time::at(date(DEADLINE), 0);
    let stays = (from.0..until.0).map(Date).filter(|day| !matches!(day.weekday(), "Sat" | "Sun")).map(|day| {
        let left = Span((deadline.0 - Time::at(Date(day.0 + 1), 0).0).max(0));
        1.0 - share(chance_to_set_up(is, left, false))
    });
    1.0 - (1.0 - started_at) * stays.product::<f64>()
}

#[allow(clippy::cast_precision_loss)]
fn share(millionths: i64) -> f64 {
    millionths as f64 / f64::from(WHOLE)
}

#[allow(clippy::cast_possible_truncation)]
fn millionths(share: f64) -> i64 {
    libm::round(share * f64::from(WHOLE)) as i64
}

/// Base chance and deadline effect that pass through the three points; the halving time is what a rehearsal assumes.
fn fitted(started_at: f64, points: [f64; 2]) -> Parameters {
    let (start, [(first, _), (second, _)]) = (date(STARTS), POINTS);
    let [at_first, at_second] = points;
    let with = |base: f64, deadline: f64| {
        let mut is = Parameters::default();
        is.set(P::EnrolBase, millionths(base));
        is.set(P::EnrolDeadline, millionths(deadline));
        is
    };
    // The deadline's effect is nearly nothing at the first point: base and effect are found in turn, twenty times over.
    let (mut base, mut deadline) = (0.0, 0.0);
    for _ in 0..20 {
        base = rising_root(0.0, 0.2, at_first, |base| enrolled(&with(base, deadline), started_at, start, date(first)));
        deadline =
            rising_root(0.0, 0.5, at_second, |effect| enrolled(&with(base, effect), started_at, start, date(second)));
    }
    with(base, deadline)
}

/// C07 from C01, C03 and C05: what the fitted curve says of the deadline itself, over all that rounding leaves open.
pub fn enrolment() -> ValidationRow {
    let [(_, first), (_, second)] = POINTS;
    let mut predicted = Interval { low: 1.0, high: 0.0 };
    for corner in 0..8_u32 {
        let off = |bit: u32| if corner >> bit & 1 == 1 { ROUNDED } else { -ROUNDED };
        let started_at = STARTED_AT + off(0);
        let is = fitted(started_at, [first + off(1), second + off(2)]);
        let at = enrolled(&is, started_at, date(STARTS), date(DEADLINE));
        predicted = Interval { low: predicted.low.min(at), high: predicted.high.max(at) };
    }
    ValidationRow {
        what: "share enrolled at the deadline".to_owned(),
        from: "C01 C03 C05",
        against: "C07",
        predicted,
        observed: ENROLLED_AT_THE_DEADLINE,
        at_least: true,
    }
}

/// C23 from C24, C25 and C27: how many of the answers cannot be recalled, one with another.
pub fn recall() -> ValidationRow {
    let is = Parameters::default();
    let known = [P::AnswerOne, P::AnswerTwo, P::AnswerThree].map(|p| share(is.get(p)));
    let forgotten = 1.0 - known.iter().sum::<f64>() / 3.0;
    ValidationRow {
        what: "answers to security questions that cannot be recalled".to_owned(),
        from: "C24 C25 C27",
        against: "C23",
        predicted: Interval { low: forgotten - ROUNDED, high: forgotten + ROUNDED },
        observed: 0.40,
        at_least: false,
    }
}

/// What a rehearsal's runs say of rows that no parameter was set from. `runs` are counted on `grid`.
pub fn rollout(plan: &RehearsalPlan, grid: &[Time], runs: &[Replicate]) -> Vec<ValidationRow> {
    let Some(cutover) = cutovers(plan).into_iter().next() else { return Vec::new() };
    let within = |from: Time, to: Time| {
        grid.iter().enumerate().filter(move |(_, at)| (from < **at) && (**at <= to)).map(|(i, _)| i)
    };
    let number = |run: &Replicate, at: usize, series: Series| {
        run.points.get(at).and_then(|point| point.get(series.at())).copied().map_or(0, i64::from)
    };
    let middle = |values: Vec<i64>, unit: f64| {
        let seen = spread(values);
        #[allow(clippy::cast_precision_loss)]
        let end = |value: i64| value as f64 / unit;
        seen.map_or(Interval { low: 0.0, high: 0.0 }, |s| Interval { low: end(s.low), high: end(s.high) })
    };
    let three_days = cutover.plus(Span(3 * 24 * HOUR));
    // Calls to the desk alone: what an LA or OPA is asked for is no call. Who had set up by the cutover has least to
    // ask, and there more had than here; so the calls are held against those who had not.
    let eve = grid.iter().rposition(|at| *at <= cutover);
    let calls: Vec<i64> = runs
        .iter()
        .map(|run| {
            let to_desk = [Topic::OtpMissing, Topic::Other];
            let all: i64 = within(cutover, three_days)
                .flat_map(|at| to_desk.iter().map(move |topic| number(run, at, Series::Tickets(*topic))))
                .sum();
            let count = |series| eve.map_or(0, |at| number(run, at, series));
            let without = count(Series::Accounts(Group::Staff)) - count(Series::Enrolled(Group::Staff));
            all * 1000 / without.max(1)
        })
        .collect();
    // As many had not set up there as the published share leaves.
    let to_ordinary = 3.0 * ORDINARY * 1000.0 / (STAFF * (1.0 - ENROLLED_AT_THE_DEADLINE));
    let week = Time(plan.end().0 - 7 * 24 * HOUR);
    let failed = |reasons: &[Reason]| {
        let share = |run: &Replicate| {
            let at = |at| reasons.iter().map(|reason| number(run, at, Series::Failed(*reason))).sum::<i64>();
            let all: i64 = within(week, plan.end()).map(|at| number(run, at, Series::SignIns)).sum();
            within(week, plan.end()).map(at).sum::<i64>() * i64::from(WHOLE) / all.max(1)
        };
        middle(runs.iter().map(share).collect(), f64::from(WHOLE))
    };
    vec![
        ValidationRow {
            what: "calls to the desk in the three days from the cutover, for 1,000 staff who had not set up".to_owned(),
            from: "the habits, none of them set from calls",
            against: "C08, by C07",
            predicted: middle(calls.clone(), 1.0),
            observed: CALLS / STAFF / (1.0 - ENROLLED_AT_THE_DEADLINE) * 1000.0,
            at_least: false,
        },
        ValidationRow {
            what: "those calls a day, as a share of the calls of an ordinary day".to_owned(),
            from: "the same, for as many who had not set up",
            against: "C08, C09",
            predicted: middle(calls, to_ordinary),
            observed: CALLS / 3.0 / ORDINARY,
            at_least: false,
        },
        ValidationRow {
            what: "share of sign-ins that end without an answer from a device, in the last week".to_owned(),
            from: "C18",
            against: "C14",
            predicted: failed(&[Reason::NoDevice]),
            observed: 0.0435,
            at_least: false,
        },
        ValidationRow {
            what: "share of sign-ins that fail at the second factor, in the last week".to_owned(),
            from: "C18",
            against: "C16",
            predicted: failed(&[Reason::WrongCode, Reason::CodeUsed, Reason::NoDevice, Reason::LockedOut]),
            observed: 0.05,
            at_least: true,
        },
    ]
}

/// One desk that is rung at random, without anything else going on.
#[derive(Clone, Copy, Debug)]
struct Bench {
    agents: u32,
    /// Calls an hour.
    calls: u32,
    /// The mean time of a call.
    handling: Span,
    /// The mean patience.
    patience: Span,
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAYS: i32 = 6;
const REPLICATES: u32 = 24;
/// The chance that a right desk is called wrong, for each number.
const ALPHA: f64 = 0.01;

impl Bench {
    /// A rehearsal in which nobody is in trouble, and the desk is open day and night.
    fn plan(self, base: &RehearsalPlan) -> RehearsalPlan {
        let mut plan = quiet_plan(base, DAYS, self.calls * 24);
        plan.memoryless = true;
        plan.parameters.set(P::Redials, 0);
        plan.parameters.set(P::DeskPatience, self.patience.0);
        for (rule, value) in [
            (Rule::DeskAgents, i64::from(self.agents)),
            (Rule::DeskHandling, self.handling.0),
            (Rule::DeskWorkingDays, 0),
            (Rule::DeskFrom, 0),
            (Rule::DeskTo, 24 * HOUR),
        ] {
            plan.candidate.set(rule, value);
        }
        plan
    }

    /// The mean wait in seconds of those answered, and the share that hung up: each over replicates.
    fn run(self, base: &RehearsalPlan) -> (Interval, Interval) {
        let plan = self.plan(base);
        let mean = Span(HOUR / i64::from(self.calls.max(1)));
        let runs: Vec<(i64, i64)> = (0..REPLICATES)
            .into_par_iter()
            .map(|number| {
                let out = replicate_with_arrivals(&plan, number, (mean, Intent::Ring));
                let answered = out.desk_wait.count();
                let waited =
                    i64::try_from(out.desk_wait.sum() * 1000 / u128::from(answered.max(1))).unwrap_or(i64::MAX);
                let calls = answered + u64::from(out.hung_up);
                let hung_up = u64::from(out.hung_up) * u64::from(WHOLE) / calls.max(1);
                (waited, i64::try_from(hung_up).unwrap_or(i64::MAX))
            })
            .collect();
        let scaled = |values: Vec<i64>, unit: f64| {
            let nothing = Interval { low: f64::NAN, high: f64::NAN };
            let interval = Moments::of(values).interval(ALPHA).unwrap_or(nothing);
            Interval { low: interval.low / unit, high: interval.high / unit }
        };
        let (waits, shares) = runs.into_iter().unzip();
        (scaled(waits, 1000.0), scaled(shares, f64::from(WHOLE)))
    }

    fn theory(self) -> Desk {
        Desk { calls: f64::from(self.calls) / 3600.0, handling: seconds(self.handling), agents: self.agents }
    }
}

#[allow(clippy::cast_precision_loss)]
fn seconds(span: Span) -> f64 {
    span.0 as f64 / 1000.0
}

/// The desk alone against Erlang C, where callers wait for ever, and Erlang A, where they hang up. `base` lends the
/// policy.
pub fn desk(base: &RehearsalPlan) -> Vec<ValidationRow> {
    let mut out = Vec::new();
    for (agents, calls) in [(1, 7), (5, 44), (12, 110)] {
        let bench = Bench { agents, calls, handling: Span(6 * MINUTE), patience: Span(1_000_000 * HOUR) };
        let (wait, _) = bench.run(base);
        // A wait is counted in whole seconds begun, so a run's mean lies up to one below what it was.
        let predicted = Interval { low: wait.low, high: wait.high + 1.0 };
        out.push(ValidationRow {
            what: format!("mean wait in seconds, {agents} agents, {calls} calls an hour of 6 min"),
            from: "simulated",
            against: "Erlang C",
            predicted,
            observed: bench.theory().patient().map_or(f64::INFINITY, |met| met.mean_wait),
            at_least: false,
        });
    }
    for (agents, calls) in [(1, 9), (5, 60), (12, 110)] {
        let bench = Bench { agents, calls, handling: Span(6 * MINUTE), patience: Span(8 * MINUTE) };
        let (_, predicted) = bench.run(base);
        out.push(ValidationRow {
            what: format!("share who hang up after 8 min on average, {agents} agents, {calls} calls an hour of 6 min"),
            from: "simulated",
            against: "Erlang A",
            predicted,
            observed: bench.theory().impatient(480.0).abandons,
            at_least: false,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fit_passes_through_its_points() {
        let is = fitted(STARTED_AT, [0.47, 0.72]);
        let [(first, _), (second, _)] = POINTS;
        for (day, at) in [(first, 0.47), (second, 0.72)] {
            let found = enrolled(&is, STARTED_AT, date(STARTS), date(day));
            assert!((found - at).abs() < 1e-3, "{found} and not {at}");
        }
        assert!(is.get(P::EnrolBase) > 0 && is.get(P::EnrolDeadline) > is.get(P::EnrolBase));
    }

    #[test]
    fn a_finding_can_miss() {
        let finding = |observed, at_least| ValidationRow { observed, at_least, ..recall() };
        assert!(!finding(0.9, false).holds() && !finding(0.9, true).holds());
        assert!(!finding(0.1, false).holds() && finding(0.1, true).holds());
    }
}

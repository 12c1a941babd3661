//! The wording of a rehearsal's answer, gates, decisions and numbers, which all of its reports share.
//!
//! Deliberately knows no layout.

use crate::counted::counted;
use crate::diagnostic::clean;
use crate::format::text_formats::show_share;
use crate::kernel::units::{DAY, HOUR, MINUTE, SECOND, WHOLE};
use crate::kernel::{Span, Time};
use crate::rehearsal::measure::gate::{GateDecision, GateVerdict, GoNoGo, NotJudged};
use crate::rehearsal::measure::replicate::{NEVER, TimeQuantile};
use crate::rehearsal::measure::series::TimeMeasure;
use crate::rehearsal::measure::summary::{Spread, Summary, spread};
use crate::rehearsal::setup::gate_spec::{CountLimit, Criterion, Gate, GateMoment};
use crate::replay::staged_decisions::StagedDecision;
use crate::statistics::nearest;

/// Places with fewer accounts are not shown one by one, to protect the people there.
pub const SMALL: u32 = 20;

/// The word of a decision.
pub const fn decision_word(decision: GateDecision) -> &'static str {
    match decision {
        GateDecision::Met => "met",
        GateDecision::Missed => "missed",
        GateDecision::Undecided => "undecided",
        GateDecision::NotJudged(_) => "not judged",
    }
}

/// Why the runs say nothing of a gate, or of some runs; nothing where all of them do.
pub fn not_judged(gate: &Gate, verdict: &GateVerdict) -> Option<String> {
    let nobody = || format!("in {} there is nobody whom it is about", counted_runs(verdict.nobody_in));
    match verdict.decision {
        GateDecision::NotJudged(NotJudged::Nobody) => Some(nobody()),
        GateDecision::NotJudged(NotJudged::OutOfReach) => {
            let runs = counted_runs(verdict.out_of_reach_in);
            let relative = matches!(&gate.what, Criterion::Count { at, .. } if at.is_relative());
            Some(match relative {
                true => format!("in {runs} the policy cuts some of them over outside the span, or never"),
                false => format!(
                    "in {runs} the policy has not cut all of them over by then; ask `at: first working morning`"
                ),
            })
        }
        GateDecision::Met | GateDecision::Missed | GateDecision::Undecided => (verdict.nobody_in > 0).then(nobody),
    }
}

fn counted_runs(runs: u64) -> String {
    counted(usize::try_from(runs).unwrap_or(usize::MAX), "run")
}

/// What a gate saw over the runs that say something of it, in its own unit; nothing where none does.
pub fn seen(summary: &Summary<'_>, at: usize, gate: &Gate) -> Option<Spread> {
    spread(summary.runs.iter().filter_map(|run| gate.value(at, run).ok()))
}

/// When a gate looks, as text.
fn moment(at: GateMoment) -> String {
    match at {
        GateMoment::At(at) => format!("at {}", instant(at)),
        GateMoment::Cutover(Span(0)) => "at each account's own cutover".to_owned(),
        GateMoment::Cutover(Span(after @ 1..)) => format!("{} after each account's own cutover", Span(after)),
        GateMoment::Cutover(Span(before)) => format!("{} before each account's own cutover", Span(-before)),
        GateMoment::FirstMorning => "on the first working morning after each account's own cutover".to_owned(),
    }
}

/// What a gate demands, as a phrase.
pub fn demand(gate: &Gate) -> String {
    let (what, limit) = match &gate.what {
        Criterion::Property { rule, at_most } => {
            (format!("violations of \"{}\"", clean(&rule.name)), at_most_of(*at_most))
        }
        Criterion::Time { measure, quantile, limit, least } => {
            (format!("{} at {}", measure.word(), show_share(*quantile)), bound(&limit.to_string(), *least))
        }
        Criterion::Count { measure, of, at, limit, least } => {
            let of = if measure.has_groups() { format!(" of {}", of.word()) } else { String::new() };
            (format!("{}{of} {}", measure.word(), moment(*at)), bound(&limited(*limit), *least))
        }
    };
    format!("{what} {limit}, in {} of the runs", show_share(gate.in_runs))
}

/// A staged decision of the policy, as a phrase.
pub fn decided(decision: &StagedDecision) -> String {
    let (id, share) = (clean(&decision.id), show_share(decision.more_than));
    let of = decision.of.as_deref().map_or_else(|| "all".to_owned(), clean);
    format!("{id} at {}, if more than {share} of {of} {}", instant(decision.at), decision.seen.phrase())
}

fn at_most_of(count: u32) -> String {
    bound(&count.to_string(), false)
}

fn limited(limit: CountLimit) -> String {
    match limit {
        CountLimit::Count(count) => count.to_string(),
        CountLimit::Share(share) => show_share(share),
    }
}

fn bound(limit: &str, least: bool) -> String {
    format!("{} {limit}", if least { "at least" } else { "at most" })
}

/// An instant as text, such as `Wed 27 Sep 2023 09:00`.
pub fn instant(at: Time) -> String {
    let clock = at.clock();
    format!("{} {}", at.date(), clock.get(..5).unwrap_or(&clock))
}

/// The go/no-go answer as one sentence.
pub fn sentence(summary: &Summary<'_>) -> String {
    let those = |warn: bool, came: fn(GateDecision) -> bool| {
        let gates = summary.plan.gates.iter().zip(&summary.verdicts);
        let those = gates.filter(|(g, v)| g.warns == warn && came(v.decision)).map(|(g, _)| g.id.as_str());
        those.collect::<Vec<&str>>().join(", ")
    };
    let missed = those(false, |d| d == GateDecision::Missed);
    let open = those(false, |d| d == GateDecision::Undecided);
    let unjudged = those(false, |d| matches!(d, GateDecision::NotJudged(_)));
    let warnings = those(true, |d| d != GateDecision::Met);
    match summary.answer {
        _ if summary.plan.gates.is_empty() => "No gate asks for anything: there is nothing to decide.".to_owned(),
        GoNoGo::Go if warnings.is_empty() => "Go: every gate is met.".to_owned(),
        GoNoGo::Go => format!("Go: every gate that counts is met; {warnings}, which only warns, is not."),
        GoNoGo::NoGo if missed.is_empty() && open.is_empty() => {
            format!("No go: {unjudged} cannot be judged, and this rehearsal counts an undecided gate as no go.")
        }
        GoNoGo::NoGo if missed.is_empty() => {
            format!("No go: the runs do not decide {open}, and this rehearsal counts an undecided gate as no go.")
        }
        GoNoGo::NoGo => format!("No go: {missed} missed."),
        GoNoGo::Undecided if open.is_empty() => format!("Undecided: {unjudged} cannot be judged by these runs."),
        GoNoGo::Undecided if unjudged.is_empty() => {
            format!("Undecided: the runs do not decide {open}; more of them would.")
        }
        GoNoGo::Undecided => {
            format!("Undecided: {unjudged} cannot be judged, and the runs do not decide {open}.")
        }
    }
}

/// A share of a whole as per cent with one decimal.
pub fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let tenths = (part * 1000 + whole / 2) / whole;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// Waiting times in words: the count, the mean with its confidence interval over the runs, and the quantiles of 50 and
/// 95 %.
pub fn waited(summary: &Summary<'_>, measure: TimeMeasure) -> String {
    let times = summary.times(measure);
    let Some(mean) = spread(summary.mean_times(measure, None)) else { return "none".to_owned() };
    let at = |permille| match times.quantile(permille) {
        None => "within -".to_owned(),
        Some(TimeQuantile::Within(seconds)) => format!("within {}", span(seconds)),
        Some(TimeQuantile::LongerThan(seconds)) => format!("longer than {}", span(seconds)),
    };
    let average = |ms: f64| fine(Span(nearest(ms)));
    let interval = mean.interval.map(|i| format!(" ({} to {})", average(i.low.max(0.0)), average(i.high)));
    let (mean, interval) = (average(mean.mean), interval.unwrap_or_default());
    let (least, cut_short) = match times.cut_short.count() {
        0 => ("", String::new()),
        some => ("at least ", format!(", {some} of which had not ended by the end or when somebody gave up")),
    };
    let count = times.count();
    format!("{count} of them{cut_short}; {least}{mean}{interval} on average, half {}, 95 % {}", at(500), at(950))
}

/// A time in milliseconds as text, rounded to its two largest units.
fn fine(Span(ms): Span) -> String {
    const LONG: i64 = 2 * MINUTE;
    const LONGER: i64 = 2 * DAY;
    let unit = match ms {
        0..LONG => SECOND,
        LONG..LONGER => MINUTE,
        _ => HOUR,
    };
    Span((ms + unit / 2) / unit * unit).to_string()
}

/// A time in seconds as text, cut to its two largest units.
fn span(seconds: u64) -> String {
    let whole = match seconds {
        0..=119 => seconds,
        120..=7_199 => seconds / 60 * 60,
        7_200..=172_799 => seconds / 3_600 * 3_600,
        _ => seconds / 86_400 * 86_400,
    };
    Span(i64::try_from(whole).unwrap_or(0) * SECOND).to_string()
}

/// The value that a gate compares, as quantiles over the runs, in its own unit.
pub fn value(gate: &Gate, spread: Spread) -> String {
    let one = |value: i64| match &gate.what {
        Criterion::Count { limit: CountLimit::Share(_), .. } => percent(value, i64::from(WHOLE)),
        Criterion::Time { .. } if value >= NEVER => "never".to_owned(),
        Criterion::Time { .. } => span(u64::try_from(value).unwrap_or(0)),
        Criterion::Count { limit: CountLimit::Count(_), .. } | Criterion::Property { .. } => value.to_string(),
    };
    format!("median {}, 5 to 95 %: {} to {}", one(spread.median), one(spread.low), one(spread.high))
}

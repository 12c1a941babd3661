//! The wording of a rehearsal's answer, gates, decisions and numbers, which all of its reports share.
//!
//! Deliberately knows no layout.

use crate::diagnostic::clean;
use crate::format::text_formats::show_share;
use crate::kernel::units::{DAY, HOUR, MINUTE, SECOND, WHOLE};
use crate::kernel::{Span, Time};
use crate::rehearsal::measure::gate::GoNoGo;
use crate::rehearsal::measure::replicate::NEVER;
use crate::rehearsal::measure::series::TimeMeasure;
use crate::rehearsal::measure::summary::{Spread, Summary, spread};
use crate::rehearsal::setup::gate_spec::{CountLimit, Criterion, Gate};
use crate::replay::staged_decisions::StagedDecision;
use crate::statistics::{IntervalDecision, nearest};

/// Places with fewer accounts are not shown one by one, to protect the people there.
pub const SMALL: u32 = 20;

/// The word of a decision.
pub const fn decision_word(decision: IntervalDecision) -> &'static str {
    match decision {
        IntervalDecision::Met => "met",
        IntervalDecision::Missed => "missed",
        IntervalDecision::Undecided => "undecided",
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
            (format!("{}{of} at {}", measure.word(), instant(*at)), bound(&limited(*limit), *least))
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
    let those = |warn: bool, came: fn(IntervalDecision) -> bool| {
        let gates = summary.plan.gates.iter().zip(&summary.verdicts);
        let those = gates.filter(|(g, v)| g.warns == warn && came(v.decision)).map(|(g, _)| g.id.as_str());
        those.collect::<Vec<&str>>().join(", ")
    };
    let (missed, open) =
        (those(false, |d| d == IntervalDecision::Missed), those(false, |d| d == IntervalDecision::Undecided));
    let warnings = those(true, |d| d != IntervalDecision::Met);
    match summary.answer {
        _ if summary.plan.gates.is_empty() => "No gate asks for anything: there is nothing to decide.".to_owned(),
        GoNoGo::Go if warnings.is_empty() => "Go: every gate is met.".to_owned(),
        GoNoGo::Go => format!("Go: every gate that counts is met; {warnings}, which only warns, is not."),
        GoNoGo::NoGo if missed.is_empty() => {
            format!("No go: the runs do not decide {open}, and this rehearsal counts an undecided gate as no go.")
        }
        GoNoGo::NoGo => format!("No go: {missed} missed."),
        GoNoGo::Undecided => format!("Undecided: the runs do not decide {open}; more of them would."),
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
    let bins = summary.times(measure);
    let Some(mean) = spread(summary.mean_times(measure, None)) else { return "none".to_owned() };
    let at = |permille| bins.quantile(permille).map_or_else(|| "-".to_owned(), span);
    let average = |ms: f64| fine(Span(nearest(ms)));
    let interval = mean.interval.map(|i| format!(" ({} to {})", average(i.low.max(0.0)), average(i.high)));
    let (mean, interval) = (average(mean.mean), interval.unwrap_or_default());
    format!("{} of them; {mean}{interval} on average, half within {}, 95 % within {}", bins.count(), at(500), at(950))
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

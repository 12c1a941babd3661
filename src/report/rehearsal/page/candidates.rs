//! The section on candidate policies: each is compared with the base in access, support and security.
//!
//! Promises that lockout is never shown without security. Deliberately weighs neither against the other.

use super::hours::{axis, cutover, onwards};
use super::parts::{NOT_RUN, go_class, heads, wide};
use super::rehearsed::Rehearsed;
use crate::counted::counted;
use crate::rehearsal::measure::summary::Spread;
use crate::rehearsal::setup::plan::cutovers;
use crate::rehearsal::study::comparison::{CandidateRow, Comparison};
use crate::rehearsal::study::yardsticks::{Overall, Side, Yardstick, YardstickRow};
use crate::report::chart::{Axis, Band, Bar, Chart, Curve, bars, line};
use crate::report::rehearsal::compare::{amount, go_word, side_word, signed, verdict_word};
use crate::report::rehearsal::words::instant;
use crate::statistics::{PairedVerdict, nearest};
use maud::{Markup, html};

/// Candidates: what each would do to access, support and security.
pub fn candidates(all: &Rehearsed<'_>) -> Markup {
    let Some(beside) = all.beside else { return html! { p { (NOT_RUN) } } };
    let is = &beside.comparison;
    if is.candidates.is_empty() {
        return html! { p { "The file names no candidates: name policies under " code { "candidates:" }
        ", one that postpones and one that rolls back among them." } };
    }
    let by = |wanted: Overall| -> Vec<&str> {
        is.candidates.iter().filter(|one| one.overall == wanted).map(|one| one.name.as_str()).collect()
    };
    let said = [
        (by(Overall::Better), "better by some yardstick, worse by none, security not in doubt"),
        (
            by(Overall::SecurityInDoubt),
            "better by some yardstick, worse by none; more runs would tell whether security suffers",
        ),
        (by(Overall::GivesUpSecurity), "gives up security for what it wins"),
        (by(Overall::Mixed), "better by some yardsticks, worse by others"),
        (by(Overall::Worse), "worse"),
        (by(Overall::Equivalent), "the same by every yardstick"),
        (by(Overall::Inconclusive), "not told apart by these runs"),
    ];
    html! {
        ul { @for (names, what) in said.iter().filter(|(names, _)| !names.is_empty()) {
            li { strong { (names.join(", ")) } ": " (what) "." }
        } }
        p.meta { "In " (counted(is.base.runs, "run")) " of the same people with the same luck. Differences below "
            (format!("{:.0}", is.margin * 100.0)) " % of the base's mean count as none, and so "
            "does less than a single one, or a minute, of all but security." }
        (side_by_side(is))
        (choose(is))
        @for (nth, one) in is.candidates.iter().enumerate() { (candidate(is, nth, one)) }
    }
}

/// Bars of lockout and of security, one for each policy.
fn side_by_side(is: &Comparison<'_>) -> Markup {
    let first = is.candidates.first();
    let mean = |rows: &[YardstickRow], yardstick: Yardstick, candidate: bool| {
        let row = rows.iter().find(|row| row.yardstick == yardstick);
        let mean = row.and_then(|r| if candidate { r.paired.candidate.mean() } else { r.paired.base.mean() });
        nearest(mean.unwrap_or(0.0))
    };
    let names: Vec<String> = std::iter::once(is.plan.candidate.name.clone())
        .chain(is.candidates.iter().map(|one| one.name.clone()))
        .collect();
    let axis = Axis { named: names.iter().cloned().enumerate().collect(), columns: names, marks: Vec::new() };
    let of = |yardstick: Yardstick| -> Vec<i64> {
        let base = first.map_or(0, |one| mean(&one.rows, yardstick, false));
        std::iter::once(base).chain(is.candidates.iter().map(|one| mean(&one.rows, yardstick, true))).collect()
    };
    let drawn = |yardstick: Yardstick, parts: Vec<i64>| {
        let chart = Chart {
            title: format!("{}: {}, mean of the runs", side_word(yardstick.side()), yardstick.title()),
            description: "One bar for each policy; less is better.".to_owned(),
            rows: "policy".to_owned(),
            unit: |n| n.to_string(),
        };
        bars(&chart, &axis, &[Bar { name: yardstick.title().to_owned(), parts }], None)
    };
    let shown = [Yardstick::FirstMorning, Yardstick::SingleFactor, Yardstick::BelowCode, Yardstick::LeaverDays];
    html! { @for (yardstick, parts) in shown.map(|yardstick| (yardstick, of(yardstick))) {
        @if parts.iter().all(|n| *n == 0) {
            p { (side_word(yardstick.side())) ": " (yardstick.title())
                ": fewer than one in two runs, under every policy here." }
        } @else { (drawn(yardstick, parts)) }
    } }
}

/// The choice of the candidate that is shown; it works by style alone, and in print all are shown.
fn choose(is: &Comparison<'_>) -> Markup {
    html! { @if is.candidates.len() > 1 {
        fieldset.choose {
            legend { "Beside " (is.plan.candidate.name) ", hour by hour" }
            @for (nth, one) in is.candidates.iter().enumerate() {
                label {
                    input type="radio" name="candidate" id={ "c" (nth) } checked[nth == 0]; span { (one.name) }
                } " "
            }
        }
    } }
}

/// The style that hides all candidates but the chosen one.
pub fn style(is: &Comparison<'_>) -> String {
    let hidden = |nth: usize| format!("body:has(#c{nth}:checked) .candidate:not(.c{nth})");
    let all: Vec<String> = (0..is.candidates.len()).map(hidden).collect();
    if all.len() > 1 { format!("@media screen{{{}{{display:none}}}}", all.join(",")) } else { String::new() }
}

fn candidate(is: &Comparison<'_>, nth: usize, one: &CandidateRow) -> Markup {
    let cutovers: Vec<String> = one.cutovers.iter().map(|at| instant(*at)).collect();
    let when = if cutovers.is_empty() {
        "no cutover within the span".to_owned()
    } else {
        format!("cutover {}", cutovers.join(" and "))
    };
    let runs = counted(one.outcome.runs, "run");
    html! {
        section class={ "candidate c" (nth) } aria-labelledby={ "candidate-" (nth) } {
            h3 id={ "candidate-" (nth) } {
                (one.name) ": " span class=(go_class(one.outcome.answer)) { (go_word(one.outcome.answer)) }
            }
            p { "Every gate is met in " (one.outcome.go) " of " (runs) "; " (one.overall.word()) "; " (when) "." }
            (over_time(is, one))
            @for (id, taken) in &one.decided {
                p { "Decided on the way: " (id) " in " (taken) " of " (runs) "." }
            }
            (wide(&one.name, &html! { table {
                (heads(&["side", "yardstick", "base", "change", "interval", "so"]))
                tbody { @for row in &one.rows { tr {
                    td { (side_word(row.yardstick.side())) }
                    th scope="row" { (row.yardstick.title()) }
                    td { (amount(row, row.paired.base.mean().unwrap_or(0.0))) }
                    td { (signed(row, row.paired.difference.mean().unwrap_or(0.0))) }
                    td { @if let Some(i) = row.interval { (signed(row, i.low)) " to " (signed(row, i.high)) } }
                    td class=(verdict_class(row)) { (verdict_word(row.verdict)) }
                } } }
            } }))
        }
    }
}

/// Lockout over time and, right below it, its price in security, each with the base.
fn over_time(is: &Comparison<'_>, one: &CandidateRow) -> Markup {
    let (base, name) = (is.plan.candidate.name.as_str(), one.name.as_str());
    let of = onwards(&is.grid);
    let own = cutovers(is.plan);
    let later = one.cutovers.iter().filter(|at| !own.contains(*at));
    let marks = own.iter().map(|at| cutover(*at)).chain(later.map(|at| (*at, format!("{name}: {}", instant(*at)))));
    let axis = axis(&is.grid, &of, marks);
    let line_of = |policy: &str, spreads: &[Spread]| Curve {
        name: policy.to_owned(),
        points: of
            .iter()
            .filter_map(|at| spreads.get(*at))
            .map(|s| Band { low: s.low, middle: s.median, high: s.high })
            .collect(),
    };
    let pairs: [(Side, &str, &[Spread], &[Spread]); 3] = [
        (Side::Access, "staff accounts locked out", &is.trajectories.locked_out, &one.trajectories.locked_out),
        (
            Side::Security,
            "sign-ins on less than a one-time code since the cutover, added up",
            &is.trajectories.below_code,
            &one.trajectories.below_code,
        ),
        (Side::Security, "leavers who could still get in", &is.trajectories.leavers, &one.trajectories.leavers),
    ];
    html! { @for (side, what, before, after) in pairs {
        @let lines = [line_of(base, before), line_of(name, after)];
        @if lines.iter().flat_map(|one| &one.points).all(|point| point.high == 0) {
            p { (side_word(side)) ": " (what) ": none in nineteen of twenty runs, under either policy." }
        } @else {
            (line(&Chart {
                title: format!("{}: {what}, {base} and {name}", side_word(side)),
                description: "The median of the runs under each policy, with the bands in which nine of ten runs lie; \
                    cutovers are marked."
                    .to_owned(),
                rows: "at".to_owned(),
                unit: |n| n.to_string(),
            }, &axis, &lines))
        }
    } }
}

const fn verdict_class(row: &YardstickRow) -> &'static str {
    match (row.verdict, row.yardstick.side()) {
        (PairedVerdict::Better, _) => "v passed",
        (PairedVerdict::Worse, Side::Security) => "v failed",
        (PairedVerdict::Worse, Side::Access | Side::Support) => "v pending",
        (PairedVerdict::Equivalent | PairedVerdict::Inconclusive, _) => "",
    }
}

//! The section on the first morning after the cutover: how many are locked out, and for which reasons.
//!
//! Promises a table of numbers for each chart. Deliberately judges nothing.

use super::figures::{hours, means, points, sum, tenths};
use super::hours::around;
use crate::format::rehearsal::Group;
use crate::policy::request::Reason;
use crate::rehearsal::measure::series::{Series, TimeMeasure};
use crate::rehearsal::measure::summary::{Spread, Summary};
use crate::report::chart::{Bar, Chart, Curve, bars, line};
use crate::report::rehearsal::words::{instant, percent, waited};
use maud::{Markup, html};

/// How many causes have a colour of their own.
const CAUSES: usize = 5;

/// The section.
pub fn morning(summary: &Summary<'_>) -> Markup {
    let of = around(summary.grid);
    let axis = hours(summary, &of);
    let staff = points(summary, Series::LockedOut(Group::Staff), &of);
    let mut causes: Vec<(Reason, Vec<i64>)> = Reason::ALL
        .iter()
        .map(|r| (*r, means(summary, Series::Because(*r), &of)))
        .filter(|(_, m)| m.iter().any(|n| *n > 0))
        .collect();
    causes.sort_by_key(|(reason, m)| (std::cmp::Reverse(m.iter().max().copied().unwrap_or(0)), *reason));
    let mut kinds: Vec<Bar> =
        causes.iter().take(CAUSES).map(|(r, m)| Bar { name: r.word().to_owned(), parts: m.clone() }).collect();
    let rest = causes.iter().skip(CAUSES).map(|(_, m)| m.clone());
    if causes.len() > CAUSES {
        kinds.push(Bar { name: "other reasons".to_owned(), parts: sum(rest, of.len()) });
    }
    html! {
        p { (said(summary, &of)) }
        (line(&Chart {
            title: "Staff accounts locked out".to_owned(),
            description: "The median of the runs, with the band in which nine of ten runs lie; the cutover is marked."
                .to_owned(),
            rows: "at".to_owned(),
            unit: |n| n.to_string(),
        }, &axis, &[Curve { name: "staff".to_owned(), points: staff }]))
        @if kinds.is_empty() { p { "Nobody is locked out." } } @else {
            (bars(&Chart {
                title: "Why: accounts locked out by their last refusal, mean of the runs".to_owned(),
                description: "Staff and generic accounts by the reason of their last refusal, at each hour.".to_owned(),
                rows: "at".to_owned(),
                unit: tenths,
            }, &axis, &kinds, None))
            dl.reasons { @for (reason, _) in causes.iter().take(CAUSES) {
                dt { (reason.word()) } dd { (reason.doc().trim()) }
            } }
        }
    }
}

/// A sentence on the worst hour, and when half of its lockout is over.
fn said(summary: &Summary<'_>, of: &[usize]) -> String {
    let at = |i: &usize| Some((*i, summary.at(Series::LockedOut(Group::Staff), *i)?));
    let all: Vec<(usize, Spread)> = of.iter().filter_map(at).collect();
    let Some((worst, most)) = all.iter().max_by(|a, b| a.1.median.cmp(&b.1.median).then(b.0.cmp(&a.0))) else {
        return String::new();
    };
    if most.high == 0 {
        return "No staff account is locked out in more than one of twenty runs.".to_owned();
    }
    let when = |i: usize| summary.grid.get(i).map(|at| instant(*at)).unwrap_or_default();
    let whole = summary.at(Series::Accounts(Group::Staff), *worst).map_or(0, |s| s.median);
    let half = all.iter().find(|(i, s)| i > worst && s.median * 2 <= most.median);
    let until = half.map_or_else(
        || "half of them are not in again by the end of these hours".to_owned(),
        |(i, _)| format!("by {} it is half of that", when(*i)),
    );
    let (worst, middle) = (when(*worst), most.median);
    let (share, recovery) = (percent(middle, whole), waited(summary, TimeMeasure::RecoveryTime));
    format!(
        "At the worst, on {worst}, {middle} of {whole} staff accounts ({share}) are locked out, {} to {} in nine of \
         ten runs; {until}. Time until iCON opened again: {recovery}.",
        most.low, most.high
    )
}

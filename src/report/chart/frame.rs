//! The frame that all charts share: title, description, axes, grid, marks, the table of the numbers, and a slider that
//! a script reveals for reading the columns one by one.
//!
//! Promises that whatever is drawn is in the table too, and that nothing needs the script. Deliberately draws no data.

use super::scale::{Scale, ticks};
use maud::{Markup, PreEscaped, html};
use std::fmt::Write;

/// The width of a chart.
pub(super) const WIDTH: i64 = 960;
/// The height of a chart.
pub(super) const HEIGHT: i64 = 300;
/// Room for the numbers at the left.
pub(super) const LEFT: i64 = 64;
/// Room at the right.
pub(super) const RIGHT: i64 = 24;
/// Room for marks at the top.
pub(super) const TOP: i64 = 28;
/// Room for the words at the foot.
pub(super) const FOOT: i64 = 34;
/// About how many numbers stand at the left.
const NUMBERS: i64 = 5;

/// What a chart says of itself.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What it shows, in a line.
    pub title: String,
    /// What a person who does not see it has to know.
    pub description: String,
    /// What the rows of the table are called, such as `hour`.
    pub rows: String,
    /// A number as people write it, such as `12 %`.
    pub unit: fn(i64) -> String,
}

/// The horizontal axis; all columns are equally wide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Axis {
    /// What each column is called in the table.
    pub columns: Vec<String>,
    /// Which of them are named at the foot, and how.
    pub named: Vec<(usize, String)>,
    /// Moments to mark.
    pub marks: Vec<Mark>,
}

/// A moment across the whole height, such as the cutover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Before which column.
    pub column: usize,
    /// What it is called.
    pub name: String,
}

/// A count of columns as an `i64`.
pub(super) fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The horizontal scale: where columns begin.
pub(super) fn across(columns: usize) -> Scale {
    Scale { from: 0, to: whole(columns).max(1), start: LEFT, end: WIDTH - RIGHT }
}

/// The vertical scale, and its ticks.
pub(super) fn upward(largest: i64) -> (Scale, Vec<i64>) {
    let ticks = ticks(largest, NUMBERS);
    let to = ticks.last().copied().unwrap_or(1);
    (Scale { from: 0, to, start: HEIGHT - FOOT, end: TOP }, ticks)
}

/// Puts grid, numbers, names and marks around what is drawn.
pub(super) fn framed(chart: &Chart, axis: &Axis, largest: i64, legend: &Markup, drawn: &str, table: &Markup) -> Markup {
    let (up, ticks) = upward(largest);
    let along = across(axis.columns.len());
    let mut grid = String::new();
    for tick in &ticks {
        let _ = write!(grid, "M{LEFT} {}H{}", up.at(*tick), WIDTH - RIGHT);
    }
    html! {
        figure.chart {
            figcaption { (chart.title) }
            (legend)
            div.wide tabindex="0" role="region" aria-label=(chart.title) {
                svg width=(WIDTH) height=(HEIGHT) viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" {
                    title { (chart.title) }
                    desc { (chart.description) }
                    path.grid d=(grid) {}
                    @for tick in &ticks { text.number x=(LEFT - 8) y=(up.at(*tick) + 4) { ((chart.unit)(*tick)) } }
                    (PreEscaped(drawn))
                    @for (column, name) in &axis.named {
                        text.word x=(along.at(whole(*column))) y=(HEIGHT - 12) { (name) }
                    }
                    @for mark in &axis.marks {
                        @let x = along.at(whole(mark.column));
                        path.mark d={ "M" (x) " " (TOP - 8) "V" (HEIGHT - FOOT) } {}
                        text.mark x=(x + 5) y=(TOP - 10) { (mark.name) }
                    }
                }
                // Brought out by `read.js`, with the places of the columns.
                input.read type="range" hidden min="0" max=(axis.columns.len().saturating_sub(1)) value="0"
                    aria-label={ "Read " (chart.title) } data-left=(LEFT) data-right=(WIDTH - RIGHT);
            }
            details {
                summary { "The numbers" }
                div.wide tabindex="0" role="region" aria-label={ "The numbers of " (chart.title) } { (table) }
            }
        }
    }
}

/// The legend: each name with a sample of its mark, drawn by `piece` within 18 by 14.
pub(super) fn legend<'n>(names: impl Iterator<Item = (usize, &'n str)>, class: &str, piece: &str) -> Markup {
    html! {
        ul.legend { @for (nth, name) in names {
            li {
                svg width="18" height="14" aria-hidden="true" {
                    (PreEscaped(format!("<path class=\"{class} k{}\" d=\"{piece}\"/>", nth % KINDS)))
                }
                (name)
            }
        } }
    }
}

/// How many series look different before patterns repeat.
pub(super) const KINDS: usize = 6;

/// The table of the numbers, with one row for each column of the chart.
pub(super) fn table(chart: &Chart, heads: &[String], rows: &[(String, Vec<i64>)]) -> Markup {
    html! {
        table {
            caption { (chart.title) }
            thead { tr { th scope="col" { (chart.rows) } @for head in heads { th scope="col" { (head) } } } }
            tbody { @for (name, numbers) in rows {
                "\n"
                tr { th scope="row" { (name) } @for number in numbers { td { ((chart.unit)(*number)) } } }
            } }
        }
    }
}

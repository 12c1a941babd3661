//! A heat map: places down, hours across, darker for more.
//!
//! Promises five steps that differ in lightness alone, so that they survive a printer and colour blindness, and the
//! number in each cell that has room. Deliberately scales by nothing but the largest number.

use super::frame::{Chart, table, whole};
use maud::{Markup, PreEscaped, html};
use std::fmt::Write;

/// How many steps of lightness there are beside nothing.
const STEPS: i64 = 5;
/// Room for the names of rows.
const NAMES: i64 = 170;
/// The height of a row.
const ROW: i64 = 22;
/// The height of the words above.
const HEAD: i64 = 22;
/// The most that a column takes.
const WIDEST: i64 = 56;
/// The width of the whole.
const WIDTH: i64 = 960;
/// A column this wide has room for its number.
const ROOMY: i64 = 30;

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heat {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// Each row by name, with a number for each column.
    pub rows: Vec<(String, Vec<i64>)>,
}

/// The step of a number: 0 for nothing, then 1 to 5 by fifths of the largest.
fn step(number: i64, largest: i64) -> i64 {
    if number <= 0 || largest <= 0 { 0 } else { ((number * STEPS + largest - 1) / largest).clamp(1, STEPS) }
}

/// The chart.
pub fn heat(chart: &Chart, heat: &Heat) -> Markup {
    let largest = heat.rows.iter().flat_map(|(_, numbers)| numbers).copied().max().unwrap_or_default();
    let width = ((WIDTH - NAMES) / whole(heat.columns.len()).max(1)).clamp(6, WIDEST);
    let height = HEAD + ROW * whole(heat.rows.len()) + 4;
    let mut steps = vec![String::new(); 6];
    let mut labels = String::new();
    for (y, (_, numbers)) in (0..).map(|nth| HEAD + ROW * nth).zip(&heat.rows) {
        for (x, number) in (0..).map(|nth| NAMES + width * nth).zip(numbers) {
            let step = step(*number, largest);
            if let Some(path) = usize::try_from(step).ok().and_then(|step| steps.get_mut(step)) {
                let _ = write!(path, "M{x} {y}h{}v{}h-{}z", width - 1, ROW - 1, width - 1);
            }
            if width >= ROOMY && *number > 0 {
                let class = if step > 2 { "on" } else { "off" };
                let (x, y, said) = (x + width / 2, y + 15, html! { ((chart.unit)(*number)) }.0);
                let _ = write!(labels, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{said}</text>");
            }
        }
    }
    let every = (56 / width).max(1);
    let total = NAMES + width * whole(heat.columns.len()) + 30;
    html! {
        figure.chart.heat {
            figcaption { (chart.title) }
            div.wide tabindex="0" role="region" aria-label=(chart.title) {
                svg width=(total) height=(height) viewBox={ "0 0 " (total) " " (height) } role="img" {
                    title { (chart.title) }
                    desc { (chart.description) }
                    @for (nth, name) in (0..).zip(&heat.columns) {
                        @if nth % every == 0 { text x=(NAMES + width * nth) y="14" { (name) } }
                    }
                    @for (nth, (name, _)) in (0..).zip(&heat.rows) { text y=(HEAD + ROW * nth + 15) { (name) } }
                    @for (step, path) in steps.iter().enumerate() {
                        @if !path.is_empty() { (PreEscaped(format!("<path class=\"h{step}\" d=\"{path}\"/>"))) }
                    }
                    (PreEscaped(labels))
                }
            }
            details {
                summary { "The numbers" }
                div.wide tabindex="0" role="region" aria-label={ "The numbers of " (chart.title) } {
                    (table(chart, &heat.columns, &heat.rows))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_fifths_and_only_nothing_is_empty() {
        let steps = [0, 1, 20, 21, 40, 41, 99, 100].map(|n| step(n, 100));
        assert_eq!(steps, [0, 1, 1, 2, 2, 3, 5, 5]);
        assert_eq!(step(0, 0), 0);
    }

    #[test]
    fn a_cell_stands_in_its_row_and_column() {
        let chart = Chart {
            title: "Schools".to_owned(),
            description: "By hour.".to_owned(),
            rows: "school".to_owned(),
            unit: |number| number.to_string(),
        };
        let rows = vec![("kranji".to_owned(), vec![0, 4]), ("yishun".to_owned(), vec![20, 0])];
        let text = heat(&chart, &Heat { columns: vec!["08".to_owned(), "09".to_owned()], rows }).into_string();
        assert!(text.contains("<path class=\"h5\" d=\"M170 44h55v21h-55z\"/>"), "{text}");
        assert!(text.contains("<path class=\"h1\" d=\"M226 22h55v21h-55z\"/>"), "{text}");
        assert!(text.contains("<th scope=\"row\">kranji</th><td>0</td><td>4</td>"));
    }
}

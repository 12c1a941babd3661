//! A heat map, which is a table with shaded cells: places are rows, hours are columns, and darker means more.
//!
//! Promises the number in each cell, and steps that differ in lightness alone, so that they survive a printer and
//! colour blindness. Deliberately scales by nothing but the largest number, and chooses no rows: a page does that by
//! their classes.

use super::frame::Chart;
use maud::{Markup, html};

/// The number of steps of lightness, without that for zero.
const STEPS: i64 = 5;

/// The data of a heat map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heat {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows, in order.
    pub rows: Vec<HeatRow>,
}

/// A row of a heat map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeatRow {
    /// What it is called.
    pub name: String,
    /// Where its name leads to, if anywhere.
    pub href: Option<String>,
    /// The classes by which a page chooses rows.
    pub class: String,
    /// A number for each column.
    pub numbers: Vec<i64>,
}

/// The step of a number: 0 for zero, then 1 to 5 by fifths of the largest.
fn step(number: i64, largest: i64) -> i64 {
    if number <= 0 || largest <= 0 { 0 } else { ((number * STEPS + largest - 1) / largest).clamp(1, STEPS) }
}

/// Draws the heat map.
pub fn heat(chart: &Chart, heat: &Heat) -> Markup {
    let largest = heat.rows.iter().flat_map(|row| &row.numbers).copied().max().unwrap_or_default();
    html! {
        figure.chart.heat {
            figcaption { (chart.title) }
            p.meta { (chart.description) }
            div.wide tabindex="0" role="region" aria-label=(chart.title) {
                table {
                    thead { tr {
                        th scope="col" { (chart.rows) }
                        @for name in &heat.columns { th scope="col" { (name) } }
                    } }
                    tbody { @for row in &heat.rows {
                        "\n"
                        tr class=[Some(&row.class).filter(|class| !class.is_empty())] {
                            th scope="row" {
                                @if let Some(to) = &row.href { a href=(to) { (row.name) } } @else { (row.name) }
                            }
                            @for number in &row.numbers {
                                td class={ "h" (step(*number, largest)) } { ((chart.unit)(*number)) }
                            }
                        }
                    } }
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
    fn a_cell_has_its_number_and_the_step_of_it() {
        let chart = Chart {
            title: "Schools".to_owned(),
            description: "By hour.".to_owned(),
            rows: "school".to_owned(),
            unit: |number| format!("{number} %"),
        };
        let row = |name: &str, numbers: [i64; 2]| HeatRow {
            name: name.to_owned(),
            numbers: numbers.to_vec(),
            ..HeatRow::default()
        };
        let linked =
            HeatRow { href: Some("work/k.csv".to_owned()), class: "school".to_owned(), ..row("kranji & co", [0, 4]) };
        let rows = vec![linked, row("yishun", [20, 0])];
        let text = heat(&chart, &Heat { columns: vec!["08".to_owned(), "09".to_owned()], rows }).into_string();
        let kranji = "<tr class=\"school\"><th scope=\"row\"><a href=\"work/k.csv\">kranji &amp; co</a></th>\
            <td class=\"h0\">0 %</td><td class=\"h1\">4 %</td></tr>";
        assert!(text.contains(kranji), "{text}");
        assert!(text.contains("<tr><th scope=\"row\">yishun</th><td class=\"h5\">20 %</td>"), "{text}");
    }
}

//! Line charts over time: each line is a median with its band from the 5th to the 95th percentile of the runs.
//!
//! Promises lines that differ in dashes as well as in colour. Deliberately computes no statistics.

use super::frame::{Axis, Chart, KINDS, across, framed, legend, table, upward, whole};
use maud::{Markup, html};
use std::fmt::Write;

/// The quantiles of the runs in one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// The 5th percentile of the runs.
    pub low: i64,
    /// The median.
    pub middle: i64,
    /// The 95th percentile.
    pub high: i64,
}

/// A line with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Curve {
    /// Its name.
    pub name: String,
    /// One point a column.
    pub points: Vec<Band>,
}

/// Draws the chart. Every line has a point for each column of the axis.
pub fn line(chart: &Chart, axis: &Axis, lines: &[Curve]) -> Markup {
    let largest = lines.iter().flat_map(|l| &l.points).map(|p| p.high.max(p.middle)).max().unwrap_or_default();
    let (up, _) = upward(largest);
    let along = across(axis.columns.len());
    let middle = |column: usize| along.at(whole(column)).midpoint(along.at(whole(column + 1)));
    let mut drawn = String::new();
    for (nth, line) in lines.iter().enumerate() {
        let class = nth % KINDS;
        let mut band = String::new();
        for (column, point) in line.points.iter().enumerate() {
            let _ = write!(band, "{}{} {}", if column == 0 { "M" } else { "L" }, middle(column), up.at(point.high));
        }
        for (column, point) in line.points.iter().enumerate().rev() {
            let _ = write!(band, "L{} {}", middle(column), up.at(point.low));
        }
        if !band.is_empty() {
            let _ = write!(drawn, "<path class=\"band k{class}\" d=\"{band}Z\"/>");
        }
    }
    for (nth, line) in lines.iter().enumerate() {
        let class = nth % KINDS;
        let mut path = String::new();
        for (column, point) in line.points.iter().enumerate() {
            let _ = write!(path, "{}{} {}", if column == 0 { "M" } else { "L" }, middle(column), up.at(point.middle));
        }
        let _ = write!(drawn, "<path class=\"line k{class}\" d=\"{path}\"/>");
    }
    let heads: Vec<String> = lines
        .iter()
        .flat_map(|l| {
            ["5 %", "median", "95 %"]
                .map(|part| if lines.len() > 1 { format!("{}, {part}", l.name) } else { part.to_owned() })
        })
        .collect();
    let numbers =
        |column: usize| lines.iter().filter_map(move |l| l.points.get(column)).flat_map(|p| [p.low, p.middle, p.high]);
    let rows: Vec<_> =
        axis.columns.iter().enumerate().map(|(column, name)| (name.clone(), numbers(column).collect())).collect();
    let names = lines.iter().map(|line| line.name.as_str()).enumerate();
    let legend = if lines.len() > 1 {
        legend(names, "line", "M0 7h18")
    } else {
        html! {}
    };
    framed(chart, axis, largest, &legend, &drawn, &table(chart, &heads, &rows))
}

#[cfg(test)]
mod tests {
    use super::super::frame::Mark;
    use super::*;

    fn axis() -> Axis {
        Axis {
            columns: ["08:00", "09:00"].map(str::to_owned).into(),
            named: vec![(0, "08".to_owned())],
            marks: vec![Mark { column: 1, name: "cutover".to_owned() }],
        }
    }

    fn chart() -> Chart {
        let unit = |number: i64| number.to_string();
        Chart { title: "Locked out".to_owned(), description: "By hour.".to_owned(), rows: "hour".to_owned(), unit }
    }

    #[test]
    fn a_point_stands_where_its_number_is() {
        let points = vec![Band { low: 0, middle: 50, high: 100 }, Band { low: 100, middle: 100, high: 100 }];
        let text = line(&chart(), &axis(), &[Curve { name: "a".to_owned(), points }]).into_string();
        // Two columns of 436 from 64: middles at 282 and 718; 0 stands at 266, 100 at 28.
        assert!(text.contains("<path class=\"line k0\" d=\"M282 147L718 28\"/>"), "{text}");
        assert!(text.contains("<path class=\"band k0\" d=\"M282 28L718 28L718 28L282 266Z\"/>"), "{text}");
        assert!(text.contains("<path class=\"mark\" d=\"M500 20V266\"></path>"), "{text}");
    }

    #[test]
    fn every_number_is_in_the_table_and_the_chart_says_what_it_is() {
        let points = vec![Band { low: 11, middle: 22, high: 33 }, Band { low: 44, middle: 55, high: 66 }];
        let text = line(&chart(), &axis(), &[Curve { name: "a <b>".to_owned(), points }]).into_string();
        for number in [11, 22, 33, 44, 55, 66] {
            assert!(text.contains(&format!("<td>{number}</td>")), "{number}");
        }
        assert!(text.contains("<title>Locked out</title><desc>By hour.</desc>"));
        assert!(!text.contains("<b>"));
    }

    #[test]
    fn nothing_to_draw_is_no_fault() {
        let text = line(&chart(), &Axis::default(), &[]).into_string();
        assert!(text.contains("<svg") && !text.contains("class=\"line"));
    }
}

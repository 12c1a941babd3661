//! Stacked bar charts over time: how many, and of what causes, hour by hour.
//!
//! Promises that the height of a bar is the sum of its parts, that parts differ in pattern as well as in colour, and a
//! legend in words. Deliberately computes no statistics.

use super::frame::{Axis, Chart, KINDS, across, framed, legend, table, upward, whole};
use maud::{Markup, html};
use std::fmt::Write;

/// One series of a stack; the first stands at the bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Its name.
    pub name: String,
    /// Its value in each column.
    pub parts: Vec<i64>,
}

/// Draws the chart. Every series has a value for each column of the axis; `capacity` is a named horizontal line.
pub fn bars(chart: &Chart, axis: &Axis, kinds: &[Bar], capacity: Option<(&str, i64)>) -> Markup {
    let of = |kind: &Bar, column: usize| kind.parts.get(column).copied().unwrap_or_default().max(0);
    let sum = |column: usize| kinds.iter().map(|kind| of(kind, column)).sum::<i64>();
    let tallest = (0..axis.columns.len()).map(sum).max().unwrap_or_default();
    let largest = tallest.max(capacity.map_or(0, |(_, most)| most));
    let (up, _) = upward(largest);
    let along = across(axis.columns.len());
    let mut paths = vec![String::new(); kinds.len()];
    for column in 0..axis.columns.len() {
        let (from, to) = (along.at(whole(column)), along.at(whole(column + 1)));
        let gap = i64::from(to - from > 4);
        let mut below = 0;
        for (kind, path) in kinds.iter().zip(&mut paths) {
            let part = of(kind, column);
            if part > 0 {
                let _ = write!(path, "M{from} {}V{}H{}V{}z", up.at(below), up.at(below + part), to - gap, up.at(below));
            }
            below += part;
        }
    }
    let mut drawn = String::new();
    for (nth, path) in paths.iter().enumerate().filter(|(_, path)| !path.is_empty()) {
        let _ = write!(drawn, "<path class=\"bar k{}\" d=\"{path}\"/>", nth % KINDS);
    }
    if let Some((name, most)) = capacity {
        let y = up.at(most);
        let (left, right) = (along.start, along.end);
        let name = html! { (name) }.0;
        let _ = write!(drawn, "<path class=\"most\" d=\"M{left} {y}H{right}\"/>");
        let _ = write!(drawn, "<text class=\"most\" x=\"{}\" y=\"{}\">{name}</text>", right - 6, y - 5);
    }
    let heads: Vec<String> = kinds.iter().map(|kind| kind.name.clone()).chain(["all".to_owned()]).collect();
    let numbers = |column: usize| kinds.iter().map(|kind| of(kind, column)).chain([sum(column)]).collect();
    let rows: Vec<_> = axis.columns.iter().enumerate().map(|(column, name)| (name.clone(), numbers(column))).collect();
    // As the bars have them, from the top down.
    let names = kinds.iter().map(|kind| kind.name.as_str()).enumerate().rev();
    // One kind alone is what the title says.
    let legend = if kinds.len() > 1 {
        legend(names, "bar", "M1 1h16v12h-16z")
    } else {
        html! {}
    };
    framed(chart, axis, largest, &legend, &drawn, &table(chart, &heads, &rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Chart {
        let unit = |number: i64| format!("{number} people");
        Chart { title: "By cause".to_owned(), description: String::new(), rows: "hour".to_owned(), unit }
    }

    fn bar(name: &str, parts: &[i64]) -> Bar {
        Bar { name: name.to_owned(), parts: parts.to_vec() }
    }

    #[test]
    fn parts_stand_on_each_other() {
        let axis = Axis { columns: vec!["08:00".to_owned()], ..Axis::default() };
        let text = bars(&chart(), &axis, &[bar("no token", &[25]), bar("no code", &[75])], None).into_string();
        // 0 stands at 266, 25 at 206.5, rounded away from the foot, 100 at 28.
        assert!(text.contains("d=\"M64 266V206H935V266z\""), "{text}");
        assert!(text.contains("V28H935"), "the top of the upper part is the sum");
        assert!(text.contains("<td>25 people</td><td>75 people</td><td>100 people</td>"));
    }

    #[test]
    fn an_empty_part_is_not_drawn() {
        let axis = Axis { columns: vec!["a".to_owned(), "b".to_owned()], ..Axis::default() };
        let text = bars(&chart(), &axis, &[bar("none", &[0, 0]), bar("some", &[1, 0])], None).into_string();
        assert!(!text.contains("class=\"bar k0\" d=\"M64"), "{text}");
        assert_eq!(text.matches("class=\"bar k1\" d=\"M64").count(), 1);
    }

    #[test]
    fn capacity_above_all_bars_is_still_in_sight() {
        let axis = Axis { columns: vec!["a".to_owned()], ..Axis::default() };
        let text = bars(&chart(), &axis, &[bar("calls", &[10])], Some(("desk", 40))).into_string();
        assert!(text.contains("<path class=\"most\" d=\"M64 28H936\"/>"), "{text}");
    }
}

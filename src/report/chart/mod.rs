//! Charts as static SVG: lines with bands and stacked bars, each with a title, a description and the table of its
//! numbers; and heat maps, which are such tables.
//!
//! Promises that a chart can be read without scripts and without colour, and the same bytes for the same numbers:
//! coordinates are integers. Deliberately knows nothing of what the numbers mean.

mod bars;
mod frame;
mod heat;
mod line;
mod scale;

pub use bars::{Bar, bars};
pub use frame::{Axis, Chart, Mark};
pub use heat::{Heat, HeatRow, heat};
pub use line::{Band, Curve, line};
pub use scale::{Scale, ticks};

/// The script that reads out charts column by column, for the end of a page; the tables hold the same numbers.
pub const SCRIPT: &str = include_str!("read.js");
/// The style of charts, for the head of their page.
pub const STYLE: &str = include_str!("chart.css");

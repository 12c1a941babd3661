//! Charts as static SVG: a line with its band and stacked bars, each with a title, a description and the table of its
//! numbers; and a heat map, which is such a table.
//!
//! Promises that a chart reads without scripts and without colour, and the same bytes for the same numbers: places are
//! integers. Deliberately knows nothing of what the numbers mean.

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

/// The script that reads charts column by column, for the foot of their page: what it says is in their tables.
pub const SCRIPT: &str = include_str!("read.js");
/// The style of charts, for the head of their page.
pub const STYLE: &str = include_str!("chart.css");

//! What benchmarks measure time with, and the lines that they print: `figure GROUP/NAME = NUMBER UNIT`.
//!
//! `just figures` collects the lines into `benches/figures.csv`.

#![allow(dead_code, clippy::disallowed_methods)]

use std::time::Instant;

/// The seconds that the median of some runs takes; the first, in which pages and caches fill, does not count.
pub fn median(runs: usize, mut work: impl FnMut()) -> f64 {
    work();
    let mut seconds: Vec<f64> = (0..runs.max(1)).map(|_| timed(&mut work)).collect();
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or_default()
}

/// The seconds that one run takes.
pub fn timed(work: impl FnOnce()) -> f64 {
    let begins = Instant::now();
    work();
    begins.elapsed().as_secs_f64()
}

/// Prints a figure.
pub fn figure(name: &str, number: f64, unit: &str) {
    println!("figure {name} = {number} {unit}");
}

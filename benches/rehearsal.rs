//! What a replicate of a whole ministry costs on one thread: time, messages a second, bytes an account.
//!
//! `cargo bench --bench rehearsal [SCHOOLS]`: 340 schools and 40 divisions (40,000 accounts) unless said, over 60 days.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, clippy::disallowed_methods)]

use mims_sim::format::load::read;
use mims_sim::rehearsal::{grid, plan, replicate};
use mims_sim::replay::book::Book;
use std::time::Instant;

fn main() {
    let schools: u32 = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(340);
    let divisions = schools * 40 / 340;
    let text = format!(
        "rehearsal: Bench\nspan: {{from: 2023-08-29, to: 2023-10-27}}\npopulation: {{schools: {schools}, divisions: {divisions}}}\n"
    );
    let loaded = read("bench.yaml", text.as_bytes()).unwrap();
    let plan = plan(&loaded, &Book::default(), None).unwrap();
    let grid = grid::grid(&plan);
    let before = resident();
    let mut best = f64::MAX;
    let (mut messages, mut accounts) = (0, 0);
    for number in 0..3 {
        let began = Instant::now();
        let run = replicate(&plan, number, &grid);
        best = best.min(began.elapsed().as_secs_f64());
        messages = run.messages;
        accounts = run.places.iter().map(|(all, _)| u64::from(*all)).sum();
    }
    let bytes = resident().saturating_sub(before);
    println!("{accounts} accounts over 60 days, symbolic codes, one thread, the best of 3");
    println!("{best:.2} s a replicate, {messages} messages, {:.1} million a second", messages as f64 / best / 1e6);
    println!("{} bytes an account at the peak", bytes / accounts.max(1));
}

/// The peak of resident memory in bytes, where the system says it.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|kb| kb.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

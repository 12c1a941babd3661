//! How many different states a second an exhaustive search sees, and what a state costs, beside stateright on the same
//! transitions; how many schedules a second a search at random runs, and what drawing them takes of it; how long it
//! takes to make a long counterexample small. Compare numbers of one run only: machines differ.
//!
//! `cargo bench --bench search [exhaustive|random|shrinking]`: one part alone, or all. `profile [DEPTH]` is an
//! exhaustive search on one thread and nothing else.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::disallowed_methods)]

#[path = "../tests/common/peer.rs"]
mod peer;
#[path = "../tests/common/schedules.rs"]
mod schedules;
#[path = "../tests/common/small.rs"]
mod small;
#[path = "../tests/common/timing.rs"]
mod timing;

use mims_sim::property::PropertyVerdict;
use mims_sim::search::bfs::{Bounds, Explored, explore};
use peer::Peer;
use rayon::prelude::*;
use schedules::with_explorer;
use stateright::{Checker, Model};
use std::time::Instant;
use timing::figure;

/// As the program has it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Transitions from the start.
const DEPTH: u32 = 36;

fn ours(threads: usize, depth: u32) -> (Explored, f64) {
    let policy = small::guide();
    let system = small::system(&policy, 30);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let begins = Instant::now();
    let bounds = Bounds { depth, ..Bounds::default() };
    let got = pool.install(|| explore(&system, small::start(&policy, ()), 0, 0, bounds, |_| true));
    (got, begins.elapsed().as_secs_f64())
}

fn theirs(threads: usize) -> (usize, f64) {
    // stateright wants a model that lives as long as the program.
    let policy = Box::leak(Box::new(small::guide()));
    let peer = Peer { system: small::system(policy, 30), start: small::start(policy, ()) };
    let begins = Instant::now();
    let depth = usize::try_from(DEPTH).unwrap();
    let got = peer.checker().threads(threads).target_max_depth(depth).spawn_bfs().join();
    (got.unique_state_count(), begins.elapsed().as_secs_f64())
}

/// Schedules of 30 rows on average, drawn and run.
fn at_random() {
    const RUNS: u64 = 40_000;
    with_explorer(60, |explorer| {
        let rows: usize = (0..1_000).map(|run| explorer.drawn(1, run).rows.len()).sum();
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let begins = Instant::now();
            let ran =
                pool.install(|| (0..RUNS).into_par_iter().filter(|run| explorer.tried(1, *run).is_some()).count());
            let all = begins.elapsed().as_secs_f64();
            let begins = Instant::now();
            pool.install(|| (0..RUNS).into_par_iter().for_each(|run| drop(explorer.draw(1, run))));
            let drawing = begins.elapsed().as_secs_f64();
            println!(
                "at random, {threads} thread(s): {:.0} schedules/s of {} rows on average, {:.0} % of them \
                 begin whole; drawing takes {:.0} % of it",
                RUNS as f64 / all,
                rows / 1_000,
                100.0 * ran as f64 / RUNS as f64,
                100.0 * drawing / all
            );
            figure(&format!("search/schedules-{threads}"), RUNS as f64 / all, "schedules a second");
        }
    });
}

/// A counterexample of 200 rows, the most that a file may ask for.
fn shrinking() {
    with_explorer(200, |explorer| {
        let long = |run: &u64| {
            let schedule = explorer.drawn(1, *run);
            schedule.rows.len() == 200
                && explorer.tried(1, *run).is_some_and(|judged| judged[1].verdict == PropertyVerdict::Violated)
        };
        let run = (0..100_000).find(long).expect("some schedule of 200 rows breaks it");
        let schedule = explorer.drawn(1, run);
        let begins = Instant::now();
        let (_, small) = explorer.stage().smallest(&schedule, 1);
        let seconds = begins.elapsed().as_secs_f64();
        println!("shrinking: {} rows to {} in {seconds:.2} s", schedule.rows.len(), small.rows.len());
        figure("search/shrinking", seconds, "s");
    });
}

fn main() {
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with("--"));
    let only = words.next();
    if only.as_deref() == Some("profile") {
        let (got, _) = ours(1, words.next().map_or(DEPTH, |depth| depth.parse().unwrap()));
        return println!("{} states", got.progress.states);
    }
    let asked = |part: &str| only.as_deref().is_none_or(|only| only == part);
    if asked("exhaustive") {
        exhaustive();
    }
    if asked("random") {
        at_random();
    }
    if asked("shrinking") {
        shrinking();
    }
}

/// All states of the small world, beside stateright.
fn exhaustive() {
    let mut rates = Vec::new();
    for threads in [1, 2] {
        let (got, seconds) = ours(threads, DEPTH);
        let p = got.progress;
        let rate = p.states as f64 / seconds;
        println!(
            "mims-sim,   {threads} thread(s): {:>8} states, {:>9} transitions, depth {}, {seconds:.2} s: \
             {rate:.0} states/s, {:.0} transitions/s, {:?}",
            p.states,
            p.transitions,
            p.depth,
            p.transitions as f64 / seconds,
            got.end
        );
        println!(
            "  {} bytes a state seen, {} MB waiting at the most",
            p.seen_bytes / p.states,
            p.waiting_bytes / 1_000_000
        );
        figure(&format!("search/states-{threads}"), rate, "states a second");
        if threads == 1 {
            figure("search/state", (p.seen_bytes / p.states) as f64, "bytes");
        }
        rates.push(rate);
    }
    for threads in [1, 2] {
        let (states, seconds) = theirs(threads);
        let rate = states as f64 / seconds;
        println!("stateright, {threads} thread(s): {states:>8} states, {seconds:.2} s: {rate:.0} states/s");
        figure(&format!("search/stateright-{threads}"), rate, "states a second");
        rates.push(rate);
    }
    figure("search/ratio-1", rates[0] / rates[2], "times");
    figure("search/ratio-2", rates[1] / rates[3], "times");
}

//! How many different states a second an exhaustive search sees, and what a state costs, beside stateright on the same
//! transitions. Compare numbers of one run only: machines differ.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::disallowed_methods)]

#[path = "../tests/common/peer.rs"]
mod peer;
#[path = "../tests/common/small.rs"]
mod small;

use mims_sim::search::breadth::{Bounds, Explored, explore};
use peer::Peer;
use stateright::{Checker, Model};
use std::time::Instant;

/// Transitions from the start.
const DEPTH: u32 = 24;

fn ours(threads: usize) -> (Explored, f64) {
    let policy = small::guide();
    let system = small::system(&policy, 30);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let begins = Instant::now();
    let bounds = Bounds { depth: DEPTH, ..Bounds::default() };
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

fn main() {
    let mut rates = Vec::new();
    for threads in [1, 2] {
        let (got, seconds) = ours(threads);
        let p = got.progress;
        let rate = p.states as f64 / seconds;
        println!(
            "mims-sim,   {threads} thread(s): {:>8} states, {:>9} transitions, depth {}, {seconds:.2} s: {rate:.0} states/s, {:.0} transitions/s, {:?}",
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
        rates.push(rate);
    }
    for threads in [1, 2] {
        let (states, seconds) = theirs(threads);
        let rate = states as f64 / seconds;
        println!("stateright, {threads} thread(s): {states:>8} states, {seconds:.2} s: {rate:.0} states/s");
        rates.push(rate);
    }
    println!("ratio on one thread {:.2}, on two {:.2}", rates[0] / rates[2], rates[1] / rates[3]);
}

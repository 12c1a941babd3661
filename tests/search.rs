//! Tests of exhaustive search on a small world: the result is the same for any number of threads, and in another model
//! checker.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "common/alike.rs"]
mod alike;
mod common;
#[path = "common/peer.rs"]
mod peer;
#[path = "common/small.rs"]
mod small;

use mims_sim::act::ActOutcome;
use mims_sim::engine::Detail;
use mims_sim::explore::Explorer;
use mims_sim::format::load::FileContents;
use mims_sim::kernel::Time;
use mims_sim::search::bfs::{Bounds, Explored, StopReason, explore};
use mims_sim::search::{Away, Machine, SearchMonitor, SearchState, StateWriter, Transition};
use mims_sim::trace::Ended;
use peer::Peer;
use stateright::{Checker, Model};

/// A monitor that is violated as soon as the third person, who is not a member, opens the shared account.
#[derive(Clone, Debug, Default)]
struct Stranger {
    in_it: bool,
}

impl SearchMonitor for Stranger {
    fn ended(&mut self, _: &Machine<'_>, _: &[Away], ended: &Ended) {
        self.in_it |= ended.result == ActOutcome::Granted && !ended.member;
    }
    fn passed(&mut self, _: &Machine<'_>, _: &[Away]) {}
    fn next(&self, _: Time) -> Option<Time> {
        None
    }
    fn digest(&self, _: Time, settled: u64, out: &mut Vec<u64>) {
        out.push(u64::from(self.in_it && settled == 0));
    }
    fn broken(&self) -> u64 {
        u64::from(self.in_it)
    }
}

fn ours<W: SearchMonitor>(minutes: i64, watch: W, properties: usize, bounds: Bounds, threads: usize) -> Explored {
    let policy = small::guide();
    let system = small::system(&policy, minutes);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| explore(&system, small::start(&policy, watch), properties, 0, bounds, |_| true))
}

#[test]
fn the_states_are_the_same_for_any_number_of_threads() {
    let bounds = Bounds { depth: 14, ..Bounds::default() };
    let one = ours(30, (), 0, bounds, 1);
    assert_eq!(one.end, StopReason::Depth);
    assert!(one.progress.states > 500, "{:?}", one.progress);
    for threads in [2, 3] {
        assert_eq!(one, ours(30, (), 0, bounds, threads));
    }
}

#[test]
fn another_checker_sees_as_many_states() {
    // stateright wants a model that lives as long as the program.
    let policy = Box::leak(Box::new(small::guide()));
    let whole = ours(0, (), 0, Bounds::default(), 2);
    assert_eq!(whole.end, StopReason::Exhausted);
    let peer = Peer { system: small::system(policy, 0), start: small::start(policy, ()) };
    let checker = peer.checker().threads(2).spawn_bfs().join();
    assert_eq!(checker.unique_state_count(), whole.progress.states);
    assert!(whole.progress.states > 10_000, "{:?}", whole.progress);
    checker.assert_properties();
}

#[test]
fn another_checker_finds_the_same_broken_and_by_as_short_a_way() {
    let policy = Box::leak(Box::new(small::guide()));
    let got = ours(0, Stranger::default(), 1, Bounds::default(), 2);
    assert_eq!(got.end, StopReason::Settled);
    let way = got.broken[0].clone().unwrap();
    let peer = Peer { system: small::system(policy, 0), start: small::start(policy, Stranger::default()) };
    // On one thread its breadth-first search finds a shortest way too.
    let checker = peer.checker().threads(1).spawn_bfs().join();
    let theirs = checker.discovery("nothing is broken").unwrap().into_actions();
    assert_eq!(theirs.len(), way.len(), "{theirs:?} {way:?}");
}

#[test]
fn a_bound_is_a_reason_and_no_verdict() {
    let far = Bounds::default();
    let end = |bounds| ours(0, Stranger::default(), 1, bounds, 2).end;
    assert_eq!(end(Bounds { states: 100, ..far }), StopReason::States);
    assert_eq!(end(Bounds { bytes: 10_000, ..far }), StopReason::Memory);
    assert_eq!(end(Bounds { depth: 2, ..far }), StopReason::Depth);
    let policy = small::guide();
    let system = small::system(&policy, 0);
    let got = explore(&system, small::start(&policy, ()), 0, 0, far, |progress| progress.states < 50);
    assert_eq!(got.end, StopReason::Interrupted);
}

/// States that differ only in the order of past events have one fingerprint.
#[test]
fn what_cannot_matter_any_more_is_not_told_apart() {
    let policy = small::guide();
    let system = small::system(&policy, 30);
    let print = |state: &SearchState<'_, ()>| system.fingerprint(state, 0, &mut StateWriter::default());
    let begins = |at: usize, who: u32| system.acts[at].person.0 == who && system.acts[at].fresh;
    let sign_in =
        |who| Transition::Begin(u16::try_from((0..system.acts.len()).find(|at| begins(*at, who)).unwrap()).unwrap());
    let run = |order: [u32; 2]| {
        let mut state = small::start(&policy, ());
        for who in order {
            system.apply(&mut state, sign_in(who));
            while state.machine.held().next().is_some() {
                system.apply(&mut state, Transition::GoOn(mims_sim::world::ids::PersonId(who)));
            }
        }
        print(&state)
    };
    assert_eq!(run([0, 1]), run([1, 0]));
    let fresh = print(&small::start(&policy, ()));
    assert_ne!(run([0, 1]), fresh, "a live portal session can matter");
}

/// States with one fingerprint have the same transitions, each to states with one fingerprint (bisimulation): what a
/// fingerprint leaves out makes no difference, and the number of states does not depend on which is reached first.
#[test]
fn states_that_are_not_told_apart_go_on_alike() {
    let policy = small::guide();
    let worlds = [
        (0, false, false, 12_000),
        (30, false, false, 6_000),
        (30, true, false, 6_000),
        (600, false, true, 6_000),
        (3 * 24 * 60, false, true, 6_000),
    ];
    for (minutes, pages, whole, most) in worlds {
        let mut system = small::system(&policy, minutes);
        system.detail = Detail { pages, ..system.detail };
        system.whole = whole;
        let (compared, differs) = alike::compare(&system, small::start(&policy, ()), most);
        assert!(compared > 1_000, "{compared}");
        assert!(differs.is_none(), "{minutes} min, pages {pages}, whole {whole}:\n{}", differs.unwrap());
    }
}

/// The same in the worlds of the committed searches, with their faults and monitors.
#[test]
fn states_of_the_committed_searches_go_on_alike() {
    let files = common::all();
    let book = common::book(&files);
    let mut compared = 0;
    for (name, loaded) in files.iter().filter(|(name, _)| name.starts_with("explorations/")) {
        let FileContents::Scenario(cases) = &loaded.contents else { panic!("{name}") };
        // A `possible` property needs a search of its own at every state.
        if loaded.source.text.contains("possible:") {
            continue;
        }
        let explorer = Explorer::new(loaded, &cases[0], &book).unwrap();
        for whole in [true, false] {
            let (mut system, start) = explorer.ground();
            system.whole = whole;
            let (met, differs) = alike::compare(&system, start, 250);
            assert!(differs.is_none(), "{name}, whole {whole}:\n{}", differs.unwrap());
            compared += met;
        }
    }
    assert!(compared > 5_000, "{compared}");
}

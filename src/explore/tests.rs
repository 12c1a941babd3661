//! A search finds what can be found, makes it as small as it can be, and writes what replays.

use super::*;
use crate::format::load::{FileContents, read};

const FILE: &str = "scenario: People come and go
given:
  people: {asha: {}, ben: {}, carl: {}, emil: {}}
  generic-accounts:
    reception: {members: [asha, ben, carl], custodian: asha}
explore:
  acts: [sign-in, enrol, re-enrol, leave, join, delete-token]
  accounts: [reception]
  from: 2023-09-27 08:00
  to: 2023-09-29 18:00
  rows: 10
properties:
  - {name: Leavers stay out, never: {do: sign-in, who: non-member, result: granted}}
  - {name: A code before iCON, never: {do: sign-in, result: granted, factor: none}}
";

fn loaded() -> LoadedFile {
    read("x.yaml", FILE.as_bytes()).unwrap()
}

fn case(loaded: &LoadedFile) -> &ScenarioCase {
    let FileContents::Scenario(cases) = &loaded.contents else { panic!() };
    &cases[0]
}

#[test]
fn a_leaver_who_stays_in_is_found_and_what_holds_is_not_broken() {
    let (loaded, book) = (loaded(), Library::default());
    let search = Explorer::new(&loaded, case(&loaded), &book).unwrap().search(4_000, 1, |_| true);
    assert!(search.found[0].schedule.is_some() && search.found[1].schedule.is_none());
    assert!(search.found[1].triggered);
}

#[test]
fn no_row_of_a_counterexample_can_be_left_out() {
    let (loaded, book) = (loaded(), Library::default());
    let explorer = Explorer::new(&loaded, case(&loaded), &book).unwrap();
    for seed in 1..6 {
        let small = explorer.search(20_000, seed, |_| true).found[0].schedule.clone().unwrap();
        assert!(explorer.stage.breaks(&small, 0));
        for at in 0..small.rows.len() {
            let mut rest = small.clone();
            rest.rows.remove(at);
            assert!(!explorer.stage.breaks(&rest, 0), "seed {seed}: row {at} can go: {small:?}");
        }
    }
}

#[test]
fn a_counterexample_is_a_scenario_that_replays_green() {
    let (loaded, book) = (loaded(), Library::default());
    let search = Explorer::new(&loaded, case(&loaded), &book).unwrap().search(4_000, 3, |_| true);
    let text = search.found[0].text.clone().unwrap();
    let again = read("y.yaml", text.as_bytes()).unwrap_or_else(|faults| panic!("{text}\n{faults:?}"));
    let plan = crate::replay::plan(&again, case(&again), &book, None).unwrap();
    assert_eq!(plan.run().unwrap().failures, [], "{text}");
}

#[test]
fn the_answer_is_the_same_for_any_number_of_threads() {
    let (loaded, book) = (loaded(), Library::default());
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| Explorer::new(&loaded, case(&loaded), &book).unwrap().search(2_000, 7, |_| true))
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn a_block_that_cannot_be_meant_is_told() {
    let book = Library::default();
    for (from, to, code) in [
        ("accounts: [reception]", "accounts: [recption]", "S403"),
        ("to: 2023-09-29 18:00", "to: 2023-09-27 08:00", "S403"),
        ("  - {name: Leavers stay out, never: {do: sign-in, who: non-member, result: granted}}\n", "", ""),
        ("who: non-member", "who: nobody", "S204"),
    ] {
        let text = FILE.replace(from, to);
        let loaded = read("x.yaml", text.as_bytes()).unwrap();
        let said = Explorer::new(&loaded, case(&loaded), &book).map(drop).err();
        let codes: Vec<&str> = said.iter().flatten().map(|f| f.code).collect();
        assert_eq!(codes, if code.is_empty() { Vec::new() } else { vec![code] }, "{to}");
    }
}

#[test]
fn all_states_find_the_same_and_the_shortest_way() {
    let text = FILE
        .replace("acts: [sign-in, enrol, re-enrol, leave, join, delete-token]", "acts: [sign-in, enrol, leave]")
        .replace("to: 2023-09-29 18:00", "to: 2023-09-27 08:30");
    let loaded = read("x.yaml", text.as_bytes()).unwrap();
    let book = Library::default();
    let bounds = crate::search::bfs::Bounds { states: 30_000, ..Default::default() };
    let explorer = Explorer::new(&loaded, case(&loaded), &book).unwrap();
    let whole = explorer.exhaust(bounds, |_| true);
    let found = &whole.found[0];
    let text = found.text.clone().unwrap_or_else(|| panic!("{whole:?}"));
    let again = read("y.yaml", text.as_bytes()).unwrap_or_else(|faults| panic!("{text}\n{faults:?}"));
    let plan = crate::replay::plan(&again, case(&again), &book, None).unwrap();
    assert_eq!(plan.run().unwrap().failures, [], "{text}");
}

//! People who come and go, as the start of schedules at random.

#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use mims_sim::explore::Explorer;
use mims_sim::format::load::{FileContents, read};
use mims_sim::replay::library::Library;

const START: &str = "scenario: People come and go
given:
  people: {asha: {}, ben: {}, carl: {}, emil: {}}
  generic-accounts:
    reception: {members: [asha, ben, carl], custodian: asha}
explore:
  acts: [sign-in, enrol, re-enrol, leave, join, delete-token]
  from: 2023-09-27 08:00
  to: 2023-10-06 18:00
  rows: ROWS
properties:
  - {name: A code before iCON, never: {do: sign-in, result: granted, factor: none}}
  - {name: Leavers stay out, never: {do: sign-in, who: non-member, account: reception, result: granted}}
";

/// Runs `f` with an explorer of schedules of up to this many rows.
pub fn with_explorer<T>(rows: u32, f: impl FnOnce(&Explorer<'_>) -> T) -> T {
    let loaded = read("bench.yaml", START.replace("ROWS", &rows.to_string()).as_bytes()).unwrap();
    let FileContents::Scenario(cases) = &loaded.contents else { unreachable!("it is a scenario") };
    let library = Library::default();
    f(&Explorer::new(&loaded, &cases[0], &library).unwrap())
}

//! A ledger of costs: the instructions and allocations of the main paths, which do not depend on how busy a machine is.
//!
//! `cargo bench --profile ledger --bench ledger` measures every workload and prints old, new and ratio. With
//! `-- --write` it writes `costs.csv`, and with `-- --check` it fails where a cost grew by more than [`MOST`] per cent
//! over the committed line. Other words after `--` are names of workloads, and these alone are measured. Promises the
//! same figures for the same program, but for the random seeds of hash tables in its dependencies: each workload has a
//! process and one thread of its own, valgrind (callgrind) counts its instructions, and the allocator counts what it is
//! asked for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../../tests/common/mod.rs"]
mod common;
mod costs;
#[path = "../../tests/common/schedules.rs"]
mod schedules;
#[path = "../../tests/common/small.rs"]
mod small;
#[path = "../../tests/common/teacher.rs"]
mod teacher;
mod workloads;

use costs::{Costs, Ledger, MOST};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use workloads::WORKLOADS;

/// The system's allocator, which unlike the program's own does nothing by the wall clock.
#[global_allocator]
static MEMORY: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The word before the name of a workload, for the process that runs it.
const ONE: &str = "--one";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let [ONE, name] = words[..] {
        one(name);
        return ExitCode::SUCCESS;
    }
    let [write, check] = ["--write", "--check"].map(|word| words.contains(&word));
    let asked: Vec<&str> = words.into_iter().filter(|word| !["--write", "--check"].contains(word)).collect();
    let names: Vec<&str> = WORKLOADS.iter().map(|(name, _)| *name).collect();
    if let Some(unknown) = asked.iter().find(|name| !names.contains(name)) {
        eprintln!("no workload `{unknown}`: there are {}", names.join(", "));
        return ExitCode::FAILURE;
    }
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/ledger/costs.csv");
    let old = Ledger::read(&std::fs::read_to_string(&file).unwrap_or_default());
    let wanted = names.into_iter().filter(|name| asked.is_empty() || asked.contains(name));
    let new = Ledger(wanted.map(|name| (name.to_owned(), measure(name))).collect());
    print!("{}", new.beside(&old));
    let gone = asked.is_empty() && new.0.len() != old.0.len();
    if check && (gone || new.dearer(&old)) {
        eprintln!(
            "a cost grew by more than {MOST} %, or a workload has no line: mend it, or commit the new line of \
             `just ledger` and say why"
        );
        return ExitCode::FAILURE;
    }
    if write {
        let kept = old.0.into_iter().filter(|_| !asked.is_empty());
        std::fs::write(&file, Ledger(kept.chain(new.0).collect()).written()).unwrap();
    }
    ExitCode::SUCCESS
}

/// Runs one workload and prints how often it asked for memory, and for how many bytes.
fn one(name: &str) {
    // Whatever would run on other threads runs on this one, which is the one that is measured.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().unwrap();
    let (_, prepare) = WORKLOADS.iter().find(|(known, _)| *known == name).unwrap();
    let mut work = prepare();
    let region = Region::new(MEMORY);
    measured(&mut *work);
    let change = region.change();
    let grown = usize::try_from(change.bytes_reallocated).unwrap_or(0);
    println!("{} {}", change.allocations + change.reallocations, change.bytes_allocated + grown);
}

/// Does the work: valgrind counts the instructions of this function and of all that it calls.
#[inline(never)]
fn measured(work: &mut dyn FnMut()) {
    work();
}

/// The costs of a workload: it runs once as it is, for its allocations, and once in valgrind, for its instructions.
fn measure(name: &str) -> Costs {
    let me = std::env::current_exe().unwrap();
    let [allocations, bytes] = numbers(Command::new(&me).args([ONE, name]))[..] else {
        panic!("{name} has no figures")
    };
    let profile = std::env::temp_dir().join(format!("mims-sim-ledger-{}", std::process::id()));
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--toggle-collect=ledger::measured*"]);
    valgrind.arg(format!("--callgrind-out-file={}", profile.display())).arg(me).args([ONE, name]);
    numbers(&mut valgrind);
    let text = std::fs::read_to_string(&profile).unwrap();
    std::fs::remove_file(profile).unwrap();
    let totals = text.lines().find_map(|line| line.strip_prefix("totals: ")).expect("callgrind writes its totals");
    Costs { instructions: totals.trim().parse().unwrap(), allocations, bytes }
}

/// The numbers that a command prints.
fn numbers(command: &mut Command) -> Vec<u64> {
    let done = command.output().unwrap_or_else(|why| panic!("{command:?}: {why}"));
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().split_whitespace().map(|word| word.parse().unwrap()).collect()
}

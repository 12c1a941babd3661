//! Rehearses a small ministry: draws its people, runs the guide over them many times, and answers each gate.
//!
//! `cargo run --release --example rehearse`

use mims_sim::diagnostic::Diagnostic;
use mims_sim::format::load::read;
use mims_sim::rehearsal::measure::gate::{GoNoGo, go_no_go};
use mims_sim::rehearsal::{observation_times, plan, replicates};
use mims_sim::replay::library::Library;

const TEXT: &str = "
rehearsal: Two small schools through the cutover
policy: guide-v1.1
decide-by: 2023-09-20
span: {from: 2023-08-29, to: 2023-10-04}
population: {schools: 2, divisions: 0, staff-per-school: 30}
habits: {reminders: [2023-09-13, 2023-09-20, 2023-09-25]}
runs: 20
seed: 7
gates:
  - {id: day-one, measure: locked-out, of: staff, at: 2023-09-27 09:00, at-most: 5%, in-runs: 90%}
  - {id: settled, measure: locked-out, of: staff, at: 2023-10-04 12:00, at-most: 20%, in-runs: 50%}
";

fn main() -> Result<(), String> {
    let file = read("two-schools.yaml", TEXT.as_bytes()).map_err(first)?;
    let plan = plan(&file, &Library::default(), None).map_err(first)?;
    // One replicate is a function of (plan, number): these run on all threads and come back in order.
    let instants = observation_times::of(&plan);
    let runs = replicates(&plan, 0..plan.runs, &instants);
    let mut verdicts = Vec::new();
    for (at, gate) in plan.gates.iter().enumerate() {
        let verdict = gate.judge(at, &runs, false);
        let (low, high) = (verdict.chance.low * 100.0, verdict.chance.high * 100.0);
        println!("{}: met in {} of {} runs ({low:.0}–{high:.0} %)", gate.id, verdict.met_in, verdict.of);
        verdicts.push(verdict);
    }
    println!(
        "{}",
        match go_no_go(&plan, &verdicts) {
            GoNoGo::Go => "go",
            GoNoGo::NoGo => "no go",
            GoNoGo::Undecided => "undecided: more runs would tell",
        }
    );
    Ok(())
}

/// The first of several mistakes, in one line.
fn first(faults: Vec<Diagnostic>) -> String {
    faults.first().map_or_else(String::new, |fault| fault.title.clone())
}

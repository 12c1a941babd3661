//! `mims-sim rehearse FILE`: rolls a policy out over a population, many times over, and judges the gates.

use super::Exit;
use super::files::find;
use super::terminal::{complain, diagnose, out};
use mims_sim::rehearsal::gate::Answer;
use mims_sim::rehearsal::summary::Summary;
use mims_sim::rehearsal::{Plan, Replicate, grid, replicate};
use mims_sim::report;
use rayon::prelude::*;
use std::path::PathBuf;

/// What to rehearse, and how often.
#[derive(clap::Args)]
pub struct Options {
    /// A rehearsal file.
    file: PathBuf,
    /// How many runs, instead of what the file says.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    runs: Option<u32>,
    /// The seed of all draws, instead of what the file says.
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let found = find(std::slice::from_ref(&options.file));
    let mut plans = match found.rehearsals() {
        Ok(plans) => plans,
        Err(faults) => {
            diagnose(&faults, &found.sources);
            return Exit::BadInput;
        }
    };
    let Some(plan) = plans.pop() else {
        complain("nothing to rehearse: this is no rehearsal\n");
        return Exit::Nothing;
    };
    let plan = Plan { runs: options.runs.unwrap_or(plan.runs), seed: options.seed.unwrap_or(plan.seed), ..plan };
    let grid = grid::grid(&plan);
    let runs: Vec<Replicate> = (0..plan.runs).into_par_iter().map(|number| replicate(&plan, number, &grid)).collect();
    let summary = Summary::new(&plan, &grid, &runs);
    out(&report::rehearsal::human(&summary));
    match summary.answer {
        Answer::Go => Exit::Fine,
        Answer::NoGo => Exit::Failed,
        Answer::Undecided => Exit::Incomplete,
    }
}

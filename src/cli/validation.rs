//! `mims-sim validation FILE`: what the model predicts beside what was observed elsewhere, as Markdown.

use super::Exit;
use super::rehearse::load;
use super::terminal::out;
use mims_sim::rehearsal::{RehearsalPlan, observation_times, replicates, study::validation};
use mims_sim::report::rehearsal::validation::markdown;
use std::path::PathBuf;

/// Which rollout stands for the model.
#[derive(clap::Args)]
pub struct Options {
    /// A rehearsal file; its policy and habits are held against what is known.
    file: PathBuf,
    /// How many runs, instead of what the file says.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    runs: Option<u32>,
}

/// Runs the verb. A miss is a finding about the model and no failure of the command.
pub fn run(options: &Options) -> Exit {
    let plan = match load(&options.file) {
        Ok(loaded) => RehearsalPlan { runs: options.runs.unwrap_or(loaded.plan.runs), ..loaded.plan },
        Err(exit) => return exit,
    };
    let grid = observation_times::of(&plan);
    let runs = replicates(&plan, 0..plan.runs, &grid);
    let mut observed = vec![validation::enrolment(), validation::recall()];
    observed.extend(validation::rollout(&plan, &grid, &runs));
    out(&markdown(&plan, runs.len(), &observed, &validation::desk(&plan)));
    Exit::Fine
}

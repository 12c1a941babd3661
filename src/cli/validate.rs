//! `mims-sim validate`: reads and plans everything, and runs nothing.

use super::Exit;
use super::files::find;
use super::terminal::{complain, diagnose, out};
use mims_sim::counted::counted;
use std::path::PathBuf;

/// What to validate.
#[derive(clap::Args)]
pub struct Options {
    /// Files or folders: scenarios, policies, properties.
    #[arg(default_value = "scenarios")]
    paths: Vec<PathBuf>,
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let found = find(&options.paths);
    if let Err(faults) = found.plans().and_then(|_| found.rehearsals()) {
        diagnose(&faults, &found.sources);
        return Exit::BadInput;
    }
    match found.count {
        0 => {
            complain("nothing to validate: no file here ends in .yaml\n");
            return Exit::Nothing;
        }
        count => out(&format!("{} {} fine\n", counted(count, "file"), if count == 1 { "is" } else { "are" })),
    }
    Exit::Fine
}

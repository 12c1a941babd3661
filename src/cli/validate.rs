//! `mims-sim validate`: reads and plans everything, and runs nothing.

use super::Exit;
use super::files::find;
use super::terminal::{complain, diagnose, out};
use mims_sim::counted::counted;
use mims_sim::diagnostic::clean;
use mims_sim::format::text_formats::show_share;
use mims_sim::kernel::units::WHOLE;
use mims_sim::rehearsal::RehearsalPlan;
use std::fmt::Write;
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
    let rehearsals = match found.plans().and_then(|_| found.rehearsals()) {
        Ok(rehearsals) => rehearsals,
        Err(faults) => {
            diagnose(&faults, &found.sources);
            return Exit::BadInput;
        }
    };
    match found.count {
        0 => {
            complain("nothing to validate: no file here ends in .yaml\n");
            return Exit::Nothing;
        }
        count => out(&format!("{} {} fine\n", counted(count, "file"), if count == 1 { "is" } else { "are" })),
    }
    for plan in &rehearsals {
        plan.notes.iter().for_each(|note| out(&format!("{}\n", clean(note))));
        out(&needed(plan));
    }
    Exit::Fine
}

/// How many runs the gates of a rehearsal need: to be met at all, and to be decided where half as many miss them as
/// may.
fn needed(plan: &RehearsalPlan) -> String {
    let mut said = String::new();
    for gate in &plan.gates {
        let spare = u64::try_from(i64::from(WHOLE) - gate.in_runs).unwrap_or(0);
        let Some(fewest) = gate.fewest_runs(0) else { continue };
        let expected = gate.fewest_runs(spare / 2).map_or_else(String::new, |runs| {
            let half = show_share(i64::from(WHOLE) - i64::try_from(spare / 2).unwrap_or(0));
            format!(", and about {runs} if it is met in {half} of them")
        });
        let few = if u64::from(plan.runs) < fewest { "; too few for it ever to be met" } else { "" };
        let _ = writeln!(
            said,
            "{}: gate {} needs {fewest} runs if all meet it{expected}; the file has {}{few}",
            clean(&plan.file),
            clean(&gate.id),
            plan.runs
        );
    }
    said
}

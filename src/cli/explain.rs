//! `mims-sim explain FILE[:LINE]`: who sent what to whom, which decision, which clauses, the state before and after.

use super::Exit;
use super::files::find;
use super::terminal::{complain, diagnose, out};
use mims_sim::diagnostic::{Lines, clean};
use std::path::PathBuf;

/// What to explain.
#[derive(clap::Args)]
pub struct Options {
    /// A scenario file, with a line for one row of it: `scenarios/guide/cutover.yaml:12`.
    #[arg(value_name = "FILE[:LINE]")]
    what: String,
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let (file, line) = match options.what.rsplit_once(':').map(|(file, line)| (file, line.parse::<usize>())) {
        Some((file, Ok(line))) => (file, Some(line)),
        _ => (options.what.as_str(), None),
    };
    let mut found = find(&[PathBuf::from(file)]);
    let plans: Vec<_> = found.plans().into_iter().map(|(loaded, _, plan)| (loaded.source.text.clone(), plan)).collect();
    if !found.faults.is_empty() {
        diagnose(&found.faults, &found.sources);
        return Exit::BadInput;
    }
    if plans.is_empty() {
        complain("nothing to explain: there is no scenario here\n");
        return Exit::Nothing;
    }
    for (text, plan) in &plans {
        let lines = Lines::new(text);
        let row = line.map(|line| plan.row_at(|start| lines.place(start).0 == line));
        if row == Some(None) {
            let line = line.unwrap_or_default();
            complain(&format!("no row of the timeline begins at line {line} of {file}\n"));
            return Exit::BadInput;
        }
        match plan.run() {
            Ok(verdict) => {
                if plan.case.is_some() || plans.len() > 1 {
                    out(&format!("{}\n\n", clean(&plan.full_title())));
                }
                out(&plan.explain(&verdict, row.flatten()));
            }
            Err(faults) => {
                diagnose(&faults, &found.sources);
                return Exit::BadInput;
            }
        }
    }
    Exit::Fine
}

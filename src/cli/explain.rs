//! `mims-sim explain FILE[:LINE]`: who sent what to whom, which decision, which clauses.

use super::Exit;
use super::files::find;
use mims_sim::diagnostic::{Style, line_col, render};
use std::path::PathBuf;

/// What to explain.
#[derive(clap::Args)]
pub struct Options {
    /// A scenario file, with a line for one row of it: `scenarios/guide/cutover.yaml:12`.
    what: String,
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let (file, line) = match options.what.rsplit_once(':') {
        Some((file, line)) if line.parse::<usize>().is_ok() => (file, line.parse::<usize>().ok()),
        _ => (options.what.as_str(), None),
    };
    let found = find(&[PathBuf::from(file)]);
    if !found.faults.is_empty() {
        eprint!("{}", render(&found.faults, &found.sources, Style::Plain));
        return Exit::BadInput;
    }
    let Some((loaded, plan)) = found.plans.first() else { return Exit::Nothing };
    let verdict = match plan.run() {
        Ok(verdict) => verdict,
        Err(faults) => {
            eprint!("{}", render(&faults, &found.sources, Style::Plain));
            return Exit::BadInput;
        }
    };
    let row = line.map(|line| plan.row_at(|start| line_col(&loaded.source.text, start).0 == line));
    match row {
        Some(None) => {
            eprintln!("no row of the timeline begins at line {}", line.unwrap_or_default());
            Exit::BadInput
        }
        Some(Some(row)) => {
            print!("{}", plan.explain(&verdict, Some(row)));
            Exit::Fine
        }
        None => {
            print!("{}", plan.explain(&verdict, None));
            Exit::Fine
        }
    }
}

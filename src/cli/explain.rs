//! `mims-sim explain FILE[:LINE]`: who sent what to whom, which decision, which clauses, the state before and after.

use super::Exit;
use super::files::{Planned, find};
use super::terminal::{complain, diagnose, out};
use mims_sim::diagnostic::{Lines, clean};
use mims_sim::replay::plan;
use std::path::PathBuf;

/// What to explain.
#[derive(clap::Args)]
pub struct Options {
    /// A scenario file, with a line for one row of it: `scenarios/guide/reception.yaml:24`.
    #[arg(value_name = "FILE[:LINE]")]
    what: String,
    /// Under this policy instead of the scenario's own.
    #[arg(long, value_name = "POLICY")]
    policy: Option<String>,
}

/// `FILE`, `FILE:LINE` or `FILE:LINE:COLUMN`, as messages write it.
fn split(what: &str) -> (&str, Option<usize>) {
    let number =
        |text: &str| text.rsplit_once(':').and_then(|(head, tail)| Some((head.len(), tail.parse::<usize>().ok()?)));
    match number(what) {
        None => (what, None),
        Some((at, last)) => {
            let head = what.get(..at).unwrap_or_default();
            match number(head) {
                Some((at, line)) => (head.get(..at).unwrap_or_default(), Some(line)),
                None => (head, Some(last)),
            }
        }
    }
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let (file, line) = split(&options.what);
    let found = find(&[PathBuf::from(file)]);
    let mut plans = match found.plans() {
        Ok(plans) => plans,
        Err(faults) => {
            diagnose(&faults, &found.sources);
            return Exit::BadInput;
        }
    };
    if plans.is_empty() {
        complain("nothing to explain: there is no scenario here\n");
        return Exit::Nothing;
    }
    if let Some(name) = &options.policy {
        if let Some(unknown) = found.unknown_policy([name]) {
            complain(&unknown);
            return Exit::BadInput;
        }
        let under = plans.into_iter().filter_map(|p| {
            let plan = plan(p.loaded, p.case, &found.book, Some(name)).ok()?;
            Some(Planned { plan, ..p })
        });
        plans = under.collect();
    }
    for Planned { loaded, plan, .. } in &plans {
        let lines = Lines::new(&loaded.source.text);
        let row = line.map(|line| plan.row_at(|start| lines.place(start).0 == line));
        if row == Some(None) {
            let line = line.unwrap_or_default();
            let rows: Vec<String> = plan.places().map(|(_, at)| lines.place(at.start).0.to_string()).collect();
            let rows = rows.join(", ");
            complain(&format!("no row of the timeline begins at line {line} of {file}; rows begin at {rows}\n"));
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

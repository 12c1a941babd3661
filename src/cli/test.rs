//! `mims-sim test`: replays scenarios and judges them.

use super::Exit;
use super::files::{find, write};
use mims_sim::diagnostic::{Style, line_col, render};
use mims_sim::replay::{Plan, Verdict};
use mims_sim::report;
use rayon::prelude::*;
use std::fs;
use std::path::PathBuf;

/// What to test, and where to report.
#[derive(clap::Args)]
pub struct Options {
    /// Scenario files or folders.
    #[arg(default_value = "scenarios")]
    paths: Vec<PathBuf>,
    /// Only scenarios whose title contains this.
    #[arg(long)]
    filter: Option<String>,
    /// Writes HTML, Markdown and JUnit XML into this folder.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let found = find(&options.paths);
    if !found.faults.is_empty() {
        eprint!("{}", render(&found.faults, &found.sources, Style::Plain));
        return Exit::BadInput;
    }
    let wanted: Vec<_> = found
        .plans
        .iter()
        .filter(|(_, plan)| options.filter.as_ref().is_none_or(|part| plan.title.contains(part.as_str())))
        .collect();
    if wanted.is_empty() {
        eprintln!("nothing to run: no scenario here matches");
        return Exit::Nothing;
    }
    let runs: Vec<_> = wanted.par_iter().map(|(loaded, plan)| (loaded, plan, plan.run())).collect();
    let mut faults = Vec::new();
    let mut cases = Vec::new();
    for (loaded, plan, outcome) in runs {
        match outcome {
            Err(found) => faults.extend(found),
            Ok(verdict) => cases.push(report_case(&loaded.source.text, plan, &verdict)),
        }
    }
    if !faults.is_empty() {
        eprint!("{}", render(&faults, &found.sources, Style::Plain));
        return Exit::BadInput;
    }
    print!("{}", report::human(&cases));
    if let Some(folder) = &options.report {
        let files = [
            ("scenarios.html", report::html(&cases)),
            ("scenarios.md", report::markdown(&cases)),
            ("scenarios.junit.xml", report::junit(&cases)),
        ];
        let written = fs::create_dir_all(folder)
            .and_then(|()| files.iter().try_for_each(|(name, text)| write(&folder.join(name), text)));
        if let Err(why) = written {
            eprintln!("cannot write reports into {}: {why}", folder.display());
            return Exit::BadInput;
        }
    }
    if cases.iter().all(|case| case.failures.is_empty()) { Exit::Fine } else { Exit::Failed }
}

fn report_case(text: &str, plan: &Plan, verdict: &Verdict) -> report::Case {
    report::Case {
        title: plan.title.clone(),
        file: plan.file.clone(),
        judged: verdict.judged,
        failures: verdict.failures.iter().map(|f| (line_col(text, f.place.start).0, f.said.clone())).collect(),
        story: plan.story(verdict),
    }
}

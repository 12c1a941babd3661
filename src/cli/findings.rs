//! `mims-sim findings`: the same searches under each candidate policy, as a table of what it removes, leaves and adds.

use super::Exit;
use super::files::{find, reason, write};
use super::terminal::{complain, diagnose, out};
use mims_sim::explore::policy_comparison::searches;
use mims_sim::replay::library::BUILT_IN;
use mims_sim::report::findings::markdown;
use std::io::IsTerminal;
use std::path::PathBuf;

/// Which searches, under which policies.
#[derive(clap::Args)]
pub struct Options {
    /// Files with an `explore:` block, or folders of them.
    #[arg(default_value = "scenarios/explorations")]
    paths: Vec<PathBuf>,
    /// The candidates; all policies there are unless said.
    #[arg(long, value_name = "CANDIDATE", value_delimiter = ',')]
    policy: Vec<String>,
    /// How many schedules are tried at most for each search.
    #[arg(long, value_name = "N", default_value_t = 3_000, value_parser = clap::value_parser!(u64).range(1..))]
    runs: u64,
    /// The seed of the draws; the same seed tries the same schedules.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Writes the table into this file instead of to standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs the verb. What a candidate adds is a finding about it and no failure of the command.
pub fn run(options: &Options) -> Exit {
    let found = find(&options.paths);
    if !found.faults.is_empty() {
        diagnose(&found.faults, &found.sources);
        return Exit::BadInput;
    }
    if let Some(unknown) = found.unknown_policy(&options.policy) {
        complain(&unknown);
        return Exit::BadInput;
    }
    let all = found.book.policy_names();
    let named: Vec<&str> = options.policy.iter().map(String::as_str).collect();
    let candidates = if named.is_empty() { all } else { named };
    let policies: Vec<&str> =
        std::iter::once(BUILT_IN).chain(candidates.into_iter().filter(|name| *name != BUILT_IN)).collect();
    let shows = std::io::stderr().is_terminal();
    let goes_on = |far: &str| {
        if shows {
            complain(&format!("\r\x1b[K{far}"));
        }
        true
    };
    let searched = searches(&found.scenarios, &found.book, &policies, options.runs, options.seed, goes_on);
    if shows {
        complain("\r\x1b[K");
    }
    let searched = match searched {
        Ok(searched) => searched.unwrap_or_default(),
        Err(faults) => {
            diagnose(&faults, &found.sources);
            return Exit::BadInput;
        }
    };
    if searched.is_empty() {
        complain("nothing to search: no file here has `explore:`\n");
        return Exit::Nothing;
    }
    let text = markdown(&searched, &policies, &found.book, options.runs, options.seed);
    match &options.out {
        None => out(&text),
        Some(path) => {
            if let Err(why) = write(path, &text) {
                complain(&format!("cannot write {}: {}\n", path.display(), reason(&why)));
                return Exit::BadInput;
            }
        }
    }
    Exit::Fine
}

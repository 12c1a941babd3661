//! `mims-sim compare FILE`: candidate policies against a rehearsal's own policy, with common random numbers.

use super::Exit;
use super::files::{find, reason, write_into};
use super::terminal::{OutputFormat, complain, diagnose, out, tell};
use mims_sim::counted::counted;
use mims_sim::rehearsal::RehearsalPlan;
use mims_sim::rehearsal::study::comparison::comparison;
use mims_sim::rehearsal::study::counterfactuals::counterfactuals;
use mims_sim::rehearsal::study::sensitivity::grid_points;
use mims_sim::replay::library::Library;
use mims_sim::report::rehearsal::compare::{human, json};
use std::path::PathBuf;

/// What to compare.
#[derive(clap::Args)]
pub struct Options {
    /// A rehearsal file.
    file: PathBuf,
    /// Policies, instead of the candidates that the file names.
    #[arg(long, value_name = "POLICY", num_args = 1.., value_delimiter = ',')]
    candidates: Vec<String>,
    /// How many runs, instead of what the file says.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    runs: Option<u32>,
    /// The seed of all draws, instead of what the file says.
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
    /// A difference below this share of the base's mean counts as none, in per cent.
    #[arg(long, value_name = "PER CENT", default_value_t = 5.0, value_parser = percent)]
    margin: f64,
    /// Writes comparison.txt, comparison.json, and for each candidate the most telling people whose first morning is
    /// another than under the base, each as two scenarios, into this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// How results are written to standard output.
    #[arg(long, value_enum, default_value_t = OutputFormat::Human)]
    format: OutputFormat,
}

fn percent(text: &str) -> Result<f64, String> {
    let value = text.trim_end_matches('%').parse::<f64>().ok().filter(|value| (0.0..=100.0).contains(value));
    value.ok_or_else(|| "a number from 0 to 100".to_owned())
}

/// The most combinations of a sweep that are run.
const MOST: usize = 1000;

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
        complain("nothing to compare: this is no rehearsal\n");
        return Exit::Nothing;
    };
    if let Some(unknown) = found.unknown_policy(&options.candidates) {
        complain(&unknown);
        return Exit::BadInput;
    }
    let plan =
        RehearsalPlan { runs: options.runs.unwrap_or(plan.runs), seed: options.seed.unwrap_or(plan.seed), ..plan };
    let names = if options.candidates.is_empty() { &plan.candidates } else { &options.candidates };
    let others = found.candidates(&plan, names);
    let table = if plan.sweep.is_empty() { Vec::new() } else { grid_points(&plan.sweep) };
    if table.len() > MOST {
        complain(&format!("this sweep has {} combinations, and {MOST} are the most: try fewer values\n", table.len()));
        return Exit::BadInput;
    }
    if others.is_empty() && plan.doubt.is_empty() && table.is_empty() {
        complain(
            "nothing to compare: the file has no `candidates:`, `doubt:` or `sweep:`, and no --candidates are named\n",
        );
        return Exit::Nothing;
    }
    let comparison = comparison(&plan, &others, table, options.margin / 100.0, &|_| ());
    let (text, document) = (human(&comparison), json(&comparison));
    match options.format {
        OutputFormat::Human => tell(&text),
        OutputFormat::Json => out(&document),
    }
    let Some(folder) = &options.out else { return Exit::Fine };
    let files = [("comparison.txt".to_owned(), text), ("comparison.json".to_owned(), document)];
    let people = others.iter().flat_map(|other| told(&plan, other, &found.book));
    if let Err(why) = write_into(folder, files.into_iter().chain(people)) {
        complain(&format!("cannot write into {}: {}\n", folder.display(), reason(&why)));
        return Exit::BadInput;
    }
    Exit::Fine
}

/// The most telling people whom a candidate helps or harms, each as two scenarios: under the base and under the
/// candidate.
fn told(plan: &RehearsalPlan, other: &RehearsalPlan, book: &Library) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for flip in counterfactuals(plan, other, book) {
        let way = if flip.helped { "helped" } else { "harmed" };
        let (candidate, cause) = (&other.candidate.name, flip.cause.word());
        let who = format!("flips/{candidate}/{way}-{cause}");
        let count = counted(flip.of, "such person");
        let said = |under: &str| {
            format!("# {count} in the runs that were looked at: {way} by {candidate}, {cause}; here under {under}.\n")
        };
        files.push((format!("{who}-base.yaml"), said(&plan.candidate.name) + &flip.base.text));
        files.push((format!("{who}-candidate.yaml"), said(candidate) + &flip.candidate.text));
    }
    files
}

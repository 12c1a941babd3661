//! `mims-sim schema [WHICH]`: the JSON Schema of all files, for editors, or that of results, for programs.

use super::Exit;
use super::terminal::out;
use clap::ValueEnum;

/// Which schema.
#[derive(clap::Args)]
pub struct Options {
    /// Of the files that authors write, or of the results that `test` writes as JSON.
    #[arg(value_enum, default_value_t = Which::Files)]
    which: Which,
}

/// What there is a schema of.
#[derive(Clone, Copy, ValueEnum)]
enum Which {
    /// Scenarios, policies and properties.
    Files,
    /// The results of `test --format json`.
    Results,
}

/// Runs the verb.
pub fn run(options: &Options) -> Exit {
    let schema = match options.which {
        Which::Files => mims_sim::format::schema::all(),
        Which::Results => mims_sim::report::json::schema(),
    };
    out(&(serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"));
    Exit::Fine
}

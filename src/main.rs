//! The shell: arguments, files, stdout and stderr, exit codes.

mod cli;

use clap::{Parser, Subcommand};
use cli::EXIT_CODES;
use std::process::ExitCode;

/// Rehearses an identity rollout before the day.
#[derive(Parser)]
#[command(version, about, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Replays scenarios and judges them
    Test(cli::test::Options),
    /// Says why a row ended as it did
    Explain(cli::explain::Options),
}

fn main() -> ExitCode {
    let exit = match &Arguments::parse().verb {
        Verb::Test(options) => cli::test::run(options),
        Verb::Explain(options) => cli::explain::run(options),
    };
    ExitCode::from(exit as u8)
}

//! The program: arguments, and the exit code of the verb that they name.

mod cli;

use clap::{CommandFactory, Parser, Subcommand};
use cli::{EXIT_CODES, Exit};
use std::process::ExitCode;

/// Searches and rehearsals ask for memory in small pieces by the million, and from several threads.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rehearses an identity rollout before the day.
#[derive(Parser)]
#[command(version, about, after_help = EXIT_CODES, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Replays scenarios and judges them
    #[command(after_help = EXIT_CODES)]
    Test(cli::test::Options),
    /// Compares candidate policies on the same people with the same luck
    #[command(after_help = EXIT_CODES)]
    Compare(cli::compare::Options),
    /// Says why a row ended as it did
    Explain(cli::explain::Options),
    /// Searches for a schedule that breaks a property
    #[command(after_help = EXIT_CODES)]
    Explore(cli::explore::Options),
    /// Searches under each candidate policy: which findings it removes, leaves and adds
    #[command(after_help = EXIT_CODES)]
    Findings(cli::findings::Options),
    /// Steps through a scenario at the terminal, back and forth and other ways
    Play(cli::play::Options),
    /// Puts the shards of a rehearsal together
    #[command(after_help = EXIT_CODES)]
    Merge(cli::merge::Options),
    /// Rolls a policy out over a population, many times, and judges the gates
    #[command(after_help = EXIT_CODES)]
    Rehearse(cli::rehearse::Options),
    /// Checks files without running them
    Validate(cli::validate::Options),
    /// Holds the model against what was observed elsewhere
    Validation(cli::validation::Options),
    /// Writes a commented scenario to begin from
    Init(cli::init::Options),
    /// Lays files out in one way, with their comments
    Fmt(cli::fmt::Options),
    /// Prints the JSON Schema of all files, for editors, or of results
    Schema(cli::schema::Options),
    /// Prints what a shell completes
    Completions(cli::completions::Options),
    /// Writes man pages
    Man(cli::man::Options),
    /// Looks up acts, steps, keys, reasons, rules and clauses
    Words(cli::words::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ran = std::panic::catch_unwind(|| match &arguments.verb {
        Verb::Test(options) => cli::test::run(options),
        Verb::Compare(options) => cli::compare::run(options),
        Verb::Explain(options) => cli::explain::run(options),
        Verb::Explore(options) => cli::explore::run(options),
        Verb::Findings(options) => cli::findings::run(options),
        Verb::Play(options) => cli::play::run(options),
        Verb::Merge(options) => cli::merge::run(options),
        Verb::Rehearse(options) => cli::rehearse::run(options),
        Verb::Validate(options) => cli::validate::run(options),
        Verb::Validation(options) => cli::validation::run(options),
        Verb::Init(options) => cli::init::run(options),
        Verb::Fmt(options) => cli::fmt::run(options),
        Verb::Schema(options) => cli::schema::run(options),
        Verb::Completions(options) => cli::completions::run(options, Arguments::command()),
        Verb::Man(options) => cli::man::run(options, Arguments::command()),
        Verb::Words(options) => cli::words::run(options),
    });
    let exit = ran.unwrap_or_else(|_| {
        cli::terminal::complain("mims-sim: this is a fault of the tool itself; please report it with the input\n");
        Exit::Internal
    });
    ExitCode::from(exit as u8)
}

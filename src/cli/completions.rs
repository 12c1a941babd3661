//! `mims-sim completions SHELL`: what a shell completes, from the same definitions as the arguments.

use super::Exit;
use super::terminal::out;
use clap::ValueEnum;
use clap_complete::{Shell, generate};

/// For which shell.
#[derive(clap::Args)]
pub struct Options {
    /// The shell; its own documentation says where completions belong.
    #[arg(value_enum)]
    shell: For,
}

/// The shells that are tested.
#[derive(Clone, Copy, ValueEnum)]
enum For {
    Bash,
    Zsh,
    Fish,
}

/// Runs the verb.
pub fn run(options: &Options, mut command: clap::Command) -> Exit {
    let shell = match options.shell {
        For::Bash => Shell::Bash,
        For::Zsh => Shell::Zsh,
        For::Fish => Shell::Fish,
    };
    let mut script = Vec::new();
    generate(shell, &mut command, "mims-sim", &mut script);
    out(&String::from_utf8_lossy(&script));
    Exit::Fine
}

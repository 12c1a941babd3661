//! Standard output and error: colour where a person looks, and no complaint where a pipe was closed.

use mims_sim::diagnostic::{Diagnostic, Sources, Style, render};
use std::io::{IsTerminal, Write};

/// Whether standard output is to be coloured.
pub fn colour() -> bool {
    std::io::stdout().is_terminal() && asked_for()
}

/// `NO_COLOR` set to anything but nothing turns colour off (no-color.org).
fn asked_for() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Results go to standard output; a reader that has gone away is no fault.
pub fn out(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// What went wrong goes to standard error.
pub fn complain(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// All that is wrong with the input, and how much that is.
pub fn diagnose(faults: &[Diagnostic], sources: &Sources) {
    let style = if std::io::stderr().is_terminal() && asked_for() { Style::Colour } else { Style::Plain };
    complain(&render(faults, sources, style));
    let count = faults.len();
    complain(&format!("\n{count} {}; nothing was run\n", if count == 1 { "error" } else { "errors" }));
}

//! Standard output and error: colour where a person looks, and no complaint where a pipe was closed.

use mims_sim::diagnostic::{Diagnostic, Sources, Style, render};
use mims_sim::format::check::MAX_FINDINGS;
use std::io::{IsTerminal, Write};

/// Whether standard output is to be coloured.
pub fn colour() -> bool {
    std::io::stdout().is_terminal() && asked_for()
}

/// `NO_COLOR` set to anything but nothing turns colour off (no-color.org).
fn asked_for() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|value| value != "dumb")
}

/// Results go to standard output; a reader that has gone away is no fault, a full disk is.
pub fn out(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    if let Err(why) = written
        && why.kind() != std::io::ErrorKind::BrokenPipe
    {
        complain(&format!("cannot write results: {}\n", super::files::reason(&why)));
        std::process::exit(super::Exit::Internal as i32);
    }
}

/// What went wrong goes to standard error.
pub fn complain(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// All that is wrong with the input, and how much that is.
pub fn diagnose(faults: &[Diagnostic], sources: &Sources) {
    refuse(faults, sources, "nothing was run");
}

/// All that is wrong with the input, how much that is, and what did not come of it.
pub fn refuse(faults: &[Diagnostic], sources: &Sources, so: &str) {
    let style = if std::io::stderr().is_terminal() && asked_for() { Style::Colour } else { Style::Plain };
    complain(&render(faults, sources, style));
    let count = match faults.len() {
        1 => "1 error".to_owned(),
        count if count >= MAX_FINDINGS => format!("{count} errors, and there may be more"),
        count => format!("{count} errors"),
    };
    complain(&format!("\n{count}; {so}\n"));
}

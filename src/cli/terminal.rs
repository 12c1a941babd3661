//! Standard output and standard error: wrapped to the width of a terminal, coloured on a terminal, and silent about a
//! closed pipe.

use super::Exit;
use clap::ValueEnum;
use mims_sim::counted::counted;
use mims_sim::diagnostic::{Diagnostic, Sources, Style, render_within};
use mims_sim::format::check::MAX_FINDINGS;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Narrower than this nothing is broken into lines.
const NARROWEST: usize = 20;

/// How a rehearsal or a comparison is written to standard output.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// Text for a person.
    Human,
    /// The JSON document.
    Json,
}

/// Whether standard output is to be coloured.
pub fn colour() -> bool {
    std::io::stdout().is_terminal() && asked_for()
}

/// How wide standard output is, where that is known.
pub fn columns() -> Option<usize> {
    width(terminal_size::terminal_size())
}

/// How many lines the terminal of standard output has, where that is known.
pub fn rows() -> Option<usize> {
    terminal_size::terminal_size().map(|(_, rows)| usize::from(rows.0))
}

/// Whether marks of the terminal's own are wanted: `NO_COLOR` set to anything but nothing turns colour off
/// (no-color.org).
pub fn asked_for() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|value| value != "dumb")
}

/// `COLUMNS`, or the width of the terminal; a pipe has none, and its lines stay as they are.
fn width(size: Option<(terminal_size::Width, terminal_size::Height)>) -> Option<usize> {
    let said = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let width = said.or_else(|| size.map(|(width, _)| usize::from(width.0)));
    width.map(|width| width.max(NARROWEST))
}

/// Whether whoever read standard output has gone away.
pub fn gone() -> bool {
    GONE.load(Ordering::Relaxed)
}

static GONE: AtomicBool = AtomicBool::new(false);

/// Results go to standard output; a reader that has gone away is no fault, a full disk is.
pub fn out(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    if let Err(why) = written {
        if why.kind() == std::io::ErrorKind::BrokenPipe {
            GONE.store(true, Ordering::Relaxed);
            return;
        }
        complain(&format!("cannot write results: {}\n", super::files::reason(&why)));
        std::process::exit(super::Exit::Internal as i32);
    }
}

/// Results for a person: lines that are too wide for the terminal go on further in, and what they begin with is set off
/// by colour.
pub fn tell(text: &str) {
    let wide = columns();
    let text = wide.map_or_else(|| text.to_owned(), |width| wrapped(text, width));
    if !colour() {
        return out(&text);
    }
    let painted = text.lines().map(|line| {
        let code = match line.trim_start() {
            head if line.starts_with("Step ") || line.starts_with("policy ") => Some(("1", head)),
            said if said.starts_with("refused: ") => Some(("31", said)),
            aside if aside.starts_with("before: ") || aside.starts_with('#') => Some(("2", aside)),
            _ => None,
        };
        match code {
            Some((code, body)) => {
                let indent = line.get(..line.len() - body.len()).unwrap_or_default();
                format!("{indent}\u{1b}[{code}m{body}\u{1b}[0m\n")
            }
            None => format!("{line}\n"),
        }
    });
    out(&painted.collect::<String>());
}

/// Lines broken at spaces, so that none is wider, if it can be; what follows stands further in than how it began.
pub fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        if bare(line) <= width {
            out += line;
            out.push('\n');
            continue;
        }
        let body = line.trim_start();
        let own = line.len() - body.len();
        let hang = (own + 2).min(width / 3);
        let mut used = own.min(width / 3);
        out += &" ".repeat(used);
        let mut begins = true;
        for word in body.split(' ') {
            let long = bare(word);
            if begins && word.is_empty() {
                continue;
            }
            if !begins && used + 1 + long > width {
                out = out.trim_end().to_owned() + "\n";
                out += &" ".repeat(hang);
                used = hang;
                begins = true;
                if word.is_empty() {
                    continue;
                }
            }
            if !begins {
                out.push(' ');
                used += 1;
            }
            out += word;
            used += long;
            begins = false;
        }
        out.push('\n');
    }
    out
}

/// How many characters are seen of a text, its colours left out.
fn bare(text: &str) -> usize {
    let mut count = 0;
    let mut escape = false;
    for c in text.chars() {
        match (c, escape) {
            ('\u{1b}', _) => escape = true,
            ('m', true) => escape = false,
            (_, true) => {}
            _ => count += 1,
        }
    }
    count
}

/// What went wrong goes to standard error, in lines that fit; what is drawn over and over in one line stays as it is.
pub fn complain(text: &str) {
    let wide = width(terminal_size::terminal_size_of(std::io::stderr()));
    match wide.filter(|_| text.ends_with('\n') && !text.contains('\r')) {
        Some(width) => as_it_is(&wrapped(text, width)),
        None => as_it_is(text),
    }
}

fn as_it_is(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// All that is wrong with the input, and how much that is.
pub fn diagnose(faults: &[Diagnostic], sources: &Sources) {
    refuse(faults, sources, "nothing was run");
}

/// All that is wrong with the input, how much that is, and what did not come of it.
pub fn refuse(faults: &[Diagnostic], sources: &Sources, so: &str) {
    let style = if std::io::stderr().is_terminal() && asked_for() { Style::Colour } else { Style::Plain };
    let wide = width(terminal_size::terminal_size_of(std::io::stderr()));
    let text = render_within(faults, sources, style, wide);
    // The lines that show the file stay whole: their marks point straight up.
    let fit = |line: &str| match wide {
        Some(width) if !line.contains('|') => wrapped(line, width),
        _ => format!("{line}\n"),
    };
    as_it_is(&text.lines().map(fit).collect::<String>());
    let count = match faults.len() {
        count if count >= MAX_FINDINGS => format!("{count} errors, and there may be more"),
        count => counted(count, "error"),
    };
    complain(&format!("\n{count}; {so}\n"));
}

/// A flag that an interrupt raises, for long work to end and keep what it has. A second interrupt ends the tool at
/// once.
pub fn interrupts() -> Arc<AtomicBool> {
    let told = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&told);
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(Exit::Incomplete as i32);
        }
    });
    told
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_go_on_further_in() {
        let text = "short\n\n    a line that is far too wide for so few\naverylongwordwithoutanyspaceatall and on\n";
        let said = wrapped(text, 20);
        let lines = ["short\n", "    a line that is", "      far too wide", "      for so few"];
        assert_eq!(said, lines.join("\n") + "\naverylongwordwithoutanyspaceatall\n  and on\n");
        assert_eq!(wrapped(&said, 40), said, "what fits stays");
        assert_eq!(wrapped("\u{1b}[31mfour words in red\u{1b}[0m", 20), "\u{1b}[31mfour words in red\u{1b}[0m\n");
    }
}

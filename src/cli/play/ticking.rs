//! A live status line: codes follow the real clock in the first line of the terminal while it waits for input.
//!
//! Promises that what is typed stays as it is: the first line is kept out of what scrolls, and the cursor goes back to
//! where it was. The terminal is given back whole, after an interrupt too. Deliberately reads no key.

use crate::cli::terminal::{asked_for, columns, out, rows};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::Scope;
use std::time::Duration;

/// A terminal with fewer lines has none to spare.
const FEWEST: usize = 8;
/// How long a line stands before it is drawn again, in milliseconds.
const BEAT: u64 = 250;
/// Keeps the cursor, and puts it back.
const KEEP: &str = "\u{1b}7";
const BACK: &str = "\u{1b}8";
/// All lines scroll again, and the first is empty.
const WHOLE: &str = "\u{1b}7\u{1b}[r\u{1b}[1;1H\u{1b}[2K\u{1b}8";

/// The first line of the terminal.
#[derive(Default)]
pub struct Ticking {
    /// How many lines the terminal had when the first of them was kept out of what scrolls.
    kept: Option<usize>,
}

impl Ticking {
    /// Draws what `line` says, again whenever that changes, until what is returned is dropped; nothing where the
    /// terminal has no line to spare, or nobody wants to see it move.
    pub fn begin<'s, 'e>(
        &mut self,
        scope: &'s Scope<'s, 'e>,
        mut line: impl FnMut() -> Option<String> + Send + 's,
    ) -> Option<Sender<()>> {
        let lines = rows().filter(|lines| *lines >= FEWEST && asked_for())?;
        let first = line()?;
        if self.kept != Some(lines) {
            // What stands in the first line moves up, into what was.
            let room = if self.kept.is_none() { "\u{1b}[S\u{1b}[A" } else { "" };
            out(&format!("{room}{KEEP}\u{1b}[2;{lines}r{BACK}"));
            if self.kept.is_none() {
                give_back_when_interrupted();
            }
            self.kept = Some(lines);
        }
        draw(&first);
        let (stop, stopped) = channel();
        scope.spawn(move || {
            let mut last = first;
            while stopped.recv_timeout(Duration::from_millis(BEAT)) == Err(RecvTimeoutError::Timeout) {
                if let Some(now) = line().filter(|now| *now != last) {
                    draw(&now);
                    last = now;
                }
            }
        });
        Some(stop)
    }

    /// Gives the first line back.
    pub fn end(&mut self) {
        if self.kept.take().is_some() {
            out(WHOLE);
        }
    }
}

/// One line at the top, as far as it fits.
fn draw(line: &str) {
    let fits: String = line.chars().take(columns().unwrap_or(usize::MAX)).collect();
    out(&format!("{KEEP}\u{1b}[1;1H\u{1b}[2K\u{1b}[7m{fits}\u{1b}[0m{BACK}"));
}

fn give_back_when_interrupted() {
    let _ = ctrlc::set_handler(|| {
        out(WHOLE);
        // As a shell counts an interrupt.
        std::process::exit(130);
    });
}

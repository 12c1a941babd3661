//! An interactive session with one file: reads a line, runs it, and shows the result.
//!
//! Promises that a row which is refused changes nothing. Deliberately knows no rule: it only runs texts.

use super::branch::Branch;
use super::clock::{days, next_on, wall};
use super::qr;
use super::ticking::Ticking;
use super::typed::{PromptInput, TypedRow, read as read_line};
use crate::cli::files::{begin, reason};
use crate::cli::init::schema;
use crate::cli::terminal::{colour, columns, complain, gone, out, refuse, tell};
use mims_sim::diagnostic::{Diagnostic, SourceFile, Sources};
use mims_sim::format::formatter::layout;
use mims_sim::format::load::{FileContents, LoadedFile, ScenarioCase, read};
use mims_sim::format::reference::lookup;
use mims_sim::format::yaml;
use mims_sim::kernel::time::parse_date;
use mims_sim::kernel::{Span, Time};
use mims_sim::property::PropertyVerdict;
use mims_sim::replay::device_codes::{DeviceCodes, Shown};
use mims_sim::replay::library::Library;
use mims_sim::replay::{ScenarioPlan, Verdict, plan};
use std::path::Path;

/// What can be typed.
const HELP: &str = "\
Enter, next [N]    play the next row of the file, or N of them
back [N]           take a row back, or N of them
asha sign-in       go another way from here: a person, an act, and keys, as in
                   `asha sign-in account: reception, via: google`;
                   or a row as it stands in a file, `{who: asha, do: sign-in}`
asha enter-code 123456
                   the code that a phone outside shows (also test-token)
{day: Wed 2023-09-27}
                   another day
codes, qr          what every device shows now; the QR codes on screens
why                the last row in full: messages, decisions, clauses
rows               what is played so far
save FILE          write the branch as a scenario of its own
words WORD         look an act, a key or a clause up
quit
";

/// What the rows so far have come to.
pub struct Ran {
    plan: ScenarioPlan,
    case: ScenarioCase,
    text: String,
    verdict: Verdict,
    table: DeviceCodes,
    /// When the last row ended, or began to wait.
    end: Time,
}

/// A file at the terminal.
pub struct PlaySession<'f> {
    /// The file.
    pub file: &'f Path,
    /// What it is called.
    pub title: String,
    /// Policies and properties by name.
    pub book: &'f Library,
    /// The policy that stands in for its own.
    pub policy: Option<&'f str>,
    /// The case that is played.
    pub case: Option<String>,
    /// The clock goes with the real one.
    pub now: bool,
    /// What is played.
    pub branch: Branch,
    /// What that came to.
    pub ran: Option<Ran>,
    /// Nothing would be lost.
    pub saved: bool,
    /// The first line of the terminal.
    pub ticking: Ticking,
}

impl PlaySession<'_> {
    /// Reads and does line by line, until there is no more.
    pub fn listen(&mut self) {
        loop {
            out(&self.prompt());
            let mut line = String::new();
            let read = self.wait(&mut line);
            if gone() || !read.is_ok_and(|count| count > 0) {
                out("\n");
                break;
            }
            match read_line(&line) {
                Err(why) => complain(&format!("{why}\n")),
                Ok(PromptInput::Quit) => break,
                Ok(typed) => self.obey(typed),
            }
        }
        self.ticking.end();
        if !self.saved {
            out("the branch was not saved\n");
        }
    }

    /// Waits for a line; with the real clock, codes go on changing meanwhile.
    fn wait(&mut self, line: &mut String) -> std::io::Result<usize> {
        let table = self.ran.as_ref().filter(|_| self.now).map(|ran| (ran.table.clone(), ran.end));
        let ticking = &mut self.ticking;
        std::thread::scope(|scope| {
            let told = table.and_then(|(mut table, end)| {
                ticking.begin(scope, move || {
                    let shown = table.shown(next_on(end, wall()));
                    let codes: Vec<String> = shown.iter().map(brief).collect();
                    (!codes.is_empty()).then(|| codes.join("  "))
                })
            });
            let read = std::io::stdin().read_line(line);
            drop(told);
            read
        })
    }

    fn prompt(&self) -> String {
        let others = match self.branch.others() {
            0 => String::new(),
            count => format!("+{count}"),
        };
        let at = self.ran.as_ref().map_or_else(String::new, |ran| format!(", {}", ran.end));
        format!("\n[{}{others}/{}{at}] ", self.branch.played(), self.branch.all())
    }

    fn obey(&mut self, typed: PromptInput) {
        match typed {
            PromptInput::Next(count) => self.next(count),
            PromptInput::Back(count) => self.back(count),
            PromptInput::Row(row) => self.other(row),
            PromptInput::Codes => self.codes(|_| true),
            PromptInput::Qr if self.screens() == 0 => {
                complain("no QR code is on a screen; `asha open-enrolment` shows one\n")
            }
            PromptInput::Qr => {}
            PromptInput::Why => match &self.ran {
                Some(ran) => tell(&ran.whole()),
                None => complain("nothing has happened yet\n"),
            },
            PromptInput::Rows => out(&self.branch.lines().iter().map(|line| format!("  {line}\n")).collect::<String>()),
            PromptInput::Save(name) => self.save(Path::new(&name)),
            PromptInput::Words(word) => match lookup(&word) {
                Ok(text) => tell(&text),
                Err(near) => {
                    let near = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
                    complain(&format!("no word `{word}`{near}\n"));
                }
            },
            PromptInput::Help => out(HELP),
            PromptInput::Quit => {}
        }
    }

    fn next(&mut self, count: usize) {
        for _ in 0..count {
            let mut branch = self.branch.clone();
            if !branch.next() {
                complain(if self.branch.left() {
                    "this is another way than the file's; `back` leads to where it was left\n"
                } else {
                    "the file has no more rows\n"
                });
                return;
            }
            if !self.go(branch) {
                return;
            }
        }
    }

    fn back(&mut self, count: usize) {
        for _ in 0..count {
            if !self.branch.back() {
                break;
            }
        }
        self.ran = None;
        if self.branch.played() + self.branch.others() == 0 {
            return out("this is the beginning\n");
        }
        match self.attempt(&self.branch) {
            Ok(ran) => {
                out(&format!("back after this row:\n{}", ran.told()));
                self.ran = Some(ran);
            }
            Err((faults, sources)) => refuse(&faults, &sources, "this is a fault of the tool"),
        }
    }

    /// Goes another way.
    fn other(&mut self, row: TypedRow) {
        match self.complete(row) {
            Err(why) => complain(&format!("{why}\n")),
            Ok(rows) => {
                let mut branch = self.branch.clone();
                let day = rows.iter().all(TypedRow::is_day);
                branch.push(rows);
                if day {
                    self.branch = branch;
                } else if self.go(branch) {
                    self.saved = false;
                }
            }
        }
    }

    /// Plays a branch, tells its last row, and stays there; `false` where its last row cannot be.
    fn go(&mut self, branch: Branch) -> bool {
        let ran = match self.attempt(&branch) {
            Ok(ran) => ran,
            Err((faults, sources)) => {
                refuse(&faults, &sources, "the row is left out");
                return false;
            }
        };
        let before: Vec<&str> = self.ran.iter().flat_map(Ran::violated).collect();
        let news: Vec<String> = ran
            .violated()
            .filter(|name| !before.contains(name))
            .map(|name| format!("  now violated: {name}\n"))
            .collect();
        let mut text = ran.told() + &news.concat();
        // What a row of the file says of itself; a row that was typed says nothing yet.
        if branch.others() == 0 {
            let last = ran.plan.steps().checked_sub(1);
            let wrong = ran.verdict.failures.iter().filter(|failure| failure.row.is_some() && failure.row == last);
            text.extend(wrong.map(|failure| format!("  {}\n", failure.said)));
        }
        tell(&text);
        self.branch = branch;
        self.ran = Some(ran);
        self.screens();
        let who = self.branch.actor();
        self.codes(|shown| who.as_deref() == Some(shown.person.as_str()));
        true
    }

    /// Runs a branch from its beginning.
    fn attempt(&self, branch: &Branch) -> Result<Ran, (Vec<Diagnostic>, Sources)> {
        let name = format!("{} (as played)", self.file.display());
        let text = branch.text();
        let sources = || Sources::from([(name.clone(), SourceFile::from_bytes(&name, text.as_bytes()))]);
        let ran = || {
            let loaded = read(&name, text.as_bytes())?;
            let case = self.own(&loaded).ok_or_else(Vec::new)?;
            let plan = plan(&loaded, &case, self.book, self.policy)?;
            let ends = |verdict: &Verdict| {
                let ended = verdict.ended.iter().flatten().map(|(time, _)| *time);
                ended.chain(verdict.began.iter().flatten().copied()).max().unwrap_or_default()
            };
            let days = match self.now {
                false => 0,
                true => days(ends(&plan.run_symbolic()?), wall()),
            };
            let (verdict, table) = plan.run_to_table(days)?;
            let end = ends(&verdict);
            Ok(Ran { plan, case, text: text.clone(), verdict, table, end })
        };
        ran().map_err(|faults| (faults, sources()))
    }

    /// The case that is played.
    fn own(&self, loaded: &LoadedFile) -> Option<ScenarioCase> {
        let FileContents::Scenario(cases) = &loaded.contents else { return None };
        cases.iter().find(|case| case.name == self.case).cloned()
    }

    /// The time of what is done next.
    fn time(&self) -> Option<Time> {
        let end = self.ran.as_ref().map(|ran| ran.end);
        if !self.now {
            return end.map(|end| end.plus(Span(5_000)));
        }
        let first = || self.branch.day().and_then(|day| parse_date(&day).ok()).map(|day| Time::at(day, 0));
        end.or_else(first).map(|end| next_on(end, wall()))
    }

    /// A row with what it leaves out: when, on which day, and whether the code that was typed is one.
    fn complete(&self, mut row: TypedRow) -> Result<Vec<TypedRow>, String> {
        if row.is_day() {
            return Ok(vec![row]);
        }
        let mut rows = Vec::new();
        let Some(day) = self.branch.day() else {
            return Err("no day is set: say one first, as in `{day: Wed 2023-09-27}`".to_owned());
        };
        let mut say = |day: String| rows.push(TypedRow { keys: vec![("day".to_owned(), day)], code: None });
        let time = self.time();
        if row.get("at").is_none() {
            match time.filter(|_| self.now) {
                Some(time) => {
                    let date = time.date();
                    if self.branch.lines().is_empty() || parse_date(&day) != Ok(date) {
                        say(format!("{} {}", date.weekday(), date.iso()));
                    }
                    row.begin(&time.clock());
                }
                None if self.branch.begun() => row.begin("+5s"),
                None => {
                    if self.branch.lines().is_empty() {
                        say(day);
                    }
                    row.begin("09:00");
                }
            }
        } else if self.branch.lines().is_empty() {
            say(day);
        }
        let code = row.code.take();
        rows.push(row);
        match code {
            Some(code) => self.with_code(rows, &code),
            None => Ok(rows),
        }
    }

    /// A code from outside, in the last of these rows: what is typed is what is judged, when the row comes to it.
    fn with_code(&self, mut rows: Vec<TypedRow>, code: &str) -> Result<Vec<TypedRow>, String> {
        let Some(ran) = &self.ran else { return Err("no token is enrolled yet".to_owned()) };
        let mut branch = self.branch.clone();
        branch.push(rows.clone());
        // A row that cannot be is told of when it is played.
        let (Ok(judged), Some(row)) = (self.attempt(&branch), rows.last_mut()) else { return Ok(rows) };
        let who = row.get("who").unwrap_or_default().to_owned();
        let account = row.get("account").map(str::to_owned).or_else(|| self.branch.last_of(&who, "account"));
        let account = account.unwrap_or_else(|| who.clone());
        let oldest = row.get("profile") == Some("oldest");
        let (at, clock) = (judged.end, judged.end.clock());
        let mut table = ran.table.clone();
        match table.steps(&who, &account, oldest, code, at) {
            Some(0) => out(&format!("{code} is the code of {account} at {clock}\n")),
            Some(steps) => {
                let (word, when) = if steps < 0 { ("earlier", "before") } else { ("later", "after") };
                out(&format!("{code} is the code of {account} one time step {when} that of {clock}\n"));
                row.set("typed", word);
            }
            None if table.fits(&account, code, at) => {
                return Err(format!(
                    "{code} is a code of {account} at {clock}, and {who} has nothing here that shows it: a phone \
                     outside scanned a QR code that {who} did not; `{who} scan-qr` while it is on the screen"
                ));
            }
            None => {
                out(&format!("{code} is no code of {account} at {clock}\n"));
                row.set("typed", "wrong");
            }
        }
        Ok(rows)
    }

    /// The codes that devices show now.
    fn codes(&mut self, wanted: impl Fn(&Shown) -> bool) {
        let time = if self.now { self.time() } else { self.ran.as_ref().map(|ran| ran.end) };
        let (Some(ran), Some(time)) = (&mut self.ran, time) else { return complain("nothing has happened yet\n") };
        for shown in ran.table.shown(time).iter().filter(|shown| wanted(shown)) {
            let (person, account, device) = (&shown.person, &shown.account, shown.device);
            let left = (shown.left.0 + 999) / 1000;
            out(&format!(
                "  code at {}: {}  {account}, {device} of {person}, {left} s left\n",
                time.clock(),
                shown.code
            ));
        }
    }

    /// Shows the QR codes on screens; how many there are.
    fn screens(&self) -> usize {
        let screens = self.ran.as_ref().map(|ran| ran.table.screens.as_slice()).unwrap_or_default();
        for screen in screens {
            out(&format!("\non the screen of {}, for {}:\n", screen.at, screen.account));
            match qr::lines(&screen.text, colour()) {
                Some((lines, wide)) if columns().is_none_or(|columns| wide <= columns) => {
                    out(&(lines.join("\n") + "\n"))
                }
                Some((_, wide)) => out(&format!("(a QR code is {wide} columns wide, and here are fewer)\n")),
                None => {}
            }
            out(&format!("{}\n", screen.text));
        }
        screens.len()
    }

    fn save(&mut self, path: &Path) {
        let name = path.display();
        if self.branch.others() == 0 {
            return complain("nothing to save: this is the file itself; type a row first\n");
        }
        if !path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            return complain(&format!("{name} does not end in .yaml, so that `mims-sim test` would not find it\n"));
        }
        let Some(ran) = &self.ran else { return };
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let title = format!("{}, another way: {stem}", self.title);
        let text = self.branch.saved(&ran.verdict, &ran.case.tree, &title, schema(path).as_deref());
        let laid = yaml::parse(&name.to_string(), text.as_bytes()).ok().and_then(|(_, tree)| layout(&text, &tree));
        let text = laid.unwrap_or(text);
        if let Some(why) = self.unlike(&name.to_string(), &text) {
            return complain(&format!("not written: {why}\n"));
        }
        match begin(path, &text) {
            Ok(()) => {
                self.saved = true;
                out(&format!("written to {name}; `mims-sim test {name}` replays it\n"));
            }
            Err(why) if why.kind() == std::io::ErrorKind::AlreadyExists => {
                complain(&format!("cannot write {name}: it is there already, and is left as it is\n"));
            }
            Err(why) => complain(&format!("cannot write {name}: {}\n", reason(&why))),
        }
    }

    /// Why a text is no scenario that passes; `None` where it is one.
    fn unlike(&self, name: &str, text: &str) -> Option<String> {
        let said = |faults: Vec<Diagnostic>| faults.first().map_or_else(String::new, |fault| fault.title.clone());
        let ran = || {
            let loaded = read(name, text.as_bytes())?;
            let case = self.own(&loaded).ok_or_else(Vec::new)?;
            plan(&loaded, &case, self.book, self.policy)?.run()
        };
        match ran() {
            Err(faults) => Some(said(faults)),
            Ok(verdict) => verdict.failures.iter().find(|failure| !failure.pending).map(|failure| failure.said.clone()),
        }
    }
}

/// A code in a few words, for a line that has to hold all.
fn brief(shown: &Shown) -> String {
    let left = (shown.left.0 + 999) / 1000;
    format!("{} {} of {} {left:>2} s", shown.code, shown.account, shown.person)
}

impl Ran {
    /// The last row in a few lines.
    fn told(&self) -> String {
        let last = self.plan.steps().saturating_sub(1);
        self.plan.told(&self.verdict, last)
    }

    /// The last row in full.
    fn whole(&self) -> String {
        let last = self.plan.steps().saturating_sub(1);
        let told = self.plan.walk(&self.verdict, &self.text, &[last]);
        told.split_once("\n\n").map_or(told.as_str(), |(_, step)| step).to_owned()
    }

    fn violated(&self) -> impl Iterator<Item = &str> {
        let violated =
            self.verdict.properties.iter().filter(|judged| judged.judgement.verdict == PropertyVerdict::Violated);
        violated.map(|judged| judged.name.as_str())
    }
}

//! The rows that a search may put into a schedule: every row that the block `explore` allows, without a time, each
//! once.
//!
//! Promises that random and exhaustive search try the same rows. Deliberately draws nothing.

use crate::act::{ActKind, Leaving, Typing, Via};
use crate::format::rows::{Address, AddressIs, EventIs, FaultIs, OfIs, PartyIs, Row, ServerIs, TileIs};
use crate::format::scenario::{ExploreIs, Scenario};
use crate::kernel::time::parse_instant;
use crate::kernel::{Date, Span, Time};
use crate::policy::request::Topic;

/// Rows of a schedule, unless the file says otherwise.
const ROWS: u32 = 12;

/// More rows than these are not told apart by a move of the search.
const MOST: usize = 60_000;

/// How long each fault is in force, and by how much it slows mail or sets a clock.
pub const FAULT_FOR: Span = Span(4 * 3_600_000);
const SLOW_BY: &str = "3m";
const CLOCK_BY: &str = "+3m";

/// One row of a schedule: when, and what without its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledRow {
    /// When it begins.
    pub at: Time,
    /// What it is.
    pub row: Row,
}

/// Rows of one kind: an act, what goes wrong, or an account that comes into being.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateKind {
    /// They are faults, of which a schedule has only so many.
    pub wrong: bool,
    /// The places of its rows among the options.
    pub options: std::ops::Range<usize>,
}

/// The rows that may be tried, and the bounds of a schedule.
#[derive(Clone, Debug)]
pub struct CandidateRows {
    people: Vec<String>,
    everyone: Vec<String>,
    accounts: Vec<String>,
    generic: Vec<String>,
    /// Every row that may be tried, without a time.
    pub options: Vec<Row>,
    /// The options by kind.
    pub kinds: Vec<CandidateKind>,
    /// The first instant of a schedule.
    pub from: Time,
    /// The last.
    pub to: Time,
    /// The most rows of a schedule.
    pub rows: u32,
    /// The most of them that go wrong.
    pub most_faults: u8,
}

/// A key of the block, what is wrong with it, and what to do.
pub type BlockFault = (&'static str, String, String);

/// The names that a key of the block picks; all of them where it says none.
fn pick(key: &'static str, said: &[String], of: &[String]) -> Result<Vec<String>, BlockFault> {
    if let Some(unknown) = said.iter().find(|name| !of.contains(name)) {
        let known: Vec<&str> = of.iter().map(String::as_str).collect();
        let help = crate::replay::library::suggest(unknown, &known);
        return Err((key, format!("nobody and nothing here is called `{unknown}`"), help));
    }
    Ok(if said.is_empty() { of.to_vec() } else { said.to_vec() })
}

impl CandidateRows {
    /// The rows that a block allows.
    ///
    /// # Errors
    /// A name that nobody has, a span that ends before it begins, or more rows than can be told apart.
    pub fn new(scenario: &Scenario, block: &ExploreIs) -> Result<CandidateRows, BlockFault> {
        let given = &scenario.given;
        let everyone: Vec<String> = given.people.keys().cloned().collect();
        let generic: Vec<String> = given.generic_accounts.keys().cloned().collect();
        let all: Vec<String> = everyone.iter().chain(&generic).cloned().collect();
        let instant = |text: &str| parse_instant(text).unwrap_or_default();
        let (from, to) = (instant(&block.from), instant(&block.to));
        if to <= from {
            return Err(("to", "the span ends before it begins".to_owned(), "say a later `to:`".to_owned()));
        }
        let mut space = CandidateRows {
            people: pick("people", &block.people, &everyone)?,
            accounts: pick("accounts", &block.accounts, &all)?,
            everyone,
            generic,
            options: Vec::new(),
            kinds: Vec::new(),
            from,
            to,
            rows: block.rows.unwrap_or(ROWS),
            most_faults: if block.faults.is_empty() { 0 } else { block.most_faults.unwrap_or(1) },
        };
        for (at, act) in block.acts.iter().copied().enumerate() {
            if !block.acts.iter().take(at).any(|before| *before == act) {
                let rows = space.people.iter().flat_map(|who| space.of(act, who)).collect();
                space.add(false, rows);
            }
        }
        space.add(false, space.made(scenario));
        space.add(true, block.faults.iter().flat_map(|fault| space.wrong(*fault)).collect());
        if space.options.len() > MOST {
            let title = format!("{} different rows may be tried, more than {MOST}", space.options.len());
            return Err(("acts", title, "name fewer acts, people or accounts".to_owned()));
        }
        Ok(space)
    }

    /// Adds the rows of one kind, where there are any.
    fn add(&mut self, wrong: bool, rows: Vec<Row>) {
        let before = self.options.len();
        self.options.extend(rows);
        if self.options.len() > before {
            self.kinds.push(CandidateKind { wrong, options: before..self.options.len() });
        }
    }

    /// An account that is new comes into being at some time, too.
    fn made(&self, scenario: &Scenario) -> Vec<Row> {
        let given = &scenario.given;
        let new_people = given.people.iter().filter(|(_, is)| is.new == Some(true)).map(|(name, _)| name);
        let new_shared = given.generic_accounts.iter().filter(|(_, is)| is.new == Some(true)).map(|(name, _)| name);
        let made =
            |name: &String| Row { event: Some(EventIs::AccountCreated), account: Some(name.clone()), ..Row::default() };
        new_people.chain(new_shared).filter(|name| self.accounts.contains(name)).map(made).collect()
    }

    /// Every row of an act by a person.
    fn of(&self, act: ActKind, who: &str) -> Vec<Row> {
        let mut rows = vec![Row { who: Some(who.to_owned()), r#do: Some(act), ..Row::default() }];
        let shared = matches!(act, ActKind::Join | ActKind::Leave | ActKind::Offboard);
        for key in act.takes() {
            let needed = act.needs().contains(key);
            rows = rows.into_iter().flat_map(|row| self.with_key(key, needed, shared, who, &row)).collect();
        }
        rows
    }

    /// The row with each value that a key may have.
    fn with_key(&self, key: &str, needed: bool, shared: bool, who: &str, row: &Row) -> Vec<Row> {
        let each = |values: Vec<Option<String>>, set: &dyn Fn(&mut Row, Option<String>)| -> Vec<Row> {
            let set_one = |value| {
                let mut row = row.clone();
                set(&mut row, value);
                row
            };
            values.into_iter().map(set_one).collect()
        };
        let somebody = || self.everyone.iter().filter(|name| *name != who).cloned().map(Some).collect::<Vec<_>>();
        macro_rules! words {
            ($type:ident, $field:ident) => {
                $type::ALL.iter().map(|v| Row { $field: Some(*v), ..row.clone() }).collect()
            };
        }
        match key {
            "account" => {
                let accounts = if shared { &self.generic } else { &self.accounts };
                let named = accounts.iter().filter(|name| *name != who || needed).cloned().map(Some);
                let own = !shared && !needed;
                each(own.then_some(None).into_iter().chain(named).collect(), &|row, name| row.account = name)
            }
            "with" => self.company(who, row).into_iter().map(|with| Row { with, ..row.clone() }).collect(),
            "via" => words!(Via, via),
            "how" => words!(Leaving, how),
            "tile" => words!(TileIs, tile),
            "topic" => Topic::ALL.iter().map(|topic| Row { topic: Some(*topic), ..row.clone() }).collect(),
            "address" => {
                let own = Address::ALL.iter().map(|address| AddressIs::Own(*address));
                let mine = AddressIs::Named(format!("{who}.ces"));
                own.chain([mine]).map(|address| Row { address: Some(address), ..row.clone() }).collect()
            }
            "typed" => [None, Some(Typing::Wrong)].into_iter().map(|typed| Row { typed, ..row.clone() }).collect(),
            "of" if row.r#do != Some(ActKind::SignOut) => {
                each(somebody(), &|row, name| row.of = name.map(OfIs::Person))
            }
            "to" => each(somebody(), &|row, name| row.to = name),
            // The own screen, where none is named.
            "from" => {
                each((!needed).then_some(None).into_iter().chain(somebody()).collect(), &|row, name| row.from = name)
            }
            "tell" => each(self.everyone.iter().cloned().map(Some).collect(), &|row, name| row.tell = name),
            _ => vec![row.clone()],
        }
    }

    /// Who may join in at the same screen: on a shared account any of the others, otherwise nobody.
    fn company(&self, who: &str, row: &Row) -> Vec<Vec<String>> {
        let shared = row.account.as_ref().is_some_and(|name| self.generic.contains(name));
        if !shared {
            return vec![Vec::new()];
        }
        let others: Vec<&String> = self.people.iter().filter(|name| *name != who).take(4).collect();
        let some = |mask: usize| (0..).zip(&others).filter(move |(bit, _)| mask >> bit & 1 == 1);
        (0..1 << others.len()).map(|mask: usize| some(mask).map(|(_, name)| (*name).clone()).collect()).collect()
    }

    /// Every way in which something goes wrong.
    fn wrong(&self, fault: FaultIs) -> Vec<Row> {
        let row = Row { fault: Some(fault), ..Row::default() };
        let mailboxes = || self.everyone.iter().map(|name| format!("{name}.ces"));
        match fault {
            FaultIs::SlowMail => mailboxes()
                .map(|name| Row { mailbox: Some(name), by: Some(SLOW_BY.to_owned()), ..row.clone() })
                .collect(),
            FaultIs::LostMail => mailboxes().map(|name| Row { mailbox: Some(name), ..row.clone() }).collect(),
            FaultIs::Outage => PartyIs::ALL.iter().map(|party| Row { party: Some(*party), ..row.clone() }).collect(),
            FaultIs::WrongClock => {
                let set = |name: &String| Row { who: Some(name.clone()), by: Some(CLOCK_BY.to_owned()), ..row.clone() };
                self.people.iter().map(set).collect()
            }
            FaultIs::WrongServerClock => {
                let set = |server| Row { server: Some(server), by: Some(CLOCK_BY.to_owned()), ..row.clone() };
                ServerIs::ALL.iter().map(|server| set(*server)).collect()
            }
            FaultIs::Absent | FaultIs::PhoneElsewhere | FaultIs::ForgottenPassword => {
                self.people.iter().map(|name| Row { who: Some(name.clone()), ..row.clone() }).collect()
            }
        }
    }

    /// The timeline of a schedule, with a row for each day.
    pub fn timeline(schedule: &[ScheduledRow]) -> Vec<Row> {
        let mut out = Vec::new();
        let mut day: Option<Date> = None;
        for item in schedule {
            let date = item.at.date();
            if day != Some(date) {
                out.push(Row { day: Some(format!("{} {}", date.weekday(), date.iso())), ..Row::default() });
                day = Some(date);
            }
            let lasts = !matches!(item.row.fault, None | Some(FaultIs::WrongClock | FaultIs::ForgottenPassword));
            let until = item.row.until.clone().or_else(|| lasts.then(|| instant(item.at.plus(FAULT_FOR))));
            out.push(Row { at: Some(clock(item.at)), until, ..item.row.clone() });
        }
        out
    }

    /// Leaves out the options that cannot be.
    pub fn keep(&mut self, can: &[bool]) {
        let mut kept = Vec::new();
        for kind in &mut self.kinds {
            let before = kept.len();
            let rows = kind.options.clone().filter(|at| can.get(*at) == Some(&true));
            kept.extend(rows.filter_map(|at| self.options.get(at).cloned()));
            kind.options = before..kept.len();
        }
        self.kinds.retain(|kind| !kind.options.is_empty());
        self.options = kept;
    }

    /// Each option once, at the first instant: to be planned together.
    pub fn once(&self) -> Vec<ScheduledRow> {
        self.options.iter().map(|row| ScheduledRow { at: self.from, row: row.clone() }).collect()
    }
}

/// `08:30`, or with seconds where there are any.
fn clock(at: Time) -> String {
    let text = at.clock();
    text.strip_suffix(":00").map(str::to_owned).unwrap_or(text)
}

/// `2023-09-28 08:30`.
fn instant(at: Time) -> String {
    format!("{} {}", at.date().iso(), clock(at))
}

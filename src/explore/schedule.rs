//! Schedules: what may be tried, and one of them drawn by proptest from an explicit seed.
//!
//! Promises whole schedules with absolute times, so that taking one row away moves no other. Each draw first settles which
//! acts are on (swarm testing: Groce et al., ISSTA 2012) and whether its rows lie close together or far apart.

use crate::format::rows::{Address, AddressIs, Do, How, OfIs, Row, TileIs, TypedIs, ViaIs};
use crate::format::scenario::{ExploreIs, Scenario};
use crate::kernel::time::parse_instant;
use crate::kernel::{Date, Span, Time};
use crate::policy::request::Topic;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Rows of a schedule, unless the file says otherwise.
const ROWS: u32 = 12;
/// Rows that lie close together are this far apart at most, in seconds.
const CLOSE: u32 = 180;

/// One row of a schedule: when, and what without its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// When it begins.
    pub at: Time,
    /// What it is.
    pub row: Row,
}

/// What may be tried.
#[derive(Clone, Debug)]
pub struct Space {
    people: Vec<String>,
    everyone: Vec<String>,
    acts: Vec<Do>,
    accounts: Vec<String>,
    generic: Vec<String>,
    from: Time,
    to: Time,
    rows: u32,
}

/// A key of the block, what is wrong with it, and what to do.
type Fault = (&'static str, String, String);

impl Space {
    /// The space of a block.
    ///
    /// # Errors
    /// A name that nobody has, or a span that ends before it begins.
    pub fn new(scenario: &Scenario, block: &ExploreIs) -> Result<Space, Fault> {
        let given = &scenario.given;
        let everyone: Vec<String> = given.people.keys().cloned().collect();
        let generic: Vec<String> = given.generic_accounts.keys().cloned().collect();
        let all: Vec<String> = everyone.iter().chain(&generic).cloned().collect();
        let pick = |key, said: &[String], of: &[String]| -> Result<Vec<String>, Fault> {
            if let Some(unknown) = said.iter().find(|name| !of.contains(name)) {
                let known: Vec<&str> = of.iter().map(String::as_str).collect();
                let help = crate::replay::book::suggest(unknown, &known);
                return Err((key, format!("nobody and nothing here is called `{unknown}`"), help));
            }
            Ok(if said.is_empty() { of.to_vec() } else { said.to_vec() })
        };
        let instant = |text: &str| parse_instant(text).unwrap_or_default();
        let (from, to) = (instant(&block.from), instant(&block.to));
        if to <= from {
            return Err(("to", "the span ends before it begins".to_owned(), "say a later `to:`".to_owned()));
        }
        Ok(Space {
            people: pick("people", &block.people, &everyone)?,
            accounts: pick("accounts", &block.accounts, &all)?,
            everyone,
            acts: block.acts.clone(),
            generic,
            from,
            to,
            rows: block.rows.unwrap_or(ROWS),
        })
    }

    /// The schedule of this run.
    pub fn draw(&self, seed: u64, run: u64) -> Vec<Item> {
        let mut bytes = [0; 32];
        for (slot, byte) in bytes.iter_mut().zip(seed.to_le_bytes().into_iter().chain(run.to_le_bytes())) {
            *slot = byte;
        }
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let most = usize::try_from(self.rows).unwrap_or(1);
        let seconds = u32::try_from((self.to.0 - self.from.0) / 1000).unwrap_or(u32::MAX).max(1);
        let rows = proptest::collection::vec((0..seconds, proptest::num::u64::ANY), 1..=most);
        let strategy = (rows, proptest::num::u64::ANY, proptest::bool::ANY, 0..seconds);
        let Ok(tree) = strategy.new_tree(&mut runner) else { return Vec::new() };
        let (mut rows, swarm, close, begin) = tree.current();
        rows.sort_unstable();
        let on: Vec<Do> =
            (0..).zip(&self.acts).filter(|(bit, _)| swarm >> (bit % 64) & 1 == 1).map(|(_, a)| *a).collect();
        let acts = if on.is_empty() { &self.acts } else { &on };
        let mut second = begin;
        let mut out = Vec::new();
        for (at, fields) in rows {
            second = if close { second.saturating_add(at % CLOSE) } else { at };
            // To the minute, or to ten seconds where rows lie close: nearer than a person reads.
            let grain = if close { 10 } else { 60 };
            let at = Time(self.from.0 + i64::from(second / grain * grain) * 1000);
            if at <= self.to
                && let Some(row) = self.row(acts, fields)
            {
                out.push(Item { at, row });
            }
        }
        out
    }

    /// A row whose keys are taken from the digits of one number.
    fn row(&self, acts: &[Do], fields: u64) -> Option<Row> {
        let mut left = fields;
        let mut digit = |base: usize| {
            let base = u64::try_from(base).unwrap_or(1).max(1);
            let digit = left % base;
            left /= base;
            usize::try_from(digit).unwrap_or(0)
        };
        let act = *acts.get(digit(acts.len()))?;
        let who = self.people.get(digit(self.people.len()))?.clone();
        let mut row = Row { who: Some(who.clone()), r#do: Some(act), ..Row::default() };
        let shared = matches!(act, Do::Join | Do::Leave | Do::Offboard | Do::ReEnrol);
        let accounts = if shared { &self.generic } else { &self.accounts };
        for key in act.takes() {
            match *key {
                "account" => {
                    // Half of what people do is on their own account, where nothing else is meant.
                    let own = !shared && !act.needs().contains(key) && digit(2) == 0;
                    row.account = if own { None } else { Some(accounts.get(digit(accounts.len()))?.clone()) };
                }
                "with" if digit(2) == 1 => {
                    let mask = digit(1 << self.people.len().min(8));
                    let others = (0..).zip(&self.people).filter(|(bit, name)| mask >> bit & 1 == 1 && **name != who);
                    row.with = others.map(|(_, name)| name.clone()).collect();
                }
                "via" => row.via = [None, Some(ViaIs::Portal), Some(ViaIs::Google)].get(digit(3)).copied().flatten(),
                "how" => row.how = How::ALL.get(digit(How::ALL.len())).map(|(how, _)| *how),
                "topic" => row.topic = Topic::ALL.get(digit(Topic::ALL.len())).copied(),
                "address" => row.address = Address::ALL.get(digit(Address::ALL.len())).map(|(a, _)| AddressIs::Own(*a)),
                "tile" => row.tile = TileIs::ALL.get(digit(TileIs::ALL.len())).map(|(t, _)| *t),
                "typed" if digit(4) == 0 => row.typed = Some(TypedIs::Wrong),
                "of" if act != Do::SignOut => row.of = Some(OfIs::Person(self.someone(digit(self.everyone.len()))?)),
                "to" => row.to = Some(self.someone(digit(self.everyone.len()))?),
                "from" => row.from = Some(self.someone(digit(self.everyone.len()))?),
                "tell" => row.tell = Some(self.someone(digit(self.everyone.len()))?),
                _ => {}
            }
        }
        Some(row)
    }

    fn someone(&self, at: usize) -> Option<String> {
        self.everyone.get(at).cloned()
    }

    /// The timeline of a schedule, with a row for each day.
    pub fn rows(&self, schedule: &[Item]) -> Vec<Row> {
        let mut out = Vec::new();
        let mut day: Option<Date> = None;
        for item in schedule {
            let date = item.at.date();
            if day != Some(date) {
                out.push(Row { day: Some(format!("{} {}", date.weekday(), date.iso())), ..Row::default() });
                day = Some(date);
            }
            out.push(Row { at: Some(clock(item.at)), ..item.row.clone() });
        }
        out
    }

    /// The first instant of a schedule.
    pub const fn from(&self) -> Time {
        self.from
    }
}

/// `08:30`, or with seconds where there are any.
fn clock(at: Time) -> String {
    let text = at.clock();
    text.strip_suffix(":00").map(str::to_owned).unwrap_or(text)
}

/// The instant rounded down to this many milliseconds of its day.
pub fn coarser(at: Time, grain: i64) -> Time {
    at.plus(Span(-at.time_of_day().rem_euclid(grain)))
}

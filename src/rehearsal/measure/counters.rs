//! The counters of a replicate under way, which note their numbers at each observation time.
//!
//! Promises whole numbers, and that a stock is right at every instant. Deliberately looks at nothing by itself:
//! behaviours and observers tell it.
//!
//! *Locked out*: an account whose last sign-in was refused for more than a slip of the hand, from that refusal until
//! iCON opens again. A sign-in with a mistyped password or code is a slip, and so is a code that was used a moment ago,
//! or a password that takes effect in a minute; an account that nobody has tried is not counted.

use super::replicate::{GateCount, Replicate, SeriesValues, TIMES};
use super::series::{SERIES, Series, SeriesKind, TimeMeasure};
use crate::clause::{Clause, Clauses};
use crate::format::rehearsal::Group;
use crate::kernel::units::SECOND;
use crate::kernel::{CompactOption, Span, Time};
use crate::policy::decide::Request;
use crate::policy::request::{AccountKind, Decision, Outcome, Reason};
use crate::policy::{Policy, Scope, decisive};
use crate::trace::{Event, Observer};
use crate::world::ids::{AccountId, PlaceId};
use std::collections::BTreeMap;

/// What is to know of an account before the first day.
#[derive(Clone, Copy, Debug)]
pub struct AccountFacts {
    /// What kind of account.
    pub kind: AccountKind,
    /// It is a Local Administrator's own.
    pub administrator: bool,
    /// It is there.
    pub exists: bool,
    /// It has a second factor.
    pub enrolled: bool,
}

/// One account as it is counted.
#[derive(Clone, Copy, Debug)]
struct CountedAccount {
    exists: bool,
    enrolled: bool,
    kind: AccountKind,
    administrator: bool,
    /// Since when it is locked out, if it is.
    since: CompactOption<Time>,
    /// Why the last sign-in was refused that counts; none before the first.
    cause: Option<Reason>,
}

impl CountedAccount {
    /// Students are counted apart: of them only how many there are, and how many are locked out.
    fn is_apart(&self) -> bool {
        self.kind == AccountKind::Student
    }

    /// The groups that it belongs to.
    fn groups(&self) -> impl Iterator<Item = Group> + use<> {
        let groups = match self.kind {
            AccountKind::SchoolStaff => [Some(Group::Staff), Some(Group::SchoolStaff)],
            AccountKind::HqStaff => [Some(Group::Staff), Some(Group::HqStaff)],
            AccountKind::SchoolGeneric | AccountKind::HqGeneric => [Some(Group::Generic), None],
            AccountKind::Student => [Some(Group::Students), None],
        };
        groups.into_iter().flatten().chain(self.administrator.then_some(Group::Administrators))
    }
}

/// The counters of a replicate under way.
#[derive(Clone, Debug)]
pub struct Counters {
    accounts: Vec<CountedAccount>,
    now: SeriesValues,
    took: [u64; TIMES],
    /// The places of the series that are flows.
    flows: Vec<usize>,
    /// The replicate as it grows.
    out: Replicate,
}

impl Counters {
    /// Nothing counted yet, with capacity for so many accounts and observation times.
    pub fn new(number: u32, accounts: usize, instants: usize) -> Counters {
        let out = Replicate {
            number,
            points: Vec::with_capacity(instants),
            took: Vec::with_capacity(instants),
            decisive: Vec::with_capacity(instants + 1),
            ..Replicate::default()
        };
        let mut room = Vec::new();
        room.reserve_exact(accounts);
        let flows = Series::every().filter(|series| series.kind() == SeriesKind::Flow).map(Series::at).collect();
        Counters { accounts: room, now: [0; SERIES], took: [0; TIMES], flows, out }
    }

    /// Adds an account, in the order of the world.
    pub fn add_account(&mut self, is: AccountFacts) {
        let AccountFacts { kind, administrator, exists, enrolled } = is;
        let since = CompactOption::NONE;
        let fresh = CountedAccount { exists: false, enrolled: false, kind, administrator, since, cause: None };
        let id = AccountId(u32::try_from(self.accounts.len()).unwrap_or(u32::MAX));
        self.accounts.push(fresh);
        if exists {
            self.exists(id);
        }
        self.enrolled(id, enrolled);
    }

    /// The account was made.
    pub fn exists(&mut self, account: AccountId) {
        let Some(row) = self.accounts.get_mut(account.at()) else { return };
        if !std::mem::replace(&mut row.exists, true) {
            let row = *row;
            self.by_group(row, Series::Accounts, 1);
        }
    }

    /// Whether the account is there: it was made, and its holder is not gone.
    pub fn is_there(&self, account: AccountId) -> bool {
        self.accounts.get(account.at()).is_some_and(|row| row.exists)
    }

    /// The holder is gone: the account is in no count and no share from now on. Who was locked out has not recovered.
    pub fn gone(&mut self, account: AccountId, at: Time) {
        self.enrolled(account, false);
        let Some(row) = self.accounts.get_mut(account.at()).filter(|row| row.exists) else { return };
        let since = row.since.take();
        row.exists = false;
        let row = *row;
        self.by_group(row, Series::Accounts, -1);
        let Some(since) = since else { return };
        self.by_group(row, Series::LockedOut, -1);
        if !row.is_apart() {
            self.cut_short(TimeMeasure::RecoveryTime, Span(at.0 - since.0));
            row.cause.into_iter().for_each(|cause| self.count(Series::Because(cause), -1));
        }
    }

    /// Whether the account has a second factor now.
    pub fn enrolled(&mut self, account: AccountId, is: bool) {
        let Some(row) = self.accounts.get_mut(account.at()).filter(|row| row.exists) else { return };
        if std::mem::replace(&mut row.enrolled, is) != is {
            let row = *row;
            self.by_group(row, Series::Enrolled, if is { 1 } else { -1 });
        }
    }

    /// Whether the account is known to have a second factor.
    pub fn is_enrolled(&self, account: AccountId) -> bool {
        self.accounts.get(account.at()).is_some_and(|row| row.enrolled)
    }

    /// Why the account is locked out, if it is.
    pub fn locked_out(&self, account: AccountId) -> Option<Reason> {
        self.accounts.get(account.at()).filter(|row| row.since.is_some()).and_then(|row| row.cause)
    }

    /// Since when the account is locked out, if it is.
    pub fn locked_out_since(&self, account: AccountId) -> Option<Time> {
        self.accounts.get(account.at()).and_then(|row| row.since.get())
    }

    fn by_group(&mut self, row: CountedAccount, series: impl Fn(Group) -> Series, by: i32) {
        row.groups().for_each(|group| self.count(series(group), by));
    }

    /// Adds to a series.
    pub fn count(&mut self, series: Series, by: i32) {
        if let Some(slot) = self.now.get_mut(series.at()) {
            *slot = slot.saturating_add_signed(by);
        }
    }

    /// Sets a level that is looked up when an observation time comes.
    pub fn set(&mut self, series: Series, level: usize) {
        if let Some(slot) = self.now.get_mut(series.at()) {
            *slot = u32::try_from(level).unwrap_or(u32::MAX);
        }
    }

    /// A time of this measure has ended after so long.
    pub fn took(&mut self, measure: TimeMeasure, span: Span) {
        let seconds = u64::try_from(span.0 / SECOND).unwrap_or(0);
        self.out.times_mut(measure).add(seconds);
        self.count(Series::Ended(measure), 1);
        if let Some(sum) = self.took.get_mut(measure as usize) {
            *sum += seconds;
        }
    }

    /// A time of this measure was cut short after so long: whoever waited gave up, or the replicate is over.
    pub fn cut_short(&mut self, measure: TimeMeasure, span: Span) {
        let [recovery, administrator, desk] = &mut self.out.cut_short;
        let bins = match measure {
            TimeMeasure::RecoveryTime => recovery,
            TimeMeasure::AdministratorWait => administrator,
            TimeMeasure::DeskWait => desk,
        };
        bins.add(u64::try_from(span.0 / SECOND).unwrap_or(0));
    }

    /// A caller hung up after so long, or found a desk without agents.
    pub fn hung_up(&mut self, after: Span) {
        self.out.hung_up += 1;
        self.cut_short(TimeMeasure::DeskWait, after);
    }

    /// A request was taken back after so long, before an LA had helped.
    pub fn withdrew(&mut self, after: Span) {
        self.out.withdrew += 1;
        self.cut_short(TimeMeasure::AdministratorWait, after);
    }

    /// The level of a series now.
    pub fn level(&self, series: Series) -> u32 {
        self.now.get(series.at()).copied().unwrap_or(0)
    }

    /// The accounts of a group that are there, each with whether it has a second factor and whether it is locked out.
    pub fn those_of(&self, group: Group) -> impl Iterator<Item = (AccountId, bool, bool)> {
        let there = (0..).map(AccountId).zip(&self.accounts).filter(|(_, row)| row.exists);
        there
            .filter(move |(_, row)| row.groups().any(|is| is == group))
            .map(|(id, row)| (id, row.enrolled, row.since.is_some()))
    }

    /// iCON opened.
    pub fn opened(&mut self, account: AccountId, at: Time) {
        let Some(row) = self.accounts.get_mut(account.at()) else { return };
        let since = row.since.take();
        let row = *row;
        if !row.is_apart() {
            self.count(Series::SignIns, 1);
        }
        let Some(since) = since else { return };
        self.by_group(row, Series::LockedOut, -1);
        if !row.is_apart() {
            self.took(TimeMeasure::RecoveryTime, Span(at.0 - since.0));
            row.cause.into_iter().for_each(|cause| self.count(Series::Because(cause), -1));
        }
    }

    /// A sign-in was refused; `slip` where something was mistyped.
    pub fn refused(&mut self, account: AccountId, at: Time, reason: Reason, slip: bool) {
        let Some(row) = self.accounts.get_mut(account.at()) else { return };
        let apart = row.is_apart();
        let passes = matches!(reason, Reason::CodeUsed | Reason::PasswordPending | Reason::AssertionExpired);
        let slipped = slip && matches!(reason, Reason::WrongPassword | Reason::WrongCode);
        let locks_out = row.exists && !(passes || slipped);
        let before = row.cause.filter(|_| row.since.is_some());
        if locks_out {
            row.since = row.since.get().or(Some(at)).into();
            row.cause = Some(reason);
        }
        let row = *row;
        if !apart {
            self.count(Series::SignIns, 1);
            self.count(Series::Failed(reason), 1);
        }
        if locks_out && before.is_none() {
            self.by_group(row, Series::LockedOut, 1);
        }
        if locks_out && !apart {
            before.into_iter().for_each(|cause| self.count(Series::Because(cause), -1));
            self.count(Series::Because(reason), 1);
        }
    }

    /// Notes the numbers of an observation time and which clauses decided refusals since the one before; flows begin
    /// afresh.
    pub fn point(&mut self, decisive: BTreeMap<Clause, u32>) {
        self.out.points.push(self.now);
        self.out.took.push(std::mem::take(&mut self.took));
        for at in &self.flows {
            if let Some(slot) = self.now.get_mut(*at) {
                *slot = 0;
            }
        }
        self.decisive(decisive);
    }

    fn decisive(&mut self, decisive: BTreeMap<Clause, u32>) {
        self.out.decisive.push(decisive.into_iter().map(|(clause, n)| (clause.id().to_owned(), n)).collect());
    }

    /// Notes by `place` of each account how many of them are locked out; the first time also how many there are.
    pub fn by_place(&mut self, places: usize, place: impl Iterator<Item = PlaceId>) {
        let mut out = vec![(0, 0); places];
        for (row, place) in self.accounts.iter().zip(place).filter(|(row, _)| row.exists && !row.is_apart()) {
            if let Some((all, locked)) = out.get_mut(place.at()) {
                *all += 1;
                *locked += u32::from(row.since.is_some());
            }
        }
        let shut = (0..).zip(&out).filter(|(_, (_, locked))| *locked > 0).map(|(place, (_, locked))| (place, *locked));
        self.out.mornings.push(shut.collect());
        if self.out.mornings.len() == 1 {
            self.out.places = out;
        }
    }

    /// Whoever is locked out at the end has not recovered by then.
    pub fn nobody_recovers_after(&mut self, end: Time) {
        let out = self.accounts.iter().filter(|row| row.exists && !row.is_apart());
        let spans: Vec<Span> = out.filter_map(|row| row.since.get()).map(|since| Span(end.0 - since.0)).collect();
        spans.into_iter().for_each(|span| self.cut_short(TimeMeasure::RecoveryTime, span));
    }

    /// The replicate is over: what was heard of the engine, which staged decisions were taken, and what gates saw.
    pub fn finish(mut self, heard: TraceCounter<'_>, decided: Vec<bool>, gates: Vec<GateCount>) -> Replicate {
        self.decisive(heard.decisive);
        Replicate { fired: heard.fired, messages: heard.messages, decided, gates, ..self.out }
    }
}

/// Counts what the engine of a replicate does: messages, the clauses that decisions rest on, and those that decide
/// refusals.
#[derive(Clone, Debug)]
pub struct TraceCounter<'p> {
    policy: &'p Policy,
    /// Messages that were delivered.
    pub messages: u64,
    /// The clauses on which some decision rested.
    pub fired: Clauses,
    /// How many refusals each clause decided, until somebody takes them from here.
    pub decisive: BTreeMap<Clause, u32>,
}

impl<'p> TraceCounter<'p> {
    /// Nothing heard yet of what this policy decides.
    pub const fn new(policy: &'p Policy) -> TraceCounter<'p> {
        TraceCounter { policy, messages: 0, fired: Clauses::NONE, decisive: BTreeMap::new() }
    }

    /// Something was refused: apart from the rest, which is all that happens to most messages.
    #[cold]
    fn refused(&mut self, scope: Scope, request: &Request, decision: &Decision) {
        for clause in decisive(self.policy.rules(scope), request, decision).iter() {
            *self.decisive.entry(clause).or_default() += 1;
        }
    }
}

impl Observer for TraceCounter<'_> {
    #[inline]
    fn see(&mut self, _: Time, _: usize, event: &Event) {
        match event {
            Event::Message(_) => self.messages += 1,
            Event::Decided { scope, request, decision } => {
                self.fired = self.fired.union(decision.clauses);
                if matches!(decision.outcome, Outcome::Refused(_) | Outcome::Lock(_)) {
                    self.refused(*scope, request, decision);
                }
            }
            _ => {}
        }
    }
}

//! What is counted in one replicate, as whole numbers on a grid of instants.
//!
//! Promises integers only, and the same grid in every replicate, so that results can be added, merged and compared.
//! Deliberately computes no statistic.
//!
//! *Locked out*: an account whose last sign-in was refused for more than a slip of the hand, from that refusal until
//! iCON opens again. A sign-in with a mistyped password or code is a slip, and so is a code that was used a moment ago,
//! or a password that takes effect in a minute; an account that nobody has tried is not counted.

use crate::clause::{Clause, Clauses};
use crate::format::rehearsal::{Group, Measure};
use crate::kernel::{CompactOption, Span, Time};
use crate::policy::decide::Request;
use crate::policy::request::{AccountKind, Decision, Factor, Outcome, Reason, Topic};
use crate::policy::{Policy, Scope, decisive};
use crate::statistics::Bins;
use crate::trace::{Event, Observer};
use crate::world::ids::{AccountId, PlaceId};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

const GROUPS: usize = Group::ALL.len();
const REASONS: usize = Reason::ALL.len();
const TOPICS: usize = Topic::ALL.len();
const TIMES: usize = Measure::TIMES.len();
const FACTORS: usize = Factor::ALL.len();
/// How many numbers a point has.
pub const SERIES: usize = 3 * GROUPS + 2 * REASONS + TOPICS + FACTORS + TIMES + 4;

/// One number that is counted over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// Accounts that exist.
    Accounts(Group),
    /// Accounts with a second factor.
    Enrolled(Group),
    /// Accounts that are locked out.
    LockedOut(Group),
    /// Accounts that are locked out, by the reason of the last refusal.
    Because(Reason),
    /// Sign-ins since the point before.
    SignIns,
    /// Sign-ins that opened iCON, since the point before, by what answered the second factor.
    Granted(Factor),
    /// Sign-ins refused since the point before.
    Failed(Reason),
    /// Requests for help since the point before.
    Tickets(Topic),
    /// Requests that wait for an LA.
    AdministratorQueue,
    /// Callers who wait for an agent.
    DeskQueue,
    /// Former members who could still get in.
    Leavers,
    /// Times of this measure that ended since the point before.
    Ended(Measure),
}

/// Which of the measures of times it is.
const fn nth_time(measure: Measure) -> usize {
    match measure {
        Measure::AdministratorWait => 1,
        Measure::DeskWait => 2,
        _ => 0,
    }
}

impl Series {
    /// Its place in a point.
    pub const fn at(self) -> usize {
        match self {
            Series::Accounts(group) => group as usize,
            Series::Enrolled(group) => GROUPS + group as usize,
            Series::LockedOut(group) => 2 * GROUPS + group as usize,
            Series::Because(reason) => 3 * GROUPS + reason as usize,
            Series::Failed(reason) => 3 * GROUPS + REASONS + reason as usize,
            Series::Tickets(topic) => 3 * GROUPS + 2 * REASONS + topic as usize,
            Series::Granted(factor) => 3 * GROUPS + 2 * REASONS + TOPICS + factor as usize,
            Series::Ended(measure) => SERIES - 4 - TIMES + nth_time(measure),
            Series::SignIns => SERIES - 4,
            Series::AdministratorQueue => SERIES - 3,
            Series::DeskQueue => SERIES - 2,
            Series::Leavers => SERIES - 1,
        }
    }

    /// Every series but those of times, with the measure that it belongs to and what sets it apart there.
    pub fn all() -> Vec<(Series, Measure, &'static str, &'static str)> {
        let groups = || Group::ALL.iter().copied();
        let reasons = || Reason::ALL.iter().copied();
        let mut out: Vec<(Series, Measure, &str, &str)> = Vec::new();
        out.extend(groups().map(|g| (Series::Enrolled(g), Measure::Enrolled, g.word(), "")));
        out.extend(groups().map(|g| (Series::LockedOut(g), Measure::LockedOut, g.word(), "")));
        out.extend(reasons().map(|r| (Series::Because(r), Measure::LockedOut, "everyone", r.word())));
        out.push((Series::SignIns, Measure::SignIns, "everyone", ""));
        let factors = Factor::ALL.iter();
        out.extend(factors.map(|f| (Series::Granted(*f), Measure::GrantedSignIns, "everyone", f.word())));
        out.extend(reasons().map(|r| (Series::Failed(r), Measure::FailedSignIns, "everyone", r.word())));
        out.extend(Topic::ALL.iter().map(|t| (Series::Tickets(*t), Measure::Tickets, "everyone", t.word())));
        out.push((Series::AdministratorQueue, Measure::AdministratorQueue, "everyone", ""));
        out.push((Series::DeskQueue, Measure::DeskQueue, "everyone", ""));
        out.push((Series::Leavers, Measure::LeaversWithAccess, "everyone", ""));
        out
    }
}

/// The numbers at one instant.
pub type SeriesValues = [u32; SERIES];

/// Stands for a wait that did not end, in seconds: a century.
pub const NEVER: i64 = 3_155_760_000;

/// All that one replicate came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replicate {
    /// Which.
    pub number: u32,
    /// The numbers at each instant of the grid.
    #[serde(serialize_with = "written", deserialize_with = "read")]
    pub points: Vec<SeriesValues>,
    /// At each instant, how long the times that [`Series::Ended`] counts were together, in seconds: they outgrow a point.
    pub took: Vec<[u64; TIMES]>,
    /// Accounts locked out by place, at the instant of the cutover day that the plan names.
    pub places: Vec<(u32, u32)>,
    /// At each instant of `observation_times::place_mornings`, the places with accounts locked out, and how many.
    pub mornings: Vec<Vec<(u32, u32)>>,
    /// Seconds from the first refusal until iCON opened.
    pub recovery: Bins,
    /// Seconds that requests waited for an LA.
    pub administrator_wait: Bins,
    /// Seconds that callers waited for an agent.
    pub desk_wait: Bins,
    /// Callers who hung up.
    pub hung_up: u32,
    /// Requests that were taken back before an LA began.
    pub withdrew: u32,
    /// Violations of the property of each gate that has one; none at the others.
    pub violations: Vec<u32>,
    /// Which of the policy's decisions on the way were taken.
    pub decided: Vec<bool>,
    /// The clauses on which some decision rested.
    pub fired: Clauses,
    /// How many refusals each clause decided, since the instant before, at each instant of the grid and at the end: without
    /// the clause they would have ended otherwise. Clauses that decided none are left out.
    pub decisive: Vec<BTreeMap<String, u32>>,
    /// Messages that were delivered.
    pub messages: u64,
}

/// Points as lists, in which a run of zeros is one number below nought: most series are zero most of the time.
fn written<S: Serializer>(points: &[SeriesValues], to: S) -> Result<S::Ok, S::Error> {
    let short = |point: &SeriesValues| {
        let mut out: Vec<i64> = Vec::new();
        for value in point {
            match (value, out.last_mut()) {
                (0, Some(zeros)) if *zeros < 0 => *zeros -= 1,
                (0, _) => out.push(-1),
                (value, _) => out.push(i64::from(*value)),
            }
        }
        out
    };
    to.collect_seq(points.iter().map(short))
}

fn read<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<SeriesValues>, D::Error> {
    let rows = Vec::<Vec<i64>>::deserialize(from)?;
    let long = |row: Vec<i64>| {
        let mut out: Vec<u32> = Vec::with_capacity(SERIES);
        for value in row {
            match u32::try_from(value) {
                Ok(value) => out.push(value),
                Err(_) => out.resize((out.len() + usize::try_from(-value).unwrap_or(SERIES)).min(SERIES + 1), 0),
            }
        }
        SeriesValues::try_from(out).map_err(|out| D::Error::invalid_length(out.len(), &"one number for each series"))
    };
    rows.into_iter().map(long).collect()
}

/// What a time-like measure came to.
impl Replicate {
    /// The distribution of a time.
    pub const fn times(&self, measure: Measure) -> &Bins {
        match measure {
            Measure::AdministratorWait => &self.administrator_wait,
            Measure::DeskWait => &self.desk_wait,
            _ => &self.recovery,
        }
    }

    /// The mean of the times that ended between an instant and the one before, in milliseconds.
    pub fn mean_at(&self, measure: Measure, instant: usize) -> Option<i64> {
        let ended = self.points.get(instant)?.get(Series::Ended(measure).at()).copied()?;
        let took = self.took.get(instant)?.get(nth_time(measure)).copied()?;
        took.saturating_mul(1000).checked_div(u64::from(ended)).and_then(|ms| i64::try_from(ms).ok())
    }

    /// The time, in seconds, within which so many of a thousand were served; whoever gave up was not, and counts as
    /// [`NEVER`]. Nought where nobody asked.
    pub fn within(&self, measure: Measure, permille: u32) -> i64 {
        let times = self.times(measure);
        let gave_up = match measure {
            Measure::AdministratorWait => self.withdrew,
            Measure::DeskWait => self.hung_up,
            _ => 0,
        };
        match times.count() + u64::from(gave_up) {
            0 => 0,
            of => times.quantile_of(of, permille).and_then(|s| i64::try_from(s).ok()).unwrap_or(NEVER),
        }
    }
}

/// One account as it is counted.
#[derive(Clone, Copy, Debug)]
struct CountedAccount {
    exists: bool,
    enrolled: bool,
    kind: AccountKind,
    administrator: bool,
    since: CompactOption<Time>,
    cause: Reason,
}

/// The counters of a replicate under way.
#[derive(Clone, Debug)]
pub struct Counters {
    kept: Vec<CountedAccount>,
    now: SeriesValues,
    took: [u64; TIMES],
    /// The replicate as it grows.
    pub out: Replicate,
}

impl Counters {
    /// Nothing counted yet; `instants` is the length of the grid.
    pub fn new(number: u32, instants: usize, properties: usize) -> Counters {
        let out = Replicate {
            number,
            points: Vec::with_capacity(instants),
            took: Vec::with_capacity(instants),
            places: Vec::new(),
            mornings: Vec::new(),
            recovery: Bins::default(),
            administrator_wait: Bins::default(),
            desk_wait: Bins::default(),
            hung_up: 0,
            withdrew: 0,
            violations: vec![0; properties],
            decided: Vec::new(),
            fired: Clauses::NONE,
            decisive: Vec::with_capacity(instants + 1),
            messages: 0,
        };
        Counters { kept: Vec::new(), now: [0; SERIES], took: [0; TIMES], out }
    }

    /// Makes room for so many accounts.
    pub fn room(&mut self, accounts: usize) {
        self.kept.reserve_exact(accounts);
    }

    /// Adds an account, in the order of the world.
    pub fn account(&mut self, kind: AccountKind, administrator: bool, exists: bool, enrolled: bool) {
        let cause = Reason::PartyDown;
        let fresh =
            CountedAccount { exists: false, enrolled: false, kind, administrator, since: CompactOption::NONE, cause };
        let id = AccountId(u32::try_from(self.kept.len()).unwrap_or(u32::MAX));
        self.kept.push(fresh);
        if exists {
            self.exists(id);
        }
        self.enrolled(id, enrolled);
    }

    /// The account was made.
    pub fn exists(&mut self, account: AccountId) {
        let Some(kept) = self.kept.get_mut(account.at()) else { return };
        if !std::mem::replace(&mut kept.exists, true) {
            let kept = *kept;
            self.by_group(kept, Series::Accounts, 1);
        }
    }

    /// Whether the account has a second factor now.
    pub fn enrolled(&mut self, account: AccountId, is: bool) {
        let Some(kept) = self.kept.get_mut(account.at()) else { return };
        if std::mem::replace(&mut kept.enrolled, is) != is {
            let kept = *kept;
            self.by_group(kept, Series::Enrolled, if is { 1 } else { -1 });
        }
    }

    /// Whether the account is known to have a second factor.
    pub fn is_enrolled(&self, account: AccountId) -> bool {
        self.kept.get(account.at()).is_some_and(|kept| kept.enrolled)
    }

    /// Why the account is locked out, if it is.
    pub fn trouble(&self, account: AccountId) -> Option<Reason> {
        self.kept.get(account.at()).filter(|kept| kept.since.is_some()).map(|kept| kept.cause)
    }

    /// Since when the account is locked out, if it is.
    pub fn locked_out_since(&self, account: AccountId) -> Option<Time> {
        self.kept.get(account.at()).and_then(|kept| kept.since.get())
    }

    fn by_group(&mut self, kept: CountedAccount, series: impl Fn(Group) -> Series, by: i32) {
        let groups = match kept.kind {
            AccountKind::SchoolStaff => [Some(Group::Staff), Some(Group::SchoolStaff)],
            AccountKind::HqStaff => [Some(Group::Staff), Some(Group::HqStaff)],
            AccountKind::SchoolGeneric | AccountKind::HqGeneric => [Some(Group::Generic), None],
            AccountKind::Student => [Some(Group::Students), None],
        };
        let administrator = kept.administrator.then_some(Group::Administrators);
        for group in groups.into_iter().flatten().chain(administrator) {
            self.count(series(group), by);
        }
    }

    /// Adds to a series.
    pub fn count(&mut self, series: Series, by: i32) {
        if let Some(slot) = self.now.get_mut(series.at()) {
            *slot = slot.saturating_add_signed(by);
        }
    }

    /// A time of this measure has ended after so long.
    pub fn took(&mut self, measure: Measure, span: Span) {
        let seconds = seconds(span);
        let bins = match measure {
            Measure::AdministratorWait => &mut self.out.administrator_wait,
            Measure::DeskWait => &mut self.out.desk_wait,
            _ => &mut self.out.recovery,
        };
        bins.add(seconds);
        self.count(Series::Ended(measure), 1);
        if let Some(sum) = self.took.get_mut(nth_time(measure)) {
            *sum += seconds;
        }
    }

    /// iCON opened.
    pub fn opened(&mut self, account: AccountId, at: Time) {
        let apart = self.is_apart(account);
        if !apart {
            self.count(Series::SignIns, 1);
        }
        let Some(kept) = self.kept.get_mut(account.at()) else { return };
        if let Some(since) = kept.since.take() {
            let kept = *kept;
            self.by_group(kept, Series::LockedOut, -1);
            if !apart {
                self.took(Measure::RecoveryTime, Span(at.0 - since.0));
                self.count(Series::Because(kept.cause), -1);
            }
        }
    }

    /// Students are counted apart: of them only how many there are, and how many are locked out.
    fn is_apart(&self, account: AccountId) -> bool {
        self.kept.get(account.at()).is_some_and(|kept| kept.kind == AccountKind::Student)
    }

    /// A sign-in was refused; `slip` where the hand slipped.
    pub fn refused(&mut self, account: AccountId, at: Time, reason: Reason, slip: bool) {
        let apart = self.is_apart(account);
        if !apart {
            self.count(Series::SignIns, 1);
            self.count(Series::Failed(reason), 1);
        }
        let passes = matches!(reason, Reason::CodeUsed | Reason::PasswordPending | Reason::AssertionExpired);
        if passes || (slip && matches!(reason, Reason::WrongPassword | Reason::WrongCode)) {
            return;
        }
        let Some(kept) = self.kept.get_mut(account.at()) else { return };
        let before = kept.since.get().map(|_| kept.cause);
        kept.since = kept.since.get().or(Some(at)).into();
        kept.cause = reason;
        let kept = *kept;
        if before.is_none() {
            self.by_group(kept, Series::LockedOut, 1);
        }
        if !apart {
            before.into_iter().for_each(|cause| self.count(Series::Because(cause), -1));
            self.count(Series::Because(reason), 1);
        }
    }

    /// Notes the numbers of an instant, and begins to count afresh what is counted from point to point.
    pub fn point(&mut self) {
        self.out.points.push(self.now);
        self.out.took.push(std::mem::take(&mut self.took));
        let flows = std::iter::once(Series::SignIns).chain(Factor::ALL.iter().map(|f| Series::Granted(*f)));
        let flows = flows.chain(Reason::ALL.iter().map(|r| Series::Failed(*r)));
        let flows = flows.chain(Measure::TIMES.into_iter().map(Series::Ended));
        for series in flows.chain(Topic::ALL.iter().map(|t| Series::Tickets(*t))) {
            if let Some(slot) = self.now.get_mut(series.at()) {
                *slot = 0;
            }
        }
    }

    /// Sets a number that is looked up when the instant comes.
    pub fn set(&mut self, series: Series, value: usize) {
        if let Some(slot) = self.now.get_mut(series.at()) {
            *slot = u32::try_from(value).unwrap_or(u32::MAX);
        }
    }

    /// Notes by `place` of each account how many of them are locked out; the first time also how many there are.
    pub fn by_place(&mut self, places: usize, place: impl Iterator<Item = PlaceId>, first: bool) {
        let mut out = vec![(0, 0); places];
        for (kept, place) in
            self.kept.iter().zip(place).filter(|(kept, _)| kept.exists && kept.kind != AccountKind::Student)
        {
            if let Some((all, locked)) = out.get_mut(place.at()) {
                *all += 1;
                *locked += u32::from(kept.since.is_some());
            }
        }
        let shut = (0..).zip(&out).filter(|(_, (_, locked))| *locked > 0).map(|(place, (_, locked))| (place, *locked));
        self.out.mornings.push(shut.collect());
        if first {
            self.out.places = out;
        }
    }
}

/// Whole seconds of a span.
pub fn seconds(span: Span) -> u64 {
    u64::try_from(span.0 / 1000).unwrap_or(0)
}

/// Listens to a replicate: how much was sent, on what it rested, and what decided refusals.
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

//! The timeline of a plan: each row with its time, and with its names resolved to people, accounts and computers.
//!
//! Promises that rows stand in the order of time and say what they expect. Deliberately runs nothing.

use super::library::suggest;
use super::{Planned, ReplayPlanner, What, When};
use crate::act::{Act, ActKind, Activity, Leaving, Pick, Typing};
use crate::clause::{Clauses, parse_citation};
use crate::diagnostic::SourceSpan;
use crate::engine::Fault;
use crate::format::act_row::{self, ActContext, Named};
use crate::format::row_writer::told;
use crate::format::rows::{Address, AddressIs, FaultIs, Row, TokenIs};
use crate::format::text_formats::{RowTime, parse_offset, parse_row_time};
use crate::format::tree::PathSegment;
use crate::kernel::calendar::is_working_day;
use crate::kernel::time::{parse_date, parse_instant, parse_time_of_day};
use crate::kernel::{Date, Span, Time};
use crate::world::ids::{AccountId, ComputerId, MailboxId, PersonId};
use crate::world::state::Device;
use std::collections::BTreeMap;

/// What rows leave behind for the rows below.
#[derive(Default)]
struct Above {
    day: Option<Date>,
    day_place: SourceSpan,
    /// A row of this day has said its time of day.
    begun: bool,
    last: Option<Time>,
    /// Where each person was last at work, and on which account: a step goes on there.
    screens: BTreeMap<PersonId, (ComputerId, AccountId)>,
}

impl ReplayPlanner<'_> {
    /// The rows of the timeline, and the beginning of the day at its end that only lets time pass.
    pub(super) fn timeline(&mut self) -> (Vec<Planned>, Option<Time>) {
        let scenario = self.scenario;
        let mut above = Above::default();
        let mut planned = Vec::new();
        for (i, row) in scenario.when.iter().enumerate() {
            let base = [PathSegment::Key("when"), PathSegment::Index(i)];
            if let Some(text) = &row.day {
                self.day(text, &mut above, &base);
                continue;
            }
            let Some(when) = self.when(row, &mut above, &base) else { continue };
            let index = planned.len();
            let (what, word) = if let Some(fault) = row.fault {
                (self.fault_row(row, fault, when, above.day, &base), fault.word())
            } else if row.event.is_some() {
                let account = row.account.as_ref().and_then(|name| self.account(name, &key(&base, "account")));
                (account.map(What::Created), "account-created")
            } else if row.r#do == Some(ActKind::GoOn) {
                let person = row.who.as_ref().and_then(|name| self.find(name, &key(&base, "who")));
                (person.map(What::GoOn), ActKind::GoOn.word())
            } else {
                (self.act_row(row, index, when, &mut above, &base), row.r#do.map_or("?", ActKind::word))
            };
            // What cannot be planned is told as a fault, and nothing is run.
            debug_assert!(what.is_some() || !self.faults.is_empty(), "a row is left out without a word");
            let Some(what) = what else { continue };
            let resting_on = row.resting_on.as_deref().and_then(|text| parse_citation(text).ok());
            let opens = row.r#as.as_ref().and_then(|name| self.opened(name, &key(&base, "as")));
            planned.push(Planned {
                when,
                what,
                word,
                expect: row.expect.clone(),
                resting_on: resting_on.unwrap_or(Clauses::NONE),
                opens,
                prompted: row.prompted,
                place: self.place(&base),
                detail: told(row),
                day: above.day.map(|day| (day, above.day_place)),
            });
        }
        let passes = scenario.when.last().is_some_and(|row| row.day.is_some());
        (planned, above.day.filter(|_| passes).map(|day| Time::at(day, 0)))
    }

    fn day(&mut self, text: &str, above: &mut Above, base: &[PathSegment<'_>; 2]) {
        match parse_date(text) {
            Ok(date) if above.day.is_some_and(|before| date < before) => {
                let title = format!("time goes backwards: {date} comes after a later day");
                self.fault("S209", title, &key(base, "day"), "move the row up");
            }
            Ok(date) => {
                if let Err(outside) = is_working_day(date) {
                    let help = "working days, office hours and deadlines are known for 2023 and 2024 only";
                    self.fault("S221", outside.to_string(), &key(base, "day"), help);
                }
                above.day = Some(date);
                above.day_place = self.place(base);
                above.begun = false;
            }
            Err(why) => self.fault("S207", why, &key(base, "day"), "write it as `Wed 2023-09-27`"),
        }
    }

    fn when(&mut self, row: &Row, above: &mut Above, base: &[PathSegment<'_>; 2]) -> Option<When> {
        let path = key(base, "at");
        let text = row.at.as_deref().unwrap_or_default();
        let Some(date) = above.day else {
            let help = "put a row such as `- day: Wed 2023-09-27` above it";
            self.fault("S210", "no day is set before this row".to_owned(), base, help);
            return None;
        };
        match parse_row_time(text) {
            Err(why) => {
                self.fault("S207", why, &path, "write it as `08:30`, or `+20s` after the row above");
                None
            }
            Ok(RowTime::After(_) | RowTime::NextCode) if !above.begun => {
                let title = format!("`{text}` has no row of this day to count from");
                self.fault("S210", title, &path, "say a time of day, such as `08:30`, in the first row of a day");
                None
            }
            Ok(RowTime::After(span)) => Some(When::After(span)),
            Ok(RowTime::NextCode) => Some(When::NextCode),
            Ok(RowTime::Clock(clock)) => {
                above.begun = true;
                let time = Time::at(date, clock);
                if above.last.is_some_and(|last| time < last) {
                    let title = format!("time goes backwards: {text} comes after a later row");
                    self.fault("S209", title, &path, "rows stand in the order of their times");
                }
                above.last = Some(time);
                Some(When::At(time))
            }
        }
    }

    /// `until:` as a time of the same day, or as an instant.
    fn until(&mut self, row: &Row, day: Option<Date>, base: &[PathSegment<'_>; 2]) -> Option<Time> {
        let text = row.until.as_deref().unwrap_or_default();
        let parsed = match (parse_time_of_day(text), day) {
            (Ok(clock), Some(day)) => Ok(Time::at(day, clock)),
            _ => parse_instant(text),
        };
        match parsed {
            Ok(time) => Some(time),
            Err(_) => {
                let title = format!("`{text}` is no time");
                let help = "write `until: 08:30` for the same day, or `until: 2023-09-28 08:30`";
                self.fault("S207", title, &key(base, "until"), help);
                None
            }
        }
    }

    fn fault_row(
        &mut self,
        row: &Row,
        fault: FaultIs,
        when: When,
        day: Option<Date>,
        base: &[PathSegment<'_>; 2],
    ) -> Option<What> {
        let by = row.by.as_deref().and_then(|text| parse_offset(text).ok()).unwrap_or_default();
        let who = match &row.who {
            Some(name) => Some(self.find(name, &key(base, "who"))?),
            None => None,
        };
        if let (FaultIs::WrongClock, Some(who)) = (fault, who) {
            let hard = row.of_token == Some(TokenIs::Hard);
            let device = if hard { Device::HardToken } else { Device::Phone };
            return Some(What::WrongClock(who, device, by));
        }
        if let (FaultIs::ForgottenPassword, Some(who)) = (fault, who) {
            return Some(What::Forgotten(who));
        }
        let until = self.until(row, day, base)?;
        let mailbox = row.mailbox.as_deref().unwrap_or_default();
        if matches!(when, When::At(begins) if until <= begins) {
            let title = "this fault ends before it begins".to_owned();
            self.fault("S209", title, &key(base, "until"), "say a later `until:`");
        }
        if fault == FaultIs::SlowMail && by.0 < 0 {
            let title = "slow mail comes later, not earlier".to_owned();
            self.fault("S207", title, &key(base, "by"), "write it as `by: 3m`");
        }
        Some(match (fault, who) {
            (FaultIs::Absent, Some(who)) => What::Absent(who, until),
            (FaultIs::PhoneElsewhere, Some(who)) => What::PhoneElsewhere(who, until),
            (FaultIs::SlowMail, _) => What::Fault(Fault::SlowMail(self.mailbox(mailbox, "mailbox", base)?, by), until),
            (FaultIs::LostMail, _) => What::Fault(Fault::LostMail(self.mailbox(mailbox, "mailbox", base)?), until),
            (FaultIs::WrongServerClock, _) => What::Fault(Fault::Clock(row.server?.party(), by), until),
            (FaultIs::Outage, _) => What::Fault(Fault::Outage(row.party?.party()), until),
            _ => return None,
        })
    }

    /// A mailbox, as person and kind or as account and `icon`.
    fn mailbox(&mut self, text: &str, at: &'static str, base: &[PathSegment<'_>; 2]) -> Option<MailboxId> {
        let path = key(base, at);
        let (name, kind) = text.rsplit_once('.').unwrap_or((text, ""));
        let found = match kind {
            "icon" => {
                let account = self.account(name, &path)?;
                self.world.accounts.get(account.at()).map(|a| a.icon_mailbox)
            }
            _ => {
                let person = self.find(name, &path)?;
                self.mail.get(&(person, kind)).copied()
            }
        };
        if found.is_none() {
            let help = "write person and kind, such as `nur.ces`; kinds are ces, sg-mail, other, icon";
            self.fault("S222", format!("no mailbox `{text}`"), &path, help);
        }
        found
    }

    fn act_row(
        &mut self,
        row: &Row,
        index: usize,
        when: When,
        above: &mut Above,
        base: &[PathSegment<'_>; 2],
    ) -> Option<What> {
        let (who, kind) = (row.who.as_ref()?, row.r#do?);
        let person = self.find(who, &key(base, "who"))?;
        let from = match &row.from {
            Some(name) => Some(self.find(name, &key(base, "from"))?),
            None => None,
        };
        let goes_on = kind.stays_on_the_page();
        let screen = above.screens.get(&from.unwrap_or(person)).copied().filter(|_| goes_on);
        let account = match (&row.account, screen) {
            (Some(name), _) => self.account(name, &key(base, "account"))?,
            (None, Some((_, account))) => account,
            (None, None) => self.account(who, &key(base, "who"))?,
        };
        let own = self.world.people.get(person.at()).map(|p| p.computer);
        let computer = match &row.computer {
            None => screen.filter(|_| from.is_none()).map(|(computer, _)| computer).or(own)?,
            Some(name) => self.computer(name, base)?,
        };
        let owner = self.world.accounts.get(account.at()).map(|a| a.owner);
        let context = ActContext { person, owner, screen: screen.map_or(computer, |(c, _)| c) };
        let act = act_row::from_row(row, context, &mut RowNames { planner: self, account, base })?;
        let mut doing = Activity::new(index, act, person, account, computer);
        if let Act::Leave { how: Leaving::RemovedByCustodian, .. } = act {
            doing.person = owner?;
            doing.computer = self.world.people.get(doing.person.at()).map(|p| p.computer)?;
        }
        doing.fresh = (kind == ActKind::SignIn && row.computer.is_none()) || row.fresh == Some(true);
        doing.code = self.code_typed(row, kind, base);
        doing.profile = row.profile.unwrap_or(Pick::Newest);
        doing.by_steps = row.by_steps == Some(true);
        self.company(row, &mut doing, base);
        if !goes_on || from.is_none() {
            above.screens.insert(doing.person, (doing.computer, account));
        }
        let code_at = self.code_at(row, when, above.day, base);
        Some(What::Act { doing, code_at })
    }

    /// How the code is typed.
    fn code_typed(&mut self, row: &Row, kind: ActKind, base: &[PathSegment<'_>; 2]) -> Typing {
        let code_alone =
            [ActKind::EnterCode, ActKind::TestToken, ActKind::SaveToken, ActKind::EnterSerial].contains(&kind);
        if matches!(row.typed, Some(Typing::Earlier | Typing::Later)) && !code_alone {
            let title = "only a code is one of another time step".to_owned();
            self.fault("S232", title, &key(base, "typed"), "say `right`, `wrong`, `wrong-case` or `wrong-name`");
        }
        let typed = if kind == ActKind::TestToken { row.typed } else { row.code_typed };
        typed.unwrap_or(Typing::Right)
    }

    /// Those who join in at the same screen.
    fn company(&mut self, row: &Row, doing: &mut Activity, base: &[PathSegment<'_>; 2]) {
        for (i, name) in row.with.iter().enumerate() {
            let path = [base[0], base[1], PathSegment::Key("with"), PathSegment::Index(i)];
            let Some(joins) = self.find(name, &path) else { continue };
            if doing.participants().any(|p| p == joins) {
                self.fault("S223", format!("`{name}` takes part twice"), &path, "name everyone once");
                continue;
            }
            doing.with.push(joins);
        }
    }

    /// When the code is typed, where the row says so.
    fn code_at(&mut self, row: &Row, when: When, day: Option<Date>, base: &[PathSegment<'_>; 2]) -> Option<When> {
        let code_at = match parse_row_time(row.code_at.as_deref()?) {
            Ok(RowTime::Clock(clock)) => When::At(Time::at(day?, clock)),
            Ok(RowTime::After(span)) => When::After(span),
            Ok(RowTime::NextCode) => When::NextCode,
            Err(_) => return None,
        };
        if let (When::At(begins), When::At(typed)) = (when, code_at)
            && typed < begins
        {
            let title = "the code is typed before the row begins".to_owned();
            self.fault("S209", title, &key(base, "code-at"), "say a later `code-at:`");
        }
        Some(code_at)
    }

    fn computer(&mut self, name: &str, base: &[PathSegment<'_>; 2]) -> Option<ComputerId> {
        let found = self.names.computers.get(name).copied();
        if found.is_none() {
            let known: Vec<&str> = self.names.computers.keys().map(String::as_str).collect();
            let help = suggest(name, &known);
            self.fault("S212", format!("no computer `{name}`"), &key(base, "computer"), &help);
        }
        found
    }
}

/// The names in one row, with the place at which one that stands for nothing is told.
struct RowNames<'n, 's> {
    planner: &'n mut ReplayPlanner<'s>,
    account: AccountId,
    base: &'n [PathSegment<'n>; 2],
}

impl Named for RowNames<'_, '_> {
    fn person(&mut self, at: &'static str, name: &str) -> Option<PersonId> {
        self.planner.find(name, &key(self.base, at))
    }

    fn mailbox(&mut self, address: &AddressIs) -> Option<MailboxId> {
        let account = self.planner.world.accounts.get(self.account.at())?;
        match address {
            AddressIs::Own(Address::Icon) => Some(account.icon_mailbox),
            AddressIs::Own(own) => self.planner.mail.get(&(account.owner, own.word())).copied(),
            AddressIs::Named(name) => self.planner.mailbox(name, "address", self.base),
        }
    }
}

fn key<'p>(base: &[PathSegment<'p>; 2], name: &'static str) -> [PathSegment<'p>; 3] {
    [base[0], base[1], PathSegment::Key(name)]
}

/// When something begins that is counted from another instant; a code's next time step is the server's.
pub(super) fn resolve(when: When, from: Time, period: i64) -> Time {
    match when {
        When::At(time) => time,
        When::After(span) => from.plus(span),
        When::NextCode => from.plus(Span(period - from.0.rem_euclid(period.max(1)))),
    }
}

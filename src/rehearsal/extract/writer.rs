//! The journal of one person as the text of a scenario: what the replicate did to them becomes rows, and what helpers
//! did too.
//!
//! Promises a text in the format of scenarios. Deliberately leaves out what other people did, and generic accounts.

use crate::act::{Act, ActKind, ActOutcome, Interaction, Typing};
use crate::engine::Fault;
use crate::format::act_row::{Called, to_row};
use crate::format::row_writer::pairs;
use crate::format::rows::{Address, AddressIs, EventIs, FaultIs, PartyIs, Row};
use crate::kernel::password::Shape;
use crate::kernel::units::{DAY, MINUTE, SECOND};
use crate::kernel::{Date, Span, Time};
use crate::policy::request::Role;
use crate::rehearsal::observe::journal::{
    HelperState, Journal, JournalAct, JournalEntry, JournalEvent, OtpFate, OtpMailbox, PersonRef, StartingState,
};
use crate::rehearsal::run::simulation::Incident;
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::world::codes::App;
use crate::world::ids::{ComputerId, MailboxId, PersonId};
use crate::world::state::ALL_ANSWERS;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Tolerance for the duration of an act in a replay in which an OTP is awaited: people look into a mailbox every few
/// seconds.
const LOOKS: i64 = 10 * SECOND;
/// A helper without a second factor is given one this long before their first act with one.
const BEFORE: Span = Span(15 * MINUTE);

/// A row under way, or a comment where there is nothing to replay.
struct TimedRow {
    at: i64,
    row: Row,
    comment: Option<&'static str>,
}

/// How a journal becomes rows where rows know less than it does.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Way {
    /// Whole seconds are rounded up, and else down.
    pub(super) up: bool,
    /// OPA has a hard token at hand that was somebody else's.
    pub(super) spare: bool,
}

/// The rows of a scenario while a journal is read.
pub(super) struct Writer<'l> {
    plan: &'l RehearsalPlan,
    life: &'l Journal,
    start: &'l StartingState,
    names: BTreeMap<PersonId, String>,
    rows: Vec<TimedRow>,
    /// From when on each person is free, in a replay.
    free: BTreeMap<PersonId, i64>,
    /// Which helpers have set up by now.
    set_up: BTreeMap<PersonId, bool>,
    /// Which helpers know their own password by now.
    knows: BTreeMap<PersonId, bool>,
    way: Way,
}

impl<'l> Writer<'l> {
    /// Nothing is written yet.
    pub(super) fn new(plan: &'l RehearsalPlan, life: &'l Journal, start: &'l StartingState, way: Way) -> Writer<'l> {
        let mut names = BTreeMap::from([(start.person, "person".to_owned())]);
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for (id, helper) in &life.helpers {
            let word = helper.role.word();
            let count = counts.entry(word).and_modify(|count| *count += 1).or_insert(1);
            names.insert(*id, if *count == 1 { word.to_owned() } else { format!("{word}-{count}") });
        }
        let set_up = life.helpers.iter().map(|(id, helper)| (*id, helper.enrolled)).collect();
        let knows = life.helpers.iter().map(|(id, helper)| (*id, helper.knows_password)).collect();
        let (rows, free) = (Vec::new(), BTreeMap::new());
        Writer { plan, life, start, names, rows, free, set_up, knows, way }
    }

    /// The text of the scenario; the title names the policy `against` which this is held, if any.
    pub(super) fn write(mut self, number: u32, whose: PersonRef, against: Option<&str>) -> String {
        let (plan, place) = (self.plan, self.plan.place(whose.place));
        for entry in &self.life.entries {
            self.entry(entry);
        }
        self.outages();
        self.rows.sort_by_key(|row| row.at);
        let mut out = format!(
            "# One person of a rehearsal, pulled out by\n# mims-sim rehearse {} --seed {} --person {place}/{} --replicate {number}\n",
            plan.file, plan.seed, whose.number
        );
        let against = against.map(|name| format!(", held against {name}")).unwrap_or_default();
        let (whole, policy) = (&plan.title, &plan.candidate.name);
        let title = format!("{whole}: {place}/{} of run {number}, under {policy}{against}", whose.number);
        let _ = writeln!(out, "scenario: {}\ntags: [rehearsal]\n\ngiven:", text(&title));
        let decisions = plan.candidate.decisions.iter().zip(&self.life.decided);
        let decided: Vec<String> = decisions.filter(|(_, taken)| **taken).map(|(d, _)| text(&d.id)).collect();
        let decided = match plan.candidate.decisions.is_empty() {
            true => String::new(),
            false => format!("\n  decided: [{}]", decided.join(", ")),
        };
        let kind = if self.start.school { "school" } else { "hq" };
        let _ = writeln!(
            out,
            "  policy: {}{decided}\n  places:\n    {}: {kind}\n  people:",
            text(&plan.candidate.name),
            text(&self.start.place)
        );
        let _ = writeln!(out, "    person: {{{}}}", self.person());
        for (id, helper) in &self.life.helpers {
            let _ = writeln!(out, "    {}: {{{}}}", self.name(*id), self.helper(*helper));
        }
        out += "\nwhen:\n";
        let mut day: Option<Date> = None;
        for row in &self.rows {
            let at = Time(row.at);
            if day != Some(at.date()) {
                day = Some(at.date());
                let _ = writeln!(out, "  - day: {} {}", at.date().weekday(), at.date().iso());
            }
            if let Some(comment) = row.comment {
                let _ = writeln!(out, "  # {} {comment}", at.clock());
            }
            if row.row != Row::default() {
                let _ = writeln!(out, "  - {{at: {}, {}}}", at.clock(), keys(&row.row));
            }
        }
        out
    }

    fn name(&self, id: PersonId) -> &str {
        self.names.get(&id).map_or("?", String::as_str)
    }

    /// How the person begins, where that is not the usual.
    fn person(&self) -> String {
        let start = self.start;
        let mut out = Vec::new();
        if start.role != Role::Staff {
            out.push(format!("role: {}", start.role.word()));
        }
        match &start.phone {
            None => out.push("phone: none".to_owned()),
            Some(phone) => {
                let mut has = Vec::new();
                match phone.app {
                    Some(App::Google) => {}
                    Some(App::Microsoft) => has.push("app: microsoft-authenticator".to_owned()),
                    Some(App::NetIq) => has.push("app: netiq-authenticator".to_owned()),
                    None => has.push("app: none".to_owned()),
                }
                if phone.ios {
                    has.push("os: ios".to_owned());
                }
                if phone.clock != Span(0) {
                    has.push(format!("clock: {}", offset(phone.clock.0)));
                }
                if !has.is_empty() {
                    out.push(format!("phone: {{{}}}", has.join(", ")));
                }
            }
        }
        match (start.answers_set, start.answers) {
            (true, ALL_ANSWERS) => {}
            (true, some) => out.push(format!("answers: {{remembered: {some}}}")),
            (false, _) => out.push("answers: not-set".to_owned()),
        }
        match start.mail {
            OtpMailbox::Own => {}
            OtpMailbox::Icon => out.push("otp-address: icon".to_owned()),
            OtpMailbox::Stale => out.push("otp-address: stale".to_owned()),
        }
        if start.new {
            out.push("new: true".to_owned());
        } else if !start.knows_password {
            out.push("knows-password: false".to_owned());
        }
        if start.enrolled {
            out.push("enrolled: true".to_owned());
        }
        out.join(", ")
    }

    fn helper(&self, helper: HelperState) -> String {
        let mut out = vec![format!("role: {}", helper.role.word())];
        if helper.here {
            out.push(format!("place: {}", text(&self.start.place)));
        }
        if !helper.knows_password {
            out.push("knows-password: false".to_owned());
        }
        if self.way.spare && helper.role == Role::Opa {
            out.push("hard-token: true".to_owned());
        }
        if helper.enrolled {
            out.push("enrolled: true".to_owned());
        }
        out.join(", ")
    }

    fn row(&mut self, at: i64, row: Row) {
        self.rows.push(TimedRow { at, row, comment: None });
    }

    /// What befalls a person.
    fn fault(&self, fault: FaultIs, who: PersonId) -> Row {
        Row { fault: Some(fault), who: Some(self.name(who).to_owned()), ..Row::default() }
    }

    /// The time of an entry in whole seconds.
    fn whole_seconds(&self, at: Time) -> i64 {
        (at.0 + if self.way.up { SECOND - 1 } else { 0 }).div_euclid(SECOND) * SECOND
    }

    fn entry(&mut self, entry: &JournalEntry) {
        match &entry.what {
            JournalEvent::Incident(incident) => self.incident(entry, *incident),
            JournalEvent::Act(act) => self.journal_act(entry, act),
        }
    }

    fn incident(&mut self, entry: &JournalEntry, incident: Incident) {
        let (at, who) = (self.whole_seconds(entry.at), entry.who);
        match incident {
            Incident::ForgetsPassword => self.row(at, self.fault(FaultIs::ForgottenPassword, who)),
            Incident::LeavesPhone => {
                let back = JournalEvent::Incident(Incident::HasPhoneAgain);
                let again = self.life.entries.iter().find(|other| other.at >= entry.at && other.what == back);
                let until = again.map_or(at + DAY, |other| other.at.0.div_euclid(SECOND) * SECOND).max(at + SECOND);
                let until = Some(until_text(at, until));
                self.row(at, Row { until, ..self.fault(FaultIs::PhoneElsewhere, who) });
            }
            Incident::HasPhoneAgain => {}
            Incident::InstallsApp => self.row(at, to_row(Interaction::InstallApp.into(), who, self)),
            Incident::SetsClock => {
                self.row(at, Row { by: Some("0s".to_owned()), ..self.fault(FaultIs::WrongClock, who) });
            }
            Incident::AccountCreated => {
                let (event, account) = (Some(EventIs::AccountCreated), Some(self.name(who).to_owned()));
                self.row(at, Row { event, account, ..Row::default() });
            }
            Incident::Explained => self.rows.push(TimedRow {
                at,
                row: Row::default(),
                comment: Some("an agent of the desk has answered and explained what to do"),
            }),
        }
    }

    fn journal_act(&mut self, entry: &JournalEntry, act: &JournalAct) {
        let Some((end, result)) = act.ended else { return };
        let free = self.free.get(&entry.who).copied().unwrap_or(i64::MIN);
        let begins = self.whole_seconds(entry.at).max(free);
        self.helper_knows(entry.who, act.knows_password, begins);
        self.helper_sets_up(entry.who, act.enrolled, begins);
        let slack = act.otp.map_or(0, |otp| LOOKS + self.mail(otp, act.mail, begins, end.0));
        let row = self.act(entry.who, act.act, act.code, act.fresh, result);
        let ends = begins + (end.0 - entry.at.0) + slack;
        self.free.insert(entry.who, (ends + SECOND - 1).div_euclid(SECOND) * SECOND);
        self.row(begins, row);
    }

    /// A helper who has got a new password since they were last seen, or has forgotten it, does so before this act.
    fn helper_knows(&mut self, who: PersonId, knows: bool, before: i64) {
        let Some(known) = self.knows.get_mut(&who) else { return };
        if std::mem::replace(known, knows) == knows {
            return;
        }
        let row = if knows {
            let expect = Some(ActOutcome::Done.word().to_owned());
            Row { expect, ..to_row(Act::ForgotPassword { shape: Shape::Good }, who, self) }
        } else {
            self.fault(FaultIs::ForgottenPassword, who)
        };
        self.row(before - 2 * BEFORE.0, row);
    }

    /// A helper who has set up since they were last seen sets up before this act.
    fn helper_sets_up(&mut self, who: PersonId, enrolled: bool, before: i64) {
        let Some(known) = self.set_up.get_mut(&who) else { return };
        if enrolled && !std::mem::replace(known, true) {
            self.row(before - BEFORE.0, to_row(Act::Enrol, who, self));
        }
    }

    /// The fault that makes an OTP come as late as it did; how much longer the act may take because mail is no faster
    /// in a replay.
    fn mail(&mut self, otp: OtpFate, mail: OtpMailbox, begins: i64, end: i64) -> i64 {
        let mailbox = match mail {
            OtpMailbox::Own => "person.ces",
            OtpMailbox::Icon => "person.icon",
            OtpMailbox::Stale => return 0,
        };
        let (fault, by) = match otp {
            OtpFate::Lost => (FaultIs::LostMail, None),
            OtpFate::Later(by) if by.0 <= 0 => return -by.0,
            OtpFate::Later(by) => (FaultIs::SlowMail, Some(offset(by.0))),
        };
        let until = ((end.div_euclid(SECOND) + 1) * SECOND).max(begins + SECOND);
        let (mailbox, until) = (Some(mailbox.to_owned()), Some(until_text(begins, until)));
        self.row(begins, Row { fault: Some(fault), mailbox, by, until, ..Row::default() });
        0
    }

    fn act(&self, who: PersonId, act: Act, code: Typing, fresh: bool, result: ActOutcome) -> Row {
        let own = who == self.start.person;
        let kind = act.kind();
        // Mail that helpers read, and tokens that they ask for and hand over, are their own affair.
        let about = if act.is_off_page() {
            kind.needs().contains(&"account") || kind == ActKind::Tell || kind == ActKind::Ask && !own
        } else {
            !own
        };
        let says = kind.needs().contains(&"expect") || result != ActOutcome::Done;
        Row {
            account: about.then(|| self.name(self.start.person).to_owned()),
            code_typed: Some(code).filter(|code| *code == Typing::Wrong && kind.takes().contains(&"code-typed")),
            fresh: (fresh && kind.takes().contains(&"fresh")).then_some(true),
            expect: says.then(|| result.word().to_owned()),
            ..to_row(act, who, self)
        }
    }

    /// Parties that do not answer anybody.
    fn outages(&mut self) {
        for (from, until, fault) in &self.plan.faults {
            let Fault::Outage(down) = fault else { continue };
            let Some(party) = PartyIs::ALL.iter().find(|party| party.party() == *down) else { continue };
            let (party, until) = (Some(*party), Some(until_text(from.0, until.0)));
            let row = Row { fault: Some(FaultIs::Outage), party, until, ..Row::default() };
            self.rows.insert(0, TimedRow { at: from.0, row, comment: None });
        }
    }
}

impl Called for Writer<'_> {
    fn name(&self, id: PersonId) -> String {
        Writer::name(self, id).to_owned()
    }

    /// Addresses are changed to the one address that everybody has.
    fn address(&self, _: MailboxId) -> AddressIs {
        AddressIs::Own(Address::Ces)
    }

    /// Nobody looks at another's screen.
    fn elsewhere(&self, _: ComputerId, _: PersonId) -> Option<String> {
        None
    }
}

/// The keys of a row in the order in which a story of one person reads best.
const ORDER: &[&str] = &[
    "event",
    "fault",
    "mailbox",
    "party",
    "who",
    "do",
    "via",
    "of",
    "topic",
    "typed",
    "code-typed",
    "account",
    "address",
    "tell",
    "to",
    "fresh",
    "by",
    "until",
    "expect",
];

/// A row without its time; an instant is put in quotation marks.
fn keys(row: &Row) -> String {
    let mut keys = pairs(row);
    keys.sort_by_key(|(key, _)| ORDER.iter().position(|known| known == key).unwrap_or(ORDER.len()));
    let quoted =
        |key: &str, value: &str| if key == "until" && value.contains(' ') { text(value) } else { value.to_owned() };
    let keys: Vec<String> = keys.iter().map(|(key, value)| format!("{key}: {}", quoted(key, value))).collect();
    keys.join(", ")
}

/// A time of the same day, or an instant.
fn until_text(from: i64, until: i64) -> String {
    let (from, until) = (Time(from), Time(until));
    if from.date() == until.date() { until.clock() } else { format!("{} {}", until.date().iso(), until.clock()) }
}

/// `+83s412ms`.
fn offset(by: i64) -> String {
    let sign = if by < 0 { '-' } else { '+' };
    let (seconds, rest) = (by.abs() / SECOND, by.abs() % SECOND);
    if rest == 0 { format!("{sign}{seconds}s") } else { format!("{sign}{seconds}s{rest}ms") }
}

/// A text in double quotes where it could mean something else.
fn text(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '.'].contains(&c);
    let safe = value.chars().all(plain) && value.starts_with(|c: char| c.is_ascii_alphabetic());
    let word = ["true", "false", "null", "yes", "no", "on", "off"].contains(&value.to_ascii_lowercase().as_str());
    if safe && !word { value.to_owned() } else { serde_json::to_string(value).unwrap_or_default() }
}

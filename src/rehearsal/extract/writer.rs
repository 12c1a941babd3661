//! One person of a replicate as a scenario of its own: what the replicate did to them becomes rows, and what helpers did too.
//!
//! Promises a text that `test` replays green and `explain` explains: it is replayed here before it is handed out, and told
//! apart where that does not come to the same. Deliberately leaves out what other people did, and generic accounts.

use crate::act::{Act, ActKind, ActOutcome, Interaction, Typing};
use crate::counted::counted;
use crate::diagnostic::Diagnostic;
use crate::engine::Fault;
use crate::format::act_row::{Called, to_row};
use crate::format::formatter::layout;
use crate::format::load::{FileContents, read};
use crate::format::row_writer::pairs;
use crate::format::rows::{Address, AddressIs, EventIs, FaultIs, PartyIs, Row};
use crate::kernel::password::Shape;
use crate::kernel::{Date, Span, Time};
use crate::policy::request::{Reason, Role};
use crate::rehearsal::observe::journal::{
    HelperState, Journal, JournalEntry, JournalEvent, OtpFate, OtpMailbox, PersonRef, StartingState,
};
use crate::rehearsal::observe::snapshot::{AccountSnapshot, EveSnapshot};
use crate::rehearsal::replicate_with_journal;
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::replay::library::Library;
use crate::replay::{self, Verdict};
use crate::world::authenticator::App;
use crate::world::ids::{ComputerId, MailboxId, PersonId};
use crate::world::state::ALL_ANSWERS;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How much longer an act may take in a replay, beside mail: people look into a mailbox every few seconds.
const LOOKS: i64 = 10_000;
/// So long before a helper's act they have set up, where they had not before.
const BEFORE: Span = Span(900_000);
/// How many people are tried for a story.
const TRIES: usize = 3;
const SECOND: i64 = 1000;
const DAY: i64 = 86_400_000;

/// A person pulled out.
#[derive(Clone, Debug)]
pub struct ExtractedScenario {
    /// The scenario's text.
    pub text: String,
    /// It as a plan.
    pub plan: replay::ScenarioPlan,
    /// What it comes to: green.
    pub verdict: Verdict,
}

impl ExtractedScenario {
    /// What happened to them, told as `explain` does, without the sign-ins on quiet days before and after.
    pub fn story(&self, morning: Time) -> String {
        let ends: Vec<Option<(Time, bool, bool)>> = self
            .verdict
            .ended
            .iter()
            .map(|ended| {
                ended.map(|(at, is)| (at, matches!(is.act, Act::SignIn { .. }), is.result == ActOutcome::Granted))
            })
            .collect();
        let mut keep = vec![true; ends.len()];
        let mut before = true;
        for (slot, end) in keep.iter_mut().zip(&ends) {
            if let Some((at, true, granted)) = end {
                // A sign-in that opens iCON again, or on the day itself, is a part of the story.
                *slot = !granted || !before || at.date() == morning.date();
                before = *granted;
            }
        }
        self.plan.tale(&self.verdict, &self.text, &|index| keep.get(index).copied().unwrap_or(true))
    }
}

/// A person whose story is told.
#[derive(Clone, Debug)]
pub struct ExtractedStory {
    /// Why they were locked out on the first morning.
    pub cause: Reason,
    /// Who it is.
    pub whose: PersonRef,
    /// Their number in the world.
    pub person: PersonId,
    /// In which run.
    pub run: u32,
    /// Their life.
    pub pulled: ExtractedScenario,
}

/// For each main cause on the first morning one person, in the run that is nearest to the median: of those who are locked out
/// for this cause, the one in the middle by the time at which it began.
pub fn stories(plan: &RehearsalPlan, book: &Library, looks: &[EveSnapshot], most: usize) -> Vec<ExtractedStory> {
    let own = |aside: &EveSnapshot| aside.out().filter(|seen| !seen.generic).count();
    let mut order: Vec<(usize, usize)> = looks.iter().map(own).zip(0..).collect();
    order.sort_unstable();
    let middle = order.len() / 2;
    let Some((_, run)) = order.get(middle).copied() else { return Vec::new() };
    let mut causes: BTreeMap<Reason, usize> = BTreeMap::new();
    for (cause, _) in looks.iter().flat_map(EveSnapshot::out).filter(|seen| !seen.generic).filter_map(|seen| seen.out) {
        *causes.entry(cause).or_insert(0) += 1;
    }
    let mut causes: Vec<(usize, Reason)> = causes.into_iter().map(|(cause, count)| (count, cause)).collect();
    causes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut out = Vec::new();
    for (_, cause) in causes.into_iter().take(most) {
        // The run in the middle first, then the others in their order.
        let runs = std::iter::once(run).chain((0..looks.len()).filter(|other| *other != run));
        let told = runs.filter_map(|run| looks.get(run).map(|look| (run, look))).find_map(|(run, look)| {
            let mut of: Vec<(Time, &AccountSnapshot)> = look
                .out()
                .filter(|seen| !seen.generic)
                .filter_map(|seen| seen.out.filter(|(why, _)| *why == cause).map(|(_, since)| (since, seen)))
                .collect();
            of.sort_by_key(|(since, seen)| (*since, seen.owner));
            let at = of.len() / 2;
            let nearest = of.get(at..).into_iter().flatten().chain(of.get(..at).into_iter().flatten());
            nearest.take(TRIES).find_map(|(_, seen)| {
                let whose = PersonRef { place: seen.place as usize, number: seen.number };
                let run = u32::try_from(run).ok()?;
                let pulled = extract(plan, book, run, whose, None).ok()?;
                Some(ExtractedStory { cause, whose, person: seen.owner, run, pulled })
            })
        });
        out.extend(told);
    }
    out
}

/// Pulls a person out of a replicate; `book` has its policy. The title names the policy `against` which this is held, if any.
///
/// # Errors
/// Why not: there is nobody of this number, or the replay does not come to the same.
pub fn extract(
    plan: &RehearsalPlan,
    book: &Library,
    number: u32,
    whose: PersonRef,
    against: Option<&str>,
) -> Result<ExtractedScenario, String> {
    let life = replicate_with_journal(plan, number, Journal::of(whose));
    let place = plan.place(whose.place);
    let Some(start) = &life.start else {
        return Err(format!(
            "{place} has {}, numbered from 1; there is no number {}",
            counted(life.people, "person"),
            whose.number
        ));
    };
    // Rows know whole seconds, and a helper may hand on what came for another: one of these ways comes to the same.
    let ways = [(false, false), (true, false), (false, true), (true, true)];
    let mut last = String::new();
    for (up, spare) in ways {
        let writer = Writer { up, spare, ..Writer::new(plan, &life, start) };
        match replayed(writer.write(number, whose, against), book) {
            Ok(pulled) => return Ok(pulled),
            Err(why) if last.is_empty() => last = why,
            Err(_) => {}
        }
    }
    Err(format!("run {number}, {place}/{}: {last}", whose.number))
}

/// The text as a scenario that was replayed, and is green.
fn replayed(text: String, book: &Library) -> Result<ExtractedScenario, String> {
    let name = "pulled-out.yaml";
    let wrong = |faults: &[Diagnostic]| {
        let first = faults.first().map(|fault| fault.title.clone()).unwrap_or_default();
        format!("the scenario cannot be run: {first}")
    };
    let loaded = read(name, text.as_bytes()).map_err(|faults| wrong(&faults))?;
    let text = layout(&text, &loaded.tree).unwrap_or(text);
    let loaded = read(name, text.as_bytes()).map_err(|faults| wrong(&faults))?;
    let FileContents::Scenario(cases) = &loaded.contents else { return Err(wrong(&[])) };
    let case = cases.first().ok_or_else(|| wrong(&[]))?;
    let scenario = replay::plan(&loaded, case, book, None).map_err(|faults| wrong(&faults))?;
    let verdict = scenario.run().map_err(|faults| wrong(&faults))?;
    if let Some(failure) = verdict.failures.first() {
        let at = failure.at.map(|at| format!(" at {at}")).unwrap_or_default();
        return Err(format!("a replay comes to something else{at}: {}", failure.said));
    }
    Ok(ExtractedScenario { text, plan: scenario, verdict })
}

/// A row under way, or a comment where there is nothing to replay.
struct TimedRow {
    at: i64,
    row: Row,
    comment: Option<&'static str>,
}

struct Writer<'l> {
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
    /// Whole seconds are rounded up.
    up: bool,
    /// OPA has a hard token at hand that was somebody else's.
    spare: bool,
}

impl<'l> Writer<'l> {
    fn new(plan: &'l RehearsalPlan, life: &'l Journal, start: &'l StartingState) -> Writer<'l> {
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
        Writer { plan, life, start, names, rows, free, set_up, knows, up: false, spare: false }
    }

    fn write(mut self, number: u32, whose: PersonRef, against: Option<&str>) -> String {
        let (plan, place) = (self.plan, self.plan.place(whose.place));
        for deed in &self.life.deeds {
            self.deed(deed);
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
        if self.spare && helper.role == Role::Opa {
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

    fn deed(&mut self, deed: &JournalEntry) {
        let at = (deed.at.0 + if self.up { SECOND - 1 } else { 0 }).div_euclid(SECOND) * SECOND;
        let who = deed.who;
        match &deed.what {
            JournalEvent::Forgets => self.row(at, self.fault(FaultIs::ForgottenPassword, who)),
            JournalEvent::Leaves => {
                let again =
                    self.life.deeds.iter().find(|other| other.at >= deed.at && other.what == JournalEvent::HasAgain);
                let until = again.map_or(at + DAY, |other| other.at.0.div_euclid(SECOND) * SECOND).max(at + SECOND);
                let until = Some(until_text(at, until));
                self.row(at, Row { until, ..self.fault(FaultIs::PhoneElsewhere, who) });
            }
            JournalEvent::HasAgain => {}
            JournalEvent::InstallsApp => self.row(at, to_row(Interaction::InstallApp.into(), who, self)),
            JournalEvent::SetsClock => {
                self.row(at, Row { by: Some("0s".to_owned()), ..self.fault(FaultIs::WrongClock, who) });
            }
            JournalEvent::Created => {
                let (event, account) = (Some(EventIs::AccountCreated), Some(self.name(who).to_owned()));
                self.row(at, Row { event, account, ..Row::default() });
            }
            JournalEvent::Explained => self.rows.push(TimedRow {
                at,
                row: Row::default(),
                comment: Some("an agent of the desk has answered and explained what to do"),
            }),
            JournalEvent::Act { ended: None, .. } => {}
            JournalEvent::Act {
                act,
                code,
                fresh,
                ended: Some((end, result)),
                mail,
                otp,
                enrolled,
                knows_password,
                ..
            } => {
                let free = self.free.get(&deed.who).copied().unwrap_or(i64::MIN);
                let begins = at.max(free);
                self.helper_knows(deed.who, *knows_password, begins);
                self.helper_sets_up(deed.who, *enrolled, begins);
                let mut slack = 0;
                if let Some(otp) = otp {
                    slack = LOOKS;
                    slack += self.mail(*otp, *mail, begins, end.0);
                }
                let row = self.act(who, *act, *code, *fresh, *result);
                let ends = begins + (end.0 - deed.at.0) + slack;
                self.free.insert(deed.who, (ends + SECOND - 1).div_euclid(SECOND) * SECOND);
                self.row(begins, row);
            }
        }
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

    /// The fault that makes an OTP come as late as it did; how much longer the act may take because mail is no faster in a replay.
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

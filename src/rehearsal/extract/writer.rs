//! One person of a replicate as a scenario of its own: what the replicate did to them becomes rows, and what helpers did too.
//!
//! Promises a text that `test` replays green and `explain` explains: it is replayed here before it is handed out, and told
//! apart where that does not come to the same. Deliberately leaves out what other people did, and generic accounts.

use crate::act::{Act, ActKind, ActOutcome, Interaction, Typing, Via};
use crate::counted::counted;
use crate::diagnostic::Diagnostic;
use crate::engine::Fault;
use crate::format::formatter::layout;
use crate::format::load::{FileContents, read};
use crate::format::rows::Address;
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
use crate::world::ids::PersonId;
use crate::world::message::Party;
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

/// A row under way: when, and its keys.
struct Row {
    at: i64,
    keys: Vec<(&'static str, String)>,
    comment: Option<&'static str>,
}

struct Writer<'l> {
    plan: &'l RehearsalPlan,
    life: &'l Journal,
    start: &'l StartingState,
    names: BTreeMap<PersonId, String>,
    rows: Vec<Row>,
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
            if !row.keys.is_empty() {
                let keys: Vec<String> = row.keys.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                let _ = writeln!(out, "  - {{at: {}, {}}}", at.clock(), keys.join(", "));
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

    fn row(&mut self, at: i64, keys: Vec<(&'static str, String)>) {
        self.rows.push(Row { at, keys, comment: None });
    }

    fn deed(&mut self, deed: &JournalEntry) {
        let at = (deed.at.0 + if self.up { SECOND - 1 } else { 0 }).div_euclid(SECOND) * SECOND;
        let who = self.name(deed.who).to_owned();
        let fault = |word: &str| vec![("fault", word.to_owned()), ("who", who.clone())];
        match &deed.what {
            JournalEvent::Forgets => self.row(at, fault("forgotten-password")),
            JournalEvent::Leaves => {
                let again =
                    self.life.deeds.iter().find(|other| other.at >= deed.at && other.what == JournalEvent::HasAgain);
                let until = again.map_or(at + DAY, |other| other.at.0.div_euclid(SECOND) * SECOND).max(at + SECOND);
                let mut keys = fault("phone-elsewhere");
                keys.push(("until", until_text(at, until)));
                self.row(at, keys);
            }
            JournalEvent::HasAgain => {}
            JournalEvent::InstallsApp => {
                self.row(at, vec![("who", who), ("do", ActKind::InstallApp.word().to_owned())])
            }
            JournalEvent::SetsClock => {
                let mut keys = fault("wrong-clock");
                keys.push(("by", "0s".to_owned()));
                self.row(at, keys);
            }
            JournalEvent::Created => self.row(at, vec![("event", "account-created".to_owned()), ("account", who)]),
            JournalEvent::Explained => {
                self.rows.push(Row {
                    at,
                    keys: Vec::new(),
                    comment: Some("an agent of the desk has answered and explained what to do"),
                });
            }
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
                let keys = self.act(deed.who, *act, *code, *fresh, *result);
                let ends = begins + (end.0 - deed.at.0) + slack;
                self.free.insert(deed.who, (ends + SECOND - 1).div_euclid(SECOND) * SECOND);
                self.row(begins, keys);
            }
        }
    }

    /// A helper who has got a new password since they were last seen, or has forgotten it, does so before this act.
    fn helper_knows(&mut self, who: PersonId, knows: bool, before: i64) {
        let Some(known) = self.knows.get_mut(&who) else { return };
        if std::mem::replace(known, knows) == knows {
            return;
        }
        let name = self.name(who).to_owned();
        let row = if knows {
            let word = ActKind::ForgotPassword.word().to_owned();
            vec![("who", name), ("do", word), ("expect", ActOutcome::Done.word().to_owned())]
        } else {
            vec![("fault", "forgotten-password".to_owned()), ("who", name)]
        };
        self.row(before - 2 * BEFORE.0, row);
    }

    /// A helper who has set up since they were last seen sets up before this act.
    fn helper_sets_up(&mut self, who: PersonId, enrolled: bool, before: i64) {
        let Some(known) = self.set_up.get_mut(&who) else { return };
        if enrolled && !std::mem::replace(known, true) {
            let name = self.name(who).to_owned();
            self.row(before - BEFORE.0, vec![("who", name), ("do", ActKind::Enrol.word().to_owned())]);
        }
    }

    /// The fault that makes an OTP come as late as it did; how much longer the act may take because mail is no faster in a replay.
    fn mail(&mut self, otp: OtpFate, mail: OtpMailbox, begins: i64, end: i64) -> i64 {
        let mailbox = match mail {
            OtpMailbox::Own => "person.ces",
            OtpMailbox::Icon => "person.icon",
            OtpMailbox::Stale => return 0,
        };
        let until = (end.div_euclid(SECOND) + 1) * SECOND;
        let mut keys = vec![("mailbox", mailbox.to_owned())];
        let word = match otp {
            OtpFate::Lost => "lost-mail",
            OtpFate::Later(by) if by.0 <= 0 => return -by.0,
            OtpFate::Later(by) => {
                keys.push(("by", offset(by.0)));
                "slow-mail"
            }
        };
        keys.insert(0, ("fault", word.to_owned()));
        keys.push(("until", until_text(begins, until.max(begins + SECOND))));
        self.row(begins, keys);
        0
    }

    fn act(
        &self,
        who: PersonId,
        act: Act,
        code: Typing,
        fresh: bool,
        result: ActOutcome,
    ) -> Vec<(&'static str, String)> {
        let mut keys = vec![("who", self.name(who).to_owned())];
        let mut add = |key: &'static str, value: &str| keys.push((key, value.to_owned()));
        let own = who == self.start.person;
        let person = self.name(self.start.person);
        let word = |r#do: ActKind| r#do.word();
        match act {
            Act::SignIn { via, typed } => {
                add("do", word(ActKind::SignIn));
                if let Some(via) = via {
                    add("via", if via == Via::Google { "google" } else { "portal" });
                }
                if typed == Typing::Wrong {
                    add("typed", "wrong");
                }
                if code == Typing::Wrong {
                    add("code-typed", "wrong");
                }
            }
            Act::Enrol | Act::ReEnrol | Act::EnrolHardToken => add("do", act.kind().word()),
            Act::ForgotPassword { .. } => add("do", word(ActKind::ForgotPassword)),
            Act::Interaction(between) => match between {
                Interaction::Ask { of, topic } => {
                    add("do", word(ActKind::Ask));
                    add("of", self.name(of));
                    add("topic", topic.word());
                    if !own {
                        add("account", person);
                    }
                }
                Interaction::RequestHardToken { of } => {
                    add("do", word(ActKind::RequestHardToken));
                    add("of", self.name(of));
                }
                Interaction::HandOverToken { to } => {
                    add("do", word(ActKind::HandOverToken));
                    add("to", self.name(to));
                }
                Interaction::UpdateEmail { .. } => {
                    add("do", word(ActKind::UpdateEmail));
                    add("account", person);
                    add("address", Address::Ces.word());
                }
                Interaction::ResetPassword { tell } => {
                    add("do", word(ActKind::ResetPassword));
                    add("account", person);
                    if let Some(tell) = tell {
                        add("tell", self.name(tell));
                    }
                }
                Interaction::HandOverCredentials { to } => {
                    add("do", word(ActKind::HandOverCredentials));
                    add("account", person);
                    add("to", self.name(to));
                }
                Interaction::IssueEmergencyPassword { to } => {
                    add("do", word(ActKind::IssueEmergencyPassword));
                    add("account", person);
                    add("to", self.name(to));
                }
                Interaction::Tell { to } => {
                    add("do", word(ActKind::Tell));
                    add("account", person);
                    add("to", self.name(to));
                }
                Interaction::ReadMail => add("do", word(ActKind::ReadMail)),
                Interaction::ReplacePhone => add("do", word(ActKind::ReplacePhone)),
                _ => add("do", word(ActKind::LosePhone)),
            },
            _ => add("do", word(ActKind::SetAnswers)),
        }
        if !own && !matches!(act, Act::Interaction(_)) {
            add("account", person);
        }
        if fresh && !matches!(act, Act::SignIn { .. }) {
            add("fresh", "true");
        }
        let says = matches!(act, Act::SignIn { .. } | Act::ForgotPassword { .. });
        if says || result != ActOutcome::Done {
            add("expect", result.word());
        }
        keys
    }

    /// Parties that do not answer anybody.
    fn outages(&mut self) {
        for (from, until, fault) in &self.plan.faults {
            let Fault::Outage(party) = fault else { continue };
            let word = match party {
                Party::Portal => "portal",
                Party::SelfService => "self-service",
                Party::EmailOtp => "email-otp",
                Party::PasswordReset => "password-reset",
                Party::Workspace => "workspace",
                _ => continue,
            };
            let keys = vec![
                ("fault", "outage".to_owned()),
                ("party", word.to_owned()),
                ("until", until_text(from.0, until.0)),
            ];
            self.rows.insert(0, Row { at: from.0, keys, comment: None });
        }
    }
}

/// A time of the same day, or an instant.
fn until_text(from: i64, until: i64) -> String {
    let (from, until) = (Time(from), Time(until));
    if from.date() == until.date() { until.clock() } else { text(&format!("{} {}", until.date().iso(), until.clock())) }
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

//! A scenario run and judged: names become a world, rows become acts, expectations become verdicts.
//!
//! Promises that a file with a wrong name, time or clause is never run. Deliberately prints nothing.

use crate::act::{Act, Doing, Leaving, Via};
use crate::clause::{Clauses, parse_citation};
use crate::diagnostic::{Diagnostic, Span as Place};
use crate::engine::Engine;
use crate::format::scenario::{
    Address, AnswersAre, AppIs, Do, How, Loaded, OfIs, Os, PersonIs, PhoneIs, Row, SessionOf, ViaIs,
};
use crate::format::tree::Step as Path;
use crate::kernel::time::{parse_date, parse_span, parse_time_of_day};
use crate::kernel::{Date, Draws, Span, Time};
use crate::policy::Policy;
use crate::policy::request::{AccountKind, Reason, Role, Topic};
use crate::policy::rules::Rules;
use crate::trace::{Ended, Event, Nobody, Recorder, Result as Outcome};
use crate::world::ids::{AccountId, ComputerId, MailboxId, PersonId, PlaceId};
use crate::world::state::{App, Computer, MailKind, Phone, World};
use std::collections::BTreeMap;

/// Ids given before a run begins lie below this.
const USED: u32 = 1_000_000;

/// When a row begins.
#[derive(Clone, Copy, Debug)]
enum When {
    At(Time),
    After(Span),
}

/// One row that can be run.
#[derive(Clone, Debug)]
struct Planned {
    when: When,
    doing: Doing,
    expect: Option<String>,
    resting_on: Clauses,
    opens: Option<AccountId>,
    place: Place,
}

/// A scenario that can be run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its title.
    pub title: String,
    /// The name of its file.
    pub file: String,
    policy: Policy,
    world: World,
    rows: Vec<Planned>,
    then: Vec<(AccountId, Vec<PersonId>, Place)>,
    people: BTreeMap<String, PersonId>,
    accounts: BTreeMap<String, AccountId>,
    start: Time,
}

/// An expectation that did not hold, as a place in the file and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where it was said.
    pub place: Place,
    /// What was expected, and what came instead.
    pub said: String,
}

/// A run and its verdict.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What did not hold; empty means green.
    pub failures: Vec<Failure>,
    /// How many expectations were judged.
    pub judged: usize,
    /// How each row ended.
    pub ended: Vec<Option<(Time, Ended)>>,
    /// Everything that happened.
    pub trace: Recorder,
}

struct Planner<'a> {
    loaded: &'a Loaded,
    faults: Vec<Diagnostic>,
    world: World,
    people: BTreeMap<String, PersonId>,
    accounts: BTreeMap<String, AccountId>,
    computers: BTreeMap<String, ComputerId>,
    mail: BTreeMap<(PersonId, &'static str), MailboxId>,
}

/// Makes a plan of a file.
///
/// # Errors
/// Everything in it that has no meaning, each with its place.
pub fn plan(loaded: &Loaded) -> Result<Plan, Vec<Diagnostic>> {
    let mut planner = Planner {
        loaded,
        faults: Vec::new(),
        world: World::default(),
        people: BTreeMap::new(),
        accounts: BTreeMap::new(),
        computers: BTreeMap::new(),
        mail: BTreeMap::new(),
    };
    let given = &loaded.scenario.given;
    if let Some(name) = given.policy.as_deref().filter(|name| *name != "guide-v1.1") {
        planner.fault(
            "S201",
            format!("no policy `{name}`"),
            &[Path::Key("given"), Path::Key("policy")],
            "the known one is `guide-v1.1`",
        );
    }
    for (i, cite) in loaded.scenario.cites.iter().enumerate() {
        if let Err(why) = parse_citation(cite) {
            planner.fault(
                "S202",
                why,
                &[Path::Key("cites"), Path::Index(i)],
                "clauses are written as `Q7` or `S2.1..S2.5`",
            );
        }
    }
    for (name, is) in &given.people {
        planner.person(name, is);
    }
    for (name, is) in &given.generic_accounts {
        planner.generic(name, &is.custodian, &is.members, is.kind);
    }
    for name in given.computers.keys() {
        let id = ComputerId(u32::try_from(planner.world.computers.len()).unwrap_or(u32::MAX));
        planner.world.computers.push(Computer::default());
        planner.computers.insert(name.clone(), id);
    }
    let rows = planner.timeline();
    let mut then = Vec::new();
    for (i, wanted) in loaded.scenario.then.iter().enumerate() {
        let base = [Path::Key("then"), Path::Index(i)];
        let account = planner.account(&wanted.account, &[base[0], base[1], Path::Key("account")]);
        let people: Vec<PersonId> = wanted
            .can_sign_in
            .iter()
            .filter_map(|p| planner.find(p, &[base[0], base[1], Path::Key("can-sign-in")]))
            .collect();
        if let Some(account) = account {
            then.push((account, people, planner.place(&base)));
        }
    }
    if rows.is_empty() && planner.faults.is_empty() {
        planner.fault(
            "S203",
            "nothing happens in this scenario".to_owned(),
            &[],
            "add a `when:` with a `day:` and a row",
        );
    }
    if !planner.faults.is_empty() {
        return Err(planner.faults);
    }
    let start = rows.iter().find_map(|r| if let When::At(t) = r.when { Some(Time::at(t.date(), 0)) } else { None });
    Ok(Plan {
        title: loaded.scenario.scenario.clone(),
        file: loaded.source.name.clone(),
        policy: Policy::uniform("guide-v1.1", Rules::default()),
        world: planner.world,
        rows,
        then,
        people: planner.people,
        accounts: planner.accounts,
        start: start.unwrap_or_default(),
    })
}

impl Planner<'_> {
    fn place(&self, path: &[Path<'_>]) -> Place {
        self.loaded.tree.at(path).map_or(self.loaded.tree.span, |t| t.span)
    }

    fn fault(&mut self, code: &'static str, title: String, path: &[Path<'_>], help: &str) {
        let place = self.place(path);
        self.faults.push(Diagnostic::error(code, title).at(&self.loaded.source.name, place).label("here").help(help));
    }

    fn nearest(&self, name: &str, known: &[&String]) -> String {
        let near = known.iter().min_by_key(|k| strsim::damerau_levenshtein(k, name));
        match near {
            Some(near) if strsim::damerau_levenshtein(near, name) <= 2 => format!("did you mean `{near}`?"),
            _ => format!("known are {}", known.iter().map(|k| k.as_str()).collect::<Vec<_>>().join(", ")),
        }
    }

    fn find(&mut self, name: &str, path: &[Path<'_>]) -> Option<PersonId> {
        if let Some(id) = self.people.get(name) {
            return Some(*id);
        }
        let help = self.nearest(name, &self.people.keys().collect::<Vec<_>>());
        self.fault("S204", format!("no person `{name}`"), path, &help);
        None
    }

    fn account(&mut self, name: &str, path: &[Path<'_>]) -> Option<AccountId> {
        if let Some(id) = self.accounts.get(name) {
            return Some(*id);
        }
        let help = self.nearest(name, &self.accounts.keys().collect::<Vec<_>>());
        self.fault("S205", format!("no account `{name}`"), path, &help);
        None
    }

    fn person(&mut self, name: &str, is: &PersonIs) {
        let base = [Path::Key("given"), Path::Key("people"), Path::Key(name)];
        let role = is.role.unwrap_or(Role::Staff);
        let kind = is.kind.unwrap_or(match role {
            Role::Student => AccountKind::Student,
            Role::Opa | Role::ItdMims | Role::DeskAgent | Role::ApprovingOfficer => AccountKind::HqStaff,
            _ => AccountKind::SchoolStaff,
        });
        if (role == Role::Student) != (kind == AccountKind::Student) {
            let title = format!("`{name}` cannot be {} with a {} account", role.word(), kind.word());
            self.fault("S206", title, &base, "a student has a student's account, and nobody else has one");
        }
        let id = self.world.add_person(role, PlaceId(0));
        let ces = self.world.add_mailbox(MailKind::Ces, id);
        let sg_mail = self.world.add_mailbox(MailKind::SgMail, id);
        let other = self.world.add_mailbox(MailKind::Other, id);
        let otp = match is.otp_address.unwrap_or(Address::Ces) {
            Address::Ces => Some(ces),
            Address::SgMail => Some(sg_mail),
            Address::Other => Some(other),
            Address::Icon => None,
        };
        let account = self.world.add_account(kind, 0, id, otp);
        for (word, mailbox) in [("ces", ces), ("sg-mail", sg_mail), ("other", other)] {
            self.mail.insert((id, word), mailbox);
        }
        let mut phone = Phone { app: Some(App::Google), ios: false, clock: Span(0), profiles: Vec::new() };
        let mut has_phone = true;
        match &is.phone {
            None => {}
            Some(PhoneIs::Absent(_)) => has_phone = false,
            Some(PhoneIs::Phone(has)) => {
                phone.app = match has.app.unwrap_or(AppIs::GoogleAuthenticator) {
                    AppIs::GoogleAuthenticator => Some(App::Google),
                    AppIs::MicrosoftAuthenticator => Some(App::Microsoft),
                    AppIs::NetiqAuthenticator => Some(App::NetIq),
                    AppIs::None => None,
                };
                phone.ios = has.os == Some(Os::Ios);
                if let Some(clock) = &has.clock {
                    match signed(clock) {
                        Ok(span) => phone.clock = span,
                        Err(why) => {
                            let path = [base[0], base[1], base[2], Path::Key("phone"), Path::Key("clock")];
                            self.fault("S207", why, &path, "write it as `+20s` or `-2m`");
                        }
                    }
                }
            }
        }
        if let Some(person) = self.world.people.get_mut(id.at()) {
            person.phone = has_phone.then_some(phone);
            person.remembers_answers = is.answers.unwrap_or(AnswersAre::Set) == AnswersAre::Set;
            if is.knows_password == Some(false) {
                person.knows.remove(&account);
            }
        }
        if let Some(row) = self.world.accounts.get_mut(account.at()) {
            row.reset.answers_set = is.answers != Some(AnswersAre::NotSet);
        }
        self.people.insert(name.to_owned(), id);
        self.accounts.insert(name.to_owned(), account);
    }

    fn generic(&mut self, name: &str, custodian: &str, members: &[String], kind: Option<AccountKind>) {
        let base = [Path::Key("given"), Path::Key("generic-accounts"), Path::Key(name)];
        if self.people.contains_key(name) {
            self.fault(
                "S208",
                format!("`{name}` names a person and a generic account"),
                &base,
                "give one of them another name",
            );
            return;
        }
        let kind = kind.unwrap_or(AccountKind::SchoolGeneric);
        let Some(owner) = self.find(custodian, &[base[0], base[1], base[2], Path::Key("custodian")]) else { return };
        let mailbox = self.mail.get(&(owner, "ces")).copied();
        let account = self.world.add_account(kind, 0, owner, mailbox);
        let password = self.world.accounts.get(account.at()).map(|a| a.portal.password);
        for (i, member) in members.iter().enumerate() {
            let path = [base[0], base[1], base[2], Path::Key("members"), Path::Index(i)];
            if let Some(person) = self.find(member, &path) {
                self.world.members.insert((account, person));
                if let (Some(row), Some(password)) = (self.world.people.get_mut(person.at()), password) {
                    row.knows.insert(account, password);
                    row.knows_old.insert(account);
                }
            }
        }
        self.accounts.insert(name.to_owned(), account);
    }

    fn timeline(&mut self) -> Vec<Planned> {
        let mut day: Option<Date> = None;
        let mut last: Option<Time> = None;
        let mut planned: Vec<Planned> = Vec::new();
        for (i, row) in self.loaded.scenario.when.iter().enumerate() {
            let base = [Path::Key("when"), Path::Index(i)];
            if let Some(text) = &row.day {
                match parse_date(text) {
                    Ok(date) if day.is_some_and(|before| date < before) => {
                        let title = format!("time goes backwards: {date} comes after a later day");
                        self.fault("S209", title, &[base[0], base[1], Path::Key("day")], "move the row up");
                    }
                    Ok(date) => day = Some(date),
                    Err(why) => {
                        self.fault("S207", why, &[base[0], base[1], Path::Key("day")], "write it as `Wed 2023-09-27`")
                    }
                }
                continue;
            }
            let when = self.when(row, day, &mut last, &base);
            if let (Some(when), Some(item)) = (when, self.row(row, planned.len(), &base)) {
                planned.push(Planned { when, ..item });
            }
        }
        planned
    }

    fn when(&mut self, row: &Row, day: Option<Date>, last: &mut Option<Time>, base: &[Path<'_>; 2]) -> Option<When> {
        let path = [base[0], base[1], Path::Key("at")];
        let Some(at) = &row.at else {
            self.fault(
                "S210",
                "this row has no time".to_owned(),
                base,
                "add `at: 08:30`, or `at: +20s` after the row above",
            );
            return None;
        };
        if let Some(offset) = at.strip_prefix('+') {
            return match parse_span(offset) {
                Ok(span) => Some(When::After(span)),
                Err(why) => {
                    self.fault("S207", why, &path, "write it as `+20s`");
                    None
                }
            };
        }
        let Some(date) = day else {
            self.fault(
                "S210",
                "no day is set before this row".to_owned(),
                base,
                "put a row such as `- day: Wed 2023-09-27` above it",
            );
            return None;
        };
        match parse_time_of_day(at) {
            Err(why) => {
                self.fault("S207", why, &path, "write it as `08:30`");
                None
            }
            Ok(clock) => {
                let time = Time::at(date, clock);
                if last.is_some_and(|last| time < last) {
                    self.fault(
                        "S209",
                        format!("time goes backwards: {at} comes after a later row"),
                        &path,
                        "rows stand in the order of their times",
                    );
                }
                *last = Some(time);
                Some(When::At(time))
            }
        }
    }

    fn row(&mut self, row: &Row, index: usize, base: &[Path<'_>; 2]) -> Option<Planned> {
        let key = |name: &'static str| [base[0], base[1], Path::Key(name)];
        let (Some(who), Some(what)) = (&row.who, row.r#do) else {
            self.fault("S211", "a row says who does what".to_owned(), base, "add `who:` and `do:`");
            return None;
        };
        let person = self.find(who, &key("who"))?;
        let account = self.account(row.account.as_ref().unwrap_or(who), &key("account"))?;
        let computer = match &row.computer {
            None => self.world.people.get(person.at()).map(|p| p.computer),
            Some(name) => {
                let found = self.computers.get(name).copied();
                if found.is_none() {
                    let help = self.nearest(name, &self.computers.keys().collect::<Vec<_>>());
                    self.fault("S212", format!("no computer `{name}`"), &key("computer"), &help);
                }
                found
            }
        }?;
        let act = self.act(row, what, person, account, base)?;
        let mut doing = Doing::new(index, act, person, account, computer);
        doing.fresh = what == Do::SignIn && row.computer.is_none();
        for (i, name) in row.with.iter().enumerate() {
            let path = [base[0], base[1], Path::Key("with"), Path::Index(i)];
            doing.with.extend(self.find(name, &path));
        }
        if let Some(word) = &row.expect {
            let known = ["granted", "done", "waiting"].into_iter().chain(Reason::ALL.iter().map(|r| r.word()));
            if !known.clone().any(|k| k == word) {
                let near = known.min_by_key(|k| strsim::damerau_levenshtein(k, word)).unwrap_or("done");
                self.fault(
                    "S213",
                    format!("no outcome or reason `{word}`"),
                    &key("expect"),
                    &format!("did you mean `{near}`?"),
                );
            }
        } else if matches!(what, Do::SignIn | Do::OpenIcon | Do::ForgotPassword) {
            self.fault(
                "S214",
                "this row does not say what it expects".to_owned(),
                base,
                "add `expect: granted`, or the reason of the refusal",
            );
        }
        let resting_on = match row.resting_on.as_deref().map(parse_citation) {
            None => Clauses::NONE,
            Some(Ok(clauses)) => clauses,
            Some(Err(why)) => {
                self.fault("S202", why, &key("resting-on"), "clauses are written as `Q7`");
                Clauses::NONE
            }
        };
        let opens = row.r#as.as_ref().and_then(|name| self.account(name, &key("as")));
        Some(Planned {
            when: When::After(Span(0)),
            doing,
            expect: row.expect.clone(),
            resting_on,
            opens,
            place: self.place(base),
        })
    }

    fn act(&mut self, row: &Row, what: Do, person: PersonId, account: AccountId, base: &[Path<'_>; 2]) -> Option<Act> {
        let key = |name: &'static str| [base[0], base[1], Path::Key(name)];
        let shape = row.new_password.unwrap_or_default();
        let named = |planner: &mut Self, name: &Option<String>, word: &'static str| match name {
            Some(name) => planner.find(name, &key(word)),
            None => {
                planner.fault("S103", format!("this row needs `{word}`"), base, &format!("add `{word}:` and a person"));
                None
            }
        };
        let asked = match &row.of {
            Some(OfIs::Person(name)) => Some(name.clone()),
            _ => None,
        };
        let sessions = match &row.of {
            Some(OfIs::Sessions(list)) => list.clone(),
            _ => vec![SessionOf::Google, SessionOf::Portal],
        };
        Some(match what {
            Do::SignIn => {
                Act::SignIn { via: row.via.map(|via| if via == ViaIs::Portal { Via::Portal } else { Via::Google }) }
            }
            Do::OpenIcon => Act::OpenIcon,
            Do::SignOut => Act::SignOut {
                google: sessions.contains(&SessionOf::Google),
                portal: sessions.contains(&SessionOf::Portal),
            },
            Do::Enrol => Act::Enrol { again: false },
            Do::ReEnrol => Act::Enrol { again: true },
            Do::EnrolHardToken => Act::EnrolHard,
            Do::OpenEnrolment => Act::OpenEnrolment,
            Do::ReloadEnrolment => Act::ReloadEnrolment,
            Do::ScanQr => Act::ScanQr {
                from: match &row.from {
                    Some(name) => self.find(name, &key("from"))?,
                    None => person,
                },
            },
            Do::SaveToken => Act::SaveToken,
            Do::TestToken => Act::TestToken,
            Do::DeleteToken => Act::DeleteToken { hard: false },
            Do::RemoveProfile => Act::RemoveProfile,
            Do::Join => Act::Join,
            Do::Leave => Act::Leave(match row.how {
                Some(How::KeepsEverything) => Leaving::KeepsEverything,
                _ => Leaving::AsTheGuide,
            }),
            Do::ForgotPassword => Act::ForgotPassword { shape },
            Do::ChangePassword => Act::ChangePassword { shape },
            Do::SetAnswers => Act::SetAnswers,
            Do::LosePhone => Act::LosePhone,
            Do::ReplacePhone => Act::ReplacePhone,
            Do::Tell => Act::Tell { to: named(self, &row.to, "to")? },
            Do::Ask => Act::Ask { of: named(self, &asked, "of")?, topic: row.topic.unwrap_or(Topic::Other) },
            Do::RequestHardToken => Act::RequestHardToken { of: named(self, &asked, "of")? },
            Do::HandOverToken => Act::HandOverToken { to: named(self, &row.to, "to")? },
            Do::UpdateEmail => {
                let owner = self.world.accounts.get(account.at()).map(|a| (a.owner, a.icon_mailbox))?;
                let to = match row.address {
                    Some(Address::Icon) => Some(owner.1),
                    Some(Address::SgMail) => self.mail.get(&(owner.0, "sg-mail")).copied(),
                    Some(Address::Other) => self.mail.get(&(owner.0, "other")).copied(),
                    _ => self.mail.get(&(owner.0, "ces")).copied(),
                };
                Act::UpdateEmail { to: to? }
            }
            Do::ResetPassword => Act::ResetPassword { tell: named(self, &row.tell, "tell")? },
            Do::RequestTransfer => Act::RequestTransfer,
            Do::ApproveTransfer => Act::ApproveTransfer,
            Do::ReadCredentials => Act::ReadCredentials,
            Do::HandOverCredentials => Act::HandOverCredentials { to: named(self, &row.to, "to")? },
            Do::IssueEmergencyPassword => Act::IssueEmergency { to: named(self, &row.to, "to")? },
        })
    }
}

fn signed(text: &str) -> Result<Span, String> {
    match text.strip_prefix('-') {
        Some(rest) => parse_span(rest).map(|span| Span(-span.0)),
        None => parse_span(text.strip_prefix('+').unwrap_or(text)),
    }
}

impl Plan {
    /// The name of an account.
    pub fn account_name(&self, id: AccountId) -> &str {
        self.accounts.iter().find(|(_, i)| **i == id).map_or("?", |(name, _)| name)
    }

    /// The name of a person.
    pub fn person_name(&self, id: PersonId) -> &str {
        self.people.iter().find(|(_, i)| **i == id).map_or("?", |(name, _)| name)
    }

    /// Runs the scenario and judges it.
    ///
    /// # Errors
    /// A row that cannot begin: its person is busy, or the row above ended later.
    pub fn run(&self) -> Result<Verdict, Vec<Diagnostic>> {
        let draws = Draws { seed: 0, replicate: 0 };
        let mut engine = Engine::new(self.world.clone(), &self.policy, draws, self.start, USED, Recorder::default());
        let mut faults = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let time = match row.when {
                When::At(time) => time,
                When::After(span) => {
                    let before = index.checked_sub(1);
                    if let Some(before) = before {
                        engine.run_row(before);
                    }
                    before.and_then(|b| engine.settled(b)).unwrap_or(engine.now()).plus(span)
                }
            };
            engine.run_until(time);
            if engine.now() > time {
                faults.push(
                    self.clash(row, format!("time goes backwards: the row above ended at {}", engine.now().clock())),
                );
            }
            let people = (0..).map_while(|turn| row.doing.participant(turn));
            for person in people {
                if let Some(other) = engine.busy(person) {
                    let name = self.person_name(person);
                    let mut fault = self.clash(row, format!("{name} is still busy at {}", time.clock()));
                    if let Some(other) = self.rows.get(other) {
                        fault = fault.also(other.place, "with this");
                    }
                    faults.push(fault);
                }
            }
            engine.start(row.doing.clone());
        }
        engine.run_out();
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut failures = Vec::new();
        let mut judged = 0;
        let ended: Vec<_> = (0..self.rows.len()).map(|row| engine.ended(row)).collect();
        for (row, ended) in self.rows.iter().zip(&ended) {
            judged += 1;
            failures.extend(self.judge(row, ended.as_ref().map(|(_, e)| e)));
        }
        for (account, wanted, place) in &self.then {
            judged += 1;
            let can: Vec<PersonId> =
                self.people.values().copied().filter(|p| self.can_sign_in(&engine, *p, *account)).collect();
            let mut wanted = wanted.clone();
            wanted.sort();
            let mut sorted = can.clone();
            sorted.sort();
            if sorted != wanted {
                let said =
                    format!("expected {} to be able to sign in, but {} can", self.names(&wanted), self.names(&can));
                failures.push(Failure { place: *place, said });
            }
        }
        Ok(Verdict { failures, judged, ended, trace: engine.into_observer() })
    }

    fn names(&self, people: &[PersonId]) -> String {
        if people.is_empty() {
            return "nobody".to_owned();
        }
        people.iter().map(|p| self.person_name(*p)).collect::<Vec<_>>().join(", ")
    }

    fn clash(&self, row: &Planned, title: String) -> Diagnostic {
        Diagnostic::error("S301", title)
            .at(&self.file, row.place)
            .label("this row cannot begin")
            .help("give it a later time, or `at: +5s` to follow the row above")
    }

    fn judge(&self, row: &Planned, ended: Option<&Ended>) -> Vec<Failure> {
        let fail = |said: String| Failure { place: row.place, said };
        let Some(ended) = ended else { return vec![fail("it never ended".to_owned())] };
        let mut failures = Vec::new();
        let wanted = row.expect.as_deref();
        let met = match wanted {
            Some(word) => word == ended.result.word(),
            None => matches!(ended.result, Outcome::Done | Outcome::Waiting),
        };
        if !met {
            let wanted = wanted.unwrap_or("done");
            failures.push(fail(format!(
                "expected {wanted}, got {} (resting on {})",
                ended.result.word(),
                ended.clauses
            )));
        }
        if row.resting_on.common(ended.clauses) != row.resting_on {
            failures
                .push(fail(format!("expected it to rest on {}, but it rests on {}", row.resting_on, ended.clauses)));
        }
        if let Some(account) = row.opens
            && ended.opened != Some(account)
        {
            let got = ended.opened.map_or("nothing", |a| self.account_name(a));
            failures.push(fail(format!("expected {} to open, but {got} did", self.account_name(account))));
        }
        failures
    }

    /// Tried on a copy of the world, from a fresh browser, with what the person has and knows, nobody helping.
    fn can_sign_in<O: crate::trace::Observer>(
        &self,
        engine: &Engine<'_, O>,
        person: PersonId,
        account: AccountId,
    ) -> bool {
        let mut copy = engine.fork(Nobody);
        let Some(computer) = copy.world.people.get(person.at()).map(|p| p.computer) else { return false };
        let mut doing = Doing::new(0, Act::SignIn { via: None }, person, account, computer);
        doing.fresh = true;
        copy.start(doing);
        copy.run_row(0);
        copy.ended(0).is_some_and(|(_, e)| e.result == Outcome::Granted && e.opened == Some(account))
    }

    /// The row that begins where the test says.
    pub fn row_at(&self, test: impl Fn(usize) -> bool) -> Option<usize> {
        self.rows.iter().position(|row| test(row.place.start))
    }

    /// One line a row: when it ended, who did what, how it ended, and on what that rests.
    pub fn story(&self, verdict: &Verdict) -> String {
        let mut out = String::new();
        for (row, ended) in self.rows.iter().zip(&verdict.ended) {
            if let Some((time, ended)) = ended {
                out += &self.headline(row, *time, ended);
            }
        }
        out
    }

    fn headline(&self, row: &Planned, time: Time, ended: &Ended) -> String {
        let who = self.person_name(row.doing.person);
        let account = self.account_name(row.doing.account);
        let on = if account == who { String::new() } else { format!(" ({account})") };
        format!("{time}  {who}{on}: {:?} -> {}  [{}]\n", row.doing.act, ended.result.word(), ended.clauses)
    }

    /// Who sent what to whom, which decision, which clauses: of one row, or of all.
    pub fn explain(&self, verdict: &Verdict, row: Option<usize>) -> String {
        let mut out = String::new();
        for (time, at, event) in &verdict.trace.events {
            if row.is_some_and(|row| row != *at) {
                continue;
            }
            match event {
                Event::Began { row } => {
                    if let (Some(row), Some(Some((_, ended)))) = (self.rows.get(*row), verdict.ended.get(*row)) {
                        out += &self.headline(row, *time, ended);
                    }
                }
                Event::Message(m) => {
                    out += &format!("  {}  {} -> {}: {:?}\n", time.clock(), m.from.name(), m.to.name(), Shown(&m.body));
                }
                Event::Lost(m) => out += &format!("  {}  lost: {} -> {}\n", time.clock(), m.from.name(), m.to.name()),
                Event::Decided { decision, .. } => {
                    out += &format!("            {:?}  [{}]\n", decision.outcome, decision.clauses);
                }
                Event::Ended(_) => {}
            }
        }
        out
    }
}

/// A message's name alone: what it carries may be secret.
struct Shown<'a>(&'a crate::world::message::Body);

impl std::fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whole = format!("{:?}", self.0);
        let name: String = whole.chars().take_while(|c| c.is_alphanumeric()).collect();
        match self.0 {
            crate::world::message::Body::Show(page) => {
                let page = format!("{page:?}");
                write!(f, "shows {}", page.split([' ', '{']).next().unwrap_or_default())
            }
            _ => f.write_str(&name),
        }
    }
}

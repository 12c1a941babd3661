//! liboath (OATH Toolkit), which decides sign-ins of many systems by `pam_oath`, under a clock that is set.
//!
//! Its users file remembers the last code, so that it is asked about single use too; it has SHA-1 and periods of 30 and
//! 60 seconds. Of other hashes and periods it only says whether a code fits, and there the model forgets what it
//! accepted.

use super::chance::Chance;
use super::driver::{answers, beside, folder, runs, there};
use super::figures::{Compared, Tally};
use mims_sim::act::{Act, ActOutcome, Activity, Typing, Via};
use mims_sim::engine::{Engine, Pace, RunStart};
use mims_sim::kernel::time::parse_instant;
use mims_sim::kernel::totp::{Algorithm, parse_otpauth};
use mims_sim::kernel::{Draws, Span, Time};
use mims_sim::policy::Policy;
use mims_sim::policy::oracles::LAST_CODE;
use mims_sim::policy::request::{AccountKind, Reason, Role};
use mims_sim::policy::rules::{Rule, Rules};
use mims_sim::trace::Nobody;
use mims_sim::world::authenticator::{Codes, Real};
use mims_sim::world::codes::{App, CodeForm};
use mims_sim::world::ids::{AccountId, PersonId, PlaceId, SecretId};
use mims_sim::world::state::{MailKind, Phone, Profile, World};
use mims_sim::world::tokens::{SoftTokens, Token};
use std::path::Path;
use std::process::Command;

const CASES: u64 = 10_000;
const SAID: &str = "10,000 drawn cases of ten codes each: secret, hash, period, digits, window, the drift of a phone, \
                    and codes typed at instants, some of them again, some of other steps.";
const GWEN: (PersonId, AccountId) = (PersonId(0), AccountId(0));
const SECRET: SecretId = SecretId(7);

/// Two steps of one window have the same code.
const CHANCE: &str = "two time steps share a code by chance, and the two take it for different ones";

/// What a case is about.
struct Case {
    rules: Rules,
    form: CodeForm,
    window: i64,
    /// liboath is asked with its memory.
    remembers: bool,
}

impl Case {
    fn draw(chance: &mut Chance) -> Case {
        let remembers = chance.below(5) < 3;
        // A users file knows these alone.
        let algorithm = if remembers { 0 } else { chance.below(3) };
        let period = if remembers { chance.of(&[30, 60]) } else { chance.of(&[15, 20, 30, 45, 60, 90, 120]) };
        let window = chance.of(&[0, 1, 1, 1, 2, 3, 5, 10]);
        let mut rules = Rules::default();
        for (rule, value) in [
            (Rule::TotpPeriod, period * 1000),
            (Rule::TotpDigits, chance.within(6, 8)),
            (Rule::TotpAlgorithm, algorithm),
            (Rule::TotpSkew, window),
            (Rule::TotpSingleUse, i64::from(remembers)),
            (Rule::TotpMonotone, i64::from(!remembers)),
            // Nobody is ever locked.
            (Rule::LockoutAttempts, Rule::LockoutAttempts.info().neutral),
        ] {
            rules.set(rule, value);
        }
        Case { rules, form: CodeForm::of(&rules), window, remembers }
    }

    /// The hash, as the driver calls it.
    fn algorithm(&self) -> &'static str {
        match self.form.algorithm {
            Algorithm::Sha1 => "sha1",
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha512 => "sha512",
        }
    }

    /// How far ahead a clock is that shows a code of this time step at this time.
    fn clock(&self, step: i64, now: Time, chance: &mut Chance) -> Span {
        Span(step * self.form.period + chance.below(self.form.period / 1000) * 1000 - now.0)
    }
}

/// One account with a token, and its owner's phone; the app is one that follows what the QR code asks for.
fn world() -> World {
    let mut world = World::default();
    let gwen = world.add_person(Role::Staff, PlaceId(0));
    let ces = world.add_mailbox(MailKind::Ces, gwen);
    let account = world.add_account(AccountKind::SchoolStaff, 0, gwen, Some(ces));
    assert_eq!((gwen, account), GWEN);
    world.accounts[0].self_service.soft = SoftTokens::of(Token::new(SECRET, None));
    let mut phone = Phone::new(Some(App::NetIq));
    phone.profiles.push(Profile { account, secret: SECRET });
    world.people[0].phone = Some(phone);
    world
}

type Portal<'p> = Engine<'p, Nobody, Real>;

/// Signs in with a phone whose clock is so far ahead, or with nobody's code.
fn sign_in(portal: &mut Portal<'_>, at: Time, clock: Option<Span>) -> ActOutcome {
    portal.run_until(at);
    if let (Some(clock), Some(phone)) = (clock, &mut portal.world.people[0].phone) {
        phone.clock = clock;
    }
    let act = Act::SignIn { via: Some(Via::Portal), typed: Typing::Right };
    let mut activity = Activity::new(0, act, GWEN.0, GWEN.1, portal.world.people[0].computer);
    activity.fresh = true;
    activity.code = if clock.is_some() { Typing::Right } else { Typing::Wrong };
    portal.start(activity);
    while portal.turn() {}
    portal.take_ended().pop().unwrap().1.result
}

/// The step whose code is typed next, and the clock of the phone then; `None` where nobody's code is typed.
fn choose(case: &Case, drift: Span, last: Option<i64>, now: Time, chance: &mut Chance) -> Option<Span> {
    let present = now.0.div_euclid(case.form.period);
    let near = chance.within(-case.window - 1, case.window + 1);
    match chance.below(20) {
        0..=10 => Some(drift),
        11..=13 => Some(case.clock(last.unwrap_or(present), now, chance)),
        14..=15 => Some(case.clock(last.map_or(present - 1, |last| last - 1), now, chance)),
        16..=18 => Some(case.clock(present + near, now, chance)),
        _ => None,
    }
}

/// The rule that a code of this step is about.
fn about(step: i64, last: Option<i64>) -> &'static str {
    match last {
        Some(last) if step == last => Rule::TotpSingleUse.info().path,
        Some(last) if step < last => Rule::TotpMonotone.info().path,
        _ => Rule::TotpSkew.info().path,
    }
}

/// The model's verdict in liboath's words.
fn word(outcome: ActOutcome) -> &'static str {
    match outcome {
        ActOutcome::Granted => "accepted",
        ActOutcome::Refused(Reason::WrongCode) => "invalid",
        ActOutcome::Refused(Reason::CodeUsed) => "replayed",
        other => panic!("{other:?}"),
    }
}

/// What the model says of one code, and what liboath is asked about it.
struct Question {
    rule: &'static str,
    ours: String,
    /// The line for the driver.
    asks: String,
    /// The last code that was accepted is typed again.
    again: bool,
    /// Some code stood for another's by chance.
    chance: bool,
    /// Where it is, in words.
    place: String,
}

impl Question {
    /// The answer, compared.
    fn compare(&self, theirs: &str) -> Compared {
        // Where only a fit is asked, the answer is how many steps off it is.
        let theirs = if theirs.parse::<i8>().is_ok() && self.asks.starts_with("fits") { "accepted" } else { theirs };
        match (self.ours.as_str(), theirs) {
            (ours, theirs) if ours == theirs => Compared::Agree,
            ("invalid", "OATH_INVALID_DIGITS") => Compared::Agree,
            ("invalid", "replayed") if self.again => Compared::Explained(LAST_CODE),
            _ if self.chance => Compared::Explained(CHANCE),
            (ours, theirs) => Compared::Finding(format!("{}: the model says {ours}, liboath {theirs}", self.place)),
        }
    }
}

/// A portal under the rules of a case, at its beginning.
fn portal<'p>(policy: &'p Policy, number: u64, begins: Time) -> Portal<'p> {
    let draws = Draws { seed: number, replicate: 0 };
    let start = RunStart { draws, now: begins, used: 1000 };
    let mut portal = Engine::new(world(), policy, Real::new(draws), start, Nobody);
    portal.set_pace(Pace::Instant);
    portal
}

/// What one case asks, in order.
fn questions(number: u64) -> Vec<Question> {
    let mut chance = Chance(number);
    let case = Case::draw(&mut chance);
    let policy = Policy::uniform("drawn", case.rules);
    let begins = Time(parse_instant("2023-10-02 09:00").unwrap().0 + chance.below(86_400) * 1000);
    let mut portal = portal(&policy, number, begins);
    let scanned = parse_otpauth(&portal.codes().uri(SECRET, case.form)).unwrap();
    let secret: String = scanned.secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let (algorithm, window) = (case.algorithm(), case.window);
    let (period, digits) = (case.form.period / 1000, usize::from(case.form.digits));
    let drift = Span(chance.within(-(window + 2) * period, (window + 2) * period) * 1000);
    let (mut now, mut last, mut accepted) = (begins, None, None::<String>);
    let mut out = Vec::new();
    let place = format!("case {number}, {algorithm}, {period} s, {digits} digits, a window of {window}");
    let mut ask = |rule: &'static str, ours: &str, asks: String, again, chance| {
        out.push(Question { rule, ours: ours.to_owned(), asks, again, chance, place: place.clone() });
    };
    if case.remembers {
        ask(Rule::TotpSkew.info().path, "begun", format!("begin {period} {digits} {secret}"), false, false);
    }
    for _ in 0..10 {
        now = Time(now.0 + chance.of(&[0, 1, 7, period / 2, period, 2 * period, window * period]) * 1000);
        let clock = choose(&case, drift, last, now, &mut chance);
        let shown =
            clock.map(|clock| portal.codes().clone().show(SECRET, Some(App::NetIq), case.form, now.plus(clock)));
        let typed = shown.map_or_else(|| "000000".to_owned(), |code| format!("{:0digits$}", code.digits));
        let (seconds, step) = (now.0 / 1000, shown.map_or(-1, |code| code.step));
        if let Some(clock) = clock {
            let by_phone = now.plus(clock).0 / 1000;
            for rule in [Rule::TotpPeriod, Rule::TotpDigits, Rule::TotpAlgorithm] {
                let asks = format!("shown {algorithm} {period} {digits} {secret} {by_phone}");
                ask(rule.info().path, &typed, asks, false, false);
            }
        }
        let ours = word(sign_in(&mut portal, now, clock));
        let asks = if case.remembers {
            format!("typed {seconds} {window} {typed}")
        } else {
            format!("fits {algorithm} {period} {digits} {secret} {seconds} {window} {typed}")
        };
        let rule = if clock.is_some() { about(step, last) } else { Rule::TotpSkew.info().path };
        ask(rule, ours, asks, accepted.as_ref() == Some(&typed), portal.codes().collisions() > 0);
        if ours == "accepted" {
            last = last.max(Some(step));
            accepted = Some(typed);
        }
    }
    out
}

#[test]
fn every_code_has_the_verdict_that_it_has_in_liboath() {
    let work = folder("liboath");
    let program = work.join("authenticate");
    let compile = || {
        let mut cc = Command::new("cc");
        cc.arg("-O1").arg(beside("authenticate.c")).arg("-loath").arg("-o").arg(&program);
        cc.output().is_ok_and(|out| out.status.success())
    };
    if !there("liboath", &[("cc", runs("cc", &["--version"])), ("liboath-dev", compile())]) {
        return;
    }
    let questions: Vec<Question> = (0..CASES).flat_map(questions).collect();
    // liboath waits for the disk at every code, and memory is none.
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() { memory } else { &work };
    let users = place.join(format!("mims-sim-users-{}.oath", std::process::id()));
    let lines: Vec<String> = questions.iter().map(|question| question.asks.clone()).collect();
    let answers = answers(Command::new(&program).arg(&users), &lines);
    let _ = std::fs::remove_file(users);
    let mut tally = Tally::default();
    for (question, answer) in questions.iter().zip(&answers) {
        if question.ours != "begun" {
            tally.add(question.rule, question.compare(answer));
        }
    }
    tally.hold("liboath", SAID);
}

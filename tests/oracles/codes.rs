//! pyotp and otplib, two libraries that servers check codes with: what they make of an enrolment's text, which codes
//! they show, and which they take.

use super::chance::Chance;
use super::driver::{answers, beside, runs, there};
use super::figures::{Compared, Tally};
use mims_sim::kernel::time::parse_instant;
use mims_sim::kernel::totp::parse_otpauth;
use mims_sim::kernel::{Draws, Time};
use mims_sim::policy::rules::{Rule, Rules};
use mims_sim::world::authenticator::{Codes, Real};
use mims_sim::world::codes::{App, CodeForm};
use mims_sim::world::ids::SecretId;
use std::process::Command;

const CASES: u64 = 4_000;
const SAID: &str = "4,000 drawn enrolments: the `otpauth://` text is read, the code of an instant is shown, and a \
                    code of a step near to it is taken or not.";
const SECRET: SecretId = SecretId(7);
const NAMES: [&str; 8] =
    ["asha", "reception", "nur aisyah", "o'neil", "a@schools.gov.sg", "zoë", "100%", "tan (HOD & ICT) / 2"];

/// What is asked, and what the model answers.
struct Question {
    asks: String,
    parts: [String; 5],
}

/// One enrolment, an instant and a code.
fn question(number: u64) -> Question {
    let mut chance = Chance(number);
    let window = chance.of(&[0, 1, 1, 2, 3, 10]);
    let mut rules = Rules::default();
    for (rule, value) in [
        (Rule::TotpPeriod, chance.of(&[15, 30, 30, 60, 90]) * 1000),
        (Rule::TotpDigits, chance.within(6, 8)),
        (Rule::TotpAlgorithm, chance.below(3)),
        (Rule::TotpSkew, window),
    ] {
        rules.set(rule, value);
    }
    let form = CodeForm::of(&rules);
    let mut codes = Real::new(Draws { seed: number, replicate: 0 });
    let uri = codes.uri_of(chance.of(&NAMES), SECRET, form);
    let scanned = parse_otpauth(&uri).unwrap();
    let now = Time(parse_instant("2023-09-27 09:00").unwrap().0 + chance.below(86_400_000) * 1000);
    let digits = usize::from(form.digits);
    let mut show = |at| codes.show(SECRET, Some(App::NetIq), form, at);
    let shown = format!("{:0digits$}", show(now).digits);
    let near = Time(now.0 + chance.within(-window - 2, window + 2) * form.period + chance.below(30) * 1000);
    let code = show(near);
    let taken = if codes.fit(SECRET, form, &code, now).is_some() { "taken" } else { "not taken" };
    let typed = format!("{:0digits$}", code.digits);
    let secret = data_encoding::BASE32_NOPAD.encode(&scanned.secret);
    let asks = format!("{uri}\t{}\t{window}\t{typed}", now.0 / 1000);
    Question { asks, parts: [secret, scanned.issuer, scanned.account, shown, taken.to_owned()] }
}

/// Holds a driver's answers against the model's.
fn compare(program: &str, driver: &mut Command) {
    let questions: Vec<Question> = (0..CASES).map(question).collect();
    let lines: Vec<String> = questions.iter().map(|question| question.asks.clone()).collect();
    let mut tally = Tally::default();
    for (question, answer) in questions.iter().zip(answers(driver, &lines)) {
        let theirs: Vec<&str> = answer.split('\t').collect();
        let [code, window] = [[Rule::TotpPeriod, Rule::TotpDigits, Rule::TotpAlgorithm].as_slice(), &[Rule::TotpSkew]];
        let mut add = |rules: &[Rule], parts: std::ops::Range<usize>| {
            let same = theirs.get(parts.clone()).is_some_and(|theirs| theirs == &question.parts[parts]);
            let finding = || Compared::Finding(format!("{}: {:?}, {program} {answer}", question.asks, question.parts));
            rules.iter().for_each(|rule| tally.add(rule.info().path, if same { Compared::Agree } else { finding() }));
        };
        add(&[Rule::SoftTokenOffered], 0..3);
        add(code, 3..4);
        add(window, 4..5);
    }
    tally.hold(program, SAID);
}

#[test]
fn enrolments_and_codes_are_those_of_pyotp() {
    if there("pyotp", &[("pyotp", runs("python3", &["-c", "import pyotp"]))]) {
        compare("pyotp", Command::new("python3").arg(beside("codes.py")));
    }
}

#[test]
fn enrolments_and_codes_are_those_of_otplib() {
    let installed = beside("node_modules/otplib").exists();
    if there("otplib", &[("node", runs("node", &["--version"])), ("`npm ci` in tests/oracles", installed)]) {
        compare("otplib", Command::new("node").arg(beside("codes.mjs")));
    }
}

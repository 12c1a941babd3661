//! node-saml, a service provider's side of SAML: which responses it takes when, against Google Workspace in the model.

use super::chance::Chance;
use super::driver::{answers, beside, runs, there};
use super::figures::{Compared, Tally};
use mims_sim::kernel::time::parse_instant;
use mims_sim::kernel::units::{DAY, HOUR, MINUTE, SECOND};
use mims_sim::kernel::{CompactOption, Span, Time};
use mims_sim::policy::decide::Request;
use mims_sim::policy::decide::workspace::SecondStep;
use mims_sim::policy::oracles::{FORGETS, ONE_REQUEST, REFUSED_ENDS, UNASKED};
use mims_sim::policy::request::{Decision, Factor};
use mims_sim::policy::rules::{Rule, Rules};
use mims_sim::policy::{Policy, Scope};
use mims_sim::world::codes::{Code, Fit};
use mims_sim::world::ids::{AccountId, ComputerId, PersonId, SecretId};
use mims_sim::world::message::{Body, Message, Page, Party, SamlId};
use mims_sim::world::port::{Linked, Port};
use mims_sim::world::workspace::{WorkspaceAccount, WorkspaceCookies, handle};
use serde_json::json;
use std::process::Command;

const SAID: &str = "Cases that its own tests name, a grid of instants around every edge of validity and skew, and 600 \
                    drawn sequences of requests and responses: late, early, for others, to other requests, and again.";

/// A response, and when it comes.
#[derive(Clone, Copy)]
struct Given {
    now: i64,
    number: u32,
    issued: i64,
    audience: bool,
    answers: Option<u32>,
}

/// What is done, in order; times are milliseconds from the beginning.
#[derive(Clone, Copy)]
enum Step {
    Ask { now: i64, number: u32 },
    Respond(Given),
}

/// A sequence under rules.
struct Script {
    name: String,
    validity: i64,
    skew: i64,
    remembers: bool,
    steps: Vec<Step>,
}

impl Script {
    fn rules(&self) -> Rules {
        let mut rules = Rules::default();
        rules.set(Rule::AssertionFor, self.validity);
        rules.set(Rule::AssertionSkew, self.skew);
        rules.set(Rule::AssertionOnce, i64::from(self.remembers));
        rules
    }
}

/// Google in the model, with the clock and the policy that it is given.
struct Google {
    policy: Policy,
    row: WorkspaceAccount,
    cookies: WorkspaceCookies,
    at: Outside,
}

/// What reaches Google from outside.
struct Outside {
    policy: Policy,
    now: Time,
    next: SamlId,
    page: Option<Page>,
}

impl Port for Outside {
    fn now(&self) -> Time {
        self.now
    }
    fn clock(&self, _: Party) -> Time {
        self.now
    }
    fn decide(&mut self, scope: Scope, request: &Request) -> Decision {
        self.policy.decide(scope, request)
    }
    fn send(&mut self, message: Message) {
        if let Body::Show(page) = message.body {
            self.page = Some(page);
        }
    }
    fn send_mail(&mut self, _: Scope, _: Span, _: Message) {}
    fn send_at(&mut self, _: Time, _: Message) {}
    fn fit(&mut self, _: Scope, _: SecretId, _: &Code) -> Option<Fit> {
        None
    }
    fn linked(&self) -> Linked {
        Linked::default()
    }
    fn second_step(&self) -> SecondStep {
        SecondStep::default()
    }
    fn fresh_secret(&mut self) -> SecretId {
        SecretId(0)
    }
    fn fresh_saml(&mut self) -> SamlId {
        self.next
    }
    fn otp_value(&mut self, _: Scope, _: AccountId, _: u32) -> u32 {
        0
    }
}

/// When the sequences begin.
fn beginning() -> i64 {
    parse_instant("2023-10-02 09:00").unwrap().0
}

impl Google {
    fn new(rules: Rules) -> Google {
        let row = WorkspaceAccount { scope: 0, phone: true, reset_at: CompactOption::NONE, enrolled: true };
        let policy = Policy::uniform("drawn", rules);
        let at = Outside { policy: policy.clone(), now: Time(0), next: 0, page: None };
        Google { policy, row, cookies: WorkspaceCookies::default(), at }
    }

    fn tell(&mut self, now: i64, body: Body) {
        (self.at.now, self.at.page) = (Time(beginning() + now), None);
        let (from, to, account, computer) = (Party::Browser, Party::Workspace, AccountId(0), ComputerId(0));
        let message = Message { from, to, account, computer, tab: 0, person: PersonId(0), body };
        handle(&mut self.row, &mut self.cookies, &message, &mut self.at);
    }

    fn ask(&mut self, now: i64, number: u32) {
        self.at.next = number;
        self.tell(now, Body::Address { icon_domain: true, known_device: false });
    }

    /// Whether the dashboard opens.
    fn takes(&mut self, given: &Given) -> bool {
        let audience = if given.audience { Party::Workspace } else { Party::Portal };
        let issued = Time(beginning() + given.issued);
        let Given { answers, number: id, .. } = *given;
        self.tell(given.now, Body::Assertion { audience, answers, id, issued, factor: Factor::Code });
        matches!(self.at.page, Some(Page::Dashboard(_)))
    }
}

/// What the sequence so far says of a response.
#[derive(Default)]
struct SoFar {
    /// The requests and when they were sent.
    asked: Vec<(u32, i64)>,
    /// The request that the model's browser has under way.
    pending: Option<u32>,
    /// The responses that were given, and whether each was taken by the model.
    given: Vec<(Given, bool)>,
}

impl SoFar {
    /// The rule that this response is about.
    fn about(&self, script: &Script, given: &Given) -> Rule {
        let age = given.now - given.issued;
        let again = self.given.iter().any(|(before, _)| before.number == given.number);
        let once = !given.audience || again || given.answers.is_some_and(|answers| Some(answers) != self.pending);
        match (once, age < 0 || (age >= script.validity && script.skew > 0)) {
            (true, _) => Rule::AssertionOnce,
            (false, true) => Rule::AssertionSkew,
            (false, false) => Rule::AssertionFor,
        }
    }

    /// A difference that is known; each is about what is used once.
    fn explained(&self, given: &Given, ours: bool) -> Option<&'static str> {
        let sent = |number: u32| self.asked.iter().find(|(asked, _)| *asked == number);
        let newer = || self.given.iter().any(|(before, taken)| *taken && before.number >= given.number);
        let refused = || self.given.iter().any(|(before, taken)| !taken && before.answers == given.answers);
        match given.answers {
            None if !ours && newer() => Some(UNASKED),
            Some(answers) if !ours && sent(answers).is_some() && self.pending != Some(answers) => Some(ONE_REQUEST),
            Some(_) if ours && refused() => Some(REFUSED_ENDS),
            Some(answers) if ours && sent(answers).is_some_and(|(_, at)| given.now - at >= 8 * HOUR) => Some(FORGETS),
            _ => None,
        }
    }
}

/// The lines for the driver.
fn lines(script: &Script) -> Vec<String> {
    let mut out = vec![json!({"skew": script.skew, "remembers": script.remembers}).to_string()];
    out.extend(script.steps.iter().map(|step| {
        let said = match *step {
            Step::Ask { now, number } => json!({"now": beginning() + now, "ask": number}),
            Step::Respond(Given { now, number, issued, audience, answers }) => json!({
                "now": beginning() + now,
                "response": {"number": number, "issued": beginning() + issued, "good": script.validity,
                             "audience": audience, "answers": answers},
            }),
        };
        said.to_string()
    }));
    out
}

/// Holds the answers to one sequence against the model's.
fn compare(script: &Script, answers: &[String], tally: &mut Tally) {
    let mut google = Google::new(script.rules());
    let mut so_far = SoFar::default();
    assert_eq!(google.policy.name, "drawn");
    for (step, answer) in script.steps.iter().zip(&answers[1..]) {
        match step {
            Step::Ask { now, number } => {
                google.ask(*now, *number);
                so_far.asked.push((*number, *now));
                so_far.pending = Some(*number);
            }
            Step::Respond(given) => {
                let (ours, theirs) = (google.takes(given), answer == "accepted");
                let word = if ours { "takes" } else { "refuses" };
                let age = given.now - given.issued;
                let explained = so_far.explained(given, ours).filter(|_| ours != theirs);
                let rule = explained.map_or_else(|| so_far.about(script, given), |_| Rule::AssertionOnce);
                let is = match explained {
                    Some(why) => Compared::Explained(why),
                    None if ours == theirs => Compared::Agree,
                    None => Compared::Finding(format!(
                        "{}: validity {}, skew {}: the model {word} a response {age} ms old, node-saml says {answer}",
                        script.name, script.validity, script.skew
                    )),
                };
                tally.add(rule.info().path, is);
                so_far.pending = so_far.pending.filter(|_| !ours);
                so_far.given.push((*given, ours));
            }
        }
    }
}

/// A response to request 1, asked for at the beginning, of this age at some instant.
fn aged(age: i64) -> Vec<Step> {
    let given = Given { now: MINUTE + age.max(0), number: 2, issued: 0, audience: true, answers: Some(1) };
    let given = Given { issued: given.now - age, ..given };
    vec![Step::Ask { now: 0, number: 1 }, Step::Respond(given)]
}

/// Ages around every edge of validity and skew.
fn grid() -> Vec<Script> {
    let mut out = Vec::new();
    for validity in [MINUTE, 5 * MINUTE, HOUR] {
        for skew in [0, 1, SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE] {
            for edge in [-skew, 0, validity - skew, validity, validity + skew] {
                for off in [-SECOND, -1, 0, 1, SECOND] {
                    let name = format!("an age of {} ms", edge + off);
                    out.push(Script { name, validity, skew, remembers: true, steps: aged(edge + off) });
                }
            }
        }
    }
    out
}

/// Cases that the tests of node-saml name, written anew: name, validity, skew, whether it remembers, and the steps.
fn named() -> Vec<(&'static str, bool, Script)> {
    let own = |age: i64| aged(age);
    let plain = Given { now: MINUTE, number: 2, issued: MINUTE, audience: true, answers: Some(1) };
    let asked = |given: Given| vec![Step::Ask { now: 0, number: 1 }, Step::Respond(given)];
    let unasked = |given: Given| vec![Step::Respond(Given { answers: None, ..given })];
    let twice = |given: Given| [asked(given), vec![Step::Respond(Given { now: given.now + SECOND, ..given })]].concat();
    let script = |validity, skew, remembers, steps| Script { name: String::new(), validity, skew, remembers, steps };
    let usual = |steps| script(5 * MINUTE, 0, true, steps);
    let skewed = |steps| script(5 * MINUTE, 10 * SECOND, true, steps);
    let lax = |steps| script(5 * MINUTE, 0, false, steps);
    let wrong = Given { audience: false, ..plain };
    vec![
        ("current time after NotBefore", true, usual(own(SECOND))),
        ("current time equal to NotBefore", true, usual(own(0))),
        ("current time before NotBefore", false, usual(own(-1))),
        ("current time equal to NotBefore minus the skew", true, skewed(own(-10 * SECOND))),
        ("current time before NotBefore minus the skew", false, skewed(own(-10 * SECOND - 1))),
        ("current time before NotOnOrAfter", true, usual(own(5 * MINUTE - 1))),
        ("current time equal to NotOnOrAfter", false, usual(own(5 * MINUTE))),
        ("current time after NotOnOrAfter", false, usual(own(5 * MINUTE + SECOND))),
        ("current time before NotOnOrAfter plus the skew", true, skewed(own(5 * MINUTE + 10 * SECOND - 1))),
        ("current time equal to NotOnOrAfter plus the skew", false, skewed(own(5 * MINUTE + 10 * SECOND))),
        ("a skew of several days", true, script(5 * MINUTE, 3 * DAY, true, own(2 * DAY))),
        ("InResponseTo from a request", true, usual(asked(plain))),
        ("InResponseTo not in the cache", false, usual(asked(Given { answers: Some(9), ..plain }))),
        ("InResponseTo not in the cache, and not validated", true, lax(asked(Given { answers: Some(9), ..plain }))),
        ("InResponseTo without a request", false, usual(vec![Step::Respond(plain)])),
        ("no InResponseTo, validated if present", true, usual(unasked(plain))),
        ("no InResponseTo, not validated", true, lax(unasked(plain))),
        ("InResponseTo used before", false, usual(twice(plain))),
        ("InResponseTo used before, and not validated", true, lax(twice(plain))),
        (
            "InResponseTo where a validation failed before",
            true,
            usual([asked(wrong), asked(plain)[1..].to_vec()].concat()),
        ),
        ("audience matching", true, usual(asked(plain))),
        ("audience not matching", false, usual(asked(wrong))),
        ("audience not matching, no request", false, usual(unasked(wrong))),
        ("audience not looked at", true, lax(asked(wrong))),
        ("expired and audience not matching", false, usual(asked(Given { issued: -HOUR, ..wrong }))),
        ("expired, and nothing else looked at", false, lax(asked(Given { issued: -HOUR, ..plain }))),
    ]
}

/// A drawn sequence.
fn drawn(number: u64) -> Script {
    let mut chance = Chance(number);
    let validity = chance.of(&[MINUTE, 5 * MINUTE, 5 * MINUTE, HOUR]);
    let skew = chance.of(&[0, 0, 0, SECOND, 30 * SECOND, 2 * MINUTE]);
    let remembers = chance.below(5) > 0;
    let (mut now, mut ids, mut steps) = (0, 0, Vec::new());
    let (mut asked, mut given) = (Vec::<u32>::new(), Vec::<Given>::new());
    for _ in 0..8 {
        now += chance.of(&[0, 1, SECOND, validity / 2, validity, validity + skew, 9 * HOUR]);
        ids += 1;
        match chance.below(10) {
            0..=3 => {
                steps.push(Step::Ask { now, number: ids });
                asked.push(ids);
            }
            4..=5 if !given.is_empty() => {
                let again = Given { now, ..chance.of(&given) };
                steps.push(Step::Respond(again));
            }
            _ => {
                let age = chance.of(&[0, 0, 0, SECOND, -1, -skew, -skew - 1, validity - 1, validity, validity + skew]);
                let answers = match chance.below(10) {
                    0..=5 => asked.last().copied(),
                    6 if !asked.is_empty() => Some(chance.of(&asked)),
                    7 => Some(1_000 + ids),
                    _ => None,
                };
                let audience = chance.below(8) > 0;
                let new = Given { now, number: ids, issued: now - age, audience, answers };
                steps.push(Step::Respond(new));
                given.push(new);
            }
        }
    }
    Script { name: format!("sequence {number}"), validity, skew, remembers, steps }
}

#[test]
fn google_takes_the_responses_that_node_saml_takes() {
    let installed = beside("node_modules/@node-saml").exists();
    if !there("node-saml", &[("node", runs("node", &["--version"])), ("`npm ci` in tests/oracles", installed)]) {
        return;
    }
    let named = named();
    for (name, takes, script) in &named {
        let mut google = Google::new(script.rules());
        let taken = script.steps.iter().map(|step| match step {
            Step::Ask { now, number } => {
                google.ask(*now, *number);
                false
            }
            Step::Respond(given) => google.takes(given),
        });
        assert_eq!(taken.last(), Some(*takes), "{name}");
    }
    let named = named.into_iter().map(|(name, _, script)| Script { name: name.to_owned(), ..script });
    let scripts: Vec<Script> = named.chain(grid()).chain((0..600).map(drawn)).collect();
    let asks: Vec<String> = scripts.iter().flat_map(lines).collect();
    let answers = answers(Command::new("node").arg(beside("saml.mjs")), &asks);
    let (mut tally, mut at) = (Tally::default(), 0);
    for script in &scripts {
        let to = at + script.steps.len() + 1;
        compare(script, &answers[at..to], &mut tally);
        at = to;
    }
    tally.hold("node-saml", SAID);
}

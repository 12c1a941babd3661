//! Laws of the rules about things that a replay does not have: mail that is drawn, and a desk with a queue.

use mims_sim::act::{Act, Activity, Typing};
use mims_sim::engine::{Engine, RunStart};
use mims_sim::format::load::read;
use mims_sim::kernel::{Draws, Purpose, Span, Time};
use mims_sim::policy::Policy;
use mims_sim::policy::request::{AccountKind, Role, Topic};
use mims_sim::policy::rules::{Rule, Rules};
use mims_sim::rehearsal::measure::series::{Series, TimeMeasure};
use mims_sim::rehearsal::{Replicate, observation_times, plan, replicate};
use mims_sim::replay::library::Library;
use mims_sim::trace::{Event, Observer};
use mims_sim::world::authenticator::Symbolic;
use mims_sim::world::ids::PlaceId;
use mims_sim::world::message::Body;
use mims_sim::world::state::{MailKind, World};

/// What is seen under a value.
pub struct Seen {
    rule: Rule,
    value: i64,
}

/// Whether something is seen.
type Test = fn(&Seen) -> bool;

/// A rule and what is seen of it.
pub struct Sampled {
    /// The path of the rule.
    pub rule: &'static str,
    /// What must be seen, in the rule's own words.
    pub says: &'static str,
    /// For each value, whether it is seen.
    pub values: &'static [(&'static str, Test)],
}

/// A school in which everybody rings the desk.
const ROLLOUT: &str = "rehearsal: Everyone rings
span: {from: 2023-09-26, to: 2023-09-28}
population: {schools: 1, staff-per-school: 200, divisions: 0}
habits: {sets-up-at-once: 0%, rings-desk: 100%}
support: {desk-patience: 4h}
";

impl Seen {
    fn rollout(&self, more: &[(Rule, i64)]) -> (Replicate, usize) {
        let loaded = read("rollout", ROLLOUT.as_bytes()).unwrap();
        let mut plan = plan(&loaded, &Library::default(), None).unwrap();
        plan.candidate.set(self.rule, self.value);
        more.iter().for_each(|(rule, value)| plan.candidate.set(*rule, *value));
        let grid = observation_times::of(&plan);
        (replicate(&plan, 0, &grid), grid.len())
    }

    /// How many asked the desk for an OTP that never came, under the tail of 4 s.
    fn missing(&self) -> i64 {
        let (run, instants) = self.rollout(&[(Rule::OtpDeliveryP95, 0)]);
        (0..instants).map(|at| run.at(Series::Tickets(Topic::OtpMissing), at)).sum()
    }

    /// How many callers were answered, and how long the slowest twentieth of them waited at least, in seconds.
    fn desk(&self, more: &[(Rule, i64)]) -> (u64, i64) {
        let (run, _) = self.rollout(more);
        (run.times(TimeMeasure::DeskWait).count(), run.quantile(TimeMeasure::DeskWait, 950).unwrap_or(0))
    }

    /// How many of 10,000 draws with this median are longer than the value.
    fn slower(&self, median: i64) -> usize {
        let draws = Draws { seed: 1, replicate: 0 };
        let drawn = |at| draws.lognormal(Span(median), Span(self.value), at, Purpose::MailDelay, 0);
        (0..10_000).filter(|at| drawn(*at).0 > self.value.max(median)).count()
    }

    /// The least and the most of the digits that OTPs have.
    fn digits(&self) -> (u32, u32) {
        let mut rules = Rules::default();
        rules.set(self.rule, self.value);
        let policy = Policy::uniform("digits", rules);
        let mut world = World::default();
        for _ in 0..400 {
            let person = world.add_person(Role::Staff, PlaceId(0));
            let ces = world.add_mailbox(MailKind::Ces, person);
            world.add_account(AccountKind::SchoolStaff, 0, person, Some(ces));
        }
        let people: Vec<_> = world.people.iter().map(|person| (person.account.get(), person.computer)).collect();
        let start = RunStart { draws: Draws { seed: 1, replicate: 0 }, now: Time(1_695_000_000_000), used: 1_000_000 };
        let mut values = Values::default();
        let mut engine = Engine::new(world, &policy, Symbolic, start, &mut values);
        for (at, (account, computer)) in (0..).zip(people) {
            let act = Act::RequestOtp { typed: Typing::Right };
            let person = mims_sim::world::ids::PersonId(at);
            engine.start(Activity::new(0, act, person, account.unwrap(), computer));
        }
        engine.run_until(Time(1_695_000_000_000 + 600_000));
        drop(engine);
        let lengths = values.0.iter().map(|value| value.to_string().len() as u32);
        (lengths.clone().min().unwrap_or(0), lengths.max().unwrap_or(0))
    }
}

/// The digits of every OTP that was sent.
#[derive(Default)]
struct Values(Vec<u32>);

impl Observer for &mut Values {
    fn see(&mut self, _: Time, _: usize, event: &Event) {
        if let Event::Message(message) = event
            && let Body::OtpMail { value, .. } = message.body
        {
            self.0.push(value);
        }
    }
}

/// A twentieth of 10,000, give or take what chance does.
fn twentieth(count: usize) -> bool {
    (440..560).contains(&count)
}

/// The laws.
pub const LAWS: &[Sampled] = &[
    Sampled {
        rule: "email-otp.digits",
        says: "No OTP has more digits, and of 400 some have as many; one that begins with noughts has fewer written.",
        values: &[
            ("4", |seen| seen.digits().1 == 4),
            ("6", |seen| seen.digits().1 == 6),
            ("8", |seen| seen.digits().1 == 8),
        ],
    },
    Sampled {
        rule: "email-otp.delivery-p95",
        says: "A twentieth of the OTPs are under way longer than this; where it is not above the median, none is \
               longer \
               than that.",
        values: &[
            ("0s", |seen| seen.slower(4_000) == 0),
            ("1s", |seen| seen.slower(4_000) == 0),
            ("30s", |seen| twentieth(seen.slower(4_000))),
            ("365d", |seen| twentieth(seen.slower(4_000))),
        ],
    },
    Sampled {
        rule: "email-otp.loss",
        says: "So many of the OTPs never come, and somebody asks the desk for them.",
        values: &[
            ("0%", |seen| seen.missing() == 0),
            ("0.5%", |seen| seen.missing() < 30),
            ("100%", |seen| seen.missing() > 100),
        ],
    },
    Sampled {
        rule: "desk.agents",
        says: "So many callers are answered at once, and the others wait.",
        values: &[
            ("0", |seen| seen.desk(&[]).0 == 0),
            ("1", |seen| seen.desk(&[]).1 > 3_600),
            ("20", |seen| seen.desk(&[]).1 < 3_600),
            ("10000", |seen| seen.desk(&[]).1 == 0),
        ],
    },
    Sampled {
        rule: "desk.handling",
        says: "An agent is busy so long with half the calls; the others wait.",
        values: &[
            ("0s", |seen| seen.desk(&[(Rule::DeskAgents, 1), (Rule::DeskHandlingP95, 0)]).1 == 0),
            ("1s", |seen| seen.desk(&[(Rule::DeskAgents, 1), (Rule::DeskHandlingP95, 0)]).1 < 60),
            ("6m", |seen| seen.desk(&[(Rule::DeskAgents, 1), (Rule::DeskHandlingP95, 0)]).1 > 3_600),
            ("365d", |seen| seen.desk(&[(Rule::DeskAgents, 1), (Rule::DeskHandlingP95, 0)]).0 <= 1),
        ],
    },
    Sampled {
        rule: "desk.handling-p95",
        says: "A twentieth of the calls take longer than this; where it is not above the median, none takes longer.",
        values: &[
            ("0s", |seen| seen.slower(360_000) == 0),
            ("1s", |seen| seen.slower(360_000) == 0),
            ("20m", |seen| twentieth(seen.slower(360_000))),
            ("365d", |seen| twentieth(seen.slower(360_000))),
        ],
    },
];

#[test]
fn each_value_of_what_is_drawn_is_seen_to_do_what_its_rule_says() {
    let mut wrong = Vec::new();
    for law in LAWS {
        let rule = Rule::from_path(law.rule).unwrap();
        for (text, seen) in law.values {
            let value = crate::value(rule, text).unwrap();
            if !seen(&Seen { rule, value }) {
                wrong.push(format!("{}: {text} ({})", law.rule, law.says));
            }
        }
    }
    assert!(wrong.is_empty(), "these are not so:\n{}", wrong.join("\n"));
}

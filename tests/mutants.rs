//! Mutation tests of the policy: each rule of the guide's policy is changed, one at a time, and some scenario must
//! notice, or a rehearsal if the rule is about something that a replay does not have.
//!
//! A mutant is the policy with one rule skipped (its neutral value), inverted (the other value) or shifted by one step
//! (a second, a count, a minute, a working day). It is killed if a scenario that passed now fails or cannot
//! run. Promises that every survivor is listed here with its reason. Deliberately changes only rules, and no code.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use mims_sim::format::load::read;
use mims_sim::format::policy::{parse, show};
use mims_sim::kernel::Time;
use mims_sim::policy::rules::{NEVER, Rule, ValueKind};
use mims_sim::rehearsal::Replicate;
use mims_sim::replay::ScenarioPlan;
use mims_sim::replay::library::Library;
use rayon::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// At least this percentage of the mutants is killed; each of the others is listed in `EXPLAINED`.
const FLOOR: usize = 95;

/// The survivors: the rule, the mutant, and why nothing in the guide distinguishes the two.
const EXPLAINED: &[(&str, &str, &str)] = &[
    (
        "email-otp.digits",
        "5",
        "Server and mailbox follow the same rule: a code of another length is read and typed as well.",
    ),
    (
        "email-otp.digits",
        "7",
        "Server and mailbox follow the same rule: a code of another length is read and typed as well.",
    ),
    (
        "lockout.forgotten-after",
        "31535999s",
        "No scenario waits a year between two failures; `tests/rules` holds shorter spans to the rule.",
    ),
    (
        "lockout.forgotten-after",
        "31536001s",
        "No scenario waits a year between two failures; `tests/rules` holds shorter spans to the rule.",
    ),
    (
        "password-rules.name-part-length",
        "2",
        "The name that a replay types has five letters; `assumption-a44` and `tests/rules` hold both sides of that.",
    ),
    (
        "password-rules.name-part-length",
        "4",
        "The name that a replay types has five letters; `assumption-a44` and `tests/rules` hold both sides of that.",
    ),
    (
        "password-change.propagation",
        "1s",
        "Nobody signs in within a second of a change; `assumption-a41` and `tests/rules` hold longer waits to it.",
    ),
];

/// A rehearsal in which mail delays are drawn and the desk has a queue, since a replay has neither.
const ROLLOUT: &str = "rehearsal: Everyone rings
span: {from: 2023-09-26, to: 2023-09-28}
population: {schools: 1, staff-per-school: 400, divisions: 0}
habits: {sets-up-at-once: 0%, rings-desk: 100%}
support: {desk-patience: 4h}
";

/// The rehearsal under the guide, and the counts of each run.
struct Rollout {
    plan: mims_sim::rehearsal::RehearsalPlan,
    grid: Vec<Time>,
    guide: Replicate,
}

impl Rollout {
    fn new() -> Rollout {
        let loaded = read("rollout", ROLLOUT.as_bytes()).unwrap();
        let plan = mims_sim::rehearsal::plan(&loaded, &Library::default(), None).unwrap();
        let grid = mims_sim::rehearsal::observation_times::of(&plan);
        let guide = mims_sim::rehearsal::replicate(&plan, 0, &grid);
        Rollout { plan, grid, guide }
    }

    /// Whether any count differs.
    fn notices(&self, mutant: &Mutant) -> bool {
        let mut plan = self.plan.clone();
        plan.candidate.set(mutant.rule, mutant.value);
        mims_sim::rehearsal::replicate(&plan, 0, &self.grid) != self.guide
    }
}

/// The rules about things that a replay does not have.
const SAMPLED: &[Rule] =
    &[Rule::OtpDeliveryP95, Rule::OtpLoss, Rule::DeskAgents, Rule::DeskHandling, Rule::DeskHandlingP95];

/// A mutant: a rule, its changed value, and the name of the change.
struct Mutant {
    rule: Rule,
    value: i64,
    name: String,
}

impl Mutant {
    fn key(&self) -> (&str, &str) {
        (self.rule.info().path, &self.name)
    }
}

/// The value shifted by one step each way, if a policy file could contain the result.
fn shifted(kind: ValueKind, default: i64) -> Vec<i64> {
    let step = match kind {
        ValueKind::Switch | ValueKind::Feature | ValueKind::Choice(_) => return Vec::new(),
        ValueKind::Span => 1000,
        ValueKind::Share => 10_000,
        ValueKind::Count(..) | ValueKind::WorkingDays => 1,
        ValueKind::Instant if default == NEVER => return Vec::new(),
        ValueKind::Instant | ValueKind::TimeOfDay => 60_000,
    };
    let written = |value: i64| match kind {
        ValueKind::Count(..) => Value::from(value),
        _ => Value::from(show(kind, value)),
    };
    [default - step, default + step].into_iter().filter(|v| parse(kind, &written(*v)) == Ok(*v)).collect()
}

/// The other values of a rule that has only a few.
fn inverted(kind: ValueKind, default: i64) -> Vec<i64> {
    let count = match kind {
        ValueKind::Switch | ValueKind::Feature => 2,
        ValueKind::Choice(words) => i64::try_from(words.len()).unwrap(),
        _ => 0,
    };
    (0..count).filter(|value| *value != default).collect()
}

/// Every mutant of every rule, without duplicate values.
fn mutants() -> Vec<Mutant> {
    let mut out = Vec::new();
    for rule in Rule::ALL.iter().copied() {
        let info = rule.info();
        let mut values = BTreeMap::new();
        for value in shifted(info.kind, info.default) {
            values.insert(value, show(info.kind, value));
        }
        for value in inverted(info.kind, info.default) {
            values.insert(value, show(info.kind, value));
        }
        values.insert(info.neutral, "skipped".to_owned());
        values.remove(&info.default);
        out.extend(values.into_iter().map(|(value, name)| Mutant { rule, value, name }));
    }
    out
}

/// Every committed scenario as a plan, under the policy that it names, in the files' order.
fn plans() -> Vec<ScenarioPlan> {
    let files = common::all();
    let book = common::book(&files);
    files.iter().flat_map(|(_, loaded)| common::plans(&book, loaded)).collect()
}

fn green(plan: &ScenarioPlan) -> bool {
    plan.run_symbolic().is_ok_and(|verdict| verdict.failures.is_empty())
}

/// The first file that kills the mutant.
fn killer<'p>(plans: &'p [ScenarioPlan], mutant: &Mutant) -> Option<&'p str> {
    let notices =
        |plan: &&ScenarioPlan| plan.with_rule(mutant.rule, mutant.value).is_some_and(|changed| !green(&changed));
    plans.iter().find(notices).map(|plan| plan.file.as_str())
}

#[test]
fn changed_rules_are_noticed() {
    let plans = plans();
    assert!(!plans.is_empty() && plans.iter().all(green), "every scenario is green before a rule is changed");
    let mutants = mutants();
    let rollout = Rollout::new();
    let noticed = |mutant: &Mutant| SAMPLED.contains(&mutant.rule) && rollout.notices(mutant);
    let by = |mutant: &Mutant| killer(&plans, mutant).or_else(|| noticed(mutant).then_some("a rehearsal"));
    let killers: Vec<Option<&str>> = mutants.par_iter().map(by).collect();
    let (mut killed, mut unexplained, mut wrong) = (0, Vec::new(), Vec::new());
    let explained = |mutant: &Mutant| EXPLAINED.iter().any(|(path, name, _)| (*path, *name) == mutant.key());
    println!("rule | mutant | killed by");
    println!("--- | --- | ---");
    for (mutant, killer) in mutants.iter().zip(&killers) {
        let (path, name) = mutant.key();
        println!("{path} | {name} | {}", killer.unwrap_or("SURVIVES"));
        match (killer, explained(mutant)) {
            (Some(by), true) => wrong.push(format!("{path} | {name} is killed by {by}")),
            (None, false) => unexplained.push(format!("{path} | {name}")),
            _ => {}
        }
        killed += usize::from(killer.is_some());
    }
    for (path, name, why) in EXPLAINED {
        assert!(why.ends_with('.') && why.len() > 20, "{path} | {name}: say why in a sentence");
        if !mutants.iter().any(|mutant| mutant.key() == (path, name)) {
            wrong.push(format!("{path} | {name} is no mutant"));
        }
    }
    println!("\n{killed} of {} mutants are killed", mutants.len());
    assert_eq!(unexplained, Vec::<String>::new(), "these survive, and nothing says why");
    assert_eq!(wrong, Vec::<String>::new(), "these are explained, and should not be");
    assert!(killed * 100 >= mutants.len() * FLOOR, "{killed} of {} is less than {FLOOR} %", mutants.len());
}

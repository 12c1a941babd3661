//! Every rule does what its sentence says, for every value that it takes.
//!
//! A row is a rule, a value, and what must be seen; the rows of a rule share a scenario in which that rule alone
//! differs. Promises that every rule has its rows: each word of a choice, and of numbers and spans the edges (0, 1, the
//! default, the most). A value that is not modelled is refused when the policy is read, and the row says how.

#![allow(clippy::unwrap_used, clippy::panic, clippy::needless_update)]

mod enrolment;
mod google;
mod law;
mod passwords;
mod sampled;
mod sign_in;
mod support;
mod tokens;

use law::{Law, See};
use mims_sim::format::load::{FileContents, read};
use mims_sim::format::policy::{parse, show};
use mims_sim::policy::rules::{NEVER, Rule, ValueKind};
use mims_sim::replay::library::Library;
use mims_sim::replay::plan;
use serde_json::Value;
use std::collections::BTreeSet;

fn laws() -> impl Iterator<Item = &'static Law> {
    [sign_in::LAWS, tokens::LAWS, enrolment::LAWS, passwords::LAWS, google::LAWS, support::LAWS].into_iter().flatten()
}

/// Runs a law under one value; what is wrong, if anything.
fn judge(law: &Law, value: &str, see: See) -> Result<(), String> {
    let rules = format!("{}: {value}\n  {}", law.rule, law.also.replace("; ", "\n  "));
    let policy = format!("policy: Under test\nextends: guide-v1.1\nrules:\n  {rules}\n");
    let guide = "policy: The guide\nrules: {}\n";
    let guide = read("guide-v1.1.yaml", guide.as_bytes()).map_err(|faults| format!("{faults:?}"))?;
    let policy = match (read("policy.yaml", policy.as_bytes()), see) {
        (Err(faults), See::Unread(why)) => return says(&format!("{faults:?}"), why),
        (Err(faults), See::Ends(_)) => return Err(format!("is refused: {faults:?}")),
        (Ok(policy), _) => policy,
    };
    let named = [("guide-v1.1".to_owned(), &guide), ("policy".to_owned(), &policy)];
    let (library, faults) = Library::new(&named, BTreeSet::new());
    let ends = match see {
        See::Unread(why) => return says(&format!("{faults:?}"), why),
        See::Ends(_) if !faults.is_empty() => return Err(format!("is refused: {faults:?}")),
        See::Ends(ends) => ends,
    };
    let mut text = format!("scenario: A law\ngiven: {{policy: policy, {}}}\nwhen:{}\n", law.given, law.when);
    for end in ends {
        text = text.replacen('$', end, 1);
    }
    if text.contains('$') {
        return Err("has fewer ends than rows that expect one".to_owned());
    }
    let loaded = read("law.yaml", text.as_bytes()).map_err(|faults| format!("is no scenario: {faults:?}\n{text}"))?;
    let FileContents::Scenario(cases) = &loaded.contents else { return Err("is no scenario".to_owned()) };
    let case = cases.first().ok_or("has no case")?;
    let plan = plan(&loaded, case, &library, None).map_err(|faults| format!("cannot be run: {faults:?}"))?;
    let verdict = plan.run_symbolic().map_err(|fault| format!("cannot be run: {fault:?}"))?;
    if verdict.green() { Ok(()) } else { Err(format!("{:#?}", verdict.failures)) }
}

fn says(text: &str, why: &str) -> Result<(), String> {
    if text.contains(why) { Ok(()) } else { Err(format!("is not refused because {why}: {text}")) }
}

#[test]
fn each_value_is_seen_to_do_what_its_rule_says() {
    let mut wrong = Vec::new();
    for law in laws() {
        for (value, see) in law.values {
            if let Err(why) = judge(law, value, *see) {
                wrong.push(format!("{}: {value} ({})\n{why}", law.rule, law.says));
            }
        }
    }
    assert!(wrong.is_empty(), "{} rows are not so:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

/// A value as a policy file writes it, read.
fn value(rule: Rule, text: &str) -> Option<i64> {
    let kind = rule.info().kind;
    let json = match kind {
        ValueKind::Switch => Value::from(text == "true"),
        ValueKind::Count(..) => Value::from(text.parse::<i64>().ok()?),
        _ => Value::from(text),
    };
    parse(kind, &json).ok()
}

/// The values that must have a row.
fn edges(rule: Rule) -> Vec<i64> {
    let info = rule.info();
    let large = 365 * 86_400_000;
    let mut values = match info.kind {
        ValueKind::Switch | ValueKind::Feature => vec![0, 1],
        ValueKind::Choice(words) => (0..i64::try_from(words.len()).unwrap()).collect(),
        ValueKind::Count(least, most) => vec![least, 1.clamp(least, most), most],
        ValueKind::Span => vec![0, 1000, large],
        ValueKind::Instant => vec![NEVER],
        ValueKind::TimeOfDay => vec![0, 86_340_000],
        ValueKind::WorkingDays => vec![0, 1, 250],
        ValueKind::Share => vec![0, 1_000_000],
    };
    values.push(info.default);
    values.sort_unstable();
    values.dedup();
    values
}

#[test]
fn every_rule_has_its_rows() {
    let mut missing = Vec::new();
    for rule in Rule::ALL.iter().copied() {
        let info = rule.info();
        let own: Vec<&Law> = laws().filter(|law| law.rule == info.path).collect();
        let drawn = || sampled::LAWS.iter().filter(|law| law.rule == info.path).flat_map(|law| law.values);
        let texts = own.iter().flat_map(|law| law.values).map(|(text, _)| *text).chain(drawn().map(|(text, _)| *text));
        let rows: BTreeSet<Option<i64>> = texts.map(|text| value(rule, text)).collect();
        let lacks = |value: &i64| !rows.contains(&Some(*value));
        missing.extend(
            edges(rule).iter().filter(|value| lacks(value)).map(|v| format!("{}: {}", info.path, show(info.kind, *v))),
        );
        if drawn().count() > 1 {
            continue;
        }
        let differs = own.iter().any(|law| {
            let seen = law.values.iter().filter_map(|(_, see)| match see {
                See::Ends(ends) => Some(*ends),
                See::Unread(_) => None,
            });
            seen.collect::<BTreeSet<_>>().len() > 1
        });
        if !differs {
            missing.push(format!("{}: two values under which something else is seen", info.path));
        }
    }
    let none = |law: &&Law| Rule::from_path(law.rule).is_none();
    missing.extend(laws().filter(none).map(|law| format!("a rule called {}", law.rule)));
    assert!(missing.is_empty(), "there is no row for\n{}", missing.join("\n"));
}

#[test]
fn what_lies_beyond_the_bounds_of_a_number_is_refused() {
    for rule in Rule::ALL {
        if let ValueKind::Count(least, most) = rule.info().kind {
            for beyond in [least - 1, most + 1] {
                let refusal = parse(rule.info().kind, &Value::from(beyond)).unwrap_err();
                assert!(refusal.contains(&format!("from {least} to {most}")), "{}: {refusal}", rule.info().path);
            }
        }
    }
}

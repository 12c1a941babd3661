//! A comparison of candidate policies, as text for a rollout owner and as JSON.
//!
//! Promises access, support and security next to each other, with a confidence interval for every difference.
//! Deliberately weighs nothing.

use super::words::decision_word;
use crate::counted::counted;
use crate::diagnostic::clean;
use crate::format::parameters::Knob;
use crate::format::policy::show;
use crate::rehearsal::RehearsalPlan;
use crate::rehearsal::measure::gate::GoNoGo;
use crate::rehearsal::study::comparison::{CandidateRow, Comparison};
use crate::rehearsal::study::sensitivity::{RehearsalOutcome, Setting, SweepAnswer, Threshold};
use crate::rehearsal::study::yardsticks::{Overall, Side, YardstickRow};
use crate::statistics::PairedVerdict;
use serde_json::{Value, json};
use std::fmt::Write;

/// The version of the shape of the JSON report; it goes up when a field changes its meaning or goes away.
pub const SCHEMA: u32 = 2;

pub(super) const fn go_word(answer: GoNoGo) -> &'static str {
    match answer {
        GoNoGo::Go => "go",
        GoNoGo::NoGo => "no go",
        GoNoGo::Undecided => "undecided",
    }
}

pub(super) const fn side_word(side: Side) -> &'static str {
    match side {
        Side::Access => "access",
        Side::Support => "support",
        Side::Security => "security",
    }
}

pub(super) const fn verdict_word(verdict: PairedVerdict) -> &'static str {
    match verdict {
        PairedVerdict::Better => "better",
        PairedVerdict::Worse => "worse",
        PairedVerdict::Equivalent => "equivalent",
        PairedVerdict::Inconclusive => "inconclusive",
    }
}

/// The path of a rule or parameter.
pub const fn path(knob: Knob) -> &'static str {
    match knob {
        Knob::Rule(rule) => rule.info().path,
        Knob::Parameter(parameter) => parameter.info().path,
    }
}

pub(super) fn setting((knob, value): &Setting) -> String {
    format!("{} {}", path(*knob), show(knob.kind(), *value))
}

fn settings(all: &[Setting]) -> String {
    all.iter().map(setting).collect::<Vec<_>>().join(", ")
}

/// A value of the yardstick as text: times in minutes or hours, and small counts with one decimal.
pub(super) fn amount(row: &YardstickRow, value: f64) -> String {
    if row.yardstick.is_time() {
        let minutes = value / 60.0;
        return if minutes.abs() < 120.0 { format!("{minutes:.1} min") } else { format!("{:.1} h", minutes / 60.0) };
    }
    if value.abs() < 100.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

/// A difference with its sign; zero has none.
pub(super) fn signed(row: &YardstickRow, value: f64) -> String {
    let text = amount(row, value);
    if value > 0.0 && !text.starts_with(['+', '-']) { format!("+{text}") } else { text }
}

/// The whole comparison for a terminal.
pub fn human(all: &Comparison<'_>) -> String {
    let mut out = String::new();
    let base = clean(&all.plan.candidate.name);
    for one in &all.candidates {
        let _ = writeln!(out, "{}: {}", clean(&one.name), sentence(one.overall));
    }
    let (runs, seed) = (all.base.runs, all.plan.seed);
    if !all.candidates.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(
        out,
        "{}, {}, seed {seed}, against {base}: the same people with the same luck",
        clean(&all.plan.title),
        counted(runs, "run")
    );
    let (go, shares) = (go_word(all.base.answer), go_share(&all.base));
    let _ = writeln!(out, "{base} itself: {go} ({shares})");
    for one in &all.candidates {
        candidate(one, &mut out);
    }
    if !all.candidates.is_empty() {
        let margin = all.margin * 100.0;
        let _ = writeln!(
            out,
            "\ndifferences below {margin} % of the base's mean count as none, and so does less than a single one, or a \
             minute, of all but security;\na candidate's intervals all hold with 95 % \
             at once;\nthe last column: how many times as many runs independent draws would take"
        );
    }
    doubts(all, &mut out);
    table(all, &mut out);
    let lines: Vec<&str> = out.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

const fn sentence(overall: Overall) -> &'static str {
    match overall {
        Overall::Better => "better: by some yardstick, worse by none, and security is not in doubt",
        Overall::SecurityInDoubt => {
            "better by some yardstick, worse by none; more runs would tell whether security suffers"
        }
        Overall::Worse => "worse",
        Overall::Mixed => "mixed: better by some yardsticks, worse by others",
        Overall::GivesUpSecurity => "gives up security: what it wins elsewhere does not make it better",
        Overall::Equivalent => "equivalent",
        Overall::Inconclusive => "inconclusive: more runs would tell",
    }
}

fn go_share(outcome: &RehearsalOutcome) -> String {
    format!("every gate is met in {} of {}", outcome.go, counted(outcome.runs, "run"))
}

fn candidate(one: &CandidateRow, out: &mut String) {
    let _ = writeln!(out, "\n{}: {} ({})", clean(&one.name), go_word(one.outcome.answer), go_share(&one.outcome));
    for (id, taken) in &one.decided {
        let _ = writeln!(out, "  decided on the way: {} in {taken} of {} runs", clean(id), one.outcome.runs);
    }
    let _ = writeln!(
        out,
        "  {:<9} {:<50} {:>10} {:>10}  {:<24} {:<12} {:>6}",
        "", "", "base", "change", "interval", "", ""
    );
    for row in &one.rows {
        let base = row.paired.base.mean().unwrap_or(0.0);
        let change = row.paired.difference.mean().unwrap_or(0.0);
        let interval =
            row.interval.map_or_else(String::new, |i| format!("{} to {}", signed(row, i.low), signed(row, i.high)));
        let ratio = match row.ratio {
            Some(ratio) if ratio.is_finite() => format!("x{ratio:.1}"),
            _ => "-".to_owned(),
        };
        let (side, title) = (side_word(row.yardstick.side()), row.yardstick.title());
        let (base, change, verdict) = (amount(row, base), signed(row, change), verdict_word(row.verdict));
        let _ =
            writeln!(out, "  {side:<9} {title:<50} {base:>10} {change:>10}  {interval:<24} {verdict:<12} {ratio:>6}");
    }
}

fn doubts(all: &Comparison<'_>, out: &mut String) {
    if all.doubts.is_empty() {
        return;
    }
    let base = &all.base;
    let _ = writeln!(
        out,
        "\nwhat is assumed, and what another value would do to the verdict ({}; {})",
        go_word(base.answer),
        go_share(base)
    );
    for doubt in &all.doubts {
        let turns = if doubt.turns { "turns it" } else { "" };
        let (what, go, points) = (setting(&doubt.setting), go_word(doubt.outcome.answer), doubt.shift * 100.0);
        let _ = writeln!(out, "  {what:<44} {go:<10} {points:>+7.1} % of runs  {turns}");
    }
}

fn table(all: &Comparison<'_>, out: &mut String) {
    if all.table.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nin how many of {} each gate is met", counted(all.base.runs, "run"));
    for (cell, outcome) in &all.table {
        let gates = all.plan.gates.iter().zip(&outcome.gates);
        let gates: Vec<String> =
            gates.map(|(g, v)| format!("{} {} ({})", clean(&g.id), v.met_in, decision_word(v.decision))).collect();
        let _ = writeln!(out, "  {:<44} {:<10} {}", settings(cell), go_word(outcome.answer), gates.join(", "));
    }
    for answer in &all.answers {
        let gate = all.plan.gates.get(answer.gate).map_or_else(String::new, |gate| clean(&gate.id).to_string());
        let others =
            if answer.others.is_empty() { String::new() } else { format!(" with {}", settings(&answer.others)) };
        let _ = writeln!(out, "  {gate}{others}: {}", says(answer));
    }
}

/// The values for which a gate is met, as a sentence.
fn says(answer: &SweepAnswer) -> String {
    let one = |value: i64| setting(&(answer.knob, value));
    let knob = path(answer.knob);
    match &answer.enough {
        Threshold::AtLeast(value) => format!("{} is the least that meets it", one(*value)),
        Threshold::AtMost(value) => format!("{} is the most that meets it", one(*value)),
        Threshold::Always => format!("every {knob} that was tried meets it"),
        Threshold::Never => format!("no {knob} that was tried meets it"),
        Threshold::Only(values) => {
            format!("met at {} alone", values.iter().map(|value| one(*value)).collect::<Vec<_>>().join(", "))
        }
    }
}

/// The same for programs: `enough` is `at-least` or `at-most` with its value in `values`, `always`, `never`, or `only`
/// with all values at which the gate is met.
fn answer_json(plan: &RehearsalPlan, answer: &SweepAnswer) -> Value {
    let (enough, values) = match &answer.enough {
        Threshold::AtLeast(value) => ("at-least", vec![*value]),
        Threshold::AtMost(value) => ("at-most", vec![*value]),
        Threshold::Always => ("always", Vec::new()),
        Threshold::Never => ("never", Vec::new()),
        Threshold::Only(values) => ("only", values.clone()),
    };
    let values: Vec<String> = values.into_iter().map(|value| show(answer.knob.kind(), value)).collect();
    json!({
        "gate": plan.gates.get(answer.gate).map(|gate| &gate.id),
        "knob": path(answer.knob),
        "others": settings_json(&answer.others),
        "enough": enough,
        "values": values,
        "says": says(answer),
    })
}

fn outcome_json(plan: &RehearsalPlan, outcome: &RehearsalOutcome) -> Value {
    let gates = plan.gates.iter().zip(&outcome.gates);
    let gates = gates.map(|(g, v)| {
        json!({
            "id": g.id, "met-in": v.met_in, "decision": decision_word(v.decision),
            "low": v.chance.low, "high": v.chance.high,
        })
    });
    let gates: Vec<Value> = gates.collect();
    json!({"answer": go_word(outcome.answer), "go": outcome.go, "runs": outcome.runs, "gates": gates})
}

fn settings_json(all: &[Setting]) -> Value {
    all.iter().map(|(knob, value)| (path(*knob).to_owned(), Value::from(show(knob.kind(), *value)))).collect()
}

fn row_json(row: &YardstickRow) -> Value {
    json!({
        "yardstick": row.yardstick.word(),
        "side": side_word(row.yardstick.side()),
        "base": row.paired.base.mean(),
        "candidate": row.paired.candidate.mean(),
        "difference": row.paired.difference.mean(),
        "low": row.interval.map(|i| i.low),
        "high": row.interval.map(|i| i.high),
        "verdict": verdict_word(row.verdict),
        "variance-ratio": row.ratio.filter(|ratio| ratio.is_finite()),
    })
}

/// The whole comparison as JSON; times are in seconds.
pub fn json(all: &Comparison<'_>) -> String {
    let candidates = all.candidates.iter().map(|one| {
        json!({
            "policy": one.name,
            "overall": one.overall.word(),
            "decided": one.decided.iter().map(|(id, taken)| json!({"id": id, "taken-in": taken})).collect::<Vec<_>>(),
            "outcome": outcome_json(all.plan, &one.outcome),
            "yardsticks": one.rows.iter().map(row_json).collect::<Vec<_>>(),
        })
    });
    let doubts = all.doubts.iter().map(|doubt| {
        json!({
            "setting": settings_json(std::slice::from_ref(&doubt.setting)),
            "turns": doubt.turns,
            "shift": doubt.shift,
            "outcome": outcome_json(all.plan, &doubt.outcome),
        })
    });
    let table = all
        .table
        .iter()
        .map(|(cell, outcome)| json!({"settings": settings_json(cell), "outcome": outcome_json(all.plan, outcome)}));
    let report = json!({
        "schema": SCHEMA,
        "rehearsal": all.plan.title,
        "seed": all.plan.seed,
        "margin": all.margin,
        "base": {"policy": all.plan.candidate.name, "outcome": outcome_json(all.plan, &all.base)},
        "candidates": candidates.collect::<Vec<_>>(),
        "doubt": doubts.collect::<Vec<_>>(),
        "sweep": table.collect::<Vec<_>>(),
        "answers": all.answers.iter().map(|answer| answer_json(all.plan, answer)).collect::<Vec<_>>(),
    });
    format!("{report:#}\n")
}

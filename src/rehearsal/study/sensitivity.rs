//! What would turn the verdict: a rehearsal again with other values of what is assumed (`doubt:`), and with all values
//! of what can be chosen (`sweep:`), always for the same people with the same luck.
//!
//! Promises that each value is tried alone in `doubt:`, and every combination in `sweep:`. Deliberately interpolates
//! nothing: an answer is a value that was run.

use crate::format::parameters::Knob;
use crate::rehearsal::measure::gate::{GateDecision, GateVerdict, GoNoGo, NotJudged, go_no_go};
use crate::rehearsal::measure::replicate::Replicate;
use crate::rehearsal::setup::gate_spec::Gate;
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::statistics::float;

/// A knob at a value.
pub type Setting = (Knob, i64);

/// What all gates came to.
#[derive(Clone, Debug, PartialEq)]
pub struct RehearsalOutcome {
    /// What each gate came to, in order.
    pub gates: Vec<GateVerdict>,
    /// In how many runs every gate was met that can mean no-go.
    pub go: u64,
    /// How many runs.
    pub runs: u64,
    /// Go, no-go, or undecided.
    pub answer: GoNoGo,
}

impl RehearsalOutcome {
    /// Of the runs of a plan.
    pub fn of(plan: &RehearsalPlan, runs: &[Replicate]) -> RehearsalOutcome {
        let gates: Vec<GateVerdict> =
            plan.gates.iter().enumerate().map(|(at, gate)| gate.judge(at, runs, false)).collect();
        // A gate about nobody stops no run; one that is out of reach does.
        let met = |at: usize, gate: &Gate, run: &Replicate| match gate.met(at, run) {
            Ok(met) => met,
            Err(NotJudged::Nobody) => true,
            Err(NotJudged::OutOfReach) => false,
        };
        let all = |run: &&Replicate| plan.gates.iter().enumerate().all(|(at, g)| g.warns || met(at, g, run));
        let go = runs.iter().filter(all).count() as u64;
        RehearsalOutcome { answer: go_no_go(plan, &gates), gates, go, runs: runs.len() as u64 }
    }

    /// The share of runs in which every gate was met that can mean no-go.
    pub fn go_share(&self) -> f64 {
        float(self.go) / float(self.runs.max(1))
    }
}

/// The same rehearsal with some knobs at other values.
pub fn with(plan: &RehearsalPlan, settings: &[Setting]) -> RehearsalPlan {
    let mut plan = plan.clone();
    for (knob, value) in settings {
        match knob {
            Knob::Rule(rule) => plan.candidate.set(*rule, *value),
            Knob::Parameter(parameter) => plan.parameters.set(*parameter, *value),
        }
    }
    plan
}

/// What one doubted value does.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// The assumption, at the value that was tried.
    pub setting: Setting,
    /// What comes of it.
    pub outcome: RehearsalOutcome,
    /// The verdict is another than the base's.
    pub turns: bool,
    /// By how much it moves the share of runs that are a go.
    pub shift: f64,
}

/// The doubted values by what they do: those that turn the verdict first, and among equals those that move the share of
/// go further; whatever is left in the order of the file.
pub fn rank(base: &RehearsalOutcome, tried: Vec<(Setting, RehearsalOutcome)>) -> Vec<Sensitivity> {
    let mut doubts: Vec<Sensitivity> = tried
        .into_iter()
        .map(|(setting, outcome)| {
            let (turns, shift) = (outcome.answer != base.answer, outcome.go_share() - base.go_share());
            Sensitivity { setting, outcome, turns, shift }
        })
        .collect();
    doubts.sort_by(|a, b| b.turns.cmp(&a.turns).then(b.shift.abs().total_cmp(&a.shift.abs())));
    doubts
}

/// Every combination of the values of a sweep, the last knob fastest.
pub fn grid_points(sweep: &[(Knob, Vec<i64>)]) -> Vec<Vec<Setting>> {
    sweep.iter().fold(vec![Vec::new()], |grid_points, (knob, values)| {
        let longer = |cell: &Vec<Setting>, value: &i64| cell.iter().copied().chain([(*knob, *value)]).collect();
        grid_points.iter().flat_map(|cell| values.iter().map(move |value| longer(cell, value))).collect()
    })
}

/// For which values of a knob a gate is met, as a sentence can say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// From this value upwards, and at no lower one that was tried.
    AtLeast(i64),
    /// Up to this value, and at no higher one that was tried.
    AtMost(i64),
    /// At all values that were tried.
    Always,
    /// At none.
    Never,
    /// At these alone, with others between them: no simple answer.
    Only(Vec<i64>),
}

/// The answer for one knob and one gate, where the other knobs of the sweep stand at these values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepAnswer {
    /// The knob that is asked about.
    pub knob: Knob,
    /// Where the others stand.
    pub others: Vec<Setting>,
    /// The gate, by its place.
    pub gate: usize,
    /// For which values it is met.
    pub enough: Threshold,
}

/// The answers of a table, for every knob, gate and position of the other knobs.
pub fn answers(table: &[(Vec<Setting>, RehearsalOutcome)], gates: usize) -> Vec<SweepAnswer> {
    let knobs =
        table.first().map(|(cell, _)| cell.iter().map(|(knob, _)| *knob).collect::<Vec<_>>()).unwrap_or_default();
    let mut out = Vec::new();
    for knob in knobs {
        let others = |cell: &[Setting]| cell.iter().copied().filter(|(k, _)| *k != knob).collect::<Vec<Setting>>();
        let mut positions: Vec<Vec<Setting>> = Vec::new();
        for (cell, _) in table {
            let position = others(cell);
            if !positions.contains(&position) {
                positions.push(position);
            }
        }
        for position in positions {
            let here = || table.iter().filter(|(cell, _)| others(cell) == position);
            for gate in 0..gates {
                let met = here().filter_map(|(cell, outcome)| {
                    let (_, value) = cell.iter().find(|(k, _)| *k == knob)?;
                    Some((*value, outcome.gates.get(gate)?.decision == GateDecision::Met))
                });
                out.push(SweepAnswer { knob, others: position.clone(), gate, enough: enough(met.collect()) });
            }
        }
    }
    out
}

fn enough(mut tried: Vec<(i64, bool)>) -> Threshold {
    tried.sort_unstable();
    let met: Vec<i64> = tried.iter().filter(|(_, met)| *met).map(|(value, _)| *value).collect();
    let changes = tried.windows(2).filter(|pair| matches!(pair, [(_, a), (_, b)] if a != b)).count();
    match (met.as_slice(), tried.first(), changes) {
        ([], ..) => Threshold::Never,
        (_, _, 0) => Threshold::Always,
        ([least, ..], Some((_, false)), 1) => Threshold::AtLeast(*least),
        ([.., most], Some((_, true)), 1) => Threshold::AtMost(*most),
        _ => Threshold::Only(met),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::parameters::Parameter;
    use crate::policy::rules::Rule;
    use crate::statistics::{clopper_pearson, decide};

    const AGENTS: Knob = Knob::Rule(Rule::DeskAgents);
    const SCHOOLS: Knob = Knob::Parameter(Parameter::Schools);

    fn outcome(met: u64) -> RehearsalOutcome {
        let chance = clopper_pearson(met, 100, 0.05);
        let decision = decide(chance, 0.9).into();
        let answer = if decision == GateDecision::Met { GoNoGo::Go } else { GoNoGo::NoGo };
        RehearsalOutcome {
            gates: vec![GateVerdict { met_in: met, of: 100, nobody_in: 0, out_of_reach_in: 0, chance, decision }],
            go: met,
            runs: 100,
            answer,
        }
    }

    #[test]
    fn the_table_has_every_combination() {
        let sweep = [(AGENTS, vec![5, 10]), (SCHOOLS, vec![1, 2, 3])];
        let grid_points = grid_points(&sweep);
        assert_eq!(grid_points.len(), 6);
        assert_eq!(grid_points[1], [(AGENTS, 5), (SCHOOLS, 2)]);
        assert_eq!(super::grid_points(&[]), [Vec::new()]);
    }

    #[test]
    fn the_fewest_agents_that_are_enough() {
        let table: Vec<(Vec<Setting>, RehearsalOutcome)> =
            grid_points(&[(AGENTS, vec![20, 5, 10]), (SCHOOLS, vec![1, 2])])
                .into_iter()
                .map(|cell| {
                    let [(_, agents), (_, schools)] = cell[..] else { panic!("two knobs") };
                    (cell.clone(), outcome(if agents >= 10 * schools { 99 } else { 50 }))
                })
                .collect();
        let all = answers(&table, 1);
        let about = |knob, other| all.iter().find(|a| a.knob == knob && a.others[0].1 == other).unwrap().enough.clone();
        assert_eq!(about(AGENTS, 1), Threshold::AtLeast(10));
        assert_eq!(about(AGENTS, 2), Threshold::AtLeast(20));
        assert_eq!(about(SCHOOLS, 10), Threshold::AtMost(1));
        assert_eq!(about(SCHOOLS, 20), Threshold::Always);
        assert_eq!(about(SCHOOLS, 5), Threshold::Never);
        assert_eq!(enough(vec![(1, true), (2, false), (3, true)]), Threshold::Only(vec![1, 3]));
    }

    #[test]
    fn what_turns_the_verdict_comes_first() {
        let base = outcome(99);
        let tried = vec![((AGENTS, 30), outcome(98)), ((SCHOOLS, 2), outcome(20)), ((AGENTS, 10), outcome(70))];
        let ranked = rank(&base, tried);
        let order: Vec<(Setting, bool)> = ranked.iter().map(|d| (d.setting, d.turns)).collect();
        assert_eq!(order, [((SCHOOLS, 2), true), ((AGENTS, 10), true), ((AGENTS, 30), false)]);
        assert!((ranked[0].shift + 0.79).abs() < 1e-12);
    }
}

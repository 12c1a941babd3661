//! All states of a start within bounds, breadth first, and the shortest schedule that breaks each property: first of
//! whole acts one after the other, then, for what they do not break, click by click.
//!
//! Promises that what was broken in the search is broken by the rows that come of it, clicks taking no time: each act a
//! row, or where others act between its steps a row for each step. Deliberately keeps the search itself in
//! [`crate::search`].

use super::candidate_rows::FAULT_FOR;
use super::monitors::MonitorSet;
use super::{Explorer, PropertySearch, Schedule, ScheduledRow};
use crate::act::{ActKind, Activity};
use crate::engine::Detail;
use crate::format::rows::Row;
use crate::format::scenario::PaceIs;
use crate::kernel::Time;
use crate::policy::request::Role;
use crate::property::Moment;
use crate::replay::ScenarioPlan;
use crate::replay::reschedule::RowEffect;
use crate::search::bfs::{Bounds, Explored, Progress, StopReason, explore};
use crate::search::{Calendar, SearchState, Slip, System, Transition};
use crate::world::ids::PersonId;

/// A search of all states and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExhaustiveSearch {
    /// For each property of the file.
    pub found: Vec<PropertySearch>,
    /// How far each pass came, and why it ended: of whole acts, and click by click where that was called for.
    pub passes: Vec<(Progress, StopReason)>,
}

/// The system of a space, and which option each of its acts and faults is.
struct Ground<'p> {
    system: System<'p>,
    acts: Vec<usize>,
    slips: Vec<usize>,
}

type Start<'p> = SearchState<'p, MonitorSet<'p>>;

impl Explorer<'_> {
    /// Searches all states within bounds. `goes_on` is asked now and then.
    pub fn exhaust(&self, bounds: Bounds, mut goes_on: impl FnMut(&Progress) -> bool) -> ExhaustiveSearch {
        let mut ground = self.grounds();
        let start = self.start();
        let count = self.stage.case.scenario.properties.len();
        let mut schedules: Vec<Option<Schedule>> = vec![None; count];
        let (mut passes, mut spoken, mut cut) = (Vec::new(), 0, 0);
        for whole in [true, false] {
            ground.system.whole = whole;
            let done = (0_u32..).zip(&schedules).filter(|(_, schedule)| schedule.is_some());
            let settled = done.fold(0, |all, (bit, _)| all | 1 << bit.min(63));
            let Explored { progress, end, spoke, cut_short, broken, doomed } =
                explore(&ground.system, start.clone(), count, settled, bounds, &mut goes_on);
            passes.push((progress, end));
            spoken |= spoke;
            cut |= cut_short;
            let ways = broken.into_iter().zip(doomed).zip(&mut schedules).enumerate();
            for (at, ((broken, doomed), slot)) in ways.filter(|(_, (_, slot))| slot.is_none()) {
                let doomed = doomed.map(|path| self.closed(&ground, &start, path, at));
                *slot = broken.or(doomed).map(|path| self.rows(&ground, &start, &path));
            }
            if schedules.iter().all(Option::is_some) || end == StopReason::Interrupted {
                break;
            }
        }
        let found = schedules.into_iter().enumerate();
        let has = |bits: u64, at: usize| bits >> at.min(63) & 1 == 1;
        let found = found.map(|(at, schedule)| self.found(at, schedule, has(spoken, at), has(cut, at))).collect();
        ExhaustiveSearch { found, passes }
    }

    fn start(&self) -> Start<'_> {
        let plan = &self.options;
        let owed = plan.properties().zip(0_u32..).filter(|(p, _)| p.is_owed());
        let owed = owed.fold(0, |all, (_, bit)| all | 1 << bit.min(63));
        let watch = MonitorSet::new(plan.policy(), owed, plan.monitors(), plan.decisions().clone());
        let mut state =
            SearchState::new(plan.world().clone(), plan.policy(), self.space.from, ScenarioPlan::USED, watch);
        let SearchState { machine, watch, .. } = &mut state;
        watch.begin(machine);
        state
    }

    /// The system that is searched, of single clicks, and its start.
    pub fn ground(&self) -> (System<'_>, SearchState<'_, MonitorSet<'_>>) {
        (self.grounds().system, self.start())
    }

    fn grounds(&self) -> Ground<'_> {
        let plan = &self.options;
        let (mut acts, mut slips, mut act_options, mut slip_options) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut pages, mut helpers) = (false, false);
        for (option, part) in plan.parts().enumerate() {
            let slip = match part {
                RowEffect::Act(doing) => {
                    let role = plan.world().people.get(doing.person.at()).map(|person| person.role);
                    helpers |= !matches!(role, Some(Role::Staff | Role::Student));
                    pages |= doing.act.kind().stays_on_the_page();
                    acts.push(Activity { row: option, ..doing.clone() });
                    act_options.push(option);
                    continue;
                }
                RowEffect::Fault(fault, _) => Slip::Fault(fault, FAULT_FOR),
                RowEffect::Clock(person, device, clock) => Slip::Clock(person, device, clock),
                RowEffect::Away(person, _) => Slip::Away(person, FAULT_FOR),
                RowEffect::Other => continue,
            };
            slips.push(slip);
            slip_options.push(option);
        }
        let detail = Detail { pages, clauses: plan.properties().any(|p| p.asks_for_clauses()), ..Detail::default() };
        let moments = plan.properties().flat_map(|p| [p.after, p.before]).flatten();
        let moments: Vec<Time> = moments.filter_map(|m| if let Moment::At(t) = m { Some(t) } else { None }).collect();
        let (from, to) = (self.space.from, self.space.to);
        let system = System {
            policy: plan.policy(),
            acts,
            slips,
            most_slips: self.space.most_faults,
            calendar: Calendar::new(
                plan.policy().scopes().map(|scope| plan.policy().rules(scope)),
                from,
                to,
                helpers,
                &moments,
            ),
            detail,
            whole: false,
        };
        Ground { system, acts: act_options, slips: slip_options }
    }

    /// A way to where something is owed in vain, and on until its time is over and somebody acts once more, so that the
    /// run has come so far.
    fn closed(
        &self,
        ground: &Ground<'_>,
        start: &Start<'_>,
        mut path: Vec<Transition>,
        property: usize,
    ) -> Vec<Transition> {
        let mut state = start.clone();
        path.iter().for_each(|step| ground.system.apply(&mut state, *step));
        let mut moves = Vec::new();
        while !state.watch.is_over(property) {
            ground.system.moves(&state, &mut moves);
            // Whoever is in the midst of something gives up where the time they wait is over; until then they go on.
            let Some(step) = moves.iter().rev().find(|step| **step == Transition::Wait) else { break };
            ground.system.apply(&mut state, *step);
            path.push(*step);
        }
        ground.system.moves(&state, &mut moves);
        let again = path.iter().find(|step| matches!(step, Transition::Begin(_)) && moves.contains(step)).copied();
        path.extend(again.or_else(|| moves.first().copied().filter(|step| matches!(step, Transition::Begin(_)))));
        path
    }

    /// The rows of a way through the states.
    fn rows(&self, ground: &Ground<'_>, start: &Start<'_>, path: &[Transition]) -> Schedule {
        let mut state = start.clone();
        let mut times = Vec::new();
        let mut busy_after = Vec::new();
        for step in path {
            times.push(state.machine.now());
            ground.system.apply(&mut state, *step);
            busy_after.push(state.machine.under_way().map(|doing| doing.person).collect::<Vec<PersonId>>());
        }
        let who = |at: u16| ground.system.acts.get(usize::from(at)).map(|act| act.person);
        // An act is one row where its steps follow one another, at one instant, to its end.
        let whole = |from: usize, person: PersonId| {
            let steps = path.iter().skip(from + 1).take_while(|step| **step == Transition::GoOn(person)).count();
            busy_after.get(from + steps).is_some_and(|busy| !busy.contains(&person))
        };
        let mut rows = Vec::new();
        let mut by_steps: Vec<PersonId> = Vec::new();
        for (at, (step, time)) in path.iter().zip(times).enumerate() {
            let option = match step {
                Transition::Begin(act) => ground.acts.get(usize::from(*act)),
                Transition::Slip(slip) => ground.slips.get(usize::from(*slip)),
                _ => None,
            };
            let row = option.and_then(|option| self.space.options.get(*option)).cloned();
            match (step, row) {
                (Transition::Begin(act), Some(row)) => {
                    let person = who(*act).unwrap_or_default();
                    by_steps.retain(|p| *p != person);
                    let in_one = ground.system.whole || whole(at, person);
                    if !in_one {
                        by_steps.push(person);
                    }
                    rows.push(ScheduledRow { at: time, row: Row { by_steps: (!in_one).then_some(true), ..row } });
                }
                (Transition::GoOn(person), _) if by_steps.contains(person) => {
                    let name = self.options.names.person(*person).to_owned();
                    let row = Row { who: Some(name), r#do: Some(ActKind::GoOn), ..Row::default() };
                    rows.push(ScheduledRow { at: time, row });
                }
                (Transition::Slip(_), Some(row)) => rows.push(ScheduledRow { at: time, row }),
                _ => {}
            }
        }
        Schedule { rows, pace: Some(PaceIs::Instant) }
    }
}

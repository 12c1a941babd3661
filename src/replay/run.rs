//! A plan run and judged: rows in their order, then the end state, then the properties.
//!
//! Promises that whatever is expected is either met or told, with its place. Deliberately writes no story.

use super::device_codes::DeviceCodes;
use super::properties::outcome;
use super::reachability::{BoundedReachability, Elsewhere, bring_back};
use super::staged_decisions::StagedDecisions;
use super::state_text::{StateText, state};
use super::timeline::resolve;
use super::{Expected, Planned, ScenarioPlan, USED, Wanted, What, When};
use crate::act::ActOutcome;
use crate::clause::Clauses;
use crate::counted::counted;
use crate::diagnostic::{Diagnostic, SourceSpan};
use crate::engine::{Engine, RunStart};
use crate::format::text_formats::UNFINISHED;
use crate::kernel::calendar::is_working_day;
use crate::kernel::{Draws, Time};
use crate::policy::rules::Rule;
use crate::property::{
    EngineView, Facts, Judgement, Monitor, Opened, Pattern, Property, PropertyVerdict, able, knowing,
};
use crate::search::Away;
use crate::trace::{Ended, Nobody, Observer, Recorder};
use crate::world::authenticator::{Codes, Real, Symbolic};
use std::sync::Arc;

/// An expectation that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where it was said.
    pub place: SourceSpan,
    /// What was expected, and what came instead.
    pub said: String,
    /// The row of the timeline, where it is one.
    pub row: Option<usize>,
    /// When.
    pub at: Option<Time>,
    /// What the outcome rests on.
    pub clauses: Clauses,
    /// It is not false, but not known yet either.
    pub pending: bool,
}

/// A property and what it came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedProperty {
    /// Its name.
    pub name: String,
    /// What it came to.
    pub judgement: Judgement,
    /// What it was expected to.
    pub expected: PropertyVerdict,
    /// Whether that is as expected.
    pub met: bool,
}

/// A run and its verdict.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What did not hold; empty means green.
    pub failures: Vec<Failure>,
    /// How many expectations were judged.
    pub judged: usize,
    /// When each row began.
    pub began: Vec<Option<Time>>,
    /// How each row ended, and when.
    pub ended: Vec<Option<(Time, Ended)>>,
    /// The state before and after each row.
    pub states: Vec<(StateText, StateText)>,
    /// The properties.
    pub properties: Vec<JudgedProperty>,
    /// The states that were expected at the end, each as a sentence.
    pub then: Vec<String>,
    /// Everything that happened.
    pub trace: Recorder,
    /// How often one code stood for another by chance.
    pub collisions: u64,
}

impl Verdict {
    /// Whether everything is as expected, or at worst pending.
    pub fn green(&self) -> bool {
        self.failures.iter().all(|f| f.pending)
    }

    /// Whether something is not known yet.
    pub fn pending(&self) -> bool {
        self.failures.iter().any(|f| f.pending)
    }
}

/// A run under way: the engine, and what is kept beside it.
pub(super) struct Runner<'p, O, C> {
    plan: &'p ScenarioPlan,
    rows: &'p [Planned],
    engine: Engine<'p, O, C>,
    /// Whether the states before and after are kept.
    keeps: bool,
    began: Vec<Option<Time>>,
    ended: Vec<Option<(Time, Ended)>>,
    states: Vec<(StateText, StateText)>,
    monitors: Vec<Monitor>,
    decisions: StagedDecisions,
    /// Until when the monitors have looked at the state.
    looked: Time,
    away: Vec<Away>,
    /// Phones that are elsewhere, and until when.
    elsewhere: Vec<Elsewhere>,
}

/// What the monitors of a run see.
type Sight<'a, 'p, O, C> = EngineView<'a, 'p, O, C, BoundedReachability<'a>>;

impl<O: Observer, C: Codes> Runner<'_, O, C> {
    pub(super) fn into_observer(self) -> O {
        self.engine.into_observer()
    }

    /// When each act ended.
    pub(super) fn ends(&self) -> Vec<Time> {
        self.ended.iter().flatten().map(|(time, _)| *time).collect()
    }

    /// Phones that are at hand again.
    fn brought_back(&mut self) {
        let now = self.engine.now();
        bring_back(&mut self.elsewhere, now, &mut self.engine.world);
    }

    /// How the last act to end ended.
    pub(super) fn last_end(&self) -> Option<Ended> {
        self.ended.iter().flatten().max_by_key(|(time, ended)| (*time, ended.row)).map(|(_, ended)| *ended)
    }

    fn state(&self, row: usize) -> StateText {
        if !self.keeps {
            return StateText::default();
        }
        match self.rows.get(row).map(|r| &r.what) {
            Some(What::Act { doing, .. }) => {
                state(&self.engine.world, &self.plan.names, doing.account, doing.computer, self.engine.now())
            }
            _ => StateText::default(),
        }
    }

    /// Notes the acts that have just ended.
    fn note(&mut self) {
        for (time, ended) in self.engine.take_ended() {
            self.decisions.see(&ended);
            self.judge(|monitor, sight| monitor.see(time, &ended, sight));
            let after = self.state(ended.row);
            if let Some(slot) = self.states.get_mut(ended.row) {
                slot.1 = after;
            }
            if let Some(slot) = self.ended.get_mut(ended.row) {
                *slot = Some((time, ended));
            }
        }
    }

    /// Lets the monitors look at what is so now, though nobody acts.
    fn look(&mut self) {
        let now = self.engine.now();
        self.looked = now;
        self.judge(|monitor, sight| monitor.look(now, sight));
    }

    /// Lets each monitor judge what it sees, now and ahead.
    fn judge(&mut self, each: impl Fn(&mut Monitor, &mut Sight<'_, '_, O, C>)) {
        let Runner { engine, plan, away, elsewhere, decisions, monitors, .. } = self;
        let mut ahead = BoundedReachability { away, elsewhere, decisions: Some(decisions) };
        let mut sight = EngineView { engine: &*engine, policy: &plan.policy, foresight: &mut ahead };
        monitors.iter_mut().for_each(|monitor| each(monitor, &mut sight));
    }

    /// Takes the decision that is due.
    fn decide(&mut self, at: Time) {
        self.engine.run_until(at);
        if self.decisions.decide(&mut self.engine.world) {
            let facts = Arc::new(Facts::of(&self.engine.world, &self.plan.policy));
            self.monitors.iter_mut().for_each(|monitor| monitor.moved(&facts));
        }
    }

    /// Does what is due next, up to this time: a turn of the engine, a decision, or a look at the state. `false` if
    /// nothing is.
    fn step(&mut self, limit: Time) -> bool {
        let due = self.engine.next_due().filter(|at| *at <= limit);
        let looks = self.monitors.iter().flat_map(Monitor::deadlines).filter(|at| *at > self.looked && *at <= limit);
        let look = looks.min();
        let before = |at: &Time| due.is_none_or(|due| *at < due) && look.is_none_or(|look| *at <= look);
        if let Some(at) = self.decisions.next().filter(|at| *at <= limit).filter(before) {
            self.decide(at);
            return true;
        }
        match (look, due) {
            (Some(at), due) if due.is_none_or(|due| at < due) => {
                self.engine.run_until(at);
                self.look();
            }
            (_, Some(_)) => {
                self.engine.turn();
                self.note();
            }
            _ => return false,
        }
        true
    }

    fn until(&mut self, time: Time) {
        while self.step(time) {}
        self.engine.run_until(time);
    }

    /// Runs until this row has ended; its time, or the present one where it is no act.
    fn settle(&mut self, row: Option<usize>) -> Time {
        let Some(row) = row else { return self.engine.now() };
        let goes_by_itself = |what: &What| matches!(what, What::Act { doing, .. } if !doing.by_steps);
        let is_act = self.rows.get(row).is_some_and(|r| goes_by_itself(&r.what));
        while is_act && self.ended.get(row).is_some_and(Option::is_none) && self.next() {}
        self.ended.get(row).copied().flatten().map_or(self.engine.now(), |(time, _)| time)
    }

    /// One step towards what the engine has due; `false` if that is nothing.
    fn next(&mut self) -> bool {
        !self.engine.is_still() && self.engine.next_due().is_some_and(|due| self.step(due))
    }
}

impl ScenarioPlan {
    /// Runs the scenario with real codes, and judges it.
    ///
    /// # Errors
    /// A row that cannot begin: its person is busy or away, or the row above ended later.
    pub fn run(&self) -> Result<Verdict, Vec<Diagnostic>> {
        self.run_with(Real::new(DRAWS))
    }

    /// Runs the scenario with symbolic codes, and judges it.
    ///
    /// # Errors
    /// As [`ScenarioPlan::run`].
    pub fn run_symbolic(&self) -> Result<Verdict, Vec<Diagnostic>> {
        self.run_with(Symbolic)
    }

    /// Runs the scenario with the real codes of so many days later, and judges it; with what people have before them
    /// when the timeline ends.
    ///
    /// # Errors
    /// As [`ScenarioPlan::run`].
    pub fn run_to_table(&self, days: i64) -> Result<(Verdict, DeviceCodes), Vec<Diagnostic>> {
        let run = self.drive(&self.rows, Real::later(DRAWS, days), Recorder::default(), true)?;
        let table = DeviceCodes::of(&self.names, &self.policy, &run.engine);
        Ok((self.judge(run), table))
    }

    fn run_with<C: Codes>(&self, codes: C) -> Result<Verdict, Vec<Diagnostic>> {
        Ok(self.judge(self.drive(&self.rows, codes, Recorder::default(), true)?))
    }

    /// What each property comes to, with symbolic codes and nothing kept beside: for searching.
    ///
    /// # Errors
    /// As [`ScenarioPlan::run`].
    pub fn check(&self) -> Result<Vec<Judgement>, Vec<Diagnostic>> {
        self.check_rows(&self.rows)
    }

    /// As [`ScenarioPlan::check`], of other rows than the plan's own.
    pub(super) fn check_rows(&self, rows: &[Planned]) -> Result<Vec<Judgement>, Vec<Diagnostic>> {
        let run = self.drive(rows, Symbolic, Nobody, false)?;
        let end = run.engine.now();
        Ok(run.monitors.iter().map(|monitor| monitor.finish(end)).collect())
    }

    pub(super) fn drive<'r, O: Observer, C: Codes>(
        &'r self,
        rows: &'r [Planned],
        codes: C,
        observer: O,
        keeps: bool,
    ) -> Result<Runner<'r, O, C>, Vec<Diagnostic>> {
        let facts = Arc::new(Facts::of(&self.world, &self.policy));
        let monitor = |p: &Expected| Monitor::new(Arc::clone(&p.property), Arc::clone(&facts));
        let monitors = self.properties.iter().map(monitor).collect();
        let world = self.world.clone();
        let start = RunStart { draws: DRAWS, now: self.start, used: USED };
        let mut run = Runner {
            plan: self,
            rows,
            engine: Engine::new(world, &self.policy, codes, start, observer),
            keeps,
            began: vec![None; rows.len()],
            ended: vec![None; rows.len()],
            states: vec![(StateText::default(), StateText::default()); rows.len()],
            monitors,
            decisions: self.decisions.clone(),
            looked: self.start,
            away: Vec::new(),
            elsewhere: Vec::new(),
        };
        run.engine.set_pace(self.pace);
        run.look();
        let mut faults = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let from = match row.when {
                When::At(_) => run.engine.now(),
                _ => run.settle(index.checked_sub(1)),
            };
            let time = resolve(row.when, from, self.policy.rules(0).get(Rule::TotpPeriod));
            if let Err(outside) = is_working_day(time.date()) {
                let help = "working days, office hours and deadlines are known for 2023 and 2024 only";
                faults.push(Diagnostic::error("S221", outside.to_string()).at(&self.file, row.place).help(help));
                break;
            }
            run.until(time);
            if run.engine.now() > time {
                let said = format!("time goes backwards: it is {} already", run.engine.now().clock());
                faults.push(self.clash(row, said));
                continue;
            }
            self.begin(&mut run, index, row, &mut faults);
            run.note();
        }
        while run.next() {}
        if let Some(until) = self.until {
            run.until(until);
        }
        run.brought_back();
        run.look();
        if faults.is_empty() { Ok(run) } else { Err(faults) }
    }

    fn begin<'r, O: Observer, C: Codes>(
        &'r self,
        run: &mut Runner<'r, O, C>,
        index: usize,
        row: &Planned,
        faults: &mut Vec<Diagnostic>,
    ) {
        let now = run.engine.now();
        run.brought_back();
        if let Some(slot) = run.began.get_mut(index) {
            *slot = Some(now);
        }
        match &row.what {
            What::Fault(fault, until) => run.engine.fault(*fault, *until),
            What::WrongClock(person, device, clock) => run.engine.world.set_clock(*person, *device, *clock),
            What::Absent(person, until) => {
                run.away.retain(|(other, _)| other != person);
                run.away.push((*person, *until));
            }
            What::Forgotten(person) => {
                if let Some(row) = run.engine.world.people.get_mut(person.at())
                    && let Some(own) = row.account.get()
                {
                    row.change(own, |known| known.password = None.into());
                }
            }
            What::PhoneElsewhere(person, until) => {
                let phone = run.engine.world.people.get_mut(person.at()).and_then(|row| row.phone.take());
                run.elsewhere.extend(phone.map(|phone| (*until, *person, phone)));
            }
            What::Created(account) => run.engine.create(*account, index),
            What::GoOn(person) => {
                if !run.engine.go_on(*person) {
                    let name = self.names.person(*person);
                    faults.push(
                        Diagnostic::error("S303", format!("{name} has nothing under way that waits for its next step"))
                            .at(&self.file, row.place)
                            .label("this row cannot begin")
                            .help("begin an act with `by-steps: true`, or leave this row out"),
                    );
                }
            }
            What::Act { doing, code_at } => {
                for person in doing.participants() {
                    let name = self.names.person(person);
                    if run.away.iter().any(|(who, until)| *who == person && now < *until) {
                        faults.push(self.clash(row, format!("{name} is away at {}", now.clock())));
                    } else if let Some(other) = run.engine.busy(person) {
                        let fault = self.clash(row, format!("{name} is still busy at {}", now.clock()));
                        faults.push(match run.rows.get(other) {
                            Some(other) => fault.also(other.place, "with this"),
                            None => fault,
                        });
                    }
                }
                let mut doing = doing.clone();
                doing.row = index;
                doing.code_at =
                    code_at.map(|when| resolve(when, now, self.policy.rules(0).get(Rule::TotpPeriod))).into();
                let (person, by_steps) = (doing.person, doing.by_steps);
                run.engine.start(doing);
                // A fresh browser is what it starts from.
                let before = run.state(index);
                if let Some(slot) = run.states.get_mut(index) {
                    slot.0 = before;
                }
                if by_steps {
                    run.engine.go_on(person);
                }
            }
        }
    }

    fn clash(&self, row: &Planned, title: String) -> Diagnostic {
        Diagnostic::error("S301", title)
            .at(&self.file, row.place)
            .label("this row cannot begin")
            .help("give it a later time, or `at: +5s` to follow the row above")
    }

    fn judge<C: Codes>(&self, run: Runner<'_, Recorder, C>) -> Verdict {
        let mut failures = Vec::new();
        let mut judged = 0;
        for (index, (row, ended)) in self.rows.iter().zip(&run.ended).enumerate() {
            if matches!(row.what, What::Act { .. }) {
                judged += 1;
                failures.extend(self.judge_row(index, row, ended.as_ref()));
            }
        }
        let mut then = Vec::new();
        for wanted in &self.then {
            judged += 1;
            let (said, wrong) = self.judge_end(&run.engine, wanted);
            let fail = |said| Failure {
                said,
                row: None,
                at: None,
                clauses: Clauses::NONE,
                pending: false,
                place: wanted.place,
            };
            failures.extend(wrong.into_iter().map(fail));
            then.extend(said);
        }
        let end = run.engine.now();
        let mut properties = Vec::new();
        for (expected, monitor) in self.properties.iter().zip(&run.monitors) {
            judged += 1;
            let judgement = monitor.finish(end);
            let vacuous = judgement.verdict == PropertyVerdict::Vacuous && expected.allow_vacuous;
            let met = vacuous || judgement.verdict == expected.verdict;
            if !met {
                let name = &expected.property.name;
                let (wanted, got) = (expected.verdict.phrase(), judgement.verdict.phrase());
                let why = match judgement.verdict {
                    PropertyVerdict::Vacuous => {
                        "; nothing it speaks of happened (`allow-vacuous: true` lets that pass)"
                    }
                    PropertyVerdict::Undecided => &cut_short(&expected.property),
                    PropertyVerdict::Holds | PropertyVerdict::Pending | PropertyVerdict::Violated => "",
                };
                failures.push(Failure {
                    place: expected.place,
                    said: format!("expected that `{name}` {wanted}, but it {got}{why}"),
                    row: judgement.row,
                    at: judgement.at,
                    clauses: judgement.clauses,
                    pending: matches!(judgement.verdict, PropertyVerdict::Pending | PropertyVerdict::Undecided),
                });
            }
            let name = expected.property.name.clone();
            properties.push(JudgedProperty { name, judgement, expected: expected.verdict, met });
        }
        let (ended, states, collisions) = (run.ended, run.states, run.engine.codes().collisions());
        let (began, trace) = (run.began, run.engine.into_observer());
        Verdict { failures, judged, began, ended, states, properties, then, trace, collisions }
    }

    fn judge_row(&self, index: usize, row: &Planned, ended: Option<&(Time, Ended)>) -> Vec<Failure> {
        let (at, clauses) = (ended.map(|(time, _)| *time), ended.map(|(_, e)| e.clauses).unwrap_or_default());
        let fail = |said: String| Failure { place: row.place, said, row: Some(index), at, clauses, pending: false };
        let by_steps = matches!(&row.what, What::Act { doing, .. } if doing.by_steps);
        let unfinished = row.expect.as_deref() == Some(UNFINISHED);
        let Some((_, ended)) = ended else {
            let said = if by_steps { "it is unfinished when the run ends" } else { "it never ended" };
            return if unfinished { Vec::new() } else { vec![fail(said.to_owned())] };
        };
        let mut failures = Vec::new();
        let met = match row.expect.as_deref() {
            Some(word) => outcome(word) == Some(ended.result),
            None => {
                matches!(ended.result, ActOutcome::Done | ActOutcome::Waiting)
                    || (ended.act.kind().is_step() && ended.result == ActOutcome::Granted)
            }
        };
        if !met {
            let wanted = row.expect.as_deref().unwrap_or("done");
            failures.push(fail(format!("expected {wanted}, got {}", ended.result.word())));
        }
        if row.resting_on.intersection(ended.clauses) != row.resting_on {
            let said = format!("expected it to rest on {}, but it rests on {}", row.resting_on, ended.clauses);
            failures.push(fail(said));
        }
        if let What::Act { code_at: Some(When::At(wanted)), .. } = row.what
            && let Some(typed) = ended.typed_at
            && typed != wanted
        {
            let (wanted, typed) = (wanted.clock(), typed.clock());
            failures
                .push(fail(format!("expected the code to be typed at {wanted}, but its page came too late: {typed}")));
        }
        if let Some(wanted) = row.prompted
            && wanted != ended.prompted
        {
            let said = if wanted { "expected a prompt, but none came" } else { "expected no prompt, but one came" };
            failures.push(fail(said.to_owned()));
        }
        if let Some(opens) = row.opens
            && !opens.is(ended)
        {
            let wanted = match opens {
                Opened::Account(account) => self.names.account(account),
                Opened::Other => "somebody else's account",
                Opened::Nobody => "nothing",
            };
            let got = ended.opened.map_or("nothing", |a| self.names.account(a));
            failures.push(fail(format!("expected {wanted} to open, but {got} did")));
        }
        failures
    }

    /// What is so at the end, as sentences, and what should not be so.
    fn judge_end<O: Observer, C: Codes>(
        &self,
        engine: &Engine<'_, O, C>,
        wanted: &Wanted,
    ) -> (Vec<String>, Vec<String>) {
        let (mut said, mut wrong) = (Vec::new(), Vec::new());
        let (state, name) = (&wanted.state, self.names.account(wanted.account));
        if let Some(people) = &state.can_sign_in {
            let (people, can) = (people.who(&engine.world, wanted.account), able(engine, &self.policy, wanted.account));
            said.push(format!("{name}: {} can sign in", self.names.list(&can)));
            if can != people {
                let (wanted, got) = (self.names.list(&people), self.names.list(&can));
                wrong.push(format!("expected {wanted} to be able to sign in to {name}, but {got} can"));
            }
        }
        if let Some(people) = &state.knows_password {
            let (people, know) = (people.who(&engine.world, wanted.account), knowing(&engine.world, wanted.account));
            said.push(format!("{name}: its password is known to {}", self.names.list(&know)));
            if know != people {
                let (wanted, got) = (self.names.list(&people), self.names.list(&know));
                wrong.push(format!("expected the password of {name} to be known to {wanted}, but it is to {got}"));
            }
        }
        for (flag, wanted_so) in &state.flags {
            let is = flag.is(&engine.world, wanted.account, engine.now());
            let word = |so: bool| if so { flag.phrase().to_owned() } else { format!("not {}", flag.phrase()) };
            said.push(format!("{name}: {}", word(is)));
            if *wanted_so != is {
                wrong.push(format!("expected {name} to be {}, but it is {}", word(*wanted_so), word(is)));
            }
        }
        (said, wrong)
    }
}

/// Where a look ahead was cut short, and how more of it is seen.
fn cut_short(property: &Property) -> String {
    let Pattern::Possible(possible) = &property.pattern else { return String::new() };
    format!(
        "; a look ahead was cut short at {} (`states:` of the property, or `--look-ahead`, has it see more)",
        counted(possible.states, "state")
    )
}

/// A replay draws with one seed: nothing in it is left to chance but the digits.
const DRAWS: Draws = Draws { seed: 0, replicate: 0 };

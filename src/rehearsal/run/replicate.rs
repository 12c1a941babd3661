//! One replicate: builds the simulation, merges the agenda with what is due in the engine, and lets behaviours carry
//! intents out.
//!
//! A discrete-event loop over six sources of events. Promises the same replicate for the same plan and number, on
//! whatever thread, and that intents come in the order of (time, sequence). Deliberately holds no habit: it only says
//! which behaviour an intent or the end of an act belongs to.

use super::circles::Circles;
use super::day_agenda::DayAgenda;
use super::intent::Intent;
use super::simulation::{InitialState, Pacing, ReplicateObserver, Simulation};
use crate::act::{Act, ActOutcome, Interaction};
use crate::engine::{Engine, Fault, Pace, RunStart};
use crate::kernel::password::Shape;
use crate::kernel::units::MINUTE;
use crate::kernel::{Date, Draws, Purpose, Queue, Span, Time};
use crate::policy::request::Role;
use crate::rehearsal::behaviour::day_plan::DayPlan;
use crate::rehearsal::behaviour::helpdesk::behaviour as helpdesk;
use crate::rehearsal::behaviour::helpdesk::queue::Helpdesk;
use crate::rehearsal::behaviour::remedy::{Intervention, Remedy};
use crate::rehearsal::behaviour::{generic_accounts, habits};
use crate::rehearsal::measure::counters::{AccountFacts, Counters, TraceCounter};
use crate::rehearsal::measure::replicate::Replicate;
use crate::rehearsal::measure::series::Series;
use crate::rehearsal::observe::gate_counts::GateCounts;
use crate::rehearsal::observe::journal::{Journal, PersonRef};
use crate::rehearsal::observe::monitors::GateMonitors;
use crate::rehearsal::observe::snapshot::{EveSnapshot, eve};
use crate::rehearsal::setup::observation_times;
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::rehearsal::setup::population::draw;
use crate::replay::staged_decisions::StagedDecisions;
use crate::trace::Ended;
use crate::world::authenticator::{Codes, Real, Symbolic};
use crate::world::ids::{AccountId, PersonId, PlaceId};
use crate::world::state::World;
use std::iter::Peekable;

/// Width of a bucket of what has ended ahead of the clock, as a power of two in milliseconds: some seconds.
const ENDINGS_BUCKET: u32 = 12;
/// How many of the day's intents are prefetched together.
const BATCH: usize = 16;
/// An instant that never comes.
const NEVER: Time = Time(i64::MAX);

/// A Poisson stream of arrivals: the mean gap, and the intent that each arrival has.
pub type Arrivals = (Span, fn(PersonId, AccountId) -> Intent);

/// What a replicate has beside its plan.
pub struct RunOptions<'o, C: Codes> {
    /// Those who look on.
    pub observers: Vec<&'o mut dyn ReplicateObserver<C>>,
    /// A remedy that is made on a day.
    pub intervention: Option<Intervention>,
    /// How acts go with the clock.
    pub pacing: Pacing,
    /// Arrivals besides what people do by habit.
    pub arrivals: Option<Arrivals>,
}

impl<C: Codes> Default for RunOptions<'_, C> {
    fn default() -> Self {
        RunOptions { observers: Vec::new(), intervention: None, pacing: Pacing::default(), arrivals: None }
    }
}

/// Runs one replicate: the same one for the same plan and number, on whatever thread.
pub fn replicate(plan: &RehearsalPlan, number: u32, grid: &[Time]) -> Replicate {
    replicate_with(plan, number, grid, RunOptions::default(), |_| Symbolic)
}

/// The same with real codes (RFC 6238): slower; all results are identical, up to a chance collision of two codes.
pub fn replicate_real(plan: &RehearsalPlan, number: u32, grid: &[Time]) -> Replicate {
    replicate_with(plan, number, grid, RunOptions::default(), Real::new)
}

/// Runs one replicate with a snapshot of its accounts, and with a remedy made on the eve, if any.
pub fn replicate_with_snapshot(
    plan: &RehearsalPlan,
    number: u32,
    grid: &[Time],
    remedy: Option<Remedy>,
) -> (Replicate, EveSnapshot) {
    let mut snapshot = EveSnapshot::new(plan);
    let intervention = remedy.map(|remedy| Intervention { on: eve(plan), remedy });
    let options = RunOptions { observers: vec![&mut snapshot], intervention, ..RunOptions::default() };
    (replicate_with(plan, number, grid, options, |_| Symbolic), snapshot)
}

/// Runs one replicate and keeps the journal of one person.
pub fn replicate_with_journal(plan: &RehearsalPlan, number: u32, whose: PersonRef) -> Journal {
    let mut journal = Journal::of(whose);
    let options = RunOptions { observers: vec![&mut journal], ..RunOptions::default() };
    replicate_with(plan, number, &[], options, |_| Symbolic);
    journal
}

/// Runs one replicate with these options, and with codes of this kind.
pub fn replicate_with<C: Codes>(
    plan: &RehearsalPlan,
    number: u32,
    grid: &[Time],
    options: RunOptions<'_, C>,
    codes: impl FnOnce(Draws) -> C,
) -> Replicate {
    let draws = Draws { seed: u64::from(plan.seed), replicate: number };
    let people = draw(plan.population(), draws);
    let (mut policy, places, traits, world) = (people.policy, people.places, people.traits, people.world);
    let place = |id: PlaceId| places.get(id.at()).map(|place| (place.name.as_str(), place.school));
    let decisions = StagedDecisions::new(&plan.candidate, &world, &mut policy, place);
    let counters = counters(number, &world, grid.len());
    let used = u32::try_from(world.accounts.len() + 1).unwrap_or(u32::MAX);
    let start = RunStart { draws, now: plan.start(), used };
    let mut engine = Engine::new(world, &policy, codes(draws), start, TraceCounter::new(&policy));
    engine.set_pace(Pace::Sampled);
    let begins = InitialState {
        plan,
        policy: &policy,
        draws,
        engine,
        places: &places,
        traits: &traits,
        circles: Circles::new(people.generic),
        helpdesk: Helpdesk::new(people.agents, people.officers, people.opa),
        counters,
    };
    let mut monitors = GateMonitors::of(plan);
    let pacing = if monitors.look_at_states() { Pacing::LockStep } else { options.pacing };
    let mut observers: Vec<&mut dyn ReplicateObserver<C>> = Vec::with_capacity(options.observers.len() + 1);
    observers.extend(options.observers.into_iter().map(|observer| observer as &mut dyn ReplicateObserver<C>));
    if !monitors.is_empty() {
        observers.push(&mut monitors);
    }
    let mut run = Run {
        sim: Simulation::new(begins, observers, pacing),
        day_plan: DayPlan::new(plan, &policy),
        decisions,
        gates: GateCounts::of(plan),
        endings: Queue::of_parts(ENDINGS_BUCKET),
        intervention: options.intervention,
    };
    run.schedule(options.arrivals);
    run.go(grid);
    let gates = run.gates.finish(&run.sim);
    let replicate = run.sim.finish(run.decisions.taken(), gates);
    Replicate { violations: monitors.violations, occasions: monitors.occasions, ..replicate }
}

/// The counters of a world before the first day.
fn counters(number: u32, world: &World, instants: usize) -> Counters {
    let mut counters = Counters::new(number, world.accounts.len(), instants);
    for account in &world.accounts {
        let owner = world.people.get(account.owner.at());
        let own = !account.kind.is_generic();
        counters.add_account(AccountFacts {
            kind: account.kind,
            administrator: own && owner.is_some_and(|p| p.role == Role::LocalAdministrator),
            exists: account.portal.exists,
            enrolled: account.self_service.enrolled(),
        });
    }
    counters
}

/// What comes to everybody at set times: observation times, counts of places, and faults.
struct Calendar<'p> {
    instants: Peekable<std::iter::Copied<std::slice::Iter<'p, Time>>>,
    mornings: Peekable<std::vec::IntoIter<Time>>,
    faults: Peekable<std::slice::Iter<'p, (Time, Time, Fault)>>,
}

impl Calendar<'_> {
    fn instant(&mut self) -> Time {
        self.instants.peek().copied().unwrap_or(NEVER)
    }

    fn morning(&mut self) -> Time {
        self.mornings.peek().copied().unwrap_or(NEVER)
    }

    fn fault(&mut self) -> Time {
        self.faults.peek().map_or(NEVER, |(from, ..)| *from)
    }
}

/// A replicate under way, and the sources of events that the simulation does not hold.
struct Run<'p, C: Codes> {
    sim: Simulation<'p, C>,
    day_plan: DayPlan,
    decisions: StagedDecisions,
    gates: GateCounts,
    /// Sign-ins that have ended ahead of the clock, and are told of at their time: among equals by person.
    endings: Queue<Ended>,
    intervention: Option<Intervention>,
}

impl<C: Codes> Run<'_, C> {
    /// Puts staged decisions and arrivals on the agenda.
    fn schedule(&mut self, arrivals: Option<Arrivals>) {
        let plan = self.sim.plan();
        for decision in &plan.candidate.decisions {
            self.sim.schedule(decision.at, Intent::Decides);
        }
        let Some((between, intent)) = arrivals else { return };
        // Each person of a place once; gaps are exponential.
        let mut at = plan.start();
        for id in self.sim.places().iter().flat_map(|place| place.people.clone()).map(PersonId) {
            at = at.plus(self.sim.draws().exponential(between, id.0, Purpose::Pause, u32::MAX));
            if let Some(account) = self.sim.own_account(id) {
                self.sim.schedule(at, intent(id, account));
            }
        }
    }

    /// Runs all days, and then the observation times that are left.
    fn go(&mut self, grid: &[Time]) {
        let plan = self.sim.plan();
        let mut calendar = Calendar {
            instants: grid.iter().copied().peekable(),
            mornings: observation_times::place_mornings(plan).into_iter().peekable(),
            faults: plan.faults.iter().peekable(),
        };
        let people = self.sim.places().iter().map(|place| place.people.len()).sum();
        let mut today = DayAgenda::for_people(people);
        for date in (plan.from.0..=plan.to.0).map(Date) {
            today.begin(date);
            self.sim.begin_day(date);
            if let Some(intervention) = self.intervention {
                intervention.day_begins(&mut self.sim, date);
            }
            self.day_plan.plan_day(&mut self.sim, date, &mut today);
            today.sort();
            let midnight = Time::at(Date(date.0 + 1), 0);
            while self.next_event(&mut calendar, &mut today, midnight) {}
        }
        for instant in calendar.instants {
            self.sim.engine_mut().run_until(instant);
            self.count(instant);
        }
    }

    /// Takes the next event before midnight; false if there is none. Among equals come first a fault, the counts, what
    /// is under way in the engine, what has ended, what is on the agenda, and what the day brings.
    fn next_event(&mut self, calendar: &mut Calendar<'_>, today: &mut DayAgenda, midnight: Time) -> bool {
        let engine = self.sim.engine().next_due().unwrap_or(NEVER);
        let agenda = self.sim.agenda_mut().peek().unwrap_or(NEVER);
        let ending = self.endings.peek().unwrap_or(NEVER);
        let day = today.peek().unwrap_or(NEVER);
        let (instant, fault, morning) = (calendar.instant(), calendar.fault(), calendar.morning());
        let for_all = instant.min(fault).min(morning);
        let next = engine.min(ending).min(agenda).min(day).min(for_all);
        if next >= midnight {
            return false;
        }
        self.sim.set_steady_until(for_all.min(midnight).min(self.next_decision(next)));
        if fault == next {
            if let Some((_, until, fault)) = calendar.faults.next() {
                self.sim.engine_mut().fault(*fault, *until);
            }
        } else if morning == next {
            calendar.mornings.next();
            self.sim.count_places();
        } else if instant == next {
            calendar.instants.next();
            self.count(instant);
        } else if engine == next {
            self.sim.engine_mut().turn();
            self.settle();
        } else if ending == next {
            if let Some((time, ended)) = self.endings.pop() {
                self.sim.engine_mut().run_until(time);
                self.conclude(time, &ended);
            }
        } else if agenda == next {
            if let Some((time, intent)) = self.sim.agenda_mut().pop() {
                self.begin(time, intent);
            }
        } else {
            self.sim.prefetch(today.batch(BATCH));
            if let Some((time, intent)) = today.pop() {
                self.begin(time, intent);
            }
        }
        true
    }

    /// When the policy's next staged decision is due, from this time on.
    fn next_decision(&self, from: Time) -> Time {
        let decisions = &self.sim.plan().candidate.decisions;
        decisions.iter().map(|is| is.at).filter(|at| *at >= from).min().unwrap_or(NEVER)
    }

    /// Notes the numbers of an observation time.
    fn count(&mut self, instant: Time) {
        let leavers = generic_accounts::leavers_with_access(&self.sim);
        let helpdesk = self.sim.helpdesk();
        let queues = (helpdesk.waiting_for_administrators(), helpdesk.waiting_for_desk());
        let counters = self.sim.counters_mut();
        counters.set(Series::Leavers, leavers);
        counters.set(Series::AdministratorQueue, queues.0);
        counters.set(Series::DeskQueue, queues.1);
        self.gates.count(&self.sim, instant);
        self.sim.count(instant);
    }

    /// Concludes the acts that have just ended; a sign-in, which may have run ahead of the clock, when its time has
    /// come.
    fn settle(&mut self) {
        for (time, ended) in self.sim.engine_mut().take_ended() {
            if matches!(ended.act, Act::SignIn { .. }) {
                let rank = u64::from(ended.person.0) << 32 | u64::from(ended.account.0);
                self.endings.push_ranked(time, rank, ended);
            } else {
                self.conclude(time, &ended);
            }
        }
    }

    /// An act has ended: it is counted, and everyone reacts. What that begins may have ended at once.
    fn conclude(&mut self, time: Time, ended: &Ended) {
        self.decisions.see(ended);
        self.sim.conclude(time, ended);
        react(&mut self.sim, time, ended);
        self.settle();
    }

    /// Carries out an intent, or puts it off while the person is busy.
    fn begin(&mut self, time: Time, intent: Intent) {
        self.sim.engine_mut().run_until(time);
        if let Some(state) = intent.person().and_then(|person| self.sim.state(person)) {
            let (busy, away) = (state.busy, state.away);
            let comes = matches!(intent, Intent::Leaves(..) | Intent::Created(_) | Intent::Helps(_));
            if away && !comes && !is_leavers(&self.sim, intent) {
                return;
            }
            if busy && !matches!(intent, Intent::Helps(_)) {
                return self.sim.schedule(time.plus(Span(MINUTE)), intent);
            }
        }
        match intent {
            Intent::Decides => self.sim.decide(&mut self.decisions),
            Intent::Wakes => self.sim.wake(),
            _ => carry_out(&mut self.sim, intent),
        }
        self.settle();
    }
}

/// Whether a former member, who is away by now, means to try the generic account.
fn is_leavers<C: Codes>(sim: &Simulation<'_, C>, intent: Intent) -> bool {
    matches!(intent, Intent::SignIn(person, account) if sim.circles().leavers().contains(&(account, person)))
}

/// Dispatches an intent to the behaviour that it belongs to.
fn carry_out<C: Codes>(sim: &mut Simulation<'_, C>, intent: Intent) {
    let owner = |sim: &Simulation<'_, C>, account, or| sim.account(account).map_or(or, |row| row.owner);
    match intent {
        Intent::SignIn(person, account) => habits::sign_in(sim, person, account),
        Intent::Enrol(person, account) if sim.is_generic(account) => {
            generic_accounts::enrol_together(sim, person, account);
        }
        Intent::Enrol(person, account) => habits::enrol(sim, person, account),
        Intent::Forgot(person, account) => sim.act(person, account, Act::ForgotPassword { shape: Shape::Good }),
        Intent::Ask(person, account, topic) => helpdesk::ask(sim, person, account, topic),
        Intent::Ring(person, account) => helpdesk::ring(sim, person, account),
        Intent::HasApp(person) => habits::has_app(sim, person),
        Intent::HasDevice(person) => habits::has_device(sim, person),
        Intent::LosesPhone(person) => habits::loses_phone(sim, person),
        Intent::NewPhone(person) => habits::new_phone(sim, person),
        Intent::Created(person) => habits::created(sim, person),
        Intent::ReadsMail(helper, account) => sim.act(helper, account, Act::Interaction(Interaction::ReadMail)),
        Intent::HandsOver(helper, account) => {
            let to = owner(sim, account, helper);
            // Another SPOC may have been faster.
            if sim.is_away(to) {
                sim.act(helper, account, Act::Interaction(Interaction::HandOverCredentials { to }));
            }
        }
        Intent::Tells(helper, account) => {
            let to = owner(sim, account, helper);
            sim.act(helper, account, Act::Interaction(Interaction::Tell { to }));
        }
        Intent::Leaves(person, account) => generic_accounts::leave(sim, person, account),
        Intent::Joins(person, account) => sim.act(person, account, Act::Interaction(Interaction::Join)),
        Intent::Helps(step) => helpdesk::help(sim, step),
        // The loop itself sees to these.
        Intent::Decides | Intent::Wakes => {}
    }
}

/// Dispatches the end of an act to the behaviour that it belongs to.
fn react<C: Codes>(sim: &mut Simulation<'_, C>, time: Time, ended: &Ended) {
    match ended.act {
        // Who left tries for themselves, and counts for nobody.
        Act::SignIn { .. } if !ended.member => {}
        Act::SignIn { .. } => signed_in(sim, time, ended),
        Act::Enrol | Act::ReEnrol | Act::EnrolHardToken => set_up(sim, ended),
        Act::ForgotPassword { .. } => reset_password(sim, ended),
        Act::Leave { .. } => generic_accounts::has_left(sim, ended.person, ended.account),
        Act::Interaction(interaction) => interacted(sim, ended, interaction),
        // Nobody begins these by habit.
        Act::OpenIcon
        | Act::SignOut { .. }
        | Act::TestToken
        | Act::DeleteToken { .. }
        | Act::RemoveProfile
        | Act::Offboard
        | Act::ChangePassword { .. }
        | Act::SetAnswers
        | Act::EnterPassword { .. }
        | Act::OpenTile { .. }
        | Act::ChooseAccount { .. }
        | Act::EnterCode { .. }
        | Act::PressBack
        | Act::OpenSetup
        | Act::EnterLoginId { .. }
        | Act::OpenEnrolment
        | Act::RequestOtp { .. }
        | Act::EnterOtp { .. }
        | Act::ShowQr
        | Act::ReloadEnrolment
        | Act::ScanQr { .. }
        | Act::EnterSecret
        | Act::EnterSerial { .. }
        | Act::SaveToken { .. } => {}
    }
}

/// A sign-in has ended.
fn signed_in<C: Codes>(sim: &mut Simulation<'_, C>, time: Time, ended: &Ended) {
    let (person, account) = (ended.person, ended.account);
    let next = match ended.result {
        ActOutcome::Granted => {
            sim.counters_mut().opened(account, time);
            if sim.is_staff(account) {
                sim.counters_mut().count(Series::Granted(ended.factor), 1);
            }
            habits::calm(sim, person);
            if ended.prompted { habits::after_prompt(sim, person, account) } else { None }
        }
        ActOutcome::Refused(reason) => {
            let slip = sim.state(person).is_some_and(|state| state.slip);
            sim.counters_mut().refused(account, time, reason, slip);
            if !habits::goes_on(sim, person, reason) {
                None
            } else if sim.is_generic(account) {
                generic_accounts::after_refused_sign_in(sim, person, account, reason)
            } else {
                habits::after_refused_sign_in(sim, person, account, reason)
            }
        }
        ActOutcome::Done | ActOutcome::Waiting => None,
    };
    next.into_iter().for_each(|next| sim.follow(next));
}

/// A set-up has ended.
fn set_up<C: Codes>(sim: &mut Simulation<'_, C>, ended: &Ended) {
    let (person, account) = (ended.person, ended.account);
    match ended.result {
        ActOutcome::Done => {
            habits::calm(sim, person);
            if sim.counters().locked_out(account).is_some() {
                sim.soon(Intent::SignIn(person, account));
            }
        }
        ActOutcome::Refused(reason) if habits::goes_on(sim, person, reason) => {
            let next = habits::after_refused_enrolment(sim, person, account, reason);
            next.into_iter().for_each(|next| sim.follow(next));
        }
        ActOutcome::Refused(_) | ActOutcome::Granted | ActOutcome::Waiting => {}
    }
}

/// A reset of the password by the security questions has ended.
fn reset_password<C: Codes>(sim: &mut Simulation<'_, C>, ended: &Ended) {
    let (person, account) = (ended.person, ended.account);
    match ended.result {
        ActOutcome::Done => sim.follow(habits::resume(sim, person, account)),
        ActOutcome::Refused(reason) if habits::goes_on(sim, person, reason) => {
            sim.follow(habits::after_refused_reset(person, account, reason));
        }
        ActOutcome::Refused(_) | ActOutcome::Granted | ActOutcome::Waiting => {}
    }
}

/// Something between people has ended: a helper's act, a question, or a change of members.
fn interacted<C: Codes>(sim: &mut Simulation<'_, C>, ended: &Ended, interaction: Interaction) {
    let (person, account, result) = (ended.person, ended.account, ended.result);
    let done = result == ActOutcome::Done;
    match interaction {
        Interaction::Ask { of, topic } => helpdesk::asked(sim, (person, of), account, topic, result),
        Interaction::ReadMail => {
            if done {
                sim.soon(Intent::HandsOver(person, account));
            }
        }
        Interaction::HandOverCredentials { to } => {
            if done {
                habits::has_credentials(sim, to, account);
            }
        }
        Interaction::Tell { to } => helpdesk::told(sim, to, account, result),
        Interaction::Join => generic_accounts::has_joined(sim, person, account),
        Interaction::RequestHardToken { of } => helpdesk::token_requested(sim, (person, of), account, result),
        Interaction::HandOverToken { to } => helpdesk::token_handed_over(sim, (person, to), account, result),
        Interaction::UpdateEmail { .. }
        | Interaction::ResetPassword { .. }
        | Interaction::RequestTransfer
        | Interaction::ApproveTransfer
        | Interaction::IssueEmergencyPassword { .. } => helpdesk::helped(sim, person, account, interaction, result),
        Interaction::LosePhone | Interaction::ReplacePhone => {}
        // Nobody begins these by habit.
        Interaction::InstallApp
        | Interaction::CopySecret { .. }
        | Interaction::ReadCredentials
        | Interaction::UnlockAccount => {}
    }
}

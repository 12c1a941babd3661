//! One replicate: what people intend, merged with what is due in the engine.
//!
//! Promises that everything that happens is an act of the engine, begun by an intention, and that intentions come in
//! the order of (time, sequence). Deliberately holds no rule of the guide: habits choose what people try, and the engine
//! and the policy decide what comes of it.

use super::day_agenda::Day;
use crate::act::{Act, Activity, Interaction, Typing, Via};
use crate::engine::{Engine, Pace};
use crate::format::parameters::Parameter as P;
use crate::kernel::distributions::under;
use crate::kernel::{Date, Draws, Purpose, Queue, Span, Time};
use crate::policy::Policy;
use crate::policy::request::{AccountKind, Reason, Role};
use crate::property::Facts;
use crate::rehearsal::behaviour::day_plan::hazards;
use crate::rehearsal::behaviour::helpdesk::Helpdesk;
use crate::rehearsal::measure::counters::{Counters, Replicate, Series, TraceCounter};
use crate::rehearsal::measure::gate::CountedBy;
use crate::rehearsal::observe::journal::Journal;
use crate::rehearsal::observe::monitors::PropertyWatch;
use crate::rehearsal::observe::snapshot::EveSnapshot;
use crate::rehearsal::setup::observation_times;
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::rehearsal::setup::population::{GenericAccount, Place, Traits, populate};
use crate::replay::staged_decisions::StagedDecisions;
use crate::trace::Ended;
use crate::world::authenticator::{Codes, Symbolic};
use crate::world::ids::{AccountId, PersonId, PlaceId};
use crate::world::state::Phone;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const MINUTE: i64 = 60_000;
pub(in crate::rehearsal) const HOUR: i64 = 60 * MINUTE;
/// Parts of the agenda, as a power of two in milliseconds: a minute or so.
const MINUTES: u32 = 16;

/// Parts of what has ended ahead of its time: some seconds.
const SECONDS: u32 = 12;

/// How many of the day's intentions are looked at together before their time.
const AHEAD: usize = 16;

/// What somebody means to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Signs in to iCON.
    SignIn(PersonId, AccountId),
    /// Sets up a second factor; from the start where there is an old token.
    Enrol(PersonId, AccountId),
    /// Asks for a new password by the security questions.
    Forgot(PersonId, AccountId),
    /// Asks whoever the guide names for it.
    Ask(PersonId, AccountId, crate::policy::request::Topic),
    /// Rings the desk.
    Ring(PersonId, AccountId),
    /// Has installed an authenticator app.
    HasApp(PersonId),
    /// Has the device again.
    HasDevice(PersonId),
    /// Has lost the phone.
    LosesPhone(PersonId),
    /// Has another phone.
    NewPhone(PersonId),
    /// A new account is made.
    Created(PersonId),
    /// Reads the mail with a newcomer's credentials.
    ReadsMail(PersonId, AccountId),
    /// Hands a newcomer the credentials.
    HandsOver(PersonId, AccountId),
    /// Tells a student the password that an LA has set.
    Tells(PersonId, AccountId),
    /// Leaves a generic account.
    Leaves(PersonId, AccountId),
    /// Joins a generic account.
    Joins(PersonId, AccountId),
    /// What the helpers do.
    Helps(crate::rehearsal::behaviour::helpdesk::HelperMove),
    /// A property of a gate looks at how things stand.
    Watches,
    /// The policy's next decision is due.
    Decides,
}

/// What a person has in mind.
#[derive(Clone, Debug, Default)]
pub struct PersonState {
    /// An act is under way.
    pub busy: bool,
    /// No longer there, or not yet.
    pub away: bool,
    /// The hand slipped in the sign-in under way.
    pub slip: bool,
    /// A request for help is open.
    pub asked: bool,
    /// The day that the next two are about ([`Date::small`]).
    pub day: u16,
    /// Steps of trouble taken on that day.
    pub steps: u16,
    /// Refusals of one kind in a row.
    pub tries: u16,
    /// Why the last act was refused.
    pub reason: Option<Reason>,
    /// The phone is not at hand today.
    pub left_behind: bool,
}

/// A replicate under way.
pub struct Driver<'p, C> {
    pub(in crate::rehearsal) plan: &'p RehearsalPlan,
    pub(in crate::rehearsal) draws: Draws,
    pub(in crate::rehearsal) engine: Engine<'p, TraceCounter<'p>, C>,
    pub(in crate::rehearsal) places: &'p [Place],
    pub(in crate::rehearsal) traits: &'p [Traits],
    pub(in crate::rehearsal) shared: Vec<GenericAccount>,
    pub(in crate::rehearsal) minds: Vec<PersonState>,
    /// The phones that are not at hand today.
    pub(in crate::rehearsal) elsewhere: BTreeMap<PersonId, Phone>,
    pub(in crate::rehearsal) agenda: Queue<Intent>,
    /// Sign-ins that have ended and are told of at their time: among equals by person.
    endings: Queue<Ended>,
    /// Until then nothing changes for everybody at once.
    steady: Time,
    /// No act runs ahead of the clock.
    in_step: bool,
    pub(in crate::rehearsal) support: Helpdesk,
    pub(in crate::rehearsal) tally: Counters,
    /// What gates over properties look at; empty without them.
    pub(in crate::rehearsal) facts: Arc<Facts>,
    /// What the policy decides on the way.
    decisions: StagedDecisions,
    /// The properties of gates that are judged binding by binding.
    pub(in crate::rehearsal) watches: Vec<PropertyWatch>,
    /// The instants at which they have asked to look.
    pub(in crate::rehearsal) watch_times: BTreeSet<Time>,
    /// Who left which generic account.
    pub(in crate::rehearsal) leavers: Vec<(AccountId, PersonId)>,
    /// For each scope of rules the chance to set up on each day.
    pub(in crate::rehearsal) hazards: Vec<Vec<i64>>,
    /// What is looked at besides.
    pub(in crate::rehearsal) aside: Option<Box<EveSnapshot>>,
    /// Whose life is written down.
    pub(in crate::rehearsal) life: Option<Box<Journal>>,
    pub(in crate::rehearsal) policy: &'p Policy,
}

/// Runs one replicate, with codes of this kind.
pub fn replicate<C: Codes>(
    plan: &RehearsalPlan,
    number: u32,
    grid: &[Time],
    codes: impl FnOnce(Draws) -> C,
) -> Replicate {
    replicate_with(plan, number, grid, RunOptions::default(), codes).0
}

/// Runs one replicate with a closer look at it, and with what that look does on the way.
pub fn replicate_with_snapshot(
    plan: &RehearsalPlan,
    number: u32,
    grid: &[Time],
    aside: EveSnapshot,
) -> (Replicate, EveSnapshot) {
    let nothing = aside.clone();
    let beside = RunOptions { aside: Some(Box::new(aside)), ..RunOptions::default() };
    let (replicate, seen) = replicate_with(plan, number, grid, beside, |_| Symbolic);
    (replicate, seen.aside.map_or(nothing, |seen| *seen))
}

/// Runs one replicate in which no act runs ahead of the clock: the same, more slowly.
#[cfg(test)]
pub fn in_step(plan: &RehearsalPlan, number: u32, grid: &[Time]) -> Replicate {
    replicate_with(plan, number, grid, RunOptions { in_step: true, ..RunOptions::default() }, |_| Symbolic).0
}

/// One person after another means something, at random with this mean between them.
pub type Arrivals = (Span, fn(PersonId, AccountId) -> Intent);

/// Runs one replicate in which, besides, one person after another means something.
pub fn replicate_with_arrivals(plan: &RehearsalPlan, number: u32, turns: Arrivals) -> Replicate {
    replicate_with(plan, number, &[], RunOptions { turns: Some(turns), ..RunOptions::default() }, |_| Symbolic).0
}

/// Runs one replicate and writes down one person's life.
pub fn replicate_with_journal(plan: &RehearsalPlan, number: u32, grid: &[Time], life: Journal) -> Journal {
    let nothing = life.clone();
    let beside = RunOptions { life: Some(Box::new(life)), ..RunOptions::default() };
    replicate_with(plan, number, grid, beside, |_| Symbolic).1.life.map_or(nothing, |life| *life)
}

/// What goes on beside a replicate.
#[derive(Default)]
struct RunOptions {
    /// One person after another means something, with this mean between them.
    turns: Option<Arrivals>,
    /// A closer look.
    aside: Option<Box<EveSnapshot>>,
    /// Somebody's life.
    life: Option<Box<Journal>>,
    /// No act runs ahead of the clock.
    in_step: bool,
}

fn replicate_with<C: Codes>(
    plan: &RehearsalPlan,
    number: u32,
    grid: &[Time],
    beside: RunOptions,
    codes: impl FnOnce(Draws) -> C,
) -> (Replicate, RunOptions) {
    let draws = Draws { seed: u64::from(plan.seed), replicate: number };
    let people = populate(plan, draws);
    let (mut policy, places, traits) = (people.policy, people.places, people.traits);
    let world = people.world;
    let place = |id: PlaceId| places.get(id.at()).map(|place| (place.name.as_str(), place.school));
    let decisions = StagedDecisions::new(&plan.candidate, &world, &mut policy, place);
    let support = Helpdesk::new(&policy, people.agents, people.officers, people.opa);
    let mut tally = Counters::new(number, grid.len(), plan.gates.len());
    tally.room(world.accounts.len());
    for account in &world.accounts {
        let owner = world.people.get(account.owner.at());
        let own = !account.kind.is_generic();
        let administrator = own && owner.is_some_and(|p| p.role == Role::LocalAdministrator);
        let (exists, enrolled) = (account.portal.exists, account.self_service.enrolled());
        tally.account(account.kind, administrator, exists, enrolled);
    }
    let first = plan.from.small();
    let away = |t: &Traits| t.comes.is_some() || t.goes.get().is_some_and(|day| day < first);
    let minds = traits.iter().map(|t| PersonState { away: away(t), ..PersonState::default() }).collect();
    let used = u32::try_from(world.accounts.len() + 1).unwrap_or(u32::MAX);
    let hazards = hazards(plan, &policy);
    let asked = plan.gates.iter().any(|gate| gate.property().is_some());
    let facts = Arc::new(if asked { Facts::of(&world, &policy) } else { Facts::default() });
    let mut engine = Engine::new(world, &policy, codes(draws), draws, plan.start(), used, TraceCounter::new(&policy));
    engine.set_pace(Pace::Sampled);
    let mut driver = Driver {
        plan,
        draws,
        engine,
        places: &places,
        traits: &traits,
        shared: people.shared,
        minds,
        elsewhere: BTreeMap::new(),
        agenda: Queue::of_parts(MINUTES),
        endings: Queue::of_parts(SECONDS),
        steady: plan.start(),
        in_step: beside.in_step,
        support,
        tally,
        facts,
        decisions,
        watches: Vec::new(),
        watch_times: BTreeSet::new(),
        leavers: Vec::new(),
        hazards,
        aside: beside.aside,
        life: beside.life,
        policy: &policy,
    };
    driver.born();
    driver.watches_begin();
    for decision in &plan.candidate.decisions {
        driver.agenda.push(decision.at, Intent::Decides);
    }
    if let Some(turns) = beside.turns {
        driver.all_in_turn(turns);
    }
    driver.run(grid);
    driver.finish()
}

impl<C: Codes> Driver<'_, C> {
    fn run(&mut self, grid: &[Time]) {
        let mut instants = grid.iter().copied().peekable();
        let mut mornings = observation_times::place_mornings(self.plan).into_iter().peekable();
        let faults = self.plan.faults.clone();
        let mut faults = faults.iter().peekable();
        let mut today = Day::of(self.traits.len());
        for day in self.plan.from.0..=self.plan.to.0 {
            let date = Date(day);
            today.begin(date);
            self.eve(date);
            self.day(date, &mut today);
            today.sort();
            let midnight = Time::at(Date(day + 1), 0);
            loop {
                let engine = self.engine.next_due().unwrap_or(FAR);
                let agenda = self.agenda.peek().unwrap_or(FAR);
                let plan = today.peek().unwrap_or(FAR);
                let instant = instants.peek().copied().unwrap_or(FAR);
                let fault = faults.peek().map_or(FAR, |(from, ..)| *from);
                let morning = mornings.peek().copied().unwrap_or(FAR);
                let ending = self.endings.peek().unwrap_or(FAR);
                let all = instant.min(fault).min(morning);
                let next = engine.min(ending).min(agenda).min(plan).min(all);
                if next >= midnight {
                    break;
                }
                self.steady = all.min(midnight).min(self.next_decision(next));
                // Among equals: a fault, the counts, what is under way, what has ended, what was taken up, the day's own plan.
                if fault == next {
                    if let Some((_, until, fault)) = faults.next() {
                        self.engine.fault(*fault, *until);
                    }
                } else if morning == next {
                    mornings.next();
                    self.morning();
                } else if instant == next {
                    instants.next();
                    self.point(instant);
                } else if engine == next {
                    self.engine.turn();
                    self.note();
                } else if ending == next {
                    if let Some((time, ended)) = self.endings.pop() {
                        self.engine.run_until(time);
                        self.conclude(time, &ended);
                    }
                } else if agenda == next {
                    if let Some((time, intent)) = self.agenda.pop() {
                        self.begin(time, intent);
                    }
                } else {
                    self.call_up(today.coming(AHEAD));
                    if let Some((time, intent)) = today.next() {
                        self.begin(time, intent);
                    }
                }
            }
        }
        for instant in instants {
            self.engine.run_until(instant);
            self.point(instant);
        }
    }

    /// Each person of a place means it once, one after the other.
    fn all_in_turn(&mut self, (between, intent): Arrivals) {
        let mut at = self.plan.start();
        for id in self.places.iter().flat_map(|place| place.people.clone()) {
            at = at.plus(self.draws.exponential(between, id, Purpose::Pause, u32::MAX));
            if let Some(account) = self.engine.world.people.get(PersonId(id).at()).and_then(|p| p.account.get()) {
                self.agenda.push(at, intent(PersonId(id), account));
            }
        }
    }

    fn finish(mut self) -> (Replicate, RunOptions) {
        self.watches_end();
        self.tally.out.decided = self.decisions.taken();
        if let Some(life) = &mut self.life {
            life.decided.clone_from(&self.tally.out.decided);
        }
        self.decisive();
        let heard = self.engine.observer();
        self.tally.out.fired = heard.fired;
        self.tally.out.messages = heard.messages;
        (self.tally.out, RunOptions { aside: self.aside, life: self.life, ..RunOptions::default() })
    }

    /// Notes the numbers of this instant.
    fn point(&mut self, instant: Time) {
        let leavers = self.leavers.iter().filter(|(account, person)| self.would_get_in(*account, *person)).count();
        self.tally.set(Series::Leavers, leavers);
        self.tally.set(Series::AdministratorQueue, self.support.waiting_for_administrators());
        self.tally.set(Series::DeskQueue, self.support.waiting_for_desk());
        self.tally.point();
        self.decisive();
        self.look(instant);
    }

    /// Notes which clauses have decided refusals since this was noted last.
    fn decisive(&mut self) {
        let decisive = std::mem::take(&mut self.engine.observer().decisive);
        self.tally.out.decisive.push(decisive.into_iter().map(|(clause, n)| (clause.id().to_owned(), n)).collect());
    }

    /// Notes how many are locked out at each place.
    fn morning(&mut self) {
        let place = self.engine.world.accounts.iter().map(|account| account.place);
        let first = self.tally.out.mornings.is_empty();
        self.tally.by_place(self.places.len(), place, first);
    }

    /// Whether somebody knows the password in force and holds the secret that is enrolled.
    fn would_get_in(&self, account: AccountId, person: PersonId) -> bool {
        let world = &self.engine.world;
        let (Some(row), Some(is)) = (world.accounts.get(account.at()), world.people.get(person.at())) else {
            return false;
        };
        let secret = row.self_service.soft.map(|token| token.secret);
        let held = is.phone.iter().flat_map(|phone| &phone.profiles).any(|profile| Some(profile.secret) == secret);
        held && is.password(account) == Some(row.portal.password) && !world.members.contains(&(account, person))
    }

    pub(in crate::rehearsal) fn is_staff(&self, account: AccountId) -> bool {
        self.engine.world.accounts.get(account.at()).is_some_and(|a| a.kind != AccountKind::Student)
    }

    /// Reads the rows of those whose turn is next, all of them before any is needed: memory answers many questions in the
    /// time of one, and people come in no order that it could guess. Changes nothing.
    fn call_up(&self, next: impl Iterator<Item = Intent> + Clone) {
        let world = &self.engine.world;
        let mut seen = 0;
        let sign_ins = next.filter_map(|intent| match intent {
            Intent::SignIn(person, account) => Some((person, account)),
            _ => None,
        });
        // Numbers alone, from each cache line of a row: what asks nothing of what it reads waits for nothing.
        for (person, account) in sign_ins.clone() {
            if let (Some(row), Some(is)) = (world.accounts.get(account.at()), world.people.get(person.at())) {
                seen ^= row.place.0 ^ row.owner.0 ^ row.self_service.otp_mailbox.0 ^ row.portal.password.0;
                seen ^= row.email_otp.number ^ row.reset.attempts ^ u32::from(row.workspace.enrolled);
                seen ^= is.place.0 ^ u32::from(is.phone.is_some()) ^ u32::from(is.token.is_some());
                seen ^= u32::from(is.known.is_empty());
            }
            seen ^= u32::from(self.tally.is_enrolled(account));
            seen ^= self.minds.get(person.at()).map_or(0, |mind| u32::from(mind.busy));
        }
        // And then those that these lead to.
        for (person, account) in sign_ins {
            if let (Some(row), Some(is)) = (world.accounts.get(account.at()), world.people.get(person.at())) {
                let secret = row.self_service.soft.map_or_else(Default::default, |token| token.secret);
                seen ^= u32::from(world.computers.is_open(is.computer)) ^ self.engine.codes().call_up(secret);
            }
        }
        std::hint::black_box(seen);
    }

    /// Takes up an intention, or puts it off while the person is busy.
    fn begin(&mut self, time: Time, intent: Intent) {
        self.engine.run_until(time);
        let person = who(intent);
        if let Some(mind) = self.minds.get(person.at()) {
            let comes = matches!(intent, Intent::Leaves(..) | Intent::Created(_) | Intent::Helps(_));
            if mind.away && !comes && !self.has_gone(intent) {
                return;
            }
            if mind.busy && !matches!(intent, Intent::Helps(_)) {
                self.agenda.push(time.plus(Span(MINUTE)), intent);
                return;
            }
        }
        match intent {
            Intent::SignIn(person, account) => self.sign_in(person, account),
            Intent::Enrol(person, account) => self.enrol(person, account),
            Intent::Forgot(person, account) => {
                let shape = crate::kernel::password::Shape::Good;
                self.act(person, account, Act::ForgotPassword { shape });
            }
            Intent::Ask(person, account, topic) => self.ask(person, account, topic),
            Intent::Ring(person, account) => self.ring(person, account),
            Intent::HasApp(person) => self.has_app(person),
            Intent::HasDevice(person) => self.has_device(person),
            Intent::LosesPhone(person) => self.loses_phone(person),
            Intent::NewPhone(person) => self.new_phone(person),
            Intent::Created(person) => self.created(person),
            Intent::ReadsMail(helper, account) => self.act(helper, account, Act::Interaction(Interaction::ReadMail)),
            Intent::HandsOver(helper, account) => {
                let to = self.engine.world.accounts.get(account.at()).map_or(helper, |a| a.owner);
                self.act(helper, account, Act::Interaction(Interaction::HandOverCredentials { to }));
            }
            Intent::Tells(helper, account) => {
                let to = self.engine.world.accounts.get(account.at()).map_or(helper, |a| a.owner);
                self.act(helper, account, Act::Interaction(Interaction::Tell { to }));
            }
            Intent::Leaves(person, account) => self.leaves(person, account),
            Intent::Joins(person, account) => self.act(person, account, Act::Interaction(Interaction::Join)),
            Intent::Helps(step) => self.help(step),
            Intent::Watches => self.watches_look(),
            Intent::Decides => self.decide(),
        }
    }

    /// What is seen by now may bring some accounts under other rules.
    fn decide(&mut self) {
        if self.decisions.decide(&mut self.engine.world) && self.facts != Arc::default() {
            self.facts = Arc::new(Facts::of(&self.engine.world, self.policy));
            self.watches_move();
        }
    }

    /// Whether somebody who went means to try a generic account of the past.
    fn has_gone(&self, intent: Intent) -> bool {
        matches!(intent, Intent::SignIn(person, account) if self.leavers.contains(&(account, person)))
    }

    /// Begins an act at the person's own computer.
    pub(in crate::rehearsal) fn act(&mut self, person: PersonId, account: AccountId, act: Act) {
        if let Some(doing) = self.doing(person, account, act) {
            self.start(doing);
        }
    }

    pub(in crate::rehearsal) fn doing(&self, person: PersonId, account: AccountId, act: Act) -> Option<Activity> {
        let computer = self.engine.world.people.get(person.at())?.computer;
        let mut doing = Activity::new(person.at(), act, person, account, computer);
        // Everyone comes to a browser in which nobody is signed in.
        doing.fresh = !act.is_off_page();
        Some(doing)
    }

    /// Begins an act; everyone at the screen is busy until it has ended.
    pub(in crate::rehearsal) fn start(&mut self, doing: Activity) {
        for person in doing.participants() {
            if let Some(mind) = self.minds.get_mut(person.at()) {
                mind.busy = true;
            }
        }
        if !doing.with.is_empty() {
            self.support.screens.insert(doing.person, doing.with.to_vec());
        }
        self.begins(&doing);
        if self.is_alone(&doing) {
            self.engine.start_ahead(doing, self.steady);
        } else {
            self.engine.start(doing);
        }
        self.note();
    }

    /// Whether nobody and nothing touches what a sign-in rests on while it lasts, or looks at it: it is to one's own
    /// account, whose password one knows and is in force, and one waits for no help and gives none.
    fn is_alone(&self, doing: &Activity) -> bool {
        let (person, account) = (doing.person, doing.account);
        let world = &self.engine.world;
        let (Some(is), Some(mind)) = (world.people.get(person.at()), self.minds.get(person.at())) else { return false };
        matches!(doing.act, Act::SignIn { .. })
            && matches!(is.role, Role::Staff | Role::Student)
            && is.account.get() == Some(account)
            && is.password(account).is_some()
            && world.accounts.get(account.at()).is_some_and(|row| {
                // One that was asked for before another took effect may be on its way still.
                let settled = |at: Time| self.engine.now().0 - at.0 > 24 * HOUR;
                !row.portal.pending.is_some() && row.portal.reset_at.get().is_none_or(settled)
            })
            && !(mind.asked || self.support.without_token.contains(&person))
            && !self.in_step
            && self.watches.is_empty()
    }

    /// When the policy's next decision is due, from this time on.
    fn next_decision(&self, from: Time) -> Time {
        self.plan.candidate.decisions.iter().map(|is| is.at).filter(|at| *at >= from).min().unwrap_or(FAR)
    }

    /// One sign-in: by which way, whether the hand slips, and whether the device is at hand, drawn by person and time.
    fn sign_in(&mut self, person: PersonId, account: AccountId) {
        let is = &self.plan.parameters;
        let index = self.moment();
        let entity = person.0 ^ account.0.rotate_left(16);
        let words = self.draws.block(entity, Purpose::Slip, index);
        let cut_over = self.engine.cut_over(account);
        let via = (cut_over && under(words[0], is.get(P::ByGoogle))).then_some(Via::Google);
        let slips = under(words[1], is.get(P::MistypesPassword));
        let miscodes = cut_over && self.is_staff(account) && under(words[2], is.get(P::MistypesCode));
        let typed = if slips { Typing::Wrong } else { Typing::Right };
        let Some(mut doing) = self.doing(person, account, Act::SignIn { via, typed }) else { return };
        if miscodes {
            doing.code = Typing::Wrong;
        }
        if cut_over && under(words[3], is.get(P::NotAtHand)) && self.tally.is_enrolled(account) {
            self.leave_behind(person);
        }
        if let Some(mind) = self.minds.get_mut(person.at()) {
            mind.slip = slips || miscodes;
        }
        self.start(doing);
    }

    /// A number for the draws of this minute.
    pub(in crate::rehearsal) fn moment(&self) -> u32 {
        u32::try_from((self.engine.now().0 - self.plan.start().0) / 1000).unwrap_or(0)
    }

    /// Notes the acts that have just ended; a sign-in, which may have run ahead of the clock, when its time has come.
    pub(in crate::rehearsal) fn note(&mut self) {
        for (time, ended) in self.engine.take_ended() {
            if matches!(ended.act, Act::SignIn { .. }) {
                let rank = u64::from(ended.person.0) << 32 | u64::from(ended.account.0);
                self.endings.push_ranked(time, rank, ended);
            } else {
                self.conclude(time, &ended);
            }
        }
    }

    /// Notes how an act ended, and lets everyone react.
    fn conclude(&mut self, time: Time, ended: &Ended) {
        let with = self.support.screens.remove(&ended.person).unwrap_or_default();
        for person in std::iter::once(&ended.person).chain(&with) {
            if let Some(mind) = self.minds.get_mut(person.at()) {
                mind.busy = false;
            }
        }
        self.ends(time, ended);
        self.decisions.see(ended);
        self.violations(time, ended);
        self.watched(time, ended, &with);
        let enrolled = self.engine.world.accounts.get(ended.account.at()).map(|a| a.self_service.enrolled());
        self.tally.enrolled(ended.account, enrolled.unwrap_or(false));
        self.react(time, ended);
    }

    /// Counts the gates' properties that the end of an act violates.
    fn violations(&mut self, time: Time, ended: &Ended) {
        for (at, gate) in self.plan.gates.iter().enumerate() {
            let Some(CountedBy::Acts(rule)) = gate.property().map(|rule| &rule.judged) else { continue };
            if rule.violated(time, ended, &self.facts)
                && let Some(count) = self.tally.out.violations.get_mut(at)
            {
                *count += 1;
            }
        }
    }

    /// Somebody is no longer a member, and may still be able to get in.
    pub(in crate::rehearsal) fn left(&mut self, account: AccountId, person: PersonId) {
        self.leavers.push((account, person));
    }
}

/// An instant that never comes.
const FAR: Time = Time(i64::MAX);

/// Whose intention it is.
pub(in crate::rehearsal) fn who(intent: Intent) -> PersonId {
    match intent {
        Intent::SignIn(person, _)
        | Intent::Enrol(person, _)
        | Intent::Forgot(person, _)
        | Intent::Ask(person, ..)
        | Intent::Ring(person, _)
        | Intent::HasApp(person)
        | Intent::HasDevice(person)
        | Intent::LosesPhone(person)
        | Intent::NewPhone(person)
        | Intent::Created(person)
        | Intent::ReadsMail(person, _)
        | Intent::HandsOver(person, _)
        | Intent::Tells(person, _)
        | Intent::Leaves(person, _)
        | Intent::Joins(person, _) => person,
        Intent::Helps(step) => step.who(),
        Intent::Watches | Intent::Decides => PersonId(u32::MAX),
    }
}

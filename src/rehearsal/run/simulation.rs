//! The state of one replicate under way, and the verbs by which behaviours read and change it.
//!
//! Everything that happens is an act of the engine, begun by an intent of the agenda. Invariant: state changes through
//! these verbs alone, its fields are private; observers are told and change nothing. Deliberately holds no habit and no
//! rule of the guide: behaviours choose what people try, and the engine and the policy decide what comes of it.

use super::circles::Circles;
use super::intent::Intent;
use super::person_state::PersonState;
use crate::act::{Act, Activity};
use crate::engine::Engine;
use crate::format::parameters::{Parameter, Parameters};
use crate::kernel::units::SECOND;
use crate::kernel::{Date, Draws, Purpose, Queue, Span, Time};
use crate::policy::Policy;
use crate::policy::request::{AccountKind, Role};
use crate::rehearsal::behaviour::helpdesk::queue::Helpdesk;
use crate::rehearsal::measure::counters::{Counters, TraceCounter};
use crate::rehearsal::measure::replicate::{GateCount, Replicate};
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::rehearsal::setup::population::{Place, Traits};
use crate::replay::staged_decisions::StagedDecisions;
use crate::trace::Ended;
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, PersonId, TokenId};
use crate::world::state::{Account, HardToken, Person, Phone, World};
use std::collections::{BTreeMap, BTreeSet};

/// Width of a bucket of the agenda, as a power of two in milliseconds: about a minute.
const AGENDA_BUCKET: u32 = 16;

/// The engine of a replicate.
pub type ReplicateEngine<'p, C> = Engine<'p, TraceCounter<'p>, C>;

/// Something that befalls a person and is no act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incident {
    /// The password is forgotten.
    ForgetsPassword,
    /// The phone is left elsewhere.
    LeavesPhone,
    /// The phone is at hand again.
    HasPhoneAgain,
    /// An authenticator app is installed.
    InstallsApp,
    /// The phone's clock is set right.
    SetsClock,
    /// The account is made.
    AccountCreated,
    /// An agent of the desk answers a call, and explains.
    Explained,
}

/// Somebody who looks on at a replicate.
///
/// Promises that nothing it does changes what happens, so that a replicate is the same with and without it. All methods
/// do nothing unless an observer says otherwise.
pub trait ReplicateObserver<C: Codes> {
    /// The replicate is about to begin.
    fn begins(&mut self, _sim: &Simulation<'_, C>) {}
    /// A day begins, and nobody has acted on it.
    fn day_begins(&mut self, _sim: &Simulation<'_, C>, _date: Date) {}
    /// An act is about to begin.
    fn act_begins(&mut self, _sim: &Simulation<'_, C>, _activity: &Activity) {}
    /// An act has ended; `with` sat at the same screen.
    fn act_ended(&mut self, _sim: &Simulation<'_, C>, _time: Time, _ended: &Ended, _with: &[PersonId]) {}
    /// Something has befallen a person at this time.
    fn happened(&mut self, _time: Time, _person: PersonId, _incident: Incident) {}
    /// An observation time has come, and its numbers are noted.
    fn counted(&mut self, _sim: &Simulation<'_, C>, _instant: Time) {}
    /// A time has come at which an observer has asked to be woken.
    fn woken(&mut self, _sim: &Simulation<'_, C>) {}
    /// A staged decision has brought accounts under other rules.
    fn rules_changed(&mut self, _sim: &Simulation<'_, C>) {}
    /// The replicate is over; `decided` says which staged decisions were taken.
    fn ended(&mut self, _sim: &Simulation<'_, C>, _decided: &[bool]) {}
    /// The times at which the observer wants to be woken, since it was last asked for them.
    fn take_alarms(&mut self) -> Vec<Time> {
        Vec::new()
    }
}

/// How acts go with the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pacing {
    /// A sign-in that nothing else can touch takes all its steps at once, ahead of the clock.
    #[default]
    RunAhead,
    /// Every step of every act waits for its time: slower, and the same results.
    LockStep,
}

/// An intent and how long it takes until it is carried out: a time drawn with the mean of this parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// The parameter that has the mean.
    pub after: Parameter,
    /// What is meant.
    pub intent: Intent,
}

impl Next {
    /// After the pause that people take before they do something about a refusal.
    pub const fn soon(intent: Intent) -> Next {
        Next { after: Parameter::Pause, intent }
    }
}

/// What a replicate begins with.
pub struct InitialState<'p, C> {
    /// The plan.
    pub plan: &'p RehearsalPlan,
    /// The policy with the scopes in use.
    pub policy: &'p Policy,
    /// The source of all draws.
    pub draws: Draws,
    /// The engine, which owns the world.
    pub engine: ReplicateEngine<'p, C>,
    /// Schools and divisions.
    pub places: &'p [Place],
    /// What is known of each person.
    pub traits: &'p [Traits],
    /// The generic accounts.
    pub circles: Circles,
    /// Those who help.
    pub helpdesk: Helpdesk,
    /// The counters, which know every account.
    pub counters: Counters,
}

/// A replicate under way.
pub struct Simulation<'p, C: Codes> {
    plan: &'p RehearsalPlan,
    policy: &'p Policy,
    draws: Draws,
    engine: ReplicateEngine<'p, C>,
    places: &'p [Place],
    traits: &'p [Traits],
    people: Vec<PersonState>,
    /// Phones that are not at hand today.
    phones_elsewhere: BTreeMap<PersonId, Phone>,
    /// Who waits for another phone.
    awaiting_phone: BTreeSet<PersonId>,
    /// Who sits at whose screen.
    screens: BTreeMap<PersonId, Vec<PersonId>>,
    circles: Circles,
    helpdesk: Helpdesk,
    agenda: Queue<Intent>,
    counters: Counters,
    observers: Vec<&'p mut dyn ReplicateObserver<C>>,
    pacing: Pacing,
    /// Until then nothing changes for everybody at once.
    steady_until: Time,
}

/// What anybody may ask.
impl<'p, C: Codes> Simulation<'p, C> {
    /// The plan.
    pub const fn plan(&self) -> &'p RehearsalPlan {
        self.plan
    }

    /// The parameters of population, habits and support.
    pub const fn parameters(&self) -> &'p Parameters {
        &self.plan.parameters
    }

    /// The policy.
    pub const fn policy(&self) -> &'p Policy {
        self.policy
    }

    /// The source of all draws of this replicate.
    pub const fn draws(&self) -> Draws {
        self.draws
    }

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.engine.now()
    }

    /// The index of draws at this second: seconds since the replicate began.
    pub fn moment(&self) -> u32 {
        u32::try_from((self.now().0 - self.plan.start().0) / SECOND).unwrap_or(0)
    }

    /// The engine, to look at.
    pub const fn engine(&self) -> &ReplicateEngine<'p, C> {
        &self.engine
    }

    /// The world, to look at.
    pub const fn world(&self) -> &World {
        &self.engine.world
    }

    /// Schools and divisions; the office of the central helpers is the last.
    pub const fn places(&self) -> &'p [Place] {
        self.places
    }

    /// The place of an account.
    pub fn place_of(&self, account: AccountId) -> Option<&'p Place> {
        self.places.get(self.account(account)?.place.at())
    }

    /// An account's row.
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.world().accounts.get(id.at())
    }

    /// A person's row.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.world().people.get(id.at())
    }

    /// A person's own account.
    pub fn own_account(&self, id: PersonId) -> Option<AccountId> {
        self.person(id)?.account.get()
    }

    /// What a person has in mind.
    pub fn state(&self, id: PersonId) -> Option<&PersonState> {
        self.people.get(id.at())
    }

    /// Whether somebody is no longer there, or not yet.
    pub fn is_away(&self, id: PersonId) -> bool {
        self.state(id).is_some_and(|state| state.away)
    }

    /// The mailbox that a person can always read.
    pub fn traits(&self, id: PersonId) -> Option<&'p Traits> {
        self.traits.get(id.at())
    }

    /// Whether a person's phone takes no app.
    pub fn has_basic_phone(&self, id: PersonId) -> bool {
        self.traits(id).is_some_and(|traits| traits.basic_phone)
    }

    /// A person's phone, wherever it lies today.
    pub fn phone(&self, id: PersonId) -> Option<&Phone> {
        self.phones_elsewhere.get(&id).or_else(|| self.person(id)?.phone.as_ref())
    }

    /// Whether a person waits for another phone.
    pub fn awaits_phone(&self, id: PersonId) -> bool {
        self.awaiting_phone.contains(&id)
    }

    /// What a person is to the rollout.
    pub fn role(&self, id: PersonId) -> Role {
        self.person(id).map_or(Role::Staff, |person| person.role)
    }

    /// What the owner of an account is to the rollout.
    pub fn role_of_owner(&self, account: AccountId) -> Role {
        self.account(account).map_or(Role::Staff, |row| self.role(row.owner))
    }

    /// Whether an account is a member of staff's or generic: anybody's but a student's.
    pub fn is_staff(&self, account: AccountId) -> bool {
        self.account(account).is_some_and(|row| row.kind != AccountKind::Student)
    }

    /// Whether several people share an account.
    pub fn is_generic(&self, account: AccountId) -> bool {
        self.account(account).is_some_and(|row| row.kind.is_generic())
    }

    /// Whether somebody is a member of a generic account.
    pub fn is_member(&self, account: AccountId, person: PersonId) -> bool {
        self.world().members.contains(&(account, person))
    }

    /// Members of the generic accounts, and former members.
    pub const fn circles(&self) -> &Circles {
        &self.circles
    }

    /// The queues of those who help.
    pub const fn helpdesk(&self) -> &Helpdesk {
        &self.helpdesk
    }

    /// What is counted.
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// An act of a person on an account at the person's own computer, in a browser in which nobody is signed in.
    pub fn activity(&self, person: PersonId, account: AccountId, act: Act) -> Option<Activity> {
        let computer = self.person(person)?.computer;
        let mut activity = Activity::new(person.at(), act, person, account, computer);
        activity.fresh = !act.is_off_page();
        Some(activity)
    }
}

/// What behaviours may do.
impl<C: Codes> Simulation<'_, C> {
    /// Puts an intent on the agenda.
    pub fn schedule(&mut self, time: Time, intent: Intent) {
        self.agenda.push(time, intent);
    }

    /// Puts an intent on the agenda, after an exponential time drawn by its person and this second.
    pub fn follow(&mut self, next: Next) {
        let mean = self.parameters().span(next.after);
        let entity = next.intent.person().map_or(u32::MAX, |person| person.0);
        let span = self.draws.exponential(mean, entity, Purpose::Pause, self.moment());
        self.schedule(self.now().plus(span), next.intent);
    }

    /// Puts an intent on the agenda, after a pause.
    pub fn soon(&mut self, intent: Intent) {
        self.follow(Next::soon(intent));
    }

    /// Begins an act at the person's own computer.
    pub fn act(&mut self, person: PersonId, account: AccountId, act: Act) {
        if let Some(activity) = self.activity(person, account, act) {
            self.start(activity);
        }
    }

    /// Begins an act; everyone at the screen is busy until it has ended.
    pub fn start(&mut self, activity: Activity) {
        for person in activity.participants() {
            if let Some(state) = self.people.get_mut(person.at()) {
                state.busy = true;
            }
        }
        if !activity.with.is_empty() {
            self.screens.insert(activity.person, activity.with.to_vec());
        }
        self.observe(|observer, sim| observer.act_begins(sim, &activity));
        if self.may_run_ahead(&activity) {
            self.engine.start_ahead(activity, self.steady_until);
        } else {
            self.engine.start(activity);
        }
    }

    /// What a person has in mind, to change.
    pub fn state_mut(&mut self, id: PersonId) -> Option<&mut PersonState> {
        self.people.get_mut(id.at())
    }

    /// What a person has and knows, to change.
    pub fn person_mut(&mut self, id: PersonId) -> Option<&mut Person> {
        self.engine.world.people.get_mut(id.at())
    }

    /// An account's row, to change as a helper or a remedy does.
    pub fn account_mut(&mut self, id: AccountId) -> Option<&mut Account> {
        self.engine.world.accounts.get_mut(id.at())
    }

    /// A person's phone, wherever it lies today, to change.
    pub fn phone_mut(&mut self, id: PersonId) -> Option<&mut Phone> {
        let elsewhere = self.phones_elsewhere.get_mut(&id);
        elsewhere.or_else(|| self.engine.world.people.get_mut(id.at()).and_then(|person| person.phone.as_mut()))
    }

    /// A person leaves the phone elsewhere.
    pub fn leave_phone(&mut self, id: PersonId) {
        self.tell(self.now(), id, Incident::LeavesPhone);
        let phone = self.person_mut(id).and_then(|person| person.phone.take());
        if let (Some(state), Some(phone)) = (self.people.get_mut(id.at()), phone) {
            state.left_behind = true;
            self.phones_elsewhere.insert(id, phone);
        }
    }

    /// A person has the phone at hand again, from this time on; false where it was.
    pub fn fetch_phone(&mut self, time: Time, id: PersonId) -> bool {
        let Some(phone) = self.phones_elsewhere.remove(&id) else { return false };
        if let Some(state) = self.state_mut(id) {
            state.left_behind = false;
        }
        self.tell(time, id, Incident::HasPhoneAgain);
        if let Some(person) = self.person_mut(id) {
            person.phone.get_or_insert(phone);
        }
        true
    }

    /// A person waits for another phone, or no longer does.
    pub fn await_phone(&mut self, id: PersonId, waits: bool) {
        if waits {
            self.awaiting_phone.insert(id);
        } else {
            self.awaiting_phone.remove(&id);
        }
    }

    /// A new hard token.
    pub fn add_token(&mut self) -> TokenId {
        let token = TokenId(u32::try_from(self.world().tokens.len()).unwrap_or(u32::MAX));
        self.engine.world.tokens.push(HardToken::default());
        token
    }

    /// An account comes into being; its credentials go where the policy sends them.
    pub fn create_account(&mut self, account: AccountId, owner: PersonId) {
        self.engine.create(account, owner.at());
        self.counters.exists(account);
    }

    /// Tells the observers that something has befallen a person.
    pub fn tell(&mut self, time: Time, person: PersonId, incident: Incident) {
        self.observe(|observer, _| observer.happened(time, person, incident));
    }

    /// Members of the generic accounts, to change.
    pub const fn circles_mut(&mut self) -> &mut Circles {
        &mut self.circles
    }

    /// The queues of those who help, to change.
    pub const fn helpdesk_mut(&mut self) -> &mut Helpdesk {
        &mut self.helpdesk
    }

    /// The counters, to count.
    pub const fn counters_mut(&mut self) -> &mut Counters {
        &mut self.counters
    }

    /// Whether nobody and nothing touches what a sign-in rests on while it lasts, or looks at it: it is to one's own
    /// account, whose password one knows and is in force, and one waits for no help and gives none.
    fn may_run_ahead(&self, activity: &Activity) -> bool {
        let (id, account) = (activity.person, activity.account);
        let (Some(person), Some(state)) = (self.person(id), self.state(id)) else { return false };
        matches!(activity.act, Act::SignIn { .. })
            && matches!(person.role, Role::Staff | Role::Student)
            && person.account.get() == Some(account)
            && person.password(account).is_some()
            && self.account(account).is_some_and(|row| !row.portal.pending.is_some())
            && !(state.asked || self.helpdesk.waits_for_token(id))
            && self.pacing == Pacing::RunAhead
    }

    /// Lets every observer see, and puts on the agenda when they want to be woken.
    fn observe(&mut self, see: impl Fn(&mut dyn ReplicateObserver<C>, &Self)) {
        if self.observers.is_empty() {
            return;
        }
        let mut observers = std::mem::take(&mut self.observers);
        for observer in &mut observers {
            see(&mut **observer, self);
            for time in observer.take_alarms() {
                self.schedule(time, Intent::Wakes);
            }
        }
        self.observers = observers;
    }
}

/// What the loop of a replicate does.
impl<'p, C: Codes> Simulation<'p, C> {
    /// A replicate that is about to begin.
    pub(super) fn new(
        begins: InitialState<'p, C>,
        observers: Vec<&'p mut dyn ReplicateObserver<C>>,
        pacing: Pacing,
    ) -> Simulation<'p, C> {
        let InitialState { plan, policy, draws, engine, places, traits, circles, helpdesk, counters } = begins;
        let first = plan.from.small();
        let away = |t: &Traits| t.comes.is_some() || t.goes.get().is_some_and(|day| day < first);
        let mut sim = Simulation {
            plan,
            policy,
            draws,
            engine,
            places,
            traits,
            people: traits.iter().map(|traits| PersonState::new(away(traits))).collect(),
            phones_elsewhere: BTreeMap::new(),
            awaiting_phone: BTreeSet::new(),
            screens: BTreeMap::new(),
            circles,
            helpdesk,
            agenda: Queue::of_parts(AGENDA_BUCKET),
            counters,
            observers,
            pacing,
            steady_until: plan.start(),
        };
        sim.observe(|observer, sim| observer.begins(sim));
        sim
    }

    /// The engine, to run.
    pub(super) const fn engine_mut(&mut self) -> &mut ReplicateEngine<'p, C> {
        &mut self.engine
    }

    /// The agenda, to take the next intent from.
    pub(super) const fn agenda_mut(&mut self) -> &mut Queue<Intent> {
        &mut self.agenda
    }

    /// Sets until when nothing changes for everybody at once.
    pub(super) const fn set_steady_until(&mut self, time: Time) {
        self.steady_until = time;
    }

    /// A day begins.
    pub(super) fn begin_day(&mut self, date: Date) {
        self.observe(|observer, sim| observer.day_begins(sim, date));
    }

    /// An act has ended at this time: whoever sat at the screen is free, and the observers are told.
    pub(super) fn conclude(&mut self, time: Time, ended: &Ended) {
        let with = self.screens.remove(&ended.person).unwrap_or_default();
        for person in std::iter::once(&ended.person).chain(&with) {
            if let Some(state) = self.people.get_mut(person.at()) {
                state.busy = false;
            }
        }
        self.observe(|observer, sim| observer.act_ended(sim, time, ended, &with));
        let enrolled = self.account(ended.account).is_some_and(|row| row.self_service.enrolled());
        self.counters.enrolled(ended.account, enrolled);
    }

    /// The time has come at which an observer wanted to be woken.
    pub(super) fn wake(&mut self) {
        self.observe(|observer, sim| observer.woken(sim));
    }

    /// Takes the next staged decision, or does not.
    pub(super) fn decide(&mut self, decisions: &mut StagedDecisions) {
        let counters = &self.counters;
        if decisions.decide_among(&mut self.engine.world, |id| counters.is_there(id)) {
            self.observe(|observer, sim| observer.rules_changed(sim));
        }
    }

    /// Notes the numbers of an observation time.
    pub(super) fn count(&mut self, instant: Time) {
        let decisive = std::mem::take(&mut self.engine.observer().decisive);
        self.counters.point(decisive);
        self.observe(|observer, sim| observer.counted(sim, instant));
    }

    /// Notes how many accounts are locked out at each place.
    pub(super) fn count_places(&mut self) {
        let place = self.engine.world.accounts.iter().map(|account| account.place);
        self.counters.by_place(self.places.len(), place);
    }

    /// The replicate is over, with these staged decisions.
    pub(super) fn finish(mut self, decided: Vec<bool>, gates: Vec<GateCount>) -> Replicate {
        self.observe(|observer, sim| observer.ended(sim, &decided));
        // Nobody who still waits falls out of a measure.
        let end = self.plan.end();
        self.counters.nobody_recovers_after(end);
        for (measure, since) in self.helpdesk.still_waiting() {
            self.counters.cut_short(measure, Span(end.0 - since.0));
        }
        self.counters.finish(self.engine.into_observer(), decided, gates)
    }

    /// Prefetch: reads the rows of the next sign-ins together, so that their cache misses overlap. Changes nothing.
    pub(super) fn prefetch(&self, next: impl Iterator<Item = Intent> + Clone) {
        let world = self.world();
        let mut seen = 0;
        let sign_ins = next.filter_map(|intent| match intent {
            Intent::SignIn(person, account) => Some((person, account)),
            _ => None,
        });
        // Numbers alone, from each cache line of a row: no load waits for another.
        for (person, account) in sign_ins.clone() {
            if let (Some(row), Some(is)) = (self.account(account), self.person(person)) {
                seen ^= row.place.0 ^ row.owner.0 ^ row.self_service.otp_mailbox.0 ^ row.portal.password.0;
                seen ^= row.email_otp.number ^ row.reset.attempts ^ u32::from(row.workspace.enrolled);
                seen ^= is.place.0 ^ u32::from(is.phone.is_some()) ^ u32::from(is.token.is_some());
                seen ^= u32::from(is.known.is_empty());
            }
            seen ^= u32::from(self.counters.is_enrolled(account));
            seen ^= self.state(person).map_or(0, |state| u32::from(state.busy));
        }
        // And then the rows that these lead to.
        for (person, account) in sign_ins {
            if let (Some(row), Some(is)) = (self.account(account), self.person(person)) {
                let secret = row.self_service.soft.newest().map_or_else(Default::default, |token| token.secret);
                seen ^= u32::from(world.computers.is_open(is.computer)) ^ self.engine.codes().call_up(secret);
            }
        }
        std::hint::black_box(seen);
    }
}

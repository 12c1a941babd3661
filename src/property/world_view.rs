//! A monitor's view of the world at an instant: state propositions about accounts, and reachability of a state or act.
//!
//! Promises that a question changes nothing: it is tried on a copy. Deliberately searches no continuation itself: an
//! implementation of [`Reachability`] does.

use super::{Able, Acting, Binding, Facts, Flag, Possible, Proposition, StateProposition};
use crate::act::{Act, ActOutcome, Activity, Typing};
use crate::engine::Engine;
use crate::kernel::{CompactOption, Span, Time};
use crate::policy::Policy;
use crate::policy::rules::Rule;
use crate::trace::{Ended, Nobody, Observer};
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, PersonId};
use crate::world::state::World;

/// What a look ahead comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// Some continuation reaches it.
    Reached,
    /// Every continuation was seen, and none reaches it.
    Unreachable,
    /// A bound ended the search before either was known.
    CutShort,
}

/// The present state of a run, as a monitor sees it.
pub trait WorldView {
    /// Whether the account is in this state now.
    fn is(&mut self, account: AccountId, state: &StateProposition) -> bool;
    /// Whether some continuation of the run reaches this, under the binding.
    fn reaches(&mut self, possible: &Possible, binding: Binding, facts: &Facts) -> Outlook;
}

/// A reachability search: whether some continuation of a run reaches something.
pub trait Reachability {
    /// Whether some continuation from the engine's present state reaches it, within the horizon and by acts of those
    /// who may act ([`Possible::actors`]). It is reached as soon as [`Possible::reached`] says so, the present
    /// included.
    fn reaches<O: Observer, C: Codes>(
        &mut self,
        engine: &Engine<'_, O, C>,
        policy: &Policy,
        possible: &Possible,
        binding: Binding,
        facts: &Facts,
    ) -> Outlook;
}

/// The view of an engine's present state.
#[derive(Debug)]
pub struct EngineView<'a, 'p, O, C, F> {
    /// The engine of the run.
    pub engine: &'a Engine<'p, O, C>,
    /// The policy of the run.
    pub policy: &'a Policy,
    /// The reachability search.
    pub foresight: &'a mut F,
}

impl<O: Observer, C: Codes, F: Reachability> WorldView for EngineView<'_, '_, O, C, F> {
    fn is(&mut self, account: AccountId, state: &StateProposition) -> bool {
        is(self.engine, self.policy, account, state)
    }

    fn reaches(&mut self, possible: &Possible, binding: Binding, facts: &Facts) -> Outlook {
        self.foresight.reaches(self.engine, self.policy, possible, binding, facts)
    }
}

/// Whether an account is in this state now.
pub fn is<O: Observer, C: Codes>(
    engine: &Engine<'_, O, C>,
    policy: &Policy,
    account: AccountId,
    state: &StateProposition,
) -> bool {
    let flags = state.flags.iter().all(|(flag, wanted)| flag.is(&engine.world, account, engine.now()) == *wanted);
    let able = || able(engine, policy, account);
    let world = &engine.world;
    let knows = |wanted: &Able| wanted.who(world, account) == knowing(world, account);
    flags
        && state.knows_password.as_ref().is_none_or(knows)
        && state.can_sign_in.as_ref().is_none_or(|wanted| wanted.who(world, account) == able())
}

impl Flag {
    /// Whether the flag is true of an account at this time.
    pub fn is(self, world: &World, account: AccountId, now: Time) -> bool {
        let Some(row) = world.accounts.get(account.at()) else { return false };
        let mut held = members(world, account).into_iter().map(|person| answers(world, account, person));
        match self {
            Flag::Enrolled => row.self_service.enrolled(),
            Flag::Locked => row.portal.locked(now),
            Flag::DeviceHeld => held.any(|holds| holds),
            Flag::DeviceHeldByAll => held.all(|holds| holds),
        }
    }
}

impl Able {
    /// The people whom this means now, sorted.
    pub fn who(&self, world: &World, account: AccountId) -> Vec<PersonId> {
        let mut out = self.people.clone();
        if self.members {
            out.extend(members(world, account));
            out.sort_unstable();
            out.dedup();
        }
        out
    }
}

/// Everyone who can sign in to an account now: each tries on a copy of the world, from a fresh browser, with what they
/// have and know, and without help.
pub fn able<O: Observer, C: Codes>(engine: &Engine<'_, O, C>, policy: &Policy, account: AccountId) -> Vec<PersonId> {
    let period = policy.rules(0).get(Rule::TotpPeriod).max(1);
    // A refusal because the code was used just now says nothing about the person: they wait for the next code.
    let next_code = engine.now().plus(Span(period - engine.now().0.rem_euclid(period)));
    let can = |person: &PersonId| {
        let mut copy = engine.fork(Nobody);
        let Some(computer) = copy.world.people.get(person.at()).map(|p| p.computer) else { return false };
        let mut doing = Activity::new(0, Act::SignIn { via: None, typed: Typing::Right }, *person, account, computer);
        doing.fresh = true;
        doing.code_at = CompactOption::some(next_code);
        copy.start(doing);
        while copy.turn() {}
        let ended = copy.take_ended();
        ended.first().is_some_and(|(_, e)| e.result == ActOutcome::Granted && e.opened == Some(account))
    };
    everyone(&engine.world).filter(can).collect()
}

/// Everyone who knows the password of an account that is in force, in the order of their ids.
pub fn knowing(world: &World, account: AccountId) -> Vec<PersonId> {
    let in_force = world.accounts.get(account.at()).map(|row| row.portal.password);
    let knows = |id: &PersonId| world.people.get(id.at()).is_some_and(|person| person.password(account) == in_force);
    everyone(world).filter(knows).collect()
}

fn everyone(world: &World) -> impl Iterator<Item = PersonId> {
    (0..).take(world.people.len()).map(PersonId)
}

/// Whether a person is a member of a generic account, or the owner of a personal one.
pub fn is_member(world: &World, account: AccountId, person: PersonId) -> bool {
    match world.accounts.get(account.at()) {
        Some(row) if !row.kind.is_generic() => row.owner == person,
        _ => world.members.contains(&(account, person)),
    }
}

fn members(world: &World, account: AccountId) -> Vec<PersonId> {
    match world.accounts.get(account.at()) {
        Some(row) if !row.kind.is_generic() => vec![row.owner],
        _ => {
            let all = (account, PersonId(0))..=(account, PersonId(u32::MAX));
            world.members.range(all).iter().map(|(_, person)| *person).collect()
        }
    }
}

/// Whether a device of this person answers a token that is enrolled for the account.
pub fn answers(world: &World, account: AccountId, person: PersonId) -> bool {
    let Some(row) = world.accounts.get(account.at()).map(|a| &a.self_service) else { return false };
    world.people.get(person.at()).is_some_and(|p| {
        let profiles = p.phone.iter().flat_map(|phone| &phone.profiles).map(|profile| profile.secret);
        let mut secrets = profiles.chain(p.token.get().map(|token| token.secret()));
        secrets.any(|secret| row.tokens().any(|token| token.secret == secret))
    })
}

impl Possible {
    /// The account that the proposition is about.
    pub fn account(&self, binding: Binding, facts: &Facts) -> Option<AccountId> {
        match &self.leaf {
            Proposition::End(end) => end.account.or_else(|| binding.account(facts)),
            Proposition::State(state) => state.account(binding, facts),
        }
    }

    /// Who may act in a continuation from this world.
    pub fn actors(&self, world: &World, binding: Binding, facts: &Facts) -> Vec<PersonId> {
        let account = self.account(binding, facts);
        let may = |person: &PersonId| match &self.acting {
            Acting::Everyone => true,
            Acting::Bound => binding.person == Some(*person),
            Acting::These(list) => {
                let member = account.is_some_and(|account| is_member(world, account, *person));
                list.iter().any(|who| who.is(*person, member, facts))
            }
        };
        everyone(world).filter(may).collect()
    }

    /// Whether it is reached now, or by the act that has just ended, if one has.
    pub fn reached<O: Observer, C: Codes>(
        &self,
        engine: &Engine<'_, O, C>,
        policy: &Policy,
        ended: Option<&Ended>,
        binding: Binding,
        facts: &Facts,
    ) -> bool {
        match &self.leaf {
            Proposition::End(end) => ended.is_some_and(|e| binding.takes_in(e, facts) && end.matches(e, facts)),
            Proposition::State(state) => {
                state.account(binding, facts).is_some_and(|account| is(engine, policy, account, state))
            }
        }
    }
}

impl Binding {
    /// Whether the end of an act concerns this binding.
    pub fn takes_in(self, e: &Ended, facts: &Facts) -> bool {
        self.person.is_none_or(|person| person == e.person)
            && self.account.is_none_or(|account| account == e.account)
            && self.place.is_none_or(|place| facts.place(e.account) == Some(place))
    }
}

//! What a policy decides on the way: at an instant, by what can be seen then, other rules for some accounts. Waves that
//! halt or roll back are such decisions.
//!
//! Promises one semantics for a replay and a rehearsal: whoever runs shows it each end of an act and asks when the next
//! decision is due. Rules are never changed: an account comes under others, all of which are known before a run begins.
//! Deliberately knows no habit and no file.

use super::library::{Candidate, Exception};
use crate::act::{Act, ActOutcome};
use crate::format::policy::ObservedCondition;
use crate::kernel::Time;
use crate::kernel::units::WHOLE;
use crate::policy::request::AccountKind;
use crate::policy::{Policy, Scope};
use crate::trace::Ended;
use crate::world::ids::{AccountId, PlaceId};
use crate::world::state::{Account, World};
use std::collections::{BTreeMap, BTreeSet};

/// Something that a policy decides on the way.
#[derive(Clone, Debug)]
pub struct StagedDecision {
    /// Its name.
    pub id: String,
    /// When.
    pub at: Time,
    /// What share of the accounts is looked at.
    pub seen: ObservedCondition,
    /// Whose accounts: as a policy's exceptions name places.
    pub of: Option<String>,
    /// It is taken where more than this share, in parts per million, is like this.
    pub more_than: i64,
    /// Which rules are others from then on, and for whom.
    pub(super) then: Exception,
}

/// One decision of a run.
#[derive(Clone, Debug)]
struct Turn {
    at: Time,
    seen: ObservedCondition,
    more_than: i64,
    /// The accounts that are looked at.
    of: Vec<AccountId>,
    /// The accounts that come under other rules, and which rules follow which.
    moves: Vec<AccountId>,
    follows: BTreeMap<Scope, Scope>,
    taken: Option<bool>,
}

/// All decisions of a run, in the order of time.
#[derive(Clone, Debug, Default)]
pub struct StagedDecisions {
    turns: Vec<Turn>,
    /// The accounts whose last sign-in was refused.
    refused: BTreeSet<AccountId>,
    /// What is decided, whatever is seen.
    said: Option<Vec<bool>>,
}

impl StagedDecisions {
    /// Those of a candidate in a world: the policy gets every set of rules that they can lead to. `place` knows the
    /// name of a place, and whether it is a school.
    pub fn new<'n>(
        candidate: &Candidate,
        world: &World,
        policy: &mut Policy,
        place: impl Fn(PlaceId) -> Option<(&'n str, bool)>,
    ) -> StagedDecisions {
        if candidate.decisions.is_empty() {
            return StagedDecisions::default();
        }
        let mut reached: BTreeSet<Scope> = world.accounts.iter().map(Account::scope).collect();
        let mut turns = Vec::new();
        for decision in &candidate.decisions {
            let follows: BTreeMap<Scope, Scope> = reached
                .iter()
                .map(|scope| {
                    let rules = decision.then.over(*policy.rules(*scope));
                    (*scope, policy.scope(rules))
                })
                .collect();
            reached.extend(follows.values());
            let of = |test: &dyn Fn(&str, bool, AccountKind) -> bool| -> Vec<AccountId> {
                let all = (0..).map(AccountId).zip(&world.accounts);
                let here = |(_, account): &(AccountId, &Account)| {
                    place(account.place).is_some_and(|(name, school)| test(name, school, account.kind))
                };
                all.filter(here).map(|(id, _)| id).collect()
            };
            let whose = Exception { places: decision.of.clone(), kinds: Vec::new(), rules: Vec::new() };
            turns.push(Turn {
                at: decision.at,
                seen: decision.seen,
                more_than: decision.more_than,
                // Students are asked for no second factor (Q9), and say nothing of a rollout.
                of: of(&|name, school, kind| kind != AccountKind::Student && whose.takes_in(name, school, kind)),
                moves: of(&|name, school, kind| decision.then.takes_in(name, school, kind)),
                follows,
                taken: None,
            });
        }
        StagedDecisions { turns, refused: BTreeSet::new(), said: None }
    }

    /// These are taken, and no others, whatever is seen: a flag for each.
    pub fn say(&mut self, taken: Vec<bool>) {
        self.said = Some(taken);
    }

    /// An act has ended.
    pub fn see(&mut self, ended: &Ended) {
        if self.turns.is_empty() || !ended.member || !matches!(ended.act, Act::SignIn { .. }) {
            return;
        }
        match ended.result {
            ActOutcome::Refused(_) => self.refused.insert(ended.account),
            _ => self.refused.remove(&ended.account),
        };
    }

    /// When the next decision is due.
    pub fn next(&self) -> Option<Time> {
        self.turns.iter().find(|turn| turn.taken.is_none()).map(|turn| turn.at)
    }

    /// Takes the next decision, or does not: whether rules have changed for anybody.
    pub fn decide(&mut self, world: &mut World) -> bool {
        self.decide_among(world, |_| true)
    }

    /// The same where only accounts are looked at whose holders are there.
    pub fn decide_among(&mut self, world: &mut World, is_there: impl Fn(AccountId) -> bool) -> bool {
        let Some(at) = self.turns.iter().position(|turn| turn.taken.is_none()) else { return false };
        let Some(turn) = self.turns.get(at) else { return false };
        let taken = match &self.said {
            Some(said) => said.get(at).copied().unwrap_or(false),
            None => {
                let there = turn.of.iter().filter_map(|id| world.accounts.get(id.at()).map(|row| (id, row)));
                let there: Vec<(&AccountId, &Account)> =
                    there.filter(|(id, row)| row.portal.exists && is_there(**id)).collect();
                let like = there.iter().filter(|(id, row)| match turn.seen {
                    ObservedCondition::Refused => self.refused.contains(id),
                    ObservedCondition::NotSetUp => !row.self_service.enrolled(),
                });
                let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
                number(like.count()) * i64::from(WHOLE) > turn.more_than * number(there.len())
            }
        };
        if taken {
            for id in &turn.moves {
                let Some(account) = world.accounts.get_mut(id.at()) else { continue };
                if let Some(next) = turn.follows.get(&account.scope()) {
                    account.set_scope(*next);
                }
            }
        }
        let changed = taken && !turn.moves.is_empty();
        if let Some(turn) = self.turns.get_mut(at) {
            turn.taken = Some(taken);
        }
        changed
    }

    /// Everything on which the decisions that are still to come depend, in a canonical form.
    pub fn digest(&self, out: &mut Vec<u64>) {
        out.extend(self.turns.iter().map(|turn| turn.taken.map_or(0, |taken| 1 + u64::from(taken))));
        if self.next().is_some() {
            out.extend(self.refused.iter().map(|account| u64::from(account.0)));
            out.push(u64::MAX);
        }
    }

    /// The instants of all decisions.
    pub fn instants(&self) -> impl Iterator<Item = Time> {
        self.turns.iter().map(|turn| turn.at)
    }

    /// Which were taken, in their order; those that have not come yet were not.
    pub fn taken(&self) -> Vec<bool> {
        self.turns.iter().map(|turn| turn.taken == Some(true)).collect()
    }
}

//! Bindings of a property's variables to a person, an account or a place, and the fixed facts of a world that monitors
//! look up by id.
//!
//! Promises that nothing here changes with a step of a run. Deliberately holds no state of a run.

use super::ForEach;
use crate::kernel::Time;
use crate::policy::Policy;
use crate::policy::request::Role;
use crate::policy::rules::Rule;
use crate::trace::Ended;
use crate::world::ids::{AccountId, PersonId, PlaceId};
use crate::world::state::World;

/// The binding of one monitor; `None` for what the property does not bind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Binding {
    /// The person.
    pub person: Option<PersonId>,
    /// The account.
    pub account: Option<AccountId>,
    /// The place.
    pub place: Option<PlaceId>,
}

impl Binding {
    /// The binding that the end of an act concerns.
    pub fn of(each: ForEach, e: &Ended, facts: &Facts) -> Binding {
        Binding {
            person: each.person.then_some(e.person),
            account: each.account.then_some(e.account),
            place: if each.place { facts.place(e.account) } else { None },
        }
    }

    /// The bound account, or the bound person's own.
    pub fn account(self, facts: &Facts) -> Option<AccountId> {
        self.account.or_else(|| facts.own.get(self.person?.at()).copied().flatten())
    }

    /// The binding as two numbers, which no other binding has.
    pub(super) fn digits(self) -> [u64; 2] {
        let one = |id: Option<u32>| id.map_or(0, |id| u64::from(id) + 1);
        let (person, account) = (one(self.person.map(|p| p.0)), one(self.account.map(|a| a.0)));
        [person << 33 | account, one(self.place.map(|p| p.0))]
    }
}

/// The facts about a world that monitors need and acts do not change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Each account's cutover.
    pub cutovers: Vec<Time>,
    /// Each account's place.
    pub places: Vec<PlaceId>,
    /// Each person's own account.
    pub own: Vec<Option<AccountId>>,
    /// Each person's role.
    pub roles: Vec<Role>,
}

impl Facts {
    /// The facts of a world under a policy.
    pub fn of(world: &World, policy: &Policy) -> Facts {
        let accounts = || world.accounts.iter();
        Facts {
            cutovers: accounts().map(|a| Time(policy.rules(a.scope()).get(Rule::Cutover))).collect(),
            places: accounts().map(|a| a.place).collect(),
            own: world.people.iter().map(|p| p.account.get()).collect(),
            roles: world.people.iter().map(|p| p.role).collect(),
        }
    }

    /// The cutover of an account; the last cutover of all if no account is meant.
    pub fn cutover(&self, account: Option<AccountId>) -> Time {
        let one = match account {
            Some(account) => self.cutovers.get(account.at()).copied(),
            None => self.cutovers.iter().max().copied(),
        };
        one.unwrap_or(Time(i64::MAX))
    }

    /// The place of an account.
    pub fn place(&self, account: AccountId) -> Option<PlaceId> {
        self.places.get(account.at()).copied()
    }

    /// The role of a person.
    pub fn role(&self, person: PersonId) -> Option<Role> {
        self.roles.get(person.at()).copied()
    }

    /// Every possible binding; none if the property is bound to pairs, which only acts create.
    pub fn domain(&self, each: ForEach) -> Vec<Binding> {
        let none = Binding::default();
        let ids = |count: usize| (0..).take(count);
        match (each.person, each.account, each.place) {
            (false, false, false) => vec![none],
            (true, false, false) => {
                ids(self.roles.len()).map(|at| Binding { person: Some(PersonId(at)), ..none }).collect()
            }
            (false, true, false) => {
                ids(self.places.len()).map(|at| Binding { account: Some(AccountId(at)), ..none }).collect()
            }
            (false, false, true) => {
                let mut places = self.places.clone();
                places.sort_unstable();
                places.dedup();
                places.into_iter().map(|place| Binding { place: Some(place), ..none }).collect()
            }
            _ => Vec::new(),
        }
    }
}

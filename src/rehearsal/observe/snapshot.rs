//! A snapshot of every account on the eve of the decision and on the first morning: what each lacks, who is locked out
//! and why, and where, hour by hour.
//!
//! Promises that looking changes nothing. Deliberately keeps nothing between replicates.

use crate::kernel::{Date, Time};
use crate::policy::request::{Reason, Role};
use crate::rehearsal::behaviour::remedy::{Lacks, lacks};
use crate::rehearsal::run::simulation::{ReplicateObserver, Simulation};
use crate::rehearsal::setup::observation_times;
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, PersonId};

/// An account on the eve, and on the first morning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountSnapshot {
    /// Whose it is: the holder, or the custodian.
    pub owner: PersonId,
    /// Their place.
    pub place: u32,
    /// Their number at that place, from 1, in the order of the roll.
    pub number: u32,
    /// What they are to the rollout.
    pub role: Role,
    /// Several people share it.
    pub generic: bool,
    /// It is there on the first morning.
    pub exists: bool,
    /// What it lacks on the eve.
    pub lacks: Lacks,
    /// Why it is locked out on the first morning, if it is, and since when.
    pub out: Option<(Reason, Time)>,
}

/// An observer that looks at every account on the eve, and at who is locked out on the day of the first morning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EveSnapshot {
    eve: Date,
    first_morning: Time,
    /// Every account, in the order of the world.
    pub accounts: Vec<AccountSnapshot>,
    /// The hours of the first morning's day, each with how many accounts of each place are locked out then.
    pub hours: Vec<(Time, Vec<u32>)>,
}

/// The first day on which what was decided can be done: the day after `decide-by`, within the span and not after the
/// first morning.
pub fn eve(plan: &RehearsalPlan) -> Date {
    let morning = observation_times::first_morning(plan).date();
    let after = plan.decide_by.map_or(plan.from, |day| Date(day.0 + 1));
    after.clamp(plan.from, morning.max(plan.from))
}

impl EveSnapshot {
    /// Nothing has been looked at yet.
    pub fn new(plan: &RehearsalPlan) -> EveSnapshot {
        let first_morning = observation_times::first_morning(plan);
        EveSnapshot { eve: eve(plan), first_morning, accounts: Vec::new(), hours: Vec::new() }
    }

    /// The accounts that are locked out on the first morning.
    pub fn locked_out(&self) -> impl Iterator<Item = &AccountSnapshot> {
        self.accounts.iter().filter(|account| account.out.is_some())
    }
}

/// An account as it is on the eve.
fn snapshot<C: Codes>(sim: &Simulation<'_, C>, id: AccountId) -> Option<AccountSnapshot> {
    let account = sim.account(id)?;
    let first = sim.places().get(account.place.at())?.people.start;
    Some(AccountSnapshot {
        owner: account.owner,
        place: account.place.0,
        number: account.owner.0.saturating_sub(first) + 1,
        role: sim.person(account.owner)?.role,
        generic: account.kind.is_generic(),
        exists: account.portal.exists,
        lacks: lacks(sim, id),
        out: None,
    })
}

impl<C: Codes> ReplicateObserver<C> for EveSnapshot {
    fn day_begins(&mut self, sim: &Simulation<'_, C>, date: Date) {
        if date == self.eve {
            let accounts = u32::try_from(sim.world().accounts.len()).unwrap_or(0);
            self.accounts.extend((0..accounts).filter_map(|id| snapshot(sim, AccountId(id))));
        }
    }

    fn counted(&mut self, sim: &Simulation<'_, C>, instant: Time) {
        if instant.date() != self.first_morning.date() {
            return;
        }
        let mut places = vec![0_u32; sim.places().len()];
        for (id, account) in (0..).map(AccountId).zip(&mut self.accounts) {
            let out = sim.counters().locked_out(id).zip(sim.counters().locked_out_since(id));
            let out = out.filter(|_| account.role != Role::Student);
            if let (Some(count), Some(_)) = (places.get_mut(account.place as usize), out) {
                *count += 1;
            }
            if instant == self.first_morning {
                account.out = out;
                account.exists = sim.counters().is_there(id);
            }
        }
        self.hours.push((instant, places));
    }
}

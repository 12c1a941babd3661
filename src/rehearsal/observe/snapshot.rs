//! A closer look at a replicate: what each account lacks on the eve of the decision, who is locked out on the first
//! morning and why, and where, hour by hour.
//!
//! Promises that looking changes nothing: only a remedy does, and it is done on the eve, before anybody acts that day.
//! Deliberately keeps nothing between replicates.

use crate::kernel::{Date, Time};
use crate::policy::request::{Reason, Role};
use crate::rehearsal::behaviour::remedy::{Lacks, Remedy};
use crate::rehearsal::run::replicate::Driver;
use crate::rehearsal::setup::observation_times;
use crate::rehearsal::setup::plan::RehearsalPlan;
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, PersonId};

/// An account as it was seen.
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

/// What was looked at, and what is done on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EveSnapshot {
    /// The day before whose work is looked at, and the remedy done.
    eve: Date,
    /// The first morning.
    morning: Time,
    remedy: Option<Remedy>,
    /// Every account.
    pub seen: Vec<AccountSnapshot>,
    /// The hours of the first morning's day, each with how many accounts of each place are locked out then.
    pub hours: Vec<(Time, Vec<u32>)>,
}

/// The first day on which what was decided can be done: the day after `decide-by`, within the span and not after the first
/// morning.
pub fn eve(plan: &RehearsalPlan) -> Date {
    let morning = observation_times::first_morning(plan).date();
    let after = plan.decide_by.map_or(plan.from, |day| Date(day.0 + 1));
    after.clamp(plan.from, morning.max(plan.from))
}

impl EveSnapshot {
    /// Looks, and does this on the eve.
    pub fn new(plan: &RehearsalPlan, remedy: Option<Remedy>) -> EveSnapshot {
        EveSnapshot {
            eve: eve(plan),
            morning: observation_times::first_morning(plan),
            remedy,
            seen: Vec::new(),
            hours: Vec::new(),
        }
    }

    /// How many accounts are locked out on the first morning.
    pub fn out(&self) -> impl Iterator<Item = &AccountSnapshot> {
        self.seen.iter().filter(|seen| seen.out.is_some())
    }
}

impl<C: Codes> Driver<'_, C> {
    /// A day begins: on the eve everybody is looked at, and the remedy is done for those who lack it.
    pub(in crate::rehearsal) fn eve(&mut self, date: Date) {
        let Some(mut aside) = self.aside.take_if(|aside| aside.eve == date) else { return };
        let accounts = u32::try_from(self.engine.world.accounts.len()).unwrap_or(0);
        for id in (0..accounts).map(AccountId) {
            let lacks = self.lacks(id);
            let seen = self.seen(id, lacks);
            aside.seen.extend(seen);
            if let Some(remedy) = aside.remedy.filter(|remedy| lacks.has(*remedy)) {
                self.remedy(remedy, id);
            }
        }
        self.aside = Some(aside);
    }

    fn seen(&self, id: AccountId, lacks: Lacks) -> Option<AccountSnapshot> {
        let account = self.engine.world.accounts.get(id.at())?;
        let first = self.places.get(account.place.at())?.people.start;
        Some(AccountSnapshot {
            owner: account.owner,
            place: account.place.0,
            number: account.owner.0.saturating_sub(first) + 1,
            role: self.engine.world.people.get(account.owner.at())?.role,
            generic: account.kind.is_generic(),
            exists: account.portal.exists,
            lacks,
            out: None,
        })
    }

    /// An instant of the grid has come: on the first morning's day it is noted who is locked out where.
    pub(in crate::rehearsal) fn look(&mut self, now: Time) {
        let Some(mut aside) = self.aside.take_if(|aside| aside.morning.date() == now.date()) else { return };
        let mut places = vec![0_u32; self.places.len()];
        for (at, seen) in aside.seen.iter_mut().enumerate() {
            let id = AccountId(u32::try_from(at).unwrap_or(u32::MAX));
            let out = self.tally.trouble(id).zip(self.tally.locked_out_since(id));
            let out = out.filter(|_| seen.role != Role::Student);
            if let (Some(count), Some(_)) = (places.get_mut(seen.place as usize), out) {
                *count += 1;
            }
            if now == aside.morning {
                seen.out = out;
                seen.exists = self.engine.world.accounts.get(at).is_some_and(|account| account.portal.exists);
            }
        }
        aside.hours.push((now, places));
        self.aside = Some(aside);
    }
}

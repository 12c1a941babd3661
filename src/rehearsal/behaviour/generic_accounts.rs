//! Generic accounts: who signs in on a day, setting up together, joining and leaving.
//!
//! Promises that members scan one QR code at one screen, as many as are there (G2), and that whoever was missing finds
//! out at the next code. Deliberately knows no rule of sharing: the engine does.

use crate::act::{Act, Leaving};
use crate::format::parameters::Parameter as P;
use crate::kernel::distributions::{part_of, scaled, under};
use crate::kernel::units::WHOLE;
use crate::kernel::{Date, Purpose, Time};
use crate::policy::request::{Reason, Topic};
use crate::rehearsal::run::day_agenda::Day;
use crate::rehearsal::run::replicate::{Driver, Intent};
use crate::rehearsal::setup::population::GenericAccount;
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, PersonId};

const HOUR: i64 = 3_600_000;

impl<C: Codes> Driver<'_, C> {
    /// Whether several people share the account.
    pub(in crate::rehearsal) fn is_shared(&self, account: AccountId) -> bool {
        self.engine.world.accounts.get(account.at()).is_some_and(|row| row.kind.is_generic())
    }

    /// The circle of a generic account.
    pub(in crate::rehearsal) fn circle(&self, account: AccountId) -> Option<&GenericAccount> {
        let at = self.shared.binary_search_by_key(&account, |shared| shared.account).ok()?;
        self.shared.get(at)
    }

    fn circle_mut(&mut self, account: AccountId) -> Option<&mut GenericAccount> {
        let at = self.shared.binary_search_by_key(&account, |shared| shared.account).ok()?;
        self.shared.get_mut(at)
    }

    /// The day of the generic accounts: one of the members signs in, the custodian may gather them for a set-up, somebody
    /// may leave.
    pub(in crate::rehearsal) fn shared_day(
        &mut self,
        date: Date,
        since: u32,
        (school, working): (bool, bool),
        planned: &mut Day,
    ) {
        let is = &self.plan.parameters;
        for (account, person) in self.leavers.iter().filter(|_| working) {
            let words = self.draws.block(person.0 ^ account.0.rotate_left(16), Purpose::Tidy, since);
            if under(words[0], is.get(P::LeaversTry)) && !self.engine.world.members.contains(&(*account, *person)) {
                planned.push(self.arrives(date, words[1], words[2]), Intent::SignIn(*person, *account));
            }
        }
        let leaves = part_of(is.get(P::MembersLeave), 365);
        for at in 0..self.shared.len() {
            let Some(shared) = self.shared.get(at) else { continue };
            let account = shared.account;
            let Some(row) = self.engine.world.accounts.get(account.at()) else { continue };
            let scope = usize::from(row.scope());
            let Some(custodian) = shared.members.first().copied() else { continue };
            let opens = self.places.get(row.place.at()).map_or(working, |p| if p.school { school } else { working });
            if !opens {
                continue;
            }
            let words = self.draws.block(account.0, Purpose::Turn, since);
            let count = u32::try_from(shared.members.len()).unwrap_or(0);
            for nth in 0..is.count(P::SignIns) {
                let words = self.draws.block(account.0, Purpose::Turn, since | nth << 16);
                if let Some(member) = shared.members.get(scaled(words[0], count) as usize) {
                    planned.push(self.arrives(date, words[1], words[2]), Intent::SignIn(*member, account));
                }
            }
            let hazard = self.hazard(scope, since);
            if !self.tally.is_enrolled(account) && under(words[3], hazard) {
                let within = scaled(words[3].rotate_left(16), 6 * 3_600_000);
                planned.push(Time::at(date, 9 * HOUR + i64::from(within)), Intent::Enrol(custodian, account));
            }
            let words = self.draws.block(account.0, Purpose::MembersChange, since);
            if under(words[0], (leaves * i64::from(count)).min(i64::from(WHOLE)))
                && let Some(leaver) = shared.members.get(1 + scaled(words[1], count.saturating_sub(1)) as usize)
            {
                planned.push(Time::at(date, 16 * HOUR), Intent::Leaves(*leaver, account));
                if let Some(joiner) = self.somebody_else(account, words[2]) {
                    let tomorrow = Time::at(Date(date.0 + 1), 9 * HOUR);
                    self.agenda.push(tomorrow, Intent::Joins(joiner, account));
                }
            }
        }
    }

    /// Someone of the account's place who is no member.
    fn somebody_else(&self, account: AccountId, word: u32) -> Option<PersonId> {
        let place = self.engine.world.accounts.get(account.at())?.place;
        let people = self.places.get(place.at())?.staff.clone();
        let person = PersonId(people.start + scaled(word, people.end - people.start));
        let member = self.engine.world.members.contains(&(account, person));
        let here = self.minds.get(person.at()).is_some_and(|mind| !mind.away);
        (!member && here).then_some(person)
    }

    /// The custodian gathers the members who are there and free, and all scan the same code.
    pub(in crate::rehearsal) fn enrol_together(&mut self, custodian: PersonId, account: AccountId) {
        let again = self.tally.is_enrolled(account);
        let act = if again { Act::ReEnrol } else { Act::Enrol };
        let Some(mut doing) = self.doing(custodian, account, act) else { return };
        let moment = self.moment();
        let absent = self.plan.parameters.get(P::AbsentAtScan);
        let members = self.circle(account).map(|s| s.members.clone());
        for member in members.unwrap_or_default() {
            let free = self.minds.get(member.at()).is_some_and(|mind| !mind.busy && !mind.away);
            let phone = self.engine.world.people.get(member.at()).and_then(|p| p.phone.as_ref());
            let ready = phone.is_some_and(|phone| phone.app.is_some());
            let missing = self.draws.chance(absent, member.0, Purpose::AtScan, moment);
            if member != custodian && free && ready && !missing {
                doing.with.push(member);
            }
        }
        self.start(doing);
    }

    /// A member could not get in: the custodian sees to it.
    pub(in crate::rehearsal) fn shared_refused(
        &mut self,
        member: PersonId,
        account: AccountId,
        reason: Reason,
        slip: bool,
    ) {
        let custodian = self.circle(account).and_then(|s| s.members.first().copied());
        let custodian = custodian.unwrap_or(member);
        let left_behind = self.minds.get(member.at()).is_some_and(|mind| mind.left_behind);
        match reason {
            Reason::WrongPassword | Reason::WrongCode if slip => self.after(P::Slip, Intent::SignIn(member, account)),
            Reason::CodeUsed | Reason::PasswordPending => self.after(P::Slip, Intent::SignIn(member, account)),
            Reason::LockedOut | Reason::PartyDown => self.soon(Intent::SignIn(member, account)),
            Reason::NoDevice if left_behind => {}
            Reason::NoSecondFactor | Reason::NoDevice | Reason::WrongCode => {
                self.soon(Intent::Enrol(custodian, account));
            }
            Reason::PasswordUnknown | Reason::WrongPassword | Reason::PasswordExpired => {
                self.soon(Intent::Ask(custodian, account, Topic::PasswordReset));
            }
            _ => self.soon(Intent::Ring(custodian, account)),
        }
    }

    /// A member leaves, as the guide says or not.
    pub(in crate::rehearsal) fn leaves(&mut self, person: PersonId, account: AccountId) {
        if !self.engine.world.members.contains(&(account, person)) {
            return;
        }
        let share = self.plan.parameters.get(P::LeavesTidily);
        let tidy = self.draws.chance(share, person.0, Purpose::Tidy, account.0) && self.tally.is_enrolled(account);
        let how = if tidy { Leaving::AsTheGuide } else { Leaving::KeepsEverything };
        self.act(person, account, Act::Leave { leaver: person, how });
    }

    /// Somebody has left, or tried to.
    pub(in crate::rehearsal) fn has_left(&mut self, person: PersonId, account: AccountId) {
        if self.engine.world.members.contains(&(account, person)) {
            // The guide's way was barred; the member goes all the same.
            return self.act(person, account, Act::Leave { leaver: person, how: Leaving::KeepsEverything });
        }
        let mut custodian = None;
        if let Some(shared) = self.circle_mut(account) {
            shared.members.retain(|member| *member != person);
            custodian = shared.members.first().copied();
        }
        self.left(account, person);
        // Where the token went with the leaver, the others set up anew.
        if let Some(custodian) = custodian.filter(|_| !self.tally.is_enrolled(account)) {
            self.soon(Intent::Enrol(custodian, account));
        }
    }

    /// Somebody has joined: all set up again together (G3b).
    pub(in crate::rehearsal) fn has_joined(&mut self, person: PersonId, account: AccountId) {
        let mut custodian = None;
        if let Some(shared) = self.circle_mut(account) {
            shared.members.push(person);
            custodian = shared.members.first().copied();
        }
        if let Some(custodian) = custodian.filter(|_| self.tally.is_enrolled(account)) {
            self.soon(Intent::Enrol(custodian, account));
        }
    }
}

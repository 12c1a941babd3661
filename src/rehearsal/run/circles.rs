//! The circles of generic accounts as they change: who shares which account, and who has left one.
//!
//! Promises the custodian first in every circle. Deliberately knows no token and no password: the world does.

use crate::rehearsal::setup::population::GenericAccount;
use crate::world::ids::{AccountId, PersonId};

/// Members of the generic accounts, and former members.
#[derive(Clone, Debug)]
pub struct Circles {
    /// In the order of accounts.
    accounts: Vec<GenericAccount>,
    leavers: Vec<(AccountId, PersonId)>,
}

impl Circles {
    /// The circles at the start, in the order of their accounts.
    pub const fn new(accounts: Vec<GenericAccount>) -> Circles {
        Circles { accounts, leavers: Vec::new() }
    }

    /// All of them.
    pub fn all(&self) -> &[GenericAccount] {
        &self.accounts
    }

    /// The members of a generic account, custodian first; nobody where the account is not generic.
    pub fn members(&self, account: AccountId) -> &[PersonId] {
        let at = self.accounts.binary_search_by_key(&account, |circle| circle.account).ok();
        at.and_then(|at| self.accounts.get(at)).map_or(&[], |circle| &circle.members)
    }

    /// The custodian of a generic account.
    pub fn custodian(&self, account: AccountId) -> Option<PersonId> {
        self.members(account).first().copied()
    }

    /// Somebody has become a member.
    pub fn join(&mut self, account: AccountId, person: PersonId) {
        if let Some(members) = self.members_mut(account) {
            members.push(person);
        }
    }

    /// Somebody is no longer a member, and may still be able to get in.
    pub fn leave(&mut self, account: AccountId, person: PersonId) {
        if let Some(members) = self.members_mut(account) {
            members.retain(|member| *member != person);
        }
        self.leavers.push((account, person));
    }

    /// Those who have left, in the order in which they did.
    pub fn leavers(&self) -> &[(AccountId, PersonId)] {
        &self.leavers
    }

    fn members_mut(&mut self, account: AccountId) -> Option<&mut Vec<PersonId>> {
        let at = self.accounts.binary_search_by_key(&account, |circle| circle.account).ok()?;
        self.accounts.get_mut(at).map(|circle| &mut circle.members)
    }
}

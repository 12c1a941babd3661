//! What helpers do: Local Administrators, OPAs, SPOCs, approvers and the helpdesk.
//!
//! Promises that the policy is asked with the facts about the helper at that time.

use super::Engine;
use super::context::Due;
use crate::act::{ActOutcome, Activity};
use crate::kernel::calendar::{is_working_day, working_days_after};
use crate::kernel::{CompactOption, Time};
use crate::policy::decide::Request;
use crate::policy::decide::generic_accounts::{ApproveTransfer, Deliver, RequestTransfer, TransferState};
use crate::policy::decide::helpdesk::{
    Ask, HandOverToken, IssueEmergency, RequestHardToken, ResetPassword, UnlockAccount, UpdateEmail,
};
use crate::policy::decide::helper::Helper;
use crate::policy::request::{AccountKind, Outcome, Role, Topic};
use crate::policy::rules::Rule;
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, MailboxId, PasswordId, PersonId};
use crate::world::message::{Body, Message, Party, SetBy};
use crate::world::port::Port;
use crate::world::state::{Account, MailKind};

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    pub(super) fn ask(&mut self, activity: &Activity, of: PersonId, topic: Topic) -> Result<(), ActOutcome> {
        let id = activity.account;
        let helper = self.helper(of, id);
        let student = self.role(activity.person) == Role::Student;
        let cut_over = self.cut_over(id);
        self.need(activity, &Ask { topic, helper, cut_over, student }.into())?;
        Err(ActOutcome::Waiting)
    }

    pub(super) fn request_hard_token(&mut self, activity: &Activity, of: PersonId) -> Result<(), ActOutcome> {
        let role = self.role(of);
        if let Outcome::WaitWorkingDays(days) = self.need(activity, &RequestHardToken { role }.into())? {
            let date = self.context.now.date();
            let ready = working_days_after(date, days).unwrap_or(date);
            let at = Time::at(ready, self.context.now.time_of_day());
            self.context.queue.push(at, Due::TokenMade { holder: of });
        }
        Err(ActOutcome::Waiting)
    }

    pub(super) fn hand_over_token(&mut self, activity: &Activity, to: PersonId) -> Result<(), ActOutcome> {
        let holds = self.world.people.get(activity.person.at()).is_some_and(|p| p.token.is_some());
        self.need(activity, &HandOverToken { held: holds }.into())?;
        let held = self.world.people.get_mut(activity.person.at()).and_then(|p| p.token.take());
        if let Some(person) = self.world.people.get_mut(to.at()) {
            person.token = held.into();
        }
        Ok(())
    }

    pub(super) fn update_email(&mut self, activity: &Activity, to: MailboxId) -> Result<(), ActOutcome> {
        let id = activity.account;
        let mailbox = self.world.mailboxes.get(to.at());
        let icon_address = mailbox.is_some_and(|m| matches!(m.kind, MailKind::Icon(_)));
        let helper = self.helper(activity.person, id);
        self.need(activity, &UpdateEmail { helper, icon_address }.into())?;
        self.signed_in(activity)?;
        self.reach(activity, Party::SelfService)?;
        self.account(id, |a| {
            a.self_service.otp_mailbox = to;
            a.self_service.otp_is_icon = icon_address;
        });
        Ok(())
    }

    pub(super) fn request_transfer(&mut self, activity: &Activity) -> Result<(), ActOutcome> {
        let id = activity.account;
        let (helper, kind) = (self.helper(activity.person, id), self.kind(id));
        self.need(activity, &RequestTransfer { helper, kind }.into())?;
        self.reach(activity, Party::Portal)?;
        self.account(id, |a| a.transfer_requested = true);
        Ok(())
    }

    pub(super) fn approve_transfer(&mut self, activity: &Activity) -> Result<(), ActOutcome> {
        let id = activity.account;
        let (role, kind) = (self.role(activity.person), self.kind(id));
        let requested = self.world.accounts.get(id.at()).is_some_and(|a| a.transfer_requested);
        self.need(activity, &ApproveTransfer { role, requested, kind }.into())?;
        self.reach(activity, Party::Portal)?;
        self.account(id, |a| (a.in_icon, a.transfer_requested) = (false, false));
        Ok(())
    }

    pub(super) fn issue_emergency_password(&mut self, activity: &Activity, to: PersonId) -> Result<(), ActOutcome> {
        let id = activity.account;
        let helper = self.helper(activity.person, id);
        self.need(activity, &IssueEmergency { helper }.into())?;
        self.reach(activity, Party::SelfService)?;
        self.context.passwords += 1;
        let issued = PasswordId(self.context.passwords);
        let now = self.context.now;
        self.account(id, |a| {
            a.self_service.emergency = CompactOption::some(issued);
            a.self_service.issued = CompactOption::some(now);
            a.self_service.emergency_uses = 0;
        });
        self.world.give_emergency(to, id, issued);
        Ok(())
    }

    /// Lifts the lock of an account (A42).
    pub(super) fn unlock_account(&mut self, activity: &Activity) -> Result<(), ActOutcome> {
        let helper = self.helper(activity.person, activity.account);
        self.need(activity, &UnlockAccount { helper }.into())?;
        self.reach(activity, Party::Portal)?;
        self.send_to_portal(activity, Body::Unlock);
        Ok(())
    }

    /// Sends the portal what a helper does there for an account.
    fn send_to_portal(&mut self, activity: &Activity, body: Body) {
        self.context.inbox.push_back(Message {
            from: Party::Browser,
            to: Party::Portal,
            account: activity.account,
            computer: activity.computer,
            tab: 0,
            person: activity.person,
            body,
        });
    }

    /// Sets a temporary password, and tells somebody (S4.8, G4b).
    pub(super) fn reset_password(&mut self, activity: &Activity, tell: Option<PersonId>) -> Result<(), ActOutcome> {
        let id = activity.account;
        let kind = self.kind(id);
        let helper = self.helper(activity.person, id);
        let transfer = match self.world.accounts.get(id.at()).map(|a| (a.in_icon, a.transfer_requested)) {
            Some((true, true)) => TransferState::AwaitsApproval,
            Some((true, false)) => TransferState::NotRequested,
            Some((false, _)) | None => TransferState::Moved,
        };
        self.need(activity, &ResetPassword { helper, kind, transfer }.into())?;
        self.reach(activity, Party::Portal)?;
        self.context.passwords += 1;
        let password = PasswordId(self.context.passwords);
        self.send_to_portal(activity, Body::PasswordSet { password, by: SetBy::Administrator });
        self.learn(activity.person, id, Some(password));
        if let Some(tell) = tell {
            self.learn(tell, id, Some(password));
        }
        Ok(())
    }

    /// Sends the credentials of a new account to those whom the policy names (N1a, N1b, G6).
    pub(super) fn deliver_credentials(&mut self, id: AccountId) {
        let Some(account) = self.world.accounts.get_mut(id.at()) else { return };
        let (kind, place, owner, password) = (account.kind, account.place, account.owner, account.portal.password);
        account.portal.exists = true;
        account.portal.first = true;
        let scope = account.scope();
        if self.context.decide(scope, &Deliver { kind, new: true }.into()).reason().is_some() {
            return;
        }
        let to: Vec<PersonId> = match kind {
            AccountKind::SchoolStaff | AccountKind::Student => self.world.helpers(Role::Spoc, Some(place)).collect(),
            AccountKind::HqStaff => self.world.helpers(Role::Opa, None).collect(),
            AccountKind::SchoolGeneric | AccountKind::HqGeneric => vec![owner],
        };
        for person in to {
            let ces = self.world.mailboxes_of(person).filter(|(_, mailbox)| mailbox.kind == MailKind::Ces);
            for at in ces.map(|(at, _)| at).collect::<Vec<MailboxId>>() {
                self.world.letters.insert((at, id, password));
            }
        }
    }

    /// Whether a party answers. Where it does not, nothing is done there: what cannot be delivered is not done, and
    /// nobody learns of it.
    pub(super) fn reach(&mut self, activity: &Activity, party: Party) -> Result<(), ActOutcome> {
        match self.context.down(party) {
            Some(_) => self.need(activity, &Request::PartyDown).map(drop),
            None => Ok(()),
        }
    }

    /// An LA who acts signed in to the portal (A20) needs a portal that answers.
    fn signed_in(&mut self, activity: &Activity) -> Result<(), ActOutcome> {
        match self.context.policy.rules(self.scope(activity.account)).on(Rule::LaSession) {
            true => self.reach(activity, Party::Portal),
            false => Ok(()),
        }
    }

    /// The facts about a helper that rules are applied to.
    fn helper(&self, person: PersonId, account: AccountId) -> Helper {
        let now = self.context.now;
        let row = self.world.people.get(person.at());
        let own_id = row.and_then(|p| p.account.get());
        let own = own_id.and_then(|a| self.world.accounts.get(a.at()));
        let target = self.world.accounts.get(account.at());
        let known = own_id.and_then(|id| self.knows(person, id));
        let signed_in = own.is_some_and(|a| known == Some(a.portal.password) && !a.portal.locked(now));
        Helper {
            role: self.role(person),
            same_place: row.map(|p| p.place) == target.map(|a| a.place),
            working_day: is_working_day(now.date()).unwrap_or(!now.date().is_weekend()),
            time_of_day: now.time_of_day(),
            signed_in,
            enrolled: own.is_some_and(|a| a.self_service.enrolled()),
        }
    }

    /// The role of a person.
    pub(super) fn role(&self, person: PersonId) -> Role {
        self.world.people.get(person.at()).map_or(Role::Staff, |p| p.role)
    }

    fn account(&mut self, id: AccountId, change: impl FnOnce(&mut Account)) {
        if let Some(account) = self.world.accounts.get_mut(id.at()) {
            change(account);
        }
    }
}

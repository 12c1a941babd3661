//! What goes on between people, and what helpers do: joining, telling, asking, resetting, handing over.
//!
//! Promises that every rule of it is a decision of the policy. Deliberately turns no page.

use super::Engine;
use super::context::Due;
use crate::act::{ActOutcome, Activity, Interaction};
use crate::kernel::calendar::{is_working_day, working_days_after};
use crate::kernel::{CompactOption, Time};
use crate::policy::decide::Request;
use crate::policy::decide::generic_accounts::{
    ApproveTransfer, Deliver, HandOver, ReadCredentials, RequestTransfer, TransferState,
};
use crate::policy::decide::helpdesk::{
    Ask, HandOverToken, IssueEmergency, RequestHardToken, ResetPassword, UpdateEmail,
};
use crate::policy::decide::helper::Helper;
use crate::policy::decide::otp::{MailAccess, ReadMail};
use crate::policy::decide::sign_in::PasswordKnown;
use crate::policy::request::{AccountKind, Outcome, Reason, Role, Via};
use crate::trace::Observer;
use crate::world::authenticator::{App, Codes};
use crate::world::ids::{AccountId, MailboxId, PasswordId, PersonId};
use crate::world::message::{Body, Message, Party};
use crate::world::port::Port;
use crate::world::state::{Account, MailKind, Phone};

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// Something between people; an error ends the act.
    #[allow(clippy::too_many_lines)]
    pub(super) fn between(&mut self, doing: &Activity, between: Interaction) -> Result<(), ActOutcome> {
        let id = doing.account;
        let kind = self.kind(id);
        let lacks = |reason| Err(ActOutcome::Refused(reason));
        match between {
            Interaction::Join => self.join(id, doing.person),
            Interaction::LosePhone => {
                if let Some(person) = self.world.people.get_mut(doing.person.at()) {
                    person.phone = None;
                }
            }
            Interaction::ReplacePhone => {
                if let Some(person) = self.world.people.get_mut(doing.person.at()) {
                    person.phone = Some(Phone::new(Some(App::Google)));
                }
            }
            Interaction::InstallApp => {
                let phone = self.world.people.get_mut(doing.person.at()).and_then(|person| person.phone.as_mut());
                if let Some(phone) = phone {
                    phone.app.get_or_insert(App::Google);
                }
            }
            Interaction::CopySecret { from } => {
                self.need(doing, &Request::CopySecret)?;
                let theirs = self.world.people.get(from.at()).and_then(|p| p.phone.as_ref());
                let profile = theirs.and_then(|p| p.profiles.iter().rev().find(|p| p.account == id).copied());
                let Some(profile) = profile else { return lacks(Reason::NoToken) };
                self.take_in(doing.person, id, profile.secret, false);
            }
            Interaction::ReadMail => self.read_mail(doing)?,
            Interaction::Tell { to } => {
                let told = self.knows(doing.person, id);
                self.need(doing, &PasswordKnown { known: told.is_some(), via: Via::Portal }.into())?;
                self.learn(to, id, told);
            }
            Interaction::Ask { of, topic } => {
                let helper = self.helper(of, id);
                let student = self.role(doing.person) == Role::Student;
                let cut_over = self.hub.cut_over(self.scope(id));
                self.need(doing, &Ask { topic, helper, cut_over, student }.into())?;
                return Err(ActOutcome::Waiting);
            }
            Interaction::RequestHardToken { of } => {
                let role = self.role(of);
                if let Outcome::WaitWorkingDays(days) = self.need(doing, &RequestHardToken { role }.into())? {
                    let date = self.hub.now.date();
                    let ready = working_days_after(date, days).unwrap_or(date);
                    let at = Time::at(ready, self.hub.now.time_of_day());
                    self.hub.queue.push(at, Due::TokenMade { holder: of });
                }
                return Err(ActOutcome::Waiting);
            }
            Interaction::HandOverToken { to } => {
                let holds = self.world.people.get(doing.person.at()).is_some_and(|p| p.token.is_some());
                self.need(doing, &HandOverToken { held: holds }.into())?;
                let held = self.world.people.get_mut(doing.person.at()).and_then(|p| p.token.take());
                if let Some(person) = self.world.people.get_mut(to.at()) {
                    person.token = held.into();
                }
            }
            Interaction::UpdateEmail { to } => {
                let mailbox = self.world.mailboxes.get(to.at());
                let icon_address = mailbox.is_some_and(|m| matches!(m.kind, MailKind::Icon(_)));
                let helper = self.helper(doing.person, id);
                self.need(doing, &UpdateEmail { helper, icon_address }.into())?;
                self.account(id, |a| {
                    a.self_service.otp_mailbox = to;
                    a.self_service.otp_is_icon = icon_address;
                });
            }
            Interaction::ResetPassword { tell } => self.reset_password(doing, kind, tell)?,
            Interaction::RequestTransfer => {
                let helper = self.helper(doing.person, id);
                self.need(doing, &RequestTransfer { helper, kind }.into())?;
                self.account(id, |a| a.transfer_requested = true);
            }
            Interaction::ApproveTransfer => {
                let role = self.role(doing.person);
                let requested = self.world.accounts.get(id.at()).is_some_and(|a| a.transfer_requested);
                self.need(doing, &ApproveTransfer { role, requested, kind }.into())?;
                self.account(id, |a| (a.in_icon, a.transfer_requested) = (false, false));
            }
            Interaction::ReadCredentials => self.read_credentials(doing, kind)?,
            Interaction::HandOverCredentials { to } => {
                let role = self.role(doing.person);
                let told = self.knows(doing.person, id);
                self.need(doing, &HandOver { role, kind, holds: told.is_some() }.into())?;
                self.learn(to, id, told);
                // What is handed over opens Google's own door too, while that is the way in (A26).
                if let Some(person) = self.world.people.get_mut(to.at()) {
                    person.change(id, |known| known.old = true);
                }
            }
            Interaction::IssueEmergencyPassword { to } => {
                let helper = self.helper(doing.person, id);
                self.need(doing, &IssueEmergency { helper }.into())?;
                self.hub.passwords += 1;
                let issued = PasswordId(self.hub.passwords);
                let now = self.hub.now;
                self.account(id, |a| {
                    (a.self_service.emergency, a.self_service.issued) =
                        (CompactOption::some(issued), CompactOption::some(now));
                });
                self.world.give_emergency(to, id, issued);
            }
        }
        Ok(())
    }

    fn account(&mut self, id: AccountId, change: impl FnOnce(&mut Account)) {
        if let Some(account) = self.world.accounts.get_mut(id.at()) {
            change(account);
        }
    }

    fn role(&self, person: PersonId) -> Role {
        self.world.people.get(person.at()).map_or(Role::Staff, |p| p.role)
    }

    pub(super) fn learn(&mut self, person: PersonId, account: AccountId, password: Option<PasswordId>) {
        if let (Some(person), Some(password)) = (self.world.people.get_mut(person.at()), password) {
            person.change(account, |known| known.password = CompactOption::some(password));
        }
    }

    /// A new member is told what the custodian knows, and linked where that is how the account is shared.
    fn join(&mut self, account: AccountId, person: PersonId) {
        let owner = self.world.accounts.get(account.at()).map(|a| a.owner);
        let told = owner.and_then(|owner| self.knows(owner, account));
        self.learn(person, account, told);
        self.world.members.insert((account, person));
        if let Some(row) = self.world.people.get_mut(person.at()) {
            row.change(account, |known| known.old = true);
            if let Some(own) = row.account.get() {
                self.world.links.insert((account, own));
            }
        }
    }

    /// A member leaves; their own token may go on opening the account, where it was linked and stays so (A23).
    pub(super) fn end_membership(&mut self, account: AccountId, leaver: PersonId, unlinked: bool) {
        self.world.members.remove(&(account, leaver));
        let own = self.world.people.get(leaver.at()).and_then(|p| p.account.get());
        if let (true, Some(own)) = (unlinked, own) {
            self.world.links.remove(&(account, own));
        }
    }

    /// The facts about a helper that rules look at.
    pub(super) fn helper(&self, person: PersonId, account: AccountId) -> Helper {
        let now = self.hub.now;
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

    /// A helper sets a temporary password, and tells someone (S4.8, G4b).
    fn reset_password(
        &mut self,
        doing: &Activity,
        kind: AccountKind,
        tell: Option<PersonId>,
    ) -> Result<(), ActOutcome> {
        let id = doing.account;
        let helper = self.helper(doing.person, id);
        let transfer = match self.world.accounts.get(id.at()).map(|a| (a.in_icon, a.transfer_requested)) {
            Some((true, true)) => TransferState::AwaitsApproval,
            Some((true, false)) => TransferState::NotRequested,
            Some((false, _)) | None => TransferState::Moved,
        };
        self.need(doing, &ResetPassword { helper, kind, transfer }.into())?;
        self.hub.passwords += 1;
        let password = PasswordId(self.hub.passwords);
        self.hub.inbox.push_back(Message {
            from: Party::Browser,
            to: Party::Portal,
            account: id,
            computer: doing.computer,
            tab: 0,
            person: doing.person,
            body: Body::PasswordSet { password, temporary: true },
        });
        self.learn(doing.person, id, Some(password));
        if let Some(tell) = tell {
            self.learn(tell, id, Some(password));
        }
        if kind.is_generic() && self.need(doing, &Request::UpdateStore)? == Outcome::Replace {
            self.account(id, |a| a.stored = CompactOption::some(password));
        }
        Ok(())
    }

    /// The stored copy (G4a), or what was mailed to the generic account itself (G5a).
    fn read_credentials(&mut self, doing: &Activity, kind: AccountKind) -> Result<(), ActOutcome> {
        let id = doing.account;
        if kind == AccountKind::HqGeneric {
            self.need(doing, &Deliver { kind, new: false }.into())?;
            let mailbox = MailAccess::Icon { workspace_session: self.icon_session(doing, id) };
            let cut_over = self.hub.cut_over(self.scope(id));
            self.need(doing, &ReadMail { mailbox, cut_over }.into())?;
        } else {
            let role = self.role(doing.person);
            self.need(doing, &ReadCredentials { role, kind }.into())?;
        }
        let stored = self.world.accounts.get(id.at()).and_then(|a| a.stored.get());
        self.learn(doing.person, id, stored);
        Ok(())
    }

    /// Whatever credentials lie in the mailboxes that a person owns. A closed iCON mailbox is passed over, unless it is
    /// where this account's mail goes and there was nothing elsewhere.
    fn read_mail(&mut self, doing: &Activity) -> Result<(), ActOutcome> {
        let otp_mailbox = self.world.accounts.get(doing.account.at()).map(|a| a.self_service.otp_mailbox);
        let mut own: Vec<MailboxId> = self.world.mailboxes_of(doing.person).map(|(at, _)| at).collect();
        own.reverse();
        let (mut learned, mut closed) = (false, false);
        let cut_over = self.hub.cut_over(self.scope(doing.account));
        for at in own {
            let Some(mailbox) = self.world.mailboxes.get(at.at()) else { continue };
            let kind = mailbox.kind;
            let range = (at, AccountId(0), PasswordId(0))..=(at, AccountId(u32::MAX), PasswordId(u32::MAX));
            let letters = self.world.letters.range(range).to_vec();
            let icon = matches!(kind, MailKind::Icon(_));
            let workspace_session = match kind {
                MailKind::Icon(account) => self.icon_session(doing, account),
                _ => false,
            };
            if icon && !workspace_session {
                closed |= otp_mailbox == Some(at);
                continue;
            }
            if icon {
                self.need(doing, &ReadMail { mailbox: MailAccess::Icon { workspace_session }, cut_over }.into())?;
            }
            for (_, account, password) in letters {
                learned = true;
                let (kind, scope) = (self.kind(account), self.scope(account));
                self.hub.decide(scope, &Deliver { kind, new: true }.into());
                self.learn(doing.person, account, Some(password));
            }
        }
        if closed && !learned {
            let mailbox = MailAccess::Icon { workspace_session: false };
            self.need(doing, &ReadMail { mailbox, cut_over }.into())?;
        }
        Ok(())
    }

    /// The credentials of a new account go where the policy sends them (N1a, N1b, G6).
    pub(super) fn deliver_credentials(&mut self, id: AccountId) {
        let Some(account) = self.world.accounts.get_mut(id.at()) else { return };
        let (kind, place, owner, password) = (account.kind, account.place, account.owner, account.portal.password);
        account.portal.exists = true;
        account.portal.first = true;
        let scope = account.scope();
        if self.hub.decide(scope, &Deliver { kind, new: true }.into()).reason().is_some() {
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
}

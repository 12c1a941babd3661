//! Interactions between people, without a page: joining and leaving, losing a phone, telling and handing over.
//!
//! Promises that every rule about them is a decision of the policy. Deliberately turns no page; what helpers do is in
//! `helpdesk`.

use super::Engine;
use crate::act::{ActOutcome, Activity, Interaction};
use crate::kernel::CompactOption;
use crate::policy::decide::Request;
use crate::policy::decide::generic_accounts::{Deliver, HandOver, ReadCredentials};
use crate::policy::decide::otp::{MailAccess, ReadMail};
use crate::policy::decide::sign_in::PasswordKnown;
use crate::policy::request::{AccountKind, Reason, Via};
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::codes::App;
use crate::world::ids::{AccountId, MailboxId, PasswordId, PersonId};
use crate::world::port::Port;
use crate::world::state::{MailKind, Phone};

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// Performs an interaction between people; an error ends the act.
    pub(super) fn interact(&mut self, activity: &Activity, interaction: Interaction) -> Result<(), ActOutcome> {
        let (id, person) = (activity.account, activity.person);
        match interaction {
            Interaction::Join => self.join(id, person),
            Interaction::LosePhone => self.set_phone(person, None),
            Interaction::ReplacePhone => self.set_phone(person, Some(Phone::new(Some(App::Google)))),
            Interaction::InstallApp => self.install_app(person),
            Interaction::CopySecret { from } => return self.copy_secret(activity, from),
            Interaction::ReadMail => return self.read_mail(activity),
            Interaction::Tell { to } => return self.tell(activity, to),
            Interaction::Ask { of, topic } => return self.ask(activity, of, topic),
            Interaction::RequestHardToken { of } => return self.request_hard_token(activity, of),
            Interaction::HandOverToken { to } => return self.hand_over_token(activity, to),
            Interaction::UpdateEmail { to } => return self.update_email(activity, to),
            Interaction::ResetPassword { tell } => return self.reset_password(activity, tell),
            Interaction::UnlockAccount => return self.unlock_account(activity),
            Interaction::RequestTransfer => return self.request_transfer(activity),
            Interaction::ApproveTransfer => return self.approve_transfer(activity),
            Interaction::ReadCredentials => return self.read_credentials(activity),
            Interaction::HandOverCredentials { to } => return self.hand_over_credentials(activity, to),
            Interaction::IssueEmergencyPassword { to } => return self.issue_emergency_password(activity, to),
        }
        Ok(())
    }

    fn set_phone(&mut self, person: PersonId, phone: Option<Phone>) {
        if let Some(person) = self.world.people.get_mut(person.at()) {
            person.phone = phone;
        }
    }

    fn install_app(&mut self, person: PersonId) {
        if let Some(phone) = self.world.people.get_mut(person.at()).and_then(|person| person.phone.as_mut()) {
            phone.app.get_or_insert(App::Google);
        }
    }

    fn copy_secret(&mut self, activity: &Activity, from: PersonId) -> Result<(), ActOutcome> {
        let id = activity.account;
        self.need(activity, &Request::CopySecret)?;
        let theirs = self.phone(from);
        let profile = theirs.and_then(|p| p.profiles.iter().rev().find(|p| p.account == id).copied());
        let Some(profile) = profile else { return Err(ActOutcome::Refused(Reason::NoToken)) };
        self.add_profile(activity.person, id, profile.secret, false);
        Ok(())
    }

    fn tell(&mut self, activity: &Activity, to: PersonId) -> Result<(), ActOutcome> {
        let told = self.knows(activity.person, activity.account);
        self.need(activity, &PasswordKnown { known: told.is_some(), via: Via::Portal }.into())?;
        self.learn(to, activity.account, told);
        Ok(())
    }

    fn hand_over_credentials(&mut self, activity: &Activity, to: PersonId) -> Result<(), ActOutcome> {
        let id = activity.account;
        let (role, kind) = (self.role(activity.person), self.kind(id));
        let told = self.knows(activity.person, id);
        self.need(activity, &HandOver { role, kind, holds: told.is_some() }.into())?;
        self.learn(to, id, told);
        // The credentials open Google's own door too, while that is the way in (A26).
        if let Some(person) = self.world.people.get_mut(to.at()) {
            person.change(id, |known| known.old = true);
        }
        Ok(())
    }

    /// A person learns the password of an account, if there is one to learn.
    pub(super) fn learn(&mut self, person: PersonId, account: AccountId, password: Option<PasswordId>) {
        if let (Some(person), Some(password)) = (self.world.people.get_mut(person.at()), password) {
            person.change(account, |known| known.password = CompactOption::some(password));
        }
    }

    /// A person becomes a member: they are told what the custodian knows, and their own account is linked.
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

    /// Reads the stored copy of the credentials (G4a), or the mail that the generic account itself got (G5a).
    fn read_credentials(&mut self, activity: &Activity) -> Result<(), ActOutcome> {
        let id = activity.account;
        let kind = self.kind(id);
        if kind == AccountKind::HqGeneric {
            self.need(activity, &Deliver { kind, new: false }.into())?;
            let mailbox = MailAccess::Icon { workspace_session: self.icon_session(activity, id) };
            let cut_over = self.context.cut_over(self.scope(id));
            self.need(activity, &ReadMail { mailbox, cut_over }.into())?;
        } else {
            let role = self.role(activity.person);
            self.need(activity, &ReadCredentials { role, kind }.into())?;
        }
        let stored = self.world.accounts.get(id.at()).and_then(|a| a.stored.get());
        self.learn(activity.person, id, stored);
        Ok(())
    }

    /// Reads the credentials in the mailboxes that a person owns. An iCON mailbox that is closed is passed over, unless
    /// the mail of this account goes there and nothing was found elsewhere.
    fn read_mail(&mut self, activity: &Activity) -> Result<(), ActOutcome> {
        let otp_mailbox = self.world.accounts.get(activity.account.at()).map(|a| a.self_service.otp_mailbox);
        let mut own: Vec<MailboxId> = self.world.mailboxes_of(activity.person).map(|(at, _)| at).collect();
        own.reverse();
        let (mut learned, mut closed) = (false, false);
        let cut_over = self.context.cut_over(self.scope(activity.account));
        for at in own {
            let Some(mailbox) = self.world.mailboxes.get(at.at()) else { continue };
            let kind = mailbox.kind;
            let range = (at, AccountId(0), PasswordId(0))..=(at, AccountId(u32::MAX), PasswordId(u32::MAX));
            let letters = self.world.letters.range(range).to_vec();
            let icon = matches!(kind, MailKind::Icon(_));
            let (workspace_session, readable) = match kind {
                MailKind::Icon(account) => {
                    (self.icon_session(activity, account), self.icon_readable(activity, account))
                }
                _ => (false, true),
            };
            if !readable {
                closed |= otp_mailbox == Some(at);
                continue;
            }
            if icon {
                self.need(activity, &ReadMail { mailbox: MailAccess::Icon { workspace_session }, cut_over }.into())?;
            }
            for (_, account, password) in letters {
                learned = true;
                let (kind, scope) = (self.kind(account), self.scope(account));
                self.context.decide(scope, &Deliver { kind, new: true }.into());
                self.learn(activity.person, account, Some(password));
            }
        }
        if closed && !learned {
            let mailbox = MailAccess::Icon { workspace_session: false };
            self.need(activity, &ReadMail { mailbox, cut_over }.into())?;
        }
        Ok(())
    }
}

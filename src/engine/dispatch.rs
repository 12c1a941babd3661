//! Dispatch: messages to the parties, each with the rows that it may change.
//!
//! Promises that what one click causes runs to completion, in the order of sending.

use super::Engine;
use crate::kernel::CompactOption;
use crate::policy::decide::Request;
use crate::policy::decide::workspace::{SecondStep, Whose};
use crate::policy::request::{Outcome, Reason};
use crate::policy::rules::Rule;
use crate::trace::{Event, Observer};
use crate::world::authenticator::Codes;
use crate::world::computer::CarriedResponse;
use crate::world::ids::AccountId;
use crate::world::message::{Body, Message, Page, Party, SetBy};
use crate::world::port::{Linked, Port};
use crate::world::portal::PortalAccount;
use crate::world::state::Account;
use crate::world::{doors, email_otp, password_reset, portal, self_service, workspace};

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// Dispatches the messages of one click until none is left.
    pub(super) fn complete(&mut self) {
        while let Some(message) = self.context.inbox.pop_front() {
            self.context.say(&Event::Message(message));
            self.dispatch(message);
        }
    }

    /// Passes a message to its party.
    fn dispatch(&mut self, mut msg: Message) {
        // A response goes through the browser, which has it whether Google answers or not.
        if let Body::Assertion { answers, id, issued, factor, .. } = msg.body
            && let Some(computer) = self.world.computers.get_mut(msg.computer)
        {
            computer.carried =
                Some(CarriedResponse { account: msg.account, answers: answers.into(), id, issued, factor });
        }
        if self.context.down(msg.to).is_some() {
            let reason = self.context.decide(self.scope(msg.account), &Request::PartyDown).reason();
            self.context.inbox.push_back(msg.show(Page::Refused(reason.unwrap_or(Reason::PartyDown))));
            return;
        }
        if let Body::OtpMail { mailbox, number, value, .. } = msg.body {
            return self.receive(msg.account, mailbox, number, value);
        }
        if msg.to == Party::SelfService {
            self.link(&msg);
        }
        if let Body::OldSignIn { .. } | Body::Assertion { .. } = msg.body {
            self.context.second_step = self.second_step(&msg);
        }
        let Some(computer) = self.world.computers.get_mut(msg.computer) else { return };
        // A SAML request names no account: a live MIMS session answers it, whoever's it is (A18).
        if let (Body::AuthnRequest(_), Some(session)) = (msg.body, computer.portal.session) {
            msg.account = session.account;
        }
        let msg = &msg;
        let Some(account) = self.world.accounts.get_mut(msg.account.at()) else { return };
        let context = &mut self.context;
        if msg.from == Party::Browser
            && let Some(reason) = doors::shut(account, computer, msg, context)
        {
            return context.send(msg.show(Page::Refused(reason)));
        }
        match msg.to {
            Party::Portal => {
                let before = account.portal;
                portal::handle(&mut account.portal, &mut computer.portal, msg, context);
                let reset_at = account.portal.reset_at;
                (account.workspace.reset_at, account.self_service.reset_at) = (reset_at, reset_at);
                if account.kind.is_generic() && was_reset(&before, &account.portal, msg.body) {
                    store(account, context);
                }
            }
            Party::SelfService => {
                self_service::handle(&mut account.self_service, &mut computer.self_service, msg, context);
                account.workspace.enrolled = account.self_service.enrolled();
            }
            Party::EmailOtp => email_otp::handle(&mut account.email_otp, msg, context),
            Party::PasswordReset => {
                password_reset::handle(&mut account.reset, &mut account.portal.pending, msg, context)
            }
            Party::Workspace => workspace::handle(&mut account.workspace, &mut computer.workspace, msg, context),
            Party::Browser => match (msg.body, computer.tabs.get_mut(usize::from(msg.tab))) {
                (Body::Show(page), Some(tab)) => tab.show(page),
                (Body::Prompt, _) => context.prompted = true,
                _ => {}
            },
            Party::Mail => {}
        }
    }

    /// What the person has to answer Google 2SV with: their phone, which is that of the account's number where they own
    /// it. Whether the number is still there Google knows itself.
    fn second_step(&self, msg: &Message) -> SecondStep {
        let phone = self.world.people.get(msg.person.at()).is_some_and(|person| person.phone.is_some());
        let whose = match self.world.accounts.get(msg.account.at()) {
            Some(row) if row.owner == msg.person => Whose::Own,
            Some(row) if row.kind.is_generic() => Whose::Shared,
            Some(_) | None => Whose::Others,
        };
        SecondStep { number_kept: false, phone, whose }
    }

    /// Looks up the linked authenticators that a message to self-service may rest on (A23): its own table, other rows.
    fn link(&mut self, msg: &Message) {
        self.context.linked = Linked::default();
        let Some(account) = self.world.accounts.get(msg.account.at()) else { return };
        if !account.kind.is_generic() || !self.context.policy.rules(account.scope()).on(Rule::Linked) {
            return;
        }
        let (Body::FactorsAsked | Body::Verify { .. }) = msg.body else { return };
        let range = (msg.account, AccountId(0))..=(msg.account, AccountId(u32::MAX));
        for (_, other) in self.world.links.range(range) {
            let Some(row) = self.world.accounts.get(other.at()).map(|a| &a.self_service) else { continue };
            self.context.linked.any |= row.enrolled();
            if let Body::Verify { code, .. } = &msg.body
                && self.context.linked.holder.is_none()
                && row.tokens().any(|t| self.context.fit(row.scope, t.secret, code).is_some())
            {
                self.context.linked.holder = Some(*other);
            }
        }
    }
}

/// Whether a message has reset the password: an LA or a member did, or the sign-in after it asked for another one.
fn was_reset(before: &PortalAccount, now: &PortalAccount, body: Body) -> bool {
    let resets = match body {
        Body::PasswordSet { by, .. } => by != SetBy::Change,
        Body::ChangeExpired { .. } => before.temporary,
        _ => false,
    };
    resets && before.password != now.password
}

/// The stored copy of the credentials follows a reset where the policy says so (A32).
fn store<P: Port>(account: &mut Account, port: &mut P) {
    if port.decide(account.scope(), &Request::UpdateStore).outcome == Outcome::Replace {
        account.stored = CompactOption::some(account.portal.password);
    }
}

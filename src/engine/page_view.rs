//! The view of an act: the page before its people, and what they have at hand.
//!
//! Promises to show a procedure nothing that its people could not see.

use super::Engine;
use crate::act::{Activity, PageView};
use crate::policy::decide::otp::{MailAccess, ReadMail};
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::ids::AccountId;
use crate::world::message::Page;
use crate::world::state::MailKind;

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// What the people of an act see now.
    pub(super) fn view(&mut self, activity: &Activity) -> PageView {
        let world = &self.world;
        let computer = world.computers.get(activity.computer);
        let tab = |at: usize| computer.and_then(|c| c.tabs.get(at)).copied().unwrap_or_default();
        let front = tab(0);
        let used = if activity.reading { tab(1) } else { front };
        let account = world.accounts.get(activity.account.at());
        let mut view = PageView {
            page: used.page,
            refused: used.refused,
            cut_over: account.is_some_and(|a| self.context.cut_over(a.scope())),
            otp_kind: MailKind::Other,
            otp_here: false,
            otp_owner_here: false,
            icon_open: false,
            holds_token: world.people.get(activity.person.at()).is_some_and(|p| p.token.is_some()),
        };
        if let Page::OtpAsked { number, mailbox } = front.page {
            view.otp_here = world.otp_inbox.find(mailbox, activity.account, number).is_some();
            let Some(mailbox) = world.mailboxes.get(mailbox.at()) else { return view };
            view.otp_kind = mailbox.kind;
            match mailbox.kind {
                MailKind::Icon(icon) => {
                    view.otp_owner_here = true;
                    view.icon_open = self.icon_readable(activity, icon);
                }
                _ => view.otp_owner_here = activity.participants().any(|p| p == mailbox.owner),
            }
        }
        view
    }

    /// Whether the iCON mailbox of this account can be read, by the policy's rules.
    pub(super) fn icon_readable(&mut self, activity: &Activity, icon: AccountId) -> bool {
        let mailbox = MailAccess::Icon { workspace_session: self.icon_session(activity, icon) };
        let request = ReadMail { mailbox, cut_over: false }.into();
        self.context.policy.decide(self.scope(activity.account), &request).reason().is_none()
    }

    /// Whether a Workspace session of this account is alive at the computer in use, or at one of the participants' own.
    pub(super) fn icon_session(&mut self, activity: &Activity, icon: AccountId) -> bool {
        let own = activity.participants().filter_map(|p| self.world.people.get(p.at()));
        let mut computers: Vec<_> = own.map(|p| p.computer).collect();
        computers.push(activity.computer);
        let Some(account) = self.world.accounts.get(icon.at()) else { return false };
        let context = &mut self.context;
        let sessions = computers.iter().filter_map(|c| self.world.computers.session(*c));
        sessions.filter(|session| session.account == icon).any(|session| session.live(&account.workspace, context))
    }
}

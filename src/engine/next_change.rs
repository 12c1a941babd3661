//! The next change: the first instant from now on at which something runs out or turns over, such as a lock, a session,
//! an OTP, a page or a code.
//!
//! Promises every instant at which a decision could turn out differently although nobody did anything, but for those of
//! the calendar, which a search knows itself. Deliberately changes nothing.

use super::Engine;
use super::context::Due;
use super::detail::Detail;
use super::visible_pages::VisiblePages;
use crate::kernel::{Span, Time};
use crate::policy::rules::{NEVER, Rule};
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::computer::Computer;
use crate::world::ids::{AccountId, ComputerId};
use crate::world::message::{Page, Party};
use crate::world::port::Port;
use crate::world::state::Account;
use crate::world::tokens::Token;

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// The next of these instants, or the arrival of a delayed message, whichever comes first.
    pub fn next_change(&self, detail: Detail) -> Option<Time> {
        let now = self.context.now;
        let visible = self.visible(detail);
        let mut next: Option<Time> = None;
        let mut at = |time: Time| {
            if time > now && next.is_none_or(|before| time < before) {
                next = Some(time);
            }
        };
        for (time, _, due) in self.context.queue.waiting() {
            let stale = matches!(due, Due::Look { activity, since } if !self.waits(*activity, *since));
            if !stale {
                at(time);
            }
        }
        let mut coded = false;
        for (id, account) in (0..).zip(&self.world.accounts) {
            coded |= self.changes_of_account(AccountId(id), account, &visible, &mut at);
        }
        if coded {
            self.next_codes(&mut at);
        }
        for (id, computer) in self.world.computers.iter() {
            self.changes_of_sessions(computer, &mut at);
            if visible.in_use(id) {
                self.changes_of_browser(id, computer, (&visible, detail), &mut at);
            }
        }
        self.context.faults.iter().for_each(|(_, until)| at(*until));
        next
    }

    /// The timers of an account; returns whether a code of it was used so lately that it cannot be used again.
    fn changes_of_account(
        &self,
        id: AccountId,
        account: &Account,
        visible: &VisiblePages,
        at: &mut impl FnMut(Time),
    ) -> bool {
        let rules = self.context.policy.rules(account.scope());
        let after = |from: Time, rule| from.plus(Span(rules.get(rule)));
        account.portal.locked_until.get().filter(|until| until.0 < NEVER).map(&mut *at);
        if let Some(failed) = account.portal.failed_at.get().filter(|_| account.portal.failures > 0) {
            at(after(failed, Rule::LockoutForgotten));
        }
        account.reset.locked_until.get().map(&mut *at);
        if let Some(sent) = account.email_otp.sent.get().filter(|_| account.email_otp.newest.is_some())
            && visible.otp_in_hand(id)
        {
            at(after(sent, Rule::OtpValidity));
        }
        if !rules.on(Rule::OtpNewest) && visible.otp_in_hand(id) {
            let older = account.email_otp.older.iter().filter_map(|sent| sent.get());
            older.for_each(|sent| at(after(sent, Rule::OtpValidity)));
        }
        if let Some(sent) = account.email_otp.sent.get() {
            at(after(sent, Rule::OtpResend));
        }
        if let Some(issued) = account.self_service.issued.get() {
            at(after(issued, Rule::EmergencyFor));
        }
        let step = self.context.clock(Party::SelfService).0.div_euclid(rules.get(Rule::TotpPeriod).max(1));
        let used = |token: &Token| token.last_step().is_some_and(|last| last >= step - rules.get(Rule::TotpSkew));
        account.self_service.tokens().any(used)
    }

    /// The ends of the sessions at a computer.
    fn changes_of_sessions(&self, computer: &Computer, at: &mut impl FnMut(Time)) {
        let mut ends = |account, opened: Time, rule| {
            at(opened.plus(Span(self.context.policy.rules(self.scope(account)).get(rule))));
        };
        if let Some(session) = computer.portal.session {
            ends(session.account, session.opened, Rule::PortalSession);
        }
        if let Some(session) = computer.workspace.session {
            ends(session.account, session.opened, Rule::WorkspaceSession);
        }
    }

    /// The timers of what is open in a browser.
    fn changes_of_browser(
        &self,
        id: ComputerId,
        computer: &Computer,
        (visible, detail): (&VisiblePages, Detail),
        at: &mut impl FnMut(Time),
    ) {
        if let Some(carried) = computer.carried.filter(|_| detail.pages) {
            let rules = self.context.policy.rules(self.scope(carried.account));
            let (lives, ahead) = (rules.get(Rule::AssertionFor), self.context.ahead(Party::Workspace));
            for differ in [rules.get(Rule::AssertionSkew), 0] {
                at(carried.issued.plus(Span(lives + differ - ahead.0)));
            }
        }
        let inside = visible.may(id, Page::is_of_self_service);
        let page = computer.self_service.page.filter(|_| inside).map(|(_, shown)| shown);
        let on_screen = visible.tabs(id).iter().find_map(|tab| match tab.page {
            Page::Qr { shown, .. } => Some(shown),
            _ => None,
        });
        let lives = self.context.policy.rules(0).get(Rule::PageTimeout);
        [page, on_screen].into_iter().flatten().for_each(|shown| at(shown.plus(Span(lives))));
    }

    /// The instants at which the time step of the server and those of the devices turn over; they matter while a code
    /// that was used lately cannot be used again.
    fn next_codes(&self, at: &mut impl FnMut(Time)) {
        let period = self.context.policy.rules(0).get(Rule::TotpPeriod).max(1);
        let now = self.context.now;
        let mut turns = |clock: Span| at(now.plus(Span(period - (now.0 + clock.0).rem_euclid(period))));
        turns(self.context.ahead(Party::SelfService));
        let phones = self.world.people.iter().filter_map(|p| p.phone.as_ref());
        phones.filter(|phone| !phone.profiles.is_empty()).for_each(|phone| turns(phone.clock));
        self.world.tokens.iter().for_each(|token| turns(token.clock));
    }
}

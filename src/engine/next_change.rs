//! The instants from the present on at which something runs out by itself: a lock, a session, an OTP, a page, a code.
//!
//! Promises every instant at which a decision could end otherwise although nobody did anything, but for the calendar's,
//! which whoever searches knows. Deliberately changes nothing.

use super::context::Due;
use super::{Detail, Engine};
use crate::kernel::{Span, Time};
use crate::policy::rules::Rule;
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::ids::AccountId;
use crate::world::message::{Page, Party};
use crate::world::port::Port;
use crate::world::self_service::Token;

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// The next of these instants, or when a delayed message arrives, whichever comes first.
    pub fn next_change(&self, detail: Detail) -> Option<Time> {
        let now = self.hub.now;
        let sight = self.sight(detail);
        let mut next: Option<Time> = None;
        let mut at = |time: Time| {
            if time > now && next.is_none_or(|before| time < before) {
                next = Some(time);
            }
        };
        for (time, _, due) in self.hub.queue.waiting() {
            let stale = matches!(due, Due::Look { doing, since } if !self.waits(*doing, *since));
            if !stale {
                at(time);
            }
        }
        let mut coded = false;
        for (id, account) in (0..).zip(&self.world.accounts) {
            let rules = self.hub.policy.rules(account.scope());
            let after = |from: Time, rule| from.plus(Span(rules.get(rule)));
            account.portal.locked_until.get().map(&mut at);
            account.reset.locked_until.get().map(&mut at);
            if let Some(sent) = account.email_otp.sent.get().filter(|_| account.email_otp.newest.is_some())
                && sight.otp_in_hand(AccountId(id))
            {
                at(after(sent, Rule::OtpValidity));
            }
            if let Some(sent) = account.email_otp.sent.get() {
                at(after(sent, Rule::OtpResend));
            }
            if let Some(issued) = account.self_service.issued.get() {
                at(after(issued, Rule::EmergencyFor));
            }
            let step = self.hub.clock(Party::SelfService).0.div_euclid(rules.get(Rule::TotpPeriod).max(1));
            let used = |token: &Token| token.last_step().is_some_and(|last| last >= step - rules.get(Rule::TotpSkew));
            coded |= [account.self_service.soft, account.self_service.hard].iter().flatten().any(used);
        }
        if coded {
            self.next_codes(&mut at);
        }
        for (id, computer) in self.world.computers.iter() {
            if let Some(session) = computer.portal.session {
                let rules = self.hub.policy.rules(self.scope(session.account));
                at(session.opened.plus(Span(rules.get(Rule::PortalSession))));
            }
            if let Some(session) = computer.workspace.session {
                let rules = self.hub.policy.rules(self.scope(session.account));
                at(session.opened.plus(Span(rules.get(Rule::WorkspaceSession))));
            }
            if !sight.in_use(id) {
                continue;
            }
            if let Some(carried) = computer.carried.filter(|_| detail.pages) {
                let rules = self.hub.policy.rules(self.scope(carried.account));
                let (lives, ahead) = (rules.get(Rule::AssertionFor), self.hub.ahead(Party::Workspace));
                [rules.get(Rule::AssertionSkew), 0]
                    .into_iter()
                    .for_each(|differ| at(carried.issued.plus(Span(lives + differ - ahead.0))));
            }
            let inside = sight.may(id, Page::is_of_self_service);
            let page = computer.self_service.page.filter(|_| inside).map(|(_, shown)| shown);
            let on_screen = sight.pages(id).iter().find_map(|p| match p {
                Page::Qr { shown, .. } => Some(*shown),
                _ => None,
            });
            let lives = self.hub.policy.rules(0).get(Rule::PageTimeout);
            [page, on_screen].into_iter().flatten().for_each(|shown| at(shown.plus(Span(lives))));
        }
        self.hub.faults.iter().for_each(|(_, until)| at(*until));
        next
    }

    /// When the server's step and each device's turn over: what matters while a code of late was used.
    fn next_codes(&self, at: &mut impl FnMut(Time)) {
        let period = self.hub.policy.rules(0).get(Rule::TotpPeriod).max(1);
        let now = self.hub.now;
        let mut turns = |clock: Span| at(now.plus(Span(period - (now.0 + clock.0).rem_euclid(period))));
        turns(self.hub.ahead(Party::SelfService));
        let phones = self.world.people.iter().filter_map(|p| p.phone.as_ref());
        phones.filter(|phone| !phone.profiles.is_empty()).for_each(|phone| turns(phone.clock));
        self.world.tokens.iter().for_each(|token| turns(token.clock));
    }
}

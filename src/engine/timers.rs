//! The instants from the present on at which something runs out by itself: a lock, a session, an OTP, a page, a code.
//!
//! Promises every instant at which a decision could end otherwise although nobody did anything, but for the calendar's,
//! which whoever searches knows. Deliberately changes nothing.

use super::Engine;
use super::hub::Due;
use crate::kernel::{Span, Time};
use crate::policy::rules::Rule;
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::message::Page;
use crate::world::self_service::Token;

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// The next of these instants, or when a delayed message arrives, whichever comes first.
    pub fn next_change(&self) -> Option<Time> {
        let now = self.hub.now;
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
        for account in &self.world.accounts {
            let rules = self.hub.policy.rules(account.scope());
            let after = |from: Time, rule| from.plus(Span(rules.get(rule)));
            account.portal.locked_until.map(&mut at);
            account.reset.locked_until.map(&mut at);
            if let Some((_, sent)) = account.email_otp.newest {
                at(after(sent, Rule::OtpValidity));
            }
            if let Some(sent) = account.email_otp.sent {
                at(after(sent, Rule::OtpResend));
            }
            if let Some((_, issued)) = account.self_service.emergency {
                at(after(issued, Rule::EmergencyFor));
            }
            let step = now.0.div_euclid(rules.get(Rule::TotpPeriod).max(1));
            let used = |token: &Token| token.last_step.is_some_and(|last| last >= step - rules.get(Rule::TotpSkew));
            coded |= [account.self_service.soft, account.self_service.hard].iter().flatten().any(used);
        }
        if coded {
            self.next_codes(&mut at);
        }
        for computer in &self.world.computers {
            if let Some(session) = computer.portal.session {
                let rules = self.hub.policy.rules(self.scope(session.account));
                at(session.opened.plus(Span(rules.get(Rule::PortalSession))));
            }
            if let Some(session) = computer.workspace.session {
                let rules = self.hub.policy.rules(self.scope(session.account));
                at(session.opened.plus(Span(rules.get(Rule::WorkspaceSession))));
            }
            let page = computer.self_service.page.map(|(_, shown)| shown);
            let on_screen = computer.tabs.iter().find_map(|p| match p {
                Page::Qr { shown, .. } => Some(*shown),
                _ => None,
            });
            let lives = self.hub.policy.rules(0).get(Rule::PageTimeout);
            [page, on_screen].into_iter().flatten().for_each(|shown| at(shown.plus(Span(lives))));
        }
        self.hub.faults.iter().for_each(|(_, until)| at(*until));
        next
    }

    /// When the server's step and each phone's turn over: what matters while a code of late was used.
    fn next_codes(&self, at: &mut impl FnMut(Time)) {
        let period = self.hub.policy.rules(0).get(Rule::TotpPeriod).max(1);
        let now = self.hub.now;
        let mut turns = |clock: Span| at(now.plus(Span(period - (now.0 + clock.0).rem_euclid(period))));
        turns(Span(0));
        let phones = self.world.people.iter().filter_map(|p| p.phone.as_ref());
        phones.filter(|phone| !phone.profiles.is_empty()).for_each(|phone| turns(phone.clock));
    }
}

//! The state key: the canonical form of a state, as numbers. Two states with the same key have the same continuations
//! (canonicalization and symmetry reduction, in the terms of model checking).
//!
//! Promises that times are relative to the present and 0 where their timer has run out, that secrets, passwords and
//! serial numbers are distinguished by what they open and not by when they were made, and that what nobody can reach
//! any more is left out. Deliberately leaves out the calendar: a search adds its phase.

use super::Engine;
use super::bit_writer::{BitFields, BitWriter, Live, wide};
use super::context::Due;
use super::context::Fault;
use super::detail::Detail;
use super::mail::PATIENCE;
use super::visible_pages::VisiblePages;
use crate::act::{Activity, Pick};
use crate::kernel::{Span, Time};
use crate::policy::request::Via;
use crate::policy::rules::{Rule, Rules};
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::computer::{Computer, Tab};
use crate::world::ids::{AccountId, ComputerId, MailboxId, PasswordId};
use crate::world::message::{Body, Page, Party, SetBy};
use crate::world::port::Port;
use crate::world::state::{Account, Person};
use crate::world::tokens::Token;
use smallvec::SmallVec;

/// The most security questions that a policy asks.
const MOST_QUESTIONS: u8 = 10;

/// What is computed once for a state.
struct Known {
    visible: VisiblePages,
    live: Live,
}

/// The error of a clock, in two's complement.
fn clock(ahead: Span) -> u64 {
    ahead.0.cast_unsigned()
}

/// The number of an account, or 0 for none.
fn number(account: Option<AccountId>) -> u64 {
    account.map_or(0, |account| u64::from(account.0) + 1)
}

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// Appends the key of the state to `out`, for a search that looks no further than `last`. Accounts, people,
    /// mailboxes and secrets are numbered below 65,535, and at most 255 secrets are in use.
    pub fn state_key(&self, detail: Detail, last: Time, out: &mut Vec<u64>) {
        let now = self.context.now;
        let writer = &mut BitWriter { out, coarse: detail.coarse, now, last };
        let known = &mut Known { visible: self.visible(detail), live: Live::default() };
        let period = self.context.policy.rules(0).get(Rule::TotpPeriod).max(1);
        if !detail.coarse {
            writer.out.push(now.0.rem_euclid(period).cast_unsigned());
        }
        for (at, account) in (0..).zip(&self.world.accounts) {
            self.of_account(AccountId(at), account, known, writer);
        }
        for (at, computer) in self.world.computers.iter() {
            self.of_computer(at, computer, known, writer);
            if detail.pages {
                self.of_carried(computer, writer);
            }
        }
        self.people(known, writer);
        self.mail(known, writer);
        self.activities(detail, writer);
        self.waiting(writer);
    }

    fn of_account(&self, id: AccountId, account: &Account, known: &mut Known, writer: &mut BitWriter<'_>) {
        let rules = self.context.policy.rules(account.scope());
        let (portal, otp) = (&account.portal, &account.email_otp);
        let in_hand = known.visible.otp_in_hand(id);
        let stored = account.stored.get().map_or(0, |stored| password_class(account, stored));
        let newest = otp.newest.is_some() && in_hand;
        let forgotten = portal.failed_at.get().map(|at| at.plus(Span(rules.get(Rule::LockoutForgotten))));
        let kept = forgotten.filter(|at| portal.failures > 0 && *at > self.context.now);
        let fields = BitFields::default()
            .flags([
                in_hand,
                account.in_icon,
                account.transfer_requested,
                portal.exists,
                portal.temporary,
                portal.first,
                portal.after_reset,
                account.reset.answers_set,
                account.reset.passed && known.visible.on(id, |page| page == Page::ResetPassword),
                account.workspace.phone,
                portal.pending.is_some(),
                account.self_service.emergency.is_some(),
                newest,
            ])
            .put(10, kept.map_or(0, |_| u64::from(portal.failures)))
            .put(10, kept.map_or(0, |_| u64::from(portal.wrong_codes)))
            .put(10, u64::from(account.reset.attempts))
            .put(4, stored)
            .put(10, u64::from(account.self_service.emergency_uses));
        let sent = otp.sent.get();
        let left = [
            writer.until(portal.locked_until.get()),
            writer.until(account.reset.locked_until.get()),
            writer.until(kept),
            account.self_service.issued.get().map_or(0, |at| writer.timer(at, rules.get(Rule::EmergencyFor))),
            sent.filter(|_| newest).map_or(0, |at| writer.timer(at, rules.get(Rule::OtpValidity))),
            sent.map_or(0, |at| writer.timer(at, rules.get(Rule::OtpResend))),
        ];
        writer.row(fields, left);
        if in_hand && !rules.on(Rule::OtpNewest) {
            let older = otp.older.map(|sent| sent.get().map_or(0, |at| writer.timer(at, rules.get(Rule::OtpValidity))));
            writer.row(BitFields::default(), older);
        }
        let mut tokens = BitFields::default().put(20, u64::from(account.self_service.otp_mailbox.0));
        let mut soft = account.self_service.soft.iter();
        for token in [soft.next(), account.self_service.hard.as_ref()] {
            tokens = self.of_token(rules, token, tokens, known, writer.coarse);
        }
        // Most accounts have one soft token at most.
        let more = account.self_service.soft.count().saturating_sub(1);
        writer.row(tokens.put(2, u64::from(more)), []);
        for token in soft {
            writer.row(self.of_token(rules, Some(token), BitFields::default(), known, writer.coarse), []);
        }
    }

    /// Adds a token: its secret, and the last of its time steps that was used.
    fn of_token(
        &self,
        rules: &Rules,
        token: Option<&Token>,
        fields: BitFields,
        known: &mut Known,
        coarse: bool,
    ) -> BitFields {
        let step = token.and_then(Token::last_step).map_or(0, |last| self.fresh_step(rules, last));
        let fields = fields.put(8, token.map_or(0, |token| known.live.meet(token.secret)));
        fields.put(8, if coarse { step.min(1) } else { step })
    }

    /// The distance of the last time step that was used from the oldest step in the window, plus 1; 0 where it lies
    /// before the window.
    fn fresh_step(&self, rules: &Rules, last: i64) -> u64 {
        let step = self.context.clock(Party::SelfService).0.div_euclid(rules.get(Rule::TotpPeriod).max(1));
        let oldest = step - rules.get(Rule::TotpSkew);
        (last - oldest + 1).clamp(0, 255).cast_unsigned()
    }

    fn of_computer(&self, id: ComputerId, computer: &Computer, known: &mut Known, writer: &mut BitWriter<'_>) {
        let now = self.context.now;
        let rules = |account: AccountId| self.context.policy.rules(self.scope(account));
        let (portal, google) = (&computer.portal, &computer.workspace);
        let open = known.visible.in_use(id);
        // A session that has run out equals none, but for an act that is on its way through it.
        let alive = |opened: Time, account, rule| open || now.0 - opened.0 < rules(account).get(rule);
        let session = portal.session.filter(|s| alive(s.opened, s.account, Rule::PortalSession));
        let workspace = google.session.filter(|s| alive(s.opened, s.account, Rule::WorkspaceSession));
        let seen = google.known.iter().fold(BitFields::default(), |seen, account| seen.put(16, number(account.get())));
        writer.row(seen, []);
        let request = google.request.map(|(_, account)| account);
        writer.row(
            BitFields::default().put(16, number(request)).flags([open, session.is_some(), workspace.is_some()]),
            [],
        );
        if let Some(session) = session {
            let reset = self.world.accounts.get(session.account.at()).and_then(|a| a.portal.reset_at.get());
            let reset = reset.is_some_and(|at| at > session.opened);
            let from_google = session.via == Via::Google;
            let flags = [session.factor, session.after_reset, from_google, session.at_setup, reset];
            let fields = BitFields::default().put(16, u64::from(session.account.0)).flags(flags);
            writer.row(fields, [writer.timer(session.opened, rules(session.account).get(Rule::PortalSession))]);
        }
        if let Some(session) = workspace {
            let reset = self.world.accounts.get(session.account.at()).and_then(|a| a.workspace.reset_at.get());
            let reset = reset.is_some_and(|at| at > session.opened);
            let fields = BitFields::default().put(16, u64::from(session.account.0)).put(4, session.factor as u64);
            let fields = fields.flags([session.old_way, session.via == Via::Google, reset]);
            writer.row(fields, [writer.timer(session.opened, rules(session.account).get(Rule::WorkspaceSession))]);
        }
        if open {
            self.of_tabs(id, computer, known, writer);
        }
    }

    /// The SAML response that a step can send again.
    fn of_carried(&self, computer: &Computer, writer: &mut BitWriter<'_>) {
        let Some(carried) = computer.carried else { return writer.row(BitFields::default(), []) };
        let google = &computer.workspace;
        let rules = self.context.policy.rules(self.scope(carried.account));
        let ahead = self.context.ahead(Party::Workspace);
        let flags = [
            true,
            google.used.get().is_some_and(|used| carried.id <= used),
            carried.answers.is_some(),
            carried.answers.get() == google.request.map(|(id, _)| id),
        ];
        let fields =
            BitFields::default().flags(flags).put(16, u64::from(carried.account.0)).put(4, carried.factor as u64);
        writer.row(fields, [writer.timer(carried.issued, rules.get(Rule::AssertionFor) - ahead.0)]);
    }

    /// The pages that an act under way, or a single step, finds in a browser.
    fn of_tabs(&self, id: ComputerId, computer: &Computer, known: &mut Known, writer: &mut BitWriter<'_>) {
        let (portal, self_service, workspace) = (&computer.portal, &computer.self_service, &computer.workspace);
        // An act that comes from another page to the self-service portal, or to the sign-in, begins there anew.
        if known.visible.may(id, Page::is_of_self_service) {
            let whose = self_service.account.get().unwrap_or_default();
            let session = self.context.policy.rules(self.scope(whose)).get(Rule::PortalSession);
            let page = self.context.policy.rules(0).get(Rule::PageTimeout);
            let secret = self_service.page.map_or(0, |(secret, _)| known.live.meet(secret));
            let reset = self.world.accounts.get(whose.at()).and_then(|row| row.self_service.reset_at.get());
            let since = self_service.portal_session.get().is_some_and(|opened| reset.is_some_and(|at| at > opened));
            let flags = [self_service.portal_session.is_some(), self_service.passed, since];
            let fields = BitFields::default().put(17, number(self_service.account.get())).put(8, secret).flags(flags);
            let left = [
                self_service.portal_session.get().map_or(0, |opened| writer.timer(opened, session)),
                self_service.page.map_or(0, |(_, shown)| writer.timer(shown, page)),
            ];
            writer.row(fields, left);
        }
        let asked = portal.request.is_some() && known.visible.may(id, Page::is_on_the_way_in);
        let answers = asked && portal.request.get() == workspace.request.map(|(id, _)| id);
        let tabs = known.visible.tabs(id);
        writer.row(BitFields::default().flags([asked, answers]).put(2, wide(tabs.len())), []);
        for tab in tabs {
            self.tab(id, *tab, &mut known.live, writer);
        }
    }

    fn tab(&self, id: ComputerId, tab: Tab, live: &mut Live, writer: &mut BitWriter<'_>) {
        let mut left = 0;
        let page = tab.page;
        let refused = tab.refused.map_or(0, |reason| reason as u64 + 1);
        let (kind, more) = match page {
            Page::Blank => (0, 0),
            Page::PortalSignIn(via) => (1, u64::from(via == Via::Google)),
            Page::MustChange => (2, 0),
            Page::Applications => (3, 0),
            Page::CodeAsked => (4, 0),
            Page::Dashboard(account) => (5, u64::from(account.0)),
            Page::GoogleSignIn => (6, 0),
            Page::OldPassword => (7, 0),
            Page::Setup => (8, 0),
            Page::LoginIdAgain => (9, 0),
            Page::OtpChain => (10, 0),
            Page::OtpAsked { mailbox, .. } => (11, u64::from(mailbox.0)),
            Page::Authenticators { soft, hard } => (12, u64::from(soft) | u64::from(hard) << 1),
            Page::Qr { secret, shown } => {
                left = writer.timer(shown, self.context.policy.rules(0).get(Rule::PageTimeout));
                (13, live.meet(secret))
            }
            Page::Saved => (14, 0),
            Page::TestPassed => (15, 0),
            Page::Deleted => (16, 0),
            Page::ForgotLogin => (17, 0),
            Page::Questions => (18, 0),
            Page::ResetPassword => (19, 0),
            Page::PleaseWait(_) => (20, 0),
            Page::Changed => (21, 0),
            // It is shown on the page that stays open under it.
            Page::Refused(_) => (22, 0),
            Page::SignedOutGoogle => (23, 0),
            Page::LoggedOut => (24, 0),
        };
        writer.row(BitFields::default().put(5, kind).put(32, more).put(8, refused), [left]);
        if let Page::OtpAsked { number, mailbox } = page {
            match self.activities.iter().flatten().find(|activity| activity.computer == id) {
                Some(activity) => writer.out.push(self.how_new(activity.account, number)),
                None => writer.words(self.with_mail_to(mailbox).map(|account| self.how_new(account, number))),
            }
        }
    }

    /// The number of newer OTPs that were sent for an account, at most 7: one that is not the newest opens nothing.
    fn how_new(&self, account: AccountId, number: u32) -> u64 {
        let newest = self.world.accounts.get(account.at()).map_or(0, |row| row.email_otp.number);
        u64::from(newest.saturating_sub(number)).min(7)
    }

    /// The accounts whose OTPs go to a mailbox.
    fn with_mail_to(&self, mailbox: MailboxId) -> impl Iterator<Item = AccountId> {
        let accounts = (0..).map(AccountId).zip(&self.world.accounts);
        accounts.filter(move |(_, row)| row.self_service.otp_mailbox == mailbox).map(|(id, _)| id)
    }

    fn people(&self, known: &Known, writer: &mut BitWriter<'_>) {
        for person in &self.world.people {
            self.of_person(person, known, writer);
        }
        writer.words(self.world.tokens.iter().map(|token| clock(token.clock)));
        let pair = |account: &AccountId, other: u32| u64::from(account.0) << 16 | u64::from(other);
        writer.list(self.world.members.as_slice().iter().map(|(account, person)| pair(account, person.0)));
        writer.list(self.world.links.as_slice().iter().map(|(account, own)| pair(account, own.0)));
        writer.words(self.world.letters.as_slice().iter().map(|(mailbox, account, password)| {
            let row = self.world.accounts.get(account.at());
            let good = row.map_or(0, |row| password_class(row, *password));
            good << 32 | u64::from(mailbox.0) << 16 | u64::from(account.0)
        }));
        writer.words(self.world.emergencies().iter().map(|(person, account, password)| {
            let issued = self.world.accounts.get(account.at()).and_then(|row| row.self_service.emergency.get());
            u64::from(Some(*password) == issued) << 32 | u64::from(person.0) << 16 | u64::from(account.0)
        }));
    }

    fn of_person(&self, person: &Person, known: &Known, writer: &mut BitWriter<'_>) {
        let token = person.token.get().map_or(0, |token| u64::from(token.0) + 1);
        let phone = person.phone.as_ref();
        let app = phone.and_then(|phone| phone.app).map_or(0, |app| app as u64 + 1);
        let flags = [phone.is_some(), phone.is_some_and(|phone| phone.ios)];
        let wrong = phone.map_or(0, |phone| clock(phone.clock));
        writer.row(BitFields::default().put(16, token).put(2, app).flags(flags).flag(wrong != 0), []);
        if wrong != 0 {
            writer.out.push(wrong);
        }
        // People use the newest profile under a label, which comes last; an older one counts while it answers to
        // something. Only a timeline can have a person pick it.
        let profiles = phone.map_or(&[][..], |phone| phone.profiles.as_slice());
        let profiles = profiles.iter().enumerate().filter(|(at, profile)| {
            let newer = profiles.iter().skip(at + 1).any(|p| p.account == profile.account);
            !newer || known.live.answered(profile.secret)
        });
        let profiles = profiles.map(|(_, p)| 1 << 31 | u64::from(p.account.0) << 8 | known.live.number(p.secret));
        let accounts = person.known.iter().map(|of| {
            let row = self.world.accounts.get(of.account.at());
            let good = |password| row.map_or(1, |row| password_class(row, password));
            let answers = u64::from(of.answers.min(MOST_QUESTIONS + 1));
            let password = of.password.get().map_or(0, good);
            u64::from(of.account.0) << 9 | password << 5 | answers << 1 | u64::from(of.old)
        });
        writer.list(profiles.chain(accounts));
    }

    /// The OTPs that arrived and can still be typed, also where a newer one has superseded them.
    fn mail(&self, known: &Known, writer: &mut BitWriter<'_>) {
        let asked = |id: MailboxId, number: u32| {
            let is =
                |page: &Page| matches!(page, Page::OtpAsked { number: n, mailbox } if (*n, *mailbox) == (number, id));
            known.visible.all().any(is)
        };
        let otps = self.world.otp_inbox.all().iter();
        writer.words(otps.filter(|otp| asked(otp.mailbox, otp.number)).map(|otp| {
            let newness = self.how_new(otp.account, otp.number);
            u64::from(otp.mailbox.0) << 32 | u64::from(otp.account.0) << 3 | newness
        }));
    }

    fn activities(&self, detail: Detail, writer: &mut BitWriter<'_>) {
        let mut order: SmallVec<[&Activity; 8]> = self.activities.iter().flatten().collect();
        order.sort_unstable_by_key(|activity| activity.person);
        writer.out.push(wide(order.len()));
        for activity in order {
            let flags = [
                activity.turned,
                activity.reading,
                activity.deleted,
                activity.waits,
                activity.held.is_some(),
                activity.prompted,
                activity.profile == Pick::Oldest,
            ];
            let fields = BitFields::default()
                .put(16, u64::from(activity.person.0))
                .put(24, wide(activity.row))
                .put(8, u64::from(activity.turn))
                .put(2, u64::from(activity.taken.min(3)))
                .flags(flags);
            let since = activity.waiting_since.get().filter(|_| activity.waits);
            writer.row(fields, [since.map_or(0, |since| writer.timer(since, PATIENCE.0))]);
            if detail.clauses {
                for clauses in [activity.rests, activity.last] {
                    writer.out.extend(clauses.words());
                }
                let (reason, clauses) = activity.refused.map_or((0, [0; 2]), |(r, c)| (r as u64 + 1, c.words()));
                writer.out.push(reason);
                writer.out.extend(clauses);
            }
        }
    }

    /// When a password that was set and is not in force yet will be, of which account, and whether a reset set it; a
    /// change that another has overtaken does nothing.
    fn changes_under_way(&self) -> SmallVec<[(Time, u64, AccountId, bool); 4]> {
        let mut under_way = SmallVec::new();
        for (time, sequence, due) in self.context.queue.waiting() {
            if let Due::Deliver(message) = due
                && let Body::PasswordSet { password, by } = message.body
                && let Some(row) = self.world.accounts.get(message.account.at())
                && row.portal.pending.get() == Some(password)
            {
                under_way.push((time, sequence, message.account, by == SetBy::Reset));
            }
        }
        under_way.sort_unstable();
        under_way
    }

    /// The due events, and the faults in force.
    fn waiting(&self, writer: &mut BitWriter<'_>) {
        let now = self.context.now;
        let mut due: SmallVec<[(Time, u64, &Due); 4]> = self.context.queue.waiting().collect();
        due.sort_unstable_by_key(|(time, sequence, _)| (*time, *sequence));
        for (time, _, due) in due {
            let fields = match due {
                Due::Deliver(message) => match message.body {
                    Body::OtpMail { mailbox, number, .. } => BitFields::default()
                        .put(2, 1)
                        .put(16, u64::from(message.account.0))
                        .put(16, u64::from(mailbox.0))
                        .put(3, self.how_new(message.account, number)),
                    _ => continue,
                },
                Due::TokenMade { holder } => BitFields::default().put(2, 2).put(35, u64::from(holder.0)),
                // A look has no effect where its act no longer waits; where it does, the act's own row says so.
                Due::Look { .. } | Due::Step { .. } => continue,
            };
            writer.row(fields, [writer.until(Some(time))]);
        }
        for (time, _, account, resets) in self.changes_under_way() {
            let fields = BitFields::default().put(2, 3).put(16, u64::from(account.0)).flag(resets);
            writer.row(fields, [writer.until(Some(time))]);
        }
        // A word that begins with 0 ends the list.
        writer.out.push(0);
        for (fault, until) in self.context.faults.iter().filter(|(_, until)| *until > now) {
            let (kind, what, by) = match fault {
                Fault::SlowMail(mailbox, by) => (1, u64::from(mailbox.0), *by),
                Fault::LostMail(mailbox) => (2, u64::from(mailbox.0), Span(0)),
                Fault::Outage(party) => (3, *party as u64, Span(0)),
                Fault::Clock(party, by) => (4, *party as u64, *by),
                Fault::SlowMails(by) => (5, 0, *by),
                Fault::LostMails => (6, 0, Span(0)),
            };
            writer.row(BitFields::default().put(4, kind).put(16, what), [writer.until(Some(*until))]);
            writer.out.push(clock(by));
        }
    }
}

/// The class of a password: 1 opens nothing, 2 opens the account, and 3 opens it once it is in force.
fn password_class(row: &Account, password: PasswordId) -> u64 {
    if password == row.portal.password {
        return 2;
    }
    if row.portal.pending.get() == Some(password) { 3 } else { 1 }
}

//! What of a state can matter from now on, as numbers: two states with the same digest have the same continuations.
//!
//! Promises that times are relative to the present and capped where their timer has run out, that secrets, passwords and
//! numbers that only count are told apart by what they open and not by when they were made, and that what nobody can
//! reach any more is left out. Deliberately says nothing of the calendar: whoever searches adds its phase.

use super::hub::Due;
use super::{Engine, Fault, PATIENCE};
use crate::act::{Doing, Pick};
use crate::kernel::{Span, Time};
use crate::policy::rules::{Rule, Rules};
use crate::trace::Observer;
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, ComputerId, MailboxId, PasswordId, SecretId};
use crate::world::message::{Body, Page, Party};
use crate::world::port::Port;
use crate::world::state::{Account, Computer};
use smallvec::SmallVec;

/// More questions than this no policy asks.
const MOST_QUESTIONS: u8 = 10;

/// What a search has to tell apart beside what every search does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// Pages that stay open when an act is over: where single steps are among what is tried.
    pub pages: bool,
    /// What an act under way rests on so far: where a property asks for it.
    pub clauses: bool,
    /// Of a timer only whether it has run out, and not how much of it is left: fewer states, for a look ahead.
    pub coarse: bool,
}

/// A password on its way to be in force.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Reset {
    time: Time,
    account: AccountId,
    sequence: u64,
    password: PasswordId,
}

/// Secrets that something answers to, in the order in which they were met.
#[derive(Default)]
struct Live(SmallVec<[SecretId; 16]>);

impl Live {
    fn meet(&mut self, secret: SecretId) -> u64 {
        let at = self.0.iter().position(|s| *s == secret).unwrap_or_else(|| {
            self.0.push(secret);
            self.0.len() - 1
        });
        wide(at) + 1
    }

    fn answered(&self, secret: SecretId) -> bool {
        self.0.contains(&secret)
    }

    /// Its number, or that of all secrets to which nothing answers.
    fn number(&self, secret: SecretId) -> u64 {
        self.0.iter().position(|s| *s == secret).map_or(0xff, |at| wide(at) + 1)
    }
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Small numbers side by side in words of 64 bits.
struct Ink<'o> {
    out: &'o mut Vec<u64>,
    word: u64,
    used: u32,
    coarse: bool,
    now: Time,
    /// What comes later than this never comes.
    last: Time,
}

/// The number of bits of a time, and what is written of one that never comes.
const TIME: u32 = 40;
const NEVER: u64 = (1 << TIME) - 1;

impl Ink<'_> {
    /// A number below `2^bits`.
    #[inline]
    fn put(&mut self, bits: u32, value: u64) {
        if self.used + bits > 64 {
            self.flush();
        }
        self.word |= value << self.used;
        self.used += bits;
    }

    #[inline]
    fn flag(&mut self, is: bool) {
        self.put(1, u64::from(is));
    }

    fn flush(&mut self) {
        self.out.push(self.word);
        (self.word, self.used) = (0, 0);
    }

    /// How much is left of a timer that began then, in milliseconds: nothing where it has run out.
    #[inline]
    fn timer(&mut self, since: Time, length: i64) {
        self.until(Some(since.plus(Span(length))));
    }

    /// How long until something, or that it is over, or that it does not come while it matters.
    #[inline]
    fn until(&mut self, at: Option<Time>) {
        let at = at.unwrap_or(self.now);
        let left = (at.0 - self.now.0).max(0);
        if self.coarse {
            return self.flag(left > 0);
        }
        if at > self.last {
            return self.put(TIME, NEVER);
        }
        self.put(TIME, left.cast_unsigned() & NEVER);
    }
}

impl<O: Observer, C: Codes> Engine<'_, O, C> {
    /// Writes the state into `out`, after what is there, for whoever looks no further than `last`.
    pub fn digest(&self, detail: Detail, last: Time, out: &mut Vec<u64>) {
        let now = self.hub.now;
        let mut ink = Ink { out, word: 0, used: 0, coarse: detail.coarse, now, last };
        let mut live = Live::default();
        let period = self.hub.policy.rules(0).get(Rule::TotpPeriod).max(1);
        if !detail.coarse {
            ink.put(TIME, now.0.rem_euclid(period).cast_unsigned());
        }
        for (at, account) in (0..).zip(&self.world.accounts) {
            self.of_account(AccountId(at), account, detail, &mut live, &mut ink);
        }
        for (at, computer) in self.world.computers.iter() {
            self.of_computer(at, computer, detail, &mut live, &mut ink);
        }
        self.people(&live, &mut ink);
        self.mail(detail, &mut ink);
        self.doings(detail, &mut ink);
        self.waiting(&mut ink);
        ink.flush();
    }

    fn of_account(&self, id: AccountId, account: &Account, detail: Detail, live: &mut Live, ink: &mut Ink<'_>) {
        let rules = self.hub.policy.rules(account.scope());
        let portal = &account.portal;
        let in_hand = self.in_hand(id, detail);
        ink.flag(in_hand);
        for is in [
            account.in_icon,
            account.transfer_requested,
            portal.exists,
            portal.temporary,
            portal.first,
            portal.after_reset,
            account.reset.answers_set,
            account.reset.passed && self.on_page(id, detail, |page| *page == Page::ResetPassword),
            account.workspace.phone,
            portal.pending.get().is_some(),
            account.self_service.emergency.get().is_some(),
        ] {
            ink.flag(is);
        }
        ink.put(10, u64::from(portal.failures));
        ink.put(10, u64::from(portal.wrong_codes));
        ink.put(10, u64::from(account.reset.attempts));
        ink.put(20, u64::from(account.self_service.otp_mailbox.0));
        ink.put(4, account.stored.get().map_or(0, |stored| self.how_good(account, stored)));
        ink.until(portal.locked_until.get());
        ink.until(account.reset.locked_until.get());
        for token in [account.self_service.soft, account.self_service.hard] {
            ink.put(8, token.map_or(0, |token| live.meet(token.secret)));
            if let Some(token) = token {
                let step = token.last_step.get().map_or(0, |last| self.fresh_step(rules, last));
                ink.put(8, if detail.coarse { step.min(1) } else { step });
            }
        }
        if let Some(issued) = account.self_service.issued.get() {
            ink.timer(issued, rules.get(Rule::EmergencyFor));
        }
        let otp = &account.email_otp;
        let newest = otp.newest.filter(|_| in_hand);
        ink.flag(newest.is_some());
        if let Some(sent) = otp.sent.get().filter(|_| newest.is_some()) {
            ink.timer(sent, rules.get(Rule::OtpValidity));
        }
        ink.until(otp.sent.get().map(|sent| sent.plus(Span(rules.get(Rule::OtpResend)))));
    }

    /// How far the last step taken lies ahead of the window's end; 0 where no code in the window is that old.
    fn fresh_step(&self, rules: &Rules, last: i64) -> u64 {
        let step = self.hub.clock(Party::SelfService).0.div_euclid(rules.get(Rule::TotpPeriod).max(1));
        let oldest = step - rules.get(Rule::TotpSkew);
        (last - oldest + 1).clamp(0, 255).cast_unsigned()
    }

    fn of_computer(&self, id: ComputerId, computer: &Computer, detail: Detail, live: &mut Live, ink: &mut Ink<'_>) {
        let now = self.hub.now;
        let rules = |account: AccountId| self.hub.policy.rules(self.scope(account));
        let portal = &computer.portal;
        let open = self.in_use(id, detail);
        // A session that has run out is as good as none, but for whoever is on the way through it.
        let alive = |opened: Time, account, rule| open || now.0 - opened.0 < rules(account).get(rule);
        let session = portal.session.filter(|s| alive(s.opened, s.account, Rule::PortalSession));
        let workspace = computer.workspace.session.filter(|s| alive(s.opened, s.account, Rule::WorkspaceSession));
        ink.flag(open);
        ink.flag(session.is_some());
        ink.flag(workspace.is_some());
        for known in computer.workspace.known {
            ink.put(16, known.map_or(0, |account| u64::from(account.0) + 1));
        }
        if let Some(session) = session {
            ink.put(16, u64::from(session.account.0));
            for is in [session.factor, session.after_reset, session.from_google, session.at_setup] {
                ink.flag(is);
            }
            let reset = self.world.accounts.get(session.account.at()).and_then(|a| a.portal.reset_at.get());
            ink.flag(reset.is_some_and(|at| at > session.opened));
            ink.timer(session.opened, rules(session.account).get(Rule::PortalSession));
        }
        if let Some(session) = workspace {
            ink.put(16, u64::from(session.account.0));
            for is in [session.old_way, session.from_google] {
                ink.flag(is);
            }
            ink.put(4, session.factor as u64);
            let reset = self.world.accounts.get(session.account.at()).and_then(|a| a.workspace.reset_at.get());
            ink.flag(reset.is_some_and(|at| at > session.opened));
            ink.timer(session.opened, rules(session.account).get(Rule::WorkspaceSession));
        }
        ink.put(16, computer.workspace.request.map_or(0, |(_, account)| u64::from(account.0) + 1));
        if open {
            self.of_tabs(id, computer, detail, live, ink);
        }
        if detail.pages {
            self.of_carried(computer, ink);
        }
    }

    /// The response that a step can send again.
    fn of_carried(&self, computer: &Computer, ink: &mut Ink<'_>) {
        ink.flag(computer.carried.is_some());
        if let Some(carried) = computer.carried {
            let google = &computer.workspace;
            ink.flag(google.used.is_some_and(|used| carried.id <= used));
            ink.flag(carried.answers.is_some());
            ink.flag(carried.answers == google.request.map(|(id, _)| id));
            ink.put(16, u64::from(carried.account.0));
            ink.put(4, carried.factor as u64);
            let rules = self.hub.policy.rules(self.scope(carried.account));
            let ahead = self.hub.ahead(Party::Workspace);
            ink.timer(carried.issued, rules.get(Rule::AssertionFor) - ahead.0);
        }
    }

    /// What an act under way has open in a browser, and what single steps find there.
    fn of_tabs(&self, id: ComputerId, computer: &Computer, detail: Detail, live: &mut Live, ink: &mut Ink<'_>) {
        let (portal, self_service, workspace) = (&computer.portal, &computer.self_service, &computer.workspace);
        // Whoever comes from elsewhere to the self-service portal, or to the sign-in, begins there anew.
        let pages = self.in_sight(id, detail);
        let has = |is: fn(Page) -> bool| detail.pages || pages.iter().any(|page| is(*page));
        if has(Page::is_of_self_service) {
            ink.flag(self_service.page.is_some());
            ink.put(16, self_service.passed.map_or(0, |account| u64::from(account.0) + 1));
            ink.flag(self_service.portal_session.is_some());
            if let Some(opened) = self_service.portal_session {
                let whose = self_service.passed.unwrap_or_default();
                ink.timer(opened, self.hub.policy.rules(self.scope(whose)).get(Rule::PortalSession));
            }
            if let Some((secret, shown)) = self_service.page {
                ink.put(8, live.meet(secret));
                ink.timer(shown, self.hub.policy.rules(0).get(Rule::PageTimeout));
            }
        }
        if has(Page::is_on_the_way_in) {
            ink.flag(portal.request.is_some());
            ink.flag(portal.request.is_some() && portal.request == workspace.request.map(|(id, _)| id));
        }
        ink.put(2, wide(pages.len()));
        for page in pages {
            self.page(id, page, live, ink);
        }
    }

    /// Whether what is open at a computer can still matter: an act under way has turned its pages, or single steps may
    /// follow. The first step of an act is taken whatever page is open.
    pub(super) fn in_use(&self, id: ComputerId, detail: Detail) -> bool {
        detail.pages || self.doings.iter().flatten().any(|doing| doing.computer == id && doing.taken > 0)
    }

    /// The pages that someone looks at, at a computer: the second tab only while mail is read in it.
    pub(super) fn in_sight(&self, id: ComputerId, detail: Detail) -> SmallVec<[Page; 2]> {
        let tabs = self.world.computers.get(id).map(|computer| computer.tabs).unwrap_or_default();
        let reads = self.doings.iter().flatten().any(|doing| doing.computer == id && doing.reading);
        let seen = [self.in_use(id, detail), reads];
        tabs.into_iter().zip(seen).filter(|(_, seen)| *seen).map(|(page, _)| page).collect()
    }

    /// Whether someone has such a page of this account before them, or single steps may follow.
    pub(super) fn on_page(&self, id: AccountId, detail: Detail, is: impl Fn(&Page) -> bool) -> bool {
        let mut on = self.doings.iter().flatten().filter(|doing| doing.account == id);
        detail.pages || on.any(|doing| self.in_sight(doing.computer, detail).iter().any(&is))
    }

    /// Whether an e-mailed OTP of this account can still be typed.
    pub(super) fn in_hand(&self, id: AccountId, detail: Detail) -> bool {
        self.on_page(id, detail, |page| matches!(page, Page::OtpAsked { .. }))
    }

    fn page(&self, id: ComputerId, page: Page, live: &mut Live, ink: &mut Ink<'_>) {
        let (kind, more) = match page {
            Page::Blank => (0, 0),
            Page::PortalSignIn { from_google } => (1, u64::from(from_google)),
            Page::MustChange => (2, 0),
            Page::Applications => (3, 0),
            Page::CodeAsked => (4, 0),
            Page::Dashboard(account) => (5, u64::from(account.0)),
            Page::GoogleSignIn => (6, 0),
            Page::OldPassword => (7, 0),
            Page::Setup => (8, 0),
            Page::LoginIdAgain => (9, 0),
            Page::OtpChain => (10, 0),
            Page::OtpAsked { number, mailbox } => {
                let here = self.doings.iter().flatten().find(|doing| doing.computer == id);
                match here {
                    Some(doing) => ink.put(3, self.how_new(doing.account, number)),
                    None => self.with_mail_to(mailbox).for_each(|account| ink.put(3, self.how_new(account, number))),
                }
                (11, u64::from(mailbox.0))
            }
            Page::Authenticators { soft, hard } => (12, u64::from(soft) | u64::from(hard) << 1),
            Page::Qr { secret, shown } => {
                ink.timer(shown, self.hub.policy.rules(0).get(Rule::PageTimeout));
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
            Page::Refused(reason) => (22, reason as u64),
            Page::SignedOutGoogle => (23, 0),
            Page::LoggedOut => (24, 0),
        };
        ink.put(5, kind);
        ink.put(32, more);
    }

    /// How many newer OTPs were sent for an account, up to a few: one that is not the newest opens nothing.
    fn how_new(&self, account: AccountId, number: u32) -> u64 {
        let newest = self.world.accounts.get(account.at()).map_or(0, |row| row.email_otp.number);
        u64::from(newest.saturating_sub(number)).min(7)
    }

    /// The accounts whose OTPs go to a mailbox.
    fn with_mail_to(&self, mailbox: MailboxId) -> impl Iterator<Item = AccountId> {
        let accounts = (0..).map(AccountId).zip(&self.world.accounts);
        accounts.filter(move |(_, row)| row.self_service.otp_mailbox == mailbox).map(|(id, _)| id)
    }

    fn people(&self, live: &Live, ink: &mut Ink<'_>) {
        for person in &self.world.people {
            ink.put(16, person.token.map_or(0, |token| u64::from(token.0) + 1));
            ink.flag(person.phone.is_some());
            if let Some(phone) = &person.phone {
                ink.put(2, phone.app.map_or(0, |app| app as u64 + 1));
                ink.flag(phone.ios);
                ink.put(40, phone.clock.0.cast_unsigned() & ((1 << 40) - 1));
                // Of several profiles under one label the newest is looked at, and it comes last; an older one counts
                // while it answers to something. That a person picks it is a timeline's word, and no search's.
                for (at, profile) in phone.profiles.iter().enumerate() {
                    let newer = phone.profiles.iter().skip(at + 1).any(|p| p.account == profile.account);
                    if !newer || live.answered(profile.secret) {
                        ink.put(16, u64::from(profile.account.0) + 1);
                        ink.put(8, live.number(profile.secret));
                    }
                }
            }
            ink.put(16, 0);
            for known in &person.known {
                ink.put(16, u64::from(known.account.0) + 1);
                let row = self.world.accounts.get(known.account.at());
                ink.put(
                    4,
                    known.password.get().map_or(0, |password| row.map_or(1, |row| self.how_good(row, password))),
                );
                ink.flag(known.old);
                ink.put(4, u64::from(known.answers.min(MOST_QUESTIONS + 1)));
                let issued = row.and_then(|row| row.self_service.emergency.get());
                ink.put(2, known.emergency.get().map_or(0, |password| 1 + u64::from(Some(password) == issued)));
            }
            ink.put(16, 0);
        }
        for token in &self.world.tokens {
            ink.put(40, token.clock.0.cast_unsigned() & ((1 << 40) - 1));
        }
        ink.put(16, wide(self.world.members.as_slice().len()));
        for (account, person) in self.world.members.as_slice() {
            ink.put(32, u64::from(account.0) << 16 | u64::from(person.0));
        }
        ink.put(16, wide(self.world.links.as_slice().len()));
        for (account, own) in self.world.links.as_slice() {
            ink.put(32, u64::from(account.0) << 16 | u64::from(own.0));
        }
        ink.put(16, wide(self.world.letters.as_slice().len()));
        for (mailbox, account, password) in self.world.letters.as_slice() {
            ink.put(32, u64::from(mailbox.0) << 16 | u64::from(account.0));
            ink.put(4, self.world.accounts.get(account.at()).map_or(0, |row| self.how_good(row, *password)));
        }
    }

    /// Of the OTPs that arrived, those that can still be typed, or be found to be superseded.
    fn mail(&self, detail: Detail, ink: &mut Ink<'_>) {
        for (at, mailbox) in (0..).zip(&self.world.mailboxes) {
            let id = MailboxId(at);
            for otp in &mailbox.otps {
                let asked = |page: &Page| matches!(page, Page::OtpAsked { number, mailbox } if *number == otp.number && *mailbox == id);
                if self.world.computers.iter().any(|(at, _)| self.in_sight(at, detail).iter().any(asked)) {
                    ink.put(16, u64::from(at) + 1);
                    ink.put(16, u64::from(otp.account.0));
                    ink.put(3, self.how_new(otp.account, otp.number));
                }
            }
        }
        ink.put(16, 0);
    }

    fn doings(&self, detail: Detail, ink: &mut Ink<'_>) {
        let mut order: SmallVec<[&Doing; 8]> = self.doings.iter().flatten().collect();
        order.sort_unstable_by_key(|doing| doing.person);
        for doing in order {
            ink.put(16, u64::from(doing.person.0) + 1);
            ink.put(32, wide(doing.row));
            ink.put(8, wide(doing.turn));
            ink.put(2, u64::from(doing.taken.min(3)));
            let oldest = doing.profile == Pick::Oldest;
            let flags = [doing.turned, doing.reading, doing.deleted, doing.waits, doing.held.is_some()];
            for is in flags.into_iter().chain([doing.prompted, oldest]) {
                ink.flag(is);
            }
            if let (true, Some(since)) = (doing.waits, doing.waiting_since) {
                ink.timer(since, PATIENCE.0);
            }
            if detail.clauses {
                for clauses in [doing.rests, doing.last] {
                    ink.flush();
                    ink.out.extend(clauses.words());
                }
                let (reason, clauses) = doing.refused.map_or((0, [0; 2]), |(r, c)| (r as u64 + 1, c.words()));
                ink.out.push(reason);
                ink.out.extend(clauses);
            }
        }
        ink.put(16, 0);
    }

    /// What a password opens: 1 nothing, 2 the account, 3 the account once it is in force, 4 and more what a reset that
    /// is under way has set.
    fn how_good(&self, row: &Account, password: PasswordId) -> u64 {
        if password == row.portal.password {
            return 2;
        }
        if row.portal.pending.get() == Some(password) {
            return 3;
        }
        let at = self.resets().iter().position(|reset| reset.password == password);
        at.map_or(1, |at| 4 + wide(at).min(11))
    }

    /// The passwords on their way to be in force, in the order in which they will be; of several that come to one
    /// account at one instant only the last matters.
    fn resets(&self) -> SmallVec<[Reset; 4]> {
        let mut set: SmallVec<[Reset; 4]> = SmallVec::new();
        for (time, sequence, due) in self.hub.queue.waiting() {
            if let Due::Deliver(message) = due
                && let Body::PasswordSet { password, .. } = message.body
            {
                set.push(Reset { time, account: message.account, sequence, password });
            }
        }
        set.sort_unstable();
        set.dedup_by(|later, earlier| {
            let one = (later.time, later.account) == (earlier.time, earlier.account);
            if one {
                *earlier = *later;
            }
            one
        });
        set
    }

    /// What waits in the queue, and the faults in force.
    fn waiting(&self, ink: &mut Ink<'_>) {
        let now = self.hub.now;
        let mut due: SmallVec<[(Time, u64, &Due); 8]> = self.hub.queue.waiting().collect();
        due.sort_unstable_by_key(|(time, sequence, _)| (*time, *sequence));
        for (time, _, due) in due {
            let (kind, whose) = match due {
                Due::Deliver(message) => match message.body {
                    Body::OtpMail { mailbox, number, .. } => {
                        let newness = self.how_new(message.account, number);
                        (1, u64::from(message.account.0) << 24 | u64::from(mailbox.0) << 3 | newness)
                    }
                    _ => continue,
                },
                Due::TokenMade { holder } => (3, u64::from(holder.0)),
                // A look that nobody waits for any more does nothing; one that someone does is in what is under way.
                Due::Look { .. } | Due::Step { .. } => continue,
            };
            ink.put(2, kind);
            ink.put(48, whose);
            ink.until(Some(time));
        }
        ink.put(2, 0);
        for reset in self.resets() {
            let row = self.world.accounts.get(reset.account.at());
            ink.put(2, 1 + u64::from(row.is_some_and(|row| row.portal.pending.get() == Some(reset.password))));
            ink.put(16, u64::from(reset.account.0));
            ink.until(Some(reset.time));
        }
        ink.put(2, 0);
        for (fault, until) in self.hub.faults.iter().filter(|(_, until)| *until > now) {
            let (kind, what, by) = match fault {
                Fault::SlowMail(mailbox, by) => (1, u64::from(mailbox.0), *by),
                Fault::LostMail(mailbox) => (2, u64::from(mailbox.0), Span(0)),
                Fault::Outage(party) => (3, *party as u64, Span(0)),
                Fault::Clock(party, by) => (4, *party as u64, *by),
                Fault::SlowMails(by) => (5, 0, *by),
                Fault::LostMails => (6, 0, Span(0)),
            };
            ink.until(Some(*until));
            ink.put(24, kind << 20 | what);
            ink.put(40, by.0.cast_unsigned() & ((1 << 40) - 1));
        }
    }
}

//! Acts and messages on the virtual clock: the one semantics behind replay, search, rehearsal and access.
//!
//! Promises that what one click causes runs to completion at once, in the order of sending, and that everything is
//! said to the observer. Deliberately holds no rule and no procedure.

mod bit_writer;
mod context;
mod interactions;
mod next_change;
mod state_key;
mod stepping;
mod steps;
#[cfg(test)]
mod tests;
mod visible_pages;

pub use context::{Fault, Pace};
pub use state_key::Detail;

use crate::act::{Act, ActOutcome, Activity, NextStep, PageView, Step, next};
use crate::clause::Clauses;
use crate::kernel::{CompactOption, Draws, FlatSet, Queue, Span, Time, copy_into};
use crate::policy::decide::helpdesk::Ask;
use crate::policy::decide::helper::Helper;
use crate::policy::decide::otp::{MailAccess, ReadMail};
use crate::policy::request::{AccountKind, Factor, Reason, Role, Topic};
use crate::policy::rules::Rule;
use crate::policy::{Policy, Scope};
use crate::trace::{Ended, Event, Nobody, Observer};
use crate::world::authenticator::{Codes, Symbolic};
use crate::world::ids::{AccountId, MailboxId, PersonId, TokenId};
use crate::world::message::{Body, Message, Page, Party};
use crate::world::port::{Linked, Port};
use crate::world::post::OtpMail;
use crate::world::state::{Carried, Computer, HardToken, MailKind, World};
use crate::world::{email_otp, password_reset, portal, self_service, workspace};
use context::{Due, SimContext};
use smallvec::SmallVec;
use std::collections::VecDeque;

/// How long a person waits for an OTP before giving up.
const PATIENCE: Span = Span(300_000);
/// How often a person looks into the mailbox.
const LOOK_AGAIN: Span = Span(5_000);
/// More steps than any procedure has; a page that leads nowhere ends here.
const MOST_STEPS: u32 = 200;
/// How long a token lies before somebody looks whether it can be taken up.
const TOKEN_WAITS: Span = Span(600_000);

/// Before all time.
const BEFORE: Time = Time(i64::MIN);

/// How an act goes on.
enum Goes {
    /// With this step at this time.
    On(Time, Step),
    /// When something comes for it.
    Waits,
    /// No more.
    Ended,
}

/// A world under a policy, with a clock.
#[derive(Debug)]
pub struct Engine<'p, O, C = Symbolic> {
    /// The rows.
    pub world: World,
    hub: SimContext<'p, O, C>,
    doings: Vec<Option<Activity>>,
    free: SmallVec<[usize; 2]>,
    /// Who waits for mail: by account, the acts under way.
    awaiting: FlatSet<(AccountId, usize)>,
    ended: SmallVec<[(Time, Ended); 1]>,
}

impl<O: Clone, C: Clone> Clone for Engine<'_, O, C> {
    fn clone(&self) -> Self {
        Engine {
            world: self.world.clone(),
            hub: self.hub.clone(),
            doings: self.doings.clone(),
            free: self.free.clone(),
            awaiting: self.awaiting.clone(),
            ended: self.ended.clone(),
        }
    }

    /// A search makes copies by the million, into the same place.
    fn clone_from(&mut self, from: &Self) {
        self.world.clone_from(&from.world);
        self.hub.clone_from(&from.hub);
        self.doings.clone_from(&from.doings);
        copy_into(&mut self.free, &from.free);
        self.awaiting.clone_from(&from.awaiting);
        copy_into(&mut self.ended, &from.ended);
    }
}

impl<'p, O: Observer, C: Codes> Engine<'p, O, C> {
    /// A world at a time. Secrets and passwords made before are numbered below `used`.
    pub fn new(
        world: World,
        policy: &'p Policy,
        codes: C,
        draws: Draws,
        now: Time,
        used: u32,
        observer: O,
    ) -> Engine<'p, O, C> {
        let hub = SimContext {
            policy,
            draws,
            codes,
            observer,
            now,
            pace: Pace::Nominal,
            row: 0,
            inbox: VecDeque::new(),
            queue: Queue::default(),
            faults: Vec::new(),
            secrets: used,
            passwords: used,
            saml: 0,
            linked: Linked::default(),
            asked: Clauses::NONE,
            refusal: None,
            prompted: false,
            last: Clauses::NONE,
        };
        let awaiting = FlatSet::default();
        Engine { world, hub, doings: Vec::new(), free: SmallVec::new(), awaiting, ended: SmallVec::new() }
    }

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.hub.now
    }

    /// When the next thing is due.
    pub fn next_due(&self) -> Option<Time> {
        self.hub.queue.peek()
    }

    /// Whether nothing is due but tokens that lie until whoever got the last one has handed it over: as long as nobody acts,
    /// nothing happens any more.
    pub fn is_still(&self) -> bool {
        let lies = |due: &Due| match due {
            Due::TokenMade { holder } => self.world.people.get(holder.at()).is_some_and(|p| p.token.is_some()),
            _ => false,
        };
        self.hub.queue.waiting().all(|(_, _, due)| lies(due))
    }

    /// The same world with symbols for codes and nobody listening, with no act under way, but with the mail and what
    /// else was sent: to look ahead from.
    pub fn ahead(&self) -> Engine<'p, Nobody, Symbolic> {
        let hub = &self.hub;
        let mut copy = Engine::new(self.world.clone(), hub.policy, Symbolic, hub.draws, hub.now, hub.secrets, Nobody);
        (copy.hub.passwords, copy.hub.saml) = (hub.passwords, hub.saml);
        copy.hub.faults.clone_from(&hub.faults);
        let mut sent: Vec<(Time, u64, Due)> = hub.queue.waiting().map(|(time, at, due)| (time, at, *due)).collect();
        sent.sort_unstable_by_key(|(time, at, _)| (*time, *at));
        for (time, _, due) in sent {
            if matches!(due, Due::Deliver(_) | Due::TokenMade { .. }) {
                copy.hub.queue.push(time, due);
            }
        }
        copy
    }

    /// The same world seen by another observer, with nothing under way: to try a question on.
    pub fn fork<P: Observer>(&self, observer: P) -> Engine<'p, P, C> {
        let hub = &self.hub;
        let mut copy =
            Engine::new(self.world.clone(), hub.policy, hub.codes.clone(), hub.draws, hub.now, hub.secrets, observer);
        copy.hub.passwords = hub.passwords;
        copy.hub.saml = hub.saml;
        copy.hub.pace = hub.pace;
        copy.hub.faults.clone_from(&hub.faults);
        copy
    }

    /// The observer, when the run is over.
    pub fn into_observer(self) -> O {
        self.hub.observer
    }

    /// The observer, while the run goes on.
    pub const fn observer(&mut self) -> &mut O {
        &mut self.hub.observer
    }

    /// The codes, with what they counted.
    pub fn codes(&self) -> &C {
        &self.hub.codes
    }

    /// The acts that ended since this was last asked, in order.
    pub fn take_ended(&mut self) -> SmallVec<[(Time, Ended); 1]> {
        std::mem::take(&mut self.ended)
    }

    /// Sets how long things take from here on.
    pub const fn set_pace(&mut self, pace: Pace) {
        self.hub.pace = pace;
    }

    /// The row that keeps a person busy.
    pub fn busy(&self, person: PersonId) -> Option<usize> {
        self.doings.iter().flatten().find(|d| d.participants().any(|p| p == person)).map(|d| d.row)
    }

    /// Puts a fault in force.
    pub fn fault(&mut self, fault: Fault, until: Time) {
        self.hub.faults.push((fault, until));
    }

    /// Runs what is due up to and including this time, and sets the clock to it.
    pub fn run_until(&mut self, time: Time) {
        while self.next_due().is_some_and(|at| at <= time) {
            self.turn();
        }
        self.hub.now = self.hub.now.max(time);
    }

    /// Begins an act now.
    pub fn start(&mut self, doing: Activity) {
        self.begin(doing, BEFORE);
    }

    /// Begins an act that nothing else touches before `until`, and takes at once all its steps before that: its rows are
    /// in hand, and nothing of it has to wait in the queue. The clock stays; how it ended is told with its own time, which
    /// may be ahead.
    pub fn start_ahead(&mut self, doing: Activity, until: Time) {
        let now = self.hub.now;
        self.begin(doing, until);
        self.hub.now = now;
    }

    fn begin(&mut self, doing: Activity, until: Time) {
        self.hub.row = doing.row;
        self.hub.say(&Event::Began { row: doing.row });
        if self.world.computers.close_after_use() {
            self.world.computers.open(doing.computer);
        }
        if doing.fresh
            && let Some(computer) = self.world.computers.get_mut(doing.computer)
        {
            *computer = Computer::default();
        }
        let at = self.free.pop().unwrap_or(self.doings.len());
        match self.doings.get_mut(at) {
            Some(slot) => *slot = Some(doing),
            None => self.doings.push(Some(doing)),
        }
        self.with(at, until, Self::look);
    }

    /// A new account comes into being: its credentials go where the policy sends them (N1, G6).
    pub fn create(&mut self, account: AccountId, row: usize) {
        self.hub.row = row;
        self.hub.say(&Event::Began { row });
        self.deliver_credentials(account);
    }

    /// Does the one thing that is due next; `false` if nothing is.
    pub fn turn(&mut self) -> bool {
        let Some((time, due)) = self.hub.queue.pop() else { return false };
        self.hub.now = self.hub.now.max(time);
        match due {
            Due::Deliver(message) => {
                let closes = self.world.computers.close_after_use();
                if closes {
                    self.world.computers.open(message.computer);
                }
                self.hub.inbox.push_back(message);
                self.complete();
                if closes {
                    self.world.computers.close(message.computer);
                }
            }
            Due::Look { doing, since } => {
                if self.waits(doing, since) {
                    self.with(doing, BEFORE, Self::look);
                }
            }
            Due::Step { doing, step } => self.with(doing, BEFORE, |engine, at, doing| engine.take(at, doing, step)),
            Due::TokenMade { holder } => self.token_made(holder),
        }
        true
    }

    /// A token has come; where the last one is still in hand, this one waits until that was handed over.
    fn token_made(&mut self, holder: PersonId) {
        let token = TokenId(u32::try_from(self.world.tokens.len()).unwrap_or(u32::MAX));
        match self.world.people.get_mut(holder.at()) {
            Some(person) if person.token.get().is_none() => {
                person.token = CompactOption::some(token);
                self.world.tokens.push(HardToken::default());
            }
            Some(_) => self.hub.queue.push(self.hub.now.plus(TOKEN_WAITS), Due::TokenMade { holder }),
            None => {}
        }
    }

    /// Lets the messages of one click run to completion.
    fn complete(&mut self) {
        while let Some(message) = self.hub.inbox.pop_front() {
            self.hub.say(&Event::Message(message));
            self.dispatch(message);
        }
    }

    fn dispatch(&mut self, mut msg: Message) {
        // A response goes through the browser, which has it whether Google answers or not.
        if let Body::Assertion { answers, id, issued, factor, .. } = msg.body
            && let Some(computer) = self.world.computers.get_mut(msg.computer)
        {
            computer.carried = Some(Carried { account: msg.account, answers: answers.into(), id, issued, factor });
        }
        if !self.hub.faults.is_empty()
            && msg.to != Party::Browser
            && self.hub.fault(|f| *f == Fault::Outage(msg.to)).is_some()
        {
            self.hub.inbox.push_back(msg.show(Page::Refused(Reason::PartyDown)));
            return;
        }
        if let Body::OtpMail { mailbox, number, value, .. } = msg.body {
            return self.receive(msg.account, mailbox, number, value);
        }
        if msg.to == Party::SelfService {
            self.link(&msg);
        }
        let Some(computer) = self.world.computers.get_mut(msg.computer) else { return };
        // A SAML request names no account: a live MIMS session answers it, whoever's it is (A18).
        if let (Body::AuthnRequest(_), Some(session)) = (msg.body, computer.portal.session) {
            msg.account = session.account;
        }
        let msg = &msg;
        let Some(account) = self.world.accounts.get_mut(msg.account.at()) else { return };
        let hub = &mut self.hub;
        match msg.to {
            Party::Portal => {
                portal::handle(&mut account.portal, &mut computer.portal, msg, hub);
                account.workspace.reset_at = account.portal.reset_at;
            }
            Party::SelfService => {
                self_service::handle(&mut account.self_service, &mut computer.self_service, msg, hub);
                account.workspace.enrolled = account.self_service.enrolled();
            }
            Party::EmailOtp => email_otp::handle(&mut account.email_otp, msg, hub),
            Party::PasswordReset => password_reset::handle(&mut account.reset, &mut account.portal.pending, msg, hub),
            Party::Workspace => workspace::handle(&mut account.workspace, &mut computer.workspace, msg, hub),
            Party::Browser => match (msg.body, computer.tabs.get_mut(usize::from(msg.tab))) {
                (Body::Show(page), Some(tab)) => *tab = page,
                (Body::Prompt, _) => hub.prompted = true,
                _ => {}
            },
            Party::Mail => {}
        }
    }

    fn receive(&mut self, account: AccountId, mailbox: MailboxId, number: u32, value: u32) {
        self.world.post.receive(OtpMail { mailbox, account, number, value });
        // Whoever waits for it finds it when they look next.
        let now = self.hub.now;
        for (_, at) in self.awaiting.range((account, 0)..=(account, usize::MAX)) {
            let doing = self.doings.get(*at).and_then(Option::as_ref);
            if let Some(doing) = doing
                && doing.waits
                && let Some(since) = doing.waiting_since.get()
            {
                let waited = now.0 - since.0;
                let pause = match self.hub.pace {
                    Pace::Nominal | Pace::Sampled => (-waited).rem_euclid(LOOK_AGAIN.0),
                    Pace::Instant => 0,
                };
                self.hub.queue.push(now.plus(Span(pause)), Due::Look { doing: *at, since });
            }
        }
    }

    /// Whether someone has waited for mail since then, and still does.
    fn waits(&self, at: usize, since: Time) -> bool {
        let doing = self.doings.get(at).and_then(Option::as_ref);
        doing.is_some_and(|doing| doing.waits && doing.waiting_since.get() == Some(since))
    }

    /// Looks up the linked authenticators that a message to self-service may rest on (A23): its own table, other rows.
    fn link(&mut self, msg: &Message) {
        self.hub.linked = Linked::default();
        let Some(account) = self.world.accounts.get(msg.account.at()) else { return };
        if !account.kind.is_generic() || !self.hub.policy.rules(account.scope()).on(Rule::Linked) {
            return;
        }
        let (Body::FactorsAsked | Body::Verify { .. }) = msg.body else { return };
        let range = (msg.account, AccountId(0))..=(msg.account, AccountId(u32::MAX));
        for (_, other) in self.world.links.range(range) {
            let Some(row) = self.world.accounts.get(other.at()).map(|a| &a.self_service) else { continue };
            self.hub.linked.any |= row.enrolled();
            if let Body::Verify { code, .. } = &msg.body
                && self.hub.linked.holder.is_none()
                && [row.soft, row.hard].iter().flatten().any(|t| self.hub.fit(row.scope, t.secret, code).is_some())
            {
                self.hub.linked.holder = Some(*other);
            }
        }
    }

    fn view(&mut self, doing: &Activity) -> PageView {
        let world = &self.world;
        let computer = world.computers.get(doing.computer);
        let tab = |at: usize| computer.and_then(|c| c.tabs.get(at)).copied().unwrap_or_default();
        let front = tab(0);
        let page = if doing.reading { tab(1) } else { front };
        let account = world.accounts.get(doing.account.at());
        let mut view = PageView {
            page,
            cut_over: account.is_some_and(|a| self.hub.cut_over(a.scope())),
            otp_kind: MailKind::Other,
            otp_here: false,
            otp_owner_here: false,
            icon_open: false,
            holds_token: world.people.get(doing.person.at()).is_some_and(|p| p.token.is_some()),
        };
        if let Page::OtpAsked { number, mailbox } = front {
            view.otp_here = world.post.find(mailbox, doing.account, number).is_some();
            let Some(mailbox) = world.mailboxes.get(mailbox.at()) else { return view };
            view.otp_kind = mailbox.kind;
            match mailbox.kind {
                MailKind::Icon(icon) => {
                    view.otp_owner_here = true;
                    view.icon_open = self.icon_session(doing, icon);
                }
                _ => view.otp_owner_here = doing.participants().any(|p| p == mailbox.owner),
            }
        }
        view
    }

    /// Whether a Workspace session of this account is alive at the computer in use or at one of a participant's own.
    fn icon_session(&mut self, doing: &Activity, icon: AccountId) -> bool {
        let own = doing.participants().filter_map(|p| self.world.people.get(p.at()));
        let mut computers: Vec<_> = own.map(|p| p.computer).collect();
        computers.push(doing.computer);
        let Some(account) = self.world.accounts.get(icon.at()) else { return false };
        let hub = &mut self.hub;
        let sessions = computers.iter().filter_map(|c| self.world.computers.session(*c));
        sessions.filter(|session| session.account == icon).any(|session| session.live(&account.workspace, hub))
    }

    /// Goes on with an act, and takes its further steps before `until` at once. The acts under way are set aside meanwhile,
    /// so that none is copied: nothing that a step causes at once looks at another's.
    fn with(&mut self, at: usize, until: Time, go_on: impl FnOnce(&mut Self, usize, &mut Activity) -> Goes) {
        let mut doings = std::mem::take(&mut self.doings);
        if let Some(slot) = doings.get_mut(at)
            && let Some(doing) = slot.as_mut()
        {
            let mut goes = go_on(self, at, doing);
            while let Goes::On(time, step) = goes
                && time < until
            {
                self.hub.now = time;
                goes = self.take(at, doing, step);
            }
            match goes {
                Goes::On(time, step) => self.hub.queue.push(time, Due::Step { doing: at, step }),
                Goes::Waits => {}
                Goes::Ended => {
                    *slot = None;
                    self.free.push(at);
                }
            }
        }
        self.doings = doings;
    }

    /// Looks at the page, with the act in hand, and says how it goes on.
    fn look(&mut self, at: usize, doing: &mut Activity) -> Goes {
        self.hub.row = doing.row;
        if std::mem::take(&mut doing.waits) {
            self.awaiting.remove(&(doing.account, at));
        }
        let view = self.view(doing);
        let next = if doing.taken > MOST_STEPS {
            NextStep::End(ActOutcome::Refused(Reason::NotOffered))
        } else {
            next(doing, &view)
        };
        self.follow(at, doing, next, &view)
    }

    fn follow(&mut self, at: usize, doing: &mut Activity, next: NextStep, view: &PageView) -> Goes {
        let now = self.hub.now;
        match next {
            NextStep::Step(step) => {
                if let Step::Visit(via) = step {
                    doing.via.get_or_insert(via);
                }
                if doing.by_steps {
                    doing.held = Some(step);
                    return Goes::Waits;
                }
                let takes = if self.hub.pace == Pace::Instant { Span(0) } else { step.takes() };
                let mut time = now.plus(takes);
                if let (Step::EnterCode(_), Some(code_at)) = (step, doing.code_at.get()) {
                    time = time.max(code_at);
                }
                Goes::On(time, step)
            }
            NextStep::AwaitMail => {
                let since = doing.waiting_since.get().unwrap_or(now);
                doing.waiting_since = CompactOption::some(since);
                if !doing.reading && now.0 - since.0 >= PATIENCE.0 {
                    let clauses = self.give_up(doing, view.cut_over);
                    return self.end(doing, ActOutcome::Refused(Reason::OtpNotReceived), Some(clauses));
                }
                let again = if doing.reading { now } else { since.plus(PATIENCE) };
                doing.reading = false;
                doing.waits = true;
                self.awaiting.insert((doing.account, at));
                self.hub.queue.push(again, Due::Look { doing: at, since });
                Goes::Waits
            }
            NextStep::Read => {
                doing.reading = true;
                doing.turned = false;
                if let Some(tab) = self.world.computers.get_mut(doing.computer).and_then(|c| c.tabs.get_mut(1)) {
                    *tab = Page::Blank;
                }
                self.look(at, doing)
            }
            NextStep::Unreadable => {
                let mailbox = match view.otp_kind {
                    MailKind::Icon(_) => MailAccess::Icon { workspace_session: view.icon_open },
                    _ => MailAccess::Elsewhere { own: view.otp_owner_here },
                };
                let request = ReadMail { mailbox, cut_over: view.cut_over };
                let decision = self.hub.decide(self.scope(doing.account), &request.into());
                let reason = decision.reason().unwrap_or(Reason::NoSession);
                self.end(doing, ActOutcome::Refused(reason), Some(decision.clauses))
            }
            NextStep::End(result) => self.end(doing, result, None),
        }
    }

    /// No OTP came to the right address: where the guide sends one is what that rests on (Q10, Q11).
    fn give_up(&mut self, doing: &Activity, cut_over: bool) -> Clauses {
        let helper = Helper::at_work(Role::DeskAgent);
        let request = Ask { topic: Topic::OtpMissing, helper, cut_over, student: false };
        self.hub.decide(self.scope(doing.account), &request.into()).clauses
    }

    /// Whether the cutover has come for an account.
    pub fn cut_over(&self, account: AccountId) -> bool {
        self.hub.cut_over(self.scope(account))
    }

    fn scope(&self, account: AccountId) -> Scope {
        self.world.accounts.get(account.at()).map_or(0, |a| a.scope())
    }

    fn kind(&self, account: AccountId) -> AccountKind {
        self.world.accounts.get(account.at()).map_or(AccountKind::SchoolStaff, |a| a.kind)
    }

    /// Takes a step, with the act in hand, and looks on.
    fn take(&mut self, at: usize, doing: &mut Activity, step: Step) -> Goes {
        self.hub.row = doing.row;
        self.hub.asked = Clauses::NONE;
        self.hub.refusal = None;
        self.hub.prompted = false;
        self.hub.last = Clauses::NONE;
        let outcome = self.act(doing, step);
        self.complete();
        doing.rests = doing.rests.union(self.hub.asked);
        doing.taken += 1;
        if !self.hub.last.is_empty() {
            doing.last = self.hub.last;
        }
        doing.turned |= step.turns_page();
        doing.prompted |= self.hub.prompted;
        doing.refused = self.hub.refusal.and_then(|d| Some((d.reason()?, d.clauses))).or(doing.refused);
        if matches!(step, Step::EnterCode(_)) {
            doing.typed_at = CompactOption::some(self.hub.now);
        }
        doing.turn_after(step);
        match outcome {
            Ok(()) => self.look(at, doing),
            Err(_) if doing.reading => {
                let view = self.view(doing);
                self.follow(at, doing, NextStep::Unreadable, &view)
            }
            Err(result) => {
                let clauses = self.hub.refusal.map(|d| d.clauses);
                self.end(doing, result, clauses)
            }
        }
    }

    /// The end of an act.
    fn end(&mut self, doing: &Activity, result: ActOutcome, clauses: Option<Clauses>) -> Goes {
        let clauses = clauses.unwrap_or_else(|| match (result, self.hub.refusal, doing.refused) {
            (ActOutcome::Refused(_), Some(refusal), _) => refusal.clauses,
            // The page alone refuses: what it rests on was decided on the way to it.
            (ActOutcome::Refused(reason), None, Some((before, clauses))) if reason == before => clauses,
            (ActOutcome::Refused(_), ..) => doing.last,
            _ => doing.rests,
        });
        let session = self.world.computers.get(doing.computer).and_then(|c| c.workspace.session);
        let session = session.filter(|_| result == ActOutcome::Granted);
        let owner = self.world.accounts.get(doing.account.at()).map(|a| (a.owner, a.kind.is_generic()));
        let member = match owner {
            Some((owner, false)) => owner == doing.person,
            _ => self.world.members.contains(&(doing.account, doing.person)),
        };
        let ended = Ended {
            row: doing.row,
            person: doing.person,
            account: doing.account,
            act: doing.act,
            via: doing.via.filter(|_| matches!(doing.act, Act::SignIn { .. } | Act::OpenIcon)),
            result,
            clauses,
            typed_at: doing.typed_at.get(),
            opened: session.map(|s| s.account),
            factor: session.map_or(Factor::None, |s| s.factor),
            prompted: doing.prompted,
            member,
        };
        self.hub.row = doing.row;
        self.hub.say(&Event::Ended(ended));
        self.ended.push((self.hub.now, ended));
        self.world.put_away(doing.account, doing.computer, doing.waiting_since.is_some());
        Goes::Ended
    }
}

//! Acts and messages on the virtual clock: the one semantics behind replay, search, rehearsal and access.
//!
//! Promises that what one click causes runs to completion at once, in the order of sending, and that everything is
//! said to the observer. Deliberately holds no rule and no procedure.

use crate::act::{Act, Doing, Leaving, Next, Step, Via, View, next};
use crate::clause::Clauses;
use crate::kernel::calendar::{is_working_day, working_days_after};
use crate::kernel::password::{Features, Shape, compose, features};
use crate::kernel::{Draws, Purpose, Queue, Span, Time};
use crate::policy::request::{AccountKind, Decision, Factor, Helper, Outcome, Reason, Request, Role, Topic};
use crate::policy::rules::Rule;
use crate::policy::{Policy, Scope};
use crate::trace::{Ended, Event, Observer, Result};
use crate::world::ids::{AccountId, MailboxId, PasswordId, PersonId, SecretId, TokenId};
use crate::world::message::{Body, Code, Message, Page, Party, SamlId};
use crate::world::port::Port;
use crate::world::state::{App, Computer, HardToken, MailKind, OtpMail, Profile, World};
use crate::world::{email_otp, password_reset, portal, self_service, workspace};
use std::collections::{BTreeMap, VecDeque};

/// How long a person waits for an OTP before giving up.
const PATIENCE: Span = Span(300_000);
/// How often a person looks into the mailbox.
const LOOK_AGAIN: Span = Span(5_000);
/// More steps than any procedure has; a page that leads nowhere ends here.
const MOST_STEPS: u32 = 200;
/// How many OTPs a mailbox keeps in view.
const OTPS_KEPT: usize = 8;

/// What waits in the queue.
#[derive(Clone, Copy, Debug)]
enum Due {
    Step { doing: usize, step: Step },
    Look { doing: usize },
    Deliver(Message),
    TokenMade { holder: PersonId },
}

/// A fault in force until some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// OTPs to this mailbox come later by so much.
    SlowMail(MailboxId, Span),
    /// OTPs to this mailbox do not come.
    LostMail(MailboxId),
    /// A party does not answer.
    Outage(Party),
}

/// Everything that a party reaches through its port.
#[derive(Clone, Debug)]
struct Hub<'p, O> {
    policy: &'p Policy,
    draws: Draws,
    observer: O,
    now: Time,
    row: usize,
    inbox: VecDeque<Message>,
    queue: Queue<Due>,
    faults: Vec<(Fault, Time)>,
    secrets: u32,
    passwords: u32,
    saml: SamlId,
    /// What the decisions of the present step rest on.
    asked: Clauses,
    /// The last refusal of the present step.
    refusal: Option<Decision>,
}

impl<O: Observer> Hub<'_, O> {
    fn say(&mut self, event: &Event) {
        self.observer.see(self.now, self.row, event);
    }

    fn fault(&self, test: impl Fn(&Fault) -> bool) -> Option<Fault> {
        self.faults.iter().find(|(fault, until)| self.now < *until && test(fault)).map(|(fault, _)| *fault)
    }
}

impl<O: Observer> Port for Hub<'_, O> {
    fn now(&self) -> Time {
        self.now
    }

    fn decide(&mut self, scope: Scope, request: &Request) -> Decision {
        let decision = self.policy.decide(scope, request);
        self.say(&Event::Decided { scope, request: *request, decision });
        match decision.outcome {
            Outcome::Refused(_) => self.refusal = Some(decision),
            _ => self.asked = self.asked.and(decision.clauses),
        }
        decision
    }

    fn send(&mut self, message: Message) {
        self.inbox.push_back(message);
    }

    fn send_at(&mut self, at: Time, message: Message) {
        let mut at = at;
        if let Body::OtpMail { mailbox, .. } = message.body {
            if self.fault(|f| *f == Fault::LostMail(mailbox)).is_some() {
                self.say(&Event::Lost(message));
                return;
            }
            if let Some(Fault::SlowMail(_, by)) = self.fault(|f| matches!(f, Fault::SlowMail(m, _) if *m == mailbox)) {
                at = at.plus(by);
            }
        }
        self.queue.push(at, Due::Deliver(message));
    }

    fn verify(&mut self, scope: Scope, secret: SecretId, code: &Code) -> Option<i32> {
        let rules = self.policy.rules(scope);
        let step = self.now.0.div_euclid(rules.get(Rule::TotpPeriod).max(1));
        let off = code.step - step;
        (code.secret == secret && off.abs() <= rules.get(Rule::TotpSkew)).then(|| i32::try_from(off).ok()).flatten()
    }

    fn fresh_secret(&mut self) -> SecretId {
        self.secrets += 1;
        SecretId(self.secrets)
    }

    fn fresh_saml(&mut self) -> SamlId {
        self.saml += 1;
        self.saml
    }

    fn otp_value(&mut self, account: AccountId, number: u32) -> u32 {
        self.draws.below(1_000_000, account.0, Purpose::OtpValue, number)
    }
}

/// A world under a policy, with a clock.
#[derive(Clone, Debug)]
pub struct Engine<'p, O> {
    /// The rows.
    pub world: World,
    hub: Hub<'p, O>,
    doings: Vec<Option<Doing>>,
    ended: BTreeMap<usize, (Time, Ended)>,
    waiting: BTreeMap<usize, Time>,
    rests: BTreeMap<usize, Clauses>,
}

impl<'p, O: Observer> Engine<'p, O> {
    /// A world at a time. Secrets and passwords made before are numbered below `used`.
    pub fn new(world: World, policy: &'p Policy, draws: Draws, now: Time, used: u32, observer: O) -> Engine<'p, O> {
        let hub = Hub {
            policy,
            draws,
            observer,
            now,
            row: 0,
            inbox: VecDeque::new(),
            queue: Queue::default(),
            faults: Vec::new(),
            secrets: used,
            passwords: used,
            saml: 0,
            asked: Clauses::NONE,
            refusal: None,
        };
        Engine {
            world,
            hub,
            doings: Vec::new(),
            ended: BTreeMap::new(),
            waiting: BTreeMap::new(),
            rests: BTreeMap::new(),
        }
    }

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.hub.now
    }

    /// The same world seen by another observer, with nothing under way: to try a question on.
    pub fn fork<P: Observer>(&self, observer: P) -> Engine<'p, P> {
        let mut copy = Engine::new(self.world.clone(), self.hub.policy, self.hub.draws, self.hub.now, 0, observer);
        copy.hub.secrets = self.hub.secrets;
        copy.hub.passwords = self.hub.passwords;
        copy.hub.saml = self.hub.saml;
        copy.hub.faults.clone_from(&self.hub.faults);
        copy
    }

    /// The observer, when the run is over.
    pub fn into_observer(self) -> O {
        self.hub.observer
    }

    /// How a row ended, and when.
    pub fn ended(&self, row: usize) -> Option<(Time, Ended)> {
        self.ended.get(&row).copied()
    }

    /// When a row ended or began to wait for something that others do.
    pub fn settled(&self, row: usize) -> Option<Time> {
        self.ended.get(&row).map(|(at, _)| *at).or_else(|| self.waiting.get(&row).copied())
    }

    /// The row that keeps a person busy.
    pub fn busy(&self, person: PersonId) -> Option<usize> {
        self.doings.iter().flatten().find(|d| d.person == person || d.with.contains(&person)).map(|d| d.row)
    }

    /// Puts a fault in force.
    pub fn fault(&mut self, fault: Fault, until: Time) {
        self.hub.faults.push((fault, until));
    }

    /// Runs what is due up to and including this time, and sets the clock to it.
    pub fn run_until(&mut self, time: Time) {
        while self.hub.queue.peek().is_some_and(|at| at <= time) {
            self.turn();
        }
        self.hub.now = self.hub.now.max(time);
    }

    /// Runs until the row has ended or waits, or nothing is due any more.
    pub fn run_row(&mut self, row: usize) {
        while self.settled(row).is_none() && self.turn() {}
    }

    /// Runs until no act is under way and no mail, or other change, is due.
    pub fn run_out(&mut self) {
        while self.turn() {}
    }

    /// Begins an act now.
    pub fn start(&mut self, doing: Doing) {
        self.hub.row = doing.row;
        self.hub.say(&Event::Began { row: doing.row });
        if doing.fresh
            && let Some(computer) = self.world.computers.get_mut(doing.computer.at())
        {
            *computer = Computer::default();
        }
        let at = self.doings.len();
        self.doings.push(Some(doing));
        self.advance(at);
    }

    /// One thing that is due; `false` if nothing was.
    fn turn(&mut self) -> bool {
        let Some((time, due)) = self.hub.queue.pop() else { return false };
        self.hub.now = self.hub.now.max(time);
        match due {
            Due::Deliver(message) => {
                self.hub.inbox.push_back(message);
                self.complete();
            }
            Due::Look { doing } => self.advance(doing),
            Due::Step { doing, step } => self.perform(doing, step),
            Due::TokenMade { holder } => {
                let secret = self.hub.fresh_secret();
                let token = TokenId(u32::try_from(self.world.tokens.len()).unwrap_or(u32::MAX));
                self.world.tokens.push(HardToken { secret, clock: Span(0) });
                if let Some(person) = self.world.people.get_mut(holder.at()) {
                    person.token = Some(token);
                }
            }
        }
        true
    }

    /// Lets the messages of one click run to completion.
    fn complete(&mut self) {
        while let Some(message) = self.hub.inbox.pop_front() {
            self.hub.say(&Event::Message(message));
            self.dispatch(&message);
        }
    }

    fn dispatch(&mut self, msg: &Message) {
        if self.hub.fault(|f| *f == Fault::Outage(msg.to)).is_some() && msg.to != Party::Browser {
            self.hub.inbox.push_back(msg.show(Page::Refused(Reason::PartyDown)));
            return;
        }
        if let Body::OtpMail { mailbox, number, value, .. } = msg.body {
            if let Some(mailbox) = self.world.mailboxes.get_mut(mailbox.at()) {
                if mailbox.otps.len() >= OTPS_KEPT {
                    mailbox.otps.remove(0);
                }
                mailbox.otps.push(OtpMail { account: msg.account, number, value });
            }
            return;
        }
        let Some(account) = self.world.accounts.get_mut(msg.account.at()) else { return };
        let Some(computer) = self.world.computers.get_mut(msg.computer.at()) else { return };
        let hub = &mut self.hub;
        match msg.to {
            Party::Portal => {
                portal::handle(&mut account.portal, &mut computer.portal, msg, hub);
                account.workspace.reset_at = account.portal.reset_at;
            }
            Party::SelfService => {
                self_service::handle(&mut account.self_service, &mut computer.self_service, msg, hub);
            }
            Party::EmailOtp => email_otp::handle(&mut account.email_otp, msg, hub),
            Party::PasswordReset => password_reset::handle(&mut account.reset, &mut account.portal.pending, msg, hub),
            Party::Workspace => workspace::handle(&mut account.workspace, &mut computer.workspace, msg, hub),
            Party::Browser => {
                if let (Body::Show(page), Some(tab)) = (msg.body, computer.tabs.get_mut(usize::from(msg.tab))) {
                    *tab = page;
                }
            }
            Party::Mail => {}
        }
    }

    fn view(&mut self, doing: &Doing) -> View {
        let world = &self.world;
        let computer = world.computers.get(doing.computer.at());
        let page = computer.map_or(Page::Blank, |c| if doing.reading { c.tabs[1] } else { c.tabs[0] });
        let account = world.accounts.get(doing.account.at());
        let cut_over = account.is_some_and(|a| self.hub.now.0 >= self.hub.policy.rules(a.scope()).get(Rule::Cutover));
        let mailbox = account.and_then(|a| world.mailboxes.get(a.self_service.otp_mailbox.at()));
        let front = computer.map_or(Page::Blank, |c| c.tabs[0]);
        let shown = if let Page::OtpAsked { number, .. } = front { Some(number) } else { None };
        let otp_kind = mailbox.map_or(MailKind::Other, |m| m.kind);
        View {
            page,
            cut_over,
            otp_kind,
            otp_here: mailbox
                .is_some_and(|m| m.otps.iter().any(|o| o.account == doing.account && Some(o.number) == shown)),
            otp_owner_here: mailbox.is_some_and(|m| match m.kind {
                MailKind::Icon(_) => true,
                _ => m.owner == doing.person || doing.with.contains(&m.owner),
            }),
            icon_open: match otp_kind {
                MailKind::Icon(icon) => self.icon_session(doing, icon),
                _ => false,
            },
        }
    }

    /// Whether a Workspace session of this account is alive at the computer in use or at one of a participant's own.
    fn icon_session(&mut self, doing: &Doing, icon: AccountId) -> bool {
        let own = (0..).map_while(|turn| doing.participant(turn)).filter_map(|p| self.world.people.get(p.at()));
        let mut computers: Vec<_> = own.map(|p| p.computer).collect();
        computers.push(doing.computer);
        let Some(account) = self.world.accounts.get(icon.at()) else { return false };
        let hub = &mut self.hub;
        computers.iter().filter_map(|c| self.world.computers.get(c.at())).any(|c| {
            c.workspace.session.is_some_and(|s| s.account == icon)
                && c.workspace.live(&account.workspace, hub).is_some()
        })
    }

    /// Looks at the page and schedules the next step.
    fn advance(&mut self, at: usize) {
        let Some(Some(doing)) = self.doings.get(at) else { return };
        let doing = doing.clone();
        self.hub.row = doing.row;
        let view = self.view(&doing);
        let now = self.hub.now;
        let next =
            if doing.taken > MOST_STEPS { Next::End(Result::Refused(Reason::NotOffered)) } else { next(&doing, &view) };
        match next {
            Next::Step(step) => {
                let mut time = now.plus(step.takes());
                if let (Step::EnterCode, Some(code_at)) = (step, doing.code_at) {
                    time = time.max(code_at);
                }
                self.hub.queue.push(time, Due::Step { doing: at, step });
            }
            Next::Until(time) => {
                self.change(at, |d| d.taken += 1);
                self.hub.queue.push(time.max(now), Due::Look { doing: at });
            }
            Next::AwaitMail => {
                let since = doing.waiting_since.unwrap_or(now);
                if doing.reading {
                    self.change(at, |d| d.reading = false);
                } else if now.0 - since.0 >= PATIENCE.0 {
                    let request =
                        Request::Ask { topic: Topic::OtpMissing, role: Role::DeskAgent, cut_over: view.cut_over };
                    let scope = self.scope(doing.account);
                    let clauses = self.hub.decide(scope, &request).clauses;
                    return self.end(at, Result::Refused(Reason::OtpNotReceived), Some(clauses));
                }
                self.change(at, |d| d.waiting_since = Some(since));
                let pause = if doing.reading { Span(0) } else { LOOK_AGAIN };
                self.hub.queue.push(now.plus(pause), Due::Look { doing: at });
            }
            Next::Read => {
                self.change(at, |d| d.reading = true);
                if let Some(computer) = self.world.computers.get_mut(doing.computer.at()) {
                    computer.tabs[1] = Page::Blank;
                }
                self.advance(at);
            }
            Next::Unreadable => {
                let icon = matches!(view.otp_kind, MailKind::Icon(_));
                let request = Request::ReadMail { icon, own: view.otp_owner_here, workspace_session: view.icon_open };
                let scope = self.scope(doing.account);
                let decision = self.hub.decide(scope, &request);
                let reason = decision.reason().unwrap_or(Reason::NoSession);
                self.end(at, Result::Refused(reason), Some(decision.clauses));
            }
            Next::End(result) => self.end(at, result, None),
        }
    }

    fn change(&mut self, at: usize, change: impl FnOnce(&mut Doing)) {
        if let Some(Some(doing)) = self.doings.get_mut(at) {
            change(doing);
        }
    }

    fn scope(&self, account: AccountId) -> Scope {
        self.world.accounts.get(account.at()).map_or(0, |a| a.scope())
    }

    /// Takes a step and looks on.
    fn perform(&mut self, at: usize, step: Step) {
        let Some(Some(doing)) = self.doings.get(at) else { return };
        let doing = doing.clone();
        self.hub.row = doing.row;
        self.hub.asked = Clauses::NONE;
        self.hub.refusal = None;
        let outcome = self.act(&doing, step);
        self.complete();
        let asked = self.hub.asked;
        let sum = self.rests.entry(doing.row).or_default();
        *sum = sum.and(asked);
        self.change(at, |d| {
            d.taken += 1;
            match step {
                Step::Scan(_) | Step::Test(_) | Step::RemoveProfile(_) => d.turn += 1,
                Step::Alone => d.turn = 2,
                Step::Delete { .. } => (d.turn, d.deleted) = (0, true),
                Step::ShowQr | Step::Save => d.turn = 0,
                _ => {}
            }
        });
        match outcome {
            Ok(()) => self.advance(at),
            Err(result) => {
                let clauses = self.hub.refusal.map(|d| d.clauses);
                self.end(at, result, clauses);
            }
        }
    }

    fn end(&mut self, at: usize, result: Result, clauses: Option<Clauses>) {
        let Some(doing) = self.doings.get_mut(at).and_then(Option::take) else { return };
        let all = self.rests.remove(&doing.row).unwrap_or_default();
        let refused = matches!(result, Result::Refused(_));
        let refusal = self.hub.refusal.map(|d| d.clauses).unwrap_or_default();
        let clauses = clauses.unwrap_or(if refused { refusal } else { all });
        let session = self.world.computers.get(doing.computer.at()).and_then(|c| c.workspace.session);
        let session = session.filter(|_| result == Result::Granted);
        let owner = self.world.accounts.get(doing.account.at()).map(|a| (a.owner, a.kind.is_generic()));
        let member = self.world.members.contains(&(doing.account, doing.person))
            || owner.is_some_and(|(owner, generic)| owner == doing.person && !generic);
        let ended = Ended {
            row: doing.row,
            person: doing.person,
            account: doing.account,
            result,
            clauses,
            opened: session.map(|s| s.account),
            factor: session.map_or(Factor::None, |s| s.factor),
            member,
        };
        self.hub.row = doing.row;
        self.hub.say(&Event::Ended(ended));
        if result == Result::Waiting {
            self.waiting.insert(doing.row, self.hub.now);
        }
        self.ended.insert(doing.row, (self.hub.now, ended));
    }

    /// What a step does: a click, or something between people. An error ends the act.
    #[allow(clippy::too_many_lines)]
    fn act(&mut self, doing: &Doing, step: Step) -> std::result::Result<(), Result> {
        let refuse = |reason| Err(Result::Refused(reason));
        let account = doing.account;
        match step {
            Step::Visit(Via::Portal) => self.click(doing, Party::Portal, Body::VisitPortal),
            Step::Visit(Via::Google) => self.click(doing, Party::Workspace, Body::VisitGoogle),
            Step::EnterPassword => {
                let Some(password) = self.knows(doing.person, account) else { return refuse(Reason::PasswordUnknown) };
                let body = Body::SignIn { suffix_right: true, password, same_case: true };
                self.click(doing, Party::Portal, body);
            }
            Step::ChangeExpired => {
                let (password, features) = self.new_password(doing, Shape::Good);
                self.click(doing, Party::Portal, Body::ChangeExpired { password, features, alike: true });
            }
            Step::OpenTile(tile) => self.click(doing, Party::Portal, Body::OpenTile(tile)),
            Step::TypeAddress => {
                let computer = self.world.computers.get(doing.computer.at());
                let known_device = computer.is_some_and(|c| c.workspace.knows(self.subject(doing)));
                self.click(doing, Party::Workspace, Body::Address { icon_domain: true, known_device });
            }
            Step::OldSignIn => {
                let subject = self.subject(doing);
                let person = self.world.people.get(doing.person.at());
                let password = person.is_some_and(|p| p.knows_old.contains(&subject));
                let phone = person.is_some_and(|p| p.phone.is_some());
                self.click(doing, Party::Workspace, Body::OldSignIn { password, phone });
            }
            Step::EnterCode => {
                let subject = self.subject(doing);
                match (self.code(doing.person, subject), self.emergency(doing.person, subject)) {
                    (Some(code), _) => self.click(doing, Party::Portal, Body::EnterCode(code)),
                    (None, Some(password)) => self.click(doing, Party::Portal, Body::EnterEmergency(password)),
                    (None, None) => return refuse(Reason::NoDevice),
                }
            }
            Step::OpenSetup => self.click(doing, Party::SelfService, Body::OpenSetup),
            Step::LoginId => self.click(doing, Party::SelfService, Body::LoginId { right: true }),
            Step::NextOtp => self.click(doing, Party::SelfService, Body::NextOtp),
            Step::EnterOtp => self.enter_otp(doing),
            Step::ShowQr => self.click(doing, Party::SelfService, Body::ShowQr),
            Step::ReloadQr => self.click(doing, Party::SelfService, Body::ReloadQr),
            Step::Scan(person) => return self.scan(doing, person),
            Step::Save => {
                let code = self.code(doing.person, account);
                self.click(doing, Party::SelfService, Body::Save { code });
            }
            Step::SaveSerial => {
                let held = self.world.people.get(doing.person.at()).and_then(|p| p.token);
                let token = held.unwrap_or(TokenId(u32::MAX));
                let code = self.token_code(doing.person, account);
                self.click(doing, Party::SelfService, Body::SaveSerial { token, known: held.is_some(), code });
            }
            Step::Test(person) => match self.code(person, account) {
                Some(code) => self.click(doing, Party::SelfService, Body::Test(code)),
                None => return refuse(Reason::NoDevice),
            },
            Step::Delete { hard, leaves } => self.click(doing, Party::SelfService, Body::Delete { hard, leaves }),
            Step::RemoveProfile(person) => {
                if let Some(phone) = self.world.people.get_mut(person.at()).and_then(|p| p.phone.as_mut()) {
                    phone.profiles.retain(|profile| profile.account != account);
                }
            }
            Step::SignOutGoogle { portal_too } => {
                self.click(doing, Party::Workspace, Body::SignOutGoogle { portal_too });
            }
            Step::Logout => {
                let after_setup = matches!(doing.act, Act::Enrol { .. });
                self.click(doing, Party::Portal, Body::Logout { by_google: false, after_setup });
            }
            Step::ForgotPassword => self.click(doing, Party::Portal, Body::ForgotPassword),
            Step::Answers => {
                let remembers = self.world.people.get(doing.person.at()).is_some_and(|p| p.remembers_answers);
                let questions = self.hub.policy.rules(self.scope(account)).get(Rule::Questions);
                let right = u32::try_from(if remembers { questions } else { questions - 1 }).unwrap_or(0);
                self.click(doing, Party::PasswordReset, Body::Answers { right });
            }
            Step::NewPassword(shape) => {
                let (password, features) = self.new_password(doing, shape);
                let body = Body::NewPassword { password, features, alike: shape != Shape::NotAlike };
                self.click(doing, Party::PasswordReset, body);
            }
            Step::ChangePassword(shape) => {
                let (password, features) = self.new_password(doing, shape);
                let body = Body::ChangePassword { password, features, alike: shape != Shape::NotAlike };
                self.click(doing, Party::Portal, body);
            }
            Step::SetAnswers => self.click(doing, Party::Portal, Body::SetAnswers),
            Step::Alone => return self.alone(doing),
        }
        Ok(())
    }

    /// The account that the tab in use is about: the one whose iCON mailbox is read, or the act's.
    fn subject(&self, doing: &Doing) -> AccountId {
        let account = self.world.accounts.get(doing.account.at());
        let mailbox = account.and_then(|a| self.world.mailboxes.get(a.self_service.otp_mailbox.at()));
        match mailbox.map(|m| m.kind) {
            Some(MailKind::Icon(icon)) if doing.reading => icon,
            _ => doing.account,
        }
    }

    /// A click: to the portal and to Google it is the live session that says whose account it is about, if there is one.
    fn click(&mut self, doing: &Doing, to: Party, body: Body) {
        let subject = self.subject(doing);
        let computer = self.world.computers.get(doing.computer.at());
        let riding = match body {
            Body::VisitPortal | Body::OpenTile(_) | Body::Logout { .. } => {
                computer.and_then(|c| c.portal.session).map(|s| s.account)
            }
            Body::VisitGoogle | Body::SignOutGoogle { .. } => {
                computer.and_then(|c| c.workspace.session).map(|s| s.account)
            }
            Body::EnterCode(_) | Body::EnterEmergency(_) => computer.and_then(|c| c.portal.session).map(|s| s.account),
            _ => None,
        };
        self.hub.inbox.push_back(Message {
            from: Party::Browser,
            to,
            account: riding.unwrap_or(subject),
            computer: doing.computer,
            tab: u8::from(doing.reading),
            person: doing.person,
            body,
        });
    }

    fn knows(&self, person: PersonId, account: AccountId) -> Option<PasswordId> {
        self.world.people.get(person.at()).and_then(|p| p.knows.get(&account).copied())
    }

    fn emergency(&self, person: PersonId, account: AccountId) -> Option<PasswordId> {
        let issued = self.world.accounts.get(account.at()).and_then(|a| a.self_service.emergency)?;
        let owner = self.world.accounts.get(account.at()).is_some_and(|a| a.owner == person);
        owner.then_some(issued.0)
    }

    /// The code that a person's device shows for an account: by the newest profile of that label, or the hard token.
    fn code(&self, person: PersonId, account: AccountId) -> Option<Code> {
        let phone = self.world.people.get(person.at())?.phone.as_ref();
        let shown = phone.and_then(|phone| {
            let profile = phone.profiles.iter().rev().find(|profile| profile.account == account)?;
            Some(self.code_of(profile.secret, phone.clock, account))
        });
        shown.or_else(|| self.token_code(person, account))
    }

    fn token_code(&self, person: PersonId, account: AccountId) -> Option<Code> {
        let token = self.world.people.get(person.at())?.token?;
        let token = self.world.tokens.get(token.at())?;
        Some(self.code_of(token.secret, token.clock, account))
    }

    fn code_of(&self, secret: SecretId, clock: Span, account: AccountId) -> Code {
        let period = self.hub.policy.rules(self.scope(account)).get(Rule::TotpPeriod).max(1);
        Code { digits: 0, secret, step: (self.hub.now.0 + clock.0).div_euclid(period) }
    }

    fn enter_otp(&mut self, doing: &Doing) {
        let account = self.world.accounts.get(doing.account.at());
        let mailbox = account.and_then(|a| self.world.mailboxes.get(a.self_service.otp_mailbox.at()));
        let front = self.world.computers.get(doing.computer.at()).map(|c| c.tabs[0]);
        let Some(Page::OtpAsked { number, .. }) = front else { return };
        let mail = mailbox.and_then(|m| m.otps.iter().find(|o| o.account == doing.account && o.number == number));
        let icon = mailbox.is_some_and(|m| matches!(m.kind, MailKind::Icon(_)));
        let value = mail.map_or(0, |m| m.value);
        let scope = self.scope(doing.account);
        self.hub.decide(scope, &Request::ReadMail { icon, own: true, workspace_session: icon });
        self.click(doing, Party::SelfService, Body::EnterOtp { number, value });
    }

    /// A person's camera on the QR code at the act's computer, or at another's where the act says so.
    fn scan(&mut self, doing: &Doing, person: PersonId) -> std::result::Result<(), Result> {
        let screen = match doing.act {
            Act::ScanQr { from } => self.world.people.get(from.at()).map_or(doing.computer, |p| p.computer),
            _ => doing.computer,
        };
        let page = self.world.computers.get(screen.at()).map(|c| c.tabs[0]);
        let (secret, shown) = match page {
            Some(Page::Qr { secret, shown }) => (Some(secret), shown),
            _ => (None, Time(0)),
        };
        let scope = self.scope(doing.account);
        let account = self.world.accounts.get(doing.account.at());
        let generic = account.is_some_and(|a| a.kind.is_generic());
        let phone = self.world.people.get(person.at()).and_then(|p| p.phone.as_ref());
        let has_app = phone.is_some_and(|p| p.app.is_some());
        let page_age = Span(self.hub.now.0 - shown.0);
        let request = Request::ScanQr { page_age, live: secret.is_some(), has_app, generic };
        if let Some(reason) = self.hub.decide(scope, &request).reason() {
            return Err(Result::Refused(reason));
        }
        let (Some(secret), Some(phone)) = (secret, phone) else { return Err(Result::Refused(Reason::SecretExpired)) };
        let (microsoft, ios) = (phone.app == Some(App::Microsoft), phone.ios);
        let same = phone.profiles.iter().any(|p| p.account == doing.account);
        let replace =
            same && self.hub.decide(scope, &Request::SameLabel { microsoft, ios, generic }).outcome == Outcome::Replace;
        if let Some(phone) = self.world.people.get_mut(person.at()).and_then(|p| p.phone.as_mut()) {
            if replace {
                phone.profiles.retain(|p| p.account != doing.account);
            }
            phone.profiles.push(Profile { account: doing.account, secret });
        }
        Ok(())
    }

    /// A password that nobody used before; the person who makes it knows it, and members who sit beside learn it.
    fn new_password(&mut self, doing: &Doing, shape: Shape) -> (PasswordId, Features) {
        self.hub.passwords += 1;
        let id = PasswordId(self.hub.passwords);
        let names = ["staff name"];
        let text = compose(shape, &names, &self.hub.draws, doing.account.0, id.0);
        for turn in 0.. {
            let Some(person) = doing.participant(turn) else { break };
            if let (Some(person), Shape::Good) = (self.world.people.get_mut(person.at()), shape) {
                person.knows.insert(doing.account, id);
            }
        }
        (id, features(&text, &names))
    }

    fn helper(&mut self, doing: &Doing) -> Helper {
        let now = self.hub.now;
        let person = self.world.people.get(doing.person.at());
        let own = person.and_then(|p| p.account).and_then(|a| self.world.accounts.get(a.at()));
        let target = self.world.accounts.get(doing.account.at());
        let knows = own.is_some_and(|a| {
            let known = person.and_then(|p| p.account.and_then(|id| p.knows.get(&id).copied()));
            known == Some(a.portal.password) && !a.portal.locked(now)
        });
        Helper {
            role: person.map_or(Role::Staff, |p| p.role),
            same_place: person.map(|p| p.place) == target.map(|a| a.place),
            working_day: is_working_day(now.date()).unwrap_or(!now.date().is_weekend()),
            time_of_day: now.time_of_day(),
            signed_in: knows,
            enrolled: own.is_some_and(|a| a.self_service.enrolled()),
        }
    }

    fn ask(&mut self, doing: &Doing, request: &Request) -> std::result::Result<Outcome, Result> {
        let decision = self.hub.decide(self.scope(doing.account), request);
        decision.reason().map_or(Ok(decision.outcome), |reason| Err(Result::Refused(reason)))
    }

    /// An act that is one step: between people, or by a helper.
    #[allow(clippy::too_many_lines)]
    fn alone(&mut self, doing: &Doing) -> std::result::Result<(), Result> {
        let account_id = doing.account;
        let kind = self.world.accounts.get(account_id.at()).map_or(AccountKind::SchoolStaff, |a| a.kind);
        match doing.act {
            Act::Join => {
                let owner = self.world.accounts.get(account_id.at()).map(|a| a.owner);
                let told = owner.and_then(|owner| self.knows(owner, account_id));
                self.world.members.insert((account_id, doing.person));
                self.learn(doing.person, account_id, told);
            }
            Act::Leave(leaving) => {
                let leaver = match leaving {
                    Leaving::RemovedByCustodian => doing.with.first().copied().unwrap_or(doing.person),
                    _ => doing.person,
                };
                self.world.members.remove(&(account_id, leaver));
            }
            Act::LosePhone => {
                if let Some(person) = self.world.people.get_mut(doing.person.at()) {
                    person.phone = None;
                }
            }
            Act::ReplacePhone => {
                if let Some(person) = self.world.people.get_mut(doing.person.at()) {
                    person.phone = Some(crate::world::state::Phone {
                        app: Some(App::Google),
                        ios: false,
                        clock: Span(0),
                        profiles: Vec::new(),
                    });
                }
            }
            Act::Tell { to } => {
                let told = self.knows(doing.person, account_id);
                if told.is_none() {
                    return Err(Result::Refused(Reason::PasswordUnknown));
                }
                self.learn(to, account_id, told);
            }
            Act::Ask { of, topic } => {
                let role = self.world.people.get(of.at()).map_or(Role::Staff, |p| p.role);
                let cut_over = self.hub.now.0 >= self.hub.policy.rules(self.scope(account_id)).get(Rule::Cutover);
                self.ask(doing, &Request::Ask { topic, role, cut_over })?;
                return Err(Result::Waiting);
            }
            Act::RequestHardToken { of } => {
                let role = self.world.people.get(of.at()).map_or(Role::Staff, |p| p.role);
                if let Outcome::WaitWorkingDays(days) = self.ask(doing, &Request::RequestHardToken { role })? {
                    let date = self.hub.now.date();
                    let ready = working_days_after(date, days).unwrap_or(date);
                    let at = Time::at(ready, self.hub.now.time_of_day());
                    self.hub.queue.push(at, Due::TokenMade { holder: of });
                }
                return Err(Result::Waiting);
            }
            Act::HandOverToken { to } => {
                let held = self.world.people.get_mut(doing.person.at()).and_then(|p| p.token.take());
                if held.is_none() {
                    return Err(Result::Refused(Reason::NoToken));
                }
                if let Some(person) = self.world.people.get_mut(to.at()) {
                    person.token = held;
                }
            }
            Act::UpdateEmail { to } => {
                let icon_address =
                    self.world.mailboxes.get(to.at()).is_some_and(|m| matches!(m.kind, MailKind::Icon(_)));
                let helper = self.helper(doing);
                self.ask(doing, &Request::UpdateEmail { helper, icon_address })?;
                if let Some(account) = self.world.accounts.get_mut(account_id.at()) {
                    account.self_service.otp_mailbox = to;
                    account.self_service.otp_is_icon = icon_address;
                }
            }
            Act::ResetPassword { tell } => {
                let helper = self.helper(doing);
                let (in_icon, requested) = self
                    .world
                    .accounts
                    .get(account_id.at())
                    .map_or((false, false), |a| (a.in_icon, a.transfer_requested));
                let generic = kind.is_generic().then_some(kind);
                self.ask(doing, &Request::ResetPassword { helper, generic, in_icon, requested })?;
                self.hub.passwords += 1;
                let password = PasswordId(self.hub.passwords);
                self.hub.inbox.push_back(Message {
                    from: Party::Browser,
                    to: Party::Portal,
                    account: account_id,
                    computer: doing.computer,
                    tab: 0,
                    person: doing.person,
                    body: Body::PasswordSet { password, temporary: true },
                });
                self.learn(doing.person, account_id, Some(password));
                self.learn(tell, account_id, Some(password));
                let updated = self.hub.policy.rules(self.scope(account_id)).on(Rule::StoreUpdated);
                if let Some(account) = self.world.accounts.get_mut(account_id.at())
                    && updated
                {
                    account.stored = Some(password);
                }
            }
            Act::RequestTransfer => {
                let helper = self.helper(doing);
                self.ask(doing, &Request::RequestTransfer { helper, kind })?;
                if let Some(account) = self.world.accounts.get_mut(account_id.at()) {
                    account.transfer_requested = true;
                }
            }
            Act::ApproveTransfer => {
                let helper = self.helper(doing);
                let requested = self.world.accounts.get(account_id.at()).is_some_and(|a| a.transfer_requested);
                self.ask(doing, &Request::ApproveTransfer { helper, requested, kind })?;
                if let Some(account) = self.world.accounts.get_mut(account_id.at()) {
                    account.in_icon = false;
                    account.transfer_requested = false;
                }
            }
            Act::ReadCredentials => {
                let role = self.world.people.get(doing.person.at()).map_or(Role::Staff, |p| p.role);
                self.ask(doing, &Request::ReadCredentials { role, kind })?;
                let stored = self.world.accounts.get(account_id.at()).and_then(|a| a.stored);
                self.learn(doing.person, account_id, stored);
            }
            Act::HandOverCredentials { to } => {
                let role = self.world.people.get(doing.person.at()).map_or(Role::Staff, |p| p.role);
                let told = self.knows(doing.person, account_id);
                self.ask(doing, &Request::HandOver { role, kind, holds: told.is_some() })?;
                self.learn(to, account_id, told);
            }
            Act::IssueEmergency { .. } => {
                let helper = self.helper(doing);
                self.ask(doing, &Request::IssueEmergency { helper })?;
                self.hub.passwords += 1;
                let issued = (PasswordId(self.hub.passwords), self.hub.now);
                if let Some(account) = self.world.accounts.get_mut(account_id.at()) {
                    account.self_service.emergency = Some(issued);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn learn(&mut self, person: PersonId, account: AccountId, password: Option<PasswordId>) {
        if let (Some(person), Some(password)) = (self.world.people.get_mut(person.at()), password) {
            person.knows.insert(account, password);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::time::parse_instant;
    use crate::policy::rules::Rules;
    use crate::trace::Recorder;
    use crate::world::ids::PlaceId;
    use crate::world::state::Phone;

    fn staff(world: &mut World, icon_only: bool) -> (PersonId, AccountId) {
        let person = world.add_person(Role::Staff, PlaceId(0));
        let ces = world.add_mailbox(MailKind::Ces, person);
        let account = world.add_account(AccountKind::SchoolStaff, 0, person, (!icon_only).then_some(ces));
        world.people[person.at()].phone =
            Some(Phone { app: Some(App::Google), ios: false, clock: Span(0), profiles: Vec::new() });
        (person, account)
    }

    fn run(icon_only: bool, timeline: &[(&str, Act)]) -> Vec<(Result, String)> {
        let policy = Policy::uniform("guide", Rules::default());
        let mut world = World::default();
        let (person, account) = staff(&mut world, icon_only);
        let computer = world.people[person.at()].computer;
        let draws = Draws { seed: 1, replicate: 0 };
        let start = parse_instant("2023-09-01 00:00").unwrap();
        let mut engine = Engine::new(world, &policy, draws, start, 1000, Recorder::default());
        for (row, (at, act)) in timeline.iter().enumerate() {
            engine.run_until(parse_instant(at).unwrap());
            let mut doing = Doing::new(row, *act, person, account, computer);
            doing.fresh = matches!(act, Act::SignIn { .. });
            engine.start(doing);
            engine.run_row(row);
        }
        (0..timeline.len())
            .map(|row| engine.ended(row).map(|(_, e)| (e.result, e.clauses.to_string())).unwrap())
            .collect()
    }

    const SIGN_IN: Act = Act::SignIn { via: None };
    const ENROL: Act = Act::Enrol { again: false };

    #[test]
    fn set_up_before_the_cutover_opens_icon_after_it_both_ways() {
        let got = run(
            false,
            &[
                ("2023-09-18 09:30", ENROL),
                ("2023-09-26 23:58", SIGN_IN),
                ("2023-09-27 08:30", Act::SignIn { via: Some(Via::Portal) }),
                ("2023-09-27 08:40", Act::SignIn { via: Some(Via::Google) }),
            ],
        );
        let results: Vec<_> = got.iter().map(|(r, _)| r.word()).collect();
        assert_eq!(results, ["done", "granted", "granted", "granted"]);
        assert!(got[2].1.contains("S2.3") && got[3].1.contains("S3.6"), "{got:?}");
    }

    #[test]
    fn not_set_up_is_refused_from_the_first_minute_on_resting_on_q7() {
        let got = run(false, &[("2023-09-26 23:58", SIGN_IN), ("2023-09-27 00:00", SIGN_IN)]);
        assert_eq!(got[0].0, Result::Granted);
        assert_eq!(got[1].0, Result::Refused(Reason::NoSecondFactor));
        assert!(got[1].1.contains("Q7"), "{got:?}");
    }

    #[test]
    fn an_otp_in_the_mailbox_it_unlocks_can_be_read_before_the_cutover_and_not_after() {
        assert_eq!(run(true, &[("2023-09-26 09:00", ENROL)])[0].0, Result::Done);
        let late = run(true, &[("2023-09-27 09:00", ENROL)]);
        assert_eq!((late[0].0, late[0].1.as_str()), (Result::Refused(Reason::NoSession), "Q11"));
    }
}

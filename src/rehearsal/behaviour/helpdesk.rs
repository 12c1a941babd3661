//! Who helps, as queues: Local Administrators, Approving Officers, OPA and the desk, each busy with one request at a time.
//!
//! Promises that a helper acts through the engine, so that a locked-out LA helps nobody, and that hours are those of the
//! policy. Deliberately knows no answer that the guide does not give: the desk explains, the LA resets.

use crate::act::{Act, ActOutcome, Interaction};
use crate::format::parameters::Parameter as P;
use crate::format::rehearsal::Measure;
use crate::kernel::calendar::is_working_day;
use crate::kernel::{Date, Purpose, Span, Time};
use crate::policy::Policy;
use crate::policy::request::{Reason, Role, Topic};
use crate::policy::rules::Rule;
use crate::rehearsal::measure::counters::Series;
use crate::rehearsal::observe::journal::JournalEvent;
use crate::rehearsal::run::replicate::{Driver, Intent};
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, PersonId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const MINUTE: Span = Span(60_000);
const HALF_AN_HOUR: Span = Span(1_800_000);

/// The number of a ticket.
pub type TicketId = u32;

/// What a helper, or someone who waits for one, comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelperMove {
    /// A helper sees a request.
    Sees(TicketId),
    /// A helper has done what a request takes.
    Done(PersonId),
    /// A helper looks whether there is something to do.
    Looks(PersonId),
    /// Whoever asked waits no longer for the LA.
    Withdraws(TicketId),
    /// A caller hangs up.
    HangsUp(TicketId),
    /// OPA looks whether a token has come.
    Collects(PersonId),
}

impl HelperMove {
    /// Whose step it is, for an order among equals.
    pub const fn who(self) -> PersonId {
        match self {
            HelperMove::Done(person) | HelperMove::Looks(person) | HelperMove::Collects(person) => person,
            _ => PersonId(u32::MAX),
        }
    }
}

/// A request for help.
#[derive(Clone, Copy, Debug)]
struct Ticket {
    by: PersonId,
    of: PersonId,
    account: AccountId,
    topic: Topic,
    since: Time,
    /// Somebody is at it.
    taken: bool,
    /// Somebody was, before.
    begun: bool,
    /// Nobody waits for it any more.
    closed: bool,
}

/// A helper with a queue.
#[derive(Clone, Debug, Default)]
struct Server {
    queue: VecDeque<TicketId>,
    at: Option<TicketId>,
    looks: bool,
}

/// Everyone who helps.
#[derive(Clone, Debug)]
pub struct Helpdesk {
    tickets: Vec<Ticket>,
    servers: BTreeMap<PersonId, Server>,
    agents: Vec<PersonId>,
    free: Vec<PersonId>,
    /// Callers in their order; those who hung up are passed over.
    calls: VecDeque<TicketId>,
    /// How many of them still wait.
    ringing: usize,
    officers: Vec<PersonId>,
    opa: Vec<PersonId>,
    /// Who waits for a token from whom, in order.
    tokens: BTreeMap<PersonId, VecDeque<(PersonId, AccountId)>>,
    /// Who sits at whose screen.
    pub(in crate::rehearsal) screens: BTreeMap<PersonId, Vec<PersonId>>,
    /// Who waits for a hard token.
    pub(in crate::rehearsal) without_token: BTreeSet<PersonId>,
    /// Who waits for another phone.
    pub(in crate::rehearsal) phones: BTreeSet<PersonId>,
    administrator_hours: (i64, i64),
    desk_hours: (i64, i64),
    handling: (Span, Span),
    waiting: usize,
}

impl Helpdesk {
    /// Nobody has asked yet.
    pub fn new(policy: &Policy, agents: Vec<PersonId>, officers: Vec<PersonId>, opa: Vec<PersonId>) -> Helpdesk {
        let rules = policy.rules(0);
        let get = |rule| rules.get(rule);
        let mut free = agents.clone();
        free.reverse();
        Helpdesk {
            tickets: Vec::new(),
            servers: BTreeMap::new(),
            agents,
            free,
            calls: VecDeque::new(),
            ringing: 0,
            officers,
            opa,
            tokens: BTreeMap::new(),
            screens: BTreeMap::new(),
            without_token: BTreeSet::new(),
            phones: BTreeSet::new(),
            administrator_hours: (get(Rule::LaFrom), get(Rule::LaTo)),
            desk_hours: (get(Rule::DeskFrom), get(Rule::DeskTo)),
            handling: (Span(get(Rule::DeskHandling)), Span(get(Rule::DeskHandlingP95))),
            waiting: 0,
        }
    }

    /// How many requests wait for an LA.
    pub const fn waiting_for_administrators(&self) -> usize {
        self.waiting
    }

    /// How many callers wait for an agent.
    pub const fn waiting_for_desk(&self) -> usize {
        self.ringing
    }

    /// Someone of OPA, by turns.
    pub fn some_opa(&self, account: AccountId) -> Option<PersonId> {
        self.opa.get(account.at() % self.opa.len().max(1)).copied()
    }

    /// How many requests a helper has in hand.
    fn load(&self, helper: PersonId) -> usize {
        self.servers.get(&helper).map_or(0, |server| server.queue.len() + usize::from(server.at.is_some()))
    }

    /// Whether a helper could not act a while ago, and looks again later.
    fn looks_later(&self, helper: PersonId) -> bool {
        self.servers.get(&helper).is_some_and(|server| server.looks)
    }

    fn ticket(&self, id: TicketId) -> Option<Ticket> {
        self.tickets.get(id as usize).copied().filter(|ticket| !ticket.closed)
    }
}

impl<C: Codes> Driver<'_, C> {
    /// Asks whoever the guide names: an act of its own, and a ticket where it is heard.
    pub(in crate::rehearsal) fn ask(&mut self, person: PersonId, account: AccountId, topic: Topic) {
        let student = self.role(person) == Role::Student;
        if self.minds.get(person.at()).is_some_and(|mind| mind.asked) {
            // A teacher with a request of their own passes a student's on when that is done.
            if !student && self.role_of(account) == Role::Student {
                let later = self.engine.now().plus(self.looks_again());
                self.agenda.push(later, Intent::Ask(person, account, topic));
            }
            return;
        }
        let of = match topic {
            _ if student => match self.teacher(person, account) {
                None => return,
                teacher => teacher,
            },
            Topic::HardToken => self.support.some_opa(account),
            Topic::OtpAddress | Topic::PasswordReset => self.administrator(person, account),
            _ => self.support.agents.first().copied(),
        };
        match of {
            Some(of) => self.act(person, account, Act::Interaction(Interaction::Ask { of, topic })),
            None if matches!(topic, Topic::OtpAddress | Topic::PasswordReset) => {
                self.soon(Intent::Ring(person, account));
            }
            None => {}
        }
    }

    /// A teacher of a student's school (Q9): everybody asks the same one.
    fn teacher(&self, student: PersonId, account: AccountId) -> Option<PersonId> {
        let place = self.engine.world.accounts.get(account.at())?.place;
        let staff = self.places.get(place.at())?.staff.clone();
        let count = (staff.end - staff.start).max(1);
        let mut all = (0..count).map(|ahead| PersonId(staff.start + (student.0 % count + ahead) % count));
        all.find(|id| self.role(*id) == Role::Staff && !self.is_away(*id))
    }

    /// What the owner of an account is to the rollout.
    fn role_of(&self, account: AccountId) -> Role {
        self.engine.world.accounts.get(account.at()).map_or(Role::Staff, |row| self.role(row.owner))
    }

    /// A teacher has seen to a student's request: a password is the LA's to set; with anything else the student is helped by
    /// a word.
    fn passed_on_by(&mut self, teacher: PersonId, id: TicketId, ticket: Ticket) {
        let Ticket { by, account, topic, .. } = ticket;
        self.close(id);
        self.free(teacher);
        if topic == Topic::PasswordReset {
            // The student waits until the teacher has the password.
            if let Some(mind) = self.minds.get_mut(by.at()) {
                mind.asked = true;
            }
            self.ask(teacher, account, topic);
        } else {
            self.resume(by, account);
        }
    }

    /// A student was told the password, or not.
    pub(in crate::rehearsal) fn told(&mut self, student: PersonId, account: AccountId, result: ActOutcome) {
        if let Some(mind) = self.minds.get_mut(student.at()) {
            mind.asked = false;
        }
        if result == ActOutcome::Done {
            self.soon(Intent::SignIn(student, account));
        }
    }

    /// An LA of the account's place, other than the one who asks: of those who are there today, whoever has not failed to act
    /// and has the least to do, and among equals the first.
    fn administrator(&self, person: PersonId, account: AccountId) -> Option<PersonId> {
        let load = |id: &PersonId| (self.support.looks_later(*id), self.support.load(*id));
        let here = self.administrators_here(person, account).min_by_key(load);
        here.or_else(|| self.administrators(account).find(|id| *id != person && !self.is_away(*id)))
    }

    /// The LAs of an account's place.
    fn administrators(&self, account: AccountId) -> impl Iterator<Item = PersonId> {
        let place = self.engine.world.accounts.get(account.at()).and_then(|row| self.places.get(row.place.at()));
        place.into_iter().flat_map(|place| &place.administrators).copied()
    }

    /// Those of them who are there today, but for one.
    fn administrators_here(&self, but: PersonId, account: AccountId) -> impl Iterator<Item = PersonId> {
        let today = self.engine.now().date();
        self.administrators(account).filter(move |id| *id != but && self.is_there(*id, today) && !self.is_away(*id))
    }

    /// Whether somebody is no longer there, or not yet.
    fn is_away(&self, person: PersonId) -> bool {
        self.minds.get(person.at()).is_some_and(|mind| mind.away)
    }

    /// How soon somebody looks again who could not act.
    fn looks_again(&self) -> Span {
        Span(self.plan.parameters.get(P::LaAgain).max(MINUTE.0))
    }

    fn is_there(&self, helper: PersonId, date: Date) -> bool {
        let administrator = self.role(helper) == Role::LocalAdministrator;
        let share = self.plan.parameters.get(P::LaAbsent);
        let day = u32::try_from(date.0).unwrap_or(0);
        !administrator || !self.draws.chance(share, helper.0, Purpose::Absent, day)
    }

    fn role(&self, person: PersonId) -> Role {
        self.engine.world.people.get(person.at()).map_or(Role::Staff, |p| p.role)
    }

    /// Rings the desk about whatever is the matter.
    pub(in crate::rehearsal) fn ring(&mut self, person: PersonId, account: AccountId) {
        if self.role(person) == Role::Student {
            return self.ask(person, account, Topic::Other);
        }
        if self.minds.get(person.at()).is_some_and(|mind| mind.asked) {
            return;
        }
        let lost = self.minds.get(person.at()).and_then(|mind| mind.reason) == Some(Reason::OtpNotReceived);
        let topic = if lost { Topic::OtpMissing } else { Topic::Other };
        match self.support.agents.first().copied() {
            Some(of) => self.act(person, account, Act::Interaction(Interaction::Ask { of, topic })),
            // A desk without agents answers nobody.
            None => self.tally.out.hung_up += 1,
        }
    }

    /// A question was heard, or not.
    pub(in crate::rehearsal) fn asked(
        &mut self,
        by: PersonId,
        account: AccountId,
        of: PersonId,
        topic: Topic,
        result: ActOutcome,
    ) {
        let now = self.engine.now();
        let desk = self.role(of) == Role::DeskAgent;
        match result {
            ActOutcome::Waiting => {
                if desk && !self.open(self.support.desk_hours) {
                    return;
                }
                if self.role(by) != Role::Student {
                    self.tally.count(Series::Tickets(topic), 1);
                }
                let id = TicketId::try_from(self.support.tickets.len()).unwrap_or(TicketId::MAX);
                let ticket = Ticket { by, of, account, topic, since: now, taken: false, begun: false, closed: false };
                self.support.tickets.push(ticket);
                if let Some(mind) = self.minds.get_mut(by.at()) {
                    mind.asked = true;
                }
                let entity = by.0;
                let drawn = |driver: &Self, mean, purpose| {
                    let mean = Span(driver.plan.parameters.get(mean));
                    driver.draws.exponential(mean, entity, purpose, driver.moment())
                };
                if desk {
                    let patience = drawn(self, P::DeskPatience, Purpose::Patience);
                    self.agenda.push(now.plus(patience), Intent::Helps(HelperMove::HangsUp(id)));
                    self.support.calls.push_back(id);
                    self.support.ringing += 1;
                    self.answer();
                } else {
                    if self.role(of) == Role::LocalAdministrator {
                        self.support.waiting += 1;
                        let patience = Span(self.plan.parameters.get(P::LaWait));
                        self.agenda.push(now.plus(patience), Intent::Helps(HelperMove::Withdraws(id)));
                    }
                    let notices = drawn(self, P::LaNotices, Purpose::Notices);
                    self.agenda.push(now.plus(notices), Intent::Helps(HelperMove::Sees(id)));
                }
            }
            ActOutcome::Refused(Reason::OutsideHours) => {
                // Whoever found nobody there tries again around half an hour after the doors open.
                let opens = if desk { self.support.desk_hours.0 } else { self.support.administrator_hours.0 };
                let again = if desk { Intent::Ring(by, account) } else { Intent::Ask(by, account, topic) };
                let span = self.draws.exponential(HALF_AN_HOUR, by.0, Purpose::Pause, self.moment());
                self.agenda.push(self.next_opening(opens).plus(span), again);
            }
            ActOutcome::Refused(_) if !desk => self.soon(Intent::Ring(by, account)),
            _ => {}
        }
    }

    /// Whether it is a working day, within these hours.
    fn open(&self, (from, to): (i64, i64)) -> bool {
        let now = self.engine.now();
        let working = is_working_day(now.date()).unwrap_or(false);
        (from == 0 || working) && (from..to).contains(&now.time_of_day())
    }

    /// The next time that a working day reaches this hour.
    fn next_opening(&self, opens: i64) -> Time {
        let now = self.engine.now();
        let days = (0..15).map(|ahead| Date(now.date().0 + ahead));
        let mut mornings = days.filter(|d| is_working_day(*d).unwrap_or(false)).map(|d| Time::at(d, opens));
        mornings.find(|morning| *morning > now).unwrap_or(Time(now.0 + 86_400_000))
    }

    /// Takes up what a helper comes to.
    pub(in crate::rehearsal) fn help(&mut self, step: HelperMove) {
        match step {
            HelperMove::Sees(id) => {
                if let Some(ticket) = self.support.ticket(id) {
                    self.support.servers.entry(ticket.of).or_default().queue.push_back(id);
                    self.serve(ticket.of);
                }
            }
            HelperMove::Looks(helper) => {
                if let Some(server) = self.support.servers.get_mut(&helper) {
                    server.looks = false;
                }
                self.serve(helper);
            }
            HelperMove::Done(helper) => self.handled(helper),
            HelperMove::Withdraws(id) => {
                if let Some(ticket) = self.support.ticket(id).filter(|ticket| !ticket.taken) {
                    self.close(id);
                    self.tally.out.withdrew += u32::from(!ticket.begun);
                    self.soon(Intent::Ring(ticket.by, ticket.account));
                }
            }
            HelperMove::HangsUp(id) => {
                if let Some(ticket) = self.support.ticket(id).filter(|ticket| !ticket.taken) {
                    self.close(id);
                    self.tally.out.hung_up += 1;
                    self.support.ringing = self.support.ringing.saturating_sub(1);
                    let share = self.plan.parameters.get(P::Redials);
                    if self.draws.chance(share, ticket.by.0, Purpose::Redial, self.moment()) {
                        self.after(P::RedialAfter, Intent::Ring(ticket.by, ticket.account));
                    }
                }
            }
            HelperMove::Collects(opa) => self.collect(opa),
        }
    }

    /// Nobody waits for it any more.
    fn close(&mut self, id: TicketId) {
        let Some(ticket) = self.support.ticket(id) else { return };
        if let Some(row) = self.support.tickets.get_mut(id as usize) {
            row.closed = true;
        }
        if self.role(ticket.of) == Role::LocalAdministrator && !ticket.taken {
            self.support.waiting = self.support.waiting.saturating_sub(1);
        }
        if let Some(mind) = self.minds.get_mut(ticket.by.at()) {
            mind.asked = false;
        }
    }

    /// A helper takes the next request, if there is one and the helper is at work.
    fn serve(&mut self, helper: PersonId) {
        let hours = self.support.administrator_hours;
        let there = self.open(hours) && self.is_there(helper, self.engine.now().date());
        let opening = self.next_opening(hours.0);
        let away = self.is_away(helper);
        let Some(server) = self.support.servers.get_mut(&helper) else { return };
        while server.queue.front().is_some_and(|id| self.support.tickets.get(*id as usize).is_none_or(|t| t.closed)) {
            server.queue.pop_front();
        }
        if server.at.is_some() || server.queue.is_empty() || away {
            return;
        }
        if !there {
            if !std::mem::replace(&mut server.looks, true) {
                self.agenda.push(opening, Intent::Helps(HelperMove::Looks(helper)));
            }
            return;
        }
        let Some(id) = server.queue.pop_front() else { return };
        server.at = Some(id);
        self.take(id, helper);
    }

    /// A helper begins with a request.
    fn take(&mut self, id: TicketId, helper: PersonId) {
        let now = self.engine.now();
        let role = self.role(helper);
        let Some(ticket) = self.support.tickets.get_mut(id as usize) else { return };
        let first = !std::mem::replace(&mut ticket.begun, true);
        let waited = !std::mem::replace(&mut ticket.taken, true);
        let wait = Span(now.0 - ticket.since.0);
        let (of, entity) = (ticket.of, ticket.by.0);
        match role {
            Role::DeskAgent if first => self.tally.took(Measure::DeskWait, wait),
            Role::LocalAdministrator if first => self.tally.took(Measure::AdministratorWait, wait),
            _ => {}
        }
        if waited && self.role(of) == Role::LocalAdministrator {
            self.support.waiting = self.support.waiting.saturating_sub(1);
        }
        let is = &self.plan.parameters;
        let span = |a, b| (Span(is.get(a)), Span(is.get(b)));
        let (median, p95) = match role {
            Role::DeskAgent => self.support.handling,
            Role::ApprovingOfficer => span(P::AoTakes, P::AoTakesP95),
            Role::Opa => span(P::OpaTakes, P::OpaTakesP95),
            _ => span(P::LaHandling, P::LaHandlingP95),
        };
        let handling = if self.plan.memoryless {
            self.draws.exponential(median, entity, Purpose::Handling, self.moment())
        } else {
            self.draws.lognormal(median, p95, entity, Purpose::Handling, self.moment())
        };
        self.agenda.push(now.plus(handling), Intent::Helps(HelperMove::Done(helper)));
    }

    /// The desk answers, as long as somebody rings and somebody is free.
    fn answer(&mut self) {
        while self.support.ringing > 0 && self.open(self.support.desk_hours) {
            let Some(agent) = self.support.free.pop() else { return };
            let calls = std::iter::from_fn(|| self.support.calls.pop_front());
            let mut calls =
                calls.filter(|id| self.support.tickets.get(*id as usize).is_some_and(|ticket| !ticket.closed));
            let Some(id) = calls.next() else { return };
            self.support.ringing -= 1;
            self.support.servers.entry(agent).or_default().at = Some(id);
            self.take(id, agent);
        }
    }

    /// A helper has spent the time that a request takes, and does what it asks for.
    fn handled(&mut self, helper: PersonId) {
        if self.minds.get(helper.at()).is_some_and(|mind| mind.busy) {
            return self.agenda.push(self.engine.now().plus(MINUTE), Intent::Helps(HelperMove::Done(helper)));
        }
        let Some(id) = self.support.servers.get(&helper).and_then(|server| server.at) else { return };
        let Some(ticket) = self.support.ticket(id) else { return self.free(helper) };
        let Ticket { by, account, topic, .. } = ticket;
        let asker = self.traits.get(by.at()).map(|traits| traits.mailbox);
        let between = match (self.role(helper), topic) {
            (Role::LocalAdministrator, Topic::OtpAddress) => asker.map(|to| Interaction::UpdateEmail { to }),
            (Role::LocalAdministrator, _) => Some(Interaction::ResetPassword { tell: Some(by) }),
            (Role::ApprovingOfficer, _) => Some(Interaction::ApproveTransfer),
            (Role::Staff, _) => return self.passed_on_by(helper, id, ticket),
            (Role::Opa, _) => {
                // The request is the asker's own act; OPA takes it on.
                self.close(id);
                self.free(helper);
                let request = Interaction::RequestHardToken { of: helper };
                if self.minds.get(by.at()).is_some_and(|mind| !mind.busy && !mind.away) {
                    self.act(by, account, Act::Interaction(request));
                } else {
                    self.soon(Intent::Ask(by, account, topic));
                }
                return;
            }
            _ => return self.explained(helper, id, ticket),
        };
        if let Some(between) = between {
            self.act(helper, account, Act::Interaction(between));
        }
    }

    /// What an agent can do: explain, or issue what the policy lets the desk issue.
    fn explained(&mut self, agent: PersonId, id: TicketId, ticket: Ticket) {
        let Ticket { by, account, .. } = ticket;
        let trouble = self.tally.trouble(account).or(self.minds.get(by.at()).and_then(|mind| mind.reason));
        if trouble == Some(Reason::NoDevice) {
            return self.act(agent, account, Act::Interaction(Interaction::IssueEmergencyPassword { to: by }));
        }
        self.close(id);
        self.free(agent);
        self.happens(self.engine.now(), by, JournalEvent::Explained);
        match trouble {
            Some(Reason::NoSecondFactor | Reason::OtpNotReceived | Reason::OtpExpired) => {
                self.soon(Intent::Enrol(by, account));
            }
            Some(Reason::WrongCode) => {
                self.happens(self.engine.now(), by, JournalEvent::SetsClock);
                if let Some(phone) = self.engine.world.people.get_mut(by.at()).and_then(|p| p.phone.as_mut()) {
                    phone.clock = Span(0);
                }
                self.soon(Intent::SignIn(by, account));
            }
            Some(Reason::PasswordUnknown | Reason::WrongPassword | Reason::WrongAnswers | Reason::NoAnswersSet) => {
                self.soon(Intent::Ask(by, account, Topic::PasswordReset));
            }
            Some(Reason::NoSession | Reason::NotAuthorised) => self.soon(Intent::Ask(by, account, Topic::OtpAddress)),
            _ => self.resume(by, account),
        }
    }

    /// A helper is free for the next.
    fn free(&mut self, helper: PersonId) {
        if let Some(server) = self.support.servers.get_mut(&helper) {
            server.at = None;
        }
        if self.role(helper) == Role::DeskAgent {
            self.support.free.push(helper);
            self.answer();
        } else {
            self.serve(helper);
        }
    }

    /// An act of help has ended.
    pub(in crate::rehearsal) fn helped(
        &mut self,
        helper: PersonId,
        account: AccountId,
        between: Interaction,
        result: ActOutcome,
    ) {
        match (between, result) {
            (Interaction::RequestHardToken { of }, ActOutcome::Waiting) => {
                let waits = self.support.tokens.entry(of).or_default();
                waits.push_back((helper, account));
                self.support.without_token.insert(helper);
                if waits.len() == 1 {
                    let opening = self.next_opening(self.support.administrator_hours.0);
                    self.agenda.push(opening, Intent::Helps(HelperMove::Collects(of)));
                }
                return;
            }
            (Interaction::HandOverToken { to }, ActOutcome::Done) => {
                if let Some(waits) = self.support.tokens.get_mut(&helper) {
                    waits.retain(|(person, _)| *person != to);
                }
                self.support.without_token.remove(&to);
                return self.soon(Intent::Enrol(to, account));
            }
            (Interaction::HandOverToken { .. } | Interaction::RequestHardToken { .. }, _) => return,
            _ => {}
        }
        let Some(id) = self.support.servers.get(&helper).and_then(|server| server.at) else { return };
        let Some(ticket) = self.support.ticket(id) else { return self.free(helper) };
        match (between, result) {
            (Interaction::RequestTransfer, ActOutcome::Done) => self.pass_on(helper, id),
            (Interaction::ApproveTransfer, ActOutcome::Done) => {
                // Back to the LA, who can reset now.
                self.free(helper);
                self.support.servers.entry(ticket.of).or_default().queue.push_front(id);
                self.serve(ticket.of);
            }
            (_, ActOutcome::Done) => {
                self.close(id);
                self.free(helper);
                if self.role_of(account) == Role::Student && self.role(ticket.by) != Role::Student {
                    return self.soon(Intent::Tells(ticket.by, account));
                }
                self.resume(ticket.by, account);
            }
            (_, ActOutcome::Refused(Reason::NotTransferred)) => {
                self.act(helper, account, Act::Interaction(Interaction::RequestTransfer));
            }
            (_, ActOutcome::Refused(Reason::AwaitingApproval)) => self.pass_on(helper, id),
            (_, ActOutcome::Refused(Reason::OutsideHours | Reason::NoSession | Reason::NoSecondFactor))
                if self.role(helper) != Role::DeskAgent =>
            {
                // The LA cannot act now: the request goes to a colleague who has not failed, or waits, and so does whoever
                // asked.
                let opens = self.support.administrator_hours;
                let again = self.engine.now().plus(self.looks_again());
                let at = if self.open(opens) { again } else { self.next_opening(opens.0) };
                if let Some(row) = self.support.tickets.get_mut(id as usize).filter(|row| row.taken) {
                    row.taken = false;
                    self.support.waiting += 1;
                }
                let colleagues = self.administrators_here(helper, ticket.account);
                let colleague = colleagues.filter(|id| !self.support.looks_later(*id));
                let colleague = colleague.min_by_key(|id| self.support.load(*id)).filter(|_| self.open(opens));
                let colleague = colleague.filter(|_| self.role(helper) == Role::LocalAdministrator);
                if let Some(server) = self.support.servers.get_mut(&helper) {
                    server.at = None;
                    server.looks = true;
                    if colleague.is_none() {
                        server.queue.push_front(id);
                    }
                }
                if let Some(colleague) = colleague {
                    if let Some(row) = self.support.tickets.get_mut(id as usize) {
                        row.of = colleague;
                    }
                    self.support.servers.entry(colleague).or_default().queue.push_back(id);
                    self.serve(colleague);
                }
                self.agenda.push(at, Intent::Helps(HelperMove::Looks(helper)));
            }
            _ => {
                self.close(id);
                self.free(helper);
                if self.role(helper) != Role::DeskAgent {
                    self.soon(Intent::Ring(ticket.by, account));
                }
            }
        }
    }

    /// A transfer waits for an AO; the LA goes on with the next request.
    fn pass_on(&mut self, administrator: PersonId, id: TicketId) {
        self.free(administrator);
        let count = self.support.officers.len().max(1);
        if let Some(officer) = self.support.officers.get(id as usize % count).copied() {
            self.support.servers.entry(officer).or_default().queue.push_back(id);
            self.serve(officer);
        } else {
            self.close(id);
        }
    }

    /// OPA hands over a token that has come, and looks again later while somebody waits.
    fn collect(&mut self, opa: PersonId) {
        let Some((to, account)) = self.support.tokens.get(&opa).and_then(|waits| waits.front().copied()) else {
            return;
        };
        let holds = self.engine.world.people.get(opa.at()).is_some_and(|p| p.token.is_some());
        let busy = self.minds.get(opa.at()).is_some_and(|mind| mind.busy);
        let hours = self.support.administrator_hours;
        if holds && !busy && self.open(hours) {
            self.act(opa, account, Act::Interaction(Interaction::HandOverToken { to }));
        }
        let more = self.support.tokens.get(&opa).is_some_and(|waits| !waits.is_empty());
        if more {
            let next = self.engine.now().plus(self.looks_again());
            let at = if self.open(hours) { next } else { self.next_opening(hours.0) };
            self.agenda.push(at, Intent::Helps(HelperMove::Collects(opa)));
        }
    }
}

//! The queues of those who help: Local Administrators, Approving Officers, MOE OPA and the desk, each with one server a
//! person.
//!
//! A ticket waits in the queue of one helper; calls to the desk wait in one queue for all agents. Promises first come,
//! first served, and that a ticket is closed once. Deliberately knows no simulation, no hours and no time: who is at
//! work, and how long a ticket takes, is the behaviour's to say.

use crate::kernel::Time;
use crate::policy::request::{Role, Topic};
use crate::rehearsal::measure::series::TimeMeasure;
use crate::world::ids::{AccountId, PersonId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The number of a ticket.
pub type TicketId = u32;

/// A request for help.
#[derive(Clone, Copy, Debug)]
pub struct Ticket {
    /// Who asked.
    pub by: PersonId,
    /// Whose queue it is in.
    pub of: PersonId,
    /// What these helpers are to the rollout.
    pub role: Role,
    /// About which account.
    pub account: AccountId,
    /// About what.
    pub topic: Topic,
    /// Since when.
    pub since: Time,
    /// A helper has it in hand.
    pub taken: bool,
    /// When a helper began with it, the last time that one did.
    pub begun: Time,
    closed: bool,
}

impl Ticket {
    /// A request that nobody has seen yet.
    pub const fn new(
        by: PersonId,
        (of, role): (PersonId, Role),
        account: AccountId,
        topic: Topic,
        since: Time,
    ) -> Ticket {
        Ticket { by, of, role, account, topic, since, taken: false, begun: since, closed: false }
    }

    /// The measure that its wait belongs to; none of requests to others than LAs and the desk.
    pub const fn measure(&self) -> Option<TimeMeasure> {
        match self.role {
            Role::DeskAgent => Some(TimeMeasure::DeskWait),
            Role::LocalAdministrator => Some(TimeMeasure::AdministratorWait),
            Role::ApprovingOfficer
            | Role::Opa
            | Role::Staff
            | Role::Student
            | Role::HodIct
            | Role::Spoc
            | Role::ItdMims => None,
        }
    }

    /// Whether it waits for an LA, and none has it in hand.
    const fn awaits_administrator(&self) -> bool {
        matches!(self.role, Role::LocalAdministrator) && !self.taken
    }
}

/// One helper as a server: one ticket in hand, and a queue.
#[derive(Clone, Debug, Default)]
struct Server {
    queue: VecDeque<TicketId>,
    in_hand: Option<TicketId>,
    /// The helper could not act, and looks again at a time that is set.
    looks_later: bool,
}

/// All queues of those who help.
#[derive(Clone, Debug, Default)]
pub struct Helpdesk {
    tickets: Vec<Ticket>,
    servers: BTreeMap<PersonId, Server>,
    agents: Vec<PersonId>,
    free_agents: Vec<PersonId>,
    /// Callers in their order; those who hung up are passed over.
    calls: VecDeque<TicketId>,
    /// How many callers still wait.
    ringing: usize,
    officers: Vec<PersonId>,
    opa: Vec<PersonId>,
    /// Who waits for a hard token from whom, in order.
    token_queues: BTreeMap<PersonId, VecDeque<(PersonId, AccountId)>>,
    without_token: BTreeSet<PersonId>,
    /// How many tickets wait for an LA.
    waiting: usize,
}

impl Helpdesk {
    /// Empty queues of these agents, Approving Officers and staff of OPA.
    pub fn new(agents: Vec<PersonId>, officers: Vec<PersonId>, opa: Vec<PersonId>) -> Helpdesk {
        let free_agents = agents.iter().rev().copied().collect();
        Helpdesk { agents, free_agents, officers, opa, ..Helpdesk::default() }
    }

    /// How many tickets wait for an LA.
    pub const fn waiting_for_administrators(&self) -> usize {
        self.waiting
    }

    /// How many callers wait for an agent.
    pub const fn waiting_for_desk(&self) -> usize {
        self.ringing
    }

    /// The number of the desk, as an agent; none where the desk has no agents.
    pub fn desk(&self) -> Option<PersonId> {
        self.agents.first().copied()
    }

    /// Someone of OPA, by turns of accounts.
    pub fn some_opa(&self, account: AccountId) -> Option<PersonId> {
        self.opa.get(account.at() % self.opa.len().max(1)).copied()
    }

    /// An Approving Officer, by turns of tickets.
    pub fn some_officer(&self, id: TicketId) -> Option<PersonId> {
        self.officers.get(id as usize % self.officers.len().max(1)).copied()
    }

    /// How many tickets a helper has, the one in hand among them.
    pub fn load(&self, helper: PersonId) -> usize {
        self.servers.get(&helper).map_or(0, |server| server.queue.len() + usize::from(server.in_hand.is_some()))
    }

    /// Whether a helper could not act a while ago, and looks again later.
    pub fn looks_later(&self, helper: PersonId) -> bool {
        self.servers.get(&helper).is_some_and(|server| server.looks_later)
    }

    /// A ticket for which somebody still waits.
    pub fn ticket(&self, id: TicketId) -> Option<Ticket> {
        self.tickets.get(id as usize).copied().filter(|ticket| !ticket.closed)
    }

    /// The ticket that a helper has in hand.
    pub fn in_hand(&self, helper: PersonId) -> Option<TicketId> {
        self.servers.get(&helper).and_then(|server| server.in_hand)
    }

    /// A new ticket.
    pub fn open(&mut self, ticket: Ticket) -> TicketId {
        let id = TicketId::try_from(self.tickets.len()).unwrap_or(TicketId::MAX);
        self.waiting += usize::from(ticket.awaits_administrator());
        self.tickets.push(ticket);
        id
    }

    /// Nobody waits for a ticket any more; whoever asked is returned.
    pub fn close(&mut self, id: TicketId) -> Option<PersonId> {
        let ticket = self.tickets.get_mut(id as usize).filter(|ticket| !ticket.closed)?;
        ticket.closed = true;
        self.waiting = self.waiting.saturating_sub(usize::from(ticket.awaits_administrator()));
        Some(ticket.by)
    }

    /// A caller waits for an agent.
    pub fn ring(&mut self, id: TicketId) {
        self.calls.push_back(id);
        self.ringing += 1;
    }

    /// A caller waits no longer; the call is passed over when its turn comes.
    pub const fn hang_up(&mut self) {
        self.ringing = self.ringing.saturating_sub(1);
    }

    /// The next agent who is free, with the next call in hand; none where nobody rings or nobody is free.
    pub fn answer(&mut self) -> Option<(PersonId, TicketId)> {
        if self.ringing == 0 {
            return None;
        }
        let agent = self.free_agents.pop()?;
        let calls = std::iter::from_fn(|| self.calls.pop_front());
        let mut waiting = calls.filter(|id| self.tickets.get(*id as usize).is_some_and(|ticket| !ticket.closed));
        let id = waiting.next()?;
        self.ringing -= 1;
        self.servers.entry(agent).or_default().in_hand = Some(id);
        Some((agent, id))
    }

    /// An agent is free for the next call.
    pub fn free_agent(&mut self, agent: PersonId) {
        self.free_agents.push(agent);
    }

    /// A ticket joins the end of a helper's queue.
    pub fn push_back(&mut self, helper: PersonId, id: TicketId) {
        self.servers.entry(helper).or_default().queue.push_back(id);
    }

    /// A ticket comes first in a helper's queue.
    pub fn push_front(&mut self, helper: PersonId, id: TicketId) {
        self.servers.entry(helper).or_default().queue.push_front(id);
    }

    /// Whether a helper has nothing in hand and somebody waits. Tickets that were closed meanwhile leave the queue.
    pub fn can_begin(&mut self, helper: PersonId) -> bool {
        let Some(server) = self.servers.get_mut(&helper) else { return false };
        let closed = |id: &TicketId| self.tickets.get(*id as usize).is_none_or(|ticket| ticket.closed);
        while server.queue.front().is_some_and(closed) {
            server.queue.pop_front();
        }
        server.in_hand.is_none() && !server.queue.is_empty()
    }

    /// The next ticket of a helper's queue, now in hand.
    pub fn begin_next(&mut self, helper: PersonId) -> Option<TicketId> {
        let server = self.servers.get_mut(&helper)?;
        let id = server.queue.pop_front()?;
        server.in_hand = Some(id);
        Some(id)
    }

    /// A helper looks again later; false where that was set before.
    pub fn put_off(&mut self, helper: PersonId) -> bool {
        self.servers.get_mut(&helper).is_some_and(|server| !std::mem::replace(&mut server.looks_later, true))
    }

    /// The time has come at which a helper looks again.
    pub fn looks(&mut self, helper: PersonId) {
        if let Some(server) = self.servers.get_mut(&helper) {
            server.looks_later = false;
        }
    }

    /// A helper has nothing in hand.
    pub fn free(&mut self, helper: PersonId) {
        if let Some(server) = self.servers.get_mut(&helper) {
            server.in_hand = None;
        }
    }

    /// Who still waits, by measure and since when: callers whom no agent has answered, and requests that no LA has
    /// helped with.
    pub fn still_waiting(&self) -> Vec<(TimeMeasure, Time)> {
        let open = self.tickets.iter().filter(|ticket| !ticket.closed);
        let waits = open.filter(|ticket| !(ticket.taken && ticket.role == Role::DeskAgent));
        waits.filter_map(|ticket| Some((ticket.measure()?, ticket.since))).collect()
    }

    /// A ticket is in hand from this time on: as it was before.
    pub fn take(&mut self, id: TicketId, now: Time) -> Option<Ticket> {
        let ticket = self.tickets.get_mut(id as usize)?;
        let before = *ticket;
        (ticket.begun, ticket.taken) = (now, true);
        self.waiting = self.waiting.saturating_sub(usize::from(before.awaits_administrator()));
        Some(before)
    }

    /// A helper who cannot act puts the ticket in hand away, and looks again later: it goes to a colleague, or comes
    /// first when this helper looks again.
    pub fn put_back(&mut self, helper: PersonId, id: TicketId, colleague: Option<PersonId>) {
        if let Some(server) = self.servers.get_mut(&helper) {
            (server.in_hand, server.looks_later) = (None, true);
            if colleague.is_none() {
                server.queue.push_front(id);
            }
        }
        if let Some(colleague) = colleague {
            if let Some(ticket) = self.tickets.get_mut(id as usize) {
                ticket.of = colleague;
            }
            self.push_back(colleague, id);
        }
    }

    /// A ticket is no longer in hand, and waits for an LA again.
    pub fn wait_again(&mut self, id: TicketId) {
        if let Some(ticket) = self.tickets.get_mut(id as usize).filter(|ticket| ticket.taken) {
            ticket.taken = false;
            self.waiting += 1;
        }
    }

    /// Whether somebody waits for a hard token.
    pub fn waits_for_token(&self, person: PersonId) -> bool {
        self.without_token.contains(&person)
    }

    /// Somebody waits for a hard token of this helper: whether nobody did before.
    pub fn request_token(&mut self, helper: PersonId, person: PersonId, account: AccountId) -> bool {
        let queue = self.token_queues.entry(helper).or_default();
        queue.push_back((person, account));
        self.without_token.insert(person);
        queue.len() == 1
    }

    /// Who is the next to get a hard token of this helper, and for which account.
    pub fn next_for_token(&self, helper: PersonId) -> Option<(PersonId, AccountId)> {
        self.token_queues.get(&helper).and_then(|queue| queue.front().copied())
    }

    /// Somebody has got a hard token.
    pub fn hand_over_token(&mut self, helper: PersonId, to: PersonId) {
        if let Some(queue) = self.token_queues.get_mut(&helper) {
            queue.retain(|(person, _)| *person != to);
        }
        self.without_token.remove(&to);
    }
}

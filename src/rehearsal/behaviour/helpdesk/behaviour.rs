//! What helpers do, and those who wait for them: Local Administrators, Approving Officers, OPA and the desk.
//!
//! Promises that a helper acts through the engine, so that a locked-out LA helps nobody, and that hours are those of
//! the policy. Deliberately knows no answer that the guide does not give: the desk explains, the LA resets.

use super::queue::{Ticket, TicketId};
use crate::act::{Act, ActOutcome, Interaction};
use crate::format::parameters::Parameter as P;
use crate::kernel::calendar::is_working_day;
use crate::kernel::units::{DAY, MINUTE};
use crate::kernel::{Date, Purpose, Span, Time};
use crate::policy::request::{Reason, Role, Topic};
use crate::policy::rules::Rule;
use crate::rehearsal::behaviour::habits::{goes_on, resume};
use crate::rehearsal::measure::series::{Series, TimeMeasure};
use crate::rehearsal::run::intent::{HelperMove, Intent};
use crate::rehearsal::run::simulation::{Incident, Next, Simulation};
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, PersonId};

/// How soon a helper who is busy with an act of their own goes on. Assumed.
const BUSY: Span = Span(MINUTE);
/// Whoever found nobody at work tries again about so long after the doors open; the mean. Assumed.
const AFTER_OPENING: Span = Span(30 * MINUTE);

/// On which days helpers work, and from when until when, as times of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hours {
    every_day: bool,
    from: i64,
    to: i64,
}

impl Hours {
    fn of_administrators<C: Codes>(sim: &Simulation<'_, C>) -> Hours {
        let rules = sim.policy().rules(0);
        let every_day = !rules.on(Rule::LaWorkingDays);
        Hours { every_day, from: rules.get(Rule::LaFrom), to: rules.get(Rule::LaTo) }
    }

    fn of_desk<C: Codes>(sim: &Simulation<'_, C>) -> Hours {
        let rules = sim.policy().rules(0);
        let every_day = !rules.on(Rule::DeskWorkingDays);
        Hours { every_day, from: rules.get(Rule::DeskFrom), to: rules.get(Rule::DeskTo) }
    }

    /// Whether helpers work on this day.
    fn on(self, day: Date) -> bool {
        self.every_day || is_working_day(day).unwrap_or(false)
    }

    /// Whether helpers work at this time.
    fn contain(self, now: Time) -> bool {
        self.on(now.date()) && (self.from..self.to).contains(&now.time_of_day())
    }

    /// The next time at which a day on which helpers work reaches these hours.
    fn next_opening(self, now: Time) -> Time {
        let days = (0..15).map(|ahead| Date(now.date().0 + ahead));
        let mut mornings = days.filter(|day| self.on(*day)).map(|day| Time::at(day, self.from));
        mornings.find(|morning| *morning > now).unwrap_or(Time(now.0 + DAY))
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Asking

/// Asks whoever the guide names: an act of its own, and a ticket where it is heard.
pub fn ask<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId, account: AccountId, topic: Topic) {
    let student = sim.role(person) == Role::Student;
    if sim.state(person).is_some_and(|state| state.asked) {
        // A teacher with a request of their own passes a student's on when that is done.
        if !student && sim.role_of_owner(account) == Role::Student {
            let later = sim.now().plus(looks_again(sim));
            sim.schedule(later, Intent::Ask(person, account, topic));
        }
        return;
    }
    let of = match topic {
        _ if student => match teacher(sim, person, account) {
            None => return,
            teacher => teacher,
        },
        Topic::HardToken => sim.helpdesk().some_opa(account),
        Topic::OtpAddress | Topic::PasswordReset => administrator(sim, person, account),
        Topic::OtpMissing
        | Topic::Credentials
        | Topic::HardTokenEnrolment
        | Topic::EmergencyPassword
        | Topic::Other => sim.helpdesk().desk(),
    };
    match of {
        Some(of) => sim.act(person, account, Act::Interaction(Interaction::Ask { of, topic })),
        None if matches!(topic, Topic::OtpAddress | Topic::PasswordReset) => sim.soon(Intent::Ring(person, account)),
        None => {}
    }
}

/// Rings the desk about whatever is the matter; a student asks a teacher.
pub fn ring<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId, account: AccountId) {
    if sim.role(person) == Role::Student {
        return ask(sim, person, account, Topic::Other);
    }
    if sim.state(person).is_some_and(|state| state.asked) {
        return;
    }
    let lost = sim.state(person).and_then(|state| state.reason()) == Some(Reason::OtpNotReceived);
    let topic = if lost { Topic::OtpMissing } else { Topic::Other };
    match sim.helpdesk().desk() {
        Some(of) => sim.act(person, account, Act::Interaction(Interaction::Ask { of, topic })),
        // A desk without agents answers nobody.
        None => sim.counters_mut().hung_up(Span(0)),
    }
}

/// A teacher of a student's school (Q9): everybody asks the same one.
fn teacher<C: Codes>(sim: &Simulation<'_, C>, student: PersonId, account: AccountId) -> Option<PersonId> {
    let staff = sim.place_of(account)?.staff.clone();
    let count = (staff.end - staff.start).max(1);
    let mut all = (0..count).map(|ahead| PersonId(staff.start + (student.0 % count + ahead) % count));
    all.find(|id| sim.role(*id) == Role::Staff && !sim.is_away(*id))
}

/// An LA of the account's place, other than the one who asks: of those who are there today, whoever has not failed to
/// act and has the least to do, and among equals the first.
fn administrator<C: Codes>(sim: &Simulation<'_, C>, person: PersonId, account: AccountId) -> Option<PersonId> {
    let load = |id: &PersonId| (sim.helpdesk().looks_later(*id), sim.helpdesk().load(*id));
    let here = administrators_here(sim, person, account).min_by_key(load);
    here.or_else(|| administrators(sim, account).find(|id| *id != person && !sim.is_away(*id)))
}

/// The LAs of an account's place.
fn administrators<C: Codes>(sim: &Simulation<'_, C>, account: AccountId) -> impl Iterator<Item = PersonId> {
    sim.place_of(account).into_iter().flat_map(|place| &place.administrators).copied()
}

/// Those of them who are there today, but for one.
fn administrators_here<C: Codes>(
    sim: &Simulation<'_, C>,
    but: PersonId,
    account: AccountId,
) -> impl Iterator<Item = PersonId> {
    let today = sim.now().date();
    administrators(sim, account).filter(move |id| *id != but && is_there(sim, *id, today) && !sim.is_away(*id))
}

/// Whether a helper is at work on a day: LAs are absent on some, drawn by helper and day.
fn is_there<C: Codes>(sim: &Simulation<'_, C>, helper: PersonId, date: Date) -> bool {
    let share = sim.parameters().share(P::LaAbsent);
    let day = u32::try_from(date.0).unwrap_or(0);
    sim.role(helper) != Role::LocalAdministrator || !sim.draws().chance(share, helper.0, Purpose::Absent, day)
}

/// How soon somebody looks again who could not act.
fn looks_again<C: Codes>(sim: &Simulation<'_, C>) -> Span {
    sim.parameters().span(P::LaAgain).max(Span(MINUTE))
}

/// A question was heard, or not: it becomes a ticket, or is asked again elsewhere or later.
pub fn asked<C: Codes>(
    sim: &mut Simulation<'_, C>,
    (by, of): (PersonId, PersonId),
    account: AccountId,
    topic: Topic,
    result: ActOutcome,
) {
    let now = sim.now();
    let desk = sim.role(of) == Role::DeskAgent;
    match result {
        ActOutcome::Waiting if desk && !Hours::of_desk(sim).contain(now) => {}
        ActOutcome::Waiting => open_ticket(sim, Ticket::new(by, (of, sim.role(of)), account, topic, now)),
        ActOutcome::Refused(Reason::OutsideHours) => {
            let hours = if desk { Hours::of_desk(sim) } else { Hours::of_administrators(sim) };
            let again = if desk { Intent::Ring(by, account) } else { Intent::Ask(by, account, topic) };
            let span = sim.draws().exponential(AFTER_OPENING, by.0, Purpose::Pause, sim.moment());
            sim.schedule(hours.next_opening(now).plus(span), again);
        }
        ActOutcome::Refused(_) if !desk => sim.soon(Intent::Ring(by, account)),
        ActOutcome::Refused(_) | ActOutcome::Granted | ActOutcome::Done => {}
    }
}

/// A ticket begins to wait: for an agent until the caller hangs up, for an LA until whoever asked rings the desk
/// instead.
fn open_ticket<C: Codes>(sim: &mut Simulation<'_, C>, ticket: Ticket) {
    let (now, is, moment, by) = (sim.now(), sim.parameters(), sim.moment(), ticket.by);
    if sim.role(by) != Role::Student {
        sim.counters_mut().count(Series::Tickets(ticket.topic), 1);
    }
    if let Some(state) = sim.state_mut(by) {
        state.asked = true;
    }
    let id = sim.helpdesk_mut().open(ticket);
    let drawn = |sim: &Simulation<'_, C>, mean, purpose| sim.draws().exponential(is.span(mean), by.0, purpose, moment);
    if ticket.role == Role::DeskAgent {
        let patience = drawn(sim, P::DeskPatience, Purpose::Patience);
        sim.schedule(now.plus(patience), Intent::Helps(HelperMove::HangsUp(id)));
        sim.helpdesk_mut().ring(id);
        answer(sim);
    } else {
        if ticket.role == Role::LocalAdministrator {
            sim.schedule(now.plus(is.span(P::LaWait)), Intent::Helps(HelperMove::Withdraws(id)));
        }
        let notices = drawn(sim, P::LaNotices, Purpose::Notices);
        sim.schedule(now.plus(notices), Intent::Helps(HelperMove::Sees(id)));
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Queues

/// Carries out what a helper, or somebody who waits for one, does next.
pub fn help<C: Codes>(sim: &mut Simulation<'_, C>, step: HelperMove) {
    match step {
        HelperMove::Sees(id) => {
            if let Some(ticket) = sim.helpdesk().ticket(id) {
                sim.helpdesk_mut().push_back(ticket.of, id);
                serve(sim, ticket.of);
            }
        }
        HelperMove::Looks(helper) => {
            sim.helpdesk_mut().looks(helper);
            serve(sim, helper);
        }
        HelperMove::Done(helper) => handled(sim, helper),
        HelperMove::Withdraws(id) => {
            if let Some(ticket) = sim.helpdesk().ticket(id).filter(|ticket| !ticket.taken) {
                let waited = Span(sim.now().0 - ticket.since.0);
                close(sim, id);
                sim.counters_mut().withdrew(waited);
                sim.soon(Intent::Ring(ticket.by, ticket.account));
            }
        }
        HelperMove::HangsUp(id) => {
            if let Some(ticket) = sim.helpdesk().ticket(id).filter(|ticket| !ticket.taken) {
                let waited = Span(sim.now().0 - ticket.since.0);
                close(sim, id);
                sim.counters_mut().hung_up(waited);
                sim.helpdesk_mut().hang_up();
                let share = sim.parameters().share(P::Redials);
                if sim.draws().chance(share, ticket.by.0, Purpose::Redial, sim.moment()) {
                    sim.follow(Next { after: P::RedialAfter, intent: Intent::Ring(ticket.by, ticket.account) });
                }
            }
        }
        HelperMove::Collects(opa) => collect(sim, opa),
    }
}

/// Nobody waits for a ticket any more.
fn close<C: Codes>(sim: &mut Simulation<'_, C>, id: TicketId) {
    let by = sim.helpdesk_mut().close(id);
    if let Some(state) = by.and_then(|by| sim.state_mut(by)) {
        state.asked = false;
    }
}

/// A helper takes the next ticket, if there is one and the helper is at work.
fn serve<C: Codes>(sim: &mut Simulation<'_, C>, helper: PersonId) {
    if !sim.helpdesk_mut().can_begin(helper) || sim.is_away(helper) {
        return;
    }
    let (now, hours) = (sim.now(), Hours::of_administrators(sim));
    if !(hours.contain(now) && is_there(sim, helper, now.date())) {
        if sim.helpdesk_mut().put_off(helper) {
            sim.schedule(hours.next_opening(now), Intent::Helps(HelperMove::Looks(helper)));
        }
        return;
    }
    if let Some(id) = sim.helpdesk_mut().begin_next(helper) {
        take(sim, id, helper);
    }
}

/// A helper begins with a ticket, and has done what it takes after a time that is drawn.
fn take<C: Codes>(sim: &mut Simulation<'_, C>, id: TicketId, helper: PersonId) {
    let (now, role) = (sim.now(), sim.role(helper));
    let Some(ticket) = sim.helpdesk_mut().take(id, now) else { return };
    if role == Role::DeskAgent {
        sim.counters_mut().took(TimeMeasure::DeskWait, Span(now.0 - ticket.since.0));
    }
    let (median, p95) = handling_time(sim, role);
    let (draws, entity, moment) = (sim.draws(), ticket.by.0, sim.moment());
    let handling = if sim.plan().memoryless {
        draws.exponential(median, entity, Purpose::Handling, moment)
    } else {
        draws.lognormal(median, p95, entity, Purpose::Handling, moment)
    };
    sim.schedule(now.plus(handling), Intent::Helps(HelperMove::Done(helper)));
}

/// How long a ticket takes a helper of this role: the median, and the 95 % quantile.
fn handling_time<C: Codes>(sim: &Simulation<'_, C>, role: Role) -> (Span, Span) {
    let (is, rules) = (sim.parameters(), sim.policy().rules(0));
    let span = |median, p95| (is.span(median), is.span(p95));
    match role {
        Role::DeskAgent => (Span(rules.get(Rule::DeskHandling)), Span(rules.get(Rule::DeskHandlingP95))),
        Role::ApprovingOfficer => span(P::AoTakes, P::AoTakesP95),
        Role::Opa => span(P::OpaTakes, P::OpaTakesP95),
        Role::LocalAdministrator | Role::Staff | Role::Student | Role::HodIct | Role::Spoc | Role::ItdMims => {
            span(P::LaHandling, P::LaHandlingP95)
        }
    }
}

/// The desk answers, as long as somebody rings and an agent is free.
fn answer<C: Codes>(sim: &mut Simulation<'_, C>) {
    if !Hours::of_desk(sim).contain(sim.now()) {
        return;
    }
    while let Some((agent, id)) = sim.helpdesk_mut().answer() {
        take(sim, id, agent);
    }
}

/// A helper is free for the next.
fn free<C: Codes>(sim: &mut Simulation<'_, C>, helper: PersonId) {
    sim.helpdesk_mut().free(helper);
    if sim.role(helper) == Role::DeskAgent {
        sim.helpdesk_mut().free_agent(helper);
        answer(sim);
    } else {
        serve(sim, helper);
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Helping

/// A helper has spent the time that the ticket in hand takes, and does what it asks for.
fn handled<C: Codes>(sim: &mut Simulation<'_, C>, helper: PersonId) {
    if sim.state(helper).is_some_and(|state| state.busy) {
        return sim.schedule(sim.now().plus(BUSY), Intent::Helps(HelperMove::Done(helper)));
    }
    let Some(id) = sim.helpdesk().in_hand(helper) else { return };
    let Some(ticket) = sim.helpdesk().ticket(id) else { return free(sim, helper) };
    if sim.is_away(helper) || !is_there(sim, helper, sim.now().date()) {
        return cannot_act(sim, helper, id, ticket);
    }
    let Ticket { by, account, topic, .. } = ticket;
    let help = match (sim.role(helper), topic) {
        (Role::LocalAdministrator, Topic::OtpAddress) => {
            let Some(to) = sim.traits(by).map(|traits| traits.mailbox) else { return };
            Interaction::UpdateEmail { to }
        }
        (Role::LocalAdministrator, _) => Interaction::ResetPassword { tell: Some(by) },
        (Role::ApprovingOfficer, _) => Interaction::ApproveTransfer,
        (Role::Staff, _) => return passed_on_by(sim, helper, id, ticket),
        (Role::Opa, _) => return taken_on_by_opa(sim, helper, id, ticket),
        (Role::DeskAgent | Role::Student | Role::HodIct | Role::Spoc | Role::ItdMims, _) => {
            return explained(sim, helper, id, ticket);
        }
    };
    sim.act(helper, account, Act::Interaction(help));
}

/// A teacher has seen to a student's request: a password is the LA's to set; with anything else the student is helped
/// by a word.
fn passed_on_by<C: Codes>(sim: &mut Simulation<'_, C>, teacher: PersonId, id: TicketId, ticket: Ticket) {
    let Ticket { by, account, topic, .. } = ticket;
    close(sim, id);
    free(sim, teacher);
    if topic == Topic::PasswordReset {
        // The student waits until the teacher has the password.
        if let Some(state) = sim.state_mut(by) {
            state.asked = true;
        }
        ask(sim, teacher, account, topic);
    } else {
        sim.follow(resume(sim, by, account));
    }
}

/// OPA takes a request for a hard token on: the request is the asker's own act.
fn taken_on_by_opa<C: Codes>(sim: &mut Simulation<'_, C>, opa: PersonId, id: TicketId, ticket: Ticket) {
    let Ticket { by, account, topic, .. } = ticket;
    close(sim, id);
    free(sim, opa);
    if sim.state(by).is_some_and(|state| !state.busy && !state.away) {
        sim.act(by, account, Act::Interaction(Interaction::RequestHardToken { of: opa }));
    } else {
        sim.soon(Intent::Ask(by, account, topic));
    }
}

/// What an agent can do: explain, or issue what the policy lets the desk issue.
fn explained<C: Codes>(sim: &mut Simulation<'_, C>, agent: PersonId, id: TicketId, ticket: Ticket) {
    let Ticket { by, account, .. } = ticket;
    let trouble = sim.counters().locked_out(account).or(sim.state(by).and_then(|state| state.reason()));
    if trouble == Some(Reason::NoDevice) {
        return sim.act(agent, account, Act::Interaction(Interaction::IssueEmergencyPassword { to: by }));
    }
    close(sim, id);
    free(sim, agent);
    sim.tell(sim.now(), by, Incident::Explained);
    if trouble == Some(Reason::WrongCode) {
        sim.tell(sim.now(), by, Incident::SetsClock);
        if let Some(phone) = sim.person_mut(by).and_then(|person| person.phone.as_mut()) {
            phone.clock = Span(0);
        }
    }
    let Some(reason) = trouble else { return sim.follow(resume(sim, by, account)) };
    // Whoever is sent from one to the other gives up for the day too.
    if goes_on(sim, by, reason) {
        sim.follow(after_explanation(sim, by, account, reason));
    }
}

/// What a caller does whom an agent has explained what to do about a refusal.
fn after_explanation<C: Codes>(sim: &Simulation<'_, C>, by: PersonId, account: AccountId, reason: Reason) -> Next {
    match reason {
        Reason::NoSecondFactor | Reason::OtpNotReceived | Reason::OtpExpired => Next::soon(Intent::Enrol(by, account)),
        Reason::WrongCode => Next::soon(Intent::SignIn(by, account)),
        Reason::PasswordUnknown | Reason::WrongPassword | Reason::WrongAnswers | Reason::NoAnswersSet => {
            Next::soon(Intent::Ask(by, account, Topic::PasswordReset))
        }
        Reason::NoSession | Reason::NotAuthorised => Next::soon(Intent::Ask(by, account, Topic::OtpAddress)),
        Reason::NoSuchAccount
        | Reason::WrongLoginId
        | Reason::LockedOut
        | Reason::PasswordPending
        | Reason::PasswordExpired
        | Reason::CodeAsked
        | Reason::NotOffered
        | Reason::NoDevice
        | Reason::CodeUsed
        | Reason::OtpSuperseded
        | Reason::TooSoon
        | Reason::AddressRefused
        | Reason::SecretExpired
        | Reason::TokenExists
        | Reason::NoToken
        | Reason::PasswordRules
        | Reason::AssertionExpired
        | Reason::WrongAccount
        | Reason::OutsideHours
        | Reason::NotTransferred
        | Reason::AwaitingApproval
        | Reason::PartyDown => resume(sim, by, account),
    }
}

/// A student was told the password, or not.
pub fn told<C: Codes>(sim: &mut Simulation<'_, C>, student: PersonId, account: AccountId, result: ActOutcome) {
    if let Some(state) = sim.state_mut(student) {
        state.asked = false;
    }
    if result == ActOutcome::Done {
        sim.soon(Intent::SignIn(student, account));
    }
}

/// A helper's act about the ticket in hand has ended.
pub fn helped<C: Codes>(
    sim: &mut Simulation<'_, C>,
    helper: PersonId,
    account: AccountId,
    help: Interaction,
    result: ActOutcome,
) {
    let Some(id) = sim.helpdesk().in_hand(helper) else { return };
    let Some(ticket) = sim.helpdesk().ticket(id) else { return free(sim, helper) };
    let desk = sim.role(helper) == Role::DeskAgent;
    match (help, result) {
        (Interaction::RequestTransfer, ActOutcome::Done) => pass_on(sim, helper, id),
        (Interaction::ApproveTransfer, ActOutcome::Done) => {
            // Back to the LA, who can reset now.
            free(sim, helper);
            sim.helpdesk_mut().push_front(ticket.of, id);
            serve(sim, ticket.of);
        }
        (_, ActOutcome::Done) => {
            if ticket.role == Role::LocalAdministrator {
                // The wait runs to the help, and not to a beginning that led to none.
                sim.counters_mut().took(TimeMeasure::AdministratorWait, Span(ticket.begun.0 - ticket.since.0));
            }
            close(sim, id);
            free(sim, helper);
            let for_student = sim.role_of_owner(account) == Role::Student && sim.role(ticket.by) != Role::Student;
            sim.follow(match for_student {
                true => Next::soon(Intent::Tells(ticket.by, account)),
                false => resume(sim, ticket.by, account),
            });
        }
        (_, ActOutcome::Refused(Reason::NotTransferred)) => {
            sim.act(helper, account, Act::Interaction(Interaction::RequestTransfer));
        }
        (_, ActOutcome::Refused(Reason::AwaitingApproval)) => pass_on(sim, helper, id),
        // What did not fit into the day goes on when the next one opens; it does not begin anew.
        (_, ActOutcome::Refused(Reason::OutsideHours)) if !desk => {
            let opening = Hours::of_administrators(sim).next_opening(sim.now());
            sim.schedule(opening, Intent::Helps(HelperMove::Done(helper)));
        }
        (_, ActOutcome::Refused(Reason::NoSession | Reason::NoSecondFactor | Reason::PartyDown)) if !desk => {
            cannot_act(sim, helper, id, ticket);
        }
        (_, ActOutcome::Refused(_) | ActOutcome::Granted | ActOutcome::Waiting) => {
            unhelped(sim, ticket);
            close(sim, id);
            free(sim, helper);
            if !desk {
                sim.soon(Intent::Ring(ticket.by, account));
            }
        }
    }
}

/// Whoever asked an LA gets no help from the request.
fn unhelped<C: Codes>(sim: &mut Simulation<'_, C>, ticket: Ticket) {
    if ticket.role == Role::LocalAdministrator {
        let waited = Span(sim.now().0 - ticket.since.0);
        sim.counters_mut().cut_short(TimeMeasure::AdministratorWait, waited);
    }
}

/// An LA or an AO cannot act now: the ticket goes to a colleague who has not failed, or waits, and so does whoever
/// asked.
fn cannot_act<C: Codes>(sim: &mut Simulation<'_, C>, helper: PersonId, id: TicketId, ticket: Ticket) {
    let (now, hours) = (sim.now(), Hours::of_administrators(sim));
    let open = hours.contain(now);
    let again = if open { now.plus(looks_again(sim)) } else { hours.next_opening(now) };
    sim.helpdesk_mut().wait_again(id);
    let colleague = administrators_here(sim, helper, ticket.account)
        .filter(|id| !sim.helpdesk().looks_later(*id))
        .min_by_key(|id| sim.helpdesk().load(*id))
        .filter(|_| open && sim.role(helper) == Role::LocalAdministrator);
    sim.helpdesk_mut().put_back(helper, id, colleague);
    if let Some(colleague) = colleague {
        serve(sim, colleague);
    }
    sim.schedule(again, Intent::Helps(HelperMove::Looks(helper)));
}

/// A transfer waits for an AO; the LA goes on with the next ticket.
fn pass_on<C: Codes>(sim: &mut Simulation<'_, C>, administrator: PersonId, id: TicketId) {
    free(sim, administrator);
    if let Some(officer) = sim.helpdesk().some_officer(id) {
        sim.helpdesk_mut().push_back(officer, id);
        serve(sim, officer);
    } else {
        if let Some(ticket) = sim.helpdesk().ticket(id) {
            unhelped(sim, ticket);
        }
        close(sim, id);
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Hard tokens

/// A hard token was requested: from the next opening on, OPA looks whether it has come.
pub fn token_requested<C: Codes>(
    sim: &mut Simulation<'_, C>,
    (person, opa): (PersonId, PersonId),
    account: AccountId,
    result: ActOutcome,
) {
    if result == ActOutcome::Waiting && sim.helpdesk_mut().request_token(opa, person, account) {
        let opening = Hours::of_administrators(sim).next_opening(sim.now());
        sim.schedule(opening, Intent::Helps(HelperMove::Collects(opa)));
    }
}

/// A hard token was handed over, or not: whoever has it sets it up.
pub fn token_handed_over<C: Codes>(
    sim: &mut Simulation<'_, C>,
    (opa, to): (PersonId, PersonId),
    account: AccountId,
    result: ActOutcome,
) {
    if result == ActOutcome::Done {
        sim.helpdesk_mut().hand_over_token(opa, to);
        sim.soon(Intent::Enrol(to, account));
    }
}

/// OPA hands over a token that has come, and looks again later while somebody waits.
fn collect<C: Codes>(sim: &mut Simulation<'_, C>, opa: PersonId) {
    let Some((to, account)) = sim.helpdesk().next_for_token(opa) else { return };
    let holds = sim.person(opa).is_some_and(|person| person.token.is_some());
    let busy = sim.state(opa).is_some_and(|state| state.busy);
    let (now, hours) = (sim.now(), Hours::of_administrators(sim));
    if holds && !busy && hours.contain(now) {
        sim.act(opa, account, Act::Interaction(Interaction::HandOverToken { to }));
    }
    let again = if hours.contain(now) { now.plus(looks_again(sim)) } else { hours.next_opening(now) };
    sim.schedule(again, Intent::Helps(HelperMove::Collects(opa)));
}

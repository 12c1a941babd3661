//! Generic accounts: who signs in on a day, setting up together, joining and leaving.
//!
//! Promises that members scan one QR code at one screen, as far as they are there (G2), and that whoever was missing
//! finds out at the next code. Deliberately knows no rule of sharing: the engine does.

use super::workday::Workday;
use crate::act::{Act, Leaving};
use crate::format::parameters::Parameter as P;
use crate::kernel::distributions::{scaled, under};
use crate::kernel::units::{HOUR, WHOLE};
use crate::kernel::{Date, Purpose, Time};
use crate::policy::request::{Reason, Topic};
use crate::rehearsal::run::day_agenda::DayAgenda;
use crate::rehearsal::run::intent::Intent;
use crate::rehearsal::run::simulation::{Next, Simulation};
use crate::world::authenticator::Codes;
use crate::world::ids::{AccountId, PersonId};

/// Members are gathered for a set-up from this time of day on, and within so long after it. Assumed.
const GATHERS_FROM: i64 = 9 * HOUR;
const GATHERS_FOR: u32 = 6 * 3_600_000;
/// When a member leaves, and when on the day after another joins. Assumed.
const LEAVES_AT: i64 = 16 * HOUR;
const JOINS_AT: i64 = 9 * HOUR;

/// Plans the day of former members: some try the account that they have left.
pub fn leavers_try<C: Codes>(sim: &Simulation<'_, C>, day: &Workday, agenda: &mut DayAgenda) {
    let share = sim.parameters().share(P::LeaversTry);
    for (account, person) in sim.circles().leavers().iter().filter(|_| day.is_working_day()) {
        let words = sim.draws().block(person.0 ^ account.0.rotate_left(16), Purpose::Tidy, day.since);
        if under(words[0], share) && !sim.is_member(*account, *person) {
            agenda.push(day.arrival(sim.plan(), words[1], words[2]), Intent::SignIn(*person, *account));
        }
    }
}

/// Plans the day of a generic account: one of the members signs in, the custodian may gather them for a set-up (with
/// the chance
/// `hazard`, in parts per million), and a member may leave.
pub fn plan_day<C: Codes>(
    sim: &mut Simulation<'_, C>,
    account: AccountId,
    day: &Workday,
    hazard: i64,
    agenda: &mut DayAgenda,
) {
    let is = sim.parameters();
    let members = sim.circles().members(account);
    let (Some(row), Some(custodian)) = (sim.account(account), members.first().copied()) else { return };
    let school = sim.places().get(row.place.at()).is_some_and(|place| place.school);
    if !day.opens(school) {
        return;
    }
    let count = u32::try_from(members.len()).unwrap_or(0);
    for nth in 0..is.count(P::SignIns) {
        let words = sim.draws().block(account.0, Purpose::Turn, day.since | nth << 16);
        if let Some(member) = members.get(scaled(words[0], count) as usize) {
            agenda.push(day.arrival(sim.plan(), words[1], words[2]), Intent::SignIn(*member, account));
        }
    }
    let words = sim.draws().block(account.0, Purpose::Turn, day.since);
    if !sim.counters().is_enrolled(account) && under(words[3], hazard) {
        let within = scaled(words[3].rotate_left(16), GATHERS_FOR);
        agenda.push(Time::at(day.date, GATHERS_FROM + i64::from(within)), Intent::Enrol(custodian, account));
    }
    let words = sim.draws().block(account.0, Purpose::MembersChange, day.since);
    // Another joins for each who leaves, so that the rate stays as it is; it falls on the days on which people work.
    let leaves = is.share(P::MembersLeave) * i64::from(count) / i64::from(day.opens_a_year(school).max(1));
    if under(words[0], leaves.min(i64::from(WHOLE)))
        && let Some(leaver) = members.get(1 + scaled(words[1], count.saturating_sub(1)) as usize)
    {
        agenda.push(Time::at(day.date, LEAVES_AT), Intent::Leaves(*leaver, account));
        if let Some(joiner) = somebody_else(sim, account, words[2]) {
            let tomorrow = Time::at(Date(day.date.0 + 1), JOINS_AT);
            sim.schedule(tomorrow, Intent::Joins(joiner, account));
        }
    }
}

/// Someone of the account's place who is there, and no member.
fn somebody_else<C: Codes>(sim: &Simulation<'_, C>, account: AccountId, word: u32) -> Option<PersonId> {
    let people = sim.place_of(account)?.staff.clone();
    let person = PersonId(people.start + scaled(word, people.end - people.start));
    let here = sim.state(person).is_some_and(|state| !state.away);
    (!sim.is_member(account, person) && here).then_some(person)
}

/// The custodian gathers the members who are there and free, and all scan the same code.
pub fn enrol_together<C: Codes>(sim: &mut Simulation<'_, C>, custodian: PersonId, account: AccountId) {
    let act = if sim.counters().is_enrolled(account) { Act::ReEnrol } else { Act::Enrol };
    let Some(mut activity) = sim.activity(custodian, account, act) else { return };
    let (moment, absent) = (sim.moment(), sim.parameters().share(P::AbsentAtScan));
    for member in sim.circles().members(account).iter().filter(|member| **member != custodian) {
        let free = sim.state(*member).is_some_and(|state| !state.busy && !state.away);
        let phone = sim.person(*member).and_then(|person| person.phone.as_ref());
        let ready = phone.is_some_and(|phone| phone.app.is_some());
        if free && ready && !sim.draws().chance(absent, member.0, Purpose::AtScan, moment) {
            activity.with.push(*member);
        }
    }
    sim.start(activity);
}

/// What a member does who could not get in: tries again, or has the custodian see to it.
pub fn after_refused_sign_in<C: Codes>(
    sim: &Simulation<'_, C>,
    member: PersonId,
    account: AccountId,
    reason: Reason,
) -> Option<Next> {
    let custodian = sim.circles().custodian(account).unwrap_or(member);
    let (slip, left_behind) = sim.state(member).map_or((false, false), |state| (state.slip, state.left_behind));
    let again = Intent::SignIn(member, account);
    let after_slip = Some(Next { after: P::Slip, intent: again });
    match reason {
        Reason::WrongPassword | Reason::WrongCode if slip => after_slip,
        Reason::CodeUsed | Reason::PasswordPending => after_slip,
        Reason::LockedOut | Reason::PartyDown => Some(Next::soon(again)),
        Reason::NoDevice if left_behind => None,
        Reason::NoSecondFactor | Reason::NoDevice | Reason::WrongCode => {
            Some(Next::soon(Intent::Enrol(custodian, account)))
        }
        Reason::PasswordUnknown | Reason::WrongPassword | Reason::PasswordExpired => {
            Some(Next::soon(Intent::Ask(custodian, account, Topic::PasswordReset)))
        }
        Reason::NoSuchAccount
        | Reason::WrongLoginId
        | Reason::NoSession
        | Reason::CodeAsked
        | Reason::NotOffered
        | Reason::OtpExpired
        | Reason::OtpSuperseded
        | Reason::OtpNotReceived
        | Reason::TooSoon
        | Reason::AddressRefused
        | Reason::SecretExpired
        | Reason::TokenExists
        | Reason::NoToken
        | Reason::WrongAnswers
        | Reason::NoAnswersSet
        | Reason::PasswordRules
        | Reason::AssertionExpired
        | Reason::WrongAccount
        | Reason::NotAuthorised
        | Reason::OutsideHours
        | Reason::NotTransferred
        | Reason::AwaitingApproval => Some(Next::soon(Intent::Ring(custodian, account))),
    }
}

/// A member leaves, as the guide says or not.
pub fn leave<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId, account: AccountId) {
    if !sim.is_member(account, person) {
        return;
    }
    let share = sim.parameters().share(P::LeavesTidily);
    let tidy = sim.draws().chance(share, person.0, Purpose::Tidy, account.0) && sim.counters().is_enrolled(account);
    let how = if tidy { Leaving::AsTheGuide } else { Leaving::KeepsEverything };
    sim.act(person, account, Act::Leave { leaver: person, how });
}

/// Somebody has left, or tried to.
pub fn has_left<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId, account: AccountId) {
    if sim.is_member(account, person) {
        // The guide's way was barred; the member goes all the same.
        return sim.act(person, account, Act::Leave { leaver: person, how: Leaving::KeepsEverything });
    }
    sim.circles_mut().leave(account, person);
    // Where the token went with the leaver, the others set up anew.
    if let Some(custodian) = sim.circles().custodian(account)
        && !sim.counters().is_enrolled(account)
    {
        sim.soon(Intent::Enrol(custodian, account));
    }
}

/// Somebody has joined: all set up again together (G3b).
pub fn has_joined<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId, account: AccountId) {
    sim.circles_mut().join(account, person);
    if let Some(custodian) = sim.circles().custodian(account)
        && sim.counters().is_enrolled(account)
    {
        sim.soon(Intent::Enrol(custodian, account));
    }
}

/// How many former members could still get in: those who know the password in force and hold the secret that is
/// enrolled.
pub fn leavers_with_access<C: Codes>(sim: &Simulation<'_, C>) -> usize {
    let would_get_in = |account: AccountId, id: PersonId| {
        let (Some(row), Some(person)) = (sim.account(account), sim.person(id)) else { return false };
        let mut profiles = person.phone.iter().flat_map(|phone| &phone.profiles);
        profiles.any(|profile| row.self_service.soft.iter().any(|token| token.secret == profile.secret))
            && person.password(account) == Some(row.portal.password)
            && !sim.is_member(account, id)
    };
    sim.circles().leavers().iter().filter(|(account, person)| would_get_in(*account, *person)).count()
}

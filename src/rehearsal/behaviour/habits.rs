//! Habits: what people do about how an act of theirs ended: try again, another way, ask someone, or leave it for the
//! day.
//!
//! Promises to look at the outcome alone, as a person does, and to draw by person and time. What somebody does next is
//! chosen from a state that is only read, and is returned. Deliberately decides nothing that the guide rules on.

use crate::act::{Act, Interaction, Typing, Via};
use crate::format::parameters::Parameter as P;
use crate::kernel::Purpose;
use crate::kernel::distributions::under;
use crate::policy::request::{Reason, Topic};
use crate::policy::rules::Rule;
use crate::rehearsal::run::intent::Intent;
use crate::rehearsal::run::simulation::{Incident, Next, Simulation};
use crate::world::authenticator::Codes;
use crate::world::codes::App;
use crate::world::ids::{AccountId, PersonId};

/// How many times in a row somebody tries at a lock before they leave it alone: a lock of minutes passes by itself.
const TRIES_AT_A_LOCK: u32 = 2;

/// Begins a sign-in: by which way, whether something is mistyped, and whether the device is at hand, drawn by person
/// and time.
pub fn sign_in<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId, account: AccountId) {
    let is = sim.parameters();
    let entity = person.0 ^ account.0.rotate_left(16);
    let words = sim.draws().block(entity, Purpose::Slip, sim.moment());
    let cut_over = sim.engine().cut_over(account);
    let via = (cut_over && under(words[0], is.share(P::ByGoogle))).then_some(Via::Google);
    let mistypes_password = under(words[1], is.share(P::MistypesPassword));
    let mistypes_code = cut_over && sim.is_staff(account) && under(words[2], is.share(P::MistypesCode));
    let typed = if mistypes_password { Typing::Wrong } else { Typing::Right };
    let Some(mut activity) = sim.activity(person, account, Act::SignIn { via, typed }) else { return };
    if mistypes_code {
        activity.code = Typing::Wrong;
    }
    if cut_over && under(words[3], is.share(P::NotAtHand)) && sim.counters().is_enrolled(account) {
        sim.leave_phone(person);
    }
    if let Some(state) = sim.state_mut(person) {
        state.slip = mistypes_password || mistypes_code;
    }
    sim.start(activity);
}

/// Notes one more step of trouble: whether the person goes on today.
pub fn goes_on<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId, reason: Reason) -> bool {
    let (today, most) = (sim.now().date().small(), sim.parameters().count(P::GivesUp));
    sim.state_mut(person).is_some_and(|state| state.trouble(today, reason) <= most)
}

/// Notes that a person's trouble is over.
pub fn calm<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId) {
    if let Some(state) = sim.state_mut(person) {
        state.calm();
    }
}

/// What the trouble was about goes on: the sign-in where the account is locked out, else the set-up.
pub fn resume<C: Codes>(sim: &Simulation<'_, C>, person: PersonId, account: AccountId) -> Next {
    let locked_out = sim.counters().locked_out(account).is_some();
    let enrolled = sim.counters().is_enrolled(account);
    Next::soon(if locked_out || enrolled { Intent::SignIn(person, account) } else { Intent::Enrol(person, account) })
}

fn tries<C: Codes>(sim: &Simulation<'_, C>, person: PersonId) -> u32 {
    sim.state(person).map_or(0, |state| state.tries())
}

/// Whether a person has tried the same so often in a row that they ask for help.
fn is_tired<C: Codes>(sim: &Simulation<'_, C>, person: PersonId) -> bool {
    tries(sim, person) >= sim.parameters().count(P::Patience)
}

/// What somebody does whose sign-in to their own account was refused.
pub fn after_refused_sign_in<C: Codes>(
    sim: &Simulation<'_, C>,
    person: PersonId,
    account: AccountId,
    reason: Reason,
) -> Option<Next> {
    let slip = sim.state(person).is_some_and(|state| state.slip);
    let again = Intent::SignIn(person, account);
    let after_slip = Some(Next { after: P::Slip, intent: again });
    let ring = Some(Next::soon(Intent::Ring(person, account)));
    match reason {
        Reason::WrongPassword | Reason::WrongCode if slip => after_slip,
        Reason::LockedOut if tries(sim, person) <= TRIES_AT_A_LOCK => Some(Next::soon(again)),
        Reason::CodeUsed | Reason::PasswordPending | Reason::AssertionExpired => after_slip,
        Reason::PartyDown if !is_tired(sim, person) => Some(Next::soon(again)),
        Reason::NoSecondFactor => Some(without_second_factor(sim, person, account)),
        Reason::PasswordUnknown | Reason::WrongPassword | Reason::PasswordExpired => {
            Some(Next::soon(Intent::Forgot(person, account)))
        }
        Reason::NoDevice => without_device(sim, person, account),
        Reason::WrongCode if !is_tired(sim, person) => after_slip,
        Reason::NoSuchAccount
        | Reason::WrongLoginId
        | Reason::LockedOut
        | Reason::NoSession
        | Reason::CodeAsked
        | Reason::NotOffered
        | Reason::WrongCode
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
        | Reason::WrongAccount
        | Reason::NotAuthorised
        | Reason::OutsideHours
        | Reason::NotTransferred
        | Reason::AwaitingApproval
        | Reason::PartyDown => ring,
    }
}

/// What somebody does who lacks a second factor: sets it up at once, rings the desk, or comes back later.
fn without_second_factor<C: Codes>(sim: &Simulation<'_, C>, person: PersonId, account: AccountId) -> Next {
    let is = sim.parameters();
    let words = sim.draws().block(person.0, Purpose::React, sim.moment());
    if under(words[0], is.share(P::SetsUpAtOnce)) {
        Next::soon(Intent::Enrol(person, account))
    } else if sim.draws().chance(is.share(P::RingsDesk), person.0, Purpose::React, u32::MAX) {
        // A share of people, and not of refusals: whoever does not ring today does not ring tomorrow.
        Next::soon(Intent::Ring(person, account))
    } else {
        Next { after: P::ComesBack, intent: Intent::SignIn(person, account) }
    }
}

/// What somebody does without a device that answers: fetches it, installs an app, waits for another phone, or asks for
/// a hard token.
fn without_device<C: Codes>(sim: &Simulation<'_, C>, person: PersonId, account: AccountId) -> Option<Next> {
    if sim.state(person).is_some_and(|state| state.left_behind) {
        let share = sim.parameters().share(P::Fetches);
        let fetches = sim.draws().chance(share, person.0, Purpose::Fetch, sim.moment());
        let fetch = fetches.then_some(Next { after: P::FetchTime, intent: Intent::HasDevice(person) });
        return fetch.or_else(|| emergency(sim, person, account));
    }
    let row = sim.person(person);
    if row.is_some_and(|row| row.token.is_some()) {
        return Some(Next::soon(Intent::Enrol(person, account)));
    }
    if sim.awaits_phone(person) || sim.helpdesk().waits_for_token(person) {
        return emergency(sim, person, account);
    }
    Some(match row.and_then(|row| row.phone.as_ref()).map(|phone| phone.app) {
        Some(None) if !sim.has_basic_phone(person) => Next { after: P::InstallsApp, intent: Intent::HasApp(person) },
        Some(Some(_)) => Next::soon(Intent::Enrol(person, account)),
        Some(None) | None => Next::soon(Intent::Ask(person, account, Topic::HardToken)),
    })
}

/// Whoever does without a device goes where the policy sends them: to the desk, where that may issue an emergency
/// password (A24).
fn emergency<C: Codes>(sim: &Simulation<'_, C>, person: PersonId, account: AccountId) -> Option<Next> {
    let scope = sim.account(account).map_or(0, |row| row.scope());
    let issued = sim.policy().rules(scope).get(Rule::Emergency) != 0;
    issued.then_some(Next::soon(Intent::Ask(person, account, Topic::EmergencyPassword)))
}

/// What somebody does whose new password was refused: waits for the party, or asks the LA.
pub fn after_refused_reset(person: PersonId, account: AccountId, reason: Reason) -> Next {
    Next::soon(match reason {
        Reason::PartyDown => Intent::Forgot(person, account),
        Reason::NoSuchAccount
        | Reason::WrongLoginId
        | Reason::LockedOut
        | Reason::PasswordUnknown
        | Reason::WrongPassword
        | Reason::PasswordPending
        | Reason::PasswordExpired
        | Reason::NoSession
        | Reason::CodeAsked
        | Reason::NotOffered
        | Reason::NoSecondFactor
        | Reason::NoDevice
        | Reason::WrongCode
        | Reason::CodeUsed
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
        | Reason::AwaitingApproval => Intent::Ask(person, account, Topic::PasswordReset),
    })
}

/// What somebody does whose set-up was refused.
pub fn after_refused_enrolment<C: Codes>(
    sim: &Simulation<'_, C>,
    person: PersonId,
    account: AccountId,
    reason: Reason,
) -> Option<Next> {
    let ask = |topic| Some(Next::soon(Intent::Ask(person, account, topic)));
    match reason {
        Reason::PasswordUnknown | Reason::WrongPassword | Reason::PasswordExpired => {
            Some(Next::soon(Intent::Forgot(person, account)))
        }
        Reason::NoDevice => without_device(sim, person, account),
        Reason::NoSession | Reason::NotAuthorised | Reason::AddressRefused => ask(Topic::OtpAddress),
        Reason::OtpNotReceived if is_tired(sim, person) => ask(Topic::OtpMissing),
        Reason::NoSuchAccount
        | Reason::WrongLoginId
        | Reason::LockedOut
        | Reason::PasswordPending
        | Reason::CodeAsked
        | Reason::NotOffered
        | Reason::NoSecondFactor
        | Reason::WrongCode
        | Reason::CodeUsed
        | Reason::OtpExpired
        | Reason::OtpSuperseded
        | Reason::OtpNotReceived
        | Reason::TooSoon
        | Reason::SecretExpired
        | Reason::TokenExists
        | Reason::NoToken
        | Reason::WrongAnswers
        | Reason::NoAnswersSet
        | Reason::PasswordRules
        | Reason::AssertionExpired
        | Reason::WrongAccount
        | Reason::OutsideHours
        | Reason::NotTransferred
        | Reason::AwaitingApproval
        | Reason::PartyDown => Some(Next::soon(match is_tired(sim, person) {
            true => Intent::Ring(person, account),
            false => Intent::Enrol(person, account),
        })),
    }
}

/// What somebody does who was shown the prompt at sign-in: some follow it.
pub fn after_prompt<C: Codes>(sim: &Simulation<'_, C>, person: PersonId, account: AccountId) -> Option<Next> {
    let share = sim.parameters().share(P::FollowsPrompt);
    let follows =
        !sim.counters().is_enrolled(account) && sim.draws().chance(share, person.0, Purpose::React, sim.moment());
    follows.then_some(Next::soon(Intent::Enrol(person, account)))
}

/// Begins a set-up: by the hard token in hand, or by the phone; from the start where an old token is enrolled.
pub fn enrol<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId, account: AccountId) {
    let again = sim.counters().is_enrolled(account);
    if again && sim.counters().locked_out(account).is_none() {
        return;
    }
    let holds = sim.person(person).is_some_and(|row| row.token.is_some());
    sim.act(
        person,
        account,
        match (holds, again) {
            (true, _) => Act::EnrolHardToken,
            (false, true) => Act::ReEnrol,
            (false, false) => Act::Enrol,
        },
    );
}

/// The device was fetched: whoever is locked out signs in.
pub fn has_device<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId) {
    if !sim.fetch_phone(sim.now(), person) {
        return;
    }
    let Some(account) = sim.own_account(person) else { return };
    if sim.counters().locked_out(account).is_none() {
        return;
    }
    // What was fetched is at hand: this sign-in draws no second absence.
    if let Some(state) = sim.state_mut(person) {
        state.slip = false;
    }
    sim.act(person, account, Act::SignIn { via: None, typed: Typing::Right });
}

/// An app was installed: the set-up begins.
pub fn has_app<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId) {
    sim.tell(sim.now(), person, Incident::InstallsApp);
    if let Some(phone) = sim.person_mut(person).and_then(|row| row.phone.as_mut()) {
        phone.app.get_or_insert(App::Google);
    }
    if let Some(account) = sim.own_account(person) {
        enrol(sim, person, account);
    }
}

/// The phone is gone; another comes in some days.
pub fn loses_phone<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId) {
    let Some(account) = sim.person(person).filter(|row| row.phone.is_some()).and_then(|row| row.account.get()) else {
        return;
    };
    sim.await_phone(person, true);
    sim.act(person, account, Act::Interaction(Interaction::LosePhone));
    sim.follow(Next { after: P::NewPhone, intent: Intent::NewPhone(person) });
}

/// Another phone: whoever is locked out, or has no second factor, sets up.
pub fn new_phone<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId) {
    let Some(account) = sim.own_account(person) else { return };
    sim.await_phone(person, false);
    sim.act(person, account, Act::Interaction(Interaction::ReplacePhone));
    if sim.counters().locked_out(account).is_some() || !sim.counters().is_enrolled(account) {
        sim.soon(Intent::Enrol(person, account));
    }
}

/// A new account is made, and the SPOCs of the place (N1a), or else OPA, are told by mail.
pub fn created<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId) {
    let row = sim.person(person);
    let Some((account, place)) = row.and_then(|row| Some((row.account.get()?, row.place))) else { return };
    sim.tell(sim.now(), person, Incident::AccountCreated);
    sim.create_account(account, person);
    let spocs = sim.places().get(place.at()).map_or(&[][..], |place| &place.spocs);
    let there: Vec<PersonId> = spocs.iter().copied().filter(|spoc| !sim.is_away(*spoc)).collect();
    let opa = sim.helpdesk().some_opa(account).filter(|_| spocs.is_empty());
    for helper in there.into_iter().chain(opa) {
        sim.follow(Next { after: P::LaNotices, intent: Intent::ReadsMail(helper, account) });
    }
}

/// A newcomer has the credentials: they are there from now on, and begin.
pub fn has_credentials<C: Codes>(sim: &mut Simulation<'_, C>, person: PersonId, account: AccountId) {
    if let Some(state) = sim.state_mut(person) {
        state.away = false;
    }
    // Students are asked for no second factor (Q9).
    let staff = sim.is_staff(account);
    sim.soon(if staff { Intent::Enrol(person, account) } else { Intent::SignIn(person, account) });
}

//! Remedies, the interventions that can be made before the date: for each whom it is for, who makes it, and what it
//! changes.
//!
//! Promises that a remedy changes what an act of the guide would change, and for those alone who lack it. Deliberately
//! counts nothing: a rehearsal with the remedy is held against the same rehearsal without it.

use crate::kernel::{Date, Span};
use crate::policy::request::Role;
use crate::rehearsal::run::simulation::Simulation;
use crate::world::authenticator::Codes;
use crate::world::codes::App;
use crate::world::ids::{AccountId, PersonId, SecretId};
use crate::world::state::{ALL_ANSWERS, MailKind, Profile};
use crate::world::tokens::{SoftTokens, Token};

macro_rules! remedies {
    ($($name:ident $word:literal $does:literal $owner:literal $why:literal;)*) => {
        /// Something to do before the date.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Remedy { $(#[doc = $does] $name,)* }

        impl Remedy {
            /// All, in the order of reports.
            pub const ALL: &'static [Remedy] = &[$(Remedy::$name,)*];
            /// Its name in machine-readable reports.
            pub const fn word(self) -> &'static str { match self { $(Remedy::$name => $word,)* } }
            /// What is to be done.
            pub const fn does(self) -> &'static str { match self { $(Remedy::$name => $does,)* } }
            /// Who does it.
            pub const fn owner(self) -> &'static str { match self { $(Remedy::$name => $owner,)* } }
            /// What these people lack.
            pub const fn why(self) -> &'static str { match self { $(Remedy::$name => $why,)* } }
        }
    };
}

remedies! {
    Administrators "enrol-administrator" "Local Administrators set up first" "the LA" "an LA without a second factor";
    Enrol "enrol" "set up the second factor" "the person" "no second factor yet, and a phone that takes an app";
    Gather "gather-members" "gather the members and set up the generic account" "the custodian" "a generic account without a second factor";
    HardToken "hard-token" "request, hand over and set up a hard token" "MOE OPA" "no second factor yet, and no phone that takes an app";
    MoveAddress "move-address" "move the OTP address to a mailbox that opens without iCON" "the LA" "OTPs go to the account's own iCON mailbox, or to an address that is gone";
    ResetPassword "reset-password" "reset the MIMS password" "the LA" "the MIMS password is not known";
    SetAnswers "set-answers" "set the security questions" "the person" "security questions not set, or not all answers remembered";
    SetClock "set-clock" "let the phone's clock set itself" "the person" "a phone whose clock is off";
}

/// What an account and its holder lack: a set of remedies that would change something, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lacks(u16);

impl Lacks {
    /// Whether this one would change something.
    pub const fn has(self, remedy: Remedy) -> bool {
        self.0 & (1 << remedy as u16) != 0
    }

    const fn with(self, remedy: Remedy, is: bool) -> Lacks {
        if is { Lacks(self.0 | (1 << remedy as u16)) } else { self }
    }
}

/// What an account and its holder lack now; nothing where the account is not there yet, or its holder is gone.
pub fn lacks<C: Codes>(sim: &Simulation<'_, C>, id: AccountId) -> Lacks {
    let none = Lacks::default();
    let Some(account) = sim.account(id).filter(|row| row.portal.exists) else { return none };
    let owner = account.owner;
    let Some(person) = sim.person(owner) else { return none };
    if person.role == Role::Student || sim.is_away(owner) {
        return none;
    }
    let enrolled = account.self_service.enrolled();
    if account.kind.is_generic() {
        return none.with(Remedy::Gather, !enrolled);
    }
    let basic = sim.has_basic_phone(owner);
    let clock = sim.phone(owner).map_or(Span(0), |phone| phone.clock);
    let address = sim.world().mailboxes.get(account.self_service.otp_mailbox.at());
    let own = address.is_some_and(|m| m.owner == owner && !matches!(m.kind, MailKind::Icon(_)));
    let remembers = person.of(id).is_some_and(|known| known.answers == ALL_ANSWERS);
    let password = person.password(id) == Some(account.portal.password);
    let administrator = person.role == Role::LocalAdministrator;
    none.with(Remedy::Administrators, administrator && !enrolled && !basic)
        .with(Remedy::Enrol, !enrolled && !basic)
        .with(Remedy::HardToken, !enrolled && basic)
        .with(Remedy::MoveAddress, !enrolled && !own)
        .with(Remedy::ResetPassword, !password)
        .with(Remedy::SetAnswers, !(remembers && account.reset.answers_set))
        .with(Remedy::SetClock, clock != Span(0))
}

/// Makes a remedy on a day, before anybody acts on it, for every account that lacks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intervention {
    /// The day.
    pub on: Date,
    /// What is done.
    pub remedy: Remedy,
}

impl Intervention {
    /// A day begins: on its own the remedy is made.
    pub fn day_begins<C: Codes>(self, sim: &mut Simulation<'_, C>, date: Date) {
        if date == self.on {
            let accounts = u32::try_from(sim.world().accounts.len()).unwrap_or(0);
            for id in (0..accounts).map(AccountId) {
                if lacks(sim, id).has(self.remedy) {
                    make(sim, self.remedy, id);
                }
            }
        }
    }
}

/// Makes a remedy for one account that lacks it.
fn make<C: Codes>(sim: &mut Simulation<'_, C>, remedy: Remedy, id: AccountId) {
    let Some(account) = sim.account(id) else { return };
    let (owner, password) = (account.owner, account.portal.password);
    match remedy {
        Remedy::Administrators | Remedy::Enrol => enrol_before(sim, id, &[owner]),
        Remedy::Gather => {
            let members = sim.circles().members(id).to_vec();
            enrol_before(sim, id, &members);
        }
        Remedy::HardToken => {
            let token = sim.add_token();
            if let Some(person) = sim.person_mut(owner) {
                person.token = Some(token).into();
            }
            if let Some(row) = sim.account_mut(id) {
                row.self_service.hard = Some(Token { tested: true, ..Token::new(token.secret(), Some(token)) });
                row.workspace.enrolled = true;
            }
            sim.counters_mut().enrolled(id, true);
        }
        Remedy::MoveAddress => {
            let own = sim.traits(owner).map(|traits| traits.mailbox);
            if let (Some(row), Some(own)) = (sim.account_mut(id), own) {
                (row.self_service.otp_mailbox, row.self_service.otp_is_icon) = (own, false);
            }
        }
        Remedy::ResetPassword => {
            if let Some(person) = sim.person_mut(owner) {
                person.change(id, |known| known.password = Some(password).into());
            }
        }
        Remedy::SetAnswers => {
            if let Some(row) = sim.account_mut(id) {
                row.reset.answers_set = true;
            }
            if let Some(person) = sim.person_mut(owner) {
                person.change(id, |known| known.answers = ALL_ANSWERS);
            }
        }
        Remedy::SetClock => {
            if let Some(phone) = sim.phone_mut(owner) {
                phone.clock = Span(0);
            }
        }
    }
}

/// Gives an account a soft token that has passed its test, with its profile in the phone of each of these people that
/// takes an app.
fn enrol_before<C: Codes>(sim: &mut Simulation<'_, C>, id: AccountId, people: &[PersonId]) {
    let secret = SecretId(id.0 + 1);
    if let Some(row) = sim.account_mut(id) {
        row.self_service.soft = SoftTokens::of(Token { tested: true, ..Token::new(secret, None) });
        row.workspace.enrolled = true;
    }
    for person in people {
        let basic = sim.has_basic_phone(*person);
        if let Some(phone) = sim.phone_mut(*person).filter(|_| !basic) {
            phone.app.get_or_insert(App::Google);
            phone.profiles.push(Profile { account: id, secret });
        }
    }
    sim.counters_mut().enrolled(id, true);
}

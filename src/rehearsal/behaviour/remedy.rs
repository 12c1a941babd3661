//! What can be done before the date: for each remedy whom it is for, who does it, and what it changes.
//!
//! Promises that a remedy changes what an act of the guide would change, and for those alone who lack it. Deliberately
//! counts nothing: a rehearsal with the remedy is held against the same rehearsal without it.

use crate::kernel::Span;
use crate::policy::request::Role;
use crate::rehearsal::run::replicate::Driver;
use crate::world::authenticator::{App, Codes};
use crate::world::ids::{AccountId, PersonId, SecretId, TokenId};
use crate::world::self_service::Token;
use crate::world::state::{ALL_ANSWERS, HardToken, MailKind, Phone, Profile};

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

/// Several remedies at once, as bits.
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

impl<C: Codes> Driver<'_, C> {
    /// What an account and its holder lack now; nothing where the account is not there yet, or its holder is gone.
    pub(in crate::rehearsal) fn lacks(&self, id: AccountId) -> Lacks {
        let none = Lacks::default();
        let Some(account) = self.engine.world.accounts.get(id.at()).filter(|a| a.portal.exists) else { return none };
        let owner = account.owner;
        let Some(person) = self.engine.world.people.get(owner.at()) else { return none };
        if person.role == Role::Student || self.minds.get(owner.at()).is_some_and(|mind| mind.away) {
            return none;
        }
        let enrolled = account.self_service.enrolled();
        if account.kind.is_generic() {
            return none.with(Remedy::Gather, !enrolled);
        }
        let basic = self.traits.get(owner.at()).is_some_and(|traits| traits.basic_phone);
        let known = person.of(id);
        let clock = self.phone(owner).map_or(Span(0), |phone| phone.clock);
        let address = self.engine.world.mailboxes.get(account.self_service.otp_mailbox.at());
        let own = address.is_some_and(|m| m.owner == owner && !matches!(m.kind, MailKind::Icon(_)));
        let answers = known.is_some_and(|known| known.answers == ALL_ANSWERS) && account.reset.answers_set;
        let password = person.password(id) == Some(account.portal.password);
        let administrator = person.role == Role::LocalAdministrator;
        none.with(Remedy::Administrators, administrator && !enrolled && !basic)
            .with(Remedy::Enrol, !enrolled && !basic)
            .with(Remedy::HardToken, !enrolled && basic)
            .with(Remedy::MoveAddress, !enrolled && !own)
            .with(Remedy::ResetPassword, !password)
            .with(Remedy::SetAnswers, !answers)
            .with(Remedy::SetClock, clock != Span(0))
    }

    /// The phone, wherever it lies today.
    fn phone(&self, person: PersonId) -> Option<&Phone> {
        let left = self.elsewhere.get(&person);
        left.or_else(|| self.engine.world.people.get(person.at()).and_then(|row| row.phone.as_ref()))
    }

    fn phone_mut(&mut self, person: PersonId) -> Option<&mut Phone> {
        let left = self.elsewhere.get_mut(&person);
        left.or_else(|| self.engine.world.people.get_mut(person.at()).and_then(|row| row.phone.as_mut()))
    }

    /// Does it for one account that lacks it.
    pub(in crate::rehearsal) fn remedy(&mut self, remedy: Remedy, id: AccountId) {
        let Some(account) = self.engine.world.accounts.get(id.at()) else { return };
        let (owner, password) = (account.owner, account.portal.password);
        match remedy {
            Remedy::Administrators | Remedy::Enrol => self.enrolled_before(id, &[owner]),
            Remedy::Gather => {
                let members = self.shared.iter().find(|s| s.account == id).map(|s| s.members.clone());
                self.enrolled_before(id, &members.unwrap_or_default());
            }
            Remedy::HardToken => {
                let token = TokenId(u32::try_from(self.engine.world.tokens.len()).unwrap_or(u32::MAX));
                self.engine.world.tokens.push(HardToken::default());
                if let Some(person) = self.engine.world.people.get_mut(owner.at()) {
                    person.token = Some(token).into();
                }
                if let Some(row) = self.engine.world.accounts.get_mut(id.at()) {
                    row.self_service.hard = Some(Token { tested: true, ..Token::new(token.secret(), Some(token)) });
                    row.workspace.enrolled = true;
                }
                self.tally.enrolled(id, true);
            }
            Remedy::MoveAddress => {
                let own = self.traits.get(owner.at()).map(|traits| traits.mailbox);
                if let (Some(row), Some(own)) = (self.engine.world.accounts.get_mut(id.at()), own) {
                    (row.self_service.otp_mailbox, row.self_service.otp_is_icon) = (own, false);
                }
            }
            Remedy::ResetPassword => {
                if let Some(person) = self.engine.world.people.get_mut(owner.at()) {
                    person.change(id, |known| known.password = Some(password).into());
                }
            }
            Remedy::SetAnswers => {
                if let Some(row) = self.engine.world.accounts.get_mut(id.at()) {
                    row.reset.answers_set = true;
                }
                if let Some(person) = self.engine.world.people.get_mut(owner.at()) {
                    person.change(id, |known| known.answers = ALL_ANSWERS);
                }
            }
            Remedy::SetClock => {
                if let Some(phone) = self.phone_mut(owner) {
                    phone.clock = Span(0);
                }
            }
        }
    }

    /// A soft token that passed its test, with its profile in the phone of each of these people that takes an app.
    fn enrolled_before(&mut self, id: AccountId, people: &[PersonId]) {
        let secret = SecretId(id.0 + 1);
        if let Some(row) = self.engine.world.accounts.get_mut(id.at()) {
            row.self_service.soft = Some(Token { tested: true, ..Token::new(secret, None) });
            row.workspace.enrolled = true;
        }
        for person in people {
            let basic = self.traits.get(person.at()).is_some_and(|traits| traits.basic_phone);
            if let Some(phone) = self.phone_mut(*person).filter(|_| !basic) {
                phone.app.get_or_insert(App::Google);
                phone.profiles.push(Profile { account: id, secret });
            }
        }
        self.tally.enrolled(id, true);
    }
}

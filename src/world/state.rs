//! The rows: one for each account, person, mailbox, computer and hard token.
//!
//! Promises that a clone is a whole copy of the world, so that a question can be tried on it.
//! Deliberately holds no names: whoever made the world keeps them.

use super::codes::App;
use super::computers::Computers;
use super::email_otp::{OTPS_KEPT, OtpAccount};
use super::ids::{AccountId, ComputerId, MailboxId, PasswordId, PersonId, PlaceId, SecretId, TokenId};
use super::otp_inbox::OtpInbox;
use super::password_reset::ResetAccount;
use super::portal::PortalAccount;
use super::self_service::SelfServiceAccount;
use super::tokens::SoftTokens;
use super::workspace::WorkspaceAccount;
use crate::kernel::{CompactOption, FlatSet, Span, copy_into};
use crate::policy::Scope;
use crate::policy::request::{AccountKind, Role};
use smallvec::SmallVec;
use std::mem::take;

/// One account, in the slices of the parties that keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// What kind.
    pub kind: AccountKind,
    /// Its school or division.
    pub place: PlaceId,
    /// The generic account still lies in `ICON`.
    pub in_icon: bool,
    /// Its LA asked for the move, and nobody approved yet.
    pub transfer_requested: bool,
    /// Whoever owns it, or is its custodian.
    pub owner: PersonId,
    /// Its own iCON mailbox.
    pub icon_mailbox: MailboxId,
    /// The copy of its credentials in the iCollaborate folder.
    pub stored: CompactOption<PasswordId>,
    /// MIMS Portal's slice.
    pub portal: PortalAccount,
    /// Self-service's slice.
    pub self_service: SelfServiceAccount,
    /// The OTP server's slice.
    pub email_otp: OtpAccount,
    /// Password reset's slice.
    pub reset: ResetAccount,
    /// Google's slice.
    pub workspace: WorkspaceAccount,
}

impl Account {
    /// Under which rules it is.
    pub fn scope(&self) -> Scope {
        self.portal.scope
    }

    /// Puts it under other rules, at every party.
    pub const fn set_scope(&mut self, scope: Scope) {
        (self.portal.scope, self.self_service.scope, self.email_otp.scope) = (scope, scope, scope);
        (self.reset.scope, self.workspace.scope) = (scope, scope);
    }
}

/// A profile in an app: a secret under a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Profile {
    /// The label: which account it is for.
    pub account: AccountId,
    /// The secret that was scanned.
    pub secret: SecretId,
}

/// A phone or tablet with an authenticator app.
#[derive(Debug, PartialEq, Eq)]
pub struct Phone {
    /// The app.
    pub app: Option<App>,
    /// It is an iOS device.
    pub ios: bool,
    /// How far its clock is ahead of true time.
    pub clock: Span,
    /// The profiles in it, oldest first.
    pub profiles: SmallVec<[Profile; 2]>,
}

impl Phone {
    /// A new phone with this app: no profile in it, its clock right.
    pub fn new(app: Option<App>) -> Phone {
        Phone { app, ios: false, clock: Span(0), profiles: SmallVec::new() }
    }
}

/// As many answers as there are questions.
pub const ALL_ANSWERS: u8 = u8::MAX;

/// What a person knows of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Known {
    /// Of which.
    pub account: AccountId,
    /// Its password, as they last heard it.
    pub password: CompactOption<PasswordId>,
    /// Google's own password, before the cutover.
    pub old: bool,
    /// How many of the answers to its security questions they remember.
    pub answers: u8,
}

/// One person.
#[derive(Debug, PartialEq, Eq)]
pub struct Person {
    /// What they are to the rollout.
    pub role: Role,
    /// Where.
    pub place: PlaceId,
    /// Their own account, if any.
    pub account: CompactOption<AccountId>,
    /// Their own computer.
    pub computer: ComputerId,
    /// Their phone, if any.
    pub phone: Option<Phone>,
    /// The hard token in hand.
    pub token: CompactOption<TokenId>,
    /// What they know, by account; most know of their own alone, or of a generic one beside.
    pub known: SmallVec<[Known; 2]>,
    /// The last of their mailboxes, from which a chain leads to the others.
    mailbox: CompactOption<MailboxId>,
}

impl Person {
    /// What they know of an account.
    pub fn of(&self, account: AccountId) -> Option<&Known> {
        self.known.iter().find(|known| known.account == account)
    }

    /// Changes what they know of an account.
    pub fn change(&mut self, account: AccountId, change: impl FnOnce(&mut Known)) {
        let at = self.known.iter().position(|known| known.account >= account).unwrap_or(self.known.len());
        if self.known.get(at).is_none_or(|known| known.account != account) {
            self.known.insert(at, Known { account, password: CompactOption::NONE, old: false, answers: 0 });
        }
        if let Some(known) = self.known.get_mut(at) {
            change(known);
        }
    }

    /// Whether they know the password of their own account; who has none needs none.
    pub fn knows_own_password(&self) -> bool {
        self.account.get().is_none_or(|own| self.password(own).is_some())
    }

    /// The password of an account, as they last heard it.
    pub fn password(&self, account: AccountId) -> Option<PasswordId> {
        self.of(account).and_then(|known| known.password.get())
    }
}

/// What kind of mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// CES.
    Ces,
    /// SG-Mail.
    SgMail,
    /// Another work or personal mailbox.
    Other,
    /// The iCON mailbox of an account, inside Google Workspace.
    Icon(AccountId),
}

/// One mailbox; what has arrived lies in [`World::otp_inbox`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// What kind.
    pub kind: MailKind,
    /// Whose.
    pub owner: PersonId,
    /// Another mailbox of its owner, added before it.
    before: CompactOption<MailboxId>,
}

/// A device of a person that shows codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// The phone.
    Phone,
    /// The hard token in hand.
    HardToken,
}

/// One hard token; its secret goes by its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardToken {
    /// How far its clock is ahead.
    pub clock: Span,
}

/// Everything that changes in a run. The rows of a small world lie in it, so that a search, which makes copies by the
/// million, finds a state in one piece.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct World {
    /// Accounts by id.
    pub accounts: SmallVec<[Account; 4]>,
    /// People by id.
    pub people: SmallVec<[Person; 4]>,
    /// Mailboxes by id.
    pub mailboxes: SmallVec<[Mailbox; 8]>,
    /// The OTPs in them.
    pub otp_inbox: OtpInbox,
    /// Computers by id.
    pub computers: Computers,
    /// Hard tokens by id.
    pub tokens: Vec<HardToken>,
    /// Who shares which generic account.
    pub members: FlatSet<(AccountId, PersonId)>,
    /// Whose own tokens are linked to which generic account (A23); it ends when someone ends it.
    pub links: FlatSet<(AccountId, AccountId)>,
    /// Credentials that came by mail: to which mailbox, of which account, and what they say.
    pub letters: FlatSet<(MailboxId, AccountId, PasswordId)>,
    /// Emergency passwords that people were given (A24): to whom, of which account; the last one counts.
    emergencies: FlatSet<(PersonId, AccountId, PasswordId)>,
    /// Whoever has a role beside staff and students, by role and place.
    helpers: FlatSet<(Role, PlaceId, PersonId)>,
}

// Copies of short lists are copies of bytes, into the room that is there; the derived ones would go element by element.

impl Clone for Phone {
    fn clone(&self) -> Phone {
        Phone { profiles: SmallVec::from_slice(&self.profiles), ..*self }
    }

    fn clone_from(&mut self, from: &Phone) {
        copy_into(&mut self.profiles, &from.profiles);
        *self = Phone { profiles: take(&mut self.profiles), ..*from };
    }
}

impl Clone for Person {
    fn clone(&self) -> Person {
        Person { phone: self.phone.clone(), known: SmallVec::from_slice(&self.known), ..*self }
    }

    fn clone_from(&mut self, from: &Person) {
        self.phone.clone_from(&from.phone);
        copy_into(&mut self.known, &from.known);
        *self = Person { phone: take(&mut self.phone), known: take(&mut self.known), ..*from };
    }
}

impl Clone for World {
    fn clone(&self) -> World {
        let mut copy = World::default();
        copy.clone_from(self);
        copy
    }

    /// A search makes copies by the million, into the same place.
    fn clone_from(&mut self, from: &World) {
        let World {
            accounts,
            people,
            mailboxes,
            otp_inbox,
            computers,
            tokens,
            members,
            links,
            letters,
            emergencies,
            helpers,
        } = from;
        copy_into(&mut self.accounts, accounts);
        self.people.clone_from(people);
        copy_into(&mut self.mailboxes, mailboxes);
        self.otp_inbox.clone_from(otp_inbox);
        self.computers.clone_from(computers);
        self.tokens.clone_from(tokens);
        self.members.clone_from(members);
        self.links.clone_from(links);
        self.letters.clone_from(letters);
        self.emergencies.clone_from(emergencies);
        self.helpers.clone_from(helpers);
    }
}

impl World {
    /// An empty world for very many people: whoever leaves a browser closes it, and deletes the mail that was waited
    /// for.
    pub fn of_many() -> World {
        World { computers: Computers::closing(), ..World::default() }
    }

    /// Makes room for so many people and accounts in all: a person has a mailbox of their own, an account one in iCON.
    pub fn room(&mut self, people: usize, accounts: usize) {
        self.people.reserve_exact(people.saturating_sub(self.people.len()));
        self.accounts.reserve_exact(accounts.saturating_sub(self.accounts.len()));
        self.mailboxes.reserve_exact((people + accounts).saturating_sub(self.mailboxes.len()));
        self.computers.room(people);
    }

    /// What is left behind after an act on this account at this computer, where things are put away: no browser and,
    /// where mail was waited for, no OTPs.
    pub fn put_away(&mut self, account: AccountId, computer: ComputerId, mail: bool) {
        if !self.computers.close_after_use() {
            return;
        }
        self.computers.close(computer);
        let mailbox = self.accounts.get(account.at()).filter(|_| mail).map(|row| row.self_service.otp_mailbox);
        if let Some(mailbox) = mailbox {
            self.otp_inbox.delete(mailbox, account);
        }
    }

    /// Adds a person with an own computer; the account, if any, comes by `add_account`.
    pub fn add_person(&mut self, role: Role, place: PlaceId) -> PersonId {
        let id = PersonId(count(&self.people));
        let computer = self.computers.add();
        self.people.push(Person {
            role,
            place,
            account: CompactOption::NONE,
            computer,
            phone: None,
            token: CompactOption::NONE,
            known: SmallVec::new(),
            mailbox: CompactOption::NONE,
        });
        if !matches!(role, Role::Staff | Role::Student) {
            self.helpers.insert((role, place, id));
        }
        id
    }

    /// Sets the clock of a device, if the person has it, so far ahead of true time.
    pub fn set_clock(&mut self, person: PersonId, device: Device, ahead: Span) {
        let Some(person) = self.people.get_mut(person.at()) else { return };
        let clock = match device {
            Device::Phone => person.phone.as_mut().map(|phone| &mut phone.clock),
            Device::HardToken => {
                person.token.get().and_then(|t| self.tokens.get_mut(t.at())).map(|token| &mut token.clock)
            }
        };
        if let Some(clock) = clock {
            *clock = ahead;
        }
    }

    /// Gives a person an emergency password of an account, instead of any before.
    pub fn give_emergency(&mut self, person: PersonId, account: AccountId, password: PasswordId) {
        if let Some(before) = self.emergency(person, account) {
            self.emergencies.remove(&(person, account, before));
        }
        self.emergencies.insert((person, account, password));
    }

    /// The emergency password of an account that a person was given.
    pub fn emergency(&self, person: PersonId, account: AccountId) -> Option<PasswordId> {
        let given = self.emergencies.range((person, account, PasswordId(0))..=(person, account, PasswordId(u32::MAX)));
        given.last().map(|(.., password)| *password)
    }

    /// Who was given an emergency password of which account.
    pub fn emergencies(&self) -> &[(PersonId, AccountId, PasswordId)] {
        self.emergencies.as_slice()
    }

    /// Adds a mailbox.
    pub fn add_mailbox(&mut self, kind: MailKind, owner: PersonId) -> MailboxId {
        let id = MailboxId(count(&self.mailboxes));
        let before = self
            .people
            .get_mut(owner.at())
            .map(|person| std::mem::replace(&mut person.mailbox, CompactOption::some(id)));
        self.mailboxes.push(Mailbox { kind, owner, before: before.unwrap_or_default() });
        id
    }

    /// The mailboxes of a person, the newest first.
    pub fn mailboxes_of(&self, person: PersonId) -> impl Iterator<Item = (MailboxId, &Mailbox)> {
        let row = |id: MailboxId| self.mailboxes.get(id.at()).map(|mailbox| (id, mailbox));
        let first = self.people.get(person.at()).and_then(|person| person.mailbox.get()).and_then(row);
        std::iter::successors(first, move |(_, mailbox)| mailbox.before.get().and_then(row))
    }

    /// Whoever has this role, of those that are no staff or students, at one place or at all.
    pub fn helpers(&self, role: Role, place: Option<PlaceId>) -> impl Iterator<Item = PersonId> {
        let (from, to) = place.map_or((PlaceId(0), PlaceId(u32::MAX)), |place| (place, place));
        let all = self.helpers.range((role, from, PersonId(0))..=(role, to, PersonId(u32::MAX)));
        all.iter().map(|(_, _, person)| *person)
    }

    /// Adds an account with its iCON mailbox and a password that the owner knows; OTPs go to `otp_mailbox`, or to the
    /// iCON mailbox itself where that is `None`.
    pub fn add_account(
        &mut self,
        kind: AccountKind,
        scope: Scope,
        owner: PersonId,
        otp_mailbox: Option<MailboxId>,
    ) -> AccountId {
        let id = AccountId(count(&self.accounts));
        let icon_mailbox = self.add_mailbox(MailKind::Icon(id), owner);
        let password = PasswordId(id.0 + 1);
        let place = self.people.get(owner.at()).map_or(PlaceId(0), |p| p.place);
        self.accounts.push(Account {
            kind,
            place,
            in_icon: kind.is_generic(),
            transfer_requested: false,
            owner,
            icon_mailbox,
            stored: kind.is_generic().then_some(password).into(),
            portal: PortalAccount {
                kind,
                scope,
                exists: true,
                password,
                pending: CompactOption::NONE,
                temporary: false,
                first: false,
                after_reset: false,
                failures: 0,
                wrong_codes: 0,
                failed_at: CompactOption::NONE,
                locked_until: CompactOption::NONE,
                reset_at: CompactOption::NONE,
            },
            self_service: SelfServiceAccount {
                scope,
                generic: kind.is_generic(),
                otp_mailbox: otp_mailbox.unwrap_or(icon_mailbox),
                otp_is_icon: otp_mailbox.is_none(),
                soft: SoftTokens::NONE,
                hard: None,
                emergency: CompactOption::NONE,
                issued: CompactOption::NONE,
                emergency_uses: 0,
                reset_at: CompactOption::NONE,
            },
            email_otp: OtpAccount {
                scope,
                number: 0,
                newest: CompactOption::NONE,
                sent: CompactOption::NONE,
                older: [CompactOption::NONE; OTPS_KEPT - 1],
            },
            reset: ResetAccount {
                scope,
                answers_set: true,
                attempts: 0,
                locked_until: CompactOption::NONE,
                passed: false,
            },
            workspace: WorkspaceAccount { scope, phone: true, reset_at: CompactOption::NONE, enrolled: false },
        });
        if let Some(person) = self.people.get_mut(owner.at()) {
            person.change(id, |known| {
                (known.password, known.old, known.answers) = (CompactOption::some(password), true, ALL_ANSWERS);
            });
            if !kind.is_generic() {
                person.account = CompactOption::some(id);
            }
        }
        id
    }
}

fn count<T>(rows: &[T]) -> u32 {
    u32::try_from(rows.len()).unwrap_or(u32::MAX)
}

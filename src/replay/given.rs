//! The world at the start of a scenario: places, people, generic accounts and computers, with what is usual filled in.
//!
//! Promises that whatever a first scenario leaves out is what the format page says. Deliberately knows no timeline.

use super::ReplayPlanner;
use crate::format::rows::Address;
use crate::format::scenario::{AnswersAre, AppIs, GenericIs, Os, OtpAddressIs, PersonIs, PhoneIs, PlaceIs, PlaceKind};
use crate::format::text_formats::parse_offset;
use crate::format::tree::PathSegment;
use crate::kernel::CompactOption;
use crate::policy::request::{AccountKind, Role};
use crate::world::codes::App;
use crate::world::ids::{AccountId, PersonId, PlaceId, SecretId, TokenId};
use crate::world::state::{HardToken, MailKind, Phone, Profile};
use crate::world::tokens::{SoftTokens, Token};

/// The place that is meant where none is named.
const SCHOOL: &str = "the school";
/// Where the roles of HQ are at home.
const HQ: &str = "HQ";
/// Whose mailbox a stale address is.
const NOBODY: PersonId = PersonId(u32::MAX);
/// Secrets of tokens that are enrolled at the start are numbered from here, by account.
const ENROLLED: u32 = 500_000;

impl ReplayPlanner<'_> {
    /// Makes the world.
    pub(super) fn given(&mut self) {
        let (tree, scenario) = (self.tree, self.scenario);
        let given = &scenario.given;
        let mut spocs: Vec<(String, String, usize)> = Vec::new();
        for (name, is) in &given.places {
            let (kind, has) = match is {
                PlaceIs::Kind(kind) => (*kind, &[][..]),
                PlaceIs::Place(place) => (place.kind, place.spocs.as_slice()),
            };
            self.add_place(name, kind == PlaceKind::School);
            spocs.extend(has.iter().enumerate().map(|(i, spoc)| (spoc.clone(), name.clone(), i)));
        }
        let first = tree.at(&[PathSegment::Key("given"), PathSegment::Key("places")]).and_then(|t| t.entries().first());
        let usual = first.map_or(SCHOOL, |entry| entry.key.as_str());
        self.add_place(SCHOOL, true);
        self.add_place(HQ, false);
        for (name, is) in &given.people {
            let spoc = spocs.iter().find(|(person, ..)| person == name).map(|(_, place, _)| place.as_str());
            self.person(name, is, usual, spoc);
        }
        for (at, (person, place, i)) in spocs.iter().enumerate() {
            let base = [
                PathSegment::Key("given"),
                PathSegment::Key("places"),
                PathSegment::Key(place),
                PathSegment::Key("spocs"),
                PathSegment::Index(*i),
            ];
            self.find(person, &base);
            if spocs.iter().take(at).any(|(other, ..)| other == person) {
                self.fault("S206", format!("`{person}` is a SPOC twice"), &base, "a SPOC serves one place");
            }
        }
        for (name, is) in &given.generic_accounts {
            self.generic(name, is);
        }
        for name in given.computers.keys() {
            let id = self.world.computers.add();
            self.names.computers.insert(name.clone(), id);
        }
    }

    fn add_place(&mut self, name: &str, school: bool) {
        let id = PlaceId(u32::try_from(self.names.places.len()).unwrap_or(u32::MAX));
        self.names.places.entry(name.to_owned()).or_insert((id, school));
    }

    fn person(&mut self, name: &str, is: &PersonIs, usual: &str, spoc: Option<&str>) {
        let base = [PathSegment::Key("given"), PathSegment::Key("people"), PathSegment::Key(name)];
        let role = is.role.unwrap_or(if spoc.is_some() { Role::Spoc } else { Role::Staff });
        if spoc.is_some() && role != Role::Spoc {
            let title = format!("`{name}` is a SPOC and {} at once", role.word());
            self.fault_key("S206", title, &base, "leave the role out, or take the name off the place's `spocs`");
        }
        let central = matches!(role, Role::Opa | Role::ItdMims | Role::DeskAgent | Role::ApprovingOfficer);
        let named = is.place.as_deref().or(spoc).unwrap_or(if central { HQ } else { usual });
        let Some((place, school)) = self.names.places.get(named).copied() else {
            let known: Vec<&str> = self.scenario.given.places.keys().map(String::as_str).collect();
            let help = super::library::suggest(named, &known);
            self.fault(
                "S217",
                format!("no place `{named}`"),
                &[&base[..], &[PathSegment::Key("place")]].concat(),
                &help,
            );
            return;
        };
        let kind = match (role, school) {
            (Role::Student, _) => AccountKind::Student,
            (_, true) => AccountKind::SchoolStaff,
            (_, false) => AccountKind::HqStaff,
        };
        if role == Role::Student && !school {
            self.fault_key("S206", format!("`{name}` is a student at HQ"), &base, "students are at schools");
        }
        let id = self.world.add_person(role, place);
        for (word, mail) in [("ces", MailKind::Ces), ("sg-mail", MailKind::SgMail), ("other", MailKind::Other)] {
            let mailbox = self.world.add_mailbox(mail, id);
            self.mail.insert((id, word), mailbox);
        }
        let account = self.add_account(kind, named, school, id, is.otp_address);
        self.names.people.insert(name.to_owned(), id);
        self.names.accounts.insert(name.to_owned(), account);
        let phone = self.phone(is, &base);
        let token = TokenId(u32::try_from(self.world.tokens.len()).unwrap_or(u32::MAX));
        if is.hard_token == Some(true) {
            self.world.tokens.push(HardToken::default());
        }
        if let Some(person) = self.world.people.get_mut(id.at()) {
            person.phone = phone;
            person.token = (is.hard_token == Some(true)).then_some(token).into();
            if let Some(answers) = is.answers {
                person.change(account, |known| known.answers = answers.remembered());
            }
            if is.knows_password == Some(false) || is.new == Some(true) {
                person.change(account, |known| known.password = CompactOption::NONE);
            }
        }
        if let Some(row) = self.world.accounts.get_mut(account.at()) {
            row.reset.answers_set = is.answers.is_none_or(AnswersAre::set);
            row.portal.exists = is.new != Some(true);
            row.workspace.phone = is.phone_number_kept != Some(false);
        }
        if is.enrolled == Some(true) {
            self.enrol(account, &[id]);
        }
    }

    fn phone(&mut self, is: &PersonIs, base: &[PathSegment<'_>; 3]) -> Option<Phone> {
        let mut phone = Phone::new(Some(App::Google));
        match &is.phone {
            None => {}
            Some(PhoneIs::Absent(_)) => return None,
            Some(PhoneIs::Phone(has)) => {
                phone.app = match has.app.unwrap_or(AppIs::GoogleAuthenticator) {
                    AppIs::GoogleAuthenticator => Some(App::Google),
                    AppIs::MicrosoftAuthenticator => Some(App::Microsoft),
                    AppIs::NetiqAuthenticator => Some(App::NetIq),
                    AppIs::None => None,
                };
                phone.ios = has.os == Some(Os::Ios);
                match has.clock.as_deref().map(parse_offset) {
                    None => {}
                    Some(Ok(clock)) => phone.clock = clock,
                    Some(Err(why)) => {
                        let path = [base[0], base[1], base[2], PathSegment::Key("phone"), PathSegment::Key("clock")];
                        self.fault("S207", why, &path, "write it as `+20s` or `-2m`");
                    }
                }
            }
        }
        Some(phone)
    }

    fn add_account(
        &mut self,
        kind: AccountKind,
        place: &str,
        school: bool,
        owner: PersonId,
        address: Option<OtpAddressIs>,
    ) -> AccountId {
        let mailbox = match address.unwrap_or(OtpAddressIs::Own(Address::Ces)) {
            OtpAddressIs::Own(Address::Icon) => None,
            OtpAddressIs::Own(other) => self.mail.get(&(owner, other.word())).copied(),
            OtpAddressIs::Stale(_) => Some(self.world.add_mailbox(MailKind::Other, NOBODY)),
        };
        let scope = self.policy.scope(self.candidate.rules(place, school, kind));
        self.world.add_account(kind, scope, owner, mailbox)
    }

    /// A soft token that passed its test, with a profile in each of these phones.
    fn enrol(&mut self, account: AccountId, people: &[PersonId]) {
        let secret = SecretId(ENROLLED + account.0);
        if let Some(row) = self.world.accounts.get_mut(account.at()) {
            row.self_service.soft = SoftTokens::of(Token { tested: true, ..Token::new(secret, None) });
            row.workspace.enrolled = true;
        }
        for id in people {
            if let Some(phone) = self.world.people.get_mut(id.at()).and_then(|p| p.phone.as_mut()) {
                phone.profiles.push(Profile { account, secret });
            }
        }
    }

    fn generic(&mut self, name: &str, is: &GenericIs) {
        let base = [PathSegment::Key("given"), PathSegment::Key("generic-accounts"), PathSegment::Key(name)];
        if self.names.people.contains_key(name) {
            let title = format!("`{name}` names a person and a generic account");
            return self.fault_key("S208", title, &base, "give one of them another name");
        }
        let path = [base[0], base[1], base[2], PathSegment::Key("custodian")];
        let Some(owner) = self.find(&is.custodian, &path) else { return };
        let place = self.world.people.get(owner.at()).map(|p| p.place);
        let home = self.names.places.iter().find(|(_, (id, _))| Some(*id) == place);
        let (home, school) = home.map_or((SCHOOL.to_owned(), true), |(name, (_, school))| (name.clone(), *school));
        let kind = if school { AccountKind::SchoolGeneric } else { AccountKind::HqGeneric };
        let account = self.add_account(kind, &home, school, owner, is.otp_address);
        self.names.accounts.insert(name.to_owned(), account);
        let mut members = Vec::new();
        for (i, member) in is.members.iter().enumerate() {
            let path = [base[0], base[1], base[2], PathSegment::Key("members"), PathSegment::Index(i)];
            let Some(person) = self.find(member, &path) else { continue };
            if members.contains(&person) {
                self.fault("S223", format!("`{member}` is a member twice"), &path, "name everyone once");
            }
            members.push(person);
        }
        let told = is.members_know_password != Some(false) && is.new != Some(true);
        let password = self.world.accounts.get(account.at()).map(|a| a.portal.password);
        for person in &members {
            self.world.members.insert((account, *person));
            let Some(row) = self.world.people.get_mut(person.at()) else { continue };
            row.change(account, |known| known.old = true);
            if let Some(own) = row.account.get() {
                self.world.links.insert((account, own));
            }
            if let (Some(password), true) = (password, told) {
                row.change(account, |known| known.password = CompactOption::some(password));
            }
        }
        if let Some(row) = self.world.people.get_mut(owner.at()) {
            if !told {
                row.change(account, |known| known.password = CompactOption::NONE);
            }
            row.change(account, |known| known.answers = is.answers.map_or(0, AnswersAre::remembered));
        }
        if let Some(row) = self.world.accounts.get_mut(account.at()) {
            row.in_icon = is.transferred != Some(true);
            row.portal.exists = is.new != Some(true);
            row.reset.answers_set = is.answers.is_some_and(AnswersAre::set);
        }
        if is.enrolled == Some(true) {
            self.enrol(account, &members);
        }
    }
}

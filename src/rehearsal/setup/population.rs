//! The population at the start: schools, divisions, their staff, generic accounts and helpers, as a world and what is
//! known of people besides.
//!
//! Promises that everything is drawn by place, person or account, so that two policies meet the same people, and that
//! what a directory knows stands in place of the draw. Deliberately names nobody: people are numbers.

use super::roster::{PlaceList, RosterEntry, drawn_name};
use crate::format::parameters::{Parameter as P, Parameters};
use crate::format::rows::Address;
use crate::kernel::distributions::part_of;
use crate::kernel::units::SECOND;
use crate::kernel::{CompactOption, Date, Draws, Purpose, Span};
use crate::policy::Policy;
use crate::policy::request::{AccountKind, Role};
use crate::policy::rules::Rule;
use crate::replay::library::Candidate;
use crate::world::codes::App;
use crate::world::ids::{AccountId, MailboxId, PersonId, PlaceId, SecretId};
use crate::world::state::{ALL_ANSWERS, MailKind, Phone, Profile, World};
use crate::world::tokens::{SoftTokens, Token};
use std::collections::BTreeMap;
use std::ops::Range;

/// What a population depends on.
#[derive(Clone, Copy, Debug)]
pub struct PopulationSpec<'p> {
    /// The policy: which rules hold for whom.
    pub candidate: &'p Candidate,
    /// Shares and sizes.
    pub parameters: &'p Parameters,
    /// The first day.
    pub first_day: Date,
    /// How many days there are.
    pub days: u32,
    /// The people that a directory knows, by place; without one all are drawn.
    pub directory: Option<&'p [PlaceList]>,
}

/// A school or division.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name, as a policy's exceptions call it.
    pub name: String,
    /// It is a school.
    pub school: bool,
    /// Its people.
    pub people: Range<u32>,
    /// Those of them who are no students.
    pub staff: Range<u32>,
    /// Its Local Administrators.
    pub administrators: Vec<PersonId>,
    /// Who hands new credentials on: its SPOCs (N1a).
    pub spocs: Vec<PersonId>,
}

/// What is known of a person besides the row in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traits {
    /// The mailbox that they can always read.
    pub mailbox: MailboxId,
    /// Their phone takes calls and messages, and no app.
    pub basic_phone: bool,
    /// They have a first day within the span ([`Date::small`]).
    pub comes: CompactOption<u16>,
    /// They have a last day within the span.
    pub goes: CompactOption<u16>,
}

/// A generic account and its circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenericAccount {
    /// Which account.
    pub account: AccountId,
    /// Its members, custodian first.
    pub members: Vec<PersonId>,
}

/// Everyone.
#[derive(Clone, Debug)]
pub struct Population {
    /// The world.
    pub world: World,
    /// The policy with the scopes in use.
    pub policy: Policy,
    /// Schools and divisions; the office of the central helpers is the last.
    pub places: Vec<Place>,
    /// By person; central helpers have none.
    pub traits: Vec<Traits>,
    /// The generic accounts, in the order of their accounts.
    pub generic: Vec<GenericAccount>,
    /// Approving Officers.
    pub officers: Vec<PersonId>,
    /// MOE OPA.
    pub opa: Vec<PersonId>,
    /// Desk agents.
    pub agents: Vec<PersonId>,
}

/// To what an account belongs: its kind, the scope of rules that it comes under, and its place.
#[derive(Clone, Copy)]
struct Belongs {
    kind: AccountKind,
    scope: u16,
    place: PlaceId,
}

/// A population while it is drawn.
struct Maker<'p> {
    spec: PopulationSpec<'p>,
    draws: Draws,
    is: &'p Parameters,
    out: Population,
    /// A mailbox that nobody here can read.
    stale: MailboxId,
}

/// Draws the population of one replicate.
pub fn draw(spec: PopulationSpec<'_>, draws: Draws) -> Population {
    let mut world = World::of_many();
    let policy = Policy::uniform(&spec.candidate.name, spec.candidate.base());
    let gone = world.add_person(Role::Staff, PlaceId(u32::MAX));
    let stale = world.add_mailbox(MailKind::Other, gone);
    let nothing = Traits { mailbox: stale, basic_phone: false, comes: CompactOption::NONE, goes: CompactOption::NONE };
    let out = Population {
        world,
        policy,
        places: Vec::new(),
        traits: vec![nothing],
        generic: Vec::new(),
        officers: Vec::new(),
        opa: Vec::new(),
        agents: Vec::new(),
    };
    let mut maker = Maker { spec, draws, is: spec.parameters, out, stale };
    match spec.directory {
        Some(places) => {
            maker.room(places.iter().map(|place| (place.people.len(), place.school)));
            places.iter().for_each(|place| maker.place(place));
        }
        None => maker.drawn_places(),
    }
    maker.office();
    maker.out
}

impl Maker<'_> {
    /// Schools of sizes that are drawn, and divisions of one size.
    fn drawn_places(&mut self) {
        let (is, draws, schools) = (self.is, self.draws, self.is.count(P::Schools));
        let (mean, spread) = (is.count(P::SchoolStaff), is.share(P::SchoolSpread));
        let school = |school| draws.around(mean, spread, 4, school, Purpose::PlaceSize) as usize;
        let sizes = (0..schools).map(|at| (school(at), true));
        let sizes = sizes.chain((0..is.count(P::Divisions)).map(|_| (is.count(P::DivisionStaff) as usize, false)));
        self.room(sizes.clone());
        for (at, (size, school)) in sizes.enumerate() {
            let people = vec![RosterEntry::default(); size];
            let name = drawn_name(at, schools as usize);
            self.place(&PlaceList { name, school, people, ..PlaceList::default() });
        }
    }

    /// Makes room for the people of places of so many staff, schools or not: a large world is not copied as it grows.
    fn room(&mut self, places: impl Iterator<Item = (usize, bool)>) {
        let (mut people, mut generic) = (self.out.world.people.len(), 0);
        for (staff, school) in places {
            // Newcomers are as many as they are drawn to be; room that nobody takes costs nothing.
            people += staff + staff / 8 + if school { self.is.count(P::Students) as usize } else { 0 };
            generic += self.is.count(P::Generic) as usize;
        }
        people += (self.is.count(P::Officers) + self.is.count(P::Opa)) as usize;
        people += usize::try_from(self.out.policy.rules(0).get(Rule::DeskAgents)).unwrap_or(0);
        self.out.world.room(people, people + generic);
        self.out.traits.reserve_exact(people - self.out.traits.len());
    }

    fn person(&mut self, role: Role, place: PlaceId) -> PersonId {
        let id = self.out.world.add_person(role, place);
        let mailbox = self.out.world.add_mailbox(MailKind::Ces, id);
        self.out.traits.push(Traits {
            mailbox,
            basic_phone: false,
            comes: CompactOption::NONE,
            goes: CompactOption::NONE,
        });
        id
    }

    /// The scope of the rules that hold for accounts of a kind at a place.
    fn scope(&mut self, list: &PlaceList, kind: AccountKind) -> u16 {
        let rules = self.spec.candidate.rules(&list.name, list.school, kind);
        self.out.policy.scope(rules)
    }

    /// How many people there are so far.
    fn people(&self) -> u32 {
        u32::try_from(self.out.world.people.len()).unwrap_or(u32::MAX)
    }

    /// A school or division with its people, its helpers among them, and its generic accounts.
    fn place(&mut self, list: &PlaceList) {
        let place = PlaceId(u32::try_from(self.out.places.len()).unwrap_or(u32::MAX));
        let (students, staff): (Vec<_>, Vec<_>) =
            list.people.iter().enumerate().partition(|(_, knows)| knows.role == Some(Role::Student));
        let first = self.people();
        let kind = if list.school { AccountKind::SchoolStaff } else { AccountKind::HqStaff };
        let belongs = Belongs { kind, scope: self.scope(list, kind), place };
        let (mut here, ids) = self.staff(list, &staff, belongs);
        let count = u32::try_from(staff.len()).unwrap_or(u32::MAX);
        for slot in 0..count {
            self.newcomer(first + slot, belongs);
        }
        here.staff = first..self.people();
        self.students(list, &students, place);
        here.people = first..self.people();
        let kind = if list.school { AccountKind::SchoolGeneric } else { AccountKind::HqGeneric };
        let scope = self.scope(list, kind);
        for members in &list.generic {
            self.generic(kind, scope, members.iter().filter_map(|row| ids.get(row).copied()).collect());
        }
        for _ in (0..self.is.count(P::Generic)).filter(|_| list.generic.is_empty()) {
            let members = self.some_of(first, count);
            self.generic(kind, scope, members);
        }
        self.out.places.push(here);
    }

    /// The staff of a place: the place with those of them who help, and who is in which row where generic accounts ask
    /// for it.
    fn staff(
        &mut self,
        list: &PlaceList,
        staff: &[(usize, &RosterEntry)],
        belongs: Belongs,
    ) -> (Place, BTreeMap<usize, PersonId>) {
        let named = staff.iter().any(|(_, knows)| knows.role.is_some());
        let administrators = self.is.count(P::Administrators) as usize;
        let mut ids = BTreeMap::new();
        let mut here = Place {
            name: list.name.clone(),
            school: list.school,
            people: 0..0,
            staff: 0..0,
            administrators: Vec::new(),
            spocs: Vec::new(),
        };
        for (at, (row, knows)) in staff.iter().copied().enumerate() {
            // Where a directory names roles, it names all of them.
            let role = match at.checked_sub(administrators) {
                _ if named => knows.role.unwrap_or(Role::Staff),
                None => Role::LocalAdministrator,
                Some(0 | 1) if list.school => Role::Spoc,
                Some(2) if list.school => Role::HodIct,
                Some(_) => Role::Staff,
            };
            let id = self.holder(role, belongs, knows);
            if knows.has_gone(self.spec.first_day) {
                continue;
            }
            if !list.generic.is_empty() {
                ids.insert(row, id);
            }
            if role == Role::LocalAdministrator {
                here.administrators.push(id);
            } else if role == Role::Spoc {
                here.spocs.push(id);
            }
        }
        (here, ids)
    }

    /// The students of a place: those of its directory, and as many as are asked for.
    fn students(&mut self, list: &PlaceList, known: &[(usize, &RosterEntry)], place: PlaceId) {
        let asked = if list.school { self.is.count(P::Students) as usize } else { 0 };
        if known.len() + asked > 0 {
            let kind = AccountKind::Student;
            let belongs = Belongs { kind, scope: self.scope(list, kind), place };
            let drawn = RosterEntry::default();
            let known = known.iter().map(|(_, knows)| *knows);
            for knows in known.chain(std::iter::repeat_n(&drawn, asked)) {
                self.holder(Role::Student, belongs, knows);
            }
        }
    }

    /// A person with an account, a phone and what they know.
    fn holder(&mut self, role: Role, belongs: Belongs, knows: &RosterEntry) -> PersonId {
        let (draws, is) = (self.draws, self.is);
        let id = self.person(role, belongs.place);
        let share = |parameter, purpose, index| draws.chance(is.share(parameter), id.0, purpose, index);
        let otp_mailbox = self.otp_mailbox(id, knows);
        let account = self.out.world.add_account(belongs.kind, belongs.scope, id, otp_mailbox);
        let phone = self.phone(id.0, knows);
        let answers = knows.answers.unwrap_or_else(|| share(P::AnswersSet, Purpose::AnswersSet, 0));
        let remembered = self.remembered_answers(id);
        let forgot = belongs.kind != AccountKind::Student && share(P::PasswordLost, Purpose::Knows, 0);
        if let Some(person) = self.out.world.people.get_mut(id.at()) {
            person.phone = Some(phone);
            person.change(account, |known| {
                known.answers = if answers { remembered } else { 0 };
                if forgot {
                    known.password = CompactOption::NONE;
                }
            });
        }
        if let Some(row) = self.out.world.accounts.get_mut(account.at()) {
            row.reset.answers_set = answers;
        }
        if knows.enrolled == Some(true) {
            self.enrolled(id, account);
        }
        let basic_phone = self.basic(id.0, knows);
        let goes = self.last_day(id, role, knows);
        if let Some(traits) = self.out.traits.last_mut() {
            traits.basic_phone = basic_phone;
            traits.goes = goes.map(Date::small).into();
        }
        if let Some(first) = knows.comes.filter(|day| *day > self.spec.first_day) {
            self.comes(id, account, first);
        }
        // Whoever has gone before the first day keeps a place in the roll, and nothing else.
        if knows.has_gone(self.spec.first_day) {
            self.without_account(id, account);
        }
        id
    }

    /// Where a person's OTPs go; none for the account's own iCON mailbox.
    fn otp_mailbox(&self, id: PersonId, knows: &RosterEntry) -> Option<MailboxId> {
        let drawn = |parameter, index| self.draws.chance(self.is.share(parameter), id.0, Purpose::Address, index);
        let address = knows.address.unwrap_or_else(|| match (drawn(P::IconAddress, 0), drawn(P::StaleAddress, 1)) {
            (true, _) => Some(Address::Icon),
            (false, true) => None,
            (false, false) => Some(Address::Ces),
        });
        match address {
            Some(Address::Icon) => None,
            Some(Address::Ces | Address::SgMail | Address::Other) => self.out.traits.last().map(|t| t.mailbox),
            None => Some(self.stale),
        }
    }

    /// How many answers to the security questions a person remembers.
    fn remembered_answers(&self, id: PersonId) -> u8 {
        let answers = [P::AnswerOne, P::AnswerTwo, P::AnswerThree];
        let remembers = |(parameter, index): (P, u32)| {
            self.draws.chance(self.is.share(parameter), id.0, Purpose::AnswersKnown, index)
        };
        // Whoever remembers all three remembers as many as are asked.
        match answers.into_iter().zip(0..).filter(|answer| remembers(*answer)).count() {
            3 => ALL_ANSWERS,
            some => u8::try_from(some).unwrap_or(0),
        }
    }

    /// The day from which on a person is gone, if there is one; a directory knows the last day that is still theirs.
    fn last_day(&self, id: PersonId, role: Role, knows: &RosterEntry) -> Option<Date> {
        let goes = || role == Role::Staff && self.draws.chance(self.within(P::Leavers), id.0, Purpose::Goes, 0);
        let known = knows.goes.map(|day| Date(day.0 + 1));
        known.or_else(|| goes().then(|| self.some_day(id.0, Purpose::Goes)))
    }

    /// A day of the span.
    fn some_day(&self, entity: u32, purpose: Purpose) -> Date {
        let day = self.draws.below(self.spec.days, entity, purpose, 1);
        Date(self.spec.first_day.0 + i32::try_from(day).unwrap_or(0))
    }

    /// The person comes on this day; until then there is no account.
    fn comes(&mut self, id: PersonId, account: AccountId, first: Date) {
        self.without_account(id, account);
        if let Some(traits) = self.out.traits.last_mut() {
            traits.comes = CompactOption::some(first.small());
        }
    }

    /// There is no account, and nothing to know or hold of it.
    fn without_account(&mut self, id: PersonId, account: AccountId) {
        if let Some(row) = self.out.world.accounts.get_mut(account.at()) {
            row.portal.exists = false;
            row.reset.answers_set = false;
            row.self_service.soft = SoftTokens::NONE;
            row.workspace.enrolled = false;
        }
        if let Some(person) = self.out.world.people.get_mut(id.at()) {
            person
                .change(account, |known| (known.password, known.old, known.answers) = (CompactOption::NONE, false, 0));
            if let Some(phone) = &mut person.phone {
                phone.profiles.retain(|profile| profile.account != account);
            }
        }
    }

    /// The part of a yearly share that falls into the span.
    fn within(&self, yearly: P) -> i64 {
        part_of(self.is.share(yearly), 365) * i64::from(self.spec.days)
    }

    fn phone(&self, e: u32, knows: &RosterEntry) -> Phone {
        let (draws, is) = (self.draws, self.is);
        let share = |parameter, purpose| draws.chance(is.share(parameter), e, purpose, 0);
        let basic = self.basic(e, knows);
        let drawn = if draws.chance(is.share(P::Microsoft), e, Purpose::App, 1) { App::Microsoft } else { App::Google };
        let app = knows.app.unwrap_or_else(|| (!share(P::NoApp, Purpose::App)).then_some(drawn));
        let app = app.or((knows.enrolled == Some(true)).then_some(drawn));
        let mut phone = Phone::new(app.filter(|_| !basic));
        phone.ios = knows.ios.unwrap_or_else(|| share(P::Ios, Purpose::System));
        if share(P::ClockWrong, Purpose::Clock) {
            phone.clock = self.clock_off(e);
        }
        phone
    }

    /// How far a clock is off, either way: to the millisecond, or, where a draw has no room for that, to the second.
    fn clock_off(&self, e: u32) -> Span {
        let most = self.is.span(P::ClockOff).0;
        let unit = if most < i64::from(u32::MAX / 2) { 1 } else { SECOND };
        let steps = u32::try_from(most / unit).unwrap_or(u32::MAX / 2).min(u32::MAX / 2 - 1);
        let drawn = self.draws.below(steps * 2 + 1, e, Purpose::ClockOff, 0);
        Span((i64::from(drawn) - i64::from(steps)) * unit)
    }

    /// Whether the phone takes no app.
    fn basic(&self, e: u32, knows: &RosterEntry) -> bool {
        let drawn = || self.draws.chance(self.is.share(P::NoPhone), e, Purpose::Phone, 0);
        knows.phone.map_or_else(drawn, |has| !has) && knows.enrolled != Some(true)
    }

    /// A soft token that passed its test, with its profile in the holder's phone.
    fn enrolled(&mut self, id: PersonId, account: AccountId) {
        let secret = SecretId(account.0 + 1);
        if let Some(row) = self.out.world.accounts.get_mut(account.at()) {
            row.self_service.soft = SoftTokens::of(Token { tested: true, ..Token::new(secret, None) });
            row.workspace.enrolled = true;
        }
        if let Some(phone) = self.out.world.people.get_mut(id.at()).and_then(|p| p.phone.as_mut()) {
            phone.profiles.push(Profile { account, secret });
        }
    }

    /// Whether somebody new comes in this person's place of the roll; their account is made on the day.
    fn newcomer(&mut self, slot: u32, belongs: Belongs) {
        if !self.draws.chance(self.within(P::Newcomers), slot, Purpose::Comes, 0) {
            return;
        }
        let first = self.some_day(slot, Purpose::Comes);
        let knows = RosterEntry { enrolled: Some(false), ..RosterEntry::default() };
        let id = self.holder(Role::Staff, belongs, &knows);
        if let Some(account) = self.out.world.people.get(id.at()).and_then(|p| p.account.get()) {
            self.comes(id, account, first);
        }
        // Nobody comes and goes in one span.
        if let Some(traits) = self.out.traits.last_mut() {
            traits.goes = CompactOption::NONE;
        }
    }

    /// The custodian and the members of the next generic account, drawn among the staff of a place.
    fn some_of(&self, first: u32, staff: u32) -> Vec<PersonId> {
        let account = u32::try_from(self.out.world.accounts.len()).unwrap_or(u32::MAX);
        let wanted = self.is.count(P::Members).min(staff) as usize;
        let mut members: Vec<PersonId> = Vec::new();
        let mut index = 0;
        while members.len() < wanted {
            let person = PersonId(first + self.draws.below(staff, account, Purpose::Member, index));
            index += 1;
            if !members.contains(&person) {
                members.push(person);
            }
        }
        members
    }

    /// A generic account of a place, with its members, custodian first.
    fn generic(&mut self, kind: AccountKind, scope: u16, members: Vec<PersonId>) {
        let (draws, is) = (self.draws, self.is);
        let account = u32::try_from(self.out.world.accounts.len()).unwrap_or(u32::MAX);
        let Some(custodian) = members.first().copied() else { return };
        let icon = draws.chance(is.share(P::IconAddress), account, Purpose::Member, u32::MAX);
        let mailbox = self.out.traits.get(custodian.at()).map(|t| t.mailbox).filter(|_| !icon);
        let world = &mut self.out.world;
        let account = world.add_account(kind, scope, custodian, mailbox);
        let Some(row) = world.accounts.get_mut(account.at()) else { return };
        let password = row.portal.password;
        row.reset.answers_set = false;
        for member in &members {
            world.members.insert((account, *member));
            let Some(person) = world.people.get_mut(member.at()) else { continue };
            let own = person.account.get();
            person.change(account, |known| {
                (known.password, known.old, known.answers) = (CompactOption::some(password), true, 0);
            });
            if let Some(own) = own {
                world.links.insert((account, own));
            }
        }
        self.out.generic.push(GenericAccount { account, members });
    }

    /// The central helpers, who come last, so that their number moves nobody else.
    fn office(&mut self) {
        let place = PlaceId(u32::try_from(self.out.places.len()).unwrap_or(u32::MAX));
        let first = u32::try_from(self.out.world.people.len()).unwrap_or(u32::MAX);
        for (role, count) in [
            (Role::ApprovingOfficer, self.is.count(P::Officers)),
            (Role::Opa, self.is.count(P::Opa)),
            (Role::DeskAgent, u32::try_from(self.out.policy.rules(0).get(Rule::DeskAgents)).unwrap_or(0)),
        ] {
            let people: Vec<PersonId> = (0..count).map(|_| self.person(role, place)).collect();
            match role {
                Role::ApprovingOfficer => self.out.officers = people,
                Role::Opa => self.out.opa = people,
                _ => self.out.agents = people,
            }
        }
        let people = first..u32::try_from(self.out.world.people.len()).unwrap_or(u32::MAX);
        let (office, staff) = ("office".to_owned(), people.clone());
        self.out.places.push(Place {
            name: office,
            school: false,
            people,
            staff,
            administrators: Vec::new(),
            spocs: Vec::new(),
        });
    }
}

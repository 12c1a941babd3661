//! Who there is at the start: schools, divisions, their staff, generic accounts and helpers, as a world and what lies
//! beside it.
//!
//! Promises that everything is drawn by place, person or account, so that two policies meet the same people, and that
//! what a directory knows stands in place of the draw. Deliberately names nobody: people are numbers.

use super::plan::RehearsalPlan;
use crate::format::parameters::{Parameter as P, Parameters};
use crate::format::rows::Address;
use crate::kernel::distributions::part_of;
use crate::kernel::{CompactOption, Date, Draws, Purpose, Span};
use crate::policy::Policy;
use crate::policy::request::{AccountKind, Role};
use crate::policy::rules::Rule;
use crate::world::authenticator::App;
use crate::world::ids::{AccountId, MailboxId, PersonId, PlaceId, SecretId};
use crate::world::self_service::Token;
use crate::world::state::{ALL_ANSWERS, MailKind, Phone, Profile, World};
use std::collections::BTreeMap;
use std::ops::Range;

/// What a directory knows of a person; what it does not know is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RosterEntry {
    /// What they are to the rollout.
    pub role: Option<Role>,
    /// Where their OTPs go; `None` within for an address that they have no longer.
    pub address: Option<Option<Address>>,
    /// Whether they have a phone or tablet.
    pub phone: Option<bool>,
    /// The app on it; `None` within for no app.
    pub app: Option<Option<App>>,
    /// Whether it is an iOS device.
    pub ios: Option<bool>,
    /// Whether they set their security questions.
    pub answers: Option<bool>,
    /// Whether they have set up.
    pub enrolled: Option<bool>,
    /// Their first day; on or before the day of the directory they are there.
    pub comes: Option<Date>,
    /// Their last day.
    pub goes: Option<Date>,
}

/// One school or division of a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceList {
    /// Its name.
    pub name: String,
    /// It is a school.
    pub school: bool,
    /// Its people, in the order of the file.
    pub people: Vec<RosterEntry>,
    /// The members of each of its generic accounts, custodian first, by their place among its people; where there is none, they
    /// are drawn.
    pub generic: Vec<Vec<usize>>,
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
    /// Who hands new credentials on: a SPOC.
    pub spoc: Option<PersonId>,
}

/// What there is to say of a person beside the world's row.
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
    /// The generic accounts.
    pub shared: Vec<GenericAccount>,
    /// Approving Officers.
    pub officers: Vec<PersonId>,
    /// MOE OPA.
    pub opa: Vec<PersonId>,
    /// Desk agents.
    pub agents: Vec<PersonId>,
}

struct Maker<'p> {
    plan: &'p RehearsalPlan,
    draws: Draws,
    is: &'p Parameters,
    out: Population,
    /// A mailbox that nobody here can read.
    stale: MailboxId,
}

/// Everyone of one replicate.
pub fn populate(plan: &RehearsalPlan, draws: Draws) -> Population {
    let mut world = World::of_many();
    let policy = Policy::uniform(&plan.candidate.name, plan.candidate.base());
    let gone = world.add_person(Role::Staff, PlaceId(u32::MAX));
    let stale = world.add_mailbox(MailKind::Other, gone);
    let nothing = Traits { mailbox: stale, basic_phone: false, comes: CompactOption::NONE, goes: CompactOption::NONE };
    let out = Population {
        world,
        policy,
        places: Vec::new(),
        traits: vec![nothing],
        shared: Vec::new(),
        officers: Vec::new(),
        opa: Vec::new(),
        agents: Vec::new(),
    };
    let mut maker = Maker { plan, draws, is: &plan.parameters, out, stale };
    match &plan.directory {
        Some(places) => {
            maker.room(places.iter().map(|place| (place.people.len(), place.school)));
            places.iter().for_each(|place| maker.place(place));
        }
        None => {
            let (is, schools) = (maker.is, maker.is.count(P::Schools));
            let (mean, spread) = (is.count(P::SchoolStaff), is.get(P::SchoolSpread));
            let school = |school| draws.around(mean, spread, 4, school, Purpose::PlaceSize) as usize;
            let sizes = (0..schools).map(|at| (school(at), true));
            let sizes = sizes.chain((0..is.count(P::Divisions)).map(|_| (is.count(P::DivisionStaff) as usize, false)));
            maker.room(sizes.clone());
            for (at, (size, school)) in sizes.enumerate() {
                let people = vec![RosterEntry::default(); size];
                maker.place(&PlaceList { name: plan.place(at), school, people, generic: Vec::new() });
            }
        }
    }
    maker.office();
    maker.out
}

impl Maker<'_> {
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

    /// A school or division with its people, its helpers among them, and its generic accounts.
    fn place(&mut self, list: &PlaceList) {
        let (name, school) = (list.name.clone(), list.school);
        let (students, known): (Vec<_>, Vec<_>) =
            list.people.iter().enumerate().partition(|(_, knows)| knows.role == Some(Role::Student));
        let place = PlaceId(u32::try_from(self.out.places.len()).unwrap_or(u32::MAX));
        let first = u32::try_from(self.out.world.people.len()).unwrap_or(u32::MAX);
        let kind = if school { AccountKind::SchoolStaff } else { AccountKind::HqStaff };
        let rules = self.plan.candidate.rules(&name, school, kind);
        let scope = self.out.policy.scope(rules);
        let named = known.iter().any(|(_, k)| k.role.is_some());
        let mut ids: BTreeMap<usize, PersonId> = BTreeMap::new();
        let mut here = Place {
            name: name.clone(),
            school,
            people: first..first,
            staff: first..first,
            administrators: Vec::new(),
            spoc: None,
        };
        let administrators = self.is.count(P::Administrators) as usize;
        for (at, (row, knows)) in known.iter().copied().enumerate() {
            // Where a directory names roles, it names all of them.
            let role = match at.checked_sub(administrators) {
                _ if named => knows.role.unwrap_or(Role::Staff),
                None => Role::LocalAdministrator,
                Some(0 | 1) if school => Role::Spoc,
                Some(2) if school => Role::HodIct,
                _ => Role::Staff,
            };
            let id = self.holder(role, kind, scope, place, knows);
            if !list.generic.is_empty() && !self.has_gone(knows) {
                ids.insert(row, id);
            }
            match role {
                _ if self.has_gone(knows) => {}
                Role::LocalAdministrator => here.administrators.push(id),
                Role::Spoc => here.spoc = here.spoc.or(Some(id)),
                _ => {}
            }
        }
        let staff = u32::try_from(known.len()).unwrap_or(u32::MAX);
        for slot in 0..staff {
            self.newcomer(first + slot, kind, scope, place);
        }
        here.people = first..u32::try_from(self.out.world.people.len()).unwrap_or(u32::MAX);
        here.staff = here.people.clone();
        let asked = if school { self.is.count(P::Students) as usize } else { 0 };
        if students.len() + asked > 0 {
            let rules = self.plan.candidate.rules(&name, school, AccountKind::Student);
            let scope = self.out.policy.scope(rules);
            for knows in
                students.into_iter().map(|(_, knows)| knows).chain(std::iter::repeat_n(&RosterEntry::default(), asked))
            {
                self.holder(Role::Student, AccountKind::Student, scope, place, knows);
            }
            here.people.end = u32::try_from(self.out.world.people.len()).unwrap_or(u32::MAX);
        }
        let kind = if school { AccountKind::SchoolGeneric } else { AccountKind::HqGeneric };
        let rules = self.plan.candidate.rules(&name, school, kind);
        let scope = self.out.policy.scope(rules);
        for members in &list.generic {
            self.generic(kind, scope, members.iter().filter_map(|row| ids.get(row).copied()).collect());
        }
        for _ in (0..self.is.count(P::Generic)).filter(|_| list.generic.is_empty()) {
            let members = self.some_of(first, staff);
            self.generic(kind, scope, members);
        }
        self.out.places.push(here);
    }

    /// A person with an account, a phone and what they know.
    fn holder(&mut self, role: Role, kind: AccountKind, scope: u16, place: PlaceId, knows: &RosterEntry) -> PersonId {
        let (draws, is) = (self.draws, self.is);
        let id = self.person(role, place);
        let e = id.0;
        let share = |parameter, purpose, index| draws.chance(is.get(parameter), e, purpose, index);
        let drawn = if share(P::IconAddress, Purpose::Address, 0) {
            Some(Address::Icon)
        } else if share(P::StaleAddress, Purpose::Address, 1) {
            None
        } else {
            Some(Address::Ces)
        };
        let own = self.out.traits.last().map(|t| t.mailbox);
        let otp_mailbox = match knows.address.unwrap_or(drawn) {
            Some(Address::Icon) => None,
            Some(_) => own,
            None => Some(self.stale),
        };
        let account = self.out.world.add_account(kind, scope, id, otp_mailbox);
        let phone = self.phone(e, knows);
        let answers = knows.answers.unwrap_or_else(|| share(P::AnswersSet, Purpose::AnswersSet, 0));
        let remembered = [P::AnswerOne, P::AnswerTwo, P::AnswerThree]
            .iter()
            .zip(0..)
            .filter(|(parameter, index)| share(**parameter, Purpose::AnswersKnown, *index));
        // Whoever remembers all three remembers as many as are asked.
        let remembered = match remembered.count() {
            3 => ALL_ANSWERS,
            some => u8::try_from(some).unwrap_or(0),
        };
        let forgot = kind != AccountKind::Student && share(P::PasswordLost, Purpose::Knows, 0);
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
        let span = self.plan.days();
        let day = |purpose| Date(self.plan.from.0 + i32::try_from(draws.below(span, e, purpose, 1)).unwrap_or(0));
        let basic = self.basic(e, knows);
        if let Some(traits) = self.out.traits.last_mut() {
            traits.basic_phone = basic;
        }
        let goes = role == Role::Staff && draws.chance(self.within(P::Leavers), e, Purpose::Goes, 0);
        // The last day is one of theirs.
        let goes = knows.goes.map(|day| Date(day.0 + 1)).or_else(|| goes.then(|| day(Purpose::Goes)));
        if let (Some(traits), Some(day)) = (self.out.traits.last_mut(), goes) {
            traits.goes = CompactOption::some(day.small());
        }
        if let Some(first) = knows.comes.filter(|day| *day > self.plan.from) {
            self.comes(id, account, first);
        }
        // Whoever has gone before the first day keeps a place in the roll, and nothing else.
        if self.has_gone(knows) {
            self.without_account(id, account);
        }
        id
    }

    /// Whether the last day was before the first that is run.
    fn has_gone(&self, knows: &RosterEntry) -> bool {
        knows.goes.is_some_and(|day| day < self.plan.from)
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
            row.self_service.soft = None;
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
        let daily = part_of(self.is.get(yearly), 365);
        daily * i64::from(self.plan.days())
    }

    fn phone(&self, e: u32, knows: &RosterEntry) -> Phone {
        let (draws, is) = (self.draws, self.is);
        let share = |parameter, purpose| draws.chance(is.get(parameter), e, purpose, 0);
        let basic = self.basic(e, knows);
        let drawn = if draws.chance(is.get(P::Microsoft), e, Purpose::App, 1) { App::Microsoft } else { App::Google };
        let app = knows.app.unwrap_or_else(|| (!share(P::NoApp, Purpose::App)).then_some(drawn));
        let app = app.or((knows.enrolled == Some(true)).then_some(drawn));
        let mut phone = Phone::new(app.filter(|_| !basic));
        phone.ios = knows.ios.unwrap_or_else(|| share(P::Ios, Purpose::System));
        if share(P::ClockWrong, Purpose::Clock) {
            let most = u32::try_from(is.get(P::ClockOff)).unwrap_or(0);
            phone.clock = Span(i64::from(draws.below(most * 2 + 1, e, Purpose::ClockOff, 0)) - i64::from(most));
        }
        phone
    }

    /// Whether the phone takes no app.
    fn basic(&self, e: u32, knows: &RosterEntry) -> bool {
        let drawn = || self.draws.chance(self.is.get(P::NoPhone), e, Purpose::Phone, 0);
        knows.phone.map_or_else(drawn, |has| !has) && knows.enrolled != Some(true)
    }

    /// A soft token that passed its test, with its profile in the holder's phone.
    fn enrolled(&mut self, id: PersonId, account: AccountId) {
        let secret = SecretId(account.0 + 1);
        if let Some(row) = self.out.world.accounts.get_mut(account.at()) {
            row.self_service.soft = Some(Token { tested: true, ..Token::new(secret, None) });
            row.workspace.enrolled = true;
        }
        if let Some(phone) = self.out.world.people.get_mut(id.at()).and_then(|p| p.phone.as_mut()) {
            phone.profiles.push(Profile { account, secret });
        }
    }

    /// Whether somebody new comes in this person's place of the roll; their account is made on the day.
    fn newcomer(&mut self, slot: u32, kind: AccountKind, scope: u16, place: PlaceId) {
        if !self.draws.chance(self.within(P::Newcomers), slot, Purpose::Comes, 0) {
            return;
        }
        let day = self.draws.below(self.plan.days(), slot, Purpose::Comes, 1);
        let first = Date(self.plan.from.0 + i32::try_from(day).unwrap_or(0));
        let knows = RosterEntry { enrolled: Some(false), ..RosterEntry::default() };
        let id = self.holder(Role::Staff, kind, scope, place, &knows);
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
        let icon = draws.chance(is.get(P::IconAddress), account, Purpose::Member, u32::MAX);
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
        self.out.shared.push(GenericAccount { account, members });
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
            spoc: None,
        });
    }
}

//! A small world that tests and benchmarks search exhaustively: three people, a generic account, and the acts of
//! joining and leaving it.

#![allow(dead_code)]

use mims_sim::act::{Act, Activity, Interaction, Leaving, Typing};
use mims_sim::engine::Detail;
use mims_sim::kernel::Time;
use mims_sim::kernel::time::parse_instant;
use mims_sim::policy::Policy;
use mims_sim::policy::request::{AccountKind, Role};
use mims_sim::policy::rules::Rules;
use mims_sim::search::{Calendar, SearchMonitor, SearchState, System};
use mims_sim::world::codes::App;
use mims_sim::world::ids::{AccountId, PersonId, PlaceId};
use mims_sim::world::state::{MailKind, Phone, World};

/// The policy: the guide's, at every place.
pub fn guide() -> Policy {
    Policy::uniform("guide", Rules::default())
}

/// When the search begins.
pub fn begins() -> Time {
    parse_instant("2023-09-27 09:00").unwrap()
}

/// The shared account.
pub const RECEPTION: AccountId = AccountId(3);

/// Three people at one school; the first two share `RECEPTION`, and its OTPs go to the first.
pub fn world() -> World {
    let mut world = World::default();
    let mut people = Vec::new();
    for _ in 0..3 {
        let person = world.add_person(Role::Staff, PlaceId(0));
        let ces = world.add_mailbox(MailKind::Ces, person);
        world.add_account(AccountKind::SchoolStaff, 0, person, Some(ces));
        world.people[person.at()].phone = Some(Phone::new(Some(App::Google)));
        people.push(person);
    }
    let ces = world.accounts[0].self_service.otp_mailbox;
    let reception = world.add_account(AccountKind::SchoolGeneric, 0, people[0], Some(ces));
    let password = world.accounts[reception.at()].portal.password;
    for person in &people[..2] {
        world.members.insert((reception, *person));
        world.people[person.at()].change(reception, |known| known.password = Some(password).into());
    }
    world
}

/// The acts that each person may do, until `minutes` after the beginning.
pub fn system(policy: &Policy, minutes: i64) -> System<'_> {
    let world = world();
    let mut acts = Vec::new();
    let mut add = |act: Act, person: u32, with: &[u32]| {
        let computer = world.people[person as usize].computer;
        let mut doing = Activity::new(acts.len(), act, PersonId(person), RECEPTION, computer);
        doing.with = with.iter().map(|at| PersonId(*at)).collect();
        doing.fresh = matches!(act, Act::SignIn { .. });
        acts.push(doing);
    };
    add(Act::ReEnrol, 0, &[1]);
    add(Act::ReEnrol, 0, &[1, 2]);
    for person in 0..3 {
        add(Act::SignIn { via: None, typed: Typing::Right }, person, &[]);
    }
    add(Act::Interaction(Interaction::Join), 2, &[]);
    for person in 1..3 {
        add(Act::Leave { leaver: PersonId(person), how: Leaving::KeepsEverything }, person, &[]);
    }
    add(Act::Offboard, 1, &[0]);
    let to = Time(begins().0 + minutes * 60_000);
    System {
        policy,
        acts,
        slips: Vec::new(),
        most_slips: 0,
        calendar: Calendar::new([policy.rules(0)], begins(), to, false, &[]),
        detail: Detail::default(),
        whole: false,
    }
}

/// The start state of a search.
pub fn start<W: SearchMonitor>(policy: &Policy, watch: W) -> SearchState<'_, W> {
    SearchState::new(world(), policy, begins(), 1000, watch)
}

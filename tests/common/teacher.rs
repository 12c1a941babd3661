//! One teacher who has set up, at the morning of the cutover, and their sign-in.

#![allow(dead_code, clippy::unwrap_used)]

use mims_sim::act::{Act, Activity, Typing};
use mims_sim::engine::{Engine, RunStart};
use mims_sim::kernel::time::parse_instant;
use mims_sim::kernel::{Draws, Span, Time};
use mims_sim::policy::Policy;
use mims_sim::policy::request::{AccountKind, Role};
use mims_sim::trace::Observer;
use mims_sim::world::authenticator::Codes;
use mims_sim::world::codes::App;
use mims_sim::world::ids::PlaceId;
use mims_sim::world::state::{MailKind, Phone, World};
use std::hint::black_box;

/// The draws of all their codes and OTPs.
pub const DRAWS: Draws = Draws { seed: 1, replicate: 0 };

/// When it begins.
pub fn start() -> Time {
    parse_instant("2023-09-27 06:00").unwrap()
}

/// The engine after the set-up, and a sign-in from a fresh browser to be begun on it.
pub fn signs_in<O: Observer, C: Codes>(policy: &Policy, codes: C, observer: O) -> (Engine<'_, O, C>, Activity) {
    let mut world = World::default();
    let person = world.add_person(Role::Staff, PlaceId(0));
    let mailbox = world.add_mailbox(MailKind::Ces, person);
    let account = world.add_account(AccountKind::SchoolStaff, 0, person, Some(mailbox));
    world.people.get_mut(0).unwrap().phone = Some(Phone::new(Some(App::Google)));
    let computer = world.people.first().unwrap().computer;
    let start = RunStart { draws: DRAWS, now: start(), used: 1000 };
    let mut engine = Engine::new(world, policy, codes, start, observer);
    engine.start(Activity::new(0, Act::Enrol, person, account, computer));
    while engine.turn() {}
    engine.take_ended();
    let mut doing = Activity::new(0, Act::SignIn { via: None, typed: Typing::Right }, person, account, computer);
    doing.fresh = true;
    (engine, doing)
}

/// One sign-in, a minute after the last.
pub fn sign_in<O: Observer, C: Codes>(engine: &mut Engine<'_, O, C>, doing: &Activity) {
    engine.run_until(engine.now().plus(Span(60_000)));
    engine.start(doing.clone());
    while engine.turn() {}
    black_box(engine.take_ended());
}

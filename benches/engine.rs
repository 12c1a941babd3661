//! What a message, a full sign-in and a replay of all scenarios cost. Compare numbers of one run only: machines differ.
//!
//! `messages` counts every message between parties; `sign_in` is one of Section 2, from a fresh browser to the
//! dashboard; `hmacs_of_a_sign_in` is the bare price of the codes that `sign_in_real` needs.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "../tests/common/mod.rs"]
mod common;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use mims_sim::act::{Act, Activity, Typing};
use mims_sim::engine::Engine;
use mims_sim::kernel::time::parse_instant;
use mims_sim::kernel::totp::{SecretBytes, TotpParams, otpauth_uri, parse_otpauth, verify};
use mims_sim::kernel::{Draws, Span, Time};
use mims_sim::policy::Policy;
use mims_sim::policy::request::{AccountKind, Role};
use mims_sim::policy::rules::Rules;
use mims_sim::trace::{Event, Nobody, Observer};
use mims_sim::world::authenticator::{App, Codes, Real, Symbolic};
use mims_sim::world::ids::PlaceId;
use mims_sim::world::state::{MailKind, Phone, World};

/// As the program has it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

const DRAWS: Draws = Draws { seed: 1, replicate: 0 };

/// Counts messages.
#[derive(Clone, Copy, Default)]
struct Count(u64);

impl Observer for Count {
    fn see(&mut self, _: Time, _: usize, event: &Event) {
        self.0 += u64::from(matches!(event, Event::Message(_)));
    }
}

fn start() -> Time {
    parse_instant("2023-09-27 06:00").unwrap()
}

/// One teacher who has set up, at the morning of the cutover.
fn enrolled<O: Observer, C: Codes>(policy: &Policy, codes: C, observer: O) -> (Engine<'_, O, C>, Activity) {
    let mut world = World::default();
    let person = world.add_person(Role::Staff, PlaceId(0));
    let mailbox = world.add_mailbox(MailKind::Ces, person);
    let account = world.add_account(AccountKind::SchoolStaff, 0, person, Some(mailbox));
    world.people.get_mut(0).unwrap().phone = Some(Phone::new(Some(App::Google)));
    let computer = world.people.first().unwrap().computer;
    let mut engine = Engine::new(world, policy, codes, DRAWS, start(), 1000, observer);
    engine.start(Activity::new(0, Act::Enrol, person, account, computer));
    while engine.turn() {}
    engine.take_ended();
    let mut sign_in = Activity::new(0, Act::SignIn { via: None, typed: Typing::Right }, person, account, computer);
    sign_in.fresh = true;
    (engine, sign_in)
}

fn sign_in<O: Observer, C: Codes>(engine: &mut Engine<'_, O, C>, doing: &Activity) {
    engine.run_until(engine.now().plus(Span(60_000)));
    engine.start(doing.clone());
    while engine.turn() {}
    black_box(engine.take_ended());
}

fn messages_of_a_sign_in() -> u64 {
    let policy = Policy::uniform("guide", Rules::default());
    let (mut engine, doing) = enrolled(&policy, Symbolic, Count::default());
    let before = engine.clone().into_observer().0;
    sign_in(&mut engine, &doing);
    engine.into_observer().0 - before
}

#[divan::bench]
fn messages(bencher: Bencher) {
    let policy = Policy::uniform("guide", Rules::default());
    let (mut engine, doing) = enrolled(&policy, Symbolic, Nobody);
    let each = messages_of_a_sign_in();
    bencher.counter(ItemsCount::new(each * 100)).bench_local(|| {
        for _ in 0..100 {
            sign_in(&mut engine, &doing);
        }
    });
}

#[divan::bench]
fn sign_in_symbolic(bencher: Bencher) {
    let policy = Policy::uniform("guide", Rules::default());
    let (mut engine, doing) = enrolled(&policy, Symbolic, Nobody);
    bencher.bench_local(|| sign_in(&mut engine, &doing));
}

#[divan::bench]
fn sign_in_real(bencher: Bencher) {
    let policy = Policy::uniform("guide", Rules::default());
    let (mut engine, doing) = enrolled(&policy, Real::new(DRAWS), Nobody);
    bencher.bench_local(|| sign_in(&mut engine, &doing));
}

#[divan::bench]
fn hmacs_of_a_sign_in(bencher: Bencher) {
    let (secret, params) = (SecretBytes::new([7; 20]), TotpParams::default());
    let scanned = parse_otpauth(&otpauth_uri("MIMS", "bench", &secret, &params)).unwrap();
    let device = mims_sim::kernel::totp::Authenticator::new(&scanned).unwrap();
    let mut now = start().0 / 1000;
    bencher.bench_local(|| {
        now += 60;
        verify(&secret, &params, black_box(device.code(now)), now)
    });
}

/// Everything that `test` does with all of `scenarios/`, but for starting and printing.
#[divan::bench(sample_count = 10)]
fn read_plan_and_replay_all(bencher: Bencher) {
    bencher.bench_local(|| {
        let files = common::all();
        let book = common::book(&files);
        for plan in files.iter().flat_map(|(_, loaded)| common::plans(&book, loaded)) {
            black_box(plan.run().unwrap());
        }
    });
}

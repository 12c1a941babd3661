//! The time of a message, of a full sign-in and of a replay of all scenarios.
//!
//! A sign-in is one of Section 2, from a fresh browser to the dashboard; a message is any between two parties; the
//! HMACs of a sign-in are the bare price of its real codes. Numbers of different machines cannot be compared.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/common/teacher.rs"]
mod teacher;
#[path = "../tests/common/timing.rs"]
mod timing;

use mims_sim::kernel::Time;
use mims_sim::kernel::totp::{Authenticator, SecretBytes, TotpParams, otpauth_uri, parse_otpauth, verify};
use mims_sim::policy::Policy;
use mims_sim::policy::rules::Rules;
use mims_sim::trace::{Event, Nobody, Observer};
use mims_sim::world::authenticator::{Codes, Real, Symbolic};
use std::hint::black_box;
use std::process::{Command, Stdio};
use teacher::{DRAWS, sign_in, signs_in, start};
use timing::{figure, median};

/// As the program has it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many sign-ins are timed together.
const TOGETHER: u32 = 1000;
/// How many times of those the median is taken of.
const RUNS: usize = 101;

fn main() {
    let symbols = seconds_of_a_sign_in(Symbolic);
    let message = symbols / f64::from(messages_of_a_sign_in());
    figure("engine/message", message * 1e9, "ns");
    figure("engine/messages", 1.0 / message, "messages a second");
    figure("engine/sign-in-symbols", symbols * 1e6, "µs");
    figure("engine/sign-in-codes", seconds_of_a_sign_in(Real::new(DRAWS)) * 1e6, "µs");
    figure("engine/hmacs", seconds_of_hmacs() * 1e6, "µs");
    figure("engine/replay-all", median(11, replay_all) * 1e3, "ms");
    let all = common::scenarios();
    let one = all.join("guide/cutover-last-minute.yaml");
    figure("engine/test-all-two-threads", median(11, || test(&all, 2)) * 1e3, "ms");
    figure("engine/test-all-one-thread", median(11, || test(&all, 1)) * 1e3, "ms");
    figure("engine/test-one", median(21, || test(&one, 2)) * 1e3, "ms");
}

/// Counts messages.
#[derive(Clone, Copy, Default)]
struct Count(u32);

impl Observer for Count {
    fn see(&mut self, _: Time, _: usize, event: &Event) {
        self.0 += u32::from(matches!(event, Event::Message(_)));
    }
}

fn messages_of_a_sign_in() -> u32 {
    let policy = Policy::uniform("guide", Rules::default());
    let (mut engine, doing) = signs_in(&policy, Symbolic, Count::default());
    let before = engine.clone().into_observer().0;
    sign_in(&mut engine, &doing);
    engine.into_observer().0 - before
}

fn seconds_of_a_sign_in<C: Codes>(codes: C) -> f64 {
    let policy = Policy::uniform("guide", Rules::default());
    let (mut engine, doing) = signs_in(&policy, codes, Nobody);
    median(RUNS, || (0..TOGETHER).for_each(|_| sign_in(&mut engine, &doing))) / f64::from(TOGETHER)
}

/// One code shown and one checked, as in a sign-in.
fn seconds_of_hmacs() -> f64 {
    let (secret, params) = (SecretBytes::new([7; 20]), TotpParams::default());
    let scanned = parse_otpauth(&otpauth_uri("MIMS", "bench", &secret, &params)).unwrap();
    let device = Authenticator::new(&scanned).unwrap();
    let mut now = start().0 / 1000;
    let mut both = || {
        now += 60;
        black_box(verify(&secret, &params, black_box(device.code(now)), now));
    };
    median(RUNS, || (0..TOGETHER).for_each(|_| both())) / f64::from(TOGETHER)
}

/// Everything that `test` does with all of `scenarios/` on one thread, but for starting and printing.
fn replay_all() {
    let files = common::all();
    let book = common::book(&files);
    for plan in files.iter().flat_map(|(_, loaded)| common::plans(&book, loaded)) {
        black_box(plan.run().unwrap());
    }
}

/// The program itself, from its start to its end.
fn test(path: &std::path::Path, threads: u32) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_mims-sim"));
    program.arg("test").arg(path).env("RAYON_NUM_THREADS", threads.to_string()).stdout(Stdio::null());
    assert!(program.status().unwrap().success());
}

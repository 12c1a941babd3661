//! What a rehearsal costs: time, messages a second, bytes an account, and what a second thread brings.
//!
//! `cargo bench --bench rehearsal [small|large|huge]`: 40,000 accounts alone, with 1,000,000 beside them (the default),
//! or with 10,000,000 too. Each population is run in a process of its own, so that peaks of memory are its own; all
//! ratios are of one run. What runs on one thread is measured in seconds on the processor, where the system tells them,
//! so that neighbours on the machine do not count; threads beside processes by the clock on the wall. A population that
//! the memory at hand does not hold is left out with a word.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods
)]

#[path = "../tests/common/timing.rs"]
mod timing;

use mims_sim::format::load::read;
use mims_sim::kernel::totp::{SecretBytes, TotpParams, otpauth_uri, parse_otpauth, verify};
use mims_sim::rehearsal::{RehearsalPlan, observation_times, plan, replicate, replicate_real, replicates};
use mims_sim::replay::library::Library;
use std::hint::black_box;
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use timing::figure;

/// As the program has it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Schools of 40,000 accounts; one division goes with every 8.5 of them.
const SCHOOLS: u32 = 340;
/// Staff of a school and of a division, as where a file says nothing.
const STAFF: u32 = 94;
const DIVISION: u32 = 200;
/// Bytes an account for which there has to be room before a population is tried.
const ROOM: u64 = 600;

/// What one process found.
#[derive(Clone, Copy, Debug)]
struct Found {
    accounts: f64,
    messages: f64,
    /// Seconds of a replicate on the processor, the best of those that were run.
    seconds: f64,
    /// Seconds of a replicate on the wall on average, but for the first.
    mean: f64,
    /// Bytes at the peak.
    peak: f64,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    if let [schools, days, codes, runs, threads] = words.as_slice() {
        return alone(schools.parse().unwrap(), days, codes, runs.parse().unwrap(), threads.parse().unwrap());
    }
    let size = words.first().map_or("large", String::as_str);
    let small = found(start(SCHOOLS, "60", "symbolic", 3, 1));
    let million = |found: &Found| found.messages / found.seconds / 1e6;
    println!("{} accounts over 60 days, one thread", small.accounts);
    println!("  symbolic codes  {:.2} s a replicate, {:.1} million messages a second", small.seconds, million(&small));
    figure("rehearsal/symbols", small.seconds, "s");
    figure("rehearsal/messages", small.messages, "messages");
    figure("rehearsal/messages-a-second", small.messages / small.seconds, "messages a second");
    let real = found(start(SCHOOLS, "60", "real", 3, 1));
    println!("  real codes      {:.2} s a replicate; of these the bare HMACs are {:.2} s", real.seconds, hmacs(&real));
    figure("rehearsal/codes", real.seconds, "s");
    let both = found(start(SCHOOLS, "60", "symbolic", 6, 2));
    let two = [0, 1].map(|_| start(SCHOOLS, "60", "symbolic", 4, 1)).map(found);
    let apart = 1.0 / two.iter().map(|f| 1.0 / f.mean).sum::<f64>();
    figure("rehearsal/two-threads", apart / both.mean, "of two processes");
    for (codes, ours) in [("", &small), ("codes", &real)] {
        peer(codes, ours);
    }
    if size == "small" {
        return;
    }
    let Some(large) = if_there_is_room(25 * SCHOOLS, "60", small.accounts * 25.0) else { return };
    let slope = (large.peak - small.peak) / (large.accounts - small.accounts);
    let slower = (large.seconds / large.accounts) / (small.seconds / small.accounts);
    println!("{} accounts over 60 days, one thread", large.accounts);
    println!("  {:.1} s a replicate, {:.1} million messages a second", large.seconds, million(&large));
    println!("  {slope:.0} bytes an account, as the slope of the peak; {slower:.2} times the time an account");
    figure("million/symbols", large.seconds, "s");
    figure("million/messages", large.messages, "messages");
    figure("million/messages-a-second", large.messages / large.seconds, "messages a second");
    figure("million/slower", slower, "times");
    figure("million/account", slope, "bytes");
    study(&large, slope);
    if size != "huge" {
        return;
    }
    let Some(huge) = if_there_is_room(250 * SCHOOLS, "7", small.accounts * 250.0) else { return };
    println!("{} accounts over 7 days, one thread", huge.accounts);
    println!(
        "  {:.1} s, {:.1} million messages a second, {:.2} GB at the peak",
        huge.seconds,
        million(&huge),
        huge.peak / 1e9
    );
}

/// What a study of 100 million accounts and 1,000 cells would take on paper, at the rate and the size of these.
fn study(of: &Found, bytes: f64) {
    let accounts = 100e6;
    let hours = accounts * of.seconds / of.accounts / 3600.0;
    figure("study/messages", accounts * of.messages / of.accounts, "messages");
    figure("study/replicate", hours, "hours");
    figure("study/cells", hours * 1000.0, "core-hours");
    figure("study/replicates", hours * 1000.0 * 40.0, "core-hours");
    figure("study/memory", accounts * bytes / 1e9, "GB");
    figure("study/thousandth", hours * 40.0, "core-hours");
}

/// One process's work: some replicates of one population.
fn alone(schools: u32, days: &str, codes: &str, runs: u32, threads: usize) {
    let plan = rehearsal(schools, days);
    let grid = observation_times::of(&plan);
    let mut found = Found { accounts: 0.0, messages: 0.0, seconds: f64::MAX, mean: 0.0, peak: 0.0 };
    if threads > 1 {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        // Once in vain, so that pages are there.
        pool.install(|| replicates(&plan, 0..threads as u32, &grid));
        let began = Instant::now();
        pool.install(|| replicates(&plan, 0..runs, &grid));
        found.mean = began.elapsed().as_secs_f64() / f64::from(runs);
    } else {
        for number in 0..runs {
            let before = on_the_processor();
            let began = Instant::now();
            let one = if codes == "real" { replicate_real } else { replicate };
            let run = one(&plan, number, &grid);
            let took = began.elapsed().as_secs_f64();
            let spent = on_the_processor().zip(before).map_or(took, |(after, before)| after - before);
            found.seconds = found.seconds.min(spent);
            found.mean += if number > 0 { took / f64::from(runs - 1) } else { 0.0 };
            found.messages = run.messages as f64;
            found.accounts = run.places.iter().map(|(all, _)| f64::from(*all)).sum();
        }
    }
    found.peak = system("/proc/self/status", "VmHWM:") as f64;
    println!("{} {} {} {} {}", found.accounts, found.messages, found.seconds, found.mean, found.peak);
}

fn rehearsal(schools: u32, days: &str) -> RehearsalPlan {
    let divisions = schools * 40 / SCHOOLS;
    // A week around the cutover, or from the first circular until a month after it.
    let (from, to) = if days == "7" { ("2023-09-25", "2023-10-01") } else { ("2023-08-29", "2023-10-27") };
    // A file has room for 20,000 schools: for more people, larger ones.
    let larger = schools.div_ceil(20_000);
    let (schools, divisions) = (schools / larger, divisions / larger);
    let (staff, division) = (STAFF * larger, DIVISION * larger);
    let text = format!(
        "rehearsal: Bench\nspan: {{from: {from}, to: {to}}}\npopulation: {{schools: {schools}, divisions: {divisions}, \
         staff-per-school: {staff}, staff-per-division: {division}}}\n"
    );
    plan(&read("bench.yaml", text.as_bytes()).unwrap(), &Library::default(), None).unwrap()
}

fn start(schools: u32, days: &str, codes: &str, runs: u32, threads: u32) -> Child {
    let me = std::env::current_exe().unwrap();
    let words = [schools.to_string(), days.to_owned(), codes.to_owned(), runs.to_string(), threads.to_string()];
    Command::new(me).args(words).stdout(Stdio::piped()).spawn().unwrap()
}

fn found(child: Child) -> Found {
    let out = child.wait_with_output().unwrap();
    let said = String::from_utf8(out.stdout).unwrap();
    let numbers: Vec<f64> = said.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let [accounts, messages, seconds, mean, peak] = numbers[..] else { panic!("a run ended without its figures") };
    Found { accounts, messages, seconds, mean, peak }
}

fn if_there_is_room(schools: u32, days: &str, accounts: f64) -> Option<Found> {
    let free = system("/proc/meminfo", "MemAvailable:");
    if (free as f64) < accounts * ROOM as f64 {
        println!("{accounts} accounts left out: {:.1} GB of memory are free", free as f64 / 1e9);
        return None;
    }
    Some(found(start(schools, days, "symbolic", 1, 1)))
}

/// The same workload for as many accounts, cut down to what SimPy can say, an event each message.
fn peer(codes: &str, ours: &Found) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/sign_ins.py");
    let mut python = Command::new("python3");
    python.args([script, "41000", "2"]).args((!codes.is_empty()).then_some(codes)).stderr(Stdio::null());
    let out = python.output().map(|out| String::from_utf8_lossy(&out.stdout).into_owned()).unwrap_or_default();
    let numbers: Vec<f64> = out.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [events, seconds] = numbers[..] else {
        return println!("  SimPy is not installed: no comparison");
    };
    let faster = seconds / events / (ours.seconds / ours.messages);
    let with = if codes.is_empty() { "symbols" } else { "codes" };
    println!("  SimPy, {with}:  {:.2} µs an event", seconds / events * 1e6);
    figure(&format!("rehearsal/simpy-{with}"), faster, "times");
}

/// What the codes of these messages cost as HMACs alone: a sign-in with a code has some 14 messages and two of them.
fn hmacs(of: &Found) -> f64 {
    let (secret, params) = (SecretBytes::new([7; 20]), TotpParams::default());
    let scanned = parse_otpauth(&otpauth_uri("MIMS", "bench", &secret, &params)).unwrap();
    let device = mims_sim::kernel::totp::Authenticator::new(&scanned).unwrap();
    let began = on_the_processor().unwrap_or_default();
    let times = 200_000;
    for now in 0..times {
        black_box(verify(&secret, &params, black_box(device.code(now * 60)), now * 60));
    }
    (on_the_processor().unwrap_or_default() - began) / times as f64 * of.messages / 14.0
}

/// Seconds that this thread has been on a processor.
fn on_the_processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse::<f64>().ok().map(|ns| ns / 1e9)
}

/// A number that the system gives in kilobytes, in bytes.
fn system(file: &str, key: &str) -> u64 {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    line.and_then(|kb| kb.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

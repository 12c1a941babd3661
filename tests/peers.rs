//! A cross-check of an LA's queue against the same queue in SimPy, an independent simulator with another random number
//! generator.
//!
//! Promises a confidence interval of 99.9 % and no tolerance set by hand. Skipped with a message if SimPy is not
//! installed (`pip install simpy`).

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation)]

use mims_sim::format::load::read;
use mims_sim::format::parameters::Parameter;
use mims_sim::kernel::Span;
use mims_sim::policy::request::AccountKind;
use mims_sim::policy::rules::Rule;
use mims_sim::rehearsal::plan;
use mims_sim::rehearsal::study::queue_benchmark::administrator_waits;
use mims_sim::replay::library::Library;
use mims_sim::statistics::Moments;
use serde_json::json;
use std::process::Command;

const DAYS: i32 = 12;
const REPLICATES: u32 = 60;

#[test]
fn an_administrator_is_waited_for_as_long_as_in_simpy() {
    if !Command::new("python3").args(["-c", "import simpy"]).output().is_ok_and(|out| out.status.success()) {
        eprintln!("SimPy is not installed: the queue is not compared");
        return;
    }
    let text = "rehearsal: An LA\nspan: {from: 2023-09-04, to: 2023-09-15}\n";
    let base = plan(&read("la.yaml", text.as_bytes()).unwrap(), &Library::default(), None).unwrap();
    let is = |parameter| base.parameters.get(parameter) / 1000;
    let rules = base.candidate.rules("", true, AccountKind::SchoolStaff);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/administrator_queue.py");
    // Low load, and high load.
    for between in [60 * 60, 28 * 60] {
        let said = json!({
            "between": between, "notices": is(Parameter::LaNotices), "median": is(Parameter::LaHandling),
            "p95": is(Parameter::LaHandlingP95), "from": rules.get(Rule::LaFrom) / 1000,
            "to": rules.get(Rule::LaTo) / 1000,
            "days": DAYS, "replicates": REPLICATES,
        });
        let out = Command::new("python3").arg(script).arg(said.to_string()).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let theirs = String::from_utf8(out.stdout).unwrap();
        let theirs = theirs.lines().map(|line| (line.parse::<f64>().unwrap() * 1000.0) as i64);
        let ours = administrator_waits(&base, DAYS, Span(between * 1000), REPLICATES);
        let means =
            [Moments::of(ours.iter().copied()), Moments::of(theirs.clone())].map(|m| m.mean().unwrap() / 1000.0);
        let differences = Moments::of(ours.iter().zip(theirs).map(|(ours, theirs)| ours - theirs));
        let interval = differences.interval(0.001).unwrap();
        eprintln!("one every {between} s: {means:.0?} s, difference within {interval:.0?} ms");
        assert!(interval.contains(0.0), "{means:?} s, and the difference within {interval:?} ms");
        // The test can fail: it detects an LA who takes a quarter longer.
        assert!(interval.half_width() / 1000.0 < means[1] / 4.0, "too few replicates to tell");
    }
}

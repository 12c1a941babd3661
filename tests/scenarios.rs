//! Snapshot tests of the committed scenarios: each one passes, its story is a snapshot that a person can review, and
//! real and symbolic codes give the same story.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{all, book, plans};
use mims_sim::format::load::FileContents;
use mims_sim::trace::Event;
use std::collections::{BTreeMap, BTreeSet};

/// The longest story that a person would review.
const LONGEST: usize = 300;

#[test]
fn every_scenario_replays_green_and_tells_its_story() {
    let files = all();
    let book = book(&files);
    let mut count = 0;
    for (name, loaded) in &files {
        let mut story = String::new();
        for plan in plans(&book, loaded) {
            let verdict = plan.run().unwrap_or_else(|f| panic!("{name}: {f:?}"));
            assert_eq!(verdict.failures, [], "{name} {:?}", plan.case);
            story += &plan.story(&verdict, &loaded.source.text);
            story += "\n";
            count += 1;
        }
        if story.is_empty() {
            continue;
        }
        assert!(story.lines().count() <= LONGEST, "{name}: {} lines are not reviewed", story.lines().count());
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let snapshot = name.trim_end_matches(".yaml").replace('/', "__");
        settings.bind(|| insta::assert_snapshot!(snapshot, story));
    }
    assert!(count > 0);
}

#[test]
fn every_property_of_the_library_is_seen_to_hold_and_to_be_violated() {
    let files = all();
    let mut seen: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (_, loaded) in &files {
        // What is possible is shown as soon as a replay can judge it.
        if let FileContents::Properties(file) = &loaded.contents {
            seen.extend(file.list.iter().map(|property| (property.name.clone().unwrap(), BTreeSet::new())));
        }
    }
    let book = book(&files);
    for (_, loaded) in &files {
        for plan in plans(&book, loaded) {
            for judged in plan.run().unwrap().properties {
                if let Some(verdicts) = seen.get_mut(&judged.name) {
                    verdicts.insert(judged.judgement.verdict.word());
                }
            }
        }
    }
    let lacking: Vec<_> =
        seen.iter().filter(|(_, seen)| !["holds", "violated"].iter().all(|word| seen.contains(word))).collect();
    assert!(seen.len() > 30 && lacking.is_empty(), "not shown both ways: {lacking:?}");
}

#[test]
fn every_finding_has_a_property_or_a_reason_why_not() {
    let files = all();
    let library = files.iter().filter_map(|(_, loaded)| match &loaded.contents {
        FileContents::Properties(file) => Some((file, &loaded.source.text)),
        _ => None,
    });
    let mut told = BTreeSet::new();
    for (file, text) in library {
        told.extend(file.list.iter().filter_map(|property| property.finding.clone()));
        // Comments mark gaps in the text, and what is left to the analysis of access.
        let comments = text.lines().filter_map(|line| line.strip_prefix("# F"));
        told.extend(comments.filter_map(|line| Some(format!("F{}", line.split([' ', ',']).next()?))));
    }
    let lacking: Vec<String> = (1..=20).map(|n| format!("F{n}")).filter(|id| !told.contains(id)).collect();
    assert_eq!(lacking, Vec::<String>::new());
}

#[test]
fn real_and_symbolic_codes_give_the_same_trace() {
    let files = all();
    let book = book(&files);
    // Only the digits differ.
    let bare = |events: Vec<(mims_sim::kernel::Time, usize, Event)>| -> Vec<String> {
        events.iter().map(|(time, row, event)| format!("{time} {row} {event:?}")).collect()
    };
    for (name, loaded) in &files {
        for plan in plans(&book, loaded) {
            let (real, symbolic) = (plan.run().unwrap(), plan.run_symbolic().unwrap());
            if real.collisions == 0 {
                assert_eq!(bare(real.trace.events), bare(symbolic.trace.events), "{name}");
            }
        }
    }
}

#[test]
fn no_secret_is_told() {
    let files = all();
    let book = book(&files);
    for (name, loaded) in &files {
        for plan in plans(&book, loaded) {
            let verdict = plan.run().unwrap();
            let said = plan.story(&verdict, &loaded.source.text) + &plan.explain(&verdict, None);
            for (_, _, event) in &verdict.trace.events {
                if let Event::Message(message) = event
                    && let mims_sim::world::message::Body::OtpMail { value, .. } = message.body
                {
                    assert!(!said.contains(&format!("{value:06}")), "{name}");
                }
            }
            assert!(!said.contains("otpauth"), "{name}");
        }
    }
}

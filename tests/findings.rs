//! Tests of the committed findings (counterexamples): each names its finding, none is missing, each is minimal, and a
//! search finds them again.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{all, book, scenarios};
use mims_sim::explore::{Explorer, ReducibleCase};
use mims_sim::format::formatter::layout;
use mims_sim::format::load::{FileContents, LoadedFile, ScenarioCase};
use mims_sim::format::yaml;
use mims_sim::kernel::Time;
use std::collections::BTreeSet;
use std::fs;

/// The files of a folder, each with its only case.
fn of<'f>(files: &'f [(String, LoadedFile)], folder: &str) -> Vec<(&'f str, &'f LoadedFile, &'f ScenarioCase)> {
    let here = files.iter().filter(|(name, _)| name.starts_with(folder));
    let cases = here.filter_map(|(name, loaded)| match &loaded.contents {
        FileContents::Scenario(cases) => Some((name.as_str(), loaded, cases.first()?)),
        _ => None,
    });
    cases.collect()
}

/// The findings that are described in words, each at the beginning of a line of the list.
fn told() -> BTreeSet<String> {
    let text = fs::read_to_string(scenarios().join("findings/README.md")).unwrap();
    text.lines().filter_map(|line| Some(line.strip_prefix("- ")?.split(':').next()?.to_owned())).collect()
}

fn shown(files: &[(String, LoadedFile)]) -> BTreeSet<String> {
    let cases = of(files, "findings/").into_iter().flat_map(|(_, _, case)| &case.scenario.properties);
    cases.filter_map(|property| property.finding.clone()).collect()
}

#[test]
fn every_finding_says_which_it_is_and_what_it_stands_on() {
    let files = all();
    for (name, loaded, case) in of(&files, "findings/") {
        let [property] = case.scenario.properties.as_slice() else { panic!("{name}: one property") };
        let finding = property.finding.clone().unwrap_or_else(|| panic!("{name}: no finding"));
        let said = loaded.source.text.lines().nth(1).unwrap();
        assert!(said.starts_with(&format!("# {finding}, ")), "{name}: {said}");
        let stands = ["certain", "rests on ", "a gap in the text"].iter().any(|word| said.contains(word));
        assert!(stands, "{name}: neither certain nor resting on anything: {said}");
    }
}

#[test]
fn the_twenty_are_there_or_told_and_ten_more() {
    let files = all();
    let (shown, told) = (shown(&files), told());
    let lacking: Vec<String> =
        (1..=20).map(|n| format!("F{n}")).filter(|id| !shown.contains(id) && !told.contains(id)).collect();
    assert_eq!(lacking, Vec::<String>::new());
    let further = shown.iter().filter(|id| id[1..].parse::<u32>().unwrap() > 20).count();
    assert!(further >= 10, "{further} beyond the list");
}

#[test]
fn every_finding_has_an_exploration_and_the_other_way_round() {
    let files = all();
    let of_start = |folder| -> BTreeSet<(String, String)> {
        let properties = of(&files, folder).into_iter().flat_map(|(_, _, case)| &case.scenario.properties);
        let broken = properties.filter(|p| p.expect == Some(mims_sim::format::property::ExpectedVerdict::Violated));
        broken.filter_map(|p| Some((p.finding.clone()?, p.name.clone()?))).collect()
    };
    assert_eq!(of_start("findings/"), of_start("explorations/"));
}

/// Each committed counterexample is exactly the text that `explore` writes from its start.
#[test]
fn a_search_writes_every_finding_again() {
    let files = all();
    let book = book(&files);
    let mut committed: BTreeSet<&str> =
        of(&files, "findings/").into_iter().map(|(_, loaded, _)| loaded.source.text.as_str()).collect();
    let mut others = Vec::new();
    for (name, loaded, case) in of(&files, "explorations/") {
        let search = Explorer::new(loaded, case, &book).unwrap().search(20_000, 1, |_| true);
        for text in search.found.into_iter().filter(|found| found.expected).filter_map(|found| found.text) {
            let (_, tree) = yaml::parse(name, text.as_bytes()).unwrap();
            let text = layout(&text, &tree).unwrap_or(text);
            if !committed.remove(text.as_str()) {
                others.push(format!("{name} gives\n{text}"));
            }
        }
    }
    assert!(others.is_empty() && committed.is_empty(), "{}\nnot found again: {committed:#?}", others.join("\n"));
}

/// Each finding is minimal: without any single row, person, account, computer, place or trait, the violation vanishes.
#[test]
fn no_finding_holds_more_than_it_needs() {
    let files = all();
    let book = book(&files);
    let mut loose = Vec::new();
    for (name, loaded, case) in of(&files, "findings/") {
        let here = ReducibleCase::new(loaded, case, &book, None, Time(0)).loose(0);
        loose.extend(here.iter().map(|what| format!("{name}: {what}")));
    }
    assert_eq!(loose, Vec::<String>::new());
}

#[test]
fn what_is_not_needed_is_seen() {
    let text = "scenario: More than it needs\ngiven:\n  people: {ida: {}, bo: {phone: none}}\nwhen:\n  \
                - day: Wed 2023-09-27\n  - {at: 08:00, who: bo, do: change-password}\n  \
                - {at: 09:00, who: ida, do: sign-in, expect: no-second-factor}\n\
                properties:\n  - {name: P, never: {do: sign-in, result: no-second-factor}, expect: violated}\n";
    let loaded = mims_sim::format::load::read("x.yaml", text.as_bytes()).unwrap();
    let FileContents::Scenario(cases) = &loaded.contents else { panic!() };
    let book = mims_sim::replay::library::Library::default();
    let loose = ReducibleCase::new(&loaded, &cases[0], &book, None, Time(0)).loose(0);
    assert_eq!(loose, ["row 2: change-password"], "who acts in a row is needed by it");
}

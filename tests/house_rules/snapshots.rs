//! Orphan snapshots, none of which is allowed.
//!
//! Promises that a snapshot is removed together with its scenario or test. Deliberately does not read its contents.

use super::reading::{mentions, repository};
use std::collections::BTreeMap;

/// The snapshots that nothing writes, because their scenario or test was removed.
fn orphans(files: &BTreeMap<String, String>) -> Vec<String> {
    let mut found = Vec::new();
    for snapshot in files.keys().filter(|name| name.ends_with(".snap")) {
        let (folder, name) = snapshot.rsplit_once('/').unwrap_or_default();
        let name = name.trim_end_matches(".snap");
        if folder == "snapshots" {
            let scenario = format!("scenarios/{}.yaml", name.replace("__", "/"));
            if !files.contains_key(&scenario) {
                found.push(format!("{snapshot}:1: snapshot: there is no {scenario}"));
            }
        } else {
            let mut parts = name.split("__").skip(1).collect::<Vec<_>>();
            let last = parts.pop().unwrap_or_default();
            let test = last.rsplit_once('-').filter(|(_, n)| n.parse::<u8>().is_ok()).map_or(last, |(test, _)| test);
            let beside = folder.trim_end_matches("/snapshots");
            let source = format!("{beside}/{}.rs", parts.join("/"));
            let named = [format!("fn {test}"), format!("\"{test}\"")];
            let there = files.get(&source).is_some_and(|text| named.iter().any(|n| mentions(text, n).next().is_some()));
            if !there {
                found.push(format!("{snapshot}:1: snapshot: there is no test `{test}` in {source}"));
            }
        }
    }
    found
}

#[test]
fn every_snapshot_is_of_something() {
    let text = |(name, bytes)| (name, String::from_utf8(bytes).unwrap_or_default());
    let files: BTreeMap<String, String> = repository().into_iter().map(text).collect();
    assert!(files.keys().filter(|name| name.ends_with(".snap")).count() > 100, "the snapshots were not found");
    let found = orphans(&files);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn an_orphan_is_found() {
    let files = [
        ("scenarios/guide/a.yaml", ""),
        ("snapshots/guide__a.snap", ""),
        ("snapshots/guide__b.snap", ""),
        ("tests/cli/x.rs", "fn looks() { assert_snapshot!(\"named\", 1) }\nfn counts() {}\n"),
        ("tests/cli/snapshots/cli__x__looks-2.snap", ""),
        ("tests/cli/snapshots/cli__x__named.snap", ""),
        ("tests/cli/snapshots/cli__x__look.snap", ""),
        ("tests/cli/snapshots/cli__y__counts.snap", ""),
    ];
    let found = orphans(&files.map(|(name, text)| (name.to_owned(), text.to_owned())).into());
    assert_eq!(
        found,
        [
            "snapshots/guide__b.snap:1: snapshot: there is no scenarios/guide/b.yaml",
            "tests/cli/snapshots/cli__x__look.snap:1: snapshot: there is no test `look` in tests/cli/x.rs",
            "tests/cli/snapshots/cli__y__counts.snap:1: snapshot: there is no test `counts` in tests/cli/y.rs",
        ]
    );
}

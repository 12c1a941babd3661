//! Lints of this repository (the house rules), which read it as text.
//!
//! Promises that every finding names a file, a line and a rule, and that a test shows each rule failing. Each file has
//! the rules of one kind; `exceptions` lists what does not keep them yet, and may only shrink.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod banned;
mod circles;
mod exceptions;
mod fallthrough;
mod glossary;
mod map;
mod names;
mod reading;
mod rooms;
mod sizes;
mod snapshots;

use reading::sources;
use std::fs;
use std::path::Path;

/// The findings of a check, which reads one file by its name and text, in all of these files.
fn all_clean(files: &[(String, String)], check: impl Fn(&str, &str) -> Vec<String>) {
    let found: Vec<String> = files.iter().flat_map(|(name, text)| check(name, text)).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// The findings of a check in a made-up text, as `line: rule`.
fn said(check: fn(&str, &str) -> Vec<String>, name: &str, text: &str) -> Vec<String> {
    check(name, text).iter().map(|f| f.strip_prefix(&format!("{name}:")).unwrap().to_owned()).collect()
}

/// Every file begins with a head that says what it is and promises.
fn check_head(name: &str, text: &str) -> Vec<String> {
    let says = text.lines().next().is_some_and(|first| first.starts_with("//! ") && first.len() > 10);
    if says { Vec::new() } else { vec![format!("{name}:1: head: it does not begin with `//!` and what it is")] }
}

/// Every dependency has a line in the table of ARCHITECTURE.md that says what it is for.
fn check_dependencies(cargo: &str, architecture: &str) -> Vec<String> {
    let rows = architecture.lines().filter_map(|l| l.strip_prefix('|')).filter_map(|l| l.split('|').next());
    let named: Vec<&str> = rows.flat_map(|cell| cell.split(',')).map(|n| n.trim().trim_matches('`')).collect();
    let mut inside = false;
    let mut found = Vec::new();
    for (i, text) in cargo.lines().enumerate() {
        if let Some(section) = text.strip_prefix('[') {
            inside = section.starts_with("dependencies]") || section.starts_with("dev-dependencies]");
        } else if let (true, Some((key, _))) = (inside, text.split_once('=')) {
            let key = key.trim().trim_end_matches(".workspace");
            if !key.starts_with('#') && !named.contains(&key) {
                found.push(format!("Cargo.toml:{}: dependencies: ARCHITECTURE.md has no row for `{key}`", i + 1));
            }
        }
    }
    found
}

#[test]
fn every_file_says_what_it_is() {
    all_clean(&sources(&["src/", "tests/", "benches/"]), check_head);
}

#[test]
fn every_dependency_has_its_reason() {
    let read = |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let found = check_dependencies(&read("Cargo.toml"), &read("ARCHITECTURE.md"));
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn a_file_without_a_head_is_found() {
    assert_eq!(
        said(check_head, "src/x.rs", "use std::fmt;\n"),
        ["1: head: it does not begin with `//!` and what it is"]
    );
    assert_eq!(said(check_head, "src/x.rs", "//!\n").len(), 1);
    assert_eq!(said(check_head, "src/x.rs", "").len(), 1);
    assert_eq!(said(check_head, "src/x.rs", "//! What it is.\n"), [""; 0]);
}

#[test]
fn a_dependency_without_a_reason_is_found() {
    let cargo = "[package]\nname = \"x\"\n\n[dependencies]\n# why = 1\nserde = \"1\"\nleft-pad = \"1\"\n\n\
                 [dev-dependencies]\ninsta = \"1\"\n";
    let table = "| crate | what for |\n| --- | --- |\n| serde, insta | types, and left-pad |\n";
    assert_eq!(
        check_dependencies(cargo, table),
        ["Cargo.toml:7: dependencies: ARCHITECTURE.md has no row for `left-pad`"]
    );
    assert_eq!(check_dependencies(cargo, "serde, insta, left-pad").len(), 3, "prose is no table");
}

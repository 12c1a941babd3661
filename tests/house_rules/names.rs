//! Unique names of types, of units of time and of purposes of draws.
//!
//! Promises that no two public types of the source have the same name. Deliberately ignores types that a macro defines.

use super::exceptions::{PURPOSES_SHARED, PURPOSES_UNUSED, RENAMED, TWICE, UNITS};
use super::reading::{bare, halves, line, mentions, sources, word};
use super::{all_clean, said};
use std::collections::BTreeMap;

/// Names that several types may have, and why.
const MANY: &[(&str, &str)] = &[("Options", "what a verb or a room takes, always named with its room")];

/// The keywords that define a type.
const TYPES: &[&str] = &["struct", "enum", "trait", "type", "union"];

/// Names of constants that only the kernel may define as numbers.
const OF_THE_KERNEL: &[&str] = &["MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "WHOLE"];

/// Numbers that the kernel has a name for.
const NUMBERS: &[&str] = &["3_600_000", "86_400_000"];

/// The public types of a file: name and line.
fn types(name: &str, text: &str) -> Vec<(String, usize)> {
    let (runs, ..) = halves(name, text);
    let mut out = Vec::new();
    for (n, text) in runs.lines().enumerate() {
        let words: Vec<&str> = text.split(|c: char| !word(c)).filter(|w| !w.is_empty()).collect();
        let after = words.iter().position(|w| TYPES.contains(w));
        if let (Some(&"pub"), Some(at)) = (words.first(), after)
            && words[1..at].iter().all(|w| ["crate", "super"].contains(w))
        {
            // A placeholder that a macro fills in begins with a small letter.
            let named = words.get(at + 1).filter(|name| name.starts_with(char::is_uppercase));
            out.extend(named.map(|name| ((*name).to_owned(), n + 1)));
        }
    }
    out
}

/// No two public types have the same name.
fn check_types(files: &[(String, String)]) -> Vec<String> {
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in files {
        for (name, line) in types(file, text) {
            named.entry(name).or_default().push(format!("{file}:{line}"));
        }
    }
    named.retain(|name, places| places.len() > 1 && !MANY.iter().any(|(many, _)| many == name));
    named
        .iter()
        .map(|(name, places)| format!("{}: name: `{name}` is a type here and {}", places[0], places[1..].join(", ")))
        .collect()
}

/// No import renames a type of our own.
fn check_renames(name: &str, text: &str) -> Vec<String> {
    let code = bare(text);
    let mut found = Vec::new();
    for at in mentions(&code, "use") {
        let says = &code[at..at + code[at..].find(';').unwrap_or_default()];
        let first = says[3..].split_whitespace().collect::<String>();
        if first.starts_with("std::") || first.starts_with(|c: char| !word(c)) {
            continue;
        }
        for (n, _) in says.match_indices(" as ") {
            let is = says[..n].rsplit(|c| !word(c)).next().unwrap_or_default();
            let goes_by = says[n + 4..].split(|c| !word(c)).next().unwrap_or_default();
            if goes_by != "_" && is.starts_with(char::is_uppercase) && own(&first) {
                let line = line(&code, at + n);
                found.push(format!("{name}:{line}: rename: `{is}` is called `{goes_by}` here: call it what it is"));
            }
        }
    }
    found
}

/// Whether a path leads to something of our own: another crate begins with its name and is in the manifest.
fn own(path: &str) -> bool {
    let first = path.split("::").next().unwrap_or_default();
    let others = include_str!("../../Cargo.toml").lines().filter_map(|line| line.split([' ', '.', '=']).next());
    let mut names = others.map(|name| name.replace('-', "_")).filter(|name| name != "mims_sim");
    !names.any(|name| name == first)
}

/// Units are defined in the kernel and nowhere else.
fn check_units(name: &str, text: &str) -> Vec<String> {
    if name.starts_with("src/kernel/") {
        return Vec::new();
    }
    let (runs, ..) = halves(name, text);
    let at = |words: &&'static str| mentions(&runs, words).map(|at| (at, *words)).collect::<Vec<_>>();
    let a_number = |at: usize, unit: &str| {
        let is = runs[at + unit.len()..].trim_start_matches([':', ' ']);
        runs[..at].trim_end().ends_with("const") && is.starts_with(['i', 'u', 'f', 'S'])
    };
    let defined = OF_THE_KERNEL.iter().flat_map(at).filter(|(at, unit)| a_number(*at, unit));
    let found = defined.chain(NUMBERS.iter().flat_map(at));
    found.map(|(at, unit)| format!("{name}:{}: unit: `{unit}` is in the kernel", line(&runs, at))).collect()
}

/// The purposes of draws that the kernel defines.
fn purposes(files: &[(String, String)]) -> Vec<String> {
    let of_enum = |(_, text): &(String, String)| {
        let code = bare(text);
        let at = mentions(&code, "enum Purpose").next()?;
        let body = code[at..].split_once('{')?.1.split_once('}')?.0.to_owned();
        Some(
            body.split(',')
                .map(|v| v.trim().chars().take_while(|c| word(*c)).collect())
                .filter(|v: &String| !v.is_empty())
                .collect(),
        )
    };
    files.iter().find_map(of_enum).unwrap_or_default()
}

/// Every purpose has a draw, in one place only.
fn check_purposes(files: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    let draws = files.iter().filter(|(_, text)| text.contains("Purpose::"));
    let code: Vec<(&str, String)> = draws.map(|(name, text)| (name.as_str(), halves(name, text).0)).collect();
    for purpose in purposes(files) {
        let said = format!("Purpose::{purpose}");
        let places = code.iter().flat_map(|(name, runs)| {
            mentions(runs, &said).map(|at| format!("{name}:{}", line(runs, at))).collect::<Vec<_>>()
        });
        match places.collect::<Vec<_>>().as_slice() {
            [] => found.push(format!("purpose: nothing is drawn for `{purpose}`")),
            [_] => {}
            [first, rest @ ..] => {
                found.push(format!("{first}: purpose: `{purpose}` is drawn for here and in {}", rest.join(", ")));
            }
        }
    }
    found
}

/// The exceptions that nothing needs.
pub fn needless() -> Vec<String> {
    let files = sources(&["src/"]);
    let named = |found: &[String], name: &str| found.iter().any(|found| found.contains(&format!("`{name}`")));
    let (twice, drawn) = (check_types(&files), check_purposes(&files));
    let clean = |listed: &str, check: fn(&str, &str) -> Vec<String>| {
        files.iter().filter(|(name, _)| name.starts_with(listed)).all(|(name, text)| check(name, text).is_empty())
    };
    let mut out: Vec<String> = Vec::new();
    out.extend(TWICE.iter().filter(|name| !named(&twice, name)).map(|name| format!("`{name}` is one type")));
    let renamed = RENAMED.iter().filter(|listed| clean(listed, check_renames));
    out.extend(renamed.map(|listed| format!("{listed}… renames nothing")));
    let units = UNITS.iter().filter(|listed| clean(listed, check_units));
    out.extend(units.map(|listed| format!("{listed}… defines no unit")));
    let purposes = PURPOSES_UNUSED.iter().chain(PURPOSES_SHARED.iter().map(|(name, _)| name));
    out.extend(purposes.filter(|name| !named(&drawn, name)).map(|name| format!("`{name}` is drawn for once")));
    out
}

#[test]
fn no_two_types_have_one_name() {
    let mut found = check_types(&sources(&["src/"]));
    found.retain(|found| !TWICE.iter().any(|name| found.contains(&format!("`{name}`"))));
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn no_import_renames_what_is_ours() {
    let mut files = sources(&["src/"]);
    files.retain(|(name, _)| !RENAMED.iter().any(|listed| name.starts_with(listed)));
    all_clean(&files, check_renames);
}

#[test]
fn units_are_the_kernels() {
    let mut files = sources(&["src/"]);
    files.retain(|(name, _)| !UNITS.iter().any(|listed| name.starts_with(listed)));
    all_clean(&files, check_units);
}

#[test]
fn each_draw_has_its_purpose() {
    let files = sources(&["src/"]);
    assert!(purposes(&files).len() > 20, "the purposes of draws were not found");
    let mut found = check_purposes(&files);
    found.retain(|found| {
        !PURPOSES_UNUSED
            .iter()
            .chain(PURPOSES_SHARED.iter().map(|(name, _)| name))
            .any(|name| found.contains(&format!("`{name}`")))
    });
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

fn planted(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn a_name_of_two_types_is_found() {
    let files = planted(&[
        ("src/a.rs", "//! A.\n\n/// A row.\npub struct Row<T>(T);\npub enum Options {}\nstruct Own;\n"),
        ("src/b.rs", "pub(crate) type Row = u8;\npub(in crate::b) trait T {}\npub enum Options {}\nstruct Own;\n"),
        ("src/c.rs", "// pub struct Row;\npub fn f() { let s = \"pub struct Row\"; }\n"),
    ]);
    assert_eq!(check_types(&files), ["src/a.rs:4: name: `Row` is a type here and src/b.rs:1"]);
}

#[test]
fn an_import_that_renames_is_found() {
    for text in [
        "use crate::a::{B, C as D};\n",
        "use super::C as D;\n",
        "fn f() {\n    use mims_sim::a::C as D;\n}\n",
        "use Kind::{\n    B,\n    C as D,\n};\n",
    ] {
        let found = said(check_renames, "src/x.rs", text);
        assert!(
            found.len() == 1 && found[0].ends_with("rename: `C` is called `D` here: call it what it is"),
            "{found:?}"
        );
    }
    let fine = "use crate::a::T as _;\nuse std::fmt::Result as R;\nuse serde::Value as V;\nfn f() { 1 as u8 }\n\
                use super::words as w;\n";
    assert_eq!(said(check_renames, "src/x.rs", fine), [""; 0]);
}

#[test]
fn a_unit_defined_elsewhere_is_found() {
    let text = "pub(super) const HOUR: i64 = 60;\nconst HOURS: u8 = 1;\nfn f() { HOUR + 86_400_000 }\n\
                const WHOLE: &str = \"\";\n";
    assert_eq!(
        said(check_units, "src/x.rs", text),
        ["1: unit: `HOUR` is in the kernel", "3: unit: `86_400_000` is in the kernel"]
    );
    assert_eq!(said(check_units, "src/kernel/units.rs", text), [""; 0]);
}

#[test]
fn a_purpose_that_is_nobodys_or_of_two_is_found() {
    let kernel = ("src/kernel/x.rs", "pub enum Purpose {\n    /// A.\n    A = 1,\n    B = 2,\n    C = 3,\n}\n");
    let draws = "fn f() { d(Purpose::A); d(Purpose::B) }\nfn g() { d(Purpose::B) }\n\
                 #[cfg(test)]\nmod tests { fn f() { Purpose::A } }\n";
    assert_eq!(
        check_purposes(&planted(&[kernel, ("src/y.rs", draws)])),
        ["src/y.rs:1: purpose: `B` is drawn for here and in src/y.rs:2", "purpose: nothing is drawn for `C`"]
    );
}

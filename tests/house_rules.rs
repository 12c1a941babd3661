//! The house rules, checked on the repository as text, so that they cannot rot.
//!
//! Promises that every finding names a file, a line and a rule, and that every rule is shown here to be able to fail.
//! Deliberately does not parse Rust: comments and literals are blanked out, and what remains is read as words.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::path::Path;

/// The rooms in reading order; a room looks only at itself and at rooms before it.
const ORDER: &[&str] = &[
    "counted",
    "diagnostic",
    "clause",
    "kernel",
    "statistics",
    "policy",
    "world",
    "act",
    "trace",
    "engine",
    "search",
    "property",
    "format",
    "replay",
    "explore",
    "rehearsal",
    "access",
    "report",
    "cli",
];

/// Who may look ahead all the same, at whom, and why.
const LOOK_AHEAD: &[(&str, &str, &str)] = &[];

/// The parties: each answers messages, and knows no other.
const PARTIES: &[&str] = &["portal", "self_service", "email_otp", "password_reset", "workspace"];

/// What no file of the library says, its tests included, and why.
const NOWHERE: &[(&str, &str)] = &[
    ("SystemTime", "the library has a virtual clock"),
    ("Instant::now", "the library has a virtual clock"),
    ("HashMap", "the same bytes every time: BTreeMap"),
    ("HashSet", "the same bytes every time: BTreeSet"),
    ("thread::sleep", "time is virtual: nothing waits"),
];

/// What no file of the library says outside its tests, and why.
const NOT_IN_THE_LIBRARY: &[(&str, &str)] =
    &[("std::env", "only the shell looks at the environment"), ("std::fs", "only the shell touches files")];

/// What no file of the shell or of the library says outside its tests, and why.
const NOT_IN_CODE: &[(&str, &str)] = &[
    ("println!", "it panics on a closed pipe: `cli::terminal` writes"),
    ("eprintln!", "it panics on a closed pipe: `cli::terminal` writes"),
    ("print!", "it panics on a closed pipe: `cli::terminal` writes"),
    ("eprint!", "it panics on a closed pipe: `cli::terminal` writes"),
    ("super::*", "it hides who looks at whom"),
];

/// What no file says at all, and why.
const NEVER: &[(&str, &str)] = &[
    ("unsafe", "nothing here needs it"),
    ("todo!", "unfinished work is not merged"),
    ("unimplemented!", "unfinished work is not merged"),
    ("dbg!", "unfinished work is not merged"),
];

/// The most lines of a file, without its tests.
const LONGEST: usize = 700;

/// Files that are longer: the most lines of each, and why.
const LONGER: &[(&str, usize, &str)] = &[];

// ---------------------------------------------------------------------------------------------------------------------
// Reading

/// The same text with comments, texts and characters blanked out; lines and columns stay where they are.
fn bare(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while i < chars.len() {
        let end = match at(i) {
            '/' if at(i + 1) == '/' => (i..chars.len()).find(|j| at(*j) == '\n').unwrap_or(chars.len()),
            '/' if at(i + 1) == '*' => {
                let (mut depth, mut j) = (0, i);
                loop {
                    match (at(j), at(j + 1)) {
                        ('/', '*') => (depth, j) = (depth + 1, j + 2),
                        ('*', '/') => (depth, j) = (depth - 1, j + 2),
                        _ => j += 1,
                    }
                    if depth == 0 || j >= chars.len() {
                        break j;
                    }
                }
            }
            'r' if !word(at(i.wrapping_sub(1))) || at(i.wrapping_sub(1)) == 'b' => {
                let hashes = (i + 1..).take_while(|j| at(*j) == '#').count();
                if at(i + 1 + hashes) == '"' {
                    let closed = |j: usize| at(j) == '"' && (1..=hashes).all(|n| at(j + n) == '#');
                    (i + 2 + hashes..chars.len()).find(|j| closed(*j)).map_or(chars.len(), |j| j + 1 + hashes)
                } else {
                    i
                }
            }
            '"' => {
                let mut j = i + 1;
                while j < chars.len() && at(j) != '"' {
                    j += if at(j) == '\\' { 2 } else { 1 };
                }
                j + 1
            }
            '\'' if at(i + 1) == '\\' => (i + 3..chars.len()).find(|j| at(*j) == '\'').map_or(chars.len(), |j| j + 1),
            '\'' if at(i + 2) == '\'' => i + 3,
            _ => i,
        };
        if end == i {
            out.push(at(i));
            i += 1;
        }
        while i < end.min(chars.len()) {
            out.push(if at(i) == '\n' { '\n' } else { ' ' });
            i += 1;
        }
    }
    out
}

/// Bare code in two: what runs, and what tests alone; each with the other blanked out. And how many lines test alone.
fn halves(name: &str, text: &str) -> (String, String, usize) {
    let code = bare(text);
    let blank = |text: &str| text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect::<String>();
    if name.ends_with("/tests.rs") {
        let count = code.lines().count();
        return (blank(&code), code, count);
    }
    let (mut runs, mut tests, mut lines) = (String::new(), String::new(), 0);
    let mut rest = code.as_str();
    while let Some(at) = rest.find("#[cfg(test)]") {
        let (before, item) = rest.split_at(at);
        let mut depth = 0;
        let end = item.char_indices().find_map(|(j, c)| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            (depth == 0 && (c == '}' || c == ';')).then_some(j + 1)
        });
        let (item, after) = item.split_at(end.unwrap_or(item.len()));
        runs += before;
        runs += &blank(item);
        tests += &blank(before);
        tests += item;
        lines += item.lines().count();
        rest = after;
    }
    (runs + rest, tests + &blank(rest), lines)
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The line of a byte, from 1.
fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Where these words stand by themselves.
fn mentions<'t>(code: &'t str, words: &'t str) -> impl Iterator<Item = usize> + 't {
    code.match_indices(words).map(|(at, _)| at).filter(move |at| {
        let before = code[..*at].chars().next_back().is_some_and(word);
        let after = words.ends_with(word) && code[at + words.len()..].chars().next().is_some_and(word);
        !before && !after
    })
}

/// The first name of every path that begins at a byte: one, or each of a group.
fn heads(code: &str, at: usize) -> Vec<String> {
    let name = |text: &str| text.trim_start().chars().take_while(|c| word(*c) || *c == '*').collect::<String>();
    let rest = code[at..].trim_start();
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let (mut depth, mut out) = (1, Vec::new());
    let mut item = String::new();
    for c in group.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        match c {
            _ if depth == 0 => break,
            ',' if depth == 1 => out.push(std::mem::take(&mut item)),
            c => item.push(c),
        }
    }
    out.push(item);
    out.iter().map(|item| name(item)).filter(|name| !name.is_empty()).collect()
}

/// Every path below this root: where it stands, and its first name.
fn below(code: &str, root: &str) -> Vec<(usize, String)> {
    mentions(code, root).flat_map(|at| heads(code, at + root.len()).into_iter().map(move |head| (at, head))).collect()
}

/// Every path that climbs by `super` exactly so many floors: where it stands, and its first name after them.
fn climbing(code: &str, floors: usize) -> Vec<(usize, String)> {
    let chain = "super::".repeat(floors);
    let mut found = below(code, &chain);
    found.retain(|(at, _)| !code[..*at].ends_with("::"));
    found
}

/// How deep a file's module lies below the crate.
fn depth(name: &str) -> usize {
    let parts = name.trim_start_matches("src/").trim_end_matches(".rs");
    parts.trim_end_matches("/mod").split('/').count()
}

/// Every file of the repository that git could know, by its path from the root, with its bytes.
fn repository() -> Vec<(String, Vec<u8>)> {
    fn walk(root: &Path, folder: &Path, out: &mut Vec<(String, Vec<u8>)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            if [".git", "target", "tests/browser/node_modules", "tests/editor/node_modules"].contains(&name.as_str())
                || name.ends_with(".snap.new")
                || name.ends_with("-snap")
            {
                continue;
            }
            if path.is_dir() {
                walk(root, &path, out);
            } else {
                out.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut out = Vec::new();
    walk(root, root, &mut out);
    out.sort();
    out
}

/// The Rust files below these folders.
fn sources(folders: &[&str]) -> Vec<(String, String)> {
    let wanted = |name: &str| name.ends_with(".rs") && folders.iter().any(|f| name.starts_with(f));
    let files = repository().into_iter().filter(|(name, _)| wanted(name));
    let found: Vec<_> = files.map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect();
    assert!(!found.is_empty(), "no source in {folders:?}");
    found
}

fn all_clean(files: &[(String, String)], check: fn(&str, &str) -> Vec<String>) {
    let found: Vec<String> = files.iter().flat_map(|(name, text)| check(name, text)).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

// ---------------------------------------------------------------------------------------------------------------------
// The rules

/// The room of a source; the shell is one room with its verbs.
fn room(name: &str) -> Option<&str> {
    let first = name.strip_prefix("src/")?.split('/').next()?;
    match first.trim_end_matches(".rs") {
        "lib" => None,
        "main" => Some("cli"),
        room => Some(room),
    }
}

/// A room looks only at itself and at rooms before it.
fn check_imports(name: &str, text: &str) -> Vec<String> {
    let Some(room) = room(name) else { return Vec::new() };
    let place = |room: &str| ORDER.iter().position(|r| *r == room);
    let Some(own) = place(room) else {
        return vec![format!("{name}:1: the room `{room}` has no place in the order of rooms")];
    };
    let (runs, tests, _) = halves(name, text);
    // A module of tests within a file lies one floor deeper.
    let inner = depth(name) + usize::from(!name.ends_with("/tests.rs"));
    let mut found = Vec::new();
    for (code, floors) in [(&runs, depth(name)), (&tests, inner)] {
        let shell = room == "cli";
        let mut seen = below(code, if shell { "mims_sim::" } else { "crate::" });
        if !shell {
            seen.extend(climbing(code, floors));
        }
        for (at, head) in seen {
            let allowed = place(&head).is_some_and(|other| other <= own)
                || LOOK_AHEAD.iter().any(|(from, to, _)| *from == room && *to == head);
            if !allowed {
                let line = line(code, at);
                found.push(format!("{name}:{line}: import directions: `{room}` may not look at `{head}`"));
            }
        }
    }
    found
}

/// A party never imports a sibling party.
fn check_parties(name: &str, text: &str) -> Vec<String> {
    let own = name.strip_prefix("src/world/").map(|n| n.trim_end_matches(".rs").trim_end_matches("/mod"));
    let Some(own) = own.and_then(|n| n.split('/').next()).filter(|n| PARTIES.contains(n)) else { return Vec::new() };
    let code = bare(text);
    let mut seen: Vec<(usize, String)> = ["super::", "crate::world::"].iter().flat_map(|r| below(&code, r)).collect();
    for party in PARTIES {
        let path = mentions(&code, party).filter(|at| code[at + party.len()..].starts_with("::"));
        seen.extend(path.map(|at| (at, (*party).to_owned())));
    }
    let mut found: Vec<String> = seen
        .into_iter()
        .filter(|(_, head)| head != own && PARTIES.contains(&head.as_str()))
        .map(|(at, head)| format!("{name}:{}: a party knows no sibling: `{own}` looks at `{head}`", line(&code, at)))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Clocks, hash order, files, terminals and unfinished work stay out.
fn check_banned(name: &str, text: &str) -> Vec<String> {
    let (runs, tests, _) = halves(name, text);
    let shell = room(name) == Some("cli");
    let mut rules: Vec<(&str, &(&str, &str))> = Vec::new();
    rules.extend(NEVER.iter().flat_map(|rule| [(runs.as_str(), rule), (tests.as_str(), rule)]));
    rules.extend(NOT_IN_CODE.iter().map(|rule| (runs.as_str(), rule)));
    if !shell {
        rules.extend(NOWHERE.iter().flat_map(|rule| [(runs.as_str(), rule), (tests.as_str(), rule)]));
        rules.extend(NOT_IN_THE_LIBRARY.iter().map(|rule| (runs.as_str(), rule)));
    }
    let mut found = Vec::new();
    for (code, (words, why)) in rules {
        let grouped = words.strip_prefix("std::").map(|head| {
            let groups =
                below(code, "std::").into_iter().filter(|(at, _)| code[at + 5..].trim_start().starts_with('{'));
            groups.filter(|(_, h)| h == head).map(|(at, _)| at).collect::<Vec<_>>()
        });
        for at in mentions(code, words).chain(grouped.unwrap_or_default()) {
            found.push(format!("{name}:{}: banned: `{words}`: {why}", line(code, at)));
        }
    }
    found
}

/// No file is longer than a person reads, its tests not counted.
fn check_length(name: &str, text: &str) -> Vec<String> {
    let (.., tested) = halves(name, text);
    let count = text.lines().count().saturating_sub(tested);
    let most = LONGER.iter().find(|(long, ..)| *long == name).map_or(LONGEST, |(_, most, _)| *most);
    if count <= most {
        return Vec::new();
    }
    vec![format!("{name}:{most}: length: {count} lines without tests, where {most} are the most: divide it")]
}

/// Every file begins by saying what it is and promises.
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

/// No path of a machine, no white space at the end of a line, no tab in YAML.
fn check_text(name: &str, text: &str) -> Vec<String> {
    let yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    let mut found = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let mut say = |what: String| found.push(format!("{name}:{}: text: {what}", i + 1));
        // Written in two parts, so that this file passes its own rule.
        for folder in ["work", "tmp", "home", "root", "Users"] {
            let path = format!("/{folder}/");
            let inner = |before: char| word(before) || "./-$}*".contains(before);
            if line.match_indices(&path).any(|(at, _)| !line[..at].chars().next_back().is_some_and(inner)) {
                say(format!("`{path}` is a path of one machine"));
            }
        }
        if line.ends_with([' ', '\t']) {
            say("white space at the end of the line".to_owned());
        }
        if yaml && line.contains('\t') {
            say("a tab in YAML".to_owned());
        }
    }
    found
}

// ---------------------------------------------------------------------------------------------------------------------
// The repository keeps them

#[test]
fn rooms_look_only_at_rooms_before_them() {
    all_clean(&sources(&["src/"]), check_imports);
}

#[test]
fn no_party_knows_a_sibling() {
    let files = sources(&["src/world/"]);
    for party in PARTIES {
        let there = |name: &str| name == format!("src/world/{party}.rs") || name == format!("src/world/{party}/mod.rs");
        assert!(files.iter().any(|(name, _)| there(name)), "no file of the party `{party}`");
    }
    all_clean(&files, check_parties);
}

#[test]
fn nothing_banned_is_said() {
    all_clean(&sources(&["src/"]), check_banned);
}

#[test]
fn no_file_is_too_long() {
    all_clean(&sources(&["src/"]), check_length);
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
fn no_text_is_of_one_machine() {
    let text = |(name, bytes)| String::from_utf8(bytes).ok().map(|text| (name, text));
    all_clean(&repository().into_iter().filter_map(text).collect::<Vec<_>>(), check_text);
}

#[test]
fn exceptions_that_nobody_needs_are_gone() {
    let files = sources(&["src/"]);
    for (from, to, _) in LOOK_AHEAD {
        let mut own = files.iter().filter(|(name, _)| room(name) == Some(from));
        let needed = own.any(|(_, text)| below(&bare(text), "crate::").iter().any(|(_, head)| head == to));
        assert!(needed, "`{from}` no longer looks at `{to}`: take it off the exceptions");
    }
    for (name, ..) in LONGER {
        let (_, text) = files.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("{name} is gone"));
        let short = check_length("src/other.rs", text).is_empty();
        assert!(!short, "{name} is no longer too long: take it off the exceptions");
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Each rule can fail

/// What a check says of a planted text, as `line: rule`.
fn said(check: fn(&str, &str) -> Vec<String>, name: &str, text: &str) -> Vec<String> {
    check(name, text).iter().map(|f| f.strip_prefix(&format!("{name}:")).unwrap().to_owned()).collect()
}

#[test]
fn an_import_against_the_direction_is_found() {
    let text = "//! A room.\n\nuse crate::{\n    kernel::Time,\n    replay::{Plan, plan},\n};\n// use crate::cli;\n";
    assert_eq!(said(check_imports, "src/world/x.rs", text), ["3: import directions: `world` may not look at `replay`"]);
    let text = "fn f() { let s = \"crate::report\"; crate::report::f(s) }\n";
    assert_eq!(
        said(check_imports, "src/policy/x.rs", text),
        ["1: import directions: `policy` may not look at `report`"]
    );
    let text = "use super::super::engine::Engine;\nuse super::ids::X;\n";
    assert_eq!(said(check_imports, "src/world/x.rs", text), ["1: import directions: `world` may not look at `engine`"]);
    assert_eq!(said(check_imports, "src/trace.rs", "use super::engine::E;\n").len(), 1);
    let text = "#[cfg(test)]\nmod tests {\n    use super::super::time::T;\n    use super::super::super::act::Act;\n}\n";
    assert_eq!(said(check_imports, "src/kernel/x.rs", text), ["4: import directions: `kernel` may not look at `act`"]);
    assert_eq!(said(check_imports, "src/other.rs", "").len(), 1, "a room without a place in the order");
    assert_eq!(said(check_imports, "src/main.rs", "use mims_sim::unknown::X;\n").len(), 1);
    assert_eq!(said(check_imports, "src/policy/x.rs", "use crate::*;\n").len(), 1);
}

#[test]
fn an_import_in_the_direction_is_fine() {
    for (name, text) in [
        ("src/act/x.rs", "use crate::kernel::Time;\nuse crate::world::ids::PersonId;\n"),
        ("src/format/x.rs", "use crate::diagnostic::{self, Diagnostic};\nuse super::tree::Tree;\n"),
        ("src/cli/x.rs", "use mims_sim::report;\nuse super::Exit;\n"),
        ("src/world/x.rs", "pub(super) fn f() {}\nuse crate::world::{ids, state::World};\n"),
        ("src/lib.rs", "pub mod cli;\n"),
    ] {
        assert_eq!(said(check_imports, name, text), [""; 0], "{name}");
    }
}

#[test]
fn a_party_that_knows_a_sibling_is_found() {
    for text in [
        "use super::workspace::Workspace;\n",
        "use super::{ids::X, workspace};\n",
        "use crate::world::workspace;\n",
        "use crate::world;\ntype W = world::workspace::Workspace;\n",
        "#[cfg(test)]\nmod tests {\n    use crate::world::workspace::Workspace;\n}\n",
    ] {
        let found = said(check_parties, "src/world/portal.rs", text);
        assert_eq!(found.len(), 1, "{text}");
        assert!(found[0].ends_with("a party knows no sibling: `portal` looks at `workspace`"), "{found:?}");
    }
    let fine =
        "use super::message::Party;\n// see super::workspace\nfn f(workspace: u8) { g(Party::Workspace, workspace) }\n";
    assert_eq!(said(check_parties, "src/world/portal.rs", fine), [""; 0]);
    assert_eq!(said(check_parties, "src/world/state.rs", "use super::workspace;\n"), [""; 0], "no party");
}

#[test]
fn banned_words_are_found() {
    for (words, _) in NEVER.iter().chain(NOT_IN_CODE).chain(NOWHERE).chain(NOT_IN_THE_LIBRARY) {
        let text = format!("//! A file.\n\nuse {words};\n");
        let found = said(check_banned, "src/kernel/x.rs", &text);
        assert!(found.iter().any(|f| f.starts_with(&format!("3: banned: `{words}`"))), "{words}: {found:?}");
        let quiet = format!("// {words}\n/* {words} /* {words} */ */\nconst X: &str = \"\\\"{words}\";\n");
        assert_eq!(said(check_banned, "src/kernel/x.rs", &quiet), [""; 0], "{words}");
    }
    let grouped = "use std::{collections::BTreeMap, env, fs};\n";
    assert_eq!(said(check_banned, "src/kernel/x.rs", grouped).len(), 2);
    assert_eq!(said(check_banned, "src/cli/x.rs", "use std::fs;\nuse std::time::SystemTime;\n"), [""; 0]);
    assert_eq!(said(check_banned, "src/cli/x.rs", "fn f() { println!() }\n").len(), 1);
    let tests = "#[cfg(test)]\nmod tests {\n    use super::*;\n    fn f() { std::fs::read(dbg!(1)) }\n}\n";
    assert_eq!(said(check_banned, "src/kernel/x.rs", tests).len(), 1, "tests may read files, and dbg! is left over");
    let near = "struct MyHashMapper;\nfn reprint() { sprint!(); let c = '\"'; let r = r#\"todo!\"#; }\n";
    assert_eq!(said(check_banned, "src/kernel/x.rs", near), [""; 0]);
}

#[test]
fn a_file_that_is_too_long_is_found() {
    let long = "fn f() {}\n".repeat(LONGEST + 1);
    assert_eq!(said(check_length, "src/x.rs", &long).len(), 1);
    let tests = format!("fn f() {{}}\n#[cfg(test)]\nmod tests {{\n{}}}\n", "fn f() {}\n".repeat(LONGEST));
    assert_eq!(said(check_length, "src/x.rs", &tests), [""; 0]);
    assert_eq!(said(check_length, "src/x/tests.rs", &long), [""; 0]);
    let comments = "// One line.\n".repeat(LONGEST + 1);
    assert_eq!(said(check_length, "src/x.rs", &comments).len(), 1, "comments are read as well");
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
    let cargo = "[package]\nname = \"x\"\n\n[dependencies]\n# why = 1\nserde = \"1\"\nleft-pad = \"1\"\n\n[dev-dependencies]\ninsta = \"1\"\n";
    let table = "| crate | what for |\n| --- | --- |\n| serde, insta | types, and left-pad |\n";
    assert_eq!(
        check_dependencies(cargo, table),
        ["Cargo.toml:7: dependencies: ARCHITECTURE.md has no row for `left-pad`"]
    );
    assert_eq!(check_dependencies(cargo, "serde, insta, left-pad").len(), 3, "prose is no table");
}

#[test]
fn text_of_one_machine_is_found() {
    let path = ["see ", "home/me/x"].join("/");
    assert_eq!(
        said(check_text, "README.md", &path),
        [format!("1: text: `{}` is a path of one machine", ["", "home", ""].join("/"))]
    );
    assert_eq!(said(check_text, "README.md", "a \nb\t\n").len(), 2);
    assert_eq!(said(check_text, "x.yaml", "a:\n\tb: 1\n"), ["2: text: a tab in YAML"]);
    assert_eq!(said(check_text, "x.rs", "a:\n\tb: 1\nhttps://example.org/work/x\n"), [""; 0]);
}

//! Banned words of the source: clocks, hash maps, files, terminals, unfinished work, and paths of one machine.
//!
//! Promises a reason for each word. Deliberately ignores comments and string literals: a word there is allowed.

use super::reading::{below, halves, line, mentions, repository, room, sources, word};
use super::{all_clean, said};

/// Words that no file of the library may contain, its tests included, and why.
const NOWHERE: &[(&str, &str)] = &[
    ("SystemTime", "the library has a virtual clock"),
    ("Instant::now", "the library has a virtual clock"),
    ("HashMap", "the same bytes every time: BTreeMap"),
    ("HashSet", "the same bytes every time: BTreeSet"),
    ("thread::sleep", "time is virtual: nothing waits"),
];

/// Words that no file of the library may contain outside its tests, and why.
const NOT_IN_THE_LIBRARY: &[(&str, &str)] =
    &[("std::env", "only the shell looks at the environment"), ("std::fs", "only the shell touches files")];

/// Words that no file of the command line or of the library may contain outside its tests, and why.
const NOT_IN_CODE: &[(&str, &str)] = &[
    ("println!", "it panics on a closed pipe: `cli::terminal` writes"),
    ("eprintln!", "it panics on a closed pipe: `cli::terminal` writes"),
    ("print!", "it panics on a closed pipe: `cli::terminal` writes"),
    ("eprint!", "it panics on a closed pipe: `cli::terminal` writes"),
    ("super::*", "it hides who looks at whom"),
];

/// Words that no file may contain at all, and why.
const NEVER: &[(&str, &str)] = &[
    ("unsafe", "nothing here needs it"),
    ("todo!", "unfinished work is not merged"),
    ("unimplemented!", "unfinished work is not merged"),
    ("dbg!", "unfinished work is not merged"),
];

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

#[test]
fn nothing_banned_is_said() {
    all_clean(&sources(&["src/"]), check_banned);
}

#[test]
fn no_text_is_of_one_machine() {
    let text = |(name, bytes)| String::from_utf8(bytes).ok().map(|text| (name, text));
    all_clean(&repository().into_iter().filter_map(text).collect::<Vec<_>>(), check_text);
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

//! The layering of rooms (top-level modules): a room imports only rooms before it, and no party imports another party.
//!
//! Promises one order of rooms. Deliberately does not look at single files: `circles` does.

use super::reading::{bare, below, climbing, depth, halves, line, mentions, room, sources};
use super::{all_clean, said};

/// The rooms in reading order; a room imports only itself and rooms before it.
pub const ORDER: &[&str] = &[
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
    "report",
    "cli",
];

/// The parties: each answers messages, and knows no other.
const PARTIES: &[&str] = &["portal", "self_service", "email_otp", "password_reset", "workspace"];

/// A room imports only itself and rooms before it.
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
            if place(&head).is_none_or(|other| other > own) {
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

/// The rooms of the order that do not exist.
pub fn needless() -> Vec<String> {
    let files = sources(&["src/"]);
    let there = |name: &str| files.iter().any(|(file, _)| room(file) == Some(name));
    ORDER.iter().filter(|name| !there(name)).map(|name| format!("there is no room `{name}`")).collect()
}

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

//! The map of the source: ARCHITECTURE.md has every room, in reading order, and names no file that is not there.

use super::rooms::ORDER;
use std::fs;
use std::path::Path;

/// The rooms that the code map has, in its order, each with what its paragraph says.
fn mapped(text: &str) -> Vec<(&str, String)> {
    let map = text.split("## Code map").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
    let mut rooms: Vec<(&str, String)> = Vec::new();
    for line in map.split("\n\n").flat_map(str::lines) {
        if let Some(row) = line.strip_prefix("**`") {
            let (name, rest) = row.split_once('`').unwrap_or((row, ""));
            rooms.push((name.trim_end_matches('/'), rest.to_owned()));
        } else if let Some((_, paragraph)) = rooms.last_mut() {
            paragraph.push_str(line);
        }
    }
    rooms
}

/// What stands between back ticks: every second part.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Files and folders that a room's paragraph names and that the room has not.
fn check_rooms(text: &str, there: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (room, paragraph) in mapped(text) {
        for name in quoted(&paragraph).map(|name| name.trim_end_matches('/')) {
            let paths = [format!("src/{room}/{name}"), format!("src/{room}/{name}.rs"), format!("src/{name}.rs")];
            if !paths.iter().any(|path| there(path)) {
                found.push(format!("ARCHITECTURE.md: map: `{room}` has no `{name}`"));
            }
        }
    }
    found
}

/// Paths between back ticks that stand neither below the root nor below `src/`, each with its line.
fn check_paths(name: &str, text: &str, there: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (i, line) in text.lines().enumerate() {
        for path in quoted(line) {
            let is_path = path.trim_end_matches('/').contains('/')
                && path.chars().all(|c| c.is_alphanumeric() || "_-./".contains(c));
            if is_path && !there(path) && !there(&format!("src/{path}")) {
                found.push(format!("{name}:{}: map: there is no `{path}`", i + 1));
            }
        }
    }
    found
}

#[test]
fn the_map_has_every_room_in_reading_order() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    assert_eq!(mapped(&text).iter().map(|(room, _)| *room).collect::<Vec<_>>(), ORDER);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = check_rooms(&text, |path| root.join(path).exists());
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn the_map_names_no_file_that_is_not_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let found = check_paths("ARCHITECTURE.md", &text, |path| root.join(path).exists());
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn a_room_or_a_file_that_is_missing_is_found() {
    let text = [
        "# A\n\n## Code map\n\n**`world/`** — `portal`\nand `gone`.\n\n**`trace`** — events.\n\n",
        "## Walks\n\n**`act/`** — not here.\n",
    ]
    .concat();
    let text = text.as_str();
    assert_eq!(mapped(text).iter().map(|(room, _)| *room).collect::<Vec<_>>(), ["world", "trace"]);
    let there = |path: &str| path == "src/world/portal.rs";
    assert_eq!(check_rooms(text, there), ["ARCHITECTURE.md: map: `world` has no `gone`"]);
    let text = "See `world/portal.rs`, `src/world/portal.rs`, `a b/c` and `Q11`.\nOr `world/gone.rs`.\n";
    assert_eq!(check_paths("A.md", text, there), ["A.md:2: map: there is no `world/gone.rs`"]);
}

//! A reader of the repository for the rules: its files, their code with comments and string literals blanked out, and
//! the paths of imports.
//!
//! Promises that blanking moves no line or column. Deliberately does not parse Rust: the rest is read as words.

use std::fs;
use std::path::Path;

/// The same text with comments, texts and characters blanked out; lines and columns stay where they are.
pub fn bare(text: &str) -> String {
    lexed(text).0
}

/// Which lines begin within a raw text, which says something as it stands.
pub fn within_raw(text: &str) -> Vec<bool> {
    lexed(text).1
}

/// The text with comments, texts and characters blanked out, and of each line whether it begins within a raw text.
fn lexed(text: &str) -> (String, Vec<bool>) {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let (mut out, mut within) = (String::with_capacity(text.len()), vec![false]);
    let mut i = 0;
    while i < chars.len() {
        let mut raw = false;
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
                    raw = true;
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
        let literal = i..end.min(chars.len());
        for n in i..end.max(i + 1).min(chars.len()) {
            out.push(if at(n) == '\n' || !literal.contains(&n) { at(n) } else { ' ' });
            within.extend((at(n) == '\n').then_some(raw));
        }
        i = end.max(i + 1);
    }
    (out, within)
}

/// Bare code in two: what runs, and what tests alone; each with the other blanked out. And how many lines test alone.
pub fn halves(name: &str, text: &str) -> (String, String, usize) {
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

pub fn word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The line of a byte, from 1.
pub fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Where these words stand as whole words.
pub fn mentions<'t>(code: &'t str, words: &'t str) -> impl Iterator<Item = usize> + 't {
    code.match_indices(words).map(|(at, _)| at).filter(move |at| {
        let before = code[..*at].chars().next_back().is_some_and(word);
        let after = words.ends_with(word) && code[at + words.len()..].chars().next().is_some_and(word);
        !before && !after
    })
}

/// The first name of every path that begins at a byte: one, or each of a group.
pub fn heads(code: &str, at: usize) -> Vec<String> {
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
pub fn below(code: &str, root: &str) -> Vec<(usize, String)> {
    mentions(code, root).flat_map(|at| heads(code, at + root.len()).into_iter().map(move |head| (at, head))).collect()
}

/// Every path that climbs exactly `floors` levels by `super`: where it stands, and its first name after them.
pub fn climbing(code: &str, floors: usize) -> Vec<(usize, String)> {
    let chain = "super::".repeat(floors);
    let mut found = below(code, &chain);
    found.retain(|(at, _)| !code[..*at].ends_with("::"));
    found
}

/// How deep a file's module lies below the crate.
pub fn depth(name: &str) -> usize {
    let parts = name.trim_start_matches("src/").trim_end_matches(".rs");
    parts.trim_end_matches("/mod").split('/').count()
}

/// Every file of the repository that git could know, by its path from the root, with its bytes.
pub fn repository() -> Vec<(String, Vec<u8>)> {
    fn walk(root: &Path, folder: &Path, out: &mut Vec<(String, Vec<u8>)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            if [
                ".git",
                "target",
                "tests/browser/node_modules",
                "tests/editor/node_modules",
                "tests/oracles/node_modules",
            ]
            .contains(&name.as_str())
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
pub fn sources(folders: &[&str]) -> Vec<(String, String)> {
    let wanted = |name: &str| name.ends_with(".rs") && folders.iter().any(|f| name.starts_with(f));
    let files = repository().into_iter().filter(|(name, _)| wanted(name));
    let found: Vec<_> = files.map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect();
    assert!(!found.is_empty(), "no source in {folders:?}");
    found
}

/// The room (top-level module) of a source file; the command line is one room with its verbs.
pub fn room(name: &str) -> Option<&str> {
    let first = name.strip_prefix("src/")?.split('/').next()?;
    match first.trim_end_matches(".rs") {
        "lib" => None,
        "main" => Some("cli"),
        room => Some(room),
    }
}

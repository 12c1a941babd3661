//! Import cycles between files, of two files or more, none of which is allowed.
//!
//! Promises that a path through a folder's `mod.rs` is followed to the file that defines the item, so that a `mod.rs`
//! that only re-exports is in no cycle. Deliberately leaves out tests, and items that a macro defines.

use super::exceptions::CIRCLES;
use super::reading::{halves, line, mentions, sources, word};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A module by its names from the crate, the library's or the shell's, down.
type Module = Vec<String>;

/// One name of a `use`, or one path in code: what it says, the name that it goes by, and where it stands.
struct Import {
    path: Vec<String>,
    alias: String,
    public: bool,
    at: usize,
}

/// The imports between files: which file imports which, and the line of the first import.
type Graph = BTreeMap<String, BTreeMap<String, usize>>;

struct Sources {
    /// The file of each module.
    files: BTreeMap<Module, String>,
    imports: BTreeMap<Module, Vec<Import>>,
}

/// The module of a file; `None` if it has no module of its own, as with tests.
fn module(name: &str) -> Option<Module> {
    let inner = name.strip_prefix("src/")?.strip_suffix(".rs")?;
    let parts: Vec<&str> = inner.split('/').filter(|part| *part != "mod").collect();
    let root = if parts[0] == "main" || parts[0] == "cli" { "main" } else { "mims_sim" };
    let below = parts.iter().copied().filter(|part| !["main", "lib"].contains(part));
    (parts.last() != Some(&"tests")).then(|| [root].into_iter().chain(below).map(str::to_owned).collect())
}

/// The leaves of a tree of names, such as `a::{b, c::{d as e}}`.
fn leaves(tree: &str, before: &[String], out: &mut Vec<(Vec<String>, String)>) {
    let tree = tree.trim();
    let mut path = before.to_vec();
    let (head, group) = tree.split_once('{').map_or((tree, None), |(head, rest)| (head, Some(rest)));
    let (head, alias) = head.split_once(" as ").map_or((head, None), |(head, alias)| (head, Some(alias.trim())));
    path.extend(head.split("::").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()));
    if let Some(group) = group {
        let (mut depth, mut item) = (0, String::new());
        for c in group.trim_end().trim_end_matches('}').chars() {
            depth += i32::from(c == '{') - i32::from(c == '}');
            if c == ',' && depth == 0 {
                leaves(&std::mem::take(&mut item), &path, out);
            } else {
                item.push(c);
            }
        }
        leaves(&item, &path, out);
    } else if path.len() > before.len() {
        path.pop_if(|last| last == "self");
        let alias = alias.or(path.last().map(String::as_str)).unwrap_or_default().to_owned();
        out.push((path, alias));
    }
}

/// Every `use` of some code, by leaf, and every path in it.
fn imports(code: &str) -> Vec<Import> {
    let mut out = Vec::new();
    let mut rest = code.to_owned();
    for at in mentions(code, "use") {
        let Some(end) = code[at..].find(';') else { continue };
        let public = code[..at].trim_end().rsplit(['\n', ';', '}']).next().is_some_and(|text| text.contains("pub"));
        let mut found = Vec::new();
        leaves(&code[at + 3..at + end].replace('\n', " "), &[], &mut found);
        out.extend(found.into_iter().map(|(path, alias)| Import { path, alias, public, at }));
        rest.replace_range(at..at + end, &" ".repeat(end));
    }
    for (at, _) in rest.match_indices("::") {
        let first = rest[..at]
            .rfind(|c| !word(c))
            .map_or(0, |before| before + rest[before..].chars().next().map_or(1, char::len_utf8));
        if first == at || rest[..first].ends_with("::") {
            continue;
        }
        let end = rest[first..].find(|c: char| !word(c) && c != ':').map_or(rest.len(), |n| first + n);
        let path = rest[first..end].split("::").map(str::to_owned).filter(|name| !name.is_empty()).collect();
        out.push(Import { path, alias: String::new(), public: false, at: first });
    }
    out
}

impl Sources {
    fn read(files: &[(String, String)]) -> Sources {
        let mut sources = Sources { files: BTreeMap::new(), imports: BTreeMap::new() };
        for (name, text) in files {
            let Some(module) = module(name) else { continue };
            let (runs, ..) = halves(name, text);
            sources.files.insert(module.clone(), name.clone());
            sources.imports.insert(module, imports(&runs));
        }
        sources
    }

    /// The file in which what this path names, seen from a module, is defined; `None` if that is a module, or of
    /// another crate.
    fn defined(&self, from: &Module, path: &[String], depth: usize) -> Option<String> {
        let (at, rest) = self.begun(from, path, depth)?;
        self.below(at, rest, depth)
    }

    /// The module at which a path begins, and what of it is left.
    fn begun<'p>(&self, from: &Module, path: &'p [String], depth: usize) -> Option<(Module, &'p [String])> {
        let (first, rest) = path.split_first()?;
        let mut at = from.clone();
        match first.as_str() {
            "crate" => at.truncate(1),
            "mims_sim" => at = vec![first.clone()],
            "self" => {}
            "super" => {
                at.pop();
                let climbs = rest.iter().take_while(|name| *name == "super").count();
                at.truncate(at.len().saturating_sub(climbs));
                return Some((at, &rest[climbs..]));
            }
            name => {
                at.push(name.to_owned());
                if !self.files.contains_key(&at) {
                    let bound =
                        self.imports[from].iter().find(|import| import.alias == *name && import.path != path)?;
                    at = self.module_of(from, &bound.path, depth)?;
                }
            }
        }
        Some((at, rest))
    }

    /// The module that a path names, if it names one.
    fn module_of(&self, from: &Module, path: &[String], depth: usize) -> Option<Module> {
        let (mut at, rest) = self.begun(from, path, depth.checked_sub(1)?)?;
        at.extend(rest.iter().cloned());
        self.files.contains_key(&at).then_some(at)
    }

    fn below(&self, mut at: Module, rest: &[String], depth: usize) -> Option<String> {
        for name in rest {
            at.push(name.clone());
            if self.files.contains_key(&at) {
                continue;
            }
            at.pop();
            let shown = self.imports.get(&at)?.iter().find(|import| import.public && import.alias == *name);
            let further = shown.and_then(|import| self.defined(&at, &import.path, depth.checked_sub(1)?));
            return further.or_else(|| self.files.get(&at).cloned());
        }
        None
    }

    /// The files that each file imports. A `mod.rs` that re-exports what lies below it does not import it.
    fn graph(&self) -> Graph {
        let code: BTreeMap<&Module, &Vec<Import>> = self.imports.iter().collect();
        let mut graph = Graph::new();
        for (module, imports) in code {
            let own = &self.files[module];
            for import in imports.iter().filter(|import| !import.public) {
                let Some(other) = self.defined(module, &import.path, 8).filter(|other| other != own) else { continue };
                let at = graph.entry(own.clone()).or_default().entry(other).or_insert(import.at);
                *at = (*at).min(import.at);
            }
        }
        graph
    }
}

/// The shortest cycle of imports from a file back to itself.
fn way_back(graph: &Graph, from: &str) -> Option<Vec<String>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next = VecDeque::from([from]);
    while let Some(file) = next.pop_front() {
        for other in graph.get(file).into_iter().flat_map(BTreeMap::keys) {
            if other == from {
                let mut way = vec![file.to_owned()];
                while way.last().is_some_and(|last| last != from) {
                    way.push(before[way.last().unwrap().as_str()].to_owned());
                }
                way.reverse();
                return Some(way);
            }
            if !before.contains_key(other.as_str()) {
                before.insert(other, file);
                next.push_back(other);
            }
        }
    }
    None
}

/// Every import cycle that is not allowed: the shortest one through each of its files, each cycle once.
fn check_circles(files: &[(String, String)], allowed: &[&[&str]]) -> Vec<String> {
    let graph = Sources::read(files).graph();
    let texts: BTreeMap<&str, &str> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for file in graph.keys() {
        let Some(way) = way_back(&graph, file) else { continue };
        let members: BTreeSet<&String> = way.iter().collect();
        let fine = allowed
            .iter()
            .any(|circle| members.iter().all(|member| circle.iter().any(|listed| member.starts_with(listed))));
        if fine || !seen.insert(members.into_iter().cloned().collect::<Vec<_>>()) {
            continue;
        }
        let mut steps = way.iter().zip(way.iter().skip(1).chain([file])).map(|(from, to)| {
            let (runs, ..) = halves(from, texts[from.as_str()]);
            format!("{from}:{} looks at {to}", line(&runs, graph[from][to]))
        });
        let first = steps.next().unwrap_or_default();
        let (place, says) = first.split_once(' ').unwrap_or_default();
        let rest: Vec<String> = steps.collect();
        found.push(format!("{place}: circle: it {says}, {}", rest.join(", ")));
    }
    found
}

/// The exceptions that nothing needs.
pub fn needless() -> Vec<String> {
    let graph = Sources::read(&sources(&["src/"])).graph();
    let round: Vec<&String> = graph.keys().filter(|file| way_back(&graph, file).is_some()).collect();
    let listed = CIRCLES.iter().flat_map(|circle| circle.iter());
    let needless = listed.filter(|listed| !round.iter().any(|file| file.starts_with(**listed)));
    needless.map(|listed| format!("no file `{listed}…` is in a circle")).collect()
}

#[test]
fn no_two_files_look_at_each_other() {
    let found = check_circles(&sources(&["src/"]), CIRCLES);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

fn planted(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<(String, String)> = files.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
    check_circles(&files, &[])
}

#[test]
fn a_circle_is_found() {
    let face = ("src/a/mod.rs", "pub mod b;\npub mod c;\npub use b::B;\n");
    for (b, c) in [
        ("use super::c::C;\n", "use super::b::B;\n"),
        ("use crate::a::c::{C, D};\n", "//! C.\n\nuse super::B;\n"),
        ("use super::c;\nfn f() { c::g() }\n", "fn g() { crate::a::b::f() }\n"),
        ("use super::{c::{self, C}, x};\n", "use crate::a::{x, B};\n"),
    ] {
        let found = planted(&[face, ("src/a/b.rs", b), ("src/a/c.rs", c)]);
        assert_eq!(found.len(), 1, "{b}{c}: {found:?}");
        assert!(
            found[0].starts_with("src/a/b.rs:") && found[0].contains("looks at src/a/c.rs, src/a/c.rs:"),
            "{found:?}"
        );
    }
    let three =
        [("src/x.rs", "use crate::y::Y;\n"), ("src/y.rs", "use crate::z::Z;\n"), ("src/z.rs", "use crate::x::X;\n")];
    assert_eq!(
        planted(&three),
        ["src/x.rs:1: circle: it looks at src/y.rs, src/y.rs:1 looks at src/z.rs, src/z.rs:1 looks at src/x.rs"]
    );
    let parent =
        [("src/a/mod.rs", "mod b;\nuse b::B;\npub struct A;\n"), ("src/a/b.rs", "use super::A;\npub struct B;\n")];
    assert_eq!(planted(&parent).len(), 1);
    assert_eq!(planted(&[("src/main.rs", "use cli::run;\n"), ("src/cli/mod.rs", "use crate::Exit;\n")]).len(), 1);
}

#[test]
fn what_is_no_circle_is_fine() {
    let face = [
        ("src/a/mod.rs", "mod b;\nmod c;\npub use b::B;\n"),
        ("src/a/b.rs", "pub struct B;\n"),
        ("src/a/c.rs", "use super::B;\n"),
    ];
    assert_eq!(planted(&face), [""; 0]);
    let tests =
        [("src/a.rs", "use crate::b::B;\n"), ("src/b.rs", "#[cfg(test)]\nmod tests {\n    use crate::a::A;\n}\n")];
    assert_eq!(planted(&tests), [""; 0]);
    let apart =
        [("src/cli/files.rs", "use mims_sim::files::F;\n"), ("src/files.rs", "// crate::cli::files\nuse std::fs;\n")];
    assert_eq!(planted(&apart), [""; 0]);
    let listed = [("src/a.rs", "use crate::b::B;\n"), ("src/b.rs", "use crate::a::A;\n")];
    let files: Vec<(String, String)> = listed.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
    assert_eq!(check_circles(&files, &[&["src/a.rs", "src/b.rs"]]), [""; 0]);
}

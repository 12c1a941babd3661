//! Fixtures of several tests and the benchmarks: every committed file, parsed, and the plans of those that replay.

#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::missing_panics_doc, missing_docs)]

use mims_sim::format::load::{FileContents, LoadedFile, read};
use mims_sim::replay::library::Library;
use mims_sim::replay::{ScenarioPlan, plan};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of all files.
pub fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// Every YAML file below a folder, ordered by name.
pub fn yaml(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    let mut out = Vec::new();
    for path in entries {
        if path.is_dir() {
            out.extend(yaml(&path));
        } else if path.extension().is_some_and(|e| e == "yaml") {
            out.push(path);
        }
    }
    out
}

/// Every file, with its path below `scenarios/`.
pub fn all() -> Vec<(String, LoadedFile)> {
    let root = scenarios();
    let one = |path: &PathBuf| {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        let loaded = read(&name, &fs::read(path).unwrap()).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
        (name, loaded)
    };
    yaml(&root).iter().map(one).collect()
}

/// The policies and properties among them, without faults.
pub fn book(files: &[(String, LoadedFile)]) -> Library {
    let stem = |name: &str| Path::new(name).file_stem().unwrap().to_string_lossy().into_owned();
    let named: Vec<(String, &LoadedFile)> = files.iter().map(|(name, loaded)| (stem(name), loaded)).collect();
    let (book, faults) = Library::new(&named, BTreeSet::new());
    assert!(faults.is_empty(), "{faults:?}");
    book
}

/// A plan of each case of a file that has a timeline to replay.
pub fn plans(book: &Library, loaded: &LoadedFile) -> Vec<ScenarioPlan> {
    let FileContents::Scenario(cases) = &loaded.contents else { return Vec::new() };
    let replays = cases.iter().filter(|case| case.scenario.replays());
    replays.map(|case| plan(loaded, case, book, None).unwrap_or_else(|f| panic!("{f:?}"))).collect()
}
